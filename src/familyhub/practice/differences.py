"""Differences and decisions as people read them: the plain values that queries fill and screens and commands show.

Moments are ISO text in UTC, days ISO text; ``by`` is a worker's id, ``by_name`` their name; ``words`` is what a value
reads like: a date as a date, a code in words, a person by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

OFFLINE_AFTER = 15 * 60
"""Seconds between an answer's own clock and its arrival at the hub from which on it is called written offline."""
REMOVED = "_removed"
"""The field of a row that one removed and another edited."""
TWO_PLANS = "two_open_plans"
"""The rule across rows that a family has one open plan; its difference has one answer for each plan."""


@dataclass(frozen=True, slots=True)
class DifferenceValue:
    """One of the answers: what, by whom, when it was written, and when the hub received it (where that is known)."""

    value: object
    by: str
    by_name: str
    at: str
    op_id: str
    mine: bool = False
    reason: str = ""
    """What its author wrote with it."""
    words: str = ""
    received: str | None = None
    unsent: bool = False
    """Ours, and not at the hub yet."""
    again: bool = False
    """Brought back by undoing a decision."""

    @property
    def offline(self) -> bool:
        """Whether the hub received it much later than it was written."""
        if self.received is None:
            return False
        written, received = (
            datetime.fromisoformat(t.replace("Z", "+00:00")) for t in (self.at, self.received)
        )
        return (received - written).total_seconds() > OFFLINE_AFTER


@dataclass(frozen=True, slots=True)
class Nearby:
    """What somebody changed in another field of the same record, kept without a clash."""

    by_name: str
    mine: bool
    words: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a difference that was left open."""

    by_name: str
    mine: bool
    on: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two answers to one question, both kept until somebody decides."""

    id: str
    entity: str
    row_id: str
    family_id: str | None
    family: str
    subject: str
    """What it is about, in words: ``“Morning chart”``."""
    field: str
    field_words: str
    """``by when``, ``how it is going``."""
    shown: object
    rev: str
    values: tuple[DifferenceValue, ...]
    protective: bool
    before: object = None
    before_words: str = ""
    """The answer both replaced, in words; empty where this laptop cannot know it."""
    also: tuple[Nearby, ...] = ()
    """What else the same people changed nearby, kept without a clash."""
    kind: str = "line"
    codes: tuple[tuple[str, str], ...] = ()
    """The answers the field may have, with their words, where they are a list."""
    asked: tuple[Asked, ...] = ()

    @property
    def free(self) -> bool:
        """Whether another answer than those that stand can be written."""
        return self.field != REMOVED and self.entity != TWO_PLANS


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision about a difference, as it is told: ``Mon 11 Mar, Hughes, address: you took Sam's``."""

    id: str
    difference_id: str
    family_id: str | None
    family: str
    record: str
    """What kind of record it is in: ``action``, ``safe contact``; never its words."""
    subject: str
    field_words: str
    on: str
    by: str
    by_name: str
    mine: bool
    kind: str
    """``taken``, ``written`` or ``undone``."""
    whose: str
    """Whose answer was taken: ``own``, ``mine`` (the reader's), a name, or nothing where another was written."""
    chosen: str
    replaced: tuple[str, ...]
    """The answers that it replaced, in words."""
    reason: str
    readers: str
    can_undo: bool = False
    """Whether nobody has replaced what it decided."""
    together: int = 1
    """How many differences were decided in one go."""
    group: str = ""
    """What those have in common."""

    @property
    def act(self) -> str:
        """``you took Sam's``, ``Sam wrote another``."""
        who = "you" if self.mine else first_name(self.by_name)
        if self.kind == "undone":
            return f"{who} opened it again"
        if self.kind == "written":
            return f"{who} wrote another"
        if not self.whose:
            return f"{who} decided: {self.chosen}"
        if self.whose == "own":
            return f"{who} kept {'your' if self.mine else 'their'} own"
        return f"{who} took {'yours' if self.whose == 'mine' else f'{first_name(self.whose)}{chr(39)}s'}"


def first_name(name: str) -> str:
    """``Sam`` of ``Sam Doyle``."""
    return name.split(" ")[0]
