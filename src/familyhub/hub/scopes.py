"""Scopes and who holds them: the forms a scope's name may take, and grants, which are rows and nothing else.

What a role gives by itself (``ref``, the own locality, the own settings) is written as grants too, so that
one join answers what a laptop may hold.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from familyhub.hub.sql import Sql
from familyhub.sync.copy import Sender

FORM = re.compile(r"(fam|con|loc|addr|sup|me):([A-Za-z0-9_.\-]{1,80})|(ref|gate)", re.ASCII)
OPENS = {
    "fam": frozenset({"worker", "coordinator", "manager"}),
    "con": frozenset({"worker", "coordinator", "manager", "gatekeeper"}),
}
"""Which roles open a scope by the first op in it."""
READ, WRITE = "read", "write"
WRITERS = frozenset({"worker", "coordinator", "manager", "gatekeeper"})
"""Roles whose own grants let them write."""
COORDINATOR = "coordinator"


class Grant(NamedTuple):
    """``worker`` may hold ``scope``: ``mode`` is ``read`` or ``write``, ``role`` says why."""

    scope: str
    worker: str
    role: str
    mode: str


def kind_of(scope: str) -> str:
    """The kind of scope: ``fam con loc addr sup me ref gate``, or an empty text for none."""
    found = FORM.fullmatch(scope)
    return (found[1] or found[3]) if found else ""


def standing(worker: str, role: str, locality: str) -> list[Grant]:
    """What a role gives by itself."""
    mode = WRITE if role in WRITERS else READ
    grants = [Grant("ref", worker, "own", mode), Grant(f"me:{worker}", worker, "own", WRITE)]
    if locality:
        grants.append(Grant(f"loc:{locality}", worker, "own", mode))
    if role in WRITERS:
        grants.append(Grant(f"sup:{worker}", worker, "own", WRITE))
    if role == "gatekeeper":
        grants.append(Grant("gate", worker, "own", WRITE))
    return grants


def give(sql: Sql, grants: Iterable[Grant], now_ms: int) -> None:
    """Write grants; one that was withdrawn holds again, and writing is never narrowed to reading by this."""
    sql.many(
        "insert into grant_ (scope, worker, role, mode, since, until) values (?, ?, ?, ?, ?, null) "
        "on conflict (scope, worker) do update set role = excluded.role, until = null, "
        "mode = case when grant_.until is null and grant_.mode = 'write' then 'write' "
        "else excluded.mode end, "
        "since = case when grant_.until is null then grant_.since else excluded.since end",
        [(*g, now_ms) for g in sorted(set(grants))],
    )


def withdraw(sql: Sql, scope: str, worker: str, now_ms: int) -> bool:
    """End a grant; False when there is none. Evicting what the laptop holds (rule 8) is not built yet."""
    changed = sql.run(
        "update grant_ set until = ? where scope = ? and worker = ? and until is null",
        (now_ms, scope, worker),
    )
    return changed > 0


def modes(sql: Sql, worker: str, scopes: Collection[str]) -> dict[str, str]:
    """The modes in which a worker holds those of ``scopes`` that they hold."""
    found = sql.among(
        "select scope, mode from grant_ where worker = ? and until is null and scope in ({keys})",
        scopes,
        (worker,),
    )
    return {scope: mode for scope, mode in found}


def coordinators(sql: Sql, locality: str) -> list[str]:
    """Those who hold every family of a locality."""
    found = sql.rows(
        "select id from worker_account where locality = ? and role = ? and not disabled order by id",
        (locality, COORDINATOR),
    )
    return [row[0] for row in found]


def opening(sql: Sql, scope: str, author: str, locality: str) -> list[Grant]:
    """The grants of a scope that ``author`` opens: theirs and those of the locality's coordinators."""
    held = coordinators(sql, locality) if locality else []
    return [
        *(Grant(scope, worker, COORDINATOR, WRITE) for worker in held if worker != author),
        Grant(scope, author, "author", WRITE),
    ]


def holders(sql: Sql, scopes: Collection[str]) -> dict[str, list[str]]:
    """Who holds each of ``scopes`` now."""
    out: dict[str, list[str]] = {}
    found = sql.among("select scope, worker from grant_ where until is null and scope in ({keys})", scopes)
    for scope, worker in dict.fromkeys((row[0], row[1]) for row in found):
        out.setdefault(scope, []).append(worker)
    return out


def news(sql: Sql, sender: Sender, inc: str) -> list[tuple[str, int, int]]:
    """Scopes that the sender holds and whose log is ahead of this file's cursor: (scope, cursor, head)."""
    found = sql.rows(
        "select g.scope, coalesce(c.seq, 0), h.seq from grant_ g join scope_head h on h.scope = g.scope "
        "left join device_cursor c on c.device = ? and c.inc = ? and c.scope = g.scope "
        "where g.worker = ? and g.until is null and h.seq > coalesce(c.seq, 0) order by g.scope",
        (sender.device, inc, sender.worker),
    )
    return [(scope, cursor, head) for scope, cursor, head in found]
