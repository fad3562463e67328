"""One family's file, whole, as plain values."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from familyhub.practice import chronology
from familyhub.practice.assessment import AssessmentRules
from familyhub.practice.clocks import parse_day
from familyhub.practice.closings import OVER
from familyhub.practice.family_file import FamilyFile, SafetyLine, StoryLine
from familyhub.practice.meetings import TAF, ReviewRules
from familyhub.practice.plan_rules import PlanRules
from familyhub.practice.visit_view import NextVisitView
from familyhub.records.codes import AGREEMENT_STATE, EPISODE_STATE, LEVEL, REVIEW_DECISION, SAFETY_NOTE_KIND
from familyhub.records.episodes import Agreement, Episode, EpisodeState, LeadPractitioner, LevelOfNeed
from familyhub.records.families import Family, SafetyNote
from familyhub.records.oversight import Locality
from familyhub.records.plans import Review
from familyhub.records.visits import NextVisit
from familyhub.store.queries import assessment as assessed
from familyhub.store.queries import handshakes
from familyhub.store.queries.agreement import agreements, given_copies, sharing_log
from familyhub.store.queries.attachments import of_scope
from familyhub.store.queries.closings import closings, follow_ups
from familyhub.store.queries.decisions import told as decisions_told
from familyhub.store.queries.desk import story_lines
from familyhub.store.queries.differences import of_family
from familyhub.store.queries.household import Household, household
from familyhub.store.queries.meetings import meetings
from familyhub.store.queries.plan import plans
from familyhub.store.queries.rows import latest, rev, session, visible, worker_names
from familyhub.store.queries.visits import notes, visits

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlmodel import Session


def family_file(connection: Connection, family_id: str, today: date, worker_id: str) -> FamilyFile | None:
    """Everything the screens show of a family, or None when its file is not on this laptop."""
    scope = f"fam:{family_id}"
    with session(connection) as db:
        family = next(iter(visible(db, Family, scope)), None)
        if family is None:
            return None
        names = worker_names(db)
        local = next(
            (x for x in visible(db, Locality, "ref") if x.id == family.locality), Locality(scope="ref", id="")
        )
        seen = visits(db, scope, names)
        told = notes(db, scope, names)
        levels = visible(db, LevelOfNeed, scope)
        voices, days = assessed.voices(db, scope, names), assessed.days(db, scope)
        home = household(db, scope, today, seen, levels, local, voices)
        episodes = _episodes(db, scope)
        states = visible(db, EpisodeState, scope)
        state = latest(states)
        lead = latest(visible(db, LeadPractitioner, scope))
        level = _level(levels, state)
        the_plans = plans(db, scope, home.names, names)
        story = _story(db, scope, home, names, worker_id)
        story += [chronology.visit_line(v, mine=v.by_id == worker_id) for v in seen]
        story += [chronology.decision_line(d) for d in decisions_told(connection, [scope], worker_id, today)]
        story += [chronology.note_line(n, mine=n.by == names.get(worker_id)) for n in told]
        attached = of_scope(db, connection, scope, names)
        story += [chronology.attachment_line(a, mine=a.by_id == worker_id) for a in attached]
        shaken = handshakes.handshakes(db, [scope, *handshakes.contacts(connection, family_id)], names)
        story += [line for h in shaken for line in handshakes.story(h, names, worker_id)]
        safety = _safety(visible(db, SafetyNote, scope), names, today)
        assessments = assessed.assessments(db, scope, home.names, names, voices, days)
        story += assessed.story(assessments, voices, home.names, names, worker_id)
        return FamilyFile(
            id=family_id, name=family.name or "Unnamed family", locality=family.locality or "", ward=home.ward,
            level=level[0], level_since=level[1],
            lead=(lead.name or names.get(lead.worker_id or "", "")) if lead else "",
            lead_agency=(lead.agency or "council") if lead else "", lead_id=(lead.worker_id or "") if lead else "",
            stage=EPISODE_STATE.words(state.state) if state else "",
            opened_on=episodes[-1].started_on if episodes else family.opened_on, rev=rev(family),
            safety=safety[0], safety_ended=safety[1], agreement=agreements(db, scope, home.names, names),
            children=home.children, adults=home.adults, left=home.left, plans=the_plans, visits=tuple(seen), notes=tuple(told),
            story=chronology.told(story, today), next_visit=_next(visible(db, NextVisit, scope), names),
            differences=of_family(connection, family_id, worker_id, today),
            visit_rhythm_days=local.visit_rhythm_days or 14, waiting=_waiting(connection, scope),
            attachments=tuple(attached), plan_rules=_plan_rules(local), review_weeks=local.review_weeks or 6,
            sharing=sharing_log(db, scope, home.names, names), given=given_copies(db, scope, home.names, names),
            assessments=assessments, voices=voices, days=days,
            assessment_rules=AssessmentRules(local.assessment_working_days or AssessmentRules().working_days),
            review_rules=_review_rules(local), closings=closings(db, scope, names), follow_ups=follow_ups(db, scope, names),
            meetings=meetings(db, scope, home.names, names, voices, days), handshakes=shaken,
            handshake_rules=handshakes.rules(local), episode_id=episodes[-1].id if episodes else "",
            helped=bool(episodes) and (state is None or state.state not in OVER),
        )  # fmt: skip


def episode_of(connection: Connection, family_id: str) -> str | None:
    """The id of the family's episode that began last; None where there is none."""
    with session(connection) as db:
        found = _episodes(db, f"fam:{family_id}")
    return found[-1].id if found else None


