"""What the acts of a family's page share: the selected row, a form over the page, saying what was saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from familyhub.tui.page import Page
from familyhub.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from familyhub.practice.family_file import FamilyFile
    from familyhub.tui.dialogs.form_dialog import FormDialog


class FileActs(Page):
    """The part of a family's page that writes in its file."""

    family_id: str
    file: FamilyFile | None

    @property
    def _selected_row(self) -> object:
        return self.query_one(Rows).selected

    def _ask(self, dialog: FormDialog[Any]) -> None:
        self.hub_app.push_screen(dialog, self._asked)

    def _asked(self, saved: bool | None) -> None:
        if saved:
            self.hub_app.read_standing(changed=True)

    def _told(self, words: str) -> None:
        self.say(words)
        self.hub_app.read_standing(changed=True)
        self.hub_app.nudge_sync()
