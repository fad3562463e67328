"""The hub's state machine: exchange, numbering, custody, folding, feeds and erasure, over a ``HubTx``. No I/O of its own.

Methods that take locks are generators: they yield where another transaction may come between, and a shell that is not
a simulation simply runs them through (``run``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from msgspec.structs import replace

from familyhub.sync import clock, merge
from familyhub.sync.copy import NOTHING, Held, HubTx, Label, LogRow, Sender, as_record
from familyhub.sync.messages import BATCH_BYTES, Answer, Batch, Custody, Feed, Frame, Record, Request
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
from familyhub.sync.snapshot import received_text
from familyhub.sync.versions import AS_WRITTEN, CannotRaise, Versions

T = TypeVar("T")
Steps = Generator[str, None, T]
Begin = Callable[[bool], AbstractContextManager[HubTx]]
"""Opens a transaction; true for one that writes."""
SNAPSHOT_FROM = 64
"""A scope new to a laptop with more numbers than this is fetched as a snapshot."""
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


class HubMachine:
    """Rules 1 to 9 of the sync specification, from the hub's side."""

    fold_op = staticmethod(merge.fold)

    def __init__(
        self, versions: Versions = AS_WRITTEN, unseal: Callable[[bytes], bytes] = cannot_open
    ) -> None:
        self.versions = versions
        self.unseal = unseal
        """Opens what a laptop sealed to the hub's key; raises ``MalformedOp``."""

    # -- one exchange ----------------------------------------------------------------------------------------

    def exchange(
        self,
        begin: Begin,
        sender: Sender,
        request: Request,
        new_salt: Callable[[], bytes],
        pushed: Callable[[Collection[str]], None] = lambda scopes: None,
        most_bytes: int = BATCH_BYTES,
    ) -> Steps[Answer]:
        """Push, then pull. A laptop that met an earlier life of the hub is told where to go on from, nothing else.

        ``pushed`` is told the scopes whose log has grown, before anything is read.
        """
        with begin(False) as tx:
            if request.epoch not in ("", tx.epoch()):
                return self._other_life(tx, request)
            answer = Answer(tx.epoch(), tx.now_ms, durable=tx.durable())
        if request.push or request.receipts:
            with begin(True) as tx:
                custody = yield from self.push(
                    tx,
                    sender,
                    request.push,
                    request.own,
                    tx.now_ms,
                    new_salt,
                    (request.inc, request.receipts),
                )
                answer = replace(answer, received=tx.now_ms, custody=custody)
            pushed({batch.scope for batch in request.push})
            yield "pushed"
        if sender.only_custody:
            return replace(answer, shut_out=True)
        if not request.moved:
            with begin(False) as tx:
                if tx.agrees(sender, request):
                    return self._pull(tx, sender, request, answer, most_bytes)
        with begin(True) as tx:
            agree = tx.hear(sender, request)
            tx.commit()
        if not agree:
            return replace(answer, need_vector=True)
        with begin(False) as tx:
            return self._pull(tx, sender, request, answer, most_bytes)

    @staticmethod
    def _other_life(tx: HubTx, request: Request) -> Answer:
        answer = Answer(tx.epoch(), tx.now_ms)
        if not request.whole:
            return replace(answer, need_vector=True)
        return replace(answer, restored=True, back=tx.back(request.epoch, request.moved))

    def _pull(self, tx: HubTx, sender: Sender, request: Request, answer: Answer, most_bytes: int) -> Answer:
        gone = tx.withdrawn(sender, request.inc, _logged(request, answer).union(request.unseen))
        news = tx.news(sender, request.inc)
        if gone or news:
            feeds, long, more = self.feeds(tx, request.inc, news, most_bytes)
            answer = replace(answer, feeds=feeds, snapshot=long, more=more, withdrawn=gone)
        if request.ask:
            held = tx.held_scopes(sender, {scope for scope, _ in request.ask})
            found = [(s, tx.by_id(s, op_id)) for s, op_id in request.ask if s in held]
            whole = [(s, as_record(row, False, pack_payload(row.op))) for s, row in found if row is not None]
            answer = replace(answer, whole=whole)
        return answer

    # -- push ------------------------------------------------------------------------------------------------

    def push(
        self,
        tx: HubTx,
        sender: Sender,
        batches: Sequence[Batch],
        own: dict[str, int],
        now_ms: int,
        new_salt: Callable[[], bytes],
        receipts: tuple[str, Mapping[str, int]] = ("", {}),
    ) -> Steps[list[Custody]]:
        """Take custody of batches: number what may be logged, set the rest aside, take receipts, commit.

        ``receipts``: the incarnation, and the withdrawn scopes it holds no more with the last label given there.
        """
        scopes = sorted({b.scope for b in batches})
        tx.ensure_scopes(scopes)
        yield "the head rows exist"
        yield from tx.lock(scopes)
        custody = []
        for batch in sorted(batches, key=lambda b: b.scope):
            custody.append((yield from self._take(tx, sender, batch, own.get(batch.scope), now_ms, new_salt)))
        if receipts[1]:
            tx.receipts(sender, *receipts)
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
        aside: list[tuple[str, str]] = []
        have: list[tuple[str, int, int]] = []
        old = {f.dseq: f.op_id for f in batch.frames if f.dseq <= known}
        for dseq, label in tx.at_labels(scope, inc, old.keys()).items():
            if label.op_id != old[dseq]:
                return Custody(scope, known, fork=True)
            _answered(label, aside, have)
        fresh = _dense(batch.frames, known)
        held = self.already_held(tx, scope, [f.op_id for f in fresh])
        gone = tx.erased(scope) if fresh else set()
        log: list[Op] = []
        destroyed: list[str] = []
        for frame in fresh:
            known = frame.dseq
            if label_held := held.get(frame.op_id):
                tx.alias(scope, inc, frame.dseq, frame.op_id)
                _answered(label_held, aside, have)
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

    # -- fold ------------------------------------------------------------------------------------------------

    def fold(self, tx: HubTx, scope: str, most_bytes: int = 1 << 20) -> Steps[list[Op]]:
        """Fold the next numbers of a scope's log into the projection, in order; returns the ops that were folded."""
        yield from tx.lock([scope])
        rows = tx.after(scope, tx.folded(scope), most_bytes)
        held = tx.load({r.op.row for r in rows})
        yield "heads were read"
        for log_row in rows:
            self.fold_into(held, log_row)
        if rows:
            tx.save(held)
            tx.set_folded(scope, rows[-1].seq)
        yield "before commit"
        tx.commit()
        return [r.op for r in rows if not r.erased]

    def fold_into(self, held: dict[RowKey, Held], log_row: LogRow) -> None:
        """Fold one number of the log into the rows; one whose content was destroyed changes nothing."""
        if log_row.erased:
            return
        op = self.versions.op(log_row.op)
        held[op.row] = held.get(op.row, NOTHING).after(op, received_text(log_row.received), self.fold_op)

    # -- pull ------------------------------------------------------------------------------------------------

    def feeds(
        self, tx: HubTx, inc: str, news: Iterable[tuple[str, int, int, int]], most_bytes: int
    ) -> tuple[list[Feed], list[str], bool]:
        """Feeds for scopes with news ``(scope, cursor, head, floor)``: (feeds, scopes to fetch as snapshots, whether more)."""
        feeds: list[Feed] = []
        snapshots: list[str] = []
        budget = most_bytes
        for scope, cursor, head, floor in news:
            if cursor < floor or (cursor == 0 and head > SNAPSHOT_FROM):
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


def _answered(label: Label, aside: list[tuple[str, str]], have: list[tuple[str, int, int]]) -> None:
    """Add what a receipt says of an op that came before."""
    if label.reason:
        aside.append((label.op_id, label.reason))
    elif label.seq:
        have.append((label.op_id, label.seq, label.received))


def _logged(request: Request, answer: Answer) -> set[str]:
    """The scopes in which something that a request pushed stands in the log."""
    aside = {op_id for custody in answer.custody for op_id, _ in custody.set_aside}
    return {b.scope for b in request.push if any(frame.op_id not in aside for frame in b.frames)}


def _dense(frames: Iterable[Frame], known: int) -> list[Frame]:
    """The frames that follow ``known`` without a gap, in the order of their labels."""
    out: list[Frame] = []
    for frame in sorted(frames, key=lambda f: f.dseq):
        if frame.dseq == known + len(out) + 1:
            out.append(frame)
    return out
