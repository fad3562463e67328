from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import Input

from familyhub.casework import notes
from familyhub.casework.entries import NoteEntry
from familyhub.tui.widgets.fields import fields_in
from tests.support.families import BELL, TODAY
from tests.tui.desk import AtEverySize, pictures
from tests.tui.shell import MakeShell, opens, quiet, ready, shows, text_of, typed, until


async def nowhere(pilot: Any) -> None:
    """Stay on Today."""


async def in_search(pilot: Any) -> None:
    await pilot.press("slash", *"bell")
    await opens(pilot, "FamiliesScreen")


async def at_family(pilot: Any) -> None:
    pilot.app.open_family(BELL)
    await opens(pilot, "FamilyScreen")


async def in_dialog(pilot: Any) -> None:
    await at_family(pilot)
    await pilot.press("w")
    await opens(pilot, "SafetyScreen")


async def in_palette(pilot: Any) -> None:
    await pilot.press("ctrl+p")
    await quiet(pilot)


async def in_visit(pilot: Any) -> None:
    pilot.app.open_visit(BELL)
    await opens(pilot, "LogVisitScreen")


async def in_worry(pilot: Any) -> None:
    await pilot.press("f8")
    await opens(pilot, "WorryScreen")


async def in_front(pilot: Any) -> None:
    await at_family(pilot)
    await pilot.press("f7")
    await opens(pilot, "FrontScreen")


@pytest.mark.parametrize(
    "go",
    [nowhere, in_search, at_family, in_dialog, in_palette, in_visit, in_worry, in_front],
    ids=lambda go: go.__name__,
)
async def test_one_key_hides_everything_anywhere_and_shows_it_again_as_it_was(
    shell: MakeShell, go: Any
) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await go(pilot)
        await quiet(pilot)
        before, focused, top = text_of(app), app.focused, app.screen
        await pilot.press("f9")
        assert text_of(app).split() == ["FamilyHub"]
        await pilot.press("f9")
        await quiet(pilot)
        assert app.screen is top
        assert app.focused is focused
        assert text_of(app) == before


async def test_keys_typed_while_hidden_go_nowhere(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await in_search(pilot)
        await pilot.press("f9", "x", "y", "escape", "enter", "f8", "ctrl+p", "f7", "f4", "f9")
        await quiet(pilot)
        assert app.screen.query_one(Input).value == "bell"


async def test_toasts_are_hidden_and_none_comes_up_over_the_cover(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await ready(pilot)
        app.say("Visit of the Bell family saved")
        await shows(pilot, "Visit of the Bell family")
        await pilot.press("f9")
        app.say("Note of the Bell family saved")
        await pilot.pause(0.2)
        assert text_of(app).split() == ["FamilyHub"]
        await pilot.press("f9")
        await quiet(pilot)
        assert "Note of the Bell family saved" not in text_of(app)


async def test_a_page_that_opens_or_closes_meanwhile_does_so_beneath_the_cover(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await at_family(pilot)
        family = app.screen
        await pilot.press("f9")
        app.open_family("hughes")
        await quiet(pilot)
        assert text_of(app).split() == ["FamilyHub"]
        await pilot.press("f9")
        await quiet(pilot)
        await shows(pilot, "Hughes family")
        await pilot.press("f9")
        app.top_page.leave()  # type: ignore[attr-defined]
        await quiet(pilot)
        assert text_of(app).split() == ["FamilyHub"]
        await pilot.press("f9")
        await quiet(pilot)
        assert app.screen is family


async def test_a_save_that_ends_meanwhile_closes_its_page_beneath_the_cover(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await at_family(pilot)
        await pilot.press("n")
        page = await opens(pilot, "NoteScreen")
        next(f for f in fields_in(page) if f.field == "text").answer = "Rang Dawn"
        await pilot.pause()
        await pilot.press("ctrl+s", "f9")
        await until(pilot, lambda: len(app.screen_stack) == 3)
        await quiet(pilot)
        assert text_of(app).split() == ["FamilyHub"]
        await pilot.press("f9")
        await quiet(pilot)
        assert type(app.screen).__name__ == "FamilyScreen"


async def test_a_change_that_arrives_meanwhile_is_there_afterwards(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await at_family(pilot)
        await pilot.press("f9")
        notes.add_note(app.laptop, NoteEntry(BELL, text="Rang Dawn", on=TODAY.isoformat()))
        app.nudge_sync()
        await quiet(pilot)
        assert text_of(app).split() == ["FamilyHub"]
        await pilot.press("f9")
        await shows(pilot, "Rang Dawn")


async def test_text_in_a_field_is_kept_with_the_cursor_where_it_was(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await in_search(pilot)
        await pilot.press("left", "left", "f9", "f9")
        await typed(pilot, "X")
        assert app.screen.query_one(Input).value == "beXll"


@pictures
def test_picture_of_everything_hidden(at_every_size: AtEverySize, shell: MakeShell) -> None:
    async def before(pilot: Any) -> None:
        await ready(pilot)
        await pilot.press("f9")
        await pilot.pause()

    at_every_size(shell(), before)
