"""Agreement, sharing and assessment in ``familyhub family show``: JSON and plain lines; one person's copy of them."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from familyhub.casework import reading
from familyhub.casework.problems import refuse
from familyhub.cli.common import laptop_of, show
from familyhub.practice import assessment as rules
from familyhub.practice.agreement import listed, standings
from familyhub.practice.days import show_day
from familyhub.practice.family_copy import copy_of
from familyhub.practice.family_file import FamilyFile
from familyhub.records.codes import LAWFUL_BASIS, SAFE_TO_STOP


def family_copy(args: argparse.Namespace) -> None:
    """``familyhub family copy``."""
    with laptop_of(args) as laptop:
        file = reading.family(laptop, args.id)
        today = laptop.today
    if args.person not in {p.id for p in (*file.adults, *file.children)}:
        raise refuse("person", f"{args.person[:40]} is nobody in this family.")
    found = copy_of(file, args.about, args.person, today)
    if not found:
        raise refuse("about", f"There is no {args.about} of theirs to give a copy of yet.")
    rows = [{"heading": line.heading, "text": line.text} for line in found]
    show(args, rows, [f"{line.heading}: {line.text}" for line in found])


def agreement_json(file: FamilyFile) -> dict[str, Any]:
    """``agreement``: where it stands for each adult it is asked of; ``sharing``: the log, the newest first."""
    return {
        "agreement": [
            {
                "person_id": s.person.id, "person": s.person.given, "responsibility": s.person.responsibility,
                "state": s.line.state_code if s.line else None, "on": s.line.on if s.line else None,
                "agencies": list(listed(s.line.agencies)) if s.line else [],
                "not_agencies": list(listed(s.line.not_agencies)) if s.line else [],
                "why": s.line.why if s.line else "", "refresh_due": s.refresh, "opinion_asked": s.waits,
                "safe_to_stop": (s.line.safe_to_stop or None) if s.line else None,
                "opinion": s.line.opinion.text if s.line and s.line.opinion else None,
            }
            for s in standings(file)
        ],
        "sharing": [
            {"id": s.id, "on": s.on, "agency": s.agency, "who": s.who, "what": s.what, "readers": s.what_readers, "why": s.why,
             "basis": s.basis, "within": s.within or None, "without_why": s.without_why, "told": s.told,
             "told_why": s.told_why, "by": s.by}
            for s in file.sharing
        ],
    }  # fmt: skip


def assessment_json(file: FamilyFile) -> dict[str, Any] | None:
    """The assessment that counts, section by section, with what is still needed; None where none was started."""
    current = rules.now(file)
    if current is None:
        return None
    done, due = current.completion, rules.due(current.started_on, file.assessment_rules)
    waiting = {n.id for n in rules.to_carry(current, file)}
    return {
        "id": current.id, "state": current.state, "started": current.started_on, "organisation": current.organisation,
        "by": current.by_id, "due": due.isoformat() if due else None, "completed": done.on if done else None,
        "signed": done.signed_on if done and done.signature == "signed" else None,
        "returned_because": done.reason if done and done.signature == "returned" else None,
        "sections": [_section(current, place) for place in rules.places(file)],
        "needs": [{"id": n.id, "person_id": n.person_id, "what": n.what, "readers": n.readers, "score": n.score,
                   "in_plan": n.id not in waiting} for n in current.needs],
        "family_meeting": current.offer.answer if current.offer else None,
        "still_needed": [
            {"section": lack.place.section, "person_id": lack.place.person_id, "field": lack.field, "words": lack.words}
            for lack in (rules.still_needed(current, file) if current.open else ())
        ],
    }  # fmt: skip


def _section(current: rules.AssessmentView, place: rules.Place) -> dict[str, Any]:
    person = place.person_id or ""
    texts = {t: current.text(place.section, t, place.person_id) for t in rules.TOPICS[place.section]}
    found: dict[str, Any] = {
        "section": place.section, "person_id": place.person_id,
        "texts": {t: {"text": x.text, "readers": x.readers, "on": x.on} for t, x in texts.items() if x is not None},
    }  # fmt: skip
    if place.section in rules.SCORED:
        found["score"] = current.score(place.section, place.person_id)
    if place.section == "day":
        found["texts"] = {d.part: {"text": d.text, "readers": d.readers, "on": d.on} for d in current.days
                          if d.person_id == person}  # fmt: skip
    if place.section == "voice" and (voice := current.voice(person)) is not None:
        found |= {"said": voice.said, "readers": voice.said_readers, "none_because": voice.none_because}
    if place.section == "adult" and (met := current.was_met(person)) is not None:
        found |= {"met": met.met, "why_not": met.why_not}
    return found


def agreement_lines(file: FamilyFile, now: date) -> list[str]:
    """Agreement and the sharing log as plain lines."""
    out = []
    for s in standings(file):
        if s.line is None:
            out.append(f"Agreement: {s.person.given}, not recorded.")
            continue
        line = s.line
        parts = [line.state + (f" {show_day(line.on, now)}" if line.on else ""), line.agencies]
        parts += [f"not {line.not_agencies}" if line.not_agencies else "", line.why]
        if line.state_code == "withdrawn":
            parts.append(f"safe to stop: {SAFE_TO_STOP.words(line.safe_to_stop) or 'not said'}")
        parts += ["to be asked again" if s.refresh else "", "a manager's view is asked" if s.waits else ""]
        out.append(f"Agreement: {s.person.given}, {', '.join(p for p in parts if p)}.")
    for x in file.sharing:
        how = f"within what {x.within} agreed to" if x.within else "without agreement"
        out.append(
            f"Shared: {show_day(x.on, now)}, {x.agency}: {x.what} ({LAWFUL_BASIS.words(x.basis)}, {how})"
        )
    return out


def assessment_lines(file: FamilyFile, now: date) -> list[str]:
    """The assessment in a line, and what is still needed."""
    current = rules.now(file)
    if current is None:
        return []
    started = show_day(current.started_on, now)
    out = [
        f"Assessment: {rules.STATE_WORDS[current.state]}, started {started}, {current.organisation}. [{current.id}]"
    ]
    if current.open:
        out += [f"Assessment, still needed: {lack.words}." for lack in rules.still_needed(current, file)]
    return out
