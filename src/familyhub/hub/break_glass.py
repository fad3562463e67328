"""Breaking glass: a worker who is not named for a family reads it for some hours; another person reviews it afterwards."""

from __future__ import annotations

from typing import NamedTuple

from familyhub.hub import scopes
from familyhub.hub.home import HubError
from familyhub.hub.restriction import check_family
from familyhub.hub.service import Hub
from familyhub.sync.ops import uuid7
from familyhub.sync.snapshot import received_text

REVIEWERS = frozenset({"manager"})
HOURS, MOST_HOURS = 24, 72
"""How long a break-glass grant lasts unless it is said, and at most."""
HOUR_MS = 60 * 60 * 1000


class BrokenGlass(NamedTuple):
    """A break-glass grant that nobody has reviewed yet; times are ISO."""

    id: str
    scope: str
    worker: str
    reason: str
    given: str
    until: str


def give(hub: Hub, scope: str, worker: str, reason: str, hours: int = HOURS) -> BrokenGlass:
    """Let a worker read a family for some hours, for a reason that another person reviews later. Raises ``HubError``."""
    if scopes.kind_of(scope) != "fam":
        raise HubError(f"{scope} is not a family's file: breaking glass is for fam:ID.")
    if not reason.strip():
        raise HubError("Why is it needed now? Give the reason with --reason - or --reason-file F.")
    if not 1 <= hours <= MOST_HOURS:
        raise HubError(f"Breaking glass is for 1 to {MOST_HOURS} hours.")
    family = scope.removeprefix("fam:")
    with hub.begin() as tx:
        check_family(tx.sql, family)
        if not tx.sql.first("select 1 from worker_account where id = ? and not disabled", (worker,)):
            raise HubError(f"There is no worker {worker}, or they are disabled.")
        held = tx.sql.first(
            f"select role from grant_ where scope = ? and worker = ? and {scopes.LIVE}",
            (scope, worker, tx.now_ms, tx.now_ms),
        )
        if held is not None and held[0] != scopes.BREAK_GLASS:
            raise HubError(f"{worker} holds {scope} already.")
        until = tx.now_ms + hours * HOUR_MS
        given = [scopes.Grant(scope, worker, scopes.BREAK_GLASS, scopes.READ)]
        scopes.give(tx.sql, given, tx.now_ms, until=until, restricted=True)
        scopes.give_contacts(tx.sql, scopes.contacts_of(tx.sql, [family]), tx.now_ms)
        identity = uuid7(tx.now_ms, hub.randomness(10))
        tx.sql.run(
            "insert into break_glass (id, scope, worker, reason, given, until) values (?, ?, ?, ?, ?, ?)",
            (identity, scope, worker, reason.strip(), tx.now_ms, until),
        )
        begun = tx.now_ms
        tx.finish()
    return BrokenGlass(identity, scope, worker, reason.strip(), received_text(begun), received_text(until))


def reviewed(hub: Hub, identity: str, by: str) -> None:
    """Note that a manager has looked at a break-glass grant, never the one who got it. Raises ``HubError``."""
    with hub.begin() as tx:
        account = tx.sql.first("select role, disabled from worker_account where id = ?", (by,))
        if account is None or account[1] or account[0] not in REVIEWERS:
            raise HubError(f"{by} may not review break-glass grants: a manager may.")
        found = tx.sql.first("select worker, reviewed from break_glass where id = ?", (identity,))
        if found is None:
            raise HubError(f"There is no break-glass grant {identity}.")
        if found[1] is not None:
            raise HubError("That was reviewed already.")
        if found[0] == by:
            raise HubError("Who was given a file cannot review it: another manager has to.")
        tx.sql.run(
            "update break_glass set reviewed_by = ?, reviewed = ? where id = ?", (by, tx.now_ms, identity)
        )
        tx.finish()


def to_review(hub: Hub) -> list[BrokenGlass]:
    """Break-glass grants that nobody has reviewed, the oldest first."""
    with hub.reading() as sql:
        found = sql.rows(
            "select id, scope, worker, reason, given, until from break_glass "
            "where reviewed is null order by given, id"
        )
    return [
        BrokenGlass(i, s, w, why, received_text(on), received_text(end)) for i, s, w, why, on, end in found
    ]
