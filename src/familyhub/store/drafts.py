"""Drafts: what somebody is typing, kept encrypted on this laptop at every pause. A draft is not a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from familyhub.store.laptop import LaptopStore


class Draft(NamedTuple):
    """An unfinished entry: ``entry`` is its JSON; moments are ISO UTC."""

    id: str
    kind: str
    family_id: str | None
    started_at: str
    saved_at: str
    entry: str


def keep(store: LaptopStore, draft: Draft) -> None:
    """Write a draft durably; what was typed survives a power cut from here on."""
    with store.writing(urgent=True) as connection:
        connection.exec_driver_sql(
            "insert into draft (id, kind, family_id, started_at, saved_at, entry) values (?, ?, ?, ?, ?, ?) "
            "on conflict (id) do update set saved_at = excluded.saved_at, entry = excluded.entry, "
            "family_id = excluded.family_id",
            tuple(draft),
        )


def unfinished(store: LaptopStore) -> list[Draft]:
    """Every draft, the one touched last first."""
    with store.reading() as connection:
        rows = connection.exec_driver_sql(
            "select id, kind, family_id, started_at, saved_at, entry from draft order by saved_at desc, id"
        )
        return [Draft(*r) for r in rows]


def find(store: LaptopStore, draft_id: str) -> Draft | None:
    """The draft with this id."""
    return next((d for d in unfinished(store) if d.id == draft_id), None)


def discard(store: LaptopStore, draft_id: str) -> None:
    """Forget a draft: it was finished, or thrown away by its author."""
    with store.writing(urgent=True) as connection:
        connection.exec_driver_sql("delete from draft where id = ?", (draft_id,))
