"""The people of an open family: somebody is added, put right, born, moves, leaves or comes back.

What was written down wrongly is put right where it stands; what has changed since a day gets a row from that day,
and the row before it ends (decision 0026).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from familyhub.casework import person_facts as facts
from familyhub.casework import reading
from familyhub.casework.entries import Saved
from familyhub.casework.problems import refuse
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.people import YOUNG, PersonOnFile
from familyhub.store.queries.people import everybody

if TYPE_CHECKING:
    from familyhub.casework.checking import Check
    from familyhub.casework.laptop import Laptop
    from familyhub.casework.people_entries import PersonEntry
    from familyhub.store.laptop import Work

OF_PERSON = ("birth_date", "expected_date", "sex", "occupation", "agency", "third_party")
OF_NAME = ("given", "family_name")
OF_MEMBER = {"role": "role", "lives_here": "lives_here", "since": "from_on", "left_on": "to_on"}
"""Facts that stand in the row of belonging, and the names they have there."""


@dataclass(frozen=True, slots=True)
class WhosWho:
    """A family's file with everybody as they are written down, also who has left."""

    file: FamilyFile
    people: tuple[PersonOnFile, ...]

    def person(self, person_id: str) -> PersonOnFile:
        """Somebody; raises ``LookupError`` for who is not in the file."""
        found = next((p for p in self.people if p.id == person_id), None)
        if found is None:
            raise LookupError(person_id)
        return found


def whos_who(laptop: Laptop, family_id: str) -> WhosWho:
    """Everybody of a family; raises ``Refused`` when its file is not on this laptop."""
    file = reading.family(laptop, family_id)
    with laptop.store.reading() as connection:
        return WhosWho(file, everybody(connection, file.id, laptop.today))


def add_person(laptop: Laptop, entry: PersonEntry) -> Saved:
    """Write somebody into a family's file; raises ``Refused`` per field."""
    known = whos_who(laptop, entry.family_id)
    check = laptop.check()
    nobody = PersonOnFile()
    said = facts.said_of(check, entry, nobody)
    now = replace(nobody, **said)
    facts.no_contradictions(check, nobody, now, said)
    although = check.text("although", entry.although)
    facts.not_there_already(check, known.people, now, although)
    if now.role in ("child", "adult") and now.lives_here is None:
        check.wrong("lives_here", "Do they live here, or elsewhere?")
    ties = facts.ties_of(check, entry.ties, now, known.people)
    school_on = check.day("school_since", entry.school_since, past=True) if now.school else None
    check.done()
    scope = f"fam:{known.file.id}"
    with laptop.store.work(laptop.who.id) as work:
        person = work.create(scope, "person", {
            **{f: said.get(f) or None for f in OF_PERSON}, "third_party": now.third_party, "about": although or None,
            "about_readers": "workers" if although else None,
        })  # fmt: skip
        if now.given or now.family_name:
            _new_name(work, scope, person, now, None)
        work.create(scope, "membership", {
            "person_id": person, "role": now.role, "lives_here": now.lives_here, "from_on": now.since or None,
            "to_on": now.left_on or None,
        })  # fmt: skip
        if now.school:
            _school(laptop, work, scope, person, now.school, school_on)
        for other, fields in ties:
            _new_tie(work, scope, replace(now, id=person), other, fields)
    return laptop.saved(person, entry.draft_id)


def change_person(laptop: Laptop, entry: PersonEntry) -> Saved:
    """Put right or bring up to date what stands of somebody; raises ``Refused`` per field."""
    known = whos_who(laptop, entry.family_id)
    try:
        stood = known.person(entry.person_id)
    except LookupError:
        raise refuse("person", f"{entry.person_id[:40]} is nobody in this family.") from None
    check = laptop.check()
    said = facts.said_of(check, entry, stood)
    changed = {f: v for f, v in said.items() if v != getattr(stood, f)}
    _born(check, stood, said, changed)
    now = replace(stood, **changed)
    facts.no_contradictions(check, stood, now, changed)
    days = _Days(
        _from(check, "name_from", entry.name_from, stood.name_since or stood.birth_date),
        _back(check, stood, entry.back_on),
        check.day("school_since", entry.school_since, past=True),
    )
    if days.name and not changed.keys() & set(OF_NAME):
        check.wrong("given", "What is the new name? Leave the day empty where the name is the same.")
    ties = facts.ties_of(check, entry.ties, stood, known.people)
    check.done()
    if not changed and not ties and not days.back:
        raise refuse("person", "Nothing to save yet: write what is different about them.")
    with laptop.store.work(laptop.who.id) as work:
        change = _Change(laptop, work, check, f"fam:{known.file.id}", stood, now, entry.revs)
        change.write(changed, days)
        change.ties(ties)
        check.done()
    return laptop.saved(stood.id, entry.draft_id)


@dataclass(frozen=True, slots=True)
class _Days:
    """The days from which something is new, ISO; None where nothing is."""

    name: str | None
    back: str | None
    school: str | None


def _born(check: Check, stood: PersonOnFile, said: dict[str, Any], changed: dict[str, Any]) -> None:
    """An unborn child with a birth date is a child; a child without one may turn out not to be born yet."""
    if stood.unborn and changed.get("birth_date"):
        changed.setdefault("role", "child")
        if not stood.lives_here and "lives_here" not in said:
            check.wrong("lives_here", "Does the baby live here, or elsewhere?")
    elif stood.role == "child" and stood.expected_date and changed.get("birth_date") == "":
        changed.setdefault("role", "unborn")
    elif changed.get("role") == "unborn" and not said.get("birth_date"):
        changed["birth_date"] = ""


