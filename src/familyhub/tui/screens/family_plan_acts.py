"""What can be done with a plan on a family's page: each finding is mended by a key, or kept, because …."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from familyhub.casework.plan_entries import KeepEntry, PlanEntry
from familyhub.practice.plan_check import Finding, findings, to_mend
from familyhub.practice.plan_view import Step
from familyhub.tui.dialogs.plan_forms import ActionDialog, CopyDialog, NeedDialog, ScoreDialog
from familyhub.tui.screens.family_acts import FileActs
from familyhub.tui.screens.family_plan import FindingLine, NeedLine, about_of
from familyhub.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from datetime import date

    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop
    from familyhub.practice.family_file import FamilyFile


class PlanActs(FileActs):
    """The part of a family's page that writes its plan."""

    _checked: tuple[FamilyFile, date, Sequence[Finding]] | None = None
    """The file that was checked last, on which day, and what is to mend in it."""

    @property
    def to_mend(self) -> Sequence[Finding]:
        """What the plan check says of the file; it is asked once for a file and a day, however often that is shown."""
        file, today = self.file, self.laptop.today
        if file is None:
            return ()
        known = self._checked
        if known is None or known[0] is not file or known[1] != today:
            known = self._checked = file, today, to_mend(findings(file, today))
        return known[2]

    def _finding(self) -> Finding | None:
        """The finding at the selected row."""
        about = about_of(self._selected_row)
        return next((f for f in self.to_mend if f.row == about), None)

    def _has_plan(self) -> bool:
        """Whether there is a plan to write into; where there is none, that is said."""
        if self.file is not None and self.file.plan is None:
            self.say("No plan is open for this family: + opens one.")
        return self.file is not None and self.file.plan is not None

    # -- the plan --------------------------------------------------------------------------------------------

    def action_open_plan(self) -> None:
        """Open a plan for a family that has none."""
        if self.file is None:
            return
        if self.file.plan is not None:
            self.say("A plan is open already.")
            return
        self.work(_open_plan, self.laptop, self.family_id, then=self._plan_open)

    def _plan_open(self, saved: Saved) -> None:
        self._told("Plan opened, saved on this laptop · not yet sent. + adds its first need")

    def action_give_copy(self) -> None:
        """``g``: to whom a copy was given, and when."""
        if self._has_plan():
            self._ask(CopyDialog(self.family_id))

    # -- needs and actions -----------------------------------------------------------------------------------

    def action_add_need(self) -> None:
        """``+``: a need; where no plan is open, the plan first. At a child in none of it the need is for that child."""
        if self.file is not None and self.file.plan is None:
            self.action_open_plan()
        elif self._has_plan():
            found = self._finding()
            child = found.about.id if found is not None and found.about.kind == "child" else None
            self._ask(NeedDialog(self.family_id, person_id=child))

    def action_add_action(self) -> None:
        """``a``: an action under the need at the cursor."""
        if not self._has_plan():
            return
        row = self._selected_row
        under = row.id if isinstance(row, NeedLine) else row.need_id if isinstance(row, Step) else None
        self._ask(ActionDialog(self.family_id, need_id=under))

    def action_set_date(self) -> None:
        """``d``: by when the selected action is to be done."""
        self._change_action("due")

    def action_choose_who(self) -> None:
        """``o``: who does the selected action; on any other row who is who in this family."""
        if isinstance(self._selected_row, Step):
            self._change_action("who")
        else:
            self.hub_app.action_whos_who()

    def action_reword(self) -> None:
        """``e``: other words for a need, its outcome, or an action."""
        row = self._selected_row
        if isinstance(row, NeedLine):
            found = self._finding()
            about_outcome = found is not None and found.code != "need_without_action"
            self._ask(NeedDialog(self.family_id, row.id, first="outcome" if about_outcome else "what"))
        else:
            self._change_action("what")

    def _change_action(self, first: str) -> None:
        row = self._selected_row
        if isinstance(row, Step):
            self._ask(ActionDialog(self.family_id, row.id, first=first))
        else:
            self.say("Select an action first, with the arrows.")

    def action_score_need(self) -> None:
        """``r``: where the selected need stands, 0 to 10."""
        row = self._selected_row
        need = row.id if isinstance(row, NeedLine) else row.need_id if isinstance(row, Step) else None
        if need:
            self._ask(ScoreDialog(self.family_id, need))
        else:
            self.say("Select a need first, with the arrows.")

    # -- the plan check --------------------------------------------------------------------------------------

    def action_next_finding(self) -> None:
        """``c``: the cursor goes to the next row with something to mend."""
        if self.file is None:
            return
        where = {f.row for f in self.to_mend}
        rows = self.query_one(Rows)
        count = len(rows.items)
        for place in (p % count for p in range(rows.cursor + 1, rows.cursor + 1 + count)):
            item = rows.items[place]
            hidden = isinstance(item, FindingLine) and not item.own
            if not hidden and about_of(item) in where:
                rows.cursor = place
                return
        self.say("Nothing to mend.")

    def action_keep_finding(self) -> None:
        """``k``: keep the finding at the selected row, because …."""
        found = self._finding()
        if found is None:
            self.say("Nothing is to be mended in this row.")
            return
        from familyhub.tui.dialogs.why import WhyDialog

        self.hub_app.push_screen(
            WhyDialog(f"{found.text} Keep it until the next review, because:"),
            lambda because: self._keep(found, because),
        )

    def _keep(self, found: Finding, because: str | None) -> None:
        if because:
            entry = KeepEntry(self.family_id, found.code, *found.about, because)
            self.work(_keep, self.laptop, entry, then=self._kept)

    def _kept(self, saved: Saved) -> None:
        self._told("Kept until the next review, saved on this laptop · not yet sent")


def _open_plan(laptop: Laptop, family_id: str) -> Saved:
    from familyhub.casework import plans

    return plans.open_plan(laptop, PlanEntry(family_id))


def _keep(laptop: Laptop, entry: KeepEntry) -> Saved:
    from familyhub.casework import plan_checking

    return plan_checking.keep_finding(laptop, entry)
