"""The thin row of an open family in its locality's scope: who is helped, by whom, the stage, what is next.

Everybody in the locality reads it, so it holds no more than that; only the hub writes it, as ops with the
actor ``hub``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from familyhub.hub import scopes
from familyhub.hub.log import SqlHubTx
from familyhub.hub.sql import Sql
from familyhub.practice import thin_row
from familyhub.records.catalogue import SCHEMA_VERSION
from familyhub.sync import clock, merge
from familyhub.sync.copy import NOTHING, Held
from familyhub.sync.hub import HubMachine, run
from familyhub.sync.ops import REMOVED, Op, RowKey, uuid7

THIN = "family_index"
HUB = "hub"
"""The actor, and the incarnation of labels, of what the hub itself writes."""
INDEXED = frozenset(
    {"family", "address", "membership", "episode", "episode_state", "lead_practitioner", "next_visit"}
)
"""Entities that a thin row is made of."""
CLOSED = "closed"
Thin = dict[str, str | None]


class Wanted(NamedTuple):
    """What a family's thin row shall be; ``row`` None where it shall not be."""

    family: str
    locality: str
    row: Thin | None


def hub_op(
    tx: SqlHubTx, key: RowKey, kind: str, patch: Mapping[str, Any], held: Held, place: int, salt: bytes
) -> Op:
    """An op of the hub's own on a row before it; ``place`` counts those of one transaction in the scope."""
    scope, entity, row_id = key
    base = {f: tuple(sorted(held.row[f].heads)) for f in patch if f in held.row}
    hlc = clock.tick(tx.now_ms, max((h for r in held.row.values() for h, _ in r.heads.values()), default=0))
    label = tx.known(scope, HUB) + place
    return Op(
        scope,
        uuid7(tx.now_ms, salt),
        HUB,
        label,
        kind,
        entity,
        row_id,
        SCHEMA_VERSION,
        hlc,
        HUB,
        dict(patch),
        base,
    )


def refresh_index(
    begin: Callable[[], AbstractContextManager[SqlHubTx]],
    machine: HubMachine,
    families: Collection[str],
    moved: Collection[str],
    new_salt: Callable[[], bytes],
) -> set[str]:
    """Log what the thin rows of families shall be where they are not; returns the localities' scopes to fold.

    The localities are locked before anything is read, so that of two refreshes the later one sees the newer
    family. A restricted family gets no row.
    """
    with begin() as tx:
        places = [f"loc:{w.locality}" for w in wanted_rows(tx.sql, families) if w.locality]
        if moved:
            places += [row[0] for row in tx.sql.rows("select distinct scope from family_index")]
        places = sorted(set(places))
        tx.hold(places)
        closed = scopes.restrictions(tx.sql)
        wanted = [w for w in wanted_rows(tx.sql, families) if w.family not in closed]
        keys = _keys(tx, wanted, set(moved), places)
        present = tx.load(keys)
        acts: dict[str, list[Op]] = {}
        for key, thin in keys.items():
            held = present.get(key, NOTHING)
            patch = _change(held, thin)
            if patch:
                ops = acts.setdefault(key[0], [])
                kind = "remove" if thin is None else "change" if held.row else "create"
                ops.append(hub_op(tx, key, kind, patch, held, len(ops) + 1, new_salt()))
        for scope, ops in sorted(acts.items()):
            run(machine.number(tx, scope, ops, tx.now_ms, new_salt))
        tx.commit()
    return set(acts)


def _keys(
    tx: SqlHubTx, wanted: Iterable[Wanted], moved: Collection[str], places: Iterable[str]
) -> dict[RowKey, Thin | None]:
    """The rows to look at: each family's own, and for a family that moved those of every other locality."""
    erased = {place: {row for entity, row in tx.erased(place) if entity == THIN} for place in places}
    keys: dict[RowKey, Thin | None] = {}
    for family, locality, thin in wanted:
        if f"fam:{family}" in moved:
            keys.update({(place, THIN, thin_row.row_id(family, erased[place])): None for place in erased})
        if locality:
            place = f"loc:{locality}"
            keys[(place, THIN, thin_row.row_id(family, erased.get(place, ())))] = thin
    return keys


