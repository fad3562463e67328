"""A form of sections in parts: a wide terminal shows all of it, a narrow one a part at a time; F6 goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.problems import Problem
from familyhub.practice.family_file import FamilyFile
from familyhub.tui.page import Page
from familyhub.tui.screens.log_visit_parts import PartsLine, Section
from familyhub.tui.widgets.autosave import AT, KeepsDraft, kept_words
from familyhub.tui.widgets.fields import Field, fields_in, show_problems
from familyhub.tui.widgets.fields_choice import ReadersField

if TYPE_CHECKING:
    from textual.events import Resize

    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

NARROW = 100
"""Columns below which the page is shown in parts."""
READY = "Nothing more is needed. ^S finishes and locks it."
GONE = "That draft is not here any more: it was finished or thrown away. This is a new page."
KEPT = "Draft kept on this laptop. Only you can see it; Today opens it again."
OF_A_CHILD = ("child:", "none:")
"""How the fields begin that are about one child: what is needed of it begins with its name."""


class Opened(Protocol):
    """What was read from the store to open the page."""

    @property
    def file(self) -> FamilyFile:
        """The family's file."""

    @property
    def entry(self) -> Any:
        """What is written on the page."""


class Needed(Protocol):
    """Something without which the page cannot be finished: its field, its words, its part."""

    @property
    def field(self) -> str:
        """The field's name in casework."""

    @property
    def words(self) -> str:
        """In few words."""

    @property
    def part(self) -> int:
        """The part of the page."""


P = TypeVar("P", bound=Opened)
E = TypeVar("E")


def draft_of(laptop: Laptop, family_id: str, draft_id: str | None, kind: type[E]) -> tuple[E | None, str]:
    """A draft that is written on, and when it was kept (ISO UTC); None where it is not here. Runs in a thread."""
    from familyhub.casework import drafts

    draft = next((d for d in drafts.unfinished(laptop, family_id) if d.id == draft_id), None)
    found = drafts.reopen(laptop, draft.id) if draft else None
    return (found[1], draft.saved_at) if draft and found and isinstance(found[1], kind) else (None, "")


def needed_words(needed: Iterable[Needed], part: int | None) -> str:
    """What is needed in few words, children who lack the same together; ``part``: the one shown, others are named."""
    grouped: dict[tuple[int, str], list[str]] = {}
    for n in needed:
        name, _, lacks = n.words.partition(": ") if n.field.startswith(OF_A_CHILD) else ("", "", n.words)
        grouped.setdefault((n.part, lacks), []).append(name)
    told: dict[int, list[str]] = {}
    for (at, lacks), names in grouped.items():
        told.setdefault(at, []).append(f"{', '.join(names)}: {lacks}" if names[0] else lacks)
    if part is None:
        return " · ".join(words for listed in told.values() for words in listed)
    here = told.pop(part, [])
    return " · ".join([*here, *(f"{', '.join(listed)} (part {at})" for at, listed in sorted(told.items()))])


