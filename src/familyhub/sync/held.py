"""A row as a copy holds it, however it came there: op by op, or in a snapshot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from familyhub.sync.clock import HLC
from familyhub.sync.merge import NO_VALUES, Fold, Row, erased, fold, join, pruned
from familyhub.sync.ops import Op


@dataclass(frozen=True, slots=True)
class Held:
    """A row as a copy holds it: its registers, the op that created it, and when the hub received that."""

    row: Row = field(default_factory=dict)
    created: tuple[str, HLC] | None = None
    received: str | None = None
    author: str | None = None
    """Who created the row."""

    def after(self, op: Op, received: str | None = None, using: Fold = fold) -> Held:
        """This row after ``op``; ``received`` is the hub's time, None for an own op that still waits."""
        row = using(self.row, op)
        if erased(row):
            return Held(row)
        created, since, author = self.created, self.received, self.author
        if op.kind == "create" and (created is None or op.op_id <= created[0]):
            again = created is not None and created[0] == op.op_id
            created, since, author = (op.op_id, op.hlc), received or (since if again else None), op.actor
        return Held(row, created, since, author)

    def joined(self, other: Held) -> Held:
        """This row and what ``other``, which is newer, knows of it; in whichever order rows are joined, it is the same."""
        row = join(self.row, other.row)
        if erased(row):
            return Held(row)
        mine, theirs = self.created, other.created
        if theirs is not None and (mine is None or theirs[0] <= mine[0]):
            return Held(row, theirs, other.received or self.received, other.author)
        return Held(row, mine, self.received, self.author)

    def dead(self) -> set[str]:
        """Every op id of which the row remembers that it was replaced."""
        return {op_id for register in self.row.values() for op_id in register.dead}

    def live(self) -> set[str]:
        """Every op id that is a head of some field."""
        return {op_id for register in self.row.values() for op_id in register.heads}

    def shaped_by(self, op: Op) -> bool:
        """Whether the row may be other than it were without ``op``: it lives here, or it may have replaced what is gone.

        That somebody replaced it is no proof: what was replaced is remembered also where it never came.
        """
        if not any(op.op_id in register.heads or op.op_id in register.dead for register in self.row.values()):
            return False
        return any(
            op.op_id in self.heads(field) or not self.heads(field) >= set(op.base.get(field, ()))
            for field in op.patch
        )

    def heads(self, field: str) -> set[str]:
        """The op ids whose values of a field nobody has replaced."""
        return set(self.row[field].heads) if field in self.row else set()

    def pruned(self, old: Collection[str], wrote: Mapping[str, Collection[str]]) -> Held:
        """This row without those of its dead that are in ``old``; ``wrote``: the fields of those that live elsewhere in it."""
        return replace(self, row=pruned(self.row, set(old), wrote))

    def knowing(self, op: Op) -> Held:
        """This row, into which ``op`` was folded before: what it wrote and is no head of was replaced, if that was forgotten.

        A field that is not there is one whose newer name has it: an older version keeps what came under that.
        """
        if erased(self.row):
            return self
        row = dict(self.row)
        for name in op.patch:
            register = row.get(name, NO_VALUES)
            if op.op_id not in register.heads:
                row[name] = register._replace(dead=register.dead | {op.op_id})
        return replace(self, row=row)


NOTHING = Held()
