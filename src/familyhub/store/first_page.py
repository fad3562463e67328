"""The opening read of Today: SQL text on a bare connection, so that the first page needs no SQLAlchemy.

Every fact that ``practice.today`` ranks, for all families this laptop holds.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from familyhub.practice.clocks import AMBER_WORKING_DAYS, add_working_days
from familyhub.practice.closings import OVER
from familyhub.practice.difference_words import entity_words, field_words
from familyhub.practice.disagreement import STAGES, due_on, local_stages, stage_of
from familyhub.practice.today import (
    ActionFact,
    AssessmentFact,
    ChildFact,
    ClosingFact,
    ConcernFact,
    DifferenceFact,
    DisagreementFact,
    DraftFact,
    Fact,
    FollowUpFact,
    MeetingFact,
    ReviewFact,
    WithdrawalFact,
)
from familyhub.records.codes import MEETING_KIND
from familyhub.store import first_allocations, first_handshakes, first_safety

CONCERNS = """
select c.id, c.contact_id, c.family_id, coalesce(f.name, ''), coalesce(c.child_names, ''), coalesce(c.seen_on, ''),
       coalesce(w.name, c.by, ''), c.created_hlc
from concern c
left join family f on f.scope = 'fam:' || c.family_id and f.id = c.family_id
left join worker w on w.scope = 'ref' and w.id = c.by
where c.removed is null and coalesce(c.told_name, '') = ''
"""
ACTIONS = """
select a.id, substr(a.scope, 5), coalesce(f.name, ''), coalesce(a.what, ''),
       coalesce(a.owner, w.name, ''), a.due, coalesce(a.safety, 0)
from action a
join plan p on p.scope = a.scope and p.id = a.plan_id and p.state = 'open' and p.removed is null
left join family f on f.scope = a.scope
left join worker w on w.scope = 'ref' and w.id = a.owner_worker_id
where a.removed is null and a.due <= ? and coalesce(a.status, 'not_started') in ('not_started', 'in_progress')
"""
REVIEWS = """
select p.id, substr(p.scope, 5), coalesce(f.name, ''), p.review_due, coalesce(l.amber_working_days, ?)
from plan p left join family f on f.scope = p.scope
left join locality l on l.scope = 'ref' and l.id = f.locality
where p.removed is null and p.state = 'open' and p.review_due <= ?
"""
AMBER = "select max(amber_working_days) from locality where scope = 'ref' and removed is null"
MEETINGS = """
select m.id, substr(m.scope, 5), coalesce(f.name, ''), m.kind, m."on", coalesce(m.at, '')
from meeting m left join family f on f.scope = m.scope
where m.removed is null and m.called_off is not true and m."on" <= ?
  and not exists (select 1 from review r where r.scope = m.scope and r.meeting_id = m.id and r.removed is null)
  and not exists (select 1 from meeting n where n.scope = m.scope and n.replaces = m.id and n.removed is null)
"""
CLOSINGS = """
select c.id, substr(c.scope, 5), coalesce(f.name, ''), coalesce(c."on", ''), coalesce(s.signature, '') = 'returned', c.by
from closing c left join family f on f.scope = c.scope
left join (
  select scope, closing_id, signature, row_number() over (
    partition by scope, closing_id order by "on" desc, created_hlc desc, id desc) as n
  from (
    select g.* from closing_signature g join closing a on a.scope = g.scope and a.id = g.closing_id
    where g.removed is null and coalesce(g."by", '') <> coalesce(a."by", '')
  )
) s on s.scope = c.scope and s.closing_id = c.id and s.n = 1
where c.removed is null and coalesce(s.signature, '') != 'signed'
  and not exists (select 1 from closing n where n.scope = c.scope and n.episode_id = c.episode_id
                  and n.created_hlc > c.created_hlc and n.removed is null)
"""
FOLLOW_UPS = """
select u.id, substr(u.scope, 5), coalesce(f.name, ''), u.due_on
from follow_up u left join family f on f.scope = u.scope
where u.removed is null and u.done_on is null and u.due_on <= ?
  and not exists (select 1 from follow_up d where d.scope = u.scope and d.episode_id = u.episode_id
                  and d.done_on is not null and d.removed is null)
