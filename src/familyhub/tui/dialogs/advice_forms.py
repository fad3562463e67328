"""The forms of *Ask a social worker* and *We disagree*: what is typed is kept as a draft on this laptop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.advice_entries import (
    AdviceEntry,
    AdviceStepEntry,
    DisagreementEntry,
    EscalateEntry,
    SettleEntry,
)
from familyhub.tui.dialogs.dialog import Dialog
from familyhub.tui.widgets.autosave import KeepsDraft, kept_words
from familyhub.tui.widgets.fields import DayField, FieldChanged, FormRow, LineField, fields_in, show_problems
from familyhub.tui.widgets.fields_hint import KeyHint
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop
    from familyhub.casework.problems import Problem

Reopened = tuple[Any, str]
"""An entry as it was typed before, and when it was kept (ISO UTC); an empty text for one that is new."""


class AdviceForm(KeepsDraft, Dialog[str]):
    """A form with prose; what the act said when it was saved."""

    CSS_PATH = "advice_forms.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", show=False, priority=True),
        Binding("f2", "close", "Leave it", show=False, priority=True),
    ]
    what: ClassVar[str] = ""
    act: ClassVar[str] = ""

    def __init__(self, entry: Any, about: str = "") -> None:
        super().__init__()
        self._new, self._about = entry, about
        self._busy = self._touched = False

    def compose(self) -> ComposeResult:
        """The box; it is filled when drafts have been looked through."""
        with Vertical(classes="dialog-box", id="advice-box"):
            yield Static(
                f"{self.what}{f' · {self._about}' if self._about else ''}", id="advice-title", markup=False
            )
            yield VerticalScroll(id="advice-form", can_focus=False)
            yield Static("", id="advice-problem", classes="problem", markup=False)
            yield Static("", id="advice-kept", classes="muted", markup=False)
            yield KeyHint((("^S", "Save"), ("Esc", "Leave it")), id="advice-keys")

    def on_mount(self) -> None:
        """Look for what was typed here before."""
        self.work(_reopened, self.laptop, self.draft_kind, self._new, then=self._open)

    def rows(self, entry: Any, today: date) -> list[Widget]:
        """The fields."""
        raise NotImplementedError

    async def _open(self, found: Reopened) -> None:
        self.entry, kept_at = found
        if self.entry.on == "today":  # a field that is left writes the day out: that is not something typed
            self.entry.on = self.laptop.today.isoformat()
        await self.query_one("#advice-form").mount_all(self.rows(self.entry, self.laptop.today))
        if kept_at:
            self._touched = True
            self.show_kept(kept_words(datetime.fromisoformat(kept_at).astimezone()))
            self.return_to(self)
        else:
            fields_in(self)[0].focus()

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep what was typed, on the disk at the next pause."""
        if self.entry is not None and getattr(self.entry, event.by.field) != event.by.answer:
            setattr(self.entry, event.by.field, event.by.answer)
            self._touched = True
            self.touched()

    def show_kept(self, words: str) -> None:
        """At the foot of the box."""
        self.query_one("#advice-kept", Static).update(words)

    async def on_key_hint_pressed(self, event: KeyHint.Pressed) -> None:
        """The letters at the foot are buttons."""
        await (self.action_save() if event.key == "^S" else self.action_close())

    async def action_save(self) -> None:
        """^S: save it."""
        if self.entry is None or self._busy:
            return
        self._busy = True
        await self.keep()
        await self.autosave.stop()
        self.work(_do, self.laptop, self.act, self.entry, then=self._saved, failed=self._refused)

    def _saved(self, saved: Saved) -> None:
        self.entry = None
        self.dismiss(saved.note or "Saved on this laptop · not yet sent")

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        self.autosave.go_on()
        homeless = show_problems(self.query_one("#advice-form"), problems)
        told = " ".join(p.sentence for p in homeless) or ("" if problems else sentence)
        line = self.query_one("#advice-problem", Static)
        line.update(f"! {told}" if told else "")
        line.set_class(bool(told), "-shown")

    async def action_close(self) -> None:
        """Esc: what was typed stays as a draft; where nothing was, nothing is left behind."""
        if self.entry is not None and self._touched:
            await self.keep()
            await self.autosave.stop()  # the fields that are left now write nothing behind who opens it again
            self.say("Not saved; what you typed is kept as a draft on this laptop. Today opens it again.")
        self.dismiss("")


