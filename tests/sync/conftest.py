"""A laptop and a hub for each test."""

import pytest

from tests.sync.desk import Desk, House


@pytest.fixture
def desk() -> Desk:
    return Desk("a")


@pytest.fixture
def house() -> House:
    return House()
