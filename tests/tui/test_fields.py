from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.widget import Widget

from familyhub.casework.problems import Problem
from familyhub.records.codes import VISIT_KIND
from familyhub.tui.widgets.fields import FormRow, LineField, fields_in, show_problems
from familyhub.tui.widgets.fields_choice import AskField, ChoiceField, ChoiceList, ReadersField
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField, TimeField
from familyhub.tui.widgets.fields_ticks import Tick, TicksField
from tests.tui.desk import AtEverySize, pasted, pictures, still
from tests.tui.shell import shows, text_of, typed

TODAY = date(2026, 3, 12)
HOSTILE = "[b]Zoë[/b] [@click=app.quit]x[/] 👩‍👧 שלום‏ \x1b[31mred\x00"


class Form(App[None]):
    """A form of every kind of field."""

    def __init__(self, rows: Callable[[], Iterable[Widget]] | None = None) -> None:
        super().__init__()
        self.rows = rows or every_row

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield from self.rows()


def every_row() -> tuple[Widget, ...]:
    return (
        FormRow("Who with", LineField("who", placeholder="a name")),
        FormRow(
            "When", DayField("on", "2026-03-12", today=TODAY, past=True), TimeField("start_at", offer="15:30"),
            TimeField("end_at"), hint="from check-in",
        ),
        FormRow("How", ChoiceField("kind", VISIT_KIND.values, "home")),
        ProseRow("What happened", ProseField("happened", least=2), ReadersField("readers", "workers")),
        FormRow("There", TicksField("present", [Tick("dawn", "Dawn, mum"), Tick("pat", "Pat")], more="someone else")),
        FormRow("Safe?", AskField("safe", {"no": ("n", "No"), "yes": ("y", "Yes")})),
    )  # fmt: skip


def two_fields(first: Callable[[], Widget]) -> Callable[[], Iterable[Widget]]:
    return lambda: [FormRow("", first(), LineField("who"))]


def hostile_rows() -> tuple[Widget, ...]:
    return (
        FormRow(HOSTILE, LineField("who", HOSTILE), hint=HOSTILE),
        ProseRow(HOSTILE, ProseField("happened", HOSTILE), ReadersField("readers", "workers")),
        FormRow("", TicksField("present", [Tick("z", "Zoë [red]"), Tick("x", "👩‍👧 x")])),
        FormRow("", ChoiceField("kind", {"a": "[b]a[/b]", "b": "b"}, "a")),
    )


async def go_to(pilot: Pilot[None], name: str) -> Any:
    """Put the cursor in a field."""
    found = field(pilot.app, name)
    found.focus()
    await pilot.pause()
    return found


def field(app: App[Any], name: str) -> Any:
    return next(f for f in fields_in(app.screen) if f.field == name)


@pytest.mark.parametrize(
    ("text", "iso", "shown"),
    [
        ("tue", "2026-03-10", "Tue 10 Mar"),
        ("12/3", "2026-03-12", "Thu 12 Mar"),
        ("yesterday", "2026-03-11", "Wed 11 Mar"),
        ("3 days ago", "2026-03-09", "Mon 9 Mar"),
        ("1 feb 2025", "2025-02-01", "Sat 1 Feb 2025"),
    ],
)
async def test_a_day_is_read_as_people_type_it_and_shown_whole_when_it_is_left(
    text: str, iso: str, shown: str
) -> None:
    app = Form(two_fields(lambda: DayField("on", today=TODAY, past=True)))
    async with app.run_test() as pilot:
        await typed(pilot, text)
        await pilot.press("tab")
        assert (field(app, "on").answer, field(app, "on").value) == (iso, shown)


