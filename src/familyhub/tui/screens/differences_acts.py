"""What is done about a difference: an answer is taken, another is written, the others are asked, a decision is undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from textual.events import Key
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.entries import DecisionEntry
from familyhub.casework.problems import Problem
from familyhub.practice.differences import Decided, Difference
from familyhub.tui.page import Page
from familyhub.tui.screens import differences_words as say
from familyhub.tui.screens.differences_answers import Answer, Compared, proposal
from familyhub.tui.screens.differences_list import DifferenceRows
from familyhub.tui.widgets.autosave import KeepsDraft
from familyhub.tui.widgets.fields import Field, FormRow, LineField, show_problems
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_hint import KeyHint
from familyhub.tui.widgets.fields_prose import ProseField
from familyhub.tui.widgets.fields_read import DayField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

PLAN_PARTS = ("action", "plan", "need", "next_visit", "two_open_plans")
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


class DifferenceActs(KeepsDraft, Page):
    """The acts of *Differences*; the screen shows what they are about."""

    draft_kind = "decision"

    def __init__(self) -> None:
        super().__init__()
        self.open: Open | None = None
        self.rows: DifferenceRows | None = None
        """The list, when there is one."""
        self._wanted: str | None = None
        """The difference that the cursor is to be on when the page has been read."""
        self._about: tuple[str, ...] = ()
        """What the choices under the answers are about."""
        self._busy = False

    # -- what is meant ---------------------------------------------------------------------------------------------

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

    # -- choosing --------------------------------------------------------------------------------------------------

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

    # -- writing another -------------------------------------------------------------------------------------------

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

    def _fit(self) -> None:
        """The answers take the lines that the choices leave; longer ones scroll."""
        if self.is_attached:
            room, deciding = self.query_one("#difference-room"), self.query_one("#deciding")
            most = max(LEAST_ROOM, room.size.height - deciding.outer_size.height)
            self.query_one("#difference").styles.max_height = most

    # -- deciding --------------------------------------------------------------------------------------------------

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

    def _forget(self) -> None:
        """Nothing is being written any more."""
        self.entry, self._autosave, self.kept = None, None, ""

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

    # -- going -----------------------------------------------------------------------------------------------------

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
