"""The early help assessment: what was written, what is still needed to complete it, when it is due. Pure.

Sources: assessment framework (a child's developmental needs, parenting capacity, family and environment); the product's
domain notes, sections 3, 4 and 8 (no assessment is completed while a child has no views and no reason for it).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from familyhub.practice.clocks import add_working_days, parse_day
from familyhub.practice.days import show_day
from familyhub.records.codes import ASSESSMENT_SECTION, ASSESSMENT_TOPIC, DAY_LINE

if TYPE_CHECKING:
    from familyhub.practice.family_file import FamilyFile
    from familyhub.practice.household import Child, Member

STARTED, COMPLETED, RETURNED, SIGNED = "started", "completed", "returned", "signed"
STATE_WORDS = {
    STARTED: "being written", COMPLETED: "completed, waits for a manager's signature", RETURNED: "returned by the manager",
    SIGNED: "signed",
}  # fmt: skip
TOPICS: dict[str, tuple[str, ...]] = {
    "child": ("strengths", "worries", "meaning"),
    "voice": (),
    "day": (),
    "parenting": ("strengths", "worries"),
    "environment": ("strengths", "worries"),
    "adult": ("views",),
    "family": ("network", "goals", "analysis"),
}
"""The texts of each section, in the order they are written."""
SCORED = frozenset({"child", "parenting", "environment"})
"""Sections with a place on the scale from 0 (worst) to 10."""
NEEDED = {
    "child": ("strengths", "worries", "meaning"), "parenting": ("strengths", "worries"),
    "environment": ("strengths", "worries"), "family": ("network", "goals", "analysis"),
}  # fmt: skip
DEFAULT_READERS = {
    "strengths": "family", "worries": "professionals", "meaning": "workers", "views": "professionals",
    "network": "family", "goals": "family", "analysis": "workers", "said": "workers", "asked": "workers",
    "none_because": "workers", "why_not": "workers", "meeting_why": "workers", **dict.fromkeys(DAY_LINE.values, "workers"),
}  # fmt: skip
"""Who may read a text until somebody says otherwise: a child's words, their day and what we make of it are for workers only."""


@dataclass(frozen=True, slots=True)
class AssessmentRules:
    """The clock of an assessment; a locality may change it."""

    working_days: int = 10
    """Working days from the start to completion (Sefton early help guidance: 10; elsewhere 20 to 45)."""


@dataclass(frozen=True, slots=True)
class SectionText:
    """One text as it was written on a day."""

    section: str
    topic: str
    person_id: str | None
    text: str
    readers: str
    on: str
    by: str


@dataclass(frozen=True, slots=True)
class SectionScore:
    """Where things stood in a section on a day."""

    section: str
    person_id: str | None
    score: int
    on: str


@dataclass(frozen=True, slots=True)
class MetView:
    """Whether an adult was met, and why not."""

    person_id: str
    met: bool
    why_not: str
    readers: str
    on: str


@dataclass(frozen=True, slots=True)
class MeetingOffer:
    """Whether family group decision-making was offered, and what they said."""

    answer: str
    why: str
    readers: str
    on: str


@dataclass(frozen=True, slots=True)
class FoundNeed:
    """A need that the assessment found."""

    id: str
    person_id: str | None
    whom: str
    headline: str
    what: str
    readers: str
    score: int | None


@dataclass(frozen=True, slots=True)
class Completion:
    """The day on which it was completed, and what a manager said of it."""

    id: str
    on: str
    by: str
    by_id: str
    review_first_why: str
    signature: str = ""
    signed_on: str = ""
    signed_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VoiceView:
    """A child's words outside a visit, or why there are none."""

    id: str
    person_id: str
    occasion: str
    occasion_id: str
    said: str
    said_readers: str
    asked: str
    asked_readers: str
    method: str
    none_because: str
    none_readers: str
    on: str
    by: str
    by_id: str


