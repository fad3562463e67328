"""The hub's tables in memory, with transactions as PostgreSQL gives them under READ COMMITTED.

Writes are buffered until commit, reads see what is committed and one's own, and the rows of `scope_head` are
locked until the transaction ends: `lock` yields as long as it must wait.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from familyhub.sync import merge
from familyhub.sync.copy import AlreadyHeld, Held, Label, LogRow, Sender
from familyhub.sync.ops import Op, RowKey
from tests.simulation.memory_laptop import BYTES_PER_OP


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
    rows: dict[RowKey, Held] = field(default_factory=dict)
    differences: dict[RowKey, list[str]] = field(default_factory=dict)

    def take(self, other: HubTables) -> None:
        """Write what `other` holds."""
        self.heads.update(other.heads)
        for scope, rows in other.log.items():
            self.log.setdefault(scope, {}).update(rows)
        for label, op_ids in other.labels.items():
            self.labels.setdefault(label, {}).update(op_ids)
        self.aside.update(other.aside)
        self.folded.update(other.folded)
        self.rows.update(other.rows)
        self.differences.update(other.differences)


class MemoryHub:
    """The committed tables, the locks, and each laptop's cursor vector."""

    def __init__(self) -> None:
        self.tables = HubTables()
        self.locks: dict[str, MemoryHubTx] = {}
        self.vectors: dict[tuple[str, str], dict[str, int]] = {}
        self.refused: set[str] = set()
        """Op ids that nobody had the right to write."""
        self.commits = 0

    def begin(self) -> MemoryHubTx:
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


class MemoryHubTx:
    """Implements `HubTx`."""

    def __init__(self, hub: MemoryHub) -> None:
        self.hub = hub
        self.mine = HubTables()

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
            self.hub.check_unique(scope, [row.op.op_id for row in rows.values()])
        self.hub.tables.take(self.mine)
        self.mine = HubTables()
        self.hub.commits += 1
        self._unlock()

    def rollback(self) -> None:
        """Nothing happened."""
        self.mine = HubTables()
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
                out[row.op.op_id] = Label(row.op.op_id)
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
                self.mine.aside[key] = replace(a, released=True)
                return a.inc, a.dseq, a.payload
        return None

    def after(self, scope: str, seq: int, most_bytes: int) -> list[LogRow]:
        log = self._log(scope)
        return [log[n] for n in sorted(log) if n > seq][: max(1, most_bytes // BYTES_PER_OP)]

    def by_id(self, scope: str, op_id: str) -> LogRow | None:
        return next((row for row in self._log(scope).values() if row.op.op_id == op_id), None)

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

    def refuse_write(self, sender: Sender, op: Op) -> str:
        return "no right to write this" if op.op_id in self.hub.refused else ""
