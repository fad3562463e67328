"""One family's whole file: contact, people, and each spell of help from beginning to end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from familyhub.demo.world import days
from familyhub.demo.world.advice_story import AdviceStory
from familyhub.demo.world.assessment_story import AssessmentStory, is_assessed
from familyhub.demo.world.desk_story import handed_over, held_meanwhile, safe_checks
from familyhub.demo.world.dice import Dice
from familyhub.demo.world.episode_story import EpisodeStory, allocations
from familyhub.demo.world.file_people import PeoplePages
from familyhub.demo.world.front_door import FrontDoor
from familyhub.demo.world.grammar import Memory, Voice
from familyhub.demo.world.handshake_story import HandshakeStory
from familyhub.demo.world.household import HouseholdMaker
from familyhub.demo.world.journey import Calendar, Spell
from familyhub.demo.world.names import SurnameDeck
from familyhub.demo.world.note_story import NoteStory
from familyhub.demo.world.people import Household
from familyhub.demo.world.plan_story import PlanStory
from familyhub.demo.world.safety_pages import SafetyPages
from familyhub.demo.world.scene import attach_staff
from familyhub.demo.world.sharing_story import SharingStory
from familyhub.demo.world.staff import ASHA, GRACE, SAM, Staff
from familyhub.demo.world.telling import Holding, Telling
from familyhub.demo.world.themes import Theme, ThemeFinder
from familyhub.demo.world.visit_story import VisitStory
from familyhub.demo.world.written import Pen, Written


@dataclass(frozen=True, slots=True)
class Place:
    """A family's place in the caseload: its key, its area, and who holds it."""

    key: str
    number: int
    locality: str
    worker: Staff
    second: Staff | None
    before: Staff
    """Who held the family before it was handed over, if it was."""
    coordinator: Staff
    manager: Staff
    steady: bool
    """Shared by two demonstration laptops: a born child, an open plan, an open action."""


@dataclass(slots=True)
class FamilyPlan:
    """A family laid out but not yet told."""

    place: Place
    household: Household
    spells: list[Spell]
    themes: list[list[Theme]]
    holdings: list[Holding] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether help is going on."""
        return self.spells[-1].closed_on is None

    @property
    def waiting(self) -> bool:
        """Whether it waits for a worker: families of the demonstration's own workers never do."""
        return self.open and self.spells[-1].first_on is None and self.place.worker not in (ASHA, SAM, GRACE)


class Planner:
    """Lays out families: people, spells, themes and who holds them."""

    def __init__(self, seed: int, today: date) -> None:
        self._seed, self._today = seed, today
        self._maker = HouseholdMaker(seed, today, SurnameDeck(Dice(seed, "surnames")))

    def lay_out(self, place: Place) -> FamilyPlan:
        """The family of a place; the same place and seed give the same family."""
        household = self._maker.make(place.key, place.locality, with_child=place.steady)
        attach_staff(self._seed, household, place.number)
        dice = Dice(self._seed, "journey", place.key)
        calendar = Calendar(self._today, dice)
        stage = calendar.stage(steady=place.steady)
        if household.shape == "expecting" and stage in ("closed", "reopened"):
            stage = "assessing"
        spells = calendar.spells(stage)
        self._fit_births(household, spells)
        themes = [ThemeFinder(household, spell, dice).choose() for spell in spells]
        self._special_needs(household, dice)
        self._keep_free(household, spells[-1])
        plan = FamilyPlan(place, household, spells, themes)
        plan.holdings = [self._holding(plan, spell, dice) for spell in spells]
        return plan

    def _fit_births(self, household: Household, spells: list[Spell]) -> None:
        """A spell begins only when there is somebody to help: a child, or a pregnancy that is known."""
        for spell in list(spells):
            known = household.born_by(spell.contact_on) or any(
                child.expected and (child.expected - spell.contact_on).days < 215
                for child in household.children
            )
            if not known and len(spells) > 1:
                spells.remove(spell)
            elif not known:
                yesterday = days.add_working(self._today, -1)
                recent = Calendar(self._today, Dice(self._seed, "late", household.key)).spells("assessing")[0]
                assert recent.until == yesterday
                spells[0] = recent

    def _special_needs(self, household: Household, dice: Dice) -> None:
        """Needs at school that the help is not about are known all the same."""
        for child in household.children:
            household.sen.setdefault(child.id, dice.weighted({"none": 80, "support": 15, "ehcp": 3}))
            child.special = household.sen[child.id] == "ehcp" and dice.chance(0.25)

    def _keep_free(self, household: Household, spell: Spell) -> None:
        """One of the latest visits falls on a day when no child is at the other parent's."""
        away = {child.dad_day for child in household.children}
        recent = [on for on in spell.visits if (spell.until - on).days <= 34]
        if len(recent) > 1 and all(on.weekday() in away for on in recent):
            moved = days.add_working(recent[-1], -1)
            spell.visits[-1] = moved if moved > spell.visits[-2] else recent[-1]

    def _holding(self, plan: FamilyPlan, spell: Spell, dice: Dice) -> Holding:
        place = plan.place
        current = spell is plan.spells[-1]
        if current and plan.waiting:
            wait = [(spell.contact_on, place.coordinator)]
            return Holding(wait, None, place.coordinator, place.manager, waiting=True)
        holder = place.worker if current else place.before
        turns = [(spell.contact_on, holder)]
        long = (spell.until - spell.opened_on).days > 200
        if current and long and place.before is not holder and dice.chance(0.3):
            handed = days.working_from(spell.opened_on + (spell.until - spell.opened_on) * 0.4)
            turns = [(spell.contact_on, place.before), (handed, holder)]
        return Holding(turns, place.second if current else None, place.coordinator, place.manager)


