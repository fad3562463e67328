"""Everybody in a family's file as they are written down, also who has left, with the rows in which it stands."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from familyhub.practice.people import YOUNG, PersonOnFile, TieOnFile
from familyhub.records.families import Membership
from familyhub.records.people import Person, PersonFact, PersonName, Relationship
from familyhub.records.synced import Synced
from familyhub.store.queries.household import age_words, has_left, is_unborn, membership_now, name_in_use
from familyhub.store.queries.rows import by_key, latest, rev, session, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


def everybody(connection: Connection, family_id: str, today: date) -> tuple[PersonOnFile, ...]:
    """Who belongs to the family, and who did; those who were written down first come first."""
    scope = f"fam:{family_id}"
    with session(connection) as db:
        people = sorted(visible(db, Person, scope), key=lambda p: (p.created_hlc or 0, p.id))
        members = by_key(visible(db, Membership, scope), "person_id")
        names = by_key(visible(db, PersonName, scope), "person_id")
        schools = by_key([f for f in visible(db, PersonFact, scope) if f.kind == "school"], "person_id")
        ties = [t for t in visible(db, Relationship, scope) if not t.to_on or t.to_on >= today.isoformat()]
        return tuple(
            _person(p, members[p.id], names.get(p.id, []), latest(schools.get(p.id, [])), ties, today)
            for p in people
            if p.id in members
        )


def _person(
    person: Person, members: list[Membership], names: list[PersonName], school: PersonFact | None,
    ties: Sequence[Relationship], today: date,
) -> PersonOnFile:  # fmt: skip
    member, name = membership_now(members, today), name_in_use(names)
    assert member is not None
    role = "unborn" if is_unborn(person, member) else member.role or "adult"
    mine = _ties(person.id, ties, young=role in YOUNG)
    rows = [person, member, *([name] if name else [])]
    return PersonOnFile(
        id=person.id, role=role, given=(name.given or "") if name else "",
        family_name=(name.family_name or "") if name else "", birth_date=person.birth_date or "",
        expected_date=person.expected_date or "", sex=person.sex or "", lives_here=member.lives_here,
        since=member.from_on or "", left_on=member.to_on or "",
        gone=has_left(member, today), died=person.death_date or "",
        school=(school.value or "") if school else "", school_since=(school.on or "") if school else "",
        occupation=person.occupation or "", agency=person.agency or "", third_party=bool(person.third_party),
        age_text=age_words(person, today, unborn=role == "unborn"), name_ids=_first(names, name),
        name_since=(name.from_on or "") if name else "", member_ids=_first(members, member), school_id=school.id if school else "",
        ties=mine, revs={r.id: rev(r) for r in rows} | {t.id: t.rev for t in mine},
    )  # fmt: skip


def _first(rows: Sequence[Synced], first: Synced | None) -> tuple[str, ...]:
    return tuple(r.id for r in sorted(rows, key=lambda r: r is not first))


def _ties(person_id: str, rows: Sequence[Relationship], *, young: bool) -> tuple[TieOnFile, ...]:
    """Of two rows about the same two people the one that was written later."""
    kept: dict[str, TieOnFile] = {}
    for row in sorted(rows, key=lambda r: (r.created_hlc or 0, r.id)):
        mine, other = (row.other_id, row.person_id) if young else (row.person_id, row.other_id)
        if mine == person_id and other:
            kept[other] = TieOnFile(row.id, other, row.kind or "", row.parental_responsibility, rev(row))
    return tuple(kept.values())
