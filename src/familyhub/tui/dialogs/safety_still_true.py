"""*Still true*: a safety note, or what is known about a person, was looked at again; one key and Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.casework.safety_entries import RiskEntry, SafetyNoteEntry
from familyhub.practice.safety import usual_review
from familyhub.records.codes import RISK
from familyhub.tui.dialogs.ask import AskDialog
from familyhub.tui.screens.safety_words import NoteRow, RiskRow
from familyhub.tui.widgets.fields import FormRow, LineField
from familyhub.tui.widgets.fields_read import DayField
from familyhub.tui.widgets.lines import plain

if TYPE_CHECKING:
    from datetime import date

    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop


class StillTrueDialog(AskDialog):
    """What it says, and the day on which it is looked at again; Enter saves."""

    def __init__(self, family_id: str, row: NoteRow | RiskRow, today: date) -> None:
        self._family_id, self._row = family_id, row
        what = row.note.what if isinstance(row, NoteRow) else row.risk.what
        kind = row.note.kind if isinstance(row, NoteRow) else f"{row.about}: {RISK.words(row.risk.risk)}"
        day = DayField("review_on", usual_review(today), today=today, ahead=True)
        super().__init__(
            f"Still true: {plain(kind)}\n{plain(what)}",
            [FormRow("Look again", day, hint="Enter: still true, look again on that day")],
            self._do,
        )

    def _do(self, laptop: Laptop, answers: dict[str, str]) -> Saved:
        from familyhub.casework import safety

        review = answers["review_on"]
        if isinstance(self._row, NoteRow):
            note = self._row.note
            entry = SafetyNoteEntry(
                family_id=self._family_id, note_id=note.id, review_on=review, rev=note.rev
            )
            return safety.change_safety_note(laptop, entry)
        risk = self._row.risk
        return safety.change_risk(
            laptop, RiskEntry(family_id=self._family_id, risk_id=risk.id, review_on=review, rev=risk.rev)
        )

    async def on_line_field_entered(self, event: LineField.Entered) -> None:
        """Enter saves."""
        await self.action_save()
