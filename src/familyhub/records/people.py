"""People in a family's file: who they are, what they are called, where they live, how they may be reached.

A person in two families has a row of their own in each file; facts that measures break down by are dated rows.
"""

from __future__ import annotations

from familyhub.records.codes import FACT_KIND, MAY_USE, NAME_KIND, RELATIONSHIP, RISK, SEX
from familyhub.records.synced import (
    Synced,
    cautious,
    cautious_flag,
    code,
    day,
    flag,
    line,
    readers,
    ref,
    words,
)


class Person(Synced, table=True):
    """A child, an adult or an unborn child (an expected date, no birth date)."""

    entity = "person"
    birth_date: str | None = day()
    expected_date: str | None = day()
    death_date: str | None = day()
    sex: str | None = code(SEX)
    gender: str | None = line()
    nhs_number: str | None = line()
    upn: str | None = line()
    third_party: bool | None = flag()
    occupation: str | None = line()
    agency: str | None = line()
    about: str | None = words()
    about_readers: str | None = readers()


class PersonName(Synced, table=True):
    """One name of a person, past or present, with the days between which it was used."""

    entity = "person_name"
    person_id: str | None = ref("person")
    kind: str | None = code(NAME_KIND)
    given: str | None = line()
    family_name: str | None = line()
    from_on: str | None = day()
    to_on: str | None = day()


class PersonFact(Synced, table=True):
    """A dated fact about a person that a measure may break down by: ethnicity, school, SEN, attendance."""

    entity = "person_fact"
    append_only = True
    person_id: str | None = ref("person")
    kind: str | None = code(FACT_KIND)
    value: str | None = line()
    on: str | None = day()
    source: str | None = line()
    by: str | None = ref("worker")
    amends: str | None = ref("person_fact")


class Address(Synced, table=True):
    """Where a person lives or lived. ``sector`` is a postcode or its sector; a confidential one has a scope of its own."""

    entity = "address"
    person_id: str | None = ref("person")
    lines: str | None = line()
    town: str | None = line()
    postcode: str | None = line()
    ward: str | None = line()
    from_on: str | None = day()
    to_on: str | None = day()
    confidential: bool | None = cautious_flag()


class SafeContact(Synced, table=True):
    """How a person may be reached without putting anybody at risk; shown before any number or address."""

    entity = "safe_contact"
    person_id: str | None = ref("person")
    how: str | None = words(shown="together", protective=True)
    how_readers: str | None = readers()
    mobile: str | None = line()
    landline: str | None = line()
    email: str | None = line()
    may_ring: str | None = cautious(MAY_USE)
    may_text: str | None = cautious(MAY_USE)
    may_write: str | None = cautious(MAY_USE)


class Relationship(Synced, table=True):
    """``person_id`` is the ``kind`` of ``other_id`` between two days: Dawn is the mother of Leo."""

    entity = "relationship"
    person_id: str | None = ref("person")
    other_id: str | None = ref("person")
    kind: str | None = code(RELATIONSHIP)
    parental_responsibility: bool | None = flag()
    from_on: str | None = day()
    to_on: str | None = day()


class PersonRisk(Synced, table=True):
    """A person who may be a risk: allegation, police information or conviction, with source, date and expiry."""

    entity = "person_risk"
    person_id: str | None = ref("person")
    risk: str | None = cautious(RISK)
    source: str | None = line()
    on: str | None = day()
    review_on: str | None = day()
    what: str | None = words(shown="together", protective=True)
    what_readers: str | None = readers()
