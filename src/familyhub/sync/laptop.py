"""The laptop's state machine: own ops, receipts, feeds and snapshots, over a ``LaptopCopy``. No I/O of its own.

Each method runs inside one transaction of the copy; what is shown is always *confirmed + pending own ops in order*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from familyhub.sync import clock, merge, messages
from familyhub.sync.copy import (
    DONE,
    IN_CUSTODY,
    NOTHING,
    SET_ASIDE,
    WAITING,
    Gap,
    Held,
    LaptopCopy,
    OwnOp,
)
from familyhub.sync.messages import Answer, Batch, Custody, Feed, Frame, Record, Request, SnapshotScope
from familyhub.sync.ops import Op, RowKey, Value, pack_payload, relabelled, unpack_payload, with_hlc


class Act(NamedTuple):
    """What somebody did to one row, before it has a clock and a label."""

    kind: str
    scope: str
    entity: str
    row_id: str
    patch: dict[str, Value]
    base: dict[str, tuple[str, ...]]
    sv: int = 1

    @property
    def row(self) -> RowKey:
        """The row it is about."""
        return (self.scope, self.entity, self.row_id)


class LaptopMachine:
    """Rules 1, 3, 4 and 5 of the sync specification, from the laptop's side."""

    fold = staticmethod(merge.fold)

    # -- own ops ---------------------------------------------------------------------------------------------

    def commit(
        self, copy: LaptopCopy, actor: str, acts: Sequence[Act], now_ms: int, new_id: Callable[[], str]
    ) -> list[Op]:
        """Turn acts into labelled ops, show their effect and put them in the outbox."""
        last, inc, ops = copy.clock(), copy.incarnation(), []
        labels: dict[str, int] = {}
        for act in acts:
            last = clock.tick(now_ms, last)
            label = labels.get(act.scope) or copy.last_label(act.scope)
            labels[act.scope] = label + 1
            ops.append(
                Op(
                    act.scope, new_id(), inc, label + 1, act.kind, act.entity, act.row_id, act.sv, last, actor,
                    act.patch, {f: tuple(b) for f, b in act.base.items()},
                )
            )  # fmt: skip
        copy.set_clock(last)
        self._show_own(copy, ops)
        copy.add_own(ops)
        return ops

    def _show_own(self, copy: LaptopCopy, ops: Sequence[Op]) -> None:
        keys = [op.row for op in ops]
        acts_on = Counter(keys)
        held = copy.load(acts_on.keys())
        had_pending = copy.pending(held.keys())
        copy.keep_confirmed({k: h for k, h in held.items() if k not in had_pending})
        new: list[tuple[str, messages.SnapshotRow]] = []
        for op, key in zip(ops, keys, strict=True):
            if op.kind == "create" and not op.base and acts_on[key] == 1 and key not in held:
                new.append((op.scope, created_row(op)))
            else:
                held[key] = held.get(key, NOTHING).after(op, using=self.fold)
        copy.save_new(new)
        copy.save(held)

    # -- one exchange ----------------------------------------------------------------------------------------

    def request(self, copy: LaptopCopy, most_bytes: int = messages.BATCH_BYTES) -> Request:
        """What to say to the hub now; nothing waiting and nothing moved is a message of a few bytes."""
        inc = copy.incarnation()
        frames: dict[str, list[Frame]] = {}
        for op in copy.unsent(most_bytes):
            frames.setdefault(op.scope, []).append(Frame(op.op_id, op.dseq, pack_payload(op)))
        cursors, digest = copy.vector()
        moved = copy.moved()
        return Request(
            inc=inc,
            digest=f"{digest:016x}",
            push=[Batch(scope, inc, batch) for scope, batch in frames.items()],
            moved=moved,
            whole=len(moved) == cursors,
            own={scope: copy.last_label(scope) for scope in frames},
        )

    def heard(self, copy: LaptopCopy, request: Request, answer: Answer) -> None:
        """Take the hub's receipts: what it has, what it set aside, what it has forgotten."""
        if answer.need_vector:
            copy.forget_reported()
        else:
            copy.reported(request.moved)
        if any(c.fork for c in answer.custody):
            self.fork(copy)
            return
        sent = {frame.op_id for batch in request.push for frame in batch.frames}
        if any([self._custody(copy, custody, sent) for custody in answer.custody]):
            self.fork(copy)

    def _custody(self, copy: LaptopCopy, custody: Custody, sent: Collection[str]) -> bool:
        """Take one receipt, which speaks only of what was sent: other known labels may be of ops set aside.

        True when the hub wants a label that no pending op has: that op was in a snapshot before it was pushed
        under its newest label, and so never will be. Those that still wait need new labels.
        """
        aside = dict(custody.set_aside)
        mine = [own for own in copy.in_scope(custody.scope) if own.op.op_id not in aside]
        known = [o for o in mine if o.op.dseq <= custody.known and o.op.op_id in sent]
        beyond = [o for o in mine if o.op.dseq > custody.known]
        copy.settle([o.op.op_id for o in known if o.state == WAITING], IN_CUSTODY)
        copy.settle([o.op.op_id for o in beyond if o.state == IN_CUSTODY], WAITING)
        if aside:
            self.set_aside(copy, aside)
        return bool(beyond) and min(o.op.dseq for o in beyond) > custody.known + 1

    def fork(self, copy: LaptopCopy) -> None:
        """Labels are another file's too (a restored or cloned laptop): new incarnation, renumber what is pending."""
        inc = copy.start_incarnation()
        labels: dict[str, int] = {}
        again = []
        for op in copy.all_pending():
            labels[op.scope] = labels.get(op.scope, 0) + 1
            again.append(relabelled(op, inc, labels[op.scope]))
        copy.relabel_own(again)

    def set_aside(self, copy: LaptopCopy, reasons: dict[str, str]) -> None:
        """The hub set own ops aside: only these are dropped; the row is confirmed + what is still pending."""
        own = copy.own(reasons.keys())
        dropped = [o for o in own.values() if o.state in (WAITING, IN_CUSTODY)]
        copy.settle([o.op.op_id for o in dropped], SET_ASIDE, reasons)
        self._reshow(copy, {o.op.row for o in dropped}, {})

    # -- what arrives ----------------------------------------------------------------------------------------

    def receive(self, copy: LaptopCopy, feed: Feed) -> list[str]:
        """Apply records of one scope behind its cursor; returns the own op ids that it stopped before.

        Those are stubs of ops not held, to be asked for whole, or an op that waits: after a fork its new
        label must reach the hub first, or the hub would want it for ever. Raises ``Gap`` when a number is
        missing, before anything is applied.
        """
        at = copy.cursor(feed.scope)
        if feed.after > at:
            raise Gap(feed.scope, at + 1, feed.after + 1)
        records = [r for r in feed.records if r.seq > at]
        for place, record in enumerate(records, start=at + 1):
            if record.seq != place:
                raise Gap(feed.scope, place, record.seq)
        own = copy.own([r.op_id for r in records])
        missing: list[str] = []
        arrived: list[tuple[Op, Record]] = []
        for record in records:
            if record.op_id in own and own[record.op_id].state == WAITING:
                missing = [record.op_id]
                break
            op = self._op_of(feed.scope, record, own)
            if op is None:
                missing = [r.op_id for r in records if not r.payload and r.op_id not in own]
                break
            arrived.append((op, record))
        if arrived:
            self._apply(copy, arrived, own)
            copy.set_cursor(feed.scope, arrived[-1][1].seq)
            copy.set_clock(max(copy.clock(), *(r.hlc for _, r in arrived)))
        return missing

    @staticmethod
    def _op_of(scope: str, record: Record, own: dict[str, OwnOp]) -> Op | None:
        if record.op_id in own:
            return with_hlc(own[record.op_id].op, record.hlc)
        if not record.payload:
            return None
        op = unpack_payload(scope, record.op_id, record.inc, record.dseq, record.payload)
        return with_hlc(op, record.hlc)

    def _apply(self, copy: LaptopCopy, arrived: Sequence[tuple[Op, Record]], own: dict[str, OwnOp]) -> None:
        keys = {op.row for op, _ in arrived}
        pending = copy.pending(keys)
        confirmed = copy.confirmed(pending.keys())
        held = copy.load(keys - pending.keys())
        for op, record in arrived:
            stamp = received_text(record.received)
            side = confirmed if op.row in pending else held
            side[op.row] = side.get(op.row, NOTHING).after(op, stamp, self.fold)
        done = [op.op_id for op, _ in arrived if op.op_id in own]
        copy.settle(done, DONE)
        copy.save(held)
        self._reshow(copy, pending.keys(), confirmed)

    def _reshow(self, copy: LaptopCopy, keys: Iterable[RowKey], confirmed: dict[RowKey, Held]) -> None:
        """Show confirmed + pending for rows that have or had own ops; ``confirmed`` holds the states that changed."""
        keys = set(keys)
        if not keys:
            return
        states = {**copy.confirmed(keys - confirmed.keys()), **confirmed}
        pending = copy.pending(keys)
        shown: dict[RowKey, Held] = {}
        for key in keys:
            row = states.get(key, NOTHING)
            for op in pending.get(key, ()):
                row = row.after(op, using=self.fold)
            shown[key] = row
        copy.keep_confirmed({k: s for k, s in confirmed.items() if k in pending})
        copy.drop_confirmed([k for k in keys if k not in pending])
        copy.save(shown)

    def load_snapshots(self, copy: LaptopCopy, snapshots: Sequence[SnapshotScope]) -> None:
        """Take several scopes; those of which the copy has nothing yet are written together."""
        fresh: list[tuple[str, messages.SnapshotRow]] = []
        for snapshot in snapshots:
            if snapshot.own or copy.cursor(snapshot.scope) or copy.in_scope(snapshot.scope):
                self.load_snapshot(copy, snapshot)
                continue
            fresh.extend((snapshot.scope, row) for row in snapshot.rows)
            copy.set_cursor(snapshot.scope, snapshot.seq)
        if fresh:
            copy.save_new(fresh)
            copy.set_clock(max([copy.clock(), *(hlc for _, row in fresh for hlc in clocks_of(row))]))

    def load_snapshot(self, copy: LaptopCopy, snapshot: SnapshotScope, own: Sequence[str] = ()) -> None:
        """Take a scope as it stands at the snapshot's number; rows with pending own ops go to *confirmed*.

        ``own``: further op ids of this laptop's that the snapshot contains, beside those it names.
        """
        if snapshot.seq <= copy.cursor(snapshot.scope):
            return
        mine = copy.own([*own, *snapshot.own])
        copy.settle(list(mine), DONE)
        rows = {(snapshot.scope, r.entity, r.row_id): messages_row(r) for r in snapshot.rows}
        new = copy.cursor(snapshot.scope) == 0 and not copy.in_scope(snapshot.scope) and not mine
        pending = {} if new else copy.pending(rows.keys())
        copy.save({k: h for k, h in rows.items() if k not in pending})
        touched = set(pending) | {o.op.row for o in mine.values() if o.op.row in rows}
        self._reshow(copy, touched, {k: rows[k] for k in touched})
        copy.set_cursor(snapshot.scope, snapshot.seq)
        copy.set_clock(max([copy.clock(), *(hlc for r in snapshot.rows for hlc in clocks_of(r))]))


