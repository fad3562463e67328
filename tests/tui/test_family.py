from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from familyhub.casework import actions, notes, reading
from familyhub.casework.entries import NoteEntry
from familyhub.casework.laptop import Laptop
from familyhub.casework.plan_entries import ActionUpdate
from familyhub.practice.family_file import FamilyFile, StoryLine
from familyhub.practice.household import Child
from familyhub.tui.screens import family_lists as lists
from familyhub.tui.screens.family_header import child_pieces, header
from familyhub.tui.screens.family_panels import dates, panel, person_panel
from tests.support.families import BELL, TODAY
from tests.tui.desk import SIZES, AtEverySize, pictures
from tests.tui.shell import MakeShell, opens, quiet, ready, rows_of, shows, text_of

HOSTILE = "[b]Zoë[/b] [@click=app.quit]x[/] 👩‍👧 שלום‏ \x1b[31mred"


async def at_bell(pilot: Any, tab: str = "story") -> Any:
    await ready(pilot)
    pilot.app.open_family(BELL, tab)
    page = await opens(pilot, "FamilyScreen")
    await pilot.pause(0.1)
    await quiet(pilot)
    return page


def words(lines: list[list[tuple[str, str]]]) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


# -- header ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wide", [True, False], ids=["wide", "narrow"])
def test_the_header_says_safety_help_agreement_and_every_child(laptop: Laptop, wide: bool) -> None:
    said = words(header(reading.family(laptop, BELL), TODAY, wide=wide))
    for piece in ("! ", "two workers", "dog", "mobile only, others read her texts", "Level 3", "lead Asha Rahman", "22 Mar",
                  "Craig", "not asked", "Jade 15", "Leo 9 SEN", "25 Feb", "Mia 4", "(under 5)", "Unborn", "due 20 May",
                  "seen never !", "alone never !"):  # fmt: skip
        assert piece in said, piece


def test_the_header_at_eighty_columns_has_no_line_that_wraps(laptop: Laptop) -> None:
    for line in header(reading.family(laptop, BELL), TODAY, wide=False):
        assert len("".join(text for text, _ in line)) <= 78


def test_what_nobody_recorded_is_marked_in_the_header(laptop: Laptop) -> None:
    lines = header(reading.family(laptop, "hughes"), TODAY, wide=True)
    said = words(lines)
    assert "nobody's agreement is recorded !" in said
    assert "no lead practitioner" in said
    assert ("nobody's agreement is recorded !", "wrong") in [piece for line in lines for piece in line]


def child(**more: Any) -> Child:
    known: dict[str, Any] = {
        "id": "x", "name": "X Y", "given": "X", "role": "child", "tie": "", "birth_date": "2015-01-01", "expected_date": None,
        "age": 11, "age_text": "11", "lives_here": True, "third_party": False, "address": "",
    }  # fmt: skip
    return Child(**{**known, **more})


def test_seen_and_alone_are_said_with_their_days_and_no_mark_when_all_is_well() -> None:
    said = words([child_pieces(child(last_seen="2026-03-02", last_alone="2026-03-02"), TODAY, wide=True)])
    assert "seen 2 Mar" in said
    assert "alone 2 Mar" in said
    assert "!" not in said


# -- story -------------------------------------------------------------------------------------------------------


