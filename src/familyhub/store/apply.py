"""The only writer of synced tables: rows, their differences and search entries, on a laptop and at the hub alike.

Statements are written once from the table definitions and sent as prepared batches; no ORM writes a record (an ORM
capture cost 38 times the raw write and lost decisions that keep the shown value).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from familyhub.records.catalogue import entities
from familyhub.records.synced import OnlyOne
from familyhub.store.rowcodec import META, RowCodec, dumps
from familyhub.sync import merge
from familyhub.sync.copy import Held
from familyhub.sync.messages import SnapshotRow
from familyhub.sync.ops import REMOVED, RowKey
from familyhub.sync.snapshot import messages_row

if TYPE_CHECKING:
    from sqlalchemy import Connection

PLAIN = ("scope", "id", "created_op", "created_hlc", "created_by", "received")
SIZES = (1, 8, 64, 400)
"""Lookups are padded to these numbers of keys, so that few statements are ever prepared."""


class Indexer(Protocol):
    """What keeps search entries; a hub has none."""

    def replace(self, rows: Mapping[RowKey, Held], *, new: bool = False) -> None:
        """Write the search entries of rows anew; ``new``: none of them exists yet."""

    def insert(self, rows: Sequence[tuple[str, SnapshotRow]]) -> None:
        """Write the search entries of new rows whose fields have one value each."""

    def forget_scope(self, scope: str) -> None:
        """Delete the search entries of a scope."""

    def erase_words(self) -> None:
        """Write the index anew without the words that were deleted."""


@cache
def codec(entity: str) -> RowCodec:
    """The codec of an entity's table, or of ``unknown_row`` for one that this version does not know."""
    return RowCodec(entities().get(entity))


def quoted(name: str) -> str:
    """An identifier for SQL: some field names are reserved words."""
    return f'"{name}"'


class Statements:
    """SQL texts of one entity for one driver (``mark`` is its placeholder)."""

    def __init__(self, entity: str, mark: str) -> None:
        self.known = entity in entities()
        self.table = quoted(entity) if self.known else "unknown_row"
        self.mark = mark
        self.columns = codec(entity).columns
        names = ", ".join(quoted(c) for c in self.columns)
        self.key = "scope, id" if self.known else "scope, entity, id"
        self.written = [c for c in self.columns if c not in ("scope", "id", "entity")]
        only = "" if self.known else f" and entity = {mark}"
        self.delete = f"delete from {self.table} where scope = {mark} and id = {mark}{only}"
        self.stamp = f"update {self.table} set received = {mark} where scope = {mark} and id = {mark}{only}"
        self._select = f"select {names} from {self.table} where (scope, id) in (values {{}}){only}"
        self._inserts: dict[tuple[str, ...], tuple[str, str]] = {}

    def insert(self, present: tuple[str, ...], *, new: bool) -> str:
        """An insert of the columns that hold something (binding a null costs as much as writing a short text)."""
        if present not in self._inserts:
            marks = ", ".join([self.mark] * len(present))
            names = ", ".join(quoted(c) for c in present)
            plain = f"insert into {self.table} ({names}) values ({marks})"
            updates = ", ".join(
                f"{quoted(c)} = " + (f"excluded.{quoted(c)}" if c in present else "null")
                for c in self.written
            )
            self._inserts[present] = plain, f"{plain} on conflict ({self.key}) do update set {updates}"
        return self._inserts[present][0 if new else 1]

    def select(self, count: int) -> str:
        """Rows of ``count`` keys."""
        return self._select.format(", ".join([f"({self.mark}, {self.mark})"] * count))


@cache
def statements(entity: str, mark: str) -> Statements:
    """The SQL texts of an entity."""
    return Statements(entity, mark)


def placeholder(connection: Connection) -> str:
    """The driver's placeholder: ``?`` for SQLite, ``%s`` for PostgreSQL."""
    return "?" if connection.dialect.name == "sqlite" else "%s"


def chunks(keys: Collection[Any]) -> Iterable[list[Any]]:
    """Keys in lists whose lengths are among ``SIZES``, the last padded by repeating a key."""
    rest = list(keys)
    while rest:
        size = next((s for s in SIZES if s >= len(rest)), SIZES[-1])
        part, rest = rest[:size], rest[size:]
        yield part + [part[-1]] * (size - len(part))


