"""The Plan of a family's page, line by line: needs with scores, actions, and at each the finding of the plan check. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rich.cells import cell_len

from familyhub.practice.days import short_day, show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.plan_check import About, Finding
from familyhub.practice.plan_view import NeedView, PlanView, Step
from familyhub.records.codes import ACTION_STATUS
from familyhub.tui.widgets.rows import Cell, Drawn

FIELDS = {"due": "by when", "status": "how it is going", "what": "what", "owner": "who"}
MENDS = {
    "+": ("add a need", "need"), "a": ("add an action", "action"), "u": ("update", "update"),
    "d": ("set a date", "date"), "o": ("choose who", "who"), "e": ("reword", "reword"), "v": ("visit", "visit"),
}  # fmt: skip
"""What the key of a finding does, in words and in fewer."""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of the list that nothing can be done with."""

    id: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class NeedLine:
    """The line of a need."""

    id: str
    number: int
    need: NeedView


@dataclass(frozen=True, slots=True)
class FindingLine:
    """The finding at a row; at a child or the plan it is a row of its own, which the cursor reaches."""

    id: str
    finding: Finding

    @property
    def own(self) -> bool:
        """Whether no other row stands for what it is about."""
        return self.finding.row.kind in ("child", "plan")


PlanItem = Words | NeedLine | FindingLine | Step


def rows(file: FamilyFile, mend: Sequence[Finding]) -> list[PlanItem]:
    """Needs with their outcomes and actions, each with its finding of ``mend`` under it; then children and the plan itself."""
    plan = file.plan
    if plan is None:
        return [Words("no-plan", (Cell("No plan is open. + opens one.", look="muted"),))]
    found = {f.row: f for f in mend}
    out: list[PlanItem] = []
    for number, need in enumerate(plan.needs, start=1):
        outcome = need.outcome or "(not written)"
        out.append(NeedLine(need.id, number, need))
        out.append(
            Words(
                f"outcome-{need.id}",
                (Cell("  Different when", 17, "muted"), Cell(outcome, look="" if need.outcome else "muted")),
            )
        )
        out += _finding(found, About("need", need.id))
        out += _steps(need.actions, found)
    if plan.loose:
        out.append(Words("loose", (Cell("Under no need", look="strong"),)))
        out += _steps(plan.loose, found)
    if not plan.actions:
        out.append(Words("no-action", (Cell("No action yet.", look="muted"),)))
    rest = [*(About("child", c.id) for c in file.children), About("plan", plan.id)]
    if any(about in found for about in rest):
        out.append(Words("whole", (Cell("The plan as a whole", look="strong"),)))
        out += [line for about in rest for line in _finding(found, about)]
    return out


def _finding(found: dict[About, Finding], about: About) -> list[PlanItem]:
    return [FindingLine(f"{found[about].code}-{about.id}", found[about])] if about in found else []


def _steps(steps: Sequence[Step], found: dict[About, Finding]) -> list[PlanItem]:
    out: list[PlanItem] = []
    for step in steps:
        out.append(step)
        if step.contested:
            fields = ", ".join(FIELDS.get(f, f.replace("_", " ")) for f in step.contested)
            out.append(
                Words(f"two-{step.id}", (Cell(f"    ≠ {fields}: two answers: D decides", look="wrong"),))
            )
        out += _finding(found, About("action", step.id))
    return out


def about_of(item: object) -> About | None:
    """What a row of the plan is about; None for a row that is about nothing the check knows."""
    match item:
        case NeedLine():
            return About("need", item.id)
        case Step():
            return About("action", item.id)
        case FindingLine():
            return item.finding.row
    return None


def draw(item: NeedLine | FindingLine, width: int) -> Drawn:
    """A need with its scores, or a finding with its keys."""
    if isinstance(item, FindingLine):
        return draw_finding(item.finding, width)
    need = item.need
    score = f"{need.first_score} > {need.last_score} of 10" if need.first_score is not None else "no score"
    return [
        [Cell(f"{item.number} {need.what}", look="strong"), Cell(f"{need.whom}   {score}", 26, right=True)]
    ]


def draw_finding(finding: Finding, width: int) -> Drawn:
    """``! No person named …     o choose who   k keep, because``; in fewer words where they do not fit."""
    for text, words, keep in (
        (finding.text, MENDS[finding.key][0], "keep, because"), (finding.short, MENDS[finding.key][1], "keep"),
    ):  # fmt: skip
        keys = f"{finding.key} {words}   k {keep}"
        cells = [
            Cell("    ! ", 6, "wrong"), Cell(text, look="wrong"), Cell(keys, cell_len(keys) + 2, "muted", right=True)
        ]  # fmt: skip
        if cell_len(text) + cell_len(keys) + 8 <= width:
            break
    return [cells]


def draw_step(step: Step, today: date, width: int) -> Drawn:
    """What, who, by when, how it is going."""
    late = step.open and bool(step.due) and str(step.due) < today.isoformat()
    if step.due:
        due = "today" if step.due == today.isoformat() else show_day(step.due, today)
    else:
        due = "no date"
    who = step.owner or (f"({step.agency}, nobody)" if step.agency else "nobody named")
    if step.owner and step.agency and width >= 90:
        who = f"{step.owner}, {step.agency}"
    going = ACTION_STATUS.words(step.status)
    safety = "! " if step.safety else "  "
    moved = f" ({len(step.progress)})" if step.progress else ""
    narrow = width < 90
    return [[
        Cell(safety, 2, "wrong"), Cell(step.what), Cell(" ", 1), Cell(who, 18 if narrow else 26, "" if step.owner else "wrong"),
        Cell(due + (" !" if late else ""), 13 if narrow else 16, "wrong" if late else "" if step.due else "muted"),
        Cell(going + moved, 16, "muted" if not step.open else ""),
    ]]  # fmt: skip


def header(file: FamilyFile, mend: Sequence[Finding], today: date, width: int) -> str:
    """Since when, the review, who leads, which agencies; how much is to be mended, and who was given a copy."""
    plan = file.plan
    if plan is None:
        return "No plan is open   + open one"
    since = f"Since {short_day(plan.started_on, today)}" if plan.started_on else "Plan"
    review = f"review {show_day(plan.review_due, today)}" if plan.review_due else "no review date"
    to_mend = f"{len(mend)} to mend  c next" if mend else "nothing to mend"
    if width < 98:
        agencies = len([a for a in plan.agencies.split(",") if a.strip()])
        left = " · ".join(p for p in (since, review, f"{agencies} agencies" if agencies else "") if p)
        return _apart(left, f"check: {to_mend}", width)
    lead = f"lead {file.lead}" if file.lead else "no lead practitioner"
    first = " · ".join(p for p in (since, review, lead, plan.agencies) if p)
    return f"{first}\n{_apart(f'Plan check: {to_mend}', f'{_copies(file, plan, today)}  g give', width)}"


def _copies(file: FamilyFile, plan: PlanView, today: date) -> str:
    given = {c.to: c.on for c in plan.copies}
    told = [f"{to} {short_day(on, today)}" for to, on in given.items()]
    had = {c.person_id for c in plan.copies}
    waiting = [p.given for p in file.adults if p.responsibility and p.id not in had]
    return " · ".join(
        [*([f"given to {', '.join(told)}"] if told else []), *(f"{name}: not yet" for name in waiting)]
    )


def _apart(left: str, right: str, width: int) -> str:
    return left + " " * max(2, width - cell_len(left) - cell_len(right)) + right
