"""The workforce and the areas: who works where, and each area's local data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from familyhub.demo.world.dice import Dice
from familyhub.demo.world.places import landline, mobile
from familyhub.demo.world.shelf import words
from familyhub.demo.world.written import Pen, Written


@dataclass(frozen=True, slots=True)
class Area:
    """A locality of the partnership."""

    id: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of the workforce."""

    id: str
    name: str
    role: str
    locality: str


AREAS = (
    Area("birkenhead", "Birkenhead", 1),
    Area("wallasey", "Wallasey", 2),
    Area("wirral-south", "Wirral South", 3),
    Area("wirral-west", "Wirral West", 4),
)
FIRST, SECOND = AREAS[0].id, AREAS[1].id
ASHA = Staff("w-asha-rahman", "Asha Rahman", "worker", FIRST)
SAM = Staff("w-sam-doyle", "Sam Doyle", "worker", FIRST)
HELEN = Staff("w-helen-marsh", "Helen Marsh", "coordinator", FIRST)
GRACE = Staff("w-grace-okoro", "Grace Okoro", "worker", SECOND)
BEV = Staff("w-bev-sutton", "Bev Sutton", "coordinator", SECOND)
JOAN = Staff("w-joan-pike", "Joan Pike", "manager", FIRST)
IAN = Staff("w-ian-cross", "Ian Cross", "manager", SECOND)
NAMED = (
    ASHA, SAM, HELEN, GRACE, BEV, JOAN, IAN,
    Staff("w-ruth-lacey", "Ruth Lacey", "gatekeeper", FIRST),
    Staff("w-neil-barton", "Neil Barton", "analyst", FIRST),
    Staff("w-carys-bowen", "Carys Bowen", "operator", FIRST),
)  # fmt: skip
COORDINATORS = {FIRST: HELEN, SECOND: BEV}
MANAGERS = {FIRST: JOAN, SECOND: IAN}
THRESHOLDS = {
    "level_1": "family, school and health visitor meet the needs",
    "level_2": "one or two needs that one agency can help with, if the family agrees",
    "level_3": "several needs and several agencies: one plan and a lead practitioner",
    "level_4": "a child in need or at risk of harm: social care assesses",
}
"""What the invented thresholds document says of each level."""
CASELOAD = 26
"""About how many families another worker of the locality holds."""


def colleagues(seed: int, locality: str, families: int, taken: set[str]) -> list[Staff]:
    """The other workers of a locality, enough to hold ``families``; at least two."""
    dice = Dice(seed, "workers", locality)
    found: list[Staff] = []
    while len(found) < max(2, -(-families // CASELOAD)):
        given = dice.pick(
            words("names", "worker women") if dice.chance(0.78) else words("names", "worker men")
        )
        name = f"{given} {dice.pick(words('names', 'worker surnames'))}"
        slug = "w-" + name.lower().replace(" ", "-")
        if slug not in taken:
            taken.add(slug)
            found.append(Staff(slug, name, "worker", locality))
    return found


def reference_rows(seed: int, staff: list[Staff], at: datetime) -> list[Written]:
    """The rows of scope ``ref``: areas with their local data, and everybody who works in them."""
    pen, dice = Pen("ref", seed), Dice(seed, "numbers")
    for area in AREAS:
        pen.write(
            "locality", "hub", at, row_id=area.id, name=area.name,
            day_number=f"0151 496 0{area.number}10", day_hours="Mon to Fri, 9 to 5",
            night_number="0151 496 0999", visit_rhythm_days=14, not_seen_after_days=42, alone_from_age=5,
            review_weeks=6, amber_working_days=5, triage_working_days=1, tell_working_days=2, safe_check_working_days=5,
            weight_limit=70, **THRESHOLDS,
        )  # fmt: skip
    for person in staff:
        manager = MANAGERS[person.locality]
        pen.write(
            "worker",
            "hub",
            at,
            row_id=person.id,
            name=person.name,
            role=person.role,
            locality=person.locality,
            phone=mobile(dice) if person.role == "worker" else landline(dice),
            manager_id=None if person.id == manager.id else manager.id,
            disabled=False,
        )
    return pen.rows
