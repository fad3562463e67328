"""Ending help: asked for with its reason, signed by a manager who is somebody else, followed up six months later.

Nothing closes by itself, and no open action is left to nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from familyhub.casework import actions, plans, reading
from familyhub.casework.checking import Check
from familyhub.casework.closing_entries import (
    ClosingEntry,
    FollowUpEntry,
    ReturnClosing,
    Settled,
    SignClosing,
)
from familyhub.casework.entries import Saved
from familyhub.casework.problems import refuse
from familyhub.practice.clocks import parse_day
from familyhub.practice.closings import FOLLOWED, OVER, TO_SIGN, ClosingView, due, follow_up_day
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.handshakes import ACCEPTED, STEP_UP, current, stands, waiting
from familyhub.practice.plan_view import PlanView, Step
from familyhub.records.codes import END_REASON, READERS, SETTLED, STILL_TRUE
from familyhub.store.queries.family import episode_stands

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.store.laptop import Work

Fields = dict[str, Any]


# -- asking for it ---------------------------------------------------------------------------------------------


def close_help(laptop: Laptop, entry: ClosingEntry) -> Saved:
    """Ask for help to end; a manager signs it. Raises ``Refused``, also where an open action is left to nobody."""
    file = reading.family(laptop, entry.family_id)
    episode = _open_episode(laptop, file)
    if waits := next((c for c in file.closings if c.state == TO_SIGN and c.episode_id == episode), None):
        raise refuse("family_id", f"{waits.by} asked for this already; it {waits.state}.")
    check = laptop.check()
    fields = _closing(check, file, entry)
    _with_step_up(check, file, episode, entry, fields)
    settled = _settled(check, file.plan, entry)
    scores = _scores(check, file.plan, entry, str(fields["on"] or ""))
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        scope, by, on = f"fam:{file.id}", laptop.who.id, fields["on"]
        closing = work.create(scope, "closing", {
            **fields, "episode_id": episode, "plan_id": file.plan.id if file.plan else None, "by": by,
            "written_at": laptop.moment,
        })  # fmt: skip
        for need_id, score in scores:
            work.create(scope, "need_score", {"need_id": need_id, "score": score, "on": on, "by": by})
        for row in settled:
            work.create(scope, "closing_action", {**row, "closing_id": closing, "on": on, "by": by})
    return laptop.saved(closing, entry.draft_id)


def _open_episode(laptop: Laptop, file: FamilyFile) -> str:
    with laptop.store.reading() as connection:
        episode, state, _ = episode_stands(connection, file.id)
    if not episode or state in OVER:
        raise refuse("family_id", "No help is open for this family: there is nothing to end.")
    return episode


def _closing(check: Check, file: FamilyFile, entry: ClosingEntry) -> Fields:
    reason = check.code("reason", entry.reason, END_REASON, needed="Why does help end?")
    accepted = check.line("accepted_by", entry.accepted_by)
    although = check.text("although", entry.although)
    on = check.day("on", entry.on, needed="On which day does help end?", past=True)
    began = parse_day(file.opened_on)
    if on and began and on < began.isoformat():
        sentence = f"Help began on {show_day(began, check.today)}: it cannot end before. Which day is it?"
        check.wrong("on", sentence)
    summary = check.text("summary", entry.summary, needed="What was reached? Write it for the family.")
    feedback = check.text("feedback", entry.feedback)
    none = check.text("no_feedback_because", entry.no_feedback_because)
    if not feedback and not none:
        check.wrong("feedback", "What does the family say of the help? Or write why nobody could ask them.")
    if feedback and none:
        check.wrong(
            "no_feedback_because", "There is feedback, and a reason why there is none: take one away."
        )
    contingency = check.text(
        "contingency", entry.contingency, needed="If it gets hard again: what does the family do, whom do they ring?"
    )  # fmt: skip
    return {
        "reason": reason, "accepted_by": accepted or None, "although": although or None,
        "although_readers": "workers" if although else None, "on": on, "summary": summary,
        "summary_readers": check.code("summary_readers", entry.summary_readers, READERS),
        "feedback": feedback or None,
        "feedback_readers": check.code("feedback_readers", entry.feedback_readers, READERS) if feedback else None,
        "no_feedback_because": none or None, "no_feedback_because_readers": "workers" if none else None,
        "contingency": contingency,
        "contingency_readers": check.code("contingency_readers", entry.contingency_readers, READERS),
    }  # fmt: skip


def _with_step_up(check: Check, file: FamilyFile, episode: str, entry: ClosingEntry, fields: Fields) -> None:
    """How help ends agrees with how its step up stands, or there is a reason (``although``) why not."""
    still_open(check, file, episode)
    one = current(file.handshakes, STEP_UP, episode)
    stand = stands(one) if one is not None else None
    accepted = stand if stand is not None and stand.state == ACCEPTED else None
    although, stepped = fields["although"], fields["reason"] == "stepped_up"
    if accepted is None:
        if stepped and not fields["accepted_by"]:
            check.wrong(
                "accepted_by",
                "Early help goes on until social care has accepted. Who accepted it, and when?",
            )
        elif stepped and not although:
            check.wrong(
                "although", "No step up is recorded as accepted. Record it (U), or write why it ends without one."
            )  # fmt: skip
        return
    day = show_day(accepted.since, check.today)
    if stepped:
        who = accepted.step.who if accepted.step else ""
        fields["accepted_by"] = fields["accepted_by"] or ", ".join(p for p in (who, day) if p)
        if fields["on"] and fields["on"] < accepted.since:
            check.wrong(
                "on", f"Social care accepted on {day}: early help goes on until then. Which day is it?"
            )
    elif fields["reason"] and not although:
        check.wrong(
            "although", f"Social care accepted a step up on {day}. Why does help end for another reason?"
        )


def still_open(check: Check, file: FamilyFile, episode: str) -> None:
    """A step up without an answer keeps help open: that is a problem of ``reason``."""
    for one in waiting(file.handshakes):
        if one.kind == STEP_UP and one.episode_id == episode:
            stand = stands(one)
            day = show_day(stand.since, check.today)
            sentence = (
                f"A step up is open: {stand.state}, {day}. Help goes on until it is answered or withdrawn."
            )
            check.wrong("reason", sentence)
            return


def _settled(check: Check, plan: PlanView | None, entry: ClosingEntry) -> list[Fields]:
    """Each open action: done, stopped because …, or carried on by somebody because …."""
    open_steps = {s.id: s for s in plan.actions if s.open} if plan else {}
    answered = {a.action_id: a for a in entry.actions if a.settled.strip()}
    for unknown in answered.keys() - open_steps.keys():
        check.wrong("actions", f"There is no open action {unknown[:40]} in the plan. Look at the plan again.")
    rows = []
    for step in open_steps.values():
        answer = answered.get(step.id)
        if answer is None:
            sentence = f"“{step.what[:60]}” is still open: done, stopped, or who carries it on, and why?"
            check.wrong(f"actions:{step.id}", sentence)
        else:
            rows.append(_settled_one(check, step, answer))
    return rows


def _settled_one(check: Check, step: Step, answer: Settled) -> Fields:
    place = f"actions:{step.id}"
    settled = check.code(place, answer.settled, SETTLED)
    to, because = check.line(place, answer.to), check.text(place, answer.because)
    if settled == "carried" and not to:
        check.wrong(place, f"“{step.what[:60]}” is carried on: by whom? A person and their agency.")
    if settled in ("carried", "stopped") and not because:
        check.wrong(place, f"“{step.what[:60]}”: why is it {SETTLED.words(settled).partition(' ')[0]}?")
    return {
        "action_id": step.id, "settled": settled, "to": to or None, "because": because or None,
        "because_readers": check.code(place, answer.because_readers, READERS) if because else None,
    }  # fmt: skip


def _scores(check: Check, plan: PlanView | None, entry: ClosingEntry, on: str) -> list[tuple[str, int]]:
    """A closing score for every need; one that was scored on that very day, at the last meeting, has it already."""
    given = {s.need_id: s.score for s in entry.scores if s.score is not None}
    needs = plan.needs if plan else ()
    if given.keys() - {n.id for n in needs}:
        check.wrong("score", "A need that is not in the open plan cannot be scored here.")
    found = []
    for need in needs:
        score = given.get(need.id)
        if score is not None and plans.is_score(score):
            found.append((need.id, score))
        elif score is not None:
            check.wrong(f"score:{need.id}", plans.NO_SCORE)
        elif not any(s.on == on for s in need.scores):
            check.wrong(
                f"score:{need.id}", f"“{need.what[:60]}”: where does it stand now, from 0 (worst) to 10?"
            )
    return found


# -- the signature ---------------------------------------------------------------------------------------------


def sign_closing(laptop: Laptop, entry: SignClosing) -> Saved:
    """A manager signs: help ends on the day that was asked for, and the follow-up is planned. Raises ``Refused``."""
    file, closing = _to_sign(laptop, entry.family_id, entry.closing_id)
    check = laptop.check()
    still_open(check, file, closing.episode_id)
    check.done()
    plan = next((p for p in file.plans if p.id == closing.plan_id), None)
    new = [s for s in plan.actions if s.open] if plan else []
    answered = {a.action_id for a in closing.settled}
    if left := [s for s in new if s.id not in answered]:
        named = "”, “".join(s.what[:40] for s in left)
        raise refuse(
            "closing", f"“{named}” was added since and is left to nobody. Return it, so that it is settled."
        )
    with laptop.store.work(laptop.who.id) as work:
        scope, on, by = f"fam:{file.id}", laptop.today.isoformat(), laptop.who.id
        signed = work.create(scope, "closing_signature", {
            "closing_id": closing.id, "signature": "signed", "on": on, "by": by,
        })  # fmt: skip
        _end(laptop, work, file, closing, plan)
    return laptop.saved(signed, entry.draft_id)


def _end(laptop: Laptop, work: Work, file: FamilyFile, closing: ClosingView, plan: PlanView | None) -> None:
    scope, by = f"fam:{file.id}", laptop.who.id
    work.create(scope, "episode_state", {
        "episode_id": closing.episode_id, "state": "closed", "on": closing.on, "reason": closing.summary or None,
        "reason_readers": closing.summary_readers if closing.summary else None, "by": by,
    })  # fmt: skip
    with laptop.store.reading() as connection:
        _, _, rev = episode_stands(connection, file.id)
    work.change(
        scope, "episode", closing.episode_id, rev, {"ended_on": closing.on, "end_reason": closing.reason}
    )
    if plan is not None:
        _end_plan(laptop, work, scope, closing, plan)
    day = parse_day(closing.on)
    if closing.reason in FOLLOWED and day is not None:
        work.create(scope, "follow_up", {
            "episode_id": closing.episode_id,
            "due_on": follow_up_day(day, file.review_rules.follow_up_months).isoformat(), "by": by,
        })  # fmt: skip


def _end_plan(laptop: Laptop, work: Work, scope: str, closing: ClosingView, plan: PlanView) -> None:
    """The plan closes; an action that somebody carries on stays as it is, with who does."""
    steps = {s.id: s for s in plan.actions if s.open}
    check = laptop.check()
    for answer in closing.settled:
        step = steps.get(answer.action_id)
        if step is not None and answer.settled in ("done", "stopped"):
            actions.write_change(
                laptop, work, check, scope=scope, action_id=step.id, rev=step.rev, status=answer.settled, due=None,
                note=answer.because, readers=answer.readers, now=(step.status, step.due), on=closing.on,
            )  # fmt: skip
    work.change(
        scope, "plan", plan.id, plan.rev, {"state": "closed", "closed_on": closing.on, "review_due": None}
    )
    check.done()


def return_closing(laptop: Laptop, entry: ReturnClosing) -> Saved:
    """A manager returns a closing with a reason; help goes on. Raises ``Refused``."""
    file, closing = _to_sign(laptop, entry.family_id, entry.closing_id)
    check = laptop.check()
    because = check.text(
        "because", entry.because, needed="Why is it returned? Whoever asked will need to know."
    )
    audience = check.code("because_readers", entry.because_readers, READERS, needed="Who may read it?")
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        returned = work.create(f"fam:{file.id}", "closing_signature", {
            "closing_id": closing.id, "signature": "returned", "on": laptop.today.isoformat(), "reason": because,
            "reason_readers": audience, "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(returned, entry.draft_id)


def _to_sign(laptop: Laptop, family_id: str, closing_id: str) -> tuple[FamilyFile, ClosingView]:
    file = reading.family(laptop, family_id)
    if laptop.who.role != "manager":
        raise refuse("closing", "A manager signs that help ends, or returns it.")
    closing = next((c for c in file.closings if c.id == closing_id), None)
    if closing is None:
        raise refuse("closing", f"There is no closing {closing_id[:40]} of this family.")
    if closing.state != TO_SIGN:
        raise refuse("closing", f"It is {closing.state} already, by {closing.signed_by}.")
    if closing.by_id == laptop.who.id:
        raise refuse("closing", "You asked for it yourself: another manager signs it.")
    return file, closing


# -- six months later ------------------------------------------------------------------------------------------


def follow_up(laptop: Laptop, entry: FollowUpEntry) -> Saved:
    """Record the six-month follow-up: per need whether it is still true, or why nobody could be asked. Raises ``Refused``."""
    file = reading.family(laptop, entry.family_id)
    planned = due(file.follow_ups)
    if planned is None:
        raise refuse("family_id", "No six-month follow-up is due for this family.")
    check = laptop.check()
    on = check.day("on", entry.on, needed="Which day was it?", past=True)
    closed = next((c for c in file.closings if c.episode_id == planned.episode_id), None)
    if on and closed and on <= closed.on:
        sentence = f"Help ended on {show_day(closed.on, laptop.today)}: the follow-up comes after it."
        check.wrong("on", sentence)
    talked_to = check.line("talked_to", entry.talked_to)
    none = check.text("none_because", entry.none_because)
    if not talked_to and not none:
        check.wrong("talked_to", "With whom did you talk? Or write why nobody could be asked.")
    plan = next((p for p in file.plans if closed and p.id == closed.plan_id), None)
    rows = _still_true(check, plan, entry) if not none else []
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        scope, by = f"fam:{file.id}", laptop.who.id
        made = work.create(scope, "follow_up", {
            "episode_id": planned.episode_id, "due_on": planned.due_on, "done_on": on, "talked_to": talked_to or None,
            "none_because": none or None,
            "none_because_readers": check.code("none_because_readers", entry.none_because_readers, READERS)
            if none else None, "by": by,
        })  # fmt: skip
        for row in rows:
            work.create(scope, "follow_up_need", {**row, "follow_up_id": made, "on": on, "by": by})
        work.create(scope, "episode_state", {
            "episode_id": planned.episode_id, "state": "follow_up", "on": on, "by": by,
        })  # fmt: skip
    return laptop.saved(made, entry.draft_id)


def _still_true(check: Check, plan: PlanView | None, entry: FollowUpEntry) -> list[Fields]:
    answers = {n.need_id: n for n in entry.needs}
    needs = plan.needs if plan else ()
    if answers.keys() - {n.id for n in needs}:
        check.wrong("needs", "A need that was not in the plan cannot be followed up here.")
    rows = []
    for need in needs:
        place = f"needs:{need.id}"
        said = answers.get(need.id)
        asked = f"“{need.outcome[:60] or need.what[:60]}”: is it still true? Yes, partly, no or not known."
        code = check.code(place, said.still_true if said else "", STILL_TRUE, needed=asked)
        how = check.text(place, said.how) if said else ""
        rows.append({
            "need_id": need.id, "still_true": code, "how": how or None,
            "how_readers": check.code(place, said.how_readers, READERS) if said and how else None,
        })  # fmt: skip
    return rows
