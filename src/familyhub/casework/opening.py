"""Opening a laptop: first what Today shows, at once, then the rest behind it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from familyhub.casework.home import is_demonstration
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


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Today as it opened, and the key that opens the rest."""

    page: TodayPage
    key: bytes


def first_page(home: Path, key: bytes) -> FirstPage:
    """Read Today on a bare connection, without SQLAlchemy; raises one of ``store.errors``."""
    from familyhub.store.engine import open_checked
    from familyhub.store.vault import Vault

    vault = Vault(home / "store.vault")
    connection = open_checked(home / "store.db", key, vault)
    try:
        _refuse_newer(connection)
        return FirstPage(today_page(connection), key)
    finally:
        connection.close()


def _refuse_newer(connection: Any) -> None:
    from familyhub.store import first_page as reads
    from familyhub.store.errors import NewerStore
    from familyhub.store.migrate import LAPTOP_HEAD

    if reads.schema(connection) > LAPTOP_HEAD:
        raise NewerStore


def today_page(connection: Any, on: date | None = None) -> TodayPage:
    """Today on a bare connection; ``on``: another day than this one."""
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
    )  # fmt: skip


def fixed_today(settings: dict[str, str]) -> date | None:
    """The day a demonstration was made for, when it was made with ``--today``."""
    fixed = settings.get("demonstration_today")
    return date.fromisoformat(fixed) if fixed else None


def open_laptop(home: Path, passphrase: str | None = None, *, key: bytes | None = None) -> Laptop:
    """Open the whole store with the passphrase, or with the key that ``first_page`` found."""
    from familyhub.casework.laptop import Laptop, Who
    from familyhub.store import first_page as reads
    from familyhub.store.laptop import LaptopStore

    if key is not None:
        store = LaptopStore.with_key(home, key, demonstration=is_demonstration(home))
    else:
        store = LaptopStore.open(home, passphrase or "")
    settings = store.settings()
    worker_id = settings.get("worker", "")
    with store.reading() as connection:
        name, role, locality = reads.worker(connection.connection.driver_connection, worker_id)
    laptop = Laptop(store, Who(worker_id, name, role, locality))
    fixed = fixed_today(settings)
    if fixed is not None:
        laptop.today_is = lambda: fixed
    return laptop


def app_lock(home: Path) -> AbstractContextManager[Any]:
    """The right to be the app on this home; raises ``StoreBusy`` while another app has it."""
    from familyhub.store.locks import app_lock as lock

    return lock(home)
