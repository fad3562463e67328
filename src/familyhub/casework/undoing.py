"""Undoing a decision: the difference is open again with every answer it had, each still its author's.

Undo is one act per restored value, each with the decision as its base; what others wrote meanwhile stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.casework.differences import dated, write_decision
from familyhub.casework.entries import Saved, UndoEntry
from familyhub.casework.problems import refuse
from familyhub.store import decided
from familyhub.store.apply import Projection
from familyhub.store.laptop import new_id
from familyhub.store.queries import decisions
from familyhub.store.queries.earlier import memory
from familyhub.sync import merge

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from familyhub.casework.laptop import Laptop
    from familyhub.records.decisions import Decision
    from familyhub.store.laptop import Work
    from familyhub.sync.copy import Held
    from familyhub.sync.ops import RowKey, Value

NONE = "There is no decision to undo under that id: it is not on this laptop, or it was undone already."
SINCE = "This cannot be undone any more: somebody has changed it since. What they wrote stays as it is."


def undo(laptop: Laptop, entry: UndoEntry) -> Saved:
    """Undo a decision and those made in one go with it; raises ``Refused``."""
    with laptop.store.reading() as connection:
        decision = decisions.one(connection, entry.id)
        if decision is None or decision.kind == "undone":
            raise refuse("decision", NONE)
        rows = decisions.beside(connection, decision)
        stands = decisions.standing(connection, rows)
        if not stands.get(decision.id):
            raise refuse("decision", NONE if _undone(connection, decision) else SINCE)
        parts = [
            (row, [_Part(connection, row.scope, part) for part in stands[row.id]])
            for row in rows if stands[row.id]
        ]  # fmt: skip
    together = new_id() if len(parts) > 1 else None
    with laptop.store.work(laptop.who.id) as work:
        for row, found in parts:
            restored = [part.restore(laptop, work) for part in found]
            about = (row.scope, row.about or "", row.about_id or "")
            write_decision(laptop, work, about, row.field or "", None, {
                "kind": "undone", "undoes": row.id, "replaced": decided.write(restored),
                "replaced_readers": "workers", "together": together,
            })  # fmt: skip
    return laptop.saved(decision.id)


def _undone(connection: Connection, decision: Decision) -> bool:
    sql = "select 1 from decision where scope = ? and undoes = ?"
    return connection.exec_driver_sql(sql, (decision.scope, decision.id)).first() is not None


class _Part:
    """What a decision replaced in one field, and what of it comes back."""

    def __init__(self, connection: Connection, scope: str, part: decided.Replaced) -> None:
        self.key: RowKey = (scope, part.entity, part.row_id)
        self.part = part
        self.held: Held = Projection(connection).load([self.key])[self.key]
        register = self.held.row[part.field]
        others = [head for head in register.heads if head != part.act]
        replaced = memory(connection, self.key, part.field).replaced_by(others)
        former = {f.op_id: f.value for f in part.former}
        self.values: list[Value] = merge.undone(register, part.act, former, replaced)

    def restore(self, laptop: Laptop, work: Work) -> decided.Replaced:
        """Bring the values back; returns them under the ids they have now."""
        back = []
        for value in self.values:
            new = work.restore(self.key, self.part.field, self.part.act, value)
            was = next((f for f in reversed(self.part.former) if merge.same(f.value, value)), None)
            if was is not None:
                back.append(decided.Former(new, was.hlc, was.by, value, was.origin or was.op_id))
        dated(laptop, work, self.key, self.part.field, self.values[-1], self.held)
        return decided.Replaced(
            self.part.entity, self.part.row_id, self.part.field, self.part.act, tuple(back)
        )
