"""Writing a plan: opening it, its needs and their scores, its actions with owner and date, the copies given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from familyhub.casework import reading
from familyhub.casework.actions import OWNED, OWNERS, says_owner
from familyhub.casework.checking import Check
from familyhub.casework.copies import copy_fields
from familyhub.casework.entries import Saved
from familyhub.casework.plan_checking import NO_PLAN
from familyhub.casework.plan_entries import ActionEntry, CopyEntry, NeedEntry, PlanEntry, ScoreEntry
from familyhub.casework.problems import refuse
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.plan_view import NeedView, PlanView, Step
from familyhub.records.codes import NEED_HEADLINE, READERS
from familyhub.store.queries.family import episode_of

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.store.laptop import Work

LOWEST, HIGHEST = 0, 10
NO_SCORE = "Where does it stand, from 0 (worst) to 10? Give a whole number."


def is_score(score: int) -> bool:
    """Whether a number is one of the scale, 0 to 10."""
    return LOWEST <= score <= HIGHEST


def open_plan(laptop: Laptop, entry: PlanEntry) -> Saved:
    """Open a plan for a family that has none open; raises ``Refused``."""
    file = reading.family(laptop, entry.family_id)
    if file.plan is not None:
        raise refuse(
            "family_id", "A plan is open already. Add needs and actions to it, or close it at a review."
        )
    check = laptop.check()
    started = check.day("started", entry.started, needed="From which day is the plan?", past=True)
    review = check.day("review", entry.review, ahead=True)
    agencies = check.line("agencies", entry.agencies)
    check.done()
    due = review or (laptop.today + timedelta(weeks=file.review_weeks)).isoformat()
    with laptop.store.reading() as connection:
        episode = episode_of(connection, file.id)
    with laptop.store.work(laptop.who.id) as work:
        plan_id = work.create(f"fam:{file.id}", "plan", {
            "episode_id": episode, "state": "open", "started_on": started, "review_due": due,
            "agencies": agencies or None,
        })  # fmt: skip
    return laptop.saved(plan_id, entry.draft_id)


# -- needs -----------------------------------------------------------------------------------------------------


def add_need(laptop: Laptop, entry: NeedEntry) -> Saved:
    """Add a need to the open plan, as its last; raises ``Refused``."""
    file, plan = _open(laptop, entry.family_id)
    check = laptop.check()
    fields = _need_fields(check, file, entry)
    if not fields.get("what"):
        check.wrong("what", "What is the need, in the words that the family would use?")
    check.done()
    fields.setdefault("what_readers", "family")
    if fields.get("outcome"):
        fields.setdefault("outcome_readers", "family")
    with laptop.store.work(laptop.who.id) as work:
        need_id = work.create(
            f"fam:{file.id}", "need", {**fields, "plan_id": plan.id, "place": len(plan.needs) + 1}
        )
    return laptop.saved(need_id, entry.draft_id)


def change_need(laptop: Laptop, entry: NeedEntry) -> Saved:
    """Reword a need or its outcome, or say for whom it is; raises ``Refused``."""
    file, _, need = _need(laptop, entry.need_id)
    check = laptop.check()
    fields = _need_fields(check, file, entry)
    if entry.what is not None and not fields.get("what"):
        check.wrong("what", "A need cannot be without words. What is the need?")
    check.done()
    held = {
        "what": need.what, "what_readers": need.what_readers, "outcome": need.outcome or None,
        "outcome_readers": need.outcome_readers if need.outcome else None, "person_id": need.person_id,
        "headline": need.headline_code or None,
    }  # fmt: skip
    if fields.get("outcome"):
        fields.setdefault("outcome_readers", held["outcome_readers"] or "family")
    changed = {f: v for f, v in fields.items() if v != held[f]}
    if not changed:
        raise refuse("need", "Nothing to save yet: reword the need, its outcome, or say for whom it is.")
    with laptop.store.work(laptop.who.id) as work:
        _change(work, check, file, "need", need.id, entry.rev or need.rev, changed)
    return laptop.saved(need.id, entry.draft_id)


def score_need(laptop: Laptop, entry: ScoreEntry) -> Saved:
    """Record where a need stands, 0 (worst) to 10, on a day; raises ``Refused``."""
    file, _, need = _need(laptop, entry.need_id)
    check = laptop.check()
    if entry.score is None or not is_score(entry.score):
        check.wrong("score", NO_SCORE)
    on = check.day("on", entry.on, needed="Which day was it?", past=True)
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        score_id = work.create(
            f"fam:{file.id}", "need_score",
            {"need_id": need.id, "score": entry.score, "on": on, "by": laptop.who.id},
        )  # fmt: skip
    return laptop.saved(score_id, entry.draft_id)


def _need_fields(check: Check, file: FamilyFile, entry: NeedEntry) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, text in (("what", entry.what), ("outcome", entry.outcome)):
        if text is not None:
            fields[name] = check.text(name, text) or None
    for name, code in (("what_readers", entry.what_readers), ("outcome_readers", entry.outcome_readers)):
        if code is not None:
            fields[name] = check.code(name, code, READERS, needed="Who may read it?")
    if entry.headline is not None:
        fields["headline"] = check.code("headline", entry.headline, NEED_HEADLINE)
    if entry.person_id is not None:
        fields["person_id"] = _person(check, file, "person_id", entry.person_id)
    return fields


def _person(check: Check, file: FamilyFile, field: str, person_id: str) -> str | None:
    if person_id and person_id not in {p.id for p in (*file.children, *file.adults)}:
        check.wrong(field, f"{person_id[:40]} is nobody in this family.")
    return person_id or None


# -- actions ---------------------------------------------------------------------------------------------------


def add_action(laptop: Laptop, entry: ActionEntry) -> Saved:
    """Add an action to the open plan, with the first of its dated rows; raises ``Refused``."""
    file, plan = _open(laptop, entry.family_id)
    check = laptop.check()
    fields = new_action(laptop, check, file, plan, entry)
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        action_id = write_action(laptop, work, file, plan, fields)
    return laptop.saved(action_id, entry.draft_id)


def new_action(
    laptop: Laptop, check: Check, file: FamilyFile, plan: PlanView, entry: ActionEntry
) -> dict[str, Any]:
    """The fields of an action that is new; problems go to ``check``."""
    fields = _action_fields(laptop, check, file, plan, entry)
    if not fields.get("what"):
        check.wrong("what", "What is to be done? One step, that somebody can do by a day.")
    return {"what_readers": "family", **fields}


def write_action(
    laptop: Laptop, work: Work, file: FamilyFile, plan: PlanView, fields: dict[str, Any], *,
    meeting_id: str | None = None, on: str = "",
) -> str:  # fmt: skip
    """Write an action with the first of its dated rows; returns its id."""
    action_id = work.create(
        f"fam:{file.id}", "action", {**fields, "plan_id": plan.id, "status": "not_started"}
    )
    _dated(
        laptop, work, file, action_id, "not_started", fields.get("due"), owned=fields, meeting_id=meeting_id, on=on
    )  # fmt: skip
    return action_id


def change_action(laptop: Laptop, entry: ActionEntry) -> Saved:
    """Change who does an action, by when, its words or its need; another date or owner gets a dated row. Raises ``Refused``."""
    row, rev = reading.find_action(laptop, entry.action_id)
    file = reading.family(laptop, row.scope.removeprefix("fam:"))
    plan, _ = _holding(file, row.id)
    check = laptop.check()
    fields = _action_fields(laptop, check, file, plan, entry)
    if entry.what is not None and not fields.get("what"):
        check.wrong("what", "An action cannot be without words. What is to be done?")
    check.done()
    changed = {f: v for f, v in fields.items() if v != getattr(row, f)}
    if not changed:
        raise refuse("action", "Nothing to save yet: say who does it, by when, or what it says.")
    with laptop.store.work(laptop.who.id) as work:
        _change(work, check, file, "action", row.id, entry.rev or rev, changed)
        if changed.keys() & {"due", *OWNED}:
            owned = (
                {f: changed.get(f, getattr(row, f)) for f in OWNED} if changed.keys() & set(OWNED) else None
            )
            _dated(
                laptop,
                work,
                file,
                row.id,
                row.status or "not_started",
                changed.get("due", row.due),
                owned=owned,
            )
    return laptop.saved(row.id, entry.draft_id)


def _action_fields(
    laptop: Laptop, check: Check, file: FamilyFile, plan: PlanView, entry: ActionEntry
) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if entry.what is not None:
        fields["what"] = check.text("what", entry.what) or None
    if entry.what_readers is not None:
        fields["what_readers"] = check.code(
            "what_readers", entry.what_readers, READERS, needed="Who may read it?"
        )
    if entry.agency is not None:
        fields["agency"] = check.line("agency", entry.agency) or None
    if entry.due is not None:
        typed = entry.due.strip().lower()
        fields["due"] = None if typed in ("", "none") else check.day("due", entry.due)
    if entry.need_id is not None:
        if entry.need_id and entry.need_id not in {n.id for n in plan.needs}:
            check.wrong("need_id", "That need is not in this plan.")
        fields["need_id"] = entry.need_id or None
    if entry.safety is not None:
        fields["safety"] = entry.safety or None
    return fields | _owner_fields(laptop, check, file, entry)


def _owner_fields(laptop: Laptop, check: Check, file: FamilyFile, entry: ActionEntry) -> dict[str, Any]:
    """One owner: naming one takes the others away, so that two people never seem to own one action."""
    if all(getattr(entry, f) is None for f in OWNERS):
        return {}
    if sum(bool(getattr(entry, f)) for f in OWNERS) > 1:
        check.wrong("owner", "One action has one owner: name one person.")
        return {}
    fields: dict[str, Any] = dict.fromkeys(OWNERS)
    if entry.owner:
        fields["owner"] = check.line("owner", entry.owner) or None
    if person := entry.owner_person_id:
        names = {p.id: p.given for p in (*file.children, *file.adults)}
        fields["owner"], fields["owner_person_id"] = names.get(person), _person(check, file, "owner", person)
    if worker := entry.owner_worker_id:
        colleagues = dict(reading.workers(laptop))
        if worker not in colleagues:
            check.wrong("owner", f"{worker[:40]} is nobody who works here.")
        fields["owner"], fields["owner_worker_id"] = colleagues.get(worker), worker
    return fields


def _dated(
    laptop: Laptop, work: Work, file: FamilyFile, action_id: str, status: str, due: str | None, *,
    owned: Mapping[str, Any] | None = None, meeting_id: str | None = None, on: str = "",
) -> None:  # fmt: skip
    work.create(f"fam:{file.id}", "action_status", {
        "action_id": action_id, "status": status, "due": due, "on": on or laptop.today.isoformat(), "by": laptop.who.id,
        "meeting_id": meeting_id, **(says_owner(owned) if owned is not None else {}),
    })  # fmt: skip


# -- copies ----------------------------------------------------------------------------------------------------


def give_copy(laptop: Laptop, entry: CopyEntry) -> Saved:
    """Record that one person was given a copy of the plan; raises ``Refused``, also where it is not safe."""
    file, plan = _open(laptop, entry.family_id)
    check = laptop.check()
    fields = copy_fields(
        check, file, person_id=entry.person_id, to=entry.to, on=entry.on, safe=entry.safe, began=plan.started_on,
        what="The plan",
    )  # fmt: skip
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        copy_id = work.create(
            f"fam:{file.id}", "plan_copy", {"plan_id": plan.id, **fields, "by": laptop.who.id}
        )
    return laptop.saved(copy_id, entry.draft_id)


# -- finding ---------------------------------------------------------------------------------------------------


def _open(laptop: Laptop, family_id: str) -> tuple[FamilyFile, PlanView]:
    file = reading.family(laptop, family_id)
    if file.plan is None:
        raise refuse("family_id", NO_PLAN)
    return file, file.plan


def _need(laptop: Laptop, need_id: str) -> tuple[FamilyFile, PlanView, NeedView]:
    file = reading.family(laptop, reading.family_of_need(laptop, need_id))
    for plan in file.plans:
        for need in plan.needs:
            if need.id == need_id:
                return file, plan, need
    raise refuse("need", "That need is in no plan of this family any more.")


def _holding(file: FamilyFile, action_id: str) -> tuple[PlanView, Step]:
    for plan in file.plans:
        for step in plan.actions:
            if step.id == action_id:
                return plan, step
    raise refuse("action", "That action is in no plan of this family any more.")


def _change(
    work: Work, check: Check, file: FamilyFile, entity: str, row_id: str, rev: str, fields: dict[str, Any]
) -> None:
    try:
        work.change(f"fam:{file.id}", entity, row_id, rev, fields)
    except ValueError as error:
        check.wrong("rev", f"The revision cannot be read: {error}.")
        check.done()
