from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from familyhub.casework.acts import ACTS
from familyhub.tui import commands, keymap
from familyhub.tui import page as page_module
from familyhub.tui.commands import BY_NAME, COMMANDS, EVERYWHERE, FAMILY_TABS, KEY_LINES
from familyhub.tui.dialogs.help import PLACES
from familyhub.tui.widgets.lines import cut_title
from tests.support.families import BELL
from tests.tui.desk import AtEverySize, pictures
from tests.tui.shell import MakeShell, opens, quiet, ready, text_of, typed

TUI = Path(page_module.__file__).parent
ALL_PLACES = sorted({p for c in COMMANDS for p in c.places if p} | {"front", "reading", "unlock"})


def test_the_acts_that_commands_start_are_acts_of_the_registry() -> None:
    started = {c.act for c in COMMANDS if c.act}
    assert started <= ACTS.keys()
    assert ACTS.keys() - started <= {
        "allocate_family", "start_plan", "record_agreement", "open_early_help",
    }  # fmt: skip


def test_names_are_unique_and_every_command_has_words() -> None:
    assert max(Counter(c.name for c in COMMANDS).values()) == 1
    assert all(c.words for c in COMMANDS)


@pytest.mark.parametrize("place", ALL_PLACES)
def test_no_two_commands_of_a_place_share_a_key(place: str) -> None:
    within = FAMILY_TABS if place == "family" else ("",)
    for tab in within:
        own = {
            k: c.name for c in COMMANDS if {place, tab} & set(c.places) - {""} for k in c.keys.split(",") if k
        }
        keys = [k for c in COMMANDS if {place, tab} & set(c.places) - {""} for k in c.keys.split(",") if k]
        assert len(keys) == len(own), Counter(keys).most_common(1)


def test_keys_that_terminals_keep_are_not_used() -> None:
    used = {k for c in COMMANDS for k in c.keys.split(",")}
    assert not used & {"f10", "f11", "ctrl+i", "ctrl+m", "ctrl+h", "ctrl+j"}


def test_esc_is_never_the_only_way_out() -> None:
    assert "f4" in BY_NAME["go_today"].keys
    assert all("back" in names or "keep_draft" in names or place in ("today", "front", "unlock", "locked", *FAMILY_TABS, "differences")
               for place, names in KEY_LINES.items())  # fmt: skip


def test_key_lines_name_commands_that_act_there() -> None:
    for place, names in KEY_LINES.items():
        for name in names:
            command = BY_NAME[name]
            assert command.places == (EVERYWHERE,) or place in command.places, (place, name)


def test_every_place_has_a_name_in_help_and_a_key_line() -> None:
    assert set(ALL_PLACES) <= PLACES.keys()
    assert set(ALL_PLACES) - {"family"} <= KEY_LINES.keys()


def test_keys_are_printed_as_people_read_them() -> None:
    assert [commands.shown_key(k) for k in ("ctrl+s", "f8", "slash", "question_mark", "D", "v", "escape")] == [
        "^S", "F8", "/", "?", "D", "v", "Esc",
    ]  # fmt: skip


@pytest.mark.parametrize("content", ["[]", "{", '{"find": 3}', '{"find": "escape"}', '{"find": "ctrl+j"}'])
def test_a_keymap_that_cannot_be_is_refused_with_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "keys.json").write_text(content)
    keys, wrong = keymap.read(tmp_path)
    assert keys == {}
    assert len(wrong) == 1


def test_screens_ask_casework_only() -> None:
    for path in TUI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith(
                    ("familyhub.store", "familyhub.link", "familyhub.sync", "familyhub.hub", "sql")
                ), path


def actions_of(owner: str) -> set[str]:
    return {c.name for c in COMMANDS if c.owner == owner}


def test_every_command_has_a_method() -> None:
    from familyhub.tui.app import FamilyHubApp

    missing = [name for name in actions_of("app") if not hasattr(FamilyHubApp, f"action_{name}")]
    assert missing == []
    written = {
        node.name
        for path in (TUI / "screens").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {f"action_{name}" for name in actions_of("page")} - written == set()


async def test_the_palette_offers_every_command_of_the_page_and_runs_it(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 50)) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+p")
        await quiet(pilot)
        await pilot.pause(0.3)
        screen = text_of(app)
        for command in commands.here("today")[:6]:
            assert command.words in screen, command.words
        await typed(pilot, "set aside")
        await pilot.pause(0.3)
        await quiet(pilot)
        await pilot.press("enter")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await opens(pilot, "SyncScreen")


@pytest.mark.parametrize("key", ["f1", "question_mark"])
async def test_help_lists_the_keys_of_the_page(shell: MakeShell, key: str) -> None:
    app = shell()
    async with app.run_test(size=(100, 50)) as pilot:
        await ready(pilot)
        app.open_family(BELL, "plan")
        await opens(pilot, "FamilyScreen")
        await pilot.press(key)
        await opens(pilot, "HelpDialog")
        screen = text_of(app)
        assert "Keys · Family · Plan" in screen
        for name in ("update_action", "safety", "worry", "hide", "go_today"):
            assert BY_NAME[name].words in screen, name
        assert BY_NAME["filter_child"].words not in screen


async def test_an_item_of_the_key_line_can_be_clicked(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        line = text_of(app).splitlines()[-1]
        await pilot.click("#key-line", offset=(line.index("s Sync"), 1))
        await opens(pilot, "SyncScreen")


def test_a_title_that_is_cut_shows_no_half_number() -> None:
    title = "Front door · Birkenhead · 11 waiting"
    assert [cut_title(title, width) for width in (36, 35, 29, 28, 27)] == [
        title, "Front door · Birkenhead · 11 waiti…", "Front door · Birkenhead · …",
        "Front door · Birkenhead · …", "Front door · Birkenhead ·…",
    ]  # fmt: skip
    assert (cut_title(title, 1), cut_title(title, 0)) == ("…", "")


async def test_f9_in_the_title_line_can_be_clicked(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.click("#title-line", offset=(96, 0))
        await quiet(pilot)
        assert app.hidden


@pictures
def test_picture_of_help(at_every_size: AtEverySize, shell: MakeShell) -> None:
    async def before(pilot: Any) -> None:
        await ready(pilot)
        await pilot.press("f1")
        await opens(pilot, "HelpDialog")

    at_every_size(shell(), before)
