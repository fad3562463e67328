"""The hub's state machine: exchange, numbering, custody, folding, feeds and erasure, over a ``HubTx``. No I/O of its own.

Methods that take locks are generators: they yield where another transaction may come between, and a shell that is not
a simulation simply runs them through (``run``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager

from msgspec.structs import replace

from familyhub.sync import merge
from familyhub.sync.copy import NOTHING, Gap, Held, HubTx, LogRow, Sender, as_record
from familyhub.sync.custody import HUB as HUB
from familyhub.sync.custody import Custodian, Steps
from familyhub.sync.custody import run as run
from familyhub.sync.messages import BATCH_BYTES, Answer, Feed, Request
from familyhub.sync.ops import (
    Op,
    RowKey,
    pack_payload,
)
from familyhub.sync.snapshot import received_text

Begin = Callable[[bool], AbstractContextManager[HubTx]]
"""Opens a transaction; true for one that writes."""
SNAPSHOT_FROM = 64
"""A scope new to a laptop with more numbers than this is fetched as a snapshot."""
MOST_ARCHIVED = 5000
"""Numbers of one scope that are archived in one transaction."""


class HubMachine(Custodian):
    """Rules 1 to 9 of the sync specification, from the hub's side."""

    fold_op = staticmethod(merge.fold)

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
        agree: bool | None = None
        if request.push or request.receipts:
            with begin(True) as tx:

                def also(tx: HubTx = tx) -> None:
                    nonlocal agree
                    if request.receipts:
                        tx.receipts(sender, request.inc, request.receipts)
                    if request.moved and not sender.only_custody:
                        agree = tx.hear(sender, request)

                custody = yield from self.push(
                    tx, sender, request.push, request.own, tx.now_ms, new_salt, also
                )
                answer = replace(answer, received=tx.now_ms, custody=custody)
            pushed({batch.scope for batch in request.push})
            yield "pushed"
        if sender.only_custody:
            return replace(answer, shut_out=True)
        if agree is None and not request.moved:
            with begin(False) as tx:
                if tx.agrees(sender, request):
                    return self._pull(tx, sender, request, answer, most_bytes)
        if agree is None:
            with begin(True) as tx:
                agree = tx.hear(sender, request)
                tx.commit()
        if not agree:
            return replace(answer, need_vector=True)
        with begin(False) as tx:
            if not self.still_agrees(tx, sender, request):
                return replace(answer, need_vector=True)
            return self._pull(tx, sender, request, answer, most_bytes)

    @staticmethod
    def still_agrees(tx: HubTx, sender: Sender, request: Request) -> bool:
        """Whether the vector is as the laptop said: an older message of the same file may have come late, in between."""
        return tx.agrees(sender, request)

    @staticmethod
    def hands_out(epoch: str, met: str) -> bool:
        """Whether a hub in its life ``epoch`` gives snapshots to a laptop that met ``met`` last (empty: none, or not said).

        Its numbers are not those of another life: the laptop has to hear of that first, in an exchange.
        """
        return met in ("", epoch)

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
            found = [(s, tx.by_ids(s, [op_id]).get(op_id)) for s, op_id in request.ask if s in held]
            whole = [(s, as_record(row, False, pack_payload(row.op))) for s, row in found if row is not None]
            answer = replace(answer, whole=whole)
        return answer

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

    def folded_anew(self, tx: HubTx, scope: str, upto: int) -> dict[RowKey, Held]:
        """The rows of a scope after number ``upto``, from its log and archive; they remember all that was replaced.

        Raises ``Gap`` where a number is missing.
        """
        held: dict[RowKey, Held] = {}
        seq = 0
        while seq < upto:
            rows = tx.after(scope, seq, 1 << 24)
            if not rows:
                raise Gap(scope, seq + 1, upto)
            for row in rows:
                seq = row.seq
                if seq <= upto:
                    self.fold_into(held, row)
        return held

    # -- the floor -------------------------------------------------------------------------------------------

    def raise_floor(self, tx: HubTx, scope: str, before: int, most: int = MOST_ARCHIVED) -> Steps[int]:
        """Archive what was received at ``before`` (milliseconds UTC) or earlier, is folded and durable; returns the floor.

        At most ``most`` numbers at once, so that no push waits for long. What the projection need not remember goes.
        """
        yield from tx.lock([scope])
        floor = tx.floor(scope)
        settled = tx.settled(scope, min(before, tx.durable()))
        upto = min(settled, tx.folded(scope), floor + most)
        if upto > floor:
            tx.archive(scope, upto)
            rows = tx.rows_of(scope)
            pruned = self.pruned(tx, scope, rows, upto)
            tx.save({key: held for key, held in pruned.items() if held != rows[key]})
        yield "before commit"
        tx.commit()
        return max(floor, upto)

    def pruned(self, tx: HubTx, scope: str, rows: Mapping[RowKey, Held], floor: int) -> dict[RowKey, Held]:
        """Rows that no longer remember the replaced ops which the log has at ``floor`` or below: these come never again.

        What is not in the log may yet come, or be released: it stays dead. What was replaced in a field that it never
        wrote does too, as long as it lives in another: that is the field's older name, and the two may become one.
        """
        dead = {op_id for held in rows.values() for op_id in held.dead()}
        old = {i for i, label in tx.held(scope, dead).items() if 0 < label.seq <= floor} if dead else set()
        if not old:
            return dict(rows)
        live = {op_id for held in rows.values() for op_id in held.dead() & held.live()} & old
        wrote = {i: self.versions.op(row.op).patch.keys() for i, row in tx.by_ids(scope, live).items()}
        return {key: held.pruned(old, wrote) if held.dead() else held for key, held in rows.items()}

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
            records = tx.records(scope, cursor, budget, inc)
            budget -= sum([len(record.payload) + 60 for record in records])
            if records:
                feeds.append(Feed(scope, cursor, records))
                if records[-1].seq < head:
                    return feeds, snapshots, True
        return feeds, snapshots, False


def _logged(request: Request, answer: Answer) -> set[str]:
    """The scopes in which something that a request pushed stands in the log."""
    aside = {op_id for custody in answer.custody for op_id, _ in custody.set_aside}
    return {b.scope for b in request.push if any(frame.op_id not in aside for frame in b.frames)}
