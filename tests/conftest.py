"""What every test may ask for."""

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from familyhub.cli.main import GARBAGE
from familyhub.store import vault
from tests.support.postgres import Run, Server

if TYPE_CHECKING:
    from tests.support.homes import SmallHome

_RUN = pytest.StashKey[Run]()
MEMORY, ROOM_BYTES = Path("/dev/shm"), 4 << 30
LITTLE = (64, 1, 1)
"""How much passphrases are stretched in vaults made here; ``store/test_vault`` has one stretched as people's are."""


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Opens the run's room for PostgreSQL; nothing is started until a test asks."""
    gc.set_threshold(GARBAGE, 20, 20)
    _stay_in_memory()
    vault.MEMORY_KIB, vault.PASSES, vault.LANES = LITTLE
    if not _is_worker(config):
        config.stash[_RUN] = Run.open()
        # Being told to end is like Ctrl+C: pytest then ends in order, and the server with it.
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _stay_in_memory() -> None:
    """Keep files in memory where there is room: tests kill processes, and no disk's cache is lost by that."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free >= ROOM_BYTES:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops the PostgreSQL of this run, whatever became of the tests and the workers."""
    if run := config.stash.get(_RUN, None):
        run.close()


@pytest.fixture(scope="session")
def postgres_server() -> Server:
    """The run's PostgreSQL, for more than one database: `with postgres_server.database() as url`."""
    return Run.joined().server()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """A database that the tests of one worker share, as an ordinary role; never skips."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture
def postgres_database(postgres_server: Server) -> Iterator[str]:
    """A fresh database for one test, as an ordinary role; never skips."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> "SmallHome":
    """The home of ``tests.support.families``, made once; copy it to write."""
    from tests.support.homes import SmallHome

    return SmallHome(tmp_path_factory.mktemp("small") / "home")
