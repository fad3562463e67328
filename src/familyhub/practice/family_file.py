"""A family's file as people read it: the plain values that queries fill and screens, commands and reports show.

Days and moments are ISO text as they were recorded; ``by`` is a worker's name, ``by_id`` their id; ``rev`` is the
opaque token of what was on screen, to be handed back with a change.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from familyhub.practice.agreement import GivenCopyView, Opinion, SharingView
from familyhub.practice.assessment import AssessmentRules, AssessmentView, DayPart, VoiceView
from familyhub.practice.attachments import AttachmentView
from familyhub.practice.closings import TO_SIGN, ClosingView, FollowUpView
from familyhub.practice.differences import Difference
from familyhub.practice.handshakes import HandshakeRules, HandshakeView, Next, current, next_step, stands
from familyhub.practice.household import Child, Member
from familyhub.practice.meetings import MeetingView, ReviewRules
from familyhub.practice.plan_rules import PlanRules
from familyhub.practice.plan_view import PlanView
from familyhub.practice.visit_view import NextVisitView, NoteView, VisitView


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One line of the chronology; a gap says how long nothing was recorded."""

    on: str
    what: str
    source: str
    kind: str
    """``visit``, ``note``, ``review``, ``plan``, ``level``, ``agreement``, ``contact``, ``episode``,
    ``attachment``, ``decision``, ``safe_check``, ``hand_over``, ``handshake``, ``gap``."""
    id: str
    text: str = ""
    readers: str = ""
    significant: bool = False
    children: tuple[str, ...] = ()
    agency: str = ""
    impact: str = ""
    written_at: str = ""


@dataclass(frozen=True, slots=True)
class SafetyLine:
    """What must be known before a visit."""

    id: str
    kind: str
    what: str
    review_on: str | None
    readers: str
    kind_code: str = ""
    person_id: str = ""
    """Whom it is about; an empty text for the whole family."""
    from_on: str = ""
    ended_on: str | None = None
    told: bool | None = None
    """Whether the family was told of it; None where nobody has said."""
    told_how: str = ""
    """How they were told, or why not."""
    by: str = ""
    rev: str = ""


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """What one person agreed to last."""

    person: str
    state: str
    on: str | None
    agencies: str
    not_agencies: str
    why: str
    id: str = ""
    person_id: str | None = None
    state_code: str = ""
    by: str = ""
    what: str = ""
    what_readers: str = "workers"
    why_readers: str = "workers"
    safe_to_stop: str = ""
    stop_why: str = ""
    stop_readers: str = "workers"
    opinion: Opinion | None = None
    """A manager's view of its withdrawal; None until it is recorded."""
    refreshed: int = 0
    """How often it was asked about again."""
    before: str | None = None
    """The day of the agreement that a withdrawal ends, or that the last refresh was about."""


@dataclass(frozen=True, slots=True)
class FamilyFile:
    """Everything of one family's file that the screens of this version show."""

    id: str
    name: str
    locality: str
    ward: str
    level: str | None
    level_since: str | None
    lead: str
    lead_agency: str
    stage: str
    opened_on: str | None
    rev: str
    safety: tuple[SafetyLine, ...]
    agreement: tuple[AgreementLine, ...]
    children: tuple[Child, ...]
    adults: tuple[Member, ...]
    plans: tuple[PlanView, ...]
    visits: tuple[VisitView, ...]
    notes: tuple[NoteView, ...]
    story: tuple[StoryLine, ...]
    next_visit: NextVisitView | None
    differences: tuple[Difference, ...] = ()
    lead_id: str = ""
    visit_rhythm_days: int = 14
    waiting: int = 0
    attachments: tuple[AttachmentView, ...] = ()
    plan_rules: PlanRules = field(default_factory=PlanRules)
    review_weeks: int = 6
    sharing: tuple[SharingView, ...] = ()
    """The sharing log, the newest first."""
    given: tuple[GivenCopyView, ...] = ()
    """Copies given of agreement and assessment, the newest last."""
    assessments: tuple[AssessmentView, ...] = ()
    """The one that was started last is the last."""
    voices: tuple[VoiceView, ...] = ()
    """Children's words outside visits, the newest last."""
    days: tuple[DayPart, ...] = ()
    """Lines of a day in a child's life, of every occasion, the newest last."""
    assessment_rules: AssessmentRules = field(default_factory=AssessmentRules)
    review_rules: ReviewRules = field(default_factory=ReviewRules)
    meetings: tuple[MeetingView, ...] = ()
    """Meetings planned and held, the newest first."""
    closings: tuple[ClosingView, ...] = ()
    """What was written to end help, the newest first."""
    follow_ups: tuple[FollowUpView, ...] = ()
    """Six-month follow-ups, due and made, the newest first."""
    handshakes: tuple[HandshakeView, ...] = ()
    """Steps up and steps down, the newest first."""
    handshake_rules: HandshakeRules = field(default_factory=HandshakeRules)
    episode_id: str = ""
    """The episode that began last."""
    helped: bool = False
    """Whether help is open."""
    safety_ended: tuple[SafetyLine, ...] = ()
    """Safety notes that have ended, the last first."""
    left: tuple[Child, ...] = ()
    """Children who have left the family."""

    @property
    def plan(self) -> PlanView | None:
        """The open plan; of two, the one that began last."""
        return next((p for p in self.plans if p.state == "open"), None)

    def next_of(self, one: HandshakeView, today: date) -> Next | None:
        """What to do next about a step up or step down, and why; None where nothing is left."""
        since = stands(one).since
        ending = any(c.episode_id == one.episode_id and c.state == TO_SIGN for c in self.closings)
        return next_step(
            one, today, self.handshake_rules,
            helped=self.helped and not ending and one.episode_id == self.episode_id,
            visited=any(v.outcome == "made" and v.on >= since for v in self.visits),
        )  # fmt: skip

    def handshakes_open(self, today: date) -> list[tuple[HandshakeView, Next]]:
        """Those about which something is to be done, with what is next; one that was asked for anew stands for the older."""
        now = [current(self.handshakes, kind) for kind in ("step_up", "step_down")]
        found = [(h, self.next_of(h, today)) for h in self.handshakes if h in now or stands(h).open]
        return [(h, after) for h, after in found if after is not None]

    @property
    def step_up_decided(self) -> MeetingView | None:
        """The last meeting, where it decided on a step up that nobody has asked for since."""
        held = [m for m in self.meetings if m.decision]
        last = max(held, key=lambda m: (m.on, m.id), default=None)
        if last is None or last.decision != "step_up" or not self.helped:
            return None
        asked = current(self.handshakes, "step_up")
        return None if asked is not None and asked.on >= last.on else last

    def children_on(self, day: str) -> tuple[Child, ...]:
        """The children who belonged to the family on a day, ISO; those who do now where no day is known."""
        return (*self.children, *(c for c in self.left if day and day <= (c.left_on or "")))

    @property
    def address(self) -> str:
        """Where the household lives."""
        here = [m.address for m in (*self.adults, *self.children) if m.lives_here and m.address]
        return here[0] if here else ""
