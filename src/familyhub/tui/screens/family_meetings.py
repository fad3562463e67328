"""The tab *Meetings* of a family's page: meetings planned and held, the end of help, six-month follow-ups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from familyhub.casework.closing_entries import ReturnClosing, SignClosing
from familyhub.casework.meeting_entries import MeetingPlan
from familyhub.practice.closings import TO_SIGN, ClosingView, FollowUpView, due
from familyhub.practice.days import short_day, show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.handshakes import STEP_UP, HandshakeView, waiting
from familyhub.practice.meetings import CALLED_OFF, HELD, PLANNED, MeetingView
from familyhub.records.codes import END_REASON, REVIEW_DECISION, SETTLED, STILL_TRUE
from familyhub.tui.screens import family_handshakes as handshakes
from familyhub.tui.screens.family_header import Piece
from familyhub.tui.widgets.rows import Cell, Drawn

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

EMPTY = "No meeting is on record: m holds one, + plans one."
MeetingItem = MeetingView | ClosingView | FollowUpView | HandshakeView
Paragraphs = list[list[Piece]]


def rows(file: FamilyFile) -> list[MeetingItem]:
    """What the tab lists, the newest first."""
    waiting = due(file.follow_ups)
    follow = [f for f in file.follow_ups if f.done_on or f is waiting]
    found: list[MeetingItem] = [*file.meetings, *file.closings, *file.handshakes, *follow]
    return sorted(found, key=lambda item: (_day(item), item.id), reverse=True)


def _day(item: MeetingItem) -> str:
    return (item.done_on or item.due_on or "") if isinstance(item, FollowUpView) else item.on


def header(file: FamilyFile, today: date) -> str:
    """The next meeting, or by when one is due; and how a row is read where nothing stands beside it."""
    if (decided := file.step_up_decided) is not None:
        return f"A step up was decided {short_day(decided.on, today)} and is not asked for yet: U"
    return _next_words(file, today) + ("   Enter reads the row" if rows(file) else "")


def _next_words(file: FamilyFile, today: date) -> str:
    waiting = [m for m in file.meetings if m.state == PLANNED]
    if waiting:
        first = min(waiting, key=lambda m: (m.on, m.at))
        return f"Next: {first.words}, {show_day(first.on, today)} {first.at}".rstrip()
    if file.plan is not None and file.plan.review_due:
        return f"No meeting planned · review due {show_day(file.plan.review_due, today)}"
    return "No meeting planned"


def draw(item: MeetingItem, today: date, width: int) -> Drawn:
    """When, what, and what came of it."""
    if isinstance(item, HandshakeView):
        return handshakes.draw(item, today)
    when = Cell(short_day(_day(item), today), 9)
    if isinstance(item, MeetingView):
        name = Cell(item.words, 25)
        if item.state == PLANNED:
            late = item.on < today.isoformat()
            words = "not written down yet" if late else f"planned {item.at}".rstrip()
            return [[when, name, Cell(words, look="wrong" if late else "strong")]]
        came = f" · {len(item.those('came'))} came" if item.state == HELD else ""
        decided = REVIEW_DECISION.words(item.decision) or "held" if item.state == HELD else item.state
        return [[when, name, Cell(decided + came), Cell(" ", 1), Cell(item.by, 16, "muted")]]
    if isinstance(item, ClosingView):
        what = END_REASON.words(item.reason)
        return [
            [
                when,
                Cell("Help is to end" if item.state != "signed" else "Help ended", 25),
                Cell(f"{what} · {item.state}"),
            ]
        ]
    done = "made" if item.done_on else f"due {show_day(item.due_on, today)}"
    return [[when, Cell("Six-month follow-up", 25), Cell(done)]]


def panel(item: MeetingItem, file: FamilyFile, today: date) -> Paragraphs:
    """Everything about one row, as it is recorded."""
    if isinstance(item, MeetingView):
        return _meeting_panel(item, today)
    if isinstance(item, HandshakeView):
        return handshakes.panel(item, file, today)
    return (
        _closing_panel(item, file, today)
        if isinstance(item, ClosingView)
        else _follow_panel(item, file, today)
    )


def _p(words: str, look: str = "") -> list[Piece]:
    return [(words, look)]


def _meeting_panel(item: MeetingView, today: date) -> Paragraphs:
    out = [
        _p(show_day(item.on, today), "strong"),
        _p(" · ".join(p for p in (item.words, item.at, item.place) if p)),
    ]
    if item.state == CALLED_OFF:
        return [*out, _p(f"Called off: {item.off_because}")]
    for state, words in (
        ("invited", "Invited"),
        ("came", "Came"),
        ("apologies", "Apologies"),
        ("absent", "Not there"),
    ):
        if names := ", ".join(g.name for g in item.those(state)):
            out.append(_p(f"{words}: {names}"))
    if item.state == PLANNED:
        return [*out, [], _p("m holds it   d moves it   x calls it off   Enter reads the papers", "muted")]
    out += [[], _p(f"Decision: {REVIEW_DECISION.words(item.decision) or 'none recorded'}", "strong")]
    out += [_p(item.because)] if item.because else []
    out += [[], _p(item.summary)] if item.summary else []
    return [*out, [], _p("Enter reads the minutes; r there names the next reader", "muted")]


def _closing_panel(item: ClosingView, file: FamilyFile, today: date) -> Paragraphs:
    signed = (
        f"{item.state} by {item.signed_by}, {short_day(item.signed_on, today)}"
        if item.signed_by
        else item.state
    )
    out = [
        _p(show_day(item.on, today), "strong"), _p(f"{END_REASON.words(item.reason)} · asked for by {item.by}"),
        _p(signed, "" if item.state == "signed" else "wrong"),
    ]  # fmt: skip
    for title, text in (
        ("Returned, because", item.returned_because), ("What was reached", item.summary), ("The family says", item.feedback),
        ("No feedback, because", item.no_feedback_because), ("If it gets hard again", item.contingency),
    ):  # fmt: skip
        if text:
            out += [[], _p(title, "muted"), _p(text)]
    names = {s.id: s.what for p in file.plans for s in p.actions}
    for settled in item.settled:
        whom = f" by {settled.to}" if settled.to else ""
        words = SETTLED.words(settled.settled).partition(" by ")[0]
        because = f": {settled.because}" if settled.because else ""
        out.append(_p(f"{names.get(settled.action_id, 'An action')}: {words}{whom}{because}"))
    if item.state == TO_SIGN:
        out += [[], _p("a manager signs (y) or returns it (R)", "muted")]
    return out


def _follow_panel(item: FollowUpView, file: FamilyFile, today: date) -> Paragraphs:
    if not item.done_on:
        return [
            _p(f"Due {show_day(item.due_on, today)}", "strong"),
            _p("Enter records it: is it still true?", "muted"),
        ]
    out = [
        _p(show_day(item.done_on, today), "strong"),
        _p(f"With {item.talked_to}" if item.talked_to else item.none_because),
    ]
    names = {n.id: n.outcome or n.what for p in file.plans for n in p.needs}
    for need in item.needs:
        how = f": {need.how}" if need.how else ""
        out.append(_p(f"{names.get(need.need_id, 'A need')}: {STILL_TRUE.words(need.still_true)}{how}"))
    return out


class MeetingActs(handshakes.HandshakeActs):
    """The part of a family's page that plans meetings, ends help and follows it up."""

    @property
    def key_line(self) -> tuple[str, ...]:
        """Under Meetings the keys that this file has something for; what waits for somebody comes first."""
        names = super().key_line
        if self.tab != "meetings" or self.file is None:
            return names
        out = set() if any(m.state == PLANNED for m in self.file.meetings) else {"move_meeting", "call_off"}
        out |= set() if due(self.file.follow_ups) else {"follow_up"}
        asked = [c for c in self.file.closings if c.state == TO_SIGN]
        mine = self.laptop.who.role == "manager" and any(c.by_id != self.laptop.who.id for c in asked)
        out |= set() if mine else {"sign_closing", "return_closing"}
        going = asked or not self.file.helped or any(h.kind == STEP_UP for h in waiting(self.file.handshakes))
        out |= {"close_help"} if going else set()
        return tuple(name for name in names if name not in out)

    def _selected_meeting(self, state: str) -> MeetingView | None:
        row = self._selected_row
        return row if isinstance(row, MeetingView) and row.state == state else None

    def action_plan_meeting(self) -> None:
        """``+``: plan a meeting."""
        from familyhub.tui.dialogs.meeting_form import MeetingPlanDialog

        self._ask(MeetingPlanDialog(self.family_id))

    def action_move_meeting(self) -> None:
        """``d``: another day for the planned meeting that is selected."""
        from familyhub.tui.dialogs.meeting_form import MeetingPlanDialog

        if (meeting := self._selected_meeting(PLANNED)) is not None:
            self._ask(MeetingPlanDialog(self.family_id, meeting.id))
        else:
            self.say("Select a planned meeting first, with the arrows.")

    def action_call_off(self) -> None:
        """``x``: the planned meeting is called off, because …."""
        meeting = self._selected_meeting(PLANNED)
        if meeting is None:
            self.say("Select a planned meeting first, with the arrows.")
            return
        self._because(
            f"{meeting.words}, {show_day(meeting.on, self.laptop.today)}, is called off. Why?",
            lambda because: self._do(
                _call_off, MeetingPlan(self.family_id, replaces=meeting.id, off_because=because), "Called off"
            ),
        )  # fmt: skip

    def action_meeting_papers(self) -> None:
        """``r``: papers for the next meeting, planned or not."""
        waiting = [m for m in self.file.meetings if m.state == PLANNED] if self.file else []
        first = min(waiting, key=lambda m: (m.on, m.at), default=None)
        self.open_paper(first.id if first else "")

    def open_paper(self, meeting_id: str) -> None:
        """Papers or minutes of a meeting."""
        from familyhub.tui.screens.paper import PaperScreen

        self.hub_app.push_screen(PaperScreen(self.family_id, meeting_id))

    def action_close_help(self) -> None:
        """``E``: help is to end; a manager signs it."""
        from familyhub.tui.dialogs.closing_forms import ClosingDialog

        self._ask(ClosingDialog(self.family_id))

    def action_follow_up(self) -> None:
        """The six-month follow-up."""
        from familyhub.tui.dialogs.closing_forms import FollowUpDialog

        if self.file is not None and due(self.file.follow_ups) is None:
            self.say("No six-month follow-up is due for this family.")
            return
        self._ask(FollowUpDialog(self.family_id))

    def _to_sign(self) -> ClosingView | None:
        found = next((c for c in self.file.closings if c.state == TO_SIGN), None) if self.file else None
        if found is None:
            self.say("Nothing waits for a manager here.")
        return found

    def action_sign_closing(self) -> None:
        """``y``: a manager signs that help ends, after reading what was asked for."""
        if (closing := self._to_sign()) is None:
            return
        from familyhub.tui.dialogs.sure import SureDialog

        entry = SignClosing(self.family_id, closing.id)
        reason = END_REASON.words(closing.reason)
        on = show_day(closing.on, self.laptop.today)
        question = f"{reason[:1].upper()}{reason[1:]}, {on}, asked for by {closing.by}.\n\nHelp ends. Sign?"
        self.hub_app.push_screen(
            SureDialog(question, "Sign", "Not now"),
            lambda sure: self._do(_sign, entry, "Signed: help has ended") if sure else None,
        )

    def action_return_closing(self) -> None:
        """``R``: a manager returns it, because …."""
        if (closing := self._to_sign()) is not None:
            self._because(
                "It goes back to whoever asked. Why?",
                lambda why: self._do(_return, ReturnClosing(self.family_id, closing.id, why), "Returned"),
            )

    def _because(self, question: str, then: Callable[[str], object]) -> None:
        from familyhub.tui.dialogs.why import WhyDialog

        self.hub_app.push_screen(WhyDialog(question), lambda text: then(text) if text else None)

    def _do(self, act: Callable[..., Saved], entry: object, words: str) -> None:
        self.work(
            act,
            self.laptop,
            entry,
            then=lambda _: self._told(f"{words}, saved on this laptop · not yet sent"),
        )


def _call_off(laptop: Laptop, entry: MeetingPlan) -> Saved:
    from familyhub.casework import meetings

    return meetings.plan_meeting(laptop, entry)


def _sign(laptop: Laptop, entry: SignClosing) -> Saved:
    from familyhub.casework import closings

    return closings.sign_closing(laptop, entry)


def _return(laptop: Laptop, entry: ReturnClosing) -> Saved:
    from familyhub.casework import closings

    return closings.return_closing(laptop, entry)
