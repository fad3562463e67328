"""Whether somebody named in a contact is somebody known already: every match says in words what speaks for it.

Nothing is decided here: a person answers *same* or *not the same*, and reads what speaks against a match too.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from familyhub.practice.clocks import age_on, parse_day
from familyhub.practice.unborn import says_unborn

STRONG, LIKELY, POSSIBLE = "strong", "likely", "possible"
RANKS = ((75, STRONG), (50, LIKELY), (0, POSSIBLE))
LEAST = 30
"""Points below which a match is not shown: a first name alone is nobody."""
MOST = 8
"""Matches that are shown of one person."""

GIVEN = {"same": 22, "short": 20, "near": 15, "alike": 10}
FAMILY = {"same": 28, "near": 19, "alike": 15}
SWAPPED_NAMES = 40
BORN = {"same": 32, "swapped": 26, "figure": 16, "year": 8, "age": 8, "other": -18}
PLACE = {"address": 16, "postcode": 12}
SCHOOL = 9
SHORT_FORMS = (
    "alexander alex al sandy xander", "alexandra alex sandra lexi", "andrew andy drew", "anthony tony ant",
    "benjamin ben benny", "catherine katherine kathryn kate katie cathy kathy kat", "charles charlie chas",
    "charlotte charlie lottie", "christopher chris kit", "christine christina chris tina", "daniel dan danny",
    "david dave davey", "edward ed eddie ted teddy ned", "elizabeth liz lizzie beth betty eliza libby elsie",
    "frances fran frankie", "francis frank frankie", "frederick fred freddie", "george georgie", "gabriella gabby",
    "isabella isabel izzy bella", "jacob jake", "james jim jimmy jamie", "jennifer jen jenny", "jessica jess jessie",
    "john jack johnny", "jonathan jon jonny", "joseph joe joey", "joshua josh", "leonardo leo", "leonard len leo",
    "louise lou", "lucas luke", "madeleine maddie", "margaret maggie meg peggy", "matthew matt matty",
    "michael mike mick mikey", "nathaniel nathan nate", "natalie nat", "nicholas nick nicky", "nicola nicky",
    "oliver ollie", "olivia liv livvy", "patricia pat trish", "patrick pat paddy", "peter pete", "philip phil",
    "rebecca becky becca", "richard rick dick ricky rich", "robert rob bob bobby robbie bert", "samuel sam sammy",
    "samantha sam sammy", "stephen steven steve", "susan sue suzie", "theodore theo ted teddy", "theresa tess terry",
    "thomas tom tommy", "timothy tim", "victoria vicky tori", "william will bill billy liam willy", "zachary zac zach",
)  # fmt: skip
"""Long forms with the short ones that people use; the same short form may stand for several names."""
_SOUNDS = {c: digit for digit, letters in enumerate(
    ("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), start=1) for c in letters}  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody as a contact names them; every part may be empty. ``age``: as it was said, ``about 9``."""

    given: str
    family_name: str = ""
    birth_date: str | None = None
    age: str = ""
    address: str = ""
    postcode: str = ""
    school: str = ""
    on: str | None = None
    """The day of the contact, on which ``age`` was said."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody in a file on this laptop, with every name, address and school they have or had."""

    person_id: str
    family_id: str
    names: tuple[tuple[str, str], ...]
    """(given, family name), the one in use first."""
    birth_date: str | None = None
    addresses: tuple[tuple[str, str], ...] = ()
    """(lines, postcode)."""
    schools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody known who may be the one named: what speaks for it, what against, and how much."""

    person_id: str
    family_id: str
    name: str
    evidence: tuple[str, ...]
    against: tuple[str, ...]
    points: int

    @property
    def rank(self) -> str:
        """``strong``, ``likely`` or ``possible``."""
        return next(rank for least, rank in RANKS if self.points >= least)

    @property
    def words(self) -> str:
        """Everything in one line: ``same name, same birth date; other school``."""
        return "; ".join(filter(None, (", ".join(self.evidence), ", ".join(self.against))))


def matches(named: Named, known: Iterable[Known], most: int = MOST) -> list[Match]:
    """Those who may be the one named, the likeliest first; ties by name and id, so that the order is always the same."""
    found = [match for person in known if (match := compare(named, person)) is not None]
    return sorted(found, key=lambda m: (-m.points, m.name.casefold(), m.person_id))[:most]


def compare(named: Named, known: Known) -> Match | None:
    """How one person known compares with the one named; None where too little speaks for it."""
    name, name_points = _names(named, known)
    born, against, born_points = _born(named, known.birth_date)
    if not name and born_points < BORN["swapped"]:
        return None
    place, place_points = _place(named, known)
    if not name and not place_points:
        return None
    school = _school(named, known)
    points = name_points + born_points + place_points + (SCHOOL if school else 0)
    if points < LEAST:
        return None
    if school is False:
        against = (*against, "other school")
    evidence = (*name, *born, *place, *(("same school",) if school else ()))
    shown = " ".join(part for part in (known.names[0] if known.names else ()) if part)
    return Match(known.person_id, known.family_id, shown or "no name recorded", evidence, against, points)


class People:
    """Many people known, to be compared with one after another: whom nothing speaks for is not looked at.

    ``matches(named, people.like(named))`` is what ``matches`` finds among all of them (a property test holds it to that).
    """

    def __init__(self, known: Iterable[Known]) -> None:
        self._known = list(known)
        self._by_name: dict[str, set[int]] = defaultdict(set)
        self._by_birth: dict[str, set[int]] = defaultdict(set)
        for place, person in enumerate(self._known):
            for name in {part for names in person.names for part in names if part}:
                self._by_name[name].add(place)
            if person.birth_date:
                self._by_birth[person.birth_date].add(place)

    def like(self, named: Named) -> list[Known]:
        """Those with a name like one of theirs, or born on the same day, or on it with day and month swapped."""
        places: set[int] = set()
        said = [part for part in (named.given, named.family_name) if part]
        for name, having in self._by_name.items():
            if any(likeness(part, name) for part in said):
                places |= having
        born = named.birth_date or ""
        if born:
            places |= self._by_birth.get(born, set())
        if len(born) == 10:
            places |= self._by_birth.get(f"{born[:4]}-{born[8:10]}-{born[5:7]}", set())
        return [self._known[place] for place in sorted(places)]


# -- names ---------------------------------------------------------------------------------------------------


@lru_cache(50_000)
def plain(text: str) -> str:
    """A name as it is compared: small letters without marks, spaces or hyphens."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if c.isalnum())


