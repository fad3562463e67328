"""Telephone numbers in the front-room view: nothing that says why."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Button

from familyhub.tui.dialogs.dialog import Dialog
from familyhub.tui.widgets.paragraphs import Paragraphs


class NumbersDialog(Dialog[None]):
    """Numbers to ring, and nothing else."""

    CSS_PATH = "numbers.tcss"

    def compose(self) -> ComposeResult:
        """The numbers, and a button."""
        with Vertical(classes="dialog-box", id="numbers-box"):
            yield Paragraphs(id="numbers-text")
            yield Button("Esc Close", id="close", compact=True)

    def on_mount(self) -> None:
        """Show them."""
        stands = self.hub_app.state.stands
        numbers = (
            [("Day", stands.numbers.day_number), ("Other times", stands.numbers.night_number)]
            if stands
            else []
        )
        lines = [
            [(f"{name.ljust(14)}{number}", "")] for name, number in [*numbers, ("Emergency", "999")] if number
        ]
        self.query_one(Paragraphs).show(lines)
        self.query_one(Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The button closes."""
        self.dismiss(None)
