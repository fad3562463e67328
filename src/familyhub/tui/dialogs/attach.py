"""*Attach a file*: which file, what it is, who may read it, of which day, and what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.entries import AttachmentEntry
from familyhub.casework.problems import Problem
from familyhub.practice.days import short_day
from familyhub.practice.family_file import FamilyFile
from familyhub.records.codes import ATTACHED_TO
from familyhub.tui.dialogs.dialog import Dialog
from familyhub.tui.widgets.autosave import KeepsDraft, kept_words
from familyhub.tui.widgets.fields import Field, FieldChanged, FormRow, LineField, fields_in, show_problems
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_hint import KeyHint
from familyhub.tui.widgets.fields_path import PathField
from familyhub.tui.widgets.fields_read import DayField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

MOST_ABOUT = 12
"""Events of the story, the newest first, that are offered as what a file is about."""
ABOUT = "about"
_TEXTS = ("path", "what", "readers", "on")


@dataclass(frozen=True, slots=True)
class Opened:
    """What was read to open the dialog."""

    file: FamilyFile
    entry: AttachmentEntry
    today: date
    kept_at: str = ""


def open_entry(laptop: Laptop, family_id: str, draft_id: str | None) -> Opened:
    """Read the family, and the file that somebody began to attach to it. Runs in a thread."""
    from familyhub.casework import drafts, reading

    file = reading.family(laptop, family_id)
    for draft in drafts.unfinished(laptop, family_id):
        if draft.kind == "attachment" and draft_id in (None, draft.id):
            found = drafts.reopen(laptop, draft.id)
            if found and isinstance(found[1], AttachmentEntry):
                return Opened(file, found[1], laptop.today, draft.saved_at)
    return Opened(file, AttachmentEntry(family_id, on=laptop.today.isoformat()), laptop.today)


def choices(file: FamilyFile, today: date) -> dict[str, str]:
    """What a file may be about: the plan, and what happened last; by ``kind:id``."""
    out = {"": "the family"}
    if file.plan is not None:
        out[f"plan:{file.plan.id}"] = ATTACHED_TO.words("plan")
    events = [line for line in file.story if line.kind in ("visit", "note", "agreement")]
    for line in events[:MOST_ABOUT]:
        out[f"{line.kind}:{line.id}"] = f"{short_day(line.on, today)} {clean(line.what)}"[:48]
    return out


class AttachDialog(KeepsDraft, Dialog[bool]):
    """One file for one family; True when it was attached."""

    draft_kind = "attachment"
    CSS_PATH = "attach.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Attach", show=False, priority=True),
        Binding("ctrl+o", "look", "Look for the file", show=False, priority=True),
        Binding("f2", "close", "Leave it", show=False, priority=True),
    ]

    def __init__(self, family_id: str, *, draft_id: str | None = None) -> None:
        super().__init__()
        self.family_id, self._draft_id = family_id, draft_id
        self.opened: Opened | None = None
        self._busy = False

    def compose(self) -> ComposeResult:
        """The box; it is filled when the family has been read."""
        with Vertical(classes="dialog-box", id="attach-box"):
            yield Static("", id="attach-family", markup=False)
            yield VerticalScroll(id="attach-form", can_focus=False)
            yield Static("", id="attach-problem", classes="problem", markup=False)
            yield Static("", id="attach-kept", classes="muted", markup=False)
            yield KeyHint(
                (("^S", "Attach"), ("^O", "Look for the file"), ("Esc", "Leave it")), id="attach-keys"
            )

    def on_mount(self) -> None:
        """Read the family."""
        self.work(
            open_entry, self.laptop, self.family_id, self._draft_id, then=self._open, failed=self._not_open
        )

    async def _open(self, opened: Opened) -> None:
        self.opened, self.entry = opened, opened.entry
        self.query_one("#attach-family", Static).update(f"Attach a file · {clean(opened.file.name)}")
        await self.query_one("#attach-form").mount_all(self._form(opened))
        if opened.kept_at:
            self.show_kept(kept_words(datetime.fromisoformat(opened.kept_at).astimezone()))
            self.return_to(self)
        else:
            self._field("path").focus()

    def _not_open(self, sentence: str, problems: Sequence[Problem]) -> None:
        self.hub_app.say(sentence, wrong=True)
        self.dismiss(False)

    def _form(self, opened: Opened) -> list[Widget]:
        entry, today = opened.entry, opened.today
        subject = f"{entry.about}:{entry.about_id}" if entry.about else ""
        return [
            FormRow("File", PathField("path", entry.path, placeholder="path to the file; → takes what is offered")),
            FormRow("What", LineField("what", entry.what, placeholder="signed agreement, letter from school …")),
            FormRow("Who", ReadersField("readers", entry.readers)),
            FormRow("Of", DayField("on", entry.on, today=today, past=True), hint="the day on it"),
            FormRow("About", ChoiceField(ABOUT, choices(opened.file, today), subject)),
        ]  # fmt: skip

    def _field(self, name: str) -> Field:
        return next(f for f in fields_in(self) if f.field == name)

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep what was typed in the entry, and on the disk at the next pause."""
        entry, name, answer = self.entry, event.by.field, event.by.answer
        if entry is None:
            return
        before = (entry.path, entry.what, entry.readers, entry.on, entry.about, entry.about_id)
        if name in _TEXTS:
            setattr(entry, name, answer)
        elif name == ABOUT:
            entry.about, _, entry.about_id = answer.partition(":")
        if before != (entry.path, entry.what, entry.readers, entry.on, entry.about, entry.about_id):
            self.touched()

    # -- the picker ------------------------------------------------------------------------------------------

    def action_look(self) -> None:
        """^O: look for the file folder by folder."""
        if self.opened is None or self._busy:
            return
        from familyhub.tui.dialogs.pick_file import PickFile

        self.hub_app.push_screen(PickFile(self._field("path").answer), self._picked)

    def _picked(self, path: Path | None) -> None:
        field = self._field("path")
        if path is not None:
            field.answer = str(path)
        field.focus()

    # -- saving ----------------------------------------------------------------------------------------------

    def show_kept(self, words: str) -> None:
        """At the foot of the box."""
        self.query_one("#attach-kept", Static).update(words)

    async def on_key_hint_pressed(self, event: KeyHint.Pressed) -> None:
        """The letters at the foot are buttons."""
        match event.key:
            case "^S":
                await self.action_save()
            case "^O":
                self.action_look()
            case _:
                await self.action_close()

    async def action_save(self) -> None:
        """^S: read the file and attach it."""
        if self.opened is None or self._busy:
            return
        self._busy = True
        await self.keep()
        await self.autosave.stop()
        self.show_kept("Reading the file…")
        self.work(_attach, self.laptop, self.entry, then=self._saved, failed=self._refused)

    def _saved(self, saved: Saved) -> None:
        self.entry = None
        self.hub_app.say("Attachment saved on this laptop · not yet sent")
        self.dismiss(True)
        self.hub_app.call_later(self.hub_app.nudge_sync)

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        self.autosave.go_on()
        self.show_kept("")
        homeless = show_problems(self.query_one("#attach-form"), problems)
        told = " ".join(p.sentence for p in homeless) or ("" if problems else sentence)
        line = self.query_one("#attach-problem", Static)
        line.update(f"! {told}" if told else "")
        line.set_class(bool(told), "-shown")

    async def action_close(self) -> None:
        """Esc: what was typed stays as a draft; without words nothing is left behind."""
        entry = self.entry
        if entry is not None and (entry.path.strip() or entry.what.strip()):
            await self.keep()
            self.say("Not attached; what you typed is kept as a draft on this laptop. Today opens it again.")
        elif entry is not None:
            await self.autosave.stop()
            if entry.draft_id:
                self.work(_discard, self.laptop, entry.draft_id, then=self._thrown_away)
                return
        self.dismiss(False)

    def _thrown_away(self, result: None) -> None:
        self.dismiss(False)


def _attach(laptop: Laptop, entry: AttachmentEntry) -> Saved:
    from familyhub.casework import attachments

    return attachments.add(laptop, entry)


def _discard(laptop: Laptop, draft_id: str) -> None:
    from familyhub.casework import drafts

    drafts.discard(laptop, draft_id)
