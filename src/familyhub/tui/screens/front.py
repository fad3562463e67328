"""The front-room view's own page: one family's name, and what may be done while others look on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Center, Middle
from textual.widgets import Button

from familyhub.tui.page import Page

if TYPE_CHECKING:
    from familyhub.practice.family_file import FamilyFile


class FrontScreen(Page):
    """Only this family's name. No safety notes, no search, no toasts, nobody else."""

    place: ClassVar[str] = "front"
    CSS_PATH = "front.tcss"

    def __init__(self, family_id: str) -> None:
        super().__init__()
        self.family_id = family_id

    @property
    def family_here(self) -> str | None:
        """The family whose front room it is."""
        return self.family_id

    def body(self) -> ComposeResult:
        """Two large buttons."""
        with Middle(), Center():
            yield Button("v  Log visit", id="front-visit")
            yield Button("m  Meeting", id="front-meeting")

    def on_mount(self) -> None:
        """Ready for keys."""
        self.query_one(Button).focus()

    def load(self) -> None:
        """Read the family's name."""
        from familyhub.casework import reading

        self.work(reading.family, self.laptop, self.family_id, then=self._show)

    def _show(self, file: FamilyFile) -> None:
        self.heading = file.name

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The buttons do what ``v`` and ``m`` do."""
        if event.button.id == "front-meeting":
            self.hub_app.action_hold_meeting()
        else:
            self.hub_app.action_log_visit()
