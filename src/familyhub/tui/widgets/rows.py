"""A list that draws only the lines in view, so that 100,000 rows are as quick as ten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from familyhub.tui.widgets.lines import cut

T = TypeVar("T")


class Cell(NamedTuple):
    """A piece of a row: its text, its columns (0: what is left over), and how it looks."""

    text: str
    width: int = 0
    look: str = ""
    """``muted``, ``wrong``, ``well``, ``strong`` or an empty text."""
    right: bool = False


Drawn = Sequence[Sequence[Cell]]


def laid_out(cells: Sequence[Cell], width: int) -> list[tuple[str, str]]:
    """(text, look) of each cell, cut and filled to its columns; the free cells share what is left over."""
    fixed = sum(c.width for c in cells)
    free = [c for c in cells if not c.width]
    share = max(0, width - fixed) // max(1, len(free))
    out = []
    for cell in cells:
        columns = cell.width or share
        text = cut(cell.text, columns)
        if cell.right:
            text = " " * max(0, columns - cell_len(text)) + text
        out.append((set_cell_size(text, columns), cell.look))
    return out


class Rows(ScrollView, Generic[T], can_focus=True):
    """A list of things; ``draw`` gives the lines of one, each as cells. ``Chosen`` is Enter or a double click."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--cursor", "rows--resting", "rows--muted", "rows--wrong", "rows--well", "rows--strong",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "first", "First", show=False),
        Binding("end", "last", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]
    cursor: reactive[int] = reactive(0, repaint=False)

    class Chosen(Message):
        """A row was opened."""

        def __init__(self, rows: Rows[Any], item: Any) -> None:
            super().__init__()
            self.rows = rows
            self.item = item

        @property
        def control(self) -> Rows[Any]:
            """The list."""
            return self.rows

    class Moved(Message):
        """Another row is selected; ``item`` is None in an empty list."""

        def __init__(self, rows: Rows[Any], item: Any) -> None:
            super().__init__()
            self.rows = rows
            self.item = item

        @property
        def control(self) -> Rows[Any]:
            """The list."""
            return self.rows

    def __init__(
        self,
        draw: Callable[[T, int], Drawn],
        *,
        key: Callable[[T], object] = lambda item: item,
        selectable: Callable[[T], bool] = lambda item: True,
        empty: str = "",
        marker: bool = True,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._draw, self._key, self._selectable = draw, key, selectable
        self.empty, self._marker = empty, marker
        self.items: Sequence[T] = ()
        self.row_height = 1
        self.loaded = False
        self._looks: dict[str, Style] = {}

    # -- what is in it ---------------------------------------------------------------------------------------

    def show(self, items: Sequence[T], *, height: int | None = None) -> None:
        """Show these; what was selected stays selected, and the place stays where it was."""
        before = self._key(self.selected) if self.selected is not None else None
        self.items = items
        self.loaded = True
        self.row_height = height or self.row_height
        self._resize()
        self.set_reactive(Rows.cursor, self._place_of(before))
        self.refresh()
        self.post_message(self.Moved(self, self.selected))

    def _place_of(self, key: object) -> int:
        if not len(self.items):
            return 0
        place = min(self.cursor, len(self.items) - 1)
        if key is not None:
            if self._key(self.items[place]) == key:
                return place
            around = range(max(0, place - 2000), min(len(self.items), place + 2000))
            place = next((n for n in around if self._key(self.items[n]) == key), place)
        return self._near(place, 1) if not self._selectable(self.items[place]) else place

    def _resize(self) -> None:
        self.virtual_size = Size(max(1, self.content_size.width), len(self.items) * self.row_height)

    @property
    def selected(self) -> T | None:
        """The row that is selected, or None in an empty list."""
        if 0 <= self.cursor < len(self.items):
            item = self.items[self.cursor]
            return item if self._selectable(item) else None
        return None

    def select(self, key: object) -> None:
        """Select the row with this key, where there is one."""
        for place, item in enumerate(self.items):
            if self._key(item) == key:
                self.cursor = place
                return

    # -- moving ----------------------------------------------------------------------------------------------

    def watch_cursor(self, old: int, new: int) -> None:
        """Show the new place; only two rows are drawn again."""
        for place in (old, new):
            self._refresh_row(place)
        self.scroll_to_cursor()
        self.post_message(self.Moved(self, self.selected))

    def _refresh_row(self, place: int) -> None:
        top = place * self.row_height - self.scroll_offset.y
        self.refresh(Region(0, top, self.size.width, self.row_height))

    def scroll_to_cursor(self) -> None:
        """Scroll just far enough."""
        top, height = self.cursor * self.row_height, self.scrollable_content_region.height
        if top < self.scroll_offset.y or self.cursor <= self._near(0, 1):
            self.scroll_to(y=0 if self.cursor <= self._near(0, 1) else top, animate=False, force=True)
        elif top + self.row_height > self.scroll_offset.y + height:
            self.scroll_to(y=top + self.row_height - height, animate=False, force=True)

    def _near(self, place: int, step: int) -> int:
        """The nearest selectable place from ``place`` in the direction of ``step``, else the other way."""
        for direction in (step, -step):
            at = place
            while 0 <= at < len(self.items):
                if self._selectable(self.items[at]):
                    return at
                at += direction
        return max(0, min(place, len(self.items) - 1))

    def action_move(self, step: int) -> None:
        """One row up or down, over headings."""
        place = self.cursor + step
        found = self._near(place, step) if 0 <= place < len(self.items) else self.cursor
        if (found - self.cursor) * step > 0:
            self.cursor = found
            return
        self._refresh_row(self.cursor)
        if step < 0:
            self.scroll_to(y=0, animate=False, force=True)

    def action_page(self, step: int) -> None:
        """A screenful up or down."""
        if len(self.items):
            rows = max(1, self.scrollable_content_region.height // self.row_height - 1)
            place = max(0, min(len(self.items) - 1, self.cursor + step * rows))
            self.cursor = self._near(place, step)

    def action_first(self) -> None:
        """The first row."""
        if len(self.items):
            self.cursor = self._near(0, 1)

    def action_last(self) -> None:
        """The last row."""
        if len(self.items):
            self.cursor = self._near(len(self.items) - 1, -1)

    def action_choose(self) -> None:
        """Open the selected row."""
        if (item := self.selected) is not None:
            self.post_message(self.Chosen(self, item))

    def on_click(self, event: events.Click) -> None:
        """A click selects, a double click opens."""
        place = (event.y + self.scroll_offset.y) // self.row_height
        if 0 <= place < len(self.items) and self._selectable(self.items[place]):
            self.cursor = place
            if event.chain >= 2:
                self.action_choose()

    # -- drawing ---------------------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Rows are as wide as the list."""
        self._resize()
        self.refresh()

    def on_focus(self) -> None:
        """The selected row shows that keys go here."""
        self._refresh_row(self.cursor)

    def on_blur(self) -> None:
        """The selected row shows that keys go elsewhere."""
        self._refresh_row(self.cursor)

    def notify_style_update(self) -> None:
        """Colours changed."""
        self._looks.clear()
        super().notify_style_update()

    def _look(self, name: str) -> Style:
        if name not in self._looks:
            self._looks[name] = (
                self.get_component_rich_style(f"rows--{name}", partial=True) if name else Style()
            )
        return self._looks[name]

    def render_line(self, y: int) -> Strip:
        """One line of one row."""
        width = self.scrollable_content_region.width
        base = self.rich_style
        place, part = divmod(y + self.scroll_offset.y, self.row_height)
        if place >= len(self.items):
            words = self.empty if self.loaded and not self.items and y == 0 else ""
            return Strip(
                [Segment(set_cell_size("  " + cut(words, width - 2), width), base + self._look("muted"))],
                width,
            )
        item = self.items[place]
        here = place == self.cursor and self._selectable(item)
        if here:
            base += self._look("cursor" if self.has_focus else "resting")
        lines = self._draw(item, width - 2 if self._marker else width)
        marker = ("> " if here and part == 0 else "  ") if self._marker else ""
        segments = [Segment(marker, base)] if marker else []
        if part < len(lines):
            for text, look in laid_out(lines[part], width - len(marker)):
                segments.append(Segment(text, base + self._look(look) if look else base))
        return Strip(segments).adjust_cell_length(width, base)
