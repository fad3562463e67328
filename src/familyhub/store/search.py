"""Search: the words of every text and the names and addresses of every person, offline, misspellings forgiven.

Two FTS5 tables keep no text of their own (``content=''``), forget deleted words (``secure-delete``) and number their
entries by day, so that the newest come first without sorting. Misspellings are met by comparing the word typed with
the terms of the index (``fts5vocab``, at most two edits; measured: 1 ms and 1.42 times the file, against 335 ms and
3.8 times for trigrams over everything).
"""

from __future__ import annotations

import re
import threading
import time
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from familyhub.records.catalogue import entities
from familyhub.store.apply import chunks
from familyhub.store.engine import READING
from familyhub.sync import clock, merge
from familyhub.sync.copy import Held
from familyhub.sync.messages import SnapshotRow
from familyhub.sync.ops import RowKey

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

WORDS, NAMES = "search_words", "search_names"
NAME_FIELDS = {
    "person_name": ("given", "family_name"),
    "family": ("name",),
    "family_index": ("name", "ward"),
    "address": ("lines", "town", "postcode"),
    "contact_child": ("given", "family_name"),
    "contact_adult": ("given", "family_name"),
}
DAY_FIELDS = ("on", "held_on", "from_on", "seen_on", "due", "started_on", "received_at")
PLACE_BITS = 28
"""Entries of one day: their number within the store, which never comes twice before 268 million."""
SHARED_OUT = (("automerge", 0), ("usermerge", 8))
"""Settings of FTS5: it brings nothing together by itself, and when asked to, where eight parts are of one size."""
LEAST_MERGED, ENTRIES_A_PAGE = 8, 8
"""Pages of the index that are brought together with the smallest write, and entries of a large one for each page."""
EPOCH = date(1900, 1, 1)
WORD = re.compile(r"[^\W_]+")
CREATE = tuple(
    text
    for table in (WORDS, NAMES)
    for text in (
        f"create virtual table if not exists {table} using fts5(body, content='', contentless_delete=1, detail=none, "
        f'tokenize="unicode61 remove_diacritics 2"{", prefix=2" if table == NAMES else ""})',
        f"insert into {table}({table}, rank) values ('secure-delete', 1)",
        *(f"insert into {table}({table}, rank) values ('{name}', {value})" for name, value in SHARED_OUT),
        f"create virtual table if not exists {table}_terms using fts5vocab({table}, row)",
    )
)


class Hit(NamedTuple):
    """One find: the entity and row, and the scope it lies in."""

    scope: str
    entity: str
    row_id: str


def create_tables(connection: Connection) -> None:
    """Make the search tables (they are derived: a migration drops and refills them)."""
    for text in CREATE:
        connection.exec_driver_sql(text)


