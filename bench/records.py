"""Visit-like records for timing: the same on every run, about 560 bytes each."""

from __future__ import annotations

import random
from datetime import date, timedelta

WORDS = """kitchen warm food mum tired nights better school ring letter chart fridge days ticked gran collects mondays
leo played watched talked quiet drew house garden dog fed money meter electric damp bedroom mould landlord health
visitor weight speech nursery friend brother sister dad weekend late early bus shoes coat breakfast reading teacher
meeting plan review agreed worried calmer louder sleep bath routine bedtime story phone text missed appointment
doctor clinic group walk park hub session craft cooking budget arrears benefit form signed copy sent""".split()  # noqa: SIM905


def sentence(rng: random.Random, words: int, vocabulary: list[str] = WORDS) -> str:
    """Words in a row."""
    return " ".join(rng.choice(vocabulary) for _ in range(words))


def vocabulary(rng: random.Random, size: int) -> list[str]:
    """Invented words beside the common ones, as names and places make them."""
    parts = [
        "ba",
        "de",
        "ki",
        "lo",
        "mu",
        "ra",
        "se",
        "ti",
        "vo",
        "zan",
        "per",
        "lin",
        "mar",
        "ton",
        "ley",
        "wick",
    ]
    return WORDS + ["".join(rng.choice(parts) for _ in range(rng.randint(2, 4))) for _ in range(size)]


Record = tuple[str, str, dict[str, str]]
"""Scope, id and fields."""


def visits(count: int, families: int = 250, seed: int = 1) -> list[Record]:
    """``count`` visits as (scope, id, fields), family by family."""
    rng = random.Random(seed)
    start = date(2024, 1, 1)
    out = []
    for n in range(count):
        fields = {
            "kind": "home", "outcome": "made", "on": (start + timedelta(days=rng.randrange(700))).isoformat(),
            "start_at": "10:30", "end_at": "11:20", "happened": sentence(rng, 62), "happened_readers": "professionals",
            "safe": "no", "by": "w-bench", "written_at": "2024-05-01T12:00:00Z",
        }  # fmt: skip
        out.append((f"fam:{n * families // count:06d}", f"{rng.getrandbits(128):032x}", fields))
    return out
