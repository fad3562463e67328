"""Exchanges in process: custody, rights, feeds, snapshots, the thin rows; on both engines."""

from __future__ import annotations

import os

from sqlalchemy import event

from familyhub.hub import admin, rebuilding
from familyhub.hub.service import Hub
from familyhub.sync.messages import pack
from familyhub.sync.ops import relabelled
from tests.hub.world import (
    ASHA,
    GRACE,
    HELEN,
    SAM,
    Device,
    Laptops,
    change,
    enrolled,
    hub_rows,
    note,
    open_family,
    rows,
    synced,
    way,
)


def test_what_one_laptop_writes_the_coordinator_reads(hub: Hub, laptops: Laptops) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1", "Okafor")
    note(asha, scope, "Went round at four.")
    report = synced(hub, asha)
    assert (report.sent, report.set_aside) == (2, 0)
    synced(hub, helen)
    assert rows(helen, "family", "name") == [("Okafor",)]
    assert rows(helen, "note", "text") == [("Went round at four.",)]


def test_a_worker_of_another_place_receives_nothing_of_the_family(hub: Hub, laptops: Laptops) -> None:
    asha, grace = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), GRACE)
    open_family(asha, "f1")
    synced(hub, asha)
    synced(hub, grace)
    assert rows(grace, "family") == []
    assert rows(grace, "family_index") == []


def test_a_colleague_of_the_place_receives_the_thin_row_and_not_the_file(hub: Hub, laptops: Laptops) -> None:
    asha, sam = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), SAM)
    scope = open_family(asha, "f1", "Okafor")
    with asha.work(ASHA) as work:
        work.create(scope, "episode_state", {"state": "plan", "on": "2026-05-01"})
        work.create(scope, "lead_practitioner", {"worker_id": ASHA, "on": "2026-05-01"})
        work.create(scope, "address", {"ward": "Bidston", "lines": "1 Hill Road"})
        work.create(scope, "next_visit", {"on": "2026-06-02"})
    synced(hub, asha)
    synced(hub, sam)
    found = rows(sam, "family_index", "id, scope, name, locality, ward, stage, lead, next_on")
    assert found == [("f1", "loc:north", "Okafor", "north", "Bidston", "plan", "Asha Rahman", "2026-06-02")]
    assert rows(sam, "address") == []


def test_the_thin_row_follows_the_family_and_goes_when_it_closes(hub: Hub, laptops: Laptops) -> None:
    asha, sam = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), SAM)
    scope = open_family(asha, "f1", "Okafor")
    synced(hub, asha)
    change(asha, (scope, "family", "f1"), {"name": "Okafor-Bell"})
    with asha.work(ASHA) as work:
        work.create(scope, "address", {"ward": "Bidston", "confidential": True})
    synced(hub, asha)
    synced(hub, sam)
    assert rows(sam, "family_index", "name, ward") == [("Okafor-Bell", None)]
    with asha.work(ASHA) as work:
        work.create(scope, "episode_state", {"state": "closed", "on": "2026-07-01"})
    synced(hub, asha)
    synced(hub, sam)
    assert rows(sam, "family_index", "removed") == [(1,)]
    with asha.work(ASHA) as work:
        work.create(scope, "episode_state", {"state": "open", "on": "2026-08-01"})
    synced(hub, asha)
    synced(hub, sam)
    assert rows(sam, "family_index", "removed, stage") == [(None, "open")]


def test_an_allocation_gives_a_colleague_the_file(hub: Hub, laptops: Laptops) -> None:
    asha, sam, helen = (enrolled(hub, laptops.new(), who) for who in (ASHA, SAM, HELEN))
    scope = open_family(asha, "f1")
    synced(hub, asha)
    with helen.work(HELEN) as work:
        work.create("loc:north", "allocation", {"family_id": "f1", "worker_id": SAM, "on": "2026-05-01"})
    synced(hub, helen)
    synced(hub, sam)
    assert rows(sam, "family", "id") == [("f1",)]
    note(sam, scope, "Rang the school.")
    assert synced(hub, sam).sent == 1


