"""Meetings of a family, planned and held, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.practice.meetings import (
    CALLED_OFF,
    HELD,
    MOVED,
    PLANNED,
    REVIEW,
    AmendmentView,
    AnswerView,
    ChildViews,
    DayPart,
    GuestView,
    MeetingView,
)
from familyhub.records.child_words import ChildDay, ChildVoice
from familyhub.records.codes import CHILD_METHOD, DAY_LINE, FAMILY_QUESTION
from familyhub.records.meetings import (
    Meeting,
    MeetingAmendment,
    MeetingAnswer,
    MeetingChild,
    MeetingGuest,
)
from familyhub.records.plans import Review
from familyhub.store.queries.rows import by_key, latest, visible

if TYPE_CHECKING:
    from sqlmodel import Session

Names = dict[str, str]


def meetings(
    db: Session, scope: str, people: Names, workers: Names, words: tuple[ChildViews, ...]
) -> tuple[MeetingView, ...]:
    """Every meeting; a review of which no meeting stands, written before there were any, is one too."""
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
                tuple(w for w in words if w.occasion_id == row.id), _answers(answers.get(row.id, [])),
                _amendments(amendments.get(row.id, []), workers),
            )
        )  # fmt: skip
    for review in (r for r in reviews if not r.meeting_id):
        amended = _amendments(amendments.get(review.id, []), workers)
        found.append(_view(None, HELD, review, workers, _named(review), (), (), amended))
    return tuple(sorted(found, key=lambda m: (m.on, m.at, m.written_at, m.id), reverse=True))


def _view(
    row: Meeting | None, state: str, review: Review | None, workers: Names, guests: tuple[GuestView, ...],
    children: tuple[ChildViews, ...], answers: tuple[AnswerView, ...], amendments: tuple[AmendmentView, ...],
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


def child_words(db: Session, scope: str, people: Names) -> tuple[ChildViews, ...]:
    """What each child said outside visits and a day in their life, one view for each occasion."""
    voices = sorted(visible(db, ChildVoice, scope), key=lambda r: (r.created_hlc or 0, r.id))
    days = visible(db, ChildDay, scope)
    came = {(c.meeting_id, c.person_id): c for c in visible(db, MeetingChild, scope)}
    keys = [(v.occasion_id or v.id, v.person_id or "") for v in voices]
    keys += [(d.occasion_id or d.id, d.person_id or "") for d in days]
    keys += [(m or "", p or "") for m, p in came]
    found = []
    for occasion, person in dict.fromkeys(keys):
        voice = latest([v for v in voices if (v.occasion_id or v.id, v.person_id) == (occasion, person)])
        lines = [d for d in days if (d.occasion_id or d.id, d.person_id) == (occasion, person)]
        row = came.get((occasion, person))
        dated = [voice.on if voice else None, row.on if row else None, *(d.on for d in lines)]
        on = max((d for d in dated if d), default="")
        found.append(
            ChildViews(
                person, people.get(person, "a child"), on, occasion, bool(row.came) if row else False,
                **(_voice(voice) if voice else {}), day=_day(lines),
            )
        )  # fmt: skip
    return tuple(found)


def _voice(row: ChildVoice) -> dict[str, str]:
    return {
        "views": row.said or "", "views_readers": row.said_readers or "workers", "method": CHILD_METHOD.words(row.method),
        "none_because": row.none_because or "", "none_because_readers": row.none_because_readers or "workers",
    }  # fmt: skip


def _day(rows: list[ChildDay]) -> tuple[DayPart, ...]:
    """The lines in their order; of two of one part, the one written later."""
    parts = by_key(rows, "part")
    now = [latest(parts[part]) for part in DAY_LINE.values if part in parts]
    return tuple(
        DayPart(d.part or "", d.text or "", d.text_readers or "workers") for d in now if d and d.text
    )


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
