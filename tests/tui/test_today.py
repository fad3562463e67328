from __future__ import annotations

from familyhub.casework import actions, concerns, drafts, notes
from familyhub.casework.entries import ConcernEntry, NoteEntry
from familyhub.casework.laptop import Laptop
from familyhub.casework.plan_entries import ActionUpdate
from familyhub.tui.screens.today import Heading, Planned, TodayScreen
from tests.support.families import BELL
from tests.tui.desk import AtEverySize, pictures
from tests.tui.shell import MakeShell, Shell, opens, quiet, ready, rows_of, shows, text_of, until


def whats(app: Shell) -> list[str]:
    """What the rows are about, without headings."""
    return [
        row.visit.family if isinstance(row, Planned) else row.line.what
        for row in rows_of(app).items
        if not isinstance(row, Heading)
    ]


async def test_rows_are_ranked_with_their_reasons(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        assert whats(app)[:3] == [
            "Tia",
            "Ring housing about the damp · Asha Rahman",
            "Attendance letter · Ms Ali",
        ]
        screen = text_of(app)
        assert "not seen since help began" in screen
        assert "late: due Fri 6 Mar" in screen
        assert "Visits planned today" in screen
        assert "15:30" in screen


async def test_every_row_says_why_it_is_first_at_eighty_columns(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        screen = text_of(app)
        for reason in ("not seen since help began", "late: due Fri 6 Mar", "due today", "due Sun 15 Mar"):
            assert reason in screen


async def test_the_hint_says_what_enter_does_with_the_row(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await shows(pilot, "Enter: log a visit · Hughes family")
        await pilot.press("down")
        await pilot.pause()
        await shows(pilot, "Enter: update this action · Bell family")


async def test_enter_on_a_child_who_was_not_seen_logs_a_visit(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("enter")
        page = await opens(pilot, "LogVisitScreen")
        assert page.family_here == "hughes"


async def test_enter_on_an_action_updates_it(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("down", "enter")
        await opens(pilot, "UpdateActionDialog")


async def test_enter_on_a_planned_visit_logs_it(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("end", "enter")
        page = await opens(pilot, "LogVisitScreen")
        assert page.family_here == BELL


def begin_note(laptop: Laptop) -> None:
    drafts.keep(laptop, "note", NoteEntry(BELL, text="Rang Dawn about"))


async def test_a_draft_stands_under_its_own_heading_and_enter_goes_on_writing(shell: MakeShell) -> None:
    app = shell(begin_note)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await shows(pilot, "Not finished: only you can see these")
        await shows(pilot, "1 not finished, below")
        while "Note" not in str(getattr(getattr(rows_of(app).selected, "line", None), "what", "")):
            await pilot.press("down")
        await pilot.press("enter")
        page = await opens(pilot, "NoteScreen")
        await quiet(pilot)
        assert page.entry.text == "Rang Dawn about"


async def test_delete_throws_a_draft_away_only_after_asking(shell: MakeShell) -> None:
    app = shell(begin_note)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        while "Note" not in str(getattr(getattr(rows_of(app).selected, "line", None), "what", "")):
            await pilot.press("down")
        await pilot.press("delete")
        await opens(pilot, "SureDialog")
        await pilot.press("enter")
        await quiet(pilot)
        assert len(drafts.unfinished(app.laptop)) == 1
        await pilot.press("delete")
        await opens(pilot, "SureDialog")
        await pilot.press("tab", "enter")
        await until(pilot, lambda: not drafts.unfinished(app.laptop))
        await quiet(pilot)
        assert "Not finished" not in text_of(app)


async def test_a_worry_of_which_nobody_was_told_is_first_and_enter_records_who(shell: MakeShell) -> None:
    def worry(laptop: Laptop) -> None:
        concerns.raise_concern(laptop, ConcernEntry(said="I am scared", child_names="Jade", family_id=BELL))

    app = shell(worry)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        assert whats(app)[0] == "Worried about Jade"
        await pilot.press("enter")
        await opens(pilot, "ToldScreen")


async def test_a_change_shows_without_a_key_press_and_the_selection_stays(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("down", "down")
        chosen = rows_of(app).selected.line.target
        assert chosen == "letter"
        actions.update_action(app.laptop, ActionUpdate("housing", status="done"))
        app.nudge_sync()
        await until(pilot, lambda: "Ring housing about the damp · Asha Rahman" not in whats(app))
        assert rows_of(app).selected.line.target == chosen


async def test_reading_again_does_not_move_a_list_that_was_scrolled(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(80, 12)) as pilot:
        await ready(pilot)
        await pilot.press("end")
        await pilot.pause()
        place = rows_of(app).scroll_offset
        assert place.y > 0
        app.nudge_sync()
        await quiet(pilot)
        assert rows_of(app).scroll_offset == place


async def test_letters_act_on_the_family_of_the_row(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("down", "n")
        page = await opens(pilot, "NoteScreen")
        assert page.family_here == BELL


async def test_a_click_selects_and_a_double_click_opens(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.click("#today-rows", offset=(20, 2))
        assert rows_of(app).cursor == 2
        assert isinstance(app.screen, TodayScreen)
        await pilot.click("#today-rows", offset=(20, 1), times=2)
        await opens(pilot, "UpdateActionDialog")


async def test_an_empty_day_says_so(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        rows_of(app).show([])
        await pilot.pause()
        await shows(pilot, "Nothing needs you today.")


async def test_a_line_of_text_that_looks_like_markup_is_shown_as_it_is(shell: MakeShell) -> None:
    hostile = "[b]bold[/b] [@click=app.quit]x[/] 👩‍👧 שלום \x1b[31m"

    def hostile_action(laptop: Laptop) -> None:
        with laptop.store.work(laptop.who.id) as work:
            work.create("fam:bell", "action", {"plan_id": "bell-plan", "what": hostile, "due": laptop.today.isoformat(),
                                               "status": "not_started"}, "hostile")  # fmt: skip
        notes.add_note(laptop, NoteEntry(BELL, text=hostile))

    app = shell(hostile_action)
    async with app.run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        screen = text_of(app)
        assert "[b]bold[/b] [@click=app.quit]x[/]" in screen
        assert "\x1b" not in screen


@pictures
def test_picture_of_today(at_every_size: AtEverySize, shell: MakeShell) -> None:
    at_every_size(shell(), ready)
