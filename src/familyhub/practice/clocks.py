"""Clocks: ages, working days and English bank holidays. Statuses that depend on a date are computed, never stored."""

from __future__ import annotations

from datetime import date, timedelta

from familyhub.practice.bank_holidays import bank_holidays

AMBER_WORKING_DAYS = 5
"""Something is *due soon* this many working days before its day (local default)."""


def is_working_day(day: date) -> bool:
    """Monday to Friday and no English bank holiday."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The day that lies ``count`` working days after ``day`` (before it, for a negative count)."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after ``start`` up to and including ``end``; negative when ``end`` is before ``start``."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def age_on(birth: date, day: date) -> int:
    """Whole years of age on ``day``."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def parse_day(text: str | None) -> date | None:
    """The date in stored ISO text; None for none, or for one that people knew only in part."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def age_text(birth: str | None, expected: str | None, today: date) -> str:
    """An age as workers write it: ``9``, ``7 months``, ``3 weeks``, ``due 20 May``."""
    from familyhub.practice.days import short_day

    born = parse_day(birth)
    if born is None:
        due = parse_day(expected)
        return f"due {short_day(due, today)}" if due else "age not known"
    years = age_on(born, today)
    if years >= 2:
        return str(years)
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months >= 3:
        return f"{months} months"
    return f"{max(0, (today - born).days) // 7} weeks"
