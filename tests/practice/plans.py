"""Plans and children as plain values, with only what a test says of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from familyhub.practice.household import Child
from familyhub.practice.plan_view import KeptView, NeedView, PlanView, Step

TODAY = date(2026, 3, 12)
RECENT = "2026-03-02"


def child(given: str, age: int | None = 9, **more: Any) -> Child:
    """A child of the household; an age of None is an unborn child."""
    base: dict[str, Any] = {
        "id": given, "name": f"{given} Poe", "given": given, "role": "unborn" if age is None else "child", "tie": "",
        "birth_date": None, "expected_date": None, "age": age, "age_text": "", "lives_here": True, "third_party": False,
        "address": "", "last_seen": RECENT,
    }  # fmt: skip
    return Child(**{**base, **more})


def step(identity: str, need: str | None, what: str, owner: str, agency: str, **more: Any) -> Step:
    """An open action of which something was written lately."""
    base: dict[str, Any] = {
        "due": "2026-03-20",
        "status": "not_started",
        "safety": False,
        "rev": "",
        "moved_on": RECENT,
    }
    return Step(identity, what, owner, agency, need_id=need, **{**base, **more})


def need(identity: str, what: str, outcome: str, *actions: Step, person: str | None = None) -> NeedView:
    """A need, for a person."""
    return NeedView(identity, what, outcome, person or "", "", None, None, actions, person)


def plan(*needs: NeedView, loose: tuple[Step, ...] = (), **more: Any) -> PlanView:
    """An open plan."""
    return PlanView("plan", "open", "2026-02-01", "2026-03-22", "", "", needs, loose, **more)


def kept(code: str, about: str, about_id: str, on: str, until: str | None) -> KeptView:
    """A finding that was kept."""
    return KeptView(
        f"{code}-{about_id}", code, about, about_id, "We know", "workers", on, until, "Asha Rahman"
    )
