"""The family's own copy of an agreement or an assessment: for one person, with nothing labelled narrower than *the family too*.

Source: safe practice. One copy for each person; what another adult agreed to, said or was asked is never in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from familyhub.practice import assessment as rules
from familyhub.practice.assessment import AssessmentView, Place
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.records.codes import ASSESSMENT_TOPIC, DAY_LINE, FAMILY_MEETING

FAMILY = "family"


@dataclass(frozen=True, slots=True)
class CopyLine:
    """A text of a copy under its heading; ``label``: who may read it, always the family too."""

    heading: str
    text: str
    label: str = FAMILY


def agreement_copy(file: FamilyFile, person_id: str, today: date) -> tuple[CopyLine, ...]:
    """What this person agreed to, in their own copy; empty where nothing of theirs is recorded."""
    line = next((a for a in file.agreement if a.person_id == person_id), None)
    if line is None:
        return ()
    out = [
        CopyLine("What you said", line.state),
        CopyLine("On", show_day(line.on, today) if line.on else "no day recorded"),
    ]
    if line.agencies:
        out.append(CopyLine("Who may know and help", line.agencies))
    if line.not_agencies:
        out.append(CopyLine("Who may not", line.not_agencies))
    out += _if("What you agreed to", line.what, line.what_readers)
    out += _if("Why", line.why, line.why_readers)
    return tuple(out)


def assessment_copy(file: FamilyFile, person_id: str) -> tuple[CopyLine, ...]:
    """The completed assessment as this person may read it; empty while it is being written."""
    current = rules.now(file)
    if current is None or current.open:
        return ()
    out = [
        line
        for place in rules.places(file)
        if place.section != "adult"
        for line in _place(file, current, place)
    ]
    out += _place(file, current, Place("adult", person_id))
    for need in current.needs:
        out += _if(
            f"What needs to be different{f' for {need.whom}' if need.whom else ''}", need.what, need.readers
        )
    return tuple(out)


def copy_of(file: FamilyFile, about: str, person_id: str, today: date) -> tuple[CopyLine, ...]:
    """A person's copy of what ``about`` names: ``agreement`` or ``assessment``."""
    return (
        agreement_copy(file, person_id, today) if about == "agreement" else assessment_copy(file, person_id)
    )


def _if(heading: str, text: str, readers: str) -> list[CopyLine]:
    return [CopyLine(heading, text)] if text and readers == FAMILY else []


def _place(file: FamilyFile, current: AssessmentView, place: Place) -> Iterator[CopyLine]:
    name, person = rules.title(file, place), place.person_id or ""
    for topic in rules.TOPICS[place.section]:
        if (text := current.text(place.section, topic, place.person_id)) is not None:
            yield from _if(f"{name}: {ASSESSMENT_TOPIC.words(topic)}", text.text, text.readers)
    score = current.score(place.section, place.person_id)
    if score is not None:
        yield CopyLine(name, f"stands at {score} of 10")
    if place.section == "voice" and (voice := current.voice(person)) is not None:
        yield from _if(name, voice.said, voice.said_readers)
        yield from _if(f"{name}: what was asked", voice.asked, voice.asked_readers)
    if place.section == "day":
        for part, heading in DAY_LINE.values.items():
            if (day := current.day(person, part)) is not None:
                yield from _if(f"{name}: {heading}", day.text, day.readers)
    if place.section == "adult" and (met := current.was_met(person)) is not None:
        yield from _if(f"{name}: why we did not meet", met.why_not, met.readers)
    if place.section == "family" and current.offer is not None:
        yield CopyLine("A family meeting was", FAMILY_MEETING.words(current.offer.answer))
        yield from _if("A family meeting: what you said", current.offer.why, current.offer.readers)
