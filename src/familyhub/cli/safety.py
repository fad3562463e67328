"""What must be known before a visit, in plain lines and JSON: with the ids and revisions that its acts are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.household import Member, Reach
from familyhub.practice.safety import review_words


def of(file: FamilyFile, today: date) -> tuple[dict[str, Any], list[str]]:
    """(fields for JSON, lines); how somebody may be reached stands before their numbers."""
    people = (*file.adults, *file.children)
    fields = {
        "safety": [
            {"id": n.id, "kind": n.kind_code, "person_id": n.person_id, "what": n.what, "readers": n.readers,
             "from_on": n.from_on, "review_on": n.review_on, "ended_on": n.ended_on, "told": n.told, "told_how": n.told_how,
             "rev": n.rev}
            for n in (*file.safety, *file.safety_ended)
        ],
        "risks": [
            {"id": r.id, "person_id": r.person_id, "risk": r.risk, "what": r.what, "readers": r.readers, "source": r.source,
             "on": r.on, "review_on": r.review_on, "rev": r.rev}
            for m in people for r in m.risks
        ],
        "homes": [{"person_id": m.id, "address": m.address} for m in people if m.address],
        "safe_contact": [
            {"person_id": m.id, "how": r.how, "readers": r.how_readers, "may_ring": r.ring, "may_text": r.text,
             "may_write": r.write, "mobile": r.mobile, "landline": r.landline, "email": r.email, "rev": r.rev,
             "others": list(r.others)}
            for m in people if (r := m.reach) is not None
        ],
    }  # fmt: skip
    return fields, list(_lines(file, people, today))


def _lines(file: FamilyFile, people: tuple[Member, ...], today: date) -> Iterator[str]:
    for note in file.safety:
        yield f"Before a visit: {note.kind}: {note.what} ({review_words(note.review_on, today)}) [{note.id}]"
    for person in people:
        for risk in (r for r in person.risks if r.risk != "none"):
            yield f"Before a visit: {person.given}, {risk.words} ({review_words(risk.review_on, today)}) [{risk.id}]"
    for person in people:
        if person.address:
            yield f"Lives: {person.given}, {person.address}."
    yield from (_reach(person, person.reach) for person in people if person.reach is not None)
    for note in file.safety_ended:
        yield f"Ended {show_day(note.ended_on, today)}: {note.kind}: {note.what} [{note.id}]"


def _reach(person: Member, reach: Reach) -> str:
    """What may be used, and only then with what number; one that must not be used is not printed."""
    answers = {"ring": reach.may_ring, "text": reach.may_text, "write": reach.may_write}
    may = ", ".join(f"{what}: {answer or 'ask first'}" for what, answer in answers.items())
    numbers = (
        ("mobile", reach.mobile, reach.ring), ("landline", reach.landline, reach.ring), ("e-mail", reach.email, reach.write),
    )  # fmt: skip
    shown = "".join(f" {name} {n if use != 'never' else 'do not use'}." for name, n, use in numbers if n)
    return f"Reach: {person.given}: {reach.how or 'no words recorded'} ({may}).{shown} [{person.id}]"
