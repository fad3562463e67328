"""What the page of a meeting knows without a screen: how it begins, what is still needed, what stood last time."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from familyhub.casework.entries import ActionMoved
from familyhub.casework.meeting_entries import ChildAt, Guest, MeetingEntry, ScoreAt
from familyhub.casework.problems import Problem
from familyhub.practice.days import read_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.meetings import (
    CHILDREN,
    DECISION,
    REVIEW,
    TAF,
    THEN_NOW,
    WHO,
    MeetingView,
    Needed,
    children_asked,
    held_before,
    next_review,
    still_needed,
)
from familyhub.practice.plan_rules import FAMILY
from familyhub.practice.plan_view import NeedView, PlanView, Step
from familyhub.practice.who_may_read import may_read

PARTS = {WHO: "Who", CHILDREN: "Children", THEN_NOW: "Then and now", DECISION: "Decision"}


@dataclass(frozen=True, slots=True)
class Opened:
    """What was read from the store to open the page."""

    file: FamilyFile
    entry: MeetingEntry
    today: date
    worker_id: str
    workers: dict[str, str]
    """Colleagues' names by id."""
    planned: MeetingView | None

    @property
    def last(self) -> MeetingView | None:
        """The last meeting that was held."""
        return held_before(self.file.meetings, "")

    @property
    def plan(self) -> PlanView | None:
        """The plan that is open."""
        return self.file.plan

    @property
    def offered(self) -> str:
        """The day that the local clock offers for the next review."""
        return next_review(self.today, self.file.review_rules).isoformat()


def begin(file: FamilyFile, planned: MeetingView | None, today: date) -> MeetingEntry:
    """An empty page: the planned meeting where its day has come, else today's; nobody is marked as there."""
    ready = planned if planned is not None and planned.on <= today.isoformat() else None
    if ready is None:
        return MeetingEntry(file.id, kind=REVIEW if file.plan else TAF, on=today.isoformat())
    return MeetingEntry(file.id, ready.id, ready.kind, ready.on, ready.at, ready.place)


def settle(entry: MeetingEntry, opened: Opened) -> MeetingEntry:
    """Give the page a line for everybody who may have come, each child and each need; returns the entry."""
    file, known = opened.file, {g.key: g for g in entry.guests}
    for guest in _expected(opened):
        known.setdefault(guest.key, guest)
    entry.guests = list(known.values())
    children = {c.person_id: c for c in entry.children}
    entry.children = [children.get(c.id) or ChildAt(c.id) for c in file.children]
    scores = {s.need_id: s for s in entry.scores}
    entry.scores = [scores.get(n.id) or ScoreAt(n.id) for n in opened.plan.needs] if opened.plan else []
    return entry


def _expected(opened: Opened) -> Iterable[Guest]:
    """Who was invited, the adults of the family, I, and whoever of another agency owns an open action."""
    for invited in opened.planned.guests if opened.planned else ():
        kind, _, identity = invited.key.partition(":")
        yield Guest(
            person_id=identity if kind == "person" else "", worker_id=identity if kind == "worker" else "",
            name=invited.name if kind == "name" else "", agency=invited.agency,
        )  # fmt: skip
    for adult in opened.file.adults:
        yield Guest(person_id=adult.id)
    yield Guest(worker_id=opened.worker_id)
    given = {p.given for p in (*opened.file.adults, *opened.file.children)}
    for step in opened.plan.actions if opened.plan else ():
        elsewhere = step.owner and not step.owner_person_id and not step.owner_worker_id
        if step.open and elsewhere and step.agency.lower() not in FAMILY and step.owner not in given:
            if step.owner in opened.workers.values():
                continue
            yield Guest(name=step.owner, agency=step.agency)


def guest_words(guest: Guest, opened: Opened, *, front: bool = False) -> str:
    """A guest's name with their agency; in the front room the name alone."""
    if guest.person_id:
        people = {p.id: p.given for p in (*opened.file.adults, *opened.file.children)}
        return people.get(guest.person_id, "somebody")
    if guest.worker_id:
        return opened.workers.get(guest.worker_id, guest.worker_id)
    return f"{guest.name}, {guest.agency}" if guest.agency and not front else guest.name


def open_steps(plan: PlanView | None, *, front: bool = False) -> tuple[Step, ...]:
    """Open actions of the plan, in its order; in the front room those that the family may read."""
    steps = plan.actions if plan else ()
    return tuple(s for s in steps if s.open and (not front or may_read("family", s.readers)))


def scored_needs(plan: PlanView | None, *, front: bool = False) -> tuple[NeedView, ...]:
    """Needs to score; in the front room those that the family may read."""
    needs = plan.needs if plan else ()
    return tuple(n for n in needs if not front or may_read("family", n.what_readers))


def needed(entry: MeetingEntry, opened: Opened) -> list[Needed]:
    """What is missing before the meeting can be finished, in the order of the page."""
    answered = {c.person_id for c in entry.children if c.views.strip() or c.none_because.strip()}
    asked = children_asked(opened.file, _day(entry.on, opened.today))
    return still_needed(
        kind=entry.kind, on=entry.on, came=any(g.state == "came" for g in entry.guests),
        children=[(c.id, c.given, c.id in answered) for c in asked], decision=entry.decision, because=entry.because,
        next_due=entry.next_due, no_next_because=entry.no_next_because,
    )  # fmt: skip


def problems(entry: MeetingEntry, opened: Opened) -> list[Problem]:
    """A sentence for everything that is still needed; whatever else is wrong, casework says."""
    return [Problem(n.field, n.sentence) for n in needed(entry, opened)]


def finished(entry: MeetingEntry) -> MeetingEntry:
    """The entry as it is saved: only what was answered."""
    out = copy.deepcopy(entry)
    out.guests = [g for g in out.guests if g.state]
    out.actions = [a for a in out.actions if a.status or a.due or a.text.strip()]
    out.scores = [s for s in out.scores if s.score is not None]
    out.page = {}
    return out


def moved_at(entry: MeetingEntry, step: Step) -> ActionMoved:
    """The line of an action in the entry; it is added when it is not there yet."""
    found = next((m for m in entry.actions if m.action_id == step.id), None)
    if found is None:
        found = ActionMoved(step.id)
        entry.actions.append(found)
    found.rev = step.rev
    return found


def _day(text: str, today: date) -> date | None:
    try:
        return read_day(text, today, past=True)
    except ValueError:
        return None
