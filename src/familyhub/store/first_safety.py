"""Safety notes, and persons who may be a risk, that are to be looked at again, for Today: SQL text that needs no SQLAlchemy."""

from __future__ import annotations

from datetime import date
from typing import Any

from familyhub.practice.closings import OVER
from familyhub.practice.safety import SafetyReviewFact
from familyhub.records.codes import RISK, SAFETY_NOTE_KIND

DUE = f"""
with state as (
  select scope, state, row_number() over (partition by scope order by "on" desc, created_hlc desc) as n
  from episode_state where removed is null
),
due as (
  select scope, id, 'safety_note' as entity, kind as code, null as person_id, review_on from safety_note
  where removed is null and review_on <= :until and (ended_on is null or ended_on > :today)
  union all
  select scope, id, 'person_risk', risk, person_id, review_on from person_risk
  where removed is null and review_on <= :until and coalesce(risk, '') <> 'none'
)
select d.id, substr(d.scope, 5), coalesce(f.name, ''), d.entity, coalesce(d.code, ''), coalesce(max(n.given), 'somebody'),
       d.review_on
from due d
join state s on s.scope = d.scope and s.n = 1 and s.state not in {OVER}
left join family f on f.scope = d.scope
left join person_name n on n.scope = d.scope and n.person_id = d.person_id and n.to_on is null
  and coalesce(n.kind, 'known') = 'known' and n.removed is null
group by d.scope, d.entity, d.id
"""
"""Of families that are helped: a note in a closed file is read before a visit, but nobody is asked to keep it true."""


def facts(run: Any, today: date, until: str) -> list[SafetyReviewFact]:
    """What is to be looked at again up to a day; never its words, which may be for workers only."""
    out = []
    for i, family_id, family, entity, code, name, due in run(
        DUE, {"today": today.isoformat(), "until": until}
    ):
        note = entity == "safety_note"
        what = (
            f"Safety note: {SAFETY_NOTE_KIND.words(code) or 'other'}"
            if note
            else f"{name}: {RISK.words(code)}"
        )
        out.append(SafetyReviewFact(i, family_id, family, what, due))
    return out
