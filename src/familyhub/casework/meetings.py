"""Meetings: planned with their invitations, held in one pass, their minutes amended.

What is odd can be recorded with a reason (``although``); without one it is a sentence at its field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from familyhub.casework import actions, plans, reading
from familyhub.casework import meeting_parts as parts
from familyhub.casework.checking import Check
from familyhub.casework.entries import Saved
from familyhub.casework.meeting_entries import AmendMinutes, MeetingEntry, MeetingPlan
from familyhub.casework.problems import refuse
from familyhub.practice import assessment
from familyhub.practice.clocks import parse_day
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.meetings import (
    CALLED_OFF,
    HELD,
    PLANNED,
    REVIEW,
    MeetingView,
    children_asked,
    owners_who_left,
    still_needed,
)
from familyhub.practice.plan_view import PlanView, Step
from familyhub.records.codes import (
    GUEST_STATE,
    MEETING_KIND,
    READERS,
    REVIEW_DECISION,
)

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.store.laptop import Work

WAY_ON = "Change it, or write under “although” why it is so."
NEW_OWNER = "Stop it or choose who does it (p, then o), or write under “although” why not now."
NOT_PLANNED = "That meeting is not planned any more. Look at the meetings again."
Fields = dict[str, Any]


# -- planning --------------------------------------------------------------------------------------------------


def plan_meeting(laptop: Laptop, entry: MeetingPlan) -> Saved:
    """Plan a meeting with its invitations, move one that is planned, or call it off, because …. Raises ``Refused``."""
    file = reading.family(laptop, entry.family_id)
    check = laptop.check()
    before = _planned(file, entry.replaces) if entry.replaces else None
    if entry.off_because.strip():
        return _call_off(laptop, check, file, entry, before)
    kind = check.code(
        "kind", entry.kind, MEETING_KIND, needed="Which meeting is it: Team Around the Family, or a review?"
    )
    on = check.day("on", entry.on, needed="Which day is the meeting?", ahead=True)
    at = check.time("at", entry.at)
    place = check.line("place", entry.place)
    although = check.text("although", entry.although)
    if kind == REVIEW and not although:
        _after_plan(check, file, on)
    guests = parts.guests_of(laptop, check, file, entry.guests, {"invited"})
    check.done()
    if not guests and before is not None:
        guests = [parts.invited(g.key, g.name, g.agency) for g in before.guests]
    with laptop.store.work(laptop.who.id) as work:
        scope = f"fam:{file.id}"
        meeting_id = work.create(scope, "meeting", {
            "kind": kind, "plan_id": file.plan.id if file.plan else None, "on": on, "at": at, "place": place or None,
            "replaces": before.id if before else None, "by": laptop.who.id, "written_at": laptop.moment,
        })  # fmt: skip
        for guest in guests:
            work.create(scope, "meeting_guest", {
                **guest, "meeting_id": meeting_id, "state": "invited", "on": laptop.today.isoformat(), "by": laptop.who.id,
            })  # fmt: skip
    return laptop.saved(meeting_id, entry.draft_id)


def _call_off(
    laptop: Laptop, check: Check, file: FamilyFile, entry: MeetingPlan, before: MeetingView | None
) -> Saved:
    if before is None:
        raise refuse("replaces", "Which meeting is called off?")
    because = check.text("off_because", entry.off_because)
    audience = check.code(
        "off_because_readers", entry.off_because_readers, READERS, needed="Who may read it?"
    )
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        meeting_id = work.create(f"fam:{file.id}", "meeting", {
            "kind": before.kind, "plan_id": before.plan_id, "on": before.on, "at": before.at or None,
            "place": before.place or None, "replaces": before.id, "called_off": True, "off_because": because,
            "off_because_readers": audience, "by": laptop.who.id, "written_at": laptop.moment,
        })  # fmt: skip
    return laptop.saved(meeting_id, entry.draft_id)


def _planned(file: FamilyFile, meeting_id: str) -> MeetingView:
    """The planned meeting with that id; raises ``Refused`` where it is held, moved or called off."""
    for meeting in file.meetings:
        if meeting.id == meeting_id and meeting.state == PLANNED:
            return meeting
    raise refuse("meeting_id", NOT_PLANNED)


# -- holding ---------------------------------------------------------------------------------------------------


def hold_meeting(laptop: Laptop, entry: MeetingEntry) -> Saved:
    """Write down a meeting that was held; raises ``Refused`` with a sentence per field that is missing or impossible."""
    file = reading.family(laptop, entry.family_id)
    check = laptop.check()
    planned = _planned(file, entry.meeting_id) if entry.meeting_id else None
    held = _held(laptop, check, file, entry)
    on = str(held["held_on"] or "")
    guests = parts.guests_of(laptop, check, file, entry.guests, set(GUEST_STATE.values))
    children = parts.children_of(check, file, entry.children)
    _needed(check, file, entry, guests, children, on)
    scores = parts.scores_of(check, file.plan, entry)
    steps = {s.id: s for p in file.plans for s in p.actions}
    moved = [m for m in entry.actions if m.status or m.due or m.text.strip()]
    for change in moved:
        if change.action_id not in steps:
            check.wrong("actions", "An action that is not in this family's plan cannot be changed here.")
    agreed = parts.agreed_of(laptop, check, file, entry)
    answers = parts.answers_of(check, entry)
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        scope, by = f"fam:{file.id}", laptop.who.id
        meeting_id = planned.id if planned else work.create(scope, "meeting", {
            "kind": held["kind"], "plan_id": held["plan_id"], "on": on, "at": check.time("at", entry.at),
            "place": check.line("place", entry.place) or None, "by": by, "written_at": laptop.moment,
        })  # fmt: skip
        stamp = {"meeting_id": meeting_id, "on": on, "by": by}
        for guest in guests:
            work.create(scope, "meeting_guest", {**guest, **stamp})
        for child in children:
            _write_child(work, scope, child, stamp)
        for answer in answers:
            work.create(scope, "meeting_answer", {**answer, **stamp})
        for need_id, score in scores:
            work.create(scope, "need_score", {"need_id": need_id, "score": score, **stamp})
        for change in moved:
            step = steps[change.action_id]
            actions.write_change(
                laptop, work, check, scope=scope, action_id=step.id, rev=change.rev or step.rev, status=change.status,
                due=change.due, note=change.text, readers=change.text_readers, now=(step.status, step.due),
                meeting_id=meeting_id, on=on,
            )  # fmt: skip
        for fields in agreed:
            assert file.plan is not None
            plans.write_action(laptop, work, file, file.plan, fields, meeting_id=meeting_id, on=on)
        family_came = any(g["state"] == "came" and g["person_id"] for g in guests)
        due = file.plan.review_due if file.plan and held["kind"] == REVIEW else None
        work.create(
            scope, "review", {**held, "meeting_id": meeting_id, "due_on": due, "family_came": family_came}
        )
        _next_review(work, scope, file.plan, held)
        check.done()
    return laptop.saved(meeting_id, entry.draft_id)


def _write_child(work: Work, scope: str, child: parts.ChildRows, stamp: Fields) -> None:
    """There or not, their views, and the lines of a day: rows of the occasion *review*, which is this meeting."""
    about = {"person_id": child.person_id, "on": stamp["on"], "by": stamp["by"]}
    said = {**about, "occasion": "review", "occasion_id": stamp["meeting_id"]}
    work.create(
        scope, "meeting_child", {**about, "meeting_id": stamp["meeting_id"], "came": child.came or None}
    )
    if child.voice:
        work.create(scope, "child_voice", {**child.voice, **said})
    for line in child.day:
        work.create(scope, "child_day", {**line, **said})


def _held(laptop: Laptop, check: Check, file: FamilyFile, entry: MeetingEntry) -> Fields:
    """What the meeting came to: the fields of its ``review`` row."""
    kind = check.code(
        "kind", entry.kind, MEETING_KIND, needed="Which meeting was it: Team Around the Family, or a review?"
    )
    on = check.day("on", entry.on, needed="Which day was the meeting?", past=True)
    check.time("at", entry.at)
    check.line("place", entry.place)
    although = check.text("although", entry.although)
    if kind == REVIEW and file.plan is None:
        check.wrong(
            "kind",
            "No plan is open, so there is nothing to review. Hold it as a Team Around the Family meeting.",
        )
    if not although:
        if kind == REVIEW and on and _after_plan(check, file, on):
            _after_assessment(check, file, on)
        _owners(laptop, check, file.plan, entry)
        if on and any(m.state == HELD and m.kind == kind and m.on == on for m in file.meetings):
            check.wrong(
                "on", f"Such a meeting on {show_day(on, laptop.today)} is written down already. {WAY_ON}"
            )
    next_due = check.day("next_due", entry.next_due)
    if next_due and on and next_due <= on:
        sentence = f"{show_day(next_due, laptop.today)} is not after the meeting. Which day is the next?"
        check.wrong("next_due", sentence)
    because = check.text("because", entry.because)
    summary = check.text("summary", entry.summary)
    no_next = check.text("no_next_because", entry.no_next_because)
    if next_due and no_next:
        check.wrong("no_next_because", "There is a next day, and a reason why there is none: take one away.")
    return {
        "kind": kind, "plan_id": file.plan.id if file.plan else None, "held_on": on,
        "decision": check.code("decision", entry.decision, REVIEW_DECISION),
        "because": because or None,
        "because_readers": check.code("because_readers", entry.because_readers, READERS) if because else None,
        "summary": summary or None,
        "summary_readers": check.code("summary_readers", entry.summary_readers, READERS) if summary else None,
        "next_due": next_due, "no_next_because": no_next or None,
        "no_next_because_readers": "professionals" if no_next else None,
        "although": although or None, "although_readers": "workers" if although else None,
        "by": laptop.who.id, "written_at": laptop.moment,
    }  # fmt: skip


def _after_plan(check: Check, file: FamilyFile, on: str | None) -> bool:
    """Whether a review comes after its plan began; where it does not, that is a problem of its day."""
    began = parse_day(file.plan.started_on) if file.plan else None
    if began is None or not on or on >= began.isoformat():
        return True
    check.wrong("on", f"The plan began on {show_day(began, check.today)}, after this review. {WAY_ON}")
    return False


def _after_assessment(check: Check, file: FamilyFile, on: str) -> None:
    """A review comes after the assessment that is kept here; completing one later asks about the reviews before it."""
    current = assessment.now(file)
    if current is None or not assessment.review_needs_reason(file, on):
        return
    if current.open or current.completion is None:
        sentence = "The assessment is not completed yet, and a review comes after it."
    else:
        day = show_day(current.completion.on, check.today)
        sentence = f"The assessment was completed on {day}, after this review."
    check.wrong("on", f"{sentence} {WAY_ON}")


def _owners(laptop: Laptop, check: Check, plan: PlanView | None, entry: MeetingEntry) -> None:
    """An open action whose owner has left cannot go on as it is."""
    settled = {m.action_id for m in entry.actions if m.status in ("done", "stopped")}
    left: list[tuple[Step, str]] = owners_who_left(plan, reading.workers_who_left(laptop))
    for step, name in left:
        if step.id not in settled:
            sentence = f"{name} works here no more and still owns “{step.what[:60]}”. {NEW_OWNER}"
            check.wrong(f"actions:{step.id}", sentence)


def _needed(
    check: Check,
    file: FamilyFile,
    entry: MeetingEntry,
    guests: list[Fields],
    children: list[parts.ChildRows],
    on: str,
) -> None:
    answered = {c.person_id for c in children if c.voice}
    asked = [(c.id, c.given, c.id in answered) for c in children_asked(file, parse_day(on))]
    needed = still_needed(
        kind=entry.kind, on=entry.on, came=any(g["state"] == "came" for g in guests), children=asked,
        decision=entry.decision.strip(), because=entry.because, next_due=entry.next_due,
        no_next_because=entry.no_next_because,
    )  # fmt: skip
    known = {p.field for p in check.problems}
    for need in needed:
        if need.field not in known:
            check.wrong(need.field, need.sentence)


def _next_review(work: Work, scope: str, plan: PlanView | None, held: Fields) -> None:
    """The plan's register shows the next review that a review set, or that there is none; else the one it shows stands."""
    moves = held["kind"] == REVIEW and (held["next_due"] or held["no_next_because"])
    if plan is not None and moves and plan.review_due != held["next_due"]:
        work.change(scope, "plan", plan.id, plan.rev, {"review_due": held["next_due"]})


