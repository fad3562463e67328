from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from familyhub.casework import drafts, reading
from familyhub.casework.laptop import Laptop
from familyhub.practice.plan_view import Step
from familyhub.tui.dialogs.update_action import UpdateActionDialog
from familyhub.tui.widgets.fields import fields_in
from tests.support.families import ASHA, BELL, SAM
from tests.tui.desk import AtEverySize, Desk, opened, pasted, pictures, settled
from tests.tui.shell import shows, text_of, typed, until


def desk(laptop: Laptop, action_id: str = "chart") -> Desk:
    return Desk(laptop, lambda: UpdateActionDialog(action_id))


def field(app: Any, name: str) -> Any:
    return next(f for f in fields_in(app.screen) if f.field == name)


async def go_to(pilot: Pilot[Any], name: str) -> None:
    field(pilot.app, name).focus()
    await pilot.pause()


async def closed(pilot: Pilot[Any]) -> None:
    await until(pilot, lambda: not isinstance(pilot.app.screen, UpdateActionDialog))


def step(laptop: Laptop, action_id: str = "chart") -> Step:
    return next(s for p in reading.family(laptop, BELL).plans for s in p.actions if s.id == action_id)


def two_answers(laptop: Laptop) -> None:
    rev = step(laptop).rev
    for worker, due in ((ASHA, "2026-03-20"), (SAM, "2026-03-27")):
        with laptop.store.work(worker) as work:
            work.change("fam:bell", "action", "chart", rev, {"due": due})


async def test_status_day_and_words_are_saved_together(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await shows(pilot, "2 Mar, you: Chart is on the fridge.")
        await pilot.press("d", "tab")
        await typed(pilot, "in 2 weeks")
        await pilot.press("tab")
        await pasted(pilot, "Four of five days.")
        await pilot.press("f3", "t", "enter", "ctrl+s")
        await closed(pilot)
    found = step(laptop)
    assert (found.status, found.due) == ("done", "2026-03-26")
    assert [(p.text, p.readers) for p in found.progress][-1] == ("Four of five days.", "family")
    assert app.said == ["Action saved on this laptop · not yet sent"]
    assert drafts.unfinished(laptop) == []


async def test_only_what_was_changed_is_written(laptop: Laptop) -> None:
    before = step(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("tab", "tab")
        await pasted(pilot, "Asked about it.")
        await pilot.press("ctrl+s")
        await closed(pilot)
    assert (step(laptop).status, step(laptop).due, step(laptop).rev) == (
        before.status,
        before.due,
        before.rev,
    )


async def test_a_day_can_be_taken_away(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("tab", "backspace", "ctrl+s")
        await closed(pilot)
    assert step(laptop).due is None


async def test_nothing_changed_is_nothing_to_save(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+s")
        await shows(pilot, "Nothing to save yet")
        await pilot.press("d", "ctrl+s")
        await closed(pilot)
    assert step(laptop).status == "done"


async def test_a_wrong_day_stays_with_its_sentence(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("tab")
        await typed(pilot, "soonish")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: field(app, "due").problem)
        await shows(pilot, "“soonish” is not a date")
        assert app.focused is field(app, "due")


async def test_two_answers_that_stand_are_told(laptop: Laptop) -> None:
    two_answers(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        text = " ".join(text_of(app).replace("│", " ").split())
        assert "! Two answers stand for by when: Fri 20 Mar (you) and Fri 27 Mar (Sam Doyle)." in text


async def test_leaving_without_words_leaves_nothing_and_with_words_a_draft_that_comes_back(
    laptop: Laptop,
) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("d")
        await app.screen.autosave.flush()  # type: ignore[attr-defined]
        assert len(drafts.unfinished(laptop)) == 1
        await pilot.press("escape")
        await closed(pilot)
        assert drafts.unfinished(laptop) == []
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("d", "tab", "tab")
        await pasted(pilot, "Half of it.")
        await pilot.press("escape")
        await closed(pilot)
        assert "kept as a draft" in app.said[-1]
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert app.focused is field(app, "note")
        assert (field(app, "status").answer, field(app, "note").text) == ("done", "Half of it.")
    assert step(laptop).status == "in_progress"


async def test_quitting_inside_the_dialog_keeps_the_words(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("tab", "tab")
        await pasted(pilot, "Half of it.")
        await pilot.press("ctrl+q")
    assert "Half of it." in drafts.unfinished(laptop)[0].entry


async def test_an_action_that_is_gone_is_told_and_closes(laptop: Laptop) -> None:
    app = desk(laptop, "nobody")
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.said)
        await closed(pilot)
        assert "There is no action nobody" in app.said[0]


async def empty(pilot: Any) -> None:
    await opened(pilot)
    await settled(pilot)


async def filled(pilot: Any) -> None:
    await opened(pilot)
    await pilot.press("d")
    field(pilot.app, "due").value = "in 2 weeks"
    field(pilot.app, "due").settle()
    await go_to(pilot, "note")
    await pasted(pilot, "Used four of five days, [Monday] missed.\nDawn is pleased.")
    await settled(pilot)


async def refused(pilot: Any) -> None:
    await opened(pilot)
    field(pilot.app, "due").value = "soonish"
    await pilot.pause()
    await pilot.press("ctrl+s")
    await until(pilot, lambda: field(pilot.app, "due").problem)
    await settled(pilot)


@pictures
@pytest.mark.parametrize("before", [empty, filled, refused])
def test_picture_of_an_update(
    at_every_size: AtEverySize, laptop: Laptop, fixed_clock: None, before: Callable[[Any], Any]
) -> None:
    two_answers(laptop)
    at_every_size(desk(laptop), before)
