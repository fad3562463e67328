"""The log in SQL: what ``HubMachine`` asks for, inside one transaction of SQLite or PostgreSQL.

Everything that a push or a fold will ask for is read in a few batches once its scopes are locked, and
everything it writes is kept until the commit and written in batches: no statement is sent per op.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from familyhub.hub import logrow, scopes
from familyhub.hub.logrow import LOG
from familyhub.hub.sql import Sql
from familyhub.hub.visitors import Visitors
from familyhub.store.apply import Projection
from familyhub.sync.copy import AlreadyHeld, Held, Label, LogRow, Sender
from familyhub.sync.messages import Batch, Record
from familyhub.sync.ops import Op, RowKey

if TYPE_CHECKING:
    from sqlalchemy import Connection

PAGE = 2000
"""Most rows of one scope's log that are read at once."""
TOGETHER = 400
"""About how many rows of the log are read at once for many scopes."""


class Doorkeeper(Protocol):
    """Who judges whether an op may be written; asked with the scopes locked."""

    def prepare(self, tx: SqlHubTx, sender: Sender, scopes: Collection[str]) -> None:
        """Read what the judgements on these scopes will need."""

    def refuse(self, tx: SqlHubTx, sender: Sender, op: Op) -> str:
        """Why the op may not be written, or an empty text; may open a scope."""


