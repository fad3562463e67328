"""What the page *Log visit* knows without a screen: how it begins, what is still needed, what it offers."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from familyhub.casework.entries import ActionMoved, ChildSeen, VisitEntry
from familyhub.casework.problems import Problem
from familyhub.practice.clocks import parse_day
from familyhub.practice.days import read_day, short_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.household import Child, Member
from familyhub.practice.plan_view import Step
from familyhub.practice.visit_view import VisitView

MEANING_FROM_LEVEL = "3"
MOST_ACTIONS = 5
VISIT, CHILDREN, HAPPENED, ACTIONS = 1, 2, 3, 4
PARTS = {VISIT: "Visit", CHILDREN: "Children", HAPPENED: "What happened", ACTIONS: "Actions and next"}
FRONT_PARTS = {**PARTS, HAPPENED: "Note", ACTIONS: "Next"}
"""In the front-room view."""
_KIN = {
    "mother": "mum", "father": "dad", "grandmother": "gran", "grandfather": "grandad", "stepmother": "stepmum",
    "stepfather": "stepdad",
}  # fmt: skip
_EVERY = {7: "every week", 14: "every two weeks", 21: "every three weeks", 28: "every four weeks"}


@dataclass(frozen=True, slots=True)
class Opened:
    """What was read from the store to open the page."""

    file: FamilyFile
    entry: VisitEntry
    today: date
    worker_id: str
    worker: str
    colleagues: tuple[tuple[str, str], ...]
    offered_next: date


class Needed(NamedTuple):
    """Something without which the visit cannot be finished: its field, its words, its part of the page."""

    field: str
    words: str
    part: int


def begin(file: FamilyFile, today: date) -> VisitEntry:
    """An empty page: today, at home, and nobody pre-ticked."""
    return VisitEntry(family_id=file.id, on=today.isoformat(), whole_page=True)


def settle(entry: VisitEntry, file: FamilyFile, today: date) -> VisitEntry:
    """Give the page a line for every child who is asked for, in the order of the file; returns the entry."""
    known = {c.person_id: c for c in entry.children}
    entry.children = [known.get(c.id) or ChildSeen(c.id) for c in children_of(entry, file, today)]
    entry.whole_page = True
    return entry


def children_of(entry: VisitEntry, file: FamilyFile, today: date) -> tuple[Child, ...]:
    """The children who are asked for: those of the family on the day of the visit, and whoever something is written of."""
    on = _day(entry.on, today)
    there = file.children_on(on.isoformat() if on else "")
    written = {c.person_id for c in entry.children if c != ChildSeen(c.person_id)}
    return (*there, *(c for c in file.left if c.id in written and c not in there))


def promises(file: FamilyFile, worker: str, today: date) -> tuple[Step, ...]:
    """Open actions of the plans that the worker owns and that are due by ``today``."""
    return tuple(
        s for p in file.plans if p.state == "open" for s in p.actions
        if s.open and s.owner == worker and s.due and s.due <= today.isoformat()
    )  # fmt: skip


def other_actions(file: FamilyFile, promised: tuple[Step, ...]) -> tuple[Step, ...]:
    """At most five other open actions, those due first on top."""
    mine = {s.id for s in promised}
    found = [s for p in file.plans if p.state == "open" for s in p.actions if s.open and s.id not in mine]
    return tuple(sorted(found, key=lambda s: (s.due or "9", s.id))[:MOST_ACTIONS])


def last_made(file: FamilyFile) -> VisitView | None:
    """The last visit that was made."""
    return next((v for v in file.visits if v.outcome == "made"), None)


def moved(entry: VisitEntry, step: Step) -> ActionMoved:
    """The line of an action in the entry; it is added when it is not there yet."""
    found = next((m for m in entry.actions if m.action_id == step.id), None)
    if found is None:
        found = ActionMoved(step.id)
        entry.actions.append(found)
    found.rev = step.rev
    return found


def kin(member: Member, file: FamilyFile) -> str:
    """How somebody belongs, shortly: ``mum``, ``dad (elsewhere)``, ``mother of Dawn``."""
    children = {c.given for c in file.children}
    clauses = [c.partition(" of ") for c in member.tie.split("; ") if c]
    words = ""
    for tie, _, of in clauses:
        if of and set(of.split(", ")) <= children:
            words = _KIN.get(tie, tie)
            break
    else:
        words = member.tie.partition(";")[0]
    if member.role == "network" or member.lives_here:
        return words
    return f"{words} (elsewhere)" if words else "(elsewhere)"


def young(child: Child) -> str:
    """What stands under *Alone* for a child who is not expected to be seen alone."""
    if child.role == "unborn" or child.alone_expected:
        return "·"
    return "(under 5)" if child.age is not None and child.age < 5 else "(young)"


def alarm(child: Child, said: ChildSeen, today: date) -> str:
    """``! not seen since 2 Jan`` for a child whom nobody has seen for longer than the local rule allows."""
    if not child.overdue or said.seen or child.role == "unborn":
        return ""
    since = f"not seen since {short_day(child.last_seen, today)}" if child.last_seen else "never seen"
    return f"! {since}" + ("" if said.why_not.strip() else ": no reason recorded")


def rhythm_words(days: int) -> str:
    """``every two weeks``."""
    return _EVERY.get(days, f"every {days} days")


def has_words(said: ChildSeen) -> bool:
    """Whether anything was written that a child said, or that was asked."""
    return bool(said.said.strip() or said.asked.strip())


def _must_answer(child: Child, said: ChildSeen, on: date | None) -> bool:
    if child.role != "child":
        return False
    born = parse_day(child.birth_date)
    here = child.lives_here and (born is None or on is None or born <= on)
    here = here and (on is None or on.isoformat() <= (child.left_on or on.isoformat()))
    return here or has_words(said) or said.alone or said.bedroom


def still_needed(entry: VisitEntry, file: FamilyFile, today: date) -> list[Needed]:
    """What is missing before the visit can be finished, in the order of the page."""
    found: list[Needed] = []

    def need(field: str, words: str, part: int, missing: bool) -> None:
        if missing:
            found.append(Needed(field, words, part))

    need("on", "the day", VISIT, not entry.on.strip())
    if entry.outcome != "made":
        need("did_instead", "what I did", VISIT, not entry.did_instead.strip() and not entry.happened.strip())
        return found
    need("start_at", "when it started", VISIT, not entry.start_at.strip())
    need("end_at", "when it ended", VISIT, not entry.end_at.strip())
    on = _day(entry.on, today)
    children = {c.id: c for c in (*file.children, *file.left)}
    for said in entry.children:
        child = children.get(said.person_id)
        if child is not None and _must_answer(child, said, on):
            if said.seen is None and not said.why_not.strip():
                need(f"child:{child.id}", f"{child.given}: seen, or why not", CHILDREN, True)
            elif not said.seen and not said.why_not.strip():
                need(f"child:{child.id}", f"{child.given}: why not seen", CHILDREN, True)
    need("happened", "what happened", HAPPENED, not entry.happened.strip())
    at_three = (file.level or "") >= MEANING_FROM_LEVEL
    need("meaning", "what it may mean", HAPPENED, at_three and not entry.meaning.strip())
    need("safe", "the safety question", CHILDREN, not entry.safe)
    no_next = not entry.next_on.strip() and not entry.no_next_because.strip()
    need("next_on", "the next visit, or why none", ACTIONS, no_next)
    return found


def _day(text: str, today: date) -> date | None:
    try:
        return read_day(text, today, past=True)
    except ValueError:
        return None


_SENTENCES = {
    "on": "Which day was the visit?",
    "did_instead": "Nobody was seen: what did you do, and when will you try again?",
    "start_at": "When did the visit start?",
    "end_at": "When did the visit end?",
    "happened": "What happened: what you saw, heard and were told.",
    "meaning": "At level 3 and above: what may this mean for each child?",
    "safe": "The safety question needs an answer: no, not sure or yes.",
    "next_on": "When is the next visit? Or write why there is none.",
}


def problems(entry: VisitEntry, file: FamilyFile, today: date) -> list[Problem]:
    """A sentence for everything that is still needed; whatever else is wrong, casework says."""
    return [
        Problem(n.field, _SENTENCES.get(n.field) or f"{n.words}?") for n in still_needed(entry, file, today)
    ]  # fmt: skip


def finished(entry: VisitEntry, file: FamilyFile) -> VisitEntry:
    """The entry as it is saved: only what was answered, and each text with its method."""
    out = copy.deepcopy(entry)
    known = {c.id: c for c in (*file.children, *file.left)}
    for said in out.children:
        child = known.get(said.person_id)
        if said.seen:
            said.why_not = ""
        else:
            said.how, said.alone, said.bedroom = "", False, False
        said.method = said.method or default_method(child) if has_words(said) else ""
    out.children = [c for c in out.children if c.seen is not None or c.why_not.strip()]
    out.actions = [m for m in out.actions if m.status or m.due or m.text.strip()]
    if out.outcome != "made":
        out.next_on, out.no_next_because = "", ""
    out.page = {}
    return out


def default_method(child: Child | None) -> str:
    """How a child's words come to us unless somebody says otherwise: little ones are watched."""
    return "watched" if child is not None and not child.alone_expected else "said"
