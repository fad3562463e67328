"""Rows on the page of a meeting: who came, scores then and now, how actions go, actions that were agreed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content

from familyhub.casework.checking import clean
from familyhub.casework.meeting_entries import Guest, MeetingEntry
from familyhub.practice.days import show_day
from familyhub.practice.meetings import actions_beside, scores_beside
from familyhub.practice.plan_view import NeedView, Step
from familyhub.records.codes import ACTION_STATUS, GUEST_STATE, READERS
from familyhub.tui.screens.meeting_entry import Opened, guest_words, moved_at
from familyhub.tui.widgets.fields_hint import cell
from familyhub.tui.widgets.fields_rows import RowsField


class GuestRows(RowsField):
    """Everybody who may have come; a letter says who did. Nobody is taken to have come."""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("c", "came"), ("p", "apologies"), ("n", "not there"), ("Enter", "what they sent word of"),
        ("r", "who may read it"),
    )  # fmt: skip
    _STATES: ClassVar[dict[str, str]] = {"c": "came", "p": "apologies", "n": "absent"}

    def __init__(self, opened: Opened, entry: MeetingEntry, *, front: bool = False) -> None:
        super().__init__("guest", [g.key for g in entry.guests], id="guests")
        self.opened, self.entry, self.front = opened, entry, front
        self.invited = {g.key for g in opened.planned.guests} if opened.planned else set()

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """In the front room attendance only."""
        return self.KEYS[:3] if self.front else self.KEYS

    def add(self, guest: Guest) -> None:
        """One more who came."""
        if guest.key not in self.ids:
            self.entry.guests.append(guest)
            self.ids.append(guest.key)
        self.at = self.ids.index(guest.key)
        self.touched()

    def cells(self, row: int) -> Content:
        """Name, agency, and the answer."""
        guest = self.entry.guests[row]
        waits = "invited" if guest.key in self.invited else "·"
        state = GUEST_STATE.words(guest.state) if guest.state else waits
        return Content(cell(clean(guest_words(guest, self.opened, front=self.front)), 32) + cell(state, 16))

    def words(self, row: int) -> Content:
        """What somebody who is away sent word of."""
        guest = self.entry.guests[row]
        if self.front or not guest.views.strip():
            return Content("")
        label = Content.styled(f"  {READERS.words(guest.views_readers)}", "$text-muted")
        return Content(f"“{clean(guest.views)}”").append(label)

    def text(self, row: int) -> str | None:
        """Their views, to be written."""
        return None if self.front else self.entry.guests[row].views

    def write(self, row: int, text: str) -> None:
        """Keep their views."""
        self.entry.guests[row].views = text

    def press(self, key: str, row: int) -> None:
        """Came, sent apologies, was not there; or who may read what they sent word of."""
        guest = self.entry.guests[row]
        if key == "r":
            codes = list(READERS.values)
            guest.views_readers = codes[(codes.index(guest.views_readers) + 1) % len(codes)]
        else:
            guest.state = "" if guest.state == self._STATES[key] else self._STATES[key]
        self.touched()
        if key != "r" and guest.state and row + 1 < len(self.ids):
            self.action_move(1)


class ScoreRows(RowsField):
    """Each need: where it stood last time, where it stands now."""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("0", "to"), ("9", "score"), ("t", "ten"), ("-", "no score"),
    )  # fmt: skip
    DIGITS: ClassVar[dict[str, int | None]] = {**{str(n): n for n in range(10)}, "t": 10, "-": None}

    def __init__(self, opened: Opened, needs: Sequence[NeedView], entry: MeetingEntry) -> None:
        super().__init__("score", [n.id for n in needs], id="scores")
        self.needs, self.entry = needs, entry
        last = opened.last.on if opened.last else None
        plan = opened.plan
        beside = scores_beside(plan, last) if plan else []
        self.before = {s.need.id: s.now if s.then is None else s.then for s in beside}

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Every digit acts; the hint names the first and the last."""
        return self.KEYS if not self.has_focus else (*self.KEYS, *((str(n), "") for n in range(1, 9)))

    def head(self) -> str:
        """The columns."""
        return "  " + cell("Where it stands, 0 (worst) to 10", 44) + cell("then", 8) + "now"

    def cells(self, row: int) -> Content:
        """The need, then and now."""
        need = self.needs[row]
        before = self.before.get(need.id)
        whom = f" ({clean(need.whom)})" if need.whom else ""
        then = "·" if before is None else str(before)
        now = self._now(row)
        return Content(
            cell(clean(need.what) + whom, 44) + cell(then, 8) + cell("·" if now is None else str(now), 4)
        )

    def words(self, row: int) -> Content:
        """Better, worse, or as it was."""
        before, now = self.before.get(self.needs[row].id), self._now(row)
        if before is None or now is None or before == now:
            return Content("")
        return Content("better" if now > before else "worse")

    def _now(self, row: int) -> int | None:
        need = self.needs[row].id
        return next((s.score for s in self.entry.scores if s.need_id == need), None)

    def press(self, key: str, row: int) -> None:
        """A digit is the score; then the next need."""
        need = self.needs[row].id
        for score in self.entry.scores:
            if score.need_id == need:
                score.score = self.DIGITS[key]
        self.touched()
        if row + 1 < len(self.ids):
            self.action_move(1)

    def _hints(self, width: int) -> list[tuple[Content, list[tuple[int, int, str]]]]:
        hint = Content.assemble(
            "  ", ("0", "bold"), " to ", ("9", "bold"), "  ", ("t", "bold"), " ten  ", ("-", "bold"), " none"
        )
        return [(hint.stylize("$text-muted"), [])] if self.ids else []


