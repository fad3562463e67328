"""Rows of a form with letters of their own: children at a visit, promises, actions. The letters stand under the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region, Size

from familyhub.casework.problems import Problem
from familyhub.tui.widgets.fields import Field, FieldChanged, LineField, keep_local

TOLD_AT_ONCE = 2
"""Rows whose problems are told in words; of more it is said how many: the rows themselves must stay in sight."""
MIN_WORDS = 16
"""Columns that the words of a row have at least."""


class RowWords(LineField):
    """The words of a row while they are written: Enter and the arrows go to another row, Esc back to the letters."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "done(0)", "Back to the letters", show=False),
    ]

    def __init__(self, field: str, value: str, row: int) -> None:
        super().__init__(field, value)
        self.row = row

    def on_key(self, event: events.Key) -> None:
        """Leaving is done here and not by the binding, which comes later than the next letter where keys come fast."""
        by = {"enter": 1, "down": 1, "up": -1}.get(event.key)
        if by is not None:
            event.stop()
            event.prevent_default()
            self.action_done(by)

    def action_done(self, by: int) -> None:
        """Leave the words for the row ``by`` rows on, at once: the next letter is for the rows already."""
        for widget in self.ancestors:
            if isinstance(widget, RowsField):
                widget.words_done(by)


class RowsField(Field, can_focus=True):
    """Rows with a cursor; a letter acts on the row under it, Enter writes its words. Subclasses say what rows hold.

    It paints head, rows, problem and letters itself; only the words that are being written are a widget.
    """

    DEFAULT_CSS = """
    RowsField { height: auto; width: 1fr; layout: vertical; }
    RowsField > RowWords { position: absolute; }
    """
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Letters with their words, as the hint shows them; ``press`` does what they say."""
    LOCAL: ClassVar[bool] = True
    """Whether other letters do nothing here, rather than what they do on the page."""
    writes_itself = True

    def __init__(self, field: str, ids: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.field = field
        self.ids = list(ids)
        self.at = 0
        self._problems: dict[str, str] = {}
        self._writing: RowWords | None = None

    # -- what a subclass says --------------------------------------------------------------------------------

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The letters that act now."""
        return self.KEYS

    def head(self) -> str:
        """The heads of the columns."""
        return ""

    def cells(self, row: int) -> Content:
        """The cells of a row."""
        raise NotImplementedError

    def words(self, row: int) -> Content:
        """What stands behind the cells."""
        raise NotImplementedError

    def text(self, row: int) -> str | None:
        """The words that can be written in the row; None where there are none."""
        return None

    def write(self, row: int, text: str) -> None:
        """Keep the words of a row."""

    def press(self, key: str, row: int) -> None:
        """Do what a letter does to a row."""

    # -- painting --------------------------------------------------------------------------------------------

    def _lines(self, width: int) -> list[tuple[int | None, Content]]:
        """Every line with the row it belongs to."""
        lines: list[tuple[int | None, Content]] = []
        if self.head():
            lines.append((None, Content.styled(self.head(), "$text-muted")))
        for row in range(len(self.ids)):
            cells = self._cells(row)
            room = max(MIN_WORDS, width - cells.cell_length)
            told = self.words(row) if self._writing is None or row != self.at else Content("")
            wrapped = told.wrap(room) or [Content("")]
            lines.append((row, cells.append(wrapped[0])))
            lines += [(row, Content(" " * cells.cell_length).append(more)) for more in wrapped[1:]]
        if self.problem:
            wrong = Content.styled(f"! {self.problem}", "bold $text-error")
            lines += [(None, Content("  ").append(line)) for line in wrong.wrap(max(MIN_WORDS, width - 2))]
        lines += [(None, hint) for hint, _ in self._hints(width)]
        return lines

    def _cells(self, row: int) -> Content:
        here = row == self.at
        cells = Content("> " if here else "  ").append(self.cells(row))
        return cells.stylize("bold reverse" if self.has_focus else "bold") if here else cells

    def _hints(self, width: int) -> list[tuple[Content, list[tuple[int, int, str]]]]:
        """The letters on as many lines as they need, with where each stands."""
        found: list[tuple[Content, list[tuple[int, int, str]]]] = []
        for key, words in self.keys:
            size = len(key) + 1 + len(words)
            if not found or found[-1][0].cell_length + 2 + size > width:
                found.append((Content(""), []))
            line, spans = found[-1]
            start = line.cell_length + 2
            line = (
                line.append("  ")
                .append(Content.styled(key, "bold"))
                .append(Content.styled(f" {words}", "$text-muted"))
            )
            found[-1] = (line, [*spans, (start, start + size, key)])
        return found

    def render(self) -> Content:
        """Head, rows, what is wrong, and the letters."""
        return Content("\n").join(line for _, line in self._lines(self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are."""
        return len(self._lines(width))

    def show_rows(self) -> None:
        """Paint every row from what it holds."""
        self.refresh(layout=True)

    # -- the field -------------------------------------------------------------------------------------------

    @property
    def answer(self) -> str:
        """Rows answer through what they change."""
        return ""

    @answer.setter
    def answer(self, value: str) -> None:
        """Nothing to set."""

    def place(self) -> str:
        """The row under the cursor."""
        return str(self.at)

    def go_to(self, place: str) -> None:
        """Put the cursor on a row."""
        if place.isdecimal() and self.ids:
            self._go(min(int(place), len(self.ids) - 1))

    def reopen(self, name: str, place: str) -> None:
        """Write on in the words of a row."""
        self.focus()
        for row, row_id in enumerate(self.ids):
            if self.problem_key(row_id) == name:
                self._go(row)
                self.action_write(place)

    def touched(self) -> None:
        """Something changed: paint it and say so."""
        self._right()
        self.tell_change()

    def on_key(self, event: events.Key) -> None:
        """A letter of this table acts on the row under the cursor."""
        moves = {"down": 1, "up": -1}
        if self.has_focus and (event.key in moves or event.key == "enter"):
            event.stop()
            event.prevent_default()
            if event.key == "enter":
                self.action_write()
            else:
                self.action_move(moves[event.key])
            return
        if self.ids and self.has_focus and event.character in {key for key, _ in self.keys}:
            event.stop()
            event.prevent_default()
            self.press(str(event.character), self.at)
        elif self.LOCAL and self.has_focus:
            keep_local(event)

    def on_click(self, event: events.Click) -> None:
        """A click chooses a row, a double click writes in it; a click on a letter is the letter."""
        if isinstance(event.widget, RowWords) or not 0 <= event.y < len(
            lines := self._lines(self.size.width)
        ):
            return
        row = lines[event.y][0]
        if row is not None:
            self._go(row)
            if event.chain > 1:
                self.action_write()
            return
        hints = self._hints(self.size.width)
        line = event.y - (len(lines) - len(hints))
        for start, end, key in hints[line][1] if 0 <= line < len(hints) else ():
            if start <= event.x < end and self.ids:
                self.action_write() if key == "Enter" else self.press(key, self.at)

    def action_move(self, by: int) -> None:
        """The next row, or the one before; past the ends, the next field."""
        if 0 <= self.at + by < len(self.ids):
            self._go(self.at + by)
        elif by > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    # -- writing in a row ------------------------------------------------------------------------------------

    def action_write(self, place: str = "") -> None:
        """Write the words of the row under the cursor."""
        text = self.text(self.at) if self.ids and self._writing is None else None
        if text is None:
            return
        self._writing = RowWords(f"{self.field}:{self.ids[self.at]}", text, self.at)
        self._put()
        self.mount(self._writing)
        self._writing.focus()
        self.show_rows()
        if place:
            self.call_after_refresh(self._writing.go_to, place)

    def _put(self) -> None:
        """The place of the words that are being written: behind the cells of their row."""
        if self._writing is None:
            return
        width = self.size.width or self.app.size.width
        line = next((n for n, (row, _) in enumerate(self._lines(width)) if row == self.at), 0)
        start = self._cells(self.at).cell_length
        self._writing.styles.offset = (start, line)
        self._writing.styles.width = max(MIN_WORDS, width - start)

    def on_resize(self) -> None:
        """The words keep their place."""
        self._put()

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep the words while they are typed."""
        if event.by is self:
            return
        event.stop()
        if isinstance(event.by, RowWords):
            self._take(event.by)

    def _take(self, words: RowWords) -> None:
        """Keep the words for the row they were opened in, wherever the cursor is by now."""
        if words.value != self.text(words.row):
            self.write(words.row, words.value)
            self._problems.pop(self.problem_key(self.ids[words.row]), None)
            self._tell_problems()
            self.tell_change()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """The words were left: show them as text again."""
        if event.widget is self._writing and self._writing is not None:
            self._take(self._writing)
            self._writing.remove()
            self._writing = None
            self.show_rows()

    def words_done(self, by: int) -> None:
        """Back to the letters, in this row or another, at once."""
        if self._writing is not None:
            self._take(self._writing)
        self.screen.set_focus(self)
        self._go(max(0, min(self.at + by, len(self.ids) - 1)))

    def on_focus(self) -> None:
        """The row under the cursor can be seen."""
        self.call_after_refresh(self._see_row)

    def _go(self, row: int) -> None:
        self.at = row
        self.show_rows()
        self.call_after_refresh(self._see_row)

    def _see_row(self) -> None:
        above = next((a for a in self.ancestors if isinstance(a, VerticalScroll)), None)
        if above is None or not self.is_attached:
            return
        line = next((n for n, (row, _) in enumerate(self._lines(self.size.width)) if row == self.at), 0)
        top = self.region.y - above.content_region.y + above.scroll_offset.y + line
        above.scroll_to_region(Region(0, top, 1, 1), animate=False)

    # -- problems --------------------------------------------------------------------------------------------

    def problem_key(self, row_id: str) -> str:
        """The field name casework gives to a row."""
        return f"{self.field}:{row_id}"

    def takes(self, problem: Problem) -> bool:
        """A problem of one of the rows, or of them all."""
        return problem.field == self.field or problem.field in {self.problem_key(i) for i in self.ids}

    def wrong(self, sentence: str, field: str = "") -> None:
        """Show a problem under the rows."""
        if not sentence:
            self._problems.clear()
        else:
            self._problems[field or self.field] = sentence
        self._tell_problems()

    def point(self) -> None:
        """The focus goes to the first row that is wrong."""
        for row, row_id in enumerate(self.ids):
            if self.problem_key(row_id) in self._problems:
                self._go(row)
                break
        self.focus()

    def _right(self) -> None:
        """The row under the cursor was changed: what was wrong with it is not told any more."""
        if self.ids:
            self._problems.pop(self.problem_key(self.ids[self.at]), None)
        self._tell_problems()

    def _tell_problems(self) -> None:
        told = list(self._problems.values())
        more = len(told) - TOLD_AT_ONCE
        self.problem = "  ".join(
            [*told[:TOLD_AT_ONCE], *([f"And {more} more rows."] if more > 1 else told[TOLD_AT_ONCE:])]
        )
        self.show_rows()
