"""What the acts of steps up and steps down share: the file or contact that one stands in, how it stands, what was asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from familyhub.casework import front_door, reading
from familyhub.casework.checking import Check
from familyhub.casework.handshake_entries import StepDownEntry, StepUpEntry
from familyhub.casework.problems import refuse
from familyhub.practice import handshakes as rules
from familyhub.practice.allocation import DESK
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.front_door import ContactView
from familyhub.practice.handshakes import (
    ACCEPTED,
    AGREED,
    ASKED,
    DECLINED,
    RETURNED,
    SENT,
    STEP_DOWN,
    STEP_UP,
    WITHDRAWN,
    HandshakeView,
    Stands,
)
from familyhub.records.codes import FAMILY_TOLD, READERS
from familyhub.store.queries import handshakes as queries

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

WORKERS = "workers"
Fields = dict[str, Any]


class Found(NamedTuple):
    """A step up or step down, how it stands, and what it stands in: a family's ``file``, or the ``contact`` that asked for it."""

    one: HandshakeView
    stand: Stands
    file: FamilyFile | None = None
    contact: ContactView | None = None

    @property
    def scope(self) -> str:
        """Where its rows are written."""
        return self.one.scope

    @property
    def helped(self) -> bool:
        """Whether early help goes on for the family whose file it stands in."""
        return self.file is not None and self.file.helped


def find(laptop: Laptop, family_id: str, handshake_id: str) -> Found:
    """A step up or step down of a family, or of a contact where ``family_id`` is empty; raises ``Refused``."""
    with laptop.store.reading() as connection:
        scope = queries.scope_of(connection, handshake_id) or ""
    if scope.startswith("con:"):
        contact = front_door.contact(laptop, scope.removeprefix("con:"))
        file, among = None, contact.handshakes
    elif family_id or scope:
        file = reading.family(laptop, family_id or scope.removeprefix("fam:"))
        contact, among = None, file.handshakes
    else:
        raise refuse("handshake", f"There is no step up or step down {handshake_id[:40]} on this laptop.")
    one = next((h for h in among if h.id == handshake_id), None)
    if one is None:
        raise refuse("handshake", f"There is no step up or step down {handshake_id[:40]} of this family.")
    return Found(one, rules.stands(one), file, contact)


def to_answer(laptop: Laptop, family_id: str, handshake_id: str) -> Found:
    """A handshake that the other side may answer: a step up that was sent, a step down that was asked for, or one declined."""
    found = find(laptop, family_id, handshake_id)
    one, state = found.one, found.stand.state
    if one.kind == STEP_DOWN and laptop.who.role not in DESK:
        raise refuse("handshake", "A coordinator or manager accepts or declines a step down.")
    if one.kind == STEP_UP and state in (ASKED, AGREED):
        first = "a manager has not agreed yet" if state == ASKED else "it has not been sent yet"
        raise refuse("handshake", f"They cannot have answered: {first}. Record that first.")
    if state in (ACCEPTED, WITHDRAWN, RETURNED):
        raise refuse("handshake", already(laptop, one, found.stand))
    return found


def already(laptop: Laptop, one: HandshakeView, stand: Stands) -> str:
    """``Ms Khan, MASH accepted it on 3 Mar already.``, for what can be done once only."""
    day = show_day(stand.since, laptop.today)
    if stand.step is not None and stand.state in (ACCEPTED, DECLINED):
        return f"{stand.step.who or stand.step.by} {stand.state} it on {day} already."
    by = stand.step.by if stand.step else stand.signed.by if stand.signed else one.by
    words = {
        SENT: "sent",
        WITHDRAWN: "withdrawn",
        AGREED: "agreed to",
        RETURNED: "returned",
        ASKED: "asked for",
    }
    return f"This {one.title.lower()} was {words.get(stand.state, stand.state)} on {day} already, by {by}."


def not_before(laptop: Laptop, check: Check, on: str | None, stand: Stands) -> None:
    """What comes after is not older than how it stands: that is a problem of ``on``."""
    if on and stand.since and on < stand.since:
        day = show_day(stand.since, laptop.today)
        check.wrong("on", f"It was {stand.state} on {day}: what comes after is not older. Which day was it?")


def none_open(laptop: Laptop, among: Iterable[HandshakeView], kind: str) -> None:
    """Raise ``Refused`` where one of a kind is open among those of a family or a contact."""
    for one in among:
        stand = rules.stands(one)
        if one.kind == kind and stand.open:
            day = show_day(stand.since, laptop.today)
            raise refuse(
                "family_id", f"A {one.title.lower()} is open: {stand.state}, {day}. Go on with that one, or withdraw it."
            )  # fmt: skip


def asked(check: Check, entry: StepUpEntry | StepDownEntry, why: str) -> Fields:
    """What both ways of asking have in common."""
    told = check.code(
        "told", entry.told, FAMILY_TOLD, needed="Does the family know, and do they agree? Or why were they not told?"
    )  # fmt: skip
    told_why = check.text("told_why", entry.told_why)
    if told in ("disagrees", "not_told") and not told_why:
        what = "What does the family say?" if told == "disagrees" else "Why was the family not told?"
        check.wrong("told_why", what)
    return {
        "reason": check.text("reason", entry.reason, needed=why),
        "reason_readers": check.code("reason_readers", entry.reason_readers, READERS, needed="Who may read it?"),
        "service": check.line("service", entry.service, needed="With which team or agency?"),
        "whom": check.line("whom", entry.whom) or None, "attached": check.line("attached", entry.attached),
        "told": told, "told_why": told_why or None, "told_why_readers": WORKERS if told_why else None,
        "on": check.day("on", entry.on, needed="On which day is it asked for?", past=True),
    }  # fmt: skip


def ask(laptop: Laptop, scope: str, fields: Fields) -> str:
    """Write what is asked for; returns its id."""
    with laptop.store.work(laptop.who.id) as work:
        return work.create(scope, "handshake", {**fields, "by": laptop.who.id, "written_at": laptop.moment})
