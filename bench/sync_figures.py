"""First sync, local bulk, file size and saving, each beside its baseline."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bench.baseline import raw_sqlite
from bench.records import Record, visits
from bench.table import Figure
from familyhub.hub import admin
from familyhub.hub.load import Loaded
from familyhub.link.enrol import enrol
from familyhub.link.exchange import Report, sync
from familyhub.link.transport import HttpTransport, connect
from familyhub.store.engine import connect as bare
from familyhub.store.laptop import LaptopStore
from familyhub.store.migrate import checkpoint
from familyhub.sync import clock
from familyhub.sync.laptop import Act
from familyhub.tui.app import SWITCH_SECONDS

PASSPHRASE = "bench bench bench bench"
WORKER = "w-bench"
ROWS = 20_000


@contextmanager
def served(home: Path) -> Iterator[str]:
    """A hub process on loopback."""
    ready = home / "ready.json"
    command = [sys.executable, "-m", "familyhub", "hub", "serve", "--home", str(home), "--port", "0"]
    process = subprocess.Popen([*command, "--ready-file", str(ready)], stdout=subprocess.DEVNULL)
    try:
        while not ready.exists():
            if process.poll() is not None:
                raise RuntimeError("the hub did not start")
            time.sleep(0.05)
        yield msgspec.json.decode(ready.read_bytes())["url"]
    finally:
        process.terminate()
        process.wait()


def full_hub(
    home: Path,
    rows: Sequence[Record],
    database: str | None = None,
    *,
    entity: str = "visit",
    laptops: int = 2,
) -> list[str]:
    """A demonstration hub that holds the rows; returns codes for laptops."""
    hub = admin.init(home, database=database, demonstration=True)
    admin.add_worker(hub, WORKER, "Bench", "worker", "birkenhead")
    at = clock.from_datetime(datetime.now().astimezone())
    hub.load(Loaded(scope, entity, row_id, dict(fields), WORKER, at) for scope, row_id, fields in rows)
    codes = [admin.code(hub, WORKER) for _ in range(laptops)]
    hub.close()
    return codes


@contextmanager
def laptop(home: Path, url: str, code: str) -> Iterator[tuple[LaptopStore, HttpTransport]]:
    """An enrolled laptop without records, and its way to the hub."""
    store = LaptopStore.create(home, PASSPHRASE, demonstration=True)
    enrol(store, url, code)
    transport = connect(store)
    try:
        yield store, transport
    finally:
        transport.close()
        store.close()


def first_sync_seconds(
    home: Path, url: str, code: str, rows: int, enrolled: Callable[[], None] = lambda: None
) -> float:
    """Seconds of the first sync of a new laptop, whose file stays in ``home``; ``enrolled`` is called before it."""
    with laptop(home, url, code) as (store, transport):
        enrolled()
        begun = time.perf_counter()
        report = sync(store, transport)
        took = time.perf_counter() - begun
        assert report.received >= rows, report
        checkpoint(store.engine)
    return took


def first_sync(folder: Path) -> list[Figure]:
    """First sync of 20,000 rows over loopback HTTP, and the size of the file it leaves, against raw SQLite."""
    rows = visits(ROWS)
    raw = statistics.median(raw_sqlite.insert(folder / f"raw{n}.db", rows) for n in range(3))
    codes = full_hub(folder / "hub", rows)
    with served(folder / "hub") as url:
        took = min(first_sync_seconds(folder / f"laptop{n}", url, code, ROWS) for n, code in enumerate(codes))
    return [
        Figure(
            "first sync of 20,000 rows / raw executemany", took / raw, 8, detail=f"{took:.2f} s / {raw:.2f} s"
        ),
        file_size(folder / "laptop0", folder / "raw0.db"),
    ]


def file_size(home: Path, raw: Path) -> Figure:
    """A laptop's file after its first sync against a raw file of the same rows."""
    own, bare_file = (home / "store.db").stat().st_size, raw.stat().st_size
    detail = f"{own / 1e6:.1f} MB / {bare_file / 1e6:.1f} MB"
    return Figure("laptop file with search index / raw file", own / bare_file, 1.8, detail=detail)


