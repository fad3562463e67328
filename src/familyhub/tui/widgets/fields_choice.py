"""Fields with a few answers: ``Home ▾`` and who may read. Letters, arrows and the mouse choose; Enter opens the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from familyhub.records.codes import READERS
from familyhub.tui.widgets.fields import Field, keep_local, nothing


class ChoiceList(OptionList):
    """The short list under a choice; a letter goes to the next answer that begins with it."""

    DEFAULT_CSS = """
    ChoiceList {
        overlay: screen; constrain: inside inside; offset: 0 1; height: auto; max-height: 14;
        border: round $accent; background: $panel; padding: 0;
    }
    ChoiceList:focus { border: round $accent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", show=False)]

    class Closed(Message):
        """The list was left; ``index`` is what was chosen, None for nothing."""

        def __init__(self, index: int | None, *, left: bool) -> None:
            super().__init__()
            self.index = index
            self.left = left
            """The focus has gone somewhere else already."""

    def __init__(self, words: list[str], at: int) -> None:
        super().__init__(*(Option(Content(f"{w} ")) for w in words), markup=False)
        self._words, self._at, self._off = words, at, False
        self.styles.width = max(len(w) for w in words) + 6

    def render_lines(self, crop: Region) -> list[Strip]:
        """The answers; nothing while the list is being taken off the page."""
        return nothing(crop) if self._off else super().render_lines(crop)

    def on_unmount(self) -> None:
        """The list is closed."""
        self._off = True

    def on_mount(self) -> None:
        """Begin at the answer that stands."""
        self.highlighted = max(self._at, 0)

    def on_key(self, event: events.Key) -> None:
        """A letter moves to the next answer that begins with it; Tab takes the answer and goes on."""
        if event.key in ("tab", "shift+tab"):
            self.post_message(self.Closed(self.highlighted, left=False))
            event.stop()
            event.prevent_default()
        elif event.is_printable and event.character and event.character != " ":
            at = _next_with(self._words, event.character, self.highlighted or 0)
            self.highlighted = self.highlighted if at is None else at
            event.stop()
            event.prevent_default()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click takes the answer."""
        event.stop()
        self.post_message(self.Closed(event.option_index, left=False))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Nobody else needs to know."""
        event.stop()

    def on_blur(self) -> None:
        """The focus went elsewhere: nothing is chosen."""
        self.post_message(self.Closed(None, left=True))

    def action_close(self) -> None:
        """Esc: nothing is chosen."""
        self.post_message(self.Closed(None, left=False))


class ChoiceField(Field, can_focus=True):
    """One of a few answers. Space or Enter opens the list, letters and arrows choose at once."""

    DEFAULT_CSS = """
    ChoiceField { width: auto; height: 1; }
    ChoiceField:focus { text-style: reverse; }
    ChoiceField.-wrong { color: $text-error; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "open", "Open the list", show=False),
        Binding("right,down", "step(1)", "Next answer", show=False),
        Binding("left,up", "step(-1)", "Answer before", show=False),
    ]

    def __init__(
        self,
        field: str,
        answers: Mapping[str, str],
        value: str = "",
        *,
        before: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.field = field
        self._answers = dict(answers)
        self._value = value
        self._before = before

    @property
    def answer(self) -> str:
        """The code that stands; an empty text where nobody has chosen."""
        return self._value

    @answer.setter
    def answer(self, value: str) -> None:
        if value != self._value:
            self._value = value
            self.wrong("")
            self.refresh(layout=True)
            self.tell_change()

    @property
    def answers(self) -> dict[str, str]:
        """Codes with their words, in the order they are offered."""
        return self._answers

    @answers.setter
    def answers(self, answers: Mapping[str, str]) -> None:
        self._answers = dict(answers)
        self.refresh(layout=True)

    def before(self, words: str) -> None:
        """Put other words before the answer."""
        if words != self._before:
            self._before = words
            self.refresh(layout=True)

    @property
    def words(self) -> str:
        """The answer in words."""
        return self._answers.get(self._value, self._value) or "choose"

    def render(self) -> Content:
        """``who may read: workers only ▾``."""
        return Content(f"{self._before}{self.words} ▾")

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as its words."""
        return self.render().cell_length

    def compose(self) -> ComposeResult:
        """Nothing: the list is there only while it is open."""
        return iter(())

    def on_click(self, event: events.Click) -> None:
        """A click opens the list."""
        event.stop()
        self.action_open()

    def on_key(self, event: events.Key) -> None:
        """A letter takes the next answer that begins with it."""
        if not event.is_printable or not event.character or event.character in " ?":
            return
        codes = list(self._answers)
        at = _next_with(list(self._answers.values()), event.character, self._index())
        if at is not None:
            self.answer = codes[at]
        event.stop()
        event.prevent_default()

    def action_step(self, by: int) -> None:
        """The next answer, or the one before."""
        codes = list(self._answers)
        at = self._index()
        self.answer = codes[(at + by) % len(codes)] if at >= 0 else codes[0 if by > 0 else -1]

    def action_open(self) -> None:
        """Show every answer under the field."""
        if self.query(ChoiceList):
            return
        shown = ChoiceList(list(self._answers.values()), self._index())
        self.mount(shown)
        shown.focus()

    def on_choice_list_closed(self, event: ChoiceList.Closed) -> None:
        """Take the answer, and the focus back unless it has gone elsewhere."""
        event.stop()
        if not event.left:
            self.take_focus_back()
        self.query(ChoiceList).remove()
        if event.index is not None:
            self.answer = list(self._answers)[event.index]

    def take_focus_back(self) -> None:
        """After the list is closed."""
        self.focus()

    def _index(self) -> int:
        return list(self._answers).index(self._value) if self._value in self._answers else -1


class ReadersField(ChoiceField):
    """Who may read a text: the label that travels with it."""

    DEFAULT_CSS = "ReadersField { color: $text-muted; }"

    def __init__(self, field: str, value: str, *, id: str | None = None) -> None:
        super().__init__(field, READERS.values, value, before="who may read: ", id=id)
        self._prose: Widget | None = None

    def serve(self, prose: Widget) -> None:
        """Belong to a text: F3 there opens the list, and Tab does not stop here on the way to the next text."""
        self._prose = prose
        self.can_focus = False

    def render(self) -> Content:
        """``who may read: workers only ▾ F3``."""
        return (
            super().render() if self._prose is None else super().render().append(Content.styled(" F3", "dim"))
        )

    def take_focus_back(self) -> None:
        """The focus goes to the text."""
        (self._prose or self).focus()


class AskField(Field, can_focus=True):
    """A question whose answers all stand there, with no answer of its own: ``[ No ]  [ Not sure ]  [ Yes ]``."""

    DEFAULT_CSS = """
    AskField { width: auto; height: 1; }
    AskField.-wrong { color: $text-error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "take", "Answer", show=False),
        Binding("right", "step(1)", "Next answer", show=False),
        Binding("left", "step(-1)", "Answer before", show=False),
    ]

    def __init__(
        self, field: str, answers: Mapping[str, tuple[str, str]], value: str = "", *, id: str | None = None
    ) -> None:
        """``answers``: per code the letter that takes it and its words."""
        super().__init__(id=id)
        self.field = field
        self._answers = dict(answers)
        self._value = value
        self._at: int | None = None

    @property
    def answer(self) -> str:
        """The code that was chosen; an empty text until somebody has."""
        return self._value

    @answer.setter
    def answer(self, value: str) -> None:
        if value != self._value:
            self._value = value
            self.wrong("")
            self.refresh(layout=True)
            self.tell_change()

    def spans(self) -> list[tuple[int, int]]:
        """Where each answer stands: first column and the one after its last."""
        found, at = [], 0
        for _, words in self._answers.values():
            found.append((at, at + len(words) + 4))
            at += len(words) + 6
        return found

    def render(self) -> Content:
        """The answers; the chosen one is marked with √, the one under the cursor reversed."""
        pieces: list[Content] = []
        for place, (code, (_, words)) in enumerate(self._answers.items()):
            chosen = code == self._value
            piece = Content(f"[√{words} ]") if chosen else Content(f"[ {words} ]")
            if self.has_focus and place == (self._at if self._at is not None else 0):
                piece = piece.stylize("reverse")
            elif chosen:
                piece = piece.stylize("bold")
            pieces += [piece, Content("  ")]
        return Content("").join([*pieces, Content.styled(self._hint(), "dim")])

    def _hint(self) -> str:
        if self._value:
            return "arrows and Enter change it"
        return "   ".join(
            f"{letter} {words.partition(':')[0].lower()}" for letter, words in self._answers.values()
        )

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as its answers and the hint behind them."""
        return self.render().cell_length

    def on_key(self, event: events.Key) -> None:
        """The letter of an answer takes it, while there is none: a stray letter must not change one that stands."""
        for code, (letter, _) in self._answers.items():
            if not self._value and event.character and event.character.lower() == letter:
                event.stop()
                event.prevent_default()
                self._take(code)
                return
        if event.character != " ":
            keep_local(event)

    def on_click(self, event: events.Click) -> None:
        """A click takes the answer under it."""
        for code, (first, after) in zip(self._answers, self.spans(), strict=True):
            if first <= event.x < after:
                self._take(code)

    def action_step(self, by: int) -> None:
        """Move to another answer without taking it."""
        at = 0 if self._at is None else self._at
        self._at = (at + by) % len(self._answers)
        self.refresh()

    def action_take(self) -> None:
        """Take the answer under the cursor, once somebody has moved there."""
        if self._at is not None:
            self._take(list(self._answers)[self._at])

    class Taken(Message):
        """An answer was taken, also where it is the one that stood."""

        def __init__(self, field: str, code: str) -> None:
            super().__init__()
            self.field, self.code = field, code

    def _take(self, code: str) -> None:
        self._at = list(self._answers).index(code)
        self.answer = code
        self.refresh()
        self.post_message(self.Taken(self.field, code))


def _next_with(words: list[str], letter: str, at: int) -> int | None:
    """The next place after ``at`` whose words begin with ``letter``."""
    count = len(words)
    for step in range(1, count + 1):
        place = (at + step) % count
        if words[place].lower().startswith(letter.lower()):
            return place
    return None
