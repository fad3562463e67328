"""How things stand: what the title line of every page says, read at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from familyhub.casework import concerns, leases, reading
from familyhub.casework.concerns import OpenConcern
from familyhub.casework.reading import Numbers
from familyhub.practice.lease import NO_HUB, Lease
from familyhub.practice.sync_state import Sending, SyncState
from familyhub.store.blobs import day_of
from familyhub.store.queries.attachments import OnTheirWay, on_their_way
from familyhub.store.queries.sending import family_names, records
from familyhub.store.queries.status import sync_state

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits, when the hub was met (ISO UTC), what is open to decide, and which worries nobody was told of."""

    waiting: int
    set_aside: int
    last_contact: str | None
    differences: int
    untold: tuple[OpenConcern, ...]
    numbers: Numbers
    lease: Lease = NO_HUB


def standing(laptop: Laptop) -> Standing:
    """Read how things stand."""
    with laptop.store.reading() as connection:
        state = sync_state(connection)
        differences = connection.exec_driver_sql("select count(*) from difference").scalar() or 0
    untold = tuple(concerns.open_concerns(laptop))
    return Standing(
        state.waiting,
        state.set_aside,
        state.last_contact,
        int(differences),
        untold,
        reading.numbers(laptop),
        leases.stands(laptop),
    )


@dataclass(frozen=True, slots=True)
class SyncPage:
    """The Sync page: the numbers, what the hub set aside with its text, and what still waits."""

    state: SyncState
    waiting: tuple[Sending, ...]
    families: dict[str, str]
    """Names of the families that records set aside and attachments kept back belong to, by scope."""
    attachments: OnTheirWay


def sync_page(laptop: Laptop) -> SyncPage:
    """Read the Sync page at one moment."""
    with laptop.store.reading() as connection:
        state = sync_state(connection, asides=True)
        carried = on_their_way(connection, day_of(laptop.store.now_ms()))
        named = {a.scope for a in state.asides} | {scope for scope, _, _ in carried.kept_back}
        return SyncPage(state, records(connection), family_names(connection, named), carried)