# -- afterwards ------------------------------------------------------------------------------------------------


def amend_minutes(laptop: Laptop, entry: AmendMinutes) -> Saved:
    """Add to the minutes of a meeting that was held, or put something right; what stands stays. Raises ``Refused``."""
    file = reading.family(laptop, entry.family_id)
    meeting = find(file, entry.meeting_id)
    if meeting.state != HELD:
        raise refuse("meeting_id", "That meeting has not been held yet: it has no minutes to amend.")
    check = laptop.check()
    text = check.text("text", entry.text, needed="What should be added, or put right?")
    audience = check.code("readers", entry.readers, READERS, needed="Who may read it?")
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        amended = work.create(f"fam:{file.id}", "meeting_amendment", {
            "meeting_id": meeting.id, "text": text, "text_readers": audience, "on": laptop.today.isoformat(),
            "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(amended, entry.draft_id)


def find(file: FamilyFile, meeting_id: str) -> MeetingView:
    """A meeting of the family by its id; raises ``Refused``."""
    for meeting in file.meetings:
        if meeting.id == meeting_id:
            return meeting
    raise refuse("meeting_id", f"There is no meeting {meeting_id[:40]} of this family.")


def next_planned(file: FamilyFile) -> MeetingView | None:
    """The planned meeting that comes first; one whose day is past and that nobody wrote down counts too."""
    waiting = [m for m in file.meetings if m.state == PLANNED]
    return min(waiting, key=lambda m: (m.on, m.at, m.id), default=None)


def is_over(meeting: MeetingView) -> bool:
    """Whether nothing more is to be done with it but to read it."""
    return meeting.state in (HELD, CALLED_OFF)
