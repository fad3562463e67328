"""Leaving the front-room view: F7 and the passphrase."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from familyhub.tui.dialogs.dialog import Dialog

if TYPE_CHECKING:
    from familyhub.casework.problems import Problem


class LeaveFrontRoom(Dialog[bool]):
    """Asks for the passphrase; True when it is right."""

    CSS_PATH = "passphrase.tcss"

    def compose(self) -> ComposeResult:
        """One field."""
        with Vertical(classes="dialog-box", id="leave-box"):
            yield Static("Passphrase", markup=False)
            yield Input(password=True, id="leave-passphrase", compact=True)
            yield Static("", id="leave-problem", classes="problem", markup=False)
            yield Static("Enter   Esc Back", classes="muted", markup=False)

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Try it."""
        from familyhub.casework.home import open_vault

        field = self.query_one(Input)
        if field.value and not field.disabled:
            field.disabled = True
            self.work(open_vault, self.hub_app.home, field.value, then=self._right, failed=self._wrong)

    def _right(self, key: bytes) -> None:
        self.dismiss(True)

    def _wrong(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        field = self.query_one(Input)
        field.disabled = False
        field.focus()
        field.action_select_all()
        shown = self.query_one("#leave-problem", Static)
        shown.update(sentence)
        shown.add_class("-shown")
