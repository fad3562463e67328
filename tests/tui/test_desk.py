"""The Desk: who waits, who could take a family on and why, covers, the page of a hand-over; one key from Today; at three sizes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from familyhub.casework import allocating, desk, handing_over, reading
from familyhub.casework.allocation_entries import (
    ConflictEntry,
    CoverEntry,
    HolderEntry,
    SafeCheckEntry,
    WorkerFactsEntry,
)
from familyhub.casework.laptop import Laptop, Who
from familyhub.tui.screens.desk import DeskScreen
from familyhub.tui.screens.family import FamilyScreen
from familyhub.tui.screens.hand_over import HandOverScreen
from tests.support.families import ASHA, BELL, JOAN, SAM, day
from tests.tui.desk import AtEverySize, Desk, opened, pasted, pictures, settled
from tests.tui.shell import MakeShell, opens, shows, text_of, until
from tests.tui.shell import ready as shell_ready

MIA, WALSH, KHAN = "w-mia-kerr", "walsh", "khan"


@pytest.fixture
def joan(laptop: Laptop) -> Laptop:
    """The coordinator's laptop: two families wait, one worker is covered, one has a conflict of interest."""
    with laptop.store.work("hub") as work:
        work.create("ref", "worker", {"name": "Mia Kerr", "role": "worker", "locality": "birkenhead"}, MIA)
        for family, name, since, ward in (
            (WALSH, "Walsh family", -3, "Claughton"),
            (KHAN, "Khan [b]family[/b]", -15, "Rock Ferry"),
        ):
            scope = f"fam:{family}"
            work.create(scope, "family", {"name": name, "locality": "birkenhead"}, family)
            work.create(scope, "episode", {"started_on": day(since)}, f"{family}-episode")
            work.create(
                scope,
                "episode_state",
                {"episode_id": f"{family}-episode", "state": "waiting", "on": day(since)},
            )
            work.create(scope, "address", {"person_id": "x", "ward": ward, "from_on": "2020-01-01"})
            work.create(scope, "level_of_need", {"person_id": "x", "level": "3", "on": day(since)})
        work.create("fam:khan", "person_fact", {"person_id": "x", "kind": "language", "value": "Urdu"})
    coordinator = replace(laptop, who=Who(JOAN, "Joan Pike", "coordinator", "birkenhead"))
    allocating.name_holder(
        coordinator, HolderEntry(KHAN, waiting="language", reason="Asked the next locality")
    )
    allocating.record_safe_check(
        coordinator, SafeCheckEntry(KHAN, day(-9), "visit", "yes", "All well, warm, food in", day(-2))
    )
    for facts in (
        WorkerFactsEntry(SAM, "Urdu", "Claughton", "car", "20"),
        WorkerFactsEntry(MIA, "", "Rock Ferry", "foot", "4"),
        WorkerFactsEntry(ASHA, "Urdu", "Rock Ferry", "car", "2"),
    ):
        allocating.set_worker_facts(coordinator, facts)
    handing_over.give_cover(coordinator, CoverEntry(ASHA, MIA, day(0), day(4), [BELL], "Leave"))
    allocating.declare_conflict(coordinator, ConflictEntry(KHAN, "neighbour", "Two doors down", SAM))
    return coordinator


def page(app: Desk) -> DeskScreen:
    screen = app.screen
    assert isinstance(screen, DeskScreen)
    return screen


async def ready(pilot, app: Desk) -> None:  # type: ignore[no-untyped-def]
    await opened(pilot)
    await until(pilot, lambda: isinstance(app.screen, DeskScreen) and page(app).open is not None)
    await settled(pilot)


async def asked(pilot, app: Desk) -> None:  # type: ignore[no-untyped-def]
    await until(pilot, lambda: type(app.screen).__name__ == "AskDialog")
    await settled(pilot)


@pictures
def test_picture_of_the_desk(joan: Laptop, at_every_size: AtEverySize) -> None:
    app = Desk(joan, DeskScreen)

    async def before(pilot) -> None:  # type: ignore[no-untyped-def]
        await ready(pilot, app)

    at_every_size(app, before)


