"""What every test may ask for."""

import gc
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from familyhub.cli.main import GARBAGE
from tests.support.postgres import Run, Server

if TYPE_CHECKING:
    from tests.support.homes import SmallHome

_RUN = pytest.StashKey[Run]()


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Opens the run's room for PostgreSQL; nothing is started until a test asks."""
    gc.set_threshold(GARBAGE, 20, 20)
    if not _is_worker(config):
        config.stash[_RUN] = Run.open()
        # Being told to end is like Ctrl+C: pytest then ends in order, and the server with it.
        signal.signal(signal.SIGTERM, signal.default_int_handler)


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
