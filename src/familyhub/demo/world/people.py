"""Who is in a family: people, how they belong together, and facts about them that stay the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from familyhub.demo.world import days
from familyhub.demo.world.names import Heritage
from familyhub.demo.world.places import Home, Professional, Schools


@dataclass(slots=True)
class Member:
    """A person of the family, its network, or the life of one of its children."""

    id: str
    given: str
    surname: str
    sex: str
    ethnicity: str
    role: str
    lives_here: bool
    born: date | None = None
    expected: date | None = None
    died: date | None = None
    calls: str = ""
    """What the children call this adult: Mum, Dad, Nan, or the given name."""
    legal: str | None = None
    nickname: str | None = None
    former: str | None = None
    third_party: bool = False
    job: str = ""
    about: str = ""
    likes: str = ""
    special: bool = False
    """Goes to a special school."""
    dad_day: int | None = None
    """Weekday after school from which the child is at the other parent's overnight."""
    club_day: int | None = None
    nursery_days: frozenset[int] = frozenset()
    moved_in: date | None = None
    moved_out: date | None = None

    @property
    def male(self) -> bool:
        """Whether he is *he*."""
        return self.sex == "M"

    def age(self, on: date) -> int:
        """Age in whole years on a day; -1 before birth."""
        return days.age(self.born, on) if self.born is not None and self.born <= on else -1

    def months(self, on: date) -> int:
        """Age in whole months on a day; -1 before birth."""
        return days.months_between(self.born, on) if self.born is not None and self.born <= on else -1


@dataclass(frozen=True, slots=True)
class Tie:
    """``person`` is the ``kind`` of ``other``."""

    person: str
    other: str
    kind: str
    responsible: bool | None = None
    until: date | None = None


@dataclass(slots=True)
class Household:
    """A family as it stands: people, ties, homes, and the professionals around it."""

    id: str
    key: str
    name: str
    locality: str
    shape: str
    heritage: Heritage
    home: Home
    home_since: date
    previous_home: Home | None
    other_home: Home | None
    members: list[Member]
    ties: list[Tie]
    carer: Member
    schools: Schools
    surgery: str
    landlord: str
    staff: dict[str, Professional]
    interpreter: bool = False
    pet: str = ""
    partner: Member | None = None
    elsewhere: Member | None = None
    network: Member | None = None
    dead: Member | None = None
    sen: dict[str, str] = field(default_factory=dict)

    @property
    def children(self) -> list[Member]:
        """Children of the household, born or not, eldest first."""
        return [m for m in self.members if m.role in ("child", "unborn")]

    def born_by(self, on: date) -> list[Member]:
        """Children who live here and were born by a day, eldest first."""
        return [m for m in self.children if m.born is not None and max(m.born, m.moved_in or m.born) <= on]

    def setting(self, child: Member, on: date) -> str:
        """The school or setting of a child on a day; empty at home."""
        if child.born is None or child.born > on:
            return ""
        year = days.school_year(child.born, on)
        if year >= 12:
            return self.schools.college
        if child.special and year >= 0:
            return self.schools.special
        if year >= 7:
            return self.schools.secondary
        if year >= 0:
            return self.schools.primary
        if child.nursery_days and child.months(on) >= 36:
            return self.schools.nursery
        return ""
