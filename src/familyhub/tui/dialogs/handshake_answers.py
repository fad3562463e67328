"""The forms in which a step up was sent, and a step up or step down is accepted or declined; each is kept as a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from familyhub.casework.handshake_entries import AcceptStep, DeclineStep, SendStepUp
from familyhub.practice.handshakes import STEP_UP, HandshakeView
from familyhub.records.codes import LEVEL, SAFE_NOW, TOLD_WAY
from familyhub.tui.dialogs.handshake_forms import Between, HandshakeDialog
from familyhub.tui.widgets.fields import FormRow, LineField
from familyhub.tui.widgets.fields_choice import ChoiceField
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop


class AnswerDialog(HandshakeDialog):
    """What sending, accepting and declining have in common: a step up or step down that stands, and a day."""

    def __init__(self, family_id: str, handshake_id: str, *, draft_id: str | None = None) -> None:
        super().__init__(family_id, handshake_id, first="on", draft_id=draft_id)

    @property
    def one(self) -> HandshakeView:
        """What stands; raises ``LookupError`` where it is not here."""
        if self.opened is None or self.opened.one is None:
            raise LookupError("handshake")
        return self.opened.one

    @property
    def up(self) -> bool:
        """Whether it is a step up: social care answers."""
        return self.one.kind == STEP_UP

    def _on(self) -> DayField:
        return DayField("on", self.entry.on, today=self.laptop.today, past=True)

    def _side(self) -> list[Widget]:
        """Who of the other side: the person has to be named for what they answered."""
        entry, one = self.entry, self.one
        return [
            FormRow("Who", LineField("whom", entry.whom, placeholder=one.whom or "a person"),
                    LineField("service", entry.service, placeholder="team or agency")),
        ]  # fmt: skip


class SentDialog(AnswerDialog):
    """A step up was sent."""

    draft_kind = "step_sent"
    saved_words = "Step up sent:"

    def blank(self) -> SendStepUp:
        """Today, to the team that was asked for."""
        today = self.laptop.today.isoformat()
        return SendStepUp(self.family_id, self.handshake_id, today, service=self.one.service)

    def title_words(self, opened: Between) -> str:
        """What it is, and what goes with it."""
        return f"The step up was sent, with {self.one.attached or 'nothing'}"

    def rows(self, opened: Between) -> list[Widget]:
        """When, how, to whom."""
        ways = {"": "how", **TOLD_WAY.values}
        return [FormRow("On", self._on(), ChoiceField("way", ways, self.entry.way)), *self._side()]

    def do(self, laptop: Laptop, entry: SendStepUp) -> Saved:
        """Record it."""
        from familyhub.casework import handshakes

        return handshakes.send_step_up(laptop, entry)


class AcceptedDialog(AnswerDialog):
    """The other side accepts; of a step down child by child."""

    draft_kind = "step_accepted"
    saved_words = "Accepted:"

    def blank(self) -> AcceptStep:
        """Today; of a step down the handover meeting that was planned, where its day has come."""
        one, today = self.one, self.laptop.today.isoformat()
        entry = AcceptStep(self.family_id, self.handshake_id, today)
        if self.up:
            entry.service = one.service
        else:
            entry.handover_on = one.handover_on if one.handover_on <= today else ""
            entry.handover_with = one.whom
        return entry

    def title_words(self, opened: Between) -> str:
        """Who accepts what."""
        return "Social care accepts the step up" if self.up else "Early help accepts the step down"

    def rows(self, opened: Between) -> list[Widget]:
        """When; who of social care, or each child's level and the handover meeting; what they say of it."""
        entry = self.entry
        rows: list[Widget] = [
            FormRow("On", self._on()),
            *(self._side() if self.up else self._children(opened)),
        ]
        words = "What they say of it" if self.up else "What was agreed, or why no handover meeting"
        return [*rows, ProseRow(words, ProseField("text", entry.text, least=2, most=5))]

    def _children(self, opened: Between) -> list[Widget]:
        from familyhub.casework.handshake_parts import Found
        from familyhub.casework.step_downs import NOT_HELPED, children_asked
        from familyhub.practice.handshakes import stands

        entry = self.entry
        levels = {"": "which level of need?", **LEVEL.values, NOT_HELPED: "early help is not for them"}
        levels.pop("4")
        rows: list[Widget] = []
        gap = "  " if opened.contact is not None else ""
        for child in children_asked(Found(self.one, stands(self.one), opened.file, opened.contact)):
            fields: list[Widget] = [
                ChoiceField(f"levels:{child.id}", levels, entry.levels.get(child.id, ""), before=gap)
            ]
            if child.safe is not None:
                asked = f"safe now: {SAFE_NOW.words(child.safe)}" if child.safe else "safe now?"
                safe = {"": asked, **SAFE_NOW.values}
                fields.insert(0, ChoiceField(f"safe:{child.id}", safe, entry.safe.get(child.id, "")))
            rows.append(FormRow(child.given[:9], *fields))
        if opened.contact is not None:
            rows.append(
                FormRow(
                    "How",
                    LineField(
                        "safe_how",
                        entry.safe_how,
                        placeholder="who saw or heard it, and when",
                    ),
                )
            )
        handover = DayField("handover_on", entry.handover_on, today=opened.today, past=True)
        with_whom = LineField("handover_with", entry.handover_with, placeholder="with whom of social care")
        return [*rows, FormRow("Handover", handover, with_whom)]

    def take(self, name: str, answer: str) -> None:
        """An answer each; of children by child."""
        kind, _, child = name.partition(":")
        if not child:
            super().take(name, answer)
        elif answer:
            getattr(self.entry, kind)[child] = answer
        else:
            getattr(self.entry, kind).pop(child, None)

    def do(self, laptop: Laptop, entry: AcceptStep) -> Saved:
        """Record it."""
        from familyhub.casework import handshakes

        return handshakes.accept_step(laptop, entry)


