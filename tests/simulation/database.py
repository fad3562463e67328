"""A real database under a simulated copy: read whole, put by, replaced by what was put by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from familyhub.hub.sql import Sql
from familyhub.store import engine as engines

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, MetaData

KEY = bytes(range(32))
"""Of every simulated file."""
Dump = dict[str, list[tuple[Any, ...]]]
"""The rows of every table that has any."""


def file_engine(path: Path) -> Engine:
    """An engine over an encrypted file that need not outlive the machine's power."""
    from sqlalchemy import event

    engine = engines.encrypted(path, KEY)

    @event.listens_for(engine, "connect")
    def _hurry(connection: Any, record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return engine


class Database:
    """One database with the tables of its schema."""

    def __init__(self, engine: Engine, schema: Sequence[MetaData]) -> None:
        self.engine = engine
        self.columns = {
            table.name: ", ".join(f'"{column.name}"' for column in table.columns)
            for metadata in schema
            for table in metadata.sorted_tables
        }
        self.filled: set[str] = set(self.columns)
        """Tables that may hold something."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads."""
        with self.engine.connect().execution_options(**engines.READING) as connection:
            yield connection

    def dump(self) -> Dump:
        """Everything there is."""
        with self.reading() as connection:
            sql = Sql(connection)
            whole = {name: sql.rows(f'select {names} from "{name}"') for name, names in self.columns.items()}
        return {name: [tuple(row) for row in rows] for name, rows in whole.items() if rows}

    def fill(self, dump: Dump) -> None:
        """Let this database hold what was dumped, and nothing else."""
        with self.engine.begin() as connection:
            sql = Sql(connection)
            for name, names in self.columns.items():
                sql.run(f'delete from "{name}"')
                if rows := dump.get(name):
                    marks = ", ".join("?" * (names.count(",") + 1))
                    sql.many(f'insert into "{name}" ({names}) values ({marks})', rows)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
