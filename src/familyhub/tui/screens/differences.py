"""*Differences*: two answers to one question, side by side. Nothing is lost, and nothing decides but a person."""

# long: one page, its answers and what can be done with them
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Click, Key, Resize
from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.entries import DecisionEntry
from familyhub.casework.problems import Problem
from familyhub.practice.differences import Decided, Difference
from familyhub.tui.page import Page
from familyhub.tui.screens import differences_words as say
from familyhub.tui.screens.differences_answers import (
    SIDE_BY_SIDE,
    Answer,
    Compared,
    answer,
    around,
    compare,
    one_text,
    parts,
    proposal,
)
from familyhub.tui.screens.differences_list import DifferenceRows
from familyhub.tui.widgets.autosave import KeepsDraft
from familyhub.tui.widgets.fields import DayField, Field, FieldChanged, FormRow, LineField, show_problems
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_hint import KeyHint
from familyhub.tui.widgets.fields_prose import ProseField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

EMPTY = (
    "Nothing to decide.\n\nWhen two people change the same thing without having seen each other's answer,"
    " both are kept and somebody decides here."
)
NUMBERED = ("take_mine", "take_theirs", "write_another", "ask_them")
"""Commands whose words fit two answers, one's own and another's."""
PLAN_PARTS = ("action", "plan", "need", "next_visit", "two_open_plans")
LATELY = 8
"""Decisions that are told under the answers, where there is room."""
MARGIN = 4
"""Columns that the choices leave free at both ends."""
LEAST_ROOM = 3
"""Lines that the answers have at least."""


@dataclass(frozen=True, slots=True)
class Open:
    """Everything the page shows."""

    differences: tuple[Difference, ...]
    compared: dict[str, Compared]
    lately: tuple[Decided, ...]
    drafts: dict[str, DecisionEntry]
    """What was being written about a difference when it was left."""
    today: date

    @property
    def last(self) -> Decided | None:
        """The own decision that undo means: the newest that nobody has changed since."""
        return next((d for d in self.lately if d.mine and d.can_undo), None)


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


