"""Log rows in the database: their columns, and how an op's fields and bases lie in them as msgpack."""

from __future__ import annotations

from typing import Any

import msgspec

from familyhub.sync.copy import LogRow
from familyhub.sync.messages import Record
from familyhub.sync.ops import DESTROYED, Op, Payload, pack_payload, salted_digest

_pack = msgspec.msgpack.Encoder(order="deterministic").encode
_unpack_patch = msgspec.msgpack.Decoder(dict[str, Any]).decode
_unpack_base = msgspec.msgpack.Decoder(dict[str, tuple[str, ...]]).decode
COLUMNS = (
    "scope", "seq", "op_id", "inc", "dseq", "kind", "entity", "row_id", "sv", "hlc", "received", "actor",
    "patch", "base", "salt", "hash", "digest",
)  # fmt: skip
LOG = ", ".join(f"op.{name}" for name in COLUMNS)


def written(scope: str, row: LogRow) -> tuple[Any, ...]:
    """A log row as its columns."""
    seq, op, received, salt, link, digest = row
    base = _pack({f: list(b) for f, b in op.base.items() if b})
    return (
        scope, seq, op.op_id, op.inc, op.dseq, op.kind, op.entity, op.row_id, op.sv, op.hlc, received,
        op.actor, _pack(op.patch), base, salt, link, digest,
    )  # fmt: skip


def read(found: Any) -> LogRow:
    """The log row in its columns."""
    scope, seq, op_id, inc, dseq, kind, entity, row_id, sv, hlc, received, actor, patch, base = found[:14]
    salt, link, digest = found[14:]
    op = Op(
        scope, op_id, inc, dseq, kind, entity, row_id, sv, hlc, actor,
        _unpack_patch(bytes(patch)), _unpack_base(bytes(base)),
    )  # fmt: skip
    return LogRow(seq, op, received, bytes(salt), bytes(link), bytes(digest or b""))


def digest_of(row: LogRow) -> bytes:
    """The salted digest of a log row; rows of an older version do not hold it, but what it follows from."""
    return row.digest or salted_digest(row.salt, pack_payload(row.op))


def record(found: Any, inc: str) -> Record:
    """The log row in its columns as it travels: nothing of it is read but labels, and what was destroyed is said to be."""
    _, seq, op_id, by, dseq, kind, entity, row_id, sv, hlc, received, actor, patch, base, salt = found[:15]
    if not salt:
        return Record(seq, op_id, received, 0, DESTROYED)
    if by == inc:
        return Record(seq, op_id, received, hlc)
    said = msgspec.Raw(bytes(patch)), msgspec.Raw(bytes(base))
    payload = _pack(Payload(kind, entity, row_id, sv, hlc, actor, *said))
    return Record(seq, op_id, received, hlc, payload, by, dseq)


def about(rows: list[Any], most_bytes: int) -> list[Any]:
    """The first rows of about ``most_bytes``."""
    room = most_bytes
    for place, found in enumerate(rows):
        room -= 150 + len(found[12]) + len(found[13])
        if room < 0 and place:
            return rows[:place]
    return rows
