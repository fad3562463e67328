"""What is carried by hand between a laptop and the hub: requests one way, an answer the other; pure, as messages are.

A file cannot ask back. So a laptop states its whole cursor vector and everything that waits, and the hub answers with
everything it has for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from familyhub.sync.messages import BATCH_BYTES, Answer, Batch, Custody, Feed, Frame, Request, SnapshotPart

METHOD, TO_HUB, TO_LAPTOP = "CARRY", "/by-hand/v1/to-hub", "/by-hand/v1/to-laptop"
"""What stands for method and path in the signed text of a file; the nonce is the file's name."""


class Outward(msgspec.Struct, frozen=True):
    """How a file to the hub begins; batches of ops follow."""

    device: str
    hub: str
    """The hub's id."""
    number: int
    """Grows with every file that a laptop writes (about its clock in milliseconds)."""
    reply_to: bytes
    """A public key made for this file alone: the answer is sealed to it."""
    request: Request
    """What there is to say beside the ops: the whole vector, receipts, what was asked for."""
    have: list[str] = []
    """Digests of parts of snapshots that are on the laptop already."""
    mixed: list[str] | None = None
    """Scopes whose rows here may come from a life of the hub that is gone; None from a laptop that does not say."""


class Homeward(msgspec.Struct, frozen=True):
    """How the answer begins; feeds and parts of snapshots follow."""

    device: str
    hub: str
    answer: Answer


class Load(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece of an answer."""

    feeds: list[Feed] = []
    parts: list[SnapshotPart] = []


class Signed(msgspec.Struct, frozen=True):
    """How a file ends: over everything in it."""

    time: str
    """The writer's clock, milliseconds since 1970 UTC."""
    signature: bytes


def batches(request: Request, most_bytes: int = BATCH_BYTES) -> Iterator[list[Batch]]:
    """What a request pushes, in lists of about ``most_bytes``; every scope's labels stay in their order."""
    part: dict[tuple[str, str], list[Frame]] = {}
    room = most_bytes
    for batch in request.push:
        for frame in batch.frames:
            room -= len(frame.payload) + 60
            if part and room < 0:
                yield _listed(part)
                part, room = {}, most_bytes - len(frame.payload) - 60
            part.setdefault((batch.scope, batch.inc), []).append(frame)
    if part:
        yield _listed(part)


def _listed(part: dict[tuple[str, str], list[Frame]]) -> list[Batch]:
    return [Batch(scope, inc, frames) for (scope, inc), frames in part.items()]


def labels_only(request: Request) -> Request:
    """A request without what its ops say: what has to be kept until the answer comes."""
    bare = [Batch(b.scope, b.inc, [Frame(f.op_id, f.dseq, b"") for f in b.frames]) for b in request.push]
    return replace(request, push=bare)


def one_receipt(receipts: Iterable[Custody]) -> list[Custody]:
    """The receipts of several pushes of one incarnation as if it had been one push."""
    out: dict[str, Custody] = {}
    for new in receipts:
        old = out.get(new.scope)
        out[new.scope] = new if old is None else _both(old, new)
    return list(out.values())


def _both(old: Custody, new: Custody) -> Custody:
    return Custody(
        new.scope, max(old.known, new.known), [*old.set_aside, *new.set_aside], old.fork or new.fork,
        [*old.have, *new.have], [*old.destroyed, *new.destroyed],
    )  # fmt: skip


def feed_loads(feeds: Iterable[Feed], most_bytes: int = BATCH_BYTES) -> Iterator[Load]:
    """Feeds in pieces of about ``most_bytes``; a long one goes on in the next piece."""
    part: list[Feed] = []
    room = most_bytes
    for feed in feeds:
        after, records = feed.after, []
        for record in feed.records:
            records.append(record)
            room -= len(record.payload) + 60
            if room <= 0:
                yield Load(feeds=[*part, Feed(feed.scope, after, records)])
                part, room, after, records = [], most_bytes, record.seq, []
        if records:
            part.append(Feed(feed.scope, after, records))
    if part:
        yield Load(feeds=part)
