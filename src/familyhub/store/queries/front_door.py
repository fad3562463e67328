"""Contacts at the front door as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from familyhub.practice.front_door import (
    TELL_WORKING_DAYS,
    TRIAGE_WORKING_DAYS,
    ContactView,
    Decision,
    MatchAnswer,
    NamedPerson,
    SafeAnswer,
    Signature,
    Step,
)
from familyhub.practice.matching import plain
from familyhub.practice.second_check import Check, Settled
from familyhub.records.contacts import (
    Contact,
    ContactAdult,
    ContactChild,
    ContactLevel,
    ContactMatch,
    ContactSafe,
    ContactSignature,
    ContactStep,
)
from familyhub.records.oversight import Locality
from familyhub.records.second_checks import CheckSettled, SecondCheck
from familyhub.store.queries import handshakes
from familyhub.store.queries.rows import R, by_key, latest, rev, session, visible, worker_names

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlmodel import Session

WAITING = (
    "select scope from contact where removed is null "
    "and not (outcome is not null and (told_on is not null or source = '9')) order by received_at, scope"
)
"""Contacts in which something may be left to do; ``practice.front_door`` says what."""
EARLIER = """
select c.id, c.received_at, c.source, k.person_id, coalesce(k.given, ''), coalesce(k.family_name, ''), k.birth_date
from contact c join contact_child k on k.scope = c.scope and k.removed is null
where c.removed is null and c.received_at >= ? and c.received_at <= ? and c.id <> ?
order by c.received_at desc, c.id
"""


def waiting(connection: Connection, also: Iterable[str] = ()) -> list[ContactView]:
    """Every contact in which something may be left to do, in the order they were received; behind them those in ``also``."""
    scopes = [scope for (scope,) in connection.exec_driver_sql(WAITING)]
    scopes += [scope for scope in also if scope not in set(scopes)]
    with session(connection) as db:
        return _views(db, connection, scopes)


def one(connection: Connection, contact_id: str) -> ContactView | None:
    """One contact, or None when it is not on this laptop."""
    with session(connection) as db:
        return next(iter(_views(db, connection, [f"con:{contact_id}"])), None)


def _views(db: Session, connection: Connection, scopes: list[str]) -> list[ContactView]:
    names = worker_names(db)
    local = {x.id: x for x in visible(db, Locality, "ref")}
    contacts = {c.scope: c for c in visible(db, Contact, scopes)}
    children = by_key(visible(db, ContactChild, scopes), "scope")
    adults = by_key(visible(db, ContactAdult, scopes), "scope")
    levels = by_key(visible(db, ContactLevel, scopes), "contact_child_id")
    safe = by_key(visible(db, ContactSafe, scopes), "contact_child_id")
    steps = by_key(visible(db, ContactStep, scopes), "scope")
    signatures = by_key(visible(db, ContactSignature, scopes), "scope")
    answers = by_key(visible(db, ContactMatch, scopes), "scope")
    checks = by_key(visible(db, SecondCheck, scopes), "scope")
    settled = by_key(visible(db, CheckSettled, scopes), "scope")
    asked = handshakes.handshakes(db, scopes, names)
    families = _families(connection, [c.family_id for c in contacts.values() if c.family_id])
    out = []
    for scope in scopes:
        c = contacts.get(scope)
        if c is None:
            continue
        place = local.get(c.locality or "", Locality(scope="ref", id=""))
        out.append(
            ContactView(
                id=c.id, received_at=c.received_at or "", channel=c.channel or "", source=c.source or "",
                who=c.who or "", agency=c.agency or "", reach=c.reach or "", in_confidence=bool(c.in_confidence),
                locality=c.locality or "", family_id=c.family_id or "", family=families.get(c.family_id or "", ""),
                address=c.address or "", postcode=c.postcode or "", worry=c.worry or "", tried=c.tried or "",
                parent_told=c.parent_told, parent_agrees=c.parent_agrees, outcome=c.outcome or "", told_on=c.told_on,
                children=tuple(
                    _child(k, levels.get(k.id, []), safe.get(k.id, []), names) for k in _in_order(children.get(scope, []))
                ),
                adults=tuple(_adult(a) for a in _in_order(adults.get(scope, []))),
                steps=tuple(_step(s, names) for s in _in_order(steps.get(scope, []))),
                signatures=tuple(_signature(s, names) for s in _in_order(signatures.get(scope, []))),
                answers=_answers(_in_order(answers.get(scope, [])), names),
                checks=tuple(Check(k.result or "", k.at or "", k.about or "") for k in checks.get(scope, [])),
                settled=tuple(
                    Settled(k.upto or "", k.on or "", names.get(k.by or "", k.by or "")) for k in settled.get(scope, [])
                ),
                handshakes=tuple(h for h in asked if h.scope == scope),
                triage_days=place.triage_working_days or TRIAGE_WORKING_DAYS,
                tell_days=place.tell_working_days or TELL_WORKING_DAYS, rev=rev(c),
            )
        )  # fmt: skip
    return out


def _in_order(rows: list[R]) -> list[R]:
    return sorted(rows, key=lambda r: (r.created_hlc or 0, r.id))


def _families(connection: Connection, ids: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for identity in set(ids):
        sql = "select coalesce(name, '') from family where scope = ? and id = ? and removed is null"
        row = connection.exec_driver_sql(sql, (f"fam:{identity}", identity)).first()
        if row is not None:
            found[identity] = row[0]
    return found


def _child(
    row: ContactChild, levels: list[ContactLevel], safe: list[ContactSafe], names: dict[str, str]
) -> NamedPerson:
    asked = max(safe, key=lambda s: (s.created_hlc or 0, s.id), default=None)
    level = latest(levels)
    answer = None
    if asked is not None:
        answer = SafeAnswer(
            asked.safe_now or "", asked.how or "", asked.at or "", names.get(asked.by or "", "")
        )
    elif row.safe_now:
        answer = SafeAnswer(row.safe_now)
    decision = None
    if level is not None:
        decision = Decision(
            level.id, level.level or "", level.outcome or "", level.reason or "", level.on or "", level.by or "",
            names.get(level.by or "", level.by or ""),
        )  # fmt: skip
    return NamedPerson(
        row.id, "child", row.given or "not known", row.family_name or "", row.birth_date, row.age or "",
        row.school or "", words=row.words or "", person_id=row.person_id or "", safe=answer, decision=decision,
        rev=rev(row),
    )  # fmt: skip


def _adult(row: ContactAdult) -> NamedPerson:
    return NamedPerson(
        row.id, "adult", row.given or "not known", row.family_name or "", row.birth_date, tie=row.tie or "",
        person_id=row.person_id or "", rev=rev(row),
    )  # fmt: skip


def _step(row: ContactStep, names: dict[str, str]) -> Step:
    return Step(
        row.id, row.step or "", row.on or "", row.until, row.way or "", row.reason or "", row.by or "",
        names.get(row.by or "", row.by or ""), (row.created_hlc or 0, row.id),
    )  # fmt: skip


def _signature(row: ContactSignature, names: dict[str, str]) -> Signature:
    return Signature(
        row.signature or "", frozenset(filter(None, (row.signs or "").split(","))), row.on or "", row.reason or "",
        row.by or "", names.get(row.by or "", row.by or ""), (row.created_hlc or 0, row.id),
    )  # fmt: skip


def _answers(rows: list[ContactMatch], names: dict[str, str]) -> tuple[MatchAnswer, ...]:
    """The last answer about each pair of somebody named and somebody known."""
    last = {(r.named_id, r.person_id): r for r in rows}
    return tuple(
        MatchAnswer(
            r.named_id or "", r.person_id or "", r.family_id or "", r.answer or "", r.reason or "",
            names.get(r.by or "", r.by or ""),
        )
        for r in last.values()
    )  # fmt: skip


def earlier(connection: Connection, contact: ContactView, since: str) -> list[tuple[str, str]]:
    """Contacts about the same children from the day ``since`` on, the newest first: (received ISO, source code)."""
    people = {c.person_id for c in contact.children if c.person_id}
    names = {(plain(c.given), plain(c.family_name), c.birth_date) for c in contact.children if c.family_name}
    found: dict[str, tuple[str, str]] = {}
    rows = connection.exec_driver_sql(EARLIER, (since, contact.received_at or "9999", contact.id))
    for identity, received, source, person, given, family, born in rows:
        if (person and person in people) or (plain(given), plain(family), born) in names:
            found[identity] = (received, source or "")
    return list(found.values())
