"""The list of differences: those about somebody's safety first; several can be marked and decided in one go."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.message import Message

from familyhub.practice.differences import Difference
from familyhub.tui.screens import differences_words as say
from familyhub.tui.widgets.fields_rows import RowsField


class DifferenceRows(RowsField):
    """Differences with a cursor and marks."""

    LOCAL = False

    class Moved(Message):
        """Another difference is under the cursor, or marks changed."""

    def __init__(self, found: Sequence[Difference], marked: set[str]) -> None:
        super().__init__("difference", [d.id for d in found], id="difference-list")
        self.found = found
        self.marks = marked & {d.id for d in found}

    @property
    def marked(self) -> list[Difference]:
        """What is marked; nothing where nothing is."""
        return [d for d in self.found if d.id in self.marks]

    def cells(self, row: int) -> Content:
        """Its mark and its place in the list."""
        mark = ("√ " if self.found[row].id in self.marks else "  ") if self.marks else ""
        return Content(f"{mark}{row + 1} of {len(self.found)}   ")

    def words(self, row: int) -> Content:
        """Whose, what about, whether it comes first, whether somebody asks."""
        d = self.found[row]
        words = Content(say.about(d))
        if any(not a.mine for a in d.asked):
            words = words.append(Content.styled("   asks you", "bold"))
        elif d.asked:
            words = words.append(Content.styled("   asked", "dim"))
        return words.append(Content.styled("   SAFETY: first", "bold")) if d.protective else words

    def toggle(self) -> str:
        """Mark the one under the cursor, or take its mark away; returns why it cannot be marked."""
        d = self.found[self.at]
        if d.id in self.marks:
            self.marks.discard(d.id)
        elif not say.mine_and_theirs(d) or not d.free:
            return "Only those with one answer of yours and one of somebody else's are decided in one go."
        else:
            self.marks.add(d.id)
        self._told()
        return ""

    def mark_like(self) -> int:
        """Mark all that came of one event with the one under the cursor; returns how many are marked now.

        The same two people, and the same family or the same field.
        """
        here = self.found[self.at]
        people = {v.by for v in here.values}
        self.marks |= {
            d.id for d in self.found
            if say.mine_and_theirs(d) and d.free and {v.by for v in d.values} == people
            and (d.family_id == here.family_id or (d.entity, d.field) == (here.entity, here.field))
        }  # fmt: skip
        self._told()
        return len(self.marks)

    def unmark(self) -> None:
        """Take every mark away."""
        self.marks.clear()
        self._told()

    def show_cursor(self) -> None:
        """Scroll to the row under the cursor."""
        self.call_after_refresh(self._see_row)

    def _told(self) -> None:
        self.show_rows()
        self.post_message(self.Moved())

    def _go(self, row: int) -> None:
        super()._go(row)
        self.post_message(self.Moved())

    def action_move(self, by: int) -> None:
        """Up and down stay in the list."""
        if 0 <= self.at + by < len(self.ids):
            self._go(self.at + by)
