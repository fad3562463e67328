"""A family's file as people read it: the plain values that queries fill and screens, commands and reports show.

Days and moments are ISO text as they were recorded; ``by`` is a worker's name, ``by_id`` their id; ``rev`` is the
opaque token of what was on screen, to be handed back with a change.
"""

# long: the plain values of one page, read from top to bottom
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from familyhub.practice.agreement import GivenCopyView, Opinion, SharingView
from familyhub.practice.assessment import AssessmentRules, AssessmentView, DayPart, VoiceView
from familyhub.practice.attachments import AttachmentView
from familyhub.practice.closings import TO_SIGN, ClosingView, FollowUpView
from familyhub.practice.differences import Difference as Difference
from familyhub.practice.handshakes import HandshakeRules, HandshakeView, Next, current, next_step, stands
from familyhub.practice.meetings import MeetingView, ReviewRules
from familyhub.practice.plan_rules import PlanRules


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person may be reached: always read ``how`` and the three answers before a number."""

    id: str
    how: str
    mobile: str
    landline: str
    email: str
    may_ring: str
    may_text: str
    may_write: str
    rev: str


@dataclass(frozen=True, slots=True)
class Member:
    """An adult of the family, or somebody of its network."""

    id: str
    name: str
    given: str
    role: str
    """``child``, ``adult``, ``unborn`` or ``network``."""
    tie: str
    """How they belong, in words: ``mother of Leo, Mia``; an empty text where nothing is recorded."""
    birth_date: str | None
    expected_date: str | None
    age: int | None
    age_text: str
    lives_here: bool
    third_party: bool
    address: str
    reach: Reach | None = None
    risk: str = ""
    responsibility: bool = False


@dataclass(frozen=True, slots=True)
class Child(Member):
    """A child of the family, unborn ones too: when last seen, alone, and what they said last."""

    school: str = ""
    sen: str = ""
    attendance: str = ""
    ethnicity: str = ""
    level: str | None = None
    level_on: str | None = None
    last_seen: str | None = None
    last_alone: str | None = None
    alone_expected: bool = True
    """False under the age from which a child is seen alone (local data; five by default)."""
    overdue: bool = False
    """Nobody has seen this child for longer than the local rule allows."""
    said: str = ""
    said_on: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What moved on an action."""

    id: str
    on: str
    by: str
    text: str
    readers: str
    meeting_id: str = ""
    """The meeting at which it was told."""


class Dated(NamedTuple):
    """How an action stood from a day, and the meeting at which that was said."""

    on: str
    status: str
    due: str | None
    meeting_id: str


class Scored(NamedTuple):
    """Where a need stood on a day, 0 to 10, and the meeting at which it was scored."""

    on: str
    score: int
    meeting_id: str


@dataclass(frozen=True, slots=True)
class Step:
    """An action of a plan."""

    id: str
    what: str
    owner: str
    agency: str
    due: str | None
    status: str
    safety: bool
    need_id: str | None
    rev: str
    progress: tuple[Progress, ...] = ()
    contested: tuple[str, ...] = ()
    """Fields in which two answers stand."""
    owner_person_id: str | None = None
    owner_worker_id: str | None = None
    moved_on: str | None = None
    """The last day on which anything was written about it."""
    readers: str = "workers"
    history: tuple[Dated, ...] = ()
    """Its dated rows, the oldest first."""
    neutral_title: str = ""
    """What it is called on paper that leaves, where its own words could put somebody in danger."""

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.status in ("not_started", "in_progress")


@dataclass(frozen=True, slots=True)
class NeedView:
    """A need with what will be different, for whom, where it stood and stands (0 to 10), and its actions."""

    id: str
    what: str
    outcome: str
    whom: str
    headline: str
    first_score: int | None
    last_score: int | None
    actions: tuple[Step, ...]
    person_id: str | None = None
    rev: str = ""
    headline_code: str = ""
    what_readers: str = "workers"
    outcome_readers: str = "workers"
    scores: tuple[Scored, ...] = ()
    """Every score, the oldest first."""


@dataclass(frozen=True, slots=True)
class KeptView:
    """A finding of the plan check that somebody kept, because …; ``until`` is the next review of that day."""

    id: str
    code: str
    about: str
    about_id: str
    because: str
    readers: str
    on: str
    until: str | None
    by: str


