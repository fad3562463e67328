"""Visits and notes of a family, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.practice.visit_view import ChildAtVisit, NoteView, VisitView
from familyhub.records.codes import CHILD_METHOD, NOTE_KIND, SEEN_HOW
from familyhub.records.people import PersonName
from familyhub.records.visits import Note, Visit, VisitChild, VisitPresent
from familyhub.store.queries.household import shown_name
from familyhub.store.queries.rows import by_key, visible

if TYPE_CHECKING:
    from sqlmodel import Session


def visits(db: Session, scope: str, workers: dict[str, str]) -> list[VisitView]:
    """Every visit of the family, the last first."""
    names = {k: shown_name(v)[0] for k, v in by_key(visible(db, PersonName, scope), "person_id").items()}
    children = by_key(visible(db, VisitChild, scope), "visit_id")
    present = by_key(visible(db, VisitPresent, scope), "visit_id")
    out = []
    for v in visible(db, Visit, scope):
        there = tuple(p.name or names.get(p.person_id or "", "somebody") for p in present.get(v.id, []))
        out.append(
            VisitView(
                v.id, v.on or "", v.start_at or "", v.end_at or "", v.kind or "", v.outcome or "made",
                workers.get(v.by or "", v.by or ""), v.by or "", v.happened or "", v.happened_readers or "workers",
                v.meaning or "", v.meaning_readers or "workers", v.safe or "", there,
                tuple(_child(c, names) for c in sorted(children.get(v.id, []), key=lambda c: (c.created_hlc or 0, c.id))),
                v.next_on, v.written_at or "", v.received, bool(v.significant), v.amends, v.no_access_did or "",
                v.no_next_because or "",
            )
        )  # fmt: skip
    return sorted(out, key=lambda v: (v.on, v.start_at, v.id), reverse=True)


def _child(row: VisitChild, names: dict[str, str]) -> ChildAtVisit:
    return ChildAtVisit(
        row.person_id or "", names.get(row.person_id or "", "a child"), bool(row.seen), bool(row.alone),
        bool(row.bedroom), SEEN_HOW.words(row.how), row.not_seen_why or "", row.said or "",
        row.said_readers or "workers", row.asked or "", CHILD_METHOD.words(row.method),
    )  # fmt: skip


def notes(db: Session, scope: str, workers: dict[str, str]) -> list[NoteView]:
    """Every note of the family, the last first."""
    rows = sorted(
        visible(db, Note, scope), key=lambda n: (n.on or "", n.created_hlc or 0, n.id), reverse=True
    )
    return [
        NoteView(
            n.id, n.on or "", NOTE_KIND.words(n.kind) or "note", n.who or "", n.agency or "", workers.get(n.by or "", ""),
            n.text or "", n.text_readers or "workers", bool(n.significant), n.impact or "", n.written_at or "",
        )
        for n in rows
    ]  # fmt: skip
