"""The hub's copy in memory with the real one beside it, over SQLite or PostgreSQL: both must say the same.

One thread cannot interleave transactions of a real engine: once begun, each runs to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, cast

from familyhub.hub import archive, logrow, scopes, snapshots
from familyhub.hub.log import SqlHubTx
from familyhub.hub.sql import Sql
from familyhub.hub.tables import device
from familyhub.hub.visitors import DURABLE
from familyhub.sync.copy import AlreadyHeld, LogRow, Sender
from familyhub.sync.hub import HubMachine
from familyhub.sync.messages import SnapshotRow, unpack, vector_digest
from familyhub.sync.ops import Op
from tests.simulation.check import Violation
from tests.simulation.database import Database, Dump
from tests.simulation.memory_hub import HubTables, MemoryHub, MemoryHubTx, Snapshot
from tests.simulation.plain import COPIES_AGREE, agree, agree_as_far, agree_on_rows, answered

DEVICES = 8
ROWS = "select scope, 'person', id from person union all select scope, entity, id from unknown_row"
SETTING = (
    "insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value"
)


def _without_floor(news: list[tuple[str, int, int, int]]) -> list[tuple[str, int, int]]:
    """Scopes with news; where a scope's log begins is drawn by the history, and the real hub has no say in it."""
    return [(scope, cursor, head) for scope, cursor, head, _ in news]


UNLIKE: Mapping[str, Callable[[str, Any, Any], None]] = {
    "asides": agree_on_rows,
    "after": agree_as_far,
    "records": agree_as_far,
    "news": lambda what, expected, got: agree(what, _without_floor(expected), _without_floor(got)),
}
"""Calls whose answers are alike without being equal."""


def _known(given: Any) -> Any:
    """An argument as the real hub takes it: it gives scopes to workers, the history to devices."""
    return replace(given, worker=given.device) if isinstance(given, Sender) else given


class HubTxPair:
    """Both transactions; the one in memory answers. The real one begins at the first call."""

    def __init__(self, hub: ShadowedHub, memory: MemoryHubTx, writing: bool) -> None:
        self._hub, self._memory, self._writing = hub, memory, writing
        self._expected: Collection[Any] = ()
        self._real: SqlHubTx | None = None
        self._ends = ExitStack()
        self._called: set[str] = set()
        self.now_ms = memory.now_ms

    def __enter__(self) -> HubTxPair:
        return self

    def __exit__(self, *failure: object) -> None:
        self.rollback()

    @property
    def real(self) -> SqlHubTx:
        """The real transaction."""
        if self._real is None:
            database = self._hub.database
            connection = self._ends.enter_context(
                database.engine.connect() if self._writing else database.reading()
            )
            self._hub.under_way = self._writing
            self._real = self._hub.kind(connection, epoch=self._memory.epoch(), now_ms=self.now_ms)
            self._real.expect(list(self._expected))
        return self._real

    def expect(self, batches: Collection[Any]) -> None:
        """Remember what a push will bring; this does not begin the transaction yet."""
        self._expected = batches

    def lock(self, wanted: Collection[str]) -> Iterator[str]:
        """Nobody else is there, so that neither waits; every other time a fold is read ahead, as the folder does."""
        yield from self._memory.lock(wanted)
        if not self._expected and self._hub.commits % 2:
            answered("prefetch_fold", lambda: self.real.prefetch_fold(sorted(wanted)))
        answered("lock", lambda: list(self.real.lock(wanted)))

    def refuse_write(self, sender: Sender, op: Op) -> str:
        """The history decides who may write what."""
        return self._memory.refuse_write(sender, op)

    def append(self, scope: str, rows: list[LogRow]) -> None:
        """The real log refuses what it holds already when it is written."""
        try:
            self._memory.append(scope, rows)
        except AlreadyHeld:
            self.real.append(scope, rows)
            self._refuses(self.real.flush)
            raise
        answered("append", lambda: self.real.append(scope, rows))

    @staticmethod
    def _refuses(write: Callable[[], None]) -> None:
        try:
            write()
        except AlreadyHeld:
            return
        raise Violation(COPIES_AGREE, "append: the real copy takes an op_id that stands in its log")

    def commit(self) -> None:
        """Both commit, and then hold the same."""
        given = dict(self._memory.mine.grants)
        try:
            self._memory.commit()
        except AlreadyHeld:
            self._refuses(self.real.flush)
            raise
        if given:
            scopes.give(self.real.sql, [_grant(*name) for name in given], self.now_ms)
        answered("commit", self.real.commit)
        self._close()
        self._hub.agree(only_visitors=self._called == {"hear"})

    def rollback(self) -> None:
        """Nothing happened."""
        self._memory.rollback()
        self._close()

    def _close(self) -> None:
        if self._real is not None:
            self._ends.close()
            self._hub.under_way = False
        self._real = None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        known, compare = getattr(self._memory, name), UNLIKE.get(name, agree)

        def both(*given: Any) -> Any:
            self._called.add(name)
            expected = known(*given)
            got = answered(name, lambda: getattr(self.real, name)(*map(_known, given)))
            compare(name, expected, got)
            return expected

        setattr(self, name, both)
        return both


