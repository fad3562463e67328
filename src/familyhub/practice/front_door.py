"""The front door: how a contact stands, whose turn it is, and how much time is left, computed from its dated rows.

A decision is in force once nothing in it waits for a manager's signature. Nobody signs what they decided themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from familyhub.practice import handshakes
from familyhub.practice import second_check as checking
from familyhub.practice.clocks import add_working_days, parse_day, working_days_between
from familyhub.practice.days import day_of
from familyhub.practice.handshakes import ACCEPTED, ASKED, HandshakeView

TRIAGE_WORKING_DAYS = 1
"""Working days to decide on a contact (Working Together 2023: one working day for a referral; local data)."""
TELL_WORKING_DAYS = 2
"""Working days to tell who contacted us, from the decision (local default)."""
SIGNED_LEVELS = ("3", "4")
"""Levels of need that a manager signs, beside every *no further action*."""
GRAVEST_FIRST = ("social_care", "early_help", "already_open", "universal", "advice", "no_further_action")
"""Outcomes by how much follows: a contact with several shows the first of them."""
ANONYMOUS = "9"
"""The source of a contact whose author nobody knows: there is nobody to tell."""
TRIAGERS = ("coordinator", "manager", "gatekeeper")
"""Roles that decide at the front door."""

NEW, HELD, STEP_DOWN, TO_SIGN, RETURNED, TO_OPEN, TO_TELL, TELL_TO_SIGN, DONE = (
    "new", "held", "step_down", "to_sign", "returned", "to_open", "to_tell", "tell_to_sign", "done",
)  # fmt: skip
STATE_WORDS = {
    NEW: "to decide",
    HELD: "held",
    STEP_DOWN: "a step down: a coordinator or manager accepts or declines",
    TO_SIGN: "waits for a manager's signature",
    RETURNED: "returned by the manager: decide again",
    TO_OPEN: "early help to open in the family's file",
    TO_TELL: "tell who contacted us",
    TELL_TO_SIGN: "not telling waits for a manager's signature",
    DONE: "done",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """The level of need and outcome decided for one child, with the written reason."""

    id: str
    level: str
    outcome: str
    reason: str
    on: str
    by_id: str
    by: str

    @property
    def needs_signature(self) -> bool:
        """Levels 3 and 4 and every *no further action* need a manager's signature."""
        return self.level in SIGNED_LEVELS or self.outcome == "no_further_action"


@dataclass(frozen=True, slots=True)
class SafeAnswer:
    """The last answer to *safe now?*: ``yes``, ``no`` or ``not_known``; how they know; when asked (ISO UTC)."""

    safe_now: str
    how: str = ""
    at: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class MatchAnswer:
    """What a person answered about a match: ``same`` or ``not_same``."""

    named_id: str
    person_id: str
    family_id: str
    answer: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """A child or adult of a contact. ``role``: ``child`` or ``adult``."""

    id: str
    role: str
    given: str
    family_name: str
    birth_date: str | None
    age: str = ""
    school: str = ""
    tie: str = ""
    words: str = ""
    """A child's own words."""
    person_id: str = ""
    safe: SafeAnswer | None = None
    decision: Decision | None = None
    rev: str = ""

    @property
    def name(self) -> str:
        """Given and family name."""
        return " ".join(p for p in (self.given, self.family_name) if p)


