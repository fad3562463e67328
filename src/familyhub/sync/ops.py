"""The op: one person's one act on one row. The op is the write; rows are what ops fold into."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from familyhub.sync.clock import HLC

Value = Any
"""What a field may hold: text, whole number, yes/no, nothing; other JSON from a newer laptop is kept as it came."""
Kind = Literal["create", "change", "decide", "remove"]
RowKey = tuple[str, str, str]
"""(scope, entity, row id)."""
REMOVED = "_removed"
"""The field a removal writes: its value is the list of heads (``field:op_id``) that its author saw."""
ERASED = "_erased"
"""The field an erasure writes: a row that has it holds nothing else, whatever comes before or after."""
ERASE = "erase"
"""The kind of op by which the hub erases a row, authorised by two people (rule 9)."""
SEALED = "sealed"
"""The kind of an op that only the hub can open: its author no longer holds the scope (rule 8)."""
SEAL_MARK = b"\xc1"
"""First byte of a sealed payload; no msgpack begins with it."""
DESTROYED = b"\xc0"
"""The payload of an op on an erased row, as it travels: nothing, where an empty one is a stub."""


class Payload(msgspec.Struct, array_like=True, frozen=True):
    """What an op says. Framed apart from its label, so that one that cannot be read still has a label."""

    kind: str
    entity: str
    row_id: str
    sv: int
    hlc: HLC
    actor: str
    patch: msgspec.Raw
    base: msgspec.Raw


class Op(msgspec.Struct, frozen=True):
    """An op with its delivery label ``(scope, inc, dseq)``; ``base`` names per field the heads its author had seen."""

    scope: str
    op_id: str
    inc: str
    dseq: int
    kind: str
    entity: str
    row_id: str
    sv: int
    hlc: HLC
    actor: str
    patch: dict[str, Value]
    base: dict[str, tuple[str, ...]]

    @property
    def row(self) -> RowKey:
        """The row that the op is about."""
        return (self.scope, self.entity, self.row_id)


_pack = msgspec.msgpack.Encoder(order="deterministic").encode
_unpack_payload = msgspec.msgpack.Decoder(Payload).decode
_unpack_patch = msgspec.msgpack.Decoder(dict[str, Any]).decode
_unpack_base = msgspec.msgpack.Decoder(dict[str, tuple[str, ...]]).decode


class MalformedOp(ValueError):
    """A payload that cannot be read as an op; the hub sets it aside with its raw bytes."""


def pack_payload(op: Op) -> bytes:
    """The payload of ``op`` as the bytes that travel and are digested."""
    if op.kind == SEALED:
        return bytes(op.patch[SEALED])
    return _pack(
        Payload(
            op.kind,
            op.entity,
            op.row_id,
            op.sv,
            op.hlc,
            op.actor,
            msgspec.Raw(_pack(op.patch)),
            msgspec.Raw(_pack({f: list(b) for f, b in op.base.items() if b})),
        )
    )


def unpack_payload(scope: str, op_id: str, inc: str, dseq: int, payload: bytes) -> Op:
    """The op in a frame, a sealed one as it is; raises ``MalformedOp`` when the payload cannot be read."""
    if payload[:1] == SEAL_MARK:
        return Op(scope, op_id, inc, dseq, SEALED, "", "", 0, 0, "", {SEALED: payload}, {})
    try:
        p = _unpack_payload(payload)
        patch = _unpack_patch(p.patch)
        base = _unpack_base(p.base)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedOp(f"cannot be read: {error}") from error
    if not p.entity or not p.row_id or max(map(len, (p.entity, p.row_id, p.actor, *patch))) > 200:
        raise MalformedOp("names no row, or has a name longer than 200 characters")
    if not 0 <= p.hlc < 1 << 63:
        raise MalformedOp("has a clock outside what a clock can be")
    return Op(scope, op_id, inc, dseq, p.kind, p.entity, p.row_id, p.sv, p.hlc, p.actor, patch, base)


def with_hlc(op: Op, hlc: HLC) -> Op:
    """``op`` with its clock clamped to ``hlc``."""
    return op if op.hlc == hlc else msgspec.structs.replace(op, hlc=hlc)


def relabelled(op: Op, inc: str, dseq: int) -> Op:
    """``op`` under a new delivery label; its op_id never changes."""
    return msgspec.structs.replace(op, inc=inc, dseq=dseq)


def sealed(op: Op, seal: Callable[[bytes], bytes]) -> Op:
    """``op`` under its label, readable by the hub alone; ``seal`` encrypts to the hub's key."""
    if op.kind == SEALED:
        return op
    body = SEAL_MARK + seal(pack_payload(op))
    return unpack_payload(op.scope, op.op_id, op.inc, op.dseq, body)


def emptied(op: Op) -> Op:
    """``op`` without anything it said: what stays of it once its row is erased."""
    return msgspec.structs.replace(op, hlc=0, actor="", patch={}, base={})


def chain(previous: bytes, op_id: str, seq: int, salted_digest: bytes) -> bytes:
    """The next link of a scope's history: over the link before, the number, the op and its salted payload digest."""
    return hashlib.blake2b(
        b"\0".join((previous, str(seq).encode(), op_id.encode(), salted_digest)), digest_size=32
    ).digest()


def salted_digest(salt: bytes, payload: bytes) -> bytes:
    """Digest of a payload under its salt: once both are erased, the digest tells nothing of the payload."""
    return hashlib.blake2b(payload, key=salt, digest_size=32).digest()


def uuid7(now_ms: int, random_bytes: bytes) -> str:
    """A UUIDv7 as 32 hexadecimal digits from milliseconds since 1970 and ten random bytes (RFC 9562)."""
    tail = int.from_bytes(random_bytes[:10], "big")
    value = (
        (now_ms & ((1 << 48) - 1)) << 80 | 7 << 76 | (tail >> 68) << 64 | 2 << 62 | (tail & ((1 << 62) - 1))
    )
    return f"{value:032x}"


def without_nothing(fields: Mapping[str, Value]) -> dict[str, Value]:
    """The fields that hold something: a new row does not say what it has not got."""
    return {f: v for f, v in fields.items() if v is not None}
