"""Open differences as people read them: what it is about, the answers, who wrote each and when, what stood before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from familyhub.practice.difference_words import YES_NO, field_words, value_words
from familyhub.practice.differences import REMOVED, Asked, Difference, DifferenceValue, Nearby
from familyhub.records.catalogue import entities
from familyhub.records.families import Family
from familyhub.records.plans import ActionProgress, ActionStatus
from familyhub.records.synced import FieldRule
from familyhub.store.apply import Projection, quoted, ruled
from familyhub.store.laptop_copy import all_heads_token
from familyhub.store.queries.decisions import Settled, settled
from familyhub.store.queries.earlier import UNKNOWN, Memory, Unknown, memory
from familyhub.store.queries.names import Names, in_order, rule_of, subject
from familyhub.store.queries.rows import by_key, session, visible
from familyhub.store.queries.two_plans import two_plans
from familyhub.sync import clock, merge
from familyhub.sync.copy import Held
from familyhub.sync.merge import Register
from familyhub.sync.ops import RowKey, Value

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

SAME_ACT = 2000
"""Milliseconds within which a note of progress was written in the same act as a change of its action."""
NEARBY = 3
"""As many other changes are told."""


def all_open(connection: Connection, worker_id: str, today: date) -> tuple[Difference, ...]:
    """Every open difference on this laptop, those about safety first."""
    return _read(connection, worker_id, today, "", ())


def of_family(connection: Connection, family_id: str, worker_id: str, today: date) -> tuple[Difference, ...]:
    """Open differences in one family's file."""
    return _read(connection, worker_id, today, "where scope = ?", (f"fam:{family_id}",))


def one(connection: Connection, difference_id: str, worker_id: str, today: date) -> Difference | None:
    """The open difference with this id; None when somebody settled it."""
    return next(iter(_read(connection, worker_id, today, "where id = ?", (difference_id,))), None)


def _read(
    connection: Connection, worker_id: str, today: date, where: str, values: tuple[Any, ...]
) -> tuple[Difference, ...]:
    sql = f"select id, scope, entity, row_id, field, protective from difference {where} order by protective desc, id"
    rows = [tuple(r) for r in connection.exec_driver_sql(sql, values)]
    if not rows:
        return ()
    rules = {rule.name for rule in ruled().values()}
    held = Projection(connection).load({(r[1], r[2], r[3]) for r in rows if r[2] not in rules})
    reader = _Reader(connection, worker_id, today, sorted({r[1] for r in rows}))
    found = []
    for identity, scope, entity, row_id, field, protective in rows:
        key: RowKey = (scope, entity, row_id)
        if entity in rules:
            found.append(reader.of_plans(identity, scope))
        elif key in held and (field == REMOVED or field in held[key].row):
            found.append(reader.difference(identity, key, field, held[key], bool(protective)))
    return tuple(d for d in found if d is not None)


