"""*Differences*: two answers to one question, side by side. Nothing is lost, and nothing decides but a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Click, Resize
from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.entries import DecisionEntry
from familyhub.practice.differences import Difference
from familyhub.tui.screens import differences_words as say
from familyhub.tui.screens.differences_acts import DifferenceActs, Open
from familyhub.tui.screens.differences_answers import (
    SIDE_BY_SIDE,
    answer,
    around,
    compare,
    one_text,
    parts,
    proposal,
)
from familyhub.tui.screens.differences_list import DifferenceRows
from familyhub.tui.widgets.fields import FieldChanged, LineField
from familyhub.tui.widgets.fields_choice import ReadersField
from familyhub.tui.widgets.fields_hint import KeyHint

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

EMPTY = (
    "Nothing to decide.\n\nWhen two people change the same thing without having seen each other's answer,"
    " both are kept and somebody decides here."
)
NUMBERED = ("take_mine", "take_theirs", "write_another", "ask_them")
"""Commands whose words fit two answers, one's own and another's."""
LATELY = 8
"""Decisions that are told under the answers, where there is room."""
MARGIN = 4
"""Columns that the choices leave free at both ends."""


def read(laptop: Laptop) -> Open:
    """Read the open differences, compare long texts, and what was decided lately. Runs in a thread."""
    from familyhub.casework import drafts, reading

    found = reading.differences(laptop)
    compared = {d.id: told for d in found if (told := compare(d)) is not None}
    begun = [drafts.reopen(laptop, d.id) for d in drafts.unfinished(laptop) if d.kind == "decision"]
    kept = {e[1].difference_id: e[1] for e in begun if e is not None and isinstance(e[1], DecisionEntry)}
    return Open(found, compared, reading.decided_lately(laptop), kept, laptop.today)


class UndoLine(Static):
    """What ``u`` undoes; a click does it."""

    def on_click(self, event: Click) -> None:
        """Undo."""
        event.stop()
        self.app.run_worker(self.screen.run_action("undo_decision"))


class DifferencesScreen(DifferenceActs):
    """Decide what two people wrote."""

    place = "differences"
    CSS_PATH = "differences.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save_another", "Save what I wrote", show=False, priority=True),
        Binding("escape", "stop_writing", "Back", show=False),
        Binding("f6", "part", "One text at a time", show=False),
        Binding("f3", "readers", "Who may read why", show=False),
        Binding("pagedown", "scroll_answers(1)", "Scroll down", show=False),
        Binding("pageup", "scroll_answers(-1)", "Scroll up", show=False),
    ]

    def __init__(self, difference_id: str | None = None, *, writing: bool = False) -> None:
        super().__init__()
        self._wanted = difference_id
        self._write_on = writing
        self._part = 0
        """Of long texts: all beside each other, or one of them."""

    def body(self) -> ComposeResult:
        """The list, the one under the cursor, what can be done with it, and what was decided before."""
        yield VerticalScroll(id="difference-top", can_focus=False)
        with Vertical(id="difference-room"):
            yield VerticalScroll(id="difference", can_focus=False)
            yield Vertical(id="deciding")
            yield VerticalScroll(id="lately", can_focus=False)
        yield UndoLine("", id="undo-line", markup=False)

    def load(self) -> None:
        """Read the differences again."""
        self.read_in(read, self.laptop, then=self._opened)

    async def _opened(self, found: Open) -> None:
        current = self.current
        was = self._wanted or (current.id if current else None)
        at, marks = (self.rows.at, self.rows.marks) if self.rows is not None else (0, set[str]())
        if was and current is None and was not in {d.id for d in found.differences}:
            self.say("That difference is settled already.")
        count = len(found.differences)
        self._wanted, self.open = None, found
        self.heading = f"Differences · {count} to decide" if count else "Differences"
        ids = [d.id for d in found.differences]
        rows = DifferenceRows(found.differences, marks)
        rows.at = ids.index(was) if was in ids else max(0, min(at, count - 1))
        writing = self.focused is not None and self.focused in self.query_one("#deciding").walk_children()
        with self.app.batch_update():
            top = self.query_one("#difference-top")
            self.rows = None
            await top.remove_children()
            if count:
                await top.mount(rows)
                self.rows = rows
            await self._detail(keep=writing and was in ids)
        rows.show_cursor()
        if count and not (writing and was in ids):
            rows.focus()
        if self._write_on and self.current is not None and self.current.id in found.drafts:
            self._write_on = False
            (self.writing or self.why or rows).focus()

    @property
    def key_line(self) -> tuple[str, ...]:
        """Mine and theirs only where 1 and 2 mean that; the numbers stand beside the answers in any case."""
        names = super().key_line
        if say.mine_and_theirs(self.current) and self.current is not None and self.current.free:
            kept = names
        else:
            kept = tuple(n for n in names if n not in NUMBERED)
        undo = self.open is not None and self.open.last is not None
        return kept if undo else tuple(n for n in kept if n != "undo_decision")

    async def on_difference_rows_moved(self) -> None:
        """Show the one under the cursor."""
        self._part = 0
        await self._detail()

    # -- what is shown --------------------------------------------------------------------------------------------

    async def _detail(self, *, keep: bool = False) -> None:
        """Show the difference under the cursor; ``keep``: what is being written about it stays as it is."""
        self.refresh_lines()
        d, found = self.current, self.open
        if found is None:
            return
        room = self.query_one("#difference")
        await room.remove_children()
        if d is None:
            await room.mount(Static(EMPTY, id="nothing", markup=False))
        else:
            await room.mount_all(self._answers(d, found, self._part))
        if not keep:
            await self._deciding(d)
        await self._told_lately(found)
        self.call_after_refresh(self._fit)

    @staticmethod
    def _answers(d: Difference, found: Open, part: int) -> list[Widget]:
        compared = found.compared.get(d.id)
        if compared is not None and part:
            return [Static(one_text(d, part, compared, found.today), id="one-text")]
        answers = Horizontal(
            *(answer(d, n, found.today, compared) for n in range(len(d.values))), id="answers"
        )
        answers.set_class(len(d.values) > SIDE_BY_SIDE, "-many")
        notes = around(d, compared, found.today)
        before = Static("\n".join(notes), id="before", markup=False)
        before.display = bool(notes)
        return [Static(say.told_before(d), id="no-clash", markup=False), answers, before]

    async def _deciding(self, d: Difference | None) -> None:
        """The choices, and the reason; what was typed as the reason stays while the choice is about the same."""
        room, meant = self.query_one("#deciding"), self.meant
        about = tuple(m.id for m in meant)
        why = self._reason() if about == self._about else {"reason": "", "reason_readers": "workers"}
        if about != self._about:
            await self._put_away()
        self._about = about
        begun = self.open.drafts.get(d.id) if self.open is not None and d is not None else None
        if begun is not None and len(meant) == 1 and self.entry is None:
            self.entry = begun
            why = {"reason": begun.reason, "reason_readers": begun.reason_readers}
        await room.remove_children()
        if d is None:
            return
        reason = LineField("reason", why["reason"], id="why")
        audience = ReadersField("reason_readers", why["reason_readers"], id="why-readers")
        audience.serve(reason)
        await room.mount_all([
            Vertical(*self._lines_of(self._choices(d, meant)), id="choices"), KeyHint([("w", say.why_words(meant))], id="why-label"),
            Horizontal(reason, audience, id="why-row"), Vertical(id="another"),
        ])  # fmt: skip
        if self.entry is not None and self.entry.value is not None and d.free:
            await self._write(d)

    def _offered(self, d: Difference, name: str) -> str:
        """What a field begins with: nobody has typed that."""
        if name == "reason_readers":
            return "workers"
        compared = self.open.compared.get(d.id) if self.open is not None else None
        return proposal(d.values, compared) if name == "value" and d.kind == "words" else ""

    async def _put_away(self) -> None:
        """Keep what was being written about the difference that is left."""
        if self.entry is not None:
            await self.autosave.flush()
            if self.open is not None and self.entry.draft_id:
                self.open.drafts[self.entry.difference_id] = self.entry
        self._forget()

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep what is typed in the entry, and on the disk at the next pause."""
        d, name, answer = self.current, event.by.field, event.by.answer
        if name not in ("value", "reason", "reason_readers") or d is None or len(self.meant) > 1:
            return
        stands = self.entry or DecisionEntry(d.id, family_id=d.family_id or "")
        if (getattr(stands, name) or "") == answer or (
            self.entry is None and answer == self._offered(d, name)
        ):
            return
        if self.entry is None:
            self.entry = stands
        setattr(self.entry, name, answer)
        self.touched()

    def _choices(self, d: Difference, meant: Sequence[Difference]) -> list[tuple[str, str]]:
        if self.rows is not None and self.rows.marks:
            who = say.others(meant)
            return [("1", f"Keep all {len(meant)} of mine"), ("2", f"Take all {len(meant)} of {who}'s"),
                    ("Esc", "Unmark")]  # fmt: skip
        choices = say.choices(d)
        return choices[len(d.values) :] if len(d.values) > SIDE_BY_SIDE else choices

    def _lines_of(self, choices: Sequence[tuple[str, str]]) -> list[KeyHint]:
        """The choices on as many lines as they need."""
        lines: list[list[tuple[str, str]]] = [[]]
        room = self.size.width - MARGIN
        for choice in choices:
            if lines[-1] and sum(len(k) + len(w) + 3 for k, w in [*lines[-1], choice]) > room:
                lines.append([])
            lines[-1].append(choice)
        return [KeyHint(line) for line in lines]

    async def _told_lately(self, found: Open) -> None:
        room = self.query_one("#lately")
        await room.remove_children()
        if found.lately:
            groups = {d.group: d for d in reversed(found.lately)}
            lines = [say.lately_words(d, found.today) for d in list(reversed(groups.values()))[:LATELY]]
            await room.mount(Static("\n".join(["Decided lately", *lines]), markup=False))
        last = found.last
        line = self.query_one("#undo-line", UndoLine)
        line.update(f"u Undo: {say.decided_words(last, found.today)}" if last else "")
        line.display = last is not None

    def on_resize(self, event: Resize) -> None:
        """Another size leaves the answers another room, and the choices other lines."""
        self.call_after_refresh(self._again)

    async def _again(self) -> None:
        d = self.current
        for room in self.query("#choices").results(Vertical):
            await room.remove_children()
            if d is not None:
                await room.mount_all(self._lines_of(self._choices(d, self.meant)))
        self._fit()

    # -- long answers -------------------------------------------------------------------------------------------------

    async def action_part(self) -> None:
        """F6: of long texts one at a time, over the whole width: yours, theirs, the one before."""
        d, found = self.current, self.open
        if d is None or found is None or d.id not in found.compared:
            return
        self._part = (self._part + 1) % parts(found.compared[d.id])
        room = self.query_one("#difference")
        await room.remove_children()
        await room.mount_all(self._answers(d, found, self._part))
        room.scroll_home(animate=False)

    def action_scroll_answers(self, by: int) -> None:
        """Long answers: a page further, or back."""
        shown = self.query_one("#difference", VerticalScroll)
        shown.scroll_relative(y=by * max(1, shown.size.height - 2), animate=False)
