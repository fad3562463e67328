"""Runs many seeds over the cores there are, and adds up what happened."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import Pool, SimpleQueue
from typing import Any

from tests.simulation.bugs import parts_of
from tests.simulation.check import INVARIANTS
from tests.simulation.play import Played, play
from tests.simulation.real import MEMORY, Place, RealCopies, places, real_copies
from tests.simulation.script import drawn
from tests.simulation.world import FAULTS

MOST_BUG_SEEDS = 3000
"""A planted bug is found within so many seeds."""


@dataclass
class Tally:
    """The sum of many histories, as the last line of a run prints it."""

    seeds: int = 0
    ops: int = 0
    faults: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(FAULTS, 0)))
    checked: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(INVARIANTS, 0)))
    violations: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, copies: str) -> Tally:
        """An empty sum; one thread cannot let transactions of a real engine overlap, so that fault is not among them."""
        tally = cls()
        if copies != MEMORY:
            del tally.faults["overlapping_transactions"]
        return tally

    def add(self, played: Played) -> None:
        """Add one history."""
        self.seeds += 1
        self.ops += played.ops
        self.faults.update(played.faults)
        self.checked.update(played.checked)
        if played.violation:
            self.violations.append({"invariant": played.violation, "seed": played.seed})

    def never(self) -> list[str]:
        """Faults that never occurred and invariants that were never checked."""
        return [name for name, times in [*self.faults.items(), *self.checked.items()] if not times]

    def as_json(self) -> dict[str, Any]:
        """What the last line holds."""
        return {
            "seeds": self.seeds,
            "ops": self.ops,
            "faults": dict(self.faults),
            "checked": dict(self.checked),
            "violations": self.violations,
        }


def play_seed(bug: str | None, seed: int) -> Played:
    """The history of one seed, with a planted bug or without, on this process's copies."""
    parts = parts_of(bug)
    return play(drawn(seed), _real.parts(parts) if _real else parts)


_real: RealCopies | None = None
"""The databases of this process; None where copies are in memory."""


def _settle(free: SimpleQueue[Place] | None) -> None:
    """A process takes one of the places that are free."""
    global _real
    _real = RealCopies(free.get()) if free else None


def histories(
    seeds: Iterable[int], bug: str | None, workers: int | None = None, copies: str = MEMORY
) -> Iterator[Played]:
    """The histories of seeds in their order; `workers`: as many processes, by default one for each core."""
    workers = workers or os.cpu_count() or 1
    if workers == 1:
        with real_copies(copies) as real:
            parts = real.parts(parts_of(bug)) if real else parts_of(bug)
            for seed in seeds:
                yield play(drawn(seed), parts)
        return
    with places(copies, workers) as found:
        free: SimpleQueue[Place] = SimpleQueue()
        for place in found:
            free.put(place)
        with Pool(workers, _settle, (free if found else None,)) as pool:
            yield from pool.imap(partial(play_seed, bug), seeds, chunksize=10 if copies == MEMORY else 4)


def clean(seeds: Iterable[int], workers: int | None = None, copies: str = MEMORY) -> Tally:
    """Play seeds with the machines as they are."""
    tally = Tally.of(copies)
    for played in histories(seeds, None, workers, copies):
        tally.add(played)
    return tally


def hunt(
    bug: str, seeds: Iterable[int], workers: int | None = None, copies: str = MEMORY
) -> tuple[Tally, Played | None]:
    """Play seeds with a planted bug until it is found."""
    tally = Tally.of(copies)
    for played in histories(seeds, bug, workers, copies):
        tally.add(played)
        if played.violation:
            return tally, played
    return tally, None
