"""What can be done on the Sharing of a family's page: agreement recorded, refreshed, taken back; sharing logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.casework.agreement_entries import OpinionEntry
from familyhub.practice.agreement import standings
from familyhub.tui.dialogs.sharing_forms import (
    AgreementDialog,
    RecordCopyDialog,
    SharingDialog,
    WithdrawalDialog,
)
from familyhub.tui.screens.family_acts import FileActs
from familyhub.tui.screens.family_sharing import AgreementRow

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop
    from familyhub.practice.agreement import Standing


class SharingActs(FileActs):
    """The part of a family's page that writes agreement and sharing."""

    def _one(self) -> Standing | None:
        """The adult at the cursor; where the cursor is elsewhere and one adult alone matters, that one."""
        row = self._selected_row
        if isinstance(row, AgreementRow):
            return row.standing
        found = standings(self.file) if self.file is not None else ()
        return found[0] if len(found) == 1 else None

    def _agreed(self) -> Standing | None:
        """The adult at the cursor whose agreement stands; where there is none, that is said."""
        one = self._one()
        if one is None:
            self.say("Select somebody's agreement first, with the arrows.")
        elif one.line is None or one.line.state_code != "agreed":
            self.say(f"{one.person.given} has not agreed to anything that stands. a records what they say.")
        else:
            return one
        return None

    def action_log_sharing(self) -> None:
        """``+``: what was shared, with whom; what the agreement gives is offered."""
        self._ask(SharingDialog(self.family_id))

    def action_record_agreement(self) -> None:
        """``a``: what somebody agreed to, declined, or why they were not asked."""
        one = self._one()
        self._ask(AgreementDialog(self.family_id, one.person.id if one else ""))

    def action_refresh_agreement(self) -> None:
        """``r``: it was asked again, and stands."""
        if (one := self._agreed()) is not None:
            self._ask(AgreementDialog(self.family_id, one.person.id, again=True))

    def action_withdraw_agreement(self) -> None:
        """``x``: somebody took it back; is it safe to stop?"""
        if (one := self._agreed()) is not None:
            self._ask(WithdrawalDialog(self.family_id, one.person.id))

    def action_give_record_copy(self) -> None:
        """``g``: a copy of the agreement was given."""
        self._ask(RecordCopyDialog(self.family_id, "agreement"))

    def action_give_opinion(self) -> None:
        """``y``: a manager's view of an agreement that was taken back."""
        one = self._one()
        if one is None or one.line is None or one.line.state_code != "withdrawn":
            self.say("Select an agreement that was taken back first, with the arrows.")
            return
        from familyhub.tui.dialogs.why import WhyDialog

        question = f"{one.person.given} took the agreement back. Your view as manager: may help stop, and what about each child?"
        person_id = one.person.id
        self.hub_app.push_screen(WhyDialog(question), lambda view: self._opinion(person_id, view))

    def _opinion(self, person_id: str, view: str | None) -> None:
        if view:
            entry = OpinionEntry(self.family_id, person_id, view)
            self.work(
                _give,
                self.laptop,
                entry,
                then=lambda _: self._told("Your view is saved on this laptop · not yet sent"),
            )


def _give(laptop: Laptop, entry: OpinionEntry) -> Saved:
    from familyhub.casework import agreements

    return agreements.give_opinion(laptop, entry)
