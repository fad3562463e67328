"""Reading typed rows of a scope, and the tokens that travel with them to a screen and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import false, or_
from sqlmodel import Session, col, select

from familyhub.records.catalogue import entities
from familyhub.records.oversight import Worker
from familyhub.records.synced import Synced
from familyhub.store.apply import codec
from familyhub.store.laptop_copy import seen_token
from familyhub.sync.copy import Held

if TYPE_CHECKING:
    from sqlalchemy import Connection

R = TypeVar("R", bound=Synced)
MOST_IN = 500


def session(connection: Connection) -> Session:
    """A reading session on a connection; it never writes."""
    return Session(bind=connection, autoflush=False)


def visible(db: Session, table: type[R], scopes: str | Sequence[str]) -> list[R]:
    """Rows of a table in one scope or several, without removed ones."""
    wanted = [scopes] if isinstance(scopes, str) else list(scopes)
    out: list[R] = []
    for start in range(0, len(wanted), MOST_IN):
        part = wanted[start : start + MOST_IN]
        where = col(table.scope) == part[0] if len(part) == 1 else col(table.scope).in_(part)
        shown = or_(col(table.removed).is_(None), col(table.removed) == false())
        out += db.exec(select(table).where(where, shown)).all()
    return out


def held(row: Synced) -> Held:
    """The registers of a typed row."""
    reader = codec(row.entity)
    return reader.read([getattr(row, c) for c in reader.columns])


def rev(row: Synced) -> str:
    """The token of the heads that are on screen when this row is shown."""
    return seen_token(held(row), entities()[row.entity].fields)


def by_key(rows: Iterable[R], name: str) -> dict[Any, list[R]]:
    """Rows grouped by the value of one field."""
    out: dict[Any, list[R]] = {}
    for row in rows:
        out.setdefault(getattr(row, name), []).append(row)
    return out


def latest(rows: Iterable[R], day: str = "on") -> R | None:
    """The row with the latest day; of two on one day, the one written later."""
    return max(rows, key=lambda r: (getattr(r, day) or "", r.created_hlc or 0, r.id), default=None)


def worker_names(db: Session) -> dict[str, str]:
    """Names of the workforce by id."""
    return {w.id: w.name or w.id for w in visible(db, Worker, "ref")}
