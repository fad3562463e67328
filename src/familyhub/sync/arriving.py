"""What arrives at a laptop: records behind its cursor, snapshots in parts, rows that a newer version keeps otherwise.

What is shown is always *confirmed + pending own ops in order*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from familyhub.sync import merge, messages
from familyhub.sync.copy import DONE, NOTHING, WAITING, Gap, Held, LaptopCopy, OwnOp
from familyhub.sync.earlier import Earlier, earlier
from familyhub.sync.messages import Feed, Record, SnapshotPart, SnapshotRow, SnapshotScope
from familyhub.sync.ops import DESTROYED, ERASE, SEALED, Op, RowKey, unpack_payload, with_hlc
from familyhub.sync.snapshot import assembled, clocks_of, messages_row, received_text
from familyhub.sync.versions import AS_WRITTEN, Versions

NEVER_DURABLE = 1 << 62
"""Received at a time not known: kept until the hub's next life or for good."""


class Arriving:
    """The part of the laptop's machine that takes what others wrote."""

    fold = staticmethod(merge.fold)

    def __init__(self, versions: Versions = AS_WRITTEN) -> None:
        self.versions = versions

    def after(self, held: Held, op: Op, received: str | None = None) -> Held:
        """A row after an op, which is raised to the present version first."""
        return held.after(self.versions.op(op), received, self.fold)

    def raise_rows(self, copy: LaptopCopy, since: int) -> None:
        """Bring what was kept under version ``since`` to the present one, by the same steps as ops (rule 11)."""
        raised: dict[RowKey, Held] = {}
        for key, held in copy.all_rows():
            row = self.versions.held(key[1], held, since)
            if row is not held:
                raised[key] = row
        waiting = copy.pending([op.row for op in copy.all_pending() if op.kind != SEALED])
        confirmed = {k: self.versions.held(k[1], h, since) for k, h in copy.confirmed(waiting.keys()).items()}
        copy.save({key: row for key, row in raised.items() if key not in waiting})
        self._reshow(copy, waiting.keys(), confirmed)

    # -- what arrives ----------------------------------------------------------------------------------------

    def receive(self, copy: LaptopCopy, feed: Feed) -> list[str]:
        """Apply records of one scope behind its cursor; returns the own op ids that it stopped before.

        Those are stubs of ops not held, to be asked for whole, or an op that waits: after a fork its new
        label must reach the hub first, or the hub would want it for ever. Raises ``Gap`` when a number is
        missing, before anything is applied.
        """
        stopped = self.receive_all(copy, [feed]).get(feed.scope, [])
        if isinstance(stopped, Gap):
            raise stopped
        return stopped

    def receive_all(self, copy: LaptopCopy, feeds: Sequence[Feed]) -> dict[str, list[str] | Gap]:
        """Apply records of several scopes together; returns the scopes that stopped and why, as ``receive`` says it."""
        stopped: dict[str, list[str] | Gap] = {}
        coming: list[tuple[str, list[Record]]] = []
        copy.expect([feed.scope for feed in feeds])
        for feed in feeds:
            try:
                coming.append((feed.scope, _behind(feed, copy.cursor(feed.scope))))
            except Gap as gap:
                stopped[feed.scope] = gap
        own = copy.own([r.op_id for _, records in coming for r in records])
        arrived: list[tuple[Op, Record]] = []
        destroyed: list[str] = []
        moved: dict[str, int] = {}
        newest = copy.clock()
        for scope, records in coming:
            for record in records:
                if missing := self._take(scope, record, own, arrived, destroyed):
                    unread = [r.op_id for r in records if not r.payload and _unreadable(own.get(r.op_id))]
                    stopped[scope] = [record.op_id] if missing == WAITING else unread
                    break
                moved[scope] = record.seq
                newest = max(newest, record.hlc)
        if moved:
            self._apply(copy, arrived, own, destroyed)
            for scope, seq in moved.items():
                copy.set_cursor(scope, seq)
            copy.set_clock(newest)
        return stopped

    def _take(
        self,
        scope: str,
        record: Record,
        own: dict[str, OwnOp],
        arrived: list[tuple[Op, Record]],
        destroyed: list[str],
    ) -> str:
        """Sort one record into what arrived and what was destroyed; why it cannot be taken yet, or an empty text."""
        known = own.get(record.op_id)
        if known is not None and known.state == WAITING:
            return WAITING
        if record.payload == DESTROYED:
            destroyed.append(record.op_id)
            return ""
        op = self._op_of(scope, record, known)
        if op is None:
            return "not held"
        arrived.append((op, record))
        return ""

    @staticmethod
    def _op_of(scope: str, record: Record, own: OwnOp | None) -> Op | None:
        if own is not None and own.op.kind != SEALED:
            return with_hlc(own.op, record.hlc)
        if not record.payload:
            return None
        op = unpack_payload(scope, record.op_id, record.inc, record.dseq, record.payload)
        return with_hlc(op, record.hlc)

    def _apply(
        self,
        copy: LaptopCopy,
        arrived: Sequence[tuple[Op, Record]],
        own: dict[str, OwnOp],
        destroyed: Collection[str] = (),
    ) -> None:
        arrived = self._stamp_alone(copy, arrived, own)
        gone = {own[i].op.row for i in destroyed if i in own and own[i].op.kind != SEALED}
        keys = {op.row for op, _ in arrived}
        pending = copy.pending(keys | gone)
        confirmed = copy.confirmed(pending.keys())
        held = copy.load(keys - pending.keys())
        replaced: list[Earlier] = []
        for op, record in arrived:
            side = confirmed if op.row in pending else held
            replaced += earlier(op, side.get(op.row, NOTHING).row, record.received)
            side[op.row] = self.after(side.get(op.row, NOTHING), op, received_text(record.received))
        done = {op.op_id: record.received for op, record in arrived if op.op_id in own}
        copy.settle(list(done), DONE, received=done)
        copy.destroy([i for i in destroyed if i in own])
        copy.drop_own({op.row for op, _ in arrived if op.kind == ERASE})
        copy.save(held)
        copy.keep_earlier(replaced)
        self._reshow(copy, pending.keys(), confirmed)

    @staticmethod
    def _stamp_alone(
        copy: LaptopCopy, arrived: Sequence[tuple[Op, Record]], own: dict[str, OwnOp]
    ) -> Sequence[tuple[Op, Record]]:
        """Own ops that made rows of which nothing else is known are done: the row stays, but for when it was received.

        Returns the rest.
        """
        times = Counter(op.row for op, _ in arrived)
        made = [
            op.op_id
            for op, record in arrived
            if op.kind == "create"
            and op.op_id in own
            and times[op.row] == 1
            and own[op.op_id].op.hlc == record.hlc
        ]
        alone = copy.alone(made) if made else set()
        if not alone:
            return arrived
        stamps = {op.row: received_text(record.received) for op, record in arrived if op.op_id in alone}
        copy.stamp(stamps)
        done = {op.op_id: record.received for op, record in arrived if op.op_id in alone}
        copy.settle(list(done), DONE, received=done)
        return [(op, record) for op, record in arrived if op.op_id not in alone]

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
                row = self.after(row, op)
            shown[key] = row
        copy.keep_confirmed({k: s for k, s in confirmed.items() if k in pending})
        copy.drop_confirmed([k for k in keys if k not in pending])
        copy.save(shown)

    # -- snapshots -------------------------------------------------------------------------------------------

    def take_parts(self, copy: LaptopCopy, parts: Sequence[SnapshotPart]) -> list[SnapshotScope]:
        """Take parts of snapshots, each whole by its digest; scopes of which all are here are loaded and returned.

        A part of a scope that is not whole yet is kept, so that nothing is fetched twice. Raises ``Gap`` for a part that
        is not what its name says.
        """
        ready: list[SnapshotScope] = []
        for part in parts:
            if messages.part_digest(part.body) != part.digests[part.place]:
                raise Gap(part.scope, part.place, part.place)
            if len(part.digests) == 1:
                ready.append(assembled(part, [part.body]))
                continue
            copy.stage(part)
            here = copy.staged(part.scope)
            if all(digest in here for digest in part.digests):
                ready.append(assembled(part, [here[digest] for digest in part.digests]))
                copy.unstage(part.scope)
        self.load_snapshots(copy, ready)
        return ready

    def load_snapshots(self, copy: LaptopCopy, snapshots: Sequence[SnapshotScope]) -> None:
        """Take several scopes; those of which the copy has nothing yet are written together."""
        fresh: list[tuple[str, SnapshotRow]] = []
        for snapshot in snapshots:
            scope = snapshot.scope
            if (
                snapshot.own
                or copy.has_rows(scope)
                or copy.cursor(scope)
                or snapshot.sv < self.versions.current
            ):
                self.load_snapshot(copy, snapshot)
                continue
            fresh.extend((scope, row) for row in snapshot.rows)
            copy.set_cursor(scope, snapshot.seq)
        if fresh:
            copy.save_new(fresh)
            copy.set_clock(max([copy.clock(), *(hlc for _, row in fresh for hlc in clocks_of(row))]))

    def load_snapshot(self, copy: LaptopCopy, snapshot: SnapshotScope, own: Sequence[str] = ()) -> None:
        """Take a scope as it stands at the snapshot's number, with what is here already; rows with pending own ops
        are confirmed so.

        Rows that do not remember all that was replaced take the place of what is here: joined, they would revive it. What
        is here says nothing else then, unless it comes from a life of the hub that is gone: such a scope is asked for anew,
        with all that its rows remember. ``own``: further op ids of this laptop's that the snapshot contains, beside those it names
        and those that live in its rows: a hub that lives anew may not know that they are this laptop's.
        """
        if snapshot.seq <= copy.cursor(snapshot.scope) or (snapshot.floor and snapshot.scope in copy.mixed()):
            return
        came = {
            (snapshot.scope, r.entity, r.row_id): self.versions.held(r.entity, messages_row(r), snapshot.sv)
            for r in snapshot.rows
        }
        pending = copy.pending(came.keys())
        kept = {}
        if not snapshot.floor:
            kept = {**copy.load(came.keys() - pending.keys()), **copy.confirmed(pending.keys())}
        rows = {key: kept[key].joined(held) if key in kept else held for key, held in came.items()}
        mine = copy.own([*own, *snapshot.own, *self.alive(pending, came)])
        copy.settle(list(mine), DONE, received=dict.fromkeys(mine, snapshot.at or NEVER_DURABLE))
        copy.drop_own({key for key, held in rows.items() if merge.erased(held.row)})
        copy.save({key: held for key, held in rows.items() if key not in pending})
        self._reshow(copy, pending.keys(), {key: rows[key] for key in pending})
        copy.set_cursor(snapshot.scope, snapshot.seq)
        copy.set_clock(max([copy.clock(), *(hlc for r in snapshot.rows for hlc in clocks_of(r))]))

    @staticmethod
    def alive(pending: Mapping[RowKey, Sequence[Op]], came: Mapping[RowKey, Held]) -> list[str]:
        """The ids of pending own ops that live in rows which came: they are in the log, under whichever label."""
        return [op.op_id for key, ops in pending.items() for op in ops if op.op_id in came[key].live()]


def _behind(feed: Feed, at: int) -> list[Record]:
    """The records of a feed behind a cursor, dense; raises ``Gap``."""
    if feed.after > at:
        raise Gap(feed.scope, at + 1, feed.after + 1)
    records = [r for r in feed.records if r.seq > at]
    for place, record in enumerate(records, start=at + 1):
        if record.seq != place:
            raise Gap(feed.scope, place, record.seq)
    return records


def _unreadable(own: OwnOp | None) -> bool:
    return own is None or own.op.kind == SEALED
