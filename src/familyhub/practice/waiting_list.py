"""Who waits for a worker: since when, who holds the family meanwhile, how it was found last and when it is looked at next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from familyhub.practice.allocation import HOLDER, WORKS, Allocated, holding
from familyhub.practice.clocks import add_working_days, parse_day, working_days_between

SAFE_CHECK_WORKING_DAYS = 5
"""Working days between two safe-checks of a family that waits (local default)."""
AMBER_WORKING_DAYS = 1
"""A safe-check is due soon this many working days before its day."""
WAITING = "waiting"
"""The stage of help that was opened: an allocation from an earlier spell of help does not end that wait."""
NEVER, LATE, SOON, FINE, UNKNOWN = "never", "late", "soon", "fine", "unknown"
NOT_HELPED = ("closed", "follow_up", "stepped_up", "")
"""Stages of help in which a family needs no worker of ours."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One safe-check: days ISO."""

    on: str
    way: str
    safe_now: str
    found: str
    next_on: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Waits:
    """How a family waits on a day."""

    since: date | None
    """Since when; None where this laptop cannot know."""
    age: int | None
    """Working days since then."""
    holder: Allocated | None
    """Who holds it meanwhile; None: nobody was named."""
    last: Checked | None
    due: date | None
    """When the next safe-check is due; None where this laptop cannot know."""
    check: str
    """``never`` (and due by now), ``late``, ``soon`` or ``fine``; ``unknown`` where this laptop cannot know."""
    left: bool = False
    """Whether it had a worker who has left."""


def waits(
    rows: Iterable[Allocated], stage: str, today: date, *, since: str | None, checks: Iterable[Checked] = (),
    gone: Iterable[str] = (), every: int = SAFE_CHECK_WORKING_DAYS, known: bool = True,
) -> Waits | None:  # fmt: skip
    """How one family waits, from its allocation rows; None where somebody works with it or it needs nobody.

    ``since``: when help was opened (ISO). ``gone``: workers who have left. ``every``: working days between safe-checks.
    ``known``: whether its file is here, in which they stand.
    """
    if stage in NOT_HELPED:
        return None
    rows, gone = list(rows), set(gone)
    now = holding(rows, today)
    working = [r for r in now if r.role in WORKS and not (stage == WAITING and r.on < (since or ""))]
    if any(r.worker_id not in gone for r in working):
        return None
    began = parse_day(_since(rows, since, today))
    holder = next((r for r in reversed(now) if r.role == HOLDER and r.worker_id not in gone), None)
    age = working_days_between(began, today) if began is not None else None
    if not known:
        return Waits(began, age, holder, None, None, UNKNOWN, bool(working))
    last = max(checks, key=lambda c: c.on, default=None)
    due = _due(last, began, today, every)
    if due < today:
        check = LATE if last is not None else NEVER
    else:
        check = SOON if working_days_between(today, due) <= AMBER_WORKING_DAYS else FINE
    return Waits(began, age, holder, last, due, check, bool(working))


def _since(rows: list[Allocated], opened: str | None, today: date) -> str | None:
    """The day from which nobody worked with it: the last end of an allocation, else when help was opened."""
    day = today.isoformat()
    ended = [
        r.to_on for r in rows if r.role in WORKS and r.to_on and r.to_on <= day and r.to_on >= (opened or "")
    ]
    named = [r.on for r in rows if r.role == HOLDER and r.on and r.on <= day]
    return max(ended) if ended else opened or (min(named) if named else None)


def _due(last: Checked | None, since: date | None, today: date, every: int) -> date:
    """When the next safe-check is due: as was said at the last one, else after the local number of working days."""
    if last is not None and (agreed := parse_day(last.next_on)) is not None:
        return agreed
    start = parse_day(last.on) if last is not None else since
    return today if start is None else add_working_days(start, every)


def urgency(name: str, family_id: str, wait: Waits) -> tuple[int, int, str, str]:
    """The place in the list: a child not safe at the last check, no safe-check in time, due soon; then who waits longest."""
    unsafe = wait.last is not None and wait.last.safe_now == "no"
    kind = 0 if unsafe else 1 if wait.check in (LATE, NEVER) else 2 if wait.check == SOON else 3
    return (kind, -(wait.age if wait.age is not None else 0), name.casefold(), family_id)
