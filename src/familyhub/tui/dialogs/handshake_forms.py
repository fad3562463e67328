"""The forms in which a step up or a step down is asked for: why, with whom, what goes with it, whether the family knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from familyhub.casework.handshake_entries import StepDownEntry, StepUpEntry
from familyhub.practice.days import short_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.front_door import ContactView
from familyhub.practice.handshakes import HandshakeView
from familyhub.records.codes import FAMILY_TOLD
from familyhub.tui.dialogs.form_dialog import Begun, FormDialog, kept_before
from familyhub.tui.widgets.fields import FormRow, LineField
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop


@dataclass(frozen=True, slots=True)
class Between(Begun):
    """What was read to open a form about a step up or step down: the family's file or the contact, and ``one`` that stands."""

    file: FamilyFile | None = None
    contact: ContactView | None = None
    one: HandshakeView | None = None


class HandshakeDialog(FormDialog[Between]):
    """What they have in common. ``handshake_id``: of one that stands; ``contact_id``: where social care asks in a contact."""

    gone_words = "That is in this file no more."

    def __init__(
        self, family_id: str, handshake_id: str = "", *, contact_id: str = "", first: str = "reason", draft_id: str | None = None
    ) -> None:  # fmt: skip
        super().__init__(first=first, draft_id=draft_id)
        self.family_id, self.handshake_id, self.contact_id = family_id, handshake_id, contact_id

    @property
    def key(self) -> str:
        """The step up or step down that stands, or the contact."""
        return self.handshake_id or self.contact_id

    def read(self, laptop: Laptop) -> Between:
        """Read the file or the contact, and what was typed in this form before; runs in a thread; raises ``Refused``."""
        from familyhub.casework import front_door, handshake_parts, reading

        file, contact, one = None, None, None
        if self.handshake_id:
            found = handshake_parts.find(laptop, self.family_id, self.handshake_id)
            file, contact, one = found.file, found.contact, found.one
        elif self.contact_id:
            contact = front_door.contact(laptop, self.contact_id)
        else:
            file = reading.family(laptop, self.family_id)
        draft = kept_before(laptop, self.draft_kind, self.key, self.draft_id, self.family_id or None)
        name = contact.names if contact is not None else file.name if file is not None else ""
        return Between(name, laptop.today, draft, file, contact, one)

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
        entry = StepUpEntry(self.family_id, on=self.laptop.today.isoformat())
        file = self.opened.file if self.opened else None
        if file is not None and (decided := file.step_up_decided) is not None:
            entry.reason, entry.meeting_id = decided.because, decided.id
        return entry

    def title_words(self, opened: Between) -> str:
        """What it is."""
        return "Step up to social care"

    def rows(self, opened: Between) -> list[Widget]:
        """Why, to whom, with what, and what the family says."""
        entry, plan = self.entry, opened.file.plan if opened.file else None
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
        """Nothing typed yet; of a contact what it says already, which its author looks over."""
        entry = StepDownEntry(self.family_id, on=self.laptop.today.isoformat(), contact_id=self.contact_id)
        contact = self.opened.contact if self.opened else None
        if contact is not None:
            entry.reason, entry.service, entry.whom = contact.worry, contact.agency, contact.who
            entry.told = (
                {True: "agrees", False: "disagrees", None: ""}[contact.parent_agrees]
                if contact.parent_told
                else ""
            )
            entry.on = contact.received_at[:10] or entry.on
        return entry

    def title_words(self, opened: Between) -> str:
        """What it is."""
        return "Step down to early help"

    def rows(self, opened: Between) -> list[Widget]:
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
        from familyhub.casework import step_downs

        return step_downs.ask_step_down(laptop, entry)


def form_of(entry: Any, draft_id: str) -> HandshakeDialog | None:
    """The form in which a draft of a step up or step down is written on; None for an entry of another kind."""
    match entry:
        case StepUpEntry():
            return StepUpDialog(entry.family_id, draft_id=draft_id)
        case StepDownEntry():
            return StepDownDialog(entry.family_id, contact_id=entry.contact_id, draft_id=draft_id)
    from familyhub.tui.dialogs import handshake_answers

    return handshake_answers.form_of(entry, draft_id)
