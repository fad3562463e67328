"""The lines that every page has: title line, the line about untold worries, key line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widget import Widget

from familyhub.tui import commands

if TYPE_CHECKING:
    from textual.events import Click, Resize

    from familyhub.tui.commands import Command
    from familyhub.tui.page import Page

WIDE = 100
"""Columns from which the long words are used."""


def plain(text: str) -> str:
    """Text on one line, without control characters."""
    return "".join(c if c.isprintable() or c == "\u200d" else " " for c in text)


def cut(text: str, width: int) -> str:
    """Text cut to ``width`` columns, with ``…`` where something is left out."""
    text = plain(text)
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…" if width > 0 else ""


def cut_title(text: str, width: int) -> str:
    """A title cut to ``width`` columns; of a number that does not fit nothing is left, as half of it would be another."""
    left = cut(text, width)
    return left if left == plain(text) else left.removesuffix("…").rstrip("0123456789") + "…"[:width]


class Line(Widget):
    """A line of the frame."""

    def on_resize(self, event: Resize) -> None:
        """Other words fit now."""
        self.refresh()


class TitleLine(Line):
    """``Bell family        saved here √   3 waiting   met hub 07:42   F9 hide``."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.heading = ""
        self.parts: tuple[tuple[str, str], ...] = ()

    def update_from(self, page: Page) -> None:
        """Take heading and state from the page and the app."""
        self.heading = page.heading
        self.parts = page.hub_app.title_parts(page)
        self.refresh()

    def render(self) -> Content:
        """Heading left, state right; the heading gives way."""
        width = self.content_size.width
        wide = width >= WIDE - 2
        parts = [long if wide else short for long, short in self.parts if (long if wide else short)]
        right = ("   " if wide else "  ").join(parts)
        left = cut_title(self.heading, max(0, width - cell_len(right) - 2))
        gap = " " * max(1, width - cell_len(left) - cell_len(right))
        return Content.assemble((left, "bold"), gap, right)

    def on_click(self, event: Click) -> None:
        """The last word is the button for F9."""
        if event.x >= self.size.width - 9:
            self.app.call_later(self.app.run_action, "app.hide")


class UntoldLine(Line):
    """``Nobody has been told yet. Ring 0151 …``: stays on every page until a named person is recorded as told."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sentences: tuple[str, ...] = ()
        self.display = False

    def update_from(self, page: Page) -> None:
        """Take the sentence from the app; in the front-room view the title line has a glyph instead."""
        self.sentences = page.hub_app.untold_sentences
        self.display = bool(self.sentences)
        self.refresh()

    def render(self) -> Content:
        """The sentence, and the key that opens it."""
        width = self.content_size.width
        fitting = (s for s in self.sentences if cell_len(s) <= width)
        return Content(next(fitting, cut(self.sentences[-1] if self.sentences else "", width)))

    def on_click(self, event: Click) -> None:
        """A click does what F8 does."""
        self.app.call_later(self.app.run_action, "app.worry")


class KeyLine(Line):
    """The keys of this page, each also a button."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.items: tuple[Command, ...] = ()
        self.in_front = False
        self.keymap: Mapping[str, str] = {}
        self.spans: list[tuple[int, int, Command]] = []

    def update_from(self, page: Page) -> None:
        """Take the commands from the page."""
        names = page.key_line
        self.keymap = page.hub_app.keymap
        self.in_front = page.hub_app.front_room is not None
        self.items = tuple(commands.BY_NAME[n] for n in names if page.check_action(n, ()))
        self.refresh()

    def render(self) -> Content:
        """As many as fit, with long words where there is room; the last two never give way."""
        width = self.content_size.width
        for short, gap in ((False, 3), (True, 3), (True, 2), (True, 1)):
            if self._length(self.items, short, gap) <= width:
                return self._print(self.items, short, gap)
        items = list(self.items)
        while len(items) > 3 and self._length(items, True, 1) > width:
            del items[-3]
        return self._print(tuple(items), True, 1)

    def _words(self, command: Command, short: bool) -> str:
        key = commands.key_of(command, self.keymap)
        if command.name == "front_room" and self.in_front:
            return f"{key} Leave"
        return f"{key} {(command.shorter if short else '') or command.short or command.words}"

    def _length(self, items: tuple[Command, ...] | list[Command], short: bool, gap: int) -> int:
        return sum(cell_len(self._words(c, short)) + gap for c in items) - gap

    def _print(self, items: tuple[Command, ...], short: bool, gap: int) -> Content:
        self.spans = []
        parts: list[str | tuple[str, str]] = []
        at = 0
        for command in items:
            words = self._words(command, short)
            key, _, rest = words.partition(" ")
            if parts:
                parts.append(" " * gap)
            parts += [(key, "bold"), f" {rest}"]
            self.spans.append((at, at + cell_len(words), command))
            at += cell_len(words) + gap
        return Content.assemble(*parts)

    def on_click(self, event: Click) -> None:
        """A click on an item does what its key does."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        for start, end, command in self.spans:
            if start <= offset.x < end:
                self.app.call_later(
                    self.app.run_action, command.action, self.screen if command.owner == "page" else None
                )
