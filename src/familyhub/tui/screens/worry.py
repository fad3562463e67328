"""F8, *Worried about a child*: whom to ring, how to listen, what to write. Saving is not telling."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from familyhub.practice.days import show_day
from familyhub.tui.page import Page
from familyhub.tui.screens.worry_words import guidance
from familyhub.tui.widgets.autosave import KeepsDraft, kept_words
from familyhub.tui.widgets.fields import (
    FieldChanged,
    FieldGroup,
    FormRow,
    LineField,
    fields_in,
    show_problems,
)
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField, TimeField
from familyhub.tui.widgets.fields_ticks import Tick, TicksField
from familyhub.tui.widgets.paragraphs import Paragraphs

if TYPE_CHECKING:
    from datetime import date

    from familyhub.casework.concerns import OpenConcern
    from familyhub.casework.entries import ConcernEntry, Saved, ToldEntry
    from familyhub.casework.laptop import Laptop
    from familyhub.casework.problems import Problem
    from familyhub.practice.family_file import FamilyFile
    from familyhub.tui.app import FamilyHubApp

LINES = ("child_names", "seen_on", "seen_at", "told_name", "told_role")


@dataclass(frozen=True, slots=True)
class Opened:
    """What was read to open the page."""

    entry: ConcernEntry
    file: FamilyFile | None
    today: date
    kept_at: str = ""


def open_worry(app: FamilyHubApp) -> None:
    """F8: who was told of a worry that is open; without one, or a second time, a new worry."""
    if app.front_room is not None:
        from familyhub.tui.dialogs.numbers import NumbersDialog

        app.push_screen(NumbersDialog())
        return
    top = app.top_page
    if isinstance(top, WorryScreen):
        return
    untold = app.state.stands.untold if app.state.stands else ()
    if untold and not isinstance(top, ToldScreen):
        open_told(app, untold[0].id)
        return
    here = top.family_here if isinstance(top, Page) else None
    app.push_screen(WorryScreen(family_id=here or ""))


def open_told(app: FamilyHubApp, concern_id: str) -> None:
    """Record who was told of a worry."""
    app.push_screen(ToldScreen(concern_id))


def begin(laptop: Laptop, family_id: str, draft_id: str) -> Opened:
    """A new worry, or the one that was being written. Runs in a thread."""
    from familyhub.casework import drafts, reading
    from familyhub.casework.entries import ConcernEntry

    kept = [d for d in drafts.unfinished(laptop) if d.kind == "worry"]
    draft = next(
        (d for d in kept if d.id == draft_id or (not draft_id and (d.family_id or "") == family_id)), None
    )
    found = drafts.reopen(laptop, draft.id) if draft else None
    if draft and found and isinstance(found[1], ConcernEntry):
        entry = found[1]
    else:
        draft, entry = None, ConcernEntry(family_id=family_id, seen_on=laptop.today.isoformat())
    file = None
    if entry.family_id:
        try:
            file = reading.family(laptop, entry.family_id)
        except Exception:
            entry.family_id = ""
    return Opened(entry, file, laptop.today, draft.saved_at if draft else "")


def save(laptop: Laptop, entry: ConcernEntry, names: dict[str, str]) -> Saved:
    """Save the worry; children who are ticked and those who are named both count."""
    from familyhub.casework import concerns

    entry = copy.deepcopy(entry)
    ticked = [names[c] for c in entry.children if c in names]
    if ticked and entry.child_names.strip():
        entry.child_names = ", ".join([*ticked, entry.child_names.strip()])
    return concerns.raise_concern(laptop, entry)


class WorryScreen(KeepsDraft, Page):
    """The page for one worry."""

    place: ClassVar[str] = "worry"
    draft_kind = "worry"
    CSS_PATH = "worry.tcss"

    def __init__(self, *, family_id: str = "", draft_id: str = "") -> None:
        super().__init__()
        self.family_id, self._draft_id = family_id, draft_id
        self.opened: Opened | None = None
        self._busy = False

    @property
    def family_here(self) -> str | None:
        """The family it is about."""
        return self.family_id or None

    def body(self) -> ComposeResult:
        """Whom to ring and how to listen, then the form."""
        yield Paragraphs(id="guidance")
        yield VerticalScroll(id="worry-page", can_focus=False)

    def on_mount(self) -> None:
        """The numbers at once; the form as soon as the store is open."""
        self.heading = "Worried about a child"
        self.tell_numbers()

    def tell_numbers(self) -> None:
        """Whom to ring: local data."""
        stands = self.hub_app.state.stands
        known = stands.numbers if stands else None
        self.query_one("#guidance", Paragraphs).show(guidance(known, unlocked=self.hub_app.has_rows))

    def load(self) -> None:
        """Open the form once."""
        self.tell_numbers()
        if self.opened is None and not self._busy:
            self.hub_app.when_open(self._read)

    def _read(self) -> None:
        if self.is_mounted and not self._busy and self.opened is None:
            self._busy = True
            self.work(
                begin, self.laptop, self.family_id, self._draft_id, then=self._open, failed=self._not_open
            )

    def _not_open(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        self._busy = False
        self.failed(sentence)

    async def _open(self, opened: Opened) -> None:
        self._busy = False
        self.opened, self.entry = opened, opened.entry
        self.family_id = self.entry.family_id
        self.tell_numbers()
        if opened.file is not None:
            self.heading = f"Worried about a child · {opened.file.name.removesuffix(' family')}"
        await self.query_one("#worry-page").mount_all(self._form(opened))
        if opened.kept_at:
            self.kept = kept_words(datetime.fromisoformat(opened.kept_at).astimezone())
            self.return_to(self)
        if self.focused is None:
            fields_in(self)[0].focus()

    def _form(self, opened: Opened) -> list[Widget]:
        entry, today = opened.entry, opened.today
        rows: list[Widget] = []
        if opened.file is not None and opened.file.children:
            ticks = [Tick(c.id, f"{c.given}, {c.age_text}") for c in opened.file.children]
            rows.append(FormRow("Child", TicksField("children", ticks, entry.children)))
            rows.append(
                FormRow(
                    "", LineField("child_names", entry.child_names, placeholder="or another child's name")
                )
            )
        else:
            rows.append(FormRow("Child", LineField("child_names", entry.child_names,
                                                   placeholder="first name, or “not known”")))  # fmt: skip
        return [
            *rows,
            ProseRow("What was said or seen, in the child's own words · workers only", ProseField("said", entry.said, least=3)),
            FormRow("When", FieldGroup(DayField("seen_on", entry.seen_on, today=today, past=True),
                                       TimeField("seen_at", entry.seen_at))),
            ProseRow("What was done", ProseField("done", entry.done, least=2)),
            FormRow("Told", LineField("told_name", entry.told_name, placeholder="name of the person you spoke to"),
                    LineField("told_role", entry.told_role, placeholder="who they are: duty social worker")),
            Static("Saving is not telling: ring first, then write the name of the person you spoke to. "
                   "Until then a line stays on every page.", classes="muted", markup=False),
        ]  # fmt: skip

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep what was typed, and on the disk at the next pause."""
        field, entry = event.by, self.entry
        if entry is None:
            return
        if isinstance(field, TicksField):
            ticked = list(field.ticked)
            if ticked != entry.children:
                entry.children = ticked
                self.touched()
        elif getattr(entry, field.field, None) != field.answer:
            setattr(entry, field.field, field.answer)
            self.touched()

    async def action_keep_worry(self) -> None:
        """F2: keep it as a draft, and go back."""
        if self.entry is not None and (self.entry.draft_id or self.autosave.pending):
            await self.autosave.flush()
            self.say("Draft kept on this laptop: nobody is told by it. Today opens it again.")
        self.leave()

    async def action_save_worry(self) -> None:
        """^S: save, or show what is missing."""
        if self.opened is None or self._busy or self.entry is None:
            return
        self._busy = True
        await self.autosave.flush()
        await self.autosave.stop()
        names = {c.id: c.given for c in self.opened.file.children} if self.opened.file else {}
        self.work(save, self.laptop, self.entry, names, then=self._saved, failed=self._refused)

    def _saved(self, saved: Saved) -> None:
        told = bool(self.entry.told_name.strip())
        self.entry = None
        self.hub_app.nudge_sync()
        self.say(
            "Worry saved on this laptop · not yet sent"
            + ("" if told else " · nobody has been told yet: ring now")
        )
        self.leave()

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        self.autosave.go_on()
        homeless = show_problems(self.query_one("#worry-page"), problems)
        if homeless or not problems:
            self.hub_app.say(" ".join(p.sentence for p in homeless) or sentence, wrong=True)


