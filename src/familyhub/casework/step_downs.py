"""Step down: social care asks early help to take a family on, in the family's file or in the contact that they come as.

A coordinator or manager accepts it with a level for each child: help opens as it does from any contact. Or they decline it
(``handshakes.decline_step``), and *we disagree* opens. Nobody else signs it, whatever the level: this is the Desk's answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from familyhub.casework import front_door, help_opening, reading, triage
from familyhub.casework.checking import Check
from familyhub.casework.entries import Saved
from familyhub.casework.handshake_entries import AcceptStep, StepDownEntry
from familyhub.casework.handshake_parts import Fields, Found, ask, asked, none_open
from familyhub.casework.help_opening import Level
from familyhub.casework.problems import refuse
from familyhub.practice.days import day_of, show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.front_door import DONE, HELD, NEW, RETURNED, ContactView, Decision, stands
from familyhub.practice.handshakes import ACCEPTED, STEP_DOWN, HandshakeView
from familyhub.records.codes import LEVEL, SAFE_NOW
from familyhub.store.laptop import new_id

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.store.laptop import Work

NOT_HELPED = "none"
HELPED = "Early help is open for this family already: there is nothing to step down."
HELPED_NOW = "Early help is open for this family already: withdraw the step down."
NOT_HERE = "That family's file is not on this laptop: its coordinator accepts or declines."


@dataclass(frozen=True, slots=True)
class Asked:
    """A child about whom an acceptance asks; ``safe``: the last answer to *safe now?*, where it is asked."""

    id: str
    given: str
    safe: str | None = None


def ask_step_down(laptop: Laptop, entry: StepDownEntry) -> Saved:
    """Record that social care asks early help to take a family on. Raises ``Refused`` with a sentence per field."""
    check = laptop.check()
    if entry.contact_id:
        contact = _undecided(laptop, entry.contact_id)
        scope, episode, began = f"con:{contact.id}", "", day_of(contact.received_at)
    elif entry.family_id:
        file = reading.family(laptop, entry.family_id)
        if file.helped:
            raise refuse("family_id", HELPED)
        none_open(laptop, file.handshakes, STEP_DOWN)
        scope, episode, began = f"fam:{file.id}", file.episode_id, None
    else:
        raise refuse("family_id", "Which family or contact is it about?")
    fields = asked(check, entry, "Why does social care step it down: what is better, what is still needed?")
    if not fields["attached"]:
        check.wrong("attached", "What do they hand over: their plan, a closing summary? Or why nothing?")
    if fields["on"] and began and fields["on"] < began.isoformat():
        day = show_day(began, laptop.today)
        check.wrong("on", f"The contact came on {day}: it was not asked for before. Which day was it?")
    handover = check.day("handover_on", entry.handover_on)
    check.done()
    row = ask(laptop, scope, {
        **fields, "kind": STEP_DOWN, "episode_id": episode or None, "handover_on": handover,
    })  # fmt: skip
    return laptop.saved(row, entry.draft_id, "Early help begins when the coordinator accepts.")


def _undecided(laptop: Laptop, contact_id: str) -> ContactView:
    """A contact in which a step down may be asked for; raises ``Refused``."""
    contact = front_door.contact(laptop, contact_id)
    none_open(laptop, contact.handshakes, STEP_DOWN)
    stand = stands(contact, laptop.today)
    if stand.state not in (NEW, HELD, RETURNED):
        raise refuse(
            "contact", f"This contact is decided: {stand.words}. A step down is a contact of its own."
        )
    if contact.family_id and help_opening.is_held(laptop, contact.family_id):
        file = reading.family(laptop, contact.family_id)
        if file.helped:
            raise refuse("contact", HELPED)
        none_open(laptop, file.handshakes, STEP_DOWN)
    return contact


# -- accepting ---------------------------------------------------------------------------------------------------


def accept(
    laptop: Laptop, entry: AcceptStep, found: Found, check: Check, on: str | None, fields: Fields
) -> Saved:
    """Accept a step down: help opens, and the family waits for a worker. Raises ``Refused`` per field."""
    one = found.one
    levels = _levels(check, children_asked(found), entry)
    handover = check.day("handover_on", entry.handover_on, past=True)
    handover_with = check.line("handover_with", entry.handover_with) or one.whom if handover else ""
    if not entry.handover_on.strip() and not fields["text"]:
        check.wrong("handover_on", "When was the joint handover meeting? Or write below why there was none.")
    if handover and not handover_with:
        check.wrong("handover_with", "Who of social care was at the handover meeting?")
    if handover and on and handover > on:
        check.wrong("handover_on", "The handover meeting comes before early help accepts. Which day was it?")
    objection = _objection(laptop, found)
    if objection:
        check.wrong("handshake", objection)
    check.done()
    day = on or laptop.today.isoformat()
    with laptop.store.work(laptop.who.id) as work:
        if found.contact is not None:
            episode = _open_from_contact(laptop, work, found.contact, one, entry, levels, day)
        else:
            assert found.file is not None
            given = {person: Level(level, day, one.reason, laptop.who.id) for person, level in levels.items()}
            episode = help_opening.begin_episode(work, found.scope, day, laptop.who.id, given)
            help_opening.hold_new(laptop, work, found.file.id, found.file.locality)
        row = work.create(found.scope, "step_down_answer", {
            **fields, "handshake_id": one.id, "answer": ACCEPTED, "handover_on": handover,
            "handover_with": handover_with or None, "episode_id": episode, "on": on, "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(
        row, entry.draft_id, "Early help is open: the family waits for a worker, at the Desk."
    )


def _objection(laptop: Laptop, found: Found) -> str:
    """Why help cannot be opened, as one sentence; empty where it can."""
    if found.file is not None:
        return HELPED_NOW if found.file.helped else ""
    contact = found.contact
    assert contact is not None
    if stands(contact, laptop.today).state == DONE:
        return triage.SETTLED
    if any(s.step == "opened" for s in contact.steps):
        return HELPED_NOW
    if contact.family_id and not help_opening.is_held(laptop, contact.family_id):
        return NOT_HERE
    if contact.family_id and help_opening.has_open_help(laptop, contact.family_id, contact.id):
        return HELPED_NOW
    return ""


def _open_from_contact(
    laptop: Laptop, work: Work, contact: ContactView, one: HandshakeView, entry: AcceptStep, levels: Mapping[str, str],
    day: str,
) -> str:  # fmt: skip
    """Write what was answered about each child, and open help as a decision at the front door does; returns the episode."""
    check, who = Check(laptop.today), laptop.who
    helped = {}
    for child in contact.children:
        safe = check.code("safe", entry.safe.get(child.id, ""), SAFE_NOW)
        if safe:
            triage.answer_safe(laptop, work, contact, child, safe, entry.safe_how)
        if child.id in levels:
            made = Decision(new_id(), levels[child.id], "early_help", one.reason, day, who.id, who.name)
            helped[child.id] = made
            triage.write_decision(work, contact, child, made)
    opened = help_opening.open_help(laptop, work, contact, helped, contact.family_id, day)
    help_opening.show_outcome(work, contact, ["early_help"], opened.shown)
    return opened.episode


def _levels(check: Check, children: list[Asked], entry: AcceptStep) -> dict[str, str]:
    """The level of each child who is helped; of a contact's children *safe now?* is asked before it."""
    known = {c.id for c in children}
    found: dict[str, str] = {}
    for unknown in (entry.levels.keys() | entry.safe.keys()) - known:
        check.wrong("levels", f"There is no child {unknown[:40]} in this household.")
    for child in children:
        given, typed = child.given, entry.levels.get(child.id, "").strip()
        if child.safe is not None:
            _safe(check, child, entry.safe.get(child.id, ""))
        if typed == NOT_HELPED:
            continue
        needed = (
            f"Which level of need has {given} now? Or “{NOT_HELPED}”, where early help is not for {given}."
        )
        level = check.code(f"levels:{child.id}", typed, LEVEL, needed=needed)
        if level == "4":
            check.wrong(f"levels:{child.id}", "Level 4 is social care's: it cannot be stepped down yet.")
        elif level:
            found[child.id] = level
    if not found and not check.problems:
        check.wrong("levels", "Early help is for one child at least: which level of need do they have?")
    return found


def _safe(check: Check, child: Asked, typed: str) -> None:
    field, given = f"safe:{child.id}", child.given
    answer = check.code(field, typed, SAFE_NOW) or (child.safe if not typed.strip() else "")
    if not answer and not typed.strip():
        check.wrong(field, f"Is {given} safe now? Ask before the level: yes, no or not known.")
    elif answer == "no":
        check.wrong(
            field,
            f"{given} is not safe now: social care keeps the family. Decline, or ask again and record it.",
        )


def children_asked(found: Found) -> list[Asked]:
    """The children about whom an acceptance asks: those named in the contact, or those of the household, unborn ones too."""
    if found.contact is not None:
        return [Asked(c.id, c.given, c.safe.safe_now if c.safe else "") for c in found.contact.children]
    return household(found.file) if found.file is not None else []


def household(file: FamilyFile) -> list[Asked]:
    """The children of the household, unborn ones too."""
    return [Asked(c.id, c.given) for c in file.children if c.lives_here and not c.third_party]
