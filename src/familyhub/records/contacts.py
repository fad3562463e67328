"""The front door: a contact (somebody tells us of a worry), the children in it, and a worry raised with F8."""

from __future__ import annotations

from familyhub.records.codes import CONTACT_CHANNEL, CONTACT_OUTCOME, CONTACT_SOURCE, LEVEL, SAFE_NOW
from familyhub.records.synced import (
    Synced,
    cautious,
    cautious_flag,
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


class Contact(Synced, table=True):
    """A front-door contact; scope ``con:<id>``. Who contacted us in confidence never reaches the family."""

    entity = "contact"
    received_at: str | None = moment()
    channel: str | None = code(CONTACT_CHANNEL)
    source: str | None = code(CONTACT_SOURCE)
    who: str | None = line()
    agency: str | None = line()
    reach: str | None = line()
    in_confidence: bool | None = cautious_flag()
    locality: str | None = line()
    family_id: str | None = ref("family")
    worry: str | None = words()
    worry_readers: str | None = readers()
    tried: str | None = words()
    tried_readers: str | None = readers()
    parent_told: bool | None = flag()
    parent_agrees: bool | None = flag()
    outcome: str | None = code(CONTACT_OUTCOME)
    told_on: str | None = day()
    by: str | None = ref("worker")


class ContactChild(Synced, table=True):
    """One child in a contact: *safe now?* is asked per child before the level."""

    entity = "contact_child"
    contact_id: str | None = ref("contact")
    person_id: str | None = ref("person")
    given: str | None = line()
    family_name: str | None = line()
    birth_date: str | None = day()
    age: str | None = line()
    school: str | None = line()
    safe_now: str | None = cautious(SAFE_NOW)
    words: str | None = words()
    words_readers: str | None = readers()


class ContactLevel(Synced, table=True):
    """The level of need decided for one child of a contact, with the written reason; dated, never changed."""

    entity = "contact_level"
    append_only = True
    contact_id: str | None = ref("contact")
    contact_child_id: str | None = ref("contact_child")
    level: str | None = code(LEVEL)
    outcome: str | None = code(CONTACT_OUTCOME)
    on: str | None = day()
    reason: str | None = words()
    reason_readers: str | None = readers()
    by: str | None = ref("worker")


class Concern(Synced, table=True):
    """A worry about a child raised with F8. Saving is not telling: ``told_name`` stays empty until somebody is told."""

    entity = "concern"
    contact_id: str | None = ref("contact")
    family_id: str | None = ref("family")
    child_ids: str | None = line()
    child_names: str | None = line()
    said: str | None = words()
    said_readers: str | None = readers()
    seen_on: str | None = day()
    seen_at: str | None = clock_time()
    done: str | None = words()
    done_readers: str | None = readers()
    told_role: str | None = line()
    told_name: str | None = line()
    told_at: str | None = moment()
    by: str | None = ref("worker")
