"""Snapshots: scopes as they stand, from the projection, for a laptop that is new to them.

A scope travels whole. Content-addressed chunks that can be resumed (rule 6) come with a later version.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from familyhub.hub import scopes as scoping
from familyhub.hub import vectors
from familyhub.hub.sql import Sql
from familyhub.records.catalogue import SCHEMA_VERSION, entities
from familyhub.store.apply import codec, placeholder, quoted, statements
from familyhub.store.rowcodec import META
from familyhub.sync.copy import Sender
from familyhub.sync.messages import SnapshotRow, SnapshotScope

if TYPE_CHECKING:
    from sqlalchemy import Connection

TOGETHER = 50
"""Scopes whose rows are read in one query per table."""


def granted(sql: Sql, sender: Sender, wanted: Sequence[str]) -> list[str]:
    """Those of ``wanted`` that the sender holds, in their order."""
    held = scoping.modes(sql, sender.worker, wanted)
    return [scope for scope in dict.fromkeys(wanted) if scope in held]


def behind(sql: Sql, wanted: Sequence[str]) -> list[str]:
    """Those of ``wanted`` whose projection does not stand on their head."""
    found = sql.among("select scope from scope_head where folded_upto < seq and scope in ({keys})", wanted)
    return sorted({row[0] for row in found})


def read(connection: Connection, sender: Sender, wanted: Sequence[str]) -> Iterator[SnapshotScope]:
    """Scopes as they stand at the numbers that their projection stands on, all at one moment."""
    sql = Sql(connection)
    incs = vectors.incarnations(sql, sender.device)
    for start in range(0, len(wanted), TOGETHER):
        part = wanted[start : start + TOGETHER]
        stands = dict(
            (row[0], row[1])
            for row in sql.among("select scope, folded_upto from scope_head where scope in ({keys})", part)
        )
        rows = _rows(sql, connection, part)
        own = _own(sql, part, incs, stands) if incs else {}
        for scope in part:
            if stands.get(scope):
                yield SnapshotScope(
                    scope, stands[scope], SCHEMA_VERSION, rows.get(scope, []), own.get(scope, [])
                )


def _rows(sql: Sql, connection: Connection, part: Sequence[str]) -> dict[str, list[SnapshotRow]]:
    """Every row of scopes, entity by entity."""
    out: dict[str, list[SnapshotRow]] = {}
    mark = placeholder(connection)
    for entity in (*entities(), ""):
        texts, reader = statements(entity, mark), codec(entity)
        names = ", ".join(quoted(c) for c in texts.columns)
        found = sql.among(
            f"select {names} from {texts.table} where scope in ({{keys}}) order by scope, id", part
        )
        seen: set[tuple[str, str, str]] = set()
        for row in found:
            name = entity or row[len(META)]
            if (row[0], name, row[1]) not in seen:
                seen.add((row[0], name, row[1]))
                out.setdefault(row[0], []).append(reader.travelling(name, row))
    return out


def _own(sql: Sql, part: Sequence[str], incs: Sequence[str], stands: dict[str, int]) -> dict[str, list[str]]:
    """The op ids of the asking laptop that the snapshots contain: their stubs will not come."""
    out: dict[str, list[str]] = {}
    for inc in incs:
        found = sql.among(
            "select scope, seq, op_id from op where inc = ? and scope in ({keys})", part, (inc,)
        )
        for scope, seq, op_id in dict.fromkeys((r[0], r[1], r[2]) for r in found):
            if seq <= stands.get(scope, 0):
                out.setdefault(scope, []).append(op_id)
    return out
