"""The Front door: the queue with its clocks, deciding child by child, matches, signing, telling; at three sizes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.widgets import Static

from familyhub.casework import contacts, drafts, front_door, triage
from familyhub.casework.contact_entries import (
    ChildDecision,
    ContactAdultEntry,
    ContactChildEntry,
    ContactEntry,
    TriageEntry,
)
from familyhub.casework.laptop import Laptop, Who
from familyhub.tui.screens.front_door import FrontDoorScreen
from familyhub.tui.widgets.fields import fields_in
from familyhub.tui.widgets.rows import Rows
from tests.support.families import JOAN, day, second_check
from tests.tui.desk import AtEverySize, Desk, opened, pictures, settled
from tests.tui.shell import MakeShell, opens, shows, text_of, typed, until
from tests.tui.shell import ready as shell_ready

MANAGER = Who("w-ian-cross", "Ian Cross", "manager", "birkenhead")


@pytest.fixture
def desk(laptop: Laptop) -> Laptop:
    """The coordinator's laptop with three contacts."""
    coordinator = replace(laptop, who=Who(JOAN, "Joan Pike", "coordinator", "birkenhead"))
    with laptop.store.work("hub") as work:
        work.create(
            "ref", "worker", {"name": "Ian Cross", "role": "manager", "locality": "birkenhead"}, MANAGER.id
        )
    for who, worry, when, children in (
        ("PC Hart", "Missing overnight, back at six", day(-3), [ContactChildEntry("Tia", "Hughes", "15/1/2013")]),
        ("Ms Ali", "Attendance, mum low", day(0), [
            ContactChildEntry("Leo", "Bell", "20/11/2016", school="St Hilda's", words="I don't [b]like[/b] Mondays"),
            ContactChildEntry("Jay", "Walsh", age="15")]),
        ("a neighbour", "Shouting at night", day(0), [ContactChildEntry("not known")]),
    ):  # fmt: skip
        contacts.add_contact(coordinator, ContactEntry(
            source="6" if who == "PC Hart" else "2A" if who == "Ms Ali" else "1B", who=who,
            agency="St Hilda's" if who == "Ms Ali" else "", worry=worry, received=when, received_time="08:15", children=children,
            adults=[ContactAdultEntry("Dawn", "Bell", tie="mum")] if who == "Ms Ali" else [], tried="Breakfast club",
            parent_told=True if who == "Ms Ali" else None, parent_agrees=True if who == "Ms Ali" else None))  # fmt: skip
    return coordinator


def page(app: Desk) -> FrontDoorScreen:
    screen = app.screen
    assert isinstance(screen, FrontDoorScreen)
    return screen


async def ready(pilot, app: Desk) -> None:  # type: ignore[no-untyped-def]
    await opened(pilot)
    await until(pilot, lambda: isinstance(app.screen, FrontDoorScreen) and page(app).open is not None)
    await settled(pilot)


def needed(app: Desk) -> str:
    return str(page(app).query_one("#door-needed", Static).content)


@pictures
def test_picture_of_the_front_door(desk: Laptop, at_every_size: AtEverySize, fixed_clock: None) -> None:
    app = Desk(desk, FrontDoorScreen)

    async def before(pilot) -> None:  # type: ignore[no-untyped-def]
        await ready(pilot, app)
        await pilot.press("n")
        await until(pilot, lambda: "Leo" in needed(app))
        await pilot.press("f6", "f6", "3", "e", "e", "e")
        await settled(pilot)

    at_every_size(app, before)


@pictures
def test_picture_of_a_contact_that_is_written_down(
    desk: Laptop, at_every_size: AtEverySize, fixed_clock: None
) -> None:
    app = Desk(desk, FrontDoorScreen)

    async def before(pilot) -> None:  # type: ignore[no-untyped-def]
        await ready(pilot, app)
        await pilot.press("plus")
        await until(pilot, lambda: type(app.screen).__name__ == "ContactForm" and app.focused is not None)
        await pilot.press("s", "s", "tab")
        await typed(pilot, "Mr Oak")
        await pilot.press("ctrl+s")
        await shows(pilot, "!", "Mr Oak")
        await settled(pilot)

    at_every_size(app, before)


