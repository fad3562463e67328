"""The form in which a meeting is planned or moved: which, when, where, and who is invited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from familyhub.casework.checking import clean
from familyhub.casework.closing_entries import ClosingEntry, FollowUpEntry
from familyhub.casework.meeting_entries import Guest, MeetingPlan
from familyhub.practice.meetings import REVIEW, TAF, MeetingView
from familyhub.records.codes import MEETING_KIND
from familyhub.tui.dialogs.family_dialog import FamilyDialog, Opened
from familyhub.tui.widgets.fields import FormRow, LineField
from familyhub.tui.widgets.fields_choice import ChoiceField
from familyhub.tui.widgets.fields_read import DayField, TimeField
from familyhub.tui.widgets.fields_ticks import Tick, TicksField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

OTHERS = "others"
"""Where the form remembers names of people who are in no file, as they are typed."""


class MeetingPlanDialog(FamilyDialog):
    """A meeting that is planned; nobody is invited until somebody ticks them."""

    draft_kind = "meeting_plan"
    saved_words = "Meeting"

    def __init__(self, family_id: str, moved: str = "", *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="on", draft_id=draft_id)
        self.moved = moved

    @property
    def key(self) -> str:
        """The meeting that is moved."""
        return self.moved

    def blank(self) -> MeetingPlan:
        """The next review by the local clock, or the meeting that is moved as it stands."""
        assert self.opened is not None
        stood = self._stood()
        if stood is None:
            plan = self.opened.file.plan
            return MeetingPlan(
                self.family_id, REVIEW if plan else TAF, (plan.review_due or "") if plan else ""
            )
        guests = [_guest(g.key, g.name, g.agency) for g in stood.guests]
        return MeetingPlan(self.family_id, stood.kind, stood.on, stood.at, stood.place, guests, stood.id)

    def _stood(self) -> MeetingView | None:
        assert self.opened is not None
        return next((m for m in self.opened.file.meetings if m.id == self.moved), None)

    def title_words(self, opened: Opened) -> str:
        """Planned anew, or moved."""
        return "Move the meeting" if self.moved else "Plan a meeting"

    def rows(self, opened: Opened) -> list[Widget]:
        """Which, when, where, who."""
        entry = self.entry
        people = [
            (f"person:{p.id}", clean(p.given))
            for p in (*opened.file.adults, *opened.file.children)
            if p.role != "unborn"
        ]
        workers = [(f"worker:{i}", clean(name)) for i, name in opened.workers]
        ticked = [g.key for g in entry.guests if not g.name]
        known = entry.page.get(OTHERS, "; ".join(_named(g) for g in entry.guests if g.name))
        entry.page[OTHERS] = known
        kinds = {k: w[:1].upper() + w[1:] for k, w in MEETING_KIND.values.items()}
        return [
            FormRow("Meeting", ChoiceField("kind", kinds, entry.kind)),
            FormRow("On", DayField("on", entry.on, today=opened.today, ahead=True), TimeField("at", entry.at),
                    LineField("place", entry.place, placeholder="where")),
            FormRow("Family", TicksField("people", [Tick(*p) for p in people], ticked, id="people")),
            FormRow("Council", TicksField("workers", [Tick(*w) for w in workers], ticked, id="workers")),
            FormRow("Others", LineField(OTHERS, known, placeholder="name, agency; next name, agency")),
            FormRow("Although", LineField("although", entry.although, placeholder="only where something speaks against it")),
        ]  # fmt: skip

    def take(self, name: str, answer: str) -> None:
        """Put an answer into the entry; guests are who is ticked and who is named."""
        entry = self.entry
        if name in ("people", "workers"):
            kind = "person:" if name == "people" else "worker:"
            kept = [g for g in entry.guests if g.name or not g.key.startswith(kind)]
            entry.guests = [*kept, *(_guest(key, "", "") for key in answer.split(",") if key)]
        elif name == OTHERS:
            entry.page[OTHERS] = answer
            pairs = (part.partition(",") for part in answer.split(";"))
            named = [Guest(name=n.strip(), agency=a.strip()) for n, _, a in pairs if n.strip()]
            entry.guests = [*(g for g in entry.guests if not g.name), *named]
        elif hasattr(entry, name):
            setattr(entry, name, answer)

    def do(self, laptop: Laptop, entry: MeetingPlan) -> Saved:
        """Plan it."""
        from familyhub.casework import meetings

        return meetings.plan_meeting(laptop, entry)


def _guest(key: str, name: str, agency: str) -> Guest:
    kind, _, identity = key.partition(":")
    if kind == "person":
        return Guest(person_id=identity)
    return Guest(worker_id=identity) if kind == "worker" else Guest(name=name, agency=agency)


def _named(guest: Guest) -> str:
    return f"{guest.name}, {guest.agency}" if guest.agency else guest.name


def form_of(entry: Any, draft_id: str) -> FamilyDialog | None:
    """The form in which a draft about meetings or the end of help is written on; None for an entry of another kind."""
    from familyhub.tui.dialogs.closing_forms import ClosingDialog, FollowUpDialog

    match entry:
        case MeetingPlan():
            return MeetingPlanDialog(entry.family_id, entry.replaces, draft_id=draft_id)
        case ClosingEntry():
            return ClosingDialog(entry.family_id, draft_id=draft_id)
        case FollowUpEntry():
            return FollowUpDialog(entry.family_id, draft_id=draft_id)
    return None
