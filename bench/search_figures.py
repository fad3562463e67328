"""Search over 200,000 notes, misspelt."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

from bench.records import sentence, vocabulary
from bench.sync_figures import percentile
from bench.table import Figure
from familyhub.store import search
from familyhub.store.laptop import LaptopStore
from familyhub.sync.messages import SnapshotRow

NOTES = 200_000


def misspelt(rng: random.Random, word: str) -> str:
    """``word`` with one or two edits."""
    for _ in range(rng.choice((1, 1, 2)) if len(word) > 5 else 1):
        at = rng.randrange(1, len(word) - 1)
        word = rng.choice((word[:at] + word[at + 1 :], word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                           word[:at] + rng.choice("aeiourst") + word[at:]))  # fmt: skip
    return word


def run() -> list[Figure]:
    """The figure."""
    rng = random.Random(4)
    known = vocabulary(rng, 30_000)
    with tempfile.TemporaryDirectory(prefix="familyhub-bench-") as name:
        store = LaptopStore.create(Path(name) / "home", "bench bench bench bench", demonstration=True)
        for start in range(0, NOTES, 20_000):
            rows = []
            for n in range(start, start + 20_000):
                fields = {"on": f"20{rng.randrange(20, 26)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
                          "text": sentence(rng, 40, known), "text_readers": "workers"}  # fmt: skip
                rows.append(
                    (
                        f"fam:{n % 2500}",
                        SnapshotRow("note", f"{n:032x}", (f"{n:032x}", n << 16), None, fields, {}, {}),
                    )
                )
            with store.changing() as copy:
                copy.save_new(rows)
        with store.reading() as connection:
            begun = time.perf_counter()
            store.terms.near(connection, search.WORDS, "warmup")
            first = time.perf_counter() - begun
        times = []
        for _ in range(300):
            words = [
                misspelt(rng, rng.choice([w for w in rng.sample(known, 20) if len(w) > 4]))
                for _ in range(rng.choice((1, 1, 2)))
            ]
            begun = time.perf_counter()
            with store.reading() as connection:
                search.find(connection, store.terms, " ".join(words))
            times.append(time.perf_counter() - begun)
        store.close()
    p95 = percentile(times, 0.95) * 1000
    return [Figure("misspelt search over 200,000 notes, p95", p95, 50, unit="ms",
                   detail=f"median {percentile(times, 0.5) * 1000:.1f} ms; terms read once in {first * 1000:.0f} ms")]  # fmt: skip
