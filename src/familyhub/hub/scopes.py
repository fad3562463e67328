"""Scopes and who holds them: the forms a scope's name may take, and grants, which are rows and nothing else.

What a role gives by itself (``ref``, the own locality, the own settings) is written as grants too, so that
one join answers what a laptop may hold.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
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
COORDINATOR, GATEKEEPER = "coordinator", "gatekeeper"
FRONT_DOOR = ("gatekeeper", "manager")
"""Roles that hold every contact of their locality, beside its coordinators."""
BREAK_GLASS = "break-glass"
"""The role of a grant that somebody got for some hours without being named for the family."""


class Grant(NamedTuple):
    """``worker`` may hold ``scope``: ``mode`` is ``read`` or ``write``, ``role`` says why."""

    scope: str
    worker: str
    role: str
    mode: str


@lru_cache(maxsize=10_000)
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


LIVE = "since <= ? and (until is null or until > ?)"
"""A grant that holds at a moment, which is given twice."""


def give(
    sql: Sql,
    grants: Iterable[Grant],
    now_ms: int,
    since: int | None = None,
    until: int | None = None,
    *,
    restricted: bool = False,
) -> None:
    """Write grants; writing is never narrowed to reading by this, with the role it was given for, nor a grant without
    an end to one with it.

    ``since`` and ``until`` (milliseconds UTC): a cover begins and ends by itself. A scope that is given again may be
    written to again by laptops that had left it. What belongs to a restricted family is left out, unless ``restricted``:
    somebody decided it by name.
    """
    given = sorted(set(grants))
    if not given:
        return
    if not restricted:
        given = _not_restricted(sql, given, now_ms)
    still = "grant_.until is null or grant_.until > ?"
    begin = since if since is not None else now_ms
    sql.many(
        "insert into grant_ (scope, worker, role, mode, since, until) values (?, ?, ?, ?, ?, ?) "
        "on conflict (scope, worker) do update set "
        f"role = case when ({still}) and grant_.mode = 'write' and excluded.mode <> 'write' then grant_.role "
        "else excluded.role end, "
        f"until = case when grant_.until is null or excluded.until is null then null "
        f"when {still} and grant_.until > excluded.until then grant_.until else excluded.until end, "
        f"mode = case when ({still}) and grant_.mode = 'write' then 'write' else excluded.mode end, "
        f"since = case when ({still}) and grant_.since < excluded.since then grant_.since else excluded.since end",
        [(*g, begin, until, now_ms, now_ms, now_ms, now_ms) for g in given],
    )
    sql.many(
        "delete from receipt where scope = ? and device in (select id from device where worker = ?)",
        [(g.scope, g.worker) for g in given],
    )


def withdraw(sql: Sql, scope: str, worker: str, now_ms: int) -> bool:
    """End a grant, and those of contacts that were held through it; False when there is none.

    Laptops that hold the scope leave it at their next exchange (rule 8).
    """
    ended = sql.run(
        f"update grant_ set until = ? where scope = ? and worker = ? and {LIVE}",
        (now_ms, scope, worker, now_ms, now_ms),
    )
    if ended and kind_of(scope) == "fam":
        sql.run(
            "update grant_ set until = ? where worker = ? and role = 'family' and (until is null or until > ?) "
            "and scope in (select scope from contact where family_id = ?)",
            (now_ms, worker, now_ms, scope.removeprefix("fam:")),
        )
    return ended > 0


def to_begin(sql: Sql, scope: str, worker: str, now_ms: int) -> bool:
    """Whether there is a grant that has not begun yet, nor been taken away."""
    found = sql.first(
        "select 1 from grant_ where scope = ? and worker = ? and since > ? and (until is null or until > ?)",
        (scope, worker, now_ms, now_ms),
    )
    return found is not None


def end(sql: Sql, grants: Iterable[tuple[str, str]], now_ms: int) -> None:
    """End grants (scope, worker); one that has not begun never let anybody write.

    They stay as rows: what a laptop holds is withdrawn because of a grant that ended (``withdrawn``).
    """
    sql.many(
        f"update grant_ set until = ?, mode = case when since > ? then '{READ}' else mode end "
        "where scope = ? and worker = ?",
        [(now_ms, now_ms, *grant) for grant in grants],
    )


def contacts_of(sql: Sql, families: Collection[str]) -> dict[str, str]:
    """The contacts that led to families (their ids): {scope of the contact: scope of the family}."""
    if not families:
        return {}
    found = sql.among(
        "select scope, family_id from contact where family_id in ({keys})", sorted(set(families))
    )
    return {scope: f"fam:{family}" for scope, family in found if kind_of(scope) == "con"}


def give_contacts(sql: Sql, contacts: Mapping[str, str], now_ms: int) -> None:
    """Who holds a family may read the contacts (``contacts_of``) that led to it, from when and until when they hold it."""
    found = sql.among(
        "select scope, worker, since, until from grant_ where (until is null or until > ?) and scope in ({keys})",
        sorted(set(contacts.values())),
        (now_ms,),
    )
    held: dict[str, set[tuple[str, int, int | None]]] = {}
    for family, worker, since, until in found:
        held.setdefault(family, set()).add((worker, max(since, now_ms), until))
    spans: dict[tuple[int, int | None], list[Grant]] = {}
    for contact, family in contacts.items():
        for worker, since, until in held.get(family, ()):
            spans.setdefault((since, until), []).append(Grant(contact, worker, "family", READ))
    for (since, until), grants in spans.items():
        give(sql, grants, now_ms, since, until)


# -- restricted families -------------------------------------------------------------------------------------


def restrictions(sql: Sql) -> dict[str, str]:
    """The families that are restricted now, each with the id of its restriction."""
    found = sql.rows("select family, id from restriction where lifted is null")
    return {family: restriction for family, restriction in found}


def restricted(sql: Sql, wanted: Collection[str]) -> dict[str, str]:
    """Those of ``wanted`` that are a restricted family's file or a contact that led to it, each with the family."""
    closed = restrictions(sql)
    if not closed:
        return {}
    out = {
        s: s.removeprefix("fam:") for s in wanted if s.startswith("fam:") and s.removeprefix("fam:") in closed
    }
    contacts = [s for s in wanted if kind_of(s) == "con"]
    for scope, family in sql.among("select scope, family_id from contact where scope in ({keys})", contacts):
        if family in closed:
            out[scope] = family
    return out


