"""One record as somebody wrote it, and the pen that writes the rows of one file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from familyhub.demo.world.dice import digest_id

Value = str | int | bool
Loose = str | int | bool | date | datetime | time | None


@dataclass(frozen=True, slots=True)
class Written:
    """A record in its state as at today, with its author and the moment it was first written."""

    scope: str
    entity: str
    id: str
    fields: dict[str, Value]
    by: str
    at: datetime


def plain(value: Loose) -> Value | None:
    """A value as records keep it: days and moments as ISO text, moments in UTC with a Z."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value


class Pen:
    """Writes rows into one scope; ids follow from the key and the order of writing."""

    def __init__(self, scope: str, *key: object) -> None:
        self.scope = scope
        self.rows: list[Written] = []
        self._key = key
        self._counts: dict[str, int] = {}

    def new_id(self, entity: str) -> str:
        """The id that the next row of ``entity`` gets."""
        number = self._counts[entity] = self._counts.get(entity, 0) + 1
        return digest_id(*self._key, self.scope, entity, number)

    def write(self, entity: str, by: str, at: datetime, /, *, row_id: str = "", **fields: Loose) -> str:
        """Write a row without the fields that are None; returns its id."""
        row_id = row_id or self.new_id(entity)
        kept = {name: value for name, loose in fields.items() if (value := plain(loose)) is not None}
        self.rows.append(Written(self.scope, entity, row_id, kept, by, at))
        return row_id

    def in_time_order(self) -> list[Written]:
        """The rows by the moment they were written; rows of one moment stay in the order of writing."""
        return sorted(self.rows, key=lambda row: row.at)