def _from(check: Check, field: str, typed: str, before: str) -> str | None:
    day = check.day(field, typed, past=True)
    if day and before and day < before:
        check.wrong(
            field,
            f"The name that stands is theirs since {show_day(before, check.today)}. From which day is the new one?",
        )
    return day


def _back(check: Check, stood: PersonOnFile, typed: str) -> str | None:
    day = check.day("back_on", typed, past=True)
    if day and stood.died:
        check.wrong("back_on", f"They died on {show_day(stood.died, check.today)}.")
    elif day and not stood.left_on:
        check.wrong("back_on", "They are here: nothing says that they had left.")
    elif day and day < stood.left_on:
        check.wrong(
            "back_on", f"They left on {show_day(stood.left_on, check.today)}. When did they come back?"
        )
    return day


@dataclass(slots=True)
class _Change:
    """Writes what is different about somebody, each in the row that was on screen."""

    laptop: Laptop
    work: Work
    check: Check
    scope: str
    stood: PersonOnFile
    now: PersonOnFile
    revs: dict[str, str]

    def write(self, changed: dict[str, Any], days: _Days) -> None:
        """Every fact but the ties."""
        self._change("person", self.stood.id, {f: changed[f] for f in OF_PERSON if f in changed})
        named, name = {f: changed[f] for f in OF_NAME if f in changed}, self._on_screen(self.stood.name_ids)
        if named and (days.name or not name):
            if name:
                self._change("person_name", name, {"kind": "former", "to_on": days.name})
            _new_name(self.work, self.scope, self.stood.id, self.now, days.name)
        else:
            self._change("person_name", name, named)
        self._belonging({row: changed[f] for f, row in OF_MEMBER.items() if f in changed}, days.back)
        if "school" in changed:
            again = self.stood.school_id if days.school == self.stood.school_since else None
            _school(
                self.laptop, self.work, self.scope, self.stood.id, self.now.school, days.school, amends=again
            )

    def _belonging(self, fields: dict[str, Any], back: str | None) -> None:
        """Moved on a day later than they came, or came back: a row from that day on; everything else puts right what stands."""
        row, stood = self._on_screen(self.stood.member_ids), self.stood
        came, moved = str(fields.get("from_on") or ""), "lives_here" in fields and not stood.unborn
        if back:
            self._change("membership", row, {f: v for f, v in fields.items() if f == "to_on"})
            self._new_belonging(back)
        elif moved and came > stood.since and not stood.left_on:
            self._change("membership", row, {"to_on": came})
            self._new_belonging(came)
        else:
            self._change("membership", row, fields)

    def _new_belonging(self, on: str) -> None:
        self.work.create(self.scope, "membership", {
            "person_id": self.stood.id, "role": self.now.role, "lives_here": self.now.lives_here, "from_on": on,
        })  # fmt: skip

    def ties(self, ties: list[tuple[str, dict[str, Any]]]) -> None:
        """What they and others are to each other; a tie that was recorded by mistake is taken out."""
        for other, fields in ties:
            before = self.stood.tie(other)
            if before is None or (self.revs and before.id not in self.revs):
                if fields.get("kind"):
                    _new_tie(self.work, self.scope, self.now, other, fields)
            elif fields.get("kind") == "":
                self.work.remove(
                    self.scope, "relationship", before.id, self.revs.get(before.id) or before.rev
                )
            else:
                self._change("relationship", before.id, fields)

    def _on_screen(self, rows: tuple[str, ...]) -> str:
        """Of some rows the one that was on screen; where nobody says, the one that counts now."""
        return next((i for i in rows if i in self.revs), rows[0] if rows else "")

    def _change(self, entity: str, row_id: str, fields: dict[str, Any]) -> None:
        if not fields:
            return
        rev = self.revs.get(row_id) or self.stood.revs[row_id]
        values = {f: None if v == "" else v for f, v in fields.items()}
        try:
            self.work.change(self.scope, entity, row_id, rev, values)
        except ValueError as error:
            self.check.wrong("revs", f"The revision cannot be read: {error}.")


def _new_name(work: Work, scope: str, person: str, now: PersonOnFile, on: str | None) -> None:
    work.create(scope, "person_name", {
        "person_id": person, "kind": "known", "given": now.given or None, "family_name": now.family_name or None, "from_on": on,
    })  # fmt: skip


def _new_tie(work: Work, scope: str, person: PersonOnFile, other: str, fields: dict[str, Any]) -> None:
    """Of a child the other is written down as what they are to the child."""
    ids = (other, person.id) if person.role in YOUNG else (person.id, other)
    work.create(scope, "relationship", dict(zip(("person_id", "other_id"), ids, strict=True)) | fields)


def _school(
    laptop: Laptop,
    work: Work,
    scope: str,
    person: str,
    school: str,
    on: str | None,
    *,
    amends: str | None = None,
) -> None:
    work.create(scope, "person_fact", {
        "person_id": person, "kind": "school", "value": school or None, "on": on or laptop.today.isoformat(),
        "by": laptop.who.id, "amends": amends,
    })  # fmt: skip
