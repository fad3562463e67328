"""Help that is to end travels from laptop to laptop; the hub takes a signature from a manager who holds the file alone."""

from __future__ import annotations

from familyhub.hub import admin
from familyhub.hub.service import Hub
from familyhub.store.queries.closings import closings
from familyhub.store.queries.rows import session
from tests.hub.world import HELEN, Laptops, enrolled, hub_rows, synced

JOAN = "w-joan"
SCOPE = "fam:bell"


def test_the_hub_takes_the_signature_of_a_manager_and_sets_anybody_elses_aside(
    hub: Hub, laptops: Laptops
) -> None:
    admin.add_worker(hub, JOAN, "Joan Pike", "manager", "north")
    helen, joan = (enrolled(hub, laptops.new(), worker) for worker in (HELEN, JOAN))
    with helen.work(HELEN) as work:
        work.create(SCOPE, "family", {"name": "Bell family", "locality": "north"}, "bell")
        closing = work.create(SCOPE, "closing", {"reason": "outcomes_met", "by": HELEN, "on": "2026-03-12"})
    synced(hub, helen)
    admin.grant(hub, SCOPE, JOAN)
    synced(hub, joan)
    with helen.work(HELEN) as work:
        work.create(SCOPE, "closing_signature", {"closing_id": closing, "signature": "signed", "by": HELEN})
    with joan.work(JOAN) as work:
        work.create(SCOPE, "closing_signature", {"closing_id": closing, "signature": "signed", "by": JOAN})
    for store in (helen, joan, helen):
        synced(hub, store)
    [aside] = hub_rows(hub, "select reason from quarantine")
    assert aside[0] == "a coordinator may not write this kind of record there"
    assert hub_rows(hub, "select created_by from closing_signature") == [(JOAN,)]
    with joan.reading() as connection, session(connection) as db:
        [found] = closings(db, SCOPE, {JOAN: "Joan Pike"})
    assert (found.state, found.signed_by) == ("signed", "Joan Pike")
    for store in (helen, joan):
        store.close()