class PartedForm(KeepsDraft, Page, Generic[P]):
    """A page about a family whose sections belong to parts, numbered from 1; it is opened once, kept, and finished."""

    ABOUT: ClassVar[str] = ""
    """What the page records, in a word: ``visit``."""
    PARTS: ClassVar[Mapping[int, str]] = {}
    FRONT_PARTS: ClassVar[Mapping[int, str]] = {}
    """In the front-room view."""
    FIRST: ClassVar[int] = 1
    """As many sections fill the first screen."""
    SAVED: ClassVar[str] = ""
    part = 1

    def __init__(self, family_id: str, *, draft_id: str | None = None) -> None:
        super().__init__()
        self.family_id, self._draft_id = family_id, draft_id
        self.opened: P | None = None
        self._front = self._busy = self._ready = False

    @property
    def family_here(self) -> str | None:
        """The family that it is about."""
        return self.family_id

    def body(self) -> ComposeResult:
        """The parts line, the sections, and what is still needed."""
        yield PartsLine(id="parts")
        yield VerticalScroll(id=f"{self.ABOUT}-page", can_focus=False)
        yield Static("", id="needed", markup=False)

    # -- what each page has of its own ----------------------------------------------------------------------------

    def read(self, laptop: Laptop) -> tuple[P, str]:
        """What the page opens with, and when its draft was kept (empty for a new page). Runs in a thread."""
        raise NotImplementedError

    def sections(self, opened: P) -> Iterator[Section]:
        """Every section, as the entry stands."""
        raise NotImplementedError

    def heading_words(self, opened: P) -> str:
        """The title line."""
        raise NotImplementedError

    def begin(self) -> None:
        """Take the focus to where a new page is begun."""
        raise NotImplementedError

    def needed(self, opened: P) -> Sequence[Needed]:
        """What is missing before it can be finished, in the order of the page."""
        raise NotImplementedError

    def problems(self, opened: P) -> list[Problem]:
        """A sentence for everything that is still needed."""
        raise NotImplementedError

    def finished(self, opened: P) -> Any:
        """The entry as it is saved."""
        raise NotImplementedError

    def do(self, laptop: Laptop, entry: Any) -> Saved:
        """The act; runs in a thread."""
        raise NotImplementedError

    @property
    def needs_all(self) -> bool:
        """Whether the cursor finds its place only once every section is there."""
        return bool(self.entry.page.get(AT))

    # -- opening --------------------------------------------------------------------------------------------------

    @property
    def page_body(self) -> VerticalScroll:
        """Where the sections stand."""
        return self.query_one(f"#{self.ABOUT}-page", VerticalScroll)

    def load(self) -> None:
        """Open the page once; after that only the front-room view changes what is shown."""
        front = self.hub_app.front_room is not None
        if self.opened is None:
            if not self._busy:
                self._busy = True
                self.work(self.read, self.laptop, then=self._open, failed=self._not_open)
        elif front != self._front:
            self.run_worker(self._build(), exclusive=True, group="build")

    async def _open(self, found: tuple[P, str]) -> None:
        self._busy = False
        self.opened, kept_at = found
        self.entry = self.opened.entry
        if kept_at:
            self.kept = kept_words(datetime.fromisoformat(kept_at).astimezone())
        elif self._draft_id is not None:
            self.say(GONE)
        await self._build(self._take_up if kept_at else self.begin)

    def _take_up(self) -> None:
        """The part is shown in which the draft's author was, and the cursor goes where they left it.

        Where that is not there any more, as on a new page.
        """
        name = self.entry.page.get(AT, "").partition("@")[0]
        left = next((f for f in fields_in(self) if f.field == name or f.takes(Problem(name, ""))), None)
        self.reveal(left or fields_in(self)[0])
        if not self.return_to(self):
            self.begin()

    def _not_open(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        self.hub_app.say(sentence, wrong=True)
        self.leave()

    async def _build(self, then: Callable[[], None] = lambda: None) -> None:
        """Put the sections on the page, as the entry stands: what is seen at once first, the rest right behind it."""
        assert self.opened is not None
        self._ready = False
        self._front = self.hub_app.front_room is not None
        self.heading = self.heading_words(self.opened)
        page, coming = self.page_body, self.sections(self.opened)
        with self.app.batch_update():
            await page.remove_children()
            await self._mount(page, islice(coming, self.FIRST))
        self.tell_needed()
        if self.needs_all:
            await self._rest(page, coming, then)
        else:
            then()
            self.call_after_refresh(self._rest, page, coming, lambda: None)

    async def _mount(self, page: VerticalScroll, coming: Iterable[Section]) -> None:
        built = list(coming)
        for section in built if self.has_class("-parts") else ():
            section.set_class(section.part != self.part, "-elsewhere")
        await page.mount_all(built)

    async def _rest(self, page: VerticalScroll, coming: Iterable[Section], then: Callable[[], None]) -> None:
        with self.app.batch_update():
            await self._mount(page, coming)
        self._ready = True
        then()

    # -- parts ----------------------------------------------------------------------------------------------------

    def tell_needed(self) -> None:
        """What is still needed to finish, part by part."""
        if self.opened is None or not self.is_mounted:
            return
        parts, shown = self.query_one(PartsLine), self.query_one("#needed", Static)
        if self._front:
            parts.show(self.part, set(), self.FRONT_PARTS)
            shown.update(f"The rest is asked after the {self.ABOUT}. F2 keeps this and goes back.")
            return
        needed = self.needed(self.opened)
        parts.show(self.part, self.PARTS.keys() - {n.part for n in needed}, self.PARTS)
        words = needed_words(needed, self.part if self.has_class("-parts") else None)
        shown.update(f"Still needed to finish: {words}" if words else READY)

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
        if self.has_class("-parts") and chain and self.focused is chain[-1] and self.part < max(self.PARTS):
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

    # -- leaving --------------------------------------------------------------------------------------------------

    async def action_keep_draft(self) -> None:
        """F2: keep it as a draft, and go back."""
        await self.keep()
        if self.autosave.pending:
            return
        if self.entry is not None and self.entry.draft_id:
            self.say(KEPT)
        self.leave()

    async def action_finish(self) -> None:
        """^S: save and lock it, or show what is missing."""
        if self.opened is None or self._busy or not self._ready:
            return
        await self.keep()
        if self._front:
            self.say(
                f"Kept as a draft. After the {self.ABOUT}, outside the front-room view, answer the rest and finish."
            )
            return
        problems = self.problems(self.opened)
        if problems:
            self._refused(" ".join(p.sentence for p in problems), problems)
            return
        self._busy = True
        await self.autosave.stop()
        self.work(self.do, self.laptop, self.finished(self.opened), then=self._saved, failed=self._refused)

    def _saved(self, saved: Saved) -> None:
        self.entry = None
        self.hub_app.say(self.SAVED)
        self.hub_app.nudge_sync()
        self.leave()

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        self.autosave.go_on()
        homeless = show_problems(self.page_body, problems, self.reveal)
        if homeless or not problems:
            self.hub_app.say(" ".join(p.sentence for p in homeless) or sentence, wrong=True)
