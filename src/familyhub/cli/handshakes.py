"""Steps up and steps down as plain lines beside the family or the contact that they are about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from familyhub.practice.days import show_day
from familyhub.practice.handshakes import HandshakeView, stands


def of(found: Iterable[HandshakeView], today: date) -> tuple[dict[str, Any], list[str]]:
    """(field for JSON, lines), each with the id that the acts are told."""
    handshakes = list(found)
    return {"handshakes": [_json(one) for one in handshakes]}, [_line(one, today) for one in handshakes]


def _json(one: HandshakeView) -> dict[str, Any]:
    stand = stands(one)
    return {
        "id": one.id, "kind": one.kind, "state": stand.state, "since": stand.since, "on": one.on, "by": one.by,
        "service": one.service, "whom": one.whom or None, "reason": one.reason, "attached": one.attached,
        "handover_on": one.handover_on or None, "contact_id": one.contact_id or None,
        "steps": [
            {"step": s.step, "on": s.on, "by": s.by, "whom": s.whom or None, "text": s.text,
             "handover_on": s.handover_on or None, "handover_with": s.handover_with or None} for s in one.steps
        ],
    }  # fmt: skip


def _line(one: HandshakeView, today: date) -> str:
    stand = stands(one)
    met = f" Handover meeting {show_day(one.handover_on, today)}." if one.handover_on else ""
    for step in one.steps:
        if step.handover_on:
            met = f" Handover meeting {show_day(step.handover_on, today)} with {step.handover_with}."
    return f"{one.title}, {one.other_side}: {stand.state}, {show_day(stand.since, today)}. Because: {one.reason}{met} [{one.id}]"
