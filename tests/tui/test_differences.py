from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from textual.pilot import Pilot

from familyhub.casework import reading
from familyhub.casework.laptop import Laptop
from familyhub.practice.differences import Difference, DifferenceValue
from familyhub.practice.family_file import Step
from familyhub.tui.screens import differences_words as say
from familyhub.tui.screens.differences import DifferencesScreen
from familyhub.tui.widgets.fields import DayField
from familyhub.tui.widgets.fields_choice import ChoiceField
from familyhub.tui.widgets.fields_prose import ProseField
from tests.support.families import ASHA, BELL, JOAN, SAM
from tests.tui.desk import SIZES, Desk, opened, pasted, pictures, screen_text, settled, typed, until

LONG = "Ring after ten, never before, and never from a withheld number. " * 12 + "[b]end[/b]"


def desk(laptop: Laptop, difference_id: str | None = None) -> Desk:
    return Desk(laptop, lambda: DifferencesScreen(difference_id))


def step(laptop: Laptop, action_id: str = "chart") -> Step:
    return next(s for p in reading.family(laptop, BELL).plans for s in p.actions if s.id == action_id)


def differ(laptop: Laptop, entity: str, row_id: str, rev: str, field: str, *answers: tuple[str, Any]) -> None:
    """Several people answer the same question without having seen each other's answer."""
    for worker, value in answers:
        with laptop.store.work(worker) as work:
            work.change("fam:bell", entity, row_id, rev, {field: value})


def on_the_day(laptop: Laptop, *more: tuple[str, Any]) -> None:
    differ(
        laptop, "action", "chart", step(laptop).rev, "due", (ASHA, "2026-03-20"), (SAM, "2026-03-27"), *more
    )


def on_how_it_goes(laptop: Laptop) -> None:
    differ(laptop, "action", "letter", step(laptop, "letter").rev, "status", (ASHA, "done"), (SAM, "stopped"))


def on_reaching_dawn(laptop: Laptop) -> None:
    reach = next(a.reach for a in reading.family(laptop, BELL).adults if a.id == "dawn")
    assert reach is not None
    differ(laptop, "safe_contact", reach.id, reach.rev, "may_ring", (ASHA, "never"), (SAM, "ask"))


def on_words(laptop: Laptop) -> None:
    reach = next(a.reach for a in reading.family(laptop, BELL).adults if a.id == "dawn")
    assert reach is not None
    differ(laptop, "safe_contact", reach.id, reach.rev, "how", (ASHA, LONG), (SAM, "Mobile [only]"))


def plain(app: Desk) -> str:
    return " ".join(screen_text(app).split())


async def left(pilot: Pilot[Any], laptop: Laptop, count: int) -> None:
    await until(pilot, lambda: len(reading.differences(laptop)) == count)
    await until(pilot, lambda: pilot.app.screen.open is not None  # type: ignore[attr-defined]
                and len(pilot.app.screen.open.differences) == count)  # type: ignore[attr-defined]  # fmt: skip
    await pilot.pause()


