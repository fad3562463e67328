"""Fields of a form, its rows, and a line of text. Each field says what is wrong in a sentence beside it, and keeps what was typed.

A field carries the name that casework gives it (``field``), answers with plain text (``answer``) and posts ``FieldChanged``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

from textual import events
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from familyhub.casework.problems import Problem

if TYPE_CHECKING:
    from textual.dom import DOMNode


def harmless(text: str) -> str:
    """Text without the control characters that a paste may bring and that a terminal would obey."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        c for c in unified if c in "\n\t" or (c >= " " and c != "\x7f" and not "\x80" <= c < "\xa0")
    )


class FieldChanged(Message):
    """What a field answers has changed."""

    def __init__(self, by: Field) -> None:
        super().__init__()
        self.by = by
        """The field."""
        self.stopped = False

    def stop(self, stop: bool = True) -> Self:
        """Nobody further up needs to know."""
        self.stopped = stop
        super().stop(stop)
        return self


class Field(Widget):
    """What every field shares: its name in casework, its problem, and its answer as text."""

    DEFAULT_CLASSES = "field"
    field: str = ""
    problem: str = ""
    off: bool = False
    writes_itself: bool = False
    """Whether the field changes the entry by itself, at once, rather than by what it answers."""

    @property
    def answer(self) -> str:
        """What the field says, as casework reads it."""
        raise NotImplementedError

    @answer.setter
    def answer(self, value: str) -> None:
        raise NotImplementedError

    def place(self) -> str:
        """Where the cursor is in the field, to find it again."""
        return ""

    def go_to(self, place: str) -> None:
        """Put the cursor back where ``place`` was read."""

    def reopen(self, name: str, place: str) -> None:
        """Put the cursor back in a part of the field that is there only while it is written."""
        self.focus()

    def takes(self, problem: Problem) -> bool:
        """Whether a problem belongs beside this field."""
        return bool(self.field) and problem.field == self.field

    def wrong(self, sentence: str, field: str = "") -> None:
        """Show a problem beside the field; an empty sentence takes it away."""
        if sentence == self.problem:
            return
        self.problem = sentence
        self.set_class(bool(sentence), "-wrong")
        for above in self.ancestors:
            if isinstance(above, FormRow):
                above.tell()
                return

    def unread(self) -> str:
        """What is wrong with the text as it stands, in a sentence; nothing where it can be read."""
        return ""

    def point(self) -> None:
        """Take the focus to what is wrong."""
        self.focus()

    def tell_change(self) -> None:
        """Say that the answer changed."""
        self.post_message(FieldChanged(self))

    def on_unmount(self) -> None:
        """The field is being taken off the page."""
        self.off = True


def nothing(crop: Region) -> list[Strip]:
    """What a field paints while it is being taken off the page, when Textual has forgotten its styles already."""
    return [Strip.blank(crop.width)] * crop.height


def keep_local(event: events.Key) -> None:
    """A letter that a form does not know does nothing: no page's letter may act while somebody fills in a form."""
    if event.is_printable and event.character != "?":
        event.stop()
        event.prevent_default()


class WrongLine(Static):
    """What is wrong with the fields of the row above."""

    DEFAULT_CSS = """
    WrongLine { width: 1fr; height: auto; color: $text-error; text-style: bold; }
    WrongLine.-labelled { padding-left: 10; }
    """


class FormRow(Horizontal):
    """A label, fields beside each other with a hint; what is wrong stands in a line of its own under them.

    The row paints its label itself and makes the other line when it is needed: a form has many rows, and each
    widget is paid for when the form opens. It stands in something vertical.
    """

    DEFAULT_CSS = """
    FormRow { height: auto; }
    FormRow.-labelled > .form-first { margin-left: 10; }
    FormRow .form-word { width: auto; height: 1; margin-right: 2; }
    FormRow > .form-hint { width: auto; height: 1; margin-left: 2; color: $text-muted; }
    FormRow .field { margin-right: 2; }
    """

    def __init__(self, label: str, *fields: Widget, hint: str = "", id: str | None = None) -> None:
        fields[0].add_class("form-first")
        self._hint = Static(hint, classes="form-hint", markup=False) if hint else None
        super().__init__(
            *fields, *([self._hint] if self._hint else []), id=id, classes="-labelled" if label else ""
        )
        self._label = label
        self._told: WrongLine | None = None

    def render(self) -> Content:
        """The label."""
        return Content.styled(self._label, "$text-muted")

    def hint(self, words: str) -> None:
        """Put other words in the place of the hint."""
        if self._hint is not None:
            self._hint.update(words)

    def tell(self) -> None:
        """Show the problems of the fields in this row."""
        said = "  ".join(dict.fromkeys(f.problem for f in fields_in(self) if f.problem))
        if self._told is None:
            if not said or not isinstance(self.parent, Widget):
                return
            self._told = WrongLine("", classes="-labelled" if self._label else "", markup=False)
            self.parent.mount(self._told, after=self)
        self._told.update(f"! {said}")
        self._told.display = bool(said)


