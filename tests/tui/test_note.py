from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from familyhub.casework import drafts, reading
from familyhub.casework.laptop import Laptop
from familyhub.tui.screens.note import NoteScreen
from familyhub.tui.widgets.fields import fields_in
from tests.support.families import BELL, TODAY
from tests.tui.desk import AtEverySize, Desk, opened, pasted, pictures, settled
from tests.tui.shell import shows, typed, until

TEXT = "Leo late twice this week, but came in smiling on Friday.\nShe will send the figures."


def desk(laptop: Laptop, **named: Any) -> Desk:
    return Desk(laptop, lambda: NoteScreen(BELL, **named))


def field(app: Any, name: str) -> Any:
    return next(f for f in fields_in(app.screen) if f.field == name)


async def go_to(pilot: Pilot[Any], name: str) -> None:
    field(pilot.app, name).focus()
    await pilot.pause()


async def closed(pilot: Pilot[Any]) -> None:
    await until(pilot, lambda: not isinstance(pilot.app.screen, NoteScreen))


async def test_a_note_takes_four_keys_beside_prose(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pasted(pilot, "Ms Ali")
        await pilot.press("tab", "t", "tab")
        await pasted(pilot, TEXT)
        await pilot.press("ctrl+s")
        await closed(pilot)
    assert app.said == ["Note saved on this laptop · not yet sent"]
    note = next(n for n in reading.family(laptop, BELL).notes if n.text == TEXT)
    assert (note.who, note.kind, note.on, note.readers) == (
        "Ms Ali",
        "text message",
        TODAY.isoformat(),
        "professionals",
    )
    assert drafts.unfinished(laptop) == []


async def test_who_may_read_a_note_is_chosen_and_an_action_moves_with_it(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await go_to(pilot, "text")
        await pasted(pilot, TEXT)
        await pilot.press("f3", "w", "enter")
        await go_to(pilot, "action")
        await pilot.press("a", "ctrl+s")
        await closed(pilot)
    file = reading.family(laptop, BELL)
    assert next(n for n in file.notes if n.text == TEXT).readers == "workers"
    letter = next(s for p in file.plans for s in p.actions if s.id == "letter")
    assert [(p.text, p.readers) for p in letter.progress] == [(TEXT, "workers")]
    assert letter.status == "not_started"


async def test_an_empty_note_is_refused_beside_its_text(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await typed(pilot, "x")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: field(app, "text").problem)
        await shows(pilot, "The note is empty: write what was said.")
        assert app.focused is field(app, "text")
        assert field(app, "who").value == "x"


async def test_a_day_that_has_not_come_is_refused_and_stays(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await go_to(pilot, "text")
        await pasted(pilot, TEXT)
        await go_to(pilot, "on")
        await typed(pilot, "tomorrow")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: field(app, "on").problem)
        await shows(pilot, "has not come yet")
        assert field(app, "on").value == "tomorrow"
    assert all(n.text != TEXT for n in reading.family(laptop, BELL).notes)


async def test_a_note_begun_is_found_again_with_its_action_and_the_cursor(
    laptop: Laptop, fixed_clock: None
) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pasted(pilot, "Ms Ali")
        await go_to(pilot, "action")
        await pilot.press("a")
        await go_to(pilot, "text")
        await typed(pilot, "ab")
        await pilot.press("left", "c", "escape")
        await closed(pilot)
    draft = drafts.unfinished(laptop, BELL)[0]
    again = desk(laptop, draft_id=draft.id)
    async with again.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert again.focused is field(again, "text")
        assert field(again, "action").answer == "letter"
        assert field(again, "who").value == "Ms Ali"
        await pilot.press("d")
        assert field(again, "text").text == "acdb"


async def test_a_note_that_was_only_opened_leaves_nothing_behind(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("tab", "tab", "escape")
        await closed(pilot)
    assert drafts.unfinished(laptop) == []


async def test_the_note_is_saved_when_the_action_cannot_be_changed(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await go_to(pilot, "text")
        await pasted(pilot, TEXT)
        field(app, "action").answer = "letter"
        with laptop.store.work("w") as work:
            step = next(s for p in reading.family(laptop, BELL).plans for s in p.actions if s.id == "letter")
            work.remove("fam:bell", "action", "letter", step.rev)
        await pilot.press("ctrl+s")
        await closed(pilot)
    assert "The note is saved; the action was not changed." in app.said[1]
    assert any(n.text == TEXT for n in reading.family(laptop, BELL).notes)


async def empty(pilot: Any) -> None:
    await opened(pilot)
    await settled(pilot)


async def filled(pilot: Any) -> None:
    await opened(pilot)
    await pasted(pilot, "Ms Ali [DSL]")
    await go_to(pilot, "text")
    await pasted(pilot, TEXT)
    await settled(pilot)


async def refused(pilot: Any) -> None:
    await opened(pilot)
    field(pilot.app, "on").value = "31/2"
    field(pilot.app, "at").value = "25"
    await pilot.pause()
    await pilot.press("ctrl+s")
    await until(pilot, lambda: field(pilot.app, "text").problem)
    await settled(pilot)


@pictures
@pytest.mark.parametrize("before", [empty, filled, refused])
def test_picture_of_a_note(
    at_every_size: AtEverySize, laptop: Laptop, fixed_clock: None, before: Callable[[Any], Any]
) -> None:
    at_every_size(desk(laptop), before)
