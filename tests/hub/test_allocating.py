"""Allocation is what grants a family's file: given, handed over with a receipt, covered from and until; who may, and who not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from familyhub.casework import allocating, handing_over
from familyhub.casework.allocation_entries import AllocateEntry, CoverEntry, HandOverEntry
from familyhub.casework.laptop import Laptop, Who
from familyhub.hub import admin, rebuilding, restriction
from familyhub.hub.service import Hub
from familyhub.link.enrol import enrol
from familyhub.link.exchange import sync
from familyhub.link.transport import connect
from familyhub.store.laptop import LaptopStore
from tests.hub.process import running
from tests.hub.world import (
    ASHA,
    GRACE,
    HELEN,
    SAM,
    Device,
    FakeClock,
    Laptops,
    change,
    enrolled,
    hub_rows,
    note,
    open_family,
    rows,
    staff,
    synced,
)

DAY = 24 * 60 * 60
START = date(2026, 9, 21)
"""The day on which the tests' clock stands."""
one_engine = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
MARK = "w-mark", "Mark Bell", "manager", "north"


def helens(store: LaptopStore, today: Callable[[], date] = lambda: START) -> Laptop:
    """The coordinator's open laptop."""
    return Laptop(store, Who(HELEN, "Helen Marsh", "coordinator", "north"), today)


def opened(store: LaptopStore, family: str = "f1") -> str:
    """A family with help open, which nobody works with."""
    scope = open_family(store, family, "Okafor")
    with store.work(store.worker) as work:
        work.create(scope, "episode_state", {"state": "waiting", "on": "2026-09-14"})
    return scope


def grants(hub: Hub, scope: str = "fam:f1") -> dict[str, str]:
    """Who holds a file now, and why."""
    now = hub.clock()
    found = hub_rows(
        hub,
        "select worker, role from grant_ where scope = ? and since <= ? and (until is null or until > ?)",
        (scope, now, now),
    )
    return {worker: role for worker, role in found}


@pytest.fixture
def team(still_hub: Hub, laptops: Laptops) -> Iterator[tuple[Hub, Laptop, LaptopStore, LaptopStore]]:
    """The hub, Helen at the Desk with one family that waits, and the laptops of Asha and Sam."""
    helen, asha, sam = (enrolled(still_hub, laptops.new(), who) for who in (HELEN, ASHA, SAM))
    opened(helen)
    note(helen, "fam:f1", "For whoever takes it on.")
    synced(still_hub, helen)
    for store in (asha, sam, helen):
        synced(still_hub, store)
    clock = still_hub.clock
    yield still_hub, helens(helen, lambda: datetime.fromtimestamp(clock() / 1000, UTC).date()), asha, sam
    for store in (helen, asha, sam):
        store.close()


def met(hub: Hub, *stores: LaptopStore) -> None:
    for store in stores:
        assert synced(hub, store).set_aside == 0


def receipts(home: Path) -> list[tuple[str, str]]:
    """Which files were left, and whose laptop gave the receipt."""
    hub = Hub.open(home)
    try:
        return hub_rows(hub, "select r.scope, d.worker from receipt r join device d on d.id = r.device")
    finally:
        hub.close()


# -- a hub in a process of its own -------------------------------------------------------------------------------


@one_engine
def test_a_hub_process_gives_the_file_by_allocation_and_takes_it_back_at_the_hand_over(
    tmp_path: Path, database: str | None, laptops: Laptops
) -> None:
    hub = Hub.init(tmp_path / "hub", None, database, demonstration=True)
    staff(hub)
    codes = {who: admin.code(hub, who) for who in (HELEN, ASHA, SAM)}
    hub.close()
    today = datetime.now(UTC).date()
    with running(tmp_path / "hub") as served:
        stores = {who: laptops.new() for who in codes}
        for who, code in codes.items():
            enrol(stores[who], served.url, code)
        helen, asha, sam = (stores[who] for who in (HELEN, ASHA, SAM))
        desk = helens(helen, lambda: today)

        def meet(*several: LaptopStore) -> list[int]:
            return [(report := sync(s, connect(s))).left + 100 * report.set_aside for s in several]

        opened(helen)
        note(helen, "fam:f1", "For whoever takes it on.")
        assert meet(helen, asha, sam, helen) == [0, 0, 0, 0]
        assert rows(asha, "family") == []
        allocating.allocate(desk, AllocateEntry("f1", ASHA))
        assert meet(helen, asha, sam) == [0, 0, 0]
        assert (rows(asha, "note", "text"), rows(sam, "family")) == ([("For whoever takes it on.",)], [])
        assert rows(asha, "episode_state", "state") == [("waiting",), ("open",)]
        note(asha, "fam:f1", "Not sent when it was handed over.")
        handing_over.hand_over(desk, HandOverEntry("f1", SAM, promised="Ring on Monday", family_told=True))
        assert meet(helen, sam) == [0, 0]
        assert rows(sam, "hand_over", "promised") == [("Ring on Monday",)]
        assert meet(asha) == [1], "the file is left, and what was not sent was taken first"
        assert (rows(asha, "family"), rows(asha, "note")) == ([], [])
        meet(asha, sam)
        assert len(rows(sam, "note")) == 2
        assert meet(asha) == [0]
        assert receipts(tmp_path / "hub") == [("fam:f1", ASHA)], "and its laptop has given the receipt"
        handing_over.give_cover(desk, CoverEntry(SAM, ASHA, today.isoformat(), today.isoformat()))
        meet(helen, asha)
        assert len(rows(asha, "note")) == 2
    hub = Hub.open(tmp_path / "hub")
    (cover,) = hub_rows(hub, "select role, until from grant_ where scope = 'fam:f1' and worker = ?", (ASHA,))
    tomorrow = datetime.combine(today + timedelta(days=1), datetime.min.time(), UTC)
    assert cover == ("cover", int(tomorrow.timestamp() * 1000)), "it ends by itself"
    hub.close()


