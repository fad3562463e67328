"""Today's ranking: total and stable, each line with its reason and its act.

Order (product decision): nobody told after a worry · safety action late · protective difference · child not seen ·
late action or review · due within five working days · unfinished draft · other differences; ties by due date, then id.
"""

# long: every kind of line in Today, a few lines each
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from familyhub.practice.assessment import AssessmentRules
from familyhub.practice.assessment import due as assessment_due
from familyhub.practice.clocks import AMBER_WORKING_DAYS, add_working_days, parse_day
from familyhub.practice.days import ago, short_day, show_day
from familyhub.practice.draft_words import DRAFT_WORDS
from familyhub.practice.handshakes import HandshakeFact, age_words
from familyhub.practice.meetings import QUIET, RED, ReviewRules, review_clock
from familyhub.practice.safety import SafetyReviewFact
from familyhub.records.codes import SAFE_TO_STOP

NOT_TOLD, SAFETY_LATE, PROTECTIVE, NOT_SEEN, LATE, DUE, DRAFT, DIFFERENCE = range(1, 9)
WHY = {
    NOT_TOLD: "nobody told",
    SAFETY_LATE: "safety",
    PROTECTIVE: "difference",
    NOT_SEEN: "not seen",
    LATE: "late",
    DUE: "due soon",
    DRAFT: "not finished",
    DIFFERENCE: "difference",
}
NEVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of Today: what, why it is where it is, and the act that Enter does."""

    kind: int
    family_id: str | None
    family: str
    what: str
    reason: str
    act: str
    """``tell``, ``update_action``, ``decide``, ``log_visit``, ``meeting``, ``closing``, ``follow_up``, ``open_draft``,
    ``open_disagreement``, ``open_assessment``, ``open_sharing``, ``open_safety``, ``handshake``, ``step_down``."""
    target: str
    """The id of what the act is about: a concern, an action, a difference, a family, a draft, or its scope."""
    due: str | None = None

    @property
    def order(self) -> tuple[int, str, str, str, str, str]:
        """The place of the line: kind, then due date, then id; of several about one file, what they say."""
        return (self.kind, self.due or NEVER, self.family_id or "", self.target, self.what, self.reason)


@dataclass(frozen=True, slots=True)
class ConcernFact:
    """A worry about a child for which no named person is recorded as told."""

    id: str
    contact_id: str
    family_id: str | None
    family: str
    children: str
    since: str
    by: str


@dataclass(frozen=True, slots=True)
class ActionFact:
    """An open action with a day it is due."""

    id: str
    family_id: str
    family: str
    what: str
    owner: str
    due: str
    safety: bool


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """An open plan's next review; ``amber``: working days before its day from which it is due soon (local data)."""

    plan_id: str
    family_id: str
    family: str
    due: str
    amber: int = AMBER_WORKING_DAYS


@dataclass(frozen=True, slots=True)
class MeetingFact:
    """A meeting that is planned and that nobody has written down yet."""

    id: str
    family_id: str
    family: str
    words: str
    on: str
    at: str


@dataclass(frozen=True, slots=True)
class ClosingFact:
    """Help that somebody wants to end: it waits for a manager, or was returned to who asked."""

    id: str
    family_id: str
    family: str
    on: str
    returned: bool


@dataclass(frozen=True, slots=True)
class FollowUpFact:
    """A six-month follow-up that is still to be made."""

    id: str
    family_id: str
    family: str
    due: str


@dataclass(frozen=True, slots=True)
class ChildFact:
    """A child of an open episode and when somebody last saw them; ``since``: when help began, or they came."""

    id: str
    family_id: str
    family: str
    name: str
    last_seen: str | None
    since: str
    after_days: int
    joined: bool = False
    """They came, or were born, after help began."""


@dataclass(frozen=True, slots=True)
class AssessmentFact:
    """An assessment that is not completed; ``since``: its start, or the first visit where it was not begun."""

    id: str
    family_id: str
    family: str
    since: str
    working_days: int | None
    """The locality's clock; None: the usual one."""
    state: str
    """``started``, ``returned`` or ``not_begun``."""


@dataclass(frozen=True, slots=True)
class GivenFact:
    """A family that was given to this worker to lead, and nobody of it has been asked yet whether they agree to help."""

    allocation_id: str
    family_id: str
    family: str
    on: str
    by: str


@dataclass(frozen=True, slots=True)
class WithdrawalFact:
    """An agreement that was taken back, and no manager's view of it is recorded yet."""

    agreement_id: str
    family_id: str
    family: str
    person: str
    since: str
    safe_to_stop: str