def clocks_of(r: messages.SnapshotRow) -> Iterable[clock.HLC]:
    """The clocks in a snapshot's row: what its reader writes next must be later, or it would not be shown."""
    if r.created is not None:
        yield r.created[1]
    for heads in r.heads.values():
        for hlc, _ in heads.values():
            yield hlc


def received_text(received_ms: int) -> str:
    """The hub's time of receipt as ``YYYY-MM-DDTHH:MM:SSZ``."""
    return datetime.fromtimestamp(received_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def messages_row(r: messages.SnapshotRow) -> Held:
    """A snapshot's row as a held row."""
    row: merge.Row = {}
    if r.created is not None:
        op_id, hlc = r.created
        by = {op_id: r.author} if r.author else merge.UNSIGNED
        row = {f: merge.Register({op_id: (hlc, v)}, merge.NOBODY, by) for f, v in r.fields.items()}
    for field, heads in r.heads.items():
        gone = frozenset(r.dead.get(field, ()))
        row[field] = merge.Register(dict(heads), gone, r.by.get(field, merge.UNSIGNED))
    return Held(row, r.created, r.received, r.author)


def created_row(op: Op) -> messages.SnapshotRow:
    """A row of which there is nothing but the op that creates it, as it travels in a snapshot."""
    return messages.SnapshotRow(
        op.entity, op.row_id, (op.op_id, op.hlc), None, op.patch, {}, {}, op.actor
    )  # fmt: skip


def snapshot_row(entity: str, row_id: str, held: Held) -> messages.SnapshotRow:
    """A held row as it travels in a snapshot: fields that only the creating op wrote are values alone."""
    fields: dict[str, Value] = {}
    heads: dict[str, dict[str, tuple[int, Value]]] = {}
    dead: dict[str, list[str]] = {}
    by: dict[str, dict[str, str]] = {}
    for name, register in held.row.items():
        if plain_head(register, held.created):
            fields[name] = next(iter(register.heads.values()))[1]
        else:
            heads[name] = register.heads
            if register.dead:
                dead[name] = sorted(register.dead)
            by[name] = dict(register.by)
    return messages.SnapshotRow(
        entity, row_id, held.created, held.received, fields, heads, dead, held.author, by
    )


def plain_head(register: merge.Register, created: tuple[str, int] | None) -> bool:
    """Whether the creating op alone wrote the field: nothing but its value need be kept."""
    if created is None or register.dead or len(register.heads) != 1:
        return False
    head = register.heads.get(created[0])
    return head is not None and head[0] == created[1] and head[1] is not None
