"""Who's who of a family: everybody, also who has left; the form about one of them, by keys, and its draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from familyhub.casework import drafts, people, reading
from familyhub.casework.laptop import Laptop
from familyhub.casework.people_entries import PersonEntry
from familyhub.tui.dialogs.people import Somebody
from familyhub.tui.screens.log_visit_children import ChildrenRows
from familyhub.tui.widgets.fields import fields_in
from tests.support.families import BELL
from tests.tui.desk import SIZES, AtEverySize, pictures
from tests.tui.shell import MakeShell, opens, quiet, ready, rows_of, shows, text_of, typed, until


def jade_left(laptop: Laptop) -> None:
    """Jade lives with an aunt now, since three days ago."""
    people.change_person(laptop, PersonEntry(BELL, "jade", left_on="9 Mar"))


async def at_whos_who(pilot: Any) -> Any:
    await ready(pilot)
    pilot.app.open_family(BELL, "story")
    await opens(pilot, "FamilyScreen")
    await pilot.press("o")
    page = await opens(pilot, "WhosWhoDialog")
    await until(pilot, lambda: rows_of(pilot.app).items)
    await quiet(pilot)
    return page


async def choose(pilot: Any, person: str) -> Any:
    """Select somebody with the arrows and open their form."""
    await pilot.press("home")
    while rows_of(pilot.app).selected.person.id != person:
        await pilot.press("down")
    await pilot.press("enter")
    form = await opens(pilot, "PersonDialog")
    await until(pilot, lambda: fields_in(form) and pilot.app.focused is not None)
    return form


async def go_to(pilot: Any, field: str) -> None:
    """Put the cursor in a field of the form."""
    next(f for f in fields_in(pilot.app.screen) if f.field == field).focus()
    await pilot.pause()


async def test_everybody_is_listed_and_who_left_stands_under_were_here_with_the_day(shell: MakeShell) -> None:
    app = shell(jade_left)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_whos_who(pilot)
        await shows(
            pilot,
            "Children",
            "Leo Bell",
            "due 20 May",
            "Adults",
            "mother of Jade",
            "Enter Change",
            "+ Add somebody",
        )
        people_shown = [r.person.id for r in rows_of(app).items if isinstance(r, Somebody)]
        assert people_shown == ["leo", "mia", "unborn", "dawn", "craig", "pat", "jade"]
        await pilot.press("end")
        await shows(pilot, "Were here", "Jade Bell", "left Mon 9 Mar")


async def test_more_about_somebody_is_read_on_with_tab_in_a_small_window(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await at_whos_who(pilot)
        assert "No views recorded" not in text_of(app)
        await pilot.press("tab", "end")
        await shows(pilot, "No views recorded")
        await pilot.press("e")
        await opens(pilot, "PersonDialog")
        assert "Jade Bell" in text_of(app)


async def test_a_partner_is_added_by_keys_and_what_is_missing_stands_at_its_field(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await at_whos_who(pilot)
        await pilot.press("plus")
        form = await opens(pilot, "PersonDialog")
        await pilot.press("ctrl+s")
        await shows(pilot, "! Who is it: a child, an adult")
        await pilot.press("a")
        await quiet(pilot)
        await pilot.press("ctrl+s")
        await shows(pilot, "! What are they called?")
        await typed(pilot, "Lee")
        await pilot.press("enter")
        await typed(pilot, "Marsh")
        await pilot.press("ctrl+s")
        await shows(pilot, "! Do they live here, or elsewhere?")
        await pilot.press("h", "tab")
        await typed(pilot, "1 mar")
        await go_to(pilot, "tie:leo")
        await pilot.press("s", "s")
        await shows(pilot, "of Leo: stepfather", "responsibility not known")
        assert form.entry.ties[0].kind == "stepfather"
        await pilot.press("ctrl+s")
        await opens(pilot, "WhosWhoDialog")
        await shows(pilot, "Lee Marsh", "stepfather of Leo")
        lee = next(a for a in reading.family(app.laptop, BELL).adults if a.given == "Lee")
        assert (lee.role, lee.lives_here, people.whos_who(app.laptop, BELL).person(lee.id).since) == (
            "adult",
            True,
            "2026-03-01",
        )


async def test_a_baby_is_born_and_the_next_visit_asks_for_it(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_whos_who(pilot)
        await choose(pilot, "unborn")
        await typed(pilot, "Noah")
        await go_to(pilot, "birth_date")
        await typed(pilot, "1/1/2027")
        await pilot.press("ctrl+s")
        await shows(pilot, "has not come yet. Leave it empty until")
        await pilot.press("ctrl+u")
        await typed(pilot, "yesterday")
        await pilot.press("ctrl+s")
        await opens(pilot, "WhosWhoDialog")
        await shows(pilot, "Noah", "0 weeks")
        await pilot.press("escape")
        await shows(pilot, "Noah 0 weeks")
        await pilot.press("v")
        page = await opens(pilot, "LogVisitScreen")
        await until(pilot, lambda: page.query(ChildrenRows))
        assert page.query_one(ChildrenRows).ids == ["jade", "leo", "mia", "unborn"]
        assert "Noah: seen, or why not" in [n.words for n in page.needed(page.opened)]


async def test_who_left_is_asked_for_at_a_visit_of_a_day_before_and_not_after_it(shell: MakeShell) -> None:
    app = shell(jade_left)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        app.open_visit(BELL)
        page = await opens(pilot, "LogVisitScreen")
        await until(pilot, lambda: page.query(ChildrenRows))
        asked = page.query_one(ChildrenRows)
        assert asked.ids == ["leo", "mia", "unborn"]
        await go_to(pilot, "on")
        await pilot.press("ctrl+u")
        await typed(pilot, "9 mar")
        await pilot.press("tab")
        await until(pilot, lambda: asked.ids == ["leo", "mia", "unborn", "jade"])
        await shows(pilot, "Jade (left)")
        assert "Jade: seen, or why not" in [n.words for n in page.needed(page.opened)]


async def test_what_is_typed_about_somebody_is_kept_and_opened_again_from_today(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await at_whos_who(pilot)
        await choose(pilot, "leo")
        await pilot.press("end")
        await typed(pilot, "pold")
        await pilot.press("escape")
        await opens(pilot, "WhosWhoDialog")
        (draft,) = drafts.unfinished(app.laptop)
        assert draft.kind == "person"
        await pilot.press("escape")
        await quiet(pilot)
        await pilot.press("t")
        await opens(pilot, "TodayScreen")
        await shows(pilot, "Somebody of the family")
        app.open_draft(draft.id)
        form = await opens(pilot, "PersonDialog")
        await shows(pilot, "Leopold")
        assert (form.entry.given, form.entry.revs.keys() >= {"leo", "leo-name", "leo-member"}) == (
            "Leopold",
            True,
        )
        await pilot.press("ctrl+s")
        await opens(pilot, "TodayScreen")
        assert drafts.unfinished(app.laptop) == []
        assert "Leopold Bell" in [c.name for c in reading.family(app.laptop, BELL).children]


async def test_who_left_comes_back_by_keys(shell: MakeShell) -> None:
    app = shell(jade_left)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_whos_who(pilot)
        await choose(pilot, "jade")
        await go_to(pilot, "back_on")
        await typed(pilot, "11 mar")
        await pilot.press("ctrl+s")
        await opens(pilot, "WhosWhoDialog")
        await until(pilot, lambda: "Were here" not in text_of(app))
        assert "jade" in {c.id for c in reading.family(app.laptop, BELL).children}


async def test_names_are_shown_as_they_are_written(shell: MakeShell) -> None:
    def odd(laptop: Laptop) -> None:
        people.change_person(laptop, PersonEntry(BELL, "leo", given="[b]Zoë[/b]", family_name="[red]x"))

    app = shell(odd)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_whos_who(pilot)
        await shows(pilot, "[b]Zoë[/b] [red]x")
        await choose(pilot, "leo")
        await shows(pilot, "[b]Zoë[/b] [red]x · Bell family")
        await pilot.press("escape")
        await choose(pilot, "dawn")
        await shows(pilot, "of [b]Zoë[/b]: mother")


async def empty(pilot: Any) -> None:
    """Everybody, and who left."""
    await pilot.press("end")


async def of_a_child(pilot: Any) -> None:
    """The form about a child."""
    await choose(pilot, "leo")


async def of_the_unborn(pilot: Any) -> None:
    """The form about an unborn child."""
    await choose(pilot, "unborn")


async def of_somebody_new(pilot: Any) -> None:
    """The form about an adult who is new, with what is missing."""
    await pilot.press("plus")
    await opens(pilot, "PersonDialog")
    await pilot.press("a", "ctrl+s")
    await shows(pilot, "! What are they called?")


@pictures
@pytest.mark.parametrize(
    "before", [empty, of_a_child, of_the_unborn, of_somebody_new], ids=lambda f: f.__name__
)
def test_picture_of_whos_who(
    before: Callable[[Any], Any], shell: MakeShell, at_every_size: AtEverySize, fixed_clock: None
) -> None:
    async def there(pilot: Any) -> None:
        await at_whos_who(pilot)
        await before(pilot)
        await quiet(pilot)

    at_every_size(shell(jade_left), there, SIZES)
