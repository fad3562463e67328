"""F9: everything is hidden at once, on any screen or field, and is there again as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual.app import App, ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

if TYPE_CHECKING:
    from familyhub.tui.app import FamilyHubApp


class Cover(Screen[None]):
    """A neutral page. Nothing on it says whose laptop this is."""

    def compose(self) -> ComposeResult:
        """One word; a glyph beside it where somebody must still be told of a worry."""
        yield Static("FamilyHub", id="cover-word", markup=False)
        yield Static("", id="cover-glyph", markup=False)

    def on_mount(self) -> None:
        """Show the glyph where it belongs."""
        self.tell()

    def tell(self) -> None:
        """One neutral glyph stands for the line about telling."""
        from familyhub.tui.standing import UNTOLD_GLYPH

        untold = cast("FamilyHubApp", self.app).state.untold
        self.query_one("#cover-glyph", Static).update(Content(UNTOLD_GLYPH if untold else ""))


class Hiding(App[int]):
    """The part of the app that hides. Pages that come or go meanwhile do so beneath the cover."""

    _cover: Cover | None = None

    @property
    def hidden(self) -> bool:
        """Whether everything is hidden."""
        return self._cover is not None

    @property
    def top_page(self) -> Screen[Any]:
        """The screen on top, beneath the cover when there is one."""
        stack = self.screen_stack
        return stack[-2] if self.hidden and len(stack) > 1 else stack[-1]

    def action_hide(self) -> None:
        """Hide everything, or show it again as it was."""
        if self._cover is not None:
            self._cover = None
            super().pop_screen()
            return
        self.clear_notifications()
        cover = Cover()
        super().push_screen(cover)
        self._cover = cover

    def refresh_cover(self) -> None:
        """Print the glyph anew."""
        if self._cover is not None and self._cover.is_mounted:
            self._cover.tell()

    def push_screen(self, screen: Any, *args: Any, **named: Any) -> Any:
        """Push a screen, beneath the cover while everything is hidden."""
        pushed = super().push_screen(screen, *args, **named)
        if self._cover is not None:
            stack = self._screen_stack
            stack.remove(self._cover)
            stack.append(self._cover)
        return pushed

    def pop_screen(self) -> Any:
        """Close the page on top; the cover is closed by F9 only."""
        if self._cover is None:
            return super().pop_screen()
        stack = self._screen_stack
        stack.remove(self._cover)
        try:
            return super().pop_screen()
        finally:
            stack.append(self._cover)
