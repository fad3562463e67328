"""Attachments between two laptops and a hub: resumed by piece, behind the records, within the day's budget."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from familyhub.casework import attachments as casework
from familyhub.casework.laptop import Laptop, Who
from familyhub.hub import admin
from familyhub.hub import blobs as hub_blobs
from familyhub.hub.service import Hub
from familyhub.link import attachments
from familyhub.link.attachments import DAMAGED, Damaged, NotYet, carry, fetch, sync_and_carry
from familyhub.link.background import Background, Outcome
from familyhub.link.errors import HubUnreachable, LinkError, Stopped
from familyhub.link.exchange import Report
from familyhub.link.in_process import InProcess
from familyhub.link.transport import connect
from familyhub.store import blobs
from familyhub.store.blobs import NewBlob, Waiting
from familyhub.store.laptop import LaptopStore
from familyhub.sync.blobs import CHUNK_BYTES, Manifest, cut, manifest_of
from familyhub.sync.messages import BlobFound, BlobOffer, BlobPiece, BlobState, BlobWanted
from tests.hub.world import (
    ASHA,
    HELEN,
    Laptops,
    enrolled,
    hub_rows,
    note,
    open_family,
    rows,
    served,
    synced,
    way,
)

SCOPE = "fam:f1"
KB, MB = 1 << 10, 1 << 20
PHOTOGRAPH = 3 * MB


@pytest.fixture
def database() -> None:
    """The embedded hub: what the two engines do differently is tested at the hub."""


@pytest.fixture
def asha(hub: Hub, laptops: Laptops) -> Iterator[LaptopStore]:
    store = enrolled(hub, laptops.new(), ASHA)
    open_family(store, "f1")
    synced(hub, store)
    yield store
    store.close()


@pytest.fixture
def helen(hub: Hub, asha: LaptopStore, laptops: Laptops) -> Iterator[LaptopStore]:
    store = enrolled(hub, laptops.new(), HELEN)
    synced(hub, store)
    yield store
    store.close()


def attach(store: LaptopStore, size: int = PHOTOGRAPH, *, seed: int = 1, scope: str = SCOPE) -> Waiting:
    """Keep a file on a laptop, with its record."""
    chunks = cut(random.Random(seed).randbytes(size))
    manifest = manifest_of(chunks)
    with store.work(store.worker) as work:
        work.blobs.append(NewBlob(scope, manifest, chunks))
        work.create(scope, "attachment", {
            "name": "photo.jpg", "size": manifest.size, "type": "image/jpeg", "sha256": manifest.sha,
            "chunks": manifest.text(), "what": "signed agreement", "what_readers": "workers", "on": "2026-05-04",
        })  # fmt: skip
    return Waiting(scope, manifest)


def state(store: LaptopStore, blob: Waiting) -> str:
    with store.reading() as connection:
        return blobs.held(connection, blob.scope, blob.manifest.sha).state


def content(store: LaptopStore, blob: Waiting) -> bytes | None:
    with store.reading() as connection:
        return blobs.content(connection, blob.scope, blob.manifest)


def sent(hub: Hub, store: LaptopStore) -> Report:
    return sync_and_carry(store, way(hub, store))


class Counting(InProcess):
    """A way to a hub that counts pieces and may break off."""

    def __init__(self, plain: InProcess, breaks_after: int | None = None) -> None:
        super().__init__(plain.hub, plain.sender)
        self.put: list[tuple[str, int]] = []
        self.got: list[tuple[str, int]] = []
        self.said: list[str] = []
        self.breaks_after = breaks_after
        self.between: Callable[[], object] = lambda: None

    def _pass(self) -> None:
        if self.breaks_after is not None and len(self.put) + len(self.got) >= self.breaks_after:
            raise HubUnreachable("The connection to the hub broke off.")
        self.between()

    def exchange(self, request):  # type: ignore[no-untyped-def]
        self.said.append("records")
        return super().exchange(request)

    def put_blob(self, piece: BlobPiece) -> BlobState:
        self._pass()
        answer = super().put_blob(piece)
        self.put.append((piece.sha, piece.place))
        self.said.append("piece")
        return answer

    def get_blob(self, wanted: BlobWanted) -> BlobFound:
        self._pass()
        answer = super().get_blob(wanted)
        self.got.append((wanted.sha, wanted.place))
        return answer


def test_a_photograph_cut_in_the_middle_goes_on_where_it_stopped_on_both_ways(
    hub: Hub, asha: LaptopStore, helen: LaptopStore
) -> None:
    blob = attach(asha)
    pieces = [(blob.manifest.sha, place) for place in range(12)]
    cut_off = Counting(way(hub, asha), breaks_after=5)
    report = sync_and_carry(asha, cut_off)
    assert (cut_off.put, report.attachments_sent) == (pieces[:5], 0)
    assert report.held_up == "The connection to the hub broke off."
    assert state(asha, blob) == "waiting"
    rest = Counting(way(hub, asha))
    assert sync_and_carry(asha, rest).attachments_sent == 1
    assert rest.put == pieces[5:], "only what was missing travels again"
    assert state(asha, blob) == "here"

    synced(hub, helen)
    down = Counting(way(hub, helen), breaks_after=7)
    with pytest.raises(HubUnreachable):
        fetch(helen, down, blob)
    assert (down.got, state(helen, blob)) == (pieces[:7], "coming")
    again = Counting(way(hub, helen))
    told: list[tuple[int, int]] = []
    fetch(helen, again, blob, progress=lambda here, all_: told.append((here, all_)))
    assert again.got == pieces[7:]
    assert told[-1] == (PHOTOGRAPH, PHOTOGRAPH)
    assert content(asha, blob) is not None
    assert content(helen, blob) == content(asha, blob)


def test_over_http_it_is_the_same(hub: Hub, asha: LaptopStore, helen: LaptopStore) -> None:
    blob = attach(asha, 600 * KB)
    with served(hub) as url:
        assert sync_and_carry(asha, connect(asha, url)).pieces_sent == 3
        transport = connect(helen, url)
        assert sync_and_carry(helen, transport).attachments_received == 1
        assert content(helen, blob) == content(asha, blob)
        before = transport.round_trips
        assert sync_and_carry(helen, transport).round_trips == transport.round_trips - before == 1


def test_who_opens_one_that_is_not_here_gets_it_from_the_served_hub(
    hub: Hub, asha: LaptopStore, helen: LaptopStore
) -> None:
    blob = attach(asha, 2 * MB)
    sent(hub, asha)
    synced(hub, helen)
    laptop = Laptop(helen, Who(HELEN, "Helen Marsh", "coordinator", "north"))
    ((identity,),) = rows(helen, "attachment", "id")
    told: list[int] = []
    with served(hub) as url:
        data = casework.content(laptop, identity, url, lambda here, whole: told.append(here))
    assert data == content(asha, blob)
    assert told == [CHUNK_BYTES * n for n in range(1, 9)]


def test_small_ones_come_by_themselves_the_newest_first_and_large_ones_when_opened(
    hub: Hub, asha: LaptopStore, helen: LaptopStore
) -> None:
    old, large, new = (
        attach(asha, 300 * KB, seed=1),
        attach(asha, 2 * MB, seed=2),
        attach(asha, 1 * MB, seed=3),
    )
    sending = Counting(way(hub, asha))
    sync_and_carry(asha, sending)
    assert list(dict.fromkeys(sha for sha, _ in sending.put)) == [b.manifest.sha for b in (new, large, old)]
    coming = Counting(way(hub, helen))
    sync_and_carry(helen, coming)
    assert list(dict.fromkeys(sha for sha, _ in coming.got)) == [new.manifest.sha, old.manifest.sha]
    assert (state(helen, large), state(helen, new)) == ("", "here")
    fetch(helen, coming, large)
    assert state(helen, large) == "here"


def test_the_days_budget_holds_over_both_ways_and_begins_again_the_next_day(
    hub: Hub, asha: LaptopStore, helen: LaptopStore
) -> None:
    day = datetime(2026, 5, 4, 12).astimezone()
    moment = [int(day.timestamp() * 1000)]
    asha.now_ms = lambda: moment[0]
    asha.set_settings({blobs.BUDGET: "2"})
    first = attach(asha)
    report = sent(hub, asha)
    assert (report.pieces_sent, report.attachments_sent, report.held_up) == (8, 0, ""), (
        "2 MB are eight pieces"
    )
    assert sent(hub, asha).round_trips == 1, "what may not go today is not talked about"
    moment[0] += 13 * 3600 * 1000
    report = sent(hub, asha)
    assert (report.pieces_sent, report.attachments_sent) == (4, 1)
    with asha.reading() as connection:
        assert blobs.spent(connection, "2026-05-05") == 1 * MB
        assert blobs.spent(connection, "2026-05-04") == 0

    synced(hub, helen)
    helen.set_settings({blobs.BUDGET: "0"})
    attach(asha, 100 * KB, seed=2)
    sent(hub, asha)
    assert sent(hub, helen).pieces_received == 0
    fetch(helen, way(hub, helen), first)
    assert state(helen, first) == "here", "who opens one does not wait for tomorrow"


@pytest.mark.parametrize("text", ["", "many", "-1", "1e9", "9" * 30, "٣"])
def test_a_budget_that_is_no_number_is_the_usual_one(text: str, asha: LaptopStore) -> None:
    asha.set_settings({blobs.BUDGET: text})
    with asha.reading() as connection:
        assert blobs.budget(connection) == blobs.DAILY_MB * MB


def test_a_record_written_meanwhile_goes_before_the_next_piece(hub: Hub, asha: LaptopStore) -> None:
    attach(asha)
    transport = Counting(way(hub, asha))

    def write_once() -> None:
        if len(transport.put) == 3:
            transport.between = lambda: None
            note(asha, SCOPE, "Dawn rang")

    transport.between = write_once
    report = sync_and_carry(asha, transport)
    assert transport.said == ["records", *["piece"] * 4, "records", *["piece"] * 8]
    assert (report.sent, report.attachments_sent) == (2, 1)
    assert len(hub_rows(hub, "select 1 from note")) == 1


def test_records_are_asked_for_again_when_attachments_take_long(hub: Hub, asha: LaptopStore) -> None:
    attach(asha)
    transport = Counting(way(hub, asha))
    seconds = iter(range(0, 10_000, 10))
    sync_and_carry(asha, transport, clock=lambda: float(next(seconds)))
    assert transport.said.count("records") > 2
    assert transport.said.count("piece") == 12


def test_stopping_ends_behind_the_piece_under_way_and_nothing_is_lost(hub: Hub, asha: LaptopStore) -> None:
    blob = attach(asha)
    synced(hub, asha)
    transport = Counting(way(hub, asha))
    with pytest.raises(Stopped):
        carry(asha, transport, Report(), stopping=lambda: len(transport.put) == 2)
    assert (len(transport.put), state(asha, blob)) == (2, "waiting")


def test_what_the_hub_may_not_take_stays_here_says_why_and_goes_when_it_may(
    hub: Hub, asha: LaptopStore
) -> None:
    now = [asha.now_ms()]
    asha.now_ms = lambda: now[0]
    admin.withdraw(hub, SCOPE, ASHA)
    admin.grant(hub, SCOPE, ASHA, "read")
    blob = attach(asha, 300 * KB)
    for _ in range(2):
        transport = Counting(way(hub, asha))
        sync_and_carry(asha, transport)
        assert transport.put == []
    assert content(asha, blob) is not None
    with asha.reading() as connection:
        assert blobs.held(connection, SCOPE, blob.manifest.sha) == blobs.Held("waiting", hub_blobs.ONLY_READS)
    blobs.tidy(asha)
    assert content(asha, blob) is not None, "its record was set aside, its bytes are kept all the same"
    admin.grant(hub, SCOPE, ASHA)
    assert sent(hub, asha).attachments_sent == 0, "it is not asked again with every sync"
    now[0] += blobs.LATER_MS
    assert sent(hub, asha).attachments_sent == 1


def test_what_was_not_sent_when_a_file_is_left_is_in_the_hubs_custody_piece_by_piece(
    hub: Hub, asha: LaptopStore
) -> None:
    blob = attach(asha, 600 * KB)
    admin.withdraw(hub, SCOPE, ASHA)
    synced(hub, asha)
    assert content(asha, blob) is None
    assert hub_rows(hub, "select count(*) from blob") == [(0,)]
    found = [a for a in admin.quarantine(hub) if a.entity == "attachment" and "had not been sent" in a.reason]
    assert len(found) == len(blob.manifest.chunks) == 3


def test_somebody_shut_out_keeps_everything_and_is_told(hub: Hub, asha: LaptopStore) -> None:
    blob = attach(asha, 300 * KB)
    synced(hub, asha)
    with served(hub) as url:
        admin.disable_worker(hub, ASHA)
        report = Report()
        carry(asha, connect(asha, url), report)
    assert "may not sync any more" in report.held_up
    assert (state(asha, blob), content(asha, blob) is not None) == ("waiting", True)


def test_what_the_hub_has_not_got_yet_is_asked_for_later_and_the_sync_stays_short(
    hub: Hub, asha: LaptopStore, helen: LaptopStore
) -> None:
    blob = attach(asha, 300 * KB)
    synced(hub, asha)
    assert sent(hub, helen).round_trips == 2
    assert sent(hub, helen).round_trips == 1, "an idle exchange is one round trip"
    with pytest.raises(NotYet):
        fetch(helen, way(hub, helen), blob)
    sent(hub, asha)
    fetch(helen, way(hub, helen), blob)
    assert state(helen, blob) == "here"


def test_a_clock_that_was_far_ahead_puts_nothing_off_for_ever(asha: LaptopStore) -> None:
    blob = attach(asha, 300 * KB)
    with asha.writing() as connection:
        blobs.put_off(connection, blob, "because", asha.now_ms() + 10**12)
        assert blobs.to_send(connection, asha.now_ms()) == [blob]


class Liar(InProcess):
    """A hub that hands out other bytes."""

    def get_blob(self, wanted: BlobWanted) -> BlobFound:
        return BlobFound(b"\0" * CHUNK_BYTES)


def test_bytes_that_are_not_the_attachment_are_not_kept_and_the_others_come(
    hub: Hub, asha: LaptopStore, helen: LaptopStore
) -> None:
    blob = attach(asha, CHUNK_BYTES)
    sent(hub, asha)
    synced(hub, helen)
    plain = way(hub, helen)
    report = Report()
    carry(helen, Liar(plain.hub, plain.sender), report)
    assert report.attachments_received == 0
    with helen.reading() as connection:
        assert blobs.held(connection, SCOPE, blob.manifest.sha) == blobs.Held("coming", DAMAGED)
        assert blobs.pieces(connection, SCOPE, blob.manifest) == set()
    with pytest.raises(Damaged):
        fetch(helen, Liar(plain.hub, plain.sender), blob)
    fetch(helen, plain, blob)
    assert state(helen, blob) == "here"


def test_pieces_that_fit_but_do_not_make_up_the_whole_are_thrown_away(
    hub: Hub, asha: LaptopStore, helen: LaptopStore
) -> None:
    true = attach(asha, CHUNK_BYTES)
    sent(hub, asha)
    synced(hub, helen)
    lie = Waiting(SCOPE, Manifest(true.manifest.size, "0" * 64, true.manifest.chunks))
    with helen.work(HELEN) as work:
        work.create(
            SCOPE,
            "attachment",
            {"sha256": lie.manifest.sha, "size": CHUNK_BYTES, "chunks": lie.manifest.text()},
        )

    class Other(InProcess):
        def get_blob(self, wanted: BlobWanted) -> BlobFound:
            return super().get_blob(BlobWanted(SCOPE, true.manifest.sha, wanted.place))

    plain = way(hub, helen)
    with pytest.raises(Damaged):
        fetch(helen, Other(plain.hub, plain.sender), lie)
    assert state(helen, lie) == ""


def test_a_hub_that_asks_for_a_piece_that_there_is_not_is_told_so(hub: Hub, asha: LaptopStore) -> None:
    attach(asha, CHUNK_BYTES)
    synced(hub, asha)

    class Odd(InProcess):
        def offer_blob(self, offer: BlobOffer) -> BlobState:
            return BlobState(lacks=[7])

    plain, report = way(hub, asha), Report()
    carry(asha, Odd(plain.hub, plain.sender), report)
    assert "asked for a piece" in report.held_up


def test_two_identical_files_are_kept_once_and_sent_once(
    hub: Hub, asha: LaptopStore, helen: LaptopStore
) -> None:
    attach(asha, 300 * KB)
    blob = attach(asha, 300 * KB)
    transport = Counting(way(hub, asha))
    sync_and_carry(asha, transport)
    assert len(transport.put) == 2
    synced(hub, helen)
    mine = attach(helen, 300 * KB)
    again = Counting(way(hub, helen))
    report = sync_and_carry(helen, again)
    assert (again.put, report.attachments_sent) == ([], 1), "the hub has it already"
    assert len(rows(helen, "attachment", "id")) == 3
    assert mine == blob


def test_a_piece_that_comes_for_a_file_that_has_left_meanwhile_is_not_kept(
    hub: Hub, asha: LaptopStore, helen: LaptopStore
) -> None:
    blob = attach(asha, 2 * MB)
    sent(hub, asha)
    synced(hub, helen)
    transport = Counting(way(hub, helen))

    def leave() -> None:
        if len(transport.got) == 2:
            with helen.writing() as connection:
                for table in ("attachment", "blob_chunk", "blob"):
                    connection.exec_driver_sql(f"delete from {table} where scope = ?", (SCOPE,))

    transport.between = leave
    with pytest.raises(NotYet):
        fetch(helen, transport, blob)
    with helen.reading() as connection:
        assert connection.exec_driver_sql("select count(*) from blob_chunk").scalar() == 0
        assert connection.exec_driver_sql("select count(*) from blob").scalar() == 0


def test_a_copy_that_no_record_names_goes_and_comes_back_with_it(hub: Hub, asha: LaptopStore) -> None:
    blob = attach(asha, 300 * KB)
    synced(hub, asha)
    with asha.writing() as connection:
        connection.exec_driver_sql("update attachment set removed = 1")
    blobs.tidy(asha)
    assert content(asha, blob) is not None, "it waits to be sent: nobody else has it"
    sent(hub, asha)
    blobs.tidy(asha)
    assert state(asha, blob) == ""
    with asha.writing() as connection:
        connection.exec_driver_sql("update attachment set removed = null")
    assert sent(hub, asha).attachments_received == 1


def test_the_background_tells_of_records_first_and_of_attachments_when_they_are_there(
    hub: Hub, asha: LaptopStore, helen: LaptopStore
) -> None:
    import queue

    blob = attach(asha, 300 * KB)
    sent(hub, asha)
    told: queue.Queue[Outcome] = queue.Queue()
    background = Background(helen, told.put, way=lambda: way(hub, helen), every=3600)
    background.start()
    try:
        first, second = told.get(timeout=30), told.get(timeout=30)
    finally:
        background.stop()
    assert (first.report.received, first.report.attachments_received) == (1, 0)
    assert (second.report.attachments_received, second.report.changed, second.well) == (1, True, True)
    assert state(helen, blob) == "here"


def test_only_one_at_a_time_carries_attachments(hub: Hub, asha: LaptopStore) -> None:
    blob = attach(asha, 300 * KB)
    synced(hub, asha)
    with attachments.exclusive(asha.home, "attachments", "busy"):
        report = Report()
        assert carry(asha, way(hub, asha), report) is False
    assert (report.attachments_sent, report.held_up, state(asha, blob)) == (0, "", "waiting")


def test_a_refused_fetch_says_why(hub: Hub, asha: LaptopStore, helen: LaptopStore) -> None:
    blob = attach(asha, 2 * MB)
    sent(hub, asha)
    synced(hub, helen)
    admin.withdraw(hub, SCOPE, HELEN)
    with pytest.raises(LinkError, match="does not hold the file"):
        fetch(helen, way(hub, helen), blob)
