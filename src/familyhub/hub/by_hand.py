"""Files that are carried to the hub and back where there is no network: the same batches, rights and custody.

A file may come twice, late, or in the wrong order: labels and op ids tell what is held already, as with requests that are
repeated, and every time the answer says how things stand now.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from familyhub.hub.door import signed_text, visitor
from familyhub.hub.home import HubError
from familyhub.hub.service import Hub
from familyhub.store import carried, signatures
from familyhub.sync import by_hand
from familyhub.sync.by_hand import Homeward, Load, Outward, Signed
from familyhub.sync.copy import Sender
from familyhub.sync.messages import Answer, Batch, Custody, Feed, MalformedMessage, Request, pack, unpack

EVERYTHING = 1 << 62
NOT_KNOWN = "This file was not written by a laptop that is enrolled here. Nothing of it was taken."
NOT_FRAMED = "This file does not hold what a laptop writes. What could be read of it is kept; update FamilyHub at both ends."
ITSELF = "The answer cannot take the place of the file that it answers. Choose another name."


class Taken(NamedTuple):
    """What a carried file brought, and what goes back."""

    device: str
    worker: str
    taken: int
    """Acts of the file that stand in the log now, whenever they came."""
    set_aside: int
    answered: int
    """Numbers of logs in the answer, and scopes that go back whole."""
    again: bool
    """This file, or one written later, had been taken before."""
    shut_out: bool


def carry(hub: Hub, source: Path, out: Path) -> Taken:
    """Take the file ``source`` and write the answer for its laptop to ``out``; raises ``HubError`` or ``NotForUs``."""
    if hub.keys is None:
        raise HubError("This hub has no vault, so that nothing can be sealed to it.")
    came = carried.Carried(source, carried.TO_HUB)
    if out.exists() and out.samefile(source):
        raise HubError(ITSELF)
    digest, end = came.check(hub.keys.sealing)
    frames = came.contents(hub.keys.sealing)
    try:
        outward = unpack(next(frames, b""), Outward)
        sender = _sender(hub, outward, came.name, digest, unpack(end, Signed))
        kept = _note(hub, sender, outward.number)
        request = replace(outward.request, push=[], own={})
        if outward.number < kept:  # receipts of then must not replace later ones
            request = replace(request, receipts={})
        answer, count = _exchanged(hub, sender, request, frames)
    except MalformedMessage:
        raise HubError(NOT_FRAMED) from None
    _write(hub, sender, outward, answer, came.name, out)
    aside = len({op_id for custody in answer.custody for op_id, _ in custody.set_aside})
    answered = sum(len(feed.records) for feed in answer.feeds) + len(answer.snapshot)
    return Taken(
        sender.device,
        sender.worker,
        count - aside,
        aside,
        answered,
        outward.number <= kept,
        sender.only_custody,
    )


def _sender(hub: Hub, outward: Outward, name: bytes, digest: bytes, end: Signed) -> Sender:
    """Who wrote a file; raises ``HubError``."""
    with hub.reading() as sql:
        found = visitor(sql, outward.device)
    if outward.hub != hub.home.hub_id or found is None:
        raise HubError(NOT_KNOWN)
    text = signed_text(by_hand.METHOD, by_hand.TO_HUB, outward.hub, digest, end.time, name.hex())
    if not signatures.holds(found.public_key, end.signature, text):
        raise HubError(NOT_KNOWN)
    return found.sender


def _note(hub: Hub, sender: Sender, number: int) -> int:
    """Note that the laptop was heard of; the highest number of its files that came before, 0 for none."""
    if not 0 < number < 1 << 62:
        raise MalformedMessage("a file's number is outside what numbers can be")
    with hub.begin() as tx:
        before = tx.sql.first("select carried from device where id = ?", (sender.device,))[0] or 0
        tx.sql.run(
            "update device set carried = ?, last_seen = ? where id = ?",
            (max(before, number), tx.now_ms, sender.device),
        )
        tx.finish()
    return int(before)


def _exchanged(hub: Hub, sender: Sender, request: Request, frames: Iterator[bytes]) -> tuple[Answer, int]:
    """Push batch by batch, then pull everything at once: the answer with one receipt for all, and how many ops came."""
    receipts: list[Custody] = []
    logged_in: set[str] = set(request.unseen)
    pushed: set[str] = set()
    if request.epoch in ("", hub.epoch):
        plain = replace(request, moved={}, whole=False, ask=[], receipts={}, unseen=[])
        for frame in frames:
            part = replace(plain, push=unpack(frame, list[Batch]))
            answer = hub.exchange(sender, part, 0)
            receipts.extend(answer.custody)
            aside = {op_id for custody in answer.custody for op_id, _ in custody.set_aside}
            logged_in |= {b.scope for b in part.push if any(f.op_id not in aside for f in b.frames)}
            pushed |= {frame.op_id for batch in part.push for frame in batch.frames}
    answer = hub.exchange(sender, replace(request, unseen=sorted(logged_in)), EVERYTHING)
    feeds = _whole(hub, sender, request, answer.feeds, pushed)
    return replace(answer, custody=by_hand.one_receipt(receipts), feeds=feeds), len(pushed)


def _whole(hub: Hub, sender: Sender, request: Request, feeds: list[Feed], pushed: set[str]) -> list[Feed]:
    """Feeds in which the laptop's own ops are whole, but for those of this file: it cannot ask for what it has lost."""
    wanted = [(f.scope, r.op_id) for f in feeds for r in f.records if not r.payload and r.op_id not in pushed]
    if not wanted:
        return feeds
    asking = replace(request, moved={}, whole=False, receipts={}, unseen=[], ask=wanted)
    found = {(scope, record.op_id): record for scope, record in hub.exchange(sender, asking, 0).whole}
    return [
        Feed(f.scope, f.after, [found.get((f.scope, r.op_id), r) for r in f.records]) if f.records else f
        for f in feeds
    ]


def _write(hub: Hub, sender: Sender, outward: Outward, answer: Answer, name: bytes, out: Path) -> None:
    assert hub.keys is not None
    keys = hub.keys

    def signed(digest: bytes) -> bytes:
        time = str(hub.clock())
        text = signed_text(by_hand.METHOD, by_hand.TO_LAPTOP, sender.device, digest, time, name.hex())
        return pack(Signed(time, keys.sign(text)))

    with carried.written(out) as file:
        writer = carried.Writer(file, carried.TO_LAPTOP, name, outward.reply_to)
        writer.add(pack(Homeward(sender.device, hub.home.hub_id, replace(answer, feeds=[]))))
        for load in by_hand.feed_loads(answer.feeds):
            writer.add(pack(load))
        asked = outward.request.inc, answer.snapshot, outward.have, outward.mixed
        for part in hub.parts(sender, *asked):
            writer.add(pack(Load(parts=[part])))
        writer.end(signed)