def test_nobody_allocates_themselves_a_file_that_they_do_not_hold(hub: Hub, laptops: Laptops) -> None:
    asha, sam = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), SAM)
    open_family(asha, "f1")
    synced(hub, asha)
    with sam.work(SAM) as work:
        work.create("loc:north", "allocation", {"family_id": "f1", "worker_id": SAM, "on": "2026-05-01"})
    report = synced(hub, sam)
    assert (report.sent, report.set_aside) == (0, 1)
    synced(hub, sam)
    assert rows(sam, "family") == []


def test_who_holds_a_family_holds_the_contact_that_led_to_it(hub: Hub, laptops: Laptops) -> None:
    helen, asha = enrolled(hub, laptops.new(), HELEN), enrolled(hub, laptops.new(), ASHA)
    open_family(helen, "f1")
    with helen.work(HELEN) as work:
        work.create(
            "con:c1",
            "contact",
            {"worry": "Tired at school", "worry_readers": "workers", "family_id": "f1"},
            "c1",
        )
        work.create("loc:north", "allocation", {"family_id": "f1", "worker_id": ASHA, "on": "2026-05-01"})
    synced(hub, helen)
    synced(hub, asha)
    assert rows(asha, "contact", "worry") == [("Tired at school",)]
    change(asha, ("con:c1", "contact", "c1"), {"worry": "Something else"})
    assert synced(hub, asha).set_aside == 1


def test_writing_where_one_has_no_right_is_set_aside_and_stops_nothing(hub: Hub, laptops: Laptops) -> None:
    asha, sam = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), SAM)
    open_family(asha, "f1")
    synced(hub, asha)
    note(sam, "fam:f1", "I should not be here")
    mine = open_family(sam, "f2", "Bell")
    note(sam, mine, "This is mine")
    report = synced(hub, sam)
    assert (report.sent, report.set_aside) == (2, 1)
    assert [a.reason for a in admin.quarantine(hub)] == ["this worker does not hold the file that it is in"]
    assert rows(sam, "note", "text") == [("This is mine",)]


def test_what_was_set_aside_is_released_under_its_own_id_and_reaches_everybody(
    hub: Hub, laptops: Laptops
) -> None:
    asha, sam = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), SAM)
    scope = open_family(asha, "f1")
    synced(hub, asha)
    note(sam, scope, "Seen at the bus stop")
    synced(hub, sam)
    (aside,) = admin.quarantine(hub)
    admin.release(hub, aside.scope, aside.op_id)
    assert admin.quarantine(hub) == []
    synced(hub, asha)
    assert rows(asha, "note", "text") == [("Seen at the bus stop",)]
    admin.grant(hub, scope, SAM)
    synced(hub, sam)
    assert rows(sam, "note", "text") == [("Seen at the bus stop",)]


def test_a_new_laptop_takes_a_long_file_as_a_snapshot_with_its_own_acts_in_it(
    hub: Hub, laptops: Laptops
) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    scope = open_family(asha, "f1")
    for n in range(80):
        note(asha, scope, f"Note {n}")
    synced(hub, asha)
    helen = enrolled(hub, laptops.new(), HELEN)
    report = synced(hub, helen)
    assert report.received >= 81
    assert len(rows(helen, "note")) == 80
    with hub.reading() as sql:
        sent = sql.first("select count(*) from device_cursor where scope = ?", (scope,))[0]
    assert sent == 2


def test_a_restored_laptop_takes_new_labels_and_its_acts_come_once(hub: Hub, laptops: Laptops) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    scope = open_family(asha, "f1")
    note(asha, scope, "Before the copy")
    synced(hub, asha)
    twin = laptops.copy_of(asha)
    note(asha, scope, "On the first")
    note(twin, scope, "On the second")
    for laptop in (asha, twin, asha, twin):
        synced(hub, laptop)
    texts = [("Before the copy",), ("On the first",), ("On the second",)]
    assert sorted(rows(asha, "note", "text")) == sorted(rows(twin, "note", "text")) == texts
    assert hub_rows(hub, "select count(*) from op where scope = ? and entity = 'note'", (scope,)) == [(3,)]


