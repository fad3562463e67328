"""The laptop's machine over a copy in memory, one behaviour at a time."""

from __future__ import annotations

import pytest

from familyhub.sync import merge
from familyhub.sync.copy import DONE, IN_CUSTODY, SET_ASIDE, WAITING, Gap, Held
from familyhub.sync.laptop import Act
from familyhub.sync.messages import Answer, Batch, Custody, Feed, Frame, Record, Request, SnapshotScope
from familyhub.sync.ops import Op, pack_payload
from familyhub.sync.snapshot import messages_row, snapshot_row
from tests.simulation.exchange import filled
from tests.sync.desk import NOW, ROW, SCOPE, Desk, House, exchange, frames

# -- the laptop's own ops ------------------------------------------------------------------------------------


def test_what_somebody_writes_is_shown_at_once_and_waits(desk: Desk) -> None:
    op = desk.write("a")
    assert desk.heads() == {op.op_id: "a"}
    assert desk.states() == {op.op_id: WAITING}
    assert [f.op_id for f in desk.request().push[0].frames] == [op.op_id]


def test_labels_are_dense_and_clocks_go_forward(desk: Desk) -> None:
    ops = [desk.write(n) for n in range(3)]
    assert [op.dseq for op in ops] == [1, 2, 3]
    assert ops[0].hlc < ops[1].hlc < ops[2].hlc


def test_acts_of_one_moment_get_a_label_and_a_clock_each(desk: Desk) -> None:
    acts = [Act("change", SCOPE, "person", row_id, {"note": "a"}, {}) for row_id in ("one", "two")]
    ids = iter(["x", "y"])
    ops = desk.machine.commit(desk.copy, "worker", acts, NOW, lambda: next(ids))
    assert [op.dseq for op in ops] == [1, 2]
    assert ops[0].hlc < ops[1].hlc


def test_an_own_op_leaves_the_outbox_when_its_stub_is_applied(desk: Desk, house: House) -> None:
    op = desk.write("a")
    request = desk.request()
    desk.heard(request, *house.push(request))
    assert desk.states() == {op.op_id: IN_CUSTODY}
    desk.heard(request, feeds=(house.feed(request.inc),))
    assert desk.states() == {op.op_id: DONE}
    assert desk.copy.tables.confirmed == {}
    assert desk.heads() == {op.op_id: "a"}


def test_the_confirmed_state_of_a_row_is_kept_only_while_an_own_op_waits(desk: Desk, house: House) -> None:
    first = desk.write("a")
    exchange(desk, house)
    desk.write("b", (first.op_id,))
    assert set(desk.copy.tables.confirmed) == {ROW}
    exchange(desk, house)
    assert desk.copy.tables.confirmed == {}


def test_what_arrives_goes_under_what_waits(desk: Desk, house: House) -> None:
    house.push(frames((1, "theirs")))
    mine = desk.write("a")
    desk.machine.receive(desk.copy, house.feed("another"))
    assert desk.heads() == {mine.op_id: "a", "theirs": "theirs"}
    assert set(desk.copy.tables.confirmed[ROW].row["note"].heads) == {"theirs"}
    assert desk.copy.tables.outbox[mine.op_id].op == mine


def test_a_receipt_for_less_than_was_taken_before_lets_ops_wait_again(desk: Desk) -> None:
    op = desk.write("a")
    request = desk.request()
    desk.heard(request, Custody(SCOPE, 1))
    desk.heard(desk.request(), Custody(SCOPE, 0))
    assert desk.states() == {op.op_id: WAITING}


def test_a_receipt_says_nothing_of_ops_that_were_not_sent(desk: Desk, house: House) -> None:
    ops = [desk.write(n) for n in range(2)]
    house.hub.refused.add(ops[1].op_id)
    house.push(desk.request())  # and the answer is lost
    part = desk.request(most_bytes=1)
    desk.heard(part, *house.push(part))
    assert desk.states() == {ops[0].op_id: IN_CUSTODY, ops[1].op_id: WAITING}
    exchange(desk, house)
    assert desk.states() == {ops[0].op_id: DONE, ops[1].op_id: SET_ASIDE}