class FieldGroup(Horizontal):
    """Fields of a row that stay together where the row has to break."""

    DEFAULT_CSS = "FieldGroup { width: auto; height: auto; }"


class FieldLines(Horizontal):
    """Groups of fields beside each other; a page's style sheet may put them under each other where it is narrow."""

    DEFAULT_CSS = "FieldLines { width: 1fr; height: auto; }"


class LineField(Input, Field, inherit_bindings=False):
    """One line of text. Enter goes on to the next field; a paste of several lines becomes one line."""

    DEFAULT_CSS = """
    LineField, LineField:focus { border: none; height: 1; padding: 0 1; background: $boost; width: 1fr; }
    LineField:focus { background: $surface-lighten-2; }
    LineField.-wrong { background: $error 25%; }
    """
    BINDINGS = [
        *(b for b in Input.BINDINGS if not (isinstance(b, Binding) and b.key == "enter")),
        Binding("enter", "go_on", "Next field", show=False),
    ]

    def __init__(
        self,
        field: str,
        value: str = "",
        *,
        placeholder: str = "",
        width: int | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(harmless(value).replace("\n", " "), placeholder, id=id, compact=True)
        self.select_on_focus = False
        self.field = field
        if width is not None:
            self.styles.width = width

    def render_lines(self, crop: Region) -> list[Strip]:
        """The text; nothing while the field is being taken off the page."""
        return nothing(crop) if self.off else super().render_lines(crop)

    @property
    def answer(self) -> str:
        """The text as it was typed."""
        return self.value

    @answer.setter
    def answer(self, value: str) -> None:
        self.value = harmless(value).replace("\n", " ")

    def place(self) -> str:
        """The cursor's column."""
        return str(self.cursor_position)

    def go_to(self, place: str) -> None:
        """Put the cursor at a column."""
        if place.isdecimal():
            self.cursor_position = min(int(place), len(self.value))

    class Entered(Message):
        """Enter was pressed in the field."""

        def __init__(self, by: LineField) -> None:
            super().__init__()
            self.by = by

    def action_go_on(self) -> None:
        """Enter: the next place to write in this row, else the next row."""
        self.post_message(self.Entered(self))
        row = next((a for a in self.ancestors if isinstance(a, FormRow)), None)
        beside = fields_in(row) if row is not None else []
        after = beside[beside.index(self) + 1 :] if self in beside else []
        further = next((f for f in after if isinstance(f, LineField) and f.focusable), None)
        if further is not None:
            further.focus()
            return
        chain = self.screen.focus_chain
        while self.screen.focused in (self, *after):
            if self.screen.focused is chain[-1]:
                break
            self.screen.set_focus(chain[chain.index(self.screen.focused) + 1])
        else:
            return
        self.screen.focus_next()

    def _on_paste(self, event: events.Paste) -> None:
        # Input keeps the first line only, and would lose the rest without a word.
        event.stop()
        event.prevent_default()
        text = " ".join(harmless(event.text).split())
        if text:
            self.replace(text, *sorted(self.selection))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass the change on as every field does."""
        event.stop()
        self.tell_change()

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """Look at what was typed once the field is left."""
        event.stop()
        self.settle()

    def settle(self) -> None:
        """What happens when the field is left."""
        if self.problem and self.value.strip():
            self.wrong("")


def fields_in(root: DOMNode) -> list[Field]:
    """The fields under ``root``, in the order of the page."""
    return [w for w in root.walk_children(Widget) if isinstance(w, Field)]


def gather(root: DOMNode) -> None:
    """Tell what every field under ``root`` answers now, at once: for when the page is left faster than messages go."""
    for field in fields_in(root):
        event = FieldChanged(field)
        for above in () if field.writes_itself else field.ancestors:
            if not event.stopped and hasattr(above, "on_field_changed"):
                above.on_field_changed(event)


def show_problems(
    root: DOMNode, problems: Iterable[Problem], reveal: Callable[[Field], None] = lambda field: None
) -> Sequence[Problem]:
    """Put each problem beside its field and take the focus to the first; returns those that no field takes.

    ``reveal`` makes sure that a field can be seen before it takes the focus.
    """
    fields = fields_in(root)
    for field in fields:
        field.wrong(field.unread())
    homeless: list[Problem] = []
    hit: set[Any] = set()
    for problem in problems:
        owner = next((f for f in fields if f.takes(problem)), None)
        if owner is None:
            homeless.append(problem)
            continue
        owner.wrong(problem.sentence, problem.field)
        hit.add(owner)
    first = next((f for f in fields if f in hit or f.unread()), None)
    if first is not None:
        reveal(first)
        first.point()
    return homeless
