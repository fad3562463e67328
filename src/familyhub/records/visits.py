"""Visits and notes: what happened, whom we saw, what each child said. Append-only: a correction is an amendment."""

from __future__ import annotations

from familyhub.records.codes import (
    CHILD_METHOD,
    NOTE_KIND,
    SAFETY_ANSWER,
    SEEN_HOW,
    VISIT_KIND,
    VISIT_OUTCOME,
)
from familyhub.records.synced import (
    Synced,
    cautious,
    clock_time,
    code,
    day,
    flag,
    line,
    moment,
    readers,
    ref,
    words,
)


class Visit(Synced, table=True):
    """A visit, made or tried. Happened on, written at and (by the hub) received are all kept."""

    entity = "visit"
    append_only = True
    kind: str | None = code(VISIT_KIND)
    outcome: str | None = code(VISIT_OUTCOME)
    on: str | None = day()
    start_at: str | None = clock_time()
    end_at: str | None = clock_time()
    planned: bool | None = flag()
    with_worker_id: str | None = ref("worker")
    no_access_did: str | None = words()
    no_access_did_readers: str | None = readers()
    next_try: str | None = day()
    happened: str | None = words()
    happened_readers: str | None = readers()
    meaning: str | None = words()
    meaning_readers: str | None = readers()
    safe: str | None = cautious(SAFETY_ANSWER)
    significant: bool | None = flag()
    told_family: bool | None = flag()
    next_on: str | None = day()
    next_at: str | None = clock_time()
    next_kind: str | None = code(VISIT_KIND)
    no_next_because: str | None = line()
    by: str | None = ref("worker")
    written_at: str | None = moment()
    amends: str | None = ref("visit")


class VisitChild(Synced, table=True):
    """One child of the household at a visit: seen or not and why, alone, bedroom, own words exactly as said."""

    entity = "visit_child"
    append_only = True
    visit_id: str | None = ref("visit")
    person_id: str | None = ref("person")
    seen: bool | None = flag()
    alone: bool | None = flag()
    bedroom: bool | None = flag()
    how: str | None = code(SEEN_HOW)
    not_seen_why: str | None = line()
    said: str | None = words()
    said_readers: str | None = readers()
    asked: str | None = words()
    asked_readers: str | None = readers()
    method: str | None = code(CHILD_METHOD)


class VisitPresent(Synced, table=True):
    """Somebody else who was there: a member of the family, or a person who is not in the file, by name."""

    entity = "visit_present"
    append_only = True
    visit_id: str | None = ref("visit")
    person_id: str | None = ref("person")
    name: str | None = line()
    third_party: bool | None = flag()


class Note(Synced, table=True):
    """A call, text, e-mail, talk, or a dated event told by another agency."""

    entity = "note"
    append_only = True
    kind: str | None = code(NOTE_KIND)
    on: str | None = day()
    at: str | None = clock_time()
    who: str | None = line()
    agency: str | None = line()
    person_id: str | None = ref("person")
    text: str | None = words()
    text_readers: str | None = readers()
    significant: bool | None = flag()
    impact: str | None = words()
    impact_readers: str | None = readers()
    by: str | None = ref("worker")
    written_at: str | None = moment()
    amends: str | None = ref("note")


class NextVisit(Synced, table=True):
    """The next visit that is planned with the family; changed when it is moved, ended when it has happened."""

    entity = "next_visit"
    on: str | None = day()
    at: str | None = clock_time()
    kind: str | None = code(VISIT_KIND)
    worker_id: str | None = ref("worker")
    none_because: str | None = line()
