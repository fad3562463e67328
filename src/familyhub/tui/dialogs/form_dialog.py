"""What the forms over a page share: a box that is filled when its file was read, kept as a draft, saved, refused and left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

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
from familyhub.casework.agreement_entries import AgreementEntry, RecordCopyEntry, WithdrawalEntry
from familyhub.casework.assessment_entries import ChildDayEntry, ChildWordsEntry, SectionEntry
from familyhub.casework.checking import clean
from familyhub.casework.handshake_entries import AcceptStep, DeclineStep, SendStepUp, StepDownEntry
from familyhub.casework.meeting_entries import MeetingPlan
from familyhub.casework.people_entries import PersonEntry
from familyhub.casework.plan_entries import ActionEntry, ActionUpdate, NeedEntry, ScoreEntry
from familyhub.casework.problems import Problem
from familyhub.casework.safety_entries import EndNoteEntry, RiskEntry, SafeContactEntry, SafetyNoteEntry
from familyhub.tui.dialogs.dialog import Dialog
from familyhub.tui.widgets.autosave import KeepsDraft, kept_words
from familyhub.tui.widgets.fields import (
    FieldChanged,
    fields_in,
    show_problems,
)
from familyhub.tui.widgets.fields_hint import KeyHint

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed in a form before; ``at`` (ISO UTC) is empty where nothing was."""

    entry: Any = None
    at: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """What was read to open a form: whose file it writes in, and what was typed before."""

    name: str
    today: date
    draft: Kept


B = TypeVar("B", bound=Begun)


