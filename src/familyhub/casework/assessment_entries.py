"""Entries of the early help assessment and of children's words and days outside visits. Days are as in ``entries``."""

from __future__ import annotations

from msgspec import Struct, field


class StartEntry(Struct):
    """An assessment is started."""

    family_id: str
    started: str = "today"
    organisation: str = "council"
    """Who completes it (Annex A): the council, a school, health visiting …"""
    draft_id: str = ""


class SectionEntry(Struct):
    """One section of the assessment, as far as it was written; what is not named stays as it is.

    ``texts`` by topic: ``strengths``, ``worries``, ``meaning`` (child); ``said``, ``asked``, ``none_because`` (voice);
    ``morning``, ``daytime``, ``after``, ``evening``, ``night`` (day); ``strengths``, ``worries`` (parenting, environment);
    ``views``, ``why_not`` (adult); ``network``, ``goals``, ``analysis``, ``meeting_why`` (family).
    """

    family_id: str
    section: str = ""
    person_id: str = ""
    """The child or the adult it is about; empty for the whole family."""
    texts: dict[str, str] = field(default_factory=dict)
    readers: dict[str, str] = field(default_factory=dict)
    """Who may read each text; else as it stood, or by the usual rule."""
    score: int | None = None
    answer: str = ""
    """Adult: ``yes`` or ``no``, met or not. Family: whether a family meeting was offered."""
    method: str = ""
    """Voice: how the child said it."""
    from_visit_id: str = ""
    """Voice: the visit that the words were taken over from."""
    on: str = "today"
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class FoundNeedEntry(Struct):
    """A need that the assessment found, in words the family would use; the plan takes it over as it is."""

    family_id: str
    what: str = ""
    what_readers: str = "family"
    person_id: str = ""
    """Whom it is for; empty: the whole family."""
    headline: str = ""
    score: int | None = None
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class CompletionEntry(Struct):
    """The assessment is complete. ``review_first_why`` is needed where a review was held before it."""

    family_id: str
    on: str = "today"
    review_first_why: str = ""
    draft_id: str = ""


class AssessmentSignEntry(Struct):
    """A manager signs the completed assessment, or returns it, because …."""

    family_id: str
    because: str = ""
    draft_id: str = ""


class CarryEntry(Struct):
    """The needs of the completed assessment become the plan's, in one act."""

    family_id: str
    draft_id: str = ""


class ChildWordsEntry(Struct):
    """A child's words exactly as said, outside a visit."""

    family_id: str
    person_id: str = ""
    said: str = ""
    asked: str = ""
    method: str = ""
    readers: str = "workers"
    on: str = "today"
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class ChildDayEntry(Struct):
    """A day in a child's life at a review or at closure: the same five lines as at the assessment."""

    family_id: str
    person_id: str = ""
    occasion: str = ""
    """``review`` or ``closure``; at the assessment it is a section of its own."""
    occasion_id: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    readers: dict[str, str] = field(default_factory=dict)
    on: str = "today"
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""
