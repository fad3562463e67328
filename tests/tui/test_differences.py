from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from familyhub.casework import drafts, reading
from familyhub.casework.laptop import Laptop
from familyhub.practice.differences import Difference, DifferenceValue
from familyhub.practice.plan_view import Step
from familyhub.store.laptop_copy import all_heads_token
from familyhub.tui.screens import differences_words as say
from familyhub.tui.screens.differences import DifferencesScreen
from familyhub.tui.widgets.fields_choice import ChoiceField
from familyhub.tui.widgets.fields_prose import ProseField
from familyhub.tui.widgets.fields_read import DayField
from tests.support.families import ASHA, BELL, JOAN, SAM
from tests.tui.desk import AtEverySize, Desk, opened, pasted, pictures, settled
from tests.tui.shell import shows, text_of, typed, until

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


def plain(app: App[Any]) -> str:
    return " ".join(text_of(app).split())


async def says(pilot: Pilot[Any], words: str) -> None:
    """Wait until the screen says this, over however many lines."""
    await until(pilot, lambda: words in plain(pilot.app))


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
        await shows(pilot, "Nothing to decide")
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
        await shows(pilot, "is not a date")
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
        await says(pilot, "done ● stopped")
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
        for word in ("[b]end[/b]]", "[-only, others read her", "[+[only]]"):
            await shows(pilot, word)
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.focused, ProseField))
        await shows(pilot, "It begins with yours")
        app.focused.select_all()
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
        await says(pilot, "> 1 of 2 Bell · Dawn")
        await shows(pilot, "SAFETY: first")
        await shows(pilot, "● never")
        await pilot.press("n")
        await pilot.pause()
        await shows(pilot, "● Fri 27 Mar")
        await pilot.press("n")
        await pilot.pause()
        await shows(pilot, "● never")


async def test_the_one_that_was_asked_for_is_shown(laptop: Laptop) -> None:
    on_the_day(laptop)
    on_reaching_dawn(laptop)
    wanted = next(d for d in reading.differences(laptop) if d.field == "due")
    app = desk(laptop, wanted.id)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await shows(pilot, "● Fri 27 Mar")


async def test_three_answers_and_more_are_numbered_on(laptop: Laptop) -> None:
    on_the_day(laptop, (JOAN, "2026-04-03"), ("w-else", "2026-04-10"), ("w-other", "2026-04-17"))
    app = desk(laptop)
    async with app.run_test(size=(80, 40)) as pilot:
        await opened(pilot)
        for line in ("3 Joan Pike wrote", "Fri 3 Apr", "● Fri 17 Apr", "6 Write another", "7 Ask"):
            await shows(pilot, line)
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


# -- why, undo, ask, several ---------------------------------------------------------------------------------------


