"""Who holds which family, and the world as a whole: rows are told family by family as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from familyhub.demo.world import days
from familyhub.demo.world.desk_story import locality_rows
from familyhub.demo.world.dice import Dice
from familyhub.demo.world.family_story import FamilyPlan, FamilyTeller, Place, Planner
from familyhub.demo.world.front_door import STAGES, FrontDoor, quiet_days
from familyhub.demo.world.grammar import Memory, Voice
from familyhub.demo.world.staff import (
    AREAS,
    ASHA,
    COORDINATORS,
    FIRST,
    GRACE,
    HELEN,
    MANAGERS,
    NAMED,
    SAM,
    SECOND,
    Area,
    Staff,
    colleagues,
    reference_rows,
)  # fmt: skip
from familyhub.demo.world.themes import ThemeFinder
from familyhub.demo.world.written import Pen, Written

HELD = 40
"""How many families each demonstration worker holds where there are enough."""
SHARED = 10
USUAL = {"advice": 4.0, "universal": 3.0, "no_further_action": 2.0}
GRAVE = {"social_care": 1.0}
GRAVE_THEMES = ("teen", "dahistory", "alcohol")
"""What contacts that did not become early help came to, by what they were about."""


class Records:
    """All rows of the world, told afresh at each walk through them: one family in memory at a time."""

    def __init__(self, world: World, seed: int, staff: list[Staff], plans: list[FamilyPlan]) -> None:
        self._today, self._seed, self._staff, self._plans = world.today, seed, staff, plans

    def __iter__(self) -> Iterator[Written]:
        yield from self.reference()
        for area in AREAS[:2]:
            yield from self._allocations(area.id)
        memory = Memory()
        for plan in self._plans:
            yield from FamilyTeller(self._seed, self._today, plan, memory).rows()
        for area in AREAS[:2]:
            yield from self._other_contacts(area.id, memory)

    def reference(self) -> list[Written]:
        """The rows of scope ``ref`` alone."""
        at = days.utc(self._today - timedelta(days=1600), days.clock(8 * 60))
        return reference_rows(self._seed, self._staff, at)

    def _allocations(self, locality: str) -> list[Written]:
        pen, memory = Pen(f"loc:{locality}", self._seed), Memory()
        for plan in self._plans:
            if plan.place.locality == locality:
                FamilyTeller(self._seed, self._today, plan, memory).allocation_rows(pen)
        return sorted([*pen.rows, *self._desk(locality)], key=lambda row: row.at)

    def _desk(self, locality: str) -> list[Written]:
        workers = [p for p in self._staff if p.locality == locality and p.role == "worker"]
        plans = [plan for plan in self._plans if plan.place.locality == locality]
        free = [worker for worker in workers if worker not in (ASHA, SAM, GRACE)]
        return locality_rows(self._seed, self._today, locality, COORDINATORS[locality], workers, plans, free)

    def _other_contacts(self, locality: str, memory: Memory) -> Iterator[Written]:
        """Contacts that became something else, and those that still wait at the front door."""
        dice = Dice(self._seed, "door", locality)
        count = sum(plan.place.locality == locality for plan in self._plans)
        planner = Planner(self._seed + 1, self._today)
        past = quiet_days(self._today, max(2, count // 7), dice)
        waiting = [
            days.add_working(self._today, -dice.between(1, 3))
            for _ in range(min(7, max(len(STAGES), count // 30)))
        ]
        for number, day in enumerate([*past, *sorted(waiting)]):
            place = Place(
                f"door-{locality}-{number}",
                number,
                locality,
                HELEN,
                None,
                HELEN,
                COORDINATORS[locality],
                MANAGERS[locality],
                True,
            )
            plan = planner.lay_out(place)
            if number == len(past):
                self._known_elsewhere(plan)
            spell = plan.spells[-1]
            spell.opened_on = spell.until = day
            themes = ThemeFinder(plan.household, spell, dice).choose()
            voice = Voice(Dice(self._seed, "door prose", locality, number), memory)
            door = FrontDoor(
                self._seed, plan.household, voice, dice, self._today, COORDINATORS[locality].id,
                MANAGERS[locality].id,
            )  # fmt: skip
            settled = dice.weighted(GRAVE if themes[0].name in GRAVE_THEMES else USUAL)
            stage = STAGES[(number - len(past)) % len(STAGES)] if number >= len(past) else "new"
            yield from door.other(day, themes[0], settled if number < len(past) else None, stage)
        yield from self._about_helped(locality, memory)

    def _about_helped(self, locality: str, memory: Memory) -> Iterator[Written]:
        """A contact about a family that is helped already: it was passed to who works with them."""
        day = days.working_until(self._today - timedelta(days=9))
        helped = (
            plan for plan in self._plans
            if plan.place.locality == locality and not plan.waiting and plan.spells[-1].closed_on is None
            and plan.spells[-1].opened_on < day
        )  # fmt: skip
        for plan in islice(helped, 1):
            dice = Dice(self._seed, "door again", locality)
            voice = Voice(Dice(self._seed, "door again prose", locality), memory)
            themes = ThemeFinder(plan.household, plan.spells[-1], dice).choose()
            by, signer = COORDINATORS[locality].id, MANAGERS[locality].id
            door = FrontDoor(self._seed, plan.household, voice, dice, self._today, by, signer)
            yield from door.other(day, themes[0], "already_open")

    def _known_elsewhere(self, plan: FamilyPlan) -> None:
        """The first contact that waits names children of another locality's family: the hub's second check finds them."""
        place = plan.place.locality
        other = next((p for p in self._plans if p.place.locality != place), None)
        if other is not None:
            plan.household = deepcopy(other.household)
            plan.household.key, plan.household.locality = plan.place.key, place


@dataclass(frozen=True)
class World:
    """The invented caseload as at ``today``."""

    today: date
    localities: tuple[Area, ...]
    workers: tuple[Staff, ...]
    laptops: tuple[Staff, Staff, Staff, Staff]
    """Two workers of one locality who share families, their coordinator, a worker of the other locality."""
    holders: dict[str, list[str]]
    """Who is allocated to each family as at today; nobody where help has ended."""
    families: tuple[FamilyPlan, ...]
    seed: int

    @property
    def records(self) -> Records:
        """Every row; each scope's rows come in time order."""
        return Records(self, self.seed, list(self.workers), list(self.families))


