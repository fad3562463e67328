"""One thing, whole, to be read."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from familyhub.tui.page import Page
from familyhub.tui.screens.family_panels import Paragraphs as Words
from familyhub.tui.widgets.paragraphs import Paragraphs


class ReadScreen(Page):
    """A text with everything that belongs to it; arrows and Page Down scroll."""

    place: ClassVar[str] = "reading"
    CSS_PATH = "read.tcss"

    def __init__(self, heading: str, words: Words) -> None:
        super().__init__()
        self._title, self._words = heading, words

    def body(self) -> ComposeResult:
        """The text."""
        with VerticalScroll(id="read-scroll"):
            yield Paragraphs(id="read-text")

    def on_mount(self) -> None:
        """Show it."""
        self.heading = self._title
        self.query_one(Paragraphs).show(self._words)
        self.query_one(VerticalScroll).focus()
