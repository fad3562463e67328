"""A laptop's copy in memory: what `LaptopMachine` asks for, with transactions that can be thrown away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace

from familyhub.sync import merge
from familyhub.sync.copy import DONE, IN_CUSTODY, PENDING, WAITING, Held, OwnLabel, OwnOp
from familyhub.sync.earlier import Earlier
from familyhub.sync.messages import Frame, SnapshotPart, SnapshotRow, vector_digest
from familyhub.sync.ops import SEALED, Op, RowKey, pack_payload, sealed
from familyhub.sync.snapshot import messages_row

BYTES_PER_OP = 100
"""What an op counts for where a copy is asked for about so many bytes."""


class Killed(Exception):
    """The laptop dies at a commit point: what the transaction wrote is gone."""


@dataclass
class Tables:
    """What a laptop's file holds."""

    inc: str
    clock: int = 0
    epoch: str = ""
    durable: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    rows: dict[RowKey, Held] = field(default_factory=dict)
    differences: dict[RowKey, list[str]] = field(default_factory=dict)
    confirmed: dict[RowKey, Held] = field(default_factory=dict)
    outbox: dict[str, OwnOp] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    earlier: dict[tuple[RowKey, str, str], Earlier] = field(default_factory=dict)
    owed: set[str] = field(default_factory=set)
    mixed: set[str] = field(default_factory=set)
    parts: dict[tuple[str, str], bytes] = field(default_factory=dict)
    destroyed: dict[str, str] = field(default_factory=dict)
    version: int = 1
    turns: int = 0
    """Of the checker, not of the file: how often a cursor was rightly set back."""
    kept: dict[RowKey, Held] = field(default_factory=dict)
    """Of the checker: rows as they stood when the hub began a new life, of which its log may know less."""
    left: set[str] = field(default_factory=set)
    """Of the checker: scopes that were withdrawn from this file and are not held again."""

    def duplicate(self) -> Tables:
        """The same content, apart; rows and ops are never changed in place."""
        apart = copy(self)
        vars(apart).update({n: v.copy() for n, v in vars(self).items() if isinstance(v, (dict, set))})
        return apart