async def test_why_is_written_first_and_travels_with_the_decision(laptop: Laptop) -> None:
    on_the_day(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await shows(pilot, "Why, or what you ask (Sam sees it; may be left out)")
        await pilot.press("w")
        await typed(pilot, "12 asked for it")
        await pilot.press("enter", "1")
        await left(pilot, laptop, 0)
        await shows(pilot, "Decided lately")
        await says(pilot, "you kept your own · Fri 20 Mar · why: “12 asked for it”")
    (told,) = reading.decided_lately(laptop)
    assert (told.reason, told.readers) == ("12 asked for it", "workers")


async def test_f3_says_who_may_read_why(laptop: Laptop) -> None:
    on_the_day(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("w", "s", "f3", "p", "enter")
        await shows(pilot, "professionals in the plan")
        await pilot.press("enter", "2")
        await left(pilot, laptop, 0)
    assert [(d.reason, d.readers) for d in reading.decided_lately(laptop)] == [("s", "professionals")]


async def test_u_opens_the_last_decision_again_also_in_another_run_of_the_app(laptop: Laptop) -> None:
    on_the_day(laptop)
    before = reading.differences(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("2")
        await left(pilot, laptop, 0)
        assert "u Undo: Thu 12 Mar, Bell, “Morning chart, five steps”, by when: you took Sam's" in text_of(
            app
        )
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await shows(pilot, "u Undo:")
        await pilot.press("u")
        await left(pilot, laptop, 1)
        assert app.said == ["Undone on this laptop: it is open again · not yet sent"]
        await says(pilot, "You wrote Sam Doyle wrote")
        assert "u Undo:" not in text_of(app)
        await pilot.press("u")
        await until(pilot, lambda: len(app.said) == 2)
        assert "no decision of yours to undo" in app.said[1]
    assert [v.value for v in reading.differences(laptop)[0].values] == [v.value for v in before[0].values]


async def test_a_click_on_the_line_undoes_it_too(laptop: Laptop) -> None:
    on_the_day(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("1")
        await left(pilot, laptop, 0)
        await pilot.click("#undo-line")
        await left(pilot, laptop, 1)


async def test_asking_takes_the_words_along_and_says_so_to_both(laptop: Laptop) -> None:
    on_the_day(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("w")
        await typed(pilot, "Which day [b]?")
        await pilot.press("enter", "4")
        await says(pilot, "You asked Sam on Thu 12 Mar. “Which day [b]?”")
    laptop.who = replace(laptop.who, id=SAM)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await says(pilot, "Asha asks (Thu 12 Mar): “Which day [b]?”")
        await shows(pilot, "asks you")


async def test_several_of_one_event_are_marked_and_decided_for_one_reason(laptop: Laptop) -> None:
    on_the_day(laptop)
    on_how_it_goes(laptop)
    differ(laptop, "safe_contact", "dawn-reach", "WyIiLHt9LFtdXQ", "mobile", (SAM, "1"), (JOAN, "2"))
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        on_mobile = next(n for n, d in enumerate(app.screen.open.differences) if d.field == "mobile")  # type: ignore[attr-defined]
        await pilot.press(*["n"] * on_mobile, "space")
        await until(pilot, lambda: app.said)
        assert "one answer of yours" in app.said[0]
        await pilot.press("n", "a")
        await pilot.pause()
        await says(pilot, "1 Keep all 2 of mine 2 Take all 2 of Sam's Esc Unmark")
        await pilot.press("escape")
        await pilot.pause()
        assert "Unmark" not in text_of(app)
        await pilot.press("a", "w")
        await typed(pilot, "the meeting")
        await pilot.press("enter", "2")
        await left(pilot, laptop, 1)
        await shows(pilot, "(and 1 more in one go)")
        await pilot.press("u")
        await left(pilot, laptop, 3)
    assert {d.reason for d in reading.decided_lately(laptop) if d.kind == "taken"} == {"the meeting"}


# -- long texts ------------------------------------------------------------------------------------------------

ONE = "Leo is in by 9 every Monday till Easter; he says it feels “okay”"
"""What will be different, in the small store."""


def on_prose(laptop: Laptop, mine: str, theirs: str) -> str:
    differ(
        laptop,
        "need",
        "mondays",
        all_heads(laptop, "need", "mondays"),
        "outcome",
        (ASHA, mine),
        (SAM, theirs),
    )
    return next(d.id for d in reading.differences(laptop) if d.field == "outcome")


def all_heads(laptop: Laptop, entity: str, row_id: str) -> str:
    with laptop.store.changing() as copy:
        return all_heads_token(copy.load([("fam:bell", entity, row_id)])[("fam:bell", entity, row_id)])


async def test_what_each_changed_is_marked_by_signs(laptop: Laptop) -> None:
    on_prose(laptop, ONE.replace("by 9", "by ten"), ONE + ". Pat walks him.")
    app = desk(laptop)
    async with app.run_test(size=(160, 50)) as pilot:
        await opened(pilot)
        await says(pilot, "in by [-9] [+ten] every")
        await says(pilot, "[+“okay”. Pat walks him.]")
        await says(pilot, f"Before either {ONE}")
        await says(pilot, "[+added] [-taken out], compared with the text before")
        strips = app.screen._compositor.render_strips()
        marked = [s for strip in strips for s in strip if "[+ten" in s.text]
        assert marked
        assert all(s.style is not None and s.style.underline for s in marked)


async def test_another_begins_with_both_edits_where_they_touch_different_sentences(laptop: Laptop) -> None:
    two = "He eats. He sleeps."
    with laptop.store.work(ASHA) as work:
        work.change("fam:bell", "need", "mondays", all_heads(laptop, "need", "mondays"), {"outcome": two})
    on_prose(laptop, "He eats well. He sleeps.", "He eats. He sleeps well.")
    app = desk(laptop)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.focused, ProseField))
        assert app.focused.text == "He eats well. He sleeps well."  # type: ignore[union-attr]
        await shows(pilot, "Both edits are in it")
        await pilot.press("ctrl+s")
        await left(pilot, laptop, 0)
    assert drafts.unfinished(laptop) == [], "nothing was typed: there was nothing to keep"


async def test_f6_shows_one_text_at_a_time_and_long_ones_scroll(laptop: Laptop) -> None:
    on_prose(laptop, ONE + " and so on" * 300 + " END", "Theirs")
    app = desk(laptop)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("f6")
        await shows(pilot, "1 of 3")
        for _ in range(40):
            await pilot.press("pagedown")
        await shows(pilot, "END")
        await shows(pilot, "1 Keep mine")
        await pilot.press("f6")
        await shows(pilot, "Theirs")
        await pilot.press("f6")
        await shows(pilot, "Before either of you")


# -- removed, and two plans ------------------------------------------------------------------------------------


async def test_edited_while_removed_is_told_in_words_with_both_choices(laptop: Laptop) -> None:
    rev = all_heads(laptop, "action", "club")
    with laptop.store.work(SAM) as work:
        work.remove("fam:bell", "action", "club", rev)
    with laptop.store.work(ASHA) as work:
        work.change("fam:bell", "action", "club", rev, {"due": "2026-03-27"})
    app = desk(laptop)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await says(pilot, "You changed it Sam Doyle removed it")
        await says(pilot, "by when: Fri 27 Mar")
        await says(pilot, "1 Keep it 2 Remove it 3 Ask Sam, leave open")
        await pilot.press("1")
        await left(pilot, laptop, 0)
    assert step(laptop, "club").due == "2026-03-27"


def on_two_plans(laptop: Laptop) -> None:
    with laptop.store.work(SAM) as work:
        work.create("fam:bell", "plan", {"state": "open", "started_on": "2026-03-10"}, "sams-plan")


async def test_two_open_plans_are_told_and_one_is_kept(laptop: Laptop) -> None:
    on_two_plans(laptop)
    app = desk(laptop)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await says(pilot, "Bell family has two open plans: yours of 19 Feb and Sam's of 10 Mar")
        await says(pilot, "1 Keep mine, close Sam's 2 Keep Sam's, close mine 3 Ask Sam, leave open")
        await pilot.press("1")
        await left(pilot, laptop, 0)
    assert {p.id: p.state for p in reading.family(laptop, BELL).plans} == {
        "bell-plan": "open",
        "sams-plan": "closed",
    }


# -- drafts ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("fixed_clock")
async def test_what_is_being_written_survives_and_is_opened_again_from_its_draft(laptop: Laptop) -> None:
    on_the_day(laptop)
    on_how_it_goes(laptop)
    identity = next(d.id for d in reading.differences(laptop) if d.field == "due")
    app = desk(laptop, identity)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("w")
        await typed(pilot, "half a reas")
        await pilot.press("enter", "3")
        await typed(pilot, "in 3 we")
        await until(pilot, lambda: drafts.unfinished(laptop))
        await shows(pilot, "draft kept on this laptop 11:24")
        await settled(pilot)
    (draft,) = drafts.unfinished(laptop)
    assert (draft.kind, draft.family_id) == ("decision", BELL)
    line = next(x for x in reading.today(laptop).lines if x.act == "open_draft")
    assert line.what == "An answer to a difference begun"
    app = Desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        app.open_draft(draft.id)
        await until(
            pilot, lambda: isinstance(app.screen, DifferencesScreen) and isinstance(app.focused, DayField)
        )
        assert app.focused.value == "in 3 we"  # type: ignore[union-attr]
        await shows(pilot, "half a reas")
        await typed(pilot, "in 3 weeks")
        await pilot.press("enter")
        await left(pilot, laptop, 1)
    assert step(laptop).due == "2026-04-02"
    assert reading.decided_lately(laptop)[0].reason == "half a reas"
    assert drafts.unfinished(laptop) == []


async def test_going_on_keeps_what_was_written_and_another_difference_begins_empty(laptop: Laptop) -> None:
    on_the_day(laptop)
    on_how_it_goes(laptop)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("w")
        await typed(pilot, "about this one")
        await pilot.press("enter", "n")
        await until(pilot, lambda: "about this one" not in text_of(app))
        await pilot.press("n")
        await shows(pilot, "about this one")
        await pilot.press("1")
        await left(pilot, laptop, 1)
    assert drafts.unfinished(laptop) == []
    assert [d.reason for d in reading.decided_lately(laptop)] == ["about this one"]


async def nothing(pilot: Any) -> None:
    await shows(pilot, "Nothing to decide")
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


async def undone(pilot: Any) -> None:
    await opened(pilot)
    await pilot.press("n", "2")
    await shows(pilot, "u Undo:")
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
@pytest.mark.usefixtures("on_wednesday", "fixed_clock")
@pytest.mark.parametrize("before", [nothing, one, another, undone])
def test_picture_of_differences(
    at_every_size: AtEverySize, laptop: Laptop, before: Callable[[Any], Any]
) -> None:
    if before is not nothing:
        on_the_day(laptop)
        on_reaching_dawn(laptop)
    at_every_size(desk(laptop), before)


@pictures
@pytest.mark.usefixtures("on_wednesday", "fixed_clock")
def test_picture_of_three_answers(at_every_size: AtEverySize, laptop: Laptop) -> None:
    on_the_day(laptop, (JOAN, "2026-04-03"), ("w-else", "2026-04-10"))
    at_every_size(desk(laptop), one)


@pictures
@pytest.mark.usefixtures("on_wednesday", "fixed_clock")
@pytest.mark.parametrize("what", ["prose", "plans", "marked"])
def test_picture_of_what_needs_other_words(at_every_size: AtEverySize, laptop: Laptop, what: str) -> None:
    if what == "prose":
        on_prose(
            laptop, ONE.replace("by 9", "by ten"), ONE + ". Pat walks him on Mondays. " + "It goes on. " * 30
        )
    elif what == "plans":
        on_two_plans(laptop)
    else:
        on_the_day(laptop)
        on_how_it_goes(laptop)

    async def before(pilot: Any) -> None:
        await opened(pilot)
        if what == "marked":
            await pilot.press("a")
        await settled(pilot)

    at_every_size(desk(laptop), before)


async def test_ones_own_answer_is_first_whoever_wrote_first(laptop: Laptop) -> None:
    differ(
        laptop, "action", "chart", step(laptop).rev, "due", (SAM, "2026-03-27"), (ASHA, "2026-03-20")
    )  # fmt: skip
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await says(pilot, "You wrote Sam Doyle wrote")
        await says(pilot, "1 Keep mine 2 Take Sam's")
        await pilot.press("2")
        await left(pilot, laptop, 0)
    assert step(laptop).due == "2026-03-27"


async def test_where_no_answer_is_ones_own_the_key_line_does_not_say_mine(laptop: Laptop) -> None:
    differ(laptop, "action", "chart", step(laptop).rev, "due", (SAM, "2026-03-27"), (JOAN, "2026-03-20"))
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await says(pilot, "1 Take Sam's 2 Take Joan's")
        assert "1 Mine" not in plain(app)
