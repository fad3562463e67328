"""Copies given to one person each: of the plan, of the agreement, of the assessment. Whether it is safe is asked each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from familyhub.casework import reading
from familyhub.casework.agreement_entries import RecordCopyEntry
from familyhub.casework.checking import Check
from familyhub.casework.entries import Saved
from familyhub.practice.assessment import now
from familyhub.practice.family_file import FamilyFile
from familyhub.records.codes import COPY_OF

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop


def copy_fields(
    check: Check,
    file: FamilyFile,
    *,
    person_id: str,
    to: str,
    on: str,
    safe: bool | None,
    began: str | None,
    what: str,
) -> dict[str, Any]:
    """To whom a copy was given and when, checked: one person, on a day when ``what`` had begun, found safe that day."""
    if person_id and person_id not in {p.id for p in (*file.children, *file.adults)}:
        check.wrong("person_id", f"{person_id[:40]} is nobody in this family.")
    name = check.line("to", to)
    if bool(person_id) == bool(name):
        check.wrong(
            "to", "One copy is for one person." if person_id else "To whom? One person for each copy."
        )
    day = check.day("on", on, needed="Which day was it given?", past=True)
    if day and began and day < began:
        check.wrong("on", f"{what} had not begun then. Which day was it given?")
    if safe is None:
        check.wrong("safe", "Is it safe to give it to them? Say yes or no.")
    elif not safe:
        check.wrong(
            "safe",
            f"Then give no copy. Talk to your manager about how they may see {what[:1].lower()}{what[1:]}.",
        )
    return {"person_id": person_id or None, "to": name or None, "on": day, "safe": True}


def give_record_copy(laptop: Laptop, entry: RecordCopyEntry) -> Saved:
    """Record that one person was given a copy of the agreement or the assessment; raises ``Refused``, also where it is not safe."""
    file = reading.family(laptop, entry.family_id)
    check = laptop.check()
    about = check.code(
        "about", entry.about, COPY_OF, needed="A copy of what: the agreement or the assessment?"
    )
    about_id, began = "", None
    if about == "agreement":
        theirs = next((a for a in file.agreement if a.person_id == entry.person_id), None) or next(
            iter(file.agreement), None
        )
        if theirs is None:
            check.wrong("about", "No agreement is recorded: there is nothing to give a copy of.")
        else:
            about_id, began = theirs.id, theirs.on
    elif about == "assessment":
        current = now(file)
        if current is None or current.completion is None or current.open:
            check.wrong("about", "The assessment is not completed: there is nothing to give a copy of yet.")
        else:
            about_id, began = current.id, current.completion.on
    fields = copy_fields(
        check, file, person_id=entry.person_id, to=entry.to, on=entry.on, safe=entry.safe, began=began,
        what=f"The {about or 'plan'}",
    )  # fmt: skip
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(
            f"fam:{file.id}",
            "given_copy",
            {"about": about, "about_id": about_id, **fields, "by": laptop.who.id},
        )
    return laptop.saved(row, entry.draft_id)
