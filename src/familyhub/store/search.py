"""Search: the words of every text and the names and addresses of every person, offline, misspellings forgiven.

Two FTS5 tables keep no text of their own (``content=''``), forget deleted words (``secure-delete``) and number their
entries by day, so that the newest come first without sorting. Misspellings are met by comparing the word typed with
the terms of the index (``fts5vocab``, at most two edits; measured: 1 ms and 1.42 times the file, against 335 ms and
3.8 times for trigrams over everything).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from familyhub.records.catalogue import entities
from familyhub.store.apply import chunks
from familyhub.sync import clock, merge
from familyhub.sync.copy import Held
from familyhub.sync.ops import RowKey

if TYPE_CHECKING:
    from sqlalchemy import Connection

WORDS, NAMES = "search_words", "search_names"
NAME_FIELDS = {
    "person_name": ("given", "family_name"),
    "family": ("name",),
    "family_index": ("name", "ward"),
    "address": ("lines", "town", "postcode"),
    "contact_child": ("given", "family_name"),
}
DAY_FIELDS = ("on", "held_on", "from_on", "seen_on", "due", "started_on", "received_at")
PLACE_BITS = 24
EPOCH = date(1900, 1, 1)
WORD = re.compile(r"\w+")
CREATE = tuple(
    text
    for table in (WORDS, NAMES)
    for text in (
        f"create virtual table if not exists {table} using fts5(body, content='', contentless_delete=1, "
        f"tokenize=\"unicode61 remove_diacritics 2\"{', prefix=2' if table == NAMES else ''})",
        f"insert into {table}({table}, rank) values ('secure-delete', 1)",
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
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()


class SearchIndexer:
    """Keeps the search entries of rows that are saved, within the same transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._next: dict[int, int] = {}

    def replace(self, rows: Mapping[RowKey, Held]) -> None:
        """Write the search entries of rows anew; removed and empty rows have none."""
        searched = {k: h for k, h in rows.items() if k[1] in _prose()}
        if not searched:
            return
        self._forget(searched)
        entries, words, names = [], [], []
        for key, held in searched.items():
            if merge.removed(held.row):
                continue
            text, name = _texts(key[1], held)
            if not text and not name:
                continue
            place = self._place(held)
            entries.append((place, *key))
            if text:
                words.append((place, text))
            if name:
                names.append((place, name))
        run = self.connection.exec_driver_sql
        if entries:
            run("insert into search_entry (place, scope, entity, row_id) values (?, ?, ?, ?)", entries)
        if words:
            run(f"insert into {WORDS}(rowid, body) values (?, ?)", words)
        if names:
            run(f"insert into {NAMES}(rowid, body) values (?, ?)", names)

    def _forget(self, keys: Iterable[RowKey]) -> None:
        found: list[tuple[Any, ...]] = []
        for part in chunks([(e, i) for _, e, i in keys]):
            marks = ", ".join(["(?, ?)"] * len(part))
            sql = f"select distinct place from search_entry where (entity, row_id) in (values {marks})"
            found += [(r[0],) for r in self.connection.exec_driver_sql(sql, tuple(v for k in part for v in k))]
        if found:
            for table in (WORDS, NAMES):
                self.connection.exec_driver_sql(f"delete from {table} where rowid = ?", found)
            self.connection.exec_driver_sql("delete from search_entry where place = ?", found)

    def _place(self, held: Held) -> int:
        number = (_day(held) - EPOCH).days
        if number not in self._next:
            low, high = number << PLACE_BITS, (number + 1) << PLACE_BITS
            found = self.connection.exec_driver_sql(
                "select max(place) from search_entry where place >= ? and place < ?", (low, high)
            ).scalar()
            self._next[number] = (found or low) + 1
        place = self._next[number]
        self._next[number] = place + 1
        return place


@cache
def _prose() -> dict[str, tuple[str, ...]]:
    """The searched entities with their fields of prose."""
    fields = {
        name: tuple(f for f, rule in entity.fields.items() if rule.kind == "words")
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


def _day(held: Held) -> date:
    for field in DAY_FIELDS:
        register = held.row.get(field)
        value = merge.shown(register) if register is not None else None
        if isinstance(value, str) and len(value) >= 10:
            try:
                return max(date.fromisoformat(value[:10]), EPOCH)
            except ValueError:
                continue
    if held.created:
        return max(clock.moment(held.created[1]).date(), EPOCH)
    return EPOCH + timedelta(days=1)


class Terms:
    """The terms of the index in memory, compared with what was typed.

    They are read again when the index has changed: row 10 of its data is its structure with a count of writes.
    """

    def __init__(self) -> None:
        self._terms: dict[str, tuple[bytes, list[str]]] = {}

    def near(self, connection: Connection, table: str, word: str) -> list[str]:
        """Terms within two edits of ``word`` (one for a short word), nearest first, at most 24."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        edits = 0 if len(word) < 4 else 1 if len(word) < 6 else 2
        if not edits:
            return []
        found = process.extract(
            word, self._read(connection, table), scorer=OSA.distance, score_cutoff=edits, limit=24
        )
        return [term for term, _, _ in found]

    def _read(self, connection: Connection, table: str) -> list[str]:
        version: bytes = connection.exec_driver_sql(f"select block from {table}_data where id = 10").scalar() or b""
        kept = self._terms.get(table)
        if kept is None or kept[0] != version:
            rows = connection.exec_driver_sql(f"select term from {table}_terms").fetchall()
            self._terms[table] = kept = (version, [r[0] for r in rows])
        return kept[1]


def find(
    connection: Connection, terms: Terms, text: str, *, table: str = WORDS, most: int = 50, as_typed: bool = False
) -> list[Hit]:
    """Entries that hold every word of ``text``, newest first; near words where the exact ones find too few.

    ``as_typed``: the last word may be the beginning of one.
    """
    words = WORD.findall(folded(text))[:12]
    if not words:
        return []
    exact = " ".join(
        f'"{w}"*' if (as_typed and n == len(words) - 1) or table == NAMES else f'"{w}"' for n, w in enumerate(words)
    )
    hits = _match(connection, table, exact, most)
    if len(hits) >= min(most, 3):
        return hits
    groups = []
    for word in words:
        near = terms.near(connection, table, word)
        groups.append("(" + " OR ".join([f'"{word}"*' if len(word) > 2 else f'"{word}"', *(f'"{t}"' for t in near)]) + ")")
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
