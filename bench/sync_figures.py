"""First sync, local bulk, file size and saving, each beside its baseline."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from bench.records import visits
from bench.table import Figure
from familyhub.hub import admin
from familyhub.hub.load import Loaded
from familyhub.link.enrol import enrol
from familyhub.link.exchange import Report, sync
from familyhub.link.transport import connect
from familyhub.store.engine import connect as bare
from familyhub.store.laptop import LaptopStore
from familyhub.store.migrate import checkpoint
from familyhub.sync import clock
from familyhub.sync.laptop import Act
from familyhub.tui.app import SWITCH_SECONDS

PASSPHRASE = "bench bench bench bench"
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


def raw_insert(path: Path, rows: list[tuple[str, str, dict[str, str]]]) -> float:
    """Seconds of one raw ``executemany`` of the rows into an encrypted, durable file."""
    connection = bare(path, os.urandom(32))
    names = [f'"{name}"' for name in rows[0][2]]
    connection.execute(f"create table visit (scope, id, {', '.join(names)}, primary key (scope, id))")
    values = [(scope, row_id, *fields.values()) for scope, row_id, fields in rows]
    begun = time.perf_counter()
    connection.execute("begin immediate")
    connection.executemany(f"insert into visit values ({', '.join('?' * (len(names) + 2))})", values)
    connection.execute("commit")
    took = time.perf_counter() - begun
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    return took


def full_hub(home: Path, rows: list[tuple[str, str, dict[str, str]]]) -> tuple[str, str]:
    """A demonstration hub that holds the rows; returns two codes for laptops."""
    hub = admin.init(home, demonstration=True)
    admin.add_worker(hub, "w-bench", "Bench", "worker", "birkenhead")
    at = clock.from_datetime(__import__("datetime").datetime.now().astimezone())
    hub.load(Loaded(scope, "visit", row_id, dict(fields), "w-bench", at) for scope, row_id, fields in rows)
    codes = admin.code(hub, "w-bench"), admin.code(hub, "w-bench")
    hub.close()
    return codes


def first_sync(folder: Path) -> list[Figure]:
    """First sync of 20,000 rows over loopback HTTP, and the size of the file it leaves, against raw SQLite."""
    rows = visits(ROWS)
    raws = [raw_insert(folder / f"raw{n}.db", rows) for n in range(3)]
    raw = statistics.median(raws)
    codes = full_hub(folder / "hub", rows)
    times = []
    with served(folder / "hub") as url:
        for n, code in enumerate(codes):
            store = LaptopStore.create(folder / f"laptop{n}", PASSPHRASE, demonstration=True)
            enrol(store, url, code)
            transport = connect(store)
            begun = time.perf_counter()
            report = sync(store, transport)
            times.append(time.perf_counter() - begun)
            assert report.received >= ROWS, report
            transport.close()
            checkpoint(store.engine)
            store.close()
    size = (folder / "laptop0" / "store.db").stat().st_size / (folder / "raw0.db").stat().st_size
    took = min(times)
    return [
        Figure(
            "first sync of 20,000 rows / raw executemany", took / raw, 8, detail=f"{took:.2f} s / {raw:.2f} s"
        ),
        Figure("laptop file with search index / raw file", size, 1.8),
    ]


def bulk(folder: Path) -> list[Figure]:
    """20,000 rows as own ops in one unit of work, against the same rows raw."""
    rows = visits(ROWS, seed=2)
    raw = statistics.median(raw_insert(folder / f"bulk{n}.db", rows) for n in range(3))
    store = LaptopStore.create(folder / "bulk", PASSPHRASE, demonstration=True)
    acts = [Act("create", scope, "visit", row_id, dict(fields), {}) for scope, row_id, fields in rows]
    with store.work("w-bench") as work:  # an app that is open has read its tables' shapes
        work.acts.append(acts.pop())
    begun = time.perf_counter()
    with store.work("w-bench") as work:
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
    with store.work("w-bench") as work:  # an app that is open has read its tables' shapes
        work.create("fam:saving", "visit", fields)
    thread = threading.Thread(target=fetch)
    thread.start()
    times: list[float] = []
    while not done.is_set() or len(times) < 40:
        begun = time.perf_counter()
        if plain is not None:
            plain.execute("insert into visit values (?, ?)", (str(begun), "".join(fields.values())))
        else:
            with store.work("w-bench") as work:
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
