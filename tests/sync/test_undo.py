"""Undoing a decision: the field holds what it would hold without it, on every copy, in any order."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from familyhub.sync import merge
from familyhub.sync.merge import Row
from familyhub.sync.ops import Op, Value
from tests.sync.causal import VALUES, an_op

FIELD = "note"


class Undone(NamedTuple):
    """A history with a decision in it that somebody undid, and how much the undoer knew."""

    ops: list[Op]
    decision: Op
    undo: list[Op]
    known: list[Op]
    before: Row
    """What whoever decided had before them."""


def bases(ops: list[Op]) -> dict[str, tuple[str, ...]]:
    return {op.op_id: op.base.get(FIELD, ()) for op in ops}


def values(row: Row) -> set[str]:
    """Distinct values, told apart to the type."""
    return {repr(v) for _, v in row[FIELD].heads.values()} if FIELD in row else set()


def written(draw: st.DrawFn, name: str, seen: list[Op]) -> Op:
    """An edit by somebody who had seen some ops: it replaces what was shown, or everything."""
    row = merge.fold_all({}, seen)
    base: tuple[str, ...] = ()
    if FIELD in row:
        base = tuple(row[FIELD].heads) if draw(st.booleans()) else merge.on_screen(row[FIELD])
    return an_op(name, {FIELD: draw(st.sampled_from(VALUES[FIELD]))}, {FIELD: base}, draw(st.integers(0, 5)))


def undo_ops(known: list[Op], decision: Op, decider: list[Op]) -> list[Op]:
    """What the laptop that knows ``known`` writes to undo."""
    row = merge.fold_all({}, known)
    was = {op.op_id: op for op in decider}
    former = {i: was[i].patch[FIELD] for i in decision.base[FIELD]}
    others = [i for i in row[FIELD].heads if i != decision.op_id]
    replaced = merge.forebears(others, bases(known))
    back = merge.undone(row[FIELD], decision.op_id, former, replaced)
    return [an_op(f"undo-{n}", {FIELD: v}, {FIELD: (decision.op_id,)}, 9 + n) for n, v in enumerate(back)]


@st.composite
def undone(draw: st.DrawFn, *, all_known: bool = False) -> Undone:
    ops: list[Op] = []
    for n in range(draw(st.integers(2, 5))):
        ops.append(written(draw, f"op-{n}", [op for op in ops if draw(st.booleans())]))
    seen = ops if all_known else causal([op for op in ops if draw(st.booleans())] or ops[:1], ops)
    before = merge.fold_all({}, seen)
    heads = tuple(sorted(before[FIELD].heads))
    chosen = draw(st.sampled_from([v for _, v in before[FIELD].heads.values()]))
    decision = an_op("decision", {FIELD: chosen}, {FIELD: heads}, 6)
    for n in range(draw(st.integers(0, 2))):
        ops.append(written(draw, f"later-{n}", [op for op in ops if draw(st.booleans())]))
    extra = [] if all_known else [written(draw, "after", [*seen, decision])] if draw(st.booleans()) else []
    known = [*ops, *extra] if all_known else causal([op for op in [*ops, *extra] if draw(st.booleans())], ops)
    known = [*dict.fromkeys(op.op_id for op in [*seen, *known])]
    every = {op.op_id: op for op in [*ops, *extra]}
    on_copy = [*(every[i] for i in known), decision]
    return Undone([*ops, *extra, decision], decision, undo_ops(on_copy, decision, seen), on_copy, before)


def causal(some: list[Op], ops: list[Op]) -> list[Op]:
    """``some`` with everything that they replaced: a feed brings that first."""
    wanted = {op.op_id for op in some} | merge.forebears((op.op_id for op in some), bases(ops))
    return [op for op in ops if op.op_id in wanted] + [op for op in some if op not in ops]


@given(undone(), st.randoms(use_true_random=False))
def test_copies_agree_whatever_order_a_decision_and_its_undo_arrive_in(history: Undone, chance) -> None:  # type: ignore[no-untyped-def]
    ops = [*history.ops, *history.undo]
    otherwise = [*ops, *chance.sample(ops, len(ops) // 2)]
    chance.shuffle(otherwise)
    assert merge.fold_all({}, otherwise) == merge.fold_all({}, ops)


@given(undone(all_known=True))
def test_who_knows_everything_gives_back_exactly_what_would_stand_without_the_decision(
    history: Undone,
) -> None:
    without = merge.fold_all({}, [op for op in history.ops if op is not history.decision])
    undone_row = merge.fold_all({}, [*history.ops, *history.undo])
    assert values(undone_row) == values(without)
    assert history.decision.op_id not in undone_row[FIELD].heads


@given(undone())
def test_an_undo_loses_nothing_that_was_written_elsewhere_and_revives_nothing_that_was_replaced_knowingly(
    history: Undone,
) -> None:
    decided, after = merge.fold_all({}, history.ops), merge.fold_all({}, [*history.ops, *history.undo])
    for head in decided[FIELD].heads:
        assert head in after[FIELD].heads or head == history.decision.op_id
    known = merge.fold_all({}, history.known)
    others = {i: v for i, (_, v) in known[FIELD].heads.items() if i != history.decision.op_id}
    gone = merge.forebears(others, bases(history.known))
    alive = {repr(v) for v in others.values()} | {
        repr(v) for i, (_, v) in history.before[FIELD].heads.items() if i not in gone
    }
    assert {repr(op.patch[FIELD]) for op in history.undo} <= alive | {repr(history.decision.patch[FIELD])}
    if history.decision.op_id not in known[FIELD].heads:
        assert history.undo == [], "somebody replaced the decision knowingly"


@given(st.lists(st.sampled_from(VALUES[FIELD]), min_size=2, max_size=4))
def test_undo_gives_back_each_distinct_value_once(answers: list[Value]) -> None:
    ops = [an_op(f"op-{n}", {FIELD: v}, hlc=n) for n, v in enumerate(answers)]
    before = merge.fold_all({}, ops)
    decision = an_op("decision", {FIELD: answers[0]}, {FIELD: tuple(before[FIELD].heads)}, 9)
    undo = undo_ops([*ops, decision], decision, ops)
    after = merge.fold_all({}, [*ops, decision, *undo])
    assert values(after) == values(before)
    assert len(after[FIELD].heads) == len(values(before))
    assert merge.same(merge.shown(after[FIELD]), merge.shown(before[FIELD]))
    assert merge.contested(after[FIELD]) == merge.contested(before[FIELD])


def test_two_decisions_that_did_not_see_each_other_can_be_undone_one_by_one() -> None:
    ops = [an_op("a", {FIELD: "a"}, hlc=1), an_op("b", {FIELD: "b"}, hlc=2)]
    mine = an_op("mine", {FIELD: "a"}, {FIELD: ("a", "b")}, 3)
    theirs = an_op("theirs", {FIELD: "b"}, {FIELD: ("a", "b")}, 4)
    undo = undo_ops([*ops, mine, theirs], mine, ops)
    row = merge.fold_all({}, [*ops, mine, theirs, *undo])
    assert values(row) == {repr("b")}, "what the other decided stands, as if mine had never been"
    assert merge.open_differences(row) == []


@pytest.mark.parametrize("known_base", [(), ("a",)])
def test_what_another_edit_replaced_comes_back_only_where_that_edit_is_not_known(
    known_base: tuple[str, ...],
) -> None:
    ops = [an_op("a", {FIELD: "a"}, hlc=1), an_op("b", {FIELD: "b"}, hlc=2)]
    decision = an_op("decision", {FIELD: "b"}, {FIELD: ("a", "b")}, 3)
    edit = an_op("edit", {FIELD: "c"}, {FIELD: known_base}, 4)
    undo = undo_ops([*ops, decision, edit], decision, ops)
    row = merge.fold_all({}, [*ops, decision, edit, *undo])
    assert values(row) == {repr("b"), repr("c")} | ({repr("a")} if not known_base else set())
