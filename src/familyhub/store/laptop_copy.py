"""The laptop's copy over SQLite: what ``LaptopMachine`` asks for, inside one transaction of the store."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from familyhub.store.apply import Indexer, Projection, chunks
from familyhub.sync import merge
from familyhub.sync.copy import IN_CUSTODY, WAITING, Held, OwnOp
from familyhub.sync.laptop import messages_row, snapshot_row
from familyhub.sync.messages import SnapshotRow, pack, unpack, vector_digest
from familyhub.sync.ops import Op, RowKey, pack_payload, unpack_payload

if TYPE_CHECKING:
    from sqlalchemy import Connection

PENDING_SQL = f"state in ('{WAITING}', '{IN_CUSTODY}')"
OUTBOX = "scope, op_id, inc, dseq, payload"
DIGEST = "cursor_digest"
"""The setting with the digest of all cursors, so that one that moves among thousands costs what it alone costs."""


class SqlLaptopCopy:
    """Implements ``sync.copy.LaptopCopy`` on one connection's transaction."""

    def __init__(self, connection: Connection, indexer: Indexer | None) -> None:
        self.connection = connection
        self.projection = Projection(connection, indexer)
        self._cursors: dict[str, int] = {}
        self._digest: int | None = None
        self._digest_kept = ""
        self._digest_read = False

    def finish(self) -> None:
        """Write what was put off to the end of the transaction."""
        text = "" if self._digest is None else f"{self._digest:016x}"
        if text != self._digest_kept:
            self.set_settings({DIGEST: text})

    def _rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[Any]:
        return list(self.connection.exec_driver_sql(sql, values))

    def _many(self, sql: str, values: list[tuple[Any, ...]]) -> None:
        if values:
            self.connection.exec_driver_sql(sql, values)

    # -- settings --------------------------------------------------------------------------------------------

    def setting(self, name: str) -> str | None:
        """A setting of this store."""
        found = self._rows("select value from setting where name = ?", (name,))
        return found[0][0] if found else None

    def set_settings(self, values: Mapping[str, str]) -> None:
        """Write settings of this store."""
        self._many(
            "insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
            list(values.items()),
        )

    def incarnation(self) -> str:
        """The incarnation that labels are given under."""
        return self.setting("inc") or self.start_incarnation()

    def start_incarnation(self) -> str:
        """Begin a new incarnation: labels start again, the hub knows no cursor of it."""
        inc = uuid.uuid4().hex
        self.set_settings({"inc": inc})
        self.connection.exec_driver_sql("delete from label")
        self.forget_reported()
        return inc

    def clock(self) -> int:
        """The latest clock value given or met."""
        return int(self.setting("clock") or 0)

    def set_clock(self, hlc: int) -> None:
        """Keep the latest clock value."""
        self.set_settings({"clock": str(hlc)})

    def last_label(self, scope: str) -> int:
        """The highest label given in the scope under this incarnation."""
        found = self._rows("select dseq from label where scope = ?", (scope,))
        return int(found[0][0]) if found else 0

    # -- rows ------------------------------------------------------------------------------------------------

    def load(self, keys: Collection[RowKey]) -> dict[RowKey, Held]:
        """The shown rows that exist among ``keys``."""
        return self.projection.load(keys)

    def save(self, rows: Mapping[RowKey, Held]) -> None:
        """Write shown rows with their differences and search entries."""
        self.projection.save(rows)

    def save_new(self, rows: Sequence[tuple[str, SnapshotRow]]) -> None:
        """Write rows that this copy has not got, as they travel in snapshots."""
        self.projection.insert(rows)

    def confirmed(self, keys: Collection[RowKey]) -> dict[RowKey, Held]:
        """The kept confirmed states among ``keys``."""
        out = {}
        for part in chunks(keys):
            sql = "select scope, entity, row_id, held from confirmed where (scope, entity, row_id) in (values {})"
            for s, e, r, held in self._rows(
                sql.format(", ".join(["(?, ?, ?)"] * len(part))), tuple(v for k in part for v in k)
            ):
                out[(s, e, r)] = messages_row(unpack(held, SnapshotRow))
        return out

    def keep_confirmed(self, rows: Mapping[RowKey, Held]) -> None:
        """Write confirmed states."""
        self._many(
            "insert into confirmed (scope, entity, row_id, held) values (?, ?, ?, ?) "
            "on conflict (scope, entity, row_id) do update set held = excluded.held",
            [(s, e, r, pack(snapshot_row(e, r, held))) for (s, e, r), held in rows.items()],
        )

    def drop_confirmed(self, keys: Collection[RowKey]) -> None:
        """Forget confirmed states."""
        self._many("delete from confirmed where scope = ? and entity = ? and row_id = ?", list(keys))

    # -- own ops ---------------------------------------------------------------------------------------------

    @staticmethod
    def _op(found: Any) -> Op:
        scope, op_id, inc, dseq, payload = found[:5]
        return unpack_payload(scope, op_id, inc, dseq, payload)

    def pending(self, keys: Collection[RowKey]) -> dict[RowKey, list[Op]]:
        """The pending own ops of each row, in the order they were made."""
        if not keys or not self._rows(f"select 1 from outbox where {PENDING_SQL} limit 1"):
            return {}
        out: dict[RowKey, list[Op]] = {}
        for part in chunks(keys):
            sql = (
                f"select {OUTBOX} from outbox where (scope, entity, row_id) in (values {{}}) "
                f"and {PENDING_SQL} order by place"
            )
            for found in self._rows(
                sql.format(", ".join(["(?, ?, ?)"] * len(part))), tuple(v for k in part for v in k)
            ):
                op = self._op(found)
                out.setdefault(op.row, []).append(op)
        return out

    def own(self, op_ids: Collection[str]) -> dict[str, OwnOp]:
        """The own ops among ``op_ids``."""
        if not op_ids or not self._rows("select 1 from outbox limit 1"):
            return {}
        out = {}
        for part in chunks(op_ids):
            sql = (
                f"select {OUTBOX}, state, reason from outbox where op_id in ({', '.join(['?'] * len(part))})"
            )
            for found in self._rows(sql, tuple(part)):
                out[found[1]] = OwnOp(self._op(found), found[5], found[6])
        return out

    def add_own(self, ops: Iterable[Op]) -> None:
        """Add own ops to the outbox, waiting."""
        ops = list(ops)
        self._many(
            "insert into outbox (op_id, scope, inc, dseq, entity, row_id, state, reason, payload) "
            f"values (?, ?, ?, ?, ?, ?, '{WAITING}', '', ?)",
            [(o.op_id, o.scope, o.inc, o.dseq, o.entity, o.row_id, pack_payload(o)) for o in ops],
        )
        self._keep_labels(ops)

    def _keep_labels(self, ops: Iterable[Op]) -> None:
        highest: dict[str, int] = {}
        for op in ops:
            highest[op.scope] = max(highest.get(op.scope, 0), op.dseq)
        self._many(
            "insert into label (scope, dseq) values (?, ?) on conflict (scope) do update set dseq = excluded.dseq",
            list(highest.items()),
        )

    def relabel_own(self, ops: Iterable[Op]) -> None:
        """Give pending own ops new labels and let them wait again."""
        ops = list(ops)
        self._many(
            f"update outbox set inc = ?, dseq = ?, state = '{WAITING}' where op_id = ?",
            [(o.inc, o.dseq, o.op_id) for o in ops],
        )
        self._keep_labels(ops)

    def settle(self, op_ids: Collection[str], state: str, reasons: Mapping[str, str] | None = None) -> None:
        """Write what became of own ops."""
        why = reasons or {}
        self._many(
            "update outbox set state = ?, reason = ? where op_id = ?",
            [(state, why.get(i, ""), i) for i in op_ids],
        )

    def all_pending(self) -> list[Op]:
        """Every pending own op, in the order they were made."""
        return [
            self._op(f) for f in self._rows(f"select {OUTBOX} from outbox where {PENDING_SQL} order by place")
        ]

    def unsent(self, most_bytes: int) -> list[Op]:
        """Own ops that wait, oldest first, about ``most_bytes`` of them (at least one)."""
        out: list[Op] = []
        room = most_bytes
        sql = f"select {OUTBOX} from outbox where state = '{WAITING}' order by place limit 2000"
        for found in self._rows(sql):
            room -= len(found[4]) + 60
            if out and room < 0:
                break
            out.append(self._op(found))
        return out

    def in_scope(self, scope: str) -> list[OwnOp]:
        """Pending own ops of a scope under this incarnation."""
        sql = f"select {OUTBOX}, state, reason from outbox where scope = ? and inc = ? and {PENDING_SQL} order by place"
        return [OwnOp(self._op(f), f[5], f[6]) for f in self._rows(sql, (scope, self.incarnation()))]

    # -- cursors ---------------------------------------------------------------------------------------------

    def cursor(self, scope: str) -> int:
        """The last number of the scope's log that was applied."""
        if scope not in self._cursors:
            found = self._rows("select seq from cursor where scope = ?", (scope,))
            self._cursors[scope] = int(found[0][0]) if found else 0
        return self._cursors[scope]

    def set_cursor(self, scope: str, seq: int) -> None:
        """Move the cursor."""
        if (digest := self._known_digest()) is not None:
            self._digest = digest ^ vector_digest([(scope, self.cursor(scope)), (scope, seq)])
        self._cursors[scope] = seq
        self._many(
            "insert into cursor (scope, seq, reported) values (?, ?, 0) "
            "on conflict (scope) do update set seq = excluded.seq",
            [(scope, seq)],
        )

    def cursors(self) -> dict[str, int]:
        """The whole cursor vector."""
        return {s: q for s, q in self._rows("select scope, seq from cursor")}

    def vector(self) -> tuple[int, int]:
        """How many cursors there are, and the digest of all of them."""
        if self._known_digest() is None:
            self._digest = vector_digest(self.cursors().items())
        return int(self._rows("select count(*) from cursor")[0][0]), self._digest or 0

    def _known_digest(self) -> int | None:
        if not self._digest_read:
            self._digest_read = True
            self._digest_kept = self.setting(DIGEST) or ""
            self._digest = int(self._digest_kept, 16) if self._digest_kept else None
        return self._digest

    def moved(self) -> dict[str, int]:
        """Cursors that moved since the hub last heard of them."""
        return {s: q for s, q in self._rows("select scope, seq from cursor where seq <> reported")}

    def reported(self, cursors: Mapping[str, int]) -> None:
        """The hub has heard of these cursors."""
        self._many("update cursor set reported = ? where scope = ?", [(q, s) for s, q in cursors.items()])

    def forget_reported(self) -> None:
        """State the whole vector next time, its digest reckoned anew."""
        self._known_digest()
        self._digest = None
        self.connection.exec_driver_sql("update cursor set reported = 0")

    # -- what people wrote and the hub set aside -----------------------------------------------------------

    def lost_text(self, op_id: str) -> dict[str, Any]:
        """The fields of an own op: what was set aside stays readable."""
        own = self.own([op_id])
        return dict(own[op_id].op.patch) if own else {}


def seen_token(held: Held, rules: Mapping[str, merge.ShownRule]) -> str:
    """The opaque token of the heads on screen when a row is shown (``rev`` on the command line)."""
    seen = merge.seen_heads(held.row, rules)
    only = held.created[0] if held.created else ""
    sparse = {f: ids for f, ids in seen.items() if ids != (only,)}
    return _token([only, sparse, sorted(f for f in seen if f not in sparse)])


def all_heads_token(held: Held) -> str:
    """A token that has seen every head: what a decision on the Differences screen replaces."""
    return _token(["", {f: tuple(sorted(r.heads)) for f, r in held.row.items()}, []])


def read_token(token: str) -> dict[str, tuple[str, ...]]:
    """The heads in a token; raises ``ValueError`` for a text that is none."""
    import base64

    try:
        raw = base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
        only, sparse, plain = msgspec.json.decode(
            raw, type=tuple[str, dict[str, tuple[str, ...]], tuple[str, ...]]
        )
        return {**dict.fromkeys(plain, (only,)), **sparse}
    except (ValueError, msgspec.MsgspecError) as error:
        raise ValueError("that revision is not one that FamilyHub printed") from error


def _token(content: list[Any]) -> str:
    import base64

    return base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode().rstrip("=")
