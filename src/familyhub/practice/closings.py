"""Ending help: what a closing needs, how it stands, and when the six-month follow-up is due. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from familyhub.practice.clocks import is_working_day, parse_day
from familyhub.practice.days import add_months

TO_SIGN, RETURNED, SIGNED = "waits for a manager", "returned", "signed"
OVER = ("closed", "stepped_up", "follow_up")
"""States of an episode in which no help is given any more: help may be opened anew."""
FOLLOWED = ("outcomes_met", "universal")
"""Reasons after which something is there that can still be true six months later."""


@dataclass(frozen=True, slots=True)
class SettledView:
    """What becomes of an action that was open when help ended."""

    action_id: str
    settled: str
    to: str
    because: str
    readers: str


@dataclass(frozen=True, slots=True)
class ClosingView:
    """A closing with its signature."""

    id: str
    episode_id: str
    reason: str
    on: str
    by: str
    by_id: str
    state: str
    """``waits for a manager``, ``returned`` or ``signed``."""
    summary: str
    summary_readers: str
    feedback: str
    feedback_readers: str
    no_feedback_because: str
    no_feedback_because_readers: str
    contingency: str
    contingency_readers: str
    settled: tuple[SettledView, ...] = ()
    signed_by: str = ""
    signed_on: str = ""
    returned_because: str = ""
    returned_because_readers: str = "workers"
    plan_id: str | None = None
    rev: str = ""


@dataclass(frozen=True, slots=True)
class StillTrue:
    """Whether one need's outcome is still true."""

    need_id: str
    still_true: str
    how: str
    readers: str


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """A six-month follow-up: due, or made."""

    id: str
    episode_id: str
    due_on: str | None
    done_on: str | None
    by: str
    talked_to: str = ""
    none_because: str = ""
    none_because_readers: str = "workers"
    needs: tuple[StillTrue, ...] = ()


def follow_up_day(closed: date, months: int) -> date:
    """The day of the follow-up: so many months on, moved to a working day."""
    day = add_months(closed, months)
    while not is_working_day(day):
        day = date.fromordinal(day.toordinal() + 1)
    return day


def due(follow_ups: Iterable[FollowUpView]) -> FollowUpView | None:
    """The follow-up that is still to be made: the last one that is due for an episode without one that was made."""
    rows = list(follow_ups)
    made = {f.episode_id for f in rows if f.done_on}
    waiting = [f for f in rows if not f.done_on and f.due_on and f.episode_id not in made]
    return max(waiting, key=lambda f: f.due_on or "", default=None)


def is_late(follow_up: FollowUpView, today: date) -> bool:
    """Whether the day of a follow-up is past."""
    day = parse_day(follow_up.due_on)
    return day is not None and day < today
