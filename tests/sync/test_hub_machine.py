"""The hub's machine over a copy in memory, one behaviour at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from familyhub.sync import clock
from familyhub.sync.copy import AlreadyHeld
from familyhub.sync.hub import SNAPSHOT_FROM, run
from familyhub.sync.messages import Batch, Custody, Frame, Request
from familyhub.sync.ops import Op, chain, pack_payload, salted_digest
from tests.simulation.exchange import SALT, no_chance
from tests.sync.desk import NOW, ROW, SCOPE, WORKER, House, frames

# -- custody and numbering -----------------------------------------------------------------------------------


def test_the_hub_numbers_ops_in_the_order_of_their_labels(house: House) -> None:
    request = frames((2, "second"), (1, "first"), (3, "third"))
    assert house.push(request) == [Custody(SCOPE, 3)]
    assert house.log() == ["first", "second", "third"]


def test_the_hub_answers_the_label_it_wants_and_takes_nothing_beyond_it(house: House) -> None:
    house.push(frames((1, "first")))
    assert house.push(frames((3, "third"), (4, "fourth"))) == [Custody(SCOPE, 1)]
    assert house.log() == ["first"]


def test_what_comes_again_under_its_label_is_had_already(house: House) -> None:
    assert house.push(frames((1, "first"), (2, "second"))) == [Custody(SCOPE, 2)]
    have = [("first", 1, NOW), ("second", 2, NOW)]
    assert house.push(frames((1, "first"), (2, "second"))) == [Custody(SCOPE, 2, have=have)]
    assert house.log() == ["first", "second"]


def test_what_comes_again_under_another_label_is_logged_once_and_takes_the_label(house: House) -> None:
    house.push(frames((1, "first")))
    again = frames((1, "first"), (2, "second"), inc="another")
    assert house.push(again) == [Custody(SCOPE, 2, have=[("first", 1, NOW)])]
    assert house.push(again) == [Custody(SCOPE, 2, have=[("first", 1, NOW), ("second", 2, NOW)])]
    assert house.log() == ["first", "second"]


def test_a_label_that_carried_what_was_held_already_is_known_by_it(house: House) -> None:
    house.push(frames((1, "first")))
    house.push(frames((1, "first"), inc="another"))
    assert house.push(frames((1, "other"), inc="another")) == [Custody(SCOPE, 1, fork=True)]


def test_another_op_under_a_known_label_is_a_fork_and_nothing_is_taken(house: House) -> None:
    house.push(frames((1, "first"), (2, "second")))
    assert house.push(frames((1, "first"), (2, "other"), (3, "third"))) == [Custody(SCOPE, 2, fork=True)]
    assert house.log() == ["first", "second"]


def test_a_laptop_that_gave_fewer_labels_than_the_hub_knows_is_a_fork(house: House) -> None:
    house.push(frames((1, "first"), (2, "second")))
    assert house.push(frames((1, "first"))) == [Custody(SCOPE, 2, fork=True)]


def test_the_hub_clamps_a_clock_that_is_ahead(house: House) -> None:
    op = Op(SCOPE, "op", "inc", 1, "change", "person", "row", 1, 1 << 62, "worker", {"note": "a"}, {})
    house.push(Request("inc", "", push=[Batch(SCOPE, "inc", [Frame("op", 1, pack_payload(op))])]))
    assert house.hub.tables.log[SCOPE][1].op.hlc == clock.clamp(1 << 62, NOW) < 1 << 62


def test_the_chain_of_a_scope_verifies(house: House) -> None:
    house.push(frames((1, "first"), (2, "second")))
    house.push(frames((1, "third"), inc="another"))
    link = b""
    for seq, row in sorted(house.hub.tables.log[SCOPE].items()):
        link = chain(link, row.op.op_id, seq, salted_digest(SALT, pack_payload(row.op)))
        assert row.chain == link
    assert house.hub.tables.heads[SCOPE] == (3, link)


# -- setting aside -------------------------------------------------------------------------------------------


def test_what_cannot_be_read_is_set_aside_with_its_bytes_and_the_rest_is_taken(house: House) -> None:
    request = frames((1, "first"), (2, "broken"), (3, "third"))
    request.push[0].frames[1] = Frame("broken", 2, b"not an op")
    (custody,) = house.push(request)
    assert custody.known == 3
    assert [i for i, _ in custody.set_aside] == ["broken"]
    assert house.log() == ["first", "third"]
    assert [a.payload for a in house.hub.tables.aside.values()] == [b"not an op"]


def test_whoever_is_shut_out_is_taken_into_custody_only(house: House) -> None:
    (custody,) = house.push(frames((1, "first")), replace(WORKER, only_custody=True))
    assert custody.known == 1
    assert custody.set_aside[0][0] == "first"
    assert house.log() == []


def test_what_was_set_aside_is_said_again_on_repetition_also_under_another_label(house: House) -> None:
    house.hub.refused.add("first")
    reason = [("first", "no right to write this")]
    assert house.push(frames((1, "first"))) == [Custody(SCOPE, 1, reason)]
    assert house.push(frames((1, "first"))) == [Custody(SCOPE, 1, reason)]
    assert house.push(frames((1, "first"), inc="another")) == [Custody(SCOPE, 1, reason)]
    assert house.push(frames((1, "first"), inc="another")) == [Custody(SCOPE, 1, reason)]
    assert len(house.hub.tables.aside) == 1


def test_a_released_op_gets_a_new_number_and_is_no_longer_said_to_be_set_aside(house: House) -> None:
    house.hub.refused.add("first")
    house.push(frames((1, "first"), (2, "second")))
    assert house.release("first")
    assert house.log() == ["second", "first"]
    have = [("first", 2, NOW), ("second", 1, NOW)]
    assert house.push(frames((1, "first"), (2, "second"))) == [Custody(SCOPE, 2, have=have)]
    assert not house.release("first")


def test_two_people_who_release_one_op_at_once_log_it_once(house: House) -> None:
    house.hub.refused.add("first")
    house.push(frames((1, "first")))
    steps = [house.machine.release(house.hub.begin(), SCOPE, "first", NOW, no_chance) for _ in range(2)]
    for _ in range(2):
        for one in steps:
            next(one)
    assert run(steps[0])
    with pytest.raises(AlreadyHeld):
        run(steps[1])
    assert house.log() == ["first"]


# -- overlapping transactions --------------------------------------------------------------------------------


def test_a_push_waits_for_the_one_that_holds_the_scope(house: House) -> None:
    first, second = (
        house.machine.push(house.hub.begin(), WORKER, r.push, r.own, NOW, no_chance)
        for r in (frames((1, "first")), frames((1, "second"), inc="another"))
    )
    next(first)
    assert next(first) == "before commit"
    next(second)
    assert next(second) == f"waits for {SCOPE}"
    run(first)
    run(second)
    assert house.log() == ["first", "second"]


def test_two_folders_fold_every_number_once(house: House) -> None:
    house.push(frames((1, "first"), (2, "second")))
    one, other = (house.machine.fold(house.hub.begin(), SCOPE) for _ in range(2))
    assert next(one) == "heads were read"
    assert next(other) == f"waits for {SCOPE}"
    assert [op.op_id for op in run(one)] == ["first", "second"]
    assert run(other) == []
    assert set(house.hub.tables.rows[ROW].row["note"].heads) == {"first", "second"}


# -- feeds ---------------------------------------------------------------------------------------------------


def test_a_laptop_gets_its_own_ops_as_stubs_and_others_whole(house: House) -> None:
    house.push(frames((1, "mine")))
    house.push(frames((1, "theirs"), inc="another"))
    records = house.feed("inc").records
    assert [(r.seq, r.op_id, bool(r.payload)) for r in records] == [(1, "mine", False), (2, "theirs", True)]


def test_a_long_scope_is_offered_to_a_new_laptop_as_a_snapshot(house: House) -> None:
    tx = house.hub.begin()
    assert house.machine.feeds(tx, "inc", [(SCOPE, 0, SNAPSHOT_FROM + 1, 0)], 1000) == ([], [SCOPE], False)


def test_a_feed_that_is_cut_says_that_there_is_more(house: House) -> None:
    house.push(frames((1, "first"), (2, "second")))
    feeds, _, more = house.machine.feeds(house.hub.begin(), "another", [(SCOPE, 0, 2, 0)], 1)
    assert [r.op_id for r in feeds[0].records] == ["first"]
    assert more
