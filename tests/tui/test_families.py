from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import Input

from familyhub.casework.laptop import Laptop
from familyhub.practice.family_row import FamilyRow, Found
from familyhub.tui.screens.families_pages import KEPT_PAGES, PAGE, FamilyPages
from familyhub.tui.widgets.rows import Rows
from tests.support.families import BELL
from tests.tui.desk import AtEverySize, pictures
from tests.tui.shell import MakeShell, Shell, opens, quiet, ready, rows_of, shows, text_of, typed


async def searching(pilot: Any, text: str = "") -> None:
    await ready(pilot)
    await pilot.press("slash")
    await opens(pilot, "FamiliesScreen")
    await typed(pilot, text)
    await pilot.pause(0.1)
    await quiet(pilot)


def names(app: Shell) -> list[str]:
    return [row.name for row in rows_of(app).items if isinstance(row, FamilyRow)]


async def test_all_families_stand_there_before_anything_is_typed(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await searching(pilot)
        assert names(app) == ["Bell family", "Hughes family", "Okafor family"]
        await shows(pilot, "3 families")


@pytest.mark.parametrize(
    ("typed_text", "found"),
    [("bell", "Bell family"), ("jade", "Bell family"), ("grove", "Bell family"), ("sian", "Hughes family"),
     ("huhges", "Hughes family"), ("okafor", "Okafor family")],
)  # fmt: skip
async def test_search_as_you_type_forgives_misspellings(
    shell: MakeShell, typed_text: str, found: str
) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await searching(pilot, typed_text)
        assert found in names(app)


async def test_other_words_select_what_fits_them_best_whatever_was_selected_before(shell: MakeShell) -> None:
    def before(laptop: Laptop) -> None:
        with laptop.store.work("hub") as work:
            work.create("fam:hughes", "person", {"third_party": False}, "belle")
            work.create(
                "fam:hughes", "membership", {"person_id": "belle", "role": "child", "lives_here": True}
            )
            work.create("fam:hughes", "person_name", {"person_id": "belle", "kind": "known", "given": "Leo"})

    app = shell(before)
    async with app.run_test(size=(100, 30)) as pilot:
        await searching(pilot)
        rows_of(app).select(("FamilyRow", "hughes"))
        await typed(pilot, "leo")
        await shows(pilot, "2 found")
        assert rows_of(app).cursor == 0
        await shows(pilot, "Leo")
        assert "Leo (unborn)" not in text_of(app), "an age that nobody knows is not an unborn child's"
        await pilot.press("down")
        page = app.screen
        page.load()
        await quiet(pilot)
        assert rows_of(app).cursor == 1, "what somebody chose stays while the same is read again"


async def test_a_word_of_a_note_finds_the_note_and_enter_opens_it_in_the_story(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await searching(pilot, "attendence")
        await shows(pilot, "In notes, visits and plans")
        found = next(row for row in rows_of(app).items if isinstance(row, Found) and row.kind == "note")
        rows_of(app).select(("Found", found.id))
        await pilot.press("enter")
        page = await opens(pilot, "FamilyScreen")
        assert page.family_id == BELL
        assert rows_of(app).selected.id == found.id


async def test_mine_and_locality_narrow_the_list(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await searching(pilot)
        await pilot.press("f6")
        await quiet(pilot)
        assert names(app) == ["Bell family", "Hughes family"]
        await shows(pilot, "mine")
        await pilot.press("f6")
        await quiet(pilot)
        assert names(app) == ["Bell family", "Hughes family", "Okafor family"]


async def test_arrows_move_the_list_while_the_field_keeps_the_letters(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await searching(pilot)
        await pilot.press("down", "enter")
        page = await opens(pilot, "FamilyScreen")
        assert page.family_id == "hughes"


async def test_letters_that_are_commands_elsewhere_are_typed_here(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await searching(pilot, "vnwosq tD?/1")
        assert app.screen.query_one(Input).value == "vnwosq tD?/1"


async def test_enter_typed_before_the_search_came_back_opens_what_it_finds(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("slash", *"hughes", "enter")
        page = await opens(pilot, "FamilyScreen")
        assert page.family_id == "hughes"


async def test_a_family_that_is_not_on_this_laptop_says_whom_to_ask(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await searching(pilot, "okafor")
        await shows(pilot, "not on this laptop · ask Sam Doyle")
        await pilot.press("enter")
        await quiet(pilot)
        assert "Sam Doyle is its lead practitioner" in app.said[-1]
        assert type(app.screen).__name__ == "FamiliesScreen"


async def test_nothing_found_says_what_to_try(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await searching(pilot, "zzzzqqqq")
        await shows(pilot, "Nothing found on this laptop.")


async def test_escape_goes_back_and_so_does_f4(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        for key in ("escape", "f4"):
            await searching(pilot)
            await pilot.press(key)
            await opens(pilot, "TodayScreen")


def many(laptop: Laptop) -> None:
    with laptop.store.work("hub") as work:
        for number in range(450):
            work.create("loc:birkenhead", "family_index", {"name": f"Zz{number:04} family", "locality": "birkenhead",
                                                           "lead": "Sam Doyle"}, f"zz{number:04}")  # fmt: skip


async def test_a_long_list_reads_only_the_pages_in_view(shell: MakeShell) -> None:
    app = shell(many)
    async with app.run_test(size=(100, 30)) as pilot:
        await searching(pilot)
        rows = rows_of(app)
        assert len(rows.items) == 453
        pages = rows.items
        assert isinstance(pages, FamilyPages)
        assert set(pages._pages) == {0}
        rows.action_last()
        await shows(pilot, "Zz0449 family")
        assert 2 not in pages._pages


def test_pages_are_forgotten_when_many_were_read() -> None:
    asked: list[int] = []
    pages = FamilyPages([f"f{n}" for n in range(PAGE * (KEPT_PAGES + 5))], asked.append)
    for number in range(KEPT_PAGES + 5):
        assert pages[number * PAGE].name == "…"
        pages.take(
            number,
            [
                FamilyRow(
                    id=f"f{number * PAGE}", name="x", locality="", ward="", level=None, lead="", held=True
                )
            ],
        )
    assert asked == list(range(KEPT_PAGES + 5))
    assert len(pages._pages) == KEPT_PAGES
    assert pages[(KEPT_PAGES + 4) * PAGE].name == "x"


async def test_a_hundred_thousand_rows_draw_no_more_lines_than_a_thousand(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        drawn: list[int] = []
        rows = rows_of(app)
        rows._draw = lambda item, width: drawn.append(item) or []
        rows._selectable = lambda item: True
        rows._key = lambda item: item
        rows.show(range(1000))
        await pilot.pause()
        few = len(drawn)
        drawn.clear()
        rows.show(range(100_000))
        await pilot.pause()
        assert 0 < len(drawn) <= few + 5
        assert isinstance(rows, Rows)


@pictures
@pytest.mark.parametrize("text", ["", "bell"], ids=["all", "bell"])
def test_picture_of_families(at_every_size: AtEverySize, shell: MakeShell, text: str) -> None:
    async def before(pilot: Any) -> None:
        await searching(pilot, text)

    at_every_size(shell(), before)
