"""Families that were given to a worker and of which nobody was asked yet, for Today: SQL text that needs no SQLAlchemy."""

from __future__ import annotations

from datetime import date
from typing import Any

from familyhub.practice.closings import OVER
from familyhub.practice.today import GivenFact

GIVEN = f"""
with mine as (
  select id, family_id, "on", to_on, "by", row_number() over (partition by family_id order by created_hlc desc, id desc) as n
  from allocation where worker_id = :me and role in ('lead', 'lead worker') and removed is null
),
state as (
  select scope, state, row_number() over (partition by scope order by "on" desc, created_hlc desc) as n
  from episode_state where removed is null
),
begun as (select scope, max(started_on) as started_on from episode where removed is null group by scope)
select m.id, m.family_id, coalesce(f.name, ''), m."on", coalesce(w.name, '')
from mine m
join state s on s.scope = 'fam:' || m.family_id and s.n = 1 and s.state not in {OVER}
left join begun b on b.scope = s.scope
left join family f on f.scope = s.scope
left join worker w on w.scope = 'ref' and w.id = m."by"
where m.n = 1 and m."on" <= :today and (m.to_on is null or m.to_on > :today) and not exists (
  select 1 from agreement a
  where a.scope = s.scope and a."on" >= coalesce(b.started_on, '') and a.state <> 'not_asked' and a.removed is null
)
"""
"""Role: a code since the third version, words before; a row without one is of the first version, and long begun."""


def facts(run: Any, today: date, me: str) -> list[GivenFact]:
    """The families that ``me`` leads and of which nobody was asked since help began whether they agree to it."""
    return [GivenFact(*row) for row in run(GIVEN, {"me": me, "today": today.isoformat()})]
