"""Short SQL on one connection: ``?`` for a value on both engines, lists of keys in a few padded sizes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from familyhub.store.apply import chunks

if TYPE_CHECKING:
    from sqlalchemy import Connection


@cache
def _translated(text: str, sqlite: bool) -> str:
    return text if sqlite else text.replace("?", "%s")


class Sql:
    """Statements as texts: prepared by the drivers, compiled by nobody."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.sqlite = connection.dialect.name == "sqlite"

    def run(self, text: str, values: Sequence[Any] = ()) -> int:
        """Run a statement; the number of rows it changed."""
        return int(self.connection.exec_driver_sql(_translated(text, self.sqlite), tuple(values)).rowcount)

    def many(self, text: str, values: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each of ``values``, as one batch."""
        if values:
            self.connection.exec_driver_sql(_translated(text, self.sqlite), [tuple(v) for v in values])

    def rows(self, text: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query."""
        return list(self.connection.exec_driver_sql(_translated(text, self.sqlite), tuple(values)).fetchall())

    def first(self, text: str, values: Sequence[Any] = ()) -> Any:
        """The first row of a query, or None."""
        return self.connection.exec_driver_sql(_translated(text, self.sqlite), tuple(values)).first()

    def among(
        self,
        text: str,
        keys: Collection[Any],
        before: Sequence[Any] = (),
        one: str = "?",
        after: Sequence[Any] = (),
    ) -> list[Any]:
        """Rows of a query whose ``{keys}`` is a list: ``one`` is the mark of a key, ``(?, ?)`` for a pair."""
        out: list[Any] = []
        for part in chunks(keys):
            marks = ", ".join([one] * len(part))
            flat = part if one == "?" else [v for key in part for v in key]
            out.extend(self.rows(text.format(keys=marks), (*before, *flat, *after)))
        return out

    @property
    def locking(self) -> str:
        """What a query says that locks its rows; SQLite's ``BEGIN IMMEDIATE`` has locked all of them."""
        return "" if self.sqlite else " for update"
