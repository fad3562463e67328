"""Asking once before something is lost for good."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from familyhub.tui.dialogs.dialog import Dialog


class SureDialog(Dialog[bool]):
    """A question with two answers; the safe one has the focus."""

    CSS_PATH = "sure.tcss"

    def __init__(self, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._question, self._yes, self._no = question, yes, no

    def compose(self) -> ComposeResult:
        """The question and two buttons."""
        with Vertical(classes="dialog-box", id="sure-box"):
            yield Static(self._question, markup=False)
            with Horizontal(id="sure-buttons"):
                yield Button(self._no, id="no", compact=True)
                yield Button(self._yes, id="yes", compact=True)

    def on_mount(self) -> None:
        """Enter is the safe answer."""
        self.query_one("#no", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The answer."""
        self.dismiss(event.button.id == "yes")
