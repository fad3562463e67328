"""Prose: plain text that wraps and grows with what is written; Tab goes on to the next field."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static, TextArea

from familyhub.tui.widgets.fields import Field, FieldChanged, FormRow, harmless, nothing
from familyhub.tui.widgets.fields_choice import ReadersField


class ProseField(TextArea, Field, inherit_bindings=False):
    """Text of any length. F6 and F7 stay the page's; nothing is spelt, corrected or completed."""

    DEFAULT_CSS = """
    ProseField, ProseField:focus {
        height: auto; min-height: 1; max-height: 12; border: none; border-left: blank; padding: 0 1 0 0;
        background: $boost; width: 1fr;
    }
    ProseField:focus { border-left: outer $accent; background: $surface-lighten-1; }
    ProseField.-wrong { background: $error 25%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        b for b in TextArea.BINDINGS if not (isinstance(b, Binding) and b.key in ("f6", "f7"))
    ]

    def __init__(
        self, field: str, value: str = "", *, least: int | None = None, most: int = 12, placeholder: str = "",
        id: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            harmless(value), tab_behavior="focus", compact=True, highlight_cursor_line=False, placeholder=placeholder,
            id=id,
        )  # fmt: skip
        self.match_cursor_bracket = False
        self.field = field
        self.styles.max_height = most
        if least is not None:
            self.styles.min_height = least

    def render_lines(self, crop: Region) -> list[Strip]:
        """The text; nothing while the field is being taken off the page."""
        return nothing(crop) if self.off else super().render_lines(crop)

    @property
    def answer(self) -> str:
        """The text as it was typed."""
        return self.text

    @answer.setter
    def answer(self, value: str) -> None:
        if value != self.text:
            self.load_text(harmless(value))

    def place(self) -> str:
        """Row and column of the cursor."""
        row, column = self.cursor_location
        return f"{row},{column}"

    def go_to(self, place: str) -> None:
        """Put the cursor at a row and column."""
        row, _, column = place.partition(",")
        if row.isdecimal() and column.isdecimal():
            line = min(int(row), self.document.line_count - 1)
            self.move_cursor((line, min(int(column), len(self.document.get_line(line)))))

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        if result := self._replace_via_keyboard(harmless(event.text), *self.selection):
            self.move_cursor(result.end_location)
            self.focus()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Pass the change on as every field does."""
        event.stop()
        if self.problem and self.text.strip():
            self.wrong("")
        self.tell_change()


class ProseRow(Vertical):
    """A heading with how many words there are and who may read them, and the prose under it. F3 changes the readers."""

    DEFAULT_CSS = """
    ProseRow { height: auto; }
    ProseRow > .prose-head { height: auto; }
    ProseRow .prose-label { width: 1fr; height: auto; text-style: bold; }
    ProseRow > FormRow > .form-hint { width: 10; text-align: right; margin: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f3", "readers", "Who may read", show=False)]

    def __init__(
        self, label: str, prose: ProseField, readers: ReadersField | None = None, *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._label, self._prose, self._readers = label, prose, readers
        self._row = FormRow("", prose, hint=count_words(prose.text) or " ")
        if readers is not None:
            readers.serve(prose)

    def compose(self) -> ComposeResult:
        """Heading, count and readers on one line, the text under them."""
        with Horizontal(classes="prose-head"):
            yield Static(self._label, classes="prose-label", markup=False)
            if self._readers is not None:
                yield self._readers
        yield self._row

    def on_field_changed(self, event: FieldChanged) -> None:
        """Count the words."""
        if event.by is self._prose:
            self._row.hint(count_words(self._prose.text))

    def action_readers(self) -> None:
        """F3: choose who may read it."""
        if self._readers is not None:
            self._readers.action_open()


def count_words(text: str) -> str:
    """``38 words``; nothing for no text."""
    words = len(text.split())
    return "" if not words else f"{words} word" if words == 1 else f"{words} words"
