"""Entries of a plan: needs, actions, scores, what is kept of its check, copies given.

Days and times are as in ``entries``; ``rev`` is the token of the row that was on screen.
"""

from __future__ import annotations

from msgspec import Struct, field


class ActionUpdate(Struct):
    """A change of a plan's action: how it goes, by when, a note of what moved."""

    action_id: str
    status: str | None = None
    due: str | None = None
    note: str = ""
    readers: str = "professionals"
    rev: str | None = None
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class PlanEntry(Struct):
    """A plan is opened for a family that has none."""

    family_id: str
    started: str = "today"
    review: str = ""
    """The day of the first review; empty: by the local rhythm."""
    agencies: str = ""
    draft_id: str = ""


class NeedEntry(Struct):
    """A need of a plan, for whom, and what will be different. For ``change_need`` what is None stays as it is."""

    family_id: str = ""
    """For a new need; for a change, whose draft it is while it is one."""
    need_id: str = ""
    """For a need that is changed."""
    what: str | None = None
    what_readers: str | None = None
    outcome: str | None = None
    outcome_readers: str | None = None
    person_id: str | None = None
    """Whom it is for, a person of the family; an empty text: the whole family."""
    headline: str | None = None
    rev: str | None = None
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class ActionEntry(Struct):
    """An action of a plan: what, who and of which agency, by when. For ``change_action`` what is None stays as it is.

    Its owner is one of three: a person of the family, a colleague, or somebody else by name.
    """

    family_id: str = ""
    """For a new action; for a change, whose draft it is while it is one."""
    action_id: str = ""
    """For an action that is changed."""
    need_id: str | None = None
    """An empty text: under no need."""
    what: str | None = None
    what_readers: str | None = None
    owner: str | None = None
    owner_person_id: str | None = None
    owner_worker_id: str | None = None
    agency: str | None = None
    due: str | None = None
    safety: bool | None = None
    rev: str | None = None
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class ScoreEntry(Struct):
    """Where a need stands on a day, 0 (worst) to 10."""

    need_id: str
    score: int | None = None
    on: str = "today"
    family_id: str = ""
    """Whose draft it is, while it is one."""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class KeepEntry(Struct):
    """A finding of the plan check is kept, because …; it is named by its code and what it is about."""

    family_id: str
    code: str = ""
    about: str = ""
    about_id: str = ""
    because: str = ""
    readers: str = "workers"
    draft_id: str = ""


class CopyEntry(Struct):
    """A copy of the plan given to one person of the family, or to somebody else by name."""

    family_id: str
    person_id: str = ""
    to: str = ""
    on: str = "today"
    safe: bool | None = None
    """Is it safe to give it to them? Asked each time; nobody is taken to have answered."""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""
