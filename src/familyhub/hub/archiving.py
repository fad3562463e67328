"""Raising floors: what is old, folded and durable moves into the archive, scope by scope, a part of it in each transaction."""

from __future__ import annotations

from typing import NamedTuple

from familyhub.hub.home import HubError
from familyhub.hub.service import Hub
from familyhub.sync.hub import run

OLDER_THAN_DAYS = 400
"""Days after which a number of the log is archived unless told otherwise: laptops lock long before, and a year stays at hand."""
MOST_DAYS = 36_500
DAY_MS = 86_400_000


class Archived(NamedTuple):
    """What was done: files whose floor rose, numbers that were archived, and up to when everything is durable (ms UTC)."""

    files: int
    numbers: int
    durable: int


def archive(hub: Hub, older_than_days: int = OLDER_THAN_DAYS, scope: str = "") -> Archived:
    """Archive what the hub received so many days ago or earlier, of one scope or of all; raises ``HubError``."""
    if not 0 <= older_than_days <= MOST_DAYS:
        raise HubError(f"--older-than is a number of days from 0 to {MOST_DAYS}.")
    with hub.begin() as tx:
        before, durable = tx.now_ms - older_than_days * DAY_MS, tx.durable()
        where, values = ("and scope = ? ", (scope,)) if scope else ("", ())
        heads = tx.sql.rows(
            f"select scope, floor from scope_head where seq > floor {where}order by scope", values
        )
        if scope and not tx.head(scope)[0]:
            raise HubError(f"There is no file {scope} at this hub.")
    files = numbers = 0
    for name, floor in heads:
        risen = _risen(hub, name, floor, before)
        files, numbers = files + (risen > floor), numbers + risen - floor
    return Archived(files, numbers, durable)


def _risen(hub: Hub, scope: str, floor: int, before: int) -> int:
    """Raise the floor of a scope as far as it goes; returns it. Pushes get their turn between two transactions."""

    def act() -> int:
        with hub.begin() as tx:
            return run(hub.machine.raise_floor(tx, scope, before))

    while (risen := hub.again(act)) > floor:
        floor = risen
    return risen
