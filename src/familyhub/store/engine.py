"""Engines: SQLCipher with the raw key on a laptop and in an embedded hub; PostgreSQL at a large hub.

Traps that are met here: a raw key is sent as ``x'…'`` (a passphrase costs 100 ms a connection); the log level is set
before the key, or errors land on the screen; the ``pysqlcipher`` dialect sends an empty key, so it is not used.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlcipher3.dbapi2 as sqlcipher

from familyhub.store.errors import DamagedStore, WrongKey
from familyhub.store.vault import Vault

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect, Engine

Trouble = sqlcipher.Error
"""What a bare connection raises."""
BUSY_MS = 10_000
LONG_LOG_PAGES, LOG_KEPT_BYTES = 3000, 1 << 20
"""Where its owner settles the log: pages after which a commit does it all the same, bytes of the file that stay afterwards."""
STATEMENTS = 1000
"""Compiled statements that are kept in a process."""
READING = {"familyhub_reading": True}
"""Execution option of a connection that only reads: its transaction does not take the writer's place."""


def connect(path: Path, key: bytes | None, *, busy_ms: int = BUSY_MS, log_settled: bool = False) -> Any:
    """A bare connection: WAL, ``synchronous=FULL``; ``key`` None opens an unkeyed file (tests of the canary only).

    ``log_settled``: its owner settles the write-ahead log, so that a commit does so only where that was long ago.
    """
    connection = sqlcipher.connect(
        str(path), check_same_thread=False, isolation_level=None, timeout=busy_ms / 1000
    )
    cursor = connection.cursor()
    if key is not None:
        cursor.execute("PRAGMA cipher_log_level=none")
        cursor.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute("PRAGMA cache_size=-32000")
    if log_settled:
        cursor.execute(f"PRAGMA wal_autocheckpoint={LONG_LOG_PAGES}")
        cursor.execute(f"PRAGMA journal_size_limit={LOG_KEPT_BYTES}")
    cursor.close()
    return connection


def open_checked(path: Path, key: bytes, vault: Vault) -> Any:
    """A bare connection that can read; raises ``WrongKey`` for a foreign database, ``DamagedStore`` for a broken one."""
    kept = vault.read().get("database_salt")
    salt = path.read_bytes()[:16].hex() if path.exists() else None
    if kept is not None and not salt:
        raise DamagedStore("The database of this store")
    try:
        connection = connect(path, key)
        connection.execute("select count(*) from sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        if isinstance(error, sqlcipher.OperationalError) and "locked" in str(error):
            raise
        if salt is not None and kept is not None and salt != kept:
            raise WrongKey from None
        raise DamagedStore("The database of this store") from None
    return connection


@cache
def _dialect() -> Dialect:
    """The dialect of every encrypted file: statements are compiled for a dialect, and so once in a process."""
    from sqlalchemy import create_engine

    engine = create_engine("sqlite://", module=sqlcipher)
    engine.connect().close()  # the dialect looks at its first connection to see what SQLite it has
    engine.dispose()
    return engine.dialect


@cache
def _compiled() -> MutableMapping[Any, Any]:
    """The statements compiled so far; a store that is opened again finds those of the time before."""
    from sqlalchemy.util import LRUCache

    return LRUCache(STATEMENTS)


def encrypted(path: Path, key: bytes | None, *, log_settled: bool = False) -> Engine:
    """A SQLAlchemy engine over an encrypted file; its transactions are ``BEGIN IMMEDIATE`` unless reading.

    The connection that was used last comes first: it has the pages at hand that it wrote. ``log_settled``: as for ``connect``.
    """
    from sqlalchemy import Engine, event, make_url
    from sqlalchemy.pool import QueuePool

    pool = QueuePool(
        lambda: connect(path, key, log_settled=log_settled),
        dialect=_dialect(),
        pool_size=4,
        max_overflow=8,
        reset_on_return="rollback",
        use_lifo=True,
    )
    # create_engine makes a dialect of its own each time: every store that is opened would compile all statements anew.
    engine = Engine(
        pool, _dialect(), make_url("sqlite://"), hide_parameters=True,
        execution_options={"compiled_cache": _compiled()},
    )  # fmt: skip

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("familyhub_reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def postgresql(url: str) -> Engine:
    """A SQLAlchemy engine for a PostgreSQL URL (``postgresql+psycopg://…``), READ COMMITTED."""
    from sqlalchemy import create_engine

    return create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_size=8,
        max_overflow=24,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def disk_is_full(error: BaseException) -> bool:
    """Whether a database error says that there is no room left."""
    return "disk is full" in str(error) or "No space left" in str(error)