@dataclass(frozen=True, slots=True)
class DifferenceFact:
    """An open difference."""

    id: str
    family_id: str | None
    family: str
    what: str
    protective: bool


@dataclass(frozen=True, slots=True)
class DraftFact:
    """An unfinished draft; ``saved_at`` in ISO UTC, ``hours`` since it was begun."""

    id: str
    kind: str
    family_id: str | None
    family: str
    saved_at: str
    hours: int


@dataclass(frozen=True, slots=True)
class DisagreementFact:
    """An open disagreement at its stage; ``scope`` of the family or the contact, ``due`` where the day it began is known."""

    id: str
    scope: str
    family: str
    with_whom: str
    stage: str
    due: str | None


Fact = (
    ConcernFact
    | ActionFact
    | ReviewFact
    | SafetyReviewFact
    | MeetingFact
    | ClosingFact
    | FollowUpFact
    | HandshakeFact
    | ChildFact
    | AssessmentFact
    | GivenFact
    | WithdrawalFact
    | DifferenceFact
    | DraftFact
    | DisagreementFact
)


def rank(facts: Iterable[Fact], today: date) -> list[Line]:
    """The lines of Today, first things first; a fact that needs nobody today gives no line."""
    soon = add_working_days(today, AMBER_WORKING_DAYS)
    lines = [line for fact in facts if (line := _line(fact, today, soon)) is not None]
    return sorted(lines, key=lambda line: line.order)


def _line(fact: Fact, today: date, soon: date) -> Line | None:
    match fact:
        case ConcernFact():
            what = f"Worried about {fact.children or 'a child'}"
            reason = "Nobody has been told yet. Ring, then record who"
            return Line(NOT_TOLD, fact.family_id, fact.family, what, reason, "tell", fact.id, fact.since[:10])
        case ActionFact():
            return _action(fact, today, soon)
        case ReviewFact():
            return _review(fact, today)
        case MeetingFact():
            return _meeting(fact, today, soon)
        case ClosingFact():
            reason = "returned by the manager: look why" if fact.returned else "a manager signs it"
            return Line(
                DUE, fact.family_id, fact.family, "Help is to end", reason, "closing", fact.id, fact.on
            )
        case FollowUpFact() | SafetyReviewFact():
            return _by_day(fact, today, soon)
        case HandshakeFact():
            return _handshake(fact, today)
        case ChildFact():
            return _child(fact, today)
        case AssessmentFact():
            return _assessment(fact, today, soon)
        case GivenFact():
            by = f" by {fact.by}" if fact.by else ""
            reason = f"given to you {short_day(fact.on, today)}{by}; nobody was asked yet"
            return Line(
                DUE, fact.family_id, fact.family, "Ask if they agree to help", reason, "open_sharing",
                fact.allocation_id, fact.on,
            )  # fmt: skip
        case WithdrawalFact():
            safe = SAFE_TO_STOP.words(fact.safe_to_stop) or "not said"
            reason = f"taken back {short_day(fact.since, today)}, safe to stop: {safe}; a manager's view is asked, not given yet"
            what = f"{fact.person}'s agreement"
            return Line(
                LATE, fact.family_id, fact.family, what, reason, "open_sharing", fact.agreement_id, fact.since
            )
        case DifferenceFact():
            kind = PROTECTIVE if fact.protective else DIFFERENCE
            why = (
                "two answers about safety: decide first"
                if fact.protective
                else "two answers, somebody decides"
            )
            return Line(kind, fact.family_id, fact.family, fact.what, why, "decide", fact.id)
        case DisagreementFact():
            return _disagreement(fact, today)
        case DraftFact():
            words = DRAFT_WORDS.get(fact.kind, fact.kind.replace("_", " ").capitalize())
            what = f"{words} begun"
            age = f"{fact.hours} h" if fact.hours < 48 else f"{fact.hours // 24} days"
            age = age if fact.hours else "less than an hour"
            reason = f"not finished, {age}; only you can see it"
            return Line(
                DRAFT, fact.family_id, fact.family, what, reason, "open_draft", fact.id, fact.saved_at[:10]
            )


def _action(fact: ActionFact, today: date, soon: date) -> Line | None:
    due = parse_day(fact.due)
    if due is None or due > soon:
        return None
    owner = f" · {fact.owner}" if fact.owner else " · nobody named"
    late = due < today
    if late:
        kind = SAFETY_LATE if fact.safety else LATE
        reason = f"{'safety action ' if fact.safety else ''}late: due {show_day(due, today)}"
    else:
        kind = DUE
        reason = f"due {ago(due, today) if due == today else show_day(due, today)}"
    return Line(
        kind, fact.family_id, fact.family, fact.what + owner, reason, "update_action", fact.id, fact.due
    )


