"""What must be known before a visit: its rules, and people who may be a risk and addresses as they are read. Pure.

Days are ISO text as they were recorded; ``rev`` is the token of what was on screen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from familyhub.practice.days import show_day
from familyhub.records.codes import RISK, CodeList

REVIEW_WEEKS = 12
"""Weeks after which a safety note, or a person who may be a risk, is looked at again where nobody names a day (our own figure)."""
CONFIDENTIAL = "address is confidential"
SECRECY = CodeList(
    "secrecy", {"open": "a new address", "moved": "a new address, confidential",
                "stays": "the address they have is confidential from now on"},
)  # fmt: skip
KEEP_ELSEWHERE = (
    "A confidential address is never written in the family's file, where everybody who works with it reads it. "
    "Give it to your gatekeeper; here only that it is confidential is kept."
)
FEWEST, MOST = 10, 15
"""Digits of a number that can be rung: ten is the shortest of an area in Britain, fifteen the longest anywhere (ITU E.164)."""
POSTCODE = re.compile(
    r"([A-Z]{1,2}[0-9][A-Z0-9]?)(?: ([0-9](?:[A-Z]{2})?))?|([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})"
)
"""A postcode, also without its space; its sector (``CH42 3``); its district alone."""


@dataclass(frozen=True, slots=True)
class RiskView:
    """A person who may be a risk: what is known, from whom, since when, and when it is looked at again."""

    id: str
    person_id: str
    risk: str
    """``conviction``, ``police``, ``allegation`` or ``none``."""
    what: str
    readers: str
    source: str
    on: str
    review_on: str | None
    rev: str

    @property
    def words(self) -> str:
        """``police information: arrested in March (police notification)``."""
        return (
            f"{RISK.words(self.risk)}: {self.what or 'see the file'} ({self.source or 'source not recorded'})"
        )


@dataclass(frozen=True, slots=True)
class HomeView:
    """An address that somebody has now; of a confidential one nothing but that it is."""

    id: str
    person_id: str
    words: str
    ward: str
    from_on: str
    confidential: bool
    rev: str


@dataclass(frozen=True, slots=True)
class SafetyReviewFact:
    """A safety note, or what is known about a person who may be a risk, that is to be looked at again."""

    id: str
    family_id: str
    family: str
    what: str
    """What kind it is, and of a person who; never its words."""
    due: str


def usual_review(today: date) -> str:
    """The day on which something is looked at again where nobody names one."""
    return (today + timedelta(weeks=REVIEW_WEEKS)).isoformat()


def review_passed(review_on: str | None, today: date) -> bool:
    """Whether the day on which something was to be looked at again has passed."""
    return bool(review_on) and str(review_on) < today.isoformat()


def review_words(review_on: str | None, today: date) -> str:
    """``look again 1 Apr``, ``review was due 3 Mar !``."""
    if not review_on:
        return "no review date !"
    shown = show_day(review_on, today)
    return f"review was due {shown} !" if review_passed(review_on, today) else f"look again {shown}"


def number_wrong(typed: str) -> str:
    """What is wrong with a telephone number, in a sentence. Words beside it, or in its place, are taken as they are."""
    digits = sum(c.isdigit() for c in typed)
    if not typed or any(c.isalpha() for c in typed) or FEWEST <= digits <= MOST:
        return ""
    return f"A number of {digits} digits cannot be rung. Check it, or say in words what it is: “07700 9…, rest not known”."


def email_wrong(typed: str) -> str:
    """What is wrong with an e-mail address, in a sentence. Several words are taken as they are."""
    before, _, behind = typed.partition("@")
    if not typed or " " in typed or (before and "." in behind.strip(".") and "@" not in behind):
        return ""
    return "That is no e-mail address: one has an @ and a dot behind it. Check it, or say in several words what is known."


def postcode(typed: str) -> str | None:
    """A postcode, its sector or district, as it is written; None for what is none."""
    found = POSTCODE.fullmatch(" ".join(typed.upper().split()))
    return " ".join(part for part in found.groups() if part) if found else None
