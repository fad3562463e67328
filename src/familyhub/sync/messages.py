"""What travels between a laptop and the hub, as msgspec structs; ``pack`` and ``unpack`` are the wire form (msgpack).

Frames keep an op's label apart from its payload, so that custody never depends on reading what was written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from familyhub.sync.clock import HLC

PROTOCOL = 1
BATCH_BYTES = 256 * 1024
"""Most bytes of ops in one exchange, each way."""


class Frame(msgspec.Struct, array_like=True, frozen=True):
    """One op on its way to the hub."""

    op_id: str
    dseq: int
    payload: bytes


class Batch(msgspec.Struct, array_like=True, frozen=True):
    """Ops of one scope from one incarnation, in the order of their labels."""

    scope: str
    inc: str
    frames: list[Frame]


class Record(msgspec.Struct, array_like=True, frozen=True):
    """One number of a scope's log on its way to a laptop; ``payload`` is empty for the laptop's own op (a stub)."""

    seq: int
    op_id: str
    received: int
    hlc: HLC
    payload: bytes = b""
    inc: str = ""
    dseq: int = 0


class Feed(msgspec.Struct, array_like=True, frozen=True):
    """Records of one scope that follow number ``after``, without a gap."""

    scope: str
    after: int
    records: list[Record]


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """One exchange as the laptop states it: its own labels, what moved since the hub last heard, and the digest of all."""

    inc: str
    digest: str
    v: int = PROTOCOL
    push: list[Batch] = []
    moved: dict[str, int] = {}
    whole: bool = False
    """``moved`` is the whole cursor vector."""
    own: dict[str, int] = {}
    """The highest label this incarnation has given, per scope that it pushes."""
    ask: list[tuple[str, str]] = []
    """Own ops (scope, op_id) that came as stubs and are not held: sent whole."""
    epoch: str = ""
    """The life of the hub that this file met last; empty from one that has met none."""
    unseen: list[str] = []
    """Scopes in which own ops are in the hub's custody, and of which nothing was received yet."""
    unkeyed: bool = False
    """This laptop does not have the hub's keys yet."""
    receipts: dict[str, int] = {}
    """Withdrawn scopes that are no longer on this laptop, each with the last label given there."""


class Custody(msgspec.Struct, array_like=True, frozen=True):
    """The hub's receipt for one scope: labels up to ``known`` are in its custody."""

    scope: str
    known: int
    set_aside: list[tuple[str, str]] = []
    """(op_id, reason) of those that need a person."""
    fork: bool = False
    """The labels are another file's too: take a new incarnation and push again."""
    have: list[tuple[str, int, int]] = []
    """(op_id, number, when received) of those that stand in the log already."""
    destroyed: list[str] = []
    """Op ids on rows that were erased: what they said is destroyed, here and there."""


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The hub's side of one exchange."""

    epoch: str
    received: int
    """The hub's time, milliseconds since 1970 UTC."""
    custody: list[Custody] = []
    feeds: list[Feed] = []
    snapshot: list[str] = []
    """Scopes to be fetched as a snapshot: new to this laptop and long."""
    whole: list[tuple[str, Record]] = []
    """The ops asked for, whole."""
    need_vector: bool = False
    more: bool = False
    durable: int = 0
    """What the hub received up to then outlives its database (milliseconds since 1970 UTC)."""
    withdrawn: list[str] = []
    """Scopes that this laptop holds and may hold no more."""
    restored: bool = False
    """The hub lives anew from an older copy; nothing was taken. ``back``: cursors that stand too far."""
    back: dict[str, int] = {}
    key: bytes = b""
    """The hub's public keys: 32 bytes that laptops seal to, 32 that check its orders."""
    shut_out: bool = False
    """Worker or laptop may sync no more: this is the receipt of what was taken, and no meeting."""


class SnapshotRow(msgspec.Struct, array_like=True, frozen=True):
    """A row with its registers: ``created`` is (op_id, hlc); ``fields`` those it alone wrote; the rest in ``heads``."""

    entity: str
    row_id: str
    created: tuple[str, HLC] | None
    received: str | None
    fields: dict[str, Any]
    heads: dict[str, dict[str, tuple[HLC, Any]]]
    dead: dict[str, list[str]]
    author: str | None = None
    by: dict[str, dict[str, str]] = {}
    """Whose the heads in ``heads`` are."""


