"""Frozen baseline: ``COPY`` of the records into one table of PostgreSQL, in one transaction. See README.md."""

from __future__ import annotations

import time
from collections.abc import Sequence

import psycopg

Record = tuple[str, str, dict[str, str]]
"""Scope, id and fields; all records have the same fields."""


def insert(url: str, records: Sequence[Record]) -> float:
    """Seconds until the records are committed in a table of their own, which is dropped again."""
    names = ", ".join(f'"{name}"' for name in records[0][2])
    columns = ", ".join(f'"{name}" text' for name in records[0][2])
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"create table copied (scope text, id text, {columns}, primary key (scope, id))")
        connection.commit()
        begun = time.perf_counter()
        with cursor.copy(f"copy copied (scope, id, {names}) from stdin") as copy:
            for scope, row_id, fields in records:
                copy.write_row((scope, row_id, *fields.values()))
        connection.commit()
        took = time.perf_counter() - begun
        cursor.execute("drop table copied")
    return took
