"""Rows 1 to 3: the first sync of a laptop, its bytes, and the same over a long and narrow line."""

from __future__ import annotations

import statistics
from collections.abc import Collection
from pathlib import Path

import msgspec
import zstandard

from bench.baseline import raw_sqlite
from bench.beside.ground import Ground, in_turn, seconds, size
from bench.beside.pouchdb import documents
from bench.records import Record, visits
from bench.sync_figures import first_sync_seconds, full_hub, served
from bench.table import Figure
from tests.support.line import Line

ROUND_TRIP_MS, BITS_PER_SECOND = 300, 1_000_000
PACKING = 3
"""The level of zstd that the wire uses."""


class _FamilyHub:
    """New laptops at one hub that holds the records."""

    def __init__(self, folder: Path, url: str, codes: list[str], rows: int) -> None:
        self.folder, self.url, self.codes, self.rows = folder, url, codes, rows

    def sync(self, line: Line | None = None) -> float:
        """Seconds of the first sync of the next laptop; what enrolling sends is not counted."""
        home = self.folder / f"laptop{len(self.codes)}"
        counted = line.reset_counts if line else lambda: None
        return first_sync_seconds(home, line.url if line else self.url, self.codes.pop(), self.rows, counted)


class _PouchDB:
    """New laptops at one server that holds the records."""

    def __init__(self, at: Ground, rows: list[Record]) -> None:
        assert at.pouch is not None
        self.pouch, self.rows, self._made = at.pouch, rows, 0
        self.pouch.load(self.pouch.remote("first"), rows)

    def sync(self, line: Line | None = None) -> float:
        """Seconds of the first replication of the next laptop."""
        self._made += 1
        source = self.pouch.remote("first", line.url if line else None)
        return self.pouch.replicate(source, f"first{self._made}", len(self.rows))


def run(at: Ground, wanted: Collection[int]) -> list[Figure]:
    """The wanted ones of rows 1, 2 and 3."""
    rows, folder = visits(at.sizes.records), at.room()
    peer = _PouchDB(at, rows) if at.pouch else None
    codes = full_hub(folder / "hub", rows, laptops=at.sizes.repeat + 2)
    figures: list[Figure] = []
    with served(folder / "hub") as url:
        own = _FamilyHub(folder, url, codes, len(rows))
        if 1 in wanted:
            figures += _times(at, own, peer, rows)
        if 2 in wanted:
            figures += _bytes(at, own, peer, rows)
        if 3 in wanted:
            figures += _far_away(at, own, peer)
    return figures


def _times(at: Ground, own: _FamilyHub, peer: _PouchDB | None, rows: list[Record]) -> list[Figure]:
    took, theirs = in_turn(at.sizes.repeat, own.sync, peer.sync if peer else None)
    raw = statistics.median(raw_sqlite.insert(own.folder / f"raw{n}.db", rows) for n in range(3))
    assert took is not None
    return [
        at.beside(f"1 first sync of {len(rows):,}: time / PouchDB", took, theirs, 0.20, seconds),
        Figure("1 … time / raw executemany", took / raw, 8, detail=f"{seconds(took)} / {seconds(raw)}"),
    ]


def _bytes(at: Ground, own: _FamilyHub, peer: _PouchDB | None, rows: list[Record]) -> list[Figure]:
    with Line.to(own.url) as line:
        own.sync(line)
        ours, requests = line.bytes_up + line.bytes_down, line.requests
    theirs = None
    if peer:
        with Line.to(peer.pouch.url) as line:
            peer.sync(line)
            theirs = float(line.bytes_up + line.bytes_down)
    plain = msgspec.json.encode(documents(rows))
    packed = len(zstandard.ZstdCompressor(level=PACKING).compress(plain))
    detail = (
        f"{size(ours)} in {requests} requests / {size(packed)}; JSON {len(plain) / len(rows):.0f} B a record"
    )
    return [
        at.beside("2 … bytes both ways / PouchDB", ours, theirs, 0.50, size),
        Figure("2 … bytes / zstd of the JSON of the records", ours / packed, 1.15, detail=detail),
    ]


def _far_away(at: Ground, own: _FamilyHub, peer: _PouchDB | None) -> list[Figure]:
    slow = {"delay_ms": ROUND_TRIP_MS / 2, "bits_per_second": BITS_PER_SECOND}
    with Line.to(own.url, **slow) as line:
        took = own.sync(line)
        on_the_line = max(line.bytes_up, line.bytes_down) * 8 / BITS_PER_SECOND
    theirs = None
    if peer:
        with Line.to(peer.pouch.url, **slow) as line:
            theirs = peer.sync(line)
    return [
        at.beside("3 … over 300 ms and 1 Mbit/s: time / PouchDB", took, theirs, 0.30, seconds),
        Figure("3 … time / line time", took / on_the_line, 1.10, detail=f"{seconds(took)} / {seconds(on_the_line)}"),
    ]  # fmt: skip
