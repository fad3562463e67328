"""What every dialog shares: a box over the page, Esc and a button to close it."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from familyhub.tui.working import Working

R = TypeVar("R")


class Dialog(Working, ModalScreen[R]):
    """Base of the dialogs; F8 and F9 work in them too."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", show=False)]
    AUTO_FOCUS = None

    def on_screen_resume(self) -> None:
        """Shown: keys may come."""
        self.came_to_front()

    async def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)
