"""The laptop's side of the wire: slices, kills, skew, bodies that a hub cannot read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event

from familyhub.hub import admin
from familyhub.hub.door import signed_text as hub_signed_text
from familyhub.hub.enrolment import proof_text
from familyhub.hub.load import Loaded
from familyhub.hub.service import Hub
from familyhub.link import exchange as exchanging
from familyhub.link import signing
from familyhub.link.enrol import enrol
from familyhub.link.errors import (
    BodyRefused,
    HubRefused,
    HubUnreachable,
    LinkError,
    NotEnrolled,
    Stopped,
)
from familyhub.link.exchange import Exchange, sync
from familyhub.link.in_process import InProcess
from familyhub.link.transport import HttpTransport, connect, now_ms
from familyhub.store.errors import StoreBusy
from familyhub.store.laptop import sync_lock
from familyhub.sync import clock
from familyhub.sync.copy import LaptopCopy
from familyhub.sync.messages import Answer, Feed, Request, SnapshotPart
from tests.hub.world import (
    ASHA,
    HELEN,
    SAM,
    Laptops,
    change,
    enrolled,
    hub_rows,
    note,
    open_family,
    rows,
    served,
    synced,
    way,
)

one_engine = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Meddler(InProcess):
    """A way to a hub on which a test interferes."""

    def __init__(self, plain: InProcess, before: Callable[[Request], None] = lambda _: None) -> None:
        super().__init__(plain.hub, plain.sender)
        self.before = before
        self.requests: list[Request] = []

    def exchange(self, request: Request) -> Answer:
        self.requests.append(request)
        self.before(request)
        return super().exchange(request)


def test_both_ends_sign_the_same_text() -> None:
    parts = ("POST", "/sync/v1", "a=b", b"body", "123", "nonce")
    assert signing.signed_text(*parts) == hub_signed_text(*parts)
    seed, code = bytes(range(32)), "7K3M-QX9D-4TBN-WH2P"
    assert signing.enrolment_proof(seed, code) == signing.sign(
        seed, proof_text(code, signing.public_key(seed))
    )


def test_a_laptop_with_a_wrong_clock_sets_itself_right_by_the_hubs(hub: Hub, laptops: Laptops) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    open_family(asha, "f1")
    with served(hub) as url:
        kept = asha.settings()
        who = signing.Identity(kept["device"], signing.seed_of(kept["device_key"]))
        transport = HttpTransport(url, who, clock=lambda: now_ms() - 7_200_000)
        report = sync(asha, transport)
        assert report.sent == 1
        assert transport.round_trips == report.round_trips + 1
        assert abs(float(asha.setting("clock_offset") or 0) - 7200) < 5
        again = connect(asha, url)
        assert abs(again.offset_ms - 7_200_000) < 5000
        assert sync(asha, again).round_trips >= 1
        assert asha.setting("clock_offset") == "0.000"


def test_a_laptop_that_is_not_let_in_is_told_so(hub: Hub, laptops: Laptops) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    with served(hub) as url:
        transport = HttpTransport(url, signing.Identity(asha.setting("device") or "", b"x" * 32))
        with pytest.raises(HubRefused, match="not signed"):
            sync(asha, transport)
        admin.disable_worker(hub, ASHA)
        with pytest.raises(HubRefused, match="may not sync any more"):
            sync(asha, connect(asha, url))
        note(asha, "fam:f1", "Written before I knew")
        report = sync(asha, connect(asha, url))
        assert (report.sent, report.set_aside, report.received) == (0, 1, 0)
        with pytest.raises(HubRefused):
            enrol(asha, url, "AAAA-BBBB-CCCC-DDDD")
    with pytest.raises(HubUnreachable):
        sync(asha, connect(asha, url))
    with pytest.raises(NotEnrolled):
        connect(laptops.new())


@pytest.mark.parametrize("url", ["ftp://hub", "hub", "http://hub.example:8000", "http://192.0.2.1"])
def test_records_never_travel_in_clear(url: str) -> None:
    with pytest.raises(HubRefused):
        HttpTransport(url, signing.Identity("d", bytes(32)))


def test_a_file_arrives_whole_wherever_the_laptop_is_killed(
    hub: Hub, laptops: Laptops, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanging, "TRANSACTION_ROWS", 40)
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1")
    synced(hub, asha)
    synced(hub, helen)
    for n in range(130):
        note(asha, scope, f"Note {n}")
    synced(hub, asha)
    for _ in range(2):
        asked = iter((False, True))
        with pytest.raises(Stopped):
            sync(helen, way(hub, helen), stopping=lambda asked=asked: next(asked))  # type: ignore[misc]
    partly = len(rows(helen, "note"))
    assert 0 < partly < 130
    synced(hub, helen)
    assert len(rows(helen, "note")) == 130


def test_an_answer_that_is_lost_is_asked_for_again_and_nothing_comes_twice(
    hub: Hub, laptops: Laptops
) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    scope = open_family(asha, "f1")
    for n in range(5):
        note(asha, scope, f"Note {n}")
    lossy = way(hub, asha)
    real = lossy.exchange

    def lost(request: Request) -> Answer:
        real(request)
        raise HubUnreachable("The connection to the hub broke off.")

    lossy.exchange = lost  # type: ignore[method-assign]
    for _ in range(3):
        with pytest.raises(HubUnreachable):
            sync(asha, lossy)
    assert synced(hub, asha).sent == 6
    assert hub_rows(hub, "select count(*) from op where scope = ?", (scope,)) == [(6,)]


def test_two_edits_that_did_not_see_each_other_are_both_kept_and_decided_once(
    hub: Hub, laptops: Laptops
) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1", "Okafor")
    key = (scope, "family", "f1")
    synced(hub, asha)
    synced(hub, helen)
    change(asha, key, {"name": "Okafor-Bell"})
    change(helen, key, {"name": "Okafor-Marsh"})
    change(helen, key, {"opened_on": "2026-05-01"})
    for laptop in (asha, helen, asha, helen):
        synced(hub, laptop)
    for laptop in (asha, helen):
        assert [r[0] for r in rows(laptop, "difference", "field")] == ["name"]
        assert rows(laptop, "family", "opened_on") == [("2026-05-01",)]
    with asha.changing() as copy:
        heads = tuple(copy.load([key])[key].row["name"].heads)
    assert len(heads) == 2
    with asha.work(ASHA) as work:
        work.decide(scope, "family", "f1", "name", heads, "Okafor-Bell")
    for laptop in (asha, helen):
        synced(hub, laptop)
        assert rows(laptop, "difference") == []
        assert rows(laptop, "family", "name") == [("Okafor-Bell",)]
    assert hub_rows(hub, "select count(*) from difference") == [(0,)]


def test_a_body_that_the_hub_refuses_is_halved_until_the_one_is_found_and_kept(
    hub: Hub, laptops: Laptops
) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    scope = open_family(asha, "f1")
    for n in range(20):
        note(asha, scope, "poison" if n == 13 else f"Note {n}")

    def refuse(request: Request) -> None:
        if any(b"poison" in frame.payload for batch in request.push for frame in batch.frames):
            raise BodyRefused("The hub could not read this request.")

    report = sync(asha, Meddler(way(hub, asha), refuse))
    assert (report.sent, report.set_aside) == (20, 1)
    assert hub_rows(hub, "select count(*) from note") == [(19,)]
    (kept,) = hub_rows(hub, "select payload from quarantine")
    assert b"poison" in kept[0]
    with asha.reading() as connection:
        states = dict(
            tuple(r) for r in connection.exec_driver_sql("select state, count(*) from outbox group by state")
        )
    assert states == {"done": 20, "set_aside": 1}


def test_own_acts_that_are_no_longer_held_are_asked_for_whole(hub: Hub, laptops: Laptops) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    scope = open_family(asha, "f1")
    synced(hub, asha)
    copy_of_it = laptops.copy_of(asha)
    lost = note(asha, scope, "Written behind the copy")
    synced(hub, asha)
    meddler = Meddler(way(hub, copy_of_it))
    sync(copy_of_it, meddler)
    assert [r[0] for r in rows(copy_of_it, "note", "id")] == [lost]
    assert any(request.ask for request in meddler.requests)


@one_engine
def test_short_feeds_go_together_and_one_that_lacks_something_holds_up_no_other(
    hub: Hub, laptops: Laptops, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanging, "SLICE_RECORDS", 8)
    asha = enrolled(hub, laptops.new(), ASHA)
    scopes = [open_family(asha, f"f{n:02d}") for n in range(12)]
    synced(hub, asha)
    copy_of_it = laptops.copy_of(asha)
    note(asha, scopes[0], "Written behind the copy")
    synced(hub, asha)
    helen = enrolled(hub, laptops.new(), HELEN)
    synced(hub, helen)
    for n in range(20):
        note(helen, scopes[0], f"Note {n}")
    for scope in scopes[1:]:
        note(helen, scope, "One more")
    synced(hub, helen)
    slices: list[list[str]] = []
    waited: list[str] = []
    real = copy_of_it.machine.receive_all

    def counted(copy: LaptopCopy, feeds: Sequence[Feed]) -> Any:
        slices.append([feed.scope for feed in feeds])
        stopped = real(copy, feeds)
        waited.extend(stopped)
        return stopped

    monkeypatch.setattr(copy_of_it.machine, "receive_all", counted)
    asked: list[int] = []

    def before(request: Request) -> None:
        if request.ask:
            asked.append(len(rows(copy_of_it, "note")))

    sync(copy_of_it, Meddler(way(hub, copy_of_it), before))
    assert waited == [scopes[0]], "what comes behind what is lacking is not tried"
    assert max(len(s) for s in slices) > 4
    assert asked == [11], "every other family's note was there before it was asked for"
    assert len(rows(copy_of_it, "note")) == 32


@one_engine
def test_a_file_that_cannot_be_sealed_yet_is_left_once_the_hub_has_a_key(hub: Hub, laptops: Laptops) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    scope, kept = open_family(asha, "f1"), open_family(asha, "f2")
    synced(hub, asha)
    synced(hub, asha)
    with hub.begin() as tx:  # a copy from before the family was opened
        tx.sql.run("delete from grant_ where scope = ?", (scope,))
        tx.finish()
    with asha.changing() as copy:
        copy.set_hub_key(b"")
        copy.forget_reported()
    keys, hub.keys = hub.keys, None
    for _ in range(2):
        assert synced(hub, asha).left == 0
    assert (len(rows(asha, "family")), asha.setting(exchanging.LEFT)) == (2, None)
    hub.keys = keys
    assert synced(hub, asha).left == 1
    assert (rows(asha, "family", "scope"), asha.setting(exchanging.LEFT)) == ([(kept,)], "1")


def test_a_feed_with_a_gap_is_an_error_and_nothing_is_skipped(hub: Hub, laptops: Laptops) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1")
    synced(hub, asha)
    synced(hub, helen)
    for n in range(4):
        note(asha, scope, f"Note {n}")
    synced(hub, asha)
    with hub.begin() as tx:
        tx.sql.run("delete from op where scope = ? and seq = 3", (scope,))
        tx.finish()
    with pytest.raises(LinkError, match="left out"):
        synced(hub, helen)
    with helen.changing() as copy:
        assert copy.cursor(scope) <= 2


def test_one_process_syncs_at_a_time(hub: Hub, laptops: Laptops) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    with sync_lock(asha.home), pytest.raises(StoreBusy):
        synced(hub, asha)


def test_slices_are_as_long_as_people_may_wait(
    hub: Hub, laptops: Laptops, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, sam = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), SAM)
    scope = open_family(asha, "f1")
    admin.grant(hub, scope, SAM)
    synced(hub, asha)
    synced(hub, sam)
    for n in range(120):
        note(asha, scope, f"Note {n}")
    synced(hub, asha)
    ticks = iter(range(10_000))
    monkeypatch.setattr(exchanging.time, "perf_counter", lambda: next(ticks) * 0.060)
    sizes: list[int] = []
    real = sam.machine.receive_all

    def counted(copy: LaptopCopy, feeds: Sequence[Feed]) -> Any:
        sizes.append(sum(len(feed.records) for feed in feeds))
        return real(copy, feeds)

    monkeypatch.setattr(sam.machine, "receive_all", counted)
    synced(hub, sam)
    assert sizes[0] == 50
    assert sizes[-2] <= 20


def test_the_last_meeting_is_written_down(hub: Hub, laptops: Laptops) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    assert asha.setting("last_contact") is None
    synced(hub, asha)
    assert (asha.setting("last_contact") or "").endswith("Z")


def test_a_snapshot_that_does_not_come_is_asked_for_next_time(hub: Hub, laptops: Laptops) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1")
    for n in range(70):
        note(asha, scope, f"Note {n}")
    synced(hub, asha)
    transport = way(hub, helen)
    real = transport.parts

    def nothing(
        inc: str, scopes: Sequence[str], have: Sequence[str] = (), mixed: Sequence[str] = (), epoch: str = ""
    ) -> Iterator[SnapshotPart]:
        return iter(())

    transport.parts = nothing  # type: ignore[method-assign]
    sync(helen, transport)
    assert rows(helen, "note") == []
    transport.parts = real  # type: ignore[method-assign]
    sync(helen, transport)
    assert len(rows(helen, "note")) == 70


def test_an_exchange_ends_when_it_does_not_help(hub: Hub, laptops: Laptops) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)

    class Stubborn(InProcess):
        def exchange(self, request: Request) -> Answer:
            super().exchange(request)
            return Answer("one", self.local_ms(), need_vector=True)

    plain = way(hub, asha)
    report = Exchange(asha, Stubborn(plain.hub, plain.sender)).run()
    assert report.round_trips == exchanging.IDLE_ROUNDS


def test_while_somebody_writes_what_arrives_is_written_a_few_rows_at_a_time(
    hub: Hub, laptops: Laptops
) -> None:
    families = [f"f{n:03d}" for n in range(8)]
    at = clock.tick(hub.clock(), 0)
    hub.load(
        Loaded(f"fam:{f}", *row, HELEN, at)
        for f in families
        for row in (
            ("family", f, {"name": "Tester", "locality": "north"}),
            *(("note", f"{f}-{n:02d}", {"text": "They were all at home. " * 30}) for n in range(40)),
        )
    )
    alone, beside = (enrolled(hub, laptops.new(), HELEN) for _ in range(2))
    at_once = {}
    for store in (alone, beside):
        if store is beside:
            with store.writing(urgent=True):
                pass  # somebody's draft is kept: they are taken to be at work
        here = [0]
        event.listen(
            store.engine,
            "commit",
            lambda c, here=here: here.append(c.exec_driver_sql("select count(*) from note").scalar_one()),
        )
        synced(hub, store)
        at_once[store] = max(after - before for before, after in pairwise(here))
    assert rows(alone, "note") == rows(beside, "note")
    assert at_once[alone] == len(rows(alone, "note")) == 8 * 40
    # slices are as large as the machine is quick, and the one that fills the measure may go beyond it
    assert 0 < at_once[beside] < exchanging.ROWS_BESIDE_PEOPLE + exchanging.SLICE_RECORDS
