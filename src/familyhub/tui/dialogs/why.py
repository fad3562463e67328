"""Asking for a reason that is kept with what is done."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from familyhub.tui.dialogs.dialog import Dialog


class WhyDialog(Dialog[str]):
    """One field; gives back the reason, which is never empty."""

    CSS_PATH = "why.tcss"

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question and one field."""
        with Vertical(classes="dialog-box", id="why-box"):
            yield Static(self._question, markup=False)
            yield Input(id="why", max_length=2000, compact=True)
            yield Static("", id="why-problem", classes="problem", markup=False)
            yield Static("Enter   Esc Back", classes="muted", markup=False)

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the reason."""
        if event.value.strip():
            self.dismiss(event.value.strip())
            return
        shown = self.query_one("#why-problem", Static)
        shown.update("Say why: whoever reads the history later will ask.")
        shown.add_class("-shown")
