"""Merge: what any two copies that have seen the same ops agree on, and what is shown of it."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from familyhub.sync import merge
from familyhub.sync.merge import LATEST, Register, Row
from familyhub.sync.ops import REMOVED, Op, Value, with_hlc
from tests.sync.causal import (
    CAUTIOUS,
    RULES,
    TOGETHER,
    VALUES,
    an_op,
    histories,
    shuffled_with_repetition,
    three_rows,
)


def heads(row: Row) -> dict[str, dict[str, Value]]:
    """The heads of a row without their clocks."""
    return {f: {i: v for i, (_, v) in r.heads.items()} for f, r in row.items()}


def register(*values: tuple[str, int, Value]) -> Register:
    """A field with these heads: (op_id, clock, value)."""
    return Register({i: (hlc, value) for i, hlc, value in values})


# -- join ----------------------------------------------------------------------------------------------------


@given(three_rows())
def test_joining_is_commutative(rows: tuple[Row, Row, Row]) -> None:
    a, b, _ = rows
    assert merge.join(a, b) == merge.join(b, a)


@given(three_rows())
def test_joining_is_associative(rows: tuple[Row, Row, Row]) -> None:
    a, b, c = rows
    assert merge.join(merge.join(a, b), c) == merge.join(a, merge.join(b, c))


@given(three_rows())
def test_joining_is_idempotent(rows: tuple[Row, Row, Row]) -> None:
    a, b, _ = rows
    assert merge.join(a, a) == a
    assert merge.join(merge.join(a, b), b) == merge.join(a, b)


@given(three_rows())
def test_joining_changes_neither_row(rows: tuple[Row, Row, Row]) -> None:
    a, b, _ = rows
    before = deepcopy((a, b))
    merge.join(a, b)
    assert (a, b) == before


# -- folding -------------------------------------------------------------------------------------------------


@given(shuffled_with_repetition())
def test_the_same_ops_in_any_order_and_any_number_of_times_give_one_row(
    ops: tuple[list[Op], list[Op]],
) -> None:
    in_order, otherwise = ops
    assert merge.fold_all({}, otherwise) == merge.fold_all({}, in_order)


@given(shuffled_with_repetition())
def test_differences_and_shown_values_do_not_depend_on_the_order(ops: tuple[list[Op], list[Op]]) -> None:
    one, other = (merge.fold_all({}, part) for part in ops)
    assert merge.open_differences(one) == merge.open_differences(other)
    for field in one:
        rule = RULES.get(field, LATEST)
        assert merge.same(merge.shown(one[field], rule), merge.shown(other[field], rule))
    assert merge.removed(one) == merge.removed(other)


@given(histories())
def test_a_head_is_what_no_base_names(ops: list[Op]) -> None:
    row = merge.fold_all({}, ops)
    for op in ops:
        for field in op.patch:
            named = any(op.op_id in other.base.get(field, ()) for other in ops)
            assert (op.op_id in row[field].heads) != named


@given(histories(), st.data())
def test_other_clocks_give_the_same_heads_and_the_same_differences(
    ops: list[Op], data: st.DataObject
) -> None:
    otherwise = [with_hlc(op, data.draw(st.integers(0, 1 << 62))) for op in ops]
    one, other = merge.fold_all({}, ops), merge.fold_all({}, otherwise)
    assert heads(one) == heads(other)
    assert merge.open_differences(one) == merge.open_differences(other)


def test_a_base_that_names_an_unknown_head_keeps_it_dead() -> None:
    later = an_op("later", {"note": "b"}, {"note": ("earlier",)})
    row = merge.fold(merge.fold({}, later), an_op("earlier", {"note": "a"}))
    assert heads(row) == {"note": {"later": "b"}}


def test_repetition_does_not_revive_what_was_replaced() -> None:
    first = an_op("first", {"note": "a"})
    row = merge.fold_all({}, [first, an_op("second", {"note": "b"}, {"note": ("first",)}), first])
    assert heads(row) == {"note": {"second": "b"}}


def test_edits_of_different_fields_merge_unnoticed() -> None:
    row = merge.fold_all({}, [an_op("one", {"note": "a"}), an_op("two", {"risk": "low"})])
    assert heads(row) == {"note": {"one": "a"}, "risk": {"two": "low"}}
    assert merge.open_differences(row) == []


def test_two_edits_of_one_field_that_did_not_see_each_other_are_both_kept() -> None:
    row = merge.fold_all({}, [an_op("one", {"note": "a"}, hlc=9), an_op("two", {"note": "b"}, hlc=1)])
    assert heads(row) == {"note": {"one": "a", "two": "b"}}
    assert merge.open_differences(row) == ["note"]


def test_a_decision_that_saw_all_heads_closes_the_difference() -> None:
    row = merge.fold_all({}, [an_op("one", {"note": "a"}), an_op("two", {"note": "b"})])
    row = merge.fold(row, an_op("three", {"note": "a"}, {"note": ("one", "two")}))
    assert heads(row) == {"note": {"three": "a"}}
    assert merge.open_differences(row) == []


def test_an_ordinary_edit_leaves_the_value_that_was_not_shown() -> None:
    row = merge.fold_all({}, [an_op("one", {"note": "a"}, hlc=2), an_op("two", {"note": "b"}, hlc=1)])
    row = merge.fold(row, an_op("three", {"note": "c"}, {"note": merge.on_screen(row["note"])}, hlc=3))
    assert heads(row) == {"note": {"two": "b", "three": "c"}}


# -- equal values --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["a", 1, True, None])
def test_equal_values_are_no_difference(value: Value) -> None:
    assert not merge.contested(register(("one", 1, value), ("two", 2, value)))


def test_yes_and_one_are_a_difference() -> None:
    assert merge.contested(register(("one", 1, True), ("two", 2, 1)))


def test_who_sees_a_value_sees_every_head_that_holds_it() -> None:
    field = register(("one", 1, "a"), ("two", 3, "a"), ("three", 2, "b"))
    assert merge.on_screen(field) == ("one", "two")


# -- what is shown -------------------------------------------------------------------------------------------


def test_nothing_is_shown_of_a_field_without_heads() -> None:
    for rule in (LATEST, CAUTIOUS, TOGETHER):
        assert merge.shown(Register({}), rule) is None


@given(st.permutations(["a", "b", "c"]), st.lists(st.integers(0, 2), min_size=3, max_size=3))
def test_the_latest_is_shown_and_ties_go_by_op_id(values: list[str], clocks: list[int]) -> None:
    field = register(*((f"op-{n}", clocks[n], values[n]) for n in range(3)))
    newest = max(range(3), key=lambda n: (clocks[n], n))
    assert merge.shown(field) == values[newest]


@given(st.lists(st.sampled_from(VALUES["risk"]), min_size=2, max_size=5))
def test_the_most_cautious_is_shown_whatever_the_clocks_say(values: list[Value]) -> None:
    rank = {"high": 0, "medium": 1, "low": 2, "unheard of": 3, None: 4}
    field = register(*((f"op-{n}", len(values) - n, value) for n, value in enumerate(values)))
    assert rank[merge.shown(field, CAUTIOUS)] == min(rank[value] for value in values)


def test_a_code_that_this_version_does_not_know_is_shown_before_nothing_and_after_the_rest() -> None:
    assert merge.shown(register(("one", 1, "unheard of"), ("two", 2, None)), CAUTIOUS) == "unheard of"
    assert merge.shown(register(("one", 2, "unheard of"), ("two", 1, "low")), CAUTIOUS) == "low"


def test_yes_and_no_have_a_place_among_cautious_codes() -> None:
    rule = type(CAUTIOUS)("cautious", ("false", "true"))
    assert merge.shown(register(("one", 2, True), ("two", 1, False)), rule) is False


def test_texts_that_stand_together_are_all_shown_oldest_first_each_once() -> None:
    field = register(
        ("one", 3, "no post"), ("two", 1, "mornings"), ("three", 2, None), ("four", 4, "mornings")
    )
    assert merge.shown(field, TOGETHER) == "mornings / no post"
    assert merge.on_screen(field, TOGETHER) == ("four", "one", "three", "two")


@given(histories())
def test_what_is_shown_comes_from_a_head_and_its_heads_are_on_screen(ops: list[Op]) -> None:
    for field, found in merge.fold_all({}, ops).items():
        rule = RULES.get(field, LATEST)
        if found.heads and rule.shown != "together":
            on_screen = merge.on_screen(found, rule)
            assert on_screen
            assert all(merge.same(found.heads[i][1], merge.shown(found, rule)) for i in on_screen)


def test_an_entry_made_from_a_row_replaces_what_its_screen_showed() -> None:
    row = {
        "note": register(("one", 1, "a"), ("two", 2, "b")),
        "safe": register(("three", 1, "x"), ("four", 2, "y")),
    }
    assert merge.seen_heads(row, RULES) == {"note": ("two",), "safe": ("four", "three")}


# -- removal -------------------------------------------------------------------------------------------------


def _removal(row: Row, op_id: str = "removal") -> Op:
    return an_op(op_id, {REMOVED: merge.all_heads(row)})


def test_a_removal_that_saw_everything_hides_the_row() -> None:
    row = merge.fold({}, an_op("one", {"note": "a"}))
    row = merge.fold(row, _removal(row))
    assert merge.removed(row)
    assert not merge.edited_while_removed(row)
    assert merge.open_differences(row) == []


def test_a_removal_that_did_not_see_an_edit_leaves_the_row_visible_and_a_difference_open() -> None:
    before = merge.fold({}, an_op("one", {"note": "a"}))
    row = merge.fold(merge.fold(before, an_op("two", {"risk": "high"})), _removal(before))
    assert not merge.removed(row)
    assert merge.edited_while_removed(row)
    assert merge.open_differences(row) == [REMOVED]


def test_a_removal_by_two_people_who_saw_half_each_hides_the_row() -> None:
    one, two = an_op("one", {"note": "a"}), an_op("two", {"risk": "high"})
    row = merge.fold_all(
        {}, [one, two, _removal(merge.fold({}, one), "x"), _removal(merge.fold({}, two), "y")]
    )
    assert merge.removed(row)


def test_a_removal_taken_back_shows_the_row_again() -> None:
    row = merge.fold({}, an_op("one", {"note": "a"}))
    row = merge.fold(row, _removal(row))
    row = merge.fold(row, an_op("back", {REMOVED: None}, {REMOVED: ("removal",)}))
    assert not merge.removed(row)
    assert merge.open_differences(row) == []


# -- differences ---------------------------------------------------------------------------------------------


def test_the_id_of_a_difference_is_the_same_on_every_copy_and_says_where_it_is() -> None:
    assert merge.difference_id("fam:1", "person", "row", "note") == "aeb3418a561d5012e468a6f45da1ec83"
    places = [
        ("fam:1", "person", "row", "note"),
        ("fam:1", "person", "rown", "ote"),
        ("fam:2", "person", "row", "note"),
    ]
    assert len({merge.difference_id(*place) for place in places}) == len(places)
