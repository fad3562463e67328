"""The forms of *Ask a social worker* and *We disagree*, about a family or about a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace
from textual.widget import Widget

from familyhub.casework.advice_entries import (
    AdviceEntry,
    AdviceStepEntry,
    DisagreementEntry,
    EscalateEntry,
    SettleEntry,
)
from familyhub.tui.dialogs.form_dialog import Begun, FormDialog, kept_before, key_of
from familyhub.tui.widgets.fields import FormRow, LineField
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop


class AdviceForm(FormDialog[Begun]):
    """A form with a day and prose; it is opened with the entry that says what it is about."""

    what: ClassVar[str] = ""
    act: ClassVar[str] = ""

    def __init__(self, entry: Any, *, draft_id: str | None = None) -> None:
        super().__init__(draft_id=draft_id)
        self._new = entry

    @property
    def key(self) -> str:
        """The family, the contact, the question or the disagreement that it is about."""
        return key_of(self._new)

    def read(self, laptop: Laptop) -> Begun:
        """Read whom it is about, and what was typed about the same before; raises ``Refused``."""
        from familyhub.casework import advice

        name = advice.whose(laptop, self._new)
        return Begun(name, laptop.today, kept_before(laptop, self.draft_kind, self.key, self.draft_id))

    def blank(self) -> Any:
        """Nothing typed yet; today, written out: a field that is left does that, and it is not something typed."""
        return replace(self._new, on=self.laptop.today.isoformat())

    def title_words(self, opened: Begun) -> str:
        """What it is."""
        return self.what

    def take(self, name: str, answer: str) -> None:
        """An answer each."""
        setattr(self.entry, name, answer)

    def do(self, laptop: Laptop, entry: Any) -> Saved:
        """Record it."""
        from familyhub.casework import acts

        return acts.ACTS[self.act].do(laptop, entry)


class AskForm(AdviceForm):
    """Question, advice, by whom, decision."""

    draft_kind = "advice"
    saved_words = "Question"
    what, act = "Ask a social worker", "ask_social_worker"

    def rows(self, opened: Begun) -> list[Widget]:
        """The question, and what came of it as far as it is there."""
        return [
            ProseRow("What I ask", ProseField("question", self.entry.question, least=2, most=6)),
            *_answers(self.entry, opened),
        ]


class AnswerForm(AdviceForm):
    """What came of a question."""

    draft_kind = "advice_step"
    saved_words = "What came of the question is"
    what, act = "What was advised, and decided", "add_advice"

    def rows(self, opened: Begun) -> list[Widget]:
        """Advice, by whom, decision."""
        return _answers(self.entry, opened)


def _answers(entry: AdviceEntry | AdviceStepEntry, opened: Begun) -> list[Widget]:
    return [
        FormRow("On", DayField("on", entry.on, today=opened.today, past=True),
                LineField("whom", entry.whom, placeholder="who advised")),
        ProseRow("What was advised", ProseField("advice", entry.advice, least=2, most=6)),
        ProseRow("What we decided, and why", ProseField("decision", entry.decision, least=2, most=6)),
    ]  # fmt: skip


class DisagreeForm(AdviceForm):
    """Our view and the other; its clock begins."""

    draft_kind = "disagreement"
    saved_words = "Disagreement"
    what, act = "We disagree", "open_disagreement"

    def rows(self, opened: Begun) -> list[Widget]:
        """With whom, both views."""
        entry = self.entry
        return [
            FormRow("With", LineField("with_whom", entry.with_whom, placeholder="a person and their service"),
                    DayField("on", entry.on, today=opened.today, past=True)),
            ProseRow("Our view, and why", ProseField("view", entry.view, least=2, most=6)),
            ProseRow("Their view, in their words", ProseField("other", entry.other, least=2, most=6)),
        ]  # fmt: skip


class EscalateForm(AdviceForm):
    """Take it to the next stage, because."""

    draft_kind = "escalation"
    saved_words = "That it goes to the next stage is"
    what, act = "To the next stage", "escalate_disagreement"

    def rows(self, opened: Begun) -> list[Widget]:
        """When, and why it was not settled."""
        because = ProseField("because", self.entry.because, least=2, most=6)
        return [
            FormRow("On", DayField("on", self.entry.on, today=opened.today, past=True)),
            ProseRow("Why it was not settled at this stage", because),
        ]


class SettleForm(AdviceForm):
    """How it was settled."""

    draft_kind = "settlement"
    saved_words = "The outcome is"
    what, act = "It is settled", "settle_disagreement"

    def rows(self, opened: Begun) -> list[Widget]:
        """When, and the outcome."""
        outcome = ProseField("outcome", self.entry.outcome, least=2, most=6)
        return [
            FormRow("On", DayField("on", self.entry.on, today=opened.today, past=True)),
            ProseRow("The outcome, and what follows for the children", outcome),
        ]


FORMS: dict[type[Any], type[AdviceForm]] = {
    AdviceEntry: AskForm,
    AdviceStepEntry: AnswerForm,
    DisagreementEntry: DisagreeForm,
    EscalateEntry: EscalateForm,
    SettleEntry: SettleForm,
}
"""The form in which each kind of entry is written."""


def form_of(entry: Any, draft_id: str | None = None) -> AdviceForm | None:
    """The form in which an entry, or a draft of one, is written; None for an entry of another kind."""
    form = FORMS.get(type(entry))
    return form(entry, draft_id=draft_id) if form is not None else None
