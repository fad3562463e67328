"""The forms in which help is ended and followed up: the reason, closing scores, open actions, what is still true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.closing_entries import ClosingEntry, FollowUpEntry, NeedStill, Settled
from familyhub.casework.meeting_entries import MeetingEntry, ScoreAt
from familyhub.practice.closings import due
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.handshakes import ACCEPTED, STEP_UP, Stands, current, stands
from familyhub.practice.plan_view import NeedView, Step
from familyhub.records.codes import END_REASON, SETTLED, STILL_TRUE
from familyhub.tui.dialogs.family_dialog import FamilyDialog, Opened
from familyhub.tui.screens import meeting_entry
from familyhub.tui.screens.meeting_rows import ScoreRows
from familyhub.tui.widgets.fields import FormRow, LineField
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_hint import cell
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField
from familyhub.tui.widgets.fields_rows import RowsField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

STEPPED_UP = "stepped_up"
"""The reason for ending that a step up gives."""
SPLIT = ":"
"""In the words of an action that is carried on, behind who does it and before why."""


class SettledRows(RowsField):
    """Open actions: done, stopped because …, or carried on by somebody, because …."""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("d", "done"), ("x", "stopped: why"), ("c", "carried on: who, agency: why"), ("Enter", "words"),
    )  # fmt: skip
    _CODES: ClassVar[dict[str, str]] = {"d": "done", "x": "stopped", "c": "carried"}

    def __init__(self, steps: Sequence[Step], entry: ClosingEntry) -> None:
        super().__init__("actions", [s.id for s in steps], id="settled")
        self.steps, self.entry = steps, entry

    def _line(self, row: int) -> Settled:
        return next(s for s in self.entry.actions if s.action_id == self.ids[row])

    def cells(self, row: int) -> Content:
        """What, whose, and what becomes of it."""
        step = self.steps[row]
        settled = self._line(row).settled
        words = f"{clean(step.what)} · {clean(step.owner) or 'nobody named'}"
        return Content(cell(words, 40) + "  " + cell(SETTLED.words(settled).partition(" ")[0] or "·", 10))

    def words(self, row: int) -> Content:
        """Who carries it on, and why."""
        return Content(clean(self.text(row) or ""))

    def text(self, row: int) -> str | None:
        """Who carries it on, and why; why it is stopped."""
        line = self._line(row)
        return f"{line.to}{SPLIT} {line.because}" if line.to else line.because

    def write(self, row: int, text: str) -> None:
        """Keep who and why."""
        line = self._line(row)
        before, split, after = text.partition(SPLIT)
        carried = line.settled == "carried"
        line.to = before.strip() if carried else ""
        line.because = (after if split else "") if carried else text
        line.because = line.because.lstrip()

    def press(self, key: str, row: int) -> None:
        """What becomes of it; words are asked where they are needed."""
        self._line(row).settled = self._CODES[key]
        self.touched()
        if key != "d":
            self.action_write()
        elif row + 1 < len(self.ids):
            self.action_move(1)


def _accepted(file: FamilyFile) -> Stands | None:
    one = current(file.handshakes, STEP_UP, file.episode_id)
    stand = stands(one) if one is not None else None
    return stand if stand is not None and stand.state == ACCEPTED else None


class StepUpRow(FormRow):
    """What is asked only where the reason for ending has to do with a step up; what was typed is never hidden."""

    def __init__(self, label: str, line: LineField, reason: str, wanted_of: Callable[[str], bool]) -> None:
        super().__init__(label, line)
        self._line, self._wanted_of = line, wanted_of
        self.show_for(reason)

    def show_for(self, reason: str) -> None:
        """Stand there, or not, for this reason."""
        self.display = self._wanted_of(reason) or bool(self._line.answer)


class ClosingDialog(FamilyDialog):
    """Help is to end; a manager signs it."""

    draft_kind = "closing"
    saved_words = "Asked for: a manager signs it;"

    def __init__(self, family_id: str, *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="reason", draft_id=draft_id)

    def blank(self) -> ClosingEntry:
        """Nothing typed yet; a step up that was accepted is the reason."""
        reason = STEPPED_UP if self.opened is not None and _accepted(self.opened.file) else ""
        return ClosingEntry(self.family_id, reason, on=self.laptop.today.isoformat())

    def title_words(self, opened: Opened) -> str:
        """What it is about."""
        return "Help is to end"

    def rows(self, opened: Opened) -> list[Widget]:
        """The reason, what was reached, the family's words, scores, open actions."""
        entry, plan = self.entry, opened.file.plan
        needs = plan.needs if plan else ()
        steps = [s for s in plan.actions if s.open] if plan else []
        known = {a.action_id: a for a in entry.actions}
        entry.actions = [known.get(s.id) or Settled(s.id) for s in steps]
        scores = {s.need_id: s for s in entry.scores}
        entry.scores = [scores.get(n.id) or ScoreAt(n.id) for n in needs]
        page = meeting_entry.Opened(opened.file, MeetingEntry(self.family_id), opened.today, "", {}, None)
        rows: list[Widget] = [
            FormRow("Reason", ChoiceField("reason", END_REASON.values, entry.reason)),
            self._accepted(opened),
            self._although(opened),
            FormRow("On", DayField("on", entry.on, today=opened.today, past=True)),
            ProseRow("What was reached, for the family to read", ProseField("summary", entry.summary, least=2, most=6),
                     ReadersField("summary_readers", entry.summary_readers)),
            ProseRow("What the family says of the help", ProseField("feedback", entry.feedback, least=2, most=6),
                     ReadersField("feedback_readers", entry.feedback_readers)),
            FormRow("or none", LineField("no_feedback_because", entry.no_feedback_because, placeholder="because")),
            ProseRow("If it gets hard again: what they do, whom they ring",
                     ProseField("contingency", entry.contingency, least=2, most=6),
                     ReadersField("contingency_readers", entry.contingency_readers)),
        ]  # fmt: skip
        if needs:
            rows.append(ScoreRows(page, needs, entry))
        if steps:
            rows += [
                Static("Actions that are open", classes="question", markup=False),
                SettledRows(steps, entry),
            ]
        return rows

    def _accepted(self, opened: Opened) -> Widget:
        """Who of social care accepted: said once, where the step up was."""
        stand = _accepted(opened.file)
        if stand is None or stand.step is None:
            line = LineField("accepted_by", self.entry.accepted_by, placeholder="who of social care, when")
            return StepUpRow("Accepted", line, self.entry.reason, lambda r: r == STEPPED_UP)
        words = f"Step up accepted by {stand.step.who}, {show_day(stand.since, opened.today)}"
        return Static(clean(words), classes="question", markup=False)

    def _although(self, opened: Opened) -> Widget:
        """Why help ends otherwise than its step up stands."""
        accepted = _accepted(opened.file) is not None
        line = LineField("although", self.entry.although, placeholder="a step up says otherwise: why")
        return StepUpRow(
            "Although", line, self.entry.reason, lambda r: bool(r) and accepted != (r == STEPPED_UP)
        )

    def take(self, name: str, answer: str) -> None:
        """An answer each; rows write themselves."""
        if name in ("actions", "score"):
            self._touched = True
            self.touched()
        else:
            setattr(self.entry, name, answer)
        if name == "reason":
            for row in self.query(StepUpRow):
                row.show_for(answer)

    def do(self, laptop: Laptop, entry: ClosingEntry) -> Saved:
        """Ask for it."""
        from familyhub.casework import closings

        return closings.close_help(laptop, entry)


