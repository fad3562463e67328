"""The early help assessment of a whole family: sections written one by one, completed, signed. All of it is dated rows."""

from __future__ import annotations

from familyhub.records.codes import (
    ASSESSMENT_SECTION,
    ASSESSMENT_TOPIC,
    CHILD_METHOD,
    DAY_LINE,
    FAMILY_MEETING,
    NEED_HEADLINE,
    OCCASION,
    SIGNATURE,
)
from familyhub.records.synced import Synced, code, day, flag, line, number, readers, ref, words


class Assessment(Synced, table=True):
    """An assessment that was started on a day, and by which organisation (Annex A, list 2)."""

    entity = "assessment"
    append_only = True
    episode_id: str | None = ref("episode")
    started_on: str | None = day()
    organisation: str | None = line()
    by: str | None = ref("worker")


class AssessmentText(Synced, table=True):
    """One text of a section, about one person or the whole family; a later one for the same place replaces it on screen."""

    entity = "assessment_text"
    append_only = True
    assessment_id: str | None = ref("assessment")
    section: str | None = code(ASSESSMENT_SECTION)
    topic: str | None = code(ASSESSMENT_TOPIC)
    person_id: str | None = ref("person")
    text: str | None = words()
    text_readers: str | None = readers()
    on: str | None = day()
    by: str | None = ref("worker")


class AssessmentScore(Synced, table=True):
    """Where things stand in a section on a day, 0 (worst) to 10."""

    entity = "assessment_score"
    append_only = True
    assessment_id: str | None = ref("assessment")
    section: str | None = code(ASSESSMENT_SECTION)
    person_id: str | None = ref("person")
    score: int | None = number()
    on: str | None = day()
    by: str | None = ref("worker")


class AssessmentMet(Synced, table=True):
    """Whether a parent or another adult of the household was met for the assessment, and why not."""

    entity = "assessment_met"
    append_only = True
    assessment_id: str | None = ref("assessment")
    person_id: str | None = ref("person")
    met: bool | None = flag()
    why_not: str | None = words()
    why_not_readers: str | None = readers()
    on: str | None = day()
    by: str | None = ref("worker")


class FamilyMeetingOffer(Synced, table=True):
    """Family group decision-making: whether it was offered, what the family said, why."""

    entity = "family_meeting_offer"
    append_only = True
    assessment_id: str | None = ref("assessment")
    answer: str | None = code(FAMILY_MEETING)
    why: str | None = words()
    why_readers: str | None = readers()
    on: str | None = day()
    by: str | None = ref("worker")


class AssessmentNeed(Synced, table=True):
    """A need that the assessment found; it becomes a need of the plan in one act, with these words."""

    entity = "assessment_need"
    append_only = True
    assessment_id: str | None = ref("assessment")
    person_id: str | None = ref("person")
    headline: str | None = code(NEED_HEADLINE)
    what: str | None = words()
    what_readers: str | None = readers()
    score: int | None = number()
    on: str | None = day()
    by: str | None = ref("worker")


class AssessmentCompletion(Synced, table=True):
    """The assessment was completed on a day. ``review_first_why``: why a review was held before it."""

    entity = "assessment_completion"
    append_only = True
    assessment_id: str | None = ref("assessment")
    on: str | None = day()
    review_first_why: str | None = words()
    review_first_why_readers: str | None = readers()
    by: str | None = ref("worker")


class AssessmentSignature(Synced, table=True):
    """A manager signed a completed assessment, or returned it with a reason."""

    entity = "assessment_signature"
    append_only = True
    completion_id: str | None = ref("assessment_completion")
    signature: str | None = code(SIGNATURE)
    on: str | None = day()
    reason: str | None = words()
    reason_readers: str | None = readers()
    by: str | None = ref("worker")


class ChildVoice(Synced, table=True):
    """A child's words exactly as said, outside a visit; or why there are none. ``from_visit_id``: taken over from there."""

    entity = "child_voice"
    append_only = True
    person_id: str | None = ref("person")
    occasion: str | None = code(OCCASION)
    occasion_id: str | None = line()
    said: str | None = words()
    said_readers: str | None = readers()
    asked: str | None = words()
    asked_readers: str | None = readers()
    method: str | None = code(CHILD_METHOD)
    none_because: str | None = words()
    none_because_readers: str | None = readers()
    from_visit_id: str | None = ref("visit")
    on: str | None = day()
    by: str | None = ref("worker")


class ChildDay(Synced, table=True):
    """One of the five lines of a day in a child's life, as it was at an assessment, a review or a closure."""

    entity = "child_day"
    append_only = True
    person_id: str | None = ref("person")
    occasion: str | None = code(OCCASION)
    occasion_id: str | None = line()
    part: str | None = code(DAY_LINE)
    text: str | None = words()
    text_readers: str | None = readers()
    on: str | None = day()
    by: str | None = ref("worker")
