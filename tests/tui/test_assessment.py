"""The Assessment page: begun, written section by section, left and taken up again, completed, carried into the plan."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from familyhub.casework import assessment_sections, assessments, drafts, reading
from familyhub.casework.assessment_entries import FoundNeedEntry, SectionEntry, StartEntry
from familyhub.casework.laptop import Laptop
from familyhub.practice import assessment as rules
from familyhub.practice.assessment import AssessmentView
from familyhub.tui.widgets.fields import fields_in
from tests.casework.test_assessments import DAY, fill
from tests.support.families import BELL, HUGHES, day
from tests.tui.desk import AtEverySize, pictures
from tests.tui.shell import MakeShell, Shell, opens, quiet, ready, rows_of, shows, text_of, typed


async def at_assessment(pilot: Pilot[Any], family: str = BELL) -> Any:
    await ready(pilot)
    pilot.app.open_family(family)  # type: ignore[attr-defined]
    await opens(pilot, "FamilyScreen")
    await pilot.press("A")
    return await opens(pilot, "AssessmentScreen")


def field(app: Shell, name: str) -> Any:
    return next(f for f in fields_in(app.screen) if f.field == name)


def select(app: Shell, identity: str) -> None:
    rows = rows_of(app)
    rows.cursor = next(n for n, i in enumerate(rows.items) if i.id == identity)


def current(app: Shell, family: str = BELL) -> AssessmentView:
    found = rules.now(reading.family(app.laptop, family))
    assert found is not None
    return found


async def test_a_section_is_written_with_what_is_known_and_left_and_taken_up_again(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 40)) as pilot:
        await at_assessment(pilot)
        await shows(pilot, "No early help assessment yet")
        await pilot.press("b")
        await quiet(pilot)
        await shows(pilot, "complete by Thu 26 Mar")
        select(app, "voice:leo")
        await pilot.press("enter")
        await opens(pilot, "SectionDialog")
        await shows(pilot, "Known: “I get up when the clock says seven.”")
        await pilot.press("f5", "ctrl+s")
        await opens(pilot, "AssessmentScreen")
        voice = current(app).voice("leo")
        assert voice is not None
        assert (voice.said, voice.said_readers) == ("I get up when the clock says seven.", "workers")
        select(app, "child:leo")
        await pilot.press("enter")
        await opens(pilot, "SectionDialog")
        await typed(pilot, "He reads to Mia")
        await pilot.press("escape")
        await opens(pilot, "AssessmentScreen")
        (draft,) = drafts.unfinished(app.laptop)
        assert draft.kind == "section"
        app.open_draft(draft.id)
        await opens(pilot, "SectionDialog")
        assert field(app, "strengths").answer == "He reads to Mia"
        field(app, "score").answer = "11"
        await pilot.press("ctrl+s")
        await quiet(pilot)
        assert "0 (worst) to 10" in field(app, "score").problem
        field(app, "score").answer = "4"
        await pilot.press("ctrl+s")
        await opens(pilot, "AssessmentScreen")
        assert current(app).score("child", "leo") == 4
        assert drafts.unfinished(app.laptop) == []
        await pilot.press("c")
        await quiet(pilot)
        assert "Still needed: Jade: strengths." in app.said[-1]


def whole(laptop: Laptop) -> None:
    fill(laptop)
    assessment_sections.add_found_need(laptop, FoundNeedEntry(HUGHES, "Tia stays out", person_id="tia"))


async def test_it_is_completed_signed_by_a_manager_alone_and_its_needs_become_the_plan(
    shell: MakeShell,
) -> None:
    app = shell(whole)
    async with app.run_test(size=(100, 30)) as pilot:
        await at_assessment(pilot, HUGHES)
        await shows(pilot, "Nothing more is needed. c completes it.")
        await pilot.press("c")
        await quiet(pilot)
        assert current(app, HUGHES).state == "completed"
        await pilot.press("y")
        await quiet(pilot)
        assert "Only a manager signs" in app.said[-1]
        await pilot.press("k")
        await quiet(pilot)
        assert "1 need carried into the plan" in app.said[-1]
        await shows(pilot, "in the plan")
        plan = reading.family(app.laptop, HUGHES).plan
        assert plan is not None
        assert [n.what for n in plan.needs] == ["Tia stays out"]
        await pilot.press("g")
        await opens(pilot, "RecordCopyDialog")
        field(app, "person_id").answer = "siân"
        await pilot.press("f5")
        await opens(pilot, "ReadScreen")
        copy = text_of(app)
        assert "strengths in words" in copy
        assert "meaning in words" not in copy, "workers only"
        assert "I like Mondays" not in copy, "workers only"


async def test_a_childs_words_and_day_are_written_from_the_children(shell: MakeShell) -> None:
    app = shell(lambda laptop: assessments.start_assessment(laptop, StartEntry(BELL, day(-3))))
    async with app.run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        app.open_family(BELL)
        await opens(pilot, "FamilyScreen")
        await pilot.press("4")
        await quiet(pilot)
        await pilot.press("plus")
        await opens(pilot, "ChildWordsDialog")
        await typed(pilot, "Nobody asks")
        await pilot.press("ctrl+s")
        await opens(pilot, "FamilyScreen")
        await quiet(pilot)
        assert reading.family(app.laptop, BELL).children[0].said == "Nobody asks"
        await pilot.press("d")
        await opens(pilot, "ChildDayDialog")
        field(app, "occasion").answer = "review"
        field(app, "morning").answer = "Up at seven"
        await pilot.press("ctrl+s")
        await opens(pilot, "FamilyScreen")
        assert [(d.person_id, d.occasion, d.text) for d in reading.family(app.laptop, BELL).days] == [
            ("jade", "review", "Up at seven")
        ]


def half(laptop: Laptop) -> None:
    assessments.start_assessment(laptop, StartEntry(BELL, day(-16)))
    for entry in (
        SectionEntry(BELL, "child", "leo", {"strengths": "He reads to Mia and tells jokes", "worries": "Mondays", "meaning": "Loved"}, score=4),
        SectionEntry(BELL, "day", "leo", dict(DAY)), SectionEntry(BELL, "adult", "dawn", answer="yes"),
        SectionEntry(BELL, "voice", "leo", {"said": "I go in the cupboard when it is loud."}),
    ):  # fmt: skip
        assessment_sections.write_section(laptop, entry)
    assessment_sections.add_found_need(
        laptop, FoundNeedEntry(BELL, "Leo misses Mondays", person_id="leo", score=4)
    )


@pictures
def test_picture_of_an_assessment_that_is_late(shell: MakeShell, at_every_size: AtEverySize) -> None:
    async def show(pilot: Pilot[Any]) -> None:
        await at_assessment(pilot)
        select(pilot.app, "child:leo")  # type: ignore[arg-type]
        await quiet(pilot)

    at_every_size(shell(half), show)
