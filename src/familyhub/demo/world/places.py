"""Where people live, learn and are treated: real wards and sectors, invented streets, schools, surgeries."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from familyhub.demo.world.dice import Dice
from familyhub.demo.world.shelf import words


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward with the postcode sectors that lie in it."""

    code: str
    name: str
    locality: str
    sectors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """An address, only ever as fine as the postcode sector."""

    lines: str
    town: str
    sector: str
    ward: str


TOWNS = {
    "Bidston and St James": "Birkenhead", "Birkenhead and Tranmere": "Birkenhead", "Claughton": "Birkenhead",
    "Oxton": "Prenton", "Prenton": "Prenton", "Rock Ferry": "Rock Ferry", "Seacombe": "Wallasey",
    "Liscard": "Wallasey", "Wallasey": "Wallasey", "New Brighton": "Wallasey",
    "Leasowe and Moreton East": "Moreton", "Moreton West and Saughall Massie": "Moreton",
    "Bebington": "Bebington", "Bromborough": "Bromborough", "Upton": "Upton",
}  # fmt: skip
NEED = {"Bidston and St James": 5.0, "Birkenhead and Tranmere": 6.0, "Rock Ferry": 5.0, "Seacombe": 6.0,
        "Leasowe and Moreton East": 4.0, "Liscard": 3.0, "Claughton": 2.0, "Prenton": 1.5}  # fmt: skip


@cache
def wards() -> tuple[Ward, ...]:
    """The wards of the borough."""
    text = files("familyhub.demo").joinpath("data", "wards.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        Ward(row["ward_code"], row["ward"], row["locality"], tuple(row["sectors"].split(";"))) for row in rows
    )


@cache
def _weights(locality: str) -> dict[Ward, float]:
    return {ward: NEED.get(ward.name, 1.0) for ward in wards() if ward.locality == locality}


def home(locality: str, dice: Dice) -> Home:
    """An invented door in a real ward of the locality."""
    ward = dice.weighted(_weights(locality))
    if dice.chance(0.16):
        lines = f"Flat {dice.between(1, 24)}, {dice.pick(words('places', 'flats'))}"
    else:
        lines = f"{dice.between(1, 138)} {dice.pick(words('places', 'streets'))}"
    return Home(lines, TOWNS.get(ward.name, ward.name), dice.pick(ward.sectors), ward.name)


@dataclass(frozen=True, slots=True)
class Professional:
    """A named person of another agency."""

    name: str
    agency: str
    job: str
    phone: str

    @property
    def of(self) -> str:
        """Name and agency as workers write them in a list."""
        return f"{self.name}, {self.agency}"


def landline(dice: Dice) -> str:
    """A number of the range kept for drama."""
    return f"0151 496 {dice.below(1000):04d}"


def mobile(dice: Dice) -> str:
    """A mobile number of the range kept for drama."""
    return f"07700 900{dice.below(1000):03d}"


SCHOOL_JOBS = ("teacher", "dsl", "senco", "key")
MEN_MOSTLY = ("youth", "police", "housing")
"""Teams in which men are met; the others happen to be women here, as the sentences about them say."""


@cache
def school_staff(seed: int, school: str, job: str) -> Professional:
    """The one person who does a job at a school: the same for every family there."""
    dice = Dice(seed, "staff", school)
    pool = words("names", "professional women") + words("names", "professional men")
    name = dice.shuffled(pool)[SCHOOL_JOBS.index(job)]
    return Professional(name, school, job, landline(Dice(seed, "staff", school, job)))


@cache
def area_staff(seed: int, locality: str, team: str, place: int, agency: str) -> Professional:
    """The person in one of the numbered places of an area's teams; no two places have the same name."""
    firsts = words("names", "professional first men" if team in MEN_MOSTLY else "professional first women")
    lasts = words("names", "professional surnames")
    start = Dice(seed, "area", locality).below(len(lasts))
    name = f"{firsts[place % len(firsts)]} {lasts[(start + place * 7) % len(lasts)]}"
    return Professional(name, agency, team, landline(Dice(seed, "area", locality, place)))


@dataclass(frozen=True, slots=True)
class Schools:
    """The settings of one family's children, by stage."""

    nursery: str
    primary: str
    secondary: str
    college: str
    special: str


def schools(dice: Dice) -> Schools:
    """Settings near one home."""
    return Schools(*(dice.pick(words("places", kind)) for kind in
                     ("nurseries", "primaries", "secondaries", "colleges", "special")))  # fmt: skip
