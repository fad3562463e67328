from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from familyhub.casework.home import open_vault
from familyhub.casework.opening import FirstPage
from familyhub.store.errors import StoreError
from familyhub.tui.app import FamilyHubApp
from familyhub.tui.screens.unlock import FirstRunScreen, UnlockScreen
from familyhub.tui.widgets.rows import Rows
from tests.support.families import BELL, PASSPHRASE
from tests.support.homes import ROOT, SmallHome, child
from tests.tui.desk import AtEverySize, pictures
from tests.tui.shell import MakeShell, opens, quiet, ready, shows, text_of, typed, until

HEAVY = ("sqlmodel", "sqlalchemy", "pydantic", "httpx", "cryptography", "argon2", "sqlcipher3", "holidays")


class Quiet(FamilyHubApp):
    """The app as it is, without a hub."""

    CSS_PATH = [str(ROOT / "src/familyhub/tui" / name) for name in FamilyHubApp.CSS_PATH]
    sync_in_background = False


PAINT = """
import json, sys
from pathlib import Path
from familyhub.tui.app import FamilyHubApp

class Watched(FamilyHubApp):
    CSS_PATH = [str(Path(sys.argv[3]) / n) for n in FamilyHubApp.CSS_PATH]
    def unlock(self, passphrase, failed):
        Path(sys.argv[2]).write_text(json.dumps(sorted(sys.modules)))
        self.exit(0)
    def get_default_screen(self):
        page = super().get_default_screen()
        if type(page).__name__ != "TodayScreen":
            self.call_after_refresh(self.unlock, "", None)
        return page

Watched(Path(sys.argv[1]), sys.argv[4] or None).run(headless=True)
"""


@pytest.mark.parametrize("given", [PASSPHRASE, ""], ids=["Today", "Unlock"])
def test_at_first_paint_nothing_heavy_is_imported(small_home: SmallHome, tmp_path: Path, given: str) -> None:
    home, out = small_home.copy(tmp_path / "home"), tmp_path / "modules.json"
    process = child(PAINT, str(home), str(out), str(ROOT / "src/familyhub/tui"), given)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    modules = json.loads(out.read_text())
    assert "familyhub.tui.app" in modules
    assert [
        m for m in modules if m.partition(".")[0] in HEAVY or m.startswith("familyhub.store.laptop")
    ] == []


SECOND = """
import sys
from pathlib import Path
from familyhub.tui.app import FamilyHubApp
app = FamilyHubApp(Path(sys.argv[1]))
app.run(headless=True)
sys.exit(app.return_code or 0)
"""


def test_a_second_app_on_the_same_home_says_one_sentence_and_ends_with_1(
    small_home: SmallHome, tmp_path: Path
) -> None:
    from familyhub.casework.opening import app_lock

    home = small_home.copy(tmp_path / "home")
    with app_lock(home):
        process = child(SECOND, str(home))
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert output == ""
    assert errors == "FamilyHub is already open on this laptop: look for its window.\n"


async def test_the_passphrase_opens_today(small_home: SmallHome, tmp_path: Path) -> None:
    app = Quiet(small_home.copy(tmp_path / "home"))
    async with app.run_test(size=(100, 30)) as pilot:
        assert isinstance(app.screen, UnlockScreen)
        await typed(pilot, PASSPHRASE)
        await pilot.press("enter")
        await until(pilot, lambda: app.is_open)
        await quiet(pilot)
        await shows(pilot, "Today · Asha Rahman · Birkenhead")
        await shows(pilot, "Ring housing about the damp")


async def test_a_passphrase_given_on_the_way_in_needs_no_unlock(
    small_home: SmallHome, tmp_path: Path
) -> None:
    app = Quiet(small_home.copy(tmp_path / "home"), PASSPHRASE)
    async with app.run_test(size=(100, 30)) as pilot:
        assert type(app.screen).__name__ == "TodayScreen"
        await until(pilot, lambda: app.is_open)
        assert app._passphrase is None


