"""A child's words outside a visit, and a day in a child's life at a review or at closure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.casework import reading
from familyhub.casework.assessment_entries import ChildDayEntry, ChildWordsEntry
from familyhub.casework.assessment_sections import day_rows, usual_method
from familyhub.casework.checking import Check
from familyhub.casework.entries import Saved
from familyhub.casework.problems import refuse
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.household import Child
from familyhub.practice.meetings import HELD
from familyhub.records.codes import CHILD_METHOD, DAY_LINE, READERS, CodeList

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

OCCASIONS = CodeList("occasion", {"review": "review", "closure": "closure"})


def add_child_words(laptop: Laptop, entry: ChildWordsEntry) -> Saved:
    """Save a child's words, exactly as said, outside a visit; raises ``Refused`` per field."""
    file = reading.family(laptop, entry.family_id)
    check = laptop.check()
    child = _child(check, file, entry.person_id)
    said = check.text("said", entry.said, needed="What did they say, exactly as said?")
    asked = check.text("asked", entry.asked)
    audience = check.code("readers", entry.readers, READERS, needed="Who may read it?")
    method = check.code("method", entry.method, CHILD_METHOD)
    on = check.day("on", entry.on, needed="Which day was it?", past=True)
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(f"fam:{file.id}", "child_voice", {
            "person_id": entry.person_id, "occasion": "between", "said": said, "said_readers": audience,
            "asked": asked or None, "asked_readers": audience if asked else None,
            "method": method or usual_method(alone=child is None or child.alone_expected), "on": on, "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(row, entry.draft_id)


def write_child_day(laptop: Laptop, entry: ChildDayEntry) -> Saved:
    """Save lines of a day in a child's life at a review or at closure; raises ``Refused`` per field."""
    file = reading.family(laptop, entry.family_id)
    check = laptop.check()
    _child(check, file, entry.person_id)
    occasion = check.code("occasion", entry.occasion, OCCASIONS, needed="Is it at a review, or at closure?")
    on = check.day("on", entry.on, needed="Which day was it?", past=True)
    for part in entry.texts.keys() - set(DAY_LINE.values):
        check.wrong(part, f"“{part[:30]}” is no line of a day. Known are: {', '.join(DAY_LINE.values)}.")
    check.done()
    occasion_id = check.line("occasion_id", entry.occasion_id) or _held_on(file, occasion, on)
    key = (occasion or "", occasion_id)
    held = {
        d.part: (d.text, d.readers) for d in file.days
        if (d.person_id, d.occasion, d.occasion_id, d.on) == (entry.person_id, *key, on)
    }  # fmt: skip
    rows = day_rows(check, entry, entry.person_id, held, key, on, laptop.who.id)
    check.done()
    if not rows:
        raise refuse("morning", "Nothing to save yet: write at least one of the five lines.")
    with laptop.store.work(laptop.who.id) as work:
        made = [work.create(f"fam:{file.id}", entity, fields) for entity, fields in rows]
    return laptop.saved(made[0], entry.draft_id)


def _held_on(file: FamilyFile, occasion: str | None, on: str | None) -> str:
    """The id of the meeting that was held, or of the closing that was asked for, on that day; else nothing."""
    if occasion == "closure":
        return next((c.id for c in file.closings if c.on == on), "")
    return next((m.id for m in file.meetings if m.state == HELD and m.on == on), "")


def _child(check: Check, file: FamilyFile, person_id: str) -> Child | None:
    child = next((c for c in file.children if c.id == person_id), None)
    if child is None:
        check.wrong(
            "person_id",
            f"“{person_id[:40]}” is no child of this family." if person_id else "Which child is it?",
        )
    elif child.role == "unborn":
        check.wrong("person_id", f"{child.given} is not born yet.")
    return child
