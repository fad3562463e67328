"""The laptop's copy over SQLite: what ``LaptopMachine`` asks for, inside one transaction of the store."""

from __future__ import annotations

import json
import uuid
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from familyhub.store.apply import Indexer, Projection, chunks
from familyhub.store.outbox import Outbox
from familyhub.sync import clock, merge
from familyhub.sync.copy import IN_CUSTODY, Held
from familyhub.sync.earlier import Earlier
from familyhub.sync.messages import SnapshotPart, SnapshotRow, pack, unpack, vector_digest
from familyhub.sync.ops import SEALED, RowKey
from familyhub.sync.snapshot import messages_row, snapshot_row

if TYPE_CHECKING:
    from sqlalchemy import Connection

EARLIER_DAYS = 92
"""Days for which this laptop remembers what changes replaced: an edit older than the lease of 21 days waits nowhere."""
DIGEST = "cursor_digest"
"""The setting with the digest of all cursors, so that one that moves among thousands costs what it alone costs."""
MIXED = "mixed"
"""The setting with the scopes that were set back when the hub began a new life."""


class SqlLaptopCopy(Outbox):
    """Implements ``sync.copy.LaptopCopy`` on one connection's transaction."""

    def __init__(self, connection: Connection, indexer: Indexer | None) -> None:
        self.connection = connection
        self.projection = Projection(connection, indexer)
        self.erasing = False
        """Something was erased or left: its words go from the index and its bytes from the log of the file."""
        self._cursors: dict[str, int] = {}
        self._moved: dict[str, int] = {}
        self._settings: dict[str, str] | None = None
        self._put: dict[str, str] = {}
        self._digest: int | None = None
        self._digest_kept = ""
        self._digest_read = False

    def finish(self) -> None:
        """Write what was put off to the end of the transaction."""
        self._write_cursors()
        text = "" if self._digest is None else f"{self._digest:016x}"
        if text != self._digest_kept:
            self.set_settings({DIGEST: text})
        self._many(
            "insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
            list(self._put.items()),
        )
        self._put = {}

    # -- settings --------------------------------------------------------------------------------------------

    def setting(self, name: str) -> str | None:
        """A setting of this store."""
        if self._settings is None:
            self._settings = {n: v for n, v in self._rows("select name, value from setting")} | self._put
        return self._settings.get(name)

    def set_settings(self, values: Mapping[str, str]) -> None:
        """Write settings of this store, at the end of the transaction."""
        self._put.update(values)
        if self._settings is not None:
            self._settings.update(values)

    def add_to(self, name: str, count: int) -> None:
        """Count on in a setting that is a number."""
        self.set_settings({name: str(int(self.setting(name) or 0) + count)})

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

    def last_labels(self, scopes: Collection[str]) -> dict[str, int]:
        """The highest label given in each scope under this incarnation, 0 for none."""
        out = dict.fromkeys(scopes, 0)
        for part in chunks(out):
            sql = f"select scope, dseq from label where scope in ({', '.join(['?'] * len(part))})"
            out.update({scope: dseq for scope, dseq in self._rows(sql, tuple(part))})
        return out

    # -- rows ------------------------------------------------------------------------------------------------

    def load(self, keys: Collection[RowKey]) -> dict[RowKey, Held]:
        """The shown rows that exist among ``keys``."""
        return self.projection.load(keys)

    def save(self, rows: Mapping[RowKey, Held]) -> None:
        """Write shown rows with their differences and search entries."""
        self.projection.save(rows)

    def stamp(self, received: Mapping[RowKey, str]) -> None:
        """Write when the hub received the ops that created rows."""
        self.projection.stamp(received)

    def all_rows(self) -> Iterator[tuple[RowKey, Held]]:
        """Every shown row."""
        for scope in self.projection.scopes():
            for entity, row_id, held in list(self.projection.scope_rows(scope)):
                yield (scope, entity, row_id), held

    def save_new(self, rows: Sequence[tuple[str, SnapshotRow]]) -> None:
        """Write rows that this copy has not got, as they travel in snapshots."""
        self.projection.insert(rows)

    def keep_earlier(self, found: Iterable[Earlier]) -> None:
        """Remember what changes replaced; of one that is known already only when the hub received it is new."""
        rows = [
            (*e.row, e.field, e.op_id, e.hlc, e.received, msgspec.json.encode(e.replaced).decode())
            for e in found
        ]
        if not rows:
            return
        self._many(
            "insert into earlier (scope, entity, row_id, field, op_id, hlc, received, replaced) "
            "values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (scope, entity, row_id, field, op_id) "
            "do update set hlc = excluded.hlc, received = coalesce(excluded.received, received)",
            rows,
        )
        oldest = clock.milliseconds(self.clock()) - EARLIER_DAYS * 86_400_000
        self._many("delete from earlier where hlc < ?", [(oldest << clock.COUNTER_BITS,)])

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

    def drop_own(self, keys: Collection[RowKey]) -> None:
        """Forget the own ops of erased rows that do not wait, and the bytes of erased attachments."""
        super().drop_own(keys)
        self._many("delete from earlier where scope = ? and entity = ? and row_id = ?", list(keys))
        for scope, _, row_id in (key for key in keys if key[1] == "attachment"):
            named = (
                "scope = ?1 and sha in (select sha256 from attachment where scope = ?1 and id = ?2) and not exists "
                "(select 1 from attachment a where a.scope = ?1 and a.sha256 = t.sha and a.id <> ?2)"
            )
            self.connection.exec_driver_sql(f"delete from blob_chunk as t where {named}", (scope, row_id))
            self.connection.exec_driver_sql(f"delete from blob as t where {named}", (scope, row_id))

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
        self._write_cursors()
        sql = (
            f"select distinct o.scope from outbox o where o.state = '{IN_CUSTODY}' and o.entity <> '' "
            "and not exists (select 1 from cursor c where c.scope = o.scope and c.seq > 0) order by 1"
        )
        return [row[0] for row in self._rows(sql)]

    def has_rows(self, scope: str) -> bool:
        """Whether anything is kept of a scope: a cursor, even one that was set back, or own ops."""
        self._write_cursors()
        sql = "select 1 from outbox where scope = ? limit 1"
        return bool(self._rows("select 1 from cursor where scope = ?", (scope,)) or self._rows(sql, (scope,)))

    def drop_rows(self, scope: str) -> None:
        """Delete rows, confirmed states, differences and search entries of a scope, and begin again at 0."""
        self.erasing = True
        self.projection.drop_scope(scope)
        self.connection.exec_driver_sql("delete from confirmed where scope = ?", (scope,))
        if scope in (mixed := self.mixed()):
            self.set_settings({MIXED: json.dumps(sorted(mixed - {scope}))})
        self.set_cursor(scope, 0)

    def mixed(self) -> set[str]:
        """Scopes whose rows may hold what the log of the hub's present life does not."""
        return set(json.loads(self.setting(MIXED) or "[]"))

    def mix(self, scopes: Collection[str]) -> None:
        """Remember that the rows of these scopes come from a life of the hub that is gone, until they are dropped."""
        if scopes:
            self.set_settings({MIXED: json.dumps(sorted(self.mixed().union(scopes)))})

    def drop_rest(self, scope: str) -> None:
        """Delete whatever else is kept of a scope: parts of snapshots, attachments, drafts."""
        self.unstage(scope)
        for text in (
            "delete from blob_chunk where scope = ?",
            "delete from blob where scope = ?",
            "delete from earlier where scope = ?",
        ):
            self.connection.exec_driver_sql(text, (scope,))
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

    def expect(self, scopes: Collection[str]) -> None:
        """Read cursors that will be asked for, at once."""
        unread = dict.fromkeys((scope for scope in scopes if scope not in self._cursors), 0)
        for part in chunks(unread):
            sql = f"select scope, seq from cursor where scope in ({', '.join(['?'] * len(part))})"
            unread.update({scope: seq for scope, seq in self._rows(sql, tuple(part))})
        self._cursors.update(unread)

    def cursor(self, scope: str) -> int:
        """The last number of the scope's log that was applied."""
        if scope not in self._cursors:
            self.expect([scope])
        return self._cursors[scope]

    def set_cursor(self, scope: str, seq: int) -> None:
        """Move the cursor."""
        if (digest := self._known_digest()) is not None:
            self._digest = digest ^ vector_digest([(scope, self.cursor(scope)), (scope, seq)])
        self._cursors[scope] = self._moved[scope] = seq

    def _write_cursors(self) -> None:
        self._many(
            "insert into cursor (scope, seq, reported) values (?, ?, 0) "
            "on conflict (scope) do update set seq = excluded.seq",
            list(self._moved.items()),
        )
        self._moved = {}

    def cursors(self) -> dict[str, int]:
        """The whole cursor vector."""
        self._write_cursors()
        return {s: q for s, q in self._rows("select scope, seq from cursor where seq > 0")}

    def vector(self) -> tuple[int, int]:
        """How many cursors there are, and the digest of all of them."""
        self._write_cursors()
        if self._known_digest() is None:
            self._digest = vector_digest(self.cursors().items())
        count = "select (select count(*) from cursor) - (select count(*) from cursor where seq = 0)"
        return int(self._rows(count)[0][0]), self._digest or 0

    def _known_digest(self) -> int | None:
        if not self._digest_read:
            self._digest_read = True
            self._digest_kept = self.setting(DIGEST) or ""
            self._digest = int(self._digest_kept, 16) if self._digest_kept else None
        return self._digest

    def moved(self) -> dict[str, int]:
        """Cursors that moved since the hub last heard of them."""
        self._write_cursors()
        return {s: q for s, q in self._rows("select scope, seq from cursor where seq <> reported")}

    def reported(self, cursors: Mapping[str, int]) -> None:
        """The hub has heard of these cursors."""
        self._write_cursors()
        self._many("update cursor set reported = ? where scope = ?", [(q, s) for s, q in cursors.items()])

    def forget_reported(self) -> None:
        """State the whole vector next time, its digest reckoned anew."""
        self._known_digest()
        self._digest = None
        self._write_cursors()
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
    return token({f: tuple(sorted(r.heads)) for f, r in held.row.items()})


def token(heads: Mapping[str, tuple[str, ...]]) -> str:
    """A token of these heads by field."""
    return _token(["", heads, []])


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
