"""Rows 4 and 5: many records from a laptop to the hub, and one change from a laptop to another."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path

from bench.beside.ground import Ground, in_turn, seconds, size
from bench.beside.pouchdb import Pouch, documents
from bench.records import Record, visits
from bench.sync_figures import WORKER, full_hub, laptop, served
from bench.table import Figure
from familyhub.link.exchange import sync
from familyhub.link.transport import HttpTransport
from familyhub.store.laptop import LaptopStore
from tests.support.line import Line

Laptop = tuple[LaptopStore, HttpTransport]


def push(at: Ground) -> list[Figure]:
    """Row 4."""
    rows, pouch = visits(at.sizes.push, seed=5), at.pouch

    def embedded() -> float:
        return _push_once(at.room(), rows, None)[0]

    def postgres() -> float:
        with at.database() as url:
            return _push_once(at.room(), rows, url)[0]

    theirs = _pushes(pouch, rows) if pouch else None
    ours, on_postgres, peer = in_turn(
        at.sizes.repeat, embedded, postgres if at.server else None, theirs and (lambda: theirs(None))
    )
    own_bytes = _push_once(at.room(), rows, None, counted=True)[1]
    peer_bytes = None
    if pouch and theirs:
        with Line.to(pouch.url) as line:
            theirs(line.url)
            peer_bytes = float(line.bytes_up + line.bytes_down)
    return [
        at.beside(f"4 push of {len(rows):,}: time / PouchDB, embedded hub", ours, peer, 0.15, seconds),
        at.beside("4 … time / PouchDB, PostgreSQL hub", on_postgres, peer, 0.25, seconds),
        at.beside("4 … bytes both ways / PouchDB", own_bytes, peer_bytes, 0.20, size),
    ]


def _push_once(
    folder: Path, rows: list[Record], database: str | None, *, counted: bool = False
) -> tuple[float, int]:
    """Seconds and bytes of the sync that takes a laptop's saved visits to a hub which has none."""
    (code,) = full_hub(folder / "hub", [], database, laptops=1)
    with served(folder / "hub") as url, Line.to(url) if counted else nullcontext() as line:
        with laptop(folder / "laptop", line.url if line else url, code) as (store, transport):
            sync(store, transport)
            with store.work(WORKER) as work:
                for scope, row_id, fields in rows:
                    work.create(scope, "visit", fields, row_id)
            if line:
                line.reset_counts()
            begun = time.perf_counter()
            report = sync(store, transport)
            took = time.perf_counter() - begun
            assert (report.sent, report.set_aside) == (len(rows), 0), report
            return took, line.bytes_up + line.bytes_down if line else 0


def _pushes(pouch: Pouch, rows: list[Record]) -> Callable[[str | None], float]:
    """A function that replicates a laptop's documents to a fresh database of the server: its seconds."""
    pouch.load("push", rows)
    made = 0

    def once(url: str | None) -> float:
        nonlocal made
        made += 1
        return pouch.replicate("push", pouch.remote(f"push{made}", url), len(rows))

    return once


# -- one change ----------------------------------------------------------------------------------------------