async def test_a_day_ahead_reads_forwards() -> None:
    app = Form(two_fields(lambda: DayField("next_on", today=TODAY, ahead=True)))
    async with app.run_test() as pilot:
        await typed(pilot, "in 6 weeks")
        await pilot.press("tab")
        assert field(app, "next_on").value == "Thu 23 Apr"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("on", "31/2", "is not a date"),
        ("on", "tomorrow", "has not come yet"),
        ("on", "9" * 40, "is not a date"),
        ("on", "[b]tue", "is not a date"),
        ("start_at", "25:70", "is not a time"),
    ],
)
async def test_wrong_text_stays_with_one_sentence_beside_the_field(
    name: str, text: str, sentence: str
) -> None:
    app = Form()
    async with app.run_test(size=(100, 30)) as pilot:
        await go_to(pilot, name)
        field(app, name).value = ""
        await pasted(pilot, text)
        await pilot.press("shift+tab")
        assert field(app, name).value == text
        assert text_of(app).count(sentence) == 1
        await go_to(pilot, name)
        field(app, name).value = ""
        await typed(pilot, "9" if name == "start_at" else "today")
        await pilot.press("tab")
        assert sentence not in text_of(app)


@pytest.mark.parametrize(
    ("text", "shown"), [("9", "09:00"), ("930", "09:30"), ("2pm", "14:00"), ("9.05", "09:05")]
)
async def test_a_time_is_read_as_people_type_it(text: str, shown: str) -> None:
    app = Form()
    async with app.run_test() as pilot:
        await go_to(pilot, "start_at")
        await typed(pilot, text)
        await pilot.press("tab")
        assert field(app, "start_at").value == shown


async def test_enter_accepts_what_is_offered_and_goes_on_to_the_next_place_to_write() -> None:
    app = Form()
    async with app.run_test() as pilot:
        await go_to(pilot, "start_at")
        await pilot.press("enter")
        assert field(app, "start_at").answer == "15:30"
        assert app.focused is field(app, "end_at")
        await pilot.press("enter")
        assert field(app, "end_at").answer == ""
        assert app.focused is field(app, "kind")


async def test_several_lines_pasted_into_one_line_become_one_line_and_nothing_is_lost() -> None:
    app = Form()
    async with app.run_test() as pilot:
        await go_to(pilot, "who")
        await pasted(pilot, "Ms Ali\r\nSt Hilda's\n\tDSL")
        await pilot.pause()
        assert field(app, "who").value == "Ms Ali St Hilda's DSL"


async def test_a_hundred_kilobytes_pasted_are_all_there_and_typing_goes_on() -> None:
    text = "\n".join("Dawn said the mornings are better now, and [Leo] agreed." for _ in range(1800))
    app = Form()
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, "happened")
        await pasted(pilot, text)
        await pilot.pause()
        await typed(pilot, " end")
        assert field(app, "happened").answer == text + " end"
        assert field(app, "happened").size.height <= 12
        await go_to(pilot, "who")
        await pasted(pilot, text)
        await pilot.pause()
        assert field(app, "who").value == " ".join(text.split())


async def test_text_is_text_never_markup_and_no_control_character_reaches_the_terminal() -> None:
    app = Form(hostile_rows)
    async with app.run_test(size=(160, 20)) as pilot:
        field(app, "who").wrong(f"“{HOSTILE}” is wrong.")
        await go_to(pilot, "kind")
        await pilot.press("enter")
        await pilot.pause()
        shown = text_of(app)
        assert "[b]Zoë[/b] [@click=app.quit]x[/]" in shown
        assert "[red]" in shown
        assert "[b]a[/b]" in shown
        assert "\x00" not in field(app, "who").value + field(app, "happened").text
        await go_to(pilot, "happened")
        await pasted(pilot, "a\x00b\x1b[2Jc\x07")
        await pilot.pause()
        assert "ab[2Jc" in field(app, "happened").text


