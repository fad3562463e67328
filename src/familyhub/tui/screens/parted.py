"""A form of sections in parts: a wide terminal shows all of it, a narrow one a part at a time; F6 goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.widget import Widget

from familyhub.tui.page import Page
from familyhub.tui.screens.log_visit_parts import PartsLine, Section
from familyhub.tui.widgets.autosave import KeepsDraft
from familyhub.tui.widgets.fields import Field, fields_in
from familyhub.tui.widgets.fields_choice import ReadersField

if TYPE_CHECKING:
    from textual.events import Resize

NARROW = 100
"""Columns below which the page is shown in parts."""


class PartedForm(KeepsDraft, Page):
    """A page whose sections belong to parts, numbered from 1."""

    LAST_PART: ClassVar[int] = 1
    part = 1

    def tell_needed(self) -> None:
        """Say what is still needed, and which part is shown; a form overrides it."""

    def stops(self) -> list[Section]:
        """The sections at which F6 stops."""
        return [s for s in self.query(Section) if s.stop and any(f.can_focus for f in fields_in(s))]

    def on_resize(self, event: Resize) -> None:
        """A narrow terminal shows one part at a time."""
        self.set_class(event.size.width < NARROW, "-parts")
        self.show_part(self.part)

    def on_parts_line_chosen(self, event: PartsLine.Chosen) -> None:
        """Go to a part."""
        section = next((s for s in self.stops() if s.part == event.part), None)
        if section is None:
            self.show_part(event.part)
        else:
            self.go_to_section(section)

    def action_next_part(self) -> None:
        """F6: the next part of the page."""
        stops = self.stops()
        here = self.section_of(self.focused)
        order = list(self.query(Section))
        after = [s for s in stops if here is None or order.index(s) > order.index(here)]
        if stops:
            self.go_to_section(after[0] if after else stops[0])

    def focus_next(self, selector: Any = "*") -> Widget | None:
        """The next field; at the end of a part, the part after it."""
        chain = self.focus_chain
        if self.has_class("-parts") and chain and self.focused is chain[-1] and self.part < self.LAST_PART:
            further = next((s for s in self.stops() if s.part > self.part), None)
            if further is not None:
                self.go_to_section(further)
                return self.focused
        return super().focus_next(selector)

    @staticmethod
    def section_of(widget: Widget | None) -> Section | None:
        """The section in which a widget stands."""
        return next((a for a in (widget.ancestors if widget else ()) if isinstance(a, Section)), None)

    def go_to_section(self, section: Section) -> None:
        """Show a section's part and take the focus to its first field; never to who may read it.

        Whoever goes on typing would change the readers by the letters of their words, and lose these.
        """
        self.show_part(section.part)
        fields = (f for f in fields_in(section) if f.focusable and not isinstance(f, ReadersField))
        first = next(fields, None)
        if first is not None:
            self.set_focus(first)

    def show_part(self, part: int) -> None:
        """Show a part; on a wide terminal all of them stay."""
        self.part = part
        if self.has_class("-parts"):
            for section in self.query(Section):
                section.set_class(section.part != part, "-elsewhere")
        self.tell_needed()

    def reveal(self, field: Field) -> None:
        """Make sure that a field can be seen."""
        section = self.section_of(field)
        if section is not None:
            self.show_part(section.part)