def test_an_idle_exchange_is_one_small_round_trip(hub: Hub, laptops: Laptops) -> None:
    helen = enrolled(hub, laptops.new(), HELEN)
    for n in range(60):
        open_family(helen, f"f{n}")
    synced(hub, helen)
    synced(hub, helen)
    transport = way(hub, helen)
    with helen.changing() as copy:
        request = helen.machine.request(copy)
    answer = transport.exchange(request)
    assert len(pack(request)) + len(pack(answer)) < 1024
    assert (answer.feeds, answer.more, answer.need_vector, answer.snapshot) == ([], False, False, [])
    said: list[str] = []
    event.listen(hub.engine, "before_cursor_execute", lambda c, cursor, text, *rest: said.append(text))
    assert synced(hub, helen).round_trips == 1
    # Who it is, what is durable, the digest that is kept, what is no longer held, what is ahead, what is new.
    assert len([text for text in said if text != "BEGIN"]) <= 6


def test_one_file_that_moved_among_many_is_stated_alone(hub: Hub, laptops: Laptops) -> None:
    helen = enrolled(hub, laptops.new(), HELEN)
    for n in range(9):
        open_family(helen, f"f{n}")
    synced(hub, helen)
    synced(hub, helen)
    note(helen, "fam:f7", "This one moves")
    synced(hub, helen)
    with helen.changing() as copy:
        request = helen.machine.request(copy)
    assert request.moved == {"fam:f7": 2}
    assert not request.whole
    assert not way(hub, helen).exchange(request).need_vector


def test_a_vector_that_differs_is_asked_for_whole_and_no_feed_goes_out_before(
    hub: Hub, laptops: Laptops
) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    open_family(asha, "f1")
    synced(hub, asha)
    synced(hub, asha)
    with hub.begin() as tx:
        tx.sql.run("update device_inc set digest = ?", ("f" * 16,))
        tx.finish()
    with asha.changing() as copy:
        request = asha.machine.request(copy)
    answer = way(hub, asha).exchange(request)
    assert answer.need_vector
    assert answer.feeds == []
    synced(hub, asha)
    assert synced(hub, asha).round_trips == 1


def test_an_unknown_record_and_an_unknown_field_come_back_as_they_went(hub: Hub, laptops: Laptops) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1")
    odd = {"pets": ["Rex", {"age": 3}], "whole": 7, "none": None, "yes": True, "part": 0.5}
    with asha.work(ASHA) as work:
        work.create(scope, "household_pet", odd, "p1")
        work.create(scope, "note", {"text": "Hello", "text_readers": "workers", "mood": {"of": "day"}}, "n1")
    assert synced(hub, asha).set_aside == 0
    synced(hub, helen)
    keys = [(scope, "household_pet", "p1"), (scope, "note", "n1")]
    with asha.changing() as a, helen.changing() as h:
        assert a.load(keys)[keys[0]].row == h.load(keys)[keys[0]].row
        assert h.load(keys)[keys[1]].row["mood"].heads.popitem()[1][1] == {"of": "day"}


