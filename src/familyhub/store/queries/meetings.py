"""Meetings of a family, planned and held, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.practice.assessment import DayPart, VoiceView
from familyhub.practice.meetings import (
    CALLED_OFF,
    HELD,
    MOVED,
    PLANNED,
    REVIEW,
    AmendmentView,
    AnswerView,
    ChildThere,
    GuestView,
    MeetingView,
    lines_of_day,
)
from familyhub.records.codes import FAMILY_QUESTION
from familyhub.records.meetings import (
    Meeting,
    MeetingAmendment,
    MeetingAnswer,
    MeetingChild,
    MeetingGuest,
)
from familyhub.records.plans import Review
from familyhub.store.queries.rows import by_key, visible

if TYPE_CHECKING:
    from sqlmodel import Session

Names = dict[str, str]


def meetings(
    db: Session,
    scope: str,
    people: Names,
    workers: Names,
    voices: tuple[VoiceView, ...],
    days: tuple[DayPart, ...],
) -> tuple[MeetingView, ...]:
    """Every meeting; a review of which no meeting stands, written before there were any, is one too."""
    there = by_key(visible(db, MeetingChild, scope), "meeting_id")
    guests = by_key(visible(db, MeetingGuest, scope), "meeting_id")
    answers = by_key(visible(db, MeetingAnswer, scope), "meeting_id")
    amendments = by_key(visible(db, MeetingAmendment, scope), "meeting_id")
    rows = visible(db, Meeting, scope)
    replaced = {m.replaces for m in rows if m.replaces}
    reviews = visible(db, Review, scope)
    held = {r.meeting_id: r for r in sorted(reviews, key=lambda r: r.created_hlc or 0) if r.meeting_id}
    found = []
    for row in rows:
        review = held.get(row.id)
        if review is None and row.id in replaced:
            state = MOVED
        else:
            state = HELD if review is not None else CALLED_OFF if row.called_off else PLANNED
        if state == MOVED:
            continue
        found.append(
            _view(
                row, state, review, workers, _guests(guests.get(row.id, []), people, workers),
                _children(row.id, there.get(row.id, []), voices, days, people), _answers(answers.get(row.id, [])),
                _amendments(amendments.get(row.id, []), workers),
            )
        )  # fmt: skip
    for review in (r for r in reviews if not r.meeting_id):
        amended = _amendments(amendments.get(review.id, []), workers)
        found.append(_view(None, HELD, review, workers, _named(review), (), (), amended))
    return tuple(sorted(found, key=lambda m: (m.on, m.at, m.written_at, m.id), reverse=True))


def _view(
    row: Meeting | None, state: str, review: Review | None, workers: Names, guests: tuple[GuestView, ...],
    children: tuple[ChildThere, ...], answers: tuple[AnswerView, ...], amendments: tuple[AmendmentView, ...],
) -> MeetingView:  # fmt: skip
    planned, held = (
        row or Meeting(scope="", id=review.id if review else ""),
        review or Review(scope="", id=""),
    )
    return MeetingView(
        id=planned.id, kind=held.kind or planned.kind or REVIEW, state=state, on=held.held_on or planned.on or "",
        at=planned.at or "", place=planned.place or "", plan_id=held.plan_id or planned.plan_id,
        by=workers.get(held.by or planned.by or "", ""), guests=guests, children=children, answers=answers,
        amendments=amendments, decision=held.decision or "", because=held.because or "",
        because_readers=held.because_readers or "workers", summary=held.summary or "",
        summary_readers=held.summary_readers or "workers", next_due=held.next_due,
        no_next_because=held.no_next_because or "", no_next_because_readers=held.no_next_because_readers or "workers",
        although=held.although or "", although_readers=held.although_readers or "workers",
        off_because=planned.off_because or "", off_because_readers=planned.off_because_readers or "workers",
        written_at=held.written_at or planned.written_at or "",
    )  # fmt: skip


def _guests(rows: list[MeetingGuest], people: Names, workers: Names) -> tuple[GuestView, ...]:
    """Each guest once, as they were marked last; an invitation gives way to what came of it."""
    now: dict[str, GuestView] = {}
    for row in sorted(rows, key=lambda r: (r.state != "invited", r.created_hlc or 0, r.id)):
        if row.person_id:
            key, name = f"person:{row.person_id}", people.get(row.person_id, "somebody")
        elif row.worker_id:
            key, name = f"worker:{row.worker_id}", workers.get(row.worker_id, row.worker_id)
        else:
            key, name = f"name:{row.name or ''}", row.name or "somebody"
        now[key] = GuestView(
            key,
            name,
            row.agency or "",
            row.state or "invited",
            row.views or "",
            row.views_readers or "workers",
        )
    return tuple(now.values())


def _named(review: Review) -> tuple[GuestView, ...]:
    """Who came to a review of which only the names are written."""
    lists = (("came", review.came), ("apologies", review.apologies))
    return tuple(
        GuestView(f"name:{name}", name, "", state)
        for state, names in lists
        for name in (names or "").split(", ")
        if name
    )


def _children(
    meeting_id: str, rows: list[MeetingChild], voices: tuple[VoiceView, ...], days: tuple[DayPart, ...], people: Names
) -> tuple[ChildThere, ...]:  # fmt: skip
    """Each child of whom something was written at a meeting; of two texts of one child, the one written later."""
    here = ("review", meeting_id)
    said = {v.person_id: v for v in voices if (v.occasion, v.occasion_id) == here}
    lived = [d for d in days if (d.occasion, d.occasion_id) == here]
    came = {r.person_id or "": bool(r.came) for r in rows}
    return tuple(
        ChildThere(
            person, people.get(person, "a child"), came.get(person, False), said.get(person),
            lines_of_day(d for d in lived if d.person_id == person),
        )
        for person in dict.fromkeys([*said, *(d.person_id for d in lived), *came])
    )  # fmt: skip


def _answers(rows: list[MeetingAnswer]) -> tuple[AnswerView, ...]:
    order = list(FAMILY_QUESTION.values)
    known = sorted(rows, key=lambda a: order.index(a.question) if a.question in order else len(order))
    return tuple(
        AnswerView(a.question or "", a.asked or FAMILY_QUESTION.words(a.question), a.answer or "", a.answer_readers or "workers")
        for a in known
    )  # fmt: skip


def _amendments(rows: list[MeetingAmendment], workers: Names) -> tuple[AmendmentView, ...]:
    return tuple(
        AmendmentView(
            a.id, a.on or "", workers.get(a.by or "", ""), a.text or "", a.text_readers or "workers"
        )
        for a in sorted(rows, key=lambda a: (a.on or "", a.created_hlc or 0, a.id))
    )
