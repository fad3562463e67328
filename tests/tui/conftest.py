"""What the tests of the terminal app may ask for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.app import App
from textual.pilot import Pilot

from familyhub.casework.laptop import Laptop
from tests.support.homes import SmallHome
from tests.tui.desk import CLOCK, SIZES, AtEverySize, Size
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
def at_every_size(snapshot: SnapshotAssertion, tmp_path: Path) -> AtEverySize:
    """Drives an app once, in the smallest window, and compares it with its pictures as the window grows."""
    pictures = snapshot.use_extension(SVGImageExtension)

    def compare(
        app: App[Any], before: Callable[[Pilot[Any]], Awaitable[None]], sizes: Sequence[Size] = ()
    ) -> None:
        taken: dict[Size, str] = {}
        app.NOTIFICATION_TIMEOUT = 600  # type: ignore[misc]  # what is said stays until all is taken

        async def look(pilot: Pilot[Any]) -> None:
            await before(pilot)
            for width, height in sizes or SIZES:
                if app.size != (width, height):
                    await pilot.resize_terminal(width, height)
                await pilot.wait_for_scheduled_animations()
                await pilot.pause()
                taken[width, height] = app.export_screenshot(title=app.title, simplify=True)
            app.exit()

        app.run(headless=True, size=(sizes or SIZES)[0], auto_pilot=look)
        other = [size for size, picture in taken.items() if picture != pictures(name=f"{size[0]}x{size[1]}")]
        for width, height in other:
            (tmp_path / f"{width}x{height}.svg").write_text(taken[width, height])
        assert len(taken) == len(sizes or SIZES)
        assert not other, f"not as pictured at {other}; how it looks lies in {tmp_path}"

    return compare


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