def keepers(sql: Sql, family: str, now_ms: int) -> set[str]:
    """Who may hold the contacts that led to a restricted family: who holds the family, and gatekeepers."""
    found = sql.rows("select id from worker_account where role = ? and not disabled", (GATEKEEPER,))
    scope = f"fam:{family}"
    return {row[0] for row in found} | set(holders(sql, [scope], now_ms).get(scope, ()))


def _not_restricted(sql: Sql, grants: list[Grant], now_ms: int) -> list[Grant]:
    closed = restricted(sql, {grant.scope for grant in grants})
    if not closed:
        return grants
    may = {family: keepers(sql, family, now_ms) for family in set(closed.values())}
    return [
        g
        for g in grants
        if g.scope not in closed or (kind_of(g.scope) == "con" and g.worker in may[closed[g.scope]])
    ]


def end_for_others(sql: Sql, restriction: str, scope: str, kept: Collection[str], now_ms: int) -> list[str]:
    """End a scope's grants of everybody but ``kept``, remembered with the restriction; returns whose.

    A cover that has not begun is remembered and ends before it did: it never let anybody write.
    """
    found = sql.rows(
        "select g.worker, g.role, g.mode, g.since, g.until, w.locality from grant_ g "
        "left join worker_account w on w.id = g.worker "
        "where g.scope = ? and (g.until is null or g.until > ?) order by g.worker",
        (scope, now_ms),
    )
    others = [row for row in found if row[0] not in kept]
    sql.many(
        "insert into ended_grant (restriction, scope, worker, role, mode, since, until, locality) "
        "values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (restriction, scope, worker) do nothing",
        [
            (restriction, scope, worker, role, mode, since, until, locality or "")
            for worker, role, mode, since, until, locality in others
            if role != BREAK_GLASS
        ],
    )
    names = [(scope, row[0]) for row in others]
    end(sql, names, now_ms)
    return [worker for _, worker in names]


def modes(sql: Sql, worker: str, scopes: Collection[str], now_ms: int) -> dict[str, str]:
    """The modes in which a worker holds those of ``scopes`` that they hold."""
    found = sql.among(
        f"select scope, mode from grant_ where worker = ? and {LIVE} and scope in ({{keys}})",
        scopes,
        (worker, now_ms, now_ms),
    )
    return {scope: mode for scope, mode in found}


class Left(NamedTuple):
    """A scope that a laptop's worker could write to and holds no more, and its receipt if there is one."""

    inc: str | None
    last: int

    def takes(self, inc: str, dseq: int) -> bool:
        """Whether an op was written before the laptop acknowledged that it holds the scope no more."""
        return self.inc is None or (inc == self.inc and dseq <= self.last)