def thin_rows(sql: Sql, family: str) -> list[tuple[str, str]]:
    """The thin rows that a family has or had, erased ones too: (scope of the locality, id of the row), from the log."""
    places = [row[0] for row in sql.rows("select scope from scope_head where substr(scope, 1, 4) = 'loc:'")]
    start = family + thin_row.MARK
    found = sql.among(
        "select distinct scope, row_id from op where entity = ? and (row_id = ? or substr(row_id, 1, ?) = ?) "
        "and scope in ({keys})",
        places,
        (THIN, family, len(start), start),
    )
    return sorted({(scope, row_id) for scope, row_id in found})


def _change(held: Held, thin: Thin | None) -> dict[str, Any]:
    """The fields to write so that the row is ``thin``; nothing where it is."""
    gone = not held.row or merge.removed(held.row)
    if thin is None:
        return {} if gone else {REMOVED: merge.all_heads(held.row)}
    shown = {f: merge.shown(r) for f, r in held.row.items() if f != REMOVED}
    patch: dict[str, Any] = {f: v for f, v in thin.items() if v != shown.get(f)}
    if held.row and gone:
        patch[REMOVED] = None
    return patch


# -- reading a family ----------------------------------------------------------------------------------------


def wanted_rows(sql: Sql, families: Collection[str]) -> list[Wanted]:
    """What the thin rows of families (their scopes) shall be, from the projection."""
    names = {r[0]: (r[1], r[2], r[3]) for r in _rows(sql, "family", "id, name, locality", families)}
    stages = _last(sql, "episode_state", "state", families)
    wards = _wards(sql, families)
    leads = _leads(sql, families)
    nexts = _last(sql, "next_visit", '"on"', families)
    out = []
    for scope, (family, name, locality) in names.items():
        if scope != f"fam:{family}":
            continue
        stage = stages.get(scope)
        thin: Thin | None = {
            "name": name, "locality": locality, "ward": wards.get(scope), "stage": stage,
            "lead": leads.get(scope), "next_on": nexts.get(scope),
        }  # fmt: skip
        if stage == CLOSED:
            thin = None
        known = locality if scopes.kind_of(f"loc:{locality}") else ""
        out.append(Wanted(family, known or "", thin))
    return out


def _rows(sql: Sql, entity: str, columns: str, families: Collection[str]) -> list[Any]:
    """Rows of an entity in scopes that are not removed, the oldest first."""
    found = sql.among(
        f"select scope, {columns} from {entity} where removed is null and scope in ({{keys}}) "
        "order by coalesce(created_hlc, 0), id",
        families,
    )
    return list(dict.fromkeys(tuple(row) for row in found))


def _last(sql: Sql, entity: str, column: str, families: Collection[str]) -> dict[str, str]:
    """Per scope the value of the row that counts: the latest by its day, then by when it was written."""
    best: dict[str, tuple[str, str]] = {}
    for scope, value, on in _rows(sql, entity, f'{column}, "on"', families):
        if scope not in best or (on or "") >= best[scope][0]:
            best[scope] = (on or "", value)
    return {scope: value for scope, (_, value) in best.items()}


def _wards(sql: Sql, families: Collection[str]) -> dict[str, str]:
    """Where the family lives: the ward of the latest address that is current and not confidential."""
    best: dict[str, tuple[str, str]] = {}
    columns = "ward, from_on, to_on, confidential"
    for scope, ward, from_on, to_on, confidential in _rows(sql, "address", columns, families):
        if ward and not to_on and not confidential and (from_on or "") >= best.get(scope, ("", ""))[0]:
            best[scope] = (from_on or "", ward)
    return {scope: ward for scope, (_, ward) in best.items()}


def _leads(sql: Sql, families: Collection[str]) -> dict[str, str]:
    """Who leads the help: the worker's name, or the named person with their agency."""
    workers = {row[0]: row[1] for row in sql.rows("select id, name from worker_account")}
    best: dict[str, tuple[str, str | None]] = {}
    columns = 'worker_id, name, agency, "on"'
    for scope, worker, name, agency, on in _rows(sql, "lead_practitioner", columns, families):
        if scope not in best or (on or "") >= best[scope][0]:
            outside = f"{name}, {agency}" if name and agency else name
            best[scope] = (on or "", workers.get(worker, outside) if worker else outside)
    return {scope: lead for scope, (_, lead) in best.items() if lead}