"""
CHILDREN = f"""
with state as (
  select scope, state, row_number() over (partition by scope order by "on" desc, created_hlc desc) as n
  from episode_state where removed is null
),
begun as (select scope, max(started_on) as started_on from episode where removed is null group by scope),
open as (
  select s.scope, coalesce(b.started_on, '') as since from state s left join begun b on b.scope = s.scope
  where s.n = 1 and s.state not in {OVER}
),
seen as (
  select c.scope, c.person_id, max(v."on") as last
  from visit_child c join visit v on v.scope = c.scope and v.id = c.visit_id and v.removed is null
  where c.seen and c.removed is null group by c.scope, c.person_id
)
select m.person_id, substr(m.scope, 5), coalesce(f.name, ''), s.last,
       max(o.since, coalesce(date(m.from_on), ''), coalesce(date(p.birth_date), '')) as since,
       coalesce(l.not_seen_after_days, 42), coalesce(n.given, 'A child'),
       max(coalesce(m.from_on, ''), coalesce(p.birth_date, '')) > o.since, m.to_on
from open o
join membership m on m.scope = o.scope and m.role = 'child' and m.lives_here and m.removed is null
left join person p on p.scope = m.scope and p.id = m.person_id
left join seen s on s.scope = m.scope and s.person_id = m.person_id
left join family f on f.scope = m.scope
left join locality l on l.scope = 'ref' and l.id = f.locality
left join person_name n on n.scope = m.scope and n.person_id = m.person_id and n.to_on is null
  and coalesce(n.kind, 'known') = 'known' and n.removed is null
where (m.to_on is null or m.to_on >= :today)
  and date(coalesce(s.last, max(o.since, coalesce(date(m.from_on), ''), coalesce(date(p.birth_date), ''))),
           '+' || coalesce(l.not_seen_after_days, 42) || ' days') < :today
group by m.scope, m.person_id
"""
DIFFERENCES = """
select d.id, d.scope, coalesce(f.name, ''), d.entity, d.field, d.protective, a.what
from difference d
left join family f on f.scope = d.scope
left join action a on d.entity = 'action' and a.scope = d.scope and a.id = d.row_id
"""
HAS_DECLINED = "select 1 from pragma_table_info('disagreement') where name = 'handshake_id'"
DISAGREEMENTS = """
select d.id, {of_d}, d.scope, coalesce(f.name, ''), coalesce(d.with_whom, ''), coalesce(d."on", ''),
       coalesce(f.locality, c.locality, '')
from disagreement d
left join family f on f.scope = d.scope
left join contact c on c.scope = d.scope
where d.removed is null and not exists (
  select 1 from disagreement_step s join disagreement e on e.scope = s.scope and e.id = s.disagreement_id
  where s.scope = d.scope and {of_e} = {of_d} and s.step = 'settled' and s.removed is null and e.removed is null
)
order by d.created_hlc, d.id
"""
"""Those that are not settled, the first written first; of several who recorded one decline one step settles all."""
TAKEN = """
select disagreement_id, coalesce(stage, 0), coalesce("on", '') from disagreement_step
where step = 'escalated' and removed is null
"""
ESCALATIONS = (
    "select id, escalation_1, escalation_2, escalation_3, escalation_4, escalation_1_days, escalation_2_days, "
    "escalation_3_days, escalation_4_days from locality where scope = 'ref' and removed is null"
)
DRAFTS = """
select d.id, d.kind, d.family_id, coalesce(f.name, ''), d.saved_at, d.started_at
from draft d left join family f on f.scope = 'fam:' || d.family_id and f.id = d.family_id
"""
ASSESSMENTS = f"""
with state as (
  select scope, state, row_number() over (partition by scope order by "on" desc, created_hlc desc) as n
  from episode_state where removed is null
),
last as (
  select scope, id, started_on, row_number() over (partition by scope order by started_on desc, created_hlc desc) as n
  from assessment where removed is null
),
done as (
  select scope, assessment_id, id, row_number() over (partition by scope, assessment_id order by "on" desc, created_hlc desc) as n
  from assessment_completion where removed is null
),
signed as (
  select s.scope, s.completion_id, s.signature,
         row_number() over (partition by s.scope, s.completion_id order by s."on" desc, s.created_hlc desc) as n
  from assessment_signature s
  join assessment_completion c on c.scope = s.scope and c.id = s.completion_id
  where s.removed is null and coalesce(s."by", '') <> coalesce(c."by", '')
)
select a.id, substr(a.scope, 5), coalesce(f.name, ''), coalesce(a.started_on, ''), l.assessment_working_days,
       case when d.id is null then 'started' else 'returned' end
