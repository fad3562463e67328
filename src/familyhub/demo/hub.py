"""The demonstration's hub: made in a folder, filled with the invented caseload as its workers wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from familyhub.demo.world import World
from familyhub.hub import admin, scopes, second_check
from familyhub.hub.load import Loaded
from familyhub.hub.service import Hub
from familyhub.sync import clock


def make_hub(home: Path, world: World) -> Hub:
    """A demonstration hub with the world's workforce, families and grants."""
    hub = admin.init(home, demonstration=True)
    reference = {(row.entity, row.id): row.fields for row in world.records.reference()}
    for area in world.localities:
        admin.set_locality(hub, area.id, reference[("locality", area.id)])
    for person in world.workers:
        details = reference.get(("worker", person.id), {})
        kept = {k: v for k, v in details.items() if k not in ("name", "role", "locality")}
        admin.add_worker(hub, person.id, person.name, person.role, person.locality, kept)
    hub.load(_acts(world))
    _grant(hub, world)
    while second_check.publish_due(hub, early=True):
        pass
    return hub


def _acts(world: World) -> Iterator[Loaded]:
    """Every record as the act of its author, in the order of each scope."""
    for row in world.records:
        if row.scope != "ref":
            at = clock.from_datetime(row.at)
            yield Loaded(row.scope, row.entity, row.id, dict(row.fields), row.by, at)


def _grant(hub: Hub, world: World) -> None:
    """Allocation is what grants a family's file."""
    given = [
        scopes.Grant(f"fam:{family}", worker, "allocated", scopes.WRITE)
        for family, workers in world.holders.items()
        for worker in workers
    ]
    with hub.begin() as tx:
        scopes.give(tx.sql, given, tx.now_ms)
        tx.finish()
