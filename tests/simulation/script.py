"""A history as an explicit list of steps: drawn from a seed, kept as JSON, replayed, and shortened."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from random import Random
from typing import Any

WEIGHTS = {
    "edit": 30,
    "open_form": 6,
    "sync": 12,
    "send": 14,
    "arrive": 16,
    "hub": 40,
    "finish": 8,
    "take": 14,
    "fold": 7,
    "release": 6,
    "grant": 4,
    "roll_back": 2,
    "kill_hub": 1,
    "back_up": 3,
    "restore": 2,
    "clone": 1,
    "set_clock": 3,
    "withdraw": 3,
    "erase": 1,
    "back_up_hub": 3,
    "restore_hub": 1,
    "archive": 5,
    "second_process": 1,
    "upgrade_hub": 1,
    "upgrade": 1,
}
"""How often each step is drawn."""

Step = tuple[str, int, int]
"""(what happens, whom it happens to, the chance inside it); each reads its numbers modulo what there is."""


@dataclass(frozen=True)
class Script:
    """Everything that decides a history."""

    seed: int
    laptops: int
    scopes: int
    rows: int
    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        """For a file under `regressions`."""
        return asdict(self)

    @staticmethod
    def from_json(found: dict[str, Any]) -> Script:
        """What `as_json` gave."""
        steps = tuple((str(name), int(who), int(chance)) for name, who, chance in found["steps"])
        return Script(found["seed"], found["laptops"], found["scopes"], found["rows"], steps)


def drawn(seed: int) -> Script:
    """The history of a seed: 2–5 laptops, 1–4 scopes, few rows, so that they collide."""
    rng = Random(seed)
    length = rng.randint(30, 130)
    names = rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=length)
    steps = tuple((name, rng.getrandbits(8), rng.getrandbits(30)) for name in names)
    return Script(seed, rng.randint(2, 5), rng.randint(1, 4), rng.randint(1, 3), steps)
