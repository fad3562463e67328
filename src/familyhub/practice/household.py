"""The people of a family as they are read: how they may be reached, and when each child was last seen."""

from __future__ import annotations

from dataclasses import dataclass

from familyhub.practice.safety import HomeView, RiskView


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person may be reached: always read ``how`` and the three answers before a number."""

    id: str
    how: str
    mobile: str
    landline: str
    email: str
    may_ring: str
    may_text: str
    may_write: str
    rev: str
    how_readers: str = "workers"
    ring: str = ""
    """The codes of the three answers; an empty text where nobody has said."""
    text: str = ""
    write: str = ""
    others: tuple[str, ...] = ()
    """Ids of rows that somebody else wrote about the same person without seeing this one: they are shown with it."""


@dataclass(frozen=True, slots=True)
class Member:
    """An adult of the family, or somebody of its network."""

    id: str
    name: str
    given: str
    role: str
    """``child``, ``adult``, ``unborn`` or ``network``."""
    tie: str
    """How they belong, in words: ``mother of Leo, Mia``; an empty text where nothing is recorded."""
    birth_date: str | None
    expected_date: str | None
    age: int | None
    age_text: str
    lives_here: bool
    third_party: bool
    address: str
    reach: Reach | None = None
    risk: str = ""
    responsibility: bool = False
    risks: tuple[RiskView, ...] = ()
    """Everything recorded about whether they may be a risk, the most cautious first."""
    homes: tuple[HomeView, ...] = ()
    """Where they live now; two where two people wrote a move without seeing each other's."""
    left_on: str | None = None
    """The last day on which they belong to the family."""


@dataclass(frozen=True, slots=True)
class Child(Member):
    """A child of the family, unborn ones too: when last seen, alone, and what they said last."""

    school: str = ""
    sen: str = ""
    attendance: str = ""
    ethnicity: str = ""
    level: str | None = None
    level_on: str | None = None
    last_seen: str | None = None
    last_alone: str | None = None
    alone_expected: bool = True
    """False under the age from which a child is seen alone (local data; five by default)."""
    overdue: bool = False
    """Nobody has seen this child for longer than the local rule allows."""
    said: str = ""
    said_on: str | None = None
