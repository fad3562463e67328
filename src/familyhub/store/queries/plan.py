"""Plans with their needs and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.practice.family_file import NeedView, PlanView, Progress, Step
from familyhub.records.codes import NEED_HEADLINE
from familyhub.records.plans import Action, ActionProgress, Need, NeedScore, Plan
from familyhub.store.queries.rows import by_key, held, rev, visible
from familyhub.sync.merge import open_differences

if TYPE_CHECKING:
    from sqlmodel import Session


def step(
    row: Action, progress: list[ActionProgress], workers: dict[str, str], people: dict[str, str]
) -> Step:
    """An action as it is shown."""
    owner = (
        row.owner or workers.get(row.owner_worker_id or "", "") or people.get(row.owner_person_id or "", "")
    )
    moved = sorted(progress, key=lambda p: (p.on or "", p.created_hlc or 0, p.id))
    return Step(
        row.id, row.what or "", owner, row.agency or "", row.due, row.status or "not_started", bool(row.safety),
        row.need_id, rev(row),
        tuple(Progress(p.id, p.on or "", workers.get(p.by or "", ""), p.text or "", p.text_readers or "") for p in moved),
        tuple(open_differences(held(row).row)) if row.heads else (),
    )  # fmt: skip


def plans(db: Session, scope: str, people: dict[str, str], workers: dict[str, str]) -> tuple[PlanView, ...]:
    """The family's plans, the one that began last first."""
    progress = by_key(visible(db, ActionProgress, scope), "action_id")
    scores = by_key(visible(db, NeedScore, scope), "need_id")
    needs = by_key(visible(db, Need, scope), "plan_id")
    actions = by_key(visible(db, Action, scope), "plan_id")
    out = []
    for plan in visible(db, Plan, scope):
        rows = actions.get(plan.id, [])
        steps = [step(a, progress.get(a.id, []), workers, people) for a in rows]
        steps.sort(key=lambda s: (not s.open, s.due or "9", s.id))
        own = sorted(needs.get(plan.id, []), key=lambda n: (n.place or 99, n.id))
        views = [_need(n, scores.get(n.id, []), [s for s in steps if s.need_id == n.id], people) for n in own]
        known = {n.id for n in own}
        loose = tuple(s for s in steps if s.need_id not in known)
        out.append(
            PlanView(
                plan.id, plan.state or "open", plan.started_on, plan.review_due, plan.agencies or "", rev(plan),
                tuple(views), loose,
            )
        )  # fmt: skip
    return tuple(sorted(out, key=lambda p: (p.state != "open", p.started_on or "", p.id)))


def _need(need: Need, scores: list[NeedScore], steps: list[Step], people: dict[str, str]) -> NeedView:
    dated = sorted((s for s in scores if s.score is not None), key=lambda s: (s.on or "", s.created_hlc or 0))
    return NeedView(
        need.id, need.what or "", need.outcome or "", people.get(need.person_id or "", ""),
        NEED_HEADLINE.words(need.headline), dated[0].score if dated else None, dated[-1].score if dated else None,
        tuple(steps),
    )  # fmt: skip
