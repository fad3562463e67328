"""What was asked of social workers and where we disagree, as plain lines beside the family or the contact that it is about."""

from __future__ import annotations

from typing import Any

from familyhub.casework import advice
from familyhub.casework.laptop import Laptop
from familyhub.practice import disagreement
from familyhub.practice.advice import AdviceView
from familyhub.practice.days import show_day
from familyhub.practice.disagreement import DisagreementView


def of_file(laptop: Laptop, scope: str) -> tuple[dict[str, Any], list[str]]:
    """(fields for JSON, lines) of a family's file or a contact; raises ``Refused``."""
    _, asked, disagreed = advice.views(laptop, scope)
    value = {
        "advice": [_asked_json(a) for a in asked],
        "disagreements": [_disagreed_json(d) for d in disagreed],
    }
    lines = [_asked_line(a, laptop.today) for a in asked] + [
        _disagreed_line(d, laptop.today) for d in disagreed
    ]
    return value, lines


def _asked_json(one: AdviceView) -> dict[str, Any]:
    steps = [
        {"step": s.step, "on": s.on, "by": s.by, "whom": s.whom or None, "text": s.text} for s in one.steps
    ]
    return {
        "id": one.id, "on": one.on, "by": one.by, "question": one.question, "waits": one.waits or None, "steps": steps,
    }  # fmt: skip


def _disagreed_json(one: DisagreementView) -> dict[str, Any]:
    stand = disagreement.stands(one)
    return {
        "id": one.id, "on": one.on, "by": one.by, "with": one.with_whom, "view": one.view, "other": one.other,
        "handshake_id": one.handshake_id or None,
        "also": [{"id": d.id, "on": d.on, "by": d.by, "with": d.with_whom, "view": d.view, "other": d.other} for d in one.also],
        "stage": stand.number, "stage_name": stand.stage, "due": stand.due.isoformat() if stand.due else None,
        "outcome": stand.outcome or None, "settled_on": stand.settled_on or None,
        "steps": [{"step": s.step, "stage": s.stage, "on": s.on, "by": s.by, "text": s.text} for s in one.steps],
    }  # fmt: skip


def _asked_line(one: AdviceView, today: Any) -> str:
    answers = "".join(
        f" {f'{s.whom} advised' if s.step == 'advice' else 'Decided'} {show_day(s.on, today)}: {s.text}" for s in one.steps
    )  # fmt: skip
    waits = f" {one.waits[:1].upper()}{one.waits[1:]}." if one.waits else ""
    return f"Asked a social worker {show_day(one.on, today)}: {one.question}{answers}{waits} [{one.id}]"


def _disagreed_line(one: DisagreementView, today: Any) -> str:
    stand = disagreement.stands(one)
    due = f", due {show_day(stand.due, today)}" if stand.due else ""
    how = (
        f"stage {stand.number}, {stand.stage}{due}. {disagreement.MEANWHILE}"
        if stand.open
        else f"settled: {stand.outcome}"
    )
    return f"We disagree with {one.with_whom} since {show_day(one.on, today)}: {how} [{one.id}]"
