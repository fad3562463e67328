"""*Ask a social worker* and *We disagree*: recorded where they belong, in the family's file or the contact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from familyhub.casework import front_door
from familyhub.casework.advice_entries import (
    AdviceEntry,
    AdviceStepEntry,
    DisagreementEntry,
    EscalateEntry,
    SettleEntry,
)
from familyhub.casework.entries import Saved
from familyhub.casework.help_opening import is_held
from familyhub.casework.problems import refuse
from familyhub.practice import disagreement as rules
from familyhub.practice.advice import AdviceView
from familyhub.practice.days import show_day
from familyhub.practice.disagreement import DisagreementView
from familyhub.store.queries import advice as queries

if TYPE_CHECKING:
    from familyhub.casework.checking import Check
    from familyhub.casework.laptop import Laptop
    from familyhub.store.laptop import Work

WORKERS = "workers"
"""Who may read what is written here: another agency's view is for workers unless somebody widens it."""
NOT_HERE = {
    "advice_asked": ("asked", "That question is not on this laptop."),
    "disagreement": ("disagreement", "That disagreement is not on this laptop."),
}


# -- reading -----------------------------------------------------------------------------------------------------


def views(laptop: Laptop, scope: str) -> tuple[str, list[AdviceView], list[DisagreementView]]:
    """(whom it is about, questions, disagreements) of a family's file or a contact; raises ``Refused``."""
    name = _name(laptop, scope)
    with laptop.store.reading() as connection:
        asked, disagreed = queries.in_scope(connection, scope)
    return name, asked, disagreed


def whose(
    laptop: Laptop, entry: AdviceEntry | AdviceStepEntry | DisagreementEntry | EscalateEntry | SettleEntry
) -> str:
    """Whom an entry is about, by name; raises ``Refused`` where that is not on this laptop."""
    match entry:
        case AdviceEntry() | DisagreementEntry():
            scope = _file(laptop, entry.family_id, entry.contact_id)
        case AdviceStepEntry():
            scope = _scope(laptop, "advice_asked", entry.asked_id)
        case EscalateEntry() | SettleEntry():
            scope = _scope(laptop, "disagreement", entry.disagreement_id)
    return _name(laptop, scope)


def _name(laptop: Laptop, scope: str) -> str:
    kind, _, identity = scope.partition(":")
    if kind == "con":
        return front_door.contact(laptop, identity).names
    from familyhub.casework import reading

    return reading.family(laptop, identity).name


def _scope(laptop: Laptop, entity: str, identity: str) -> str:
    """The file in which a question or a disagreement stands; raises ``Refused`` where it is not on this laptop."""
    with laptop.store.reading() as connection:
        scope = queries.scope_of(connection, entity, identity)
    if scope is None:
        raise refuse(*NOT_HERE[entity])
    return scope


def _file(laptop: Laptop, family_id: str, contact_id: str) -> str:
    """The scope that an entry is about; raises ``Refused`` where it is not on this laptop."""
    if contact_id:
        return f"con:{front_door.contact(laptop, contact_id).id}"
    if not family_id:
        raise refuse("family", "Which family or contact is it about?")
    if not is_held(laptop, family_id):
        raise refuse(
            "family", "That family's file is not on this laptop. Ask the coordinator, or check the id."
        )
    return f"fam:{family_id}"


# -- asking a social worker --------------------------------------------------------------------------------------


def ask_social_worker(laptop: Laptop, entry: AdviceEntry) -> Saved:
    """Record a question to a social worker, with advice and decision where they are there. Raises ``Refused`` per field."""
    scope = _file(laptop, entry.family_id, entry.contact_id)
    check = laptop.check()
    question = check.text("question", entry.question, needed="What do you ask? In your own words.")
    on = check.day("on", entry.on, needed="On which day did you ask?", past=True)
    steps = _steps(check, entry.advice, entry.whom, entry.decision)
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(scope, "advice_asked", {
            "contact_id": entry.contact_id or None, "question": question, "question_readers": WORKERS, "on": on,
            "by": laptop.who.id,
        })  # fmt: skip
        _write_steps(laptop, work, scope, row, steps, on)
    later = "What is advised and decided can be added later."
    return laptop.saved(row, entry.draft_id, "" if "decision" in steps else later)


def add_advice(laptop: Laptop, entry: AdviceStepEntry) -> Saved:
    """Record what a social worker advised, what was decided, or both. Raises ``Refused`` per field."""
    scope = _scope(laptop, "advice_asked", entry.asked_id)
    with laptop.store.reading() as connection:
        asked = queries.in_scope(connection, scope)[0]
    found = next((a for a in asked if a.id == entry.asked_id), None)
    if found is None:
        raise refuse(*NOT_HERE["advice_asked"])
    check = laptop.check()
    on = check.day("on", entry.on, needed="On which day?", past=True)
    _not_before(laptop, check, on, found.on, "asked")
    steps = _steps(check, entry.advice, entry.whom, entry.decision)
    if not steps and not check.problems:
        check.wrong("advice", "What was advised, or decided? Write one of them.")
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        _write_steps(laptop, work, found.scope, found.id, steps, on)
    return laptop.saved(found.id, entry.draft_id)


