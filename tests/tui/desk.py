"""The app with a store that is open already and an empty page under everything: for one form at a time."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from textual.app import App
from textual.events import Paste
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, TextArea

import familyhub.tui.app as shell
from familyhub.casework.laptop import Laptop
from familyhub.casework.standing import standing
from familyhub.tui.app import FamilyHubApp
from familyhub.tui.page import Page
from tests.tui.shell import until

SIZES = [(80, 24), (100, 30), (160, 50)]
pictures = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="pictures are compared on one Python only"
)
CLOCK = datetime(2026, 3, 12, 11, 24)


Size = tuple[int, int]


class AtEverySize(Protocol):
    """Drives an app once and compares it with its pictures at each size."""

    def __call__(
        self, app: App[Any], before: Callable[[Pilot[Any]], Awaitable[None]], sizes: Sequence[Size] = ()
    ) -> None:
        """Compare; ``sizes``: other ones than 80×24, 100×30 and 160×50."""


class Blank(Page):
    """The page under the form."""

    place = "reading"


class Desk(FamilyHubApp):
    """FamilyHub on a store that is open already."""

    CSS_PATH = str(Path(shell.__file__).with_name("app.tcss"))

    def __init__(self, laptop: Laptop, first: Callable[[], Screen[Any]] | None = None) -> None:
        super().__init__(laptop.store.home)
        self._laptop = laptop
        self.has_rows = True
        self.state.stands = standing(laptop)
        self.state.no_hub = True
        self._first = first
        self.said: list[str] = []

    def get_default_screen(self) -> Screen[Any]:
        """An empty page."""
        return Blank()

    def on_mount(self) -> None:
        """Open the form."""
        if self._first is not None:
            self.push_screen(self._first())

    def say(self, sentence: str, *, wrong: bool = False) -> None:
        """Remember what was said."""
        self.said.append(sentence)
        super().say(sentence, wrong=wrong)


async def opened(pilot: Pilot[Any]) -> None:
    """Wait until the form has been read and has the focus."""
    app = pilot.app
    assert isinstance(app, Desk)
    await until(pilot, lambda: app.focused is not None or bool(app.said))
    await pilot.pause()


async def pasted(pilot: Pilot[Any], text: str) -> None:
    """Put text in at once, as a terminal does with a paste."""
    app = pilot.app
    app.post_message(Paste(text))
    await pilot.pause()
    if isinstance(app, FamilyHubApp):
        await until(pilot, lambda: not app.keys_wait)
        await pilot.pause()


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until drafts are written and saves have ended, and hold everything still for a picture."""
    page = pilot.app.screen
    autosave = getattr(page, "_autosave", None)
    if autosave is not None:
        await autosave.flush()
    await pilot.app.workers.wait_for_complete([w for w in pilot.app.workers if w.group == "work"])
    still(pilot.app)
    await pilot.pause()


def still(app: App[Any]) -> None:
    """No cursor blinks."""
    for field in [*app.screen.query(Input), *app.screen.query(TextArea)]:
        field.cursor_blink = False