@dataclass(frozen=True, slots=True)
class Step:
    """A dated step: held (``until``), opened, told (``way``), or not told (``reason``)."""

    id: str
    step: str
    on: str
    until: str | None
    way: str
    reason: str
    by_id: str
    by: str
    order: tuple[int, str] = (0, "")
    """When it was written, for steps of one day."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A manager signed or returned the rows in ``signs``."""

    signature: str
    signs: frozenset[str]
    on: str
    reason: str
    by_id: str
    by: str
    order: tuple[int, str] = (0, "")


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact as people read it; ``received_at`` ISO."""

    id: str
    received_at: str
    channel: str
    source: str
    who: str
    agency: str
    reach: str
    in_confidence: bool
    locality: str
    family_id: str
    family: str
    address: str
    postcode: str
    worry: str
    tried: str
    parent_told: bool | None
    parent_agrees: bool | None
    outcome: str
    told_on: str | None
    children: tuple[NamedPerson, ...]
    adults: tuple[NamedPerson, ...] = ()
    steps: tuple[Step, ...] = ()
    signatures: tuple[Signature, ...] = ()
    answers: tuple[MatchAnswer, ...] = ()
    checks: tuple[checking.Check, ...] = ()
    settled: tuple[checking.Settled, ...] = ()
    handshakes: tuple[HandshakeView, ...] = ()
    """Steps down that social care asked for in it, the newest first."""
    triage_days: int = TRIAGE_WORKING_DAYS
    tell_days: int = TELL_WORKING_DAYS
    rev: str = ""

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes of its children, the gravest first, each once."""
        found = {c.decision.outcome for c in self.children if c.decision}
        return tuple(o for o in GRAVEST_FIRST if o in found)

    @property
    def step_down(self) -> HandshakeView | None:
        """The step down that counts: one that is accepted, else the one asked for last."""
        accepted = [h for h in self.handshakes if handshakes.stands(h).state == ACCEPTED]
        return handshakes.current(accepted or self.handshakes, handshakes.STEP_DOWN)

    @property
    def about(self) -> str:
        """Who is named, as the hub's second check names it."""
        people = (
            (n.id, n.given, n.family_name, n.birth_date or "", n.age, n.school)
            for n in (*self.children, *self.adults)
        )
        return checking.about(people, self.address, self.postcode)

    @property
    def check(self) -> checking.CheckStands:
        """How the hub's second check stands."""
        return checking.stands(self.checks, self.settled, self.about)

    @property
    def names(self) -> str:
        """The children in one line: ``Tom W 9, Jay W``."""
        return ", ".join(_short(c) for c in self.children) or "no child named"


def _short(child: NamedPerson) -> str:
    initial = f" {child.family_name[0]}" if child.family_name else ""
    return f"{child.given}{initial}{f' {child.age}' if child.age else ''}"


@dataclass(frozen=True, slots=True)
class Stands:
    """How a contact stands: its state, the day by which something is due, why it was held or returned."""

    state: str
    due: date | None
    why: str = ""
    waits: frozenset[str] = field(default_factory=frozenset)
    """Rows that wait for a manager's signature."""

    @property
    def words(self) -> str:
        """The state in words, with the reason where one was given."""
        return STATE_WORDS[self.state] + (
            f": {self.why.rstrip('.')}" if self.why and self.state == HELD else ""
        )


def stands(contact: ContactView, today: date) -> Stands:
    """How a contact stands today."""
    received = day_of(contact.received_at) or today
    due = add_working_days(received, contact.triage_days)
    decisions = [c.decision for c in contact.children]
    down = contact.step_down
    answer = handshakes.stands(down).state if down is not None else ""
    if down is not None and answer == ASKED:
        return Stands(STEP_DOWN, max(due, parse_day(down.handover_on) or due))
    if answer == ACCEPTED:
        return _after(contact, [d for d in decisions if d is not None])
    held = _held(contact, today)
    if not decisions or any(d is None for d in decisions):
        if held is not None:
            return Stands(HELD, parse_day(held.until), held.reason)
        return Stands(NEW, due)
    decided = [d for d in decisions if d is not None]
    waits = unsigned(contact, [d for d in decided if d.needs_signature])
    if waits and not _earlier_version(contact):
        back = _last_return(contact, waits)
        if back is not None and held is not None and held.order > back.order:
            return Stands(HELD, parse_day(held.until), held.reason)
        if back is not None:
            return Stands(RETURNED, due, back.reason)
        return Stands(TO_SIGN, due, waits=waits)
    return _after(contact, decided)