def episode_stands(connection: Connection, family_id: str) -> tuple[str, str, str]:
    """(id, state, revision) of the family's episode that began last; empty texts where there is none."""
    scope = f"fam:{family_id}"
    with session(connection) as db:
        found = _episodes(db, scope)
        if not found:
            return "", "", ""
        last = found[-1]
        state = latest([s for s in visible(db, EpisodeState, scope) if s.episode_id == last.id])
        return last.id, (state.state or "") if state else "open", rev(last)


def _episodes(db: Session, scope: str) -> list[Episode]:
    return sorted(visible(db, Episode, scope), key=lambda e: (e.started_on or "", e.id))


def _plan_rules(local: Locality) -> PlanRules:
    usual = PlanRules()
    return PlanRules(
        stale_after_days=local.plan_stale_days or usual.stale_after_days,
        school_from_age=local.school_from_age or usual.school_from_age,
        school_until_age=local.school_until_age or usual.school_until_age,
    )


def _review_rules(local: Locality) -> ReviewRules:
    usual = ReviewRules()
    return ReviewRules(
        local.review_weeks or usual.weeks,
        local.amber_working_days or usual.amber_working_days,
        local.follow_up_months or usual.follow_up_months,
    )


def _waiting(connection: Connection, scope: str) -> int:
    sql = "select count(*) from outbox where scope = ? and state = 'waiting'"
    return int(connection.exec_driver_sql(sql, (scope,)).scalar() or 0)


def _level(levels: list[LevelOfNeed], state: EpisodeState | None) -> tuple[str | None, str | None]:
    """The highest level that any child of the family has now, and since when."""
    now: dict[str | None, LevelOfNeed] = {}
    for row in sorted(levels, key=lambda r: (r.on or "", r.created_hlc or 0)):
        now[row.person_id] = row
    if not now or (state is not None and state.state in OVER):
        return None, None
    top = max(r.level or "" for r in now.values())
    since = min(r.on or "" for r in now.values() if r.level == top)
    return top or None, since or None


def _safety(
    rows: list[SafetyNote], names: dict[str, str], today: date
) -> tuple[tuple[SafetyLine, ...], tuple[SafetyLine, ...]]:
    """(notes that hold, the oldest first; notes that have ended, the last first)."""
    lines = [
        SafetyLine(
            n.id, SAFETY_NOTE_KIND.words(n.kind), n.what or "", n.review_on, n.what_readers or "workers", n.kind or "",
            n.person_id or "", n.from_on or "", n.ended_on, n.told, n.told_how or "", names.get(n.by or "", ""), rev(n),
        )
        for n in sorted(rows, key=lambda n: (n.from_on or "", n.id))
    ]  # fmt: skip
    over = [line for line in lines if line.ended_on and line.ended_on <= today.isoformat()]
    return (
        tuple(line for line in lines if line not in over),
        tuple(sorted(over, key=lambda line: (line.ended_on or "", line.id), reverse=True)),
    )


def _next(rows: list[NextVisit], names: dict[str, str]) -> NextVisitView | None:
    row = max(rows, key=lambda r: (r.created_hlc or 0, r.id), default=None)
    if row is None:
        return None
    return NextVisitView(
        row.id, row.on, row.at or "", row.kind or "home", names.get(row.worker_id or "", ""), row.none_because or "",
        rev(row),
    )  # fmt: skip


def _story(
    db: Session, scope: str, home: Household, names: dict[str, str], worker_id: str
) -> list[StoryLine]:
    """Events that are neither visits nor notes: states, levels, agreements, reviews, safe-checks, hand-overs."""

    def who(by: str | None) -> str:
        return "you" if by == worker_id else names.get(by or "", "hub")

    lines = []
    for state in visible(db, EpisodeState, scope):
        what = {"open": "Early help began", "closed": "Closed"}.get(
            state.state or "", EPISODE_STATE.words(state.state).capitalize()
        )
        lines.append(
            StoryLine(state.on or "", what, who(state.by), "episode", state.id, state.reason or "",
                      state.reason_readers or "workers", significant=True)
        )  # fmt: skip
    for level in visible(db, LevelOfNeed, scope):
        child = home.names.get(level.person_id or "", "a child")
        lines.append(
            StoryLine(level.on or "", f"{child}: level {LEVEL.words(level.level)}", who(level.by), "level", level.id,
                      level.reason or "", level.reason_readers or "workers", children=(level.person_id or "",))
        )  # fmt: skip
    for row in visible(db, Agreement, scope):
        person = home.names.get(row.person_id or "", "somebody")
        what = f"{person}: {AGREEMENT_STATE.words(row.state)}" + (
            f" ({row.agencies})" if row.agencies else ""
        )
        lines.append(
            StoryLine(row.on or "", what, who(row.by), "agreement", row.id, row.why or "",
                      row.why_readers or "workers")
        )  # fmt: skip
    for review in visible(db, Review, scope):
        decided = REVIEW_DECISION.words(review.decision) if review.decision else "held"
        held = "Team Around the Family" if review.kind == TAF else "Review"
        lines.append(
            StoryLine(review.held_on or "", f"{held}: {decided}", who(review.by), "review",
                      review.id, review.summary or "", review.summary_readers or "professionals", significant=True)
        )  # fmt: skip
    return lines + story_lines(db, scope, names, who)


def next_visit_due(file: FamilyFile, today: date) -> date:
    """The day the local rhythm offers for the next visit: from today, on a weekday."""
    day = today + timedelta(days=file.visit_rhythm_days)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return max(day, parse_day(file.next_visit.on) or day) if file.next_visit and file.next_visit.on else day
