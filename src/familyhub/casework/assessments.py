"""The early help assessment as a whole: started, completed, signed or returned, its needs carried into the plan."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from familyhub.casework import reading
from familyhub.casework.assessment_entries import AssessmentSignEntry, CarryEntry, CompletionEntry, StartEntry
from familyhub.casework.assessment_sections import NOT_STARTED, being_written
from familyhub.casework.entries import Saved
from familyhub.casework.problems import refuse
from familyhub.practice import assessment as rules
from familyhub.practice.agreement import agreed_agencies
from familyhub.practice.assessment import AssessmentView
from familyhub.practice.clocks import parse_day
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.records.codes import EPISODE_STATE
from familyhub.store.queries.family import episode_of

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

ONLY_A_MANAGER = "Only a manager signs or returns an assessment."
OWN = "Nobody signs what they completed themselves. Ask another manager."


def start_assessment(laptop: Laptop, entry: StartEntry) -> Saved:
    """Start an assessment; raises ``Refused``, also while one is being written or waits for a signature."""
    file = reading.family(laptop, entry.family_id)
    last = rules.now(file)
    if last is not None and last.state != rules.SIGNED:
        raise refuse(
            "assessment",
            f"An assessment was started before and is not signed yet: {rules.STATE_WORDS[last.state]}.",
        )
    check = laptop.check()
    started = check.day("started", entry.started, needed="On which day was it started?", past=True)
    organisation = check.line("organisation", entry.organisation, needed="Which organisation completes it?")
    if started and last is not None and last.completion is not None and started < last.completion.on:
        check.wrong(
            "started", "The assessment before was completed after that day. Which day was this one started?"
        )
    check.done()
    with laptop.store.reading() as connection:
        episode = episode_of(connection, file.id)
    scope = f"fam:{file.id}"
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(scope, "assessment", {
            "episode_id": episode, "started_on": started, "organisation": organisation, "by": laptop.who.id,
        })  # fmt: skip
        if episode and file.stage == EPISODE_STATE.words("open"):
            work.create(scope, "episode_state", {
                "episode_id": episode, "state": "assessment", "on": started, "by": laptop.who.id,
            })  # fmt: skip
    return laptop.saved(row, entry.draft_id)


def complete_assessment(laptop: Laptop, entry: CompletionEntry) -> Saved:
    """Complete the assessment; raises ``Refused`` with a sentence for everything that is still needed."""
    file, current = being_written(laptop, entry.family_id)
    check = laptop.check()
    for lack in rules.still_needed(current, file):
        check.wrong(f"{lack.place.section}:{lack.place.person_id or ''}", f"Still needed: {lack.words}.")
    on = check.day("on", entry.on, needed="On which day was it completed?", past=True)
    if on and on < (current.started_on or ""):
        check.wrong("on", "That is before it was started. Which day was it completed?")
    why = check.text("review_first_why", entry.review_first_why)
    if on and not why and (held := rules.review_before(file, on)) is not None:
        day = show_day(parse_day(held) or laptop.today, laptop.today)
        check.wrong("review_first_why", f"A review was held on {day}, before this assessment: why?")
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(f"fam:{file.id}", "assessment_completion", {
            "assessment_id": current.id, "on": on, "review_first_why": why or None,
            "review_first_why_readers": "workers" if why else None, "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(row, entry.draft_id, note="It waits for a manager's signature.")


def sign_assessment(laptop: Laptop, entry: AssessmentSignEntry) -> Saved:
    """Sign the completed assessment; raises ``Refused``, for anybody who is no manager or who completed it."""
    return _sign(laptop, entry, "signed", needed="")


def return_assessment(laptop: Laptop, entry: AssessmentSignEntry) -> Saved:
    """Return the completed assessment with a reason: it may be written in again. Raises ``Refused``."""
    return _sign(laptop, entry, "returned", needed="Why is it returned? Whoever wrote it has to know.")


def _sign(laptop: Laptop, entry: AssessmentSignEntry, signature: str, *, needed: str) -> Saved:
    if laptop.who.role != "manager":
        raise refuse("assessment", ONLY_A_MANAGER)
    file = reading.family(laptop, entry.family_id)
    current = rules.now(file)
    if current is None or current.state != rules.COMPLETED or current.completion is None:
        state = rules.STATE_WORDS[current.state] if current else "not started"
        raise refuse("assessment", f"Nothing waits for a signature: the assessment is {state}.")
    if current.completion.by_id == laptop.who.id:
        raise refuse("assessment", OWN)
    check = laptop.check()
    because = check.text("because", entry.because, needed=needed)
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(f"fam:{file.id}", "assessment_signature", {
            "completion_id": current.completion.id, "signature": signature, "on": laptop.today.isoformat(),
            "reason": because or None, "reason_readers": "workers" if because else None, "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(row, entry.draft_id)


# -- into the plan -----------------------------------------------------------------------------------------------


def carry_needs(laptop: Laptop, entry: CarryEntry) -> Saved:
    """Make the needs of the completed assessment the plan's, in its words; where no plan is open, open one. Raises ``Refused``."""
    file = reading.family(laptop, entry.family_id)
    current = rules.now(file)
    if current is None:
        raise refuse("assessment", NOT_STARTED)
    if current.open:
        raise refuse(
            "assessment", "The assessment is not completed yet: its needs become the plan's when it is."
        )
    needs = rules.to_carry(current, file)
    if not needs:
        words = (
            "All needs of this assessment are in the plan."
            if current.needs
            else "The assessment names no need."
        )
        raise refuse("assessment", words)
    with laptop.store.reading() as connection:
        episode = episode_of(connection, file.id)
    scope = f"fam:{file.id}"
    with laptop.store.work(laptop.who.id) as work:
        plan_id = file.plan.id if file.plan else work.create(scope, "plan", _new_plan(laptop, file, episode))
        held = len(file.plan.needs) if file.plan else 0
        for place, need in enumerate(needs, start=held + 1):
            need_id = rules.carried_id(need.id)
            work.create(scope, "need", {
                "plan_id": plan_id, "person_id": need.person_id, "headline": need.headline or None, "what": need.what,
                "what_readers": need.readers, "place": place,
            }, need_id)  # fmt: skip
            if need.score is not None:
                work.create(scope, "need_score", {
                    "need_id": need_id, "score": need.score, "on": _day(current), "by": laptop.who.id,
                })  # fmt: skip
    count = len(needs)
    return laptop.saved(
        plan_id, entry.draft_id, note=f"{count} need{'s' if count > 1 else ''} carried into the plan."
    )


def _new_plan(laptop: Laptop, file: FamilyFile, episode: str | None) -> dict[str, Any]:
    due = laptop.today + timedelta(weeks=file.review_weeks)
    agencies = dict.fromkeys(["council", *agreed_agencies(file.agreement)])
    return {
        "episode_id": episode, "state": "open", "started_on": laptop.today.isoformat(), "review_due": due.isoformat(),
        "agencies": ", ".join(agencies),
    }  # fmt: skip


def _day(current: AssessmentView) -> str | None:
    return current.completion.on if current.completion else None