def test_an_idle_laptop_says_nothing_but_its_digest(desk: Desk, house: House) -> None:
    desk.write("a")
    exchange(desk, house)
    desk.heard(desk.request())
    request = desk.request()
    assert (request.push, request.moved, request.own) == ([], {}, {})


def test_a_hub_that_asks_for_the_vector_gets_it_whole(desk: Desk, house: House) -> None:
    desk.write("a")
    exchange(desk, house)
    desk.heard(desk.request())
    desk.machine.heard(desk.copy, desk.request(), Answer("1", NOW, need_vector=True))
    assert desk.request().moved == {SCOPE: 1}
    assert desk.request().whole


# -- forks ---------------------------------------------------------------------------------------------------


def test_a_fork_gives_new_labels_under_a_new_incarnation_and_keeps_op_ids(desk: Desk, house: House) -> None:
    desk.write("a")
    older = desk.copy.tables.duplicate()
    lost = desk.write("b")
    exchange(desk, house)
    desk.copy.tables = older
    kept = desk.write("c")
    inc = desk.copy.incarnation()
    exchange(desk, house)
    assert desk.copy.incarnation() != inc
    assert [(op.op_id, op.dseq) for op in desk.copy.all_pending()] == [("a-0", 1), (kept.op_id, 2)]
    for _ in range(2):
        request = desk.request()
        custody = house.push(request)
        feed = house.feed(request.inc, desk.copy.cursor(SCOPE))
        desk.heard(request, *custody, feeds=(feed,))
    assert house.log() == ["a-0", lost.op_id, kept.op_id]
    assert desk.copy.all_pending() == []
    assert set(desk.heads()) == {"a-0", lost.op_id, kept.op_id}


def test_an_op_that_waits_is_not_done_before_its_new_label_reached_the_hub(desk: Desk, house: House) -> None:
    first, second = desk.write("a"), desk.write("b")
    house.push(desk.request())
    desk.machine.fork(desk.copy)
    assert desk.machine.receive(desk.copy, house.feed("another")) == [first.op_id]
    assert desk.copy.cursor(SCOPE) == 0
    assert desk.states() == {first.op_id: WAITING, second.op_id: WAITING}
    exchange(desk, house)
    assert desk.states() == {first.op_id: DONE, second.op_id: DONE}


def test_a_label_that_the_hub_wants_and_nobody_has_makes_the_rest_take_new_labels(desk: Desk) -> None:
    first, second = desk.write("a"), desk.write("b")
    request = desk.request()
    desk.copy.settle([first.op_id], DONE)
    desk.heard(request, Custody(SCOPE, 0))
    (op,) = desk.copy.all_pending()
    assert (op.op_id, op.dseq) == (second.op_id, 1)
    assert op.inc != second.inc


# -- what arrives --------------------------------------------------------------------------------------------


def _record(seq: int, op_id: str) -> Record:
    op = Op(SCOPE, op_id, "x", seq, "change", "person", "row", 1, seq << 16, "them", {"note": op_id}, {})
    return Record(seq, op_id, NOW, op.hlc, pack_payload(op), "x", seq)


@pytest.mark.parametrize("seqs", [(2, 3), (1, 3), (1, 2, 4)])
def test_a_gap_is_an_error_with_its_range_and_nothing_is_applied(desk: Desk, seqs: tuple[int, ...]) -> None:
    wanted = next(n for n in range(1, 5) if n not in seqs)
    with pytest.raises(Gap) as error:
        desk.machine.receive(desk.copy, Feed(SCOPE, 0, [_record(n, f"op-{n}") for n in seqs]))
    assert (error.value.scope, error.value.wanted) == (SCOPE, wanted)
    assert desk.copy.tables.rows == {}
    assert desk.copy.cursor(SCOPE) == 0


