"""What rows of a form are made of: cells of one width, and the letters that act, each also a button."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import set_cell_size
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


def cell(text: str, width: int) -> str:
    """Text as exactly ``width`` columns, cut with ``…`` where it is longer."""
    line = " ".join(text.split())
    fitted = set_cell_size(line, width)
    return fitted if fitted.rstrip() == line else set_cell_size(set_cell_size(line, width - 2) + "…", width)


class KeyHint(Static):
    """``s seen  a alone``: letters with what they do; a click does the same."""

    DEFAULT_CSS = "KeyHint { width: auto; height: 1; color: $text-muted; }"

    class Pressed(Message):
        """A letter was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, keys: Sequence[tuple[str, str]], *, id: str | None = None) -> None:
        self._keys = tuple(keys)
        pieces = [Content.assemble((key, "bold"), f" {words}") for key, words in self._keys]
        super().__init__(Content("  ").join(pieces), id=id)

    def on_click(self, event: events.Click) -> None:
        """Do what stands under the pointer."""
        event.stop()
        at = 0
        for key, words in self._keys:
            end = at + len(key) + 1 + len(words)
            if at <= event.x < end:
                self.post_message(self.Pressed(key))
                return
            at = end + 2
