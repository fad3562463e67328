"""Families: search as you type, or walk through mine, the locality's, all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from familyhub.practice.family_row import FamilyRow, Found
from familyhub.tui.page import Page
from familyhub.tui.screens.families_pages import PAGE, FamilyPages, first_page, one_page, whole_order
from familyhub.tui.widgets.rows import Cell, Drawn, Rows

if TYPE_CHECKING:
    from textual.timer import Timer

    from familyhub.casework.laptop import Laptop

PAUSE = 0.05
"""Seconds after a key before the search begins, so that it never stands in the way of the next key."""
WHICH = {"all": "all", "mine": "mine", "locality": "this locality"}
FOUND_WORDS = {
    "visit": "visit", "visit_child": "child's words", "note": "note", "action": "action", "action_progress": "progress",
    "need": "need", "review": "review", "safety_note": "safety note", "contact": "contact", "concern": "worry",
    "level_of_need": "level of need", "episode_state": "story", "agreement": "agreement",
    "person_risk": "risk", "safe_contact": "safe contact",
}  # fmt: skip
"""Kinds of texts that a search lists under the families, in words."""


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found, and what it was asked."""

    families: Sequence[FamilyRow]
    texts: Sequence[Found]
    asked: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Heading:
    """A line between the rows."""

    words: str


Row = FamilyRow | Found | Heading


def look_up(laptop: Laptop, text: str, which: str, texts: bool) -> Results:
    """Families that a text finds, and the notes and visits in which the words stand."""
    from familyhub.casework import reading

    families = reading.families(laptop, text, which)
    found = reading.search(laptop, text) if texts and len(text.strip()) > 2 else []
    return Results(
        families, [f for f in found if f.kind in FOUND_WORDS and f.family_id], (text.strip(), which)
    )


