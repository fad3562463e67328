"""Step up and step down: a handshake between early help and social care, open until the other side accepts. Pure.

How one stands is computed from its rows, in whatever order they came. Early help goes on until a step up is accepted and help
is ended; it does not begin before a step down is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from familyhub.practice.clocks import add_working_days, parse_day, working_days_between
from familyhub.practice.days import show_day

STEP_UP, STEP_DOWN = "step_up", "step_down"
ASKED, RETURNED, AGREED, SENT = "asked for", "returned by the manager", "agreed by a manager", "sent"
ACCEPTED, DECLINED, WITHDRAWN = "accepted", "declined", "withdrawn"
OPEN = (ASKED, AGREED, SENT)
"""States in which somebody on this side or the other still has to answer."""
TITLES = {STEP_UP: "Step up", STEP_DOWN: "Step down"}
MEANWHILE = "Early help goes on meanwhile."


class HandshakeRules(NamedTuple):
    """Clocks in working days, local data."""

    answer_days: int = 1
    """From sending a step up to social care's answer (Working Together: a decision within one working day)."""
    visit_days: int = 5
    """From accepting a step down to the first visit (local default: a few days)."""


class Signed(NamedTuple):
    """A manager agreed, or returned it with a reason; ``order`` settles two on one day."""

    signature: str
    on: str
    by: str
    by_id: str
    reason: str = ""
    readers: str = "workers"
    order: tuple[int, str] = (0, "")


class Step(NamedTuple):
    """It was sent, accepted, declined or withdrawn; ``handover_with``: who of social care was at the handover meeting."""

    step: str
    on: str
    by: str
    service: str = ""
    whom: str = ""
    way: str = ""
    text: str = ""
    readers: str = "workers"
    handover_on: str = ""
    handover_with: str = ""
    order: tuple[int, str] = (0, "")

    @property
    def who(self) -> str:
        """``Frances Tate, MASH``."""
        return ", ".join(p for p in (self.whom, self.service) if p)


@dataclass(frozen=True, slots=True)
class HandshakeView:
    """A handshake as people read it; days ISO, ``by`` who asked."""

    id: str
    kind: str
    episode_id: str
    service: str
    whom: str
    attached: str
    handover_on: str
    told: str
    told_why: str
    told_why_readers: str
    reason: str
    reason_readers: str
    on: str
    by: str
    by_id: str
    meeting_id: str = ""
    signatures: tuple[Signed, ...] = ()
    steps: tuple[Step, ...] = ()
    order: tuple[int, str] = (0, "")
    scope: str = ""
    """The family's file, or the contact in which social care asked for a step down."""

    @property
    def contact_id(self) -> str:
        """The contact in which it was asked for; an empty text where that was the family's file."""
        return self.scope.removeprefix("con:") if self.scope.startswith("con:") else ""

    @property
    def declined(self) -> bool:
        """Whether the other side declined it, whatever came after: *we disagree* was opened then."""
        return any(s.step == DECLINED for s in self.steps)

    @property
    def title(self) -> str:
        """``Step up``."""
        return TITLES.get(self.kind, self.kind)

    @property
    def other_side(self) -> str:
        """Whom it is with: a person and their service."""
        return ", ".join(p for p in (self.whom, self.service) if p)


class Stands(NamedTuple):
    """How a handshake stands, since which day, and the row that says so."""

    state: str
    since: str
    step: Step | None = None
    signed: Signed | None = None

    @property
    def open(self) -> bool:
        """Whether an answer is still awaited."""
        return self.state in OPEN


class Next(NamedTuple):
    """What to do next, why, and by when."""

    what: str
    why: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class HandshakeFact:
    """A handshake about which something is to be done, with what is next; ``family``: the family's name.

    Of a step down that came as a contact ``family`` says the children's names, and ``family_id`` is empty until a file is here.
    """

    family_id: str
    family: str
    one: HandshakeView
    after: Next
    stand: Stands
    locality: str = ""

    @property
    def answered_at(self) -> str:
        """The contact in which it is to be answered; an empty text where that is the family's file, or done."""
        return self.one.contact_id if self.stand.open else ""


def may_answer(kind: str, step: str) -> bool:
    """Whether a ``handshake_step`` of a kind counts: a step down is not answered by one, but by a coordinator or manager."""
    return kind != STEP_DOWN or step not in (ACCEPTED, DECLINED)


def counted(by_id: str, signatures: Iterable[Signed]) -> list[Signed]:
    """Signatures that count, in their order: one of whoever asked counts for nothing."""
    return sorted((s for s in signatures if s.by_id != by_id), key=lambda s: (s.on, s.order))


