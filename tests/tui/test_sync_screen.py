from __future__ import annotations

from typing import Any

from familyhub.casework import notes
from familyhub.casework.entries import NoteEntry
from familyhub.casework.laptop import Laptop
from familyhub.tui.standing import TitleState, clock
from tests.support.families import BELL, TODAY
from tests.tui.desk import AtEverySize, pictures
from tests.tui.shell import MakeShell, opens, quiet, ready, rows_of, shows, text_of

REASON = "this worker may not write in that file"
TEXT = "Rang Dawn [b]about[/b] Monday"


def waiting(laptop: Laptop) -> None:
    notes.add_note(laptop, NoteEntry(BELL, text="waits", on=TODAY.isoformat()))


def set_aside(laptop: Laptop) -> None:
    waiting(laptop)
    with laptop.store.work(laptop.who.id) as work:
        work.create(
            "fam:bell",
            "note",
            {"kind": "call", "on": TODAY.isoformat(), "text": TEXT, "text_readers": "workers"},
            "aside",
        )
    with laptop.store.changing() as copy:
        copy.settle([work.ops[0].op_id], "set_aside", {work.ops[0].op_id: REASON})


async def syncing(pilot: Any) -> Any:
    await ready(pilot)
    await pilot.press("s")
    return await opens(pilot, "SyncScreen")


async def test_it_says_what_is_saved_waiting_sent_received_and_set_aside(shell: MakeShell) -> None:
    app = shell(set_aside)
    async with app.run_test(size=(100, 30)) as pilot:
        await syncing(pilot)
        screen = text_of(app)
        for piece in ("Saved on this laptop  √", "Waiting to be sent    1", "Sent to the hub", "Received",
                      "Set aside by the hub  ! 1, needs a person", "Last met the hub      not met yet"):  # fmt: skip
            assert piece in screen, piece


async def test_each_record_set_aside_stands_there_with_its_reason_and_enter_reads_its_text(
    shell: MakeShell,
) -> None:
    app = shell(set_aside)
    async with app.run_test(size=(100, 30)) as pilot:
        await syncing(pilot)
        assert REASON in text_of(app)
        await shows(pilot, "Bell family")
        await pilot.press("enter")
        await opens(pilot, "ReadScreen")
        screen = text_of(app)
        assert TEXT in screen
        assert REASON in screen
        assert "Nothing is lost" in screen


async def test_what_waits_is_listed_record_by_record(shell: MakeShell) -> None:
    app = shell(waiting)
    async with app.run_test(size=(100, 30)) as pilot:
        await syncing(pilot)
        assert [getattr(row, "entity", "") for row in rows_of(app).items] == ["", "note"]


async def test_sync_now_without_a_hub_says_why_and_loses_nothing(shell: MakeShell) -> None:
    app = shell(waiting)
    async with app.run_test(size=(100, 30)) as pilot:
        await syncing(pilot)
        await pilot.press("s")
        await shows(pilot, "not enrolled")
        await quiet(pilot)
        await shows(pilot, "Waiting to be sent    1")


async def test_the_title_line_counts_what_waits_after_saving(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await shows(pilot, "nothing waiting")
        notes.add_note(app.laptop, NoteEntry(BELL, text="x", on=TODAY.isoformat()))
        app.nudge_sync()
        await shows(pilot, "1 waiting")


async def test_with_the_hub_down_it_is_quiet_and_the_title_line_says_since_when(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        app.state.met(False, False, "No hub answers.")
        since = app.state.offline_since
        app.state.met(False, False, "No hub answers.")
        app.refresh_lines()
        await pilot.pause()
        await shows(pilot, f"offline since {since}")
        assert app.said == []
        app.state.met(True, True, "")
        app.refresh_lines()
        await pilot.pause()
        assert "offline" not in text_of(app)


def test_a_day_other_than_today_is_named_and_nonsense_is_nothing() -> None:
    assert clock("2020-03-10T09:30:00Z") == "Tue 10 Mar 2020"
    assert clock("nonsense") == clock(None) == ""


def test_a_hub_that_answers_but_refuses_points_to_the_sync_page() -> None:
    state = TitleState()
    state.met(False, True, "This laptop was revoked.")
    assert state.trouble == "This laptop was revoked."
    assert state.offline_since == ""


@pictures
def test_picture_of_sync(at_every_size: AtEverySize, shell: MakeShell) -> None:
    async def before(pilot: Any) -> None:
        await syncing(pilot)

    at_every_size(shell(set_aside), before)
