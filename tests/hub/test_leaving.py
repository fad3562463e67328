"""A file that somebody may hold no longer: nothing of it stays on the laptop, nothing that they wrote is lost."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from familyhub.hub import admin
from familyhub.hub.home import HubError
from familyhub.hub.service import Hub
from familyhub.store import drafts
from familyhub.store.drafts import Draft
from familyhub.store.laptop import LaptopStore
from familyhub.sync.messages import pack
from tests.hub.world import (
    ASHA,
    HELEN,
    Device,
    FakeClock,
    Laptops,
    enrolled,
    hub_rows,
    note,
    open_family,
    rows,
    synced,
    way,
)
from tests.support.homes import files_holding

CANARY = "zqleavingcanary"
DAY = 24 * 60 * 60


def everything_in(store: LaptopStore) -> bytes:
    """Every value of every table of a laptop's file, with the words of its search index."""
    out = []
    with store.reading() as connection:
        names = [
            r[0] for r in connection.exec_driver_sql("select name from sqlite_master where type = 'table'")
        ]
        for name in names:
            if name not in ("search_words_content", "search_names_content"):
                out += [
                    repr(tuple(r)).encode() for r in connection.exec_driver_sql(f'select * from "{name}"')
                ]
    return b"\n".join(out)


def test_nothing_of_a_file_that_was_left_stays_on_the_laptop(hub: Hub, laptops: Laptops) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope, kept = open_family(asha, "f1"), open_family(asha, "f2", "Kept")
    note(asha, scope, f"{CANARY}note")
    with asha.work(ASHA) as work:
        work.create(scope, "person_name", {"person_id": "p1", "kind": "current", "given": f"{CANARY}name"})
    synced(hub, asha)
    synced(hub, helen)
    note(helen, scope, f"{CANARY}unsent", "unsent")
    drafts.keep(
        helen, Draft("d1", "note", "f1", "2026-03-01T10:00:00Z", "2026-03-01T10:05:00Z", f"{CANARY}draft")
    )
    assert CANARY.encode() in everything_in(helen), "it is there before"
    admin.withdraw(hub, scope, HELEN)
    synced(hub, helen)
    assert CANARY.encode() not in everything_in(helen)
    assert rows(helen, "family", "scope") == [(kept,)]
    helen.close()
    assert files_holding(helen.home, [CANARY]) == []


def test_what_was_unsent_reaches_the_hub_and_an_unfinished_draft_waits_there_for_a_person(
    hub: Hub, laptops: Laptops
) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1")
    synced(hub, asha)
    synced(hub, helen)
    big = "long " * 30_000
    for n in range(5):  # more than one request holds: the rest is sealed when the laptop hears of it
        note(helen, scope, f"{n} {big}")
    drafts.keep(
        helen, Draft("d1", "note", "f1", "2026-03-01T10:00:00Z", "2026-03-01T10:05:00Z", "half a note")
    )
    admin.withdraw(hub, scope, HELEN)
    synced(hub, helen)
    synced(hub, asha)
    assert len(rows(asha, "note")) == 5
    assert rows(helen, "note") == []
    waiting = admin.quarantine(hub)
    assert [(a.worker, "never finished" in a.reason) for a in waiting] == [(HELEN, True)]
    assert hub_rows(hub, "select scope, last from receipt") == [(scope, 6)]


def test_a_cover_ends_by_itself_and_its_file_is_left(hub: Hub, laptops: Laptops) -> None:
    clock = FakeClock()
    hub.clock = clock
    asha, helen = enrolled(hub, laptops.new(), HELEN), enrolled(hub, laptops.new(), ASHA)
    scope = open_family(asha, "f1")
    synced(hub, asha)
    day = "2026-09-21"  # the fake clock stands on it
    admin.grant(hub, scope, ASHA, "write", day, day)
    synced(hub, helen)
    assert len(rows(helen, "family")) == 1
    clock.pass_by(2 * DAY)
    report = synced(hub, helen)
    assert (report.left, rows(helen, "family")) == (1, [])


