"""*Desk*: who waits for a worker, who could take the family on and why, caseloads, families with their workers and covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.widgets import Static

from familyhub.casework.desk import Caseload, DeskPage, HeldFamily, WaitingFamily
from familyhub.practice.allocation import Suggestion
from familyhub.practice.handshakes import HandshakeFact
from familyhub.tui.screens import desk_words as say
from familyhub.tui.screens.desk_acts import DeskActs
from familyhub.tui.screens.log_visit_parts import PartsLine, Section
from familyhub.tui.widgets.paragraphs import Paragraphs
from familyhub.tui.widgets.rows import Drawn, Rows

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

NARROW = 100
"""Columns below which the page is shown in parts."""
LISTS = {1: "#waiting", 2: "#suggested", 3: "#loads", 4: "#held", 5: "#between"}


def read(laptop: Laptop) -> DeskPage:
    """Read the Desk. Runs in a thread."""
    from familyhub.casework import desk

    return desk.desk(laptop)


class DeskScreen(DeskActs):
    """Allocate, and see that nobody who waits is forgotten."""

    place = "desk"
    CSS_PATH = "desk.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.part = 1
        self._asked = ""

    def body(self) -> ComposeResult:
        """Parts, then the four lists."""
        yield PartsLine(id="desk-parts")
        with VerticalScroll(id="desk", can_focus=False):
            yield Section(
                1, Static("Waiting for a worker", classes="head", markup=False),
                Rows[WaitingFamily](self._draw_waiting, key=lambda w: w.family.id,
                                    empty="No family waits for a worker.", id="waiting"),
                Paragraphs(id="about"), id="part-waiting",
            )  # fmt: skip
            yield Section(
                2, Static("", id="who", classes="head", markup=False),
                Rows[Suggestion](say.suggested_line, key=lambda s: s.worker.id, empty="Nobody to choose.", id="suggested"),
                Paragraphs(id="why"), id="part-who",
            )  # fmt: skip
            yield Section(
                3, Static("Caseloads, the heaviest first", classes="head", markup=False),
                Rows[Caseload](say.caseload_line, key=lambda c: c.worker.id, empty="No worker is known here.", id="loads"),
                id="part-loads",
            )  # fmt: skip
            yield Section(
                4, Static("Families with a worker", classes="head", markup=False),
                Rows[HeldFamily](say.held_line, key=lambda h: h.family.id, empty="No family has a worker.", id="held"),
                id="part-held",
            )  # fmt: skip
            yield Section(
                5, Static("Step up and step down, the oldest first", classes="head", markup=False),
                Rows[HandshakeFact](self._draw_between, key=lambda f: f.one.id, empty="No step up or step down is open.",
                                    id="between"),
                id="part-between",
            )  # fmt: skip
        yield Static("", id="desk-foot", markup=False)

    def on_mount(self) -> None:
        """Ready for keys."""
        self.heading = "Desk"
        self.query_one("#waiting").focus()

    def load(self) -> None:
        """Read the Desk again."""
        self.read_in(read, self.laptop, then=self._opened)

    def _opened(self, found: DeskPage) -> None:
        self.open = found
        self.heading = f"Desk · {found.rows.place} · {len(found.waiting)} waiting"
        self.query_one("#waiting", Rows).show(found.waiting)
        self.query_one("#loads", Rows).show(found.caseloads)
        self.query_one("#held", Rows).show(found.held)
        self.query_one("#between", Rows).show(found.handshakes, height=2)
        self.query_one("#desk-foot", Static).update(say.foot(found))
        self._lay_out()

    def _lay_out(self) -> None:
        """What depends on the family under the cursor and on the part."""
        page = self.open
        if page is None:
            return
        from familyhub.casework.desk import suggestions

        waiting = self.waiting
        self.query_one("#about", Paragraphs).show(say.about(waiting, page.today))
        found = suggestions(page, waiting.family.id) if waiting else []
        rows = self.query_one("#suggested", Rows)
        rows.show(found)
        identity = waiting.family.id if waiting else ""
        if identity != self._asked and found:
            self._asked = identity
            rows.select(found[0].worker.id)
        whom = (
            f"Who could take on the {waiting.family.name}, best first" if waiting else "Who could take it on"
        )
        self.query_one("#who", Static).update(whom)
        self.query_one(PartsLine).show(self.part, set(), say.PARTS)
        for section in self.query(Section):
            section.set_class(section.part != self.part, "-elsewhere")

    def _draw_waiting(self, waiting: WaitingFamily, width: int) -> Drawn:
        return say.waiting_line(waiting, width, self.laptop.today)

    def _draw_between(self, fact: HandshakeFact, width: int) -> Drawn:
        return say.handshake_line(fact, width, self.laptop.today)

    # -- moving ---------------------------------------------------------------------------------------------------

    @on(Rows.Moved, "#waiting")
    def another(self, event: Rows.Moved) -> None:
        """Another family: who could take that one on."""
        if event.item is None or event.item.family.id != self._asked:
            self._lay_out()

    @on(Rows.Moved, "#suggested")
    def another_worker(self, event: Rows.Moved) -> None:
        """Another worker: all the reasons for their place."""
        self.query_one("#why", Paragraphs).show(say.why(event.item))

    @on(Rows.Chosen, "#waiting")
    def into(self, event: Rows.Chosen) -> None:
        """Enter on a family: who could take it on."""
        self.go_to_part(2)

    @on(Rows.Chosen, "#suggested")
    def give(self, event: Rows.Chosen) -> None:
        """Enter on a worker: give them the family."""
        self.action_allocate()

    @on(Rows.Chosen, "#loads")
    def facts(self, event: Rows.Chosen) -> None:
        """Enter on a caseload: what the worker can take on."""
        self.action_worker_facts()

    @on(Rows.Chosen, "#held")
    def page_of(self, event: Rows.Chosen) -> None:
        """Enter on a family: the page of a hand-over."""
        self.action_hand_over()

    @on(Rows.Chosen, "#between")
    def to_its_meetings(self, event: Rows.Chosen) -> None:
        """Enter on a step up or step down: where it is moved on."""
        self._open_between(event.item)

    def _open_between(self, fact: HandshakeFact) -> None:
        if fact.answered_at:
            self.hub_app.open_front_door(fact.answered_at)
        else:
            self.hub_app.open_family(fact.family_id, "meetings")

    def action_next_part(self) -> None:
        """F6: the next list."""
        self.go_to_part(self.part % len(say.PARTS) + 1)

    def on_parts_line_chosen(self, event: PartsLine.Chosen) -> None:
        """A click on a part."""
        self.go_to_part(event.part)

    def go_to_part(self, part: int) -> None:
        """Show a part and take the keys to its list."""
        self.part = part
        self._lay_out()
        target = self.query_one(LISTS[part])
        target.focus()
        target.scroll_visible()

    def action_open_its_file(self) -> None:
        """o: the family's page, where its file is here."""
        if self.between is not None:
            self._open_between(self.between)
            return
        family = self.family
        if family is None:
            return
        if not family.held:
            self.say("Its file is not on this laptop.")
            return
        self.hub_app.open_family(family.id)

    def on_resize(self, event: Resize) -> None:
        """A narrow terminal shows one part at a time."""
        self.set_class(event.size.width < NARROW, "-parts")
        self._lay_out()