@lru_cache(50_000)
def sound(name: str) -> str:
    """How a name sounds in English, by its Soundex: Walsh and Welsh are both ``w420``; empty for other scripts."""
    letters = [c for c in plain(name) if "a" <= c <= "z"]
    if not letters:
        return ""
    out, before = [letters[0]], _SOUNDS.get(letters[0])
    for letter in letters[1:]:
        digit = _SOUNDS.get(letter)
        if digit is not None and digit != before:
            out.append(str(digit))
        if letter not in "hw":
            before = digit
    return "".join(out)[:4].ljust(4, "0")


def _short_forms() -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for number, line in enumerate(SHORT_FORMS):
        for name in line.split():
            groups.setdefault(name, set()).add(str(number))
    return {name: frozenset(numbers) for name, numbers in groups.items()}


_GROUPS = _short_forms()


@lru_cache(200_000)
def likeness(one: str, other: str) -> str:
    """How two names are alike: ``same``, ``short`` (a short form), ``near``, ``alike`` (in sound) or an empty text."""
    a, b = plain(one), plain(other)
    if not a or not b:
        return ""
    if a == b:
        return "same"
    if _GROUPS.get(a, frozenset()) & _GROUPS.get(b, frozenset()):
        return "short"
    allowed = 0 if min(len(a), len(b)) < 4 else 1 if max(len(a), len(b)) < 8 else 2
    if DamerauLevenshtein.distance(a, b, score_cutoff=allowed) <= allowed:
        return "near"
    return "alike" if sound(one) and sound(one) == sound(other) else ""


def _names(named: Named, known: Known) -> tuple[tuple[str, ...], int]:
    """The words and points of the name that fits best among all that the person has or had."""
    best: tuple[int, tuple[str, ...]] = (0, ())
    for place, (given, family) in enumerate(known.names):
        words, points = _name(named, given, family)
        if words and place:
            words = (*words, f"by another name of theirs, {' '.join(p for p in (given, family) if p)}")
        if points > best[0]:
            best = (points, words)
    return best[1], best[0]


