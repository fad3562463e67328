"""The hub's schema, made and upgraded by Alembic, which is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from familyhub.store.errors import NewerStore

if TYPE_CHECKING:
    from sqlalchemy import Engine

HEAD = "0018"
"""The newest revision under ``hub/migrations/versions``; a test compares the two."""


def revision(engine: Engine) -> str | None:
    """The revision of a hub's database, None for an empty one."""
    from sqlalchemy import inspect

    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.exec_driver_sql("select version_num from alembic_version").scalar()
        return str(found) if found is not None else None


def upgrade(engine: Engine) -> None:
    """Bring the schema to ``HEAD``, in one transaction; raises ``NewerStore`` for a newer version's."""
    found = revision(engine)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise NewerStore
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)
