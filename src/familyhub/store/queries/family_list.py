"""The long list of families: the ids in order at once, the rows a page at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from familyhub.practice.family_row import FamilyRow
from familyhub.practice.thin_row import MARK, family_of
from familyhub.store.apply import chunks
from familyhub.store.queries.families import details, mine_of
from familyhub.store.queries.rows import session

if TYPE_CHECKING:
    from sqlalchemy import Connection

ANEW = f"instr(i.id, '{MARK}') > 0"
"""Thin rows that were written after another was erased: few, and named otherwise than their family."""
THIN = """
  select {id}, i.name, i.locality from family_index i
  where i.removed is null and {which}
    and not exists (select 1 from family f where f.scope = 'fam:' || {id} and f.id = {id} and f.removed is null)
"""
KNOWN = f"""
with known as (
  select id, name, locality from family where removed is null
  union all {THIN.format(id="i.id", which=f"not {ANEW}")}
  union all {THIN.format(id=f"substr(i.id, 1, instr(i.id, '{MARK}') - 1)", which=ANEW)}
)
select id from known
"""
ORDER = " order by name collate nocase, id"
MINE = " where id in (select value from json_each(?))"
INDEXED = (
    "select i.id, name, locality, ward, lead, stage, next_on from family_index i where removed is null and "
)


def order(
    connection: Connection, today: date, *, worker_id: str = "", locality: str = "", most: int | None = None
) -> list[str]:
    """Ids of the families this laptop knows of, by name: the worker's own today, a locality's, or all; ``most``: the first."""
    where = ""
    values: tuple[str, ...] = ()
    if worker_id:
        where, values = MINE, (json.dumps(sorted(_mine(connection, worker_id, today))),)
    elif locality:
        where, values = " where locality = ?", (locality,)
    limit = f" limit {most:d}" if most is not None else ""
    return [row[0] for row in connection.exec_driver_sql(KNOWN + where + ORDER + limit, values)]


def _mine(connection: Connection, worker_id: str, today: date) -> set[str]:
    places = connection.exec_driver_sql(
        "select distinct scope from allocation where worker_id = ?", (worker_id,)
    )
    scopes = {row[0] for row in places}
    with session(connection) as db:
        return mine_of(db, scopes, worker_id, today)


def rows(connection: Connection, ids: Sequence[str], today: date, worker_id: str) -> list[FamilyRow]:
    """The rows of ``ids``, in their order; a family that is not there any more is left out."""
    with session(connection) as db:
        found = {row.id: row for row in details(db, list(ids), today, worker_id)}
    missing = [i for i in ids if i not in found]
    for part in chunks(missing):
        named = INDEXED + f"i.id in ({', '.join('?' * len(part))})"
        found.update({row.id: row for row in _thin(connection, named, tuple(part))})
    if any(i not in found for i in missing):
        anew = _thin(connection, INDEXED + ANEW)
        found.update({row.id: row for row in anew if row.id in set(missing)})
    return [found[i] for i in ids if i in found]


def _thin(connection: Connection, query: str, values: tuple[str, ...] = ()) -> list[FamilyRow]:
    return [
        FamilyRow(
            id=family_of(i), name=name or "", locality=locality or "", ward=ward or "", level=None, lead=lead or "",
            held=False, stage=stage or "", next_on=next_on,
        )
        for i, name, locality, ward, lead, stage, next_on in connection.exec_driver_sql(query, values)
    ]  # fmt: skip