@dataclass(frozen=True, slots=True)
class DayPart:
    """One of the five lines of a day in a child's life, on one occasion."""

    person_id: str
    occasion: str
    occasion_id: str
    part: str
    text: str
    readers: str
    on: str


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """An assessment, with every version of what was written in it, the oldest first."""

    id: str
    episode_id: str | None
    started_on: str | None
    organisation: str
    by: str
    by_id: str
    texts: tuple[SectionText, ...] = ()
    scores: tuple[SectionScore, ...] = ()
    met: tuple[MetView, ...] = ()
    offers: tuple[MeetingOffer, ...] = ()
    needs: tuple[FoundNeed, ...] = ()
    completions: tuple[Completion, ...] = ()
    voices: tuple[VoiceView, ...] = ()
    days: tuple[DayPart, ...] = ()

    @property
    def completion(self) -> Completion | None:
        """The last completion."""
        return self.completions[-1] if self.completions else None

    @property
    def state(self) -> str:
        """Where it stands: started, completed, returned or signed."""
        last = self.completion
        if last is None:
            return STARTED
        return {"signed": SIGNED, "returned": RETURNED}.get(last.signature, COMPLETED)

    @property
    def open(self) -> bool:
        """Whether it may be written in."""
        return self.state in (STARTED, RETURNED)

    def text(self, section: str, topic: str, person_id: str | None = None) -> SectionText | None:
        """What stands at one place: the last that was written there."""
        here = [t for t in self.texts if (t.section, t.topic, t.person_id) == (section, topic, person_id)]
        return here[-1] if here else None

    def score(self, section: str, person_id: str | None = None) -> int | None:
        """Where things stand in a section, 0 to 10."""
        here = [s for s in self.scores if (s.section, s.person_id) == (section, person_id)]
        return here[-1].score if here else None

    def was_met(self, person_id: str) -> MetView | None:
        """What stands about meeting an adult."""
        return next((m for m in reversed(self.met) if m.person_id == person_id), None)

    def voice(self, person_id: str) -> VoiceView | None:
        """What a child said for this assessment, or why nothing."""
        return next((v for v in reversed(self.voices) if v.person_id == person_id), None)

    def day(self, person_id: str, part: str) -> DayPart | None:
        """One line of a child's day as it stands in this assessment."""
        return next((d for d in reversed(self.days) if (d.person_id, d.part) == (person_id, part)), None)

    @property
    def offer(self) -> MeetingOffer | None:
        """What stands about family group decision-making."""
        return self.offers[-1] if self.offers else None


@dataclass(frozen=True, slots=True)
class Place:
    """A section of the assessment: what it is and about whom."""

    section: str
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is still needed before the assessment can be completed; ``field``: where it is written."""

    place: Place
    field: str
    words: str


def now(file: FamilyFile) -> AssessmentView | None:
    """The assessment that counts: the one that was started last."""
    return file.assessments[-1] if file.assessments else None


def places(file: FamilyFile) -> tuple[Place, ...]:
    """The sections of this family's assessment, in the order of the page: each child, the two other domains, each adult, all."""
    out: list[Place] = []
    for child in children(file):
        kinds = ("child", "voice", "day") if child.role == "child" else ("child",)
        out += [Place(kind, child.id) for kind in kinds]
    out += [Place("parenting"), Place("environment")]
    out += [Place("adult", adult.id) for adult in adults(file)]
    return (*out, Place("family"))


def children(file: FamilyFile) -> tuple[Child, ...]:
    """Every child of the household, unborn ones too, whoever they were first referred for; none of another household."""
    return tuple(c for c in file.children if not c.third_party)


def adults(file: FamilyFile) -> tuple[Member, ...]:
    """Both parents, wherever they live, and each adult of the household."""
    return tuple(a for a in file.adults if a.responsibility or (a.role == "adult" and a.lives_here))


def name_of(file: FamilyFile, person_id: str | None) -> str:
    """The given name of somebody in the file."""
    return next((p.given for p in (*file.children, *file.adults) if p.id == person_id), "")


def title(file: FamilyFile, place: Place) -> str:
    """A section's name: ``A day in Leo's life``."""
    name = name_of(file, place.person_id)
    if any(c.id == place.person_id and c.role == "unborn" for c in file.children):
        return "The baby who is not born yet"
    return ASSESSMENT_SECTION.values[place.section].replace("{child}", name).replace("{adult}", name)


