"""The hub's tables in memory, with transactions as PostgreSQL gives them under READ COMMITTED.

Writes are buffered until commit, reads see what is committed and one's own, and the rows of `scope_head` are
locked until the transaction ends: `lock` yields as long as it must wait.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from familyhub.sync import merge
from familyhub.sync.copy import AlreadyHeld, Held, Label, LogRow, Sender, as_record
from familyhub.sync.hub import HubMachine
from familyhub.sync.messages import Batch, Record, Request, SnapshotRow, vector_digest
from familyhub.sync.ops import Op, RowKey, emptied, pack_payload
from familyhub.sync.snapshot import snapshot_row
from tests.simulation.memory_laptop import BYTES_PER_OP

NEVER = 1 << 30


@dataclass(frozen=True)
class Aside:
    """A frame that waits for a person, or did."""

    scope: str
    inc: str
    dseq: int
    op_id: str
    payload: bytes
    reason: str
    released: bool = False


@dataclass
class HubTables:
    """What the hub has written: all of it, or what one transaction adds."""

    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    log: dict[str, dict[int, LogRow]] = field(default_factory=dict)
    labels: dict[tuple[str, str], dict[int, str]] = field(default_factory=dict)
    aside: dict[tuple[str, str, int], Aside] = field(default_factory=dict)
    folded: dict[str, int] = field(default_factory=dict)
    floors: dict[str, int] = field(default_factory=dict)
    rows: dict[RowKey, Held] = field(default_factory=dict)
    differences: dict[RowKey, list[str]] = field(default_factory=dict)
    vectors: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    grants: dict[tuple[str, str], bool] = field(default_factory=dict)
    """(device, scope): whether it may hold the scope; a withdrawn one stays as False."""
    receipts: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    erased: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    lives: dict[str, dict[str, int]] = field(default_factory=dict)
    """Each life of the hub, in order, with the heads that it began with."""
    durable: int = 0

    def take(self, other: HubTables) -> None:
        """Write what `other` holds."""
        for whole, part in ((self.log, other.log), (self.labels, other.labels)):
            for key, numbered in part.items():
                whole.setdefault(key, {}).update(numbered)  # type: ignore[call-overload, attr-defined]
        for name in SIMPLE:
            getattr(self, name).update(getattr(other, name))

    def duplicate(self) -> HubTables:
        """The same content, apart: a backup."""
        out = HubTables(durable=self.durable)
        for name in ("log", "labels", "vectors", "erased", "lives"):
            setattr(out, name, {key: copy(held) for key, held in getattr(self, name).items()})
        for name in ("heads", "aside", "folded", "floors", "rows", "differences", "grants", "receipts"):
            setattr(out, name, dict(getattr(self, name)))
        return out


SIMPLE = (
    "heads",
    "aside",
    "folded",
    "floors",
    "rows",
    "differences",
    "vectors",
    "grants",
    "receipts",
    "erased",
)


class Snapshot(NamedTuple):
    """The number that a scope stands on, its rows, those of a device's ops that it contains, below what rows forget."""

    seq: int
    rows: list[SnapshotRow]
    own: list[str]
    floor: int


