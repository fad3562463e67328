"""*Note*: a call, text, e-mail or talk: who with, how, what was said, who may read it, and the action it moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.entries import NoteEntry
from familyhub.casework.plan_entries import ActionUpdate
from familyhub.casework.problems import Problem, Refused
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.plan_view import Step
from familyhub.records.codes import NOTE_KIND
from familyhub.tui.page import Page
from familyhub.tui.widgets.autosave import KeepsDraft, kept_words
from familyhub.tui.widgets.fields import (
    Field,
    FieldChanged,
    FieldGroup,
    FormRow,
    LineField,
    fields_in,
    show_problems,
)
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField, TimeField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

ACTION = "action"
"""Where a draft's page remembers the action that the note moved."""
_TEXTS = ("who", "agency", "kind", "on", "at", "text", "readers")


@dataclass(frozen=True, slots=True)
class Opened:
    """What was read to open the page."""

    file: FamilyFile
    entry: NoteEntry
    today: date
    kept_at: str = ""

    @property
    def steps(self) -> list[Step]:
        """Open actions of the plans, those due first on top."""
        found = [s for p in self.file.plans if p.state == "open" for s in p.actions if s.open]
        return sorted(found, key=lambda s: (s.due or "9", s.id))


def open_note(laptop: Laptop, family_id: str, draft_id: str | None) -> Opened:
    """Read the family and the draft, if there is one. Runs in a thread."""
    from familyhub.casework import drafts, reading

    file = reading.family(laptop, family_id)
    draft = next((d for d in drafts.unfinished(laptop, family_id) if d.id == draft_id), None)
    found = drafts.reopen(laptop, draft.id) if draft else None
    if draft and found and isinstance(found[1], NoteEntry):
        return Opened(file, found[1], laptop.today, draft.saved_at)
    return Opened(file, NoteEntry(family_id, on=laptop.today.isoformat()), laptop.today)


def save_note(laptop: Laptop, entry: NoteEntry, step: Step | None) -> tuple[Saved, str]:
    """Save the note, then what it moved on an action; returns what stands in the way of the second."""
    from familyhub.casework import actions, notes

    saved = notes.add_note(laptop, entry)
    if step is None:
        return saved, ""
    try:
        actions.update_action(
            laptop, ActionUpdate(step.id, note=entry.text, readers=entry.readers, rev=step.rev)
        )
    except Refused as refused:
        return saved, str(refused)
    return saved, ""


class NoteScreen(KeepsDraft, Page):
    """The page for one note about one family."""

    place = "note"
    draft_kind = "note"
    CSS_PATH = "note.tcss"

    def __init__(self, family_id: str, *, draft_id: str | None = None) -> None:
        super().__init__()
        self.family_id, self._draft_id = family_id, draft_id
        self.opened: Opened | None = None
        self._busy = False

    @property
    def family_here(self) -> str | None:
        """The family it is about."""
        return self.family_id

    def body(self) -> ComposeResult:
        """The form, and what is still needed."""
        yield VerticalScroll(id="note-page", can_focus=False)
        yield Static("", id="needed", markup=False)

    def load(self) -> None:
        """Open the page once: what is typed is never disturbed."""
        if self.opened is None and not self._busy:
            self._busy = True
            self.work(
                open_note, self.laptop, self.family_id, self._draft_id, then=self._open, failed=self._not_open
            )

    async def _open(self, opened: Opened) -> None:
        self._busy = False
        self.opened, self.entry = opened, opened.entry
        self.heading = f"Note · {clean(opened.file.name).removesuffix(' family')}"
        await self.query_one("#note-page").mount_all(self._form(opened))
        self._tell_needed()
        if opened.kept_at:
            self.kept = kept_words(datetime.fromisoformat(opened.kept_at).astimezone())
            self.return_to(self)
        else:
            if self._draft_id is not None:
                self.say(
                    "That draft is not here any more: it was finished or thrown away. This is a new note."
                )
            self._field("who").focus()

    def _not_open(self, sentence: str, problems: Sequence[Problem]) -> None:
        self.hub_app.say(sentence, wrong=True)
        self.leave()

    def _form(self, opened: Opened) -> list[Widget]:
        entry, today = opened.entry, opened.today
        actions = {"": "none", **{s.id: clean(s.what)[:60] for s in opened.steps}}
        return [
            FormRow("Who with", LineField("who", entry.who, placeholder="a name: Ms Ali")),
            FormRow("How", ChoiceField("kind", NOTE_KIND.values, entry.kind)),
            ProseRow("What was said", ProseField("text", entry.text, most=24), ReadersField("readers", entry.readers)),
            FormRow("When", FieldGroup(DayField("on", entry.on, today=today, past=True), TimeField("at", entry.at),
                                       Static("time, if it matters", classes="form-word muted", markup=False))),
            FormRow("Agency", LineField("agency", entry.agency, placeholder="school, health, police …")),
            FormRow("Action", ChoiceField(ACTION, actions, entry.page.get(ACTION, "")),
                    hint="the note is added to its progress"),
            FormRow("Story", ChoiceField("significant", {"no": "not a significant event", "yes": "a significant event"},
                                         "yes" if entry.significant else "no")),
        ]  # fmt: skip

    def _field(self, name: str) -> Field:
        return next(f for f in fields_in(self) if f.field == name)

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep what was typed in the entry, and on the disk at the next pause."""
        entry, name, answer = self.entry, event.by.field, event.by.answer
        if entry is None:
            return
        if name in _TEXTS and getattr(entry, name) != answer:
            setattr(entry, name, answer)
        elif name == "significant" and entry.significant != (answer == "yes"):
            entry.significant = answer == "yes"
        elif name == ACTION and entry.page.get(ACTION, "") != answer:
            entry.page[ACTION] = answer
        else:
            return
        self._tell_needed()
        self.touched()

    def _tell_needed(self) -> None:
        missing = "" if self.entry.text.strip() else "Still needed to finish: what was said"
        self.query_one("#needed", Static).update(missing or "Nothing more is needed. ^S saves it.")

    async def action_keep_draft(self) -> None:
        """F2: keep it as a draft, and go back."""
        await self.keep()
        if self.autosave.pending:
            return
        if self.entry is not None and self.entry.draft_id:
            self.say("Draft kept on this laptop. Only you can see it; Today opens it again.")
        self.leave()

    async def action_finish(self) -> None:
        """^S: save the note, or show what is wrong."""
        if self.opened is None or self._busy:
            return
        self._busy = True
        await self.keep()
        await self.autosave.stop()
        step = next((s for s in self.opened.steps if s.id == self.entry.page.get(ACTION)), None)
        self.work(save_note, self.laptop, self.entry, step, then=self._saved, failed=self._refused)

    def _saved(self, found: tuple[Saved, str]) -> None:
        self.entry = None
        self.hub_app.say("Note saved on this laptop · not yet sent")
        if found[1]:
            self.hub_app.say(f"The note is saved; the action was not changed. {found[1]}", wrong=True)
        self.hub_app.nudge_sync()
        self.leave()

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        self.autosave.go_on()
        homeless = show_problems(self.query_one("#note-page"), problems)
        if homeless or not problems:
            self.hub_app.say(" ".join(p.sentence for p in homeless) or sentence, wrong=True)
