"""A laptop whose lease has run out: what its page says, and how it opens again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from familyhub.casework.problems import Problem
from familyhub.hub import admin
from familyhub.hub.service import Hub
from familyhub.practice.lease import CLOCK_SEEN, LAST_CONTACT, Lease, why_locked
from familyhub.store.errors import LeaseLocked
from familyhub.store.laptop import LaptopStore
from familyhub.store.vault import Vault
from familyhub.tui.app import FamilyHubApp
from tests.hub.world import ASHA, KEY, Laptops, enrolled, make_hub, note, open_family, served, staff, synced
from tests.support.homes import ROOT
from tests.tui.desk import AtEverySize, pictures
from tests.tui.shell import opens, quiet, ready, shows, text_of, until

LONG_AGO = "2026-01-05T09:00:00Z"


class Opened(FamilyHubApp):
    """FamilyHub on a home whose passphrase was right."""

    CSS_PATH = [str(ROOT / "src/familyhub/tui" / name) for name in FamilyHubApp.CSS_PATH]
    sync_in_background = False

    def unlock(self, passphrase: str, failed: Callable[[str, Sequence[Problem]], None]) -> None:
        """Go on from there."""
        self.open_again(KEY, failed)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, Path]]:
    """A hub, and the home of a laptop that met it and has something unsent."""
    folder = tmp_path_factory.mktemp("locked")
    hub = make_hub(folder / "hub", None)
    staff(hub)
    admin.set_locality(
        hub, "north", {"name": "North", "day_number": "0151 000 000", "night_number": "0151 1"}
    )
    store = Laptops(folder).new()
    Vault(store.home / "store.vault").create("four plain words together", "a-store", demonstration=True)
    enrolled(hub, store, ASHA)
    scope = open_family(store, "f1", "Okafor")
    synced(hub, store)
    note(store, scope, "Unsent")
    store.close()
    yield hub, store.home
    hub.close()


@pytest.fixture
def home(made: tuple[Hub, Path], tmp_path: Path) -> Path:
    """A copy of that home, which met its hub long ago."""
    shutil.copytree(made[1], tmp_path / "home")
    store = LaptopStore(tmp_path / "home", KEY, demonstration=True)
    store.set_settings({LAST_CONTACT: LONG_AGO, CLOCK_SEEN: "0"})
    store.close()
    return tmp_path / "home"


async def test_it_says_why_whom_to_ring_and_what_opens_it_and_shows_no_record(home: Path) -> None:
    app = Opened(home, "given")
    async with app.run_test(size=(80, 24)) as pilot:
        words = ("locked", "has not met its hub for", "Ring North", "at night 0151 1", "Sync now",
                 "familyhub lease", "and what you had not sent is kept")  # fmt: skip
        await until(pilot, lambda: all(each in text_of(app) for each in words))
        screen = text_of(app)
        assert "Okafor" not in screen
        await pilot.press("slash", "t", "D")
        await pilot.pause()
        assert type(app.screen).__name__ == "LockedScreen"
        assert not app.is_open


async def test_without_a_network_it_stays_locked_and_says_so(home: Path) -> None:
    app = Opened(home, "given", "http://127.0.0.1:1")
    async with app.run_test(size=(100, 30)) as pilot:
        await shows(pilot, "0151 000 000")
        await pilot.press("f5")
        await shows(pilot, "cannot be reached")
        assert not app.is_open


async def test_sync_now_meets_the_hub_sends_what_waited_and_opens(made: tuple[Hub, Path], home: Path) -> None:
    with served(made[0]) as url:
        app = Opened(home, "given", url)
        async with app.run_test(size=(100, 30)) as pilot:
            await shows(pilot, "0151 000 000")
            await pilot.press("enter")
            await opens(pilot, "TodayScreen")
            await ready(pilot)
            await shows(pilot, "nothing waiting")


async def test_a_lease_that_runs_out_while_the_app_is_open_ends_it_with_what_is_typed_kept(
    home: Path,
) -> None:
    store = LaptopStore(home, KEY, demonstration=True)
    store.set_settings({LAST_CONTACT: datetime.now(UTC).isoformat()})
    store.close()
    app = Opened(home, "given")
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("slash")
        await opens(pilot, "FamiliesScreen")
        app.screen.query_one(Input).value = "Okafor"
        app.watch_lease()
        await quiet(pilot)
        assert app.is_running
        app.laptop.store.set_settings({LAST_CONTACT: LONG_AGO})
        app.watch_lease()
        await until(pilot, lambda: bool(app.refused))
    assert app.refused.startswith("This laptop is locked: it has not met its hub")


async def test_it_warns_in_the_title_line_and_on_the_sync_page(made: tuple[Hub, Path], home: Path) -> None:
    store = LaptopStore(home, KEY, demonstration=True)
    met = datetime.now(UTC) - timedelta(days=15, hours=1)
    store.set_settings({LAST_CONTACT: met.isoformat()})
    store.close()
    app = Opened(home, "given")
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await shows(pilot, "! locks in 6 days without the hub")
        await pilot.press("s")
        await opens(pilot, "SyncScreen")
        await shows(pilot, "has not met its hub for 15 days: it locks in 6 days")


@pictures
def test_picture_of_locked(at_every_size: AtEverySize, home: Path) -> None:
    async def before(pilot: Any) -> None:
        await shows(pilot, "0151 000 000")
        days = LeaseLocked(why_locked(Lease("locked", 23, 0)), "Ring North: 0151 000 000 or at night 0151 1.")
        pilot.app.screen.tell(days)
        await quiet(pilot)

    at_every_size(Opened(home, "given"), before)
