"""Ops as bytes: what goes in comes out, what is no op is told apart, a history that was changed shows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from familyhub.sync import clock
from familyhub.sync.ops import (
    MalformedOp,
    Op,
    chain,
    pack_payload,
    relabelled,
    salted_digest,
    unpack_payload,
    uuid7,
    without_nothing,
)
from tests.sync.causal import an_op

LABEL = ("fam:1", "op", "inc", 1)
WHOLE_NUMBERS = st.integers(-(1 << 63), (1 << 64) - 1)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE_NUMBERS | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.text(min_size=1, max_size=20)
HEADS = st.lists(st.text(max_size=10), min_size=1, max_size=3).map(tuple)
OPS = st.builds(
    Op,
    *map(st.just, LABEL),
    kind=st.sampled_from(["create", "change", "decide", "remove"]),
    entity=NAMES,
    row_id=NAMES,
    sv=st.integers(0, 1000),
    hlc=st.integers(0, (1 << 63) - 1),
    actor=st.text(max_size=20),
    patch=st.dictionaries(NAMES, JSON, max_size=4),
    base=st.dictionaries(NAMES, HEADS, max_size=4),
)


# -- payloads ------------------------------------------------------------------------------------------------


@given(OPS)
def test_an_op_comes_back_from_its_payload_as_it_was(op: Op) -> None:
    assert unpack_payload(*LABEL, pack_payload(op)) == op


@given(OPS)
def test_the_payload_of_an_op_is_always_the_same_bytes(op: Op) -> None:
    turned = msgspec.structs.replace(
        op, patch=dict(reversed(op.patch.items())), base=dict(reversed(op.base.items()))
    )
    assert pack_payload(turned) == pack_payload(op)
    assert pack_payload(unpack_payload(*LABEL, pack_payload(op))) == pack_payload(op)


def test_a_label_is_no_part_of_the_payload() -> None:
    op = an_op("op", {"note": "a"})
    assert pack_payload(relabelled(op, "another", 9)) == pack_payload(op)
    assert relabelled(op, "another", 9).op_id == op.op_id


@given(st.binary(max_size=60))
def test_bytes_that_are_no_payload_are_malformed_and_nothing_worse(payload: bytes) -> None:
    try:
        unpack_payload(*LABEL, payload)
    except MalformedOp:
        return


@given(OPS, st.data())
def test_a_payload_cut_short_is_malformed(op: Op, data: st.DataObject) -> None:
    payload = pack_payload(op)
    with pytest.raises(MalformedOp):
        unpack_payload(*LABEL, payload[: data.draw(st.integers(0, len(payload) - 1))])


@given(OPS, st.data())
def test_a_payload_with_a_byte_changed_is_an_op_or_malformed(op: Op, data: st.DataObject) -> None:
    payload = bytearray(pack_payload(op))
    payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert unpack_payload(*LABEL, bytes(payload)).op_id == "op"
    except MalformedOp:
        return


def test_deep_nesting_is_malformed() -> None:
    packed = msgspec.msgpack.encode
    patch = msgspec.Raw(b"\x81\xa1f" + b"\x91" * 5000 + b"\xc0")
    payload = packed(["change", "person", "row", 1, 1, "worker", patch, msgspec.Raw(packed({}))])
    with pytest.raises(MalformedOp):
        unpack_payload(*LABEL, payload)


@pytest.mark.parametrize(
    "change",
    [
        {"entity": ""},
        {"row_id": ""},
        {"entity": "x" * 201},
        {"row_id": "x" * 201},
        {"actor": "x" * 201},
        {"patch": {"x" * 201: 1}},
        {"hlc": -1},
        {"hlc": 1 << 63},
    ],
)
def test_an_op_outside_what_an_op_can_be_is_malformed(change: dict[str, object]) -> None:
    op = msgspec.structs.replace(an_op("op", {"note": "a"}), **change)
    with pytest.raises(MalformedOp):
        unpack_payload(*LABEL, pack_payload(op))


# -- ids -----------------------------------------------------------------------------------------------------

MOMENTS = st.integers(0, (1 << 48) - 1)
CHANCE = st.binary(min_size=10, max_size=10)


@given(MOMENTS, CHANCE)
def test_an_id_is_a_uuid_of_version_7(now_ms: int, chance: bytes) -> None:
    found = uuid7(now_ms, chance)
    assert len(found) == 32
    value = int(found, 16)
    assert value >> 80 == now_ms
    assert value >> 76 & 0xF == 7
    assert value >> 62 & 0b11 == 0b10


@given(MOMENTS, MOMENTS, CHANCE, CHANCE)
def test_ids_sort_by_their_time(one: int, other: int, a: bytes, b: bytes) -> None:
    if one != other:
        assert (uuid7(one, a) < uuid7(other, b)) == (one < other)


@given(MOMENTS)
def test_chance_makes_ids_of_one_moment_differ_in_every_bit_that_is_free(now_ms: int) -> None:
    lowest, highest = (int(uuid7(now_ms, bytes([byte]) * 10), 16) for byte in (0x00, 0xFF))
    assert (lowest ^ highest).bit_count() == 74


# -- the chain -----------------------------------------------------------------------------------------------

LINKS = st.lists(st.tuples(st.text(max_size=8), st.binary(max_size=8)), min_size=1, max_size=6)


def linked(ops: list[tuple[str, bytes]]) -> bytes:
    """The last link of a history."""
    link = b""
    for seq, (op_id, payload) in enumerate(ops, start=1):
        link = chain(link, op_id, seq, salted_digest(b"salt", payload))
    return link


@given(LINKS, st.data())
def test_the_chain_shows_any_change_of_the_history(ops: list[tuple[str, bytes]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(ops) - 1))
    op_id, payload = ops[place]
    changed = data.draw(st.sampled_from([(op_id + "x", payload), (op_id, payload + b"x")]))
    assert linked([*ops[:place], changed, *ops[place + 1 :]]) != linked(ops)
    assert linked(ops[:place] + ops[place + 1 :]) != linked(ops)


def test_the_chain_shows_two_ops_that_changed_places() -> None:
    assert linked([("a", b"1"), ("b", b"2")]) != linked([("b", b"2"), ("a", b"1")])


def test_the_chain_holds_the_number_of_each_op() -> None:
    assert chain(b"", "a", 1, b"digest") != chain(b"", "a", 2, b"digest")


def test_a_digest_without_its_salt_tells_nothing_of_the_payload() -> None:
    assert salted_digest(b"one", b"payload") != salted_digest(b"other", b"payload")


# -- clocks --------------------------------------------------------------------------------------------------


@given(MOMENTS, st.integers(0, 1 << 62))
def test_a_clock_only_goes_forward(now_ms: int, last: int) -> None:
    following = clock.tick(now_ms, last)
    assert following > last
    assert clock.milliseconds(following) >= now_ms


@given(st.integers(0, 1 << 62), st.integers(0, 1 << 45))
def test_a_clock_ahead_of_the_hub_is_clamped_to_five_minutes(hlc: int, received_ms: int) -> None:
    clamped = clock.clamp(hlc, received_ms)
    assert clamped <= hlc
    assert clock.milliseconds(clamped) <= received_ms + 5 * 60 * 1000
    assert clamped == hlc or clock.milliseconds(clamped) == received_ms + 5 * 60 * 1000


def test_a_clock_says_its_moment_in_utc() -> None:
    at = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert clock.moment(clock.from_datetime(at)) == at
    assert clock.iso(clock.from_datetime(at) + 1) == "2025-03-04T05:06:07Z"
    assert clock.moment((1 << 63) - 1) > at + timedelta(days=365)


def test_a_new_row_does_not_say_what_it_has_not_got() -> None:
    assert without_nothing({"note": "a", "risk": None, "count": 0}) == {"note": "a", "count": 0}
