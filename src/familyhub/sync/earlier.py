"""What a change replaced, kept so that people can be told what stood before; no part of merging."""

from __future__ import annotations

from typing import NamedTuple

from familyhub.sync.clock import HLC
from familyhub.sync.merge import Row
from familyhub.sync.ops import Op, RowKey, Value


class Earlier(NamedTuple):
    """What one change replaced in one field, as far as the copy knew it then: told to people, no part of merging.

    ``replaced``: per head in the change's base its value, as a list that is empty where the copy did not hold that head.
    ``received``: when the hub received the change (milliseconds since 1970 UTC), None while it waits.
    """

    row: RowKey
    field: str
    op_id: str
    hlc: HLC
    received: int | None
    replaced: dict[str, list[Value]]


def earlier(op: Op, row: Row, received: int | None = None) -> list[Earlier]:
    """What ``op`` is about to replace in ``row``; nothing for an op that only creates."""
    if op.kind == "create" and not op.base:
        return []
    found = []
    for name in op.patch:
        heads = row[name].heads if name in row else {}
        was = {b: [heads[b][1]] if b in heads else [] for b in op.base.get(name, ())}
        found.append(Earlier(op.row, name, op.op_id, op.hlc, received, was))
    return found