from last a
join state s on s.scope = a.scope and s.n = 1 and s.state not in {OVER}
left join done d on d.scope = a.scope and d.assessment_id = a.id and d.n = 1
left join signed g on g.scope = d.scope and g.completion_id = d.id and g.n = 1
left join family f on f.scope = a.scope
left join locality l on l.scope = 'ref' and l.id = f.locality
where a.n = 1 and (d.id is null or g.signature = 'returned')
"""
NOT_BEGUN = """
with state as (
  select scope, state, row_number() over (partition by scope order by "on" desc, created_hlc desc) as n
  from episode_state where removed is null
),
begun as (select scope, max(started_on) as started_on from episode where removed is null group by scope)
select substr(s.scope, 5), substr(s.scope, 5), coalesce(f.name, ''), min(v."on"), l.assessment_working_days, 'not_begun'
from state s
join begun b on b.scope = s.scope
join visit v on v.scope = s.scope and v.outcome = 'made' and v."on" >= coalesce(b.started_on, '') and v.removed is null
left join family f on f.scope = s.scope
left join locality l on l.scope = 'ref' and l.id = f.locality
where s.n = 1 and s.state in ('open', 'assessment') and not exists (
  select 1 from assessment a where a.scope = s.scope and a.started_on >= coalesce(b.started_on, '') and a.removed is null
)
group by s.scope
"""
WITHDRAWN = f"""
with state as (
  select scope, state, row_number() over (partition by scope order by "on" desc, created_hlc desc) as n
  from episode_state where removed is null
),
last as (
  select scope, id, person_id, state, "on", safe_to_stop,
         row_number() over (partition by scope, person_id order by "on" desc, created_hlc desc) as n
  from agreement where removed is null
)
select a.id, substr(a.scope, 5), coalesce(f.name, ''), coalesce(n.given, 'Somebody'), coalesce(a."on", ''),
       coalesce(a.safe_to_stop, '')
from last a
join state s on s.scope = a.scope and s.n = 1 and s.state not in {OVER}
left join family f on f.scope = a.scope
left join person_name n on n.scope = a.scope and n.person_id = a.person_id and n.to_on is null
  and coalesce(n.kind, 'known') = 'known' and n.removed is null
where a.n = 1 and a.state = 'withdrawn' and not exists (
  select 1 from agreement_opinion o where o.scope = a.scope and o.agreement_id = a.id and o.removed is null
)
group by a.scope, a.id
"""
NEWER = """
select name from sqlite_master where type = 'table' and name in (
  'assessment', 'meeting', 'disagreement', 'handshake', 'step_down_answer'
)
"""
"""Today is read before a store of an older version is brought to this one."""
HAS_COVERS = "select 1 from pragma_table_info('allocation') where name = 'for_id'"
NO_COVERS = "select '' as family_id, '' as worker_id, '' as for_id where false"
COVERS = """
select family_id, worker_id, for_id from (
  select family_id, worker_id, for_id, "on", to_on,
         row_number() over (partition by family_id, worker_id order by created_hlc desc, id desc) as n
  from allocation where role = 'cover' and removed is null
) where n = 1 and "on" <= :today and to_on >= :today
"""
PLANNED = """
with cover as ({covers})
select n.scope, coalesce(f.name, ''), n.at, n.kind, n."on"
from next_visit n left join family f on f.scope = n.scope
where n.removed is null and n."on" = :today and (
  n.worker_id is null
  or n.worker_id = :me and not exists (
    select 1 from cover where family_id = substr(n.scope, 5) and for_id = :me and worker_id <> :me)
  or exists (select 1 from cover where family_id = substr(n.scope, 5) and for_id = n.worker_id and worker_id = :me)
)
order by n.at, n.id
"""
"""Visits of a day: a worker's own but those that somebody covers, and those that they cover."""