@pytest.mark.parametrize("records", [[], [5]])
def test_a_feed_that_begins_beyond_the_cursor_is_a_gap(desk: Desk, records: list[int]) -> None:
    with pytest.raises(Gap):
        desk.machine.receive(desk.copy, Feed(SCOPE, 4, [_record(n, "op") for n in records]))


def test_numbers_that_were_applied_are_passed_over(desk: Desk) -> None:
    desk.machine.receive(desk.copy, Feed(SCOPE, 0, [_record(1, "one"), _record(2, "two")]))
    desk.machine.receive(
        desk.copy, Feed(SCOPE, 0, [_record(1, "one"), _record(2, "two"), _record(3, "three")])
    )
    assert set(desk.heads()) == {"one", "two", "three"}
    assert desk.copy.cursor(SCOPE) == 3


def test_a_stub_for_an_op_that_is_not_held_is_asked_for_whole_and_then_applied(desk: Desk) -> None:
    whole = _record(2, "lost")
    stub = Record(2, "lost", NOW, whole.hlc)
    feed = Feed(SCOPE, 0, [_record(1, "one"), stub, _record(3, "three")])
    assert desk.machine.receive(desk.copy, feed) == ["lost"]
    assert desk.copy.cursor(SCOPE) == 1
    assert desk.machine.receive(desk.copy, filled(feed, [(SCOPE, whole)])) == []
    assert set(desk.heads()) == {"one", "lost", "three"}


def test_a_clock_that_was_met_is_passed_by_what_is_written_next(desk: Desk) -> None:
    later = replace_hlc(_record(1, "one"), (NOW + 10**6) << 16)
    desk.machine.receive(desk.copy, Feed(SCOPE, 0, [later]))
    assert desk.write("mine").hlc > later.hlc


def replace_hlc(record: Record, hlc: int) -> Record:
    """A record with another clock."""
    return Record(record.seq, record.op_id, record.received, hlc, record.payload, record.inc, record.dseq)


# -- setting aside, on the laptop ----------------------------------------------------------------------------


def test_an_op_set_aside_leaves_the_row_as_confirmed_and_what_still_waits(desk: Desk, house: House) -> None:
    house.push(frames((1, "theirs")))
    desk.machine.receive(desk.copy, house.feed("another"))
    refused = desk.write("refused", ("theirs",))
    kept = desk.write("kept", field="risk")
    house.hub.refused.add(refused.op_id)
    request = desk.request()
    desk.heard(request, *house.push(request))
    assert desk.heads() == {"theirs": "theirs"}
    assert set(desk.copy.tables.rows[ROW].row["risk"].heads) == {kept.op_id}
    assert desk.copy.tables.outbox[refused.op_id].reason == "no right to write this"
    assert desk.copy.own([refused.op_id])[refused.op_id].op.patch == {"note": "refused"}
    assert [op.op_id for op in desk.copy.all_pending()] == [kept.op_id]


def test_a_row_of_which_nothing_is_left_when_its_op_is_set_aside_is_gone(desk: Desk, house: House) -> None:
    house.hub.refused.add(desk.write("refused").op_id)
    exchange(desk, house)
    assert desk.copy.tables.rows == {}
    assert desk.copy.tables.confirmed == {}


def test_a_released_op_comes_back_into_its_row(desk: Desk, house: House) -> None:
    op = desk.write("refused")
    house.hub.refused.add(op.op_id)
    exchange(desk, house)
    house.release(op.op_id)
    exchange(desk, house)
    assert desk.heads() == {op.op_id: "refused"}
    assert desk.states() == {op.op_id: DONE}


# -- snapshots -----------------------------------------------------------------------------------------------


def _snapshot(house: House, *own: str) -> SnapshotScope:
    house.fold()
    rows = [snapshot_row(key[1], key[2], held) for key, held in house.hub.tables.rows.items()]
    return SnapshotScope(SCOPE, house.hub.tables.folded[SCOPE], 1, rows, list(own))


