"""What can be done on the Children of a family's page: a child's words outside a visit, a day in a child's life."""

from __future__ import annotations

from familyhub.practice.household import Child
from familyhub.tui.dialogs.child_forms import ChildDayDialog, ChildWordsDialog
from familyhub.tui.screens.family_acts import FileActs


class ChildrenActs(FileActs):
    """The part of a family's page that writes about one child."""

    def _child(self) -> Child | None:
        """The child at the cursor, born."""
        row = self._selected_row
        if isinstance(row, Child) and row.role != "unborn":
            return row
        self.say("Select a child who is born first, with the arrows.")
        return None

    def action_add_child_words(self) -> None:
        """``+``: the child's own words, outside a visit."""
        if (child := self._child()) is not None:
            self._ask(ChildWordsDialog(self.family_id, child.id))

    def action_write_child_day(self) -> None:
        """``d``: a day in the child's life, at a review or at closure."""
        if (child := self._child()) is not None:
            self._ask(ChildDayDialog(self.family_id, child.id))