class SqlHubTx(Visitors):
    """Implements ``sync.copy.HubTx``: one transaction of one connection."""

    def __init__(
        self,
        connection: Connection,
        *,
        epoch: str = "",
        now_ms: int = 0,
        sender: Sender | None = None,
        door: Doorkeeper | None = None,
    ) -> None:
        self.sql = Sql(connection)
        self.connection = connection
        self.projection = Projection(connection)
        self.now_ms = now_ms
        self._epoch, self._sender, self._door = epoch, sender, door
        self._gone: dict[str, set[tuple[str, str]]] = {}
        self._expected: Sequence[Batch] = ()
        self._heads: dict[str, tuple[int, bytes]] = {}
        self._folded: dict[str, int] = {}
        self._known: dict[tuple[str, str], int] = {}
        self._held: dict[tuple[str, str], Label | None] = {}
        self._labels: dict[tuple[str, str, int], Label] = {}
        self._ahead: dict[str, tuple[int, list[Any]]] = {}
        self._coming: dict[str, tuple[int, int]] = {}
        self._rows: dict[RowKey, Held | None] = {}
        self._changed: set[str] = set()
        self._to_log: list[tuple[Any, ...]] = []
        self._to_quarantine: list[tuple[Any, ...]] = []
        self._to_alias: list[tuple[str, str, int, str]] = []
        self._to_give: list[scopes.Grant] = []
        self._to_save: dict[RowKey, Held] = {}
        self.entities: dict[str, set[str]] = {}
        """What kinds of rows this transaction has written about, by scope."""
        self._to_destroy: dict[str, list[int]] = {}
        self.grouped = False
        """Several folds share this transaction: the machine's commits wait for ``finish``."""

    # -- head rows and locks ---------------------------------------------------------------------------------

    def expect(self, batches: Sequence[Batch]) -> None:
        """Say what a push will bring, so that all of it is looked up at once when its scopes are locked."""
        self._expected = batches

    def ensure_scopes(self, scopes: Collection[str]) -> None:
        """Make the head rows of scopes exist."""
        self.sql.many(
            "insert into scope_head (scope, seq, folded_upto, floor, epoch, chain) values (?, 0, 0, 0, ?, ?) "
            "on conflict (scope) do nothing",
            [(scope, self._epoch, b"") for scope in sorted(scopes)],
        )

    def lock(self, scopes: Collection[str]) -> Iterator[str]:
        """Lock head rows by name; PostgreSQL waits in the statement, SQLite has waited already."""
        wanted = sorted(set(scopes) - self._heads.keys())
        for start in range(0, len(wanted), 400):
            for scope, seq, chain, folded in self.sql.among(
                "select scope, seq, chain, folded_upto from scope_head where scope in ({keys}) order by scope"
                + self.sql.locking,
                wanted[start : start + 400],
            ):
                self._heads[scope] = (seq, bytes(chain))
                self._folded[scope] = folded
        if wanted:
            self.read_erased(wanted)
        if self._expected and wanted:
            self._look_up()
        if self._door is not None and self._sender is not None and wanted:
            self._door.prepare(self, self._sender, wanted)
        yield from ()

    def hold(self, scopes: Collection[str]) -> None:
        """Make scopes exist and lock them, at once."""
        self.ensure_scopes(scopes)
        for _ in self.lock(scopes):
            pass

    def _look_up(self) -> None:
        """Labels and op ids of the push that is expected, as they stand now that the scopes are locked."""
        by_inc: dict[str, set[str]] = {}
        pairs: list[tuple[str, str]] = []
        for batch in self._expected:
            by_inc.setdefault(batch.inc, set()).add(batch.scope)
            pairs.extend((batch.scope, frame.op_id) for frame in batch.frames)
        for inc, written in by_inc.items():
            self._read_known(inc, written)
        self._read_held(pairs)

    def _read_known(self, inc: str, scopes: Collection[str]) -> None:
        highest = "(select max(dseq) from {0} where {0}.scope = h.scope and {0}.inc = ?)"
        parts = ", ".join(highest.format(t) for t in ("op", "quarantine", "alias"))
        found = self.sql.among(
            f"select h.scope, {parts} from scope_head h where h.scope in ({{keys}})",
            sorted(scopes),
            (inc, inc, inc),
        )
        self._known.update({(scope, inc): 0 for scope in scopes})
        for scope, *labels in found:
            self._known[(scope, inc)] = max((n for n in labels if n is not None), default=0)

    def _read_held(self, pairs: Collection[tuple[str, str]]) -> None:
        self._held.update(dict.fromkeys(pairs))
        for scope, op_id, inc, dseq, reason in self.sql.among(
            "select scope, op_id, inc, dseq, reason from quarantine where released is null "
            "and (scope, op_id) in (values {keys})",
            pairs,
            one="(?, ?)",
        ):
            self._hold(scope, op_id, inc, dseq, reason)
        for scope, op_id, inc, dseq, seq, received in self.sql.among(
            "select scope, op_id, inc, dseq, seq, received from op where (scope, op_id) in (values {keys})",
            pairs,
            one="(?, ?)",
        ):
            self._hold(scope, op_id, inc, dseq, "", seq, received)

    def _hold(
        self, scope: str, op_id: str, inc: str, dseq: int, reason: str = "", seq: int = 0, received: int = 0
    ) -> None:
        label = Label(op_id, reason, seq, received)
        self._held[(scope, op_id)] = self._labels[(scope, inc, dseq)] = label

    def head(self, scope: str) -> tuple[int, bytes]:
        """The last number of the scope's log and its chain; the scope is locked or only read."""
        if scope not in self._heads:
            found = self.sql.first("select seq, chain from scope_head where scope = ?", (scope,))
            return (found[0], bytes(found[1])) if found else (0, b"")
        return self._heads[scope]

    def set_head(self, scope: str, seq: int, chain: bytes) -> None:
        """Move the head, at the commit."""
        self._heads[scope] = (seq, chain)
        self._changed.add(scope)

    # -- labels and custody ----------------------------------------------------------------------------------

    def known(self, scope: str, inc: str) -> int:
        """The highest label of an incarnation in custody."""
        if (scope, inc) not in self._known:
            self._read_known(inc, [scope])
        return self._known[(scope, inc)]

    def at_labels(self, scope: str, inc: str, dseqs: Collection[int]) -> dict[int, Label]:
        """What is held under labels; most are known from the op ids that came with them."""
        missing = [d for d in dseqs if (scope, inc, d) not in self._labels]
        if missing:
            found: dict[int, str] = {}
            for table in ("alias", "quarantine", "op"):
                query = f"select dseq, op_id from {table} where scope = ? and inc = ? and dseq in ({{keys}})"
                found.update({d: i for d, i in self.sql.among(query, missing, (scope, inc))})
            held = self.held(scope, set(found.values()))
            self._labels.update({(scope, inc, d): held[i] for d, i in found.items() if i in held})
        return {d: self._labels[(scope, inc, d)] for d in dseqs if (scope, inc, d) in self._labels}

    def held(self, scope: str, op_ids: Collection[str]) -> dict[str, Label]:
        """Which ops are held already, in the log or set aside."""
        unread = [(scope, i) for i in op_ids if (scope, i) not in self._held]
        if unread:
            self._read_held(unread)
        return {i: label for i in op_ids if (label := self._held[(scope, i)]) is not None}

    def append(self, scope: str, rows: Iterable[LogRow]) -> None:
        """Add numbers to the log, at the commit; that raises ``AlreadyHeld`` where an op_id stands there."""
        for row in rows:
            self._to_log.append(logrow.written(scope, row))
            self.entities.setdefault(scope, set()).add(row.op.entity)
            self._taken(scope, row.op.inc, row.op.dseq, Label(row.op.op_id, "", row.seq, row.received))

    def _taken(self, scope: str, inc: str, dseq: int, label: Label) -> None:
        self._held[(scope, label.op_id)] = self._labels[(scope, inc, dseq)] = label
        if (scope, inc) in self._known:
            self._known[(scope, inc)] = max(self._known[(scope, inc)], dseq)

    def set_aside(
        self, scope: str, inc: str, dseq: int, op_id: str, payload: bytes, reason: str, now: int
    ) -> None:
        """Take custody of a frame that cannot be logged, at the commit."""
        by = self._sender or Sender("", "", "")
        self._to_quarantine.append((scope, inc, dseq, op_id, payload, reason, now, by.device, by.worker))
        self._taken(scope, inc, dseq, Label(op_id, reason))

    def alias(self, scope: str, inc: str, dseq: int, op_id: str) -> None:
        """Remember that a label carried an op that was held already, at the commit."""
        self._to_alias.append((scope, inc, dseq, op_id))
        if (scope, inc) in self._known:
            self._known[(scope, inc)] = max(self._known[(scope, inc)], dseq)

    def give_later(self, grants: Iterable[scopes.Grant]) -> None:
        """Write grants, at the commit."""
        self._to_give.extend(grants)

    def refuse_write(self, sender: Sender, op: Op) -> str:
        """Why ``sender`` may not write ``op``; asks the doorkeeper."""
        return self._door.refuse(self, sender, op) if self._door is not None else ""

    # -- reading the log -------------------------------------------------------------------------------------

    def news(self, sender: Sender, inc: str) -> list[tuple[str, int, int, int]]:
        """Scopes that the sender holds and whose log is ahead: (scope, cursor, head, floor); they will be read."""
        found = scopes.news(self.sql, sender, inc, self.now_ms)
        self.expect_reading((scope, at, head) for scope, at, head, _ in found)
        return found

    def expect_reading(self, news: Iterable[tuple[str, int, int]]) -> None:
        """Say which scopes ``(scope, from, to)`` will be read, in this order: short ones come together."""
        self._coming = {scope: (at, head) for scope, at, head in news}

    def after(self, scope: str, seq: int, most_bytes: int) -> list[LogRow]:
        """Log rows behind ``seq``, in order, about ``most_bytes`` of them and at least one."""
        return [logrow.read(found) for found in self._after(scope, seq, most_bytes)]

    def records(self, scope: str, seq: int, most_bytes: int, inc: str) -> list[Record]:
        """The same rows as they travel to a laptop; those of its own incarnation ``inc`` as stubs."""
        return [logrow.record(found, inc) for found in self._after(scope, seq, most_bytes)]

    def _after(self, scope: str, seq: int, most_bytes: int) -> list[Any]:
        if scope not in self._ahead and self._coming.get(scope, (-1, 0))[0] == seq:
            self._read_together(scope)
        if scope in self._ahead and self._ahead[scope][0] == seq:
            return logrow.about(self._ahead.pop(scope)[1], most_bytes)
        out: list[Any] = []
        room = most_bytes
        while True:
            size = max(1, min(PAGE, room // 250 + 1))
            page = self.sql.rows(
                f"select {LOG} from op where scope = ? and seq > ? order by seq limit ?", (scope, seq, size)
            )
            page = self.whole(page)
            out.extend(page)
            room -= sum(len(found[12]) + len(found[13]) + 100 for found in page)
            if len(page) < size or room <= 0:
                return logrow.about(out, most_bytes)
            seq = page[-1][1]

    def _read_together(self, first: str) -> None:
        """Read the logs of ``first`` and the scopes that will be asked for next, while they are short."""
        wanted: list[tuple[str, int]] = []
        total = 0
        for scope in list(self._coming):
            at, head = self._coming[scope]
            if scope != first and not wanted:
                continue
            if head - at > TOGETHER and not wanted:
                del self._coming[scope]
                return
            if (wanted and total + head - at > TOGETHER) or len(wanted) == TOGETHER:
                break
            wanted.append((scope, at))
            total += head - at
            del self._coming[scope]
        found = self.sql.among(
            f"select {LOG} from op join (values {{keys}}) as v "
            "on op.scope = v.column1 and op.seq > v.column2 order by op.scope, op.seq",
            wanted,
            one="(cast(? as text), cast(? as bigint))",
        )
        if wanted:
            self._ahead.update({scope: (at, []) for scope, at in wanted})
        seen = set()
        for row in self.whole(found):
            if (row[0], row[1]) not in seen:
                seen.add((row[0], row[1]))
                self._ahead[row[0]][1].append(row)

    def by_ids(self, scope: str, op_ids: Collection[str]) -> dict[str, LogRow]:
        """The log rows of ops that are in the log, by their ids."""
        query = f"select {LOG} from op where scope = ? and op_id in ({{keys}})"
        found = self.whole(self.sql.among(query, op_ids, (scope,)))
        return {row.op.op_id: row for row in map(logrow.read, found)}

    # -- the projection --------------------------------------------------------------------------------------

    def folded(self, scope: str) -> int:
        """The number the projection stands on."""
        if scope not in self._folded:
            found = self.sql.first("select folded_upto from scope_head where scope = ?", (scope,))
            return int(found[0]) if found else 0
        return self._folded[scope]

    def set_folded(self, scope: str, seq: int) -> None:
        """Move the folder, at the commit."""
        self._folded[scope] = seq
        self._changed.add(scope)

    def prefetch_fold(self, scopes: Sequence[str]) -> None:
        """Lock scopes and read their unfolded numbers and the rows these touch, in a few batches."""
        for _ in self.lock(scopes):
            pass
        self.expect_reading((s, self._folded[s], self._heads[s][0]) for s in scopes if s in self._heads)
        for scope in scopes:
            if scope in self._coming:
                self._read_together(scope)
        keys = {(found[0], found[6], found[7]) for _, rows in self._ahead.values() for found in rows}
        self._rows.update(dict.fromkeys(keys))
        self._rows.update(self.projection.load(keys))

    def load(self, keys: Collection[RowKey]) -> dict[RowKey, Held]:
        """Rows of the projection."""
        unread = [k for k in keys if k not in self._rows]
        if unread:
            self._rows.update(dict.fromkeys(unread))
            self._rows.update(self.projection.load(unread))
        return {k: held for k in keys if (held := self._rows[k]) is not None}

    def save(self, rows: Mapping[RowKey, Held]) -> None:
        """Write rows of the projection, at the commit."""
        self._to_save.update(rows)
        self._rows.update(rows)

    # -- the end ---------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Send what is to be written; raises ``AlreadyHeld`` where the log has an op_id already."""
        from sqlalchemy.exc import IntegrityError

        try:
            self.sql.many(f"insert into op ({', '.join(logrow.COLUMNS)}) values ({_marks(17)})", self._to_log)
        except IntegrityError as error:
            raise AlreadyHeld(self._to_log[0][0]) from error
        self.sql.many(
            "insert into quarantine (scope, inc, dseq, op_id, payload, reason, received, device, worker) "
            f"values ({_marks(9)})",
            self._to_quarantine,
        )
        self.sql.many(
            f"insert into alias (scope, inc, dseq, op_id) values ({_marks(4)}) "
            "on conflict (scope, inc, dseq) do nothing",
            self._to_alias,
        )
        scopes.give(self.sql, self._to_give, self.now_ms)
        if self._to_save:
            self.projection.save(self._to_save)
        for scope, seqs in self._to_destroy.items():
            self.destroy_archived(scope, seqs)
        self.sql.many(
            "update scope_head set seq = ?, chain = ?, folded_upto = ? where scope = ?",
            [(*self._heads[s], self._folded[s], s) for s in sorted(self._changed)],
        )
        self._to_log, self._to_quarantine, self._to_alias = [], [], []
        self._to_give, self._to_save, self._to_destroy, self._changed = [], {}, {}, set()

    def commit(self) -> None:
        """Write everything and release the locks; among grouped folds, wait for ``finish``."""
        if not self.grouped:
            self.finish()

    def finish(self) -> None:
        """Write everything and release the locks."""
        self.flush()
        self.connection.commit()


def _marks(count: int) -> str:
    return ", ".join(["?"] * count)
