"""Open differences as people read them: what it is about, the answers, who wrote each and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from familyhub.practice.family_file import Difference, DifferenceValue
from familyhub.records.catalogue import entities
from familyhub.records.families import Family
from familyhub.records.oversight import Worker
from familyhub.records.people import PersonName
from familyhub.records.plans import ActionStatus
from familyhub.store.apply import Projection
from familyhub.store.laptop_copy import all_heads_token
from familyhub.store.queries.household import shown_name
from familyhub.store.queries.rows import by_key, session, visible
from familyhub.sync import clock, merge
from familyhub.sync.copy import Held
from familyhub.sync.ops import REMOVED, RowKey

if TYPE_CHECKING:
    from sqlalchemy import Connection

FIELD_WORDS = {
    "due": "by when",
    "status": "how it is going",
    "what": "what is to be done",
    "owner": "who does it",
    "how": "how they may be reached",
    "review_due": "when the review is due",
    "may_ring": "whether they may be rung",
    "may_text": "whether they may be texted",
    "may_write": "whether they may be written to",
    "told_name": "who was told",
    REMOVED: "removed by one, edited by another",
}
ENTITY_WORDS = {
    "safe_contact": "safe contact",
    "next_visit": "the next visit",
    "person_risk": "person who may be a risk",
    "plan": "the plan",
}


def all_open(connection: Connection, worker_id: str) -> tuple[Difference, ...]:
    """Every open difference on this laptop, those about safety first."""
    return _read(connection, worker_id, "", ())


def of_family(connection: Connection, family_id: str, worker_id: str) -> tuple[Difference, ...]:
    """Open differences in one family's file."""
    return _read(connection, worker_id, "where scope = ?", (f"fam:{family_id}",))


def one(connection: Connection, difference_id: str, worker_id: str) -> Difference | None:
    """The open difference with this id; None when somebody settled it."""
    return next(iter(_read(connection, worker_id, "where id = ?", (difference_id,))), None)


def _read(
    connection: Connection, worker_id: str, where: str, values: tuple[Any, ...]
) -> tuple[Difference, ...]:
    sql = f"select id, scope, entity, row_id, field, protective from difference {where} order by protective desc, id"
    rows = [tuple(r) for r in connection.exec_driver_sql(sql, values)]
    if not rows:
        return ()
    held = Projection(connection).load({(r[1], r[2], r[3]) for r in rows})
    words = _Words(connection, [r[1] for r in rows])
    found = [
        _difference(r, h, words, worker_id) for r in rows if (h := held.get((r[1], r[2], r[3]))) is not None
    ]  # fmt: skip
    return tuple(found)


class _Words:
    """Names for ids, read once for all differences."""

    def __init__(self, connection: Connection, scopes: Sequence[str]) -> None:
        kept = sorted(set(scopes))
        with session(connection) as db:
            self.workers = {w.id: w.name or w.id for w in visible(db, Worker, "ref")}
            self.families = {f.scope: f.name or "" for f in visible(db, Family, kept)}
            self.people = {
                k: shown_name(v)[1] for k, v in by_key(visible(db, PersonName, kept), "person_id").items()
            }
            self.statuses = by_key(visible(db, ActionStatus, kept), "action_id")


def _difference(row: tuple[Any, ...], held: Held, words: _Words, worker_id: str) -> Difference:
    identity, scope, entity, row_id, field, protective = row
    register = held.row[field]
    rule = entities()[entity].fields.get(field, merge.LATEST) if entity in entities() else merge.LATEST
    ordered = sorted(register.heads.items(), key=lambda h: (h[1][0], h[0]))
    values = tuple(
        DifferenceValue(
            value=_value(field, value), by=by, by_name=words.workers.get(by, by or "somebody"), at=clock.iso(hlc),
            op_id=op_id, mine=by == worker_id,
        )
        for op_id, (hlc, value) in ordered
        for by in (register.by.get(op_id, ""),)
    )  # fmt: skip
    return Difference(
        id=identity, entity=entity, row_id=row_id, family_id=scope[4:] if scope.startswith("fam:") else None,
        family=words.families.get(scope, ""), subject=_subject(entity, held, words), field=field,
        field_words=FIELD_WORDS.get(field, field.replace("_", " ")),
        shown=_value(field, merge.shown(register, rule)), rev=all_heads_token(held), values=values,
        protective=bool(protective), before=_before(entity, row_id, field, values, words),
        also=_also(held, field, values), kind=getattr(rule, "kind", "line"),
    )  # fmt: skip


def _value(field: str, value: Any) -> Any:
    return ("keep" if value is None else "remove") if field == REMOVED else value


def _subject(entity: str, held: Held, words: _Words) -> str:
    def text(name: str) -> str:
        register = held.row.get(name)
        return str(merge.shown(register) or "") if register else ""

    named = text("what") or text("name") or text("given")
    if named:
        return f"“{named}”"
    person = words.people.get(text("person_id"), "")
    return " · ".join(p for p in (person, ENTITY_WORDS.get(entity, entity.replace("_", " "))) if p)


def _before(entity: str, row_id: str, field: str, values: tuple[DifferenceValue, ...], words: _Words) -> Any:
    """The answer both replaced, read off the dated rows; None where there are none."""
    if entity != "action" or field not in ("due", "status") or not values:
        return None
    contested = {v.value for v in values}
    first = min(v.at for v in values)
    older = [
        s for s in words.statuses.get(row_id, [])
        if getattr(s, field) not in (None, *contested) and clock.iso(s.created_hlc or 0) <= first
    ]  # fmt: skip
    last = max(older, key=lambda s: (s.created_hlc or 0, s.id), default=None)
    return getattr(last, field) if last else None


def _also(held: Held, field: str, values: tuple[DifferenceValue, ...]) -> tuple[str, ...]:
    """Other fields of the row that the same people changed, which merged without a clash."""
    authors = {v.by for v in values}
    return tuple(
        FIELD_WORDS.get(name, name.replace("_", " "))
        for name, register in sorted(held.row.items())
        if name not in (field, REMOVED) and register.dead and not merge.contested(register)
        and authors & set(register.by.values())
    )  # fmt: skip


def row_of(connection: Connection, difference_id: str) -> tuple[RowKey, str, Held] | None:
    """(row key, field, row) of an open difference."""
    sql = "select scope, entity, row_id, field from difference where id = ?"
    found = connection.exec_driver_sql(sql, (difference_id,)).first()
    if found is None:
        return None
    key: RowKey = (found[0], found[1], found[2])
    held = Projection(connection).load([key]).get(key)
    return None if held is None else (key, found[3], held)
