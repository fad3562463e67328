"""Steps up and steps down about which something is to be done, for Today and the Desk: SQL text that needs no SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from familyhub.practice.closings import OVER
from familyhub.practice.handshakes import (
    RETURNED,
    STEP_DOWN,
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
select h.id, substr(h.scope, 5), coalesce(f.name, ''), coalesce(h.kind, ''), coalesce(h.episode_id, ''),
       coalesce(h.service, ''), coalesce(h.whom, ''), coalesce(h.handover_on, ''), coalesce(h."on", ''),
       coalesce(w.name, h."by", ''), coalesce(h."by", ''), coalesce(h.created_hlc, 0),
       l.step_up_answer_working_days, l.step_down_visit_working_days,
       s.episode_id = h.episode_id and s.state not in {OVER} and not exists (
         select 1 from closing c where c.scope = h.scope and c.episode_id = h.episode_id and c.removed is null
           and not exists (select 1 from closing_signature g where g.scope = c.scope and g.closing_id = c.id
                           and g.signature = 'returned' and g.removed is null)),
       (select max(v."on") from visit v where v.scope = h.scope and v.outcome = 'made' and v.removed is null)
from handshake h
left join state s on s.scope = h.scope and s.n = 1
left join family f on f.scope = h.scope
left join locality l on l.scope = 'ref' and l.id = f.locality
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


def facts(run: Run, today: date, me: str = "", *, answers: bool = True) -> list[HandshakeFact]:
    """What is next about each, the oldest first; one that was returned is told to who asked alone (``me``; empty: to all).

    ``answers``: whether the store has answers to steps down; an older one has not, before it is brought to this version.
    """
    asked = list(run(ASKED))
    if not asked:
        return []
    signatures: dict[str, list[Signed]] = {}
    for handshake, signature, on, by, hlc, row in run(SIGNED):
        signatures.setdefault(handshake, []).append(Signed(signature, on, by, by, order=(hlc, row)))
    steps: dict[str, list[Step]] = {}
    for handshake, step, on, service, whom, hlc, row in run(STEPS):
        steps.setdefault(handshake, []).append(Step(step, on, "", service, whom, order=(hlc, row)))
    answered: dict[str, list[Step]] = {}
    for handshake, answer, on, hlc, row in run(ANSWERS) if answers else ():
        answered.setdefault(handshake, []).append(Step(answer, on, "", order=(hlc, row)))
    found: dict[str, list[tuple[HandshakeView, str, HandshakeRules, bool, str]]] = {}
    usual = HandshakeRules()
    for (
        i,
        family_id,
        family,
        kind,
        episode,
        service,
        whom,
        handover,
        on,
        name,
        by,
        hlc,
        answer,
        visit,
        helped,
        seen,
    ) in asked:
        one = HandshakeView(
            i, kind, episode, service, whom, "", handover, "", "", "workers", "", "workers", on, name, by,
            signatures=tuple(signatures.get(i, ())),
            steps=(*(s for s in steps.get(i, ()) if may_answer(kind, s.step)), *(answered.get(i, ()) if kind == STEP_DOWN else ())),
            order=(hlc, i),
        )  # fmt: skip
        rules = HandshakeRules(answer or usual.answer_days, visit or usual.visit_days)
        found.setdefault(family_id, []).append((one, family, rules, bool(helped), seen or ""))
    out = []
    for family_id, rows in found.items():
        all_of_it = [row[0] for row in rows]
        for one, family, rules, helped, seen in rows:
            stand = stands(one)
            if not (stand.open or one == current(all_of_it, one.kind)):
                continue
            if stand.state == RETURNED and me not in ("", one.by_id):
                continue
            after = next_step(one, today, rules, helped=helped, visited=seen >= stand.since)
            if after is not None:
                out.append(HandshakeFact(family_id, family, one, after, stand))
    return sorted(out, key=lambda f: (f.one.on, f.one.id))
