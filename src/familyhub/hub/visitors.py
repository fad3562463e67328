"""What an exchange asks of the hub's tables beside the log: who may hold what, what is erased, which life this is."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from familyhub.hub import logrow, scopes, vectors
from familyhub.hub.archive import PATCH, Archive
from familyhub.hub.logrow import LOG
from familyhub.hub.sql import Sql
from familyhub.sync.copy import Sender
from familyhub.sync.messages import Request
from familyhub.sync.ops import RowKey

ATTACHMENT = "attachment"
EMPTY = b"\x80"
"""A packed map of nothing."""
DURABLE, STANDBY = "durable", "standby"
"""Settings: up to when everything outlives this database, and whether a synchronous standby has all of it."""


class Visitors(Archive):
    """The part of ``SqlHubTx`` that is not about one log."""

    sql: Sql
    now_ms: int
    _epoch: str
    _gone: dict[str, set[tuple[str, str]]]
    _to_destroy: dict[str, list[int]]
    """Numbers whose content goes from the archive at the commit: a part may hold many of a file that is erased."""
    _stated: set[str] | None = None
    """The scopes whose cursors the request states of which it was asked whether it ``agrees``; None: not asked yet."""

    # -- erasure ---------------------------------------------------------------------------------------------

    def erased(self, scope: str) -> set[tuple[str, str]]:
        """The erased rows (entity, id) of a scope."""
        if scope not in self._gone:
            self.read_erased([scope])
        return self._gone[scope]

    def read_erased(self, wanted: Collection[str]) -> None:
        """Read what is erased of scopes, at once."""
        self._gone.update({scope: set() for scope in wanted})
        for scope, entity, row_id in self.sql.among(
            "select scope, entity, row_id from erased_row where scope in ({keys})", wanted
        ):
            self._gone[scope].add((entity, row_id))

    def asides(self, scope: str) -> list[tuple[str, str, int, bytes]]:
        """Every frame that is or was set aside in a scope: (op_id, inc, dseq, payload)."""
        found = self.sql.rows("select op_id, inc, dseq, payload from quarantine where scope = ?", (scope,))
        return [(op_id, inc, dseq, bytes(payload)) for op_id, inc, dseq, payload in found if payload]

    def take_released(self, scope: str, op_id: str) -> tuple[str, int, bytes] | None:
        """(inc, dseq, payload) of an op that is set aside, marking it released."""
        found = self.sql.first(
            "select inc, dseq, payload from quarantine where scope = ? and op_id = ? and released is null"
            + self.sql.locking,
            (scope, op_id),
        )
        if found is None:
            return None
        self.sql.run(
            "update quarantine set released = ? where scope = ? and op_id = ?", (self.now_ms, scope, op_id)
        )
        return found[0], found[1], bytes(found[2])

    def erase(self, key: RowKey, asides: Collection[str]) -> None:
        """Destroy what the log with its archive, the named frames and kept snapshots say of a row; ids and digests stay."""
        scope, entity, row_id = key
        found = self.sql.rows(
            f"select {LOG} from op where scope = ? and entity = ? and row_id = ?", (scope, entity, row_id)
        )
        rows = [row for row in map(logrow.read, self.whole(found)) if not row.erased]
        self._to_destroy.setdefault(scope, []).extend(row[1] for row in found if not row[PATCH])
        self.sql.many(
            "update op set patch = ?, base = ?, salt = ?, hlc = 0, actor = '', digest = ? "
            "where scope = ? and seq = ?",
            [(EMPTY, EMPTY, b"", logrow.digest_of(row), scope, row.seq) for row in rows],
        )
        self.sql.many(
            "update quarantine set payload = ? where scope = ? and op_id = ?",
            [(b"", scope, op_id) for op_id in asides],
        )
        if entity == ATTACHMENT:
            self._erase_bytes(scope, row_id, {str(row.op.patch.get("sha256")) for row in rows})
        self.sql.run("delete from snapshot where scope = ?", (scope,))
        self.sql.run(
            "insert into erased_row (scope, entity, row_id, at) values (?, ?, ?, ?)",
            (scope, entity, row_id, self.now_ms),
        )
        self.erased(scope).add((entity, row_id))

    def _erase_bytes(self, scope: str, row_id: str, digests: Collection[str]) -> None:
        """Delete an attachment's bytes, unless another record of the scope names the same file."""
        for sha in digests:
            other = "select 1 from attachment where scope = ? and sha256 = ? and id <> ? and removed is null"
            if self.sql.first(other, (scope, sha, row_id)) is None:
                self.sql.run("delete from blob_chunk where scope = ? and sha = ?", (scope, sha))
                self.sql.run("delete from blob where scope = ? and sha = ?", (scope, sha))

    # -- the lives of the hub --------------------------------------------------------------------------------

    def epoch(self) -> str:
        """Which life of the hub this is."""
        return self._epoch

    def durable(self) -> int:
        """Everything received up to then (milliseconds UTC) outlives this database."""
        found = dict(
            (row[0], row[1])
            for row in self.sql.rows(
                "select name, value from setting where name in (?, ?)", (DURABLE, STANDBY)
            )
        )
        if found.get(STANDBY):
            return self.now_ms
        return int(found.get(DURABLE) or 0)

    def back(self, epoch: str, cursors: Mapping[str, int]) -> dict[str, int]:
        """Where cursors of an earlier life stand too far: scope and the last number that both lives have."""
        lives = [row[0] for row in self.sql.rows("select epoch from life order by place")]
        if epoch not in lives:
            return dict.fromkeys(cursors, 0)
        least = dict(cursors)
        for life in lives[lives.index(epoch) + 1 :]:
            heads = dict(
                (row[0], row[1])
                for row in self.sql.among(
                    "select scope, seq from life_head where epoch = ? and scope in ({keys})",
                    list(cursors),
                    (life,),
                )
            )
            least = {scope: min(seq, heads.get(scope, 0)) for scope, seq in least.items()}
        return {scope: seq for scope, seq in least.items() if seq < cursors[scope]}

    # -- a laptop's vector and what it may hold --------------------------------------------------------------

    def agrees(self, sender: Sender, request: Request) -> bool:
        """Whether the vector kept for the file is what it says without telling anything new."""
        self._stated = {scope for scope, seq in request.moved.items() if seq}
        return vectors.kept_digest(self.sql, sender, request.inc) == request.digest

    def hear(self, sender: Sender, request: Request) -> bool:
        """Take the cursors that a laptop states; False when the vector now differs from the laptop's own."""
        return vectors.hear(self.sql, sender, request)

    def receipts(self, sender: Sender, inc: str, receipts: Mapping[str, int]) -> None:
        """Take a laptop's receipts: withdrawn scopes that it holds no more, with the last label it gave there."""
        held = scopes.modes(self.sql, sender.worker, receipts.keys(), self.now_ms)
        self.sql.many(
            "insert into receipt (device, scope, inc, last, at) values (?, ?, ?, ?, ?) "
            "on conflict (device, scope) do update set inc = excluded.inc, last = excluded.last, at = excluded.at",
            [(sender.device, s, inc, last, self.now_ms) for s, last in receipts.items() if s not in held],
        )

    def withdrawn(self, sender: Sender, inc: str, also: Collection[str]) -> list[str]:
        """Scopes that this file holds, or wrote in, and its worker may hold no more."""
        stated = self._stated
        if stated is None:  # what it states now may be any of what it ever stated
            stated = vectors.stated(self.sql, sender, inc)
        return scopes.withdrawn(self.sql, sender, inc, stated.union(also), self.now_ms)

    def held_scopes(self, sender: Sender, wanted: Collection[str]) -> set[str]:
        """Those of ``wanted`` that the sender holds."""
        return set(scopes.modes(self.sql, sender.worker, wanted, self.now_ms))
