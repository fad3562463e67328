"""What was decided about differences: for undoing it, for telling others why, and whose a restored answer is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from familyhub.practice.difference_words import entity_words, field_words, value_words
from familyhub.practice.differences import TWO_PLANS, Decided
from familyhub.records.decisions import Decision, Question
from familyhub.records.families import Family
from familyhub.store import decided
from familyhub.store.apply import Projection
from familyhub.store.queries.names import Names, rule_of, subject
from familyhub.store.queries.rows import by_key, session, visible
from familyhub.sync import merge
from familyhub.sync.copy import Held
from familyhub.sync.ops import REMOVED, RowKey

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

LATELY_DAYS = 30
"""Days for which a decision is offered for undoing and told under Differences; by its id it can be undone later too."""


class Settled(NamedTuple):
    """Decisions and questions of some files."""

    decisions: dict[str, Decision]
    back: dict[str, decided.Former]
    """Heads that an undo brought back, with whose they were first."""
    last: dict[str, int]
    """Per difference, the clock of its last decision."""
    questions: Mapping[str, Sequence[Question]]


def settled(connection: Connection, scopes: Sequence[str]) -> Settled:
    """Everything decided and asked in some files."""
    with session(connection) as db:
        rows = sorted(visible(db, Decision, scopes), key=lambda r: (r.created_hlc or 0, r.id))
        asked = sorted(visible(db, Question, scopes), key=lambda r: (r.created_hlc or 0, r.id))
    back = {
        former.op_id: former
        for row in rows
        if row.kind == "undone"
        for part in decided.read(row.replaced)
        for former in part.former
    }
    last = {about(row): row.created_hlc or 0 for row in rows if row.kind != "undone"}
    questions: dict[str, list[Question]] = {}
    for question in asked:
        questions.setdefault(about(question), []).append(question)
    return Settled({row.id: row for row in rows}, back, last, questions)


def about(row: Decision | Question) -> str:
    """The id of the difference that a decision or a question is about."""
    return merge.difference_id(row.scope, row.about or "", row.about_id or "", row.field or "")


def standing(connection: Connection, rows: Sequence[Decision]) -> dict[str, tuple[decided.Replaced, ...]]:
    """Per decision what undoing it brings back: the parts whose act nobody has replaced since."""
    parts = {row.id: decided.read(row.replaced) for row in rows if row.kind != "undone"}
    keys: dict[str, RowKey] = {row.id: (row.scope, row.about or "", row.about_id or "") for row in rows}
    held = Projection(connection).load(
        {(keys[i][0], p.entity, p.row_id) for i, found in parts.items() for p in found}
    )
    out = {}
    for identity, found in parts.items():
        stands = [p for p in found if p.act in _heads(held, (keys[identity][0], p.entity, p.row_id), p.field)]
        leading = {next(p.field for p in found if p.row_id == row) for row in {p.row_id for p in found}}
        kept = {p.row_id for p in stands if p.field in leading}
        out[identity] = tuple(p for p in stands if p.row_id in kept)
    return out


def _heads(held: Mapping[RowKey, Held], key: RowKey, field: str) -> Mapping[str, object]:
    row = held.get(key)
    return row.row[field].heads if row is not None and field in row.row else {}


def one(connection: Connection, identity: str) -> Decision | None:
    """The decision with this id, or the last one about the difference with this id that can be undone."""
    found = connection.exec_driver_sql("select scope from decision where id = ?", (identity,)).first()
    with session(connection) as db:
        if found is not None:
            return next((d for d in visible(db, Decision, found[0]) if d.id == identity), None)
        scopes = [r[0] for r in connection.exec_driver_sql("select distinct scope from decision")]
        rows = [d for d in visible(db, Decision, scopes) if about(d) == identity and d.kind != "undone"]
    stands = standing(connection, rows)
    return max((d for d in rows if stands.get(d.id)), key=lambda d: (d.created_hlc or 0, d.id), default=None)


def beside(connection: Connection, decision: Decision) -> list[Decision]:
    """The decisions that were made in one go with this one, itself among them."""
    if not decision.together:
        return [decision]
    sql = "select distinct scope from decision where together = ?"
    scopes = [r[0] for r in connection.exec_driver_sql(sql, (decision.together,))]
    with session(connection) as db:
        rows = [d for d in visible(db, Decision, scopes) if d.together == decision.together]
    return sorted((d for d in rows if d.kind != "undone"), key=lambda d: (d.created_hlc or 0, d.id))


def lately(connection: Connection, worker_id: str, today: date) -> tuple[Decided, ...]:
    """Decisions of the last weeks on this laptop, the newest first."""
    since = (today - timedelta(days=LATELY_DAYS)).isoformat()
    found = connection.exec_driver_sql('select distinct scope from decision where "on" >= ?', (since,))
    return told(connection, [r[0] for r in found], worker_id, today, since)


def told(
    connection: Connection, scopes: Sequence[str], worker_id: str, today: date, since: str = ""
) -> tuple[Decided, ...]:
    """Decisions of some files since a day, the newest first."""
    if not scopes:
        return ()
    with session(connection) as db:
        rows = [d for d in visible(db, Decision, scopes) if (d.on or "") >= since]
        families = {f.scope: f.name or "" for f in visible(db, Family, scopes)}
    if not rows:
        return ()
    rows.sort(key=lambda d: (d.created_hlc or 0, d.id), reverse=True)
    names, stands = Names(connection, today), standing(connection, rows)
    held = Projection(connection).load(
        {(d.scope, d.about or "", d.about_id or "") for d in rows if d.about != TWO_PLANS}
    )
    together = by_key([d for d in rows if d.together], "together")
    return tuple(
        _told(d, families.get(d.scope, ""), held.get((d.scope, d.about or "", d.about_id or "")), names, worker_id,
              bool(stands.get(d.id)), len(together.get(d.together, [d])))
        for d in rows
    )  # fmt: skip


def _told(
    row: Decision, family: str, held: Held | None, names: Names, worker_id: str, can_undo: bool, together: int
) -> Decided:
    entity, field = row.about or "", row.field or ""
    rule = rule_of(entity, field)

    def words(value: object) -> str:
        if entity == TWO_PLANS:
            return names("plan", str(value))
        return value_words(entity, field, rule.kind, rule.codes, value, names.today, names, rule.to or "")

    chosen = decided.read_value(row.chosen)
    former = [f for p in decided.read(row.replaced) for f in p.former]
    taken = next((f.by for f in former if merge.same(f.value, chosen)), "")
    if entity == TWO_PLANS:
        taken, former = _opener(names, str(chosen)), []
    whose = ""
    if row.kind == "taken" and taken:
        whose = "own" if taken == row.by else "mine" if taken == worker_id else names.worker(taken)
    called = "" if entity == TWO_PLANS else subject(entity, row.about_id or "", held, names)
    return Decided(
        id=row.id, difference_id=about(row), family_id=row.scope[4:] if row.scope.startswith("fam:") else None,
        family=family, record=entity_words(entity), subject=called,
        field_words=entity_words(entity) if field == REMOVED else field_words(entity, field), on=row.on or "",
        by=row.by or "", by_name=names.worker(row.by or ""), mine=row.by == worker_id, kind=row.kind or "",
        whose=whose, chosen=words("remove" if isinstance(chosen, list) else chosen),
        replaced=tuple(dict.fromkeys(words(f.value) for f in former if not merge.same(f.value, chosen))),
        reason=row.reason or "", readers=row.reason_readers or "workers", can_undo=can_undo, together=together,
        group=row.together or row.id,
    )  # fmt: skip


def _opener(names: Names, plan_id: str) -> str:
    sql = "select created_by from plan where id = ?"
    found = names.connection.exec_driver_sql(sql, (plan_id,)).first()
    return str(found[0] or "") if found else ""
