"""Papers before a meeting and minutes after it, as plain lines, built from what is recorded, for one named reader.

Nothing labelled narrower than the reader stands in them, and no mark tells that something was left out of one place
(safe practice, *Who may read*). Addresses, telephone numbers and safety notes never do. Of parents who live apart neither
reads of the other's needs, actions or services.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from familyhub.practice.assessment import DayPart, VoiceView
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.meetings import (
    HELD,
    GuestView,
    MeetingView,
    actions_beside,
    day_before,
    held_before,
    said_before,
    scores_beside,
)
from familyhub.practice.plan_view import NeedView, PlanView, Step
from familyhub.practice.who_may_read import FAMILY, shown_to
from familyhub.records.codes import ACTION_STATUS, CHILD_METHOD, DAY_LINE, READERS, REVIEW_DECISION

LEFT_OUT = "Texts that this reader may not read are left out."
MOST_SINCE = 12
"""Visits and notes since last time that the papers tell of, the newest first."""


@dataclass(frozen=True, slots=True)
class Copy:
    """For whom a paper is: a class of readers; of the family, one person where they are named."""

    reader: str
    person_id: str = ""

    def words(self, file: FamilyFile) -> str:
        """``Dawn, family``; ``professionals in the plan``."""
        name = next((p.given for p in (*file.adults, *file.children) if p.id == self.person_id), "")
        if name:
            return f"{name}, family"
        return "the family" if self.reader == FAMILY else READERS.words(self.reader)


def live_apart(file: FamilyFile) -> bool:
    """Whether adults of the family who belong to its children live in more than one place."""
    return any(not m.lives_here for m in file.adults if m.role == "adult")


def others(file: FamilyFile, copy: Copy) -> frozenset[str]:
    """Where adults live apart: everybody else of them, and for who lives elsewhere the children who are not theirs."""
    apart = {m.id for m in file.adults if m.id != copy.person_id}
    reader = next((m for m in file.adults if m.id == copy.person_id), None)
    if reader is None or reader.lives_here:
        return frozenset(apart)
    clauses = [clause.partition(" of ")[2] for clause in reader.tie.split("; ")]
    theirs = {name for clause in clauses for name in clause.split(", ")}
    return frozenset(apart | {c.id for c in file.children if c.given not in theirs})


class Paper:
    """Builds the lines of one paper for one copy."""

    def __init__(self, file: FamilyFile, copy: Copy, today: date) -> None:
        self.file, self.copy, self.today = file, copy, today
        apart = copy.reader == FAMILY and live_apart(file)
        self._apart = apart
        self._others = others(file, copy) if apart else frozenset()
        """People of whose needs, actions and views this copy says nothing."""

    def papers(self, meeting: MeetingView | None) -> list[str]:
        """Papers for a meeting that is planned, or for one that nobody has planned yet."""
        last = held_before(self.file.meetings, "")
        name = meeting.words if meeting else "Next meeting"
        when = self._when(meeting) if meeting else "no day yet"
        return [
            *self._head("Papers", name, when),
            *(self._guests(meeting, planned=True) if meeting else ()),
            *self._last(last),
            *self._plan(self._plan_of(meeting), last.on if last else None, None),
            *self._children_before(last),
            *self._since(last.on if last else ""),
            *self._foot(),
        ]

    def minutes(self, meeting: MeetingView) -> list[str]:
        """Minutes of a meeting that was held."""
        last = held_before(self.file.meetings, meeting.on, but=meeting.id)
        plan = self._plan_of(meeting)
        return [
            *self._head("Minutes", meeting.words, self._when(meeting)),
            *self._guests(meeting, planned=False),
            *self._children(meeting),
            *self._answers(meeting),
            *self._text("What was talked about", meeting.summary, meeting.summary_readers),
            *self._plan(plan, last.on if last else None, meeting.on),
            *self._agreed(plan, meeting),
            *self._decision(meeting),
            *self._amended(meeting),
            *self._foot(),
        ]

    # -- parts of both -------------------------------------------------------------------------------------------

    def _may(self, text: str, label: str) -> str:
        return shown_to(self.copy.reader, text, label)

    def _head(self, what: str, name: str, when: str) -> Iterator[str]:
        yield f"{what}: {name}, {self.file.name}"
        yield when
        yield f"For: {self.copy.words(self.file)}. Written {show_day(self.today, self.today)}."

    def _foot(self) -> Iterator[str]:
        if self.copy.reader != "workers":
            yield ""
            yield LEFT_OUT

    def _when(self, meeting: MeetingView) -> str:
        parts = [show_day(meeting.on, self.today), meeting.at]
        return " ".join(p for p in parts if p) + (f", {meeting.place}" if meeting.place else "")

    def _plan_of(self, meeting: MeetingView | None) -> PlanView | None:
        if meeting is not None and meeting.plan_id:
            return next((p for p in self.file.plans if p.id == meeting.plan_id), self.file.plan)
        return self.file.plan

    def _text(self, title: str, text: str, label: str) -> Iterator[str]:
        if readable := self._may(text, label):
            yield ""
            yield title
            yield from _indented(readable)

    def _guests(self, meeting: MeetingView, *, planned: bool) -> Iterator[str]:
        groups = (
            ("invited", "Invited"),
            ("came", "There"),
            ("apologies", "Sent apologies"),
            ("absent", "Not there"),
        )
        yield ""
        yield "Who is invited" if planned else "Who was there"
        said = False
        for state, words in groups:
            if state == "invited" and not planned:
                continue
            if guests := meeting.those(state):
                said = True
                yield f"  {words}: {', '.join(self._guest(g) for g in guests)}"
        if not said:
            yield "  Nobody is recorded."
        for guest in meeting.guests:
            if views := self._may(guest.views, guest.views_readers):
                yield f"  {guest.name} sent word:"
                yield from _indented(views, 4)

    def _guest(self, guest: GuestView) -> str:
        return f"{guest.name} ({guest.agency})" if guest.agency and not self._apart else guest.name

    def _last(self, last: MeetingView | None) -> Iterator[str]:
        yield ""
        if last is None:
            yield "Last time: this is the first meeting on record."
            return
        decided = f": {REVIEW_DECISION.words(last.decision)}" if last.decision else ""
        yield f"Last time: {last.words}, {show_day(last.on, self.today)}{decided}"
        yield from _indented(self._may(last.summary, last.summary_readers))

    # -- the plan, then and now ----------------------------------------------------------------------------------

    def _plan(self, plan: PlanView | None, then: str | None, now: str | None) -> Iterator[str]:
        if plan is None:
            yield ""
            yield "No plan is open."
            return
        scores = {s.need.id: s for s in scores_beside(plan, then, now)}
        going = {g.step.id: g for g in actions_beside(plan, then, now)}
        yield ""
        yield "The plan, last time and now" if then else "The plan"
        for number, need in enumerate(plan.needs, start=1):
            if need.person_id in self._others:
                continue
            yield from self._need(number, need, scores[need.id].then, scores[need.id].now)
            for step in need.actions:
                if step.id in going:
                    yield from self._step(step, going[step.id].then, going[step.id].now, then, now)
        for step in plan.loose:
            if step.id in going:
                yield from self._step(step, going[step.id].then, going[step.id].now, then, now)

    def _need(self, number: int, need: NeedView, then: int | None, now: int | None) -> Iterator[str]:
        what = self._may(need.what, need.what_readers)
        if not what:
            return
        stood = ""
        if now is not None:
            stood = f" [{then} then, {now} now, of 10]" if then is not None else f" [{now} of 10]"
        yield f"  {number} {_line(what)}{f' (for {need.whom})' if need.whom else ''}{stood}"
        if outcome := self._may(need.outcome, need.outcome_readers):
            yield f"    Different when: {_line(outcome)}"

    def _step(self, step: Step, then: str, now: str, since: str | None, until: str | None) -> Iterator[str]:
        title = self._title(step)
        if not title:
            return
        was = ACTION_STATUS.words(then)
        status = ACTION_STATUS.words(now)
        moved = f"{was} then, {status} now" if was and was != status else status
        who = "" if self._neutral(step) else ", ".join(p for p in (step.owner, step.agency) if p)
        parts = [title, who, f"by {show_day(step.due, self.today)}" if step.due else "", moved]
        yield "    - " + " · ".join(p for p in parts if p)
        for moved_on in step.progress:
            inside = (not since or moved_on.on > since) and (not until or moved_on.on <= until)
            if inside and (text := self._may(moved_on.text, moved_on.readers)) and not self._neutral(step):
                yield f"      {show_day(moved_on.on, self.today)}: {_line(text)}"

    def _neutral(self, step: Step) -> bool:
        return bool(step.neutral_title) and self.copy.reader != "workers"

    def _title(self, step: Step) -> str:
        """An action's words for this reader; nothing where it is not theirs to read of."""
        if step.owner_person_id in self._others:
            return ""
        if self._neutral(step):
            return _line(step.neutral_title)
        return _line(self._may(step.what, step.readers))

    def _agreed(self, plan: PlanView | None, meeting: MeetingView) -> Iterator[str]:
        """Actions that began at this meeting."""
        steps = (
            [s for s in plan.actions if s.history and s.history[0].meeting_id == meeting.id] if plan else []
        )
        lines = [(s, title) for s in steps if (title := self._title(s))]
        if lines:
            yield ""
            yield "Agreed at this meeting"
        for step, title in lines:
            who = "" if self._neutral(step) else ", ".join(p for p in (step.owner, step.agency) if p)
            by = f"by {show_day(step.due, self.today)}" if step.due else "no date"
            yield "  - " + " · ".join(p for p in (title, who, by) if p)

    # -- children ------------------------------------------------------------------------------------------------

    def _children_before(self, last: MeetingView | None) -> Iterator[str]:
        """Each child: what they said last time and since, where this reader may read it."""
        since = last.on if last else ""
        yield ""
        yield "Children"
        for child in self.file.children:
            if child.id in self._others:
                continue
            yield f"  {child.given}, {child.age_text}"
            yield from self._said(said_before(self.file.voices, child.id))
            yield from self._day(child.given, day_before(self.file.days, child.id))
            for visit in reversed(self.file.visits):
                for seen in visit.children if visit.on > since else ():
                    said = self._may(seen.said, seen.said_readers) if seen.child_id == child.id else ""
                    if said:
                        yield f"    {show_day(visit.on, self.today)}: “{_line(said)}”"

    def _children(self, meeting: MeetingView) -> Iterator[str]:
        yield ""
        yield "Children"
        for child in meeting.children:
            if child.person_id in self._others:
                continue
            yield f"  {child.name}{', was there' if child.came else ''}"
            yield from self._said(child.voice)
            yield from self._day(child.name, child.day)

    def _said(self, voice: VoiceView | None) -> Iterator[str]:
        if voice is None:
            return
        how = f" ({CHILD_METHOD.words(voice.method)})" if voice.method else ""
        if said := self._may(voice.said, voice.said_readers):
            yield f"    {show_day(voice.on, self.today)}{how}: “{_line(said)}”"
        if because := self._may(voice.none_because, voice.none_readers):
            yield f"    No views recorded, because: {_line(because)}"

    def _day(self, name: str, lines: tuple[DayPart, ...]) -> Iterator[str]:
        day = [(line.part, text) for line in lines if (text := self._may(line.text, line.readers))]
        if day:
            yield f"    A day in {name}'s life"
        for part, text in day:
            yield f"      {DAY_LINE.words(part)}: {_line(text)}"

    # -- before, and after ---------------------------------------------------------------------------------------

    def _since(self, since: str) -> Iterator[str]:
        """What was recorded since last time that this reader may read; what they may not leaves no trace."""
        found = [
            (v.on, text) for v in self.file.visits
            if v.on > since and (text := self._may(v.happened, v.happened_readers))
        ] + [
            (n.on, f"{n.agency}: {text}" if n.agency and not self._apart else text) for n in self.file.notes
            if n.on > since and (text := self._may(n.text, n.readers))
        ]  # fmt: skip
        if found:
            yield ""
            yield "Since last time" if since else "What was recorded"
        for on, text in sorted(found, reverse=True)[:MOST_SINCE]:
            yield f"  {show_day(on, self.today)}: {_line(text)}"

    def _answers(self, meeting: MeetingView) -> Iterator[str]:
        answers = [(a.asked, text) for a in meeting.answers if (text := self._may(a.answer, a.readers))]
        if answers:
            yield ""
            yield "What the family said"
        for asked, text in answers:
            yield f"  {asked}"
            yield from _indented(text, 4)

    def _decision(self, meeting: MeetingView) -> Iterator[str]:
        yield ""
        yield f"Decision: {REVIEW_DECISION.words(meeting.decision) or 'none is recorded'}"
        yield from _indented(self._may(meeting.because, meeting.because_readers))
        if meeting.next_due:
            yield f"Next: {show_day(meeting.next_due, self.today)}"
        elif because := self._may(meeting.no_next_because, meeting.no_next_because_readers):
            yield f"No next day, because: {_line(because)}"
        if although := self._may(meeting.although, meeting.although_readers):
            yield f"Held like this because: {_line(although)}"

    def _amended(self, meeting: MeetingView) -> Iterator[str]:
        for more in meeting.amendments:
            if text := self._may(more.text, more.readers):
                yield ""
                yield f"Added {show_day(more.on, self.today)} by {more.by}"
                yield from _indented(text)


def papers(file: FamilyFile, meeting: MeetingView | None, copy: Copy, today: date) -> list[str]:
    """The papers for a meeting, line by line, for one copy."""
    return Paper(file, copy, today).papers(meeting)


def minutes(file: FamilyFile, meeting: MeetingView, copy: Copy, today: date) -> list[str]:
    """The minutes of a meeting that was held, line by line, for one copy."""
    return Paper(file, copy, today).minutes(meeting)


def paper_of(file: FamilyFile, meeting: MeetingView, copy: Copy, today: date) -> list[str]:
    """Minutes of a meeting that was held, papers for one that is planned."""
    return (
        minutes(file, meeting, copy, today) if meeting.state == HELD else papers(file, meeting, copy, today)
    )


def copies(file: FamilyFile) -> list[Copy]:
    """The copies that may be made: for workers, for professionals, and one for each adult of the family."""
    own = [Copy(FAMILY, m.id) for m in file.adults if m.role == "adult"]
    return [Copy("professionals"), *(own or [Copy(FAMILY)]), Copy("workers")]


def _line(text: str) -> str:
    return " ".join(text.split())


def _indented(text: str, by: int = 2) -> Iterator[str]:
    for line in text.splitlines():
        if line.strip():
            yield " " * by + line.strip()
