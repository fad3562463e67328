"""The floor of a file's log rises: what is old lies packed apart, everything reads as before, nobody loses anything."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from familyhub.hub import admin, archive, archiving, backup, rebuilding, snapshots
from familyhub.hub.app import create_app
from familyhub.hub.home import HubError
from familyhub.hub.load import Loaded
from familyhub.hub.log import SqlHubTx
from familyhub.hub.service import Hub
from familyhub.store.laptop import LaptopStore
from familyhub.store.laptop_copy import SqlLaptopCopy
from familyhub.sync.copy import LogRow
from familyhub.sync.messages import SnapshotScope, pack, unpack, vector_digest
from familyhub.sync.ops import pack_payload
from tests.hub.test_another_life import WORDS, restored
from tests.hub.test_erasing import MANAGERS, erased, hub_text
from tests.hub.world import (
    ASHA,
    GRACE,
    HELEN,
    SAM,
    Device,
    FakeClock,
    Laptops,
    ask,
    change,
    enrolled,
    hub_rows,
    note,
    open_family,
    rows,
    staff,
    synced,
)
from tests.support.homes import files_holding

CANARY = "zqarchivedcanary"
DAY = 24 * 60 * 60
FAMILY = "fam:f1"


def floor(hub: Hub, scope: str = FAMILY) -> int:
    return int(hub_rows(hub, "select floor from scope_head where scope = ?", (scope,))[0][0])


def archived(hub: Hub, days: int = 0, scope: str = "") -> archiving.Archived:
    """Archive, where a synchronous standby has everything."""
    admin.set_standby(hub, True)
    return archiving.archive(hub, days, scope)


def history(hub: Hub, scope: str = FAMILY) -> list[LogRow]:
    """What the log and its archive say of a scope."""
    with hub.reading() as sql:
        return SqlHubTx(sql.connection).after(scope, 0, 1 << 24)


def packed_text(hub: Hub) -> str:
    """Everything that lies in the archive, unpacked."""
    found = hub_rows(hub, "select scope, first, body from archived")
    return "".join(repr(archive.unpacked(scope, first, bytes(body))) for scope, first, body in found)


def heads(hub: Hub, row_id: str, field: str = "text") -> tuple[set[Any], set[str]]:
    """The values of a note's field at the hub, and which op ids it remembers as replaced."""
    key = (FAMILY, "note", row_id)
    with hub.reading() as sql:
        register = SqlHubTx(sql.connection).load([key])[key].row[field]
    return {value for _, value in register.heads.values()}, set(register.dead)


def test_what_is_archived_leaves_the_log_and_reads_as_before(hub: Hub, laptops: Laptops) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    open_family(asha, "f1")
    row = note(asha, FAMILY, "first words")
    synced(hub, asha)
    change(asha, (FAMILY, "note", row), {"text": "second words"})
    synced(hub, asha)
    before, projection = history(hub), hub_rows(hub, "select id, text, received from note")
    done = archived(hub)
    assert (floor(hub), done.numbers >= 3) == (3, True)
    left = hub_rows(hub, "select patch, base, salt from op where scope = ?", (FAMILY,))
    assert [tuple(map(bytes, row)) for row in left] == [(b"", b"", b"")] * 3
    assert history(hub) == before
    with hub.reading() as sql:
        first = before[1].op.op_id
        assert SqlHubTx(sql.connection).by_ids(FAMILY, [first]) == {first: before[1]}
    assert heads(hub, row) == ({"second words"}, set())
    assert (rebuilding.rebuild(hub, whole=True), rebuilding.verify(hub)) == (0, [])
    assert heads(hub, row) == ({"second words"}, set())
    assert hub_rows(hub, "select id, text, received from note") == projection
    note(asha, FAMILY, "and on it goes")
    synced(hub, asha)
    sam = enrolled(hub, laptops.new(), SAM)
    admin.grant(hub, FAMILY, SAM)
    synced(hub, sam)
    assert {text for (text,) in rows(sam, "note", "text")} == {"second words", "and on it goes"}
    assert archived(hub).numbers == 1
    assert len(hub_rows(hub, "select first from archived where scope = ?", (FAMILY,))) == 1


