"""What a laptop holds does not show on the wire: forty families or two and a half thousand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from familyhub.hub.load import Loaded
from familyhub.hub.service import Hub
from familyhub.link.exchange import Report, sync
from familyhub.link.transport import HttpTransport, connect
from familyhub.store.laptop import LaptopStore
from familyhub.sync import clock
from tests.hub.world import GRACE, HELEN, Laptops, enrolled, make_hub, note, rows, served, staff, synced
from tests.support.line import Line

MANY, FEW = 2500, 40
Cost = tuple[int, int, int]
"""Requests, bytes up, bytes down."""


@pytest.fixture(scope="module")
def holders(
    tmp_path_factory: pytest.TempPathFactory, laptops: Laptops
) -> Iterator[tuple[Hub, LaptopStore, LaptopStore]]:
    """A hub, the laptop of a coordinator with many families, and that of a worker with few."""
    hub = make_hub(Path(tmp_path_factory.mktemp("held")) / "hub", None)
    staff(hub)
    at = clock.tick(hub.clock(), 0)
    for worker, place, count in ((HELEN, "north", MANY), (GRACE, "south", FEW)):
        families = [f"{place}{n:05d}" for n in range(count)]
        hub.load(
            Loaded(f"fam:{f}", "family", f, {"name": "Tester", "locality": place}, worker, at)
            for f in families
        )
    helen, grace = enrolled(hub, laptops.new(), HELEN), enrolled(hub, laptops.new(), GRACE)
    for store in (helen, grace):
        while synced(hub, store).changed:
            pass
    yield hub, helen, grace
    hub.close()


def cost(store: LaptopStore, way: HttpTransport, line: Line) -> tuple[Report, Cost]:
    line.reset_counts()
    report = sync(store, way)
    return report, (line.requests, line.bytes_up, line.bytes_down)


def test_an_idle_exchange_and_one_change_cost_the_same_for_many_families_as_for_few(
    holders: tuple[Hub, LaptopStore, LaptopStore],
) -> None:
    hub, *stores = holders
    idle: list[Cost] = []
    changed: list[Cost] = []
    with served(hub) as url, Line.to(url) as line:
        for store, family in zip(stores, ("fam:north00007", "fam:south00007"), strict=True):
            way = connect(store, line.url)
            sync(store, way)
            report, spent = cost(store, way, line)
            assert not report.changed
            idle.append(spent)
            note(store, family, "Rang the school.")
            report, spent = cost(store, way, line)
            assert report.sent == 1
            changed.append(spent)
            way.close()
    assert [len(rows(store, "family")) for store in stores] == [MANY, FEW]
    for requests, up, down in idle:
        assert requests == 1
        assert max(up, down) < 1024
    (requests, up, down), (fewer_requests, fewer_up, fewer_down) = changed
    assert requests == fewer_requests == 1
    assert up == pytest.approx(fewer_up, rel=0.05)
    assert down == pytest.approx(fewer_down, rel=0.05)
