"""Who's who of a family (``o``): everybody, also who has left; Enter changes who is selected, ``+`` adds somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from familyhub.casework.checking import clean
from familyhub.practice.days import show_day
from familyhub.practice.household import Child, Member
from familyhub.practice.people import PersonOnFile
from familyhub.tui.dialogs.dialog import Dialog
from familyhub.tui.screens.family_panels import child_panel, person_panel
from familyhub.tui.widgets.fields_hint import KeyHint
from familyhub.tui.widgets.paragraphs import Paragraphs
from familyhub.tui.widgets.rows import Cell, Drawn, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from familyhub.casework.people import WhosWho
    from familyhub.casework.problems import Problem
    from familyhub.practice.family_file import FamilyFile
    from familyhub.tui.screens.family_panels import Paragraphs as Words

NAME, AGE = 24, 14


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of some of the people, or somebody who is not in the file."""

    words: str
    look: str = "muted"


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody of the file; ``member``: as the family's page has them, None once they have left."""

    person: PersonOnFile
    member: Member | None


class WhosWhoDialog(Dialog[None]):
    """Everybody of the family and its network, who was, and the professionals."""

    CSS_PATH = "people.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "change", "Change", show=False),
        Binding("plus", "add", "Add somebody", show=False),
    ]
    foot = (("Enter", "Change"), ("+", "Add somebody"), ("Tab", "Read on"), ("Esc", "Close"))

    def __init__(self, family_id: str) -> None:
        super().__init__()
        self.family_id = family_id

    def compose(self) -> ComposeResult:
        """The people, more about who is selected, and the keys."""
        with Vertical(classes="dialog-box", id="people-box"):
            yield Rows[Heading | Somebody](
                self._draw, key=_key, selectable=lambda r: isinstance(r, Somebody), id="people-rows"
            )
            with VerticalScroll(id="people-scroll"):
                yield Paragraphs(id="people-text")
            yield KeyHint(self.foot, id="people-keys")

    def on_mount(self) -> None:
        """Read the file."""
        self.query_one(Rows).focus()
        self._read()

    def _read(self) -> None:
        from familyhub.casework import people

        self.work(people.whos_who, self.laptop, self.family_id, then=self._show, failed=self._not_read)

    def _not_read(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        self.dismiss(None)
        self.say(sentence)

    def _show(self, known: WhosWho) -> None:
        self.query_one("#people-box").border_title = f"Who's who · {clean(known.file.name)}"
        self.query_one(Rows).show(_rows(known, self.laptop.today))

    @on(Rows.Moved)
    def show_beside(self, event: Rows.Moved) -> None:
        """More about who is selected."""
        row = self.query_one(Rows).selected
        words = _panel(row, self.laptop.today) if isinstance(row, Somebody) else []
        self.query_one(Paragraphs).show(words)
        self.query_one("#people-scroll", VerticalScroll).scroll_home(animate=False)

    def _draw(self, row: Heading | Somebody, width: int) -> Drawn:
        if isinstance(row, Heading):
            return [[Cell(row.words, look=row.look)]]
        person, member = row.person, row.member
        if member is None:
            return [[Cell(person.called, NAME, "muted"), Cell(_went(person, self.laptop.today), 0, "muted")]]
        age = member.age_text if isinstance(member, Child) else ""
        where = "" if member.lives_here or person.unborn or person.role == "network" else "lives elsewhere"
        ties = " · ".join(p for p in (member.tie, where, "third party" if member.third_party else "") if p)
        return [[Cell(member.name, NAME, "strong"), Cell(age, AGE), Cell(ties, 0, "muted")]]

    # -- changing ------------------------------------------------------------------------------------------------

    @on(Rows.Chosen)
    def action_change(self) -> None:
        """Enter or ``e``: put right or bring up to date who is selected."""
        row = self.query_one(Rows).selected
        if isinstance(row, Somebody):
            self._ask(row.person.id)

    def action_add(self) -> None:
        """``+``: somebody new."""
        self._ask("")

    def _ask(self, person_id: str) -> None:
        from familyhub.tui.dialogs.person_form import PersonDialog

        self.hub_app.push_screen(PersonDialog(self.family_id, person_id), self._asked)

    def _asked(self, saved: bool | None) -> None:
        if saved:
            self.hub_app.read_standing(changed=True)
            self._read()

    async def on_key_hint_pressed(self, event: KeyHint.Pressed) -> None:
        """The keys at the foot are buttons."""
        match event.key:
            case "Enter":
                self.action_change()
            case "+":
                self.action_add()
            case "Tab":
                self.focus_next()
            case _:
                await self.action_close()


def _rows(known: WhosWho, today: date) -> list[Heading | Somebody]:
    """Children, adults, the network, who was here, and who helps."""
    file, written = known.file, {p.id: p for p in known.people}
    rows: list[Heading | Somebody] = []

    def part(heading: str, people: list[Somebody]) -> None:
        if people:
            rows.extend((Heading(heading), *people))

    there = [Somebody(written[m.id], m) for m in (*file.children, *file.adults) if m.id in written]
    part("Children", [s for s in there if isinstance(s.member, Child)])
    part("Adults", [s for s in there if s.person.role == "adult"])
    part("Family network", [s for s in there if s.person.role == "network"])
    gone = sorted((p for p in known.people if p.gone), key=lambda p: p.left_on, reverse=True)
    part("Were here", [Somebody(p, None) for p in gone])
    lead = f"{file.lead}, {file.lead_agency}" if file.lead_agency else file.lead
    return [*rows, Heading("Lead practitioner"), Heading(lead or "nobody yet", ""), *_in_plan(file)]


def _in_plan(file: FamilyFile) -> list[Heading]:
    steps = file.plan.actions if file.plan else ()
    named = sorted({f"{a.owner}, {a.agency}" for a in steps if a.owner and a.agency})
    return [Heading("In the plan"), *(Heading(n, "") for n in named)] if named else []


def _key(row: Heading | Somebody) -> object:
    return row.person.id if isinstance(row, Somebody) else row


def _went(person: PersonOnFile, today: date) -> str:
    return (
        f"died {show_day(person.died, today)}" if person.died else f"left {show_day(person.left_on, today)}"
    )


def _panel(row: Somebody, today: date) -> Words:
    person, member = row.person, row.member
    if member is None:
        came = f"came {show_day(person.since, today)}, " if person.since else ""
        more = (
            [] if person.died else [[], [("Enter says when they came back, or puts the day right.", "muted")]]
        )
        return [[(person.called, "strong")], [(f"{came}{_went(person, today)}", "")], *more]
    words = child_panel(member, today) if isinstance(member, Child) else person_panel(member)
    if member.left_on:
        words = [*words, [(f"Leaves on {show_day(member.left_on, today)}", "")]]
    since = [[(f"here since {show_day(person.since, today)}", "muted")]] if person.since else []
    return [*words, *since]
