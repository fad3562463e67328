"""The hub's state machine: numbering, custody, folding and feeds, over a ``HubTx``. No I/O of its own.

Methods that take locks are generators: they yield where another transaction may come between, and a shell that is not
a simulation simply runs them through (``run``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from typing import TypeVar

from familyhub.sync import clock, merge
from familyhub.sync.copy import NOTHING, HubTx, Label, LogRow, Sender, as_record
from familyhub.sync.laptop import received_text
from familyhub.sync.messages import Batch, Custody, Feed, Frame, Record
from familyhub.sync.ops import MalformedOp, Op, chain, pack_payload, salted_digest, unpack_payload, with_hlc

T = TypeVar("T")
Steps = Generator[str, None, T]
SNAPSHOT_FROM = 64
"""A scope new to a laptop with more numbers than this is fetched as a snapshot."""


def run(steps: Steps[T]) -> T:
    """Run a method through without pause."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]


class HubMachine:
    """Rules 1 to 5 of the sync specification, from the hub's side."""

    fold_op = staticmethod(merge.fold)

    # -- push ------------------------------------------------------------------------------------------------

    def push(
        self,
        tx: HubTx,
        sender: Sender,
        batches: Sequence[Batch],
        own: dict[str, int],
        now_ms: int,
        new_salt: Callable[[], bytes],
    ) -> Steps[list[Custody]]:
        """Take custody of batches: number what may be logged, set the rest aside, commit."""
        scopes = sorted({b.scope for b in batches})
        tx.ensure_scopes(scopes)
        yield "the head rows exist"
        yield from tx.lock(scopes)
        receipts = []
        for batch in sorted(batches, key=lambda b: b.scope):
            receipts.append(
                (yield from self._take(tx, sender, batch, own.get(batch.scope), now_ms, new_salt))
            )
        yield "before commit"
        tx.commit()
        return receipts

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
        old = {f.dseq: f.op_id for f in batch.frames if f.dseq <= known}
        for dseq, label in tx.at_labels(scope, inc, old.keys()).items():
            if label.op_id != old[dseq]:
                return Custody(scope, known, fork=True)
            if label.reason:
                aside.append((label.op_id, label.reason))
        fresh = _dense(batch.frames, known)
        held = self.already_held(tx, scope, [f.op_id for f in fresh])
        log: list[Op] = []
        for frame in fresh:
            known = frame.dseq
            if label_held := held.get(frame.op_id):
                tx.alias(scope, inc, frame.dseq, frame.op_id)
                if label_held.reason:
                    aside.append((frame.op_id, label_held.reason))
                continue
            held[frame.op_id] = Label(frame.op_id)
            op, reason = self._judge(tx, sender, batch, frame)
            if op is None:
                aside.append((frame.op_id, reason))
                held[frame.op_id] = Label(frame.op_id, reason)
                tx.set_aside(scope, inc, frame.dseq, frame.op_id, frame.payload, reason, now_ms)
            else:
                log.append(op)
        if log:
            yield from self.number(tx, scope, log, now_ms, new_salt)
        return Custody(scope, known, aside)

    @staticmethod
    def already_held(tx: HubTx, scope: str, op_ids: Collection[str]) -> dict[str, Label]:
        """The op_id check: what came before under another label."""
        return tx.held(scope, op_ids) if op_ids else {}

    @staticmethod
    def _judge(tx: HubTx, sender: Sender, batch: Batch, frame: Frame) -> tuple[Op | None, str]:
        if sender.only_custody:
            return None, "sent after this worker or laptop was shut out"
        try:
            op = unpack_payload(batch.scope, frame.op_id, batch.inc, frame.dseq, frame.payload)
        except MalformedOp as error:
            return None, f"this record {error}"
        reason = tx.refuse_write(sender, op)
        return (None, reason) if reason else (op, "")

    def number(
        self, tx: HubTx, scope: str, ops: Iterable[Op], now_ms: int, new_salt: Callable[[], bytes]
    ) -> Steps[None]:
        """Give ops the next numbers of their scope's log; the scope's head row is locked."""
        seq, link = tx.head(scope)
        rows = []
        for op in ops:
            seq += 1
            op = with_hlc(op, clock.clamp(op.hlc, now_ms))
            salt = new_salt()
            link = chain(link, op.op_id, seq, salted_digest(salt, pack_payload(op)))
            rows.append(LogRow(seq, op, now_ms, salt, link))
        tx.append(scope, rows)
        tx.set_head(scope, seq, link)
        return
        yield

    def release(
        self, tx: HubTx, scope: str, op_id: str, now_ms: int, new_salt: Callable[[], bytes]
    ) -> Steps[bool]:
        """Log an op that was set aside: the same op_id under a new number. False when there is none to release.

        Raises ``AlreadyHeld`` when it stands in the log already: two people released it at once.
        """
        yield "somebody decides"
        frame = tx.take_released(scope, op_id)
        if frame is None:
            return False
        yield from tx.lock([scope])
        inc, dseq, payload = frame
        op = unpack_payload(scope, op_id, inc, dseq, payload)
        yield from self.number(tx, scope, [op], now_ms, new_salt)
        yield "before commit"
        tx.commit()
        return True

    # -- fold ------------------------------------------------------------------------------------------------

    def fold(self, tx: HubTx, scope: str, most_bytes: int = 1 << 20) -> Steps[list[Op]]:
        """Fold the next numbers of a scope's log into the projection, in order; returns the ops that were folded."""
        yield from tx.lock([scope])
        rows = tx.after(scope, tx.folded(scope), most_bytes)
        held = tx.load({r.op.row for r in rows})
        yield "heads were read"
        for log_row in rows:
            row = log_row.op.row
            stamp = received_text(log_row.received)
            held[row] = held.get(row, NOTHING).after(log_row.op, stamp, self.fold_op)
        if rows:
            tx.save(held)
            tx.set_folded(scope, rows[-1].seq)
        yield "before commit"
        tx.commit()
        return [r.op for r in rows]

    # -- pull ------------------------------------------------------------------------------------------------

    def feeds(
        self, tx: HubTx, inc: str, news: Iterable[tuple[str, int, int]], most_bytes: int
    ) -> tuple[list[Feed], list[str], bool]:
        """Feeds for scopes with news ``(scope, cursor, head)``: (feeds, scopes to fetch as snapshots, whether more)."""
        feeds: list[Feed] = []
        snapshots: list[str] = []
        budget = most_bytes
        for scope, cursor, head in news:
            if cursor == 0 and head > SNAPSHOT_FROM:
                snapshots.append(scope)
                continue
            if budget <= 0:
                return feeds, snapshots, True
            records: list[Record] = []
            for row in tx.after(scope, cursor, budget):
                stub = row.op.inc == inc
                payload = b"" if stub else pack_payload(row.op)
                records.append(as_record(row, stub, payload))
                budget -= len(payload) + 60
            if records:
                feeds.append(Feed(scope, cursor, records))
                if records[-1].seq < head:
                    return feeds, snapshots, True
        return feeds, snapshots, False


def _dense(frames: Iterable[Frame], known: int) -> list[Frame]:
    """The frames that follow ``known`` without a gap, in the order of their labels."""
    out: list[Frame] = []
    for frame in sorted(frames, key=lambda f: f.dseq):
        if frame.dseq == known + len(out) + 1:
            out.append(frame)
    return out