def _steps(check: Check, advice: str, whom: str, decision: str) -> dict[str, tuple[str, str]]:
    """(text, by whom) of the advice and of the decision, those that are there."""
    said, decided = check.text("advice", advice), check.text("decision", decision)
    name = check.line("whom", whom, needed="Who advised this? Their name." if said else "")
    if name and not said:
        check.wrong("advice", f"What did {name} advise?")
    out = {"advice": (said, name)} if said else {}
    return {**out, "decision": (decided, "")} if decided else out


def _write_steps(
    laptop: Laptop, work: Work, scope: str, asked: str, steps: dict[str, tuple[str, str]], on: str | None
) -> None:
    for step, (text, whom) in steps.items():
        work.create(scope, "advice_step", {
            "asked_id": asked, "step": step, "text": text, "text_readers": WORKERS, "whom": whom or None, "on": on,
            "by": laptop.who.id,
        })  # fmt: skip


def _not_before(laptop: Laptop, check: Check, on: str | None, begun: str, what: str) -> None:
    if on and begun and on < begun:
        check.wrong(
            "on", f"This was {what} on {show_day(begun, laptop.today)}: what came of it is not older."
        )


# -- we disagree -------------------------------------------------------------------------------------------------


def open_disagreement(laptop: Laptop, entry: DisagreementEntry) -> Saved:
    """Record that we disagree with another service; its clock begins. Early help goes on. Raises ``Refused`` per field."""
    scope = _file(laptop, entry.family_id, entry.contact_id)
    check = laptop.check()
    fields = {
        "view": check.text("view", entry.view, needed="What is our view, and why?"),
        "other": check.text("other", entry.other, needed="What is their view, in their words as far as you know them?"),
        "with_whom": check.line("with_whom", entry.with_whom, needed="With whom do we disagree? A person and their service."),
        "on": check.day("on", entry.on, needed="Since which day?", past=True),
    }  # fmt: skip
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        row = write_disagreement(laptop, work, scope, {"contact_id": entry.contact_id or None, **fields})
    return laptop.saved(row, entry.draft_id, rules.MEANWHILE)


def write_disagreement(laptop: Laptop, work: Work, scope: str, fields: Mapping[str, str | None]) -> str:
    """Write a disagreement (view, other view, with whom, since when) within an act; returns the row's id."""
    return work.create(scope, "disagreement", {
        **fields, "view_readers": WORKERS, "other_readers": WORKERS, "by": laptop.who.id,
    })  # fmt: skip


def escalate_disagreement(laptop: Laptop, entry: EscalateEntry) -> Saved:
    """Take a disagreement to its next stage, because. Raises ``Refused`` per field."""
    found = _open(laptop, entry.disagreement_id)
    following = rules.next_stage(found)
    if following is None:
        raise refuse("stage", "This is the last stage: what remains is to record its outcome.")
    check = laptop.check()
    because = check.text("because", entry.because, needed="Why was it not settled at this stage?")
    on = check.day("on", entry.on, needed="On which day?", past=True)
    _not_before(laptop, check, on, rules.stands(found).since, "at this stage")
    check.done()
    _step(laptop, found, rules.ESCALATED, rules.stands(found).number + 1, because, on)
    note = f"Now {following.name}, {_days(following.days)}."
    return laptop.saved(found.id, entry.draft_id, note)


def _days(count: int) -> str:
    return f"{count} working day{'' if count == 1 else 's'}"


def settle_disagreement(laptop: Laptop, entry: SettleEntry) -> Saved:
    """Record how a disagreement was settled. Raises ``Refused`` per field."""
    found = _open(laptop, entry.disagreement_id)
    check = laptop.check()
    outcome = check.text(
        "outcome", entry.outcome, needed="How was it settled, and what follows for the children?"
    )
    on = check.day("on", entry.on, needed="On which day?", past=True)
    _not_before(laptop, check, on, rules.stands(found).since, "at this stage")
    check.done()
    _step(laptop, found, rules.SETTLED, rules.stands(found).number, outcome, on)
    return laptop.saved(found.id, entry.draft_id)


def _open(laptop: Laptop, identity: str) -> DisagreementView:
    scope = _scope(laptop, "disagreement", identity)
    with laptop.store.reading() as connection:
        all_of_it = queries.in_scope(connection, scope)[1]
    found = next((d for d in all_of_it if identity in d.ids), None)
    if found is None:
        raise refuse(*NOT_HERE["disagreement"])
    stand = rules.stands(found)
    if not stand.open:
        day = show_day(stand.settled_on, laptop.today)
        raise refuse("disagreement", f"This was settled on {day}. What is new is a disagreement of its own.")
    return found


def _step(laptop: Laptop, found: DisagreementView, step: str, stage: int, text: str, on: str | None) -> None:
    with laptop.store.work(laptop.who.id) as work:
        work.create(found.scope, "disagreement_step", {
            "disagreement_id": found.id, "step": step, "stage": stage, "text": text, "text_readers": WORKERS, "on": on,
            "by": laptop.who.id,
        })  # fmt: skip
