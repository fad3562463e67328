"""The lists of a family's page: what each tab shows, line by line. Pure: rows from the file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from familyhub.practice.chronology import told
from familyhub.practice.days import short_day, show_day
from familyhub.practice.family_file import FamilyFile, StoryLine
from familyhub.practice.household import Child
from familyhub.practice.visit_view import VisitView
from familyhub.records.codes import VISIT_KIND, VISIT_OUTCOME
from familyhub.tui.screens.family_meetings import MeetingItem
from familyhub.tui.screens.family_plan import FindingLine, PlanItem, Words
from familyhub.tui.screens.family_sharing import SharingItem
from familyhub.tui.widgets.rows import Cell, Drawn


@dataclass(frozen=True, slots=True)
class Filter:
    """Which part of the story is shown; empty: all of it."""

    significant: bool = False
    child: str = ""
    agency: str = ""


Item = PlanItem | StoryLine | VisitView | Child | MeetingItem | SharingItem
GAP = "··"


def item_key(item: Item) -> object:
    """What stays the same about a row when the file is read again."""
    return (type(item).__name__, item.id)


def selectable(item: Item) -> bool:
    """Whether the cursor stops there."""
    if isinstance(item, FindingLine):
        return item.own
    return not isinstance(item, Words) and not (isinstance(item, StoryLine) and item.kind == "gap")


# -- story ---------------------------------------------------------------------------------------------------


def story(file: FamilyFile, today: date, chosen: Filter) -> list[Item]:
    """The story, filtered, with its gaps."""
    if chosen == Filter():
        return list(file.story)
    lines = [line for line in file.story if line.kind != "gap"]
    name = next((c.given for c in file.children if c.id == chosen.child), "")
    kept = [
        line
        for line in lines
        if (not chosen.significant or line.significant)
        and (not chosen.agency or chosen.agency in (line.agency, line.source))
        and (not chosen.child or chosen.child in line.children or _names(line, name))
    ]
    if chosen.significant or chosen.agency:
        return list(kept)
    about = [
        replace(line, what=f"{line.what} about {name}") if line.kind == "gap" else line
        for line in told(kept, today)
    ]
    return list(about)


def _names(line: StoryLine, name: str) -> bool:
    return bool(name) and not line.children and (name in line.what or name in line.text)


def agencies(file: FamilyFile) -> list[str]:
    """Agencies that the story names."""
    return sorted({line.agency for line in file.story if line.agency})


def draw_story(line: StoryLine, today: date, width: int) -> Drawn:
    """When, what, from whom."""
    if line.kind == "gap":
        return [[Cell(f"{GAP} {line.what} {GAP}", look="muted")]]
    mark = "*" if line.significant else " "
    source = 12 if width < 70 else 16
    return [[
        Cell(short_day(line.on, today), 9), Cell(mark, 2), Cell(line.what), Cell(" ", 1), Cell(line.source, source, "muted"),
    ]]  # fmt: skip


# -- visits and children -------------------------------------------------------------------------------------


def draw_visit(visit: VisitView, today: date, width: int) -> Drawn:
    """When, where, by whom, who was seen."""
    if visit.outcome in ("", "made"):
        seen = ", ".join(
            f"{c.name} {'alone' if c.alone else 'seen' if c.seen else 'not'}" for c in visit.children
        )
        what = seen or "no child recorded"
    else:
        what = VISIT_OUTCOME.words(visit.outcome)
    times = f"{visit.start_at} to {visit.end_at}" if visit.start_at and visit.end_at else visit.start_at
    if width < 70:
        return [[Cell(short_day(visit.on, today), 9), Cell(what), Cell(" ", 1), Cell(visit.by, 12, "muted")]]
    cells = [Cell(show_day(visit.on, today), 16), Cell(VISIT_KIND.words(visit.kind), 11)]
    if width >= 90:
        cells.append(Cell(times, 16, "muted"))
    return [[*cells, Cell(what), Cell(" ", 1), Cell(visit.by, 16, "muted")]]


def draw_child(child: Child, today: date, width: int) -> Drawn:
    """Name, age, last seen, alone, school."""
    if child.role == "unborn":
        return [[Cell(child.given, 16, "strong"), Cell(child.age_text)]]
    seen = short_day(child.last_seen, today) if child.last_seen else "never"
    if not child.alone_expected:
        alone = "(under 5)"
    else:
        alone = f"alone {short_day(child.last_alone, today)}" if child.last_alone else "alone never !"
    look = "wrong" if child.overdue else ""
    return [[
        Cell(f"{child.given}, {child.age_text}", 16, "strong"), Cell(f"seen {seen}{' !' if child.overdue else ''}", 15, look),
        Cell(alone, 16, "wrong" if alone.endswith("!") else ""), Cell(" · ".join(p for p in (child.sen, child.school) if p)),
    ]]  # fmt: skip
