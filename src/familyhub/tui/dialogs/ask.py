"""A few fields about one act: held until when, told by which way, why it is returned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from familyhub.tui.dialogs.dialog import Dialog
from familyhub.tui.widgets.fields import fields_in, show_problems
from familyhub.tui.widgets.fields_hint import KeyHint

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop
    from familyhub.casework.problems import Problem

Act = Callable[["Laptop", dict[str, str]], "Saved"]
"""Carries out the act with what the fields answer."""


class AskDialog(Dialog[str]):
    """Asks, carries out, and gives back what the act said; what is missing is told beside its field."""

    CSS_PATH = "ask.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", "Save", show=False, priority=True)]

    def __init__(self, question: str, fields: Sequence[Widget], act: Act, first: str = "") -> None:
        super().__init__()
        self._question, self._fields, self._act, self._first = question, fields, act, first
        self._busy = False

    def compose(self) -> ComposeResult:
        """The question, the fields, what is wrong, and the keys."""
        with Vertical(classes="dialog-box", id="ask"):
            yield Static(self._question, id="ask-question", markup=False)
            with VerticalScroll(id="ask-form", can_focus=False):
                yield from self._fields
            yield Static(self._first, id="ask-problem", classes="problem", markup=False)
            yield KeyHint((("^S", "Save"), ("Esc", "Leave it")), id="ask-keys")

    def on_mount(self) -> None:
        """Ready to answer."""
        self.query_one("#ask-problem").set_class(bool(self._first), "-shown")
        fields_in(self)[0].focus()

    async def on_key_hint_pressed(self, event: KeyHint.Pressed) -> None:
        """The letters at the foot are buttons."""
        await (self.action_save() if event.key == "^S" else self.action_close())

    async def action_save(self) -> None:
        """^S: carry it out."""
        if not self._busy:
            self._busy = True
            answers = {f.field: f.answer for f in fields_in(self)}
            self.work(self._act, self.laptop, answers, then=self._saved, failed=self._refused)

    def _saved(self, saved: Saved) -> None:
        self.dismiss(saved.note or "Saved on this laptop · not yet sent")

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        homeless = show_problems(self.query_one("#ask-form"), problems)
        told = " ".join(p.sentence for p in homeless) or ("" if problems else sentence)
        line = self.query_one("#ask-problem", Static)
        line.update(f"! {told}" if told else "")
        line.set_class(bool(told), "-shown")