async def test_the_story_is_newest_first_and_the_panel_says_who_may_read(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_bell(pilot)
        days = [item.on for item in rows_of(app).items if isinstance(item, StoryLine) and item.kind != "gap"]
        assert days == sorted(days, reverse=True)
        screen = text_of(app)
        assert "Who may read: professionals in" in screen
        assert "Happened and written 8 Mar" in screen


async def test_at_eighty_columns_enter_reads_what_the_panel_would_show(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await at_bell(pilot)
        assert "Who may read" not in text_of(app)
        await pilot.press("enter")
        await opens(pilot, "ReadScreen")
        await shows(pilot, "Who may read: professionals in the plan")
        await pilot.press("escape")
        await opens(pilot, "FamilyScreen")


async def test_enter_on_a_visit_in_the_story_reads_the_whole_visit(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_bell(pilot)
        await pilot.press("down", "down", "enter")
        await opens(pilot, "ReadScreen")
        screen = text_of(app)
        assert "I get up when the clock says seven." in screen
        assert "Who may read: workers only" in screen
        assert "Any child unsafe, or worried about tonight? No" in screen


async def test_filters_show_significant_events_one_child_and_one_agency(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_bell(pilot)
        await pilot.press("g")
        await pilot.pause()
        shown = [item for item in rows_of(app).items if isinstance(item, StoryLine) and item.kind != "gap"]
        assert shown
        assert all(item.significant for item in shown)
        await shows(pilot, "significant only")
        await pilot.press("g", "c")
        await pilot.pause()
        await shows(pilot, "Jade ▾ c")
        await pilot.press("c", "c", "c", "c")
        await pilot.press("a")
        await pilot.pause()
        assert len({item.agency for item in rows_of(app).items if isinstance(item, StoryLine)}) == 1


def test_gaps_in_the_story_of_one_child_name_the_child(laptop: Laptop) -> None:
    file = reading.family(laptop, BELL)
    old = StoryLine("2025-01-01", "Police told", "police", "note", "p", children=("jade",))
    longer = FamilyFile(**{f: getattr(file, f) for f in file.__slots__} | {"story": (*file.story, old)})
    told = [
        item.what
        for item in lists.story(longer, TODAY, lists.Filter(child="jade"))
        if isinstance(item, StoryLine)
    ]
    assert any("nothing recorded about Jade" in what for what in told)


def test_late_recording_is_shown() -> None:
    assert dates("2026-03-01", "2026-03-09T10:00:00Z", TODAY) == "Happened 1 Mar, written 9 Mar"
    assert dates("2026-03-01", "2026-03-01T18:00:00Z", TODAY) == "Happened and written 1 Mar"


# -- plan --------------------------------------------------------------------------------------------------------


async def test_the_plan_lists_needs_outcomes_and_actions(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_bell(pilot, "plan")
        screen = text_of(app)
        for piece in ("1 Leo misses Mondays", "4 > 6 of 10", "Different when", "Morning chart, five steps", "Ms Ali, St Hilda's",
                      "(school, nobody)", "no date", "Fri 6 Mar !", "in progress (1)", "review Sun 22 Mar"):  # fmt: skip
            assert piece in screen, piece


async def test_u_updates_the_selected_action(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_bell(pilot, "plan")
        await pilot.press("u")
        dialog = await opens(pilot, "UpdateActionDialog")
        assert dialog.action_id == "letter"


def contested(laptop: Laptop) -> None:
    """Two people who did not see each other's answer set another date: both stand."""
    rev = reading.find_action(laptop, "chart")[1]
    actions.update_action(laptop, ActionUpdate("chart", due="2026-03-16", rev=rev))
    with laptop.store.work("w-sam-doyle") as work:
        work.change("fam:bell", "action", "chart", rev, {"due": "2026-03-20"})


async def test_a_field_with_two_answers_is_marked_in_the_plan(shell: MakeShell) -> None:
    app = shell(contested)
    async with app.run_test(size=(100, 30)) as pilot:
        await at_bell(pilot, "plan")
        await shows(pilot, "≠ by when: two answers: D decides")


# -- visits and children -----------------------------------------------------------------------------------------


async def test_visits_show_who_was_seen_and_the_next_one(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(160, 50)) as pilot:
        await at_bell(pilot, "visits")
        screen = text_of(app)
        assert "Leo alone, Mia seen, Jade not" in screen
        assert "Next visit Thu 12 Mar 15:30" in screen
        assert "Dawn tired but pleased with the chart." in screen


async def test_each_child_has_their_words_school_and_level(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(160, 50)) as pilot:
        await at_bell(pilot, "children")
        await pilot.press("down")
        await pilot.pause(0.1)
        screen = text_of(app)
        for piece in ("Leo Bell", "School: St Hilda's Primary", "SEN: SEN support", "Attendance: 71 %",
                      "“I get up when the clock says seven.”", "Level 3 targeted early help", "Seen alone Wed 25 Feb"):  # fmt: skip
            assert piece in screen, piece


async def test_tabs_keep_their_place_and_can_be_clicked(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        page = await at_bell(pilot)
        await pilot.press("down", "down")
        chosen = rows_of(app).selected
        await pilot.press("2", "1")
        await pilot.pause()
        assert rows_of(app).selected == chosen
        await pilot.click("#tab-line", offset=(15, 0))
        await pilot.pause()
        assert page.tab == "plan"


async def test_a_letter_of_another_tab_does_nothing(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_bell(pilot)
        await pilot.press("u")
        await quiet(pilot)
        assert type(app.screen).__name__ == "FamilyScreen"


# -- safety and people -------------------------------------------------------------------------------------------


async def test_safe_contact_stands_before_any_number(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_bell(pilot)
        for key, name in (("w", "SafetyScreen"), ("o", "WhosWhoDialog")):
            await pilot.press(key)
            await opens(pilot, name)
            if name == "SafetyScreen":  # the page tells it of the person who is selected
                await pilot.press("home", "down", "down", "down")
                await quiet(pilot)
            while name == "WhosWhoDialog" and rows_of(app).selected.person.id != "dawn":
                await pilot.press("down")
            await shows(pilot, "07700 900123")
            screen = text_of(app)
            assert screen.index("Mobile only, others read her texts") < screen.index("07700 900123")
            await pilot.press("escape")
            await opens(pilot, "FamilyScreen")


def test_a_number_that_must_not_be_used_is_not_printed(laptop: Laptop) -> None:
    from dataclasses import replace

    dawn = next(m for m in reading.family(laptop, BELL).adults if m.id == "dawn")
    assert dawn.reach is not None
    said = words(person_panel(replace(dawn, reach=replace(dawn.reach, may_ring="never"))))
    assert "07700" not in said
    assert "mobile: do not use" in said


# -- text is text ------------------------------------------------------------------------------------------------


def hostile(laptop: Laptop) -> None:
    long = "\n".join(f"line {n} of a text that is as long as forty pages " for n in range(2000))
    with laptop.store.work(laptop.who.id) as work:
        name = {"name": HOSTILE, "locality": "birkenhead"}
        work.create("fam:odd", "family", name, "odd")
        for number in range(9):
            who = f"odd-{number}"
            work.create("fam:odd", "person", {"birth_date": f"201{number}-05-05"}, who)
            work.create(
                "fam:odd",
                "person_name",
                {"person_id": who, "kind": "known", "given": f"{HOSTILE} {number}"},
                f"{who}-n",
            )
            work.create(
                "fam:odd", "membership", {"person_id": who, "role": "child", "lives_here": True}, f"{who}-m"
            )
        work.create(
            "fam:odd", "safety_note", {"kind": "other", "what": HOSTILE, "what_readers": "workers"}, "odd-s"
        )
    notes.add_note(laptop, NoteEntry("odd", text=long, who=HOSTILE, agency=HOSTILE, on=TODAY.isoformat()))


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
async def test_markup_emoji_right_to_left_names_and_long_texts_break_nothing(
    shell: MakeShell, size: tuple[int, int]
) -> None:
    app = shell(hostile)
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        app.open_family("odd")
        await opens(pilot, "FamilyScreen")
        for key in ("1", "2", "3", "4"):
            await pilot.press(key)
            await pilot.pause(0.1)
            screen = text_of(app)
            assert "[b]Zoë[/b]" in screen
            assert "\x1b" not in screen
        await pilot.press("1", "enter")
        await opens(pilot, "ReadScreen")
        await shows(pilot, "line 0 of a text")
        await pilot.press("end")
        await shows(pilot, "Who may read")
        await pilot.press("escape", "w")
        await opens(pilot, "SafetyScreen")
        await shows(pilot, "[@click=app.quit]")


def test_panels_of_nothing_are_empty() -> None:
    assert panel(None, date(2026, 3, 12)) == []


async def test_a_colleagues_change_shows_without_a_key_press(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_bell(pilot)
        with app.laptop.store.work("w-sam-doyle") as work:
            work.create("fam:bell", "note", {"kind": "call", "on": TODAY.isoformat(), "text": "Rang Dawn, all well",
                                             "text_readers": "workers", "by": "w-sam-doyle"})  # fmt: skip
        app.read_standing(changed=True)
        await shows(pilot, "Rang Dawn, all well")
        assert rows_of(app).selected.on == "2026-03-08"


@pictures
@pytest.mark.parametrize("tab", ["story", "plan", "visits", "children"])
def test_picture_of_family(at_every_size: AtEverySize, shell: MakeShell, tab: str) -> None:
    async def before(pilot: Any) -> None:
        await at_bell(pilot, tab)

    at_every_size(shell(), before)
