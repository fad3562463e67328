"""Two laptops and a hub that never share a network: everything goes by files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from familyhub.hub import admin
from familyhub.hub.by_hand import Taken, carry
from familyhub.hub.home import HubError
from familyhub.hub.service import Hub
from familyhub.link import by_hand, exchange
from familyhub.link.errors import HubRefused, NotEnrolled, Stopped
from familyhub.link.exchange import Report
from familyhub.store.carried import TO_HUB, Carried, NotForUs
from familyhub.store.errors import StoreError
from familyhub.store.laptop import LaptopStore
from tests.hub.conftest import _hub
from tests.hub.world import (
    ASHA,
    GRACE,
    HELEN,
    FakeClock,
    Laptops,
    change,
    enrolled,
    hub_rows,
    note,
    open_family,
    rows,
    synced,
)

CANARY = "Zebedee-canary"


@pytest.fixture
def embedded(tmp_path: Path, staffed: Path, now: FakeClock) -> Iterator[Hub]:
    """A hub on the embedded database, whose clock a test moves."""
    made = _hub(tmp_path, staffed, None, clock=now)
    yield made
    made.close()


class Sticks:
    """Files between laptops and a hub."""

    def __init__(self, hub: Hub, folder: Path) -> None:
        self.hub, self.folder = hub, folder
        self._made = 0

    def out(self, store: LaptopStore) -> Path:
        """What a laptop writes."""
        self._made += 1
        path = self.folder / f"out-{self._made}"
        by_hand.write(store, path)
        return path

    def answer(self, out: Path, name: str = "") -> Path:
        """What the hub writes to it."""
        self.taken: Taken = carry(self.hub, out, self.folder / (name or f"answer-{out.name}"))
        return self.folder / (name or f"answer-{out.name}")

    def round(self, store: LaptopStore) -> Report:
        """There and back."""
        return by_hand.take(store, self.answer(self.out(store)))


@pytest.fixture
def sticks(embedded: Hub, tmp_path: Path) -> Sticks:
    return Sticks(embedded, tmp_path)


@pytest.fixture
def asha(embedded: Hub, laptops: Laptops) -> LaptopStore:
    return enrolled(embedded, laptops.new(), ASHA)


@pytest.fixture
def helen(embedded: Hub, laptops: Laptops) -> LaptopStore:
    return enrolled(embedded, laptops.new(), HELEN)


def states(store: LaptopStore) -> dict[str, int]:
    with store.reading() as connection:
        sql = "select state, count(*) from outbox group by state"
        return {state: count for state, count in connection.exec_driver_sql(sql)}


def test_two_laptops_agree_by_files_alone_on_each_engine(hub: Hub, laptops: Laptops, tmp_path: Path) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    sticks = Sticks(hub, tmp_path)
    scope = open_family(asha, "f1", "Okafor")
    for n in range(5):
        note(asha, scope, f"Note {n}")
    first = sticks.round(asha)
    assert (first.sent, first.set_aside) == (6, 0)
    assert states(asha) == {"done": 6}
    sticks.round(helen)
    assert len(rows(helen, "note")) == 5
    change(asha, (scope, "family", "f1"), {"name": "Okafor-Bell"})
    change(helen, (scope, "family", "f1"), {"name": "Okafor-Marsh"})
    for laptop in (asha, helen, asha):
        sticks.round(laptop)
    for laptop in (asha, helen):
        assert [row[0] for row in rows(laptop, "difference", "field")] == ["name"]
    assert rows(asha, "family", "name") == rows(helen, "family", "name")
    assert hub_rows(hub, "select count(*) from op where scope = ?", (scope,)) == [(8,)]
    assert synced(hub, asha).round_trips == 1


def test_a_new_laptop_gets_its_whole_caseload_by_stick(
    sticks: Sticks, asha: LaptopStore, laptops: Laptops
) -> None:
    for f in range(3):
        scope = open_family(asha, f"f{f}")
        for n in range(80):
            note(asha, scope, f"Note {f} {n} " + "and more of what was said, " * 250)
    sticks.round(asha)
    new = enrolled(sticks.hub, laptops.new(), HELEN)
    report = sticks.round(new)
    assert (len(rows(new, "note")), report.received) == (240, len(rows(new, "worker")) + 243 + 3)
    assert sticks.round(new).received == 0
    assert synced(sticks.hub, new).round_trips == 1


def test_more_than_one_batch_goes_in_one_file_and_gets_one_receipt(sticks: Sticks, asha: LaptopStore) -> None:
    scope = open_family(asha, "f1")
    for n in range(40):
        note(asha, scope, f"Note {n} " + "x" * 20_000)
    assert sticks.round(asha).sent == 41
    assert states(asha) == {"done": 41}


def test_no_text_stands_in_clear_in_a_file(sticks: Sticks, asha: LaptopStore, helen: LaptopStore) -> None:
    scope = open_family(asha, "f1", CANARY)
    note(asha, scope, CANARY)
    out = sticks.out(asha)
    by_hand.take(asha, sticks.answer(out))
    theirs = sticks.answer(sticks.out(helen))
    by_hand.take(helen, theirs)
    assert rows(helen, "note", "text") == [(CANARY,)]
    for file in (out, theirs):
        content = file.read_bytes()
        assert not any(word.encode() in content for word in (CANARY, ASHA, HELEN, scope, "created"))
    assert sticks.hub.keys is not None
    opened = Carried(out, TO_HUB).contents(sticks.hub.keys.sealing)
    assert any(CANARY.encode() in frame for frame in opened)
    with asha.reading() as connection:
        kept = connection.exec_driver_sql("select private, request from carried").fetchall()
    assert [tuple(row) for row in kept] == [(b"", b"")]


def test_files_that_come_twice_late_or_in_the_wrong_order_do_no_harm(
    sticks: Sticks, asha: LaptopStore, now: FakeClock
) -> None:
    scope = open_family(asha, "f1")
    first = sticks.out(asha)
    note(asha, scope, "Later")
    second = sticks.out(asha)
    note(asha, scope, "Latest")
    later = sticks.answer(second)
    assert not sticks.taken.again
    now.pass_by(60)
    earlier = sticks.answer(first)
    assert sticks.taken.again
    assert by_hand.take(asha, later).sent == 2
    assert by_hand.take(asha, earlier).sent == 0
    assert states(asha) == {"done": 2, "waiting": 1}
    assert by_hand.take(asha, later).before
    again = sticks.answer(first, "again")
    assert (sticks.taken.taken, sticks.taken.set_aside, sticks.taken.again) == (1, 0, True)
    assert by_hand.take(asha, again).before
    assert sticks.round(asha).sent == 1
    assert hub_rows(sticks.hub, "select count(*) from op where scope = ?", (scope,)) == [(3,)]
    assert hub_rows(sticks.hub, "select count(*) from quarantine") == [(0,)]


def test_an_answer_that_was_overtaken_by_a_network_is_refused(
    sticks: Sticks, asha: LaptopStore, now: FakeClock
) -> None:
    open_family(asha, "f1")
    answer = sticks.answer(sticks.out(asha))
    now.pass_by(5)
    note(asha, "fam:f1", "Sent over a network")
    synced(sticks.hub, asha)
    before = asha.settings()
    with pytest.raises(HubRefused, match="older than what"):
        by_hand.take(asha, answer)
    assert asha.settings() == before


def test_a_file_goes_on_to_be_good_after_a_network_was_met(
    sticks: Sticks, asha: LaptopStore, now: FakeClock
) -> None:
    scope = open_family(asha, "f1")
    out = sticks.out(asha)
    note(asha, scope, "Sent over a network")
    synced(sticks.hub, asha)
    note(asha, scope, "Waits")
    now.pass_by(5)
    by_hand.take(asha, sticks.answer(out))
    assert states(asha) == {"done": 2, "waiting": 1}
    assert (
        asha.setting("inc")
        == hub_rows(sticks.hub, "select distinct inc from op where scope = ?", (scope,))[0][0]
    )
    assert sticks.round(asha).sent == 1


@pytest.mark.parametrize("where", [30, 60, -400, -1])
def test_an_altered_or_shortened_file_is_refused_at_either_end(
    sticks: Sticks, asha: LaptopStore, tmp_path: Path, where: int
) -> None:
    note(asha, open_family(asha, "f1"), "Text")
    out = sticks.out(asha)
    answer = sticks.answer(out)
    broken = tmp_path / "broken"
    takers = {
        out: lambda: carry(sticks.hub, broken, tmp_path / "never"),
        answer: lambda: by_hand.take(asha, broken),
    }
    for good, taker in takers.items():
        content = bytearray(good.read_bytes())
        content[where] ^= 1
        for wrong in (bytes(content), good.read_bytes()[:where], good.read_bytes() + b"\0" * 8):
            broken.write_bytes(wrong)
            with pytest.raises((StoreError, HubRefused), match=r"\.$"):
                taker()
    assert not (tmp_path / "never").exists()
    assert states(asha) == {"waiting": 2}
    assert by_hand.take(asha, answer).sent == 2


def test_a_file_of_somebody_else_is_refused(
    sticks: Sticks, asha: LaptopStore, helen: LaptopStore, laptops: Laptops, tmp_path: Path, staffed: Path
) -> None:
    open_family(asha, "f1")
    out = sticks.out(asha)
    answer = sticks.answer(out)
    with pytest.raises(HubRefused, match="not an answer to a file that this laptop wrote"):
        by_hand.take(helen, answer)
    with pytest.raises(NotForUs, match="other end"):
        by_hand.take(asha, out)
    with pytest.raises(NotForUs, match="other end"):
        carry(sticks.hub, answer, tmp_path / "x")
    with pytest.raises(HubError, match="Choose another name"):
        carry(sticks.hub, out, out)
    (tmp_path / "letter").write_text("Dear hub")
    with pytest.raises(NotForUs, match="not a file that FamilyHub wrote"):
        by_hand.take(asha, tmp_path / "letter")
    with pytest.raises(NotForUs, match="is something else"):
        by_hand.write(asha, tmp_path / "letter")
    assert (tmp_path / "letter").read_text() == "Dear hub"
    asha.set_settings({"device_key": by_hand.signing.new_seed()})
    with pytest.raises(HubError, match="not written by a laptop that is enrolled here"):
        carry(sticks.hub, sticks.out(asha), tmp_path / "x")
    helen.set_settings({"hub_key": ""})
    with pytest.raises(HubRefused, match="has to meet the hub over a network once"):
        by_hand.write(helen, tmp_path / "x")
    with pytest.raises(NotEnrolled):
        by_hand.write(laptops.new(), tmp_path / "x")
    assert hub_rows(sticks.hub, "select count(*) from op where scope = 'fam:f1'") == [(1,)]


def test_a_laptop_that_is_killed_while_it_takes_an_answer_goes_on_where_it_was(
    sticks: Sticks, asha: LaptopStore, helen: LaptopStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "TRANSACTION_ROWS", 50)
    scope = open_family(asha, "f1")
    sticks.round(asha)
    sticks.round(helen)
    with asha.work(ASHA) as work:
        for n in range(300):
            work.create(scope, "note", {"text": f"Note {n}", "text_readers": "workers"})
    sticks.round(asha)
    mine = note(helen, scope, "Mine")
    answer = sticks.answer(sticks.out(helen))
    counts = []
    for _ in range(2):
        asked = iter((False, True))
        with pytest.raises(Stopped):
            by_hand.take(helen, answer, stopping=lambda asked=asked: next(asked))  # type: ignore[misc]
        counts.append(len(rows(helen, "note")))
    assert 1 < counts[0] < counts[1] < 301
    by_hand.take(helen, answer)
    assert len(rows(helen, "note")) == 301
    assert states(helen) == {"done": 1}
    assert mine in [row[0] for row in rows(helen, "note", "id")]


def test_one_who_is_shut_out_gives_custody_and_gets_the_receipt_only(
    sticks: Sticks, asha: LaptopStore, helen: LaptopStore
) -> None:
    scope = open_family(asha, "f1")
    sticks.round(asha)
    sticks.round(helen)
    note(helen, scope, "From a colleague")
    sticks.round(helen)
    met = asha.setting("last_contact")
    note(asha, scope, "Written before I knew")
    admin.disable_worker(sticks.hub, ASHA)
    report = sticks.round(asha)
    assert (report.sent, report.set_aside, report.received) == (0, 1, 0)
    assert sticks.taken.shut_out
    assert rows(asha, "note") == []
    assert asha.setting("last_contact") == met
    assert [a.reason for a in admin.quarantine(sticks.hub)] == [
        "sent after this worker or laptop was shut out"
    ]


def test_a_file_that_is_withdrawn_leaves_by_hand_and_its_unsent_text_is_handed_over(
    sticks: Sticks, asha: LaptopStore
) -> None:
    scope = open_family(asha, "f1")
    sticks.round(asha)
    note(asha, scope, "Unsent")
    admin.withdraw(sticks.hub, scope, ASHA)
    sticks.round(asha)
    assert rows(asha, "family") == []
    sticks.round(asha)
    assert hub_rows(sticks.hub, "select scope from receipt") == [(scope,)]
    with asha.reading() as connection:
        assert connection.exec_driver_sql("select scope from owed").fetchall() == []


def test_a_laptop_from_an_older_copy_finds_its_place_again(
    sticks: Sticks, asha: LaptopStore, laptops: Laptops
) -> None:
    scope = open_family(asha, "f1")
    sticks.round(asha)
    older = laptops.copy_of(asha)
    lost = note(asha, scope, "Written behind the copy")
    sticks.round(asha)
    new = note(older, scope, "Written on the copy")
    for _ in range(2):
        sticks.round(older)
    assert {row[0] for row in rows(older, "note", "id")} == {lost, new}
    assert states(older).keys() == {"done"}
    assert hub_rows(sticks.hub, "select count(*) from op where scope = ?", (scope,)) == [(3,)]


def test_a_hub_that_lives_anew_is_offered_everything_again_by_hand(
    sticks: Sticks, asha: LaptopStore, now: FakeClock
) -> None:
    scope = open_family(asha, "f1")
    sticks.round(asha)
    with sticks.hub.begin() as tx:
        tx.sql.run("update setting set value = 'two' where name = 'epoch'")
        for table in ("op", "family", "scope_head", "device_cursor", "device_inc"):
            tx.sql.run(
                f"delete from {table} where " + ("scope = ?" if table != "device_inc" else "inc <> ?"),
                (scope,),
            )
        tx.finish()
    sticks.hub.forget_epoch()
    note(asha, scope, "Since then")
    assert sticks.round(asha).restored
    assert sticks.round(asha).sent == 2
    assert hub_rows(sticks.hub, "select entity from op where scope = ? order by seq", (scope,)) == [
        ("family",),
        ("note",),
    ]


def test_another_hub_cannot_read_it(sticks: Sticks, asha: LaptopStore, tmp_path: Path, staffed: Path) -> None:
    from tests.hub.world import make_hub

    shutil.copytree(staffed, tmp_path / "other")
    other = make_hub(tmp_path / "other", None, made=True)
    other.keys = type(sticks.hub.keys or ()).of(b"another" * 5)  # type: ignore[union-attr]
    open_family(asha, "f1")
    with pytest.raises(NotForUs, match="sealed for somebody else"):
        carry(other, sticks.out(asha), tmp_path / "x")
    other.close()


def test_nothing_of_a_family_that_is_not_held_comes_along(
    sticks: Sticks, asha: LaptopStore, laptops: Laptops
) -> None:
    open_family(asha, "f1", CANARY)
    sticks.round(asha)
    grace = enrolled(sticks.hub, laptops.new(), GRACE)
    sticks.round(grace)
    assert rows(grace, "family") == []
    assert [row[0] for row in rows(grace, "worker", "id")] != []
