"""*Advice and disagreements* of a family or a contact: what was asked, advised and decided; where we disagree, with its clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult

from familyhub.casework.advice_entries import (
    AdviceEntry,
    AdviceStepEntry,
    DisagreementEntry,
    EscalateEntry,
    SettleEntry,
)
from familyhub.practice import disagreement, handshakes
from familyhub.practice.advice import AdviceView
from familyhub.practice.days import short_day, show_day
from familyhub.practice.disagreement import DisagreementView
from familyhub.practice.front_door import time_left
from familyhub.tui.page import Page
from familyhub.tui.widgets.paragraphs import Paragraphs
from familyhub.tui.widgets.rows import Cell, Drawn, Rows

if TYPE_CHECKING:
    from datetime import date

    from familyhub.casework.problems import Problem
    from familyhub.practice.handshakes import HandshakeView
    from familyhub.tui.app import FamilyHubApp

Shown = AdviceView | DisagreementView
Lines = list[list[tuple[str, str]]]
Found = tuple[str, list[AdviceView], list[DisagreementView]]


class AdviceScreen(Page):
    """What a social worker advised, and where we disagree, in one file."""

    place: ClassVar[str] = "advice"
    CSS_PATH = "advice.tcss"

    def __init__(self, scope: str, entry: Any = None, *, declined: str = "") -> None:
        super().__init__()
        self.scope, self._begin, self._declined = scope, entry, declined

    @property
    def scope_here(self) -> str:
        """The file that is meant."""
        return self.scope

    @property
    def family_here(self) -> str | None:
        """The family, where it is one."""
        return self.scope.removeprefix("fam:") if self.scope.startswith("fam:") else None

    def body(self) -> ComposeResult:
        """The list, and the selected one whole."""
        yield Rows[Shown](
            self._draw, key=lambda v: v.id, empty="Nobody was asked and nothing is disagreed about: k asks, K disagrees.",
            id="advice-rows",
        )  # fmt: skip
        yield Paragraphs(id="advice-whole")

    def on_mount(self) -> None:
        """Ready for keys; begin what was asked for."""
        self.query_one(Rows).focus()
        if self._begin is not None:
            self.begin(self._begin)

    def load(self) -> None:
        """Read it again."""
        from familyhub.casework import advice

        self.read_in(advice.views, self.laptop, self.scope, then=self._show, failed=self._not_read)

    def _not_read(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        self.say(sentence)
        self.leave()

    def _show(self, found: Found) -> None:
        about, asked, disagreed = found
        self.heading = f"{about} · Advice and disagreements"
        open_ones = [d for d in disagreed if disagreement.stands(d).open]
        rest = [d for d in disagreed if not disagreement.stands(d).open]
        rows = self.query_one(Rows)
        rows.show([*open_ones, *asked, *rest])
        if self._declined:
            rows.select(next((d.id for d in disagreed if d.handshake_id == self._declined), ""))
            self._declined = ""
        self._show_whole(rows.selected)
        self.refresh_lines()

    @property
    def key_line(self) -> tuple[str, ...]:
        """The keys that the selected row asks for."""
        row = self.query_one(Rows).selected
        out = {"add_advice", "next_stage", "settle"}
        if isinstance(row, AdviceView):
            out -= {"add_advice"}
        elif isinstance(row, DisagreementView) and disagreement.stands(row).open:
            out = {"add_advice"}
            out |= set() if disagreement.next_stage(row) else {"next_stage"}
        return tuple(name for name in super().key_line if name not in out)

    # -- rows ------------------------------------------------------------------------------------------------

    def _draw(self, row: Shown, width: int) -> Drawn:
        day = Cell(short_day(row.on, self.laptop.today), 9)
        if isinstance(row, AdviceView):
            waits = Cell(row.waits or "decided", 27, "" if row.waits else "muted", right=True)
            return [[day, Cell("Asked", 10), Cell(row.question), Cell(" ", 1), waits]]
        stand = disagreement.stands(row)
        left = time_left(stand.due, self.laptop.today) if stand.open else "settled"
        look = "wrong" if "late" in left else "" if stand.open else "muted"
        told = Cell(
            f"{stand.stage}, {left}" if stand.open and width >= 90 else left,
            46 if width >= 90 else 22,
            look,
            right=True,
        )
        return [[day, Cell("Disagree", 10), Cell(row.with_whom), Cell(" ", 1), told]]

    @on(Rows.Moved)
    def another(self, event: Rows.Moved) -> None:
        """Everything about the row that is selected."""
        self._show_whole(event.item)
        self.refresh_lines()

    def _show_whole(self, row: Shown | None) -> None:
        self.query_one("#advice-whole", Paragraphs).show(whole(row, self.laptop.today))

    # -- acts ------------------------------------------------------------------------------------------------

    def begin(self, entry: Any) -> None:
        """Open the form in which an entry is written."""
        from familyhub.tui.dialogs.advice_forms import form_of

        form = form_of(entry)
        if form is not None:
            self.hub_app.push_screen(form, self._done)

    def _done(self, saved: bool | None) -> None:
        if saved:
            self.hub_app.read_standing(changed=True)

    def action_add_advice(self) -> None:
        """a: what was advised, and decided."""
        row = self.query_one(Rows).selected
        if isinstance(row, AdviceView):
            self.begin(AdviceStepEntry(row.id))

    @on(Rows.Chosen)
    def go_on(self, event: Rows.Chosen) -> None:
        """Enter: what the row waits for."""
        if isinstance(event.item, AdviceView):
            self.action_add_advice()
        else:
            self.action_settle()

    def action_next_stage(self) -> None:
        """e: to the next stage."""
        row = self.query_one(Rows).selected
        if isinstance(row, DisagreementView):
            self.begin(EscalateEntry(row.id))

    def action_settle(self) -> None:
        """o: the outcome."""
        row = self.query_one(Rows).selected
        if isinstance(row, DisagreementView):
            self.begin(SettleEntry(row.id))


def open_declined(app: FamilyHubApp, one: HandshakeView) -> None:
    """Open *we disagree* about a step up or step down that was declined."""
    app.when_open(lambda: app.push_screen(AdviceScreen(one.scope, declined=one.id)))


def open_advice(app: FamilyHubApp, scope: str, entry: Any = None) -> None:
    """Open what was asked and disagreed about in a file, or begin to write something there."""

    def show() -> None:
        page = app.top_page
        if isinstance(page, AdviceScreen) and page.scope == scope:
            page.begin(entry)
        else:
            app.push_screen(AdviceScreen(scope, entry))

    app.when_open(show)


def begin(app: FamilyHubApp, *, disagree: bool = False) -> None:
    """Begin to ask, or to disagree, about the contact or the family that the page on top means."""
    scope = getattr(app.top_page, "scope_here", "")
    if scope:
        open_advice(app, scope, begun(scope, disagree=disagree))
        return
    app.on_family(lambda f: open_advice(app, f"fam:{f}", begun(f"fam:{f}", disagree=disagree)))


def begun(scope: str, *, disagree: bool = False) -> AdviceEntry | DisagreementEntry:
    """A new entry about a file."""
    kind, _, identity = scope.partition(":")
    make = DisagreementEntry if disagree else AdviceEntry
    return make(contact_id=identity) if kind == "con" else make(family_id=identity)


def whole(row: Shown | None, today: date) -> Lines:
    """A question with what came of it, or a disagreement with its stages, in words."""
    if row is None:
        return []
    return _asked(row, today) if isinstance(row, AdviceView) else _disagreed(row, today)


def _asked(row: AdviceView, today: date) -> Lines:
    lines: Lines = [[(f"Asked {show_day(row.on, today)}, {row.by}: ", "muted"), (row.question, "")]]
    for step in row.steps:
        who = f"{step.whom} advised" if step.step == "advice" else "Decided"
        lines.append([(f"{who} {show_day(step.on, today)} ({step.by}): ", "muted"), (step.text, "")])
    return [*lines, [(f"{row.waits[:1].upper()}{row.waits[1:]}.", "wrong")]] if row.waits else lines


def _disagreed(row: DisagreementView, today: date) -> Lines:
    stand = disagreement.stands(row)
    lines: Lines = [[(f"With {row.with_whom}, since {show_day(row.on, today)}, {row.by}", "strong")]]
    if (about := row.about) is not None:
        asked = f"{handshakes.TITLES.get(about.kind, about.kind)}, {about.service}, asked for {show_day(about.on, today)}"
        lines.append([("About       ", "muted"), (asked, "")])
    lines += [[("Our view    ", "muted"), (row.view, "")], [("Their view  ", "muted"), (row.other, "")]]
    for other in row.also:
        lines.append(
            [(f"{other.by} recorded it too, {show_day(other.on, today)}, with {other.with_whom}", "strong")]
        )
        lines += [[("Our view    ", "muted"), (other.view, "")]] if other.view != row.view else []
        lines += [[("Their view  ", "muted"), (other.other, "")]] if other.other != row.other else []
    names = dict(enumerate((s.name for s in row.stages), start=1))
    for step in row.steps:
        done = step.step == disagreement.SETTLED
        what = "Settled" if done else f"To {names.get(step.stage, 'the next stage')}"
        lines.append([(f"{what} {show_day(step.on, today)}, {step.by}: ", "muted"), (step.text, "")])
    if stand.open:
        due = f", {time_left(stand.due, today)} (by {show_day(stand.due, today)})" if stand.due else ""
        look = "wrong" if stand.due is not None and stand.due < today else "strong"
        at = f"Stage {stand.number} of {len(row.stages)}: {stand.stage}{due}. "
        lines.append([(at, look), (disagreement.MEANWHILE, "")])
    return lines