async def test_a_wrong_passphrase_is_said_beside_the_field_and_the_text_stays(
    small_home: SmallHome, tmp_path: Path
) -> None:
    app = Quiet(small_home.copy(tmp_path / "home"))
    async with app.run_test(size=(80, 24)) as pilot:
        await typed(pilot, "not these words")
        await pilot.press("enter")
        await shows(pilot, "That passphrase does not open this store.")
        assert app.screen.query_one(Input).value == "not these words"
        assert app.focused is app.screen.query_one(Input)
        assert "not these" not in text_of(app)


async def test_a_wrong_passphrase_given_on_the_way_in_asks_for_it(
    small_home: SmallHome, tmp_path: Path
) -> None:
    app = Quiet(small_home.copy(tmp_path / "home"), "wrong words entirely")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, UnlockScreen) and "does not open" in text_of(app))
        assert app.screen.query_one(Input).value == ""


async def test_after_ten_wrong_passphrases_it_says_how_long_to_wait(
    small_home: SmallHome, tmp_path: Path
) -> None:
    home = small_home.copy(tmp_path / "home")
    for _ in range(10):
        with suppress(StoreError):
            open_vault(home, "wrong words entirely")
    app = Quiet(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await typed(pilot, PASSPHRASE)
        await pilot.press("enter")
        await shows(pilot, "Too many wrong passphrases. Wait")


async def test_without_a_store_it_says_what_to_do_first(tmp_path: Path) -> None:
    app = Quiet(tmp_path / "empty")
    async with app.run_test(size=(80, 24)):
        assert isinstance(app.screen, FirstRunScreen)
        screen = text_of(app)
        for piece in ("familyhub enrol URL", "familyhub demo", "Then start familyhub again."):
            assert piece in screen


async def test_f8_before_unlocking_says_999_and_how_to_listen(small_home: SmallHome, tmp_path: Path) -> None:
    app = Quiet(small_home.copy(tmp_path / "home"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f8")
        await opens(pilot, "WorryScreen")
        screen = text_of(app)
        assert "999" in screen
        assert "Listen." in screen
        assert "Unlock this laptop" in screen
        await pilot.press("escape")
        await opens(pilot, "UnlockScreen")


class Slow(Quiet):
    """The app whose store opens when the test says so."""

    def __init__(self, home: Path, passphrase: str) -> None:
        super().__init__(home, passphrase)
        self.may_open = threading.Event()

    def _open_whole(self, first: FirstPage) -> None:
        self.may_open.wait(30)
        super()._open_whole(first)


async def test_keys_pressed_while_the_store_opens_are_not_lost(small_home: SmallHome, tmp_path: Path) -> None:
    app = Slow(small_home.copy(tmp_path / "home"), PASSPHRASE)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("slash", *"hughes")
        assert not app.is_open
        assert type(app.screen).__name__ == "TodayScreen"
        app.may_open.set()
        page = await opens(pilot, "FamiliesScreen")
        await until(pilot, lambda: page.query_one(Input).value == "hughes")


async def test_f9_is_heard_while_the_store_opens(small_home: SmallHome, tmp_path: Path) -> None:
    app = Quiet(small_home.copy(tmp_path / "home"), PASSPHRASE)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f9")
        assert app.hidden
        await until(pilot, lambda: app.is_open)
        await quiet(pilot)
        assert text_of(app).split() == ["FamilyHub"]
        await pilot.press("f9")
        await quiet(pilot)
        await shows(pilot, "Ring housing about the damp")


async def test_quitting_keeps_what_is_being_typed(shell: MakeShell) -> None:
    from familyhub.casework import drafts
    from familyhub.casework.opening import open_laptop

    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        app.open_family(BELL)
        await opens(pilot, "FamilyScreen")
        await pilot.press("n")
        await opens(pilot, "NoteScreen")
        await typed(pilot, "Ms Ali")
        await pilot.press("ctrl+q")
    laptop = open_laptop(app.home, key=app.key)
    try:
        found = [drafts.reopen(laptop, d.id) for d in drafts.unfinished(laptop)]
        assert [entry[1].who for entry in found if entry] == ["Ms Ali"]  # type: ignore[union-attr]
    finally:
        laptop.close()


CRASH = """
import sys
from pathlib import Path
from familyhub.tui.app import FamilyHubApp

class Broken(FamilyHubApp):
    CSS_PATH = [str(Path(sys.argv[2]) / n) for n in FamilyHubApp.CSS_PATH]
    def on_mount(self):
        secret = "what the child said"
        self.call_later(self.fall, secret)
    def fall(self, secret):
        text = secret + "!"
        raise KeyError(text)

app = Broken(Path(sys.argv[1]))
app.run(headless=True)
sys.exit(app.return_code or 0)
"""


def test_a_crash_prints_one_sentence_and_no_values(small_home: SmallHome, tmp_path: Path) -> None:
    process = child(CRASH, str(small_home.copy(tmp_path / "home")), str(ROOT / "src/familyhub/tui"))
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "what the child said" not in output + errors
    assert "FamilyHub has stopped because of a mistake in the program." in errors
    assert "kept as a draft" in errors
    assert "fall" not in errors
    assert len(errors.splitlines()) <= 4


def test_the_terminal_is_never_given_another_title() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "import textual, pathlib; p = pathlib.Path(textual.__file__).parent / 'drivers';"
         "print([f.name for f in p.glob('*.py') if ']0;' in f.read_text() or ']2;' in f.read_text()])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.strip() == "[]"
    assert FamilyHubApp.TITLE == "FamilyHub"


async def test_a_changed_key_acts_and_is_printed(small_home: SmallHome, tmp_path: Path) -> None:
    home = small_home.copy(tmp_path / "home")
    (home / "keys.json").write_text('{"find": "f", "nonsense": "x", "worry": "f10"}')
    app = Quiet(home, PASSPHRASE)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await shows(pilot, "f Find")
        await pilot.press("f")
        await opens(pilot, "FamiliesScreen")


async def test_a_faulty_keymap_is_said_and_the_usual_keys_are_used(
    small_home: SmallHome, tmp_path: Path
) -> None:
    home = small_home.copy(tmp_path / "home")
    (home / "keys.json").write_text("{")
    app = Quiet(home, PASSPHRASE)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("slash")
        await opens(pilot, "FamiliesScreen")


async def test_when_the_store_cannot_be_opened_whole_the_sentence_is_shown(
    small_home: SmallHome, tmp_path: Path
) -> None:
    home = small_home.copy(tmp_path / "home")
    app = Quiet(home)
    async with app.run_test(size=(80, 24)) as pilot:
        (home / "store.db").write_bytes(b"not a database at all" * 500)
        await typed(pilot, PASSPHRASE)
        await pilot.press("enter")
        await shows(pilot, "another store")


def unlock_app(home: SmallHome, to: Path) -> Any:
    return Quiet(home.copy(to))


async def frozen(pilot: Any) -> None:
    await pilot.pause()
    for field in pilot.app.screen.query(Input):
        field.cursor_blink = False
    await pilot.pause()


@pictures
def test_picture_of_unlock(at_every_size: AtEverySize, small_home: SmallHome, tmp_path: Path) -> None:
    async def wrong(pilot: Any) -> None:
        await pilot.pause()
        pilot.app.screen.wrong(
            "That passphrase does not open this store. Check capitals and spaces, and try again."
        )
        await frozen(pilot)

    at_every_size(Quiet(small_home.copy(tmp_path / "home")), wrong)


@pictures
def test_picture_of_the_first_run(at_every_size: AtEverySize) -> None:
    at_every_size(Quiet(Path("FamilyHub") / "nothing here"), frozen)


def test_the_list_is_a_scroll_view_and_not_a_data_table() -> None:
    from textual.scroll_view import ScrollView

    assert issubclass(Rows, ScrollView)


async def test_today_can_be_walked_through_before_the_whole_store_is_open(
    small_home: SmallHome, tmp_path: Path
) -> None:
    app = Slow(small_home.copy(tmp_path / "home"), PASSPHRASE)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.has_rows)
        await pilot.pause()
        await pilot.press("down", "down")
        assert app.screen.query_one(Rows).cursor == 2
        await pilot.press("n")
        await pilot.press("x")
        assert not app.is_open
        app.may_open.set()
        await opens(pilot, "NoteScreen")
