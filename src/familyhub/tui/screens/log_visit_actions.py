"""Actions on the visit page: what I promised last time, and how the others go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from rich.cells import cell_len
from textual.content import Content

from familyhub.casework.checking import clean
from familyhub.casework.entries import ActionMoved, VisitEntry
from familyhub.practice.days import show_day
from familyhub.practice.plan_view import Step
from familyhub.records.codes import ACTION_STATUS
from familyhub.tui.screens.log_visit_entry import moved
from familyhub.tui.widgets.fields_hint import cell
from familyhub.tui.widgets.fields_rows import RowsField

KEPT = "kept"
"""Where a draft's page remembers the promises that stay open."""


class PromiseRows(RowsField):
    """What I said I would do by now: done, or kept open. Each letter goes on to the next one."""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("d", "done"), ("k", "keep"))

    def __init__(self, steps: Sequence[Step], entry: VisitEntry, today: date) -> None:
        super().__init__("promises", [s.id for s in steps], id="promises")
        self.steps, self.entry, self.today = steps, entry, today

    def cells(self, row: int) -> Content:
        """Done, kept, or not said yet."""
        step = self.steps[row]
        done = any(m.action_id == step.id and m.status == "done" for m in self.entry.actions)
        state = "√ done" if done else "kept" if step.id in self._kept() else "·"
        return Content(cell(state, 8))

    def words(self, row: int) -> Content:
        """What it was, and by when."""
        step = self.steps[row]
        return Content(f"{clean(step.what)} · by {show_day(step.due, self.today)}")

    def press(self, key: str, row: int) -> None:
        """Done, or keep; then the next promise, and after the last one the next field."""
        step = self.steps[row]
        kept = self._kept() - {step.id}
        self.entry.actions = [m for m in self.entry.actions if m.action_id != step.id]
        if key == "d":
            moved(self.entry, step).status = "done"
        else:
            kept.add(step.id)
        self.entry.page[KEPT] = ",".join(sorted(kept))
        self.touched()
        self.action_move(1)

    def _kept(self) -> set[str]:
        return set(self.entry.page.get(KEPT, "").split(",")) - {""}


class ActionRows(RowsField):
    """Open actions of the plan: how each goes, in a letter and a few words."""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("p", "progress"), ("d", "done"), ("x", "stopped"), ("n", "no change"), ("Enter", "words"),
    )  # fmt: skip
    _STATUS: ClassVar[dict[str, str | None]] = {"p": "in_progress", "d": "done", "x": "stopped", "n": None}

    def __init__(self, steps: Sequence[Step], entry: VisitEntry, today: date) -> None:
        super().__init__("actions", [s.id for s in steps], id="actions")
        self.steps, self.entry, self.today = steps, entry, today

    def cells(self, row: int) -> Content:
        """What, whose, by when, and how it goes."""
        step = self.steps[row]
        who = ", ".join(clean(p) for p in (step.owner, "" if step.agency == "family" else step.agency) if p)
        due = (
            "today"
            if step.due == self.today.isoformat()
            else show_day(step.due, self.today)
            if step.due
            else "no date"
        )
        rest = f" · {who or 'nobody named'} · {due}" + (" · two answers stand" if step.contested else "")
        width = max(40, min(66, self.app.size.width - 50))
        what = cell(clean(step.what), max(12, width - cell_len(rest))).rstrip() + rest
        line = self._line(step)
        state = ACTION_STATUS.words(line.status) if line and line.status else "no change"
        return Content(f"{cell(what, width)}  {cell(state, 13)}")

    def words(self, row: int) -> Content:
        """What moved, in words."""
        line = self._line(self.steps[row])
        return Content(clean(line.text) if line else "")

    def text(self, row: int) -> str | None:
        """What moved."""
        line = self._line(self.steps[row])
        return line.text if line else ""

    def write(self, row: int, text: str) -> None:
        """Keep what moved."""
        moved(self.entry, self.steps[row]).text = text

    def press(self, key: str, row: int) -> None:
        """How it goes; progress asks for words."""
        moved(self.entry, self.steps[row]).status = self._STATUS[key]
        self.touched()
        if key == "p":
            self.action_write()

    def _line(self, step: Step) -> ActionMoved | None:
        return next((m for m in self.entry.actions if m.action_id == step.id), None)
