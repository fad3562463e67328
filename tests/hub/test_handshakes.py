"""A step up travels from laptop to laptop; the hub takes a manager's agreement from a manager alone."""

from __future__ import annotations

from familyhub.hub import admin
from familyhub.hub.service import Hub
from familyhub.practice.handshakes import ACCEPTED, AGREED, ASKED, stands
from familyhub.store.laptop import LaptopStore
from familyhub.store.queries.handshakes import contacts, handshakes
from familyhub.store.queries.rows import session
from tests.hub.world import ASHA, HELEN, Laptops, enrolled, hub_rows, synced

JOAN = "w-joan"
SCOPE = "fam:bell"


def test_the_hub_takes_the_agreement_of_a_manager_and_sets_anybody_elses_aside(
    hub: Hub, laptops: Laptops
) -> None:
    admin.add_worker(hub, JOAN, "Joan Pike", "manager", "north")
    helen, joan = (enrolled(hub, laptops.new(), worker) for worker in (HELEN, JOAN))
    with helen.work(HELEN) as work:
        work.create(SCOPE, "family", {"name": "Bell family", "locality": "north"}, "bell")
        asked = work.create(SCOPE, "handshake", {"kind": "step_up", "by": HELEN, "on": "2026-03-12"})
    synced(hub, helen)
    admin.grant(hub, SCOPE, JOAN)
    synced(hub, joan)
    row = {"handshake_id": asked, "signature": "signed", "on": "2026-03-12"}
    with helen.work(HELEN) as work:
        work.create(SCOPE, "handshake_signature", {**row, "by": HELEN})
    with joan.work(JOAN) as work:
        work.create(SCOPE, "handshake_signature", {**row, "by": JOAN})
    for store in (helen, joan, helen):
        synced(hub, store)
    [aside] = hub_rows(hub, "select reason from quarantine")
    assert aside[0] == "a coordinator may not write this kind of record there"
    assert hub_rows(hub, "select created_by from handshake_signature") == [(JOAN,)]
    with joan.reading() as connection, session(connection) as db:
        [found] = handshakes(db, [SCOPE], {JOAN: "Joan Pike"})
    assert stands(found).state == AGREED
    for store in (helen, joan):
        store.close()


def test_the_hub_takes_the_answer_to_a_step_down_from_a_coordinator_and_sets_a_workers_aside(
    hub: Hub, laptops: Laptops
) -> None:
    helen, asha = (enrolled(hub, laptops.new(), worker) for worker in (HELEN, ASHA))
    with helen.work(HELEN) as work:
        work.create(SCOPE, "family", {"name": "Bell family", "locality": "north"}, "bell")
        asked = work.create(SCOPE, "handshake", {"kind": "step_down", "by": HELEN, "on": "2026-03-12"})
    synced(hub, helen)
    admin.grant(hub, SCOPE, ASHA)
    synced(hub, asha)
    with asha.work(ASHA) as work:
        row = {"handshake_id": asked, "on": "2026-03-12", "by": ASHA}
        work.create(SCOPE, "step_down_answer", {**row, "answer": "accepted"})
        work.create(SCOPE, "handshake_step", {**row, "step": "accepted"})
    for store in (asha, helen):
        synced(hub, store)
    [aside] = hub_rows(hub, "select reason from quarantine")
    assert aside[0] == "a worker may not write this kind of record there"
    assert stood(helen) == ASKED, "a step that accepts counts for a step up alone"
    with helen.work(HELEN) as work:
        work.create(SCOPE, "step_down_answer", {**row, "answer": "accepted", "by": HELEN})
    for store in (helen, asha):
        synced(hub, store)
    assert stood(asha) == ACCEPTED
    for store in (helen, asha):
        store.close()


def stood(store: LaptopStore) -> str:
    with store.reading() as connection, session(connection) as db:
        [found] = handshakes(db, [SCOPE], {})
    return stands(found).state


def test_a_step_down_that_came_as_a_contact_and_the_file_it_opened_reach_the_other_laptops(
    hub: Hub, laptops: Laptops
) -> None:
    admin.add_worker(hub, JOAN, "Joan Pike", "manager", "north")
    helen, joan = (enrolled(hub, laptops.new(), worker) for worker in (HELEN, JOAN))
    with helen.work(HELEN) as work:
        work.create("con:c1", "contact", {"source": "5A", "locality": "north", "family_id": "new"}, "c1")
        asked = work.create("con:c1", "handshake", {"kind": "step_down", "by": HELEN, "on": "2026-03-12"})
        row = {"handshake_id": asked, "on": "2026-03-12", "by": HELEN}
        work.create("fam:new", "family", {"name": "Walsh family", "locality": "north"}, "new")
        work.create("con:c1", "step_down_answer", {**row, "answer": "accepted"})
    for store in (helen, joan):
        synced(hub, store)
    assert hub_rows(hub, "select reason from quarantine") == []
    with joan.reading() as connection, session(connection) as db:
        [found] = handshakes(db, ["con:c1"], {})
    assert (stands(found).state, found.contact_id) == (ACCEPTED, "c1")
    with helen.reading() as connection:
        assert contacts(connection, "new") == ["con:c1"], "the family's page reads it"
    for store in (helen, joan):
        store.close()
