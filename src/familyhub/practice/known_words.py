"""What is known already, to be taken over and not typed again: a child's last words, what an earlier assessment says. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from familyhub.practice import assessment
from familyhub.practice.assessment import DayPart, Place, SectionText, VoiceView

if TYPE_CHECKING:
    from familyhub.practice.family_file import FamilyFile
    from familyhub.practice.visit_view import VisitView


@dataclass(frozen=True, slots=True)
class KnownWords:
    """A child's last words, wherever they were written down, to be taken over and not typed again."""

    on: str
    said: str
    said_readers: str
    asked: str
    method: str
    visit_id: str | None


def last_words(visits: Iterable[VisitView], voices: Iterable[VoiceView], person_id: str) -> KnownWords | None:
    """What a child said last, at a visit or outside one."""
    found = [
        KnownWords(v.on, c.said, c.said_readers, c.asked, c.method, v.id)
        for v in visits for c in v.children if c.child_id == person_id and c.said
    ]  # fmt: skip
    found += [
        KnownWords(v.on, v.said, v.said_readers, v.asked, v.method, None)
        for v in voices if v.person_id == person_id and v.said
    ]  # fmt: skip
    return max(found, key=lambda k: k.on, default=None)


def known_text(file: FamilyFile, place: Place, topic: str) -> SectionText | DayPart | None:
    """What an earlier assessment, or an earlier day that was written down, says at a place of the present one."""
    current = assessment.now(file)
    if place.section == "day":
        days = [d for d in file.days if (d.person_id, d.part) == (place.person_id, topic)]
        other = [d for d in days if current is None or d.occasion_id != current.id]
        return other[-1] if other else None
    for earlier in reversed(file.assessments[:-1]):
        if (found := earlier.text(place.section, topic, place.person_id)) is not None and found.text:
            return found
    return None