def _after(contact: ContactView, decided: Sequence[Decision]) -> Stands:
    """A decision in force: help to open, who contacted us to tell."""
    signatures = [s.on for s in contact.signatures if s.signature == "signed"]
    since = max([d.on for d in decided] + signatures, default="")
    due = add_working_days(parse_day(since) or date.max, contact.tell_days) if parse_day(since) else None
    opened = any(s.step == "opened" for s in contact.steps) or _earlier_version(contact)
    if any(d.outcome == "early_help" for d in decided) and not opened:
        return Stands(TO_OPEN, due)
    if contact.told_on or contact.source == ANONYMOUS or any(s.step == "told" for s in contact.steps):
        return Stands(DONE, None)
    not_told = [s for s in contact.steps if s.step in ("not_safe", "not_possible")]
    if not_told:
        last = max(not_told, key=lambda s: s.order)
        signed = any(
            last.id in s.signs and s.signature == "signed" and s.by_id != last.by_id
            for s in contact.signatures
        )
        back = any(last.id in s.signs and s.signature == "returned" for s in contact.signatures)
        if signed:
            return Stands(DONE, None)
        if not back:
            return Stands(TELL_TO_SIGN, due, last.reason, frozenset({last.id}))
    return Stands(TO_TELL, due)


def unsigned(contact: ContactView, decisions: Iterable[Decision]) -> frozenset[str]:
    """Those of ``decisions`` that no manager has signed; a signature under one's own decision is none."""
    return frozenset(
        d.id
        for d in decisions
        if not any(
            s.signature == "signed" and d.id in s.signs and s.by_id != d.by_id for s in contact.signatures
        )
    )


def _last_return(contact: ContactView, waits: frozenset[str]) -> Signature | None:
    back = [s for s in contact.signatures if s.signature == "returned" and s.signs & waits]
    return max(back, key=lambda s: s.order, default=None)


def _held(contact: ContactView, today: date) -> Step | None:
    """The last hold, until its day is over."""
    last = max((s for s in contact.steps if s.step == "held"), key=lambda s: s.order, default=None)
    return last if last is not None and (last.until or "") >= today.isoformat() else None


def _earlier_version(contact: ContactView) -> bool:
    """A contact decided before signatures were recorded: *safe now?* has no dated answer, the outcome is written."""
    return bool(contact.outcome) and all(c.safe is None or not c.safe.at for c in contact.children)


def time_left(due: date | None, today: date) -> str:
    """The time left until a day, in working days: ``2 working days``, ``today``, ``1 working day late``."""
    if due is None:
        return ""
    left = working_days_between(today, due)
    if left == 0:
        return "today" if due >= today else "late"
    days = f"{abs(left)} working day{'' if abs(left) == 1 else 's'}"
    return days if left > 0 else f"{days} late"


def urgency(contact: ContactView, stand: Stands) -> tuple[int, str, str, str]:
    """The place in the queue: a child who is not safe, a worry raised with F8, what is to decide, to tell, held.

    Within each, what is due first. Telling that is long overdue never stands before a child about whom nothing is decided.
    """
    unsafe = any(c.safe is not None and c.safe.safe_now == "no" for c in contact.children)
    kind = {TO_TELL: 3, TELL_TO_SIGN: 3, HELD: 4}.get(stand.state, 2)
    if kind == 2 and stand.state != TO_OPEN and (unsafe or contact.channel == "worry"):
        kind = 0 if unsafe else 1
    due = stand.due.isoformat() if stand.due else "9999-12-31"
    return (kind, due, contact.received_at, contact.id)


def outcome_shown(outcomes: Sequence[str]) -> str:
    """What the contact as a whole shows where its children have several outcomes: the gravest."""
    return next((o for o in GRAVEST_FIRST if o in outcomes), "")


# -- what a decision must say ------------------------------------------------------------------------------------


def objection(level: str, outcome: str, safe_now: str, name: str) -> str:
    """Why a level and an outcome do not go together for a child, as one sentence; empty where they do."""
    if outcome == "social_care" and level != "4":
        return f"{name}: social care is level 4. Choose level 4, or another outcome."
    if outcome == "early_help" and level == "1":
        return f"{name}: early help begins at level 2. Choose the level, or a universal offer."
    if safe_now == "no" and outcome in ("advice", "universal", "no_further_action"):
        return f"{name} is not safe now: choose social care, or ask again whether {name} is safe and record the answer."
    if safe_now == "not_known" and outcome == "no_further_action":
        return f"Nobody knows whether {name} is safe now: no further action has to wait. Ask, or hold it."
    return ""