class FamiliesScreen(Page):
    """The list of families; with ``pick`` it asks which family something is about."""

    place: ClassVar[str] = "families"
    reads_first = False  # the field takes letters at once, and Enter waits for the search
    CSS_PATH = "families.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "row(-1)", "Up", show=False),
        Binding("down", "row(1)", "Down", show=False),
        Binding("pageup", "rows(-1)", "Page up", show=False),
        Binding("pagedown", "rows(1)", "Page down", show=False),
    ]

    def __init__(self, pick: Callable[[str], object] | None = None) -> None:
        super().__init__()
        self._pick = pick
        self._which = "all"
        self._wanted = ("", self._which)
        self._found = self._wanted
        """What was asked for the results that stand there: what is best for other words is selected anew."""
        self._searching = False
        self._enter_waits = False
        self._stale = False
        self._pause: Timer | None = None
        self._pages: FamilyPages | None = None

    def body(self) -> ComposeResult:
        """The field, and what it finds."""
        with Horizontal(id="search-line"):
            yield Input(
                placeholder="name, nickname, address, postcode, words of a note", id="search", compact=True
            )
            yield Static("", id="which", markup=False)
        yield Rows[Row](
            self._draw, key=_key, selectable=lambda row: not isinstance(row, Heading),
            empty="Nothing found on this laptop. Try fewer letters, or F6 for all.", id="families-rows",
        )  # fmt: skip
        yield Static("", id="families-hint", markup=False)

    def on_mount(self) -> None:
        """Ready to type."""
        self.heading = "Which family?" if self._pick else "Families"
        self.query_one(Input).focus()
        self._tell()
        self._pages = self.hub_app.family_pages
        if self._pages is not None:
            self._pages.wanted = self._want_page
            self.query_one(Rows).show(self._pages)

    # -- finding ---------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Find again what is asked: rows may be other than they were."""
        self._stale = True
        self._ask()

    @on(Input.Changed, "#search")
    def typed(self) -> None:
        """Search as it is typed; while one search runs, only the newest text waits."""
        self._enter_waits = False
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._ask)

    def _ask(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        typed = self.query_one(Input).value
        self._wanted = (typed.strip(), self._which)
        if self._searching:
            return
        self._searching = True
        which = self._which
        if typed.strip():
            texts = self._pick is None
            self.work(look_up, self.laptop, typed, which, texts, then=self._show, failed=self._not_found)
        elif self._pages is None:
            self.work(
                first_page, self.laptop, which, then=partial(self._show_first, which), failed=self._not_found
            )
        else:
            self.work(
                whole_order, self.laptop, which, then=partial(self._show_all, which), failed=self._not_found
            )

    def _current(self, asked: tuple[str, str]) -> bool:
        """Whether a result is what is asked now; otherwise the newest question goes out."""
        self._searching = False
        if asked == self._wanted:
            return True
        self._ask()
        return False

    def _show(self, found: Results) -> None:
        if not self._current(found.asked):
            return
        rows: list[Row] = list(found.families)
        if found.texts:
            rows += [Heading("In notes, visits and plans"), *found.texts]
        shown = self.query_one(Rows)
        shown.show(rows)
        if found.asked != self._found:
            self._found = found.asked
            if best := next((row for row in rows if not isinstance(row, Heading)), None):
                shown.select(_key(best))
        self._tell(f"{len(found.families):,} found")
        self._enter_now()

    def _show_first(self, which: str, found: tuple[list[str], list[FamilyRow]]) -> None:
        """The first page, at once; the rest of the order comes behind it."""
        if not self._current(("", which)):
            return
        ids, rows = found
        self._pages = FamilyPages(ids, self._want_page)
        self._pages.take(0, rows)
        self.query_one(Rows).show(self._pages)
        if len(ids) < PAGE:
            self._tell(f"{len(ids):,} families")
            self._enter_now()
        else:
            self._ask()

    def _show_all(self, which: str, ids: list[str]) -> None:
        if not self._current(("", which)):
            return
        before, self._pages = self._pages, FamilyPages(ids, self._want_page)
        if before is not None:
            self._pages.take_over(before, stale=self._stale)
        self._stale = False
        if which == "all":
            self.hub_app.family_pages = self._pages
        self.query_one(Rows).show(self._pages)
        self._tell(f"{len(ids):,} families")
        self._enter_now()

    def _want_page(self, number: int) -> None:
        pages = self._pages
        if pages is not None:
            take = partial(self._take_page, pages, number)
            self.work(one_page, self.laptop, pages.page_ids(number), then=take)

    def _take_page(self, pages: FamilyPages, number: int, rows: list[FamilyRow]) -> None:
        pages.take(number, rows)
        shown = self.query_one(Rows)
        shown.refresh()
        if shown.items is pages:
            self.tell_what_enter_does(Rows.Moved(shown, shown.selected))

    def _enter_now(self) -> None:
        if self._enter_waits:
            self._enter_waits = False
            self.query_one(Rows).action_choose()

    def _not_found(self, sentence: str, problems: object = ()) -> None:
        self._searching = False
        self.failed(sentence)

    def _tell(self, count: str = "") -> None:
        words = f"{WHICH[self._which]} ▾ F6" + (f"   {count}" if count else "")
        self.query_one("#which", Static).update(words)

    def action_which(self) -> None:
        """All, mine, this locality, and round again."""
        order = list(WHICH)
        self._which = order[(order.index(self._which) + 1) % len(order)]
        self._pages = None
        self._tell()
        self._ask()

    @on(Input.Submitted, "#search")
    def enter_opens(self) -> None:
        """Enter in the field opens the selected row; Enter typed faster than the search waits for it."""
        if self._searching or self._pause is not None:
            self._enter_waits = True
        else:
            self.query_one(Rows).action_choose()

    def action_row(self, step: int) -> None:
        """Up and down move the list while the field has the keys."""
        self.query_one(Rows).action_move(step)

    def action_rows(self, step: int) -> None:
        """A screenful up or down."""
        self.query_one(Rows).action_page(step)

    # -- opening ---------------------------------------------------------------------------------------------

    @on(Rows.Chosen)
    def open(self, event: Rows.Chosen) -> None:
        """Open the family, or what is found in it."""
        row = event.item
        family_id = row.id if isinstance(row, FamilyRow) else row.family_id
        if isinstance(row, FamilyRow) and not row.held:
            who = f" {row.lead} is its lead practitioner: ask them, or your coordinator." if row.lead else ""
            self.say(f"The file of the {row.name} is not on this laptop.{who}")
            return
        if self._pick is not None:
            pick, app = self._pick, self.hub_app
            self.leave()
            app.call_later(pick, family_id)
        elif isinstance(row, Found) and row.kind in ON_SAFETY:
            self.hub_app.open_safety(family_id or "", row.id)
        elif isinstance(row, Found):
            from familyhub.tui.screens.family import FamilyScreen

            self.hub_app.push_screen(
                FamilyScreen(family_id or "", TAB_OF.get(row.kind, "story"), found=row.id)
            )
        else:
            self.hub_app.open_family(family_id or "")

    @property
    def family_here(self) -> str | None:
        """The selected family, where its file is on this laptop."""
        row = self.query_one(Rows).selected
        if isinstance(row, FamilyRow):
            return row.id if row.held else None
        return row.family_id if isinstance(row, Found) else None

    # -- drawing ---------------------------------------------------------------------------------------------

    @on(Rows.Moved)
    def tell_what_enter_does(self, event: Rows.Moved) -> None:
        """The hint under the list."""
        row, words = event.item, ""
        if isinstance(row, FamilyRow):
            words = "Enter: choose" if self._pick else "Enter: open"
            words += f" · {row.name}" + (f" · found in a {row.why}" if row.why else "")
        elif isinstance(row, Found):
            words = f"Enter: open · {row.family}"
        self.query_one("#families-hint", Static).update(Content(words), layout=False)

    def _draw(self, row: Row, width: int) -> Drawn:
        match row:
            case Heading(words):
                return [[Cell(words, look="strong")]]
            case Found():
                kind = FOUND_WORDS.get(row.kind, row.kind)
                return [[Cell(row.family, 22), Cell(kind, 14, "muted"), Cell(row.text)]]
            case _:
                return [self._family(row, width)]

    @staticmethod
    def _family(row: FamilyRow, width: int) -> list[Cell]:
        if not row.held:
            ask = f"not on this laptop · ask {row.lead}" if row.lead else "not on this laptop"
            return [Cell(row.name, 24), Cell(ask, look="muted"), Cell(row.ward, 18, "muted")]
        children = ", ".join(c.words for c in row.children)
        level = f"level {row.level}" if row.level else row.stage.replace("_", " ")
        cells = [Cell(row.name, 24), Cell(children), Cell(" ", 1), Cell(level, 10)]
        cells.append(Cell(row.lead, 16 if width < 96 else 20))
        if width >= 96:
            cells.append(Cell(row.ward, 18, "muted"))
        return cells


TAB_OF = {
    "action": "plan", "action_progress": "plan", "need": "plan", "visit_child": "children",
}  # fmt: skip
"""The tab on which something found is shown, where it is not the story."""
ON_SAFETY = ("safety_note", "person_risk", "safe_contact")
"""What is shown on the page of its own behind ``w``."""


def _key(row: Row) -> object:
    return ("heading", row.words) if isinstance(row, Heading) else (type(row).__name__, row.id)
