"""A laptop's copy in memory with the real one beside it: every call goes to both, and both must say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from familyhub.store.laptop_copy import SqlLaptopCopy
from tests.simulation.database import Database, Dump
from tests.simulation.memory_laptop import Killed, MemoryLaptop, Tables
from tests.simulation.plain import agree, agree_as_far, agree_on_rows, answered

UNLIKE = {"all_rows": agree_on_rows, "unsent": agree_as_far}
"""Calls whose answers are alike without being equal."""
READS = frozenset({
    "incarnation", "clock", "last_labels", "load", "all_rows", "confirmed", "pending", "own", "kept", "all_pending",
    "unsent", "labels", "expect", "epoch", "hub_key", "durable", "unseen", "has_rows", "owed", "staged", "cursor", "cursors",
    "moved", "mixed",
})  # fmt: skip
"""Calls that change nothing: a transaction of these alone leaves the file as it was compared last."""


class LaptopPair:
    """Both copies inside one transaction; the one in memory answers."""

    def __init__(self, memory: MemoryLaptop, real: SqlLaptopCopy) -> None:
        self._memory, self._real = memory, real
        self.writes = False

    @property
    def tables(self) -> Tables:
        """What the copy in memory holds."""
        return self._memory.tables

    def start_incarnation(self) -> str:
        """The real copy draws a name by chance, and takes the one that the history gives."""
        self.writes = True
        inc = self._memory.start_incarnation()
        answered("start_incarnation", self._real.start_incarnation)
        self._real.set_settings({"inc": inc})
        return inc

    def __getattr__(self, name: str) -> Callable[..., Any]:
        known, real, compare = getattr(self._memory, name), getattr(self._real, name), UNLIKE.get(name, agree)

        def both(*given: Any, **named: Any) -> Any:
            self.writes |= name not in READS
            given = tuple(list(g) if isinstance(g, Iterator) else g for g in given)
            expected = known(*given, **named)
            got = answered(name, lambda: real(*given, **named))
            if isinstance(expected, Iterator):
                expected, got = list(expected), list(got)
            compare(name, expected, got)
            return expected

        setattr(self, name, both)
        return both


class ShadowedLaptop(MemoryLaptop):
    """A laptop whose file is real: `kind` is the copy over it, `by` keeps what was put by of such files."""

    def __init__(
        self,
        new_incarnation: Callable[[], str],
        database: Database,
        kind: type[SqlLaptopCopy],
        by: list[tuple[Tables, Dump]],
    ) -> None:
        super().__init__(new_incarnation)
        self.database, self.kind, self._by = database, kind, by
        database.fill({})
        with database.writing() as connection:
            copy = kind(connection, None)
            copy.set_settings({"inc": self.tables.inc})
            copy.set_hub_key(self.hub_key())
            copy.finish()

    @contextmanager
    def transaction(self, killed: bool = False) -> Iterator[MemoryLaptop]:
        """All or nothing, in memory and in the file."""
        writes = True
        try:
            with self.database.writing() as connection:
                real = self.kind(connection, None)
                with super().transaction(killed) as memory:
                    pair = LaptopPair(memory, real)
                    yield cast(MemoryLaptop, pair)
                    real.finish()
                    writes = pair.writes
        except Killed:
            self._agree()
            raise
        if writes:
            self._agree()

    def back_up(self) -> Tables:
        tables = super().back_up()
        self._by.append((tables, self.database.dump()))
        return tables

    def restore(self, tables: Tables) -> None:
        super().restore(tables)
        self.database.fill(next(dump for kept, dump in self._by if kept is tables))
        self._agree()

    def _agree(self) -> None:
        """The file holds what the memory holds, table by table."""
        tables = self.tables
        with self.database.reading() as connection:
            copy = SqlLaptopCopy(connection, None)
            found: Any = lambda sql: [tuple(row) for row in connection.exec_driver_sql(sql)]  # noqa: E731
            keys = found(
                "select scope, 'person', id from person union all select scope, entity, id from unknown_row"
            )
            agree("rows", tables.rows, answered("rows", lambda: copy.load(keys)))
            kept = found("select scope, entity, row_id from confirmed")
            agree("confirmed", tables.confirmed, answered("confirmed", lambda: copy.confirmed(kept)))
            agree("outbox", list(tables.outbox.values()), answered("outbox", copy.kept))
            agree("labels", tables.labels, dict(found("select scope, dseq from label")))
            agree("cursors", tables.cursors, dict(found("select scope, seq from cursor")))
            agree("moved", self.moved(), copy.moved())
            agree("owed", self.owed(), copy.owed())
            agree("mixed", tables.mixed, copy.mixed())
            agree("destroyed", tables.destroyed, dict(found("select op_id, reason from destroyed")))
            parts = {
                (s, d): bytes(body) for s, d, body in found("select scope, digest, body from snapshot_part")
            }
            agree("parts", tables.parts, parts)
            open_ = [(*key, f) for key, fields in tables.differences.items() for f in fields]
            agree_on_rows("differences", open_, found("select scope, entity, row_id, field from difference"))
            said = (copy.incarnation(), copy.clock(), copy.epoch(), copy.durable())
            agree("settings", (tables.inc, tables.clock, tables.epoch, tables.durable), said)