def test_only_what_is_old_and_folded_and_durable_is_archived(still_hub: Hub, now: FakeClock) -> None:
    hub, device = still_hub, Device(still_hub, ASHA)
    opened = device.op(FAMILY, "family", {"name": "Okafor", "locality": "north"}, row_id="f1")
    hub.exchange(device.sender, device.request([opened]))
    now.pass_by(399 * DAY)
    late = device.op(FAMILY, "note", {"text": "late"})
    hub.exchange(device.sender, device.request([late]))
    assert archiving.archive(hub, 0) == (0, 0, 0)
    assert archived(hub, 400).files == 0
    now.pass_by(DAY)
    assert archived(hub, 400, "fam:f1")[:2] == (1, 1)
    assert floor(hub) == 1
    with hub.begin() as tx:
        tx.sql.run("update scope_head set folded_upto = 1 where scope = ?", (FAMILY,))
        tx.finish()
    assert archived(hub, 0, FAMILY).numbers == 0
    rebuilding.rebuild(hub)
    assert archived(hub, 0, FAMILY).numbers == 1
    for days, scope, sentence in (
        (-1, "", "number of days"),
        (40_000, "", "number of days"),
        (1, "fam:x", "no file"),
    ):
        with pytest.raises(HubError, match=sentence):
            archiving.archive(hub, days, scope)


def test_a_long_history_lies_in_parts_which_are_filled_before_a_new_one_begins(hub: Hub) -> None:
    year_ago = (hub.clock() - 370 * DAY * 1000) << 16
    acts = [Loaded(FAMILY, "family", "f1", {"name": "Long", "locality": "north"}, ASHA, year_ago)]
    acts += [
        Loaded(FAMILY, "note", f"n{n}", {"text": os.urandom(20_000).hex()}, ASHA, year_ago + n)
        for n in range(40)
    ]
    hub.load(acts)
    before = history(hub)
    archived(hub, 0)
    parts = hub_rows(hub, "select first, last from archived where scope = ? order by first", (FAMILY,))
    assert [len(parts), parts[0][0], parts[-1][1]] == [2, 1, 41]
    assert parts[1][0] == parts[0][1] + 1
    assert history(hub) == before
    with hub.reading() as sql:
        assert SqlHubTx(sql.connection).after(FAMILY, parts[0][1] - 1, 1)[0] == before[parts[0][1] - 1]


def test_a_laptop_below_the_floor_gets_a_snapshot_and_keeps_what_it_wrote(hub: Hub, laptops: Laptops) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    open_family(asha, "f1")
    both, other = note(asha, FAMILY, "as it was"), note(asha, FAMILY, "replaced once")
    synced(hub, asha)
    synced(hub, helen)
    change(helen, (FAMILY, "note", both), {"text": "Helen, offline"})
    mine = note(helen, FAMILY, "only on Helen's laptop")
    for n in range(3):
        change(asha, (FAMILY, "note", both), {"text": f"Asha {n}"})
        change(asha, (FAMILY, "note", other), {"text": f"replaced {n}"})
        synced(hub, asha)
    archived(hub)
    with helen.changing() as copy:
        assert copy.cursor(FAMILY) < floor(hub)
    report = synced(hub, helen)
    assert report.sent == 2
    for laptop in (helen, asha):
        synced(hub, laptop)
        assert dict(rows(laptop, "note", "id, text"))[other] == "replaced 2"
        assert dict(rows(laptop, "note", "id, text"))[mine] == "only on Helen's laptop"
        assert rows(laptop, "difference", "row_id, field") == [(both, "text")]
        with laptop.changing() as copy:
            held = copy.load([(FAMILY, "note", both)])[(FAMILY, "note", both)]
        assert {v for _, v in held.row["text"].heads.values()} == {"Helen, offline", "Asha 2"}
    assert heads(hub, both)[0] == {"Helen, offline", "Asha 2"}
    with helen.reading() as connection:
        waiting = "select count(*) from outbox where state in ('waiting', 'in_custody')"
        assert connection.exec_driver_sql(waiting).scalar() == 0


def test_a_snapshot_that_was_kept_while_the_floor_rose_is_not_handed_out(hub: Hub, laptops: Laptops) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    open_family(asha, "f1")
    row = note(asha, FAMILY, "as it is now")
    synced(hub, asha)
    with hub.begin() as tx:
        snapshots.keep(tx.sql, snapshots.Whole(FAMILY, 1, [pack([])], []))
        tx.finish()
    archived(hub)
    assert hub_rows(hub, "select * from snapshot") == []
    with hub.begin() as tx:  # who read it before the floor rose keeps it only now
        snapshots.keep(tx.sql, snapshots.Whole(FAMILY, 1, [pack([])], []))
        tx.finish()
    helen = enrolled(hub, laptops.new(), HELEN)
    synced(hub, helen)
    assert dict(rows(helen, "note", "id, text")) == {row: "as it is now"}


