"""The front door: a contact (somebody tells us of a worry), the children in it, and a worry raised with F8."""

from __future__ import annotations

from familyhub.records.codes import (
    CONTACT_CHANNEL,
    CONTACT_OUTCOME,
    CONTACT_SOURCE,
    CONTACT_STEP,
    LEVEL,
    MATCH_ANSWER,
    SAFE_NOW,
    SIGNATURE,
    TOLD_WAY,
)
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
    address: str | None = line()
    postcode: str | None = line()
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


class ContactAdult(Synced, table=True):
    """An adult whom a contact names as living with the children or caring for them; ``tie``: as it was said, *mum*."""

    entity = "contact_adult"
    contact_id: str | None = ref("contact")
    person_id: str | None = ref("person")
    given: str | None = line()
    family_name: str | None = line()
    birth_date: str | None = day()
    tie: str | None = line()


class ContactSafe(Synced, table=True):
    """What was answered when somebody asked whether one child is safe now, and how they know; dated, never changed."""

    entity = "contact_safe"
    append_only = True
    contact_id: str | None = ref("contact")
    contact_child_id: str | None = ref("contact_child")
    safe_now: str | None = cautious(SAFE_NOW)
    at: str | None = moment()
    how: str | None = words()
    how_readers: str | None = readers()
    by: str | None = ref("worker")


class ContactMatch(Synced, table=True):
    """Whether somebody named in a contact is somebody known: what spoke for it, and what a person answered."""

    entity = "contact_match"
    append_only = True
    contact_id: str | None = ref("contact")
    named_id: str | None = line()
    person_id: str | None = ref("person")
    family_id: str | None = ref("family")
    answer: str | None = code(MATCH_ANSWER)
    evidence: str | None = line()
    on: str | None = day()
    reason: str | None = words()
    reason_readers: str | None = readers()
    by: str | None = ref("worker")


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


class ContactStep(Synced, table=True):
    """A contact was held, help was opened, who contacted us was told or not; dated, never changed."""

    entity = "contact_step"
    append_only = True
    contact_id: str | None = ref("contact")
    step: str | None = code(CONTACT_STEP)
    on: str | None = day()
    until: str | None = day()
    way: str | None = code(TOLD_WAY)
    reason: str | None = words()
    reason_readers: str | None = readers()
    by: str | None = ref("worker")


class ContactSignature(Synced, table=True):
    """A manager signed decisions of a contact, or returned them; ``signs`` names the very rows, with commas."""

    entity = "contact_signature"
    append_only = True
    contact_id: str | None = ref("contact")
    signature: str | None = code(SIGNATURE)
    signs: str | None = line()
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
