"""Chance that is the same on every machine and Python version: one seeded stream per purpose."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of chance named by its key; built on ``random()`` alone, which Python promises to keep."""

    def __init__(self, *key: object) -> None:
        self._random = random.Random("/".join(str(part) for part in key)).random

    def below(self, count: int) -> int:
        """A whole number from 0 up to but not including ``count``."""
        return int(self._random() * count)

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both possible."""
        return low + self.below(high - low + 1)

    def chance(self, share: float) -> bool:
        """True in ``share`` of the throws (0 never, 1 always)."""
        return self._random() < share

    def pick(self, things: Sequence[T]) -> T:
        """One of ``things``, all equally likely."""
        return things[self.below(len(things))]

    def some(self, things: Sequence[T], count: int) -> list[T]:
        """Up to ``count`` different places of ``things``, in a random order."""
        return self.shuffled(things)[:count]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """All of ``things`` in a random order."""
        pool = list(things)
        for last in range(len(pool) - 1, 0, -1):
            other = self.below(last + 1)
            pool[last], pool[other] = pool[other], pool[last]
        return pool

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys, as likely as its weight."""
        left = self._random() * sum(weights.values())
        for thing, weight in weights.items():
            left -= weight
            if left < 0:
                return thing
        return next(iter(weights))


def digest_id(*key: object) -> str:
    """32 hex digits that depend on ``key`` alone."""
    return hashlib.blake2b("/".join(str(part) for part in key).encode(), digest_size=16).hexdigest()
