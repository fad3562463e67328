"""Log rows in the database: their columns, and how an op's fields and bases lie in them as msgpack."""

from __future__ import annotations

from typing import Any

import msgspec

from familyhub.sync.copy import LogRow
from familyhub.sync.ops import Op, pack_payload, salted_digest

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


def about(rows: list[LogRow], most_bytes: int) -> list[LogRow]:
    """The first rows of about ``most_bytes``: a row's size is that of its texts, near enough."""
    room = most_bytes
    for place, row in enumerate(rows):
        room -= 150 + sum(len(v) if isinstance(v, str) else 8 for v in row.op.patch.values())
        if room < 0 and place:
            return rows[:place]
    return rows
