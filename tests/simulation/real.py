"""Real databases for a process that plays histories: each history finds them empty."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from familyhub.hub import schema
from familyhub.hub.log import SqlHubTx
from familyhub.hub.tables import everything
from familyhub.store import engine as engines
from familyhub.store import migrate
from familyhub.store.laptop_copy import SqlLaptopCopy
from familyhub.store.tables import BOTH_ENDS, LAPTOP, record_metadata
from tests.simulation.database import Database, Dump, file_database, file_engine
from tests.simulation.memory_hub import MemoryHub
from tests.simulation.memory_laptop import MemoryLaptop, Tables
from tests.simulation.shadow_hub import ShadowedHub
from tests.simulation.shadow_laptop import ShadowedLaptop
from tests.simulation.world import Parts
from tests.support.postgres import ROOM_VARIABLE, Run

MEMORY, SQLITE, POSTGRESQL = COPIES = ("memory", "sqlite", "postgresql")
"""What histories are played on. Laptops' files are SQLite wherever the hub is not in memory."""


def in_memory_only(parts: Parts) -> bool:
    """Whether a planted bug is one of the copies in memory."""
    return parts.hub_copy is not MemoryHub or parts.laptop_copy is not MemoryLaptop


class Place(NamedTuple):
    """Where one process keeps its databases: a folder, and the hub's URL unless it is a file there."""

    folder: Path
    url: str | None


class RealCopies:
    """The databases of one process."""

    def __init__(self, place: Place) -> None:
        self.place = place
        engine = engines.postgresql(place.url) if place.url else file_engine(place.folder / "hub.db")
        schema.upgrade(engine)
        self._hub = Database(engine, everything())
        self._laptops: list[Database] = []
        self._used = 0
        self._by: list[tuple[Tables, Dump]] = []

    def parts(
        self, parts: Parts, laptop: type[SqlLaptopCopy] = SqlLaptopCopy, hub: type[SqlHubTx] = SqlHubTx
    ) -> Parts:
        """The same machines over these databases; a planted bug is another kind of copy over them.

        Raises ``ValueError`` for a bug that only a copy in memory can have.
        """
        if in_memory_only(parts):
            raise ValueError("this bug is one of a copy in memory")
        return replace(
            parts, hub_copy=partial(self._new_hub, hub), laptop_copy=partial(self._new_laptop, laptop)
        )

    def _new_hub(self, kind: type[SqlHubTx]) -> MemoryHub:
        """A history begins: what the one before put by is forgotten, and its files are free."""
        self._used = 0
        self._by.clear()
        return ShadowedHub(self._hub, kind)

    def _new_laptop(self, kind: type[SqlLaptopCopy], new_incarnation: Callable[[], str]) -> ShadowedLaptop:
        if self._used == len(self._laptops):
            self._laptops.append(self._new_file())
        self._used += 1
        return ShadowedLaptop(new_incarnation, self._laptops[self._used - 1], kind, self._by)

    def _new_file(self) -> Database:
        first, path = self.place.folder / "empty.db", self.place.folder / f"laptop-{len(self._laptops)}.db"
        if not first.exists():
            engine = file_engine(first)
            migrate.upgrade_laptop(engine)
            migrate.checkpoint(engine)
            engine.dispose()
        shutil.copy2(first, path)
        return file_database(path, [LAPTOP, BOTH_ENDS, record_metadata()])

    def close(self) -> None:
        """Close every database."""
        for database in (self._hub, *self._laptops):
            database.close()


@contextmanager
def places(copies: str, count: int) -> Iterator[list[Place]]:
    """Places for so many processes; none for copies in memory. They are gone afterwards."""
    if copies == MEMORY:
        yield []
        return
    memory_disk = Path("/dev/shm")
    quick = str(memory_disk) if memory_disk.is_dir() and os.access(memory_disk, os.W_OK) else None
    with ExitStack() as stack:
        room = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="familyhub-simulation-", dir=quick))
        )
        urls: list[str | None] = [None] * count
        if copies == POSTGRESQL:
            server = _run(stack).server()
            urls = [stack.enter_context(server.database()) for _ in range(count)]
        found = []
        for n, url in enumerate(urls):
            (room / str(n)).mkdir()
            found.append(Place(room / str(n), url))
        yield found


def _run(stack: ExitStack) -> Run:
    """The tests' PostgreSQL: the one of the run that this process is part of, or one of its own."""
    if ROOM_VARIABLE in os.environ:
        return Run.joined()
    run = Run.open()
    stack.callback(run.close)
    return run


@contextmanager
def real_copies(copies: str) -> Iterator[RealCopies | None]:
    """The databases of this process alone; None for copies in memory."""
    with places(copies, 1) as found, ExitStack() as stack:
        made = RealCopies(found[0]) if found else None
        if made:
            stack.callback(made.close)
        yield made
