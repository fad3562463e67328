"""The people of a family's file as they are written down: what a form about somebody begins with."""

from __future__ import annotations

from dataclasses import dataclass, field

YOUNG = ("child", "unborn")
"""Roles of those of whom it is written what others are to them."""


@dataclass(frozen=True, slots=True)
class TieOnFile:
    """One relationship as it is recorded, from the side of one of the two."""

    id: str
    other_id: str
    kind: str
    responsible: bool | None
    rev: str


@dataclass(frozen=True, slots=True)
class PersonOnFile:
    """Somebody of a family's file, also who has left: what stands of them, and the rows in which it stands."""

    id: str = ""
    role: str = ""
    given: str = ""
    family_name: str = ""
    birth_date: str = ""
    expected_date: str = ""
    sex: str = ""
    lives_here: bool | None = None
    since: str = ""
    left_on: str = ""
    """The last day on which they belonged to the family; empty: they do."""
    gone: bool = False
    """Whether that day is past."""
    died: str = ""
    school: str = ""
    school_since: str = ""
    occupation: str = ""
    agency: str = ""
    third_party: bool = False
    age_text: str = ""
    name_ids: tuple[str, ...] = ()
    """Their names' rows, the one in use first."""
    name_since: str = ""
    member_ids: tuple[str, ...] = ()
    """The rows of their belonging, the one that counts first."""
    school_id: str = ""
    ties: tuple[TieOnFile, ...] = ()
    """Of a child what others are to them, of everybody else what they are to others."""
    revs: dict[str, str] = field(default_factory=dict)
    """By the id of each of their rows, the token of what is shown."""

    @property
    def unborn(self) -> bool:
        """Whether they are not born yet."""
        return self.role == "unborn"

    @property
    def called(self) -> str:
        """Their name in full, or what they are called without one."""
        name = " ".join(p for p in (self.given, self.family_name) if p)
        return name or ("Unborn baby" if self.unborn else "No name recorded")

    def tie(self, other_id: str) -> TieOnFile | None:
        """How they belong to one other person."""
        return next((t for t in self.ties if t.other_id == other_id), None)


def same_child(one: PersonOnFile, given: str, family_name: str, birth_date: str, expected_date: str) -> bool:
    """Whether somebody on file may be the child who is to be written down: one name and birth date, or one due day."""
    if one.role not in YOUNG:
        return False
    if one.unborn:
        return not birth_date and bool(expected_date) and one.expected_date == expected_date
    named = _plain(one.given) == _plain(given) and _plain(one.family_name) in ("", _plain(family_name))
    return bool(birth_date) and one.birth_date == birth_date and named


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