def _review(fact: ReviewFact, today: date) -> Line | None:
    clock = review_clock(fact.due, today, ReviewRules(amber_working_days=fact.amber))
    if clock is None or clock.colour == QUIET:
        return None
    kind, word = (LATE, "late: was due") if clock.colour == RED else (DUE, "due")
    reason = f"review {word} {show_day(clock.due, today)}"
    return Line(
        kind, fact.family_id, fact.family, "Review of the plan", reason, "meeting", fact.family_id, fact.due
    )


def _meeting(fact: MeetingFact, today: date, soon: date) -> Line | None:
    on = parse_day(fact.on)
    if on is None or on > soon:
        return None
    when = f"{ago(on, today) if on == today else show_day(on, today)} {fact.at}".rstrip()
    kind, reason = (LATE, f"was {when}, not written down yet") if on < today else (DUE, f"planned {when}")
    return Line(kind, fact.family_id, fact.family, fact.words, reason, "meeting", fact.id, fact.on)


def _by_day(fact: FollowUpFact | SafetyReviewFact, today: date, soon: date) -> Line | None:
    due = parse_day(fact.due)
    if due is None or due > soon:
        return None
    kind, word = (LATE, "late: was due") if due < today else (DUE, "due")
    what, reason, act = (
        "Six-month follow-up: is it still true?",
        f"{word} {show_day(due, today)}",
        "follow_up",
    )
    if isinstance(fact, SafetyReviewFact):
        what, reason, act = fact.what, f"look again, {reason}: is it still true?", "open_safety"
    return Line(kind, fact.family_id, fact.family, what, reason, act, fact.id, fact.due)


def _handshake(fact: HandshakeFact, today: date) -> Line:
    """One that is open stands there whatever its clock says: it is half done, and early help goes on."""
    one, after = fact.one, fact.after
    kind = LATE if after.due is not None and after.due < today else DUE
    due = after.due.isoformat() if after.due is not None else one.on
    what, reason = f"{one.title}: {after.what}", f"{age_words(one, today)}; {after.why}"
    act, target = ("step_down", fact.answered_at) if fact.answered_at else ("handshake", one.id)
    return Line(kind, fact.family_id or None, fact.family, what, reason, act, target, due)


def _disagreement(fact: DisagreementFact, today: date) -> Line:
    """One that is open stands there whatever its clock says: nobody else reminds of it."""
    due = parse_day(fact.due)
    late = due is not None and due < today
    clock = f"{'late: was due' if late else 'due'} {show_day(due, today)}" if due else "no day recorded"
    family_id = fact.scope.removeprefix("fam:") if fact.scope.startswith("fam:") else None
    what = f"We disagree with {fact.with_whom or 'another service'}"
    return Line(
        LATE if late else DUE, family_id, fact.family, what, f"{fact.stage}, {clock}", "open_disagreement",
        fact.scope, fact.due,
    )  # fmt: skip


def _assessment(fact: AssessmentFact, today: date, soon: date) -> Line | None:
    due = assessment_due(fact.since, AssessmentRules(fact.working_days or AssessmentRules().working_days))
    if due is None or (due > soon and fact.state != "returned"):
        return None
    when = f"late: was due {show_day(due, today)}" if due < today else f"due {show_day(due, today)}"
    why = {
        "started": f"started {short_day(fact.since, today)}",
        "returned": "returned by the manager",
        "not_begun": f"not begun; first visit {short_day(fact.since, today)}",
    }[fact.state]
    kind = LATE if due < today else DUE
    return Line(
        kind, fact.family_id, fact.family, "Early help assessment", f"{when}, {why}", "open_assessment", fact.id,
        due.isoformat(),
    )  # fmt: skip


def _child(fact: ChildFact, today: date) -> Line | None:
    last = parse_day(fact.last_seen)
    begun = parse_day(fact.since) or today
    due = (last or begun) + timedelta(days=fact.after_days)
    if due >= today:
        return None
    never = "never seen; here since" if fact.joined else "not seen since help began,"
    seen = f"last seen {short_day(last, today)}" if last else f"{never} {short_day(begun, today)}"
    reason = f"{seen}, no reason recorded" if last else seen
    return Line(
        NOT_SEEN, fact.family_id, fact.family, fact.name, reason, "log_visit", fact.id, due.isoformat()
    )
