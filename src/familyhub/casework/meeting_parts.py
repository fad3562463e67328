"""The parts of a meeting's entry, checked: guests, children, scores, actions that were agreed, the family's answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from familyhub.casework import plans, reading
from familyhub.casework.checking import Check
from familyhub.casework.meeting_entries import ChildAt, Guest, MeetingEntry
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.plan_view import PlanView
from familyhub.records.codes import CHILD_METHOD, DAY_LINE, FAMILY_QUESTION, GUEST_STATE, READERS

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

Fields = dict[str, Any]


def guests_of(
    laptop: Laptop, check: Check, file: FamilyFile, guests: Iterable[Guest], states: set[str]
) -> list[Fields]:
    """Who was invited or came, each once; a name is somebody of another agency."""
    people = {p.id for p in (*file.adults, *file.children)}
    workers = {i for i, _ in reading.workers(laptop)}
    rows: dict[str, Fields] = {}
    for guest in guests:
        place = f"guest:{guest.key}"
        if guest.person_id and guest.person_id not in people:
            check.wrong("guest", f"{guest.person_id[:40]} is nobody in this family.")
        if guest.worker_id and guest.worker_id not in workers:
            check.wrong("guest", f"{guest.worker_id[:40]} is nobody who works here.")
        name, agency = check.line("guest", guest.name), check.line("guest", guest.agency)
        if not (guest.person_id or guest.worker_id or name):
            check.wrong("guest", "Who is it? A person, by name.")
        state = guest.state or ("invited" if states == {"invited"} else "")
        if not state:
            continue
        known = check.code(place, state, GUEST_STATE)
        if known and known not in states:
            check.wrong(place, "A meeting that has not been held yet has guests who are invited, no more.")
        views = check.text(place, guest.views)
        rows[guest.key] = {
            **invited(guest.key, name, agency), "state": known, "views": views or None,
            "views_readers": check.code(place, guest.views_readers, READERS) if views else None,
        }  # fmt: skip
    return list(rows.values())


def invited(key: str, name: str, agency: str) -> Fields:
    """Who a guest is, as the fields of their row."""
    kind, _, identity = key.partition(":")
    return {
        "person_id": identity if kind == "person" else None, "worker_id": identity if kind == "worker" else None,
        "name": (name or identity) if kind == "name" else None, "agency": agency or None,
    }  # fmt: skip


@dataclass(slots=True)
class ChildRows:
    """What is written of one child: there or not, their views or why none, the lines of a day."""

    person_id: str
    came: bool
    voice: Fields = field(default_factory=dict)
    day: list[Fields] = field(default_factory=list)


def children_of(check: Check, file: FamilyFile, children: Iterable[ChildAt]) -> list[ChildRows]:
    """What was recorded of each child: views or why none, never both."""
    known = {c.id: c for c in file.children}
    rows = []
    for said in children:
        if said.person_id not in known:
            check.wrong("children", f"“{said.person_id[:40]}” is no child of the {file.name}.")
            continue
        rows.append(ChildRows(said.person_id, said.came, _voice(check, said), _day(check, said)))
    return [r for r in rows if r.came or r.voice or r.day]


def _voice(check: Check, said: ChildAt) -> Fields:
    views = check.text(f"views:{said.person_id}", said.views)
    none = check.text(f"none:{said.person_id}", said.none_because)
    if views and none:
        sentence = "There are views, and a reason why there are none: take one away."
        check.wrong(f"none:{said.person_id}", sentence)
    if views:
        return {
            "said": views, "said_readers": check.code(f"views:{said.person_id}", said.views_readers, READERS),
            "method": check.code(f"method:{said.person_id}", said.method, CHILD_METHOD),
        }  # fmt: skip
    if none:
        audience = check.code(f"none:{said.person_id}", said.none_because_readers, READERS)
        return {"none_because": none, "none_because_readers": audience}
    return {}


def _day(check: Check, said: ChildAt) -> list[Fields]:
    place = f"a_day_readers:{said.person_id}"
    for unknown in said.a_day.keys() - DAY_LINE.values.keys():
        check.wrong(place, f"“{unknown[:30]}” is no line of a day: {', '.join(DAY_LINE.values)}.")
    audience = check.code(place, said.a_day_readers, READERS, needed="Who may read it?")
    return [
        {"part": part, "text": text, "text_readers": audience}
        for part in DAY_LINE.values
        if (text := check.text(f"{part}:{said.person_id}", said.a_day.get(part, "")))
    ]


def scores_of(check: Check, plan: PlanView | None, entry: MeetingEntry) -> list[tuple[str, int]]:
    """The scores that were given, by the id of their need."""
    needs = {n.id for n in plan.needs} if plan else set()
    found = []
    for score in entry.scores:
        if score.score is None:
            continue
        if score.need_id not in needs:
            check.wrong("score", "A need that is not in the open plan cannot be scored here.")
        elif not plans.is_score(score.score):
            check.wrong(f"score:{score.need_id}", plans.NO_SCORE)
        else:
            found.append((score.need_id, score.score))
    return found


def agreed_of(laptop: Laptop, check: Check, file: FamilyFile, entry: MeetingEntry) -> list[Fields]:
    """The new actions; their problems stand at the place where they are written."""
    wanted = [a for a in entry.agreed if (a.what or "").strip()]
    if wanted and file.plan is None:
        check.wrong("agreed", "No plan is open to put an action in. Open one first (p, then +).")
        return []
    rows = []
    for number, action in enumerate(wanted):
        own = laptop.check()
        assert file.plan is not None
        rows.append(plans.new_action(laptop, own, file, file.plan, action))
        for problem in own.problems:
            check.wrong(f"agreed:{number}", problem.sentence)
    return rows


def answers_of(check: Check, entry: MeetingEntry) -> list[Fields]:
    """What the family answered, with the words that were asked."""
    audience = check.code(
        "answers_readers", entry.answers_readers, READERS, needed="Who may read what the family said?"
    )
    said = {"better": entry.better, "worry": entry.worry, "next": entry.next}
    return [
        {"question": question, "asked": asked, "answer": text, "answer_readers": audience}
        for question, asked in FAMILY_QUESTION.values.items()
        if (text := check.text(question, said.get(question, "")))
    ]  # fmt: skip
