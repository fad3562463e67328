"""The laptop's copy over SQLite: what ``LaptopMachine`` asks for, inside one transaction of the store."""

from __future__ import annotations

import json
import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from familyhub.store.apply import Indexer, Projection, chunks
from familyhub.sync import merge
from familyhub.sync.copy import DONE, IN_CUSTODY, WAITING, Held, OwnOp
from familyhub.sync.messages import SnapshotPart, SnapshotRow, pack, unpack
from familyhub.sync.ops import SEALED, Op, RowKey, pack_payload, sealed, unpack_payload
from familyhub.sync.snapshot import messages_row, snapshot_row

if TYPE_CHECKING:
    from sqlalchemy import Connection

PENDING_SQL = f"state in ('{WAITING}', '{IN_CUSTODY}')"
OUTBOX = "scope, op_id, inc, dseq, payload"
DRAFT = "draft"
"""The kind of op that an unfinished draft becomes when its author may no longer hold the file that it is about."""
OWN = f"{OUTBOX}, state, reason, received"


class SqlLaptopCopy:
    """Implements ``sync.copy.LaptopCopy`` on one connection's transaction."""

    def __init__(self, connection: Connection, indexer: Indexer | None) -> None:
        self.connection = connection
        self.projection = Projection(connection, indexer)
        self.erasing = False
        """Something was erased or left: its words go from the index and its bytes from the log of the file."""

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

    def all_rows(self) -> Iterator[tuple[RowKey, Held]]:
        """Every shown row."""
        for scope in self.projection.scopes():
            for entity, row_id, held in list(self.projection.scope_rows(scope)):
                yield (scope, entity, row_id), held

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
            sql = f"select {OWN} from outbox where op_id in ({', '.join(['?'] * len(part))})"
            for found in self._rows(sql, tuple(part)):
                out[found[1]] = self._own(found)
        return out

    def kept(self) -> list[OwnOp]:
        """Every own op that is not forgotten yet, in the order they were made."""
        return [self._own(found) for found in self._rows(f"select {OWN} from outbox order by place")]

    def _own(self, found: Any) -> OwnOp:
        return OwnOp(self._op(found), *found[5:8])

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
            f"update outbox set inc = ?, dseq = ?, state = '{WAITING}', reason = '', received = 0 where op_id = ?",
            [(o.inc, o.dseq, o.op_id) for o in ops],
        )
        self._keep_labels(ops)

    def settle(
        self,
        op_ids: Collection[str],
        state: str,
        reasons: Mapping[str, str] | None = None,
        received: Mapping[str, int] | None = None,
    ) -> None:
        """Write what became of own ops, and where it is known when the hub received them."""
        why, when = reasons or {}, received or {}
        self._many(
            "update outbox set state = ?, reason = ?, received = ? where op_id = ?",
            [(state, why.get(i, ""), when.get(i, 0), i) for i in op_ids],
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
        sql = f"select {OWN} from outbox where scope = ? and inc = ? and {PENDING_SQL} order by place"
        return [self._own(found) for found in self._rows(sql, (scope, self.incarnation()))]

    def forget_durable(self, upto: int) -> None:
        """Forget own ops that are done, or sealed and in custody, received at ``upto`` or before."""
        self.connection.exec_driver_sql(
            "delete from outbox where received > 0 and received <= ? "
            f"and (state = '{DONE}' or (entity = '' and state <> '{WAITING}'))",
            (upto,),
        )

    def seal_own(self, scope: str, seal: Callable[[bytes], bytes]) -> None:
        """Let only the hub read what is kept of own ops in a scope; an unfinished draft about it becomes one."""
        self.add_own(self._drafts(scope))
        found = self._rows(f"select {OUTBOX} from outbox where scope = ? and entity <> ''", (scope,))
        self._many(
            "update outbox set entity = '', row_id = '', reason = '', payload = ? where op_id = ?",
            [(pack_payload(sealed(self._op(row), seal)), row[1]) for row in found],
        )

    def _drafts(self, scope: str) -> list[Op]:
        """Drafts about a family as ops of a kind that the hub sets aside for a person: a draft is not a record."""
        family = scope.removeprefix("fam:")
        found = self._rows("select id, kind, entry from draft where family_id = ?", (family,))
        label, hlc, inc = self.last_label(scope), self.clock(), self.incarnation()
        actor = self.setting("worker") or ""
        return [
            Op(scope, identity, inc, label + n, DRAFT, kind, identity, 0, hlc, actor, {"entry": entry}, {})
            for n, (identity, kind, entry) in enumerate(found, start=1)
        ]

    def destroy(self, op_ids: Collection[str], reason: str = "") -> None:
        """Forget own ops on erased rows; their author is told that they were, if there is a reason."""
        if reason:
            self._many(
                "insert into destroyed (op_id, reason) select op_id, ? from outbox where op_id = ? "
                "on conflict (op_id) do nothing",
                [(reason, i) for i in op_ids],
            )
        self._many("delete from outbox where op_id = ?", [(i,) for i in op_ids])

    def drop_own(self, keys: Collection[RowKey]) -> None:
        """Forget the own ops of erased rows that do not wait."""
        self.erasing = self.erasing or bool(keys)
        self._many(
            f"delete from outbox where scope = ? and entity = ? and row_id = ? and not ({PENDING_SQL})",
            list(keys),
        )

    # -- the hub and its lives -------------------------------------------------------------------------------

    def epoch(self) -> str:
        """Which life of the hub this copy has met last."""
        return self.setting("epoch") or ""

    def set_epoch(self, epoch: str) -> None:
        """Keep which life of the hub was met."""
        self.set_settings({"epoch": epoch})

    def hub_key(self) -> bytes:
        """The hub's public keys; empty before they are known."""
        return b64decode(self.setting("hub_key") or "")

    def set_hub_key(self, key: bytes) -> None:
        """Keep the hub's public keys."""
        self.set_settings({"hub_key": b64encode(key).decode()})

    def durable(self) -> int:
        """What was received up to then outlives the hub's database, as last heard."""
        return int(self.setting("durable") or 0)

    def set_durable(self, upto: int) -> None:
        """Keep what is durable."""
        self.set_settings({"durable": str(upto)})

    # -- scopes that are no longer held ----------------------------------------------------------------------

    def unseen(self) -> list[str]:
        """Scopes in which own ops are in custody, and of which nothing was received yet."""
        sql = (
            f"select distinct o.scope from outbox o where o.state = '{IN_CUSTODY}' and o.entity <> '' "
            "and not exists (select 1 from cursor c where c.scope = o.scope and c.seq > 0) order by 1"
        )
        return [row[0] for row in self._rows(sql)]

    def has_rows(self, scope: str) -> bool:
        """Whether anything is kept of a scope: a cursor, even one that was set back, or own ops."""
        sql = f"select 1 from outbox where scope = ? and {PENDING_SQL} limit 1"
        return bool(self._rows("select 1 from cursor where scope = ?", (scope,)) or self._rows(sql, (scope,)))

    def drop_rows(self, scope: str) -> None:
        """Delete rows, confirmed states, differences and search entries of a scope, and begin again at 0."""
        self.erasing = True
        self.projection.drop_scope(scope)
        self.connection.exec_driver_sql("delete from confirmed where scope = ?", (scope,))
        self.set_cursor(scope, 0)

    def drop_rest(self, scope: str) -> None:
        """Delete whatever else is kept of a scope: parts of snapshots, drafts."""
        self.unstage(scope)
        if scope.startswith("fam:"):
            family = scope.removeprefix("fam:")
            self.connection.exec_driver_sql("delete from draft where family_id = ?", (family,))

    def owed(self) -> list[str]:
        """Scopes whose withdrawal the hub has no receipt for."""
        return [row[0] for row in self._rows("select scope from owed order by scope")]

    def owe(self, scopes: Collection[str]) -> None:
        """A receipt is due for the withdrawal of these scopes."""
        self._many("insert into owed (scope) values (?) on conflict do nothing", [(s,) for s in scopes])

    def receipted(self, scopes: Collection[str]) -> None:
        """The hub has the receipt."""
        self._many("delete from owed where scope = ?", [(s,) for s in scopes])

    # -- snapshots in parts ----------------------------------------------------------------------------------

    def stage(self, part: SnapshotPart) -> None:
        """Keep one part of a snapshot until all of them are here."""
        self._many(
            "insert into snapshot_part (scope, digest, body) values (?, ?, ?) on conflict do nothing",
            [(part.scope, part.digests[part.place], part.body)],
        )

    def staged(self, scope: str) -> dict[str, bytes]:
        """The parts that are here: content by digest."""
        return dict(self._rows("select digest, body from snapshot_part where scope = ?", (scope,)))

    def unstage(self, scope: str) -> None:
        """Forget the parts of a scope."""
        self.connection.exec_driver_sql("delete from snapshot_part where scope = ?", (scope,))

    # -- cursors ---------------------------------------------------------------------------------------------

    def cursor(self, scope: str) -> int:
        """The last number of the scope's log that was applied."""
        found = self._rows("select seq from cursor where scope = ?", (scope,))
        return int(found[0][0]) if found else 0

    def set_cursor(self, scope: str, seq: int) -> None:
        """Move the cursor."""
        self._many(
            "insert into cursor (scope, seq, reported) values (?, ?, 0) "
            "on conflict (scope) do update set seq = excluded.seq",
            [(scope, seq)],
        )

    def cursors(self) -> dict[str, int]:
        """The whole cursor vector."""
        return {s: q for s, q in self._rows("select scope, seq from cursor where seq > 0")}

    def moved(self) -> dict[str, int]:
        """Cursors that moved since the hub last heard of them."""
        return {s: q for s, q in self._rows("select scope, seq from cursor where seq <> reported")}

    def reported(self, cursors: Mapping[str, int]) -> None:
        """The hub has heard of these cursors."""
        self._many("update cursor set reported = ? where scope = ?", [(q, s) for s, q in cursors.items()])

    def forget_reported(self) -> None:
        """State the whole vector next time."""
        self.connection.exec_driver_sql("update cursor set reported = 0")

    # -- what people wrote and the hub set aside -----------------------------------------------------------

    def lost_text(self, op_id: str) -> dict[str, Any]:
        """The fields of an own op: what was set aside stays readable."""
        own = self.own([op_id])
        return dict(own[op_id].op.patch) if own and own[op_id].op.kind != SEALED else {}


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