def test_values_that_tables_cannot_keep_are_set_aside_with_a_plain_reason(hub: Hub) -> None:
    device = Device(hub, ASHA)
    scope = "fam:f1"
    good = device.op(scope, "family", {"name": "Okafor", "locality": "north"}, row_id="f1")
    nested: list[object] = []
    for _ in range(40):
        nested = [nested]
    bad = [
        device.op(scope, "note", {"text": "nul \0 here"}),
        device.op(scope, "note", {"text": 5}),
        device.op(scope, "need", {"place": "first"}),
        device.op(scope, "need", {"place": True}),
        device.op(scope, "note", {"significant": 1}),
        device.op(scope, "need", {"place": 2**63}),
        device.op(scope, "odd", {"number": 2**64 - 1}),
        device.op(scope, "odd", {"number": float("nan")}),
        device.op(scope, "odd", {"deep": nested}),
        device.op(scope, "odd", {"raw": b"bytes"}),
        device.op(scope, "note", {"text": "x"}, kind="shout"),
        device.op(scope, "note", {"text": "x"}, actor=SAM),
        device.op(scope, "note", {"text": "x"}, row_id="a\0b"),
        device.op(scope, "note", {"text": "x"}, sv=2**63),
        device.op(scope, "note", {"_removed": "all"}, kind="remove"),
        device.op("box:1", "note", {"text": "x"}),
        device.op("loc:north", "note", {"text": "a note does not stand where everybody reads"}),
        device.op("loc:north", "family_index", {"name": "x"}),
        device.op("ref", "worker", {"role": "manager"}, row_id=ASHA),
        device.op("me:" + SAM, "preference", {"theme": "dark"}),
        device.op("loc:south", "allocation", {"family_id": "f1", "worker_id": ASHA}),
    ]
    answer = hub.exchange(device.sender, device.request([good, *bad]))
    aside = dict(pair for custody in answer.custody for pair in custody.set_aside)
    assert set(aside) == {op.op_id for op in bad}
    assert all(reason and "\n" not in reason for reason in aside.values())
    assert hub_rows(hub, "select count(*) from quarantine") == [(len(bad),)]
    assert hub_rows(hub, "select count(*) from scope_head where folded_upto < seq") == [(0,)]


def test_a_frame_that_cannot_be_read_is_kept_and_the_next_goes_on(hub: Hub) -> None:
    from familyhub.sync.messages import Batch, Frame
    from familyhub.sync.ops import pack_payload

    device = Device(hub, ASHA)
    first = device.op("fam:f1", "family", {"name": "Okafor"}, row_id="f1")
    last = device.op("fam:f1", "note", {"text": "x"}, dseq=3)
    frames = [
        Frame(first.op_id, 1, pack_payload(first)), Frame("junk", 2, os.urandom(50)),
        Frame(last.op_id, 3, pack_payload(last)),
    ]  # fmt: skip
    request = device.request([first], push=[Batch("fam:f1", device.inc, frames)], own={"fam:f1": 3})
    (custody,) = hub.exchange(device.sender, request).custody
    assert custody.known == 3
    assert [op_id for op_id, _ in custody.set_aside] == ["junk"]
    assert hub_rows(hub, "select op_id from op where scope = 'fam:f1' order by seq") == [
        (first.op_id,),
        (last.op_id,),
    ]


def test_who_may_hold_a_file_no_longer_leaves_it_and_what_they_had_written_is_kept(
    hub: Hub, laptops: Laptops
) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1")
    synced(hub, asha)
    synced(hub, helen)
    admin.withdraw(hub, scope, HELEN)
    note(asha, scope, "Not for Helen")
    synced(hub, asha)
    note(helen, scope, "Written before she heard of it")
    report = synced(hub, helen)
    assert (report.sent, report.set_aside, report.left) == (1, 0, 1)
    assert rows(helen, "note") == rows(helen, "family") == []
    assert list(way(hub, helen).parts("inc", [scope])) == []
    note(helen, scope, "After she had left it")
    assert synced(hub, helen).set_aside == 1
    synced(hub, asha)
    texts = {"Not for Helen", "Written before she heard of it"}
    assert {text for (text,) in rows(asha, "note", "text")} == texts
    admin.grant(hub, scope, HELEN)
    synced(hub, helen)
    assert {text for (text,) in rows(helen, "note", "text")} == texts