def _name(named: Named, given: str, family: str) -> tuple[tuple[str, ...], int]:
    first, last = likeness(named.given, given), likeness(named.family_name, family)
    last = "alike" if last == "short" else last
    points = GIVEN.get(first, 0) + FAMILY.get(last, 0)
    words: tuple[str, ...]
    if first == last == "same":
        words = ("same name",)
    else:
        words = tuple(
            f"{part} name {WORDS[how]}" for part, how in (("first", first), ("family", last)) if how
        )
    crossed = {likeness(named.given, family), likeness(named.family_name, given)}
    if crossed == {"same"} and points < SWAPPED_NAMES:
        return ("same name, first and family name swapped",), SWAPPED_NAMES
    return words, points


WORDS = {
    "same": "the same",
    "short": "a short form of it",
    "near": "spelt nearly the same",
    "alike": "sounds alike",
}


# -- birth dates -----------------------------------------------------------------------------------------------


def _born(named: Named, birth: str | None) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """(words for, words against, points) of the birth date, or of the age that was said."""
    said, written = named.birth_date or "", birth or ""
    if said and written:
        how, words = _dates(said, written)
        against = how == "other"
        return ((), (words,), BORN[how]) if against else ((words,), (), BORN[how])
    age, born, on = _age(named.age), parse_day(written), parse_day(named.on)
    if age is None or born is None or on is None or born > on:
        return (), (), 0
    years = age_on(born, on)
    if abs(years - age) <= 1:
        return ("about the same age",), (), BORN["age"]
    return (), (f"other age: {years}, not {age}",), BORN["other"] if abs(years - age) > 3 else 0


def _dates(said: str, written: str) -> tuple[str, str]:
    if said == written:
        return "same", "same birth date"
    if len(said) < 10 or len(written) < 10:
        known = min(len(said), len(written))
        fits = said[:known] == written[:known]
        return ("year", "birth date fits as far as it is known") if fits else ("other", "other birth date")
    if said[:4] == written[:4] and (said[5:7], said[8:10]) == (written[8:10], written[5:7]):
        return "swapped", "birth date with day and month swapped"
    if sum(a != b for a, b in zip(said, written, strict=True)) == 1:
        return "figure", "birth date differs in one figure"
    return "other", "other birth date"


def _age(text: str) -> int | None:
    found = None if says_unborn(text) else re.search(r"\d{1,3}", text)
    if not found or "month" in text or "week" in text:
        return 0 if found else None
    return int(found[0])


# -- places ----------------------------------------------------------------------------------------------------


@lru_cache(50_000)
def _words(text: str) -> tuple[str, ...]:
    joined = text.casefold().replace("'", "").replace("’", "")
    return tuple(_WORD.findall(unicodedata.normalize("NFKD", joined)))


def _place(named: Named, known: Known) -> tuple[tuple[str, ...], int]:
    best: tuple[str, ...] = ()
    points = 0
    for lines, postcode in known.addresses:
        words: list[str] = []
        if _same_address(named.address, lines):
            words.append("same address")
        if named.postcode and plain(named.postcode) == plain(postcode):
            words.append("same postcode")
        worth = sum(PLACE[word.split()[-1]] for word in words)
        if worth > points:
            best, points = tuple(words), worth
    return best, points


def _same_address(one: str, other: str) -> bool:
    """The same street, as far as spelling goes, and the same number where both have one."""
    a, b = _words(one), _words(other)
    numbers = [{w for w in words if w[0].isdigit()} for words in (a, b)]
    if not a or not b or (numbers[0] and numbers[1] and not numbers[0] & numbers[1]):
        return False
    return fuzz.token_set_ratio(" ".join(a), " ".join(b)) >= 90


def _school(named: Named, known: Known) -> bool | None:
    """Whether the school is one that the person goes or went to; None where one of the two is not known."""
    if not named.school.strip() or not known.schools:
        return None
    said = " ".join(_words(named.school))
    return any(fuzz.token_set_ratio(said, " ".join(_words(school))) >= 90 for school in known.schools)
