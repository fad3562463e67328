"""What every chapter of a family's file shares: its people, its pen and voice, who writes, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from familyhub.demo.world import days
from familyhub.demo.world.dice import Dice
from familyhub.demo.world.grammar import Template, Voice, templates
from familyhub.demo.world.journey import Spell
from familyhub.demo.world.people import Household, Member
from familyhub.demo.world.scene import FamilyScene
from familyhub.demo.world.staff import Staff
from familyhub.demo.world.themes import Theme
from familyhub.demo.world.written import Pen

MOOD_POOLS = {"setback": ("setback", "bad")}


@dataclass(slots=True)
class Holding:
    """Who holds a family in one spell: the first worker, later ones, and a second worker beside them."""

    turns: list[tuple[date, Staff]]
    second: Staff | None
    coordinator: Staff
    manager: Staff
    waiting: bool = False
    """Nobody works with it yet: the coordinator holds it."""

    def at(self, day: date) -> Staff:
        """The worker who holds the family on a day."""
        held = [staff for since, staff in self.turns if since <= day]
        return held[-1] if held else self.turns[0][1]


@dataclass(slots=True)
class Telling:
    """One spell of one family, as its chapters are written."""

    seed: int
    today: date
    household: Household
    spell: Spell
    themes: list[Theme]
    holding: Holding
    pen: Pen
    voice: Voice
    dice: Dice
    steady: bool = False

    def scene(self, day: date, focus: Member | None, *tags: str) -> FamilyScene:
        """The scene of a day with a child in the middle and extra tags."""
        if focus is not None and (focus.born is None or focus.born > day):
            focus = None
        scene = FamilyScene(self.seed, self.household, day, focus)
        scene.tags.update(tags)
        if self.spell.plan_on is not None and day >= self.spell.plan_on:
            scene.tags.add("plan")
        if any(theme.name == "dahistory" for theme in self.themes):
            scene.tags.add("hurt")
        return scene

    def theme_pool(self, theme: Theme, mood: str, day: date) -> list[Template]:
        """The lines of a theme for a mood; mornings are another matter when there is no school."""
        if theme.name == "mornings" and not days.in_term(day):
            return list(templates(theme.name, "holiday"))
        return [t for section in MOOD_POOLS.get(mood, (mood,)) for t in templates(theme.name, section)]

    def theme_side(self, theme: Theme, section: str, day: date) -> tuple[Template, ...]:
        """The ``bad`` or ``good`` half of a section, by how the theme stands that day."""
        mood = self.spell.mood(day, theme.lag)
        good = mood == "good" or (mood == "mixed" and self.dice.chance(0.4))
        return templates(theme.name, f"{section}_{'good' if good else 'bad'}")

    def author(self, day: date) -> str:
        """Who writes about a day: mostly the holder, sometimes the second worker."""
        if self.holding.second is not None and self.dice.chance(0.3):
            return self.holding.second.id
        return self.holding.at(day).id

    def moment(self, day: date, minutes: int) -> datetime:
        """A moment of a day in UTC."""
        return days.utc(day, days.clock(minutes))

    def written(self, day: date, end: int) -> datetime:
        """When something that ended at ``end`` minutes was written up: same day, next morning, or late."""
        dice = self.dice
        roll = dice.between(1, 100)
        later = days.add_working(day, 1 if roll <= 88 else dice.between(2, 5)) if roll > 55 else day
        if later == day or later >= self.today:
            return self.moment(day, min(end + dice.between(8, 95), 23 * 60))
        return self.moment(later, dice.between(8 * 60 + 20, 12 * 60))

    def office(self, day: date) -> datetime:
        """A moment in office hours of a day before today, or early today."""
        if day >= self.today:
            return self.moment(self.today, 6 * 60 + 5)
        return self.moment(day, self.dice.between(9 * 60, 17 * 60))

    def say(self, section: str, scene: FamilyScene, *, book: str = "general") -> str:
        """One line of a section of the general book, or of another."""
        return self.voice.say(templates(book, section), scene)

    def after(self, day: date, low: int, high: int) -> date:
        """A working day some days after ``day``, not beyond the end of the spell."""
        return min(days.working_from(day + timedelta(days=self.dice.between(low, high))), self.spell.until)
