"""Opening a laptop: first what Today shows, at once, then the rest behind it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from familyhub.casework.home import is_demonstration
from familyhub.practice.lease import LOCKED, NO_HUB, Lease, lease, why_locked
from familyhub.practice.today import Line, rank

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit planned for today."""

    family_id: str
    family: str
    at: str
    kind: str


@dataclass(frozen=True, slots=True)
class TodayPage:
    """Today, ranked, with what the title line says; ``last_contact`` is ISO UTC."""

    lines: tuple[Line, ...]
    planned: tuple[PlannedVisit, ...]
    worker_id: str
    worker: str
    role: str
    locality: str
    waiting: int
    set_aside: int
    last_contact: str | None
    today: date
    lease: Lease = NO_HUB


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Today as it opened, and the key that opens the rest."""

    page: TodayPage
    key: bytes


def first_page(home: Path, key: bytes, now: datetime | None = None) -> FirstPage:
    """Read Today on a bare connection, without SQLAlchemy; raises one of ``store.errors``."""
    from familyhub.store.engine import open_checked
    from familyhub.store.vault import Vault

    vault = Vault(home / "store.vault")
    connection = open_checked(home / "store.db", key, vault)
    try:
        _refuse_newer(connection)
        page = today_page(connection, now=now)
        _refuse_locked(connection, page, key)
        return FirstPage(page, key)
    finally:
        connection.close()


def _refuse_newer(connection: Any) -> None:
    from familyhub.store import first_page as reads
    from familyhub.store.errors import NewerStore
    from familyhub.store.migrate import LAPTOP_HEAD

    if reads.schema(connection) > LAPTOP_HEAD:
        raise NewerStore


def _refuse_locked(connection: Any, page: TodayPage, key: bytes) -> None:
    if page.lease.state == LOCKED:
        from familyhub.store import first_page as reads
        from familyhub.store.errors import LeaseLocked

        raise LeaseLocked(why_locked(page.lease), reads.ring(connection, page.locality), key)


def today_page(connection: Any, on: date | None = None, now: datetime | None = None) -> TodayPage:
    """Today on a bare connection; ``on``: another day than this one; ``now``: another moment for the lease."""
    from familyhub.store import first_page as reads

    settings = reads.settings(connection)
    today = on or fixed_today(settings) or datetime.now().astimezone().date()
    worker_id = settings.get("worker", "")
    name, role, locality = reads.worker(connection, worker_id)
    waiting, aside = reads.waiting(connection)
    return TodayPage(
        tuple(rank(reads.facts(connection, today), today)),
        tuple(PlannedVisit(*row) for row in reads.planned(connection, today, worker_id)),
        worker_id, name, role, locality, waiting, aside, settings.get("last_contact"), today,
        lease(settings, now or datetime.now(UTC)),
    )  # fmt: skip


def fixed_today(settings: dict[str, str]) -> date | None:
    """The day a demonstration was made for, when it was made with ``--today``."""
    fixed = settings.get("demonstration_today")
    return date.fromisoformat(fixed) if fixed else None


def open_laptop(
    home: Path, passphrase: str | None = None, *, key: bytes | None = None, even_locked: bool = False
) -> Laptop:
    """Open the whole store with the passphrase, or with the key that ``first_page`` found.

    Raises one of ``store.errors``; ``even_locked``: for syncing, for an extension and for looking how things stand, also
    where the lease has run out.
    """
    from familyhub.casework import leases
    from familyhub.casework.laptop import Laptop, Who
    from familyhub.store import first_page as reads
    from familyhub.store.errors import LeaseLocked
    from familyhub.store.laptop import LaptopStore

    if key is not None:
        store = LaptopStore.with_key(home, key, demonstration=is_demonstration(home))
    else:
        store = LaptopStore.open(home, passphrase or "")
    settings = store.settings()
    worker_id = settings.get("worker", "")
    with store.reading() as connection:
        bare = connection.connection.driver_connection
        name, role, locality = reads.worker(bare, worker_id)
        stands = lease(settings, leases.now_of(store))
        ring = reads.ring(bare, locality) if stands.state == LOCKED else ""
    if stands.state != LOCKED:
        leases.note_time(store, settings)
    elif not even_locked:
        store.close()
        raise LeaseLocked(why_locked(stands), ring, store.key)
    laptop = Laptop(store, Who(worker_id, name, role, locality))
    fixed = fixed_today(settings)
    if fixed is not None:
        laptop.today_is = lambda: fixed
    return laptop


def app_lock(home: Path) -> AbstractContextManager[Any]:
    """The right to be the app on this home; raises ``StoreBusy`` while another app has it."""
    from familyhub.store.locks import app_lock as lock

    return lock(home)