class MemoryHub:
    """The committed tables and the locks."""

    overlaps = True
    """Whether transactions may overlap."""

    def __init__(self) -> None:
        self.tables = HubTables(lives={"life-1": {}})
        self.locks: dict[str, MemoryHubTx] = {}
        self.refused: set[str] = set()
        """Op ids that nobody had the right to write."""
        self.commits = 0
        self.lives = 1
        self.now_ms = 0
        self.snapshot_from = NEVER
        """A scope in which a laptop is so many numbers behind comes as a snapshot, as if below its floor."""
        self.under_way = False
        """Whether a transaction is open that no other may overlap."""

    def begin(self, writing: bool = True) -> MemoryHubTx:
        """A new transaction."""
        return MemoryHubTx(self)

    def check_unique(self, scope: str, op_ids: Collection[str]) -> None:
        """`unique(scope, op_id)` of the log."""
        have = {row.op.op_id for row in self.tables.log.get(scope, {}).values()}
        if any(i in have for i in op_ids):
            raise AlreadyHeld(scope)

    def rows_of(self, scope: str) -> dict[RowKey, Held]:
        """The projection of a scope."""
        return {k: h for k, h in self.tables.rows.items() if k[0] == scope}

    def holds(self, device: str) -> set[str]:
        """The scopes that a device may hold now."""
        return {scope for (d, scope), live in self.tables.grants.items() if d == device and live}

    def grant(self, device: str, scope: str) -> None:
        """A device may hold a scope; what it had acknowledged to have left, it has not left now."""
        self.tables.grants[(device, scope)] = True
        self.tables.receipts.pop((device, scope), None)

    def withdraw(self, device: str, scope: str) -> None:
        """A device may hold a scope no longer."""
        self.tables.grants[(device, scope)] = False

    def snapshot(self, device: str, scope: str, machine: HubMachine, mixed: bool) -> Snapshot:
        """A scope as it stands; one that is joined with rows of another life (`mixed`) remembers all that was replaced."""
        tables = self.tables
        seq, floor = tables.folded.get(scope, 0), tables.floors.get(scope, 0)
        held_rows = self.rows_of(scope)
        if mixed and floor:
            held_rows, floor = machine.folded_anew(MemoryHubTx(self), scope, seq), 0
        rows = [snapshot_row(k[1], k[2], held) for k, held in sorted(held_rows.items())]
        incs = {inc for d, inc in tables.vectors if d == device}
        log = tables.log.get(scope, {})
        own = [row.op.op_id for n, row in log.items() if n <= seq and row.op.inc in incs]
        return Snapshot(seq, rows, own, floor)

    def rebuild(self, machine: HubMachine) -> None:
        """Fold the projection anew from the log, as far as it was folded."""
        self.tables.rows, self.tables.differences = {}, {}
        tx = MemoryHubTx(self)
        for scope in self.tables.log:
            rows = machine.folded_anew(tx, scope, tx.folded(scope))
            self.tables.rows.update(machine.pruned(tx, scope, rows, tx.floor(scope)))
        self.tables.differences = {k: merge.open_differences(h.row) for k, h in self.tables.rows.items()}

    def back_up(self) -> HubTables:
        """A copy of everything, to be put by."""
        return self.tables.duplicate()

    def set_durable(self, upto: int) -> None:
        """What was received up to then outlives the database."""
        self.tables.durable = upto

    def restore(self, backup: HubTables) -> None:
        """A new life from an older copy."""
        self.tables = backup.duplicate()
        heads = {scope: seq for scope, (seq, _) in self.tables.heads.items()}
        self.lives += 1
        self.tables.lives[f"life-{self.lives}"] = heads
        self.locks = {}


