"""Step up and step down: asked for, agreed by a manager, sent, and open until the other side accepts or declines.

Nothing of the help that goes on changes before that: a step up that is accepted lets help be ended, a step down that is
accepted opens it, and one that is declined opens *we disagree* in the same act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from familyhub.casework import advice, help_opening, reading
from familyhub.casework.checking import Check
from familyhub.casework.entries import Saved
from familyhub.casework.handshake_entries import (
    AcceptStep,
    AgreeStepUp,
    DeclineStep,
    ReturnStepUp,
    SendStepUp,
    StepDownEntry,
    StepUpEntry,
    WithdrawStep,
)
from familyhub.casework.problems import refuse
from familyhub.practice import handshakes as rules
from familyhub.practice.allocation import DESK
from familyhub.practice.clocks import parse_day
from familyhub.practice.days import short_day, show_day
from familyhub.practice.family_file import FamilyFile
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
from familyhub.records.codes import FAMILY_TOLD, LEVEL, READERS, TOLD_WAY

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

WORKERS = "workers"
NOT_HELPED = "none"
Fields = dict[str, Any]


# -- asking ------------------------------------------------------------------------------------------------------


def ask_step_up(laptop: Laptop, entry: StepUpEntry) -> Saved:
    """Ask for a step up to social care; a manager agrees before it is sent. Raises ``Refused`` with a sentence per field."""
    file = reading.family(laptop, entry.family_id)
    if not file.helped:
        raise refuse("family_id", "No help is open for this family: there is nothing to step up.")
    _none_open(laptop, file, STEP_UP)
    if entry.meeting_id and entry.meeting_id not in {m.id for m in file.meetings}:
        raise refuse("meeting_id", f"There is no meeting {entry.meeting_id[:40]} of this family.")
    check, plan = laptop.check(), file.plan
    fields = _asked(check, entry, "Why is it stepped up: what is beyond early help? A manager reads it.")
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
    row = _ask(laptop, file, {
        **fields, "kind": STEP_UP, "episode_id": file.episode_id, "plan_id": plan.id if plan else None,
        "meeting_id": entry.meeting_id or None,
    })  # fmt: skip
    return laptop.saved(row, entry.draft_id, f"A manager agrees before it is sent. {rules.MEANWHILE}")


def ask_step_down(laptop: Laptop, entry: StepDownEntry) -> Saved:
    """Record that social care asks early help to take a family on. Raises ``Refused`` with a sentence per field."""
    file = reading.family(laptop, entry.family_id)
    if file.helped:
        raise refuse(
            "family_id", "Early help is open for this family already: there is nothing to step down."
        )
    _none_open(laptop, file, STEP_DOWN)
    check = laptop.check()
    fields = _asked(check, entry, "Why does social care step it down: what is better, what is still needed?")
    if not fields["attached"]:
        check.wrong("attached", "What do they hand over: their plan, a closing summary? Or why nothing?")
    handover = check.day("handover_on", entry.handover_on)
    check.done()
    row = _ask(laptop, file, {
        **fields, "kind": STEP_DOWN, "episode_id": file.episode_id or None, "handover_on": handover,
    })  # fmt: skip
    return laptop.saved(row, entry.draft_id, "Early help begins when the coordinator accepts.")


def _asked(check: Check, entry: StepUpEntry | StepDownEntry, why: str) -> Fields:
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


def _ask(laptop: Laptop, file: FamilyFile, fields: Fields) -> str:
    with laptop.store.work(laptop.who.id) as work:
        return work.create(
            f"fam:{file.id}", "handshake", {**fields, "by": laptop.who.id, "written_at": laptop.moment}
        )


def _none_open(laptop: Laptop, file: FamilyFile, kind: str) -> None:
    for one in file.handshakes:
        stand = rules.stands(one)
        if one.kind == kind and stand.open:
            day = show_day(stand.since, laptop.today)
            raise refuse(
                "family_id", f"A {one.title.lower()} is open: {stand.state}, {day}. Go on with that one, or withdraw it."
            )  # fmt: skip


# -- a manager ---------------------------------------------------------------------------------------------------


def agree_step_up(laptop: Laptop, entry: AgreeStepUp) -> Saved:
    """A manager agrees to a step up: it may be sent. Raises ``Refused``."""
    file, one = _to_agree(laptop, entry.family_id, entry.handshake_id)
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(f"fam:{file.id}", "handshake_signature", {
            "handshake_id": one.id, "signature": "signed", "on": laptop.today.isoformat(), "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(row, note=f"Now it is to be sent. {rules.MEANWHILE}")


def return_step_up(laptop: Laptop, entry: ReturnStepUp) -> Saved:
    """A manager returns a step up with a reason; early help goes on. Raises ``Refused``."""
    file, one = _to_agree(laptop, entry.family_id, entry.handshake_id)
    check = laptop.check()
    because = check.text(
        "because", entry.because, needed="Why is it returned? Whoever asked will need to know."
    )
    audience = check.code("because_readers", entry.because_readers, READERS, needed="Who may read it?")
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(f"fam:{file.id}", "handshake_signature", {
            "handshake_id": one.id, "signature": "returned", "on": laptop.today.isoformat(), "reason": because,
            "reason_readers": audience, "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(row, note=rules.MEANWHILE)


def _to_agree(laptop: Laptop, family_id: str, handshake_id: str) -> tuple[FamilyFile, HandshakeView]:
    file, one, stand = _find(laptop, family_id, handshake_id)
    if one.kind != STEP_UP:
        raise refuse("handshake", "A step down needs no manager's agreement: the coordinator accepts it.")
    if laptop.who.role != "manager":
        raise refuse("handshake", "A manager agrees to a step up, or returns it.")
    if one.by_id == laptop.who.id:
        raise refuse("handshake", "You asked for it yourself: another manager agrees.")
    if stand.state != ASKED:
        raise refuse("handshake", _already(laptop, one, stand))
    return file, one


# -- the other side ----------------------------------------------------------------------------------------------


def send_step_up(laptop: Laptop, entry: SendStepUp) -> Saved:
    """Record that a step up was sent: when, how, to whom. Raises ``Refused`` per field."""
    file, one, stand = _find(laptop, entry.family_id, entry.handshake_id)
    if one.kind != STEP_UP:
        raise refuse("handshake", "A step down is not sent: social care asks, and the coordinator answers.")
    if stand.state == ASKED:
        raise refuse("handshake", "A manager has not agreed yet: it is sent after that.")
    if stand.state != AGREED:
        raise refuse("handshake", _already(laptop, one, stand))
    check = laptop.check()
    on = check.day("on", entry.on, needed="On which day was it sent?", past=True)
    _not_before(laptop, check, on, stand)
    way = check.code(
        "way", entry.way, TOLD_WAY, needed="How was it sent: phone call, secure mail, letter or in person?"
    )
    fields = {**_other(check, entry, one), "way": way}
    check.done()
    row = _step(laptop, file, one, SENT, on, fields)
    return laptop.saved(row, note=rules.MEANWHILE)


def accept_step(laptop: Laptop, entry: AcceptStep) -> Saved:
    """Record that the other side accepted: a step up lets help end, a step down opens it. Raises ``Refused`` per field."""
    file, one, stand = _to_answer(laptop, entry.family_id, entry.handshake_id)
    check = laptop.check()
    on = check.day("on", entry.on, needed="On which day was it accepted?", past=True)
    _not_before(laptop, check, on, stand)
    text = check.text("text", entry.text)
    fields: Fields = {
        "text": text or None, "text_readers": check.code("text_readers", entry.text_readers, READERS) if text else None,
    }  # fmt: skip
    if one.kind == STEP_UP:
        fields |= _other(check, entry, one)
        check.line("whom", entry.whom, needed="Who accepted it? A person of social care.")
        check.done()
        row = _step(laptop, file, one, ACCEPTED, on, fields)
        return laptop.saved(row, note="Early help goes on until it is ended.")
    levels = _levels(check, file, entry)
    handover = check.day("handover_on", entry.handover_on, past=True)
    handover_with = check.line("handover_with", entry.handover_with) or one.whom if handover else ""
    if not handover and not text:
        check.wrong("handover_on", "When was the joint handover meeting? Or write below why there was none.")
    if handover and not handover_with:
        check.wrong("handover_with", "Who of social care was at the handover meeting?")
    if handover and on and handover > on:
        check.wrong("handover_on", "The handover meeting comes before early help accepts. Which day was it?")
    if file.helped:
        check.wrong("handshake", "Early help is open for this family already: withdraw the step down.")
    check.done()
    day = on or laptop.today.isoformat()
    with laptop.store.work(laptop.who.id) as work:
        scope = f"fam:{file.id}"
        episode = help_opening.begin_episode(
            work, scope, day, laptop.who.id,
            {person: help_opening.Level(level, day, one.reason, laptop.who.id) for person, level in levels.items()},
        )  # fmt: skip
        row = work.create(scope, "step_down_answer", {
            **fields, "handshake_id": one.id, "answer": ACCEPTED, "handover_on": handover,
            "handover_with": handover_with or None, "episode_id": episode, "on": on, "by": laptop.who.id,
        })  # fmt: skip
        help_opening.hold_new(laptop, work, file.id, file.locality)
    return laptop.saved(row, note="Early help is open: the family waits for a worker, at the Desk.")


def decline_step(laptop: Laptop, entry: DeclineStep) -> Saved:
    """Record that the other side declined; *we disagree* opens in the same act. Raises ``Refused`` per field."""
    file, one, stand = _to_answer(laptop, entry.family_id, entry.handshake_id)
    if stand.state == DECLINED:
        raise refuse("handshake", _already(laptop, one, stand))
    check = laptop.check()
    on = check.day("on", entry.on, needed="On which day was it declined?", past=True)
    _not_before(laptop, check, on, stand)
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
        scope = f"fam:{file.id}"
        if up:
            row = work.create(scope, "handshake_step", {**fields, **other, "step": DECLINED})
        else:
            row = work.create(scope, "step_down_answer", {**fields, "answer": DECLINED})
        advice.write_disagreement(laptop, work, scope, {
            "view": asked if up else because, "other": because if up else asked, "with_whom": who, "on": on,
        })  # fmt: skip
    return laptop.saved(row, note=f"“We disagree” is open. {rules.MEANWHILE if file.helped else ''}".strip())


def withdraw_step(laptop: Laptop, entry: WithdrawStep) -> Saved:
    """It is asked for no more, because …. Raises ``Refused``."""
    file, one, stand = _find(laptop, entry.family_id, entry.handshake_id)
    if not stand.open and stand.state != RETURNED:
        raise refuse("handshake", _already(laptop, one, stand))
    check = laptop.check()
    on = check.day("on", entry.on, needed="On which day was it withdrawn?", past=True)
    _not_before(laptop, check, on, stand)
    because = check.text("because", entry.because, needed="Why is it withdrawn?")
    audience = check.code("because_readers", entry.because_readers, READERS, needed="Who may read it?")
    check.done()
    row = _step(laptop, file, one, WITHDRAWN, on, {"text": because, "text_readers": audience})
    return laptop.saved(row)


def _levels(check: Check, file: FamilyFile, entry: AcceptStep) -> dict[str, str]:
    """The level of each child of the household; who is not helped is left out."""
    children = {c.id: c.given for c in children_asked(file)}
    found: dict[str, str] = {}
    for unknown in entry.levels.keys() - children.keys():
        check.wrong("levels", f"There is no child {unknown[:40]} in this household.")
    for child, given in children.items():
        typed = entry.levels.get(child, "").strip()
        if typed == NOT_HELPED:
            continue
        needed = (
            f"Which level of need has {given} now? Or “{NOT_HELPED}”, where early help is not for {given}."
        )
        level = check.code(f"levels:{child}", typed, LEVEL, needed=needed)
        if level == "4":
            check.wrong(f"levels:{child}", "Level 4 is social care's: it cannot be stepped down yet.")
        elif level:
            found[child] = level
    if not found and not check.problems:
        check.wrong("levels", "Early help is for one child at least: which level of need do they have?")
    return found


def children_asked(file: FamilyFile) -> list[Any]:
    """The children of the household, unborn ones too: each is asked about when a step down is accepted."""
    return [c for c in file.children if c.lives_here and not c.third_party]


# -- what they share ---------------------------------------------------------------------------------------------


def _find(laptop: Laptop, family_id: str, handshake_id: str) -> tuple[FamilyFile, HandshakeView, Stands]:
    file = reading.family(laptop, family_id)
    one = next((h for h in file.handshakes if h.id == handshake_id), None)
    if one is None:
        raise refuse("handshake", f"There is no step up or step down {handshake_id[:40]} of this family.")
    return file, one, rules.stands(one)


def _to_answer(laptop: Laptop, family_id: str, handshake_id: str) -> tuple[FamilyFile, HandshakeView, Stands]:
    """A handshake that the other side may answer: a step up that was sent, a step down that was asked for, or one declined."""
    file, one, stand = _find(laptop, family_id, handshake_id)
    if one.kind == STEP_DOWN and laptop.who.role not in DESK:
        raise refuse("handshake", "A coordinator or manager accepts or declines a step down.")
    if one.kind == STEP_UP and stand.state in (ASKED, AGREED):
        first = "a manager has not agreed yet" if stand.state == ASKED else "it has not been sent yet"
        raise refuse("handshake", f"They cannot have answered: {first}. Record that first.")
    if stand.state in (ACCEPTED, WITHDRAWN, RETURNED):
        raise refuse("handshake", _already(laptop, one, stand))
    return file, one, stand


def _already(laptop: Laptop, one: HandshakeView, stand: Stands) -> str:
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


def _not_before(laptop: Laptop, check: Check, on: str | None, stand: Stands) -> None:
    if on and stand.since and on < stand.since:
        day = show_day(stand.since, laptop.today)
        check.wrong("on", f"It was {stand.state} on {day}: what comes after is not older. Which day was it?")


def _other(check: Check, entry: SendStepUp | AcceptStep | DeclineStep, one: HandshakeView) -> Fields:
    """Who of social care, and which service, as it was asked for where nothing else is typed."""
    whom, service = check.line("whom", entry.whom), check.line("service", entry.service)
    return {"whom": whom or one.whom or None, "service": service or one.service or None}


def _step(
    laptop: Laptop, file: FamilyFile, one: HandshakeView, step: str, on: str | None, fields: Fields
) -> str:
    with laptop.store.work(laptop.who.id) as work:
        return work.create(f"fam:{file.id}", "handshake_step", {
            **fields, "handshake_id": one.id, "step": step, "on": on, "by": laptop.who.id,
        })  # fmt: skip