def test_a_push_that_is_repeated_is_taken_once(hub: Hub) -> None:
    device = Device(hub, ASHA)
    ops = [device.op(f"fam:f{n % 5}", "note", {"text": str(n)}) for n in range(50)]
    ops.append(device.op("fam:f1", "note", {"text": 7}))
    request = device.request(ops)
    first, again = hub.exchange(device.sender, request), hub.exchange(device.sender, request)
    assert [(c.scope, c.known, c.set_aside) for c in again.custody] == [
        (c.scope, c.known, c.set_aside) for c in first.custody
    ]
    assert sorted(op_id for c in again.custody for op_id, *_ in c.have) == sorted(o.op_id for o in ops[:50])
    assert hub_rows(hub, "select count(*) from op where inc = ?", (device.inc,)) == [(50,)]
    assert hub_rows(hub, "select count(*) from quarantine") == [(1,)]


def test_acts_that_come_again_under_other_labels_are_known_by_their_ids(hub: Hub) -> None:
    device, again = Device(hub, ASHA), Device(hub, ASHA, "inc2")
    ops = [device.op("fam:f1", "note", {"text": str(n)}) for n in range(3)]
    ops.append(device.op("fam:f1", "note", {"text": 7}))
    hub.exchange(device.sender, device.request(ops))
    again.labels["fam:f1"] = 5
    renamed = [relabelled(op, "inc2", n) for n, op in enumerate(reversed(ops), start=1)]
    fresh = again.op("fam:f1", "note", {"text": "new"}, dseq=5)
    for _ in range(2):
        (custody,) = hub.exchange(again.sender, again.request([*renamed, fresh])).custody
        assert (custody.known, custody.fork) == (5, False)
        assert [op_id for op_id, _ in custody.set_aside] == [ops[3].op_id]
    assert hub_rows(hub, "select count(*) from op where entity = 'note'") == [(4,)]
    assert hub_rows(hub, "select count(*) from quarantine") == [(1,)]


def test_a_label_that_carries_another_act_is_a_fork(hub: Hub) -> None:
    device, twin = Device(hub, ASHA), Device(hub, ASHA)
    for one in (device, twin):
        (custody,) = hub.exchange(one.sender, one.request([one.op("fam:f1", "note", {"text": "x"})])).custody
        assert custody.fork == (one is twin)
    assert hub_rows(hub, "select count(*) from op where entity = 'note'") == [(1,)]


def test_a_label_beyond_the_next_is_answered_with_the_one_that_is_wanted(hub: Hub) -> None:
    device = Device(hub, ASHA)
    device.labels["fam:f1"] = 4
    late = device.op("fam:f1", "note", {"text": "x"})
    (custody,) = hub.exchange(device.sender, device.request([late])).custody
    assert (custody.known, custody.set_aside, custody.fork) == (0, [], False)
    assert hub_rows(hub, "select count(*) from op where scope = 'fam:f1'") == [(0,)]


def test_a_fold_error_blocks_no_push_and_no_other_scope(hub: Hub) -> None:
    device = Device(hub, ASHA)
    hub.exchange(device.sender, device.request([device.op("fam:f1", "family", {"name": "A"}, row_id="f1")]))
    with hub.begin() as tx:
        tx.sql.run("update family set heads = 'broken' where scope = ?", ("fam:f1",))
        tx.finish()
    again = device.op("fam:f1", "family", {"name": "C"}, row_id="f1", kind="change")
    ops = [again, device.op("fam:f2", "family", {"name": "B"}, row_id="f2")]
    answer = hub.exchange(device.sender, device.request(ops))
    assert [(c.known, c.set_aside) for c in answer.custody] == [(2, []), (1, [])]
    assert hub_rows(hub, "select id from family order by id") == [("f1",), ("f2",)]
    assert rebuilding.rebuild(hub) == 1


def test_a_hub_in_another_life_hands_out_nothing_before_the_laptop_has_heard_of_it(
    hub: Hub, laptops: Laptops
) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1")
    synced(hub, asha)
    there = way(hub, helen)
    assert [part.scope for part in there.parts("inc", [scope], epoch=hub.epoch)] == [scope]
    assert [part.scope for part in there.parts("inc", [scope])] == [scope]
    assert list(there.parts("inc", [scope], epoch="a life that is gone")) == []
