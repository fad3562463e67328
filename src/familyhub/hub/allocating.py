"""Allocation is what grants a family's file: who may allocate what to whom, and the grants that follow.

Grants are computed from all rows about a family and a worker that the projection holds, so that the order in which
laptops send them does not matter and folding again gives nothing that was taken away since.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import NamedTuple

from familyhub.hub import scopes
from familyhub.hub.log import SqlHubTx
from familyhub.hub.sql import Sql
from familyhub.practice.allocation import COVER, Allocated, hold, role_of
from familyhub.practice.clocks import parse_day
from familyhub.sync.copy import Sender
from familyhub.sync.ops import Op

JUDGED = frozenset({"allocation", "conflict_of_interest"})
"""Entities about which ``objection`` has something to say."""
ROLES = frozenset({"worker", "coordinator", "manager"})
"""Roles of workers who may be given a family."""
COVERED, ALLOCATED = "cover", "allocated"
BY_ALLOCATION = frozenset({COVERED, ALLOCATED})
"""Roles of grants that end with an allocation; what an operator gave, or a role gives, stays."""
NOT_HERE = "this family cannot be allocated here: it is not this locality's, or only workers named at the hub hold it"
"""One sentence for three reasons: it must not tell that a family is restricted."""


# -- at the door ---------------------------------------------------------------------------------------------


def objection(sql: Sql, sender: Sender, op: Op, *, holds: bool) -> str:
    """Why an act of a coordinator or manager about who holds a family is set aside; ``holds``: its author has the file."""
    if op.kind != "create":
        return "what was written about an allocation is never changed: a later one replaces it"
    family, worker = op.patch.get("family_id"), op.patch.get("worker_id")
    if not family or not worker:
        return "this does not say which family and which worker"
    if op.entity == "conflict_of_interest":
        own = worker == sender.worker or sender.role != "worker"
        return "" if own else "a conflict of interest is declared by the worker whose it is, or by the desk"
    if not _of_this_place(sql, str(family), op.scope, holds=holds):
        return NOT_HERE
    if op.patch.get("to_on") and role_of(op.patch.get("role")) != COVER:
        return ""  # it ends: also for somebody who has left
    if worker == sender.worker and not holds:
        return "nobody gives a family's file to themselves: another coordinator or manager has to"
    return "" if _works_here(sql, str(worker), op.scope) else "there is no such worker in this locality"


def _of_this_place(sql: Sql, family: str, place: str, *, holds: bool) -> bool:
    """Whether a family is the locality's; one just opened may not be in the projection yet, and its author holds it."""
    if family in scopes.restrictions(sql):
        return False
    found = sql.first("select locality from family where scope = ? and id = ?", (f"fam:{family}", family))
    return holds if found is None or not found[0] else f"loc:{found[0]}" == place


def _works_here(sql: Sql, worker: str, place: str) -> bool:
    found = sql.first("select role, locality, disabled from worker_account where id = ?", (worker,))
    return found is not None and found[0] in ROLES and f"loc:{found[1]}" == place and not found[2]


# -- what follows --------------------------------------------------------------------------------------------


class _About(NamedTuple):
    """What is written about who holds one family: its locality, and the rows of each worker."""

    locality: str
    workers: dict[str, list[Allocated]]


def follow(tx: SqlHubTx, ops: Iterable[Op]) -> set[str]:
    """Give and end what allocations say, for the workers they name; returns the families that somebody was given.

    A family that is opened after its allocation came is looked at then. What names nobody known, or another locality
    than the family's, gives nothing; nothing is changed about a restricted family.
    """
    named: dict[str, set[str]] = {}
    opened: set[str] = set()
    for op in ops:
        if op.entity == "allocation" and op.patch.get("family_id") and op.patch.get("worker_id"):
            named.setdefault(str(op.patch["family_id"]), set()).add(str(op.patch["worker_id"]))
        elif op.entity == "family" and op.kind == "create" and op.scope == f"fam:{op.row_id}":
            opened.add(op.row_id)
    if not (named or opened):
        return set()
    tx.flush()  # what was just folded is among the rows
    abouts = _rows(tx.sql, {*named, *opened})
    if not abouts:
        return set()
    closed = scopes.restrictions(tx.sql)
    accounts = _accounts(tx.sql, {worker for about in abouts.values() for worker in about.workers})
    given = set()
    for family, about in abouts.items():
        for worker, rows in about.workers.items():
            role, locality = accounts.get(worker, ("", ""))
            asked = family in opened or worker in named[family]
            by_role = role == scopes.COORDINATOR and locality == about.locality
            if asked and role in ROLES and not by_role and family not in closed:
                _hold(tx, family, worker, role, rows)
                given.add(family)
    return given