@dataclass(frozen=True, slots=True)
class OpenedTold:
    """What was read to open the page about who was told."""

    concern: OpenConcern | None
    entry: ToldEntry
    kept_at: str = ""


def begin_told(laptop: Laptop, concern_id: str) -> OpenedTold:
    """The worry, and what was written about who was told of it. Runs in a thread."""
    from familyhub.casework import concerns, drafts
    from familyhub.casework.entries import ToldEntry

    concern = concerns.find(laptop, concern_id)
    for draft in drafts.unfinished(laptop):
        found = drafts.reopen(laptop, draft.id) if draft.kind == "told" else None
        if found and isinstance(found[1], ToldEntry) and found[1].concern_id == concern_id:
            return OpenedTold(concern, found[1], draft.saved_at)
    return OpenedTold(concern, ToldEntry(concern_id))


class ToldScreen(KeepsDraft, Page):
    """Who was told of a worry: a named person."""

    place: ClassVar[str] = "told"
    draft_kind = "told"
    CSS_PATH = "worry.tcss"

    def __init__(self, concern_id: str) -> None:
        super().__init__()
        self.concern_id = concern_id
        self.concern: OpenConcern | None = None
        self._busy = False

    @property
    def family_here(self) -> str | None:
        """The family it is about."""
        return self.concern.family_id if self.concern else None

    def body(self) -> ComposeResult:
        """The numbers, the worry, and the name."""
        yield Paragraphs(id="guidance")
        with VerticalScroll(id="worry-page", can_focus=False):
            yield Paragraphs(id="told-worry")
            yield FormRow("Told", LineField("told_name", placeholder="name of the person you spoke to"),
                          LineField("told_role", placeholder="who they are: duty social worker"))  # fmt: skip
            yield ProseRow("What was agreed or done", ProseField("done", least=2))
            yield Static("F8 again: another worry.", classes="muted", markup=False)

    def on_mount(self) -> None:
        """The numbers first."""
        self.heading = "Nobody has been told yet"
        stands = self.hub_app.state.stands
        self.query_one("#guidance", Paragraphs).show(
            guidance(stands.numbers if stands else None, unlocked=True)
        )
        fields_in(self)[0].focus()

    def load(self) -> None:
        """Read the worry once."""
        if self.concern is None:
            self.work(begin_told, self.laptop, self.concern_id, then=self._open)

    def _open(self, opened: OpenedTold) -> None:
        concern = opened.concern
        if concern is None or concern.told_name:
            self.say(
                "Somebody was told of that worry already." if concern else "That worry is not on this laptop."
            )
            self.leave()
            return
        self.concern, self.entry = concern, opened.entry
        when = " ".join(p for p in (show_day(concern.seen_on, self.laptop.today), concern.seen_at) if p)
        words: list[list[tuple[str, str]]] = [
            [(concern.children or "A child", "strong"), (f" · {concern.family}" if concern.family else "", "")],
            [("“", "muted"), (concern.said, ""), ("”", "muted")], [(f"{when} · written by {concern.by}", "muted")],
        ]  # fmt: skip
        if concern.done:
            words.append([("Done: ", "muted"), (concern.done, "")])
        self.query_one("#told-worry", Paragraphs).show(words)
        if opened.kept_at:
            for field in fields_in(self):
                if hasattr(opened.entry, field.field):
                    field.answer = getattr(opened.entry, field.field)
            self.kept = kept_words(datetime.fromisoformat(opened.kept_at).astimezone())
            self.return_to(self)

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep what was typed, and on the disk at the next pause."""
        field, entry = event.by, self.entry
        if entry is not None and getattr(entry, field.field, None) not in (None, field.answer):
            setattr(entry, field.field, field.answer)
            self.touched()

    async def action_keep_worry(self) -> None:
        """F2: keep it as a draft, and go back; the line stays."""
        await self.keep()
        self.leave()

    async def action_save_told(self) -> None:
        """^S: record the name."""
        if self._busy or self.concern is None or self.entry is None:
            return
        from familyhub.casework import concerns

        self._busy = True
        await self.keep()
        await self.autosave.stop()
        self.work(concerns.record_told, self.laptop, self.entry, then=self._saved, failed=self._refused)

    def _saved(self, saved: Saved) -> None:
        self.entry = None
        self.hub_app.nudge_sync()
        self.say("Who was told is saved on this laptop · not yet sent")
        self.leave()

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        self.autosave.go_on()
        homeless = show_problems(self.query_one("#worry-page"), problems)
        if homeless or not problems:
            self.hub_app.say(" ".join(p.sentence for p in homeless) or sentence, wrong=True)
