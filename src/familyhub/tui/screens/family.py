"""A family's page: the header, then Story, Plan, Visits, Children, Meetings and Sharing as tabs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from familyhub.practice.closings import ClosingView, FollowUpView
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile, StoryLine
from familyhub.practice.handshakes import HandshakeView
from familyhub.practice.household import Child
from familyhub.practice.meetings import CALLED_OFF, MeetingView
from familyhub.practice.plan_view import Step
from familyhub.practice.visit_view import VisitView
from familyhub.tui import commands
from familyhub.tui.screens import family_lists as lists
from familyhub.tui.screens import family_meetings as meetings
from familyhub.tui.screens import family_plan as plans
from familyhub.tui.screens import family_sharing as sharing
from familyhub.tui.screens.family_children_acts import ChildrenActs
from familyhub.tui.screens.family_header import header
from familyhub.tui.screens.family_panels import Paragraphs as Words
from familyhub.tui.screens.family_panels import panel
from familyhub.tui.screens.family_plan_acts import PlanActs
from familyhub.tui.screens.family_sharing_acts import SharingActs
from familyhub.tui.widgets.paragraphs import Paragraphs, content
from familyhub.tui.widgets.rows import Drawn, Rows

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from textual.timer import Timer

TABS = {
    "story": "Story", "plan": "Plan", "visits": "Visits", "children": "Children", "meetings": "Meetings",
    "sharing": "Sharing",
}  # fmt: skip
NUMBERS = {tab: commands.key_of(commands.BY_NAME[f"tab_{tab}"], {}) for tab in commands.FAMILY_TABS}
"""The key of each tab, printed before its name."""
WIDE = 100
MOST_IN_PANEL = 4000
FOLLOW_SECONDS = 0.04


class TabLine(Widget):
    """``1 Story   2 Plan   3 Visits   4 Children   6 Meetings   8 Sharing``; a click shows a tab."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.shown = "story"

    def render(self) -> Content:
        """The tab that is shown stands out, in brackets too."""
        gap = "   " if self.size.width >= WIDE - 2 else "  "
        parts: list[str | tuple[str, str]] = []
        for name, words in TABS.items():
            label = f"[{NUMBERS[name]} {words}]" if name == self.shown else f" {NUMBERS[name]} {words} "
            parts += [(label, "bold reverse" if name == self.shown else ""), gap]
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Show the tab that was clicked."""
        offset = event.get_content_offset(self)
        at, gap = 0, 3 if self.size.width >= WIDE - 2 else 2
        for name, words in TABS.items():
            end = at + len(f"[{NUMBERS[name]} {words}]")
            if offset is not None and at <= offset.x < end and isinstance(self.screen, FamilyScreen):
                self.screen.show_tab(name)
            at = end + gap


class FamilyScreen(PlanActs, SharingActs, ChildrenActs, meetings.MeetingActs):
    """One family."""

    place: ClassVar[str] = "family"
    CSS_PATH = "family.tcss"

    def __init__(self, family_id: str, tab: str = "story", *, found: str = "") -> None:
        super().__init__()
        self.family_id = family_id
        self.file: FamilyFile | None = None
        self._tab = tab if tab in TABS else "story"
        self._found = found
        self._filter = lists.Filter()
        self._selected: dict[str, object] = {}
        self._plan_shown = False
        self._following: Timer | None = None
        self._beside: Words = []

    @property
    def family_here(self) -> str | None:
        """This family."""
        return self.family_id

    @property
    def tab(self) -> str:
        """The tab that is shown."""
        return self._tab

    @property
    def today(self) -> date:
        """The day it is where the laptop is."""
        return self.laptop.today

    def body(self) -> ComposeResult:
        """Header, tabs, filters, the list with its side panel."""
        yield Static("", id="family-header", markup=False)
        yield TabLine(id="tab-line")
        yield Static("", id="filter-line", markup=False)
        with Horizontal(id="family-body"):
            yield Rows[lists.Item](
                self._draw, key=lists.item_key, selectable=lists.selectable,
                id="family-rows",
            )  # fmt: skip
            with VerticalScroll(id="side", can_focus=False):
                yield Paragraphs(id="panel")

    def on_mount(self) -> None:
        """Ready for keys."""
        self.query_one(Rows).focus()
        self.query_one(TabLine).shown = self._tab
        self._show_room(self._tab)

    def _show_room(self, tab: str) -> None:
        """Long lines have the whole width where there is little of it."""
        for wide in ("plan", "sharing"):
            self.set_class(tab == wide, f"-{wide}")

    # -- reading ---------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Read the file again."""
        from familyhub.casework import reading

        self.read_in(reading.family, self.laptop, self.family_id, then=self._show, failed=self._not_read)

    def _not_read(self, sentence: str, problems: object = ()) -> None:
        self.say(sentence)
        if self.file is None:
            self.leave()

    def _show(self, file: FamilyFile) -> None:
        self.file = file
        self.heading = f"{file.name} · {TABS[self._tab]}" if self._tab != "story" else file.name
        self._print_header()
        self._print_list()
        self.refresh_lines()

    def _print_header(self) -> None:
        if self.file is None:
            return
        lines = header(self.file, self.today, wide=self.size.width >= WIDE)
        self.query_one("#family-header", Static).update(content(lines))

    def on_resize(self, event: events.Resize) -> None:
        """Other words fit."""
        self._print_header()
        self._print_filter()
        self.query_one(TabLine).refresh()

    # -- tabs and filters ------------------------------------------------------------------------------------

    def show_tab(self, tab: str) -> None:
        """Show a tab; each keeps its place."""
        rows = self.query_one(Rows)
        if rows.selected is not None:
            self._selected[self._tab] = lists.item_key(rows.selected)
        self._tab = tab
        self._show_room(tab)
        self.query_one(TabLine).shown = tab
        self.query_one(TabLine).refresh()
        if self.file is not None:
            self.heading = f"{self.file.name} · {TABS[tab]}" if tab != "story" else self.file.name
        rows.cursor = 0
        rows.scroll_to(y=0, animate=False)
        self._print_list()
        if tab in self._selected:
            rows.select(self._selected[tab])
        rows.focus()
        self.refresh_lines()

    def action_tab_story(self) -> None:
        """1 Story."""
        self.show_tab("story")

    def action_tab_plan(self) -> None:
        """2 Plan."""
        self.show_tab("plan")

    def action_tab_visits(self) -> None:
        """3 Visits."""
        self.show_tab("visits")

    def action_tab_children(self) -> None:
        """4 Children."""
        self.show_tab("children")

    def action_tab_meetings(self) -> None:
        """6 Meetings."""
        self.show_tab("meetings")

    def action_tab_sharing(self) -> None:
        """8 Sharing."""
        self.show_tab("sharing")

    def action_significant(self) -> None:
        """Significant events only, or everything."""
        self._refilter(replace(self._filter, significant=not self._filter.significant))

    def action_filter_child(self) -> None:
        """The next child, then all again."""
        if self.file is not None:
            self._refilter(
                replace(self._filter, child=_next([c.id for c in self.file.children], self._filter.child))
            )

    def action_filter_agency(self) -> None:
        """The next agency, then all again."""
        if self.file is not None:
            self._refilter(
                replace(self._filter, agency=_next(lists.agencies(self.file), self._filter.agency))
            )

    def _refilter(self, chosen: lists.Filter) -> None:
        self._filter = chosen
        self._print_list()

    def _items(self, file: FamilyFile) -> list[lists.Item]:
        match self._tab:
            case "plan":
                return [*plans.rows(file, self.to_mend)]
            case "visits":
                return list(file.visits)
            case "children":
                return list(file.children)
            case "meetings":
                return [*meetings.rows(file)]
            case "sharing":
                return [*sharing.rows(file, self.today)]
        return lists.story(file, self.today, self._filter)

    def _print_list(self) -> None:
        if self.file is None:
            return
        rows = self.query_one(Rows)
        rows.empty = meetings.EMPTY if self._tab == "meetings" else "Nothing recorded here yet."
        rows.show(self._items(self.file))
        if self._found:
            for item in rows.items:
                if getattr(item, "id", "") == self._found:
                    rows.select(lists.item_key(item))
            self._found = ""
        elif self._tab == "plan" and not self._plan_shown:
            first = next((item for item in rows.items if isinstance(item, Step)), None)
            if first is not None:
                rows.select(lists.item_key(first))
        self._plan_shown = self._plan_shown or self._tab == "plan"
        self._print_filter()

    def _print_filter(self) -> None:
        if self.file is not None:
            self.query_one("#filter-line", Static).update(Content(self._filter_words(self.file)))

    def _filter_words(self, file: FamilyFile) -> str:
        match self._tab:
            case "plan":
                return plans.header(file, self.to_mend, self.today, self.size.width - 2)
            case "story":
                only = "significant only" if self._filter.significant else "everything"
                child = next((c.given for c in file.children if c.id == self._filter.child), "all children")
                return f"{only} ▾ g   {child} ▾ c   {self._filter.agency or 'all agencies'} ▾ a"
            case "meetings":
                return meetings.header(file, self.today)
            case "sharing":
                return sharing.header(file, self.today)
            case "visits":
                upcoming = file.next_visit
                if upcoming is not None and upcoming.on:
                    return f"Next visit {show_day(upcoming.on, self.today)} {upcoming.at} · {upcoming.worker}".rstrip(
                        " ·"
                    )
                return "No next visit planned" + (
                    f": {upcoming.none_because}" if upcoming and upcoming.none_because else ""
                )
        return ""

    # -- rows ------------------------------------------------------------------------------------------------

    def _draw(self, item: lists.Item, width: int) -> Drawn:
        match item:
            case StoryLine():
                return lists.draw_story(item, self.today, width)
            case Step():
                return plans.draw_step(item, self.today, width)
            case plans.NeedLine() | plans.FindingLine():
                return plans.draw(item, width)
            case VisitView():
                return lists.draw_visit(item, self.today, width)
            case Child():
                return lists.draw_child(item, self.today, width)
            case MeetingView() | ClosingView() | FollowUpView() | HandshakeView():
                return meetings.draw(item, self.today, width)
            case sharing.AgreementRow():
                return sharing.draw_agreement(item, self.today, width)
            case sharing.SharingRow():
                return sharing.draw_sharing(item, self.today, width)
            case plans.Words(_, cells):
                return [cells]

    @on(Rows.Moved)
    def show_beside(self, event: Rows.Moved) -> None:
        """The side panel follows the row that is selected, a moment later: moving on never waits for it."""
        if self._following is not None:
            self._following.stop()
        self._following = self.set_timer(FOLLOW_SECONDS, self._follow)

    def _follow(self) -> None:
        self._following = None
        item = self.query_one(Rows).selected
        words: Words = self._panel(item) if self.file is not None else []
        if words == self._beside:
            return
        self._beside = words
        self.query_one("#panel", Paragraphs).show(words, most=MOST_IN_PANEL)
        self.query_one("#side", VerticalScroll).scroll_home(animate=False)

    def _panel(self, item: Any) -> Words:
        if self.file is not None and isinstance(
            item, (MeetingView, ClosingView, FollowUpView, HandshakeView)
        ):
            return meetings.panel(item, self.file, self.today)
        return panel(item, self.today)

    @on(Rows.Chosen)
    def read_whole(self, event: Rows.Chosen) -> None:
        """Enter reads a thing whole."""
        from familyhub.tui.screens.read import ReadScreen

        if self.file is None:
            return
        item: Any = event.item
        if isinstance(item, StoryLine) and item.kind == "attachment":
            self.hub_app.open_attachments(self.family_id, item.id)
            return
        if isinstance(item, MeetingView) and item.state != CALLED_OFF:
            self.open_paper(item.id)
            return
        if isinstance(item, FollowUpView) and not item.done_on:
            self.action_follow_up()
            return
        visit = (
            next((v for v in self.file.visits if v.id == item.id), None)
            if isinstance(item, StoryLine)
            else None
        )
        self.hub_app.push_screen(ReadScreen(self.file.name, self._panel(visit or item)))

    def action_update_action(self) -> None:
        """``u``: what moved on the selected action."""
        item = self.query_one(Rows).selected
        if isinstance(item, Step):
            self.hub_app.update_action(item.id)


def _next(values: list[str], now: str) -> str:
    """The value after ``now``, and nothing after the last one."""
    round_ = ["", *values]
    return round_[(round_.index(now) + 1) % len(round_)] if now in round_ else ""