def _grant(device: str, scope: str) -> scopes.Grant:
    return scopes.Grant(scope, device, "given", scopes.WRITE)


class ShadowedHub(MemoryHub):
    """A hub whose database is real."""

    overlaps = False

    def __init__(self, database: Database, kind: type[SqlHubTx] = SqlHubTx) -> None:
        super().__init__()
        self.database, self.kind = database, kind
        self._by: list[tuple[HubTables, Dump]] = []
        rest = (None,) * (len(device.columns) - 5)  # revoked, seen, what was carried by hand: nothing yet
        devices = [(f"laptop-{n}", f"laptop-{n}", bytes([n]), "", 0, *rest) for n in range(DEVICES)]
        database.fill({"setting": [("epoch", "life-1")], "device": devices})

    def begin(self, writing: bool = True) -> MemoryHubTx:
        return cast(MemoryHubTx, HubTxPair(self, super().begin(writing), writing))

    def _write(self, act: Callable[[SqlHubTx], object]) -> None:
        with self.database.engine.connect() as connection:
            tx = SqlHubTx(connection, epoch=self._epoch(), now_ms=self.now_ms)
            act(tx)
            tx.finish()

    def _epoch(self) -> str:
        return list(self.tables.lives)[-1]

    def grant(self, device: str, scope: str) -> None:
        super().grant(device, scope)
        self._write(lambda tx: scopes.give(tx.sql, [_grant(device, scope)], self.now_ms))

    def withdraw(self, device: str, scope: str) -> None:
        super().withdraw(device, scope)
        self._write(lambda tx: scopes.withdraw(tx.sql, scope, device, self.now_ms))

    def set_durable(self, upto: int) -> None:
        super().set_durable(upto)
        self._write(lambda tx: tx.sql.run(SETTING, (DURABLE, str(upto))))

    def snapshot(self, device: str, scope: str, machine: HubMachine, mixed: bool) -> Snapshot:
        seq, rows, own, floor = known = super().snapshot(device, scope, machine, mixed)
        joined = [scope] if mixed else []
        with self.database.reading() as connection:
            sender = _known(Sender(device, "worker", "family_support"))
            read = lambda: list(snapshots.read(connection, sender, [scope], machine, joined))  # noqa: E731
            whole = answered("snapshot", read)
        got = [
            (w.seq, [row for b in w.bodies for row in unpack(b, list[SnapshotRow])], set(w.own), w.floor)
            for w in whole
        ]
        agree("snapshot", [(seq, rows, set(own), floor)] if seq else [], got)
        return known

    def back_up(self) -> HubTables:
        tables = super().back_up()
        self._by.append((tables, self.database.dump()))
        return tables

    def restore(self, backup: HubTables) -> None:
        super().restore(backup)
        self.database.fill(next(dump for kept, dump in self._by if kept is backup))
        self._write(self._begin_life)
        self.agree()

    def _begin_life(self, tx: SqlHubTx) -> None:
        """What `backup.begin_life` writes, under the name that the history gives."""
        lives = {row[0] for row in tx.sql.rows("select epoch from life")}
        for place, life in enumerate(self.tables.lives, start=1):
            if life not in lives:
                tx.sql.run("insert into life (epoch, place, began) values (?, ?, 0)", (life, place))
        tx.sql.run(
            "insert into life_head (epoch, scope, seq) select ?, scope, seq from scope_head where seq > 0",
            (self._epoch(),),
        )
        tx.sql.run("update scope_head set epoch = ?", (self._epoch(),))
        tx.sql.run(SETTING, ("epoch", self._epoch()))

    def rebuild(self, machine: HubMachine) -> None:
        super().rebuild(machine)
        self._write(lambda tx: [self._fold_anew(tx, machine, scope) for scope in self.tables.heads])
        self.agree()

    def _fold_anew(self, tx: SqlHubTx, machine: HubMachine, scope: str) -> None:
        tx.projection.drop_scope(scope)
        held = machine.folded_anew(tx, scope, tx.folded(scope))
        tx.projection.save(machine.pruned(tx, scope, held, tx.floor(scope)))

    def agree(self, only_visitors: bool = False) -> None:
        """The database holds what the memory holds, table by table; `only_visitors`: nothing else was written."""
        tables = self.tables
        if only_visitors:
            with self.database.reading() as connection:
                self._visitors_agree(Sql(connection))
            return
        with self.database.reading() as connection:
            tx = SqlHubTx(connection, now_ms=self.now_ms)
            sql = tx.sql
            heads = sql.rows("select scope, seq, chain, folded_upto, floor from scope_head where seq > 0")
            agree(
                "heads",
                {s: q for s, q in tables.heads.items() if q[0]},
                {r[0]: (r[1], bytes(r[2])) for r in heads},
            )
            agree(
                "folded", {s: q for s, q in tables.folded.items() if q}, {r[0]: r[3] for r in heads if r[3]}
            )
            floors = {r[0]: r[4] for r in heads if r[4]}
            agree("floors", {s: q for s, q in tables.floors.items() if q}, floors)
            found = sql.rows(f"select {logrow.LOG} from op order by scope, seq")
            cold = [row for row in found if row[1] <= floors.get(row[0], 0) and row[archive.SALT]]
            agree("archived", [], cold)
            log = [
                (row.op.scope, row) for row in answered("log", lambda: [*map(logrow.read, tx.whole(found))])
            ]
            agree(
                "log", [(s, tables.log[s][n]) for s in sorted(tables.log) for n in sorted(tables.log[s])], log
            )
            self._custody_agrees(sql)
            keys = sql.rows(ROWS)
            agree("rows", tables.rows, answered("rows", lambda: tx.projection.load([tuple(k) for k in keys])))
            open_ = [(*key, f) for key, fields in tables.differences.items() for f in fields]
            agree_on_rows(
                "differences", open_, sql.rows("select scope, entity, row_id, field from difference")
            )
            self._visitors_agree(sql)

    def _custody_agrees(self, sql: Sql) -> None:
        tables = self.tables
        aside = sql.rows("select scope, inc, dseq, op_id, payload, reason, released from quarantine")
        agree_on_rows(
            "quarantine",
            [
                (a.scope, a.inc, a.dseq, a.op_id, a.payload, a.reason, a.released)
                for a in tables.aside.values()
            ],
            [(*row[:4], bytes(row[4]), row[5], row[6] is not None) for row in aside],
        )
        labels = {
            tuple(row[:3]): row[3]
            for table in ("alias", "quarantine", "op")
            for row in sql.rows(f"select scope, inc, dseq, op_id from {table}")
        }
        wanted = {(*name, d): i for name, given in tables.labels.items() for d, i in given.items()}
        agree("labels", wanted, labels)

    def _visitors_agree(self, sql: Sql) -> None:
        tables = self.tables
        wanted = {(scope, *row) for scope, rows in tables.erased.items() for row in rows}
        gone = {tuple(r) for r in sql.rows("select scope, entity, row_id from erased_row")}
        agree("erased", wanted, gone)
        cursors = {tuple(r[:3]): r[3] for r in sql.rows("select device, inc, scope, seq from device_cursor")}
        vectors = tables.vectors.items()
        agree("vectors", {(*name, s): q for name, held in vectors for s, q in held.items()}, cursors)
        digests = {tuple(r[:2]): r[2] for r in sql.rows("select device, inc, digest from device_inc")}
        agree("digests", {n: f"{vector_digest(held.items()):016x}" for n, held in vectors}, digests)
        live = f"select worker, scope from grant_ where {scopes.LIVE}"
        holds = {name for name, given in tables.grants.items() if given}
        agree("grants", holds, {tuple(r) for r in sql.rows(live, (self.now_ms, self.now_ms))})
        left = {tuple(r[:2]): tuple(r[2:]) for r in sql.rows("select device, scope, inc, last from receipt")}
        known = {name: said for name, said in left.items() if tables.grants.get(name) is False}  # type: ignore[call-overload]
        agree("receipts", tables.receipts, known)
