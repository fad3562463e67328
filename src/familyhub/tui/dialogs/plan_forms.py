"""The forms of a plan: a need, an action, a score, a copy that was given. What is typed is kept as a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from familyhub.casework.checking import clean
from familyhub.casework.plan_entries import ActionEntry, CopyEntry, NeedEntry, ScoreEntry
from familyhub.practice.plan_view import NeedView, Step
from familyhub.tui.dialogs.plan_dialog import Opened, PlanDialog
from familyhub.tui.dialogs.sharing_forms import copy_rows, take_copy
from familyhub.tui.widgets.fields import FormRow, LineField, fields_in
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

ELSE = "else"
"""The owner is somebody else, by name."""


def _changed(answer: str, stood: str) -> str | None:
    """What was typed where it is not what stands: only that is written."""
    return answer if answer != stood else None


class NeedDialog(PlanDialog):
    """A need: what, for whom, what will be different."""

    draft_kind = "need"
    saved_words = "Need"

    def __init__(
        self, family_id: str, need_id: str = "", *, person_id: str | None = None, first: str = "what",
        draft_id: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(family_id, first=first, draft_id=draft_id)
        self.need_id, self._person_id = need_id, person_id

    @property
    def key(self) -> str:
        """The need that is changed."""
        return self.need_id

    @property
    def _stood(self) -> NeedView:
        assert self.opened is not None
        if not self.need_id:
            return NeedView("", "", "", "", "", None, None, (), None, "", "", "family", "family")
        found = [n for n in self.opened.plan.needs if n.id == self.need_id]
        return found[0]

    def blank(self) -> NeedEntry:
        """Nothing typed yet."""
        if self.need_id:
            return NeedEntry(self.family_id, self.need_id, rev=self._stood.rev)
        return NeedEntry(self.family_id, person_id=self._person_id)

    def title_words(self, opened: Opened) -> str:
        """New, or the need as it stands."""
        return f"Need: {clean(self._stood.what)}" if self.need_id else "New need"

    def rows(self, opened: Opened) -> list[Widget]:
        """What, for whom, what will be different."""
        entry, stood = self.entry, self._stood
        whom = {"": "the whole family"} | {
            p.id: clean(p.given) for p in (*opened.file.children, *opened.file.adults)
        }

        def now(field: str) -> str:
            typed = getattr(entry, field)
            return str((getattr(stood, field) if typed is None else typed) or "")

        return [
            ProseRow("Need", ProseField("what", now("what"), least=2, most=5), ReadersField("what_readers", now("what_readers"))),
            FormRow("For", ChoiceField("person_id", whom, now("person_id"))),
            ProseRow(
                "Different", ProseField("outcome", now("outcome"), least=3, most=8,
                                        placeholder="what will be different, for whom, how often, by when"),
                ReadersField("outcome_readers", now("outcome_readers")),
            ),
        ]  # fmt: skip

    def take(self, name: str, answer: str) -> None:
        """Only what differs from what stands."""
        setattr(self.entry, name, _changed(answer, str(getattr(self._stood, name) or "")))

    def do(self, laptop: Laptop, entry: NeedEntry) -> Saved:
        """Add or change it."""
        from familyhub.casework import plans

        return plans.change_need(laptop, entry) if entry.need_id else plans.add_need(laptop, entry)


class ActionDialog(PlanDialog):
    """An action: what, who and of which agency, by when, under which need."""

    draft_kind = "plan_action"
    saved_words = "Action"

    def __init__(
        self, family_id: str, action_id: str = "", *, need_id: str | None = None, first: str = "what",
        draft_id: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(family_id, first=first, draft_id=draft_id)
        self.action_id, self._need_id = action_id, need_id

    @property
    def key(self) -> str:
        """The action that is changed."""
        return self.action_id

    @property
    def _stood(self) -> Step:
        assert self.opened is not None
        if not self.action_id:
            return Step("", "", "", "", None, "not_started", False, None, "", readers="family")
        found = [s for s in self.opened.plan.actions if s.id == self.action_id]
        return found[0]

    def blank(self) -> ActionEntry:
        """Nothing typed yet."""
        if self.action_id:
            return ActionEntry(self.family_id, self.action_id, rev=self._stood.rev)
        return ActionEntry(self.family_id, need_id=self._need_id)

    def title_words(self, opened: Opened) -> str:
        """New, or the action as it stands."""
        return f"Action: {clean(self._stood.what)}" if self.action_id else "New action"

    def _who(self) -> str:
        """The owner as the choice has it: ``person:ID``, ``worker:ID``, ``else``, or nobody."""
        entry, stood = self.entry, self._stood
        if all(x is None for x in (entry.owner, entry.owner_person_id, entry.owner_worker_id)):
            person, worker, owner = stood.owner_person_id, stood.owner_worker_id, stood.owner
        else:
            person, worker, owner = entry.owner_person_id, entry.owner_worker_id, entry.owner
        if person:
            return f"person:{person}"
        return f"worker:{worker}" if worker else ELSE if owner else ""

    def rows(self, opened: Opened) -> list[Widget]:
        """What, who, by when, under which need."""
        entry, stood = self.entry, self._stood
        who = {"": "nobody yet", ELSE: "somebody else: name"}
        who |= {
            f"person:{p.id}": f"{clean(p.given)}, family"
            for p in (*opened.file.adults, *opened.file.children)
        }
        who |= {f"worker:{i}": f"{clean(name)}, council" for i, name in opened.workers}
        needs = {n.id: f"{k} {clean(n.what)[:40]}" for k, n in enumerate(opened.plan.needs, start=1)}
        name = (entry.owner if entry.owner is not None else stood.owner) if self._who() == ELSE else ""
        due = stood.due if entry.due is None else entry.due
        return [
            ProseRow(
                "What", ProseField("what", stood.what if entry.what is None else entry.what, least=2, most=5),
                ReadersField("what_readers", entry.what_readers or stood.readers),
            ),
            FormRow("Who", ChoiceField("who", who, self._who()), LineField("owner", name, placeholder="a name, of somebody else")),
            FormRow("Agency", LineField("agency", stood.agency if entry.agency is None else entry.agency)),
            FormRow("By", DayField("due", due or "", today=opened.today), hint="tue · 12/3 · in 2 weeks · empty: no date"),
            FormRow("Need", ChoiceField("need_id", {**needs, "": "under no need"},
                                        (stood.need_id if entry.need_id is None else entry.need_id) or "")),
        ]  # fmt: skip

    def take(self, name: str, answer: str) -> None:
        """Only what differs from what stands; one owner."""
        entry, stood = self.entry, self._stood
        if name == "who":
            self._choose(answer)
        elif name == "owner":
            if answer.strip() and answer != stood.owner:
                entry.owner, entry.owner_person_id, entry.owner_worker_id = answer, None, None
                self._put("who", ELSE)
        else:
            before = {"what": stood.what, "agency": stood.agency, "due": stood.due or "", "need_id": stood.need_id or "",
                      "what_readers": stood.readers}[name]  # fmt: skip
            setattr(entry, name, _changed(answer, before))

    def _choose(self, answer: str) -> None:
        if answer == self._who():
            return
        entry = self.entry
        kind, _, identity = answer.partition(":")
        entry.owner, entry.owner_person_id, entry.owner_worker_id = None, None, None
        if kind == "person":
            entry.owner_person_id = identity
            self._put("agency", "family")
        elif kind == "worker":
            entry.owner_worker_id = identity
            self._put("agency", "council")
        else:
            entry.owner = ""
        if kind != ELSE:
            self._put("owner", "")

    def _put(self, name: str, value: str) -> None:
        field = next(f for f in fields_in(self) if f.field == name)
        if field.answer != value:
            field.answer = value

    def do(self, laptop: Laptop, entry: ActionEntry) -> Saved:
        """Add or change it."""
        from familyhub.casework import plans

        return plans.change_action(laptop, entry) if entry.action_id else plans.add_action(laptop, entry)


class ScoreDialog(PlanDialog):
    """Where a need stands, 0 (worst) to 10."""

    draft_kind = "score"
    saved_words = "Score"

    def __init__(self, family_id: str, need_id: str, *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="score", draft_id=draft_id)
        self.need_id = need_id

    @property
    def key(self) -> str:
        """The need that is scored."""
        return self.need_id

    def blank(self) -> ScoreEntry:
        """Nothing typed yet."""
        return ScoreEntry(self.need_id, on=self.laptop.today.isoformat(), family_id=self.family_id)

    def title_words(self, opened: Opened) -> str:
        """The need."""
        return f"Score: {next(clean(n.what) for n in self._needs(opened))}"

    def _needs(self, opened: Opened) -> list[NeedView]:
        found = [n for n in opened.plan.needs if n.id == self.need_id]
        if not found:
            raise LookupError(self.need_id)
        return found

    def rows(self, opened: Opened) -> list[Widget]:
        """0 to 10, and the day."""
        need = self._needs(opened)[0]
        last = f"last time {need.last_score}" if need.last_score is not None else "not scored yet"
        score = "" if self.entry.score is None else str(self.entry.score)
        return [
            FormRow("Stands at", LineField("score", score, width=6), hint=f"0 (worst) to 10 · {last}"),
            FormRow("On", DayField("on", self.entry.on, today=opened.today, past=True)),
        ]

    def take(self, name: str, answer: str) -> None:
        """A whole number, and the day."""
        if name == "score":
            typed = answer.strip()
            self.entry.score = int(typed) if typed.isascii() and typed.isdigit() else None
        else:
            self.entry.on = answer

    def do(self, laptop: Laptop, entry: ScoreEntry) -> Saved:
        """Record it."""
        from familyhub.casework import plans

        return plans.score_need(laptop, entry)


class CopyDialog(PlanDialog):
    """A copy of the plan given to one person; whether that is safe is asked each time."""

    draft_kind = "copy"
    saved_words = "That a copy was given is"

    def __init__(self, family_id: str, *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="person_id", draft_id=draft_id)

    def blank(self) -> CopyEntry:
        """Nothing typed yet."""
        return CopyEntry(self.family_id, on=self.laptop.today.isoformat())

    def title_words(self, opened: Opened) -> str:
        """What it is about."""
        return "A copy of the plan was given"

    def rows(self, opened: Opened) -> list[Widget]:
        """To whom, when, safe?"""
        return copy_rows(opened, self.entry)

    def take(self, name: str, answer: str) -> None:
        """An answer each."""
        take_copy(self.entry, name, answer)

    def do(self, laptop: Laptop, entry: CopyEntry) -> Saved:
        """Record it."""
        from familyhub.casework import plans

        return plans.give_copy(laptop, entry)


def form_of(entry: Any, draft_id: str) -> PlanDialog | None:
    """The form in which a draft is written on; None for an entry of another kind."""
    match entry:
        case NeedEntry():
            return NeedDialog(entry.family_id, entry.need_id, draft_id=draft_id)
        case ActionEntry():
            return ActionDialog(entry.family_id, entry.action_id, draft_id=draft_id)
        case ScoreEntry():
            return ScoreDialog(entry.family_id, entry.need_id, draft_id=draft_id)
        case CopyEntry():
            return CopyDialog(entry.family_id, draft_id=draft_id)
    return None