def folded(text: str) -> str:
    """Text as the index sees it: lower case, without marks."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text.lower())
    return "".join([_without_marks(c) for c in plain if not "\u0300" <= c <= "\u036f"])


@lru_cache(4096)
def _without_marks(character: str) -> str:
    """A Latin letter without its marks; letters of other scripts keep theirs, in the index too."""
    base = unicodedata.normalize("NFD", character)[0]
    return base if base.isascii() else character


class SearchIndexer:
    """Keeps the search entries of rows that are saved, within the same transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def replace(self, rows: Mapping[RowKey, Held], *, new: bool = False) -> None:
        """Write the search entries of rows anew; removed and empty rows have none. ``new``: none exists yet."""
        searched = {k: h for k, h in rows.items() if k[1] in _prose()}
        if not searched:
            return
        if not new and self._forget(searched) and not all(held.row for held in searched.values()):
            self.erase_words()
        self._write(
            (key, _days(held), *_texts(key[1], held))
            for key, held in searched.items()
            if not merge.removed(held.row)
        )

    def insert(self, rows: Sequence[tuple[str, SnapshotRow]]) -> None:
        """Write the search entries of new rows whose fields have one value each."""
        prose = _prose()
        self._write(
            (
                (scope, row.entity, row.row_id),
                _days_of(row.fields, row.created),
                _lines(row.fields, prose[row.entity]),
                _lines(row.fields, NAME_FIELDS.get(row.entity, ())),
            )
            for scope, row in rows
            if row.entity in prose
        )

    def _write(self, found: Iterable[tuple[RowKey, int, str, str]]) -> None:
        """Write entries: key, number of the day, prose, names."""
        entries, words, names = [], [], []
        last = self._last()
        for key, day, text, name in found:
            if not text and not name:
                continue
            last += 1
            place = day << PLACE_BITS | last % (1 << PLACE_BITS)
            entries.append((place, *key))
            if text:
                words.append((place, text))
            if name:
                names.append((place, name))
        # FTS5 writes out what it has gathered whenever a number is lower than the one before.
        words.sort()
        names.sort()
        run = self.connection.exec_driver_sql
        if entries:
            run("insert into search_entry (place, scope, entity, row_id) values (?, ?, ?, ?)", entries)
        for table, texts in ((WORDS, words), (NAMES, names)):
            if not texts:
                continue
            run(f"insert into {table}(rowid, body) values (?, ?)", texts)
            # A little every time: FTS5 left to itself saves it up, and somebody's save meets it all at once.
            merged = max(LEAST_MERGED, len(texts) // ENTRIES_A_PAGE)
            run(f"insert into {table}({table}, rank) values ('merge', ?)", (merged,))
        run(
            "insert into setting (name, value) values ('search_entries', ?) "
            "on conflict (name) do update set value = excluded.value",
            (str(last),),
        )

    def _forget(self, keys: Iterable[RowKey]) -> bool:
        found: list[tuple[Any, ...]] = []
        for part in chunks(list(keys)):
            marks = ", ".join(["(?, ?, ?)"] * len(part))
            sql = f"select distinct place from search_entry where (scope, entity, row_id) in (values {marks})"
            found += [
                (r[0],) for r in self.connection.exec_driver_sql(sql, tuple(v for k in part for v in k))
            ]
        if found:
            for table in (WORDS, NAMES):
                self.connection.exec_driver_sql(f"delete from {table} where rowid = ?", found)
            self.connection.exec_driver_sql("delete from search_entry where place = ?", found)
        return bool(found)

    def forget_scope(self, scope: str) -> None:
        """Delete the search entries of a scope; the words themselves go with ``erase_words``."""
        inside = "select place from search_entry where scope = ?"
        for table in (WORDS, NAMES):
            self.connection.exec_driver_sql(f"delete from {table} where rowid in ({inside})", (scope,))
        self.connection.exec_driver_sql("delete from search_entry where scope = ?", (scope,))

    def erase_words(self) -> None:
        """Write the index anew without what was deleted: until then a table without content only marks it."""
        for table in (WORDS, NAMES):
            self.connection.exec_driver_sql(f"insert into {table}({table}) values ('optimize')")

    def _last(self) -> int:
        found = self.connection.exec_driver_sql(
            "select value from setting where name = 'search_entries'"
        ).scalar()
        return int(found or 0)


@cache
def _prose() -> dict[str, tuple[str, ...]]:
    """The searched entities with their fields of prose."""
    fields = {
        name: tuple(f for f, rule in entity.fields.items() if rule.kind == "words" and rule.searched)
        for name, entity in entities().items()
    }
    return {name: prose for name, prose in fields.items() if prose or name in NAME_FIELDS}


def _joined(held: Held, fields: Sequence[str]) -> str:
    parts = []
    for field in fields:
        register = held.row.get(field)
        if register is not None:
            parts += [str(v) for _, v in register.heads.values() if v]
    return "\n".join(parts)


def _texts(entity: str, held: Held) -> tuple[str, str]:
    """(prose, names) of a row: every head of a contested text can be found."""
    return _joined(held, _prose()[entity]), _joined(held, NAME_FIELDS.get(entity, ()))


def _lines(fields: Mapping[str, Any], names: Sequence[str]) -> str:
    return "\n".join([str(v) for name in names if (v := fields.get(name))])


def _days(held: Held) -> int:
    shown = {f: merge.shown(held.row[f]) for f in DAY_FIELDS if f in held.row}
    return _days_of(shown, held.created)


def _days_of(fields: Mapping[str, Any], created: tuple[str, int] | None) -> int:
    """Days from ``EPOCH`` to the day a row is about, else to the day it was written."""
    for field in DAY_FIELDS:
        value = fields.get(field)
        if isinstance(value, str) and len(value) >= 10:
            number = _day_number(value[:10])
            if number is not None:
                return number
    return max(0, (clock.moment(created[1]).date() - EPOCH).days) if created else 0


@lru_cache(10_000)
def _day_number(text: str) -> int | None:
    try:
        return max(0, (date.fromisoformat(text) - EPOCH).days)
    except ValueError:
        return None


class _Read(NamedTuple):
    version: bytes
    """Row 10 of an index's data: its structure, with a count of writes."""
    terms: list[str]
    seconds: float


QUICK_SECONDS = 0.05
"""Terms that are read sooner than this are read again at once when the index has changed, others behind."""


class Terms:
    """The terms of the index in memory, compared with what was typed, and read again when the index has changed."""

    def __init__(self) -> None:
        self._read_so_far: dict[str, _Read] = {}
        self._reading: set[str] = set()

    def near(self, connection: Connection, table: str, word: str) -> list[str]:
        """Terms within two edits of ``word`` (one for a short word), nearest first, at most 24."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        edits = 0 if len(word) < 4 else 1 if len(word) < 6 else 2
        if not edits:
            return []
        found = process.extract(
            word, self._terms(connection, table), scorer=OSA.distance, score_cutoff=edits, limit=24
        )
        return [term for term, _, _ in found]

    def _terms(self, connection: Connection, table: str) -> list[str]:
        kept = self._read_so_far.get(table)
        if kept is None or kept.version != _version(connection, table):
            if kept is None or kept.seconds < QUICK_SECONDS:
                kept = self._read_now(connection, table)
            elif table not in self._reading:
                self._reading.add(table)
                threading.Thread(
                    target=self._read_behind, args=(connection.engine, table), daemon=True
                ).start()
        return kept.terms

    def _read_now(self, connection: Connection, table: str) -> _Read:
        begun = time.perf_counter()
        version = _version(connection, table)
        rows = connection.exec_driver_sql(f"select term from {table}_terms").fetchall()
        read = self._read_so_far[table] = _Read(version, [r[0] for r in rows], time.perf_counter() - begun)
        return read

    def _read_behind(self, engine: Engine, table: str) -> None:
        try:
            with engine.connect().execution_options(**READING) as connection:
                self._read_now(connection, table)
        finally:
            self._reading.discard(table)


def _version(connection: Connection, table: str) -> bytes:
    return connection.exec_driver_sql(f"select block from {table}_data where id = 10").scalar() or b""


def find(
    connection: Connection,
    terms: Terms,
    text: str,
    *,
    table: str = WORDS,
    most: int = 50,
    as_typed: bool = False,
) -> list[Hit]:
    """Entries that hold every word of ``text``, newest first; near words where the exact ones find too few.

    ``as_typed``: the last word may be the beginning of one.
    """
    words = WORD.findall(folded(text))[:12]
    if not words:
        return []
    exact = " ".join(
        f'"{w}"*' if (as_typed and n == len(words) - 1) or table == NAMES else f'"{w}"'
        for n, w in enumerate(words)
    )
    hits = _match(connection, table, exact, most)
    if len(hits) >= min(most, 3):
        return hits
    groups = []
    for word in words:
        near = terms.near(connection, table, word)
        groups.append(
            "("
            + " OR ".join([f'"{word}"*' if len(word) > 2 else f'"{word}"', *(f'"{t}"' for t in near)])
            + ")"
        )
    known = set(hits)
    return hits + [h for h in _match(connection, table, " AND ".join(groups), most) if h not in known]


def _match(connection: Connection, table: str, query: str, most: int) -> list[Hit]:
    sql = (
        f"select e.scope, e.entity, e.row_id from {table} join search_entry as e on e.place = {table}.rowid "
        f"where {table} match ? order by {table}.rowid desc limit ?"
    )
    return [Hit(*r) for r in connection.exec_driver_sql(sql, (query, most))]


def snippet(text: str, query: str, width: int = 160) -> str:
    """About ``width`` characters of ``text`` around the first word that was looked for, on one line."""
    flat = " ".join(text.split())
    low = folded(flat)
    places = [low.find(w) for w in WORD.findall(folded(query))]
    at = min((p for p in places if p >= 0), default=0)
    start = max(0, at - width // 3)
    if start:
        start = flat.rfind(" ", 0, start) + 1
    piece = flat[start : start + width]
    return ("… " if start else "") + piece + (" …" if start + width < len(flat) else "")
