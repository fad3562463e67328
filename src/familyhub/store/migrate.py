"""Bringing a laptop's store to this version: Alembic, imported only when there is something to do."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

SCRIPTS = Path(__file__).parent / "migrations"
LAPTOP_HEAD = "0016"
"""The newest revision under ``store/migrations/versions``; a test compares the two."""


def laptop_state(connection: Connection) -> Literal["same", "older", "newer"]:
    """How a store's schema stands to this version's."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return "older"
    found = connection.exec_driver_sql("select version_num from alembic_version").scalar()
    if found == LAPTOP_HEAD:
        return "same"
    return "older" if found is None or str(found) < LAPTOP_HEAD else "newer"


def checkpoint(engine: Engine, mode: Literal["TRUNCATE", "PASSIVE"] = "TRUNCATE") -> None:
    """Bring the write-ahead log into the database file, outside any transaction, and empty it.

    ``PASSIVE``: as far as it gets without waiting for anybody, while others write.
    """
    raw = engine.raw_connection()
    try:
        raw.cursor().execute(f"PRAGMA wal_checkpoint({mode})")
    finally:
        raw.close()


def upgrade_laptop(
    engine: Engine, backup: Path | None = None, *, scripts: Path = SCRIPTS, to: str = LAPTOP_HEAD
) -> None:
    """Upgrade to ``LAPTOP_HEAD``; ``backup``: the database file to copy first (it is encrypted, so is the copy)."""
    from alembic import command
    from alembic.config import Config

    if backup is not None and backup.exists():
        checkpoint(engine)
        shutil.copy2(backup, backup.with_suffix(".before-upgrade"))
    config = Config()
    config.set_main_option("script_location", str(scripts))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