async def test_both_answers_stand_side_by_side_with_who_and_when_and_the_one_everybody_sees(
    laptop: Laptop,
) -> None:
    on_the_day(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        shown = plain(app)
        assert "Differences · 1 to decide" in shown
        assert "Bell · “Morning chart, five steps” · by when" in shown
        assert "You wrote Sam Doyle wrote" in shown
        assert "Fri 20 Mar ● Fri 27 Mar" in shown
        assert "1 Keep mine 2 Take Sam's 3 Write another 4 Ask Sam, leave open" in shown


@pytest.mark.parametrize(("key", "due"), [("1", "2026-03-20"), ("2", "2026-03-27")])
async def test_taking_an_answer_settles_it_on_this_laptop_at_once(laptop: Laptop, key: str, due: str) -> None:
    on_the_day(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press(key)
        await left(pilot, laptop, 0)
        assert "Nothing to decide" in screen_text(app)
        assert app.said == ["Decided on this laptop · not yet sent"]
    assert step(laptop).due == due


async def test_a_click_on_a_choice_is_its_number(laptop: Laptop) -> None:
    on_the_day(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.click("#choices", offset=(20, 0))
        await left(pilot, laptop, 0)
    assert step(laptop).due == "2026-03-27"


async def test_another_day_is_written_as_people_type_it(laptop: Laptop) -> None:
    on_the_day(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("3")
        assert isinstance(app.focused, DayField)
        await typed(pilot, "31/2")
        await pilot.press("enter")
        await until(pilot, lambda: "is not a date" in screen_text(app))
        app.focused.value = ""
        await typed(pilot, "in 3 weeks")
        await pilot.press("enter")
        await left(pilot, laptop, 0)
    assert step(laptop).due == "2026-04-02"


async def test_a_code_is_chosen_from_its_own_words(laptop: Laptop) -> None:
    on_how_it_goes(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert "done ● stopped" in plain(app)
        await pilot.press("3")
        assert isinstance(app.focused, ChoiceField)
        await pilot.press("i", "ctrl+s")
        await left(pilot, laptop, 0)
    assert step(laptop, "letter").status == "in_progress"


async def test_prose_wraps_stays_text_and_another_is_prose_too(laptop: Laptop) -> None:
    on_words(laptop)
    app = desk(laptop)
    async with app.run_test(size=(80, 40)) as pilot:
        await opened(pilot)
        assert "Mobile [only]" in screen_text(app)
        assert all(word in screen_text(app) for word in ("[b]end[/b]", "[-only,"))
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.focused, ProseField))
        assert "It begins with yours" in screen_text(app)
        await pilot.press("ctrl+a", "delete")
        await pasted(pilot, "After ten\non the mobile")
        await pilot.press("ctrl+s")
        await left(pilot, laptop, 0)
    dawn = next(a for a in reading.family(laptop, BELL).adults if a.id == "dawn")
    assert dawn.reach is not None
    assert dawn.reach.how == "After ten\non the mobile"


async def test_safety_comes_first_and_n_goes_on(laptop: Laptop) -> None:
    on_the_day(laptop)
    on_reaching_dawn(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert "> 1 of 2 Bell · Dawn" in plain(app)
        assert "SAFETY: first" in screen_text(app)
        assert "● never" in screen_text(app)
        await pilot.press("n")
        await pilot.pause()
        assert "● Fri 27 Mar" in screen_text(app)
        await pilot.press("n")
        await pilot.pause()
        assert "● never" in screen_text(app)


async def test_the_one_that_was_asked_for_is_shown(laptop: Laptop) -> None:
    on_the_day(laptop)
    on_reaching_dawn(laptop)
    wanted = next(d for d in reading.differences(laptop) if d.field == "due")
    app = desk(laptop, wanted.id)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert "● Fri 27 Mar" in screen_text(app)


async def test_three_answers_and_more_are_numbered_on(laptop: Laptop) -> None:
    on_the_day(laptop, (JOAN, "2026-04-03"), ("w-else", "2026-04-10"), ("w-other", "2026-04-17"))
    app = desk(laptop)
    async with app.run_test(size=(80, 40)) as pilot:
        await opened(pilot)
        for line in ("3 Joan Pike wrote", "Fri 3 Apr", "● Fri 17 Apr", "6 Write another", "7 Ask"):
            assert line in screen_text(app)
        await pilot.press("5")
        await left(pilot, laptop, 0)
    assert step(laptop).due == "2026-04-17"


async def test_leaving_it_open_changes_nothing(laptop: Laptop) -> None:
    on_the_day(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("4")
        await until(pilot, lambda: app.said)
        assert "Left open. Sam will see that you ask" in app.said[0]
    assert step(laptop).due == "2026-03-27"
    assert len(reading.differences(laptop)) == 1


async def test_escape_leaves_the_writing_first_and_then_the_page(laptop: Laptop) -> None:
    on_the_day(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("3", "1", "escape")
        assert isinstance(app.screen, DifferencesScreen)
        assert len(reading.differences(laptop)) == 1
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, DifferencesScreen))


async def test_what_a_colleague_settles_goes_away_and_what_is_being_written_stays(laptop: Laptop) -> None:
    from familyhub.casework import differences
    from familyhub.casework.entries import DecisionEntry

    on_the_day(laptop)
    on_how_it_goes(laptop)
    other, mine = sorted(reading.differences(laptop), key=lambda d: d.field == "due")
    app = desk(laptop, mine.id)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("3")
        await typed(pilot, "12/")
        differences.decide(laptop, DecisionEntry(other.id, take=1))
        app.nudge_sync()
        await left(pilot, laptop, 1)
        await typed(pilot, "5")
        assert app.focused.value == "12/5"  # type: ignore[union-attr]


async def test_settling_what_somebody_settled_meanwhile_says_so(laptop: Laptop) -> None:
    from familyhub.casework import differences
    from familyhub.casework.entries import DecisionEntry

    on_the_day(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        differences.decide(laptop, DecisionEntry(reading.differences(laptop)[0].id, take=1))
        await pilot.press("2")
        await until(pilot, lambda: app.said)
        assert "somebody has settled it" in app.said[0]
        await left(pilot, laptop, 0)
    assert step(laptop).due == "2026-03-20"


def test_two_answers_of_the_same_person_can_be_told_apart() -> None:
    values = tuple(DifferenceValue(v, "sam", "Sam Doyle", "2026-03-01T09:00:00Z", v) for v in ("a", "b"))
    d = Difference("d", "action", "r", BELL, "Bell", "", "x", "x", "a", "", values, False)
    assert say.choices(d)[:2] == [("1", "Take Sam's (1)"), ("2", "Take Sam's (2)")]


async def nothing(pilot: Any) -> None:
    await until(pilot, lambda: "Nothing to decide" in screen_text(pilot.app))
    await settled(pilot)


async def one(pilot: Any) -> None:
    await opened(pilot)
    await settled(pilot)


async def another(pilot: Any) -> None:
    await opened(pilot)
    await pilot.press("n", "3")
    await pasted(pilot, "31/2")
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.screen.writing.problem)
    await settled(pilot)


@pytest.fixture
def on_wednesday(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """People write on 11 March at 16:40, in Birkenhead."""
    laptop.store.now_ms = lambda: int(datetime(2026, 3, 11, 16, 40, tzinfo=UTC).timestamp() * 1000)
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pictures
@pytest.mark.usefixtures("on_wednesday")
@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("before", [nothing, one, another])
def test_picture_of_differences(
    snap_compare: Any, laptop: Laptop, size: tuple[int, int], before: Callable[[Any], Any]
) -> None:
    if before is not nothing:
        on_the_day(laptop)
        on_reaching_dawn(laptop)
    assert snap_compare(desk(laptop), terminal_size=size, run_before=before)


@pictures
@pytest.mark.usefixtures("on_wednesday")
@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_picture_of_three_answers(snap_compare: Any, laptop: Laptop, size: tuple[int, int]) -> None:
    on_the_day(laptop, (JOAN, "2026-04-03"), ("w-else", "2026-04-10"))
    assert snap_compare(desk(laptop), terminal_size=size, run_before=one)


async def test_ones_own_answer_is_first_whoever_wrote_first(laptop: Laptop) -> None:
    differ(
        laptop, "action", "chart", step(laptop).rev, "due", (SAM, "2026-03-27"), (ASHA, "2026-03-20")
    )  # fmt: skip
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert "You wrote Sam Doyle wrote" in plain(app)
        assert "1 Keep mine 2 Take Sam's" in plain(app)
        await pilot.press("2")
        await left(pilot, laptop, 0)
    assert step(laptop).due == "2026-03-27"


async def test_where_no_answer_is_ones_own_the_key_line_does_not_say_mine(laptop: Laptop) -> None:
    differ(laptop, "action", "chart", step(laptop).rev, "due", (SAM, "2026-03-27"), (JOAN, "2026-03-20"))
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert "1 Take Sam's 2 Take Joan's" in plain(app)
        assert "1 Mine" not in plain(app)