class DeclinedDialog(AnswerDialog):
    """The other side declines; *we disagree* opens with both views."""

    draft_kind = "step_declined"
    saved_words = "Declined:"

    def blank(self) -> DeclineStep:
        """Today; the view of whoever asked is what they said then."""
        one, today = self.one, self.laptop.today.isoformat()
        entry = DeclineStep(self.family_id, self.handshake_id, today, view=one.reason)
        entry.service = one.service if self.up else ""
        return entry

    def title_words(self, opened: Between) -> str:
        """Who declines what."""
        who = "Social care declines the step up" if self.up else "Early help declines the step down"
        return f"{who}; “we disagree” opens"

    def rows(self, opened: Between) -> list[Widget]:
        """When, who of social care, why, and the other view."""
        entry, up = self.entry, self.up
        return [
            FormRow("On", self._on()), *(self._side() if up else ()),
            ProseRow("Why, in their words" if up else "Why early help declines",
                     ProseField("because", entry.because, least=2, most=5)),
            ProseRow("Our view" if up else "Their view", ProseField("view", entry.view, least=2, most=5)),
        ]  # fmt: skip

    def do(self, laptop: Laptop, entry: DeclineStep) -> Saved:
        """Record it."""
        from familyhub.casework import handshakes

        return handshakes.decline_step(laptop, entry)


def form_of(entry: Any, draft_id: str) -> AnswerDialog | None:
    """The form in which a draft of an answer is written on; None for an entry of another kind."""
    match entry:
        case SendStepUp():
            return SentDialog(entry.family_id, entry.handshake_id, draft_id=draft_id)
        case AcceptStep():
            return AcceptedDialog(entry.family_id, entry.handshake_id, draft_id=draft_id)
        case DeclineStep():
            return DeclinedDialog(entry.family_id, entry.handshake_id, draft_id=draft_id)
    return None
