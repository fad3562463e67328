"""Frozen baseline: one ``executemany`` into an SQLCipher file, durable, with no index but its key.

What a program would do that keeps the records and nothing else: no search, no history, no sync. See README.md.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

Record = tuple[str, str, dict[str, str]]
"""Scope, id and fields; all records have the same fields."""
KEY = bytes(range(32))
SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "temp_store=MEMORY",
    "secure_delete=ON",
    "cache_size=-32000",
)


def insert(path: Path, records: Sequence[Record]) -> float:
    """Seconds of writing the records; the file is left with everything in it and no log beside it."""
    connection = sqlcipher.connect(str(path), isolation_level=None)
    connection.execute(f"pragma key=\"x'{KEY.hex()}'\"")
    for setting in SETTINGS:
        connection.execute(f"pragma {setting}")
    names = [f'"{name}"' for name in records[0][2]]
    connection.execute(f"create table visit (scope, id, {', '.join(names)}, primary key (scope, id))")
    values = [(scope, row_id, *fields.values()) for scope, row_id, fields in records]
    begun = time.perf_counter()
    connection.execute("begin immediate")
    connection.executemany(f"insert into visit values ({', '.join('?' * (len(names) + 2))})", values)
    connection.execute("commit")
    took = time.perf_counter() - begun
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    return took
