"""Keys that come in one burst, faster than pages open."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from textual import events
from textual.app import App

from familyhub.casework import drafts, reading
from familyhub.tui import working
from tests.support.families import BELL
from tests.tui.shell import MakeShell, Shell, opens, quiet, ready, shows, text_of, until

NAMES = {" ": "space", "/": "slash", "+": "plus"}


def burst(app: App[Any], *keys: str) -> None:
    """Keys as the terminal's driver sends them when they come at once; text of several letters is typed."""
    for key in keys:
        letters: Sequence[str] = [key] if key in NAMED else list(key)
        for letter in letters:
            name = NAMES.get(letter, letter)
            app.post_message(events.Key(name, letter if len(letter) == 1 else None))


NAMED = {"tab", "enter", "down", "up", "escape", "f2", "f6", "f8", "f9", "ctrl+s"}


async def on_bell(pilot: Any) -> None:
    await ready(pilot)
    pilot.app.open_family(BELL)
    await opens(pilot, "FamilyScreen")


async def test_a_note_typed_in_one_burst_from_its_letter_to_saving_is_saved_whole(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await on_bell(pilot)
        burst(app, "n", "Ms Ali", "tab", "tab", "In by nine all week", "ctrl+s")
        await until(pilot, lambda: any("Note saved" in s for s in app.said))
        await quiet(pilot)
        texts = [line.text for line in reading.family(app.laptop, BELL).story]
        assert any("In by nine all week" in text for text in texts)


@pytest.mark.parametrize("size", [(80, 24), (100, 30)])
async def test_a_visit_typed_in_one_burst_reaches_the_right_rows_and_fields(
    shell: MakeShell, size: tuple[int, int]
) -> None:
    app = shell()
    async with app.run_test(size=size) as pilot:
        await on_bell(pilot)
        burst(
            app, "v", "f6", "n", "at school", "enter", "s", "a", "w", "I like tea", "f6", "Warm kitchen", "f2"
        )
        await until(pilot, lambda: type(app.screen).__name__ == "FamilyScreen" and app.said)
        await quiet(pilot)
        found = drafts.reopen(app.laptop, drafts.unfinished(app.laptop, BELL)[0].id)
        assert found is not None
        entry: Any = found[1]
        first, second = entry.children[:2]
        assert (first.seen, first.why_not) == (False, "at school")
        assert (second.seen, second.said) == (True, "I like tea")
        assert entry.happened == "Warm kitchen"


class SlowReading:
    """Holds every reading of a family until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.may_go_on = threading.Event()
        family = reading.family

        def held(*args: Any) -> Any:
            self.may_go_on.wait()
            return family(*args)

        monkeypatch.setattr(reading, "family", held)


async def open_slowly(pilot: Any, app: Shell) -> None:
    await ready(pilot)
    app.open_family(BELL)
    await until(pilot, lambda: type(app.screen).__name__ == "FamilyScreen")


async def test_letters_wait_for_a_page_that_is_still_reading_and_act_on_it(
    shell: MakeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, slow = shell(), SlowReading(monkeypatch)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_slowly(pilot, app)
        burst(app, "2", "down", "u")
        await pilot.pause(0.1)
        assert app.keys_wait
        assert type(app.screen).__name__ == "FamilyScreen"
        slow.may_go_on.set()
        await opens(pilot, "UpdateActionDialog")


async def test_worried_about_a_child_does_not_wait_for_a_page_that_is_still_reading(
    shell: MakeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, slow = shell(), SlowReading(monkeypatch)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_slowly(pilot, app)
        burst(app, "2", "f8")
        await until(pilot, lambda: type(app.screen).__name__ == "WorryScreen")
        await shows(pilot, "999")
        slow.may_go_on.set()


async def test_what_was_typed_before_hiding_is_typed_when_the_page_is_shown_again(
    shell: MakeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, slow = shell(), SlowReading(monkeypatch)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_slowly(pilot, app)
        burst(app, "3", "f9")
        await until(pilot, lambda: app.hidden)
        slow.may_go_on.set()
        await pilot.pause(0.1)
        assert text_of(app).split() == ["FamilyHub"]
        burst(app, "f9")
        await shows(pilot, "[3 Visits]")


async def test_a_page_that_cannot_be_read_does_not_hold_keys_for_ever(
    shell: MakeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "LONGEST_WAIT", 0.05)
    app, slow = shell(), SlowReading(monkeypatch)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_slowly(pilot, app)
        burst(app, "escape")
        await until(pilot, lambda: type(app.screen).__name__ == "TodayScreen")
        slow.may_go_on.set()