@dataclass(frozen=True, slots=True)
class CopyView:
    """A copy of the plan that was given to somebody."""

    id: str
    on: str
    to: str
    person_id: str | None
    by: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan of the family's."""

    id: str
    state: str
    started_on: str | None
    review_due: str | None
    agencies: str
    rev: str
    needs: tuple[NeedView, ...]
    loose: tuple[Step, ...]
    """Actions under no need."""
    kept: tuple[KeptView, ...] = ()
    """Findings that were kept, the newest reason of each last."""
    copies: tuple[CopyView, ...] = ()
    """Copies given, the newest last."""
    reviewed_on: str | None = None
    """The day of the last review held."""
    reviewed_first: str | None = None
    """The day of the first review held."""

    @property
    def actions(self) -> tuple[Step, ...]:
        """Every action of the plan."""
        return tuple(a for n in self.needs for a in n.actions) + self.loose


@dataclass(frozen=True, slots=True)
class ChildAtVisit:
    """One child at a visit."""

    child_id: str
    name: str
    seen: bool
    alone: bool
    bedroom: bool
    how: str
    why_not: str
    said: str
    said_readers: str
    asked: str
    method: str


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit as it was recorded, with the amendments that came after."""

    id: str
    on: str
    start_at: str
    end_at: str
    kind: str
    outcome: str
    by: str
    by_id: str
    happened: str
    happened_readers: str
    meaning: str
    meaning_readers: str
    safe: str
    present: tuple[str, ...]
    children: tuple[ChildAtVisit, ...]
    next_on: str | None
    written_at: str
    received: str | None
    significant: bool
    amends: str | None = None
    did_instead: str = ""
    no_next_because: str = ""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note of a call, text, e-mail or talk, or an event told by another agency."""

    id: str
    on: str
    kind: str
    who: str
    agency: str
    by: str
    text: str
    readers: str
    significant: bool
    impact: str
    written_at: str


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
class NextVisitView:
    """The next visit that is planned."""

    id: str
    on: str | None
    at: str
    kind: str
    worker: str
    none_because: str
    rev: str


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

    @property
    def address(self) -> str:
        """Where the household lives."""
        here = [m.address for m in (*self.adults, *self.children) if m.lives_here and m.address]
        return here[0] if here else ""


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """A family in a list; ``held``: its file is on this laptop (else level is None and children are empty)."""

    id: str
    name: str
    locality: str
    ward: str
    level: str | None
    lead: str
    held: bool
    children: tuple[ChildName, ...] = ()
    stage: str = ""
    mine: bool = False
    next_on: str | None = None
    why: str = ""
    """Why a search found it, when it was not by the family's name."""


@dataclass(frozen=True, slots=True)
class ChildName:
    """A child in a list; the age is None of a child who is not born yet, or whose birth date nobody knows."""

    id: str
    name: str
    age: int | None
    unborn: bool = False

    @property
    def words(self) -> str:
        """``Leo 9``, ``Unborn (unborn)``; the name alone where the age is not known."""
        if self.unborn:
            return f"{self.name} (unborn)"
        return self.name if self.age is None else f"{self.name} {self.age}"


@dataclass(frozen=True, slots=True)
class Found:
    """One find of a search."""

    kind: str
    id: str
    family_id: str | None
    family: str
    text: str
    on: str = ""


@dataclass(frozen=True, slots=True)
class SyncState:
    """The sync line: what is saved here, waiting, sent, received and set aside; ``last_contact`` ISO UTC."""

    waiting: int
    sent: int
    received: int
    set_aside: int
    last_contact: str | None
    hub_url: str
    asides: tuple[Aside, ...] = field(default=())
    left: int = 0
    """Files that this laptop may hold no longer, and has left."""
    left_at: str | None = None
    restored_at: str | None = None
    """When this laptop met the hub restored from a copy (ISO UTC); None where it never was."""
    destroyed: int = 0
    """Own acts on records that have been erased."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A record that the hub set aside: it needs a person."""

    op_id: str
    entity: str
    scope: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Sending:
    """A record of ours on its way to the hub; ``count``: how many acts on it are in this state."""

    entity: str
    row_id: str
    family_id: str | None
    family: str
    state: str
    count: int
