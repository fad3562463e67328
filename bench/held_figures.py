"""What holding 2,500 families costs an exchange, against holding 40: bytes, round trips and time."""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bench.records import visits
from bench.sync_figures import PASSPHRASE, served
from bench.table import Figure
from familyhub.hub import admin
from familyhub.hub.load import Loaded
from familyhub.hub.service import Hub
from familyhub.link.enrol import enrol
from familyhub.link.exchange import sync
from familyhub.link.transport import HttpTransport, connect
from familyhub.store.laptop import LaptopStore
from familyhub.sync import clock
from tests.support.line import Line

MANY, FEW, ROWS_EACH = 2500, 40, 60
CHANGES = 60


class Cost(NamedTuple):
    """What one exchange cost on the line."""

    requests: int
    up: int
    down: int
    seconds: float


def full_hub(home: Path) -> list[str]:
    """A demonstration hub with a worker who holds many families and one who holds few; a code for each."""
    hub = admin.init(home, demonstration=True)
    codes = []
    for worker, count in (("w-many", MANY), ("w-few", FEW)):
        admin.add_worker(hub, worker, worker, "worker", worker)
        _load(hub, worker, count)
        codes.append(admin.code(hub, worker))
    hub.close()
    return codes


def _load(hub: Hub, worker: str, count: int) -> None:
    at = clock.from_datetime(datetime.now(UTC))
    rows = visits(count * ROWS_EACH, families=count)
    hub.load(
        Loaded(f"{scope}-{worker}", "visit", row_id, dict(fields), worker, at)
        for scope, row_id, fields in rows
    )


def exchange(store: LaptopStore, way: HttpTransport, line: Line) -> Cost:
    """Sync and count."""
    line.reset_counts()
    begun = time.perf_counter()
    sync(store, way)
    took = time.perf_counter() - begun
    return Cost(line.requests, line.bytes_up, line.bytes_down, took)


def run() -> list[Figure]:
    """All figures of this module; changes on the two laptops take turns, so that both meet the same machine."""
    fields = visits(1, seed=9)[0][2]
    idle: dict[str, Cost] = {}
    changed: dict[str, list[Cost]] = {"w-many": [], "w-few": []}
    with tempfile.TemporaryDirectory(prefix="familyhub-bench-") as name:
        folder = Path(name)
        codes = full_hub(folder / "hub")
        with served(folder / "hub") as url, Line.to(url) as line:
            laptops = {}
            for worker, code in zip(changed, codes, strict=True):
                store = LaptopStore.create(folder / worker, PASSPHRASE, demonstration=True)
                enrol(store, url, code)
                laptops[worker] = store, connect(store, line.url)
                while sync(*laptops[worker]).changed:
                    pass
                idle[worker] = exchange(*laptops[worker], line)
            for _ in range(CHANGES):
                for worker, (store, way) in laptops.items():
                    with store.work(worker) as work:
                        work.create(f"fam:000007-{worker}", "visit", dict(fields))
                    changed[worker].append(exchange(store, way, line))
            for store, way in laptops.values():
                way.close()
                store.close()
    return figures(idle["w-many"], changed["w-many"], changed["w-few"])


def figures(idle: Cost, many: list[Cost], few: list[Cost]) -> list[Figure]:
    """The figures of what was measured."""
    sizes = [statistics.median(c.up + c.down for c in costs) for costs in (many, few)]
    times = [statistics.median(c.seconds for c in costs) for costs in (many, few)]
    held = f"with {MANY:,} families"
    return [
        Figure(f"idle exchange {held}, round trips", idle.requests, 1, unit=""),
        Figure(f"idle exchange {held}, larger direction, B", max(idle.up, idle.down), 1024, unit="B"),
        Figure(
            f"one change {held} / {FEW}, bytes", sizes[0] / sizes[1], 1.05, detail=f"{sizes[0]:.0f} B / {sizes[1]:.0f} B"
        ),
        Figure(
            f"one change {held} / {FEW}, median time", times[0] / times[1], 1.2,
            detail=f"{times[0] * 1000:.1f} ms / {times[1] * 1000:.1f} ms",
        ),
    ]  # fmt: skip
