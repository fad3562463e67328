"""Entries that end help: the closing, its signature, the six-month follow-up.

Days and times are as in ``entries``.
"""

from __future__ import annotations

from msgspec import Struct, field

from familyhub.casework.meeting_entries import ScoreAt


class Settled(Struct):
    """What becomes of an action that is open: ``done``, ``stopped``, or ``carried`` on by somebody named."""

    action_id: str
    settled: str = ""
    to: str = ""
    """Of an action that is carried on: who does it from now on, a person and their agency."""
    because: str = ""
    because_readers: str = "professionals"


class ClosingEntry(Struct):
    """Help is to end: the reason, closing scores, the family's feedback, what if it gets hard again."""

    family_id: str
    reason: str = ""
    accepted_by: str = ""
    """Of a step up: who of social care has accepted it; empty: as the step up that was accepted says."""
    although: str = ""
    """Why help ends like this, where a step up says otherwise."""
    on: str = "today"
    summary: str = ""
    """What was reached, in words for the family."""
    summary_readers: str = "family"
    feedback: str = ""
    """What the family says of the help, in their own words."""
    feedback_readers: str = "professionals"
    no_feedback_because: str = ""
    contingency: str = ""
    """What the family does, and whom they ring, if it gets hard again."""
    contingency_readers: str = "family"
    scores: list[ScoreAt] = field(default_factory=list)
    actions: list[Settled] = field(default_factory=list)
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class SignClosing(Struct):
    """A manager signs that help ends."""

    family_id: str
    closing_id: str
    draft_id: str = ""


class ReturnClosing(Struct):
    """A manager returns a closing, because …."""

    family_id: str
    closing_id: str
    because: str = ""
    because_readers: str = "workers"
    draft_id: str = ""


class NeedStill(Struct):
    """Whether what became different for one need is still true: ``yes``, ``partly``, ``no`` or ``not_known``."""

    need_id: str
    still_true: str = ""
    how: str = ""
    how_readers: str = "professionals"


class FollowUpEntry(Struct):
    """The six-month follow-up: with whom, and per need whether it is still true; or why nobody could be asked."""

    family_id: str
    on: str = "today"
    talked_to: str = ""
    none_because: str = ""
    none_because_readers: str = "workers"
    needs: list[NeedStill] = field(default_factory=list)
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""
