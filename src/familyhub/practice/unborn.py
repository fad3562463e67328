"""What is said of a child who is not born yet where an age is asked: ``unborn``, ``unborn, due 20 May``."""

from __future__ import annotations

import re
from datetime import date, timedelta

from familyhub.practice.days import MONTHS, read_day, show_day

LATE = timedelta(weeks=4)
"""How long after the day it was due a baby may still be called unborn."""
LONGEST_AHEAD = timedelta(weeks=43)
"""Nobody is due further ahead than a pregnancy lasts."""
NOT_BORN_YET = "For a child who is not born yet choose “unborn child” and write the day under Due."
"""What to do where a birth date has not come."""
STILL_UNBORN = "Leave it empty until the baby is born."
_SAID = re.compile(
    r"unborn\b(?P<more>.*?)(?:\bdue\b(?: date)?[\s,:]*(?:on |about |around )?(?P<due>.*))?$", re.IGNORECASE
)


def says_unborn(age: str) -> bool:
    """Whether what stands for an age says that the child is not born yet."""
    return _SAID.match(age.strip()) is not None


def due_of(age: str, today: date) -> date | None:
    """The day that ``age`` says a child is due; None where it says none. Raises ``NotADay``."""
    found = _SAID.match(age.strip())
    said = (found["due"] or "").strip(" .") if found is not None else ""
    return read_day(said, today) if said else None


def unborn_words(due: date | None) -> str:
    """``unborn, due 20 May 2026``: with the year, for it is read again on other days."""
    return (
        f"unborn, due {due.day} {MONTHS[due.month - 1].title()} {due.year}" if due is not None else "unborn"
    )


def wrong_due(due: date, today: date) -> str:
    """What is wrong with the day a child is due, in a sentence; nothing where it may be right."""
    if due < today - LATE:
        return (
            f"{show_day(due, today)} is more than four weeks past. "
            "If the baby is born, write the day of birth; if not, when is it due?"
        )
    return (
        f"{show_day(due, today)} is more than nine months ahead. When is it due?"
        if due > today + LONGEST_AHEAD
        else ""
    )
