"""The second check on the Front door: what a gatekeeper reads and records, what who decides sees; at three sizes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from familyhub.casework import front_door
from familyhub.casework.laptop import Laptop, Who
from familyhub.tui.screens.front_door import FrontDoorScreen
from tests.casework.test_second_check import found_at_the_gate, received
from tests.support.families import JOAN, second_check
from tests.tui.desk import AtEverySize, Desk, opened, pictures, settled
from tests.tui.shell import shows, text_of, typed, until
from tests.tui.test_front_door import needed, page, ready


@pytest.fixture
def desk(laptop: Laptop) -> Laptop:
    """The coordinator's laptop with a contact about which a manager rings."""
    coordinator = replace(laptop, who=Who(JOAN, "Joan Pike", "coordinator", "birkenhead"))
    contact = received(coordinator)
    second_check(coordinator, contact, "rings")
    found_at_the_gate(coordinator, contact)
    received(coordinator)
    return coordinator


def keeper(laptop: Laptop) -> Laptop:
    return replace(laptop, who=Who("w-nia", "Nia Bell", "gatekeeper", "birkenhead"))


@pictures
def test_picture_of_what_a_gatekeeper_reads(
    desk: Laptop, at_every_size: AtEverySize, fixed_clock: None
) -> None:
    app = Desk(keeper(desk), FrontDoorScreen)

    async def before(pilot) -> None:  # type: ignore[no-untyped-def]
        await ready(pilot, app)
        await pilot.press("f6")
        await settled(pilot)

    at_every_size(app, before)


async def test_a_gatekeeper_reads_the_evidence_first_and_records_whom_they_rang(desk: Laptop) -> None:
    app = Desk(keeper(desk), FrontDoorScreen)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        text = text_of(app)
        assert "second check: to read" in text
        assert "strong, same name · file held by Sam Doyle, w-elsewhere" in text
        assert "Ring who decides about it: c records whom you rang" in text
        await pilot.press("c")
        await until(pilot, lambda: type(app.screen).__name__ == "AskDialog")
        await pilot.press("ctrl+s")
        await shows(pilot, "or was it nobody?")
        await pilot.press("r", "tab")
        await typed(pilot, "Sam Doyle")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, FrontDoorScreen))
        await settled(pilot)
        await shows(pilot, "rang Sam Doyle")
        assert "Ring who decides about it" not in text_of(app)
    assert [w.to_read for w in front_door.queue(keeper(desk))] == [False, False]


async def test_who_decides_sees_one_of_two_results_and_why_no_further_action_waits(desk: Laptop) -> None:
    app = Desk(desk, FrontDoorScreen)
    async with app.run_test(size=(160, 50)) as pilot:
        await ready(pilot, app)
        await shows(pilot, "a manager will ring you")
        assert "same name" not in text_of(app)
        assert "p9" not in text_of(app)
        await pilot.press("1", *("e" * 6))
        await until(pilot, lambda: "A manager will ring you about the second check" in needed(app))
        await pilot.press("c")
        await until(pilot, lambda: type(app.screen).__name__ == "AskDialog")
        await pilot.press("ctrl+s")
        await shows(pilot, "recorded by a gatekeeper or a manager")
        await pilot.press("escape")
        await opened(pilot)
        await until(pilot, lambda: isinstance(app.screen, FrontDoorScreen))
        page(app).query_one("#queue").focus()
        await pilot.press("n")
        await shows(pilot, "Checked only against what is on this laptop")