async def test_letters_arrows_and_the_list_choose() -> None:
    app = Form()
    async with app.run_test(size=(100, 30)) as pilot:
        kind = await go_to(pilot, "kind")
        await pilot.press("s")
        assert kind.answer == "school"
        await pilot.press("right")
        assert kind.answer == "hub"
        await pilot.press("space")
        assert isinstance(app.focused, ChoiceList)
        await pilot.press("v", "enter")
        assert kind.answer == "video"
        assert app.focused is kind
        await pilot.press("enter", "up", "escape")
        assert kind.answer == "video"
        await pilot.press("enter", "home", "tab")
        assert kind.answer == "home"


async def test_a_letter_that_a_choice_does_not_know_does_nothing() -> None:
    app = Form()
    async with app.run_test() as pilot:
        await go_to(pilot, "kind")
        await pilot.press("q", "z")
        assert field(app, "kind").answer == "home"


async def test_the_mouse_opens_a_list_and_chooses_in_it() -> None:
    app = Form()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.click(field(app, "kind"))
        await pilot.pause()
        chosen = app.screen.query_one(ChoiceList)
        await pilot.click(chosen, offset=(3, 2))
        await pilot.pause()
        assert field(app, "kind").answer == "school"


async def test_who_may_read_a_text_is_chosen_from_inside_the_text() -> None:
    app = Form()
    async with app.run_test(size=(100, 30)) as pilot:
        await go_to(pilot, "happened")
        await pilot.press("a", "f3", "t", "enter", "b")
        assert field(app, "readers").answer == "family"
        assert field(app, "happened").answer == "ab"


async def test_f6_and_f7_are_left_to_the_page_inside_prose() -> None:
    app = Form()
    async with app.run_test() as pilot:
        await go_to(pilot, "happened")
        await typed(pilot, "one\ntwo")
        await pilot.press("f6", "f7", "x")
        assert field(app, "happened").answer == "one\ntwox"


async def test_nobody_is_ticked_until_somebody_ticks_them() -> None:
    app = Form()
    async with app.run_test(size=(100, 30)) as pilot:
        there = field(app, "present")
        assert there.answer == ""
        there.focus()
        await pilot.press("1", "2", "1")
        assert there.answer == "pat"
        await pilot.click(there, offset=(1, 0))
        assert there.ticked == ["pat", "dawn"]


async def test_a_question_has_no_answer_until_somebody_gives_one() -> None:
    app = Form()
    async with app.run_test(size=(100, 30)) as pilot:
        ask = await go_to(pilot, "safe")
        await pilot.press("enter", "space")
        assert ask.answer == ""
        await pilot.press("y")
        assert ask.answer == "yes"
        await pilot.click(ask, offset=(2, 0))
        assert ask.answer == "no"


async def test_problems_stand_beside_their_fields_and_the_first_takes_the_focus() -> None:
    app = Form()
    async with app.run_test(size=(100, 30)) as pilot:
        found = [
            Problem("safe", "Answer it."),
            Problem("happened", "It is empty."),
            Problem("else", "Elsewhere."),
        ]
        assert show_problems(app.screen, found) == [found[2]]
        await pilot.pause()
        assert app.focused is field(app, "happened")
        await shows(pilot, "! Answer it.")
        await shows(pilot, "! It is empty.")
        await pilot.press("a")
        assert "It is empty." not in text_of(app)


async def wrong_and_filled(pilot: Any) -> None:
    app = pilot.app
    await go_to(pilot, "who")
    await pasted(pilot, "Ms Ali [DSL]")
    field(app, "on").value = "31/2"
    await go_to(pilot, "happened")
    await pasted(pilot, "Kitchen warm, food in.\nRoutine chart on the fridge.")
    await go_to(pilot, "present")
    await pilot.press("1")
    show_problems(app.screen, [Problem("safe", "The safety question needs an answer.")])
    field(app, "on").settle()
    still(app)
    await pilot.pause()


async def empty(pilot: Any) -> None:
    still(pilot.app)
    await pilot.pause()


@pictures
@pytest.mark.parametrize("before", [empty, wrong_and_filled])
def test_picture_of_every_field(at_every_size: AtEverySize, before: Callable[[Any], Any]) -> None:
    at_every_size(Form(), before)
