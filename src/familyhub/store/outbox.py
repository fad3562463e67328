"""Own ops on a laptop: waiting, in the hub's custody, done or set aside; kept until the hub says they are durable."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from familyhub.store.apply import chunks
from familyhub.sync.copy import DONE, IN_CUSTODY, WAITING, OwnLabel, OwnOp
from familyhub.sync.messages import Frame
from familyhub.sync.ops import Op, RowKey, pack_payload, sealed, unpack_payload

if TYPE_CHECKING:
    from sqlalchemy import Connection

PENDING_SQL = f"state in ('{WAITING}', '{IN_CUSTODY}')"
OUTBOX = "scope, op_id, inc, dseq, payload"
DURABLY_SENT = "durably_sent"
"""The setting that counts own ops which are durable at the hub and no longer kept here."""
PIECE = "piece"
"""The kind of op that a piece of an attachment becomes which could not be sent any more."""
DRAFT = "draft"
"""The kind of op that an unfinished draft becomes when its author may no longer hold the file that it is about."""
OWN = f"{OUTBOX}, state, reason, received"
LEAST_BYTES, PAGE = 100, 250
"""No op takes less on its way; so many are read at once."""


class Outbox:
    """The part of ``SqlLaptopCopy`` that keeps own ops; the rest gives it labels, clock and settings."""

    connection: Connection
    erasing: bool

    def incarnation(self) -> str:
        """The incarnation that labels are given under."""
        raise NotImplementedError

    def last_labels(self, scopes: Collection[str]) -> dict[str, int]:
        """The highest label given in each scope under this incarnation, 0 for none."""
        raise NotImplementedError

    def clock(self) -> int:
        """The latest clock value given or met."""
        raise NotImplementedError

    def setting(self, name: str) -> str | None:
        """A setting of this store."""
        raise NotImplementedError

    def add_to(self, name: str, count: int) -> None:
        """Count on in a setting that is a number."""
        raise NotImplementedError

    def _rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[Any]:
        return list(self.connection.exec_driver_sql(sql, values).fetchall())

    def _many(self, sql: str, values: list[tuple[Any, ...]]) -> None:
        if values:
            self.connection.exec_driver_sql(sql, values)

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

    def alone(self, op_ids: Collection[str]) -> set[str]:
        """Those of own ops in custody whose rows have no other own op, and of which nothing was confirmed yet."""
        out: set[str] = set()
        for part in chunks(op_ids):
            marks = ", ".join(["?"] * len(part))
            out.update(
                row[0]
                for row in self._rows(
                    f"select o.op_id from outbox o where o.op_id in ({marks}) and o.entity <> '' "
                    f"and o.state = '{IN_CUSTODY}' "
                    "and not exists (select 1 from outbox p where p.scope = o.scope and p.entity = o.entity "
                    "and p.row_id = o.row_id and p.op_id <> o.op_id) "
                    "and not exists (select 1 from confirmed c where c.scope = o.scope and c.entity = o.entity "
                    "and c.row_id = o.row_id)",
                    tuple(part),
                )
            )
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

    def unsent(self, most_bytes: int) -> list[tuple[str, Frame]]:
        """Own ops that wait as they travel, each with its scope, oldest first, about ``most_bytes`` (at least one)."""
        out: list[tuple[str, Frame]] = []
        room = most_bytes
        place = 0
        sql = (
            f"select place, scope, op_id, dseq, payload from outbox where state = '{WAITING}' and place > ? "
            "order by place limit ?"
        )
        while page := self._rows(sql, (place, max(1, min(PAGE, room // LEAST_BYTES)))):
            for _, scope, op_id, dseq, payload in page:
                room -= len(payload) + 60
                if out and room < 0:
                    return out
                out.append((scope, Frame(op_id, dseq, bytes(payload))))
            if room <= 0:
                break
            place = page[-1][0]
        return out

    def labels(self, scopes: Collection[str]) -> dict[str, list[OwnLabel]]:
        """Labels of pending own ops under this incarnation, in the order they were made, by scope."""
        out: dict[str, list[OwnLabel]] = {}
        inc = self.incarnation()
        for part in chunks(scopes):
            sql = (
                f"select scope, op_id, dseq, state from outbox where scope in ({', '.join(['?'] * len(part))}) "
                f"and inc = ? and {PENDING_SQL} order by place"
            )
            for scope, *label in self._rows(sql, (*part, inc)):
                out.setdefault(scope, []).append(OwnLabel(*label))
        return out

    def forget_durable(self, upto: int) -> None:
        """Forget own ops that are done, or sealed and in custody, received at ``upto`` or before."""
        which = (
            f"received > 0 and received <= ? and (state = '{DONE}' or (entity = '' and state <> '{WAITING}'))"
        )
        gone = self._rows(f"select count(*) from outbox where {which}", (upto,))[0][0]
        self.connection.exec_driver_sql(f"delete from outbox where {which}", (upto,))
        if gone:
            self.add_to(DURABLY_SENT, gone)

    def seal_own(self, scope: str, seal: Callable[[bytes], bytes]) -> None:
        """Let only the hub read what is kept of own ops in a scope.

        An unfinished draft about it becomes one, and so does each piece of an attachment that was not sent.
        """
        self.add_own(self._drafts(scope))
        self.add_own(self._unsent_pieces(scope))
        found = self._rows(f"select {OUTBOX} from outbox where scope = ? and entity <> ''", (scope,))
        self._many(
            "update outbox set entity = '', row_id = '', reason = '', payload = ? where op_id = ?",
            [(pack_payload(sealed(self._op(row), seal)), row[1]) for row in found],
        )

    def _drafts(self, scope: str) -> list[Op]:
        """Drafts about a family as ops of a kind that the hub sets aside for a person: a draft is not a record."""
        family = scope.removeprefix("fam:")
        found = self._rows("select id, kind, entry from draft where family_id = ?", (family,))
        return self._for_a_person(DRAFT, scope, [(k, i, {"entry": e}) for i, k, e in found])

    def _unsent_pieces(self, scope: str) -> list[Op]:
        """What no hub has of attachments, piece by piece, for a person too."""
        found = self._rows(
            "select b.sha, c.place, c.data from blob b join blob_chunk c on c.scope = b.scope and c.sha = b.sha "
            "where b.scope = ? and b.state = 'waiting' order by b.sha, c.place",
            (scope,),
        )
        return self._for_a_person(
            PIECE, scope, [("attachment", sha, {"place": place, "data": data}) for sha, place, data in found]
        )

    def _for_a_person(
        self, kind: str, scope: str, said: Iterable[tuple[str, str, dict[str, Any]]]
    ) -> list[Op]:
        """Ops of a kind that no log takes: (entity, row id, what is kept)."""
        label, hlc, inc = self.last_labels([scope])[scope], self.clock(), self.incarnation()
        actor = self.setting("worker") or ""
        return [
            Op(scope, uuid.uuid4().hex, inc, label + n, kind, entity, row_id, 0, hlc, actor, patch, {})
            for n, (entity, row_id, patch) in enumerate(said, start=1)
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
