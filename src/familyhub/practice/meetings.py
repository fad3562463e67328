"""Meetings with the family: what was recorded of one, the clock of the reviews, what a meeting still lacks. Pure.

Days are ISO text; texts carry who may read them. The clock is computed, never stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from familyhub.practice.clocks import AMBER_WORKING_DAYS, add_working_days, parse_day
from familyhub.records.codes import DAY_LINE, MEETING_KIND

if TYPE_CHECKING:
    from familyhub.practice.assessment import DayPart, VoiceView
    from familyhub.practice.family_file import FamilyFile
    from familyhub.practice.household import Child
    from familyhub.practice.plan_view import NeedView, PlanView, Step

TAF, REVIEW = MEETING_KIND.values
PLANNED, HELD, MOVED, CALLED_OFF = "planned", "held", "moved", "called off"
NEEDS_REASON = ("step_up", "step_down", "close")
"""Decisions that say why."""
WHO, CHILDREN, THEN_NOW, DECISION = 1, 2, 3, 4
"""Parts of the page of a meeting."""
QUIET, AMBER, RED = "quiet", "due soon", "late"


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """The clock of the reviews; a ``locality`` record holds the numbers that an area has changed."""

    weeks: int = 6
    """Between one review and the next (domain, section 4: default of the product)."""
    amber_working_days: int = AMBER_WORKING_DAYS
    """Working days before its day from which a review is due soon."""
    follow_up_months: int = 6
    """After a closure, when somebody asks whether it is still true (Supporting Families rule)."""


@dataclass(frozen=True, slots=True)
class GuestView:
    """Somebody at a meeting, or away from it, with the views that they sent."""

    key: str
    """``person:ID``, ``worker:ID`` or ``name:NAME``."""
    name: str
    agency: str
    state: str
    views: str = ""
    views_readers: str = "workers"


@dataclass(frozen=True, slots=True)
class ChildThere:
    """One child at a meeting, there or not: their views or why none are recorded, and a day in their life."""

    person_id: str
    name: str
    came: bool = False
    voice: VoiceView | None = None
    day: tuple[DayPart, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What the family answered to one question."""

    question: str
    asked: str
    answer: str
    readers: str


@dataclass(frozen=True, slots=True)
class AmendmentView:
    """What was added to the minutes later."""

    id: str
    on: str
    by: str
    text: str
    readers: str


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting, planned or held."""

    id: str
    kind: str
    state: str
    on: str
    at: str
    place: str
    plan_id: str | None
    by: str
    guests: tuple[GuestView, ...] = ()
    children: tuple[ChildThere, ...] = ()
    answers: tuple[AnswerView, ...] = ()
    amendments: tuple[AmendmentView, ...] = ()
    decision: str = ""
    because: str = ""
    because_readers: str = "workers"
    summary: str = ""
    summary_readers: str = "workers"
    next_due: str | None = None
    no_next_because: str = ""
    no_next_because_readers: str = "workers"
    although: str = ""
    although_readers: str = "workers"
    off_because: str = ""
    off_because_readers: str = "workers"
    written_at: str = ""

    @property
    def words(self) -> str:
        """``Review of the plan`` or ``Team Around the Family``."""
        words = MEETING_KIND.words(self.kind) or "meeting"
        return words[:1].upper() + words[1:]

    def those(self, state: str) -> list[GuestView]:
        """Guests who came, sent apologies, were not there, or were invited."""
        return [g for g in self.guests if g.state == state]


# -- the clock -----------------------------------------------------------------------------------------------------


class Clock(NamedTuple):
    """How a day that something is due stands today."""

    colour: str
    """``quiet``, ``due soon`` (amber) or ``late`` (red)."""
    due: date


def review_clock(due: str | None, today: date, rules: ReviewRules) -> Clock | None:
    """How the next review stands: amber from so many working days before its day, red when that is past; None: no day."""
    day = parse_day(due)
    if day is None:
        return None
    if day < today:
        return Clock(RED, day)
    amber_from = add_working_days(day, -rules.amber_working_days)
    return Clock(AMBER if today >= amber_from else QUIET, day)


def next_review(held: date, rules: ReviewRules) -> date:
    """The day by which the local clock wants the next review, counted from one that was held."""
    return held + timedelta(weeks=rules.weeks)


# -- what a meeting needs ------------------------------------------------------------------------------------------


class Needed(NamedTuple):
    """Something without which a meeting cannot be finished: its field, its words and sentence, its part of the page."""

    field: str
    words: str
    sentence: str
    part: int


def children_asked(file: FamilyFile, on: date | None) -> list[Child]:
    """Children whose views a meeting needs: those of the household who are born, and those whom the plan is about.

    A child whose birth date nobody knows is born: who is not has the role *unborn*.
    """
    planned = {n.person_id for p in file.plans if p.state == "open" for n in p.needs}
    found = []
    for child in file.children:
        born = parse_day(child.birth_date)
        here = child.lives_here and (born is None or on is None or born <= on)
        if child.role == "child" and (here or child.id in planned):
            found.append(child)
    return found


def still_needed(
    *, kind: str, on: str, came: bool, children: Iterable[tuple[str, str, bool]], decision: str, because: str,
    next_due: str, no_next_because: str,
) -> list[Needed]:  # fmt: skip
    """What a meeting lacks, in the order of its page; ``children``: id, name, and whether views or a reason are there."""
    found = []
    if not on.strip():
        found.append(Needed("on", "the day", "Which day was the meeting?", WHO))
    if not came:
        found.append(Needed("guest", "who came", "Who came? Mark at least one person.", WHO))
    for identity, name, answered in children:
        if not answered:
            sentence = f"{name}: write their views, or why none are recorded."
            found.append(Needed(f"none:{identity}", f"{name}: views, or why none", sentence, CHILDREN))
    if not decision:
        sentence = "What was decided: continue, amend, step up, step down or close?"
        found.append(Needed("decision", "the decision", sentence, DECISION))
    if decision in NEEDS_REASON and not because.strip():
        words = decision.replace("_", " ")
        sentence = f"Why {words}? Write the reason: whoever signs and the family will ask."
        found.append(Needed("because", f"why {words}", sentence, DECISION))
    if kind == REVIEW and decision != "close" and not next_due.strip() and not no_next_because.strip():
        sentence = "When is the next review? Or write why there is none."
        found.append(Needed("next_due", "the next review, or why none", sentence, DECISION))
    return found


# -- side by side with last time -----------------------------------------------------------------------------------


class Score(NamedTuple):
    """Where a need stood then and stands now, 0 to 10; None where nobody scored it."""

    need: NeedView
    then: int | None
    now: int | None


class Going(NamedTuple):
    """How an action went then and goes now; ``then`` is empty where the action was not there."""

    step: Step
    then: str
    now: str


def held_before(meetings: Iterable[MeetingView], on: str, *, but: str = "") -> MeetingView | None:
    """The last meeting held on or before a day, other than ``but``."""
    held = [m for m in meetings if m.state == HELD and m.id != but and m.on <= (on or "9999")]
    return max(held, key=lambda m: (m.on, m.written_at, m.id), default=None)


def scores_beside(plan: PlanView, then: str | None, now: str | None = None) -> list[Score]:
    """Each need's score as at a day before (its first one, where no day is given) and as at another (the last)."""
    return [_beside(need, then, now) for need in plan.needs]