class MemoryLaptop:
    """Implements `LaptopCopy`."""

    def __init__(self, new_incarnation: Callable[[], str]) -> None:
        self._new_incarnation = new_incarnation
        self.tables = Tables(new_incarnation())

    @contextmanager
    def transaction(self, killed: bool = False) -> Iterator[MemoryLaptop]:
        """All or nothing; `killed`: it dies at the commit point."""
        before = self.tables.duplicate()
        try:
            yield self
            if killed:
                raise Killed
        except BaseException:
            self.tables = before
            raise

    def back_up(self) -> Tables:
        """A copy of the file, to be put by."""
        return self.tables.duplicate()

    def restore(self, tables: Tables) -> None:
        """The file is replaced by a copy that was put by."""
        self.tables = tables.duplicate()

    def incarnation(self) -> str:
        return self.tables.inc

    def start_incarnation(self) -> str:
        self.tables.inc = self._new_incarnation()
        self.tables.labels = {}
        self.tables.told = {}
        return self.tables.inc

    def clock(self) -> int:
        return self.tables.clock

    def set_clock(self, hlc: int) -> None:
        self.tables.clock = hlc

    def last_labels(self, scopes: Collection[str]) -> dict[str, int]:
        return {scope: self.tables.labels.get(scope, 0) for scope in scopes}

    def load(self, keys: Collection[RowKey]) -> dict[RowKey, Held]:
        return {k: self.tables.rows[k] for k in keys if k in self.tables.rows}

    def all_rows(self) -> Iterator[tuple[RowKey, Held]]:
        yield from list(self.tables.rows.items())

    def save(self, rows: Mapping[RowKey, Held]) -> None:
        for key, held in rows.items():
            if held.row:
                self.tables.rows[key] = held
                self.tables.differences[key] = merge.open_differences(held.row)
            else:
                self.tables.rows.pop(key, None)
                self.tables.differences.pop(key, None)

    def save_new(self, rows: Sequence[tuple[str, SnapshotRow]]) -> None:
        new = {(scope, r.entity, r.row_id): messages_row(r) for scope, r in rows}
        assert not new.keys() & self.tables.rows.keys()
        self.save(new)

    def keep_earlier(self, found: Iterable[Earlier]) -> None:
        for e in found:
            known = self.tables.earlier.get((e.row, e.field, e.op_id))
            replaced = known.replaced if known else e.replaced
            self.tables.earlier[(e.row, e.field, e.op_id)] = e._replace(replaced=replaced)

    def confirmed(self, keys: Collection[RowKey]) -> dict[RowKey, Held]:
        return {k: self.tables.confirmed[k] for k in keys if k in self.tables.confirmed}

    def keep_confirmed(self, rows: Mapping[RowKey, Held]) -> None:
        self.tables.confirmed.update(rows)

    def drop_confirmed(self, keys: Collection[RowKey]) -> None:
        for key in keys:
            self.tables.confirmed.pop(key, None)

    def pending(self, keys: Collection[RowKey]) -> dict[RowKey, list[Op]]:
        out: dict[RowKey, list[Op]] = {}
        for op in self.all_pending():
            if op.row in keys:
                out.setdefault(op.row, []).append(op)
        return out

    def alone(self, op_ids: Collection[str]) -> set[str]:
        rows = Counter(own.op.row for own in self.tables.outbox.values())
        taken = [o.op for i in op_ids if (o := self.tables.outbox[i]).state == IN_CUSTODY]
        return {op.op_id for op in taken if rows[op.row] == 1 and op.row not in self.tables.confirmed}

    def stamp(self, received: Mapping[RowKey, str]) -> None:
        for key, stamp in received.items():
            self.tables.rows[key] = replace(self.tables.rows[key], received=stamp)

    def own(self, op_ids: Collection[str]) -> dict[str, OwnOp]:
        return {i: self.tables.outbox[i] for i in op_ids if i in self.tables.outbox}

    def add_own(self, ops: Iterable[Op]) -> None:
        for op in ops:
            self.tables.outbox[op.op_id] = OwnOp(op, WAITING)
            self.tables.labels[op.scope] = max(op.dseq, self.tables.labels.get(op.scope, 0))

    def relabel_own(self, ops: Iterable[Op]) -> None:
        self.add_own(ops)

    def settle(
        self,
        op_ids: Collection[str],
        state: str,
        reasons: Mapping[str, str] | None = None,
        received: Mapping[str, int] | None = None,
    ) -> None:
        for i in op_ids:
            reason, at = (reasons or {}).get(i, ""), (received or {}).get(i, 0)
            self.tables.outbox[i] = OwnOp(self.tables.outbox[i].op, state, reason, at)

    def kept(self) -> list[OwnOp]:
        return list(self.tables.outbox.values())

    def all_pending(self) -> list[Op]:
        return [own.op for own in self.tables.outbox.values() if own.state in PENDING]

    def unsent(self, most_bytes: int) -> list[tuple[str, Frame]]:
        waiting = [own.op for own in self.tables.outbox.values() if own.state == WAITING]
        return [
            (op.scope, Frame(op.op_id, op.dseq, pack_payload(op)))
            for op in waiting[: max(1, most_bytes // BYTES_PER_OP)]
        ]

    def labels(self, scopes: Collection[str]) -> dict[str, list[OwnLabel]]:
        out: dict[str, list[OwnLabel]] = {}
        for own in self.tables.outbox.values():
            if own.op.scope in scopes and own.op.inc == self.tables.inc and own.state in PENDING:
                out.setdefault(own.op.scope, []).append(OwnLabel(own.op.op_id, own.op.dseq, own.state))
        return out

    def expect(self, scopes: Collection[str]) -> None:
        pass

    def cursor(self, scope: str) -> int:
        return self.tables.cursors.get(scope, 0)

    def set_cursor(self, scope: str, seq: int) -> None:
        if seq < self.cursor(scope):
            self.tables.turns += 1
        self.tables.cursors[scope] = seq
        if seq:
            self.tables.left.discard(scope)

    def vector(self) -> tuple[int, int]:
        return len(self.cursors()), vector_digest(self.tables.cursors.items())

    def cursors(self) -> dict[str, int]:
        return {s: q for s, q in self.tables.cursors.items() if q}

    def moved(self) -> dict[str, int]:
        return {s: q for s, q in self.tables.cursors.items() if self.tables.told.get(s, 0) != q}

    def reported(self, cursors: Mapping[str, int]) -> None:
        self.tables.told.update(cursors)

    def forget_reported(self) -> None:
        self.tables.told = {}

    def forget_durable(self, upto: int) -> None:
        self.tables.outbox = {
            i: own
            for i, own in self.tables.outbox.items()
            if not (
                own.received
                and own.received <= upto
                and (own.state == DONE or (own.op.kind == SEALED and own.state != WAITING))
            )
        }

    def seal_own(self, scope: str, seal: Callable[[bytes], bytes]) -> None:
        for i, own in self.tables.outbox.items():
            if own.op.scope == scope and own.op.kind != SEALED:
                self.tables.outbox[i] = own._replace(op=sealed(own.op, seal), reason="")

    def destroy(self, op_ids: Collection[str], reason: str = "") -> None:
        for i in op_ids:
            if self.tables.outbox.pop(i, None) is not None and reason:
                self.tables.destroyed[i] = reason

    def drop_own(self, keys: Collection[RowKey]) -> None:
        gone = [i for i, o in self.tables.outbox.items() if o.op.row in keys and o.state not in PENDING]
        self.destroy(gone)

    def epoch(self) -> str:
        return self.tables.epoch

    def set_epoch(self, epoch: str) -> None:
        if self.tables.epoch not in ("", epoch):
            waiting = {op.row for op in self.all_pending()}
            stand = {k: h for k, h in self.tables.rows.items() if k not in waiting}
            self.tables.kept = {**stand, **self.tables.confirmed}
        self.tables.epoch = epoch

    def hub_key(self) -> bytes:
        return b"known"

    def set_hub_key(self, key: bytes) -> None:
        raise AssertionError("nobody asked for it")

    def durable(self) -> int:
        return self.tables.durable

    def set_durable(self, upto: int) -> None:
        self.tables.durable = upto

    def unseen(self) -> list[str]:
        custody = (o.op for o in self.tables.outbox.values() if o.state == IN_CUSTODY)
        return sorted({op.scope for op in custody if op.kind != SEALED and not self.cursor(op.scope)})

    def has_rows(self, scope: str) -> bool:
        return scope in self.tables.cursors or any(
            own.op.scope == scope for own in self.tables.outbox.values()
        )

    def drop_rows(self, scope: str) -> None:
        for part in (self.tables.rows, self.tables.confirmed, self.tables.differences, self.tables.kept):
            for key in [k for k in part if k[0] == scope]:
                del part[key]
        self.tables.turns += 1
        self.tables.cursors[scope] = 0
        self.tables.mixed.discard(scope)

    def mixed(self) -> set[str]:
        return set(self.tables.mixed)

    def mix(self, scopes: Collection[str]) -> None:
        self.tables.mixed |= set(scopes)

    def drop_rest(self, scope: str) -> None:
        self.unstage(scope)
        self.tables.left.add(scope)

    def owed(self) -> list[str]:
        return sorted(self.tables.owed)

    def owe(self, scopes: Collection[str]) -> None:
        self.tables.owed |= set(scopes)

    def receipted(self, scopes: Collection[str]) -> None:
        self.tables.owed -= set(scopes)

    def stage(self, part: SnapshotPart) -> None:
        self.tables.parts[(part.scope, part.digests[part.place])] = part.body

    def staged(self, scope: str) -> dict[str, bytes]:
        return {digest: body for (s, digest), body in self.tables.parts.items() if s == scope}

    def unstage(self, scope: str) -> None:
        self.tables.parts = {k: body for k, body in self.tables.parts.items() if k[0] != scope}
