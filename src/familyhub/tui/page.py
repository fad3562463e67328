"""A page: a title line, a body and a key line; every screen of the app is one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen

from familyhub.tui import commands
from familyhub.tui.widgets.lines import KeyLine, TitleLine, UntoldLine
from familyhub.tui.working import Failed, Working

if TYPE_CHECKING:
    from textual.events import ScreenResume

__all__ = ["Page", "StoreChanged"]

T = TypeVar("T")


class StoreChanged(Message):
    """Something in the store is not as it was: a colleague's change arrived, or one of our own was saved."""


class Page(Working, Screen[None]):
    """Base of every screen: override ``place``, ``body`` and ``load``; see the attributes for the rest."""

    place: ClassVar[str] = ""
    """The place in the registry: which commands apply, and what the key line prints."""
    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = None

    heading: reactive[str] = reactive("")
    """The title line's left part. User text is safe here."""
    kept: reactive[str] = reactive("")
    """In place of “saved here √  3 waiting”: ``draft kept on this laptop 11:24``."""
    _reading = _changed = False

    def __init_subclass__(cls, **named: Any) -> None:
        if "place" in cls.__dict__:
            cls.BINDINGS = [*commands.page_bindings(cls.place), *cls.__dict__.get("BINDINGS", ())]
        super().__init_subclass__(**named)

    # -- what a page is made of ------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """The frame; pages write ``body``."""
        yield TitleLine(id="title-line")
        yield UntoldLine(id="untold-line")
        with Vertical(id="body"):
            yield from self.body()
        yield KeyLine(id="key-line")

    def body(self) -> ComposeResult:
        """The widgets between title line and key line."""
        yield from ()

    def load(self) -> None:
        """Read again what the page shows, without disturbing text being typed, the selection or the scroll place."""

    def read_in(
        self, function: Callable[..., T], *args: Any, then: Callable[[T], Any], failed: Failed | None = None
    ) -> None:
        """What ``load`` calls: one reading at a time; what changes while it is read is read after it."""
        if self._reading:
            self._changed = True
            return
        self._reading, self._changed = True, False

        async def ended(callback: Callable[..., Any], *result: Any) -> None:
            self._reading = False
            shown = callback(*result)
            if inspect.isawaitable(shown):
                await shown
            if self._changed:
                self.load()

        self.work(
            function, *args, then=partial(ended, then), failed=partial(ended, failed or self.failed)
        )  # fmt: skip

    async def keep(self) -> None:
        """Keep what is being typed as a draft; called before the page is left by Esc, F4, F7 or quitting."""

    @property
    def family_here(self) -> str | None:
        """The family that ``v``, ``n``, ``w``, ``o`` and F7 mean on this page."""
        return None

    @property
    def tab(self) -> str:
        """The tab that is shown, for pages that have tabs: a place inside the place."""
        return ""

    @property
    def key_line(self) -> tuple[str, ...]:
        """Names of the commands that the key line prints; nothing in a front room tells of a worry."""
        names = commands.KEY_LINES.get(self.tab or self.place, ("back", "help"))
        return names if self.hub_app.front_room is None else tuple(n for n in names if n != "worry")

    # -- how it behaves --------------------------------------------------------------------------------------

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Shown, again or for the first time: read what it shows."""
        self.refresh_lines()
        self.load()
        self.came_to_front()

    def on_store_changed(self, event: StoreChanged) -> None:
        """A colleague's change, or our own: show it without a key press."""
        event.stop()
        if self.is_mounted:
            self.load()

    def watch_heading(self) -> None:
        """Print the new heading."""
        self.refresh_lines()

    def watch_kept(self) -> None:
        """Print the new word about the draft."""
        self.refresh_lines()

    def refresh_lines(self) -> None:
        """Print title line, the line about untold worries and key line anew."""
        if not self.is_mounted:
            return
        self.query_one(TitleLine).update_from(self)
        self.query_one(UntoldLine).update_from(self)
        self.query_one(KeyLine).update_from(self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the front-room view only its own commands act; a tab's commands act on that tab only."""
        command = commands.BY_NAME.get(action)
        if command is None:
            return True
        if self.hub_app.front_room is not None and not self.hub_app.allowed_in_front(command):
            return False
        if command.places == (commands.EVERYWHERE,) or self.place in command.places:
            return True
        return self.tab in command.places

    def leave(self) -> None:
        """Close this page, whatever lies over it, and show the one below."""
        self.hub_app.close_page(self)