def test_a_snapshot_goes_under_own_ops_that_wait(desk: Desk, house: House) -> None:
    mine = desk.write("mine")
    house.push(frames((1, "theirs")))
    desk.machine.load_snapshot(desk.copy, _snapshot(house))
    assert desk.heads() == {"theirs": "theirs", mine.op_id: "mine"}
    assert set(desk.copy.tables.confirmed[ROW].row["note"].heads) == {"theirs"}
    assert desk.states() == {mine.op_id: WAITING}
    assert desk.copy.cursor(SCOPE) == 1
    exchange(desk, house)
    assert desk.states() == {mine.op_id: DONE}
    assert desk.heads() == {"theirs": "theirs", mine.op_id: "mine"}


def test_own_ops_that_a_snapshot_contains_are_done(desk: Desk, house: House) -> None:
    mine = desk.write("mine")
    request = desk.request()
    desk.heard(request, *house.push(request))
    desk.machine.load_snapshot(desk.copy, _snapshot(house, mine.op_id))
    assert desk.states() == {mine.op_id: DONE}
    assert desk.copy.tables.confirmed == {}
    assert desk.heads() == {mine.op_id: "mine"}


def test_a_snapshot_older_than_the_cursor_changes_nothing(desk: Desk, house: House) -> None:
    house.push(frames((1, "first")))
    old = _snapshot(house)
    house.push(frames((1, "first"), (2, "second")))
    desk.machine.receive(desk.copy, house.feed("another"))
    before = desk.copy.tables.duplicate()
    desk.machine.load_snapshot(desk.copy, old)
    assert desk.copy.tables == before


@pytest.mark.parametrize("kind", ["create", "change"])
def test_the_clocks_of_a_snapshot_are_met(desk: Desk, house: House, kind: str) -> None:
    ahead = (NOW + 4 * 60 * 1000) << 16
    op = Op(SCOPE, "theirs", "inc", 1, kind, "person", "row", 1, ahead, "them", {"note": "x"}, {})
    house.push(Request("inc", "", push=[Batch(SCOPE, "inc", [Frame("theirs", 1, pack_payload(op))])]))
    desk.machine.load_snapshots(desk.copy, [_snapshot(house)])
    assert desk.write("mine").hlc > ahead


def test_a_snapshot_without_anything_underneath_is_taken_as_it_is(desk: Desk, house: House) -> None:
    house.push(frames((1, "first"), (2, "second")))
    desk.machine.load_snapshots(desk.copy, [_snapshot(house)])
    assert desk.copy.tables.rows == house.hub.tables.rows
    assert desk.copy.tables.differences == {ROW: ["note"]}
    assert desk.copy.cursor(SCOPE) == 2


def test_snapshots_taken_together_go_under_own_ops_too(desk: Desk, house: House) -> None:
    mine = desk.write("mine")
    house.push(frames((1, "theirs")))
    desk.machine.load_snapshots(desk.copy, [_snapshot(house)])
    assert desk.heads() == {"theirs": "theirs", mine.op_id: "mine"}
    assert set(desk.copy.tables.confirmed) == {ROW}


@pytest.mark.parametrize("kind", ["create", "change"])
def test_a_row_comes_out_of_a_snapshot_as_it_went_in(kind: str) -> None:
    ops = [
        Op(
            SCOPE,
            "one",
            "x",
            1,
            kind,
            "person",
            "row",
            1,
            5,
            "them",
            {"note": "a", "risk": None, "safe": "s"},
            {},
        ),
        Op(SCOPE, "two", "x", 2, "change", "person", "row", 1, 6, "them", {"note": "b"}, {"note": ("one",)}),
        Op(SCOPE, "three", "x", 3, "change", "person", "row", 1, 7, "them", {"note": "c"}, {}),
    ]
    held = Held()
    for op in ops:
        held = held.after(op, "2025-01-01T00:00:00Z")
    assert messages_row(snapshot_row("person", "row", held)) == held
    assert merge.contested(held.row["note"])
