"""The demonstration world's rows, grouped for the tests of what must hold in every family."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import pytest

from familyhub.demo.world import World, Written, build

TODAY = date(2026, 3, 12)
ONE_WORKER = pytest.mark.xdist_group("demo")
"""So that each world is built once in a run, and not once in each worker."""


@dataclass
class File:
    """One family's rows by entity."""

    rows: list[Written] = field(default_factory=list)

    def of(self, entity: str) -> list[Written]:
        """The rows of one entity, in the order of the file."""
        return [row for row in self.rows if row.entity == entity]


@cache
def world(seed: int = 1, today: date = TODAY, families: int = 100, second: int = 20) -> World:
    """A world, built once for all tests that ask for it."""
    return build(seed=seed, today=today, families=families, second_locality=second)


@cache
def rows(seed: int = 1, today: date = TODAY) -> tuple[Written, ...]:
    """All rows of a world."""
    return tuple(world(seed, today).records)


@cache
def family_files(seed: int = 1, today: date = TODAY) -> dict[str, File]:
    """The family files of a world by family id."""
    found: dict[str, File] = defaultdict(File)
    for row in rows(seed, today):
        if row.scope.startswith("fam:"):
            found[row.scope[4:]].rows.append(row)
    return dict(found)


def day_of(value: object) -> date:
    """The date in a field."""
    return date.fromisoformat(str(value))
