"""What a family's help is about: themes that fit its people and the ages they have through the spell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from familyhub.demo.world import days, names
from familyhub.demo.world.dice import Dice, digest_id
from familyhub.demo.world.journey import Spell
from familyhub.demo.world.people import Household, Member, Tie

WEIGHTS = {
    "mornings": 3.0,
    "money": 2.4,
    "lowmood": 2.6,
    "behaviour": 2.8,
    "speech": 3.0,
    "sen": 2.6,
    "dahistory": 2.4,
    "damp": 1.7,
    "teen": 3.6,
    "bereavement": 0.9,
    "alcohol": 0.9,
    "youngcarer": 1.2,
    "newbaby": 6.0,
    "separation": 3.5,
    "kinship": 30.0,
    "sleep": 1.6,
}
MONTHS = {
    "mornings": (60, 190),
    "behaviour": (48, 150),
    "speech": (20, 62),
    "sen": (50, 185),
    "dahistory": (48, 170),
    "teen": (148, 203),
    "bereavement": (60, 180),
    "youngcarer": (108, 190),
    "separation": (40, 170),
    "kinship": (36, 200),
    "sleep": (24, 90),
    "alcohol": (60, 190),
}
"""Months of age between which, from start to end of the spell, a child can be what a theme is about."""


OLD_ENOUGH_MONTHS = 36
"""A child younger than this is seldom what a household's money, damp or low mood is told through."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One strand of a family's story and the child it is mostly about."""

    name: str
    focus: Member | None
    lag: float


class ThemeFinder:
    """Chooses the strands of one spell."""

    def __init__(self, household: Household, spell: Spell, dice: Dice) -> None:
        self._house, self._spell, self._dice = household, spell, dice

    def choose(self) -> list[Theme]:
        """Two or three themes, the weightiest first in the telling."""
        dice = self._dice
        open_to = {name: weight for name, weight in WEIGHTS.items() if self._fits(name)}
        count = dice.weighted({1: 3.0, 2: 6.0, 3: 1.3})
        found: list[Theme] = []
        while open_to and len(found) < count:
            name = dice.weighted(open_to)
            del open_to[name]
            theme = Theme(name, self._focus(name), 0.0 if not found else dice.below(15) / 100)
            if name == "bereavement":
                self._bereave()
            if name == "sen" and theme.focus is not None:
                self._house.sen[theme.focus.id] = dice.weighted({"support": 4, "assessment": 3, "ehcp": 1.5})
            if name == "alcohol":
                open_to.pop("newbaby", None)
            found.append(theme)
        return found

    def _of_age(self, name: str) -> list[Member]:
        low, high = MONTHS[name]
        first, last = self._spell.opened_on, self._spell.until
        found = [
            child for child in self._house.born_by(first)
            if not child.third_party and child.months(first) >= low and child.months(last) <= high
        ]  # fmt: skip
        if name == "separation":
            found = [child for child in found if child.dad_day is not None]
        if name == "mornings":
            found = [child for child in found if child.born and days.school_year(child.born, first) >= 0
                     and days.school_year(child.born, last) <= 11]  # fmt: skip
        return found

    def _fits(self, name: str) -> bool:
        house = self._house
        if name == "newbaby":
            return self._baby_near()
        if name == "kinship":
            return house.shape == "kinship" and bool(self._of_age(name))
        if name == "dahistory" and house.shape not in ("lone_mother", "step"):
            return False
        if name in ("alcohol", "youngcarer", "lowmood") and house.shape in ("kinship", "foster"):
            return False
        if name == "alcohol" and self._baby_near():
            return False
        if name == "bereavement" and house.dead is not None:
            return False
        return name not in MONTHS or bool(self._of_age(name))

    def _baby_near(self) -> bool:
        until = self._spell.until
        return any(
            (child.expected is not None and child.born is None and (child.expected - until).days < 230)
            or (child.born is not None and until - timedelta(days=270) < child.born <= until)
            for child in self._house.children
        )

    def _focus(self, name: str) -> Member | None:
        if name in MONTHS:
            return self._dice.pick(self._of_age(name))
        pool = [child for child in self._house.born_by(self._spell.opened_on) if not child.third_party]
        older = [child for child in pool if child.months(self._spell.opened_on) >= OLD_ENOUGH_MONTHS]
        return self._dice.pick(older) if older else None

    def _bereave(self) -> None:
        """Somebody close died some months before help began: a grandparent of the children."""
        house, dice = self._house, self._dice
        assert house.carer.born is not None
        taken = {member.given for member in house.members}
        woman = dice.chance(0.5)
        heritage = house.heritage.name
        given = names.given(heritage, "elders women" if woman else "elders men", dice, taken)
        born = days.years_before(house.carer.born, dice.between(20, 32))
        died = self._spell.contact_on - timedelta(days=dice.between(30, 190))
        dead = Member(
            digest_id(house.id, "dead"),
            given,
            house.carer.surname,
            "F" if woman else "M",
            house.carer.ethnicity,
            "network",
            False,
            born=born,
            died=died,
            calls=dice.pick(("Nan", "Nana")) if woman else "Grandad",
        )
        house.members.append(dead)
        house.dead = dead
        house.ties.append(Tie(dead.id, house.carer.id, "mother" if woman else "father"))
