"""Families: the file that is replicated as one, who belongs to it, what must be known before a visit."""

from __future__ import annotations

from familyhub.records.codes import MEMBER_ROLE, SAFETY_NOTE_KIND
from familyhub.records.synced import Synced, code, day, flag, line, readers, ref, words


class Family(Synced, table=True):
    """A family helped or once helped. Its id is the file's: the scope is ``fam:<id>``."""

    entity = "family"
    name: str | None = line()
    locality: str | None = line()
    opened_on: str | None = day()


class Membership(Synced, table=True):
    """A person's place in the family between two days, and whether they live there."""

    entity = "membership"
    person_id: str | None = ref("person")
    role: str | None = code(MEMBER_ROLE)
    lives_here: bool | None = flag()
    from_on: str | None = day()
    to_on: str | None = day()


class SafetyNote(Synced, table=True):
    """What a worker must know before a visit; families read files, so it is worded for them to read."""

    entity = "safety_note"
    kind: str | None = code(SAFETY_NOTE_KIND)
    person_id: str | None = ref("person")
    what: str | None = words(shown="together", protective=True)
    what_readers: str | None = readers()
    from_on: str | None = day()
    review_on: str | None = day()
    ended_on: str | None = day()
    told: bool | None = flag()
    told_how: str | None = line()
    by: str | None = ref("worker")


class FamilyIndex(Synced, table=True):
    """The thin row of an open family in its locality's scope, written by the hub's folder alone: who is helped."""

    entity = "family_index"
    name: str | None = line()
    locality: str | None = line()
    ward: str | None = line()
    stage: str | None = line()
    lead: str | None = line()
    next_on: str | None = day()