class _Reader:
    """Reads what is needed to tell of differences in some files."""

    def __init__(self, connection: Connection, worker_id: str, today: date, scopes: Sequence[str]) -> None:
        self.connection, self.worker_id, self.today = connection, worker_id, today
        self.names = Names(connection, today)
        self.settled: Settled = settled(connection, scopes)
        with session(connection) as db:
            self.families = {f.scope: f.name or "" for f in visible(db, Family, scopes)}
            self.statuses = by_key(visible(db, ActionStatus, scopes), "action_id")
            self.progress = by_key(visible(db, ActionProgress, scopes), "action_id")
        waiting = connection.exec_driver_sql("select op_id from outbox where state = 'waiting'")
        self.unsent = {r[0] for r in waiting}

    def difference(self, identity: str, key: RowKey, field: str, held: Held, protective: bool) -> Difference:
        """One difference of a record."""
        scope, entity, row_id = key
        rule, known = rule_of(entity, field), memory(self.connection, key, field)
        if field == REMOVED:
            values = self._of_removal(key, held, known)
            shown: Value = "keep"
        else:
            values = tuple(
                self._answer(key, field, head, held, held.row[field], known)
                for head in in_order(held.row[field])
            )
            shown = merge.shown(held.row[field], rule)
        before = UNKNOWN if field == REMOVED else self._before(key, field, values, known)
        return Difference(
            id=identity, entity=entity, row_id=row_id, family_id=_family(scope), family=self.families.get(scope, ""),
            subject=subject(entity, row_id, held, self.names), field=field, field_words=field_words(entity, field),
            shown=shown, rev=all_heads_token(held), values=values, protective=protective,
            before=None if isinstance(before, Unknown) else before,
            before_words="" if isinstance(before, Unknown) else self.words(entity, field, before),
            also=() if field == REMOVED else self._also(key, field, held, values), kind=rule.kind,
            codes=self._codes(scope, rule), asked=self._asked(identity),
        )  # fmt: skip

    def of_plans(self, identity: str, scope: str) -> Difference | None:
        """Two plans that are open at once."""
        found = two_plans(self.connection, identity, scope, self.worker_id, self.names, self.settled.back)
        family = self.families.get(scope, "")
        return found and replace(found, family=family, asked=self._asked(identity))

    def words(self, entity: str, field: str, value: Value) -> str:
        """A value as people read it."""
        rule = rule_of(entity, field)
        return value_words(entity, field, rule.kind, rule.codes, value, self.today, self.names, rule.to or "")

    # -- the answers ----------------------------------------------------------------------------------------------

    def _answer(
        self, key: RowKey, field: str, head: str, held: Held, register: Register, known: Memory
    ) -> DifferenceValue:
        """One head as an answer; a head that an undo brought back is still its first author's."""
        hlc, value = register.heads[head]
        back = self.settled.back.get(head)
        origin, by, at = (back.origin, back.by, back.hlc) if back else (head, register.by.get(head, ""), hlc)
        return DifferenceValue(
            value=value, by=by, by_name=self.names.worker(by), at=clock.iso(at), op_id=head,
            mine=by == self.worker_id, words=self.words(key[1], field, value), reason=self._why(key, by, at, origin),
            received=self._received(origin, held, known), unsent=origin in self.unsent, again=back is not None,
        )  # fmt: skip

    def _of_removal(self, key: RowKey, held: Held, known: Memory) -> tuple[DifferenceValue, ...]:
        """Who removed the record, and who edited it without having seen that."""
        found: list[tuple[int, DifferenceValue]] = []
        register = held.row[REMOVED]
        for head in in_order(register):
            answer = self._answer(key, REMOVED, head, held, register, known)
            back = self.settled.back.get(head)
            found.append(
                (
                    back.hlc if back else register.heads[head][0],
                    replace(answer, value="keep" if answer.value is None else "remove"),
                )
            )
        edits: dict[str, list[tuple[int, str, str]]] = {}
        for unseen in merge.unseen_by_removal(held.row):
            field, _, head = unseen.rpartition(":")
            hlc = held.row[field].heads[head][0]
            edits.setdefault(held.row[field].by.get(head, ""), []).append((hlc, head, field))
        for by, theirs in edits.items():
            hlc, head, _ = max(theirs)
            told = [
                f"{field_words(key[1], f)}: {self.words(key[1], f, held.row[f].heads[h][1])}"
                for _, h, f in sorted(theirs)
                if not f.endswith("_readers")
            ]
            found.append((hlc, DifferenceValue(
                value="keep", by=by, by_name=self.names.worker(by), at=clock.iso(hlc), op_id=head,
                mine=by == self.worker_id, words="\n".join(["keep it", *told]), unsent=head in self.unsent,
            )))  # fmt: skip
        return tuple(answer for _, answer in sorted(found, key=lambda f: (f[0], f[1].op_id)))

    def _received(self, head: str, held: Held, known: Memory) -> str | None:
        if head in known.received:
            at = datetime.fromtimestamp(known.received[head] // 1000, UTC)
            return at.strftime("%Y-%m-%dT%H:%M:%SZ")
        return held.received if held.created and held.created[0] == head else None

    def _why(self, key: RowKey, by: str, at: int, head: str) -> str:
        """What its author wrote with an answer: the reason of a decision, or a note of progress in the same act."""
        decision = self.settled.decisions.get(head)
        if decision is not None and decision.reason:
            return decision.reason
        if key[1] != "action":
            return ""
        when = clock.milliseconds(at)
        notes = [
            p.text for p in self.progress.get(key[2], [])
            if p.by == by and p.text and abs(clock.milliseconds(p.created_hlc or 0) - when) < SAME_ACT
        ]  # fmt: skip
        return notes[0] if notes else ""

    # -- around them ----------------------------------------------------------------------------------------------

    def _before(
        self, key: RowKey, field: str, values: Sequence[DifferenceValue], known: Memory
    ) -> Value | Unknown:
        """The answer that all replaced: remembered, else read off an action's dated rows."""
        heads = [self.settled.back[v.op_id].origin if v.again else v.op_id for v in values]
        found = known.before(heads)
        if not isinstance(found, Unknown) or key[1] != "action" or field not in ("due", "status"):
            return found
        contested = {v.value for v in values}
        first = min(v.at for v in values)
        older = [
            s for s in self.statuses.get(key[2], [])
            if getattr(s, field) not in (None, *contested) and clock.iso(s.created_hlc or 0) <= first
        ]  # fmt: skip
        last = max(older, key=lambda s: (s.created_hlc or 0, s.id), default=None)
        return getattr(last, field) if last else UNKNOWN

    def _also(
        self, key: RowKey, field: str, held: Held, values: Sequence[DifferenceValue]
    ) -> tuple[Nearby, ...]:
        """Other fields of the record that the same people changed, which merged without a clash."""
        authors = {v.by for v in values}
        found = []
        for name, register in held.row.items():
            if name in (field, REMOVED) or name.endswith("_readers") or not register.dead:
                continue
            if len(register.heads) != 1 or (by := next(iter(register.by.values()), "")) not in authors:
                continue
            hlc, value = next(iter(register.heads.values()))
            words = f"{field_words(key[1], name)}: {self.words(key[1], name, value)}"
            found.append((hlc, Nearby(self.names.worker(by), by == self.worker_id, words)))
        return tuple(n for _, n in sorted(found, key=lambda f: f[0], reverse=True)[:NEARBY])

    def _codes(self, scope: str, rule: FieldRule) -> tuple[tuple[str, str], ...]:
        """The answers that a field may have, with their words, where they are a list."""
        if rule.codes is not None:
            return tuple(rule.codes.values.items())
        if rule.kind == "flag":
            return tuple(YES_NO.values.items())
        if rule.kind != "ref" or rule.to not in entities():
            return ()
        where = "ref" if rule.to == "worker" else scope
        sql = f"select id from {quoted(rule.to)} where scope = ? and removed is null"
        ids = [r[0] for r in self.connection.exec_driver_sql(sql, (where,))]
        return tuple(sorted(((i, self.names(rule.to, i)) for i in ids), key=lambda c: c[1]))

    def _asked(self, identity: str) -> tuple[Asked, ...]:
        """Questions about it since it was last decided."""
        last = self.settled.last.get(identity, 0)
        return tuple(
            Asked(self.names.worker(q.by or ""), q.by == self.worker_id, q.on or "", q.text or "")
            for q in self.settled.questions.get(identity, ())
            if (q.created_hlc or 0) > last
        )


def _family(scope: str) -> str | None:
    return scope[4:] if scope.startswith("fam:") else None


def row_of(connection: Connection, difference_id: str) -> tuple[RowKey, str, Held] | None:
    """(row key, field, row) of an open difference; of a rule across rows the row is empty."""
    sql = "select scope, entity, row_id, field from difference where id = ?"
    found = connection.exec_driver_sql(sql, (difference_id,)).first()
    if found is None:
        return None
    key: RowKey = (found[0], found[1], found[2])
    if key[1] in {rule.name for rule in ruled().values()}:
        return key, found[3], Held()
    held = Projection(connection).load([key]).get(key)
    return None if held is None else (key, found[3], held)
