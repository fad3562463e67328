"""An open laptop: the store, whose it is, and the clock. Every act takes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from familyhub.casework.checking import Check
from familyhub.casework.entries import Saved
from familyhub.store import drafts
from familyhub.store.queries.status import sync_state

if TYPE_CHECKING:
    from familyhub.store.laptop import LaptopStore


@dataclass(frozen=True, slots=True)
class Who:
    """The worker whose laptop this is."""

    id: str
    name: str
    role: str
    locality: str


def _today() -> date:
    return datetime.now().astimezone().date()


@dataclass(slots=True)
class Laptop:
    """An open store with its worker; ``today`` is fixed in a demonstration that asks for a date."""

    store: LaptopStore
    who: Who
    today_is: Callable[[], date] = field(default=_today)

    @property
    def today(self) -> date:
        """The day it is where the laptop is."""
        return self.today_is()

    @property
    def moment(self) -> str:
        """Now, ISO UTC."""
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def check(self) -> Check:
        """A fresh collection of problems, for one entry."""
        return Check(self.today)

    def saved(self, row_id: str, draft_id: str = "", note: str = "") -> Saved:
        """What an act gives back; the draft it grew from is done with."""
        if draft_id:
            drafts.discard(self.store, draft_id)
        with self.store.reading() as connection:
            return Saved(row_id, sync_state(connection).waiting, note=note)

    def close(self) -> None:
        """Close the store."""
        self.store.close()
