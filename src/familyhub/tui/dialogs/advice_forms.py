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
from familyhub.tui.widgets.fields import Field, FormRow, LineField
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop


LINES = {"whom": "who advised", "with_whom": "a person and their service"}
"""Fields of one line, with what stands in them while they are empty; the day is one too, all others are prose."""
Rows = tuple[tuple[str, tuple[str, ...]], ...]
"""The rows of a form: a label and the fields beside it."""


class AdviceForm(FormDialog[Begun]):
    """A form with a day and prose, as ``asks`` says; it is opened with the entry that says what it is about."""

    what: ClassVar[str] = ""
    act: ClassVar[str] = ""
    asks: ClassVar[Rows] = ()

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

    def rows(self, opened: Begun) -> list[Widget]:
        """What it asks."""
        return [self._row(label, [self._field(n, opened) for n in names]) for label, names in self.asks]

    def _field(self, name: str, opened: Begun) -> Field:
        value = getattr(self.entry, name)
        if name == "on":
            return DayField("on", value, today=opened.today, past=True)
        if name in LINES:
            return LineField(name, value, placeholder=LINES[name])
        return ProseField(name, value, least=2, most=6)

    @staticmethod
    def _row(label: str, fields: list[Field]) -> Widget:
        first = fields[0]
        return ProseRow(label, first) if isinstance(first, ProseField) else FormRow(label, *fields)

    def take(self, name: str, answer: str) -> None:
        """An answer each."""
        setattr(self.entry, name, answer)

    def do(self, laptop: Laptop, entry: Any) -> Saved:
        """Record it."""
        from familyhub.casework import acts

        return acts.ACTS[self.act].do(laptop, entry)


class AnswerForm(AdviceForm):
    """What came of a question: advice, by whom, decision."""

    draft_kind = "advice_step"
    saved_words = "What came of the question is"
    what, act = "What was advised, and decided", "add_advice"
    asks = (
        ("On", ("on", "whom")),
        ("What was advised", ("advice",)),
        ("What we decided, and why", ("decision",)),
    )


class AskForm(AdviceForm):
    """A question, and what came of it as far as it is there."""

    draft_kind = "advice"
    saved_words = "Question"
    what, act = "Ask a social worker", "ask_social_worker"
    asks = (("What I ask", ("question",)), *AnswerForm.asks)


class DisagreeForm(AdviceForm):
    """Our view and the other; its clock begins."""

    draft_kind = "disagreement"
    saved_words = "Disagreement"
    what, act = "We disagree", "open_disagreement"
    asks = (
        ("With", ("with_whom", "on")),
        ("Our view, and why", ("view",)),
        ("Their view, in their words", ("other",)),
    )


class EscalateForm(AdviceForm):
    """Take it to the next stage, because."""

    draft_kind = "escalation"
    saved_words = "That it goes to the next stage is"
    what, act = "To the next stage", "escalate_disagreement"
    asks = (("On", ("on",)), ("Why it was not settled at this stage", ("because",)))


class SettleForm(AdviceForm):
    """How it was settled."""

    draft_kind = "settlement"
    saved_words = "The outcome is"
    what, act = "It is settled", "settle_disagreement"
    asks = (("On", ("on",)), ("The outcome, and what follows for the children", ("outcome",)))


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
