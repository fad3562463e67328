"""*Attach a file*: which file, what it is, who may read it, of which day, and what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from familyhub.casework.checking import clean
from familyhub.casework.entries import AttachmentEntry
from familyhub.casework.problems import Problem
from familyhub.practice.days import short_day
from familyhub.practice.family_file import FamilyFile
from familyhub.records.codes import ATTACHED_TO
from familyhub.tui.dialogs.family_dialog import FamilyDialog, Opened
from familyhub.tui.widgets.fields import Field, FormRow, LineField, fields_in
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


def choices(file: FamilyFile, today: date) -> dict[str, str]:
    """What a file may be about: the plan, and what happened last; by ``kind:id``."""
    out = {"": "the family"}
    if file.plan is not None:
        out[f"plan:{file.plan.id}"] = ATTACHED_TO.words("plan")
    events = [line for line in file.story if line.kind in ("visit", "note", "agreement")]
    for line in events[:MOST_ABOUT]:
        out[f"{line.kind}:{line.id}"] = f"{short_day(line.on, today)} {clean(line.what)}"[:48]
    return out


class AttachDialog(FamilyDialog):
    """One file for one family; True when it was attached."""

    draft_kind = "attachment"
    saved_words = "Attachment"
    foot = (("^S", "Attach"), ("^O", "Look for the file"), ("Esc", "Leave it"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "look", "Look for the file", show=False, priority=True),
    ]

    def __init__(self, family_id: str, *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="path", draft_id=draft_id)

    @property
    def worth_keeping(self) -> bool:
        """A place or words are; the rest is chosen again as quickly."""
        return bool(self.entry.path.strip() or self.entry.what.strip())

    def blank(self) -> AttachmentEntry:
        """Nothing typed yet."""
        return AttachmentEntry(self.family_id, on=self.laptop.today.isoformat())

    def title_words(self, opened: Opened) -> str:
        """What is done."""
        return "Attach a file"

    def rows(self, opened: Opened) -> list[Widget]:
        """Which file, what it is, who may read it, of which day, what it is about."""
        entry, today = self.entry, opened.today
        subject = f"{entry.about}:{entry.about_id}" if entry.about else ""
        return [
            FormRow("File", PathField("path", entry.path, placeholder="path to the file; → takes what is offered")),
            FormRow("What", LineField("what", entry.what, placeholder="signed agreement, letter from school …")),
            FormRow("Who", ReadersField("readers", entry.readers)),
            FormRow("Of", DayField("on", entry.on, today=today, past=True), hint="the day on it"),
            FormRow("About", ChoiceField(ABOUT, choices(opened.file, today), subject)),
        ]  # fmt: skip

    def take(self, name: str, answer: str) -> None:
        """An answer each; what it is about is a kind and an id."""
        if name == ABOUT:
            self.entry.about, _, self.entry.about_id = answer.partition(":")
        else:
            setattr(self.entry, name, answer)

    def do(self, laptop: Laptop, entry: AttachmentEntry) -> Saved:
        """Read the file and attach it."""
        from familyhub.casework import attachments

        return attachments.add(laptop, entry)

    async def action_save(self) -> None:
        """^S: a large file takes a moment."""
        await super().action_save()
        if self._busy:
            self.show_kept("Reading the file…")

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self.show_kept("")
        super()._refused(sentence, problems)

    # -- the picker ------------------------------------------------------------------------------------------

    async def on_key_hint_pressed(self, event: KeyHint.Pressed) -> None:
        """The letters at the foot are buttons."""
        if event.key == "^O":
            event.prevent_default()
            self.action_look()

    def action_look(self) -> None:
        """^O: look for the file folder by folder."""
        if self.opened is None or self._busy:
            return
        from familyhub.tui.dialogs.pick_file import PickFile

        self.hub_app.push_screen(PickFile(self._path().answer), self._picked)

    def _path(self) -> Field:
        return next(f for f in fields_in(self) if f.field == "path")

    def _picked(self, path: Path | None) -> None:
        field = self._path()
        if path is not None:
            field.answer = str(path)
        field.focus()
