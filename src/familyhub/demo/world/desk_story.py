"""What the Desk finds: safe-checks of families that wait, hand-overs, what workers can take on, a conflict of interest, a cover."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from familyhub.demo.world import days
from familyhub.demo.world.dice import Dice
from familyhub.demo.world.names import HERITAGES
from familyhub.demo.world.places import wards
from familyhub.demo.world.staff import Staff
from familyhub.demo.world.telling import Telling
from familyhub.demo.world.written import Pen, Written

if TYPE_CHECKING:
    from familyhub.demo.world.family_story import FamilyPlan

CHECK_EVERY = 5
"""Working days between safe-checks, as the invented locality does it."""
FOUND = (
    ("phone", "Rang the parent: everybody is at home and well, no change since the contact."),
    (
        "visit",
        "Called by with the leaflet: parent opened, house warm, children playing; no worry for tonight.",
    ),
    ("agency", "Health visitor was there this week: house warm, food in, parent glad that help comes."),
)
WAITING = {"no_room": 3.0, "new": 2.0, "information": 1.0}
PROMISED = "The next visit stays as it was agreed, and school is rung about Mondays."
LANGUAGES = tuple(sorted({h.language for h in HERITAGES if h.language}))


def safe_checks(telling: Telling) -> None:
    """Safe-checks of a family that waits; at some the next one is late, and some have had none."""
    t, dice = telling, Dice(telling.seed, "safe-check", telling.household.id)
    by, day = t.holding.coordinator.id, days.add_working(t.spell.opened_on, 2)
    while day < t.today:
        if dice.chance(0.75):
            way, found = dice.pick(FOUND)
            t.pen.write(
                "safe_check", by, days.utc(day, days.clock(15 * 60)), on=day, way=way, safe_now="yes", found=found,
                found_readers="workers", next_on=days.add_working(day, CHECK_EVERY), by=by,
            )  # fmt: skip
        day = days.add_working(day, CHECK_EVERY)


def held_meanwhile(pen: Pen, telling: Telling) -> None:
    """Who holds a family that waits, and why it does."""
    by, on = telling.holding.coordinator.id, telling.spell.opened_on
    code = Dice(telling.seed, "waits", telling.household.id).weighted(WAITING)
    pen.write(
        "allocation", by, days.utc(on, days.clock(16 * 60 + 30)), family_id=telling.household.id, worker_id=by,
        role="holder", on=on, waiting=code, by=by,
    )  # fmt: skip


def handed_over(telling: Telling) -> None:
    """What went with a family from one worker to another."""
    turns = telling.holding.turns
    for (_, before), (since, after) in pairwise(turns):
        by = telling.holding.coordinator.id
        telling.pen.write(
            "hand_over", by, days.utc(since, days.clock(15 * 60)), from_id=before.id, to_id=after.id, on=since,
            promised=PROMISED, promised_readers="workers", family_told=True, who_knows="parents, school", by=by,
        )  # fmt: skip


def locality_rows(
    seed: int, today: date, locality: str, coordinator: Staff, workers: Sequence[Staff], plans: Sequence[FamilyPlan],
    free: Sequence[Staff],
) -> list[Written]:  # fmt: skip
    """What a locality's workers can take on; of the ``free`` ones one is away and covered, one has a conflict of interest."""
    pen, dice = Pen(f"loc:{locality}", seed, "desk"), Dice(seed, "desk", locality)
    own = [ward.name for ward in wards() if ward.locality == locality]
    at = days.utc(days.add_working(today, -30), days.clock(9 * 60 + 30))
    for worker in workers:
        pen.write(
            "worker_facts", coordinator.id, at, worker_id=worker.id, on=at.date(), by=coordinator.id,
            languages=dice.pick(LANGUAGES) if dice.chance(0.4) else None, wards=", ".join(sorted(dice.some(own, 2))),
            travel=dice.weighted({"car": 6.0, "public": 2.0, "foot": 1.0}),
            weight_limit=40 if worker in free and dice.chance(0.3) else None,
        )  # fmt: skip
    if len(free) < 2:
        return pen.rows
    away, covers = free[0], free[1]
    begin = days.add_working(today, -2)
    at = days.utc(begin, days.clock(8 * 60 + 40))
    for plan in plans:
        if plan.place.worker is away and plan.open and not plan.waiting:
            pen.write(
                "allocation", coordinator.id, at, family_id=plan.household.id, worker_id=covers.id, role="cover", on=begin,
                to_on=days.add_working(today, 5), for_id=away.id, reason="Leave.", reason_readers="workers",
                by=coordinator.id,
            )  # fmt: skip
    waiting = next((plan for plan in plans if plan.waiting), None)
    if waiting is not None:
        pen.write(
            "conflict_of_interest", covers.id, at, worker_id=covers.id, family_id=waiting.household.id, state="declared",
            kind="neighbour", on=begin, reason="Our children are in one class.", reason_readers="workers", by=covers.id,
        )  # fmt: skip
    return pen.rows