def test_an_older_laptop_gets_rows_that_remember_what_was_replaced(hub: Hub, laptops: Laptops) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    open_family(asha, "f1")
    row = note(asha, FAMILY, "first")
    synced(hub, asha)
    change(asha, (FAMILY, "note", row), {"text": "second"})
    synced(hub, asha)
    replaced = heads(hub, row)[1]
    archived(hub)
    old, app = Device(hub, ASHA), create_app(hub)
    body = msgspec.msgpack.encode({"inc": "inc1", "scopes": [FAMILY]})
    remembered = []
    for path in ("/sync/v1/snapshot", "/sync/v1/parts"):
        answer = ask(app, "POST", path, body, old.headers("POST", path, body)).content
        if path.endswith("snapshot"):
            found = unpack(answer[4:], SnapshotScope).rows
            remembered.append({i for r in found for ids in r.dead.values() for i in ids})
        else:
            remembered.append({i for i in replaced if i.encode() in answer})
    assert len(replaced) == 1
    assert remembered == [replaced, replaced]


def test_what_waits_for_a_person_stays_replaced_and_is_not_revived_when_it_is_released(hub: Hub) -> None:
    asha, grace = Device(hub, ASHA), Device(hub, GRACE, "inc2")
    opened = asha.op(FAMILY, "family", {"name": "Okafor", "locality": "north"}, row_id="f1")
    first = asha.op(FAMILY, "note", {"text": "first", "text_readers": "workers"}, row_id="n")
    hub.exchange(asha.sender, asha.request([opened, first]))
    strange = grace.op(FAMILY, "note", {"text": "set aside"}, row_id="n", kind="change")
    hub.exchange(grace.sender, grace.request([strange]))
    both = {"text": (first.op_id, strange.op_id)}
    last = asha.op(FAMILY, "note", {"text": "last"}, row_id="n", kind="change", base=both)
    hub.exchange(asha.sender, asha.request([last]))
    assert heads(hub, "n") == ({"last"}, {first.op_id, strange.op_id})
    archived(hub)
    assert heads(hub, "n") == ({"last"}, {strange.op_id})
    admin.release(hub, FAMILY, strange.op_id)
    assert heads(hub, "n") == ({"last"}, {strange.op_id})
    archived(hub)
    assert heads(hub, "n") == ({"last"}, set())
    assert rebuilding.verify(hub) == []


def test_labels_below_the_floor_are_still_compared_and_what_comes_again_is_had(hub: Hub) -> None:
    device = Device(hub, ASHA)
    opened = device.op(FAMILY, "family", {"name": "Okafor", "locality": "north"}, row_id="f1")
    first = device.op(FAMILY, "note", {"text": "first"})
    hub.exchange(device.sender, device.request([opened, first]))
    archived(hub)
    again = hub.exchange(device.sender, device.request([opened, first])).custody[0]
    assert [(op_id, seq) for op_id, seq, _ in again.have] == [(opened.op_id, 1), (first.op_id, 2)]
    other = msgspec.structs.replace(first, op_id=os.urandom(16).hex())
    assert hub.exchange(device.sender, device.request([other])).custody[0].fork
    clone = Device(hub, ASHA, "inc9")
    clone.labels[FAMILY] = 1
    relabelled = msgspec.structs.replace(first, inc="inc9", dseq=1)
    had = hub.exchange(clone.sender, clone.request([relabelled])).custody[0].have
    assert [(op_id, seq) for op_id, seq, _ in had] == [(first.op_id, 2)]
    digest = f"{vector_digest([(FAMILY, 2)]):016x}"
    asked = clone.request(
        [], ask=[(FAMILY, first.op_id)], moved={FAMILY: 2}, whole=True, digest=digest, own={}
    )
    (whole,) = hub.exchange(clone.sender, asked).whole
    assert whole[1].payload == pack_payload(first)