def bulk(folder: Path) -> list[Figure]:
    """20,000 rows as own ops in one unit of work, against the same rows raw."""
    rows = visits(ROWS, seed=2)
    raw = statistics.median(raw_sqlite.insert(folder / f"bulk{n}.db", rows) for n in range(3))
    store = LaptopStore.create(folder / "bulk", PASSPHRASE, demonstration=True)
    acts = [Act("create", scope, "visit", row_id, dict(fields), {}) for scope, row_id, fields in rows]
    with store.work(WORKER) as work:  # an app that is open has read its tables' shapes
        work.acts.append(acts.pop())
    begun = time.perf_counter()
    with store.work(WORKER) as work:
        work.acts.extend(acts)
    took = time.perf_counter() - begun
    store.close()
    return [
        Figure(
            "local bulk of 20,000 rows as ops / plain", took / raw, 7, detail=f"{took:.2f} s / {raw:.2f} s"
        )
    ]


def percentile(values: list[float], part: float) -> float:
    """The value below which ``part`` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def saving(folder: Path) -> list[Figure]:
    """Saving a visit durably while 20,000 rows arrive, against a bare durable commit of the same bytes under the same load."""
    rows = visits(ROWS, seed=3)
    codes = full_hub(folder / "hub-saving", rows)
    sys.setswitchinterval(SWITCH_SECONDS)  # as the app does
    with served(folder / "hub-saving") as url:
        own = _save_under_sync(folder / "saving", url, codes[0], None)
        plain = _save_under_sync(folder / "saving-bare", url, codes[1], folder / "bare.db")
    ratio = percentile(own, 0.99) / percentile(plain, 0.99)
    detail = (
        f"p99 {percentile(own, 0.99) * 1000:.1f} ms of {len(own)} / {percentile(plain, 0.99) * 1000:.1f} ms"
    )
    return [
        Figure("saving a visit during a sync, p99 / bare commit", ratio, 10, detail=detail),
        Figure("saving a visit during a sync, p99, ms", percentile(own, 0.99) * 1000, 50, unit="ms"),
    ]


def _save_under_sync(home: Path, url: str, code: str, bare_file: Path | None) -> list[float]:
    store = LaptopStore.create(home, PASSPHRASE, demonstration=True)
    enrol(store, url, code)
    transport = connect(store)
    done = threading.Event()

    def came(report: Report) -> None:
        if report.received >= ROWS:  # and what is saved meanwhile is still being sent
            done.set()

    def fetch() -> None:
        sync(store, transport, progress=came)

    fields = visits(1, seed=9)[0][2]
    plain: Any = None
    if bare_file is not None:
        plain = bare(bare_file, os.urandom(32))
        plain.execute("create table visit (id, body)")
    with store.work(WORKER) as work:  # an app that is open has read its tables' shapes
        work.create("fam:saving", "visit", fields)
    thread = threading.Thread(target=fetch)
    thread.start()
    times: list[float] = []
    while not done.is_set() or len(times) < 40:
        begun = time.perf_counter()
        if plain is not None:
            plain.execute("insert into visit values (?, ?)", (str(begun), "".join(fields.values())))
        else:
            with store.work(WORKER) as work:
                work.create("fam:saving", "visit", fields)
        times.append(time.perf_counter() - begun)
        done.wait(0.01)
    thread.join()
    transport.close()
    store.close()
    return times


def run() -> list[Figure]:
    """All figures of this module."""
    with tempfile.TemporaryDirectory(prefix="familyhub-bench-") as name:
        folder = Path(name)
        return [*first_sync(folder), *bulk(folder), *saving(folder)]
