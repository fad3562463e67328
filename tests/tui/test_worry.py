from __future__ import annotations

from typing import Any

import pytest

from familyhub.casework import concerns, drafts
from familyhub.casework.entries import ConcernEntry
from familyhub.casework.laptop import Laptop
from familyhub.tui.widgets.fields import fields_in
from tests.support.families import BELL
from tests.tui.desk import AtEverySize, pasted, pictures
from tests.tui.shell import MakeShell, opens, quiet, ready, shows, text_of, typed, until

NUMBERS = ("999", "0151 496 0101", "0151 496 0102")
LISTEN = ("Listen.", "Ask open questions.", "Promise no secrecy.", "Do not investigate.")


def untold(laptop: Laptop) -> None:
    concerns.raise_concern(
        laptop, ConcernEntry(said="I am scared at night", child_names="Jade", family_id=BELL)
    )


async def worried(pilot: Any) -> Any:
    await ready(pilot)
    await pilot.press("f8")
    return await opens(pilot, "WorryScreen")


async def test_f8_shows_the_numbers_of_the_locality_and_how_to_listen(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await worried(pilot)
        screen = text_of(app)
        for piece in (*NUMBERS, *LISTEN, "Saving is not telling"):
            assert piece in screen, piece


async def test_f8_works_inside_a_text_field_and_gives_the_text_back(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("slash")
        await opens(pilot, "FamiliesScreen")
        await typed(pilot, "gro")
        await pilot.press("f8")
        await opens(pilot, "WorryScreen")
        await pilot.press("escape")
        await opens(pilot, "FamiliesScreen")
        await typed(pilot, "ve")
        assert app.screen.query_one("#search").value == "grove"


async def test_f8_on_a_family_offers_its_children_and_ticks_nobody(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        app.open_family(BELL)
        await opens(pilot, "FamilyScreen")
        await pilot.press("f8")
        page = await opens(pilot, "WorryScreen")
        assert page.family_here == BELL
        assert page.entry.children == []
        screen = text_of(app)
        for name in ("Jade, 15", "Leo, 9", "Mia, 4"):
            assert f"[ ] {name}" in screen, name


async def save_a_worry(pilot: Any, told: str = "") -> None:
    page = await worried(pilot)
    fields = {f.field: f for f in fields_in(page)}
    fields["child_names"].answer = "Tia"
    fields["said"].answer = "I do not want to go home"
    fields["told_name"].answer = told
    await pilot.pause()
    await pilot.press("ctrl+s")
    await opens(pilot, "TodayScreen")


async def test_a_worry_without_a_named_person_leaves_a_line_on_every_page(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await save_a_worry(pilot)
        line = "Nobody has been told yet. Ring 0151 496 0101, night 0151 496 0102."
        await shows(pilot, line)
        for key, name in (("slash", "FamiliesScreen"), ("escape", "TodayScreen"), ("s", "SyncScreen")):
            await pilot.press(key)
            await opens(pilot, name)
            assert line in text_of(app), name
        app.open_family(BELL)
        await opens(pilot, "FamilyScreen")
        await shows(pilot, line)
        await pilot.press("n")
        await opens(pilot, "NoteScreen")
        await shows(pilot, line)
        assert "nobody has been told yet: ring now" in app.said[0]


async def test_a_worry_with_a_named_person_leaves_no_line(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await save_a_worry(pilot, "Ann Lee")
        assert "Nobody has been told yet" not in text_of(app)
        assert not concerns.open_concerns(app.laptop)


async def test_f8_on_the_line_records_the_name_and_the_line_goes(shell: MakeShell) -> None:
    app = shell(untold)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await shows(pilot, "Nobody has been told yet")
        await pilot.press("f8")
        await opens(pilot, "ToldScreen")
        await shows(pilot, "I am scared at night")
        await pilot.press("ctrl+s")
        await quiet(pilot)
        await shows(pilot, "Who was told? Write the name of the person you spoke to.")
        await typed(pilot, "Ann Lee")
        await pilot.press("ctrl+s")
        await opens(pilot, "TodayScreen")
        await until(pilot, lambda: "Nobody has been told yet" not in text_of(app))
        assert concerns.open_concerns(app.laptop) == []


async def test_f8_twice_begins_another_worry(shell: MakeShell) -> None:
    app = shell(untold)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("f8")
        await opens(pilot, "ToldScreen")
        await pilot.press("f8")
        await opens(pilot, "WorryScreen")


async def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        page = await worried(pilot)
        fields = {f.field: f for f in fields_in(page)}
        fields["done"].answer = "Rang nobody yet"
        await pilot.press("ctrl+s")
        await quiet(pilot)
        screen = text_of(app)
        assert "Which child is it?" in screen
        assert "What was said or seen?" in screen
        assert fields["done"].answer == "Rang nobody yet"
        assert type(app.screen) is type(page)


async def test_leaving_keeps_a_draft_and_f8_takes_it_up_again(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        page = await worried(pilot)
        said = next(f for f in fields_in(page) if f.field == "said")
        said.focus()
        await pasted(pilot, "He shouts\nand then it is quiet [b]")
        await pilot.press("escape")
        await opens(pilot, "TodayScreen")
        assert [d.kind for d in drafts.unfinished(app.laptop)] == ["worry"]
        page = await worried(pilot)
        assert page.entry.said == "He shouts\nand then it is quiet [b]"
        await pilot.press("f2")
        await opens(pilot, "TodayScreen")
        assert len(drafts.unfinished(app.laptop)) == 1


async def test_saving_ends_the_draft(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await save_a_worry(pilot)
        assert drafts.unfinished(app.laptop) == []


async def test_ticked_and_named_children_both_count(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        app.open_family(BELL)
        await opens(pilot, "FamilyScreen")
        await pilot.press("f8")
        page = await opens(pilot, "WorryScreen")
        await pilot.press("space")
        fields = {f.field: f for f in fields_in(page)}
        fields["child_names"].answer = "a cousin"
        fields["said"].answer = "words"
        await pilot.pause()
        await pilot.press("ctrl+s")
        await opens(pilot, "FamilyScreen")
        assert [c.children for c in concerns.open_concerns(app.laptop)] == ["Jade, a cousin"]


@pytest.mark.parametrize("hidden", ["f9"])
async def test_under_f9_the_line_is_one_neutral_glyph(shell: MakeShell, hidden: str) -> None:
    app = shell(untold)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press(hidden)
        await pilot.pause()
        shown = [line.strip() for line in text_of(app).splitlines() if line.strip()]
        assert shown == ["FamilyHub", "·!"]


@pictures
def test_picture_of_worried_about_a_child(at_every_size: AtEverySize, shell: MakeShell) -> None:
    async def before(pilot: Any) -> None:
        await ready(pilot)
        pilot.app.open_family(BELL)
        await opens(pilot, "FamilyScreen")
        await pilot.press("f8")
        await opens(pilot, "WorryScreen")

    at_every_size(shell(), before)


@pictures
def test_picture_of_who_was_told(at_every_size: AtEverySize, shell: MakeShell) -> None:
    async def before(pilot: Any) -> None:
        await ready(pilot)
        await pilot.press("f8")
        await opens(pilot, "ToldScreen")

    at_every_size(shell(untold), before)


async def test_what_was_typed_about_who_was_told_is_kept_and_today_opens_it_again(shell: MakeShell) -> None:
    app = shell(untold)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("f8")
        await opens(pilot, "ToldScreen")
        await typed(pilot, "Jo Grant")
        await pilot.press("tab", "tab")
        await typed(pilot, "Strategy meeting at four")
        await pilot.press("f4")
        await shows(pilot, "Who was told begun")
        await pilot.press("f8")
        page = await opens(pilot, "ToldScreen")
        assert [f.answer for f in fields_in(page)][:1] == ["Jo Grant"]
        await shows(pilot, "Strategy meeting at four")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not concerns.open_concerns(app.laptop))
        assert drafts.unfinished(app.laptop) == []
