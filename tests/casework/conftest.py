"""An open laptop of Asha's with the small store, for each test its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from familyhub.casework.laptop import Laptop
from tests.support.homes import SmallHome


@pytest.fixture
def laptop(small_home: SmallHome, tmp_path: Path) -> Iterator[Laptop]:
    made = small_home.laptop(tmp_path / "home")
    yield made
    made.close()
