"""The wire itself: cut at every byte, far, narrow; and what a morning's work costs on it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date

import msgspec
import pytest
import zstandard

from familyhub.demo.world import Written, build
from familyhub.hub.load import Loaded
from familyhub.hub.service import Hub
from familyhub.link import transport
from familyhub.link.errors import HubUnreachable
from familyhub.link.exchange import sync
from familyhub.link.transport import HttpTransport, connect
from familyhub.store.laptop import LaptopStore
from familyhub.sync import clock
from familyhub.sync.ops import Op
from tests.hub.world import ASHA, HELEN, Laptops, enrolled, hub_rows, note, open_family, rows, served
from tests.support.line import Line

FAMILY = "fam:f1"
EVERY = int(os.environ.get("FAMILYHUB_CUT_EVERY", "3"))
"""Bytes from one cut to the next: 1 cuts at every byte of an exchange and takes three times as long."""
TODAY = date(2026, 5, 4)
VISITS, NOTES = 12, 20


@pytest.fixture
def url(hub: Hub) -> Iterator[str]:
    with served(hub) as found:
        yield found


@pytest.fixture
def asha(hub: Hub, laptops: Laptops, url: str) -> LaptopStore:
    """A laptop that has met the hub and holds one family."""
    store = enrolled(hub, laptops.new(), ASHA)
    open_family(store, "f1")
    met(store, url)
    return store


def met(store: LaptopStore, url: str) -> None:
    """Sync until the hub has heard of all that arrived."""
    way = connect(store, url)
    while sync(store, way).changed:
        pass
    way.close()


def waiting(store: LaptopStore) -> int:
    with store.reading() as connection:
        query = "select count(*) from outbox where state not in ('done', 'set_aside')"
        return int(connection.exec_driver_sql(query).scalar_one())


# -- cut -----------------------------------------------------------------------------------------------------


def whole_despite_cuts(
    store: LaptopStore,
    way: HttpTransport,
    line: Line,
    cut: Callable[[int | None], None],
    write: Callable[[], str],
) -> list[str]:
    """Write something and cut its exchange after so many bytes more each time, until one passes whole; returns the ids.

    After each cut a sync on the mended line leaves nothing that waits.
    """
    written: list[str] = []
    cuts = 1
    while cuts:
        written.append(write())
        line.reset_counts()
        cut((len(written) - 1) * EVERY)
        broken = False
        try:
            sync(store, way)
        except HubUnreachable:
            broken = True
        cuts = line.cuts
        cut(None)
        assert cuts or not broken
        if broken:
            sync(store, way)
        assert waiting(store) == 0
    return written


def each_is_there_once(hub: Hub, url: str, written: list[str], *stores: LaptopStore) -> None:
    """At the hub each act is in the log exactly once and none is set aside; on each laptop each row is there once."""
    custody = "select op_id from op union all select op_id from quarantine"
    assert hub_rows(hub, f"select op_id from ({custody}) as held group by op_id having count(*) > 1") == []
    logged = hub_rows(hub, "select row_id from op where entity = 'note' order by row_id")
    assert logged == [(row_id,) for row_id in sorted(written)]
    assert hub_rows(hub, "select id from note order by id") == logged
    assert hub_rows(hub, "select count(*) from quarantine") == [(0,)]
    for store in stores:
        met(store, url)
        assert rows(store, "note", "id") == logged


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_line_that_breaks_at_any_byte_on_the_way_up_loses_and_repeats_nothing(
    hub: Hub, laptops: Laptops, asha: LaptopStore, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with Line.to(url) as line:
        way = connect(asha, line.url)
        written = whole_despite_cuts(asha, way, line, line.cut_up_after, lambda: note(asha, FAMILY, "Rang."))
        assert len(written) * EVERY > line.bytes_up > 600
        way.close()
    assert [r.message for r in caplog.records if r.levelname == "ERROR"] == []
    each_is_there_once(hub, url, written, asha, enrolled(hub, laptops.new(), HELEN))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_line_that_breaks_at_any_byte_on_the_way_down_loses_and_repeats_nothing(
    hub: Hub, laptops: Laptops, asha: LaptopStore, url: str
) -> None:
    theirs: list[str] = []

    def both_write() -> str:
        theirs.append(f"theirs{len(theirs)}")
        fields = {"text": "Came by.", "text_readers": "workers", "on": "2026-05-04"}
        at = clock.tick(hub.clock(), 0)
        hub.load([Loaded(FAMILY, "note", theirs[-1], dict(fields), HELEN, at)])
        return note(asha, FAMILY, "Rang.")

    with Line.to(url) as line:
        way = connect(asha, line.url)
        written = whole_despite_cuts(asha, way, line, line.cut_down_after, both_write)
        assert len(written) * EVERY > line.bytes_down > 300
        way.close()
    each_is_there_once(hub, url, written + theirs, asha, enrolled(hub, laptops.new(), HELEN))


# -- far and narrow ------------------------------------------------------------------------------------------


def morning() -> list[Written]:
    """A morning's work of somebody quick: twelve visits with what belongs to them, and twenty notes."""
    world = build(seed=1, today=TODAY, families=40, second_locality=1)
    records = [row for row in world.records if row.scope.startswith("fam:")]
    visits = [row for row in records if row.entity == "visit"][:VISITS]
    ids = {row.id for row in visits}
    parts = [row for row in records if row.fields.get("visit_id") in ids]
    return visits + parts + [row for row in records if row.entity == "note"][:NOTES]


