"""Logging a visit: one entry feeds the story, each child, the plan's actions and the next visit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from familyhub.casework import actions, reading
from familyhub.casework.checking import Check
from familyhub.casework.entries import ChildSeen, Saved, VisitEntry
from familyhub.practice.clocks import parse_day
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.household import Child
from familyhub.records.codes import (
    CHILD_METHOD,
    READERS,
    SAFETY_ANSWER,
    SEEN_HOW,
    VISIT_KIND,
    VISIT_OUTCOME,
)
from familyhub.store.laptop import Work, new_id

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

MEANING_FROM_LEVEL = "3"
"""From this level of need the page asks what the visit may mean for each child."""


def log_visit(laptop: Laptop, entry: VisitEntry) -> Saved:
    """Save a visit; raises ``Refused`` with a sentence per field that is missing or impossible."""
    file = reading.family(laptop, entry.family_id)
    check = laptop.check()
    fields = _visit(check, entry, file, laptop)
    made = fields["outcome"] == "made"
    children = _children(check, entry, file, str(fields["on"] or "")) if made else []
    if fields["outcome"] and not made and any(c.seen for c in entry.children):
        check.wrong(
            "outcome", "A child is marked as seen, but the visit was not made: one of the two is wrong."
        )
    moved = [m for m in entry.actions if m.status or m.due or m.text.strip()]
    steps = {s.id: s for p in file.plans for s in p.actions}
    for change in moved:
        if change.action_id not in steps:
            check.wrong("actions", "An action that is not in this family's plan cannot be changed here.")
    people = {m.id for m in (*file.adults, *file.children)}
    for person in entry.present:
        if person not in people:
            check.wrong("present", f"“{person[:40]}” is nobody in this family's file.")
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        scope = f"fam:{entry.family_id}"
        visit_id = work.create(scope, "visit", fields)
        _who_was_there(work, scope, visit_id, entry, check)
        for child in children:
            work.create(scope, "visit_child", {"visit_id": visit_id, **child})
        for change in moved:
            step = steps[change.action_id]
            actions.write_change(
                laptop, work, check, scope=scope, action_id=step.id, rev=change.rev or step.rev, status=change.status,
                due=change.due, note=change.text, readers=change.text_readers, now=(step.status, step.due),
                visit_id=visit_id,
            )  # fmt: skip
        _plan_next(work, scope, file, fields, laptop)
        check.done()
    return laptop.saved(visit_id, entry.draft_id)


def _visit(check: Check, entry: VisitEntry, file: FamilyFile, laptop: Laptop) -> dict[str, str | bool | None]:
    outcome = check.code("outcome", entry.outcome, VISIT_OUTCOME, needed="Say whether the visit was made.")
    on = check.day("on", entry.on, needed="Which day was the visit?", past=True)
    start, end = check.time("start_at", entry.start_at), check.time("end_at", entry.end_at)
    if start and end and end < start:
        check.wrong("end_at", f"The visit ends at {end}, before it starts at {start}.")
    made = outcome == "made"
    happened = check.text(
        "happened", entry.happened, needed="What happened: what you saw, heard and were told." if made else ""
    )
    did = check.text("did_instead", entry.did_instead)
    if not made and not happened and not did:
        check.wrong("did_instead", "Nobody was seen: what did you do, and when will you try again?")
    if entry.whole_page and made and (file.level or "") >= MEANING_FROM_LEVEL and not entry.meaning.strip():
        check.wrong("meaning", "At level 3 and above: what may this mean for each child?")
    if entry.whole_page and made and not start:
        check.wrong("start_at", "When did the visit start?")
    safe = check.code(
        "safe", entry.safe, SAFETY_ANSWER,
        needed="The safety question: is any child unsafe, or are you worried about tonight? No, not sure or yes."
        if made else "",
    )  # fmt: skip
    next_on = check.day("next_on", entry.next_on, ahead=True)
    because = check.line("no_next_because", entry.no_next_because)
    if entry.whole_page and made and not next_on and not because:
        check.wrong("next_on", "When is the next visit? Or write why there is none.")
    return {
        "kind": check.code("kind", entry.kind, VISIT_KIND, needed="Where was the visit?"),
        "outcome": outcome, "on": on, "start_at": start, "end_at": end, "planned": entry.planned,
        "with_worker_id": entry.with_worker_id or None, "happened": happened or None,
        "happened_readers": check.code("happened_readers", entry.happened_readers, READERS),
        "meaning": check.text("meaning", entry.meaning) or None,
        "meaning_readers": check.code("meaning_readers", entry.meaning_readers, READERS),
        "no_access_did": did or None, "no_access_did_readers": "professionals" if did else None,
        "next_try": check.day("next_try", entry.next_try, ahead=True), "safe": safe,
        "significant": entry.significant or None, "told_family": entry.told_family,
        "next_on": next_on, "next_at": check.time("next_at", entry.next_at),
        "next_kind": check.code("next_kind", entry.next_kind, VISIT_KIND) if next_on else None,
        "no_next_because": because or None, "by": laptop.who.id, "written_at": laptop.moment,
        "amends": entry.amends or None,
    }  # fmt: skip


def _children(
    check: Check, entry: VisitEntry, file: FamilyFile, on: str
) -> list[dict[str, str | bool | None]]:
    """One row per child of the household on that day: seen, or why not. No child is passed over."""
    there = {c.id for c in file.children_on(on)}
    known = {c.id: c for c in (*file.children, *file.left)}
    answered = {c.person_id: c for c in entry.children}
    for unknown in answered.keys() - known.keys():
        check.wrong("children", f"“{unknown[:40]}” is no child of the {file.name}.")
    rows = []
    for child in known.values():
        said = answered.get(child.id)
        if said is None or (said.seen is None and not said.why_not.strip()):
            if child.id in there and child.role == "child" and child.lives_here and _born_by(child, on):
                check.wrong(
                    f"child:{child.id}", f"{child.given}: seen, or why not? (--seen or --not-seen {child.id}=WHY)"
                    if not entry.whole_page else f"{child.given}: seen, or why not?",
                )  # fmt: skip
            continue
        rows.append(_child(check, child, said, on))
    return rows


def _born_by(child: Child, on: str) -> bool:
    """Also a child whose birth date nobody knows: they are seen, and asked for, like every other."""
    return not on or (child.birth_date or "") <= on


def _child(check: Check, child: Child, said: ChildSeen, on: str) -> dict[str, str | bool | None]:
    place = f"child:{child.id}"
    seen = bool(said.seen)
    if seen and child.role == "unborn":
        check.wrong(
            place,
            f"{child.given} is not born yet and cannot have been seen. Write how the pregnancy is going.",
        )
    elif seen and on and not _born_by(child, on):
        born = show_day(child.birth_date, parse_day(on) or date.max)
        check.wrong(
            place, f"{child.given} was born on {born}, after this visit: one of the two dates is wrong."
        )
    elif seen and on > (child.left_on or on):
        left = show_day(child.left_on, parse_day(on) or date.max)
        check.wrong(place, f"{child.given} left on {left}, before this visit: one of the two days is wrong.")
    if said.alone and not seen:
        check.wrong(place, f"{child.given} cannot be seen alone and not seen.")
    why = check.line(place, said.why_not)
    if not seen and not why and child.role != "unborn":
        check.wrong(place, f"{child.given} was not seen: why not?")
    words = check.text(place, said.said)
    asked = check.text(place, said.asked)
    how = said.how if said.how in SEEN_HOW.values else ""
    return {
        "person_id": child.id, "seen": seen, "alone": said.alone if seen else None,
        "bedroom": said.bedroom or None, "how": how or ("video" if said.how == "video" else None),
        "not_seen_why": why or (said.how if said.how and not how else None),
        "said": words or None, "said_readers": check.code(place, said.said_readers, READERS) if words else None,
        "asked": asked or None, "asked_readers": check.code(place, said.said_readers, READERS) if asked else None,
        "method": check.code(place, said.method, CHILD_METHOD),
    }  # fmt: skip


def _who_was_there(work: Work, scope: str, visit_id: str, entry: VisitEntry, check: Check) -> None:
    for person in dict.fromkeys(entry.present):
        work.create(scope, "visit_present", {"visit_id": visit_id, "person_id": person})
    for name in entry.others:
        if kept := check.line("others", name):
            work.create(scope, "visit_present", {"visit_id": visit_id, "name": kept, "third_party": True})


def _plan_next(
    work: Work, scope: str, file: FamilyFile, fields: dict[str, str | bool | None], laptop: Laptop
) -> None:
    """The next visit: the family has one, which moves."""
    on = fields["next_on"] or fields["next_try"]
    if not on and not fields["no_next_because"]:
        return
    values = {
        "on": on, "at": fields["next_at"], "kind": fields["next_kind"] or ("home" if on else None),
        "worker_id": laptop.who.id, "none_because": fields["no_next_because"],
    }  # fmt: skip
    if file.next_visit is None:
        work.create(scope, "next_visit", values, new_id())
    else:
        work.change(scope, "next_visit", file.next_visit.id, file.next_visit.rev, values)
