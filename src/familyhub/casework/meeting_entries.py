"""Entries of a meeting: planning it with its invitations, holding it on one page, amending its minutes.

Days and times are as in ``entries``.
"""

from __future__ import annotations

from msgspec import Struct, field

from familyhub.casework.entries import ActionMoved
from familyhub.casework.plan_entries import ActionEntry


class Guest(Struct):
    """Somebody at a meeting: a person of the family, a colleague, or somebody of another agency by name."""

    person_id: str = ""
    worker_id: str = ""
    name: str = ""
    agency: str = ""
    state: str = ""
    """``invited``, ``came``, ``apologies`` or ``absent``; nobody is taken to have come."""
    views: str = ""
    """What somebody who is away sent word of."""
    views_readers: str = "workers"

    @property
    def key(self) -> str:
        """Who it is: ``person:ID``, ``worker:ID`` or ``name:NAME``."""
        if self.person_id:
            return f"person:{self.person_id}"
        return f"worker:{self.worker_id}" if self.worker_id else f"name:{self.name}"


class MeetingPlan(Struct):
    """A meeting is planned, moved (``replaces``), or called off (``replaces`` and ``off_because``)."""

    family_id: str
    kind: str = "review"
    on: str = ""
    at: str = ""
    place: str = ""
    guests: list[Guest] = field(default_factory=list)
    replaces: str = ""
    """The id of the planned meeting that is moved or called off."""
    off_because: str = ""
    off_because_readers: str = "professionals"
    although: str = ""
    """Why it is planned although something speaks against it."""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class ChildAt(Struct):
    """One child at a meeting. Views stand exactly as they were given."""

    person_id: str
    came: bool = False
    views: str = ""
    views_readers: str = "workers"
    method: str = ""
    a_day: dict[str, str] = field(default_factory=dict)
    """A day in this child's life, by its five lines: ``morning``, ``daytime``, ``after``, ``evening``, ``night``."""
    a_day_readers: str = "workers"
    none_because: str = ""
    none_because_readers: str = "workers"


class ScoreAt(Struct):
    """Where a need stands at a meeting, 0 (worst) to 10; None: nobody scored it."""

    need_id: str
    score: int | None = None


class MeetingEntry(Struct):
    """The page of a meeting that was held."""

    family_id: str
    meeting_id: str = ""
    """The planned meeting that was held; empty where nobody planned it."""
    kind: str = "review"
    on: str = "today"
    at: str = ""
    place: str = ""
    guests: list[Guest] = field(default_factory=list)
    children: list[ChildAt] = field(default_factory=list)
    scores: list[ScoreAt] = field(default_factory=list)
    actions: list[ActionMoved] = field(default_factory=list)
    agreed: list[ActionEntry] = field(default_factory=list)
    """Actions that were agreed and are new."""
    better: str = ""
    worry: str = ""
    next: str = ""
    """What the family answered to the three questions."""
    answers_readers: str = "family"
    summary: str = ""
    summary_readers: str = "professionals"
    decision: str = ""
    because: str = ""
    because_readers: str = "professionals"
    next_due: str = ""
    no_next_because: str = ""
    although: str = ""
    """Why it was held like this, where something speaks against it."""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class AmendMinutes(Struct):
    """Something is added to the minutes of a meeting, or put right in them."""

    family_id: str
    meeting_id: str
    text: str = ""
    readers: str = "professionals"
    draft_id: str = ""
