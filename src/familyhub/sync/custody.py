"""Custody at the hub: labels, numbers, what is set aside and released, what is erased, over a ``HubTx``. No I/O of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from typing import TypeVar

from familyhub.sync import clock, merge
from familyhub.sync.copy import HubTx, Label, LogRow, Sender
from familyhub.sync.messages import Batch, Custody, Frame
from familyhub.sync.ops import (
    ERASE,
    ERASED,
    SEALED,
    MalformedOp,
    Op,
    RowKey,
    chain,
    emptied,
    pack_payload,
    salted_digest,
    unpack_payload,
    with_hlc,
)
from familyhub.sync.versions import AS_WRITTEN, CannotRaise, Versions

T = TypeVar("T")
Steps = Generator[str, None, T]
HUB = "hub"
"""The actor, and the incarnation of labels, of what the hub itself writes."""


def run(steps: Steps[T]) -> T:
    """Run a method through without pause."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]


def cannot_open(body: bytes) -> bytes:
    """What a hub without a key makes of a sealed op."""
    raise MalformedOp("is sealed, and this hub has no key to it")


class Custodian:
    """The part of the hub's machine that takes what laptops send."""

    def __init__(
        self, versions: Versions = AS_WRITTEN, unseal: Callable[[bytes], bytes] = cannot_open
    ) -> None:
        self.versions = versions
        self.unseal = unseal
        """Opens what a laptop sealed to the hub's key; raises ``MalformedOp``."""

    # -- push ------------------------------------------------------------------------------------------------

    def push(
        self,
        tx: HubTx,
        sender: Sender,
        batches: Sequence[Batch],
        own: dict[str, int],
        now_ms: int,
        new_salt: Callable[[], bytes],
        also: Callable[[], None] = lambda: None,
    ) -> Steps[list[Custody]]:
        """Take custody of batches: number what may be logged, set the rest aside, do what ``also`` does, commit."""
        scopes = sorted({b.scope for b in batches})
        tx.ensure_scopes(scopes)
        yield "the head rows exist"
        yield from tx.lock(scopes)
        custody = []
        for batch in sorted(batches, key=lambda b: b.scope):
            custody.append((yield from self._take(tx, sender, batch, own.get(batch.scope), now_ms, new_salt)))
        also()
        yield "before commit"
        tx.commit()
        return custody

    def _take(
        self,
        tx: HubTx,
        sender: Sender,
        batch: Batch,
        own_label: int | None,
        now_ms: int,
        new_salt: Callable[[], bytes],
    ) -> Steps[Custody]:
        scope, inc = batch.scope, batch.inc
        known = tx.known(scope, inc)
        if own_label is not None and own_label < known:
            return Custody(scope, known, fork=True)
        if len({f.dseq for f in batch.frames}) < len({(f.dseq, f.op_id) for f in batch.frames}):
            return Custody(scope, known, fork=True)
        aside: list[tuple[str, str]] = []
        have: list[tuple[str, int, int]] = []
        destroyed: list[str] = []
        gone = tx.erased(scope)

        def answered(frame: Frame, label: Label) -> None:
            """What the receipt says of an op that came before."""
            row = self._row(scope, frame.op_id, inc, frame.dseq, frame.payload) if gone else None
            if row is not None and row[1:] in gone:
                destroyed.append(frame.op_id)
            elif label.reason:
                aside.append((frame.op_id, label.reason))
            elif label.seq:
                have.append((frame.op_id, label.seq, label.received))

        old = {f.dseq: f for f in batch.frames if f.dseq <= known}
        for dseq, label in tx.at_labels(scope, inc, old.keys()).items():
            if label.op_id != old[dseq].op_id:
                return Custody(scope, known, fork=True)
            answered(old[dseq], label)
        fresh = _dense(batch.frames, known)
        held = self.already_held(tx, scope, [f.op_id for f in fresh])
        log: list[Op] = []
        for frame in fresh:
            known = frame.dseq
            if label_held := held.get(frame.op_id):
                tx.alias(scope, inc, frame.dseq, frame.op_id)
                answered(frame, label_held)
                continue
            held[frame.op_id] = Label(frame.op_id)
            op, reason = self._judge(tx, sender, batch, frame, gone)
            if op is None:
                aside.append((frame.op_id, reason))
                held[frame.op_id] = Label(frame.op_id, reason)
                tx.set_aside(scope, inc, frame.dseq, frame.op_id, frame.payload, reason, now_ms)
                continue
            log.append(op)
            if op.row[1:] in gone:
                destroyed.append(op.op_id)
        if log:
            yield from self.number(tx, scope, log, now_ms, new_salt, destroyed)
        return Custody(scope, known, aside, have=have, destroyed=destroyed)

    @staticmethod
    def already_held(tx: HubTx, scope: str, op_ids: Collection[str]) -> dict[str, Label]:
        """The op_id check: what came before under another label."""
        return tx.held(scope, op_ids) if op_ids else {}

    def _judge(
        self, tx: HubTx, sender: Sender, batch: Batch, frame: Frame, gone: Collection[tuple[str, str]]
    ) -> tuple[Op | None, str]:
        """The op that is logged, or None and why it is set aside; one on an erased row is never kept anywhere."""
        shut_out = "sent after this worker or laptop was shut out" if sender.only_custody else ""
        try:
            op = self.opened(batch.scope, frame.op_id, batch.inc, frame.dseq, frame.payload)
            if op.row[1:] in gone:
                return op, ""
            self.versions.op(op)
        except MalformedOp as error:
            return None, shut_out or f"this record {error}"
        except CannotRaise as error:
            return None, f"this was written by an older version and cannot be brought up to date ({error})"
        if shut_out:
            return None, shut_out
        reason = tx.refuse_write(sender, op)
        return (None, reason) if reason else (op, "")

    def opened(self, scope: str, op_id: str, inc: str, dseq: int, payload: bytes) -> Op:
        """The op in a frame, also in one that was sealed to the hub's key; raises ``MalformedOp``."""
        op = unpack_payload(scope, op_id, inc, dseq, payload)
        if op.kind != SEALED:
            return op
        inner = unpack_payload(scope, op_id, inc, dseq, self.unseal(payload[1:]))
        if inner.kind == SEALED:
            raise MalformedOp("is sealed twice")
        return inner

    def number(
        self,
        tx: HubTx,
        scope: str,
        ops: Iterable[Op],
        now_ms: int,
        new_salt: Callable[[], bytes],
        destroyed: Collection[str] = (),
    ) -> Steps[None]:
        """Give ops the next numbers of their scope's log; the scope's head row is locked.

        What the ``destroyed`` ones say is not kept: their rows were erased. The digest keeps the chain whole.
        """
        seq, link = tx.head(scope)
        rows = []
        for op in ops:
            seq += 1
            op = with_hlc(op, clock.clamp(op.hlc, now_ms))
            salt = new_salt()
            digest = salted_digest(salt, pack_payload(op))
            link = chain(link, op.op_id, seq, digest)
            if op.op_id in destroyed:
                op, salt = emptied(op), b""
            rows.append(LogRow(seq, op, now_ms, salt, link, digest))
        tx.append(scope, rows)
        tx.set_head(scope, seq, link)
        return
        yield

    def release(
        self, tx: HubTx, scope: str, op_id: str, now_ms: int, new_salt: Callable[[], bytes]
    ) -> Steps[bool]:
        """Log an op that was set aside: the same op_id under a new number. False when there is none that can be read.

        Raises ``AlreadyHeld`` when it stands in the log already: two people released it at once.
        """
        yield "somebody decides"
        frame = tx.take_released(scope, op_id)
        if frame is None:
            return False
        yield from tx.lock([scope])
        inc, dseq, payload = frame
        try:
            op = self.opened(scope, op_id, inc, dseq, payload)
        except MalformedOp:
            return False
        gone = [op_id] if op.row[1:] in tx.erased(scope) else []
        yield from self.number(tx, scope, [op], now_ms, new_salt, gone)
        yield "before commit"
        tx.commit()
        return True

    # -- erasure ---------------------------------------------------------------------------------------------

    def erase(
        self,
        tx: HubTx,
        keys: Sequence[RowKey],
        by: tuple[str, str],
        now_ms: int,
        new_salt: Callable[[], bytes],
    ) -> Steps[None]:
        """Destroy what rows of one scope ever said, and log an op that says so to every copy; ``by``: the two people.

        What is erased already stays as it is. The op has the same id in every life of the hub.
        """
        (scope,) = {key[0] for key in keys}
        tx.ensure_scopes([scope])
        yield from tx.lock([scope])
        gone = tx.erased(scope)
        hlc, label = clock.tick(now_ms, 0), tx.known(scope, HUB)
        ops = []
        for key in keys:
            if key[1:] in gone:
                continue
            about = [
                op_id
                for op_id, inc, dseq, body in tx.asides(scope)
                if self._row(scope, op_id, inc, dseq, body) == key
            ]
            tx.erase(key, about)
            label += 1
            patch = {ERASED: list(by)}
            op_id = merge.difference_id(*key, ERASED)
            ops.append(Op(scope, op_id, HUB, label, ERASE, key[1], key[2], 0, hlc, HUB, patch, {}))
        yield from self.number(tx, scope, ops, now_ms, new_salt)
        yield "before commit"
        tx.commit()

    def _row(self, scope: str, op_id: str, inc: str, dseq: int, payload: bytes) -> RowKey | None:
        """The row that a frame is about, None for one that nobody can read."""
        try:
            return self.opened(scope, op_id, inc, dseq, payload).row
        except MalformedOp:
            return None


def _dense(frames: Iterable[Frame], known: int) -> list[Frame]:
    """The frames that follow ``known`` without a gap, in the order of their labels."""
    out: list[Frame] = []
    for frame in sorted(frames, key=lambda f: f.dseq):
        if frame.dseq == known + len(out) + 1:
            out.append(frame)
    return out
