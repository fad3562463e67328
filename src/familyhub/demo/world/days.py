"""The calendar a worker lives by: working days, English bank holidays, school terms, London time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from familyhub.practice.bank_holidays import bank_holidays

DAY = timedelta(days=1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _monday_from(day: date) -> date:
    """The first Monday on or after ``day``."""
    return day + timedelta(days=-day.weekday() % 7)


@cache
def is_working(day: date) -> bool:
    """Whether offices are open: not a weekend, a bank holiday, or Christmas week."""
    if day.weekday() >= 5 or (day.month == 12 and day.day >= 24):
        return False
    return day not in bank_holidays(day.year)


def working_from(day: date) -> date:
    """The first working day on or after ``day``."""
    while not is_working(day):
        day += DAY
    return day


def working_until(day: date) -> date:
    """The last working day on or before ``day``."""
    while not is_working(day):
        day -= DAY
    return day


def add_working(day: date, count: int) -> date:
    """The day ``count`` working days after ``day`` (before it when negative)."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not is_working(day):
            day += step
    return day


@cache
def in_term(day: date) -> bool:
    """Whether schools are in on ``day``: the usual English pattern of terms and half-terms."""
    if not is_working(day):
        return False
    year = day.year
    good_friday = min(d for d in bank_holidays(year) if d.month > 1)
    breaks = (
        (date(year, 1, 1), date(year, 1, 4)),
        (_monday_from(date(year, 2, 13)), _monday_from(date(year, 2, 13)) + 4 * DAY),
        (good_friday - 4 * DAY, good_friday + 10 * DAY),
        (_monday_from(date(year, 5, 25)), _monday_from(date(year, 5, 25)) + 4 * DAY),
        (date(year, 7, 22), date(year, 9, 3)),
        (_monday_from(date(year, 10, 23)), _monday_from(date(year, 10, 23)) + 4 * DAY),
        (date(year, 12, 20), date(year, 12, 31)),
    )
    return not any(first <= day <= last for first, last in breaks)


def term_day_from(day: date) -> date:
    """The first school day on or after ``day``."""
    while not in_term(day):
        day += DAY
    return day


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def utc(day: date, clock: time) -> datetime:
    """The moment in UTC when a clock in London shows ``clock`` on ``day``."""
    summer = _last_sunday(day.year, 3) <= day < _last_sunday(day.year, 10)
    return datetime.combine(day, clock, tzinfo=UTC) - timedelta(hours=1 if summer else 0)


def months_between(born: date, on: date) -> int:
    """Whole months from ``born`` to ``on``."""
    return (on.year - born.year) * 12 + on.month - born.month - (1 if on.day < born.day else 0)


def age(born: date, on: date) -> int:
    """Age in whole years on a day."""
    return months_between(born, on) // 12


def years_before(day: date, years: int) -> date:
    """The same day ``years`` earlier (28 February for a leap day)."""
    return day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)


def school_year(born: date, on: date) -> int:
    """The English year group: 0 is Reception, negative before school, above 11 after Year 11."""
    cohort = born.year if born.month >= 9 else born.year - 1
    running = on.year if on.month >= 9 else on.year - 1
    return running - cohort - 5


def clock(minutes: int) -> time:
    """The time of day that many minutes after midnight."""
    return time(minutes // 60, minutes % 60)