@pictures
def test_picture_of_a_hand_over(joan: Laptop, at_every_size: AtEverySize) -> None:
    app = Desk(joan, lambda: HandOverScreen(BELL))

    async def before(pilot) -> None:  # type: ignore[no-untyped-def]
        await until(pilot, lambda: isinstance(app.screen, HandOverScreen) and app.screen.open is not None)
        await settled(pilot)

    at_every_size(app, before)


async def test_a_family_is_given_to_the_worker_who_suits_best_with_two_keys(joan: Laptop) -> None:
    app = Desk(joan, DeskScreen)
    async with app.run_test(size=(120, 45)) as pilot:
        await ready(pilot, app)
        text = text_of(app)
        assert "Khan [b]family[/b]" in text, "a name is text"
        assert "late since Tue 10 Mar !" in text
        assert "conflict of interest: neighbour, or same school: Two doors down" in text
        assert "Mia Kerr covers until Mon 16 Mar" in text
        await pilot.press("down")
        await shows(pilot, "take on the Walsh family")
        await pilot.press("l")
        await asked(pilot, app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: any("Sam Doyle has the family's file" in s for s in app.said))
        await shows(pilot, "Desk · Birkenhead · 2 waiting")
    held = next(h for h in desk.desk(joan).held if h.family.id == WALSH)
    assert [r.worker_id for r in held.rows] == [SAM]


async def test_a_conflict_of_interest_is_said_beside_the_worker_and_what_was_typed_stays(
    joan: Laptop,
) -> None:
    app = Desk(joan, DeskScreen)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        await pilot.press("f6", "end", "l")
        await asked(pilot, app)
        await pilot.press("ctrl+s")
        await shows(pilot, "Sam Doyle has a conflict of interest")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen))
    assert KHAN in {w.family.id for w in desk.desk(joan).waiting}


async def test_a_safe_check_and_a_hand_over_are_recorded_from_their_lists(joan: Laptop) -> None:
    app = Desk(joan, DeskScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        await pilot.press("s")
        await asked(pilot, app)
        await pilot.press("tab", "t", "tab", "y", "tab")
        await pasted(pilot, "mum rang, all well")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: any("Next safe-check" in s for s in app.said))
        await until(pilot, lambda: isinstance(app.screen, DeskScreen))
        await settled(pilot)
        await pilot.press("f6", "f6", "f6", "h")
        await until(pilot, lambda: isinstance(app.screen, HandOverScreen) and app.screen.open is not None)
        await settled(pilot)
        await shows(pilot, "Promised, in their names")
        await pilot.press("h")
        await asked(pilot, app)
        await pilot.press("ctrl+s")
        await shows(pilot, "Who takes the family over?")
        await pilot.press("m", "tab", "tab")
        await pasted(pilot, "ring monday")
        await pilot.press("tab", "tab", "t", "ctrl+s")
        await until(pilot, lambda: any("it leaves Asha Rahman's laptop" in s for s in app.said))
        await until(pilot, lambda: isinstance(app.screen, DeskScreen))
    assert reading.family(joan, BELL).lead == "Mia Kerr"
    khan = next(w for w in desk.desk(joan).waiting if w.family.id == KHAN)
    assert khan.waits.last is not None
    assert khan.waits.last.found == "mum rang, all well"


async def test_the_desk_is_one_key_from_today_for_who_works_at_it(shell: MakeShell) -> None:
    def before(laptop: Laptop) -> None:
        with laptop.store.work("hub") as work:
            row = {"name": "Asha Rahman", "role": "coordinator", "locality": "birkenhead"}
            work.create("ref", "worker", row, ASHA)

    app = shell(before)
    async with app.run_test(size=(100, 30)) as pilot:
        await shell_ready(pilot)
        await shows(pilot, "l Desk")
        await pilot.press("l")
        await opens(pilot, "DeskScreen")


async def test_a_worker_declares_an_own_conflict_of_interest_from_the_familys_page(laptop: Laptop) -> None:
    app = Desk(laptop, lambda: FamilyScreen(BELL))
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await until(pilot, lambda: "14 Grove" in text_of(app) or "Story" in text_of(app))
        await app.run_action("app.own_conflict")
        await asked(pilot, app)
        await pilot.press("tab", "n", "ctrl+s")
        await until(pilot, lambda: any("somebody hands it over" in s for s in app.said))
    found = desk.conflict_of(desk.rows_here(laptop), BELL, ASHA)
    assert found is not None
    assert found.kind == "neighbour"