# -- by date -----------------------------------------------------------------------------------------------------


def test_a_cover_begins_and_ends_by_itself_and_its_file_goes_with_it(
    team: tuple[Hub, Laptop, LaptopStore, LaptopStore], now: FakeClock
) -> None:
    hub, desk, asha, sam = team
    allocating.allocate(desk, AllocateEntry("f1", ASHA))
    handing_over.give_cover(desk, CoverEntry(ASHA, SAM, "2026-09-23", "2026-09-24"))
    met(hub, desk.store, asha, sam)
    assert grants(hub) == {HELEN: "author", ASHA: "allocated"}
    now.pass_by(2 * DAY)
    met(hub, sam)
    assert len(rows(sam, "family")) == 1
    note(sam, "fam:f1", "Covered today.")
    now.pass_by(DAY)
    met(hub, sam, asha)
    assert grants(hub)[SAM] == "cover"
    now.pass_by(DAY)
    report = synced(hub, sam)
    assert (report.left, rows(sam, "family")) == (1, [])
    met(hub, asha)
    assert len(rows(asha, "note")) == 2
    assert grants(hub) == {HELEN: "author", ASHA: "allocated"}


def test_a_cover_is_shortened_and_lengthened_and_never_takes_what_is_held_anyway(
    team: tuple[Hub, Laptop, LaptopStore, LaptopStore], now: FakeClock
) -> None:
    hub, desk, asha, sam = team
    allocating.allocate(desk, AllocateEntry("f1", ASHA))
    for last in ("2026-09-30", "2026-09-22", "2026-09-25"):
        handing_over.give_cover(desk, CoverEntry(ASHA, SAM, "2026-09-21", last))
        met(hub, desk.store, sam)
        (until,) = hub_rows(hub, "select until from grant_ where scope = 'fam:f1' and worker = ?", (SAM,))
        last_day = datetime.fromisoformat(f"{last}T00:00:00+00:00") + timedelta(days=1)
        assert until == (int(last_day.timestamp() * 1000),)
    admin.grant(hub, "fam:f1", GRACE)
    handing_over.hand_over(desk, HandOverEntry("f1", SAM, family_told=True))
    met(hub, desk.store, sam, asha)
    now.pass_by(30 * DAY)
    assert grants(hub) == {HELEN: "author", SAM: "allocated", GRACE: "given"}
    assert rebuilding.rebuild(hub, whole=True) == 0
    assert grants(hub) == {HELEN: "author", SAM: "allocated", GRACE: "given"}


@one_engine
def test_an_allocation_that_could_not_be_folded_gives_the_file_once_the_projection_is_rebuilt(
    team: tuple[Hub, Laptop, LaptopStore, LaptopStore],
) -> None:
    hub, desk, _, _ = team
    with desk.store.work(HELEN) as work:
        facts = work.create("loc:north", "worker_facts", {"worker_id": SAM, "languages": "Urdu"})
    met(hub, desk.store)
    with hub.begin() as tx:
        tx.sql.run("update worker_facts set heads = 'broken'")
        tx.finish()
    change(desk.store, ("loc:north", "worker_facts", facts), {"languages": "Welsh"})
    allocating.allocate(desk, AllocateEntry("f1", SAM))
    met(hub, desk.store)
    assert grants(hub) == {HELEN: "author"}
    assert rebuilding.rebuild(hub, whole=True) == 0
    assert grants(hub) == {HELEN: "author", SAM: "allocated"}


