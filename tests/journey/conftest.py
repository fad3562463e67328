"""One small demonstration for the journeys of a worker process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from familyhub.demo.make import Demo
from tests.journey.world import HubProcess, demonstration


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return demonstration(tmp_path_factory.mktemp("journey"))


@pytest.fixture
def hub(demo: Demo) -> Iterator[HubProcess]:
    """The demonstration's hub, which has a port and is not running."""
    process = HubProcess(demo.hub_home)
    process.start()
    process.kill()
    yield process
    process.kill()
