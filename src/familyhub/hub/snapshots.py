"""Snapshots: scopes as they stand, in parts named by their digest, for a laptop that is new to them or far behind.

Most scopes are one part, made when it is asked for. A long one is kept in parts, so that a laptop whose connection breaks
goes on where it was (rule 6).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from familyhub.hub import scopes as scoping
from familyhub.hub import vectors
from familyhub.hub.log import SqlHubTx
from familyhub.hub.sql import Sql
from familyhub.records.catalogue import SCHEMA_VERSION, entities
from familyhub.store.apply import codec, placeholder, quoted, statements
from familyhub.store.rowcodec import META
from familyhub.sync.copy import Sender
from familyhub.sync.hub import HubMachine
from familyhub.sync.messages import SnapshotPart, SnapshotRow, pack, part_digest
from familyhub.sync.snapshot import snapshot_row

if TYPE_CHECKING:
    from sqlalchemy import Connection

TOGETHER = 50
"""Scopes whose rows are read in one query per table."""
PART_BYTES = 256 * 1024
"""About how much of a long scope one part holds."""
FRESH = 500
"""A kept snapshot serves while the log is at most so many numbers ahead of it: the rest follows as a feed."""


Mixed = Collection[str] | None
"""Scopes that the asking laptop joins with rows from a life of the hub that is gone; None: it does not say, and joins all."""


class Whole(NamedTuple):
    """A scope's snapshot in parts; ``floor``: what it may not remember had that number or a lower one."""

    scope: str
    seq: int
    bodies: list[bytes]
    own: list[str]
    floor: int = 0
    keeping: bool = True
    """It may be kept where it is long: it was not read from there, and not folded for one laptop."""

    def parts(self, at: int, have: Collection[str]) -> Iterator[SnapshotPart]:
        """The parts that are not among the digests ``have``; at least one, which tells that nothing is missing."""
        digests = [part_digest(body) for body in self.bodies]
        missing = [n for n, digest in enumerate(digests) if digest not in have] or [0]
        for n in missing:
            yield SnapshotPart(
                self.scope, self.seq, SCHEMA_VERSION, n, digests, self.bodies[n], self.own, at, self.floor
            )


def granted(sql: Sql, sender: Sender, wanted: Sequence[str], now_ms: int) -> list[str]:
    """Those of ``wanted`` that the sender holds, in their order."""
    held = scoping.modes(sql, sender.worker, wanted, now_ms)
    return [scope for scope in dict.fromkeys(wanted) if scope in held]


def behind(sql: Sql, wanted: Sequence[str] | None = None) -> list[str]:
    """Those of ``wanted``, or of all, whose projection does not stand on their head."""
    late = "select scope from scope_head where folded_upto < seq"
    found = sql.rows(late) if wanted is None else sql.among(f"{late} and scope in ({{keys}})", wanted)
    return sorted({row[0] for row in found})


def read(
    connection: Connection, sender: Sender, wanted: Sequence[str], machine: HubMachine, mixed: Mixed
) -> Iterator[Whole]:
    """Scopes as they stand at the numbers that their projection stands on, all at one moment; long ones as kept.

    One that the laptop must join with rows from a life of the hub that is gone (``mixed``) is folded anew from its
    log and archive, so that its rows remember all that was replaced.
    """
    sql, tx = Sql(connection), SqlHubTx(connection)
    incs = vectors.incarnations(sql, sender.device)
    for start in range(0, len(wanted), TOGETHER):
        part = wanted[start : start + TOGETHER]
        heads = sql.among("select scope, folded_upto, floor from scope_head where scope in ({keys})", part)
        stands = {row[0]: row[1] for row in heads}
        floors = {row[0]: row[2] for row in heads}
        anew = {scope for scope in part if floors.get(scope) and (mixed is None or scope in mixed)}
        kept = _kept(sql, [scope for scope in part if scope not in anew], stands, floors)
        stands.update({scope: seq for scope, (seq, _) in kept.items()})
        rows = _rows(sql, connection, [scope for scope in part if scope not in kept and scope not in anew])
        own = _own(sql, part, incs, stands) if incs else {}
        for scope in part:
            if not stands.get(scope):
                continue
            mine = own.get(scope, [])
            if scope in kept:
                yield Whole(scope, *kept[scope], mine, floors[scope], keeping=False)
            elif scope in anew:
                found = machine.folded_anew(tx, scope, stands[scope])
                whole = [snapshot_row(key[1], key[2], found[key]) for key in sorted(found)]
                yield Whole(scope, stands[scope], bodies(whole), mine, keeping=False)
            else:
                yield Whole(scope, stands[scope], bodies(rows.get(scope, [])), mine, floors[scope])


def bodies(rows: Sequence[SnapshotRow]) -> list[bytes]:
    """Rows packed in parts of about ``PART_BYTES``."""
    whole = pack(rows)
    count = -(-len(whole) // PART_BYTES)
    if count <= 1:
        return [whole]
    each = -(-len(rows) // count)
    return [pack(rows[n : n + each]) for n in range(0, len(rows), each)]


def keep(sql: Sql, whole: Whole) -> None:
    """Keep a long scope's snapshot for those who come back for the rest of it."""
    sql.run("delete from snapshot where scope = ?", (whole.scope,))
    sql.many(
        "insert into snapshot (scope, place, seq, digest, body) values (?, ?, ?, ?, ?)",
        [(whole.scope, n, whole.seq, part_digest(body), body) for n, body in enumerate(whole.bodies)],
    )


def _kept(
    sql: Sql, part: Sequence[str], stands: dict[str, int], floors: dict[str, int]
) -> dict[str, tuple[int, list[bytes]]]:
    """Kept snapshots that are fresh enough and not below the floor: {scope: (number, bodies)}."""
    out: dict[str, tuple[int, list[bytes]]] = {}
    found = sql.among(
        "select distinct scope, place, seq, body from snapshot where scope in ({keys}) order by scope, place",
        part,
    )
    for scope, _, seq, body in found:
        if stands.get(scope, 0) - seq <= FRESH and seq >= floors.get(scope, 0):
            out.setdefault(scope, (seq, []))[1].append(bytes(body))
    return out


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
