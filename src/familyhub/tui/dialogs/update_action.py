"""*Update action*: how it goes, by when, what moved and who may read it; with the progress so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.plan_entries import ActionUpdate
from familyhub.casework.problems import refuse
from familyhub.practice.days import short_day
from familyhub.practice.differences import Difference
from familyhub.practice.plan_view import Step
from familyhub.records.codes import ACTION_STATUS
from familyhub.tui.dialogs.form_dialog import Begun, FormDialog, kept_before
from familyhub.tui.widgets.fields import FormRow
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

LATELY = 6
"""Lines of progress that are shown, the newest."""


@dataclass(frozen=True, slots=True)
class Opened(Begun):
    """What was read to open the form."""

    step: Step
    worker: str
    two_answers: tuple[Difference, ...]


class UpdateActionDialog(FormDialog[Opened]):
    """What moved on one action; True when something was saved."""

    draft_kind = "action"
    saved_words = "Action"

    def __init__(self, action_id: str) -> None:
        super().__init__(first="status")
        self.action_id = action_id

    @property
    def key(self) -> str:
        """The action."""
        return self.action_id

    @property
    def worth_keeping(self) -> bool:
        """Words are; a status or a day alone is chosen again as quickly."""
        return bool(self.entry.note.strip())

    def read(self, laptop: Laptop) -> Opened:
        """Read the action, the differences in it, and what was typed about it before. Runs in a thread."""
        from familyhub.casework import reading

        action, _ = reading.find_action(laptop, self.action_id)
        file = reading.family(laptop, action.scope.removeprefix("fam:"))
        step = next((s for p in file.plans for s in p.actions if s.id == self.action_id), None)
        if step is None:
            raise refuse("action", "That action is in no plan of this family any more.")
        two = tuple(d for d in file.differences if d.entity == "action" and d.row_id == self.action_id)
        draft = kept_before(laptop, self.draft_kind, self.key, None)
        if draft.entry is not None:
            draft.entry.rev = step.rev
        return Opened(file.name, laptop.today, draft, step, laptop.who.name, two)

    def blank(self) -> ActionUpdate:
        """Nothing typed yet."""
        assert self.opened is not None
        return ActionUpdate(self.action_id, rev=self.opened.step.rev)

    def title_words(self, opened: Opened) -> str:
        """What is done, and by whom."""
        step = opened.step
        who = ", ".join(clean(p) for p in (step.owner, "" if step.agency == "family" else step.agency) if p)
        return f"{clean(step.what)} · {who or 'nobody named'}"

    def rows(self, opened: Opened) -> list[Widget]:
        """What moved before, then how it goes, by when, what moved."""
        step, entry = opened.step, self.entry
        due = step.due or "" if entry.due is None else entry.due
        told = [*self._progress(opened), *self._two_answers(opened)]
        return [
            Vertical(*told, classes="told"),
            FormRow("Going", ChoiceField("status", ACTION_STATUS.values, entry.status or step.status)),
            FormRow("By when", DayField("due", due, today=opened.today), hint="tue · 12/3 · in 2 weeks · empty: no date"),
            ProseRow("What moved", ProseField("note", entry.note, least=3, most=10), ReadersField("readers", entry.readers)),
        ]  # fmt: skip

    @staticmethod
    def _progress(opened: Opened) -> list[Static]:
        if not opened.step.progress:
            return [Static("No progress is recorded yet.", classes="muted", markup=False)]
        lines = []
        for moved in opened.step.progress[-LATELY:]:
            by = "you" if moved.by == opened.worker else clean(moved.by)
            line = f"{short_day(moved.on, opened.today)}, {by}: {clean(moved.text)}"
            lines.append(Static(line, markup=False))
        return lines

    @staticmethod
    def _two_answers(opened: Opened) -> list[Static]:
        found = []
        for d in opened.two_answers:
            told = [f"{clean(v.words)} ({'you' if v.mine else clean(v.by_name)})" for v in d.values]
            line = f"! Two answers stand for {d.field_words}: {' and '.join(told)}. Differences (D) decides."
            found.append(Static(line, classes="two-answers", markup=False))
        return found

    def take(self, name: str, answer: str) -> None:
        """Only what differs from what stands; the words and who may read them."""
        assert self.opened is not None
        stood = {"status": self.opened.step.status, "due": self.opened.step.due or ""}
        setattr(self.entry, name, None if stood.get(name) == answer else answer)

    def do(self, laptop: Laptop, entry: ActionUpdate) -> Saved:
        """Save what moved."""
        from familyhub.casework import actions

        return actions.update_action(laptop, entry)