def facts(connection: Any, today: date, now: datetime | None = None) -> list[Fact]:
    """Everything that may need somebody today, read on a bare SQLite connection."""
    soon = add_working_days(today, AMBER_WORKING_DAYS).isoformat()
    moment = now or datetime.now(UTC)
    run = connection.execute
    out: list[Fact] = []
    for i, contact, family_id, family, children, since, by, _ in run(CONCERNS):
        out.append(ConcernFact(i, contact or "", family_id, family, children, since, by))
    for i, family_id, family, what, owner, due, safety in run(ACTIONS, (soon,)):
        out.append(ActionFact(i, family_id, family, what, owner, due, bool(safety)))
    out += first_safety.facts(run, today, soon)
    newer = {name for (name,) in run(NEWER)}
    out += _reviews(connection, today, soon, with_meetings="meeting" in newer)
    for i, family_id, family, last, since, after, name, joined, _ in run(
        CHILDREN, {"today": today.isoformat()}
    ):
        out.append(ChildFact(i, family_id, family, name, last, since, after, bool(joined)))
    for i, scope, family, entity, field, protective, what in run(DIFFERENCES):
        words = f"{f'“{what}”' if what else entity_words(entity)}: {field_words(entity, field)}"
        out.append(
            DifferenceFact(
                i, scope[4:] if scope.startswith("fam:") else None, family, words, bool(protective)
            )
        )
    for i, kind, family_id, family, saved, started in run(DRAFTS):
        out.append(DraftFact(i, kind, family_id, family, saved, _hours(started, moment)))
    if "disagreement" in newer:
        out += _disagreements(run)
    if "handshake" in newer:
        out += first_handshakes.facts(run, today, *_me(connection), answers="step_down_answer" in newer)
    if "assessment" in newer:
        out += [AssessmentFact(*row) for sql in (ASSESSMENTS, NOT_BEGUN) for row in run(sql)]
        out += [WithdrawalFact(*row) for row in run(WITHDRAWN)]
        out += first_allocations.facts(run, today, _me(connection)[0])
    return out


def _reviews(connection: Any, today: date, soon: str, *, with_meetings: bool) -> list[Fact]:
    """Reviews that are due, meetings planned or not written down yet, help that is to end, follow-ups that are due."""
    run = connection.execute
    widest = max(AMBER_WORKING_DAYS, run(AMBER).fetchone()[0] or 0)
    until = add_working_days(today, widest).isoformat()
    meetings = run(MEETINGS, (until,)).fetchall() if with_meetings else []
    planned = {row[1]: row[4] for row in meetings if row[3] == "review" and row[4] >= today.isoformat()}
    reviews = [ReviewFact(*row) for row in run(REVIEWS, (AMBER_WORKING_DAYS, until))]
    out: list[Fact] = [r for r in reviews if not (planned.get(r.family_id) and planned[r.family_id] <= r.due)]
    if not with_meetings:
        return out
    for i, family_id, family, kind, on, at in meetings:
        words = MEETING_KIND.words(kind) or "meeting"
        out.append(MeetingFact(i, family_id, family, words[:1].upper() + words[1:], on, at))
    me, role = _me(connection)
    for i, family_id, family, on, returned, by in run(CLOSINGS):
        if (by == me) if returned else (role == "manager" and by != me):
            out.append(ClosingFact(i, family_id, family, on, bool(returned)))
    return out + [FollowUpFact(*row) for row in run(FOLLOW_UPS, (soon,))]