class GoingRows(RowsField):
    """Open actions: how each went last time, how it goes now, in a letter and a few words."""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("p", "progress"), ("d", "done"), ("x", "stopped"), ("n", "no change"), ("Enter", "words"),
    )  # fmt: skip
    _STATUS: ClassVar[dict[str, str | None]] = {"p": "in_progress", "d": "done", "x": "stopped", "n": None}

    def __init__(
        self, opened: Opened, steps: Sequence[Step], entry: MeetingEntry, *, front: bool = False
    ) -> None:
        super().__init__("actions", [s.id for s in steps], id="going")
        self.opened, self.steps, self.entry, self.front = opened, steps, entry, front
        last = opened.last.on if opened.last else None
        beside = actions_beside(opened.plan, last) if opened.plan else []
        self.before = {g.step.id: g.then for g in beside}

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """In the front room letters only."""
        return self.KEYS[:4] if self.front else self.KEYS

    def head(self) -> str:
        """The columns."""
        return "  " + cell("Action", self._width()) + "  " + cell("then", 13) + "now"

    def _width(self) -> int:
        return max(34, min(66, self.app.size.width - 56))

    def cells(self, row: int) -> Content:
        """What, whose, by when; then and now."""
        step = self.steps[row]
        due = show_day(step.due, self.opened.today) if step.due else "no date"
        neutral = self.front and bool(step.neutral_title)
        what = clean(step.neutral_title if neutral else step.what)
        words = f"{what} · {due}" if neutral else f"{what} · {clean(step.owner) or 'nobody named'} · {due}"
        line = next((m for m in self.entry.actions if m.action_id == step.id), None)
        now = ACTION_STATUS.words(line.status) if line and line.status else ACTION_STATUS.words(step.status)
        then = ACTION_STATUS.words(self.before.get(step.id) or "") or "·"
        return Content(cell(words, self._width()) + "  " + cell(then, 13) + cell(now, 13))

    def words(self, row: int) -> Content:
        """What moved, in words."""
        text = self.text(row)
        return Content(clean(text)) if text else Content("")

    def text(self, row: int) -> str | None:
        """What moved."""
        if self.front:
            return None
        found = next((m for m in self.entry.actions if m.action_id == self.steps[row].id), None)
        return found.text if found else ""

    def write(self, row: int, text: str) -> None:
        """Keep what moved."""
        moved_at(self.entry, self.steps[row]).text = text

    def press(self, key: str, row: int) -> None:
        """How it goes; progress asks for words."""
        moved_at(self.entry, self.steps[row]).status = self._STATUS[key]
        self.touched()
        if key == "p":
            self.action_write()
        elif row + 1 < len(self.ids):
            self.action_move(1)


class AgreedRows(RowsField):
    """Actions that were agreed at this meeting; a letter takes one out again."""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("x", "take out"),)

    def __init__(self, opened: Opened, entry: MeetingEntry) -> None:
        super().__init__("agreed", [str(n) for n in range(len(entry.agreed))], id="agreed")
        self.opened, self.entry = opened, entry

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """None while nothing was agreed."""
        return self.KEYS if self.ids else ()

    def renew(self) -> None:
        """Show what the entry holds."""
        self.ids = [str(n) for n in range(len(self.entry.agreed))]
        self.at = max(0, min(self.at, len(self.ids) - 1))
        self.touched()

    def cells(self, row: int) -> Content:
        """What, who, by when."""
        action = self.entry.agreed[row]
        names = {p.id: p.given for p in (*self.opened.file.adults, *self.opened.file.children)}
        who = (
            names.get(action.owner_person_id or "")
            or self.opened.workers.get(action.owner_worker_id or "")
            or action.owner
        )
        due = show_day(action.due, self.opened.today) if action.due else "no date"
        return Content(" · ".join(clean(p) for p in (action.what or "", who or "nobody named", due)))

    def words(self, row: int) -> Content:
        """Nothing more."""
        return Content("")

    def press(self, key: str, row: int) -> None:
        """Take it out again."""
        del self.entry.agreed[row]
        self.renew()
