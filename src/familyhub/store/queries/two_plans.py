"""Two plans of one family that are open at once: each is an answer to which is the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from familyhub.practice.difference_words import field_words
from familyhub.practice.differences import TWO_PLANS, Difference, DifferenceValue
from familyhub.records.plans import Plan
from familyhub.store.apply import ruled
from familyhub.store.decided import Former
from familyhub.store.laptop_copy import token
from familyhub.store.queries.names import Names, in_order
from familyhub.store.queries.rows import held, session, visible
from familyhub.sync import clock
from familyhub.sync.copy import Held

if TYPE_CHECKING:
    from sqlalchemy import Connection

RULE = ruled()["plan"]
CLOSING = ("state", "closed_on")
"""The fields that closing a plan writes."""


def open_plans(connection: Connection, scope: str) -> list[tuple[str, Held]]:
    """(id, row) of a file's open plans, the one that began first on top."""
    with session(connection) as db:
        rows = [p for p in visible(db, Plan, scope) if p.state == RULE.value]
        return [
            (p.id, held(p))
            for p in sorted(rows, key=lambda p: (p.started_on or "", p.created_hlc or 0, p.id))
        ]


def two_plans(
    connection: Connection,
    identity: str,
    scope: str,
    worker_id: str,
    names: Names,
    back: Mapping[str, Former],
) -> Difference | None:
    """The difference of a family with several open plans; None where there are not.

    ``back``: acts by which an undo opened a plan again, with who opened it first.
    """
    found = open_plans(connection, scope)
    if len(found) < 2:
        return None
    family_id = scope.partition(":")[2]
    values = []
    for plan_id, row in found:
        head, hlc, by = _opened(row)
        first = back.get(head)
        hlc, by = (first.hlc, first.by) if first else (hlc, by)
        values.append((hlc, DifferenceValue(
            value=plan_id, by=by, by_name=names.worker(by), at=clock.iso(hlc), op_id=head, mine=by == worker_id,
            words=names("plan", plan_id), received=row.received, again=first is not None,
        )))  # fmt: skip
    ordered = tuple(v for _, v in sorted(values, key=lambda pair: (pair[0], pair[1].op_id)))
    return Difference(
        id=identity, entity=TWO_PLANS, row_id=family_id, family_id=family_id if scope.startswith("fam:") else None,
        family="", subject="", field="plan", field_words=field_words(TWO_PLANS, "plan"), shown=None,
        rev=plans_token(found), values=ordered, protective=False,
    )  # fmt: skip


def plans_token(found: list[tuple[str, Held]]) -> str:
    """A token that has seen every head by which the plans stand as they do."""
    return token(
        {f"{i}:{f}": tuple(sorted(row.row[f].heads)) for i, row in found for f in CLOSING if f in row.row}
    )


def _opened(row: Held) -> tuple[str, int, str]:
    """(act, clock, author) by which a plan is open."""
    register = row.row[RULE.field]
    head = next(i for i in reversed(in_order(register)) if register.heads[i][1] == RULE.value)
    return head, register.heads[head][0], register.by.get(head, "")
