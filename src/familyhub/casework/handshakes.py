"""Step up and step down: asked for, agreed by a manager, sent, and open until the other side accepts or declines.

Nothing of the help that goes on changes before that: a step up that is accepted lets help be ended, a step down that is
accepted opens it, and one that is declined opens *we disagree* in the same act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.casework import advice, reading, step_downs
from familyhub.casework.checking import Check
from familyhub.casework.entries import Saved
from familyhub.casework.handshake_entries import (
    AcceptStep,
    AgreeStepUp,
    DeclineStep,
    ReturnStepUp,
    SendStepUp,
    StepUpEntry,
    WithdrawStep,
)
from familyhub.casework.handshake_parts import (
    WORKERS,
    Fields,
    Found,
    already,
    ask,
    asked,
    find,
    none_open,
    not_before,
    to_answer,
)
from familyhub.casework.problems import refuse
from familyhub.practice import handshakes as rules
from familyhub.practice.clocks import parse_day
from familyhub.practice.days import short_day, show_day
from familyhub.practice.handshakes import (
    ACCEPTED,
    AGREED,
    ASKED,
    DECLINED,
    RETURNED,
    SENT,
    STEP_UP,
    WITHDRAWN,
    HandshakeView,
)
from familyhub.records.codes import READERS, TOLD_WAY

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop


# -- asking ------------------------------------------------------------------------------------------------------


def ask_step_up(laptop: Laptop, entry: StepUpEntry) -> Saved:
    """Ask for a step up to social care; a manager agrees before it is sent. Raises ``Refused`` with a sentence per field."""
    file = reading.family(laptop, entry.family_id)
    if not file.helped:
        raise refuse("family_id", "No help is open for this family: there is nothing to step up.")
    none_open(laptop, file.handshakes, STEP_UP)
    if entry.meeting_id and entry.meeting_id not in {m.id for m in file.meetings}:
        raise refuse("meeting_id", f"There is no meeting {entry.meeting_id[:40]} of this family.")
    check, plan = laptop.check(), file.plan
    fields = asked(check, entry, "Why is it stepped up: what is beyond early help? A manager reads it.")
    attached = fields["attached"]
    if not attached and plan is None:
        check.wrong("attached", "No plan is open. What goes with it, or why does nothing?")
    elif not attached and plan is not None:
        began = f" of {short_day(plan.started_on, laptop.today)}" if plan.started_on else ""
        fields["attached"] = f"the plan{began}"
    began_on = parse_day(file.opened_on)
    if fields["on"] and began_on and fields["on"] < began_on.isoformat():
        day = show_day(began_on, laptop.today)
        check.wrong("on", f"Help began on {day}: it cannot be stepped up before. Which day is it?")
    check.done()
    row = ask(laptop, f"fam:{file.id}", {
        **fields, "kind": STEP_UP, "episode_id": file.episode_id, "plan_id": plan.id if plan else None,
        "meeting_id": entry.meeting_id or None,
    })  # fmt: skip
    return laptop.saved(row, entry.draft_id, f"A manager agrees before it is sent. {rules.MEANWHILE}")


# -- a manager ---------------------------------------------------------------------------------------------------


def agree_step_up(laptop: Laptop, entry: AgreeStepUp) -> Saved:
    """A manager agrees to a step up: it may be sent. Raises ``Refused``."""
    found = _to_agree(laptop, entry.family_id, entry.handshake_id)
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(found.scope, "handshake_signature", {
            "handshake_id": found.one.id, "signature": "signed", "on": laptop.today.isoformat(), "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(row, note=f"Now it is to be sent. {rules.MEANWHILE}")


def return_step_up(laptop: Laptop, entry: ReturnStepUp) -> Saved:
    """A manager returns a step up with a reason; early help goes on. Raises ``Refused``."""
    found = _to_agree(laptop, entry.family_id, entry.handshake_id)
    check = laptop.check()
    because = check.text(
        "because", entry.because, needed="Why is it returned? Whoever asked will need to know."
    )
    audience = check.code("because_readers", entry.because_readers, READERS, needed="Who may read it?")
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(found.scope, "handshake_signature", {
            "handshake_id": found.one.id, "signature": "returned", "on": laptop.today.isoformat(), "reason": because,
            "reason_readers": audience, "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(row, note=rules.MEANWHILE)


def _to_agree(laptop: Laptop, family_id: str, handshake_id: str) -> Found:
    found = find(laptop, family_id, handshake_id)
    one, stand = found.one, found.stand
    if one.kind != STEP_UP:
        raise refuse("handshake", "A step down needs no manager's agreement: the coordinator accepts it.")
    if laptop.who.role != "manager":
        raise refuse("handshake", "A manager agrees to a step up, or returns it.")
    if one.by_id == laptop.who.id:
        raise refuse("handshake", "You asked for it yourself: another manager agrees.")
    if stand.state != ASKED:
        raise refuse("handshake", already(laptop, one, stand))
    return found


# -- the other side ----------------------------------------------------------------------------------------------


def send_step_up(laptop: Laptop, entry: SendStepUp) -> Saved:
    """Record that a step up was sent: when, how, to whom. Raises ``Refused`` per field."""
    found = find(laptop, entry.family_id, entry.handshake_id)
    one, stand = found.one, found.stand
    if one.kind != STEP_UP:
        raise refuse("handshake", "A step down is not sent: social care asks, and the coordinator answers.")
    if stand.state == ASKED:
        raise refuse("handshake", "A manager has not agreed yet: it is sent after that.")
    if stand.state != AGREED:
        raise refuse("handshake", already(laptop, one, stand))
    check = laptop.check()
    on = check.day("on", entry.on, needed="On which day was it sent?", past=True)
    not_before(laptop, check, on, stand)
    way = check.code(
        "way", entry.way, TOLD_WAY, needed="How was it sent: phone call, secure mail, letter or in person?"
    )
    fields = {**_other(check, entry, one), "way": way}
    check.done()
    row = _step(laptop, found, SENT, on, fields)
    return laptop.saved(row, entry.draft_id, rules.MEANWHILE)


def accept_step(laptop: Laptop, entry: AcceptStep) -> Saved:
    """Record that the other side accepted: a step up lets help end, a step down opens it. Raises ``Refused`` per field."""
    found = to_answer(laptop, entry.family_id, entry.handshake_id)
    check = laptop.check()
    on = check.day("on", entry.on, needed="On which day was it accepted?", past=True)
    not_before(laptop, check, on, found.stand)
    text = check.text("text", entry.text)
    fields: Fields = {
        "text": text or None, "text_readers": check.code("text_readers", entry.text_readers, READERS) if text else None,
    }  # fmt: skip
    if found.one.kind != STEP_UP:
        return step_downs.accept(laptop, entry, found, check, on, fields)
    fields |= _other(check, entry, found.one)
    check.line("whom", entry.whom, needed="Who accepted it? A person of social care.")
    check.done()
    row = _step(laptop, found, ACCEPTED, on, fields)
    return laptop.saved(row, entry.draft_id, "Early help goes on until it is ended.")


def decline_step(laptop: Laptop, entry: DeclineStep) -> Saved:
    """Record that the other side declined; *we disagree* opens in the same act. Raises ``Refused`` per field."""
    found = to_answer(laptop, entry.family_id, entry.handshake_id)
    one, stand = found.one, found.stand
    if stand.state == DECLINED:
        raise refuse("handshake", already(laptop, one, stand))
    check = laptop.check()
    on = check.day("on", entry.on, needed="On which day was it declined?", past=True)
    not_before(laptop, check, on, stand)
    up = one.kind == STEP_UP
    because = check.text(
        "because", entry.because,
        needed="Why do they decline? In their words." if up else "Why does early help decline? Social care reads it.",
    )  # fmt: skip
    other = _other(check, entry, one) if up else {}
    asked = check.text("view", entry.view) or one.reason
    if up:
        check.line("whom", entry.whom, needed="Who declined it? A person of social care.")
    check.done()
    who = ", ".join(p for p in other.values() if p) if up else one.other_side
    fields = {"handshake_id": one.id, "text": because, "text_readers": WORKERS, "on": on, "by": laptop.who.id}
    with laptop.store.work(laptop.who.id) as work:
        if up:
            row = work.create(found.scope, "handshake_step", {**fields, **other, "step": DECLINED})
        else:
            row = work.create(found.scope, "step_down_answer", {**fields, "answer": DECLINED})
        advice.write_disagreement(laptop, work, found.scope, {
            "contact_id": one.contact_id or None, "handshake_id": one.id, "view": asked if up else because,
            "other": because if up else asked, "with_whom": who, "on": on,
        })  # fmt: skip
    return laptop.saved(
        row, entry.draft_id, f"“We disagree” is open. {rules.MEANWHILE if found.helped else ''}".strip()
    )


def withdraw_step(laptop: Laptop, entry: WithdrawStep) -> Saved:
    """It is asked for no more, because …. Raises ``Refused``."""
    found = find(laptop, entry.family_id, entry.handshake_id)
    one, stand = found.one, found.stand
    if not stand.open and stand.state != RETURNED:
        raise refuse("handshake", already(laptop, one, stand))
    check = laptop.check()
    on = check.day("on", entry.on, needed="On which day was it withdrawn?", past=True)
    not_before(laptop, check, on, stand)
    because = check.text("because", entry.because, needed="Why is it withdrawn?")
    audience = check.code("because_readers", entry.because_readers, READERS, needed="Who may read it?")
    check.done()
    row = _step(laptop, found, WITHDRAWN, on, {"text": because, "text_readers": audience})
    return laptop.saved(row)


# -- what they share ---------------------------------------------------------------------------------------------


def _other(check: Check, entry: SendStepUp | AcceptStep | DeclineStep, one: HandshakeView) -> Fields:
    """Who of social care, and which service, as it was asked for where nothing else is typed."""
    whom, service = check.line("whom", entry.whom), check.line("service", entry.service)
    return {"whom": whom or one.whom or None, "service": service or one.service or None}


def _step(laptop: Laptop, found: Found, step: str, on: str | None, fields: Fields) -> str:
    with laptop.store.work(laptop.who.id) as work:
        return work.create(found.scope, "handshake_step", {
            **fields, "handshake_id": found.one.id, "step": step, "on": on, "by": laptop.who.id,
        })  # fmt: skip
