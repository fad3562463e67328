"""A laptop's copy in memory: what `LaptopMachine` asks for, with transactions that can be thrown away."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from familyhub.sync import merge
from familyhub.sync.copy import PENDING, WAITING, Held, OwnOp
from familyhub.sync.laptop import messages_row
from familyhub.sync.messages import SnapshotRow, vector_digest
from familyhub.sync.ops import Op, RowKey

BYTES_PER_OP = 100
"""What an op counts for where a copy is asked for about so many bytes."""


class Killed(Exception):
    """The laptop dies at a commit point: what the transaction wrote is gone."""


@dataclass
class Tables:
    """What a laptop's file holds."""

    inc: str
    clock: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    rows: dict[RowKey, Held] = field(default_factory=dict)
    differences: dict[RowKey, list[str]] = field(default_factory=dict)
    confirmed: dict[RowKey, Held] = field(default_factory=dict)
    outbox: dict[str, OwnOp] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    def duplicate(self) -> Tables:
        """The same content, apart; rows and ops are never changed in place."""
        return Tables(
            self.inc,
            self.clock,
            dict(self.labels),
            dict(self.rows),
            dict(self.differences),
            dict(self.confirmed),
            dict(self.outbox),
            dict(self.cursors),
            dict(self.told),
        )


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

    def last_label(self, scope: str) -> int:
        return self.tables.labels.get(scope, 0)

    def load(self, keys: Collection[RowKey]) -> dict[RowKey, Held]:
        return {k: self.tables.rows[k] for k in keys if k in self.tables.rows}

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

    def own(self, op_ids: Collection[str]) -> dict[str, OwnOp]:
        return {i: self.tables.outbox[i] for i in op_ids if i in self.tables.outbox}

    def add_own(self, ops: Iterable[Op]) -> None:
        for op in ops:
            self.tables.outbox[op.op_id] = OwnOp(op, WAITING)
            self.tables.labels[op.scope] = max(op.dseq, self.last_label(op.scope))

    def relabel_own(self, ops: Iterable[Op]) -> None:
        self.add_own(ops)

    def settle(self, op_ids: Collection[str], state: str, reasons: Mapping[str, str] | None = None) -> None:
        for i in op_ids:
            self.tables.outbox[i] = OwnOp(self.tables.outbox[i].op, state, (reasons or {}).get(i, ""))

    def all_pending(self) -> list[Op]:
        return [own.op for own in self.tables.outbox.values() if own.state in PENDING]

    def unsent(self, most_bytes: int) -> list[Op]:
        waiting = [own.op for own in self.tables.outbox.values() if own.state == WAITING]
        return waiting[: max(1, most_bytes // BYTES_PER_OP)]

    def in_scope(self, scope: str) -> list[OwnOp]:
        return [
            own
            for own in self.tables.outbox.values()
            if own.op.scope == scope and own.op.inc == self.tables.inc and own.state in PENDING
        ]

    def cursor(self, scope: str) -> int:
        return self.tables.cursors.get(scope, 0)

    def set_cursor(self, scope: str, seq: int) -> None:
        self.tables.cursors[scope] = seq

    def vector(self) -> tuple[int, int]:
        return len(self.tables.cursors), vector_digest(self.tables.cursors.items())

    def cursors(self) -> dict[str, int]:
        return dict(self.tables.cursors)

    def moved(self) -> dict[str, int]:
        return {s: q for s, q in self.tables.cursors.items() if self.tables.told.get(s, 0) != q}

    def reported(self, cursors: Mapping[str, int]) -> None:
        self.tables.told.update(cursors)

    def forget_reported(self) -> None:
        self.tables.told = {}