class FormDialog(KeepsDraft, Dialog[bool], Generic[B]):
    """A form over the page that is read; True when something was saved."""

    CSS_PATH = "form_dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", show=False, priority=True),
        Binding("f2", "close", "Leave it", show=False, priority=True),
    ]
    saved_words: ClassVar[str] = ""
    gone_words: ClassVar[str] = "That is in this file no more."
    foot: ClassVar[tuple[tuple[str, str], ...]] = (("^S", "Save"), ("Esc", "Leave it"))

    def __init__(self, *, first: str = "", draft_id: str | None = None) -> None:
        super().__init__()
        self.first, self.draft_id = first, draft_id
        self.opened: B | None = None
        self._busy = self._touched = False

    def compose(self) -> ComposeResult:
        """The box; it is filled when the file has been read."""
        with Vertical(classes="dialog-box", id="form-box"):
            yield Static("", id="form-title", markup=False)
            yield VerticalScroll(id="the-form", can_focus=False)
            yield Static("", id="form-problem", classes="problem", markup=False)
            yield Static("", id="form-kept", classes="muted", markup=False)
            yield KeyHint(self.foot, id="form-keys")

    def on_mount(self) -> None:
        """Read the file."""
        self.work(self.read, self.laptop, then=self._open, failed=self._not_open)

    @property
    def key(self) -> str:
        """What tells two drafts of this form apart, as ``key_of`` says it; an empty text for a new row."""
        return ""

    @property
    def worth_keeping(self) -> bool:
        """Whether what was typed is left as a draft when the form is left."""
        return self._touched

    # what each form has of its own

    def read(self, laptop: Laptop) -> B:
        """Read what the form needs, and what was typed in it before; runs in a thread; raises ``Refused``."""
        raise NotImplementedError

    def blank(self) -> Any:
        """The entry before anything was typed."""
        raise NotImplementedError

    def rows(self, opened: B) -> list[Widget]:
        """The form."""
        raise NotImplementedError

    def title_words(self, opened: B) -> str:
        """The first line."""
        raise NotImplementedError

    def take(self, name: str, answer: str) -> None:
        """Put an answer into the entry."""
        raise NotImplementedError

    def do(self, laptop: Laptop, entry: Any) -> Saved:
        """The act; runs in a thread."""
        raise NotImplementedError

    # opening

    async def _open(self, opened: B) -> None:
        self.opened = opened
        try:
            self.entry = opened.draft.entry or self.blank()
            rows, title = self.rows(opened), self.title_words(opened)
        except LookupError:
            self._not_open(self.gone_words, ())
            return
        self.query_one("#form-title", Static).update(f"{title} · {clean(opened.name)}")
        await self.query_one("#the-form").mount_all(rows)
        if opened.draft.at:
            self._touched = True
            self.show_kept(kept_words(datetime.fromisoformat(opened.draft.at).astimezone()))
            if not self.return_to(self):
                self._begin()
            # What is wrong with the draft takes its lines first.
            self.call_after_refresh(self.call_after_refresh, self._reveal)
        else:
            self._begin()

    def _begin(self) -> None:
        fields = fields_in(self)
        next((f for f in fields if f.field == self.first), fields[0]).focus()

    def _reveal(self) -> None:
        if self.focused is not None:
            self.focused.scroll_visible(animate=False)

    def _not_open(self, sentence: str, problems: Sequence[Problem]) -> None:
        self.entry = None
        self.hub_app.say(sentence, wrong=True)
        self.dismiss(False)

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep what was typed in the entry, and on the disk at the next pause."""
        if self.entry is None or self.opened is None:
            return
        before = repr(self.entry)
        self.take(event.by.field, event.by.answer)
        if repr(self.entry) != before:
            self._touched = True
            self.touched()

    # saving

    def show_kept(self, words: str) -> None:
        """At the foot of the box."""
        self.query_one("#form-kept", Static).update(words)

    async def on_key_hint_pressed(self, event: KeyHint.Pressed) -> None:
        """The letters at the foot are buttons."""
        await (self.action_save() if event.key == "^S" else self.action_close())

    async def action_save(self) -> None:
        """^S: save it."""
        if self.opened is None or self._busy:
            return
        self._busy = True
        await self.keep()
        await self.autosave.stop()
        self.work(self.do, self.laptop, self.entry, then=self._saved, failed=self._refused)

    def _saved(self, saved: Saved) -> None:
        self.entry = None
        self.hub_app.say(
            " · ".join(
                p for p in (f"{self.saved_words} saved on this laptop · not yet sent", saved.note) if p
            )
        )
        self.dismiss(True)
        self.hub_app.call_later(self.hub_app.nudge_sync)

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        self.autosave.go_on()
        homeless = show_problems(self.query_one("#the-form"), problems)
        told = " ".join(p.sentence for p in homeless) or ("" if problems else sentence)
        line = self.query_one("#form-problem", Static)
        line.update(f"! {told}" if told else "")
        line.set_class(bool(told), "-shown")

    async def action_close(self) -> None:
        """Esc: what was typed stays as a draft; where nothing was, nothing is left behind."""
        if self.entry is not None and self._touched:
            worth = self.worth_keeping
            if worth:
                await self.keep()
            await self.autosave.stop()  # the fields that are left now write nothing behind who opens it again
            if worth:
                self.say("Not saved; what you typed is kept as a draft on this laptop. Today opens it again.")
            elif self.entry.draft_id:
                self.work(_discard, self.laptop, self.entry.draft_id, then=self._thrown_away)
                return
        self.dismiss(False)

    def _thrown_away(self, result: None) -> None:
        self.dismiss(False)


def _discard(laptop: Laptop, draft_id: str) -> None:
    from familyhub.casework import drafts

    drafts.discard(laptop, draft_id)


def kept_before(
    laptop: Laptop, kind: str, key: str, draft_id: str | None, family_id: str | None = None
) -> Kept:
    """What was typed in such a form before, in one family's drafts or in all. Runs in a thread."""
    from familyhub.casework import drafts

    for draft in drafts.unfinished(laptop, family_id):
        if draft.kind != kind or draft_id not in (None, draft.id):
            continue
        found = drafts.reopen(laptop, draft.id)
        if found is not None and key_of(found[1]) == key:
            return Kept(found[1], draft.saved_at)
    return Kept()


def key_of(entry: Any) -> str:
    """What tells two drafts of one form apart: the row or the place that the entry is about."""
    match entry:
        case ActionEntry() | ActionUpdate():
            return entry.action_id
        case NeedEntry() | ScoreEntry():
            return entry.need_id
        case SectionEntry():
            return f"{entry.section}:{entry.person_id}"
        case RecordCopyEntry():
            return entry.about
        case (
            AgreementEntry()
            | WithdrawalEntry()
            | ChildWordsEntry()
            | ChildDayEntry()
            | PersonEntry()
            | SafeContactEntry()
        ):
            return entry.person_id
        case MeetingPlan():
            return entry.replaces
        case AdviceEntry() | DisagreementEntry():
            return f"con:{entry.contact_id}" if entry.contact_id else f"fam:{entry.family_id}"
        case AdviceStepEntry():
            return entry.asked_id
        case EscalateEntry() | SettleEntry():
            return entry.disagreement_id
        case SendStepUp() | AcceptStep() | DeclineStep():
            return entry.handshake_id
        case StepDownEntry():
            return entry.contact_id
        case SafetyNoteEntry() | EndNoteEntry():
            return entry.note_id
        case RiskEntry():
            return entry.risk_id
    return ""
