"""What the second check found, and what gatekeepers did about it: on their laptops alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from familyhub.records.second_checks import GateCall, GateMatch
from familyhub.store.queries.rows import session, visible, worker_names

if TYPE_CHECKING:
    from sqlalchemy import Connection

GATE = "gate"
RINGING = (
    "select distinct scope from second_check where removed is null and result <> 'go_on' "
    "and not exists (select 1 from check_settled s where s.scope = second_check.scope and s.upto >= second_check.at) "
    "order by scope"
)


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody in a file that those who triage do not hold; ``evidence`` in words; ``holders``: names of who holds it."""

    contact_id: str
    named_id: str
    person_id: str
    family_id: str
    rank: str
    evidence: str
    holders: tuple[str, ...]
    check_at: str


@dataclass(frozen=True, slots=True)
class Called:
    """What a gatekeeper did: ``rang`` whom and when, or ``nobody`` and why."""

    call: str
    whom: str
    on: str
    at: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands at the gate about one contact."""

    found: tuple[Found, ...]
    calls: tuple[Called, ...]


def ringing(connection: Connection) -> list[str]:
    """The scopes of contacts about which a manager is to ring and that is not recorded as done."""
    return [scope for (scope,) in connection.exec_driver_sql(RINGING)]


def about(connection: Connection, contact_id: str) -> Gate:
    """What was found about a contact and what was done; nothing where this laptop does not hold the gate."""
    with session(connection) as db:
        names = worker_names(db)
        found = [r for r in visible(db, GateMatch, GATE) if r.contact_id == contact_id]
        calls = [r for r in visible(db, GateCall, GATE) if r.contact_id == contact_id]
    return Gate(
        tuple(
            Found(
                contact_id, r.named_id or "", r.person_id or "", r.family_id or "", r.rank or "", r.evidence or "",
                tuple(names.get(w, w) for w in (r.holders or "").split(",") if w), r.check_at or "",
            )
            for r in sorted(found, key=lambda r: (r.check_at or "", r.named_id or "", r.id))
        ),
        tuple(
            Called(r.call or "", r.whom or "", r.on or "", r.at or "", r.reason or "", names.get(r.by or "", r.by or ""))
            for r in sorted(calls, key=lambda r: (r.created_hlc or 0, r.id))
        ),
    )  # fmt: skip
