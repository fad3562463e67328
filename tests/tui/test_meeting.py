"""The Meeting page and the tab Meetings: one pass, kept at every pause; papers name their reader; help ends signed."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from familyhub.casework import closings, drafts, meetings, reading
from familyhub.casework.laptop import Laptop
from familyhub.casework.meeting_entries import ChildAt, Guest, MeetingEntry, MeetingPlan, ScoreAt
from familyhub.practice.closings import SIGNED, TO_SIGN
from familyhub.practice.meetings import HELD, PLANNED, MeetingView
from familyhub.tui.screens.meeting_rows import AgreedRows, GoingRows, GuestRows, ScoreRows
from familyhub.tui.widgets.fields import fields_in
from tests.casework.test_closings import whole
from tests.support.families import ASHA, BELL, day
from tests.tui.desk import SIZES, AtEverySize, pasted, pictures
from tests.tui.shell import MakeShell, Shell, opens, quiet, ready, rows_of, text_of, typed, until


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


def held(app: Shell) -> MeetingView:
    return next(m for m in reading.family(app.laptop, BELL).meetings if m.state == HELD)


@pytest.mark.asyncio
async def test_a_meeting_is_held_in_one_pass_with_the_keyboard(shell: MakeShell) -> None:
    app = shell(met_before)
    async with app.run_test(size=(100, 30)) as pilot:
        page = await at_meeting(pilot)
        assert isinstance(page.focused, GuestRows)
        assert "invited" in text_of(app)
        await pilot.press("c", "p")
        field(app, "new_guest").focus()
        await pasted(pilot, "Jo Lea, health")
        await pilot.press("enter")
        assert page.entry.guests[-1].key == "name:Jo Lea"
        for child, name in (("leo", "views"), ("mia", "views"), ("jade", "none")):
            field(app, f"{name}:{child}").answer = f"Words of {child}"
        page.query_one(ScoreRows).focus()
        await pilot.press("7", "t")
        page.query_one(GoingRows).focus()
        await pilot.press("d")
        field(app, "new_what").focus()
        await pasted(pilot, "Walk on Mondays")
        field(app, "new_who").answer = "Pat"
        field(app, "new_due").focus()
        await typed(pilot, "2w\n")
        await until(pilot, lambda: len(page.query_one(AgreedRows).ids) == 1)
        field(app, "better").answer = "Mornings"
        await pilot.press("ctrl+s")
        await quiet(pilot)
        assert "the decision · the next review, or why none" in text_of(app)
        field(app, "decision").answer = "continue"
        field(app, "next_due").focus()
        await pilot.press("enter")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: page.entry is None)
    meeting = held(app)
    assert (meeting.decision, meeting.next_due, meeting.on) == ("continue", day(42), day(0))
    assert [(g.name, g.state) for g in meeting.guests] == [
        ("Dawn", "came"), ("Ms Ali", "apologies"), ("Jo Lea", "came"),
    ]  # fmt: skip
    assert [c.views or c.none_because for c in meeting.children] == [
        "Words of jade",
        "Words of leo",
        "Words of mia",
    ]
    plan = reading.family(app.laptop, BELL).plan
    assert plan is not None
    assert [(n.scores[-1].score, n.scores[-1].meeting_id == meeting.id) for n in plan.needs[:2]] == [
        (7, True),
        (10, True),
    ]
    agreed = next(s for s in plan.actions if s.what == "Walk on Mondays")
    assert (agreed.owner, agreed.due) == ("Pat", day(14))


@pytest.mark.asyncio
async def test_a_meeting_is_kept_as_a_draft_and_taken_up_where_it_was_left(shell: MakeShell) -> None:
    app = shell(met_before)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await at_meeting(pilot)
        await pilot.press("c")
        await pilot.press("f6")
        await until(pilot, lambda: page.part == 2)
        field(app, "views:leo").focus()
        await pasted(pilot, "[b]loud[/b]")
        await pilot.press("f2")
        await until(pilot, lambda: type(app.screen).__name__ == "TodayScreen")
        [draft] = drafts.unfinished(app.laptop, BELL)
        assert draft.kind == "meeting"
        app.open_draft(draft.id)
        page = await opens(pilot, "MeetingScreen")
        await until(pilot, lambda: page._ready and page.focused is not None)
        assert (page.part, page.focused.field) == (2, "views:leo")
        assert page.entry.guests[0].state == "came"
        assert "[b]loud[/b]" in text_of(app)
        assert "who came" not in text_of(app)


@pytest.mark.asyncio
async def test_minutes_name_their_reader_and_the_next_reader_has_no_more_than_is_theirs(
    shell: MakeShell,
) -> None:
    app = shell(met_before)
    async with app.run_test(size=(100, 50)) as pilot:
        await ready(pilot)
        app.open_family(BELL, "meetings")
        await opens(pilot, "FamilyScreen")
        await pilot.press("6", "down", "enter")
        await opens(pilot, "PaperScreen")
        assert "Minutes · for workers only" in text_of(app)
        assert "Hid behind Dawn." in text_of(app)
        await pilot.press("r", "r")
        await quiet(pilot)
        assert "Minutes · for Dawn, family" in text_of(app)
        assert "A start." in text_of(app)
        assert "Hid behind Dawn." not in text_of(app)
        await pilot.press("e")
        await typed(pilot, "Pat\n")
        await until(pilot, lambda: held(app).amendments)


@pytest.mark.asyncio
async def test_a_meeting_is_planned_moved_and_called_off_from_the_tab(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        app.open_family(BELL, "meetings")
        page = await opens(pilot, "FamilyScreen")
        await pilot.press("plus")
        await opens(pilot, "MeetingPlanDialog")
        field(app, "people").focus()
        await pilot.press("1")
        field(app, "others").focus()
        await pasted(pilot, "Ms Ali, St Hilda's")
        await pilot.press("ctrl+s")
        await opens(pilot, "FamilyScreen")
        await until(pilot, lambda: rows_of(app).items)
        [planned] = reading.family(app.laptop, BELL).meetings
        assert (planned.state, planned.on, [g.name for g in planned.guests]) == (
            PLANNED,
            day(10),
            ["Dawn", "Ms Ali"],
        )
        await pilot.press("d")
        await opens(pilot, "MeetingPlanDialog")
        field(app, "on").value = "in 9 days"
        await pilot.press("ctrl+s")
        await opens(pilot, "FamilyScreen")
        await until(pilot, lambda: reading.family(app.laptop, BELL).meetings[0].on == day(9))
        await until(pilot, lambda: page.file is not None and page.file.meetings[0].on == day(9))
        await quiet(pilot)
        await pilot.press("x")
        await typed(pilot, "ill\n")
        await until(pilot, lambda: reading.family(app.laptop, BELL).meetings[0].off_because == "ill")


@pytest.mark.asyncio
async def test_help_is_ended_with_every_open_action_settled_and_signed_by_a_manager(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 40)) as pilot:
        await ready(pilot)
        app.open_family(BELL, "meetings")
        await opens(pilot, "FamilyScreen")
        await pilot.press("E")
        dialog: Any = await opens(pilot, "ClosingDialog")
        await pilot.press("ctrl+s")
        await quiet(pilot)
        assert "Why does help end?" in text_of(app)
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
        await pilot.press("enter")
        await pilot.press("ctrl+s")
        await opens(pilot, "FamilyScreen")
        await until(pilot, lambda: reading.family(app.laptop, BELL).closings)
        [closing] = reading.family(app.laptop, BELL).closings
        assert (closing.state, [s.settled for s in closing.settled]) == (TO_SIGN, ["done"] * 4 + ["carried"])
        assert (closing.settled[-1].to, closing.settled[-1].because) == (
            "Jo, advice centre",
            "she has the case",
        )
        app.laptop.who = type(app.laptop.who)("w-mo", "Mo Iqbal", "manager", "birkenhead")
        await quiet(pilot)
        await pilot.press("y")
        await opens(pilot, "SureDialog")
        await pilot.press("tab", "enter")
        await until(pilot, lambda: reading.family(app.laptop, BELL).closings[0].state == SIGNED)
    assert dialog.entry is None


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


def followed(laptop: Laptop) -> None:
    """Help ended seven months ago, and nobody has asked since."""
    asked = closings.close_help(laptop, whole()).id
    laptop.who = type(laptop.who)("w-mo", "Mo Iqbal", "manager", "birkenhead")
    from familyhub.casework.closing_entries import SignClosing

    closings.sign_closing(laptop, SignClosing(BELL, asked))
    laptop.store.set_settings({"demonstration_today": "2026-09-14"})


@pytest.mark.asyncio
async def test_a_follow_up_that_is_due_is_on_today_and_asks_of_every_need(shell: MakeShell) -> None:
    app = shell(followed)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        assert "Six-month follow-up" in text_of(app)
        app.open_family(BELL, "meetings")
        await opens(pilot, "FamilyScreen")
        await pilot.press("k")
        await opens(pilot, "FollowUpDialog")
        await typed(pilot, "Dawn")
        field(app, "needs").focus()
        await pilot.press("y", "p", "k", "ctrl+s")
        await opens(pilot, "FamilyScreen")
        await until(pilot, lambda: reading.family(app.laptop, BELL).follow_ups[0].done_on)
    assert [n.still_true for n in reading.family(app.laptop, BELL).follow_ups[0].needs] == [
        "yes",
        "partly",
        "not_known",
    ]


# -- pictures ----------------------------------------------------------------------------------------------------


@pictures
@pytest.mark.parametrize("part", [1, 2, 3, 4])
def test_picture_of_a_meeting(
    part: int, shell: MakeShell, fixed_clock: None, at_every_size: AtEverySize
) -> None:
    async def at_part(pilot: Pilot[Any]) -> None:
        page = await at_meeting(pilot)
        await pilot.press("c")
        if part > 1:
            page.go_to_section(next(s for s in page.stops() if s.part == part))
        await quiet(pilot)

    at_every_size(shell(met_before), at_part, SIZES if part == 1 else SIZES[:1])


@pictures
def test_picture_of_the_tab_and_of_minutes_for_the_family(
    shell: MakeShell, at_every_size: AtEverySize
) -> None:
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