def left(sql: Sql, sender: Sender, scopes: Collection[str], now_ms: int) -> dict[str, Left]:
    """Those of ``scopes`` that this laptop could write to, and may not now."""
    found = sql.among(
        "select g.scope, r.inc, r.last from grant_ g join device d on d.id = ? and d.worker = g.worker "
        "left join receipt r on r.device = d.id and r.scope = g.scope "
        "where g.worker = ? and g.mode = 'write' and g.until is not null and g.until <= ? and d.enrolled < g.until "
        "and g.scope in ({keys})",
        scopes,
        (sender.device, sender.worker, now_ms),
    )
    return {scope: Left(inc, last or 0) for scope, inc, last in found}


def coordinators(sql: Sql, locality: str) -> list[str]:
    """Those who hold every family of a locality."""
    found = sql.rows(
        "select id from worker_account where locality = ? and role = ? and not disabled order by id",
        (locality, COORDINATOR),
    )
    return [row[0] for row in found]


def front_door(sql: Sql, locality: str) -> list[str]:
    """Those who decide and sign about every contact of a locality beside its coordinators."""
    found = sql.among(
        "select id from worker_account where locality = ? and not disabled and role in ({keys}) order by id",
        FRONT_DOOR,
        (locality,),
    )
    return [row[0] for row in found]


def opening(
    scope: str, author: str, coordinators: Iterable[str], front_door: Iterable[str] = ()
) -> list[Grant]:
    """The grants of a scope that ``author`` opens: theirs, the coordinators' and for a contact the front door's."""
    return [
        *(Grant(scope, worker, COORDINATOR, WRITE) for worker in coordinators if worker != author),
        *(Grant(scope, worker, "front-door", WRITE) for worker in front_door if worker != author),
        Grant(scope, author, "author", WRITE),
    ]


def holders(sql: Sql, scopes: Collection[str], now_ms: int) -> dict[str, list[str]]:
    """Who holds each of ``scopes`` now."""
    out: dict[str, list[str]] = {}
    found = sql.among(
        f"select scope, worker from grant_ where {LIVE} and scope in ({{keys}})", scopes, (now_ms, now_ms)
    )
    for scope, worker in dict.fromkeys((row[0], row[1]) for row in found):
        out.setdefault(scope, []).append(worker)
    return out


def news(sql: Sql, sender: Sender, inc: str, now_ms: int) -> list[tuple[str, int, int, int]]:
    """Scopes that the sender holds and whose log is ahead of this file's cursor: (scope, cursor, head, floor).

    Of thousands of scopes few are ahead: grants are looked up for these alone, and scopes that the file does not know
    are found by comparing two lists that come in order.
    """
    file = (sender.device, inc)
    ahead = sql.rows(
        "select c.scope, c.seq, h.seq, h.floor from device_cursor c join scope_head h on h.scope = c.scope "
        "where c.device = ? and c.inc = ? and h.seq > c.seq",
        file,
    )
    held = modes(sql, sender.worker, [row[0] for row in ahead], now_ms)
    new = sql.rows(
        f"select n.scope, 0, h.seq, h.floor from (select scope from grant_ where worker = ? and {LIVE} "
        "except select scope from device_cursor where device = ? and inc = ?) n "
        "join scope_head h on h.scope = n.scope where h.seq > 0",
        (sender.worker, now_ms, now_ms, *file),
    )
    found = [row for row in ahead if row[0] in held] + new
    return sorted((scope, cursor, head, floor) for scope, cursor, head, floor in found)


def withdrawn(sql: Sql, sender: Sender, inc: str, stated: Collection[str], now_ms: int) -> list[str]:
    """Scopes whose rows this file has, or that it states or wrote in just now, and which its worker does not hold.

    Of a scope that it stated earlier there is a grant, which may have ended. Only of what it states now there may be
    none at all: a hub that was restored has forgotten what was given since, and every file states all of it then.
    """
    ended = sql.rows(
        "select scope from grant_ where worker = ? and (until <= ? or since > ?)",
        (sender.worker, now_ms, now_ms),
    )
    found = sql.among(
        "select scope from device_cursor where device = ? and inc = ? and seq > 0 and scope in ({keys})",
        [row[0] for row in ended],
        (sender.device, inc),
    )
    gone = {row[0] for row in found}
    if stated:
        gone |= set(stated) - modes(sql, sender.worker, stated, now_ms).keys()
    return sorted(gone)
