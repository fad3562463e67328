"""What a copy answers in a form in which two kinds of copy can be compared: order and containers left out."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec

from familyhub.sync.copy import Held
from familyhub.sync.messages import Frame, Record, SnapshotRow
from familyhub.sync.ops import Op, pack_payload
from familyhub.sync.snapshot import messages_row
from tests.simulation.check import Violation

canonical = msgspec.msgpack.Encoder(order="deterministic").encode
AS_THEY_ARE = frozenset({str, int, bytes, bool, type(None)})
COPIES_AGREE = "2"
"""The invariant that is violated where a real copy and the one in memory say different things."""


def plain(value: Any) -> Any:
    """`value` with its rows and ops written out; yes is not 1 in them."""
    kind = type(value)
    if kind in AS_THEY_ARE:
        return value
    if kind is Held:
        return _held(value)
    if kind is Record:
        return msgspec.structs.astuple(value)
    if kind is Frame:
        return (value.op_id, value.dseq, value.payload)
    if kind is Op:
        return (value.scope, value.op_id, value.inc, value.dseq, pack_payload(value))
    if kind is SnapshotRow:
        return (value.entity, value.row_id, _held(messages_row(value)))
    if kind is dict:
        return sorted([(key, plain(held)) for key, held in value.items()])
    if kind is set:
        return sorted(value)
    return [plain(held) for held in value]


def _held(held: Held) -> Any:
    row = [
        (
            field,
            sorted((i, hlc, canonical(value)) for i, (hlc, value) in register.heads.items()),
            sorted(register.dead),
            sorted(register.by.items()),
        )
        for field, register in held.row.items()
    ]
    return (sorted(row), held.created, held.received, held.author or "")


def agree(what: str, expected: Any, got: Any) -> None:
    """Raise `Violation` unless the real copy says the same; `expected`: what the one in memory says."""
    one, other = plain(expected), plain(got)
    if one == other:
        return
    if isinstance(one, list) and isinstance(other, list):
        one, other = (
            [said for said in one if said not in other] or one,
            [s for s in other if s not in one] or other,
        )
    raise Violation(COPIES_AGREE, f"{what}: the real copy says {other!r}, not {one!r}")


def agree_on_rows(what: str, expected: Collection[Any], got: Collection[Any]) -> None:
    """The same for rows in whatever order."""
    one, other = sorted(map(plain, expected)), sorted(map(plain, got))
    if one != other:
        more, less = [r for r in other if r not in one], [r for r in one if r not in other]
        raise Violation(COPIES_AGREE, f"{what}: the real copy also holds {more!r}, and lacks {less!r}")


def agree_as_far(what: str, expected: list[Any], got: list[Any]) -> None:
    """The same for lists that each copy ends where its own measure of bytes ends them."""
    shorter = min(len(expected), len(got))
    agree(what, (expected[:shorter], bool(expected)), (got[:shorter], bool(got)))


def answered(what: str, ask: Callable[[], Any]) -> Any:
    """What a real copy answers; that it fails where the one in memory does not is a `Violation`."""
    try:
        return ask()
    except Exception as error:
        raise Violation(
            COPIES_AGREE, f"{what}: the real copy fails: {type(error).__name__}: {error}"
        ) from error
