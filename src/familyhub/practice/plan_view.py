"""A plan as it is read: needs with their scores, actions with what moved, findings that were kept, copies given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Progress:
    """What moved on an action."""

    id: str
    on: str
    by: str
    text: str
    readers: str
    meeting_id: str = ""
    """The meeting at which it was told."""


class Dated(NamedTuple):
    """How an action stood from a day, and the meeting at which that was said."""

    on: str
    status: str
    due: str | None
    meeting_id: str


class Scored(NamedTuple):
    """Where a need stood on a day, 0 to 10, and the meeting at which it was scored."""

    on: str
    score: int
    meeting_id: str


@dataclass(frozen=True, slots=True)
class Step:
    """An action of a plan."""

    id: str
    what: str
    owner: str
    agency: str
    due: str | None
    status: str
    safety: bool
    need_id: str | None
    rev: str
    progress: tuple[Progress, ...] = ()
    contested: tuple[str, ...] = ()
    """Fields in which two answers stand."""
    owner_person_id: str | None = None
    owner_worker_id: str | None = None
    moved_on: str | None = None
    """The last day on which anything was written about it."""
    readers: str = "workers"
    history: tuple[Dated, ...] = ()
    """Its dated rows, the oldest first."""
    neutral_title: str = ""
    """What it is called on paper that leaves, where its own words could put somebody in danger."""

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.status in ("not_started", "in_progress")


@dataclass(frozen=True, slots=True)
class NeedView:
    """A need with what will be different, for whom, where it stood and stands (0 to 10), and its actions."""

    id: str
    what: str
    outcome: str
    whom: str
    headline: str
    first_score: int | None
    last_score: int | None
    actions: tuple[Step, ...]
    person_id: str | None = None
    rev: str = ""
    headline_code: str = ""
    what_readers: str = "workers"
    outcome_readers: str = "workers"
    scores: tuple[Scored, ...] = ()
    """Every score, the oldest first."""


@dataclass(frozen=True, slots=True)
class KeptView:
    """A finding of the plan check that somebody kept, because …; ``until`` is the next review of that day."""

    id: str
    code: str
    about: str
    about_id: str
    because: str
    readers: str
    on: str
    until: str | None
    by: str


@dataclass(frozen=True, slots=True)
class CopyView:
    """A copy of the plan that was given to somebody."""

    id: str
    on: str
    to: str
    person_id: str | None
    by: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan of the family's."""

    id: str
    state: str
    started_on: str | None
    review_due: str | None
    agencies: str
    rev: str
    needs: tuple[NeedView, ...]
    loose: tuple[Step, ...]
    """Actions under no need."""
    kept: tuple[KeptView, ...] = ()
    """Findings that were kept, the newest reason of each last."""
    copies: tuple[CopyView, ...] = ()
    """Copies given, the newest last."""
    reviewed_on: str | None = None
    """The day of the last review held."""
    reviewed_first: str | None = None
    """The day of the first review held."""

    @property
    def actions(self) -> tuple[Step, ...]:
        """Every action of the plan."""
        return tuple(a for n in self.needs for a in n.actions) + self.loose