def stands(one: HandshakeView) -> Stands:
    """How it stands. Two who recorded the same step recorded it once, on the earlier day."""
    answered = _answer(one.steps)
    if answered is not None:
        return answered
    sent = min((s for s in one.steps if s.step == SENT), key=lambda s: (s.on, s.order), default=None)
    if sent is not None:
        return Stands(SENT, sent.on, sent)
    said: Signed | None = None
    for signed in counted(one.by_id, one.signatures):
        if said is None or said.signature != signed.signature:
            said = signed
    if said is None:
        return Stands(ASKED, one.on)
    return Stands(AGREED if said.signature == "signed" else RETURNED, said.on, None, said)


def _answer(steps: Iterable[Step]) -> Stands | None:
    """The answer that stands: one that was declined may be accepted later; what was accepted cannot be withdrawn."""
    found: Stands | None = None
    answers = (s for s in steps if s.step in (ACCEPTED, DECLINED, WITHDRAWN))
    for step in sorted(answers, key=lambda s: (s.on, s.order)):
        if found is None or (
            found.state != step.step
            and found.state != WITHDRAWN
            and (found.state, step.step) != (ACCEPTED, WITHDRAWN)
        ):
            found = Stands(step.step, step.on, step)
    return found


def current(found: Iterable[HandshakeView], kind: str, episode_id: str | None = None) -> HandshakeView | None:
    """The handshake of a kind that was asked for last, of one episode or of all; one that was withdrawn only where no other is."""
    rows = [h for h in found if h.kind == kind and episode_id in (None, h.episode_id)]
    return max(rows, key=lambda h: (stands(h).state != WITHDRAWN, h.on, h.order), default=None)


def twins(found: Iterable[HandshakeView], one: HandshakeView) -> list[HandshakeView]:
    """Others that ask for the same as one that is open: two people asked for it, neither of whom saw the other."""
    if not stands(one).open:
        return []
    others = [h for h in found if h.kind == one.kind and h.id != one.id]
    if one.kind == STEP_DOWN:
        return [h for h in others if stands(h).open]
    return [h for h in others if h.episode_id == one.episode_id and stands(h).state in (*OPEN, ACCEPTED)]


def waiting(found: Iterable[HandshakeView]) -> list[HandshakeView]:
    """Those that are open, the oldest first."""
    return sorted((h for h in found if stands(h).open), key=lambda h: (h.on, h.order))


def age(one: HandshakeView, today: date) -> int | None:
    """Working days since it was asked for; None where the day is not known."""
    asked = parse_day(one.on)
    return None if asked is None else max(0, working_days_between(asked, today))


def age_words(one: HandshakeView, today: date) -> str:
    """``asked today``, ``open 1 working day``."""
    days = age(one, today)
    if days is None:
        return "since when is not known"
    return f"open {days} working day{'' if days == 1 else 's'}" if days else "asked today"


def next_step(
    one: HandshakeView, today: date, rules: HandshakeRules, *, helped: bool = True, visited: bool = False
) -> Next | None:
    """What to do next and why; None where nothing is left to do.

    ``helped``: whether the help that is stepped up goes on; ``visited``: whether a visit was made since a step down was accepted.
    """
    stand = stands(one)
    if one.kind == STEP_DOWN:
        return _next_down(one, stand, today, rules, visited=visited)
    other = one.other_side or "social care"
    if stand.state == ASKED:
        return Next("a manager agrees, or returns it", "nothing is sent before that")
    if stand.state == RETURNED:
        return Next("read why it was returned, then ask anew or withdraw it", "early help goes on")
    if stand.state == AGREED:
        return Next(f"send it to {other}", "they do not know of it yet")
    if stand.state == SENT:
        due = _after(stand.since, rules.answer_days)
        late = due is not None and due < today
        clock = f"an answer {'was' if late else 'is'} due {show_day(due, today)}" if due else "no answer yet"
        return Next(f"ring {other}: do they accept?", f"{clock}; early help goes on", due)
    if stand.state == ACCEPTED and helped:
        who = stand.step.who if stand.step else ""
        return Next("end help: stepped up", f"{who or other} accepted; early help goes on until it is ended")
    return None


def _next_down(
    one: HandshakeView, stand: Stands, today: date, rules: HandshakeRules, *, visited: bool
) -> Next | None:
    if stand.state == ASKED:
        met = parse_day(one.handover_on)
        meeting = f"; joint handover meeting {show_day(met, today)}" if met and met >= today else ""
        return Next(
            f"the coordinator accepts or declines{meeting}", "early help begins when it is accepted", met
        )
    if stand.state == ACCEPTED and not visited:
        due = _after(stand.since, rules.visit_days)
        late = due is not None and due < today
        word = "was due" if late else "by"
        when = f" {word} {show_day(due, today)}" if due else ""
        return Next(f"first visit{when}", "accepted; the family should not wait between services", due)
    return None


def _after(since: str, days: int) -> date | None:
    day = parse_day(since)
    return None if day is None else add_working_days(day, days)