async def test_a_contact_is_decided_by_keys_and_what_is_missing_is_said_until_it_is_there(
    desk: Laptop,
) -> None:
    app = Desk(desk, FrontDoorScreen)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        text = text_of(app)
        assert "2 working days late" in text
        assert "Checked only against what is on this laptop" in text
        await pilot.press("n")
        await until(pilot, lambda: "is Leo safe now" in needed(app))
        await shows(pilot, "I don't [b]like[/b] Mondays")
        await pilot.press("3", "e", "e", "e", "ctrl+s")
        await until(pilot, lambda: needed(app).startswith("! Is Leo safe now?"))
        await pilot.press("s")
        await until(pilot, lambda: type(app.screen).__name__ == "AskDialog")
        await pilot.press("y", "tab")
        await typed(pilot, "seen 9")
        await pilot.press("ctrl+s")
        await until(
            pilot, lambda: isinstance(app.screen, FrontDoorScreen) and "is Leo safe" not in needed(app)
        )
        await settled(pilot)
        await pilot.press("b")
        await typed(pilot, "misses 1 in 3")
        await until(pilot, lambda: "because, for Leo" not in needed(app))
        await settled(pilot)
        (kept,) = drafts.unfinished(desk)
        assert kept.kind == "triage"
        for entry in (page(app).entry,):
            assert entry is not None
            assert [(c.level, c.outcome, c.reason) for c in entry.children] == [
                ("3", "early_help", "misses 1 in 3"), ("", "", "")]  # fmt: skip
        page(app).query_one("#children", Rows).focus()
        await pilot.press("down", "2", "e", "b")
        await typed(pilot, "no worry")
        await until(pilot, lambda: needed(app) == "Still needed: is Jay safe now")
        await settled(pilot)
        page(app).entry.children[1].safe_now = "yes"  # type: ignore[union-attr]
        await pilot.press("ctrl+s")
        await until(pilot, lambda: any("waits for a manager's signature" in said for said in app.said))
    states = {w.contact.who: w.stands.state for w in front_door.queue(desk)}
    assert states == {"PC Hart": "new", "Ms Ali": "to_sign", "a neighbour": "new"}
    assert drafts.unfinished(desk) == []


async def test_a_contact_is_recorded_with_a_line_more_for_each_child_and_what_is_wrong_stands_at_that_child(
    desk: Laptop,
) -> None:
    app = Desk(desk, FrontDoorScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        await pilot.press("plus")
        await until(pilot, lambda: type(app.screen).__name__ == "ContactForm" and app.focused is not None)
        await pilot.press("s", "s", "tab")
        await typed(pilot, "Mr Oak")
        fields = {f.field: f for f in fields_in(app.screen)}
        assert "child:1:given" not in fields
        fields["worry"].answer = "Thin, [b]cold[/b]"
        fields["child:0:given"].answer = "Sky"
        await until(pilot, lambda: any(f.field == "child:1:given" for f in fields_in(app.screen)))
        second = {f.field: f for f in fields_in(app.screen)}
        second["child:1:family_name"].answer = "Lee"
        await until(pilot, lambda: any(f.field == "child:2:given" for f in fields_in(app.screen)))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: second["child:1:given"].problem.startswith("What is the child called?"))
        assert not second["child:0:given"].problem
        second["child:1:given"].answer = "Max"
        await pilot.press("ctrl+s")
        await until(
            pilot, lambda: isinstance(app.screen, FrontDoorScreen) and "is Sky safe now" in needed(app)
        )
        await shows(pilot, "Thin, [b]cold[/b]")
    (new,) = (w.contact for w in front_door.queue(desk) if w.contact.who == "Mr Oak")
    assert [(c.given, c.family_name) for c in new.children] == [("Sky", ""), ("Max", "Lee")]
    assert (new.source, new.adults, drafts.unfinished(desk)) == ("2A", (), [])


async def test_a_child_who_is_not_born_yet_is_written_down_with_the_day_it_is_due(desk: Laptop) -> None:
    app = Desk(desk, FrontDoorScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        await pilot.press("plus")
        await until(pilot, lambda: type(app.screen).__name__ == "ContactForm" and app.focused is not None)
        await pilot.press("s", "s", "tab")
        await typed(pilot, "Midwife")
        fields = {f.field: f for f in fields_in(app.screen)}
        fields["worry"].answer = "Nothing is ready for the baby."
        fields["child:0:given"].answer = "not known"
        fields["child:0:birth_date"].answer = "20/5/2026"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "write “unborn, due 20 May”" in fields["child:0:given"].problem)
        fields["child:0:birth_date"].answer = ""
        fields["child:0:age"].answer = "unborn, due 20 may"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, FrontDoorScreen))
    (new,) = (w.contact for w in front_door.queue(desk) if w.contact.who == "Midwife")
    assert [c.age for c in new.children] == ["unborn, due 20 May 2026"]


