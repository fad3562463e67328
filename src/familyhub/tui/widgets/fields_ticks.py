"""Ticks beside each other: ``[x] Dawn, mum   [ ] Craig, dad (elsewhere)``; nobody is ticked until somebody ticks them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message

from familyhub.tui.widgets.fields import Field, keep_local
from familyhub.tui.widgets.fields_hint import cell


class Tick(NamedTuple):
    """One box: its id and its words."""

    id: str
    words: str


class TicksField(Field, can_focus=True):
    """Boxes to tick with space, with their number or with the mouse; ``+`` asks for one more."""

    DEFAULT_CSS = """
    TicksField { width: 1fr; height: auto; }
    TicksField.-wrong { color: $text-error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", show=False),
        Binding("right,down", "step(1)", "Next", show=False),
        Binding("left,up", "step(-1)", "Before", show=False),
        Binding("enter", "go_on", "Next field", show=False),
    ]

    class More(Message):
        """Somebody wants to add one."""

    def __init__(
        self,
        field: str,
        ticks: Sequence[Tick],
        ticked: Sequence[str] = (),
        *,
        more: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.field = field
        self.ticks = list(ticks)
        self.ticked = [t for t in ticked if t in {x.id for x in ticks}]
        self._more = more
        self._at = 0

    @property
    def answer(self) -> str:
        """The ids that are ticked, with commas."""
        return ",".join(self.ticked)

    @answer.setter
    def answer(self, value: str) -> None:
        self.ticked = [t for t in value.split(",") if t]
        self.refresh()

    def add(self, tick: Tick) -> None:
        """One more box, ticked."""
        self.ticks.append(tick)
        self.ticked.append(tick.id)
        self._at = len(self.ticks) - 1
        self.refresh(layout=True)
        self.tell_change()

    def place(self) -> str:
        """The box under the cursor."""
        return str(self._at)

    def go_to(self, place: str) -> None:
        """Put the cursor on a box."""
        if place.isdecimal():
            self._at = min(int(place), self._last)

    @property
    def _last(self) -> int:
        return len(self.ticks) - (0 if self._more else 1)

    def _pieces(self, width: int) -> list[str]:
        boxes = [f"[{'x' if t.id in self.ticked else ' '}] {t.words}" for t in self.ticks]
        if self._more:
            boxes.append(f"+ {self._more}")
        return [b if cell_len(b) <= width else cell(b, width) for b in boxes]

    def _places(self, width: int) -> list[tuple[int, int, int]]:
        """Line, first column and width of each box, wrapped into ``width`` columns."""
        found, line, at = [], 0, 0
        for box in self._pieces(width):
            size = cell_len(box)
            if at and at + size > width:
                line, at = line + 1, 0
            found.append((line, at, size))
            at += size + 3
        return found

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the boxes need."""
        places = self._places(max(width, 1))
        return places[-1][0] + 1 if places else 1

    def render(self) -> Content:
        """The boxes, wrapped; the one under the cursor reversed while the field has the focus."""
        width = max(self.content_size.width, 1)
        lines: list[Content] = [Content("")]
        for at, (box, (line, column, _)) in enumerate(
            zip(self._pieces(width), self._places(width), strict=True)
        ):
            if line == len(lines):
                lines.append(Content(""))
            gap = column - lines[line].cell_length
            here = self.has_focus and at == self._at
            lines[line] = lines[line].append(" " * gap).append(Content.styled(box, "reverse" if here else ""))
        return Content("\n").join(lines)

    def on_key(self, event: events.Key) -> None:
        """A number ticks its box, ``+`` adds one."""
        if event.character == " ":
            return
        if event.character == "+" and self._more:
            self.post_message(self.More())
        elif event.character and event.character.isdecimal() and 1 <= int(event.character) <= len(self.ticks):
            self._at = int(event.character) - 1
            self.action_tick()
        else:
            keep_local(event)
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """A click ticks what is under it."""
        for at, (line, column, size) in enumerate(self._places(max(self.content_size.width, 1))):
            if event.y == line and column <= event.x < column + size:
                self._at = at
                self.action_tick()

    def action_tick(self) -> None:
        """Tick the box under the cursor, or take its tick away."""
        if self._at >= len(self.ticks):
            self.post_message(self.More())
            return
        chosen = self.ticks[self._at].id
        self.ticked = (
            [t for t in self.ticked if t != chosen] if chosen in self.ticked else [*self.ticked, chosen]
        )
        self.wrong("")
        self.refresh()
        self.tell_change()

    def action_step(self, by: int) -> None:
        """The next box, or the one before."""
        self._at = max(0, min(self._at + by, self._last))
        self.refresh()

    def action_go_on(self) -> None:
        """Enter on a box goes to the next field; on ``+`` it adds one."""
        if self._at >= len(self.ticks) and self._more:
            self.post_message(self.More())
        else:
            self.screen.focus_next()
