"""Closings of a family's help with their signatures, and the six-month follow-ups, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.practice.closings import (
    RETURNED,
    SIGNED,
    TO_SIGN,
    ClosingView,
    FollowUpView,
    SettledView,
    StillTrue,
)
from familyhub.records.closings import Closing, ClosingAction, ClosingSignature, FollowUp, FollowUpNeed
from familyhub.store.queries.rows import by_key, latest, visible

if TYPE_CHECKING:
    from sqlmodel import Session

STATES = {"signed": SIGNED, "returned": RETURNED}


def closings(db: Session, scope: str, workers: dict[str, str]) -> tuple[ClosingView, ...]:
    """Every closing that was asked for; a signature of whoever asked counts for nothing."""
    actions = by_key(visible(db, ClosingAction, scope), "closing_id")
    signatures = by_key(visible(db, ClosingSignature, scope), "closing_id")
    out = []
    for row in visible(db, Closing, scope):
        signed = latest(s for s in signatures.get(row.id, []) if s.by != row.by)
        out.append(
            ClosingView(
                row.id, row.episode_id or "", row.reason or "", row.on or "", workers.get(row.by or "", ""), row.by or "",
                STATES.get((signed.signature or "") if signed else "", TO_SIGN), row.summary or "",
                row.summary_readers or "workers", row.feedback or "", row.feedback_readers or "workers",
                row.no_feedback_because or "", row.no_feedback_because_readers or "workers", row.contingency or "",
                row.contingency_readers or "workers",
                tuple(
                    SettledView(a.action_id or "", a.settled or "", a.to or "", a.because or "", a.because_readers or "workers")
                    for a in sorted(actions.get(row.id, []), key=lambda a: (a.created_hlc or 0, a.id))
                ),
                workers.get(signed.by or "", "") if signed else "", (signed.on or "") if signed else "",
                (signed.reason or "") if signed else "", (signed.reason_readers or "workers") if signed else "workers",
                row.plan_id,
            )
        )  # fmt: skip
    order = {c.id: c.created_hlc or 0 for c in visible(db, Closing, scope)}
    return tuple(sorted(out, key=lambda c: (c.on, order[c.id]), reverse=True))


def follow_ups(db: Session, scope: str, workers: dict[str, str]) -> tuple[FollowUpView, ...]:
    """Every follow-up that was planned or made."""
    needs = by_key(visible(db, FollowUpNeed, scope), "follow_up_id")
    rows = [
        FollowUpView(
            f.id, f.episode_id or "", f.due_on, f.done_on, workers.get(f.by or "", ""), f.talked_to or "",
            f.none_because or "", f.none_because_readers or "workers",
            tuple(
                StillTrue(n.need_id or "", n.still_true or "", n.how or "", n.how_readers or "workers")
                for n in sorted(needs.get(f.id, []), key=lambda n: (n.created_hlc or 0, n.id))
            ),
        )
        for f in visible(db, FollowUp, scope)
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda f: (f.done_on or f.due_on or "", f.id), reverse=True))