def hold_allocated(tx: SqlHubTx, worker: str) -> None:
    """Let a worker hold what is allocated to them by name: what they held by their role has ended."""
    found = tx.sql.rows("select distinct family_id from allocation where worker_id = ?", (worker,))
    closed = scopes.restrictions(tx.sql)
    role, locality = _accounts(tx.sql, {worker}).get(worker, ("", ""))
    held = {}
    for family, about in _rows(tx.sql, {row[0] for row in found if row[0]} - closed.keys()).items():
        if role in ROLES and not (role == scopes.COORDINATOR and locality == about.locality):
            held[family] = about.workers[worker]
    for family, rows in held.items():
        _hold(tx, family, worker, role, rows)
    scopes.give_contacts(tx.sql, scopes.contacts_of(tx.sql, held), tx.now_ms)


def _rows(sql: Sql, families: set[str]) -> dict[str, _About]:
    """The allocations of families in the locality that is the family's."""
    found = sql.among(
        'select a.family_id, f.locality, a.worker_id, a.id, a.role, a."on", a.to_on, a.created_hlc from allocation a '
        "join family f on f.scope = 'fam:' || a.family_id and f.id = a.family_id "
        "where a.scope = 'loc:' || f.locality and a.removed is null and a.family_id in ({keys})",
        sorted(families),
    )
    out: dict[str, _About] = {}
    for family, locality, worker, row, role, on, to_on, hlc in found:
        rows = out.setdefault(family, _About(locality, {})).workers.setdefault(worker or "", [])
        rows.append(
            Allocated(row, family, worker or "", role_of(role), on or "", to_on, order=(hlc or 0, row))
        )
    return out


def _accounts(sql: Sql, workers: set[str]) -> dict[str, tuple[str, str]]:
    """Role and locality of those workers who are not disabled."""
    query = "select id, role, locality from worker_account where not disabled and id in ({keys})"
    return {row[0]: (row[1], row[2]) for row in sql.among(query, sorted(workers))}


def _hold(tx: SqlHubTx, family: str, worker: str, role: str, rows: list[Allocated]) -> None:
    """Let a worker hold a family as long as its rows say."""
    now, scope = tx.now_ms, f"fam:{family}"
    held = tx.sql.first(
        "select role, mode, since, until from grant_ where scope = ? and worker = ? and (until is null or until > ?)",
        (scope, worker, now),
    )
    ours = held is None or held[0] in BY_ALLOCATION or (held[0] == "author" and role == "worker")
    today = datetime.fromtimestamp(now / 1000, UTC).date()
    span = hold(rows, today)
    if span is None:
        if held is not None and ours:
            _end(tx, scope, worker, begun=held[2] <= now)
        return
    lasting = held is not None and held[1] == scopes.WRITE and held[2] <= now and held[3] is None
    if lasting and (span.end is None or not ours):
        return
    since, until = _moment(span.begin, now), _moment(span.end, now) if span.end else None
    begin = max(since, now) if held is None or held[2] > now else held[2]
    why = ALLOCATED if hold((row for row in rows if row.role != COVER), today) else COVERED
    scopes.give(tx.sql, [scopes.Grant(scope, worker, why, scopes.WRITE)], now, begin, until)
    if ours:
        _shorten(tx, scope, worker, begin, until)


def _moment(day: str | None, now_ms: int) -> int:
    """The first moment of a day in milliseconds UTC; now, for none that is one."""
    whole = parse_day(day)
    return now_ms if whole is None else int(datetime.combine(whole, time(), UTC).timestamp() * 1000)


def _end(tx: SqlHubTx, scope: str, worker: str, *, begun: bool) -> None:
    """End a grant, with the contacts that were held through one that has begun."""
    if begun:
        scopes.withdraw(tx.sql, scope, worker, tx.now_ms)
    else:
        scopes.end(tx.sql, [(scope, worker)], tx.now_ms)


def _shorten(tx: SqlHubTx, scope: str, worker: str, since: int, until: int | None) -> None:
    """A later cover replaces the one before it, also where it is shorter; contacts held through it end with it."""
    tx.sql.run(
        "update grant_ set since = ?, until = ? where scope = ? and worker = ?", (since, until, scope, worker)
    )
    if until is not None:
        tx.sql.run(
            "update grant_ set until = ? where worker = ? and role = 'family' and (until is null or until > ?) "
            "and scope in (select scope from contact where family_id = ?)",
            (until, worker, until, scope.removeprefix("fam:")),
        )
