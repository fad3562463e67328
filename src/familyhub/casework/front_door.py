"""Reading the front door: the queue with its clocks, and one contact with everything that helps to decide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from familyhub.casework.problems import Refused, refuse
from familyhub.practice import front_door
from familyhub.practice.clocks import age_text
from familyhub.practice.front_door import ContactView, NamedPerson, Stands, stands, time_left
from familyhub.practice.matching import Known, Match, Named, matches
from familyhub.practice.reply import Reply, draft
from familyhub.practice.second_check import RING
from familyhub.records.codes import LEVEL
from familyhub.records.episodes import LeadPractitioner
from familyhub.records.oversight import Locality, Worker
from familyhub.store.queries import front_door as queries
from familyhub.store.queries import gate
from familyhub.store.queries.known_people import known_people
from familyhub.store.queries.rows import latest, session, visible, worker_names

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue."""

    contact: ContactView
    stands: Stands
    left: str
    """Time left, in working days."""
    to_read: bool = False
    """For a gatekeeper: the second check found somebody, and nothing is recorded about it."""


@dataclass(frozen=True, slots=True)
class Triage:
    """One contact with all that helps to decide: matches for each person named, earlier contacts, local words."""

    contact: ContactView
    stands: Stands
    left: str
    found: dict[str, tuple[Match, ...]]
    """Matches by the id of the person named."""
    earlier: tuple[tuple[str, str], ...]
    """Contacts about the same children in the twelve months before: (received ISO, source code)."""
    levels: dict[str, str]
    """What the locality's thresholds document says of each level."""
    signers: tuple[str, ...]
    """Managers who may sign here."""
    families: dict[str, str]
    """Names of the families that matches lead to."""
    checked_at: str
    """When this laptop met the hub last (ISO UTC); empty where it never has."""
    today: date
    gate: gate.Gate | None = None
    """What the second check found, for gatekeepers alone."""


def queue(laptop: Laptop) -> list[Waiting]:
    """Contacts in which something is left to do, what presses first; for a gatekeeper what is to read before all others."""
    keeper = laptop.who.role == "gatekeeper"
    with laptop.store.reading() as connection:
        found = queries.waiting(connection, gate.ringing(connection) if keeper else ())
    today = laptop.today
    lines = []
    for one in found:
        stand, to_read = stands(one, today), keeper and one.check.state == RING
        elsewhere = keeper and one.locality not in (
            "",
            laptop.who.locality,
        )  # given to be read, not to be decided
        if to_read or (stand.state != front_door.DONE and not elsewhere):
            lines.append(Waiting(one, stand, time_left(stand.due, today), to_read))
    return sorted(lines, key=lambda w: (not w.to_read, front_door.urgency(w.contact, w.stands)))


def contact(laptop: Laptop, contact_id: str) -> ContactView:
    """One contact; raises ``Refused`` when it is not on this laptop."""
    with laptop.store.reading() as connection:
        found = queries.one(connection, contact_id)
    if found is None:
        raise refuse("contact", f"There is no contact {contact_id[:40]} on this laptop.")
    return found


def triage_page(laptop: Laptop, contact_id: str) -> Triage:
    """One contact with all that helps to decide; raises ``Refused``."""
    found = contact(laptop, contact_id)
    since = (date.fromisoformat(found.received_at[:10]) - YEAR).isoformat() if found.received_at else "9999"
    with laptop.store.reading() as connection:
        people = known_people(connection)
        told = {n.id: _matches(found, n, people) for n in (*found.children, *found.adults)}
        before = queries.earlier(connection, found, since)
        with session(connection) as db:
            local = next((x for x in visible(db, Locality, "ref") if x.id == found.locality), None)
            managers = [
                w.name or w.id for w in visible(db, Worker, "ref")
                if w.role == "manager" and not w.disabled and w.locality == found.locality and w.id != laptop.who.id
            ]  # fmt: skip
        at_gate = gate.about(connection, found.id) if laptop.who.role == "gatekeeper" else None
        ids = {m.family_id for some in told.values() for m in some}
        named = {
            i: n
            for i, n in connection.exec_driver_sql("select id, coalesce(name, '') from family")
            if i in ids
        }
    stand = stands(found, laptop.today)
    return Triage(
        found, stand, time_left(stand.due, laptop.today), told, tuple(before),
        {level: (getattr(local, f"level_{level}", None) if local else None) or "" for level in LEVEL.values},
        tuple(sorted(managers)), named, laptop.store.setting("last_contact") or "", laptop.today,
        at_gate,
    )  # fmt: skip


def drafted_reply(laptop: Laptop, contact_id: str) -> Reply:
    """The drafted reply to who contacted us; raises ``Refused``."""
    from familyhub.casework import reading

    found = contact(laptop, contact_id)
    stand = stands(found, laptop.today)
    if stand.state in (front_door.NEW, front_door.HELD, front_door.TO_SIGN, front_door.RETURNED):
        return Reply("", f"There is no outcome to tell yet: {stand.words}.")
    lead = ""
    if "early_help" in found.outcomes and found.family_id:
        with laptop.store.reading() as connection, session(connection) as db:
            last = latest(visible(db, LeadPractitioner, f"fam:{found.family_id}"))
            names = worker_names(db)
        if last is not None:
            lead = last.name or names.get(last.worker_id or "", "")
    return draft(found, lead=lead, ring=reading.numbers(laptop).day_number, sender=laptop.who.name)


def find_match(
    laptop: Laptop, named_id: str, person_id: str
) -> tuple[ContactView, NamedPerson, Match | None, Known]:
    """The contact in which somebody is named, and how they compare with somebody known; raises ``Refused``."""
    found, named = whose(laptop, named_id)
    with laptop.store.reading() as connection:
        known = next((k for k in known_people(connection) if k.person_id == person_id), None)
    if known is None:
        raise refuse("person", "That person is in no file on this laptop.")
    match = next(iter(matches(_named(found, named), [known])), None)
    return found, named, match, known


def whose(laptop: Laptop, named_id: str) -> tuple[ContactView, NamedPerson]:
    """The contact in which a child or adult is named; raises ``Refused``."""
    with laptop.store.reading() as connection:
        sql = (
            "select scope from contact_child where id = ? union select scope from contact_adult where id = ?"
        )
        row = connection.exec_driver_sql(sql, (named_id, named_id)).first()
    try:
        found = contact(laptop, row[0].removeprefix("con:")) if row is not None else None
    except Refused:
        found = None
    named = next((n for n in (*found.children, *found.adults) if n.id == named_id), None) if found else None
    if found is None or named is None:
        raise refuse("child", f"Nobody is named under {named_id[:40]} in a contact on this laptop.")
    return found, named


def _named(contact: ContactView, person: NamedPerson) -> Named:
    return Named(
        person.given, person.family_name, person.birth_date, person.age, contact.address, contact.postcode,
        person.school, contact.received_at[:10] or None,
    )  # fmt: skip


def _matches(contact: ContactView, person: NamedPerson, people: list[Known]) -> tuple[Match, ...]:
    """Matches of a person named; people whom somebody answered about stand there whatever speaks for them."""
    return tuple(matches(_named(contact, person), people))


def with_ages(contact: ContactView, today: date) -> ContactView:
    """The contact with each child's age, where a birth date is known."""
    children = tuple(
        replace(c, age=age_text(c.birth_date, None, today)) if c.birth_date else c for c in contact.children
    )
    return replace(contact, children=children)