def topic_words(file: FamilyFile, place: Place, topic: str) -> str:
    """A text's heading; the question about the child names the child."""
    name = name_of(file, place.person_id)
    if topic == "meaning" and name:
        return f"What does this mean for {name}?"
    return ASSESSMENT_TOPIC.words(topic)


def still_needed(assessment: AssessmentView, file: FamilyFile) -> tuple[Lack, ...]:
    """What stands in the way of completing it, in the order of the page; empty when nothing does."""
    return tuple(lack for place in places(file) for lack in _lacks(assessment, file, place))


def _lacks(assessment: AssessmentView, file: FamilyFile, place: Place) -> Iterator[Lack]:
    section, person = place.section, place.person_id
    name = name_of(file, person)
    about = f"{name}: " if name else f"{title(file, place)}: " if section != "family" else ""
    unborn = any(c.id == person and c.role == "unborn" for c in file.children)
    for topic in ("meaning",) if unborn else NEEDED.get(section, ()):
        if not _written(assessment.text(section, topic, person)):
            words = "what does it mean" if topic == "meaning" else topic.replace("network", "family network")
            yield Lack(place, topic, f"{about}{words}")
    if section in SCORED and not unborn and assessment.score(section, person) is None:
        yield Lack(place, "score", f"{about}0 to 10")
    if section == "voice":
        voice = assessment.voice(person or "")
        if voice is None or not (voice.said or voice.none_because):
            yield Lack(place, "said", f"{about}own words, or why none")
    if section == "day":
        missing = [p for p in DAY_LINE.values if not _written(assessment.day(person or "", p))]
        if missing:
            count = (
                "a day in their life"
                if len(missing) == len(DAY_LINE.values)
                else f"{len(missing)} of the day's lines"
            )
            yield Lack(place, missing[0], f"{about}{count}")
    if section == "adult":
        met = assessment.was_met(person or "")
        if met is None:
            yield Lack(place, "answer", f"{about}met or not")
        elif not met.met and not met.why_not:
            yield Lack(place, "why_not", f"{about}why not met")
    if section == "family" and assessment.offer is None:
        yield Lack(place, "answer", "was a family meeting offered")


def _written(found: SectionText | DayPart | None) -> bool:
    return found is not None and bool(found.text)


def due(started_on: str | None, rules: AssessmentRules) -> date | None:
    """The day by which an assessment that was started then is to be completed."""
    began = parse_day(started_on)
    return add_working_days(began, rules.working_days) if began is not None else None


def briefly(file: FamilyFile, today: date) -> tuple[str, bool]:
    """Where the assessment stands in few words, and whether it is late: ``assessment by Thu 26 Mar``."""
    current = now(file)
    if current is None:
        return "no assessment yet", False
    if current.state in (SIGNED, COMPLETED):
        return f"assessment {'signed' if current.state == SIGNED else 'to be signed'}", False
    day = due(current.started_on, file.assessment_rules)
    if day is None:
        return "assessment begun", False
    late = day < today
    return f"assessment {'late, was due' if late else 'by'} {show_day(day, today)}", late


def review_before(file: FamilyFile, completed_on: str) -> str | None:
    """The day of a review that was held in this spell of help before the assessment; None where there was none."""
    began = file.opened_on or ""
    held = [
        p.reviewed_first for p in file.plans if p.reviewed_first and began <= p.reviewed_first < completed_on
    ]
    return min(held, default=None)


def review_needs_reason(file: FamilyFile, on: str) -> bool:
    """Whether a review on a day would come before this family's assessment: it can be held, with a reason."""
    current = now(file)
    done = current.completion if current is not None and not current.open else None
    return done is None or on < done.on


def carried_id(need_id: str) -> str:
    """The id in the plan of a need that an assessment found: the same on every laptop, so that it is carried once."""
    return hashlib.blake2b(f"plan:{need_id}".encode(), digest_size=16).hexdigest()


def to_carry(assessment: AssessmentView, file: FamilyFile) -> tuple[FoundNeed, ...]:
    """The needs of an assessment that are in no plan of the family yet."""
    held = {n.id for p in file.plans for n in p.needs}
    return tuple(n for n in assessment.needs if carried_id(n.id) not in held)
