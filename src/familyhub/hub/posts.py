"""What a worker holds by their role in their place, and what of it ends when they move or do other work.

What is theirs by name stays: families allocated to them until they are handed over, and what an operator gave.
"""

from __future__ import annotations

from typing import NamedTuple

from familyhub.hub import allocating, scopes, second_check
from familyhub.hub.log import SqlHubTx
from familyhub.hub.sql import Sql

FRONT_DOOR_GRANT = "front-door"
AUTHOR = "author"
BY_POST = (scopes.COORDINATOR, FRONT_DOOR_GRANT)
"""Roles of grants that a post gives and takes with it."""


class Post(NamedTuple):
    """A worker's role and locality."""

    role: str
    locality: str


def of(sql: Sql, worker: str) -> Post | None:
    """The post of a worker, of one who is disabled too; None where there is none yet."""
    found = sql.first("select role, locality from worker_account where id = ?", (worker,))
    return Post(found[0], found[1] or "") if found is not None else None


def take_up(tx: SqlHubTx, worker: str, before: Post | None, post: Post) -> None:
    """Give what a post gives, and end what the one before gave; ``worker_account`` says the new one already."""
    places = {f"loc:{p.locality}" for p in (before, post) if p is not None and p.locality}
    tx.hold(sorted(places))  # a family that is being restricted, or allocated, is seen so
    if before is not None and before != post:
        _leave(tx, worker, before, post)
    standing = scopes.standing(worker, *post)
    _end_other_standing(tx, worker, {grant.scope for grant in standing})
    scopes.give(tx.sql, [*standing, *_of_the_place(tx, worker, post)], tx.now_ms)
    if post.role == scopes.GATEKEEPER:
        second_check.give_contacts(tx, second_check.contacts_at_the_gate(tx.sql), worker)
    if before is not None and before != post:
        allocating.hold_allocated(tx, worker)


def held_elsewhere(sql: Sql, worker: str, now_ms: int) -> list[str]:
    """Families of other localities that a worker holds: somebody has to take them over."""
    found = sql.rows(
        "select f.id from grant_ g join family f on f.scope = g.scope and f.scope = 'fam:' || f.id "
        "join worker_account w on w.id = g.worker "
        f"where g.worker = ? and {scopes.LIVE} and f.locality <> w.locality order by f.id",
        (worker, now_ms, now_ms),
    )
    return [row[0] for row in found]


def _of_the_place(tx: SqlHubTx, worker: str, post: Post) -> list[scopes.Grant]:
    """The families of the place for its coordinators; its contacts for who decides and signs about them.

    What they hold by name already keeps saying so, and is theirs after they have moved.
    """
    if not post.locality or post.role not in (scopes.COORDINATOR, *scopes.FRONT_DOOR):
        return []
    desk = post.role == scopes.COORDINATOR
    wanted = [row[0] for row in tx.sql.rows("select scope from contact where locality = ?", (post.locality,))]
    if desk:
        query = "select scope from family where locality = ? and scope = 'fam:' || id"
        wanted += [row[0] for row in tx.sql.rows(query, (post.locality,))]
    held = tx.sql.among(
        "select scope from grant_ where worker = ? and mode = 'write' and until is null and since <= ? "
        "and scope in ({keys})",
        wanted,
        (worker, tx.now_ms),
    )
    why = post.role if desk else FRONT_DOOR_GRANT
    by_name = {row[0] for row in held}
    return [scopes.Grant(scope, worker, why, scopes.WRITE) for scope in wanted if scope not in by_name]


def _leave(tx: SqlHubTx, worker: str, before: Post, post: Post) -> None:
    """End what a post gave. What else is not theirs in the new one ends too, unless nobody else may write in that file.

    Who had the desk opened files as part of it; who works with families no more has none allocated.
    """
    desk = before.role == scopes.COORDINATOR
    opened = {kind for kind, had in (("fam", desk), ("con", desk or before.role in scopes.FRONT_DOOR)) if had}
    works = post.role in allocating.ROLES
    found = tx.sql.rows(
        f"select scope, role from grant_ where worker = ? and {scopes.LIVE} order by scope",
        (worker, tx.now_ms, tx.now_ms),
    )
    mine = {
        scope
        for scope, role in found
        if (role == AUTHOR and scopes.kind_of(scope) in opened)
        or (not works and role in (AUTHOR, *allocating.BY_ALLOCATION) and scopes.kind_of(scope) == "fam")
    }
    others = tx.sql.among(
        "select distinct scope from grant_ where worker <> ? and mode = 'write' and until is null and since <= ? "
        "and scope in ({keys})",
        sorted(mine),
        (worker, tx.now_ms),
    )
    shared = {row[0] for row in others}
    named = scopes.restricted(tx.sql, {scope for scope, _ in found})  # whoever holds one was named for it
    for scope, role in found:
        if scope in named:
            continue
        if role in BY_POST or scope in shared:
            scopes.withdraw(tx.sql, scope, worker, tx.now_ms)


def _end_other_standing(tx: SqlHubTx, worker: str, kept: set[str]) -> None:
    """A worker who moves no longer holds what the old role and place gave by themselves."""
    found = tx.sql.rows(
        "select scope, role from grant_ where worker = ? and role in ('own', ?) and until is null",
        (worker, scopes.GATEKEEPER),
    )
    for scope, role in found:
        if scope not in kept and (role == "own" or second_check.GATE not in kept):
            scopes.withdraw(tx.sql, scope, worker, tx.now_ms)
