"""The Meeting page and the tab Meetings: one pass, kept at every pause; papers name their reader; help ends signed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from textual.pilot import Pilot

from familyhub.casework import drafts, meetings, reading
from familyhub.casework.laptop import Laptop
from familyhub.casework.meeting_entries import ChildAt, Guest, MeetingEntry, MeetingPlan, ScoreAt
from familyhub.practice.closings import SIGNED, TO_SIGN
from familyhub.practice.meetings import HELD, PLANNED, MeetingView
from familyhub.tui.screens.log_visit_parts import Section
from familyhub.tui.screens.meeting_rows import AgreedRows, GoingRows, GuestRows, ScoreRows
from familyhub.tui.widgets.fields import fields_in
from familyhub.tui.widgets.fields_choice import ReadersField
from tests.support.families import ASHA, BELL, day
from tests.tui.desk import AtEverySize, pasted, pictures
from tests.tui.shell import MakeShell, Shell, opens, quiet, ready, rows_of, shows, text_of, typed, until


def met_before(laptop: Laptop) -> None:
    """The Bells met three weeks ago; the next review is planned for today."""
    entry = MeetingEntry(
        BELL, on=day(-20), kind="taf", decision="continue", summary="A start.", summary_readers="family",
        guests=[Guest(person_id="dawn", state="came")], scores=[ScoreAt("mondays", 4), ScoreAt("mood", 3)],
        children=[ChildAt("leo", views="Mondays are loud.", a_day={"morning": "Gets up alone."}, views_readers="family"),
                  ChildAt("mia", views="Hid behind Dawn."), ChildAt("jade", none_because="At work")],
    )  # fmt: skip
    meetings.hold_meeting(laptop, entry)
    guests = [Guest(person_id="dawn"), Guest(name="Ms Ali", agency="St Hilda's")]
    meetings.plan_meeting(
        laptop, MeetingPlan(BELL, on="today", at="14:00", place="St Hilda's", guests=guests)
    )


async def at_meeting(pilot: Pilot[Any]) -> Any:
    await ready(pilot)
    pilot.app.open_meeting(BELL)  # type: ignore[attr-defined]
    page = await opens(pilot, "MeetingScreen")
    await until(pilot, lambda: page._ready and page.focused is not None)
    await quiet(pilot)
    return page


def field(app: Shell, name: str) -> Any:
    return next(f for f in fields_in(app.screen) if f.field == name)


def reach(page: Any, field: Any) -> None:
    """Go to a field of the page, whichever part shows it."""
    page.reveal(field)
    field.focus()


def held(app: Shell) -> MeetingView:
    return next(m for m in reading.family(app.laptop, BELL).meetings if m.state == HELD)


@pytest.mark.asyncio
async def test_f6_goes_on_to_what_is_written_never_to_who_may_read_it(shell: MakeShell) -> None:
    app = shell(met_before)
    async with app.run_test(size=(160, 50)) as pilot:
        page = await at_meeting(pilot)
        reached = [page.focused]
        for _ in page.query(Section):
            await pilot.press("f6")
            await pilot.pause()
            reached.append(page.focused)
    assert len({id(field) for field in reached}) > 3, "it went through the parts"
    assert not [field for field in reached if isinstance(field, ReadersField)]


@pytest.mark.asyncio
async def test_a_meeting_is_held_in_one_pass_kept_as_a_draft_in_the_middle_of_it(shell: MakeShell) -> None:
    app = shell(met_before)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await at_meeting(pilot)
        assert isinstance(page.focused, GuestRows)
        await shows(pilot, "invited")
        await pilot.press("c", "p", "f6")
        await until(pilot, lambda: page.part == 2)
        field(app, "views:leo").focus()
        await pasted(pilot, "[b]loud[/b]")
        await pilot.press("f2")
        await opens(pilot, "TodayScreen")
        [draft] = drafts.unfinished(app.laptop, BELL)
        assert draft.kind == "meeting"
        app.open_draft(draft.id)
        page = await opens(pilot, "MeetingScreen")
        await until(pilot, lambda: page._ready and page.focused is not None)
        assert (page.part, page.focused.field) == (2, "views:leo")
        await shows(pilot, "[b]loud[/b]")
        assert "who came" not in text_of(app)
        for child, name in (("mia", "views"), ("jade", "none")):
            field(app, f"{name}:{child}").answer = f"Words of {child}"
        reach(page, field(app, "new_guest"))
        await pasted(pilot, "Jo Lea, health\n")
        await pilot.press("enter")
        await until(pilot, lambda: page.entry.guests[-1].key == "name:Jo Lea")
        reach(page, page.query_one(ScoreRows))
        await pilot.press("7", "t")
        reach(page, page.query_one(GoingRows))
        await pilot.press("d")
        for name, text in (("new_what", "Walk on Mondays"), ("new_who", "Pat"), ("better", "Mornings")):
            field(app, name).answer = text
        reach(page, field(app, "new_due"))
        await typed(pilot, "2w\n")
        await until(pilot, lambda: len(page.query_one(AgreedRows).ids) == 1)
        field(app, "decision").answer = "continue"
        await pilot.press("ctrl+s")
        await shows(pilot, "the next review, or why none")
        reach(page, field(app, "next_due"))
        await pilot.press("enter", "ctrl+s")
        await until(pilot, lambda: page.entry is None)
    meeting = held(app)
    assert (meeting.decision, meeting.next_due, meeting.on) == ("continue", day(42), day(0))
    assert [(g.name, g.state) for g in meeting.guests] == [
        ("Dawn", "came"), ("Ms Ali", "apologies"), ("Jo Lea", "came"),
    ]  # fmt: skip
    voices = {c.name: c.voice for c in meeting.children}
    assert {name: v and (v.said or v.none_because) for name, v in voices.items()} == {
        "Leo": "[b]loud[/b]", "Mia": "Words of mia", "Jade": "Words of jade",
    }  # fmt: skip
    plan = reading.family(app.laptop, BELL).plan
    assert plan is not None
    assert [(n.scores[-1].score, n.scores[-1].meeting_id == meeting.id) for n in plan.needs[:2]] == [
        (7, True),
        (10, True),
    ]
    agreed = next(s for s in plan.actions if s.what == "Walk on Mondays")
    assert (agreed.owner, agreed.due) == ("Pat", day(14))


@pytest.mark.asyncio
async def test_on_the_tab_a_meeting_is_moved_called_off_and_planned_and_minutes_name_their_reader(
    shell: MakeShell,
) -> None:
    app = shell(met_before)

    def newest() -> MeetingView:
        return reading.family(app.laptop, BELL).meetings[0]

    async with app.run_test(size=(100, 50)) as pilot:
        await ready(pilot)
        app.open_family(BELL, "meetings")
        page = await opens(pilot, "FamilyScreen")
        await until(pilot, lambda: rows_of(app).items)
        await pilot.press("d")
        await opens(pilot, "MeetingPlanDialog")
        field(app, "on").value = "in 9 days"
        await pilot.press("ctrl+s")
        await opens(pilot, "FamilyScreen")
        await until(pilot, lambda: page.file is not None and page.file.meetings[0].on == day(9))
        await quiet(pilot)
        await pilot.press("x")
        await typed(pilot, "ill\n")
        await until(pilot, lambda: newest().off_because == "ill")
        await until(pilot, lambda: "x call off" not in text_of(app))
        await pilot.press("plus")
        await opens(pilot, "MeetingPlanDialog")
        field(app, "people").focus()
        await pilot.press("1")
        field(app, "others").focus()
        await pasted(pilot, "Ms Ali, St Hilda's")
        await pilot.press("ctrl+s")
        await opens(pilot, "FamilyScreen")
        await until(pilot, lambda: page.file is not None and page.file.meetings[0].on == day(10))
        assert (newest().state, [g.name for g in newest().guests]) == (PLANNED, ["Dawn", "Ms Ali"])
        await quiet(pilot)
        await pilot.press("end", "enter")
        await opens(pilot, "PaperScreen")
        await shows(pilot, "Minutes · for workers only")
        await shows(pilot, "Hid behind Dawn.")
        await pilot.press("r", "r")
        await quiet(pilot)
        await shows(pilot, "Minutes · for Dawn, family")
        await shows(pilot, "A start.")
        assert "Hid behind Dawn." not in text_of(app)
        await pilot.press("e")
        await typed(pilot, "Pat\n")
        await until(pilot, lambda: held(app).amendments)


@pytest.mark.asyncio
async def test_of_a_step_up_help_that_ends_asks_only_where_the_reason_is_one_and_hides_nothing_typed(
    shell: MakeShell,
) -> None:
    app = shell()
    async with app.run_test(size=(100, 40)) as pilot:
        await ready(pilot)
        app.open_family(BELL, "meetings")
        await opens(pilot, "FamilyScreen")
        await shows(pilot, "No meeting is on record: m holds one, + plans one.")
        await pilot.press("E")
        await opens(pilot, "ClosingDialog")

        def asked() -> list[bool]:
            return [bool(field(app, name).region) for name in ("accepted_by", "although")]

        await until(pilot, lambda: asked() == [False, False])
        field(app, "reason").answer = "stepped_up"
        await until(pilot, lambda: asked() == [True, True])
        field(app, "although").answer = "Recorded on paper"
        field(app, "reason").answer = "outcomes_met"
        await until(pilot, lambda: asked() == [False, True])


@pytest.mark.asyncio
async def test_help_is_ended_with_every_action_settled_signed_by_a_manager_and_followed_up(
    shell: MakeShell,
) -> None:
    app = shell()
    async with app.run_test(size=(100, 40)) as pilot:
        await ready(pilot)
        app.open_family(BELL, "meetings")
        await opens(pilot, "FamilyScreen")
        await shows(pilot, "No meeting is on record: m holds one, + plans one.")
        await pilot.press("E")
        dialog: Any = await opens(pilot, "ClosingDialog")
        await pilot.resize_terminal(80, 24)
        await pilot.press("ctrl+s")
        await quiet(pilot)
        await shows(pilot, "Why does help end?")
        await shows(pilot, "^S Save")
        assert field(app, "actions").problem.endswith("And 3 more rows.")
        await pilot.resize_terminal(100, 40)
        for name, text in (
            ("summary", "In by nine"),
            ("feedback", "You listened"),
            ("contingency", "Ring Pat"),
        ):
            field(app, name).answer = text
        field(app, "reason").answer = "outcomes_met"
        field(app, "score").focus()
        await pilot.press("8", "6", "5")
        field(app, "actions").focus()
        await pilot.press("d", "d", "d", "d", "c")
        await pasted(pilot, "Jo, advice centre: she has the case")
        await pilot.press("enter", "ctrl+s")
        await opens(pilot, "FamilyScreen")
        await until(pilot, lambda: reading.family(app.laptop, BELL).closings)
        [closing] = reading.family(app.laptop, BELL).closings
        assert (closing.state, [s.settled for s in closing.settled]) == (TO_SIGN, ["done"] * 4 + ["carried"])
        assert (closing.settled[-1].to, closing.settled[-1].because) == (
            "Jo, advice centre",
            "she has the case",
        )
        await quiet(pilot)
        for key in ("E end help", "y sign", "k follow-up"):
            assert key not in text_of(app), "it waits for somebody else"
        app.laptop.who = type(app.laptop.who)("w-mo", "Mo Iqbal", "manager", "birkenhead")
        app.top_page.refresh_lines()  # type: ignore[union-attr]
        await quiet(pilot)
        await shows(pilot, "y sign   R return")
        await pilot.press("y")
        await opens(pilot, "SureDialog")
        await pilot.press("tab", "enter")
        await until(pilot, lambda: reading.family(app.laptop, BELL).closings[0].state == SIGNED)
        await quiet(pilot)
        app.laptop.today_is = lambda: date(2026, 9, 14)
        await pilot.press("t")
        await shows(pilot, "Six-month follow-up")
        app.open_family(BELL, "meetings")
        await opens(pilot, "FamilyScreen")
        await quiet(pilot)
        await shows(pilot, "k follow-up")
        await pilot.press("k")
        await opens(pilot, "FollowUpDialog")
        await pasted(pilot, "Dawn")
        field(app, "needs").focus()
        await pilot.press("y", "p", "k", "ctrl+s")
        await opens(pilot, "FamilyScreen")
        await until(pilot, lambda: reading.family(app.laptop, BELL).follow_ups[0].done_on)
    assert dialog.entry is None
    assert [n.still_true for n in reading.family(app.laptop, BELL).follow_ups[0].needs] == [
        "yes",
        "partly",
        "not_known",
    ]


@pytest.mark.asyncio
async def test_in_the_front_room_a_meeting_shows_who_is_there_and_nothing_narrower_than_the_family(
    shell: MakeShell,
) -> None:
    def before(laptop: Laptop) -> None:
        met_before(laptop)
        fields = {
            "plan_id": "bell-plan",
            "what": "Freedom course",
            "what_readers": "family",
            "neutral_title": "A course",
        }
        with laptop.store.work(ASHA) as work:
            work.create("fam:bell", "action", {**fields, "owner": "Jo", "status": "not_started"})

    app = shell(before)
    async with app.run_test(size=(100, 60)) as pilot:
        await ready(pilot)
        app._begin(BELL)
        await opens(pilot, "FrontScreen")
        await pilot.press("m")
        page = await opens(pilot, "MeetingScreen")
        await until(pilot, lambda: page._ready and page.focused is not None)
        await quiet(pilot)
        shown = text_of(app)
        for seen in (
            "Dawn",
            "Ms Ali",
            "Leo, 9",
            "Morning chart",
            "A course",
            "What still worries you?",
            "Decision",
        ):
            assert seen in shown
        for hidden in (
            "views",
            "Mondays are loud",
            "A day in",
            "Why",
            "talked about",
            "Ms Ali, St Hilda's",
            "Freedom course",
        ):
            assert hidden not in shown
        await pilot.press("c", "ctrl+s")
        await quiet(pilot)
        assert not [
            m for m in reading.family(app.laptop, BELL).meetings if m.on == day(0) and m.state == HELD
        ]
        assert [d.kind for d in drafts.unfinished(app.laptop, BELL)] == ["meeting"]


# -- pictures ----------------------------------------------------------------------------------------------------


@pictures
def test_picture_of_a_meeting(shell: MakeShell, fixed_clock: None, at_every_size: AtEverySize) -> None:
    async def begun(pilot: Pilot[Any]) -> None:
        await at_meeting(pilot)
        await pilot.press("c")
        await quiet(pilot)

    at_every_size(shell(met_before), begun)


@pictures
def test_picture_of_the_tab_meetings(shell: MakeShell, at_every_size: AtEverySize) -> None:
    async def at_tab(pilot: Pilot[Any]) -> None:
        await ready(pilot)
        pilot.app.open_family(BELL, "meetings")  # type: ignore[attr-defined]
        await opens(pilot, "FamilyScreen")
        await pilot.press("down")
        await pilot.pause(0.1)
        await quiet(pilot)

    at_every_size(shell(met_before), at_tab)


@pictures
def test_picture_of_minutes_for_the_family(shell: MakeShell, at_every_size: AtEverySize) -> None:
    async def at_minutes(pilot: Pilot[Any]) -> None:
        await ready(pilot)
        from familyhub.tui.screens.paper import PaperScreen

        meeting = held(pilot.app)  # type: ignore[arg-type]
        pilot.app.push_screen(PaperScreen(BELL, meeting.id))
        await opens(pilot, "PaperScreen")
        await pilot.press("r", "r")
        await quiet(pilot)

    at_every_size(shell(met_before), at_minutes)