def test_a_cover_that_begins_tomorrow_gives_nothing_today(hub: Hub, laptops: Laptops) -> None:
    clock = FakeClock()
    hub.clock = clock
    helen, asha = enrolled(hub, laptops.new(), HELEN), enrolled(hub, laptops.new(), ASHA)
    scope = open_family(helen, "f1")
    synced(hub, helen)
    admin.grant(hub, scope, ASHA, "write", "2026-09-23", "2026-09-25")
    synced(hub, asha)
    assert rows(asha, "family") == []
    clock.pass_by(2 * DAY)
    synced(hub, asha)
    assert len(rows(asha, "family")) == 1


def test_a_cover_that_is_taken_away_before_it_begins_never_let_anybody_write(
    still_hub: Hub, now: FakeClock
) -> None:
    hub = still_hub
    helen, asha = Device(hub, HELEN, HELEN), Device(hub, ASHA, ASHA)
    opened = helen.op("fam:f1", "family", {"name": "Okafor", "locality": "north"}, row_id="f1")
    hub.exchange(helen.sender, helen.request([opened]))
    admin.grant(hub, "fam:f1", ASHA, "write", "2026-09-23", "2026-09-25")
    now.pass_by(DAY)
    admin.withdraw(hub, "fam:f1", ASHA)
    with pytest.raises(HubError, match="does not hold"):
        admin.withdraw(hub, "fam:f1", ASHA)
    for days in (0, 1, 10):
        now.pass_by(days * DAY)
        guessed = asha.op("fam:f1", "note", {"text": f"written {days} days on"})
        answer = hub.exchange(asha.sender, asha.request([guessed]))
        assert [op_id for custody in answer.custody for op_id, _ in custody.set_aside] == [guessed.op_id]
        assert "fam:f1" not in {feed.scope for feed in answer.feeds}
    assert hub_rows(hub, "select count(*) from op where scope = 'fam:f1'") == [(1,)]


def test_a_file_of_which_no_grant_is_known_is_withdrawn_whatever_was_asked_before(
    hub: Hub, laptops: Laptops
) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    lost, kept = open_family(asha, "f1"), open_family(asha, "f2")
    synced(hub, asha)
    synced(hub, asha)
    with asha.changing() as copy:
        copy.forget_reported()
        request = asha.machine.request(copy)
    assert request.moved.keys() >= {lost, kept}
    sender = way(hub, asha).sender
    with hub.begin() as tx:  # a copy from before the family was opened
        tx.sql.run("delete from grant_ where scope = ?", (lost,))
        tx.finish()
    with hub.begin() as tx:
        assert tx.withdrawn(sender, request.inc, []) == [lost]
        assert tx.agrees(sender, request)
        assert tx.withdrawn(sender, request.inc, []) == [lost]
    with hub.begin() as tx:  # what it does not state is not looked at: an idle exchange stays small
        assert tx.agrees(sender, replace(request, moved={}))
        assert tx.withdrawn(sender, request.inc, []) == []


def test_a_laptop_that_left_a_file_says_nothing_more_of_it(hub: Hub, laptops: Laptops) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1")
    synced(hub, asha)
    synced(hub, helen)
    admin.withdraw(hub, scope, HELEN)
    synced(hub, helen)
    synced(hub, helen)
    with helen.changing() as copy:
        request = helen.machine.request(copy)
    assert (request.moved, request.receipts, request.push) == ({}, {}, [])
    assert scope.encode() not in pack(request)
    assert hub_rows(hub, "select count(*) from device_cursor where scope = ? and device = ?", (
        scope, helen.setting("device"),
    )) == [(0,)]  # fmt: skip


def test_a_contact_that_was_held_through_a_family_goes_with_it(hub: Hub, laptops: Laptops) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(helen, "f1")
    with helen.work(HELEN) as work:
        work.create("con:c1", "contact", {"family_id": "f1", "received_at": "2026-03-01T10:00:00Z"}, "c1")
        work.create(
            "loc:north", "allocation", {"family_id": "f1", "worker_id": ASHA, "from_on": "2026-03-02"}
        )
    synced(hub, helen)
    synced(hub, asha)
    assert (len(rows(asha, "family")), len(rows(asha, "contact"))) == (1, 1)
    admin.withdraw(hub, scope, ASHA)
    synced(hub, asha)
    assert (rows(asha, "family"), rows(asha, "contact")) == ([], [])