class FamilyTeller:
    """Turns a laid-out family into rows."""

    def __init__(self, seed: int, today: date, plan: FamilyPlan, memory: Memory) -> None:
        self._seed, self._today, self._plan = seed, today, plan
        key = plan.place.key
        self._dice = Dice(seed, "story", key)
        self._voice = Voice(Dice(seed, "prose", key), memory)
        self._pen = Pen(f"fam:{plan.household.id}", seed)

    def _telling(self, number: int) -> Telling:
        plan = self._plan
        return Telling(
            self._seed,
            self._today,
            plan.household,
            plan.spells[number],
            plan.themes[number],
            plan.holdings[number],
            self._pen,
            self._voice,
            self._dice,
            plan.place.steady,
        )

    def rows(self) -> list[Written]:
        """The contacts' rows, then the file's, each scope in time order."""
        found: list[Written] = []
        for number in range(len(self._plan.spells)):
            telling = self._telling(number)
            if number == 0:
                at = telling.moment(telling.spell.opened_on, 16 * 60 + 20)
                PeoplePages(self._plan.household, self._pen, self._dice, self._plan.place.coordinator.id, at,
                            self._today).write()  # fmt: skip
            found += self._spell(telling)
        return found + self._pen.in_time_order()

    def _spell(self, telling: Telling) -> list[Written]:
        door = FrontDoor(self._seed, telling.household, self._voice, self._dice, self._today,
                         telling.holding.coordinator.id, telling.holding.manager.id)  # fmt: skip
        contact, rows = door.helped(telling)
        episode = EpisodeStory(telling, contact).write()
        if not any(row.entity == "safe_contact" for row in self._pen.rows):
            SafetyPages(telling).write()
        if telling.holding.waiting:
            safe_checks(telling)
            return rows
        handed_over(telling)
        visits = VisitStory(telling)
        visits.write()
        NoteStory(telling, visits.promises).write()
        assessed, found = is_assessed(telling), []
        if telling.spell.plan_on is not None:
            plan = PlanStory(telling, episode, assessed=assessed)
            plan.write()
            found = plan.found
        if assessed:
            AssessmentStory(telling, episode).write(found)
        SharingStory(telling).write()
        AdviceStory(telling, self._plan.place.number).write()
        HandshakeStory(telling, self._plan.place.number, episode).write()
        return rows

    def allocation_rows(self, pen: Pen) -> None:
        """Who holds the family, written with the locality's pen."""
        for number in range(len(self._plan.spells)):
            telling = self._telling(number)
            if telling.holding.waiting:
                held_meanwhile(pen, telling)
            else:
                allocations(pen, telling)