def _beside(need: NeedView, then: str | None, now: str | None) -> Score:
    known = [s for s in need.scores if now is None or s.on <= now]
    before = [s for s in known if s.on <= then] if then else known[:1] if len(known) > 1 else []
    return Score(need, before[-1].score if before else None, known[-1].score if known else None)


def actions_beside(plan: PlanView, then: str | None, now: str | None = None) -> list[Going]:
    """Each action's status as at a day before and as at another; as it stands where no day is given or nothing is dated."""
    found = []
    for step in plan.actions:
        status = _status(step, now) if now and step.history else step.status
        if status:
            found.append(Going(step, _status(step, then) if then else "", status))
    return found


def _status(step: Step, on: str) -> str:
    """A status as at the end of a day; empty where the action was not there yet, or nobody dated it."""
    known = [s.status for s in step.history if s.on <= on]
    return known[-1] if known else ""


def said_before(voices: Iterable[VoiceView], person_id: str) -> VoiceView | None:
    """A child's last words outside a visit; an occasion at which they said nothing is passed over."""
    said = [v for v in voices if v.person_id == person_id and v.said]
    return sorted(said, key=lambda v: v.on)[-1] if said else None


def day_before(days: Iterable[DayPart], person_id: str) -> tuple[DayPart, ...]:
    """The last day in a child's life that was written down, whatever the occasion; its lines in their order."""
    theirs = [d for d in days if d.person_id == person_id]
    lived = sorted((d for d in theirs if d.text), key=lambda d: d.on)
    return lines_of_day(d for d in theirs if _occasion(d) == _occasion(lived[-1])) if lived else ()


def lines_of_day(days: Iterable[DayPart]) -> tuple[DayPart, ...]:
    """The lines of one day in their order, the newest last given; of two of one part, the one written later."""
    parts = {d.part: d for d in days}
    return tuple(parts[part] for part in DAY_LINE.values if part in parts and parts[part].text)


def _occasion(line: DayPart) -> tuple[str, str]:
    return line.occasion, line.occasion_id or line.on


def owners_who_left(plan: PlanView | None, left: Mapping[str, str]) -> list[tuple[Step, str]]:
    """Open actions whose owner works here no more, with the owner's name; ``left``: names by worker id."""
    steps = plan.actions if plan is not None else ()
    return [(s, left[s.owner_worker_id or ""]) for s in steps if s.open and s.owner_worker_id in left]
