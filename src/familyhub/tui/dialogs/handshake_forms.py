"""The forms in which a step up or a step down is asked for: why, with whom, what goes with it, whether the family knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from familyhub.casework.handshake_entries import StepDownEntry, StepUpEntry
from familyhub.practice.days import short_day
from familyhub.records.codes import FAMILY_TOLD
from familyhub.tui.dialogs.family_dialog import FamilyDialog, Opened
from familyhub.tui.widgets.fields import FormRow, LineField
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop


class HandshakeDialog(FamilyDialog):
    """What both have in common."""

    def __init__(self, family_id: str, *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="reason", draft_id=draft_id)

    def take(self, name: str, answer: str) -> None:
        """An answer each."""
        setattr(self.entry, name, answer)

    def _why(self, question: str) -> Widget:
        return ProseRow(
            question, ProseField("reason", self.entry.reason, least=2, most=6),
            ReadersField("reason_readers", self.entry.reason_readers),
        )  # fmt: skip

    def _told(self) -> list[Widget]:
        entry = self.entry
        return [
            FormRow("Family", ChoiceField("told", {"": "do they know, and agree?", **FAMILY_TOLD.values}, entry.told)),
            FormRow("They say", LineField("told_why", entry.told_why, placeholder="what they say, or why they were not told")),
        ]  # fmt: skip


class StepUpDialog(HandshakeDialog):
    """A step up is asked for; what a meeting decided stands there already."""

    draft_kind = "step_up"
    saved_words = "Step up asked for:"

    def blank(self) -> StepUpEntry:
        """What the last meeting decided, where it decided that; else nothing."""
        assert self.opened is not None
        entry = StepUpEntry(self.family_id, on=self.laptop.today.isoformat())
        if (decided := self.opened.file.step_up_decided) is not None:
            entry.reason, entry.meeting_id = decided.because, decided.id
        return entry

    def title_words(self, opened: Opened) -> str:
        """What it is."""
        return "Step up to social care"

    def rows(self, opened: Opened) -> list[Widget]:
        """Why, to whom, with what, and what the family says."""
        entry, plan = self.entry, opened.file.plan
        began = f" of {short_day(plan.started_on, opened.today)}" if plan and plan.started_on else ""
        attached = f"empty: the plan{began}" if plan else "no plan is open: what goes with it, or why nothing"
        return [
            self._why("Why: what is beyond early help?"),
            FormRow("To", LineField("service", entry.service, placeholder="team or agency"),
                    LineField("whom", entry.whom, placeholder="a person, if known")),
            FormRow("Attached", LineField("attached", entry.attached, placeholder=attached)),
            *self._told(),
            FormRow("On", DayField("on", entry.on, today=opened.today, past=True), hint="a manager agrees before it is sent"),
        ]  # fmt: skip

    def do(self, laptop: Laptop, entry: StepUpEntry) -> Saved:
        """Ask for it."""
        from familyhub.casework import handshakes

        return handshakes.ask_step_up(laptop, entry)


class StepDownDialog(HandshakeDialog):
    """Social care asks early help to take a family on."""

    draft_kind = "step_down"
    saved_words = "Step down:"

    def blank(self) -> StepDownEntry:
        """Nothing typed yet."""
        return StepDownEntry(self.family_id, on=self.laptop.today.isoformat())

    def title_words(self, opened: Opened) -> str:
        """What it is."""
        return "Step down to early help"

    def rows(self, opened: Opened) -> list[Widget]:
        """Why, who asks, what they hand over, when both meet, and what the family says."""
        entry = self.entry
        return [
            self._why("Why: what is better, what is still needed?"),
            FormRow("From", LineField("service", entry.service, placeholder="team of social care"),
                    LineField("whom", entry.whom, placeholder="a person, if known")),
            FormRow("Attached", LineField("attached", entry.attached, placeholder="their plan, a closing summary, or why nothing")),
            FormRow("Handover", DayField("handover_on", entry.handover_on, today=opened.today),
                    hint="the joint meeting, planned or held"),
            *self._told(),
            FormRow("On", DayField("on", entry.on, today=opened.today, past=True), hint="the coordinator accepts or declines"),
        ]  # fmt: skip

    def do(self, laptop: Laptop, entry: StepDownEntry) -> Saved:
        """Record that it is asked for."""
        from familyhub.casework import handshakes

        return handshakes.ask_step_down(laptop, entry)


def form_of(entry: Any, draft_id: str) -> FamilyDialog | None:
    """The form in which a draft of a step up or step down is written on; None for an entry of another kind."""
    match entry:
        case StepUpEntry():
            return StepUpDialog(entry.family_id, draft_id=draft_id)
        case StepDownEntry():
            return StepDownDialog(entry.family_id, draft_id=draft_id)
    return None
