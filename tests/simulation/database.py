"""A real database under a simulated copy: read whole, put by, replaced by what was put by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from familyhub.hub.sql import Sql
from familyhub.store import engine as engines

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, MetaData

KEY = bytes(range(32))
"""Of every simulated file."""
Dump = dict[str, list[tuple[Any, ...]]]
"""The rows of every table that has any."""


class Found(list[tuple[Any, ...]]):
    """Rows of a query, or how many a statement changed."""

    rowcount = 0

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows."""
        return self

    def first(self) -> tuple[Any, ...] | None:
        """The first row."""
        return self[0] if self else None


class Bare:
    """A bare connection where our code wants SQLAlchemy's: SQLAlchemy itself would take half of the time."""

    def __init__(self, connection: Any, engine: Engine) -> None:
        self.connection = connection
        self.dialect = engine.dialect

    def exec_driver_sql(self, sql: str, values: Any = ()) -> Found:
        """The rows of a query, or what one statement does for each of a list of values."""
        if isinstance(values, list):
            self.connection.executemany(sql, values)
            return Found()
        cursor = self.connection.execute(sql, values)
        found = Found(cursor)
        found.rowcount = cursor.rowcount
        return found


class Database:
    """One database with the tables of its schema."""

    def __init__(self, engine: Engine, schema: Sequence[MetaData]) -> None:
        self.engine = engine
        self.columns = {
            table.name: ", ".join(f'"{column.name}"' for column in table.columns)
            for metadata in schema
            for table in metadata.sorted_tables
        }
        self._which = " union all ".join(
            f"select '{name}' where exists (select 1 from \"{name}\")" for name in self.columns
        )
        self._connection: Any = None
        self._file = engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads."""
        if self._file:
            yield cast("Connection", self._bare())
            return
        with self.engine.connect().execution_options(**engines.READING) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a writing transaction, which is undone if something goes wrong in it."""
        if not self._file:
            with self.engine.begin() as connection:
                yield connection
            return
        bare = self._bare()
        bare.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield cast("Connection", bare)
        except BaseException:
            bare.exec_driver_sql("ROLLBACK")
            raise
        bare.exec_driver_sql("COMMIT")

    def _bare(self) -> Bare:
        """Over the one connection that the engine has, so that nothing which it holds in memory is read again."""
        if self._connection is None:
            raw = self.engine.raw_connection()
            self._connection = raw.driver_connection
            raw.close()
        return Bare(self._connection, self.engine)

    def _filled(self, sql: Sql) -> list[str]:
        """Tables that hold something."""
        return [row[0] for row in sql.rows(self._which)]

    def dump(self) -> Dump:
        """Everything there is."""
        with self.reading() as connection:
            sql = Sql(connection)
            return {
                name: [tuple(row) for row in sql.rows(f'select {self.columns[name]} from "{name}"')]
                for name in self._filled(sql)
            }

    def fill(self, dump: Dump) -> None:
        """Let this database hold what was dumped, and nothing else."""
        with self.writing() as connection:
            sql = Sql(connection)
            for name in self._filled(sql):
                sql.run(f'delete from "{name}"')
            for name, rows in dump.items():
                names = self.columns[name]
                marks = ", ".join("?" * (names.count(",") + 1))
                sql.many(f'insert into "{name}" ({names}) values ({marks})', rows)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def file_database(path: Path, schema: Sequence[MetaData]) -> Database:
    """A database in an encrypted file that stands already."""
    return Database(file_engine(path), schema)


def file_engine(path: Path) -> Engine:
    """An engine over an encrypted file that need not outlive the machine's power."""
    from sqlalchemy import event

    engine = engines.encrypted(path, KEY)

    @event.listens_for(engine, "connect")
    def _hurry(connection: Any, record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return engine
