"""The second list of the Sync page: what the hub set aside in files that a coordinator holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from familyhub.hub import admin
from familyhub.hub.service import Hub
from familyhub.store.vault import Vault
from tests.hub.world import (
    ASHA,
    HELEN,
    SAM,
    Laptops,
    enrolled,
    hub_rows,
    make_hub,
    note,
    open_family,
    served,
    staff,
    synced,
)
from tests.tui.shell import opens, quiet, ready, rows_of, shows, text_of, typed, until
from tests.tui.test_locked import Opened

TEXT = "Rang Dawn [b]about[/b] Monday"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Hub, Path, Path]]:
    """A hub that set two notes of Sam's aside, and the homes of Helen, who holds the file, and of Asha."""
    hub = make_hub(tmp_path / "hub", None)
    staff(hub)
    laptops = Laptops(tmp_path)
    asha, sam, helen = (enrolled(hub, laptops.new(), who) for who in (ASHA, SAM, HELEN))
    open_family(asha, "f1", "Okafor")
    for store in (asha, helen):
        synced(hub, store)
    for text in (TEXT, "Second"):
        note(sam, "fam:f1", text)
    synced(hub, sam)
    for store in (asha, helen):
        Vault(store.home / "store.vault").create("four plain words together", "a-store", demonstration=True)
        store.close()
    sam.close()
    yield hub, helen.home, asha.home
    hub.close()


async def sync_page(pilot: Any) -> None:
    await ready(pilot)
    await pilot.press("s")
    await opens(pilot, "SyncScreen")
    await quiet(pilot)


async def test_a_coordinator_reads_releases_with_a_reason_and_leaves(world: tuple[Hub, Path, Path]) -> None:
    hub, helen, _ = world
    with served(hub) as url:
        app = Opened(helen, "given", url)
        async with app.run_test(size=(100, 30)) as pilot:
            await sync_page(pilot)
            await shows(pilot, "Set aside at the hub, of files you hold, at")
            await shows(pilot, "Sam Doyle: this worker does not hold the file")
            rows_of(app).focus()
            await pilot.press("enter")
            await opens(pilot, "ReadScreen")
            assert TEXT in text_of(app)
            await pilot.press("escape")
            await opens(pilot, "SyncScreen")
            await pilot.press("r")
            await opens(pilot, "WhyDialog")
            await pilot.press("enter")
            await shows(pilot, "Say why")
            await typed(pilot, "Sam stood in")
            await pilot.press("enter")
            await until(pilot, lambda: hub_rows(hub, "select count(*) from note") == [(1,)])
            await opens(pilot, "SyncScreen")
            await shows(pilot, ": 1 · r release")
            await pilot.press("l")
            await until(pilot, lambda: "Sam Doyle" not in text_of(app))
    released = hub_rows(hub, "select released_by, released_why from quarantine order by received, dseq")
    assert released == [(HELEN, "Sam stood in"), (None, None)]


async def test_without_the_hub_nothing_old_is_shown_as_if_it_were_so_now(
    world: tuple[Hub, Path, Path],
) -> None:
    hub, helen, _ = world
    with served(hub) as url:
        app = Opened(helen, "given", url)
        async with app.run_test(size=(100, 30)) as pilot:
            await sync_page(pilot)
            await shows(pilot, "Sam Doyle")
            app.hub = "http://127.0.0.1:1"
            await pilot.press("s")
            await shows(pilot, "shown when the hub is met")
            assert "Sam Doyle" not in text_of(app)


async def test_a_worker_sees_no_such_list(world: tuple[Hub, Path, Path]) -> None:
    hub, _, asha = world
    with served(hub) as url:
        app = Opened(asha, "given", url)
        async with app.run_test(size=(100, 30)) as pilot:
            await sync_page(pilot)
            assert "at the hub" not in text_of(app)
            assert len(admin.quarantine(hub)) == 2