def change(at: Ground) -> list[Figure]:
    """Row 5: written on A, A syncs, B syncs and has it; both hold all records before."""
    rows, new = visits(at.sizes.records), visits(4 * at.sizes.changes, seed=6)
    spent: list[Record] = []

    def spent_on_peer() -> Record:
        spent.append(new.pop())
        return spent[-1]

    with ExitStack() as stack:
        own = _Pair(*stack.enter_context(_pair(at.room(), rows, None)))
        on_postgres = None
        if at.server:
            database = stack.enter_context(at.database())
            on_postgres = _Pair(*stack.enter_context(_pair(at.room(), rows, database)))
        peer = None
        if at.pouch:
            at.pouch.load(at.pouch.remote("change"), rows)
            peer = _PouchPair(at.pouch, at.pouch.url, rows)
        times = in_turn(
            at.sizes.changes,
            lambda: own.change(new.pop()),
            (lambda pair: lambda: pair.change(new.pop()))(on_postgres) if on_postgres else None,
            (lambda pair: lambda: pair.change(spent_on_peer()))(peer) if peer else None,
        )
        own_bytes = own.bytes_of(new.pop())
    peer_bytes, asked = None, ""
    if at.pouch:
        peer_bytes, requests = _pouch_bytes(at.pouch, [*rows, *spent], new.pop())
        asked = f"; PouchDB: {requests} requests"
    trips = max(own.trips + (on_postgres.trips if on_postgres else []))
    return [
        at.beside("5 one change to another laptop: time / PouchDB, embedded hub", times[0], times[2], 0.20, seconds),
        at.beside("5 … time / PouchDB, PostgreSQL hub", times[1], times[2], 0.35, seconds),
        at.beside("5 … bytes both ways / PouchDB", own_bytes, peer_bytes, 0.15, size),
        Figure("5 … round trips", trips, 2, unit="", detail=f"most of {len(own.trips)} changes{asked}"),
    ]  # fmt: skip


@contextmanager
def _pair(folder: Path, rows: list[Record], database: str | None) -> Iterator[tuple[Laptop, Laptop, Line]]:
    """Two laptops in step with a served hub, and a line to it."""
    codes = full_hub(folder / "hub", rows, database)
    with ExitStack() as stack:
        url = stack.enter_context(served(folder / "hub"))
        line = stack.enter_context(Line.to(url))
        a, b = (stack.enter_context(laptop(folder / f"laptop{n}", url, code)) for n, code in enumerate(codes))
        for _ in range(2):  # the second tells the hub where the first has come to
            for store, transport in (a, b):
                sync(store, transport)
        yield a, b, line


class _Pair:
    """Two laptops of one worker at a hub."""

    def __init__(self, a: Laptop, b: Laptop, line: Line) -> None:
        self.a, self.b, self.line = a, b, line
        self.trips: list[int] = []

    def change(self, record: Record) -> float:
        """Seconds from writing on A until B has it."""
        scope, row_id, fields = record
        begun = time.perf_counter()
        with self.a[0].work(WORKER) as work:
            work.create(scope, "visit", fields, row_id)
        sent, got = sync(*self.a), sync(*self.b)
        took = time.perf_counter() - begun
        with self.b[0].reading() as connection:
            there = connection.exec_driver_sql("select 1 from visit where id = ?", (row_id,)).first()
        assert there, "the other laptop did not get it"
        assert (sent.sent, got.received) == (1, 1), (sent, got)
        self.trips.append(sent.round_trips + got.round_trips)
        return took

    def bytes_of(self, record: Record) -> float:
        """Bytes both ways of one change, through the line."""
        both = (self.a[1], self.b[1])
        for transport in both:
            transport.close()
            transport.url = self.line.url
        self.line.reset_counts()
        self.change(record)
        return float(self.line.bytes_up + self.line.bytes_down)


class _PouchPair:
    """Two laptops in step with PouchDB's server at ``url``, which its checkpoints are named by."""

    def __init__(self, pouch: Pouch, url: str, rows: list[Record]) -> None:
        self.pouch, self.remote = pouch, pouch.remote("change", url)
        self.names = [f"change-{name}-{url.rpartition(':')[2]}" for name in ("a", "b")]
        for name in self.names:
            pouch.replicate(self.remote, name, len(rows))
            pouch.replicate(name, self.remote, 0)

    def change(self, record: Record) -> float:
        """Seconds from writing on A until B has it."""
        (doc,) = documents([record])
        a, b = self.names
        return float(self.pouch.ask("change", a=a, b=b, remote=self.remote, doc=doc)["ms"]) / 1000


def _pouch_bytes(pouch: Pouch, rows: list[Record], record: Record) -> tuple[float, int]:
    """Bytes both ways and requests of one change between laptops that have met the server before."""
    with Line.to(pouch.url) as line:
        pair = _PouchPair(pouch, line.url, rows)
        line.reset_counts()
        pair.change(record)
        return float(line.bytes_up + line.bytes_down), line.requests
