"""Steps up and steps down about which something is to be done, for Today and the Desk: SQL text that needs no SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from familyhub.practice.allocation import DESK
from familyhub.practice.closings import OVER
from familyhub.practice.handshakes import (
    RETURNED,
    STEP_DOWN,
    TITLES,
    HandshakeFact,
    HandshakeRules,
    HandshakeView,
    Signed,
    Step,
    current,
    may_answer,
    next_step,
    stands,
)

Run = Callable[[str], Iterable[Any]]
"""Runs a query on a connection and gives its rows."""

ASKED = f"""
with state as (
  select scope, episode_id, state, row_number() over (partition by scope order by "on" desc, created_hlc desc, id desc) as n
  from episode_state where removed is null
)
select h.id, h.scope, case when h.scope like 'fam:%' then substr(h.scope, 5) else coalesce(f.id, '') end, coalesce(f.name, (
         select group_concat(given, ', ') from (
           select coalesce(k.given, 'a child') as given from contact_child k
           where k.scope = h.scope and k.removed is null order by k.created_hlc, k.id)
       ), ''),
       coalesce(f.locality, c.locality, ''), coalesce(h.kind, ''), coalesce(h.episode_id, ''),
       coalesce(h.service, ''), coalesce(h.whom, ''), coalesce(h.handover_on, ''), coalesce(h."on", ''),
       coalesce(w.name, h."by", ''), coalesce(h."by", ''), coalesce(h.created_hlc, 0),
       l.step_up_answer_working_days, l.step_down_visit_working_days,
       s.episode_id = h.episode_id and s.state not in {OVER} and not exists (
         select 1 from closing c where c.scope = h.scope and c.episode_id = h.episode_id and c.removed is null
           and not exists (select 1 from closing_signature g where g.scope = c.scope and g.closing_id = c.id
                           and g.signature = 'returned' and g.removed is null)),
       (select max(v."on") from visit v where v.scope = f.scope and v.outcome = 'made' and v.removed is null)
from handshake h
left join contact c on c.scope = h.scope and c.removed is null
left join family f on f.scope = coalesce('fam:' || c.family_id, h.scope)
left join state s on s.scope = h.scope and s.n = 1
left join locality l on l.scope = 'ref' and l.id = coalesce(f.locality, c.locality)
left join worker w on w.scope = 'ref' and w.id = h."by"
where h.removed is null
"""
SIGNED = """
select handshake_id, coalesce(signature, ''), coalesce("on", ''), coalesce("by", ''), coalesce(created_hlc, 0), id
from handshake_signature where removed is null
"""
ANSWERS = """
select handshake_id, coalesce(answer, ''), coalesce("on", ''), coalesce(created_hlc, 0), id
from step_down_answer where removed is null
"""
STEPS = """
select handshake_id, coalesce(step, ''), coalesce("on", ''), coalesce(service, ''), coalesce(whom, ''),
       coalesce(created_hlc, 0), id
from handshake_step where removed is null
"""


class _Row(NamedTuple):
    one: HandshakeView
    family_id: str
    family: str
    locality: str
    rules: HandshakeRules
    helped: bool
    seen: str


def facts(
    run: Run, today: date, me: str = "", role: str = "", *, answers: bool = True
) -> list[HandshakeFact]:
    """What is next about each, the oldest first; one that was returned is told to who asked alone (``me``; empty: to all).

    A step down that came as a contact is told to whoever answers it, by their ``role`` (empty: to all).
    ``answers``: whether the store has answers to steps down; an older one has not, before it is brought to this version.
    """
    out = []
    for rows in _by_file(run, answers=answers).values():
        latest = {kind: current([r.one for r in rows], kind) for kind in TITLES}
        for row in rows:
            stand = stands(row.one)
            told = role in ("", *DESK) if row.one.contact_id and stand.open else bool(row.family_id)
            if not told or not (stand.open or row.one == latest.get(row.one.kind)):
                continue
            if stand.state == RETURNED and me not in ("", row.one.by_id):
                continue
            after = next_step(row.one, today, row.rules, helped=row.helped, visited=row.seen >= stand.since)
            if after is not None:
                out.append(HandshakeFact(row.family_id, row.family, row.one, after, stand, row.locality))
    return sorted(out, key=lambda f: (f.one.on, f.one.id))


def _by_file(run: Run, *, answers: bool) -> dict[str, list[_Row]]:
    """Every handshake by the family it is about, or by its contact while there is no file."""
    asked = list(run(ASKED))
    if not asked:
        return {}
    signatures: dict[str, list[Signed]] = {}
    for handshake, signature, on, by, hlc, row in run(SIGNED):
        signatures.setdefault(handshake, []).append(Signed(signature, on, by, by, order=(hlc, row)))
    steps: dict[str, list[Step]] = {}
    for handshake, step, on, service, whom, hlc, row in run(STEPS):
        steps.setdefault(handshake, []).append(Step(step, on, "", service, whom, order=(hlc, row)))
    answered: dict[str, list[Step]] = {}
    for handshake, answer, on, hlc, row in run(ANSWERS) if answers else ():
        answered.setdefault(handshake, []).append(Step(answer, on, "", order=(hlc, row)))
    usual = HandshakeRules()
    found: dict[str, list[_Row]] = {}
    for row in asked:
        (
            i,
            scope,
            family_id,
            family,
            place,
            kind,
            episode,
            service,
            whom,
            handover,
            on,
            name,
            by,
            hlc,
            *rest,
        ) = row
        answer, visit, helped, seen = rest
        one = HandshakeView(
            i, kind, episode, service, whom, "", handover, "", "", "workers", "", "workers", on, name, by,
            signatures=tuple(signatures.get(i, ())),
            steps=(*(s for s in steps.get(i, ()) if may_answer(kind, s.step)), *(answered.get(i, ()) if kind == STEP_DOWN else ())),
            order=(hlc, i), scope=scope,
        )  # fmt: skip
        rules = HandshakeRules(answer or usual.answer_days, visit or usual.visit_days)
        found.setdefault(family_id or scope, []).append(
            _Row(one, family_id, family, place, rules, bool(helped), seen or "")
        )
    return found
