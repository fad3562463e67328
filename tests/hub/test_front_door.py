"""A contact from laptop to laptop: who decides and signs holds it, help opens a file, the hub lets only managers sign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from familyhub.casework import contacts, front_door, reading, triage
from familyhub.casework.contact_entries import (
    ChildDecision,
    ContactChildEntry,
    ContactEntry,
    SignEntry,
    TriageEntry,
)
from familyhub.casework.laptop import Laptop, Who
from familyhub.hub import admin
from familyhub.hub.service import Hub
from familyhub.store.laptop import LaptopStore
from tests.hub.world import ASHA, HELEN, Laptops, enrolled, hub_rows, open_family, synced

JOAN = "w-joan"
TODAY = date(2026, 5, 4)
LIVE = "select worker, role, mode from grant_ where scope = ? and until is null order by worker"


@pytest.fixture
def team(hub: Hub, laptops: Laptops) -> Iterator[tuple[Laptop, Laptop, Laptop]]:
    """Asha, who takes the call; Helen, who decides; Joan, who signs."""
    admin.add_worker(hub, JOAN, "Joan Pike", "manager", "north")
    made = []
    for worker, name, role in (
        (ASHA, "Asha", "worker"),
        (HELEN, "Helen", "coordinator"),
        (JOAN, "Joan", "manager"),
    ):
        store = enrolled(hub, laptops.new(), worker)
        made.append(Laptop(store, Who(worker, name, role, "north"), lambda: TODAY))
    yield (made[0], made[1], made[2])
    for laptop in made:
        laptop.close()


def everywhere(hub: Hub, *laptops: Laptop) -> None:
    for laptop in (*laptops, *laptops):
        synced(hub, laptop.store)


def entity_rows(store: LaptopStore, table: str) -> int:
    with store.reading() as connection:
        return int(connection.exec_driver_sql(f"select count(*) from {table}").scalar() or 0)


def test_a_contact_goes_from_who_took_the_call_to_who_decides_and_signs(
    hub: Hub, team: tuple[Laptop, Laptop, Laptop]
) -> None:
    asha, helen, joan = team
    entry = ContactEntry(
        source="2A",
        who="Ms Ali",
        worry="Mornings",
        received="today",
        children=[ContactChildEntry("Tom", "Walsh")],
    )
    contact_id = contacts.add_contact(asha, entry).id
    everywhere(hub, asha, helen, joan)
    assert [tuple(r) for r in hub_rows(hub, LIVE.replace("?", f"'con:{contact_id}'"))] == [
        (ASHA, "author", "write"), (HELEN, "coordinator", "write"), (JOAN, "front-door", "write"),
    ]  # fmt: skip
    (waiting,) = front_door.queue(helen)
    tom = waiting.contact.children[0].id
    triage.triage_contact(
        helen, TriageEntry(contact_id, [ChildDecision(tom, "yes", "", "3", "early_help", "Two needs")])
    )
    everywhere(hub, helen, joan)
    assert front_door.queue(joan)[0].stands.state == "to_sign"
    triage.sign_contact(joan, SignEntry(contact_id))
    everywhere(hub, joan, helen, asha)
    family = front_door.contact(helen, contact_id).family_id
    assert reading.family(helen, family).stage == "waiting for a worker", "the coordinator has the new file"
    assert front_door.queue(helen)[0].stands.state == "to_tell"
    assert hub_rows(hub, "select count(*) from quarantine") == [(0,)]
    thin = hub_rows(hub, "select name, stage from family_index")
    assert [tuple(r) for r in thin] == [("Walsh family", "waiting")]
    assert hub_rows(hub, "select count(*) from person") == [(1,)], (
        "Tom is there, whose birth date nobody knows"
    )


def test_the_hub_sets_aside_a_decision_of_a_worker_and_a_signature_of_anybody_but_a_manager(
    hub: Hub, team: tuple[Laptop, Laptop, Laptop]
) -> None:
    asha, helen, joan = team
    entry = ContactEntry(source="2A", worry="x", received="today", children=[ContactChildEntry("Tom")])
    contact_id = contacts.add_contact(asha, entry).id
    everywhere(hub, asha, helen)
    scope = f"con:{contact_id}"
    with asha.store.work(ASHA) as work:
        work.create(scope, "contact_level", {"contact_id": contact_id, "level": "2"})
    with helen.store.work(HELEN) as work:
        work.create(scope, "contact_signature", {"contact_id": contact_id, "signature": "signed"})
    everywhere(hub, asha, helen, joan)
    aside = hub_rows(hub, "select reason from quarantine order by reason")
    assert [r[0] for r in aside] == [
        "a coordinator may not write this kind of record there", "a worker may not write this kind of record there",
    ]  # fmt: skip
    assert entity_rows(joan.store, "contact_level") == entity_rows(joan.store, "contact_signature") == 0


def test_who_decides_at_the_front_door_keeps_the_contact_when_they_leave_the_file_that_it_led_to(
    hub: Hub, laptops: Laptops
) -> None:
    helen = enrolled(hub, laptops.new(), HELEN)
    open_family(helen, "f1")
    with helen.work(HELEN) as work:
        work.create("con:c1", "contact", {"family_id": "f1", "worry": "mornings"}, "c1")
    synced(hub, helen)
    held = (HELEN, "author", "write")
    assert held in hub_rows(hub, LIVE, ("con:c1",))
    admin.withdraw(hub, "fam:f1", HELEN)
    assert held in hub_rows(hub, LIVE, ("con:c1",))
