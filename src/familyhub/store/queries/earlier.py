"""What this laptop remembers of what changes replaced: the answer before, and when the hub received an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from familyhub.sync import merge
from familyhub.sync.ops import RowKey, Value

if TYPE_CHECKING:
    from sqlalchemy import Connection

_replaced = msgspec.json.Decoder(dict[str, list[object]]).decode


class Unknown:
    """The laptop cannot know it: nothing is said rather than guessed."""


UNKNOWN = Unknown()


class Memory(NamedTuple):
    """One field's remembered changes: what each replaced, the values of what was replaced, when each was received."""

    bases: dict[str, tuple[str, ...]]
    values: dict[str, Value]
    received: dict[str, int]

    def before(self, heads: Iterable[str]) -> Value | Unknown:
        """The value that all ``heads`` replaced, the last of them; ``UNKNOWN`` where it is not known for certain."""
        common: set[str] | None = None
        for head in heads:
            found = merge.forebears([head], self.bases)
            common = found if common is None else common & found
        last = (common or set()) - merge.forebears(common or (), self.bases)
        values = [self.values[h] for h in last if h in self.values]
        if not values or len(values) < len(last) or any(not merge.same(values[0], v) for v in values[1:]):
            return UNKNOWN
        return values[0]

    def replaced_by(self, heads: Iterable[str]) -> set[str]:
        """Every head that one of ``heads`` is known to have replaced."""
        return merge.forebears(heads, self.bases)


def memory(connection: Connection, row: RowKey, field: str) -> Memory:
    """What is remembered of one field."""
    sql = "select op_id, received, replaced from earlier where scope = ? and entity = ? and row_id = ? and field = ?"
    found = Memory({}, {}, {})
    for op_id, received, text in connection.exec_driver_sql(sql, (*row, field)):
        replaced = _replaced(text)
        found.bases[op_id] = tuple(replaced)
        found.values.update({head: was[0] for head, was in replaced.items() if was})
        if received is not None:
            found.received[op_id] = received
    return found