async def test_a_contact_that_was_left_half_way_is_opened_where_it_was_left_and_a_line_left_empty_is_nobody(
    desk: Laptop,
) -> None:
    app = Desk(desk, FrontDoorScreen)
    async with app.run_test(size=(80, 24)) as pilot:

        async def opened() -> dict[str, Any]:
            await pilot.press("plus")
            await until(pilot, lambda: type(app.screen).__name__ == "ContactForm" and app.focused is not None)
            return {f.field: f for f in fields_in(app.screen)}

        await ready(pilot, app)
        fields = await opened()
        fields["received"].answer = "31/2"
        fields["child:0:given"].answer = "Sky"
        await until(pilot, lambda: any(f.field == "child:1:words" for f in fields_in(app.screen)))
        fields = {f.field: f for f in fields_in(app.screen)}
        fields["child:1:given"].answer = "Max"
        await until(pilot, lambda: any(f.field == "child:2:words" for f in fields_in(app.screen)))
        fields = {f.field: f for f in fields_in(app.screen)}
        fields["child:1:birth_date"].answer = "1/1/2999"
        fields["child:0:given"].answer = ""
        fields["child:1:words"].focus()
        await typed(pilot, "[red]I'm cold")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, FrontDoorScreen))
        fields = await opened()
        words = fields["child:1:words"]
        assert app.focused is words
        assert words.answer == "[red]I'm cold"
        await shows(pilot, "“31/2” is not a date")
        form = app.screen.query_one("#the-form")
        await until(pilot, lambda: form.region.contains_region(words.region))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "1/1/2999" in fields["child:1:given"].problem)
        assert not fields["child:0:given"].problem


async def test_a_match_is_answered_with_one_key_and_asks_why_where_much_speaks_against_the_answer(
    desk: Laptop,
) -> None:
    app = Desk(desk, FrontDoorScreen)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        await shows(pilot, "Tia Hughes, Hughes family")
        await pilot.press("x")
        await until(pilot, lambda: type(app.screen).__name__ == "AskDialog")
        await shows(pilot, "Much speaks for it")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, FrontDoorScreen))
        await pilot.press("equals_sign")
        await until(pilot, lambda: page(app).family_here == "hughes")
        await shows(pilot, "the same person")


async def test_a_manager_signs_and_who_contacted_us_is_told_from_the_page(desk: Laptop) -> None:
    (contact,) = (w.contact for w in front_door.queue(desk) if w.contact.who == "PC Hart")
    second_check(desk, contact.id)
    triage.triage_contact(desk, TriageEntry(contact.id, [
        ChildDecision(contact.children[0].id, "yes", "", "1", "no_further_action", "Home safe, plan in place")]))  # fmt: skip
    app = Desk(replace(desk, who=MANAGER), lambda: FrontDoorScreen(contact.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        assert needed(app).startswith("Waits for a manager's signature")
        await pilot.press("y")
        await until(pilot, lambda: type(app.screen).__name__ == "AskDialog")
        await pilot.press("ctrl+s")
        await until(
            pilot, lambda: isinstance(app.screen, FrontDoorScreen) and needed(app).startswith("Tell who")
        )
        await settled(pilot)
        await pilot.press("f6", "f6")
        await shows(pilot, "signed by Ian Cross, Thu 12 Mar")
        await pilot.press("t")
        await until(pilot, lambda: type(app.screen).__name__ == "AskDialog")
        await pilot.press("ctrl+s")
        await shows(pilot, "By which way")
        await pilot.press("p", "ctrl+s")
        await until(
            pilot, lambda: isinstance(app.screen, FrontDoorScreen) and len(app.screen.open.queue) == 2
        )  # type: ignore[union-attr]
    assert front_door.contact(desk, contact.id).told_on == day(0)


async def test_the_front_door_is_for_who_decides_there(laptop: Laptop) -> None:
    app = Desk(laptop)
    async with app.run_test(size=(80, 24)) as pilot:
        app.open_front_door()
        await until(pilot, lambda: app.said)
        assert "F8 is for everybody" in app.said[0]
        assert not isinstance(app.screen, FrontDoorScreen)


async def test_today_leads_to_the_front_door_and_back_to_what_was_being_written(shell: MakeShell) -> None:
    def before(laptop: Laptop) -> None:
        laptop.store.set_settings({"worker": JOAN})
        entry = ContactEntry(
            source="2A", who="Ms Ali", worry="x", received=day(0), children=[ContactChildEntry("Ana")]
        )
        contact = contacts.add_contact(laptop, entry).id
        (child,) = front_door.contact(laptop, contact).children
        kept = TriageEntry(contact, [ChildDecision(child.id, level="2", reason="half a thought")])
        drafts.keep(laptop, "triage", kept)

    app = shell(before)
    async with app.run_test(size=(100, 30)) as pilot:
        await shell_ready(pilot)
        assert "g Door" in text_of(app) or "g Front door" in text_of(app)
        await pilot.press("g")
        screen = await opens(pilot, "FrontDoorScreen")
        assert [(c.level, c.reason) for c in screen.entry.children] == [("2", "half a thought")]
        await pilot.press("f4")
        await opens(pilot, "TodayScreen")
        await shows(pilot, "A decision at the front door begun")
        await pilot.press("end", "enter")
        await opens(pilot, "FrontDoorScreen")


async def test_it_opens_at_the_contact_that_was_asked_for_and_stays_there(desk: Laptop) -> None:
    last = front_door.queue(desk)[-1].contact
    app = Desk(desk, lambda: FrontDoorScreen(last.id))
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        assert page(app).contact_id == last.id
        await shows(pilot, "Shouting at night")