def split_of(families: int) -> tuple[int, int]:
    """How many families each of the two workers holds, and how many of them both hold."""
    if families >= 2 * HELD - SHARED:
        return HELD, SHARED
    held = min(families, max(2, families // 2))
    return held, min(held, max(2, held // 4))


def _places(seed: int, area: Area, families: int, staff: list[Staff]) -> Iterator[Place]:
    """Where each family of an area stands in the caseload."""
    others = [person for person in staff if person.locality == area.id and person.role == "worker"]
    others = [person for person in others if person not in (ASHA, SAM, GRACE)]
    held, shared = split_of(families) if area.id == FIRST else (min(HELD, families), 0)
    for number in range(families):
        first = number < held
        second = area.id == FIRST and held - shared <= number < 2 * held - shared
        both = first and second
        if area.id == FIRST and (first or second):
            worker = ASHA if first else SAM
        elif first:
            worker = GRACE
        else:
            worker = others[number % len(others)]
        yield Place(
            f"{area.id}-{number}",
            number,
            area.id,
            worker,
            SAM if both else None,
            others[(number * 7 + 3) % len(others)],
            COORDINATORS[area.id],
            MANAGERS[area.id],
            both,
        )


def build(*, seed: int = 1, today: date, families: int = 250, second_locality: int = 60) -> World:
    """Lay out the world as at ``today``; its rows are told when ``records`` is walked through."""
    taken = {person.id for person in NAMED}
    counts = {FIRST: families, SECOND: second_locality}
    staff = list(NAMED)
    for area in AREAS[:2]:
        rest = counts[area.id] - (2 * HELD - SHARED if area.id == FIRST else HELD)
        staff += colleagues(seed, area.id, max(0, rest), taken)
    planner = Planner(seed, today)
    plans = [
        planner.lay_out(place) for area in AREAS[:2] for place in _places(seed, area, counts[area.id], staff)
    ]
    holders = {plan.household.id: _holders(plan, today) for plan in plans}
    return World(today, AREAS, tuple(staff), (ASHA, SAM, HELEN, GRACE), holders, tuple(plans), seed)


def _holders(plan: FamilyPlan, today: date) -> list[str]:
    """Who has the file: the holders; demonstration workers keep a closed one for the follow-up."""
    place = plan.place
    if plan.waiting or (not plan.open and place.worker not in (ASHA, SAM, GRACE)):
        return []
    return [place.worker.id] + ([place.second.id] if place.second else [])
