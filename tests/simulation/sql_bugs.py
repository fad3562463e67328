"""Planted bugs that only real copies can have: kinds of copy that are passed to a history as arguments."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from familyhub.hub.log import SqlHubTx
from familyhub.store.laptop_copy import SqlLaptopCopy
from familyhub.sync.copy import WAITING, Sender
from familyhub.sync.ops import Op


class DifferencesLeft(SqlLaptopCopy):
    """The differences of a scope stay in the file when its rows go."""

    def drop_rows(self, scope: str) -> None:
        left = self._rows("select * from difference where scope = ?", (scope,))
        super().drop_rows(scope)
        self._many("insert into difference values (?, ?, ?, ?, ?, ?)", [tuple(row) for row in left])


class CommittedApart(SqlLaptopCopy):
    """Own ops are committed at once: a laptop that dies keeps them without what they show."""

    def add_own(self, ops: Iterable[Op]) -> None:
        super().add_own(ops)
        for word in ("commit", "begin"):
            self.connection.exec_driver_sql(word)


# -- defects that the simulation found, put back -------------------------------------------------------------


class ReceiptsKept(SqlLaptopCopy):
    """A relabelled op waits again and still says when the hub received it."""

    def relabel_own(self, ops: Iterable[Op]) -> None:
        ops = list(ops)
        self._many(
            f"update outbox set inc = ?, dseq = ?, state = '{WAITING}' where op_id = ?",
            [(op.inc, op.dseq, op.op_id) for op in ops],
        )
        self._keep_labels(ops)


class UngivenKept(SqlHubTx):
    """A scope of which no grant is known, since the hub was restored, is never withdrawn."""

    def withdrawn(self, sender: Sender, inc: str, also: Collection[str]) -> list[str]:
        gone = super().withdrawn(sender, inc, also)
        known = self.sql.rows("select scope from grant_ where worker = ?", (sender.worker,))
        return sorted(set(gone) & ({row[0] for row in known} | set(also)))
