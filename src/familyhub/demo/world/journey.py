"""The course of a spell of help in days: contact, allocation, first visit, plan, reviews, visits, end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from familyhub.demo.world import days
from familyhub.demo.world.dice import Dice

STAGES = {"new": 9.0, "assessing": 20.0, "plan": 54.0, "closed": 14.0, "reopened": 3.0}
AGE_IN_DAYS = {
    50: 5.0,
    64: 4.5,
    80: 3.0,
    100: 1.8,
    135: 1.0,
    180: 0.7,
    260: 0.4,
    390: 0.3,
    540: 0.3,
    690: 1.1,
}
COURSES = {"improving": 5.0, "updown": 2.5, "stuck": 2.0, "worse": 0.8}
REVIEW_DAYS = 42
SLOWEST_CHANGE = 170
"""Help that has lasted less than this many days is not yet near its end."""
MOODS_UPDOWN = ("bad", "mixed", "good", "bad", "mixed", "mixed", "good")


@dataclass(slots=True)
class Spell:
    """One episode of help in days; ``plan_on`` is None while the family is being assessed."""

    contact_on: date
    opened_on: date
    allocated_on: date
    first_on: date | None
    plan_on: date | None
    until: date
    """The last day on which anything is written: the end, or yesterday's working day."""
    course: str
    closed_on: date | None = None
    end_reason: str | None = None
    visits: list[date] = field(default_factory=list)
    reviews: list[tuple[date, date]] = field(default_factory=list)
    """When each review was due and when it was held."""
    review_due: date | None = None
    setback: tuple[date, date] | None = None
    flags: set[str] = field(default_factory=set)
    followed_on: date | None = None
    """When the family came back, if it did."""

    def progress(self, on: date) -> float:
        """How far through the spell a day is, from 0 to 1."""
        whole = max(SLOWEST_CHANGE if self.closed_on is None else 1, (self.until - self.opened_on).days)
        return min(1.0, max(0.0, (on - self.opened_on).days / whole))

    def mood(self, on: date, lag: float = 0.0) -> str:
        """How things stand on a day: bad, mixed, good, or a setback; ``lag`` is a theme's lateness."""
        far = self.progress(on) - lag
        if self.setback and self.setback[0] <= on <= self.setback[1]:
            return "setback"
        if self.course == "improving":
            return "bad" if far < 0.27 else "mixed" if far < 0.58 else "good"
        if self.course == "updown":
            return MOODS_UPDOWN[min(6, max(0, int(far * 7)))]
        if self.course == "worse":
            return "mixed" if far < 0.4 else "bad"
        return "bad" if far < 0.45 else ("mixed", "bad")[on.toordinal() // 40 % 2]


class Calendar:
    """Lays out spells that end today or earlier."""

    def __init__(self, today: date, dice: Dice) -> None:
        self.today, self._dice = today, dice

    def stage(self, *, steady: bool) -> str:
        """Where the family stands; ``steady`` families have an open plan."""
        weights = {"plan": 9.0, "reopened": 1.0} if steady else STAGES
        return self._dice.weighted(weights)

    def spells(self, stage: str) -> list[Spell]:
        """The family's spells of help, oldest first."""
        dice, today = self._dice, self.today
        yesterday = days.add_working(today, -1)
        if stage == "new":
            return [self._spell(today - timedelta(days=dice.between(5, 14)), yesterday, stage)]
        if stage == "assessing":
            return [self._spell(today - timedelta(days=dice.between(24, 44)), yesterday, stage)]
        if stage == "closed":
            closed = days.working_until(today - timedelta(days=dice.between(6, 330)))
            return [self._closed(closed, dice.between(75, 170))]
        start = today - timedelta(days=dice.weighted(AGE_IN_DAYS) + dice.between(-12, 18))
        found = [self._spell(start, yesterday, "plan")]
        if stage == "reopened":
            closed = days.working_until(found[0].contact_on - timedelta(days=dice.between(70, 420)))
            found.insert(0, self._closed(closed, dice.between(80, 150)))
            found[0].followed_on = found[1].contact_on
        return found

    def _closed(self, closed: date, length: int) -> Spell:
        dice = self._dice
        spell = self._spell(closed - timedelta(days=length), closed, "plan")
        spell.closed_on = closed
        spell.end_reason = dice.weighted(
            {
                "outcomes_met": 6,
                "universal": 3,
                "withdrew": 1.2,
                "not_engaged": 1,
                "moved": 0.8,
                "stepped_up": 1,
            }
        )
        if spell.end_reason in ("outcomes_met", "universal"):
            spell.course = "improving"
        elif spell.end_reason == "stepped_up":
            spell.course = "worse"
        spell.review_due = None
        return spell

    def _spell(self, contact: date, until: date, stage: str) -> Spell:
        dice = self._dice
        spell = self._begun(days.working_from(contact), until, stage)
        while stage == "plan" and (spell.plan_on or until) >= until:
            contact -= timedelta(days=7)
            spell = self._begun(days.working_from(contact), until, stage)
        if spell.first_on is None:
            return spell
        if spell.plan_on is not None:
            self._review_clock(spell)
        self._visit_days(spell)
        if (until - contact).days > 120 and spell.course == "improving" and dice.chance(0.45):
            start = contact + timedelta(days=round((until - contact).days * (0.5 + dice.below(30) / 100)))
            spell.setback = (start, start + timedelta(days=24))
        return spell

    def _begun(self, contact: date, until: date, stage: str) -> Spell:
        """The first dates of a spell; what would lie beyond its end has not happened."""
        dice = self._dice
        opened = min(days.add_working(contact, dice.between(0, 2)), until)
        allocated = min(days.add_working(opened, dice.between(0, 2 if stage == "new" else 6)), until)
        spell = Spell(contact, opened, allocated, None, None, until, dice.weighted(COURSES))
        first = days.add_working(allocated, dice.between(2, 7))
        if stage == "new" or first > until:
            return spell
        spell.first_on = first
        if stage == "plan":
            spell.plan_on = days.add_working(first, dice.between(9, 18))
        return spell

    def _visit_days(self, spell: Spell) -> None:
        """Visits from the last one back to the first, in the family's rhythm, on working days."""
        dice = self._dice
        assert spell.first_on is not None
        rhythm = dice.weighted({12: 0.5, 14: 2.5, 17: 2.0, 21: 2.2, 26: 1.0})
        if (spell.until - spell.first_on).days > 300:
            rhythm += 5
        day = days.working_until(spell.until - timedelta(days=dice.between(0, 12)))
        found: list[date] = []
        while day > spell.first_on + timedelta(days=4):
            found.append(day)
            gap = rhythm + dice.between(-3, 5)
            if dice.chance(0.05):
                gap += dice.between(8, 20)
            day = days.working_until(day - timedelta(days=gap))
        spell.visits = [spell.first_on, *reversed(found)]

    def _review_clock(self, spell: Spell) -> None:
        """Reviews about six weeks apart, laid back from the next that is due."""
        dice = self._dice
        assert spell.plan_on is not None
        roll = dice.between(1, 100)
        if roll <= 8:
            ahead = -dice.between(2, 19)
            spell.flags.add("review_late")
        else:
            ahead = dice.between(2, 7) if roll <= 22 else dice.between(9, 38)
        due = days.working_from(spell.until + timedelta(days=1 + ahead))
        spell.review_due = due
        earliest = spell.plan_on + timedelta(days=24)
        while True:
            held = days.working_until(due - timedelta(days=REVIEW_DAYS))
            if held < earliest or held > spell.until:
                break
            slip = dice.weighted({0: 5, 1: 1, 3: 1, 6: 0.8, 12: 0.5, -2: 1})
            due = days.working_until(held - timedelta(days=slip))
            spell.reviews.insert(0, (due, held))
        if not spell.reviews and "review_late" not in spell.flags:
            self._first_review(spell)

    def _first_review(self, spell: Spell) -> None:
        """Without a review so far, the first is due six weeks after the plan (or has just been held)."""
        assert spell.plan_on is not None
        assert spell.review_due is not None
        due = days.working_from(spell.plan_on + timedelta(days=REVIEW_DAYS))
        if due > spell.until:
            spell.review_due = max(due, days.working_from(spell.until + timedelta(days=2)))
        elif spell.review_due > due + timedelta(days=6):
            spell.reviews = [(due, days.working_until(due))]
            spell.review_due = days.working_from(due + timedelta(days=REVIEW_DAYS))