def test_an_erased_row_is_not_in_the_archive_either(hub: Hub, laptops: Laptops) -> None:
    for worker in MANAGERS:
        admin.add_worker(hub, worker, worker, "manager", "north")
    asha = enrolled(hub, laptops.new(), ASHA)
    open_family(asha, "f1")
    row, other = note(asha, FAMILY, f"{CANARY} one"), note(asha, FAMILY, "this one stays")
    synced(hub, asha)
    change(asha, (FAMILY, "note", row), {"text": f"{CANARY} two"})
    synced(hub, asha)
    archived(hub)
    assert CANARY in packed_text(hub), "it is there before"
    assert erased(hub, FAMILY, "note", row) == 1
    assert CANARY not in hub_text(hub) + packed_text(hub)
    assert [r.erased for r in history(hub)] == [False, True, False, True, False]
    archived(hub)
    assert floor(hub) == 5
    assert CANARY not in packed_text(hub)
    assert (rebuilding.rebuild(hub, whole=True), rebuilding.verify(hub)) == (0, [])
    synced(hub, asha)
    assert rows(asha, "note where removed is null", "id") == [(other,)]
    assert hub_rows(hub, "select id from note where removed is null") == [(other,)]
    if hub.engine.dialect.name == "sqlite":
        hub.close()
        assert files_holding(hub.home.path, [CANARY]) == []


def test_a_damaged_archive_is_found_and_said_in_a_sentence(hub: Hub) -> None:
    device = Device(hub, ASHA)
    opened = device.op(FAMILY, "family", {"name": "Okafor", "locality": "north"}, row_id="f1")
    hub.exchange(device.sender, device.request([opened, device.op(FAMILY, "note", {"text": "first"})]))
    archived(hub)
    contents = archive.unpacked(
        FAMILY, 1, bytes(hub_rows(hub, "select body from archived where scope = ?", (FAMILY,))[0][0])
    )
    altered = [contents[0], archive.Content(2, contents[0].patch, contents[1].base, contents[1].salt)]
    for body in (archive.packed(altered), archive.packed(contents[:1])):
        with hub.begin() as tx:
            tx.sql.run("update archived set body = ? where scope = ?", (body, FAMILY))
            tx.finish()
        assert rebuilding.verify(hub) == [f"{FAMILY} at 2"]
    for text in (
        "update archived set body = ? where scope = ?",
        "delete from archived where body = ? and scope = ?",
    ):
        with hub.begin() as tx:
            tx.sql.run(text, (b"not zstd", FAMILY))
            tx.finish()
        assert rebuilding.verify(hub) == [f"{FAMILY} at 1"]
        with pytest.raises(HubError, match="is damaged at number 1"):
            rebuilding.rebuild(hub, whole=True)


def text_of(store: LaptopStore, row_id: str) -> set[Any]:
    """The values of a note's text on a laptop."""
    with store.changing() as copy:
        held = copy.load([(FAMILY, "note", row_id)])[(FAMILY, "note", row_id)]
    return {value for _, value in held.row["text"].heads.values()}


def test_a_restored_hub_has_its_archive_and_a_laptop_of_the_life_before_loses_nothing(
    laptops: Laptops, tmp_path: Path, database: str | None
) -> None:
    lost = Hub.init(tmp_path / "first", WORDS)
    staff(lost)
    asha, helen = enrolled(lost, laptops.new(), ASHA), enrolled(lost, laptops.new(), HELEN)
    open_family(asha, "f1")
    row, changed = note(asha, FAMILY, "in the archive"), note(asha, FAMILY, "before")
    synced(lost, asha)
    archived(lost)
    synced(lost, helen)
    before = history(lost)
    backup.backup(lost, tmp_path / "kept")
    gone = laptops.copy_of(asha)
    change(gone, (FAMILY, "note", row), {"text": "seen by Helen, and lost with its laptop"})
    synced(lost, gone)
    synced(lost, helen)
    lost.close()
    hub = restored(tmp_path / "kept", tmp_path / "second", database=database)
    assert history(hub) == before
    assert (rebuilding.rebuild(hub, whole=True), rebuilding.verify(hub)) == (0, [])
    synced(hub, helen)
    with helen.reading() as connection:
        assert SqlLaptopCopy(connection, None).mixed() == {FAMILY}
    for n in range(2):
        change(asha, (FAMILY, "note", changed), {"text": f"changed {n}"})
        synced(hub, asha)
    archived(hub)
    with helen.changing() as copy:
        assert copy.cursor(FAMILY) < floor(hub)
    synced(hub, helen)
    with helen.changing() as copy:
        assert copy.cursor(FAMILY) == floor(hub)
    assert text_of(helen, changed) == {"changed 1"}
    assert text_of(helen, row) == {"seen by Helen, and lost with its laptop"}
    hub.close()
