"""What every row of the table stands on: a folder, the sizes, PouchDB where it is, a durable PostgreSQL, lines."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.beside import pouchdb
from bench.table import Figure
from tests.support.postgres import PostgresFailed, Run, Server


@dataclass(frozen=True)
class Sizes:
    """How much is measured; the table's own by default, less in a test of the bench."""

    records: int = 20_000
    push: int = 5_000
    changes: int = 15
    edits: int = 1_000
    writers: int = 16
    writes: int = 20
    repeat: int = 3
    """Times that quick measurements are taken, ours and the peer's in turn; the median counts."""


@dataclass
class Ground:
    """The ground of one run. Whatever is absent is None, with the sentence that says why."""

    folder: Path
    sizes: Sizes
    pouch: pouchdb.Pouch | None = None
    no_pouch: str = ""
    server: Server | None = None
    no_postgres: str = ""
    _made: int = field(default=0, init=False)

    def room(self) -> Path:
        """A new folder."""
        self._made += 1
        path = self.folder / f"room{self._made}"
        path.mkdir()
        return path

    @contextmanager
    def database(self) -> Iterator[str]:
        """A fresh database of the durable PostgreSQL, which has to be there."""
        assert self.server is not None
        with self.server.database() as url:
            yield url

    def beside(
        self, what: str, own: float | None, peer: float | None, must: float, show: Callable[[float], str]
    ) -> Figure:
        """Ours over PouchDB's as a figure; not run where either was not."""
        if own is None:
            return Figure(what, None, must, detail=self.no_postgres)
        if peer is None:
            return Figure(what, None, must, detail=f"{show(own)}; {self.no_pouch}")
        return Figure(what, own / peer, must, detail=f"{show(own)} / {show(peer)}")


def seconds(value: float) -> str:
    """A time as it stands in the table."""
    return f"{value:.2f} s" if value >= 0.5 else f"{value * 1000:.1f} ms"


def size(value: float) -> str:
    """A number of bytes as it stands in the table."""
    return f"{value / 1e6:.2f} MB" if value >= 1e5 else f"{value:.0f} B"


def in_turn(times: int, *acts: Callable[[], float] | None) -> list[float | None]:
    """The median of each act, taken in turn so that what disturbs the machine disturbs all of them."""
    taken: list[list[float]] = [[] for _ in acts]
    for _ in range(times):
        for act, values in zip(acts, taken, strict=True):
            if act is not None:
                values.append(act())
    return [statistics.median(values) if values else None for values in taken]


@contextmanager
def ground(folder: Path, sizes: Sizes, *, postgres: bool, peer: bool) -> Iterator[Ground]:
    """Start what the wanted rows stand on; it ends with the block."""
    made = Ground(folder, sizes)
    with ExitStack() as stack:
        if peer:
            try:
                modules = pouchdb.installed()
                made.pouch = stack.enter_context(pouchdb.running(folder / "pouchdb", modules))
            except pouchdb.Absent as absent:
                made.no_pouch = str(absent)
        if postgres:
            run = Run.open(durable=True)
            stack.callback(run.close)
            try:
                made.server = run.server()
            except (PostgresFailed, OSError) as error:
                made.no_postgres = f"PostgreSQL did not start: {str(error).splitlines()[0]}"
        yield made


def load() -> str:
    """How busy the machine is, as a sentence: figures taken beside other work are less sure."""
    if not hasattr(os, "getloadavg"):
        return ""
    return f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
