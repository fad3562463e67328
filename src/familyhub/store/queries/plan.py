"""Plans with their needs and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.practice.plan_view import CopyView, Dated, KeptView, NeedView, PlanView, Progress, Scored, Step
from familyhub.records.codes import NEED_HEADLINE
from familyhub.records.plans import (
    Action,
    ActionProgress,
    ActionStatus,
    KeptFinding,
    Need,
    NeedScore,
    Plan,
    PlanCopy,
    Review,
)
from familyhub.store.queries.rows import by_key, held, rev, visible
from familyhub.sync.clock import iso
from familyhub.sync.merge import open_differences

if TYPE_CHECKING:
    from sqlmodel import Session


def step(
    row: Action, progress: list[ActionProgress], workers: dict[str, str], people: dict[str, str],
    dated: list[ActionStatus],
) -> Step:  # fmt: skip
    """An action as it is shown."""
    owner = (
        row.owner or workers.get(row.owner_worker_id or "", "") or people.get(row.owner_person_id or "", "")
    )
    moved = sorted(progress, key=lambda p: (p.on or "", p.created_hlc or 0, p.id))
    days = [p.on for p in moved if p.on] + [s.on for s in dated if s.on]
    if not days and row.created_hlc:
        days = [iso(row.created_hlc)[:10]]
    return Step(
        row.id, row.what or "", owner, row.agency or "", row.due, row.status or "not_started", bool(row.safety),
        row.need_id, rev(row),
        tuple(
            Progress(p.id, p.on or "", workers.get(p.by or "", ""), p.text or "", p.text_readers or "", p.meeting_id or "")
            for p in moved
        ),
        tuple(open_differences(held(row).row)) if row.heads else (), row.owner_person_id, row.owner_worker_id,
        max(days, default=None), row.what_readers or "workers", _history(dated), row.neutral_title or "",
    )  # fmt: skip


def _history(rows: list[ActionStatus]) -> tuple[Dated, ...]:
    return tuple(
        Dated(s.on or "", s.status or "not_started", s.due, s.meeting_id or "")
        for s in sorted(rows, key=lambda s: (s.on or "", s.created_hlc or 0, s.id))
    )


def plans(db: Session, scope: str, people: dict[str, str], workers: dict[str, str]) -> tuple[PlanView, ...]:
    """The family's plans: open ones first, of these the one that began last."""
    progress = by_key(visible(db, ActionProgress, scope), "action_id")
    scores = by_key(visible(db, NeedScore, scope), "need_id")
    needs = by_key(visible(db, Need, scope), "plan_id")
    actions = by_key(visible(db, Action, scope), "plan_id")
    dated = by_key(visible(db, ActionStatus, scope), "action_id")
    kept = by_key(visible(db, KeptFinding, scope), "plan_id")
    copies = by_key(visible(db, PlanCopy, scope), "plan_id")
    reviews = by_key(visible(db, Review, scope), "plan_id")
    out = []
    for plan in visible(db, Plan, scope):
        rows = actions.get(plan.id, [])
        steps = [step(a, progress.get(a.id, []), workers, people, dated.get(a.id, [])) for a in rows]
        steps.sort(key=lambda s: (not s.open, s.due or "9", s.id))
        own = sorted(needs.get(plan.id, []), key=lambda n: (n.place or 99, n.id))
        views = [_need(n, scores.get(n.id, []), [s for s in steps if s.need_id == n.id], people) for n in own]
        known = {n.id for n in own}
        loose = tuple(s for s in steps if s.need_id not in known)
        out.append(
            PlanView(
                plan.id, plan.state or "open", plan.started_on, plan.review_due, plan.agencies or "", rev(plan),
                tuple(views), loose, _kept(kept.get(plan.id, []), workers), _copies(copies.get(plan.id, []), workers, people),
                max((r.held_on for r in reviews.get(plan.id, []) if r.held_on and r.kind != "taf"), default=None),
                min((r.held_on for r in reviews.get(plan.id, []) if r.held_on and r.kind != "taf"), default=None),
            )
        )  # fmt: skip
    out.sort(key=lambda p: (p.started_on or "", p.id), reverse=True)
    return tuple(sorted(out, key=lambda p: p.state != "open"))


def _need(need: Need, scores: list[NeedScore], steps: list[Step], people: dict[str, str]) -> NeedView:
    dated = sorted((s for s in scores if s.score is not None), key=lambda s: (s.on or "", s.created_hlc or 0))
    return NeedView(
        need.id, need.what or "", need.outcome or "", people.get(need.person_id or "", ""),
        NEED_HEADLINE.words(need.headline), dated[0].score if dated else None, dated[-1].score if dated else None,
        tuple(steps), need.person_id, rev(need), need.headline or "", need.what_readers or "workers",
        need.outcome_readers or "workers",
        tuple(Scored(s.on or "", s.score, s.meeting_id or "") for s in dated if s.score is not None),
    )  # fmt: skip


def _kept(rows: list[KeptFinding], workers: dict[str, str]) -> tuple[KeptView, ...]:
    return tuple(
        KeptView(
            k.id, k.finding or "", k.about or "", k.about_id or "", k.because or "", k.because_readers or "workers",
            k.on or "", k.until, workers.get(k.by or "", ""),
        )
        for k in sorted(rows, key=lambda k: (k.on or "", k.created_hlc or 0, k.id))
    )  # fmt: skip


def _copies(rows: list[PlanCopy], workers: dict[str, str], people: dict[str, str]) -> tuple[CopyView, ...]:
    return tuple(
        CopyView(
            c.id, c.on or "", c.to or people.get(c.person_id or "", ""), c.person_id, workers.get(c.by or "", "")
        )
        for c in sorted(rows, key=lambda c: (c.on or "", c.created_hlc or 0, c.id))
    )  # fmt: skip