class StillTrueRows(RowsField):
    """Each need of the plan that was: is it still true?"""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("y", "still true"), ("p", "partly"), ("n", "no longer"), ("k", "not known"), ("Enter", "how"),
    )  # fmt: skip
    _CODES: ClassVar[dict[str, str]] = {"y": "yes", "p": "partly", "n": "no", "k": "not_known"}

    def __init__(self, needs: Sequence[NeedView], entry: FollowUpEntry) -> None:
        super().__init__("needs", [n.id for n in needs], id="still-true")
        self.needs, self.entry = needs, entry

    def cells(self, row: int) -> Content:
        """What was to be different, and the answer."""
        need, said = self.needs[row], self.entry.needs[row]
        return Content(
            cell(clean(need.outcome or need.what), 46)
            + "  "
            + cell(STILL_TRUE.words(said.still_true) or "·", 16)
        )

    def words(self, row: int) -> Content:
        """How it is now."""
        return Content(clean(self.entry.needs[row].how))

    def text(self, row: int) -> str | None:
        """How it is now."""
        return self.entry.needs[row].how

    def write(self, row: int, text: str) -> None:
        """Keep how it is."""
        self.entry.needs[row].how = text

    def press(self, key: str, row: int) -> None:
        """The answer; then the next need."""
        self.entry.needs[row].still_true = self._CODES[key]
        self.touched()
        if row + 1 < len(self.ids):
            self.action_move(1)


class FollowUpDialog(FamilyDialog):
    """The six-month follow-up: with whom, and per need whether it is still true."""

    draft_kind = "follow_up"
    saved_words = "Follow-up"

    def __init__(self, family_id: str, *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="talked_to", draft_id=draft_id)

    def blank(self) -> FollowUpEntry:
        """Nothing typed yet."""
        return FollowUpEntry(self.family_id, on=self.laptop.today.isoformat())

    def title_words(self, opened: Opened) -> str:
        """What it is about."""
        return "Six-month follow-up"

    def rows(self, opened: Opened) -> list[Widget]:
        """The day, with whom, each need."""
        entry, planned = self.entry, due(opened.file.follow_ups)
        closed = next(
            (c for c in opened.file.closings if planned and c.episode_id == planned.episode_id), None
        )
        plan = next((p for p in opened.file.plans if closed and p.id == closed.plan_id), None)
        needs = plan.needs if plan else ()
        known = {n.need_id: n for n in entry.needs}
        entry.needs = [known.get(n.id) or NeedStill(n.id) for n in needs]
        rows: list[Widget] = [
            FormRow("On", DayField("on", entry.on, today=opened.today, past=True)),
            FormRow("With", LineField("talked_to", entry.talked_to, placeholder="with whom did you talk")),
            FormRow("or none", LineField("none_because", entry.none_because, placeholder="nobody could be asked, because")),
        ]  # fmt: skip
        return [*rows, StillTrueRows(needs, entry)] if needs else rows

    def take(self, name: str, answer: str) -> None:
        """An answer each; rows write themselves."""
        if name == "needs":
            self._touched = True
            self.touched()
        else:
            setattr(self.entry, name, answer)

    def do(self, laptop: Laptop, entry: FollowUpEntry) -> Saved:
        """Record it."""
        from familyhub.casework import closings

        return closings.follow_up(laptop, entry)
