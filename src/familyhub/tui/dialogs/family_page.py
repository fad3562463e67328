"""What the dialogs share in which something about one family is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Button

from familyhub.tui.dialogs.dialog import Dialog
from familyhub.tui.widgets.paragraphs import Paragraphs

if TYPE_CHECKING:
    from datetime import date

    from familyhub.casework.problems import Problem
    from familyhub.practice.family_file import FamilyFile
    from familyhub.tui.screens.family_panels import Paragraphs as Words


class FamilyPage(Dialog[None]):
    """Something about one family, to be read."""

    CSS_PATH = "family_page.tcss"
    title_words = ""

    def __init__(self, family_id: str) -> None:
        super().__init__()
        self.family_id = family_id

    def compose(self) -> ComposeResult:
        """The text, and a button."""
        with Vertical(classes="dialog-box people-box"):
            with VerticalScroll(id="people-scroll"):
                yield Paragraphs(id="people-text")
            yield Button("Esc Close", id="close", compact=True)

    def on_mount(self) -> None:
        """Read the file."""
        from familyhub.casework import reading

        self.query_one(VerticalScroll).focus()
        self.work(reading.family, self.laptop, self.family_id, then=self.show, failed=self.not_read)

    def not_read(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        """The file cannot be read: say why and close."""
        self.dismiss(None)
        self.say(sentence)

    def show(self, file: FamilyFile) -> None:
        """Show it."""
        self.query_one(".people-box").border_title = f"{self.title_words}"
        self.query_one(Paragraphs).show(self.words(file, self.laptop.today))

    def words(self, file: FamilyFile, today: date) -> Words:
        """What is shown."""
        raise NotImplementedError

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The button closes."""
        self.dismiss(None)