class Projection:
    """Rows as they are shown, in the typed tables of one connection's transaction."""

    def __init__(self, connection: Connection, indexer: Indexer | None = None) -> None:
        self.connection = connection
        self.mark = placeholder(connection)
        self.indexer = indexer

    def load(self, keys: Collection[RowKey]) -> dict[RowKey, Held]:
        """The rows that exist among ``keys``."""
        out: dict[RowKey, Held] = {}
        for entity, rows in _by_entity(keys).items():
            texts, reader = statements(entity, self.mark), codec(entity)
            for part in chunks(rows):
                values: list[Any] = [v for key in part for v in key]
                if not texts.known:
                    values.append(entity)
                for found in self.connection.exec_driver_sql(
                    texts.select(len(part)), tuple(values)
                ).fetchall():
                    out[(found[0], entity, found[1])] = reader.read(found)
        return out

    def save(self, rows: Mapping[RowKey, Held], *, new: bool = False) -> None:
        """Write rows, their differences and search entries; an empty row is deleted.

        ``new``: the caller knows that none of them exists (a first snapshot).
        """
        if not rows:
            return
        for entity, members in _by_entity(rows).items():
            texts, writer = statements(entity, self.mark), codec(entity)
            extra = () if texts.known else (entity,)
            gone: list[tuple[str, ...]] = []
            kept: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
            for scope, row_id in members:
                held = rows[(scope, entity, row_id)]
                if not held.row:
                    gone.append((scope, row_id, *extra))
                    continue
                values = writer.write(scope, row_id, held, "" if texts.known else entity)
                kept.setdefault(tuple(values), []).append(tuple([self._bindable(v) for v in values.values()]))
            if gone:
                self.connection.exec_driver_sql(texts.delete, gone)
            for present, values_of in kept.items():
                self.connection.exec_driver_sql(texts.insert(present, new=new), values_of)
        self._differences(rows, new)
        self._only_one((entity, scope) for scope, entity, _ in rows)
        if self.indexer is not None:
            self.indexer.replace(rows, new=new)

    def insert(self, rows: Sequence[tuple[str, SnapshotRow]]) -> None:
        """Write rows none of which exists, as they travelled in snapshots: (scope, row)."""
        groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        plain: list[tuple[str, SnapshotRow]] = []
        contested: dict[RowKey, Held] = {}
        for scope, row in rows:
            if row.heads or row.created is None or not codec(row.entity).takes(row.fields):
                contested[(scope, row.entity, row.row_id)] = messages_row(row)
                continue
            plain.append((scope, row))
            groups.setdefault((row.entity, *row.fields), []).append(self._plain(scope, row))
        for (entity, *fields), values in groups.items():
            known = [f for f in fields if f in entities()[entity].fields]
            present = (*PLAIN, *(("ext",) if len(known) < len(fields) else ()), *known)
            self.connection.exec_driver_sql(statements(entity, self.mark).insert(present, new=True), values)
        self._only_one((row.entity, scope) for scope, row in plain)
        if self.indexer is not None and plain:
            self.indexer.insert(plain)
        if contested:
            self.save(contested, new=True)

    def _plain(self, scope: str, row: SnapshotRow) -> tuple[Any, ...]:
        """Column values of a row whose fields the creating op alone wrote, in the order of its fields."""
        known = entities()[row.entity].fields
        values = [v if type(v) is str else self._bindable(v) for f, v in row.fields.items() if f in known]
        ext: tuple[str, ...] = ()
        if len(values) < len(row.fields):
            ext = (dumps({f: v for f, v in row.fields.items() if f not in known}),)
        assert row.created is not None
        return (scope, row.row_id, *row.created, row.author, row.received, *ext, *values)

    def _bindable(self, value: Any) -> Any:
        """A value as a column takes it; SQLite binds whole numbers several times faster than yes and no."""
        if type(value) is bool:
            return int(value) if self.mark == "?" else value
        return dumps(value) if isinstance(value, (list, dict)) else value

    def _differences(self, rows: Mapping[RowKey, Held], new: bool) -> None:
        m = self.mark
        if not new and self.connection.exec_driver_sql("select 1 from difference limit 1").first():
            self.connection.exec_driver_sql(
                f"delete from difference where scope = {m} and entity = {m} and row_id = {m}", list(rows)
            )
        found: list[tuple[Any, ...]] = []
        for (scope, entity, row_id), held in rows.items():
            for field in merge.open_differences(held.row):
                identity = merge.difference_id(scope, entity, row_id, field)
                found.append((identity, scope, entity, row_id, field, is_protective(entity, field)))
        self._open(found)

    def _open(self, found: list[tuple[Any, ...]]) -> None:
        if found:
            m = self.mark
            self.connection.exec_driver_sql(
                "insert into difference (id, scope, entity, row_id, field, protective) "
                f"values ({m}, {m}, {m}, {m}, {m}, {m}) on conflict (id) do nothing",
                found,
            )

    def stamp(self, received: Mapping[RowKey, str]) -> None:
        """Write when the hub received the ops that created rows."""
        for entity, members in _by_entity(received).items():
            texts = statements(entity, self.mark)
            extra = () if texts.known else (entity,)
            self.connection.exec_driver_sql(
                texts.stamp, [(received[(s, entity, i)], s, i, *extra) for s, i in members]
            )

    def drop_scope(self, scope: str) -> None:
        """Delete every row of a scope, its differences and search entries."""
        if self.indexer is not None:
            self.indexer.forget_scope(scope)
        for table in [*map(quoted, entities()), "unknown_row", "difference"]:
            self.connection.exec_driver_sql(f"delete from {table} where scope = {self.mark}", (scope,))

    def scopes(self) -> list[str]:
        """Every scope that has rows."""
        found: set[str] = set()
        for table in [*map(quoted, entities()), "unknown_row"]:
            found.update(r[0] for r in self.connection.exec_driver_sql(f"select distinct scope from {table}"))
        return sorted(found)

    def _only_one(self, written: Iterable[tuple[str, str]]) -> None:
        """Open or close the differences of rules across rows, in the files where (entity, scope) was written."""
        touched: dict[str, set[str]] = {}
        for entity, scope in written:
            if entity in ruled():
                touched.setdefault(entity, set()).add(scope)
        for entity, scopes in touched.items():
            rule = ruled()[entity]
            shown: dict[str, list[Any]] = {scope: [] for scope in scopes}
            for part in chunks(scopes):
                marks = ", ".join([self.mark] * len(part))
                sql = (
                    f"select scope, {quoted(rule.field)} from {quoted(entity)} "
                    f"where scope in ({marks}) and removed is null"
                )
                for scope, value in self.connection.exec_driver_sql(sql, tuple(part)):
                    shown[scope].append(value)
            broken = {s for s, values in shown.items() if rule.broken(values)}
            self._open([(*rule_row(rule, entity, s), False) for s in sorted(broken)])
            kept = [(rule_row(rule, entity, s)[0],) for s in sorted(scopes - broken)]
            if kept and self.connection.exec_driver_sql("select 1 from difference limit 1").first():
                self.connection.exec_driver_sql(f"delete from difference where id = {self.mark}", kept)

    def scope_rows(self, scope: str) -> Iterable[tuple[str, str, Held]]:
        """Every row of a scope as (entity, id, row), entity by entity."""
        for entity in (*entities(), ""):
            texts, reader = statements(entity, self.mark), codec(entity)
            names = ", ".join(quoted(c) for c in texts.columns)
            sql = f"select {names} from {texts.table} where scope = {self.mark} order by id"
            for found in self.connection.exec_driver_sql(sql, (scope,)):
                yield (entity or found[len(META)]), found[1], reader.read(found)


@cache
def ruled() -> dict[str, OnlyOne]:
    """The rules across rows, by the entity whose rows they are about."""
    return {e.name: e.only_one for e in entities().values() if e.only_one is not None}


def rule_row(rule: OnlyOne, entity: str, scope: str) -> tuple[str, str, str, str, str]:
    """(id, scope, entity, row id, field) of the difference that is open in a file while the rule is broken there."""
    row_id = scope.partition(":")[2]
    return merge.difference_id(scope, rule.name, row_id, entity), scope, rule.name, row_id, entity


def is_protective(entity: str, field: str) -> bool:
    """Whether a difference in the field is about somebody's safety."""
    known = entities().get(entity)
    rule = known.fields.get(field) if known and field != REMOVED else None
    return bool(rule and rule.protective)


def _by_entity(keys: Iterable[RowKey]) -> dict[str, Sequence[tuple[str, str]]]:
    out: dict[str, list[tuple[str, str]]] = {}
    for scope, entity, row_id in keys:
        out.setdefault(entity, []).append((scope, row_id))
    return dict(out)
