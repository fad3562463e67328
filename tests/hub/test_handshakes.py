"""A step up travels from laptop to laptop; the hub takes a manager's agreement from a manager alone."""

from __future__ import annotations

from familyhub.hub import admin
from familyhub.hub.service import Hub
from familyhub.practice.handshakes import AGREED, stands
from familyhub.store.queries.handshakes import handshakes
from familyhub.store.queries.rows import session
from tests.hub.world import HELEN, Laptops, enrolled, hub_rows, synced

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
        [found] = handshakes(db, SCOPE, {JOAN: "Joan Pike"})
    assert stands(found).state == AGREED
    for store in (helen, joan):
        store.close()
