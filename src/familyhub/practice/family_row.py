"""Families in a list, and what a search finds, as they are read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """A family in a list; ``held``: its file is on this laptop (else level is None and children are empty)."""

    id: str
    name: str
    locality: str
    ward: str
    level: str | None
    lead: str
    held: bool
    children: tuple[ChildName, ...] = ()
    stage: str = ""
    mine: bool = False
    next_on: str | None = None
    why: str = ""
    """Why a search found it, when it was not by the family's name."""


@dataclass(frozen=True, slots=True)
class ChildName:
    """A child in a list; the age is None of a child who is not born yet, or whose birth date nobody knows."""

    id: str
    name: str
    age: int | None
    unborn: bool = False

    @property
    def words(self) -> str:
        """``Leo 9``, ``Unborn (unborn)``; the name alone where the age is not known."""
        if self.unborn:
            return f"{self.name} (unborn)"
        return self.name if self.age is None else f"{self.name} {self.age}"


@dataclass(frozen=True, slots=True)
class Found:
    """One find of a search."""

    kind: str
    id: str
    family_id: str | None
    family: str
    text: str
    on: str = ""
