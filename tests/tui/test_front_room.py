from __future__ import annotations

from typing import Any

import pytest

from familyhub.casework import concerns, drafts
from familyhub.casework.entries import ConcernEntry, VisitEntry
from familyhub.casework.laptop import Laptop
from familyhub.tui import commands
from familyhub.tui.widgets.fields import fields_in
from tests.support.families import BELL, PASSPHRASE
from tests.tui.desk import AtEverySize, pasted, pictures
from tests.tui.shell import MakeShell, Shell, opens, quiet, ready, shows, text_of, typed

NEVER_SHOWN = ("two workers", "Mobile only", "others read her texts", "Level 3", "Hughes", "Asha", "Worried", "Attendance",
               "clock says seven", "workers only", "waiting", "St Hilda")  # fmt: skip


def field(page: Any, name: str) -> Any:
    return next(f for f in fields_in(page) if f.field == name)


async def in_front_room(pilot: Any) -> None:
    await ready(pilot)
    pilot.app.open_family(BELL)
    await opens(pilot, "FamilyScreen")
    await pilot.press("f7")
    await opens(pilot, "FrontScreen")


def nothing_else(app: Shell) -> None:
    screen = text_of(app)
    for words in NEVER_SHOWN:
        assert words not in screen, words


async def test_f7_on_a_familys_page_shows_only_its_name(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await in_front_room(pilot)
        await shows(pilot, "Bell family")
        nothing_else(app)


async def test_f7_on_today_asks_which_family(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("f7")
        await opens(pilot, "FamiliesScreen")
        await shows(pilot, "Which family?")
        await pilot.press("enter")
        await opens(pilot, "FrontScreen")
        assert app.front_room == BELL


@pytest.mark.parametrize("key", ["slash", "s", "D", "t", "f4", "n", "w", "o", "escape", "ctrl+p", "u", "g"])
async def test_no_key_leads_out_of_the_front_room_view(shell: MakeShell, key: str) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await in_front_room(pilot)
        await pilot.press(key)
        await quiet(pilot)
        assert type(app.screen).__name__ == "FrontScreen"
        nothing_else(app)


async def test_log_visit_there_is_attendance_dates_and_a_hidden_note(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await in_front_room(pilot)
        await pilot.press("v")
        page = await opens(pilot, "LogVisitScreen")
        nothing_else(app)
        page.set_focus(field(page, "blank"))
        await pasted(pilot, "He flinched when the door went")
        await pilot.press("tab")
        await page.keep()
        await quiet(pilot)
        nothing_else(app)
        assert "flinched" not in text_of(app)


async def test_a_toast_is_not_seen_there(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await in_front_room(pilot)
        app.say("Visit of the Hughes family saved on this laptop")
        await quiet(pilot)
        nothing_else(app)


async def test_f8_there_shows_numbers_without_saying_why(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await in_front_room(pilot)
        await pilot.press("f8")
        await opens(pilot, "NumbersDialog")
        await shows(pilot, "0151 496 0101")
        await shows(pilot, "999")
        nothing_else(app)


async def test_an_untold_worry_is_one_glyph_there(shell: MakeShell) -> None:
    def untold(laptop: Laptop) -> None:
        concerns.raise_concern(laptop, ConcernEntry(said="I am scared", child_names="Jade", family_id=BELL))

    app = shell(untold)
    async with app.run_test(size=(100, 30)) as pilot:
        await in_front_room(pilot)
        await shows(pilot, "·!")
        assert "told" not in text_of(app)
        nothing_else(app)


async def leave(pilot: Any, passphrase: str) -> None:
    await pilot.press("f7")
    await opens(pilot, "LeaveFrontRoom")
    await typed(pilot, passphrase)
    await pilot.press("enter")


async def test_leaving_needs_f7_and_the_right_passphrase(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await in_front_room(pilot)
        await leave(pilot, "not the passphrase")
        await shows(pilot, "does not open this store")
        assert app.front_room == BELL
        nothing_else(app)
        await pilot.press("escape")
        await opens(pilot, "FrontScreen")
        await leave(pilot, PASSPHRASE)
        await opens(pilot, "FamilyScreen")
        assert app.front_room is None
        await shows(pilot, "two workers")


async def test_the_passphrase_is_never_on_the_screen(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await in_front_room(pilot)
        await pilot.press("f7")
        await opens(pilot, "LeaveFrontRoom")
        await typed(pilot, "quietgeese")
        await pilot.pause()
        assert "quiet" not in text_of(app)


async def test_a_visit_begun_there_is_taken_up_whole_afterwards(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await in_front_room(pilot)
        await pilot.press("v")
        page = await opens(pilot, "LogVisitScreen")
        page.set_focus(field(page, "blank"))
        await pasted(pilot, "Blank note")
        await leave(pilot, PASSPHRASE)
        page = await opens(pilot, "LogVisitScreen")
        assert app.front_room is None
        assert page.entry.happened == "Blank note"


async def test_a_visit_being_written_is_kept_when_the_view_begins_and_taken_up_in_it(
    shell: MakeShell,
) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        app.open_visit(BELL)
        page = await opens(pilot, "LogVisitScreen")
        field(page, "meaning").answer = "My view, for workers only"
        await pilot.pause()
        await pilot.press("f7")
        await opens(pilot, "FrontScreen")
        assert "My view" not in text_of(app)
        kept = [drafts.reopen(app.laptop, d.id) for d in drafts.unfinished(app.laptop, BELL)]
        assert [e[1].meaning for e in kept if e and isinstance(e[1], VisitEntry)] == [
            "My view, for workers only"
        ]
        await pilot.press("v")
        page = await opens(pilot, "LogVisitScreen")
        assert "My view" not in text_of(app)
        assert page.entry.meaning == "My view, for workers only"


async def test_help_there_lists_only_what_acts_there(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await in_front_room(pilot)
        await pilot.press("f1")
        await opens(pilot, "HelpDialog")
        nothing_else(app)
        assert commands.BY_NAME["find"].words not in text_of(app)


@pictures
def test_picture_of_the_front_room_view(at_every_size: AtEverySize, shell: MakeShell) -> None:
    at_every_size(shell(), in_front_room)
