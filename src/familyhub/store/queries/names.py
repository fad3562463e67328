"""Words for the ids in records: people by name, plans by their day, needs by what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from familyhub.practice.days import short_day
from familyhub.practice.difference_words import entity_words
from familyhub.records.catalogue import entities
from familyhub.records.people import PersonName
from familyhub.records.synced import FieldRule
from familyhub.store.apply import quoted
from familyhub.store.queries.household import shown_name
from familyhub.store.queries.rows import session, visible
from familyhub.sync import merge
from familyhub.sync.copy import Held
from familyhub.sync.merge import Register

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

SAID = ("name", "what", "given")
"""Fields by which a record is called, the first that holds something."""
LINE = FieldRule("line")
"""A field that this version does not know is a line of text."""
LONGEST_SUBJECT = 60
DATED = ("started_on", "on", "received_at", "held_on", "from_on")


class Names:
    """Reads a name when it is asked for, once."""

    def __init__(self, connection: Connection, today: date) -> None:
        self.connection, self.today = connection, today
        self._known: dict[tuple[str, str], str] = {}

    def worker(self, worker_id: str) -> str:
        """The name of a colleague; who wrote without being one is somebody."""
        return self("worker", worker_id) if worker_id else "somebody"

    def __call__(self, entity: str, row_id: str) -> str:
        """What a record is called."""
        key = (entity, row_id)
        if key not in self._known:
            self._known[key] = self._person(row_id) if entity == "person" else self._called(entity, row_id)
        return self._known[key]

    def _person(self, person_id: str) -> str:
        sql = "select scope from person_name where person_id = ? limit 1"
        found = self.connection.exec_driver_sql(sql, (person_id,)).first()
        if found is not None:
            with session(self.connection) as db:
                names = [n for n in visible(db, PersonName, found[0]) if n.person_id == person_id]
            if name := shown_name(names)[1]:
                return name
        unborn = "select expected_date from person where id = ? and birth_date is null"
        row = self.connection.exec_driver_sql(unborn, (person_id,)).first()
        return "the unborn baby" if row is not None and row[0] else "somebody without a name here"

    def _called(self, entity: str, row_id: str) -> str:
        known = entities().get(entity)
        if known is None:
            return entity_words(entity)
        fields = [f for f in (*SAID, *DATED) if f in known.fields]
        row: Any = None
        if fields:
            columns = ", ".join(quoted(f) for f in fields)
            sql = f"select {columns} from {quoted(entity)} where id = ? limit 1"
            row = self.connection.exec_driver_sql(sql, (row_id,)).first()
        called = dict(zip(fields, row, strict=True)) if row is not None else {}
        if entity == "worker":
            return str(called.get("name") or "a colleague not known here")
        if said := next((called[f] for f in SAID if called.get(f)), None):
            return str(said) if entity in ("family", "locality") else f"“{said}”"
        words = entity_words(entity)
        dated = next((called[f] for f in DATED if called.get(f)), None)
        return f"{words} of {short_day(str(dated), self.today)}" if dated else words


def rule_of(entity: str, field: str) -> FieldRule:
    """How a field behaves; one of a newer version is a line of text."""
    known = entities().get(entity)
    return known.fields.get(field, LINE) if known else LINE


def in_order(register: Register) -> list[str]:
    """The heads of a field as they are numbered: by clock, then by op id."""
    return sorted(register.heads, key=lambda head: (register.heads[head][0], head))


def subject(entity: str, row_id: str, held: Held | None, names: Names) -> str:
    """What a record is called: by its own words, else whose it is and what kind."""

    def text(name: str) -> str:
        register = held.row.get(name) if held is not None else None
        return str(merge.shown(register) or "") if register else ""

    if entity == "family":
        return "the family"
    if entity in ("person", "worker", "locality"):
        return names(entity, row_id)
    if named := next((" ".join(text(f).split()) for f in SAID if text(f)), ""):
        return f"“{named if len(named) <= LONGEST_SUBJECT else named[: LONGEST_SUBJECT - 2].rstrip() + ' …'}”"
    person = names("person", text("person_id")) if text("person_id") else ""
    return " · ".join(p for p in (person, entity_words(entity)) if p)