def written_by(store: LaptopStore, records: list[Written]) -> list[Op]:
    """The acts that the records become on a laptop, a visit or a note at a time."""
    ops: list[Op] = []
    for row in records:
        with store.work(ASHA) as work:
            work.create(row.scope, row.entity, dict(row.fields), row.id)
        ops += work.ops
    return ops


def packed_json(ops: list[Op]) -> int:
    """Bytes of the acts as JSON, packed as the wire packs."""
    return len(zstandard.ZstdCompressor(level=3).compress(msgspec.json.encode(ops)))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_mornings_work_goes_in_one_round_trip_and_hardly_larger_than_its_packed_text(
    hub: Hub, asha: LaptopStore, url: str
) -> None:
    records = morning()
    assert {row.entity for row in records} >= {"visit", "note"}
    with Line.to(url, delay_ms=150) as line:
        way = connect(asha, line.url)
        sync(asha, way)
        ops = written_by(asha, records)
        line.reset_counts()
        report = sync(asha, way)
        way.close()
        assert (report.sent, report.round_trips, line.requests) == (len(records), 1, 1)
        assert line.bytes_up + line.bytes_down <= 1.25 * packed_json(ops), (
            line.bytes_up,
            line.bytes_down,
            packed_json(ops),
            len(ops),
        )
    assert waiting(asha) == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_mornings_work_goes_through_a_narrow_line_and_a_far_one(
    hub: Hub, laptops: Laptops, asha: LaptopStore, url: str
) -> None:
    ops = written_by(asha, morning())
    helen = enrolled(hub, laptops.new(), HELEN)
    with Line.to(url, delay_ms=750, bits_per_second=64_000) as line:
        for store in (asha, helen):
            way = connect(store, line.url)
            sync(store, way)
            way.close()
        assert line.connections == 2
    assert waiting(asha) == 0
    for entity in ("visit", "note"):
        mine = [op.row_id for op in ops if op.entity == entity]
        assert [row[0] for row in rows(helen, entity, "id")] == sorted(mine)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_over_a_far_line_files_come_packed_smaller_and_as_they_come_over_a_near_one(
    hub: Hub, laptops: Laptops, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = clock.tick(hub.clock(), 0)
    world = build(seed=1, today=TODAY, families=40, second_locality=1)
    hub.load(
        Loaded(row.scope, row.entity, row.id, dict(row.fields) | here, HELEN, at)
        for row in world.records
        if row.scope.startswith("fam:")
        for here in ({"locality": "north"} if row.entity == "family" else {},)
    )
    took, held = {}, {}
    for delay_ms, from_seconds in ((0, 60.0), (100, transport.FAR_SECONDS)):
        monkeypatch.setattr(
            transport, "FAR_SECONDS", from_seconds
        )  # a busy machine answers late over a near one too
        helen = enrolled(hub, laptops.new(), HELEN)
        with Line.to(url, delay_ms=delay_ms) as line:
            way = connect(helen, line.url)
            sync(helen, way)
            way.close()
            took[delay_ms], held[delay_ms] = line.bytes_down, rows(helen, "visit", "id, happened")
    assert held[0] == held[100] != []
    assert took[100] < 0.93 * took[0], took