class MemoryHubTx:
    """Implements `HubTx`."""

    def __init__(self, hub: MemoryHub) -> None:
        self.hub = hub
        self.mine = HubTables()
        self.released: set[tuple[str, str, int]] = set()
        self.now_ms = hub.now_ms

    def __enter__(self) -> MemoryHubTx:
        return self

    def __exit__(self, *failure: object) -> None:
        self.rollback()

    def expect(self, batches: Collection[Batch]) -> None:
        """What a push will bring; nothing is to be looked up here."""

    def ensure_scopes(self, scopes: Collection[str]) -> None:
        for scope in scopes:  # `on conflict do nothing`: what others see of it before commit does not matter
            self.hub.tables.heads.setdefault(scope, (0, b""))

    def lock(self, scopes: Collection[str]) -> Iterator[str]:
        for scope in sorted(scopes):
            while self.hub.locks.get(scope, self) is not self:
                yield f"waits for {scope}"
            self.hub.locks[scope] = self

    def _unlock(self) -> None:
        self.hub.locks = {s: tx for s, tx in self.hub.locks.items() if tx is not self}

    def commit(self) -> None:
        for scope, rows in self.mine.log.items():
            have = self.hub.tables.log.get(scope, {})
            new = [r.op.op_id for n, r in rows.items() if n not in have or have[n].op.op_id != r.op.op_id]
            self.hub.check_unique(scope, new)
        self.hub.tables.take(self.mine)
        aside = self.hub.tables.aside
        aside.update({key: replace(aside[key], released=True) for key in self.released})
        self.mine, self.released = HubTables(), set()
        self.hub.commits += 1
        self._unlock()

    def rollback(self) -> None:
        """Nothing happened."""
        self.mine, self.released = HubTables(), set()
        self._unlock()

    def head(self, scope: str) -> tuple[int, bytes]:
        return self.mine.heads.get(scope) or self.hub.tables.heads.get(scope, (0, b""))

    def set_head(self, scope: str, seq: int, chain: bytes) -> None:
        self.mine.heads[scope] = (seq, chain)

    def _labels(self, scope: str, inc: str) -> dict[int, str]:
        label = (scope, inc)
        return {**self.hub.tables.labels.get(label, {}), **self.mine.labels.get(label, {})}

    def known(self, scope: str, inc: str) -> int:
        return max(self._labels(scope, inc), default=0)

    def at_labels(self, scope: str, inc: str, dseqs: Collection[int]) -> dict[int, Label]:
        found = {d: i for d, i in self._labels(scope, inc).items() if d in dseqs}
        held = self.held(scope, found.values())
        return {d: held[i] for d, i in found.items()}

    def held(self, scope: str, op_ids: Collection[str]) -> dict[str, Label]:
        out = {
            a.op_id: Label(a.op_id, a.reason)
            for a in self._aside().values()
            if a.scope == scope and a.op_id in op_ids and not a.released
        }
        for row in self._log(scope).values():
            if row.op.op_id in op_ids:
                out[row.op.op_id] = Label(row.op.op_id, "", row.seq, row.received)
        return out

    def _log(self, scope: str) -> dict[int, LogRow]:
        committed = self.hub.tables.log.get(scope, {})
        return {**committed, **self.mine.log[scope]} if scope in self.mine.log else committed

    def _aside(self) -> dict[tuple[str, str, int], Aside]:
        return {**self.hub.tables.aside, **self.mine.aside} if self.mine.aside else self.hub.tables.aside

    def append(self, scope: str, rows: Iterable[LogRow]) -> None:
        rows = list(rows)
        self.hub.check_unique(scope, [row.op.op_id for row in rows])
        for row in rows:
            self.mine.log.setdefault(scope, {})[row.seq] = row
            self.alias(scope, row.op.inc, row.op.dseq, row.op.op_id)

    def set_aside(
        self, scope: str, inc: str, dseq: int, op_id: str, payload: bytes, reason: str, now: int
    ) -> None:
        self.mine.aside[(scope, inc, dseq)] = Aside(scope, inc, dseq, op_id, payload, reason)
        self.alias(scope, inc, dseq, op_id)

    def alias(self, scope: str, inc: str, dseq: int, op_id: str) -> None:
        self.mine.labels.setdefault((scope, inc), {})[dseq] = op_id

    def take_released(self, scope: str, op_id: str) -> tuple[str, int, bytes] | None:
        for key, a in self._aside().items():
            if a.scope == scope and a.op_id == op_id and not a.released:
                self.released.add(key)
                return a.inc, a.dseq, a.payload
        return None

    def after(self, scope: str, seq: int, most_bytes: int) -> list[LogRow]:
        log = self._log(scope)
        return [log[n] for n in sorted(log) if n > seq][: max(1, most_bytes // BYTES_PER_OP)]

    def records(self, scope: str, seq: int, most_bytes: int, inc: str) -> list[Record]:
        rows = self.after(scope, seq, most_bytes)
        return [as_record(row, row.op.inc == inc, pack_payload(row.op)) for row in rows]

    def by_ids(self, scope: str, op_ids: Collection[str]) -> dict[str, LogRow]:
        return {row.op.op_id: row for row in self._log(scope).values() if row.op.op_id in op_ids}

    def folded(self, scope: str) -> int:
        return self.mine.folded.get(scope) or self.hub.tables.folded.get(scope, 0)

    def set_folded(self, scope: str, seq: int) -> None:
        self.mine.folded[scope] = seq

    def load(self, keys: Collection[RowKey]) -> dict[RowKey, Held]:
        rows = {**self.hub.tables.rows, **self.mine.rows}
        return {k: rows[k] for k in keys if k in rows}

    def save(self, rows: Mapping[RowKey, Held]) -> None:
        self.mine.rows.update(rows)
        self.mine.differences.update({k: merge.open_differences(h.row) for k, h in rows.items()})

    def rows_of(self, scope: str) -> dict[RowKey, Held]:
        return self.hub.rows_of(scope)

    def floor(self, scope: str) -> int:
        return self.mine.floors.get(scope) or self.hub.tables.floors.get(scope, 0)

    def settled(self, scope: str, before: int) -> int:
        floor = self.floor(scope)
        numbers = [n for n, row in self._log(scope).items() if n > floor and row.received > before]
        return min(numbers) - 1 if numbers else max(self._log(scope), default=0)

    def archive(self, scope: str, upto: int) -> None:
        self.mine.floors[scope] = upto

    def refuse_write(self, sender: Sender, op: Op) -> str:
        if op.op_id in self.hub.refused:
            return "no right to write this"
        name = (sender.device, op.scope)
        live = self.hub.tables.grants.get(name)
        if live is False and (receipt := self.hub.tables.receipts.get(name)):
            inc, last = receipt
            if op.inc != inc or op.dseq > last:
                return "this worker does not hold the file that it is in"
        if live is None:
            self.mine.grants[name] = True
        return ""

    def erased(self, scope: str) -> set[tuple[str, str]]:
        return self.hub.tables.erased.get(scope, set()) | self.mine.erased.get(scope, set())

    def asides(self, scope: str) -> list[tuple[str, str, int, bytes]]:
        held = [a for a in self._aside().values() if a.scope == scope and a.payload]
        return [(a.op_id, a.inc, a.dseq, a.payload) for a in held]

    def erase(self, key: RowKey, asides: Collection[str]) -> None:
        scope = key[0]
        self.mine.erased[scope] = self.erased(scope) | {key[1:]}
        for seq, row in self._log(scope).items():
            if row.op.row == key:
                self.mine.log.setdefault(scope, {})[seq] = row._replace(op=emptied(row.op), salt=b"")
        for label, a in self._aside().items():
            if a.scope == scope and a.op_id in asides:
                self.mine.aside[label] = replace(a, payload=b"")

    def epoch(self) -> str:
        return list(self.hub.tables.lives)[-1]

    def durable(self) -> int:
        return self.hub.tables.durable

    def back(self, epoch: str, cursors: Mapping[str, int]) -> dict[str, int]:
        lives = list(self.hub.tables.lives)
        if epoch not in lives:
            return dict.fromkeys(cursors, 0)
        later = [self.hub.tables.lives[life] for life in lives[lives.index(epoch) + 1 :]]
        least = {scope: min(heads.get(scope, 0) for heads in later) for scope in cursors}
        return {scope: seq for scope, seq in least.items() if seq < cursors[scope]}

    def _vector(self, sender: Sender, inc: str) -> dict[str, int]:
        return self.hub.tables.vectors.get((sender.device, inc), {})

    def agrees(self, sender: Sender, request: Request) -> bool:
        vector = self.hub.tables.vectors.get((sender.device, request.inc))
        return vector is not None and f"{vector_digest(vector.items()):016x}" == request.digest

    def hear(self, sender: Sender, request: Request) -> bool:
        stored = {} if request.whole else self._vector(sender, request.inc)
        vector = {s: q for s, q in {**stored, **request.moved}.items() if q}
        self.mine.vectors[(sender.device, request.inc)] = vector
        return f"{vector_digest(vector.items()):016x}" == request.digest

    def receipts(self, sender: Sender, inc: str, receipts: Mapping[str, int]) -> None:
        for scope, last in receipts.items():
            if self.hub.tables.grants.get((sender.device, scope)) is False:
                self.mine.receipts[(sender.device, scope)] = (inc, last)

    def news(self, sender: Sender, inc: str) -> list[tuple[str, int, int, int]]:
        out = []
        for scope in sorted(self.hub.holds(sender.device)):
            head, cursor = self.head(scope)[0], self._vector(sender, inc).get(scope, 0)
            folded = self.folded(scope)
            if head > cursor:
                drawn = folded if folded - cursor >= self.hub.snapshot_from else 0
                out.append((scope, cursor, head, max(drawn, self.floor(scope))))
        return out

    def withdrawn(self, sender: Sender, inc: str, also: Collection[str]) -> list[str]:
        return sorted((self._vector(sender, inc).keys() | set(also)) - self.hub.holds(sender.device))

    def held_scopes(self, sender: Sender, scopes: Collection[str]) -> set[str]:
        return self.hub.holds(sender.device) & set(scopes)