def _me(connection: Any) -> tuple[str, str]:
    """The id and the role of the worker whose laptop this is."""
    me = settings(connection).get("worker", "")
    return me, worker(connection, me)[1]


def _disagreements(run: Any) -> list[Fact]:
    """Open disagreements at their stages."""
    linked = run(HAS_DECLINED).fetchone()
    keys = {f"of_{row}": f"coalesce({row}.handshake_id, {row}.id)" if linked else f"{row}.id" for row in "de"}
    opened: dict[tuple[str, str], list[Any]] = {}
    for row in run(DISAGREEMENTS.format(**keys)):
        opened.setdefault((row[2], row[1]), []).append(row)
    if not opened:
        return []
    taken: dict[str, list[tuple[int, str]]] = {}
    for identity, stage, on in run(TAKEN):
        taken.setdefault(identity, []).append((stage, on))
    names = [f"escalation_{n}{days}" for days in ("", "_days") for n in range(1, len(STAGES) + 1)]
    places = {place: dict(zip(names, values, strict=True)) for place, *values in run(ESCALATIONS)}
    out: list[Fact] = []
    for group in opened.values():
        i, _, scope, family, whom, _, place = group[0]
        stages = local_stages(places.get(place, {}))
        steps = [step for row in group for step in taken.get(row[0], ())]
        number, since = stage_of(min(row[5] for row in group), steps, len(stages))
        due = due_on(since, stages[number - 1])
        out.append(
            DisagreementFact(
                i, scope, family, whom, stages[number - 1].name, due.isoformat() if due else None
            )
        )
    return out


def planned(connection: Any, today: date, worker_id: str) -> list[tuple[str, str, str, str]]:
    """Visits planned today as (family id, family, time, kind)."""
    covers = COVERS if connection.execute(HAS_COVERS).fetchone() else NO_COVERS
    sql = PLANNED.format(covers=covers)
    rows = connection.execute(sql, {"today": today.isoformat(), "me": worker_id}).fetchall()
    return [(scope[4:], family, at or "", kind or "home") for scope, family, at, kind, _ in rows]


def settings(connection: Any) -> dict[str, str]:
    """The store's settings."""
    return dict(connection.execute("select name, value from setting").fetchall())


def waiting(connection: Any) -> tuple[int, int]:
    """(own ops not yet at the hub, own ops that the hub set aside)."""
    sql = "select coalesce(sum(state = 'waiting'), 0), coalesce(sum(state = 'set_aside'), 0) from outbox"
    found = connection.execute(sql).fetchone()
    return int(found[0]), int(found[1])


def worker(connection: Any, worker_id: str) -> tuple[str, str, str]:
    """(name, role, locality) of a worker."""
    sql = "select coalesce(name, id), coalesce(role, 'worker'), coalesce(locality, '') from worker where scope = 'ref' and id = ?"
    found = connection.execute(sql, (worker_id,)).fetchone()
    return tuple(found) if found else (worker_id, "worker", "")


def ring(connection: Any, locality: str) -> str:
    """Whom to ring in the locality, as a sentence; empty where no number is known."""
    sql = (
        "select coalesce(name, id), coalesce(day_number, ''), coalesce(night_number, '') from locality "
        "where scope = 'ref' and id = ? and removed is null"
    )
    name, day, night = connection.execute(sql, (locality,)).fetchone() or ("", "", "")
    numbers = " or at night ".join(number for number in (day, night) if number)
    return f"Ring {name}: {numbers}." if numbers else ""


def schema(connection: Any) -> str:
    """The revision of the store's schema."""
    try:
        found = connection.execute("select version_num from alembic_version").fetchone()
    except Exception:
        return ""
    return str(found[0]) if found else ""


def _hours(started: str, now: datetime) -> int:
    try:
        begun = datetime.fromisoformat(started)
    except ValueError:
        return 0
    return max(0, int((now - begun).total_seconds() // 3600))
