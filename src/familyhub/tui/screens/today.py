"""Today: what is first and why, drafts that are not finished, and the visits planned today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from familyhub.practice.allocation import DESK
from familyhub.practice.front_door import TRIAGERS
from familyhub.tui.page import Page
from familyhub.tui.widgets.rows import Cell, Drawn, Rows

if TYPE_CHECKING:
    from familyhub.casework.opening import PlannedVisit, TodayPage
    from familyhub.practice.today import Line

DOES = {
    "tell": "record who was told",
    "update_action": "update this action",
    "decide": "decide between the two answers",
    "log_visit": "log a visit",
    "meeting": "hold the meeting, or write it down",
    "closing": "read what is asked for",
    "follow_up": "ask whether it is still true",
    "open_draft": "go on writing",
    "open_disagreement": "open the disagreement",
    "planned": "log this visit",
    "open_assessment": "open the assessment",
    "open_sharing": "open the agreement",
    "open_safety": "open the safety notes",
    "handshake": "open the step up or step down",
    "step_down": "open the contact: accept or decline",
}
"""What Enter does with a row, in words."""
URGENT = 4
"""Kinds of lines up to this one are marked: nobody told, safety late, a protective difference, a child not seen."""
NARROW = 98


@dataclass(frozen=True, slots=True)
class Heading:
    """A line between the rows."""

    words: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A line of the ranking with its place."""

    place: int
    line: Line


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit planned today."""

    visit: PlannedVisit


Row = Heading | Ranked | Planned


class TodayScreen(Page):
    """The first page."""

    place: ClassVar[str] = "today"

    def __init__(self, page: TodayPage | None = None) -> None:
        super().__init__()
        self._page = page

    def body(self) -> ComposeResult:
        """The list, and what Enter does with the row that is selected."""
        rows = Rows[Row](
            self._draw, key=_key, selectable=lambda row: not isinstance(row, Heading),
            empty="Nothing needs you today. / finds a family.", id="today-rows",
        )  # fmt: skip
        yield rows
        yield Static("", id="today-hint", markup=False)

    def on_mount(self) -> None:
        """Show the rows at once where they are known already."""
        self.query_one(Rows).focus()
        self.heading = "Today"
        if self._page is not None:
            self.show(self._page)

    # -- what it shows ---------------------------------------------------------------------------------------

    def show(self, page: TodayPage) -> None:
        """Show what was read."""
        self._page = page
        who = " · ".join(p for p in (page.worker, page.locality.replace("_", " ").title()) if p)
        self.heading = f"Today · {who}" if who else "Today"
        self._lay_out()

    def _lay_out(self) -> None:
        if self._page is None or not self.is_mounted:
            return
        drafts = [line for line in self._page.lines if line.act == "open_draft"]
        first = [line for line in self._page.lines if line.act != "open_draft"]
        rows: list[Row] = [Ranked(n, line) for n, line in enumerate(first, start=1)]
        if drafts:
            rows.append(Heading("Not finished: only you can see these"))
            rows += [Ranked(0, line) for line in drafts]
        if self._page.planned:
            rows.append(Heading("Visits planned today"))
            rows += [Planned(visit) for visit in self._page.planned]
        self.query_one(Rows).show(rows, height=2 if self._narrow else 1)

    @property
    def _unfinished(self) -> int:
        """How many drafts stand under the ranking, which may be longer than the page."""
        return sum(line.act == "open_draft" for line in self._page.lines) if self._page else 0

    @property
    def _narrow(self) -> bool:
        return self.size.width < NARROW

    def on_resize(self) -> None:
        """Two lines a row where there is little room."""
        self._lay_out()

    def load(self) -> None:
        """Read Today again."""
        if self.hub_app.is_open:
            from familyhub.casework import reading

            self.read_in(reading.today, self.laptop, then=self.show)

    def _draw(self, row: Row, width: int) -> Drawn:
        match row:
            case Heading(words):
                head = [Cell(words, look="strong")]
                return [[Cell("")], head] if self._narrow else [head]
            case Planned(visit):
                return self._drawn(
                    "", f"{visit.at or 'today'}", visit.family, visit.kind, "planned for today", False
                )
            case Ranked(place, line):
                return self._drawn(
                    str(place or ""), "!" if line.kind <= URGENT else "·", line.family or "no family yet",
                    line.what, line.reason, line.kind <= URGENT,
                )  # fmt: skip

    def _drawn(self, place: str, glyph: str, family: str, what: str, why: str, urgent: bool) -> Drawn:
        look = "wrong" if urgent else ""
        glyph_cell = Cell(glyph, max(2, len(glyph) + 1), look)
        head = [Cell(place, 3, "muted"), glyph_cell]
        if self._narrow:
            return [
                [*head, Cell(family, 20, "strong"), Cell(what)],
                [Cell("", 3 + glyph_cell.width), Cell(why, 0, look or "muted")],
            ]
        return [[*head, Cell(family, 20, "strong"), Cell(what), Cell(" ", 1), Cell(why, 0, look)]]

    # -- what one does with it -------------------------------------------------------------------------------

    @on(Rows.Moved)
    def tell_what_enter_does(self, event: Rows.Moved) -> None:
        """The hint under the list."""
        row = event.item
        words = ""
        if isinstance(row, Ranked):
            words = f"Enter: {DOES.get(row.line.act, 'open')}" + (
                f" · {row.line.family}" if row.line.family else ""
            )
            words += "   Delete: throw it away" if row.line.act == "open_draft" else ""
        elif isinstance(row, Planned):
            words = f"Enter: {DOES['planned']} · {row.visit.family}"
        if self._unfinished and isinstance(row, Ranked) and row.line.act != "open_draft":
            words += f"   ·   {self._unfinished} not finished, below"
        self.query_one("#today-hint", Static).update(Content(words), layout=False)

    @on(Rows.Chosen)
    def do(self, event: Rows.Chosen) -> None:
        """Enter does the row's act."""
        app, row = self.hub_app, event.item
        if isinstance(row, Planned):
            app.open_visit(row.visit.family_id)
            return
        line = row.line
        match line.act:
            case "tell":
                from familyhub.tui.screens.worry import open_told

                app.when_open(lambda: open_told(app, line.target))
            case "update_action":
                app.update_action(line.target)
            case "decide":
                app.open_difference(line.target)
            case "log_visit":
                app.open_visit(line.family_id or "", child_id=line.target)
            case "meeting":
                app.open_meeting(line.family_id or "")
            case "open_draft":
                app.open_draft(line.target)
            case "open_disagreement":
                app.open_advice(line.target)
            case "open_assessment":
                app.open_assessment(line.family_id or "")
            case "step_down":
                app.open_front_door(line.target)
            case "open_safety":
                app.open_safety(line.family_id or "", line.target)
            case "open_sharing":
                app.open_family(line.family_id or "", "sharing")
            case _:
                app.open_family(line.family_id or "", "meetings")

    def action_update_action(self) -> None:
        """``u``: the action of the row, else the plan of its family."""
        row = self.query_one(Rows).selected
        if isinstance(row, Ranked) and row.line.act == "update_action":
            self.hub_app.update_action(row.line.target)
        else:
            self.hub_app.on_family(lambda family_id: self.hub_app.open_family(family_id, "plan"))

    def action_discard_draft(self) -> None:
        """Delete: throw the selected draft away, after asking."""
        row = self.query_one(Rows).selected
        if isinstance(row, Ranked) and row.line.act == "open_draft":
            from familyhub.tui.dialogs.sure import SureDialog

            line = row.line
            question = f"{line.what} · {line.family}: {line.reason}.\n\nThrow what was typed away? It cannot be brought back."
            self.hub_app.push_screen(
                SureDialog(question, "Throw it away", "Keep it"),
                lambda sure: self._discard(line.target) if sure else None,
            )

    def _discard(self, draft_id: str) -> None:
        from familyhub.casework import drafts

        self.work(drafts.discard, self.laptop, draft_id, then=lambda _: self._discarded())

    def _discarded(self) -> None:
        self.say("The draft was thrown away.")
        self.load()

    @property
    def key_line(self) -> tuple[str, ...]:
        """Who decides at the front door, or works at the Desk, finds its key here."""
        names = super().key_line
        if self._page is None or self._page.role not in TRIAGERS or "find" not in names:
            return names
        at = names.index("find") + 1
        desk = ("desk",) if self._page.role in DESK else ()
        return (*names[:at], "front_door", *desk, *names[at:])

    @property
    def family_here(self) -> str | None:
        """The family of the selected row."""
        row = self.query_one(Rows).selected
        if isinstance(row, Planned):
            return row.visit.family_id
        return row.line.family_id if isinstance(row, Ranked) else None


def _key(row: Row) -> object:
    match row:
        case Heading(words):
            return words
        case Planned(visit):
            return ("planned", visit.family_id, visit.at)
        case Ranked(_, line):
            return (line.act, line.target)