def test_a_hand_over_of_a_later_day_takes_the_file_from_one_to_the_other_on_that_day(
    team: tuple[Hub, Laptop, LaptopStore, LaptopStore], now: FakeClock
) -> None:
    hub, desk, asha, sam = team
    allocating.allocate(desk, AllocateEntry("f1", ASHA))
    met(hub, desk.store, asha)
    handing_over.hand_over(desk, HandOverEntry("f1", SAM, on="2026-09-23", family_told=True))
    met(hub, desk.store, asha, sam)
    assert grants(hub).keys() == {HELEN, ASHA}
    now.pass_by(2 * DAY)
    met(hub, asha, sam)
    assert grants(hub).keys() == {HELEN, SAM}
    assert (rows(asha, "family"), len(rows(sam, "family"))) == ([], 1)


# -- who may -----------------------------------------------------------------------------------------------------


def why(hub: Hub) -> list[str]:
    return [a.reason for a in admin.quarantine(hub)]


@one_engine
def test_nobody_allocates_but_the_desk_of_the_familys_own_locality(hub: Hub) -> None:
    admin.add_worker(hub, *MARK)
    admin.add_worker(hub, "w-bev", "Bev Sutton", "coordinator", "south")
    admin.add_worker(hub, "w-nell", "Nell Orr", "analyst", "north")
    devices = {w: Device(hub, w, w) for w in (HELEN, ASHA, SAM, "w-mark", "w-bev")}
    helen, asha, mark, bev = (devices[w] for w in (HELEN, ASHA, "w-mark", "w-bev"))
    family = helen.op("fam:f1", "family", {"name": "Okafor", "locality": "north"}, row_id="f1")
    hub.exchange(helen.sender, helen.request([family]))

    def told(device: Device, place: str, entity: str = "allocation", **fields: object) -> str:
        op = device.op(
            place,
            entity,
            {"family_id": "f1", **fields},
            **({"kind": fields.pop("kind")} if "kind" in fields else {}),
        )
        answer = hub.exchange(device.sender, device.request([op]))
        return dict(pair for custody in answer.custody for pair in custody.set_aside).get(op.op_id, "")

    assert "a worker may not write" in told(asha, "loc:north", worker_id=SAM)
    assert "cannot be allocated here" in told(bev, "loc:south", worker_id=GRACE)
    assert "to themselves" in told(mark, "loc:north", worker_id="w-mark")
    for nobody in (GRACE, "w-nell", "w-unknown"):
        assert told(helen, "loc:north", worker_id=nobody) == "there is no such worker in this locality"
    assert "cannot be allocated here" in told(helen, "loc:north", family_id="f9", worker_id=SAM)
    assert "does not say which" in told(helen, "loc:north", role="lead")
    assert "declared by the worker whose it is" in told(
        asha, "loc:north", "conflict_of_interest", worker_id=SAM
    )
    assert grants(hub) == {HELEN: "author"}
    assert told(asha, "loc:north", "conflict_of_interest", worker_id=ASHA) == ""
    assert told(mark, "loc:north", worker_id=SAM, on="2026-01-01", role="lead") == ""
    assert grants(hub) == {HELEN: "author", SAM: "allocated"}
    admin.disable_worker(hub, SAM)
    assert told(mark, "loc:north", worker_id=SAM, role="lead", on="2026-01-01", to_on="2026-01-05") == ""


@one_engine
def test_an_allocation_is_never_changed_and_a_restricted_family_is_not_widened_by_one(hub: Hub) -> None:
    admin.add_worker(hub, "w-gate", "Gail Tate", "gatekeeper", "north")
    admin.add_worker(hub, "w-op", "Opal Roe", "operator", "")
    helen = Device(hub, HELEN)
    ops = [
        helen.op("fam:f1", "family", {"name": "Okafor", "locality": "north"}, row_id="f1"),
        helen.op("loc:north", "allocation", {"family_id": "f1", "worker_id": ASHA}, row_id="a1"),
    ]
    hub.exchange(helen.sender, helen.request(ops))
    changed = helen.op(
        "loc:north", "allocation", {"worker_id": SAM, "family_id": "f1"}, row_id="a1", kind="change"
    )
    hub.exchange(helen.sender, helen.request([changed]))
    assert why(hub) == ["what was written about an allocation is never changed: a later one replaces it"]
    restriction.restrict(hub, "f1", "w-gate", "A colleague's family", [HELEN])
    late = helen.op("loc:north", "allocation", {"family_id": "f1", "worker_id": SAM, "on": "2026-05-01"})
    unknown = helen.op("loc:north", "allocation", {"family_id": "f9", "worker_id": SAM, "on": "2026-05-01"})
    hub.exchange(helen.sender, helen.request([late, unknown]))
    first, second = why(hub)[-2:]
    assert first == second, "it does not tell that the family is restricted"
    assert grants(hub).keys() == {HELEN}
