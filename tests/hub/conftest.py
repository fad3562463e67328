import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from familyhub.hub.service import Hub
from tests.hub.world import FakeClock, Laptops, make_hub, staff
from tests.support.postgres import Server

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Where a hub keeps its records: None for the embedded database, or the URL of a PostgreSQL one.

    It has its tables and workers where the test asks for a hub, and is empty otherwise.
    """
    if request.param == "sqlite":
        yield None
        return
    server: Server = request.getfixturevalue("postgres_server")
    with_workers = {"hub", "still_hub"} & {*request.fixturenames}
    with server.database(request.getfixturevalue("staffed_postgres") if with_workers else None) as url:
        yield url


@pytest.fixture
def now() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an embedded hub with its workers, to be copied."""
    home = tmp_path_factory.mktemp("staffed")
    made = make_hub(home, None, clock=FakeClock())
    staff(made)
    made.close()
    return home


@pytest.fixture(scope="session")
def staffed_postgres(tmp_path_factory: pytest.TempPathFactory, postgres_server: Server) -> Iterator[str]:
    """The database of a hub with its workers, to be copied."""
    with postgres_server.database() as url:
        made = make_hub(tmp_path_factory.mktemp("staffed"), url, clock=FakeClock())
        staff(made)
        made.close()
        yield url


def _hub(tmp_path: Path, staffed: Path, database: str | None, **options: Any) -> Hub:
    if database is None:
        shutil.copytree(staffed, tmp_path / "hub")
    return make_hub(tmp_path / "hub", database, made=True, **options)


@pytest.fixture
def hub(tmp_path: Path, staffed: Path, database: str | None) -> Iterator[Hub]:
    """A hub with four workers in two localities, on each engine."""
    made = _hub(tmp_path, staffed, database)
    yield made
    made.close()


@pytest.fixture
def still_hub(tmp_path: Path, staffed: Path, database: str | None, now: FakeClock) -> Iterator[Hub]:
    """The same with a clock that a test moves."""
    made = _hub(tmp_path, staffed, database, clock=now)
    yield made
    made.close()


@pytest.fixture(scope="session")
def laptops(tmp_path_factory: pytest.TempPathFactory) -> Laptops:
    return Laptops(tmp_path_factory.mktemp("laptops"))
