"""*Update action*: how it goes, by when, what moved and who may read it; with the progress so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.plan_entries import ActionUpdate
from familyhub.casework.problems import Problem, refuse
from familyhub.practice.days import short_day
from familyhub.practice.differences import Difference
from familyhub.practice.plan_view import Step
from familyhub.records.codes import ACTION_STATUS
from familyhub.tui.dialogs.dialog import Dialog
from familyhub.tui.widgets.autosave import KeepsDraft, kept_words
from familyhub.tui.widgets.fields import FieldChanged, FormRow, fields_in, show_problems
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_hint import KeyHint
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop


@dataclass(frozen=True, slots=True)
class Opened:
    """What was read to open the dialog."""

    step: Step
    entry: ActionUpdate
    today: date
    worker: str
    two_answers: tuple[Difference, ...]
    kept_at: str = ""


def open_action(laptop: Laptop, action_id: str) -> Opened:
    """Read the action, the differences in it, and what was typed about it before. Runs in a thread."""
    from familyhub.casework import drafts, reading

    action, _ = reading.find_action(laptop, action_id)
    file = reading.family(laptop, action.scope.removeprefix("fam:"))
    step = next((s for p in file.plans for s in p.actions if s.id == action_id), None)
    if step is None:
        raise refuse("action", "That action is in no plan of this family any more.")
    two = tuple(d for d in file.differences if d.entity == "action" and d.row_id == action_id)
    for draft in drafts.unfinished(laptop):
        found = drafts.reopen(laptop, draft.id) if draft.kind == "action" else None
        if found and isinstance(found[1], ActionUpdate) and found[1].action_id == action_id:
            found[1].rev = step.rev
            return Opened(step, found[1], laptop.today, laptop.who.name, two, draft.saved_at)
    return Opened(step, ActionUpdate(action_id, rev=step.rev), laptop.today, laptop.who.name, two)


class UpdateActionDialog(KeepsDraft, Dialog[bool]):
    """What moved on one action; True when something was saved."""

    draft_kind = "action"
    CSS_PATH = "update_action.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", show=False, priority=True),
        Binding("f2", "close", "Leave it", show=False, priority=True),
    ]

    def __init__(self, family_id: str, action_id: str) -> None:
        super().__init__()
        self.family_id, self.action_id = family_id, action_id
        self.opened: Opened | None = None
        self._busy = False

    def compose(self) -> ComposeResult:
        """The box; it is filled when the action has been read."""
        with Vertical(classes="dialog-box", id="update-action"):
            yield Static("", id="action-what", markup=False)
            yield VerticalScroll(id="action-form", can_focus=False)
            yield Static("", id="action-problem", classes="problem", markup=False)
            yield Static("", id="action-kept", classes="muted", markup=False)
            yield KeyHint((("^S", "Save"), ("Esc", "Leave it")), id="action-keys")

    def on_mount(self) -> None:
        """Read the action."""
        self.work(open_action, self.laptop, self.action_id, then=self._open, failed=self._not_open)

    async def _open(self, opened: Opened) -> None:
        self.opened, self.entry = opened, opened.entry
        step = opened.step
        who = ", ".join(clean(p) for p in (step.owner, "" if step.agency == "family" else step.agency) if p)
        self.query_one("#action-what", Static).update(f"{clean(step.what)} · {who or 'nobody named'}")
        await self.query_one("#action-form").mount_all(self._form(opened))
        if opened.kept_at:
            self.show_kept(kept_words(datetime.fromisoformat(opened.kept_at).astimezone()))
            self.return_to(self)
        else:
            next(f for f in fields_in(self) if f.field == "status").focus()

    def _not_open(self, sentence: str, problems: Sequence[Problem]) -> None:
        self.hub_app.say(sentence, wrong=True)
        self.dismiss(False)

    def _form(self, opened: Opened) -> list[Widget]:
        step, entry, today = opened.step, opened.entry, opened.today
        due = step.due or "" if entry.due is None else entry.due
        content: list[Widget] = []
        for moved in step.progress[-6:]:
            by = "you" if moved.by == opened.worker else clean(moved.by)
            line = f"{short_day(moved.on, today)}, {by}: {clean(moved.text)}"
            content.append(Static(line, classes="progress", markup=False))
        if not step.progress:
            content.append(Static("No progress is recorded yet.", classes="progress muted", markup=False))
        content += [
            Static(f"! {line}", classes="two-answers", markup=False) for line in self._two_answers(opened)
        ]
        content += [
            FormRow("Going", ChoiceField("status", ACTION_STATUS.values, entry.status or step.status)),
            FormRow("By when", DayField("due", due, today=today), hint="tue · 12/3 · in 2 weeks · empty: no date"),
            ProseRow("What moved", ProseField("note", entry.note, least=3, most=10), ReadersField("readers", entry.readers)),
        ]  # fmt: skip
        return content

    @staticmethod
    def _two_answers(opened: Opened) -> list[str]:
        found = []
        for d in opened.two_answers:
            told = [
                f"{clean(v.words)} ({'you' if v.mine else clean(v.by_name)})" for v in d.values
            ]  # fmt: skip
            found.append(
                f"Two answers stand for {d.field_words}: {' and '.join(told)}. Differences (D) decides."
            )
        return found

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep what was typed in the entry, and on the disk at the next pause."""
        entry, opened, name, answer = self.entry, self.opened, event.by.field, event.by.answer
        if entry is None or opened is None:
            return
        before = (entry.status, entry.due, entry.note, entry.readers)
        match name:
            case "status":
                entry.status = answer if answer != opened.step.status else None
            case "due":
                entry.due = answer if answer != (opened.step.due or "") else None
            case "note":
                entry.note = answer
            case "readers":
                entry.readers = answer
        if before != (entry.status, entry.due, entry.note, entry.readers):
            self.touched()

    # -- saving -----------------------------------------------------------------------------------------------------

    def show_kept(self, words: str) -> None:
        """At the foot of the box."""
        self.query_one("#action-kept", Static).update(words)

    async def on_key_hint_pressed(self, event: KeyHint.Pressed) -> None:
        """The letters at the foot are buttons."""
        await (self.action_save() if event.key == "^S" else self.action_close())

    async def action_save(self) -> None:
        """^S: save what moved."""
        if self.opened is None or self._busy:
            return
        self._busy = True
        await self.keep()
        await self.autosave.stop()
        self.work(_update, self.laptop, self.entry, then=self._saved, failed=self._refused)

    def _saved(self, saved: Saved) -> None:
        self.entry = None
        self.hub_app.say("Action saved on this laptop · not yet sent")
        self.dismiss(True)
        self.hub_app.call_later(self.hub_app.nudge_sync)

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        self.autosave.go_on()
        homeless = show_problems(self.query_one("#action-form"), problems)
        told = " ".join(p.sentence for p in homeless) or ("" if problems else sentence)
        line = self.query_one("#action-problem", Static)
        line.update(f"! {told}" if told else "")
        line.set_class(bool(told), "-shown")

    async def action_close(self) -> None:
        """Esc: words that were typed stay as a draft; without words nothing is left behind."""
        entry = self.entry
        if entry is not None and entry.note.strip():
            await self.keep()
            self.say("Not saved; your words are kept as a draft on this laptop. Today opens them again.")
        elif entry is not None:
            await self.autosave.stop()
            if entry.draft_id:
                self.work(_discard, self.laptop, entry.draft_id, then=self._thrown_away)
                return
        self.dismiss(False)

    def _thrown_away(self, result: None) -> None:
        self.dismiss(False)


def _update(laptop: Laptop, entry: ActionUpdate) -> Saved:
    from familyhub.casework import actions

    return actions.update_action(laptop, entry)


def _discard(laptop: Laptop, draft_id: str) -> None:
    from familyhub.casework import drafts

    drafts.discard(laptop, draft_id)
