"""Opening a laptop: first what Today shows, at once, then the rest behind it."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    demonstration: bool


def home_folder(given: str | None = None) -> Path:
    """The home: ``--home``, else ``FAMILYHUB_HOME``, else the platform's user-data folder."""
    chosen = given or os.environ.get("FAMILYHUB_HOME")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("FamilyHub", appauthor=False)


def has_store(home: Path) -> bool:
    """Whether there is a store in the home."""
    return (home / "store.vault").exists()


def is_demonstration(home: Path) -> bool:
    """Whether the home is marked as a demonstration."""
    import json

    try:
        return bool(json.loads((home / "store.vault").read_bytes())["demonstration"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def first_page(home: Path, passphrase: str) -> FirstPage:
    """Unlock and read Today on a bare connection, without SQLAlchemy; raises one of ``store.errors``."""
    from familyhub.store.engine import open_checked
    from familyhub.store.vault import Vault

    vault = Vault(home / "store.vault")
    demonstration = bool(vault.read().get("demonstration"))
    key = vault.open(passphrase)
    connection = open_checked(home / "store.db", key, vault)
    try:
        _refuse_newer(connection)
        return FirstPage(today_page(connection), key, demonstration)
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


def check_passphrase(home: Path, passphrase: str) -> None:
    """Raise one of ``store.errors`` unless the passphrase opens the store; the front-room view is left with it."""
    from familyhub.store.vault import Vault

    Vault(home / "store.vault").open(passphrase)
