"""The long list of families, read a page at a time, so that 100,000 are as quick as ten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from familyhub.store.queries import family_list

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.practice.family_row import FamilyRow


def order(laptop: Laptop, which: str = "all", most: int | None = None) -> list[str]:
    """Ids of ``mine``, ``locality`` or ``all`` families by name; ``most``: only the first."""
    who = laptop.who
    with laptop.store.reading() as connection:
        return family_list.order(
            connection, laptop.today, worker_id=who.id if which == "mine" else "",
            locality=who.locality if which == "locality" else "", most=most,
        )  # fmt: skip


def rows(laptop: Laptop, ids: Sequence[str]) -> list[FamilyRow]:
    """The rows of these families, in their order."""
    with laptop.store.reading() as connection:
        return family_list.rows(connection, ids, laptop.today, laptop.who.id)
