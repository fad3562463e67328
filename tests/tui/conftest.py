"""What the tests of the terminal app may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from familyhub.casework.laptop import Laptop
from tests.support.homes import SmallHome
from tests.tui.desk import CLOCK
from tests.tui.shell import MakeShell, Shell


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """The home with the Bells and the Hugheses, made once in a run."""
    return SmallHome(tmp_path_factory.mktemp("small") / "home")


@pytest.fixture
def laptop(small_home: SmallHome, tmp_path: Path) -> Iterator[Laptop]:
    """Asha's open laptop."""
    opened = small_home.laptop(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def fixed_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts are kept at 11:24."""
    monkeypatch.setattr("familyhub.tui.widgets.autosave.now", lambda: CLOCK)


@pytest.fixture
def shell(small_home: SmallHome, tmp_path: Path) -> MakeShell:
    """The whole app on a copy of the small home; ``before`` writes to it first."""

    def make(before: Callable[[Laptop], object] | None = None) -> Shell:
        home = tmp_path / "home"
        if before is None:
            small_home.copy(home)
        else:
            laptop = small_home.laptop(home)
            before(laptop)
            laptop.close()
        return Shell(home, small_home.key)

    return make
