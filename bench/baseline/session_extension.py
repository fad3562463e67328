"""Frozen baseline: SQLite's session extension. Changesets travel through one central file; the later writer wins.

The conflict handler is the one the extension's documentation offers for that: replace what differs, leave out what is
not there. Durable (``synchronous=FULL``); not encrypted, since the wheel of apsw brings plain SQLite. See README.md.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import apsw

Record = tuple[str, str, dict[str, str]]
"""Scope, id and fields; all records have the same fields."""
Edits = Mapping[str, tuple[str, str]]
"""By id of a record: the field that somebody edited and its new value."""


class Kept(NamedTuple):
    """What of two people's edits the central file holds in the end."""

    losing_values: int
    """Values of a field edited by both that were not the last, and can still be read."""
    merged: int
    """Records of which two fields were edited by one each, and that hold both."""


def _opened(path: Path, names: Sequence[str]) -> apsw.Connection:
    connection = apsw.Connection(str(path))
    connection.execute("pragma journal_mode=WAL")
    connection.execute("pragma synchronous=FULL")
    columns = ", ".join(f'"{name}"' for name in names)
    connection.execute(f"create table if not exists visit (scope, id, {columns}, primary key (scope, id))")
    return connection


def _insert(connection: apsw.Connection, records: Sequence[Record]) -> None:
    marks = ", ".join("?" * (len(records[0][2]) + 2))
    with connection:
        connection.executemany(
            f"insert into visit values ({marks})", [(s, i, *f.values()) for s, i, f in records]
        )


def _recording(connection: apsw.Connection) -> apsw.Session:
    session = apsw.Session(connection, "main")
    session.attach("visit")
    return session


def _later_wins(reason: int, _change: object) -> int:
    replaceable = (apsw.SQLITE_CHANGESET_DATA, apsw.SQLITE_CHANGESET_CONFLICT)
    return apsw.SQLITE_CHANGESET_REPLACE if reason in replaceable else apsw.SQLITE_CHANGESET_OMIT


def apply_inserts(folder: Path, records: Sequence[Record]) -> tuple[float, int]:
    """Seconds of applying one changeset that holds all records to an empty file, and the changeset's bytes."""
    names = list(records[0][2])
    source, target = _opened(folder / "source.db", names), _opened(folder / "target.db", names)
    session = _recording(source)
    _insert(source, records)
    changes = session.changeset()
    begun = time.perf_counter()
    apsw.Changeset.apply(changes, target, conflict=_later_wins)
    took = time.perf_counter() - begun
    session.close()
    source.close()
    target.close()
    return took, len(changes)


def edits_of_two(folder: Path, records: Sequence[Record], first: Edits, second: Edits) -> Kept:
    """Two laptops with the same records edit without having met; both send their changeset to a central file."""
    names = list(records[0][2])
    changesets = []
    for name, edits in (("first.db", first), ("second.db", second)):
        laptop = _opened(folder / name, names)
        _insert(laptop, records)
        session = _recording(laptop)
        with laptop:
            for row_id, (field, value) in edits.items():
                laptop.execute(f'update visit set "{field}" = ? where id = ?', (value, row_id))
        changesets.append(session.changeset())
        session.close()
        laptop.close()
    central = _opened(folder / "central.db", names)
    _insert(central, records)
    for changes in changesets:
        apsw.Changeset.apply(changes, central, conflict=_later_wins)
    losing = merged = 0
    for row_id in first.keys() & second.keys():
        shown = next(central.execute("select * from visit where id = ?", (row_id,)))
        held = [value in shown for _, value in (first[row_id], second[row_id])]
        if first[row_id][0] == second[row_id][0]:
            losing += all(held)
        else:
            merged += all(held)
    central.close()
    return Kept(losing, merged)