class SnapshotScope(msgspec.Struct, array_like=True, frozen=True):
    """All rows of one scope as they stand at ``seq``."""

    scope: str
    seq: int
    sv: int
    rows: list[SnapshotRow]
    own: list[str] = []
    """Op ids of the asking laptop that it contains, of every incarnation: their stubs never come."""
    at: int = 0
    """The hub's time when it was made (milliseconds since 1970 UTC)."""
    floor: int = 0
    """Rows may not remember what was replaced that had this number or a lower one: they take the place of older rows."""


class SnapshotRequest(msgspec.Struct):
    """Which scopes a laptop asks for as they stand; what does not fit into one answer is asked for again, without what
    it has."""

    inc: str
    scopes: list[str]
    have: list[str] = []
    """Digests of parts that are here already."""
    mixed: list[str] | None = None
    """Those whose rows here may come from a life of the hub that is gone: joined, where others' place is taken.

    None from a laptop that joins all of them.
    """
    epoch: str = ""
    """The life of the hub that is meant: another one hands nothing out, and says so at the next exchange; empty from a
    laptop that does not say."""


class SnapshotPart(msgspec.Struct, array_like=True, frozen=True):
    """A part of a scope's snapshot: its rows packed, named by their digest, with the digests of all parts."""

    scope: str
    seq: int
    sv: int
    place: int
    digests: list[str]
    body: bytes
    own: list[str] = []
    """Op ids of the asking laptop that the snapshot contains."""
    at: int = 0
    """The hub's time when it was made (milliseconds since 1970 UTC)."""
    floor: int = 0
    """Rows may not remember what was replaced that had this number or a lower one: they take the place of older rows."""


class BlobOffer(msgspec.Struct, array_like=True, frozen=True):
    """An attachment that a laptop has whole: which pieces does the hub lack?"""

    scope: str
    sha: str
    size: int
    chunks: list[str]
    """The digest of each piece, in order."""


class BlobPiece(msgspec.Struct, array_like=True, frozen=True):
    """One piece of an attachment on its way to the hub."""

    scope: str
    sha: str
    place: int
    data: bytes


class BlobState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the hub still lacks of an attachment, or why it takes nothing of it."""

    whole: bool = False
    lacks: list[int] = []
    reason: str = ""


class BlobWanted(msgspec.Struct, array_like=True, frozen=True):
    """A piece that a laptop wants."""

    scope: str
    sha: str
    place: int


class BlobFound(msgspec.Struct, frozen=True, omit_defaults=True):
    """The piece that was wanted; without ``data`` and ``reason`` the hub has not got the whole attachment yet."""

    data: bytes = b""
    reason: str = ""


class AsideOp(msgspec.Struct, array_like=True, frozen=True):
    """An act that the hub set aside, as who holds its file sees it."""

    scope: str
    op_id: str
    who: str
    """The name of the worker whose laptop sent it."""
    when: str
    """When the hub received it, ISO UTC."""
    reason: str
    entity: str
    text: str
    why_not: str = ""
    """Why the reader cannot release it; empty where they can."""


class AsideList(msgspec.Struct, frozen=True, omit_defaults=True):
    """What waits for a person in files that the asking worker holds."""

    asides: list[AsideOp]
    more: bool = False


class AsideAct(msgspec.Struct, frozen=True):
    """A decision: the act is written after all."""

    scope: str
    op_id: str
    why: str


class MalformedMessage(ValueError):
    """A body that is not a message of this protocol; the receiver acknowledges nothing."""


M = TypeVar("M")
pack = msgspec.msgpack.Encoder().encode


def unpack(body: bytes, kind: type[M]) -> M:
    """The message in ``body``; raises ``MalformedMessage``."""
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage(str(error)) from error


def part_digest(body: bytes) -> str:
    """The name of a part of a snapshot: the digest of its content."""
    return hashlib.blake2b(body, digest_size=20).hexdigest()


def vector_digest(cursors: Iterable[tuple[str, int]]) -> int:
    """Digest of a cursor vector, independent of order: the exclusive or of a hash of each (scope, seq)."""
    total = 0
    for scope, seq in cursors:
        if seq:
            total ^= cursor_hash(scope, seq)
    return total


def cursor_hash(scope: str, seq: int) -> int:
    """The part of one cursor in the digest of the vector (64 bits)."""
    return int.from_bytes(hashlib.blake2b(f"{scope}\0{seq}".encode(), digest_size=8).digest(), "big")
