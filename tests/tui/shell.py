"""The whole app on a copy of the small home, opened with its key: the passphrase is not stretched for every test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from familyhub.casework.opening import FirstPage, today_page
from familyhub.store.engine import open_checked
from familyhub.store.vault import Vault
from familyhub.tui.app import FamilyHubApp
from familyhub.tui.widgets.rows import Rows


class Shell(FamilyHubApp):
    """FamilyHub whose passphrase was right; nothing syncs unless a test asks for it."""

    CSS_PATH = [str(Path(__file__).parents[2] / "src/familyhub/tui" / name) for name in FamilyHubApp.CSS_PATH]
    sync_in_background = False

    def __init__(self, home: Path, key: bytes) -> None:
        super().__init__(home, "given")
        self.key = key
        self.said: list[str] = []

    def unlock(self, passphrase: str, failed: Any) -> None:
        """Go on from where the passphrase was right."""
        self._opening = True
        connection = open_checked(self.home / "store.db", self.key, Vault(self.home / "store.vault"))
        try:
            self._show_first(FirstPage(today_page(connection), self.key))
        finally:
            connection.close()

    def say(self, sentence: str, *, wrong: bool = False) -> None:
        """Remember what was said."""
        self.said.append(sentence)
        super().say(sentence, wrong=wrong)


MakeShell = Callable[..., Shell]
"""Makes the app on a copy of the small home; takes a function that writes to the store first."""


async def until(pilot: Pilot[Any], true: Callable[[], object], tries: int = 1000) -> None:
    """Wait until something is true."""
    for _ in range(tries):
        if true():
            return
        await pilot.pause(0.01)
    raise AssertionError(f"it did not come:\n{text_of(pilot.app)}")


async def ready(pilot: Pilot[Any]) -> None:
    """Wait until the store is open and everything under way has been shown."""
    app = pilot.app
    assert isinstance(app, FamilyHubApp)
    await until(pilot, lambda: app.is_open)
    await quiet(pilot)


async def quiet(pilot: Pilot[Any]) -> None:
    """Wait until no work is under way and its results have been shown, with no blinking."""
    app = pilot.app
    assert isinstance(app, FamilyHubApp)
    await pilot.pause()
    for _ in range(200):
        running = [w for w in app.workers if not w.is_finished]
        if running:
            await app.workers.wait_for_complete(running)
        await pilot.pause(0.05)
        if not app.keys_wait and not [w for w in app.workers if not w.is_finished]:
            break
    for field in [*app.screen.query(Input), *app.screen.query(TextArea)]:
        field.cursor_blink = False
    await pilot.pause()


async def shows(pilot: Pilot[Any], *words: str) -> None:
    """Wait until the screen shows all these words: what has the focus may not be painted yet."""
    await until(pilot, lambda: all(each in text_of(pilot.app) for each in words))


def rows_of(app: FamilyHubApp) -> Rows[Any]:
    """The list on the page."""
    return app.screen.query_one(Rows)


def text_of(app: App[Any]) -> str:
    """The screen as text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def opens(pilot: Pilot[Any], name: str) -> Any:
    """Wait for the screen of this class, and for what it reads."""
    await until(pilot, lambda: type(pilot.app.screen).__name__ == name)
    await quiet(pilot)
    return pilot.app.screen


async def typed(pilot: Pilot[Any], text: str) -> None:
    """Type text into what has the focus."""
    names = {" ": "space", "\n": "enter"}
    await pilot.press(*(names.get(c, c) for c in text))