class AskForm(AdviceForm):
    """Question, advice, by whom, decision."""

    draft_kind = "advice"
    what, act = "Ask a social worker", "ask_social_worker"

    def rows(self, entry: AdviceEntry, today: date) -> list[Widget]:
        """The question, and what came of it as far as it is there."""
        return [
            ProseRow("What I ask", ProseField("question", entry.question, least=2, most=6)),
            *_answers(entry, today),
        ]


class AnswerForm(AdviceForm):
    """What came of a question."""

    draft_kind = "advice_step"
    what, act = "What was advised, and decided", "add_advice"

    def rows(self, entry: AdviceStepEntry, today: date) -> list[Widget]:
        """Advice, by whom, decision."""
        return _answers(entry, today)


def _answers(entry: AdviceEntry | AdviceStepEntry, today: date) -> list[Widget]:
    return [
        FormRow("On", DayField("on", entry.on, today=today, past=True), LineField("whom", entry.whom, placeholder="who advised")),
        ProseRow("What was advised", ProseField("advice", entry.advice, least=2, most=6)),
        ProseRow("What we decided, and why", ProseField("decision", entry.decision, least=2, most=6)),
    ]  # fmt: skip


class DisagreeForm(AdviceForm):
    """Our view and the other; its clock begins."""

    draft_kind = "disagreement"
    what, act = "We disagree", "open_disagreement"

    def rows(self, entry: DisagreementEntry, today: date) -> list[Widget]:
        """With whom, both views."""
        return [
            FormRow("With", LineField("with_whom", entry.with_whom, placeholder="a person and their service"),
                    DayField("on", entry.on, today=today, past=True)),
            ProseRow("Our view, and why", ProseField("view", entry.view, least=2, most=6)),
            ProseRow("Their view, in their words", ProseField("other", entry.other, least=2, most=6)),
        ]  # fmt: skip


class EscalateForm(AdviceForm):
    """Take it to the next stage, because."""

    draft_kind = "escalation"
    what, act = "To the next stage", "escalate_disagreement"

    def rows(self, entry: EscalateEntry, today: date) -> list[Widget]:
        """When, and why it was not settled."""
        return [
            FormRow("On", DayField("on", entry.on, today=today, past=True)),
            ProseRow(
                "Why it was not settled at this stage", ProseField("because", entry.because, least=2, most=6)
            ),
        ]


class SettleForm(AdviceForm):
    """How it was settled."""

    draft_kind = "settlement"
    what, act = "It is settled", "settle_disagreement"

    def rows(self, entry: SettleEntry, today: date) -> list[Widget]:
        """When, and the outcome."""
        return [
            FormRow("On", DayField("on", entry.on, today=today, past=True)),
            ProseRow(
                "The outcome, and what follows for the children",
                ProseField("outcome", entry.outcome, least=2, most=6),
            ),
        ]


FORMS: dict[type[Any], Callable[[Any, str], AdviceForm]] = {
    AdviceEntry: AskForm,
    AdviceStepEntry: AnswerForm,
    DisagreementEntry: DisagreeForm,
    EscalateEntry: EscalateForm,
    SettleEntry: SettleForm,
}
"""The form in which each kind of entry is written."""


def form_of(entry: Any, about: str = "") -> AdviceForm | None:
    """The form in which an entry is written; None for an entry of another kind."""
    form = FORMS.get(type(entry))
    return form(entry, about) if form is not None else None


def _key(entry: Any) -> tuple[str, ...]:
    """What an entry is about."""
    names = ("family_id", "contact_id", "asked_id", "disagreement_id")
    return tuple(getattr(entry, name, "") for name in names)


def _reopened(laptop: Laptop, kind: str, new: Any) -> Reopened:
    """What was typed before about the same, else the new entry. Runs in a thread."""
    from familyhub.casework import drafts

    for draft in drafts.unfinished(laptop):
        if draft.kind != kind or new.draft_id not in ("", draft.id):
            continue
        found = drafts.reopen(laptop, draft.id)
        if found is not None and _key(found[1]) == _key(new):
            return found[1], draft.saved_at
    return new, ""


def _do(laptop: Laptop, act: str, entry: Any) -> Saved:
    from familyhub.casework import acts

    return acts.ACTS[act].do(laptop, entry)