class DifferencesScreen(KeepsDraft, Page):
    """Decide what two people wrote."""

    place = "differences"
    draft_kind = "decision"
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
        self.open: Open | None = None
        self._busy = False
        self.rows: DifferenceRows | None = None
        """The list, when there is one."""
        self._about: tuple[str, ...] = ()
        """What the choices under the answers are about."""

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
    def current(self) -> Difference | None:
        """The difference under the cursor."""
        return self.rows.found[self.rows.at] if self.rows is not None and self.rows.found else None

    @property
    def meant(self) -> list[Difference]:
        """What a decision is about: those that are marked, else the one under the cursor."""
        marked = self.rows.marked if self.rows is not None else []
        return marked or [d for d in [self.current] if d is not None]

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

    @property
    def writing(self) -> Field | None:
        """The field for another answer, while one is written."""
        return next((w for w in self.query("#another .field").results(Field) if w.field == "value"), None)

    @property
    def why(self) -> LineField | None:
        """The field for the reason."""
        return next(iter(self.query("#why").results(LineField)), None)

    @property
    def family_here(self) -> str | None:
        """The family the difference is about."""
        return self.current.family_id if self.current else None

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

    def _forget(self) -> None:
        """Nothing is being written any more."""
        self.entry, self._autosave, self.kept = None, None, ""

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

    def _fit(self) -> None:
        """The answers take the lines that the choices leave; longer ones scroll."""
        if self.is_attached:
            room, deciding = self.query_one("#difference-room"), self.query_one("#deciding")
            most = max(LEAST_ROOM, room.size.height - deciding.outer_size.height)
            self.query_one("#difference").styles.max_height = most

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

    # -- deciding -------------------------------------------------------------------------------------------------

    def on_key(self, event: Key) -> None:
        """Numbers beyond four, where more than two people wrote."""
        if event.character in ("5", "6", "7", "8", "9") and self.focused is self.rows:
            event.stop()
            self.run_worker(self._choose(int(event.character)))

    async def on_key_hint_pressed(self, event: KeyHint.Pressed) -> None:
        """A click on a choice."""
        event.stop()
        if event.key == "w":
            self.action_why()
        elif event.key == "Esc":
            await self.action_stop_writing()
        else:
            await self._choose(int(event.key))

    async def on_answer_taken(self, event: Answer.Taken) -> None:
        """A double click on an answer."""
        event.stop()
        await self._choose(event.number)

    async def action_take_mine(self) -> None:
        """1: the first answer."""
        await self._choose(1)

    async def action_take_theirs(self) -> None:
        """2: the second answer."""
        await self._choose(2)

    async def action_write_another(self) -> None:
        """3: write another, or the third answer."""
        await self._choose(3)

    async def action_ask_them(self) -> None:
        """4: ask and leave it open, or the fourth answer."""
        await self._choose(4)

    def action_why(self) -> None:
        """w: write why first; Enter goes back to the choices."""
        if self.why is not None:
            self.why.focus()

    def action_readers(self) -> None:
        """F3: who may read why."""
        for field in self.query("#why-readers").results(ReadersField):
            field.action_open()

    def action_mark(self) -> None:
        """Space: mark a difference, to decide several in one go."""
        if self.rows is not None and (why_not := self.rows.toggle()):
            self.say(why_not)

    def action_mark_like(self) -> None:
        """a: mark all that came of one event with this one."""
        if self.rows is not None and (count := self.rows.mark_like()) < 2:
            self.say("No other difference came of the same event." if count else "This one is decided alone.")

    async def _choose(self, number: int) -> None:
        d, meant = self.current, self.meant
        if d is None or self.open is None:
            return
        if self.rows is not None and self.rows.marks:
            if number <= 2:
                await self._decide([(m, say.own_first(m)[number - 1][0]) for m in meant])
            return
        if number <= len(d.values):
            await self._decide([(d, say.own_first(d)[number - 1][0])])
            return
        chosen = dict(say.choices(d)).get(str(number), "")
        if chosen == "Write another":
            await self._write(d)
            if self.writing is not None:
                self.writing.focus()
        elif chosen:
            await self._ask(d)

    async def _write(self, d: Difference) -> None:
        """Make the field for another answer; what was written in it before stands in it again."""
        if self.writing is not None:
            return
        assert self.open is not None
        compared = self.open.compared.get(d.id)
        field = self._field(d, compared)
        saves = "Enter saves" if isinstance(field, LineField) else "^S saves"
        if compared is not None:
            saves = f"{'Both edits are in it' if compared.both else 'It begins with yours'} · {saves}"
        await self.query_one("#another").mount(
            FormRow("Instead", field), Static(f"{saves} · Esc leaves it open", id="saves", markup=False)
        )
        if self.entry is not None and self.entry.value is not None:
            field.answer = self.entry.value
        self.call_after_refresh(self._fit)

    def _field(self, d: Difference, compared: Compared | None) -> Field:
        """A field that fits what is asked."""
        assert self.open is not None
        if d.kind == "day":
            return DayField("value", today=self.open.today)
        if d.codes:
            return ChoiceField("value", {code: clean(words) for code, words in d.codes})
        if d.kind == "words":
            return ProseField("value", proposal(d.values, compared), least=3, most=6)
        return LineField("value")

    async def on_line_field_entered(self, event: LineField.Entered) -> None:
        """Enter in the field for another answer saves it; in the reason it goes back to what is decided."""
        event.stop()
        if event.by is self.writing:
            await self.action_save_another()
        elif self.writing is not None:
            self.writing.focus()
        elif self.rows is not None:
            self.rows.focus()

    async def action_save_another(self) -> None:
        """^S: save what was written instead."""
        if self.writing is not None and self.current is not None:
            await self._decide([(self.current, None)], value=self.writing.answer)

    async def action_stop_writing(self) -> None:
        """Esc: leave what is being written (it stays as a draft), take the marks away, or leave the page."""
        if self.writing is not None and self.focused is self.writing:
            await self.query_one("#another").remove_children()
            self.call_after_refresh(self._fit)
        elif self.focused is self.rows or self.rows is None:
            if self.rows is None or not self.rows.marks:
                await self.run_action("app.back")
            else:
                self.rows.unmark()
            return
        if self.rows is not None:
            self.rows.focus()

    def _reason(self) -> dict[str, Any]:
        readers = next((r.answer for r in self.query("#why-readers").results(ReadersField)), "workers")
        return {"reason": self.why.answer if self.why is not None else "", "reason_readers": readers}

    async def _decide(
        self, chosen: Sequence[tuple[Difference, int | None]], *, value: str | None = None
    ) -> None:
        if self._busy or self.open is None:
            return
        self._busy = True
        await self._stop_keeping()
        drafts = {i: e.draft_id for i, e in self.open.drafts.items()}
        if self.entry is not None:
            drafts[self.entry.difference_id] = self.entry.draft_id
        entries = [
            DecisionEntry(
                d.id, take=take, value=value, rev=d.rev, draft_id=drafts.get(d.id, ""), **self._reason()
            )
            for d, take in chosen
        ]
        self.work(_decide, self.laptop, entries, then=self._decided, failed=self._refused)

    async def _stop_keeping(self) -> None:
        """What is typed is being saved for good: no draft is written meanwhile."""
        if self.entry is not None:
            await self.keep()
            await self.autosave.stop()

    async def _decided(self, saved: Saved) -> None:
        await self._done("Decided on this laptop · not yet sent")

    async def _done(self, said: str) -> None:
        self._busy = False
        self._about = ()
        self._forget()
        await self.query_one("#deciding").remove_children()
        if self.rows is not None:
            self.rows.marks.clear()
            self.rows.focus()
        self.say(said)
        self.hub_app.nudge_sync()
        self.load()

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        if self.entry is not None:
            self.autosave.go_on()
        if not problems or show_problems(self.query_one("#deciding"), problems):
            self.hub_app.say(sentence, wrong=True)
            self.load()

    async def _ask(self, d: Difference) -> None:
        from familyhub.casework.entries import QuestionEntry

        if self._busy or self.open is None:
            return
        self._busy = True
        await self._stop_keeping()
        why = self._reason()
        begun = self.entry or self.open.drafts.get(d.id)
        entry = QuestionEntry(d.id, why["reason"], why["reason_readers"], begun.draft_id if begun else "")
        who = say.others([d]) or "The others"

        async def asked(saved: Saved) -> None:
            await self._done(f"Left open. {who} will see that you ask · not yet sent")

        self.work(_ask, self.laptop, entry, then=asked, failed=self._refused)

    def action_undo_decision(self) -> None:
        """u: the last decision of one's own is undone; the difference is open again."""
        last = self.open.last if self.open is not None else None
        if last is None:
            self.say("There is no decision of yours to undo.")
        elif not self._busy:
            self._busy = True
            self._wanted = last.difference_id
            self.work(_undo, self.laptop, last.id, then=self._undone, failed=self._refused)

    async def _undone(self, saved: Saved) -> None:
        await self._done("Undone on this laptop: it is open again · not yet sent")

    # -- going ----------------------------------------------------------------------------------------------------

    def action_next_difference(self) -> None:
        """n: the next one, and after the last the first."""
        if self.rows is not None:
            self.rows._go((self.rows.at + 1) % len(self.rows.ids))

    def action_open_its_family(self) -> None:
        """o: the family it is about."""
        d = self.current
        if d is None or not d.family_id:
            self.say("This one is about no family on this laptop.")
            return
        self.hub_app.open_family(d.family_id, tab="plan" if d.entity in PLAN_PARTS else "story")

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


def _decide(laptop: Laptop, entries: Sequence[DecisionEntry]) -> Saved:
    from familyhub.casework import differences
    from familyhub.casework.entries import DecisionsEntry

    if len(entries) == 1:
        return differences.decide(laptop, entries[0])
    first = entries[0]
    return differences.decide_several(
        laptop, DecisionsEntry(list(entries), first.reason, first.reason_readers)
    )


def _ask(laptop: Laptop, entry: Any) -> Saved:
    from familyhub.casework import differences

    return differences.ask(laptop, entry)


def _undo(laptop: Laptop, decision_id: str) -> Saved:
    from familyhub.casework import undoing
    from familyhub.casework.entries import UndoEntry

    return undoing.undo(laptop, UndoEntry(decision_id))
