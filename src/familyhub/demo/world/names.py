"""Names by heritage, with the ethnicity, first language and need of an interpreter that go with them."""

from __future__ import annotations

from dataclasses import dataclass

from familyhub.demo.world.dice import Dice
from familyhub.demo.world.shelf import words


@dataclass(frozen=True, slots=True)
class Heritage:
    """One thread of a town's mix: how often, which names, which facts."""

    name: str
    weight: float
    ethnicity: str
    language: str = ""
    interpreter: float = 0.0
    """Share of families in which a carer needs an interpreter."""


HERITAGES = (
    Heritage("british", 77, "WBRI"),
    Heritage("irish", 3, "WIRI"),
    Heritage("traveller", 1.5, "WIRT"),
    Heritage("polish", 4.5, "WOTH", "Polish", 0.4),
    Heritage("romanian", 2.5, "WOTH", "Romanian", 0.5),
    Heritage("bangladeshi", 2.5, "ABAN", "Bengali (Sylheti)", 0.4),
    Heritage("pakistani", 1.5, "APKN", "Urdu", 0.3),
    Heritage("chinese", 1.5, "CHNE", "Cantonese", 0.4),
    Heritage("nigerian", 2.5, "BAFR"),
    Heritage("syrian", 2.0, "OOTH", "Arabic", 0.8),
    Heritage("indian", 1.5, "AIND", "Malayalam", 0.1),
)
BY_NAME = {heritage.name: heritage for heritage in HERITAGES}
MIXED = {
    "nigerian": "MWBA",
    "caribbean": "MWBC",
    "pakistani": "MWAS",
    "bangladeshi": "MWAS",
    "indian": "MWAS",
    "chinese": "MWAS",
}
FATHERS_OF_MIXED = {"nigerian": 3.0, "caribbean": 4.0, "pakistani": 2.0, "chinese": 1.0, "indian": 1.0}
CARIBBEAN = Heritage("caribbean", 0, "BCRB")


def heritage_of(dice: Dice) -> Heritage:
    """The heritage of one family, in a Wirral town's proportions."""
    return BY_NAME[dice.weighted({heritage.name: heritage.weight for heritage in HERITAGES})]


def given(heritage: str, who: str, dice: Dice, taken: set[str]) -> str:
    """A given name, new to the family, for ``who``: women, men, girls, boys, elders women or elders men."""
    pool = [name for name in words("names", f"{heritage} {who}") if name not in taken]
    name = dice.pick(pool or words("names", f"british {who}"))
    taken.add(name)
    return name


def surname(heritage: str, dice: Dice) -> tuple[str, str]:
    """A surname in the man's and the woman's form."""
    return both_forms(dice.pick(words("names", f"{heritage} surnames")))


def both_forms(written: str) -> tuple[str, str]:
    """The man's and the woman's form of a surname as the list writes it."""
    man, _, woman = written.partition("/")
    return man, woman or man


def legal_name(known: str) -> str | None:
    """The longer name on the birth certificate of somebody who is known by a short one."""
    pairs = dict(pair.split("=") for pair in words("names", "short names"))
    return pairs.get(known)


class SurnameDeck:
    """Deals surnames of a heritage so that none comes twice before all have come once."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._decks: dict[str, list[str]] = {}

    def deal(self, heritage: str) -> tuple[str, str]:
        """The next surname, in both forms."""
        deck = self._decks.get(heritage)
        if not deck:
            deck = self._decks[heritage] = self._dice.shuffled(words("names", f"{heritage} surnames"))
        return both_forms(deck.pop())
