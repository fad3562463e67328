"""Dates as people type and read them: ``tue``, ``12/3``, ``in 6 weeks``; shown as ``Tue 12 Mar``."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EARLIEST, LATEST = date(1900, 1, 1), date(2150, 12, 31)
_RELATIVE = re.compile(r"(?:in )?(\d{1,3}) ?(d|days?|w|weeks?|m|months?)( ago)?$")
_SLASHED = re.compile(r"(\d{1,2})[/. -](\d{1,2})(?:[/. -](\d{2}|\d{4}))?$")
_NAMED = re.compile(r"(?:[a-z]{3,9} )?(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9})(?: (\d{2}|\d{4}))?$")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})$")


class NotADay(ValueError):
    """The text is not a day; ``str`` is the sentence to show beside the field."""

    def __init__(self, text: str) -> None:
        shown = text if len(text) <= 30 else text[:29] + "…"
        super().__init__(f"“{shown}” is not a date. Try “12/3”, “12 Mar”, “tue” or “in 2 weeks”.")


def read_day(text: str, today: date, *, past: bool = False) -> date:
    """The day somebody typed; ``past``: a weekday or a day without a year lies behind ``today`` rather than ahead.

    Raises ``NotADay``.
    """
    typed = " ".join(text.strip().lower().replace(",", " ").split())
    day = (
        _near(typed, today) or _relative(typed, today) or _weekday(typed, today, past)
        or _written(typed, today, past)
    )  # fmt: skip
    if day is None or not EARLIEST <= day <= LATEST:
        raise NotADay(text.strip())
    return day


def _near(typed: str, today: date) -> date | None:
    if typed in ("today", "now", "t"):
        return today
    if typed in ("tomorrow", "tom", "tmrw"):
        return today + timedelta(days=1)
    if typed in ("yesterday", "yes", "yday"):
        return today - timedelta(days=1)
    return None


def _relative(typed: str, today: date) -> date | None:
    found = _RELATIVE.match(typed)
    if not found:
        return None
    count, unit = int(found[1]), found[2][0]
    count = -count if found[3] else count
    if unit == "m":
        return add_months(today, count)
    return today + timedelta(days=count * (7 if unit == "w" else 1))


def _weekday(typed: str, today: date, past: bool) -> date | None:
    words = typed.split()
    further = 0
    if len(words) == 2 and words[0] in ("next", "last"):
        past, further = words[0] == "last", 0
        words = words[1:]
    if len(words) != 1 or len(words[0]) < 3 or words[0][:3] not in WEEKDAYS:
        return None
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    number = WEEKDAYS.index(words[0][:3])
    if not full[number].startswith(words[0]) and words[0] not in ("tues", "thur", "thurs", "weds"):
        return None
    ahead = (number - today.weekday()) % 7 + further
    if past:
        return today - timedelta(days=(7 - ahead) % 7)
    return today + timedelta(days=ahead)


def _written(typed: str, today: date, past: bool) -> date | None:
    if iso := _ISO.match(typed):
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    if slashed := _SLASHED.match(typed):
        day, month, year = int(slashed[1]), int(slashed[2]), slashed[3]
    elif (named := _NAMED.match(typed)) and named[2][:3] in MONTHS:
        day, month, year = int(named[1]), MONTHS.index(named[2][:3]) + 1, named[3]
    else:
        return None
    if year is not None:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    candidates = [d for y in (today.year - 1, today.year, today.year + 1) if (d := _date(y, month, day))]
    if not candidates:
        return None
    meant = [d for d in candidates if typed.startswith(WEEKDAYS[d.weekday()])]
    if len(meant) == 1:
        return meant[0]
    if past:
        return max((d for d in candidates if d <= today), default=candidates[0])
    return min(candidates, key=lambda d: (d - today).days + 60 if d >= today - timedelta(days=60) else 9999)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def add_months(day: date, count: int) -> date:
    """The same day ``count`` months on, or the last of that month."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        if (found := _date(year, month, min(last, day.day))) is not None:
            return found
    raise AssertionError("every month has a 28th")


def show_day(day: date | str | None, today: date) -> str:
    """``Tue 12 Mar``; with the year when it is not this year's; a part of a date as it is known."""
    if isinstance(day, str):
        whole = _whole(day)
        if whole is None:
            return _part(day)
        day = whole
    if day is None:
        return ""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{WEEKDAYS[day.weekday()].title()} {day.day} {MONTHS[day.month - 1].title()}{year}"


def show_moment(moment: str, today: date) -> str:
    """``Mon 11 Mar 16:40`` where this laptop is, from ISO text; a day alone and what is no moment stay as they are."""
    at = _moment(moment)
    if at is None:
        return show_day(moment, today) if _whole(moment) is not None else moment
    return f"{show_day(at.date(), today)} {at:%H:%M}"


def day_of(moment: str) -> date | None:
    """The day of a moment where this laptop is, from ISO text; None where it is no moment and no day."""
    at = _moment(moment)
    return at.date() if at is not None else _whole(moment)


def as_moment(day: str, time: str) -> str:
    """A moment in UTC from a day and a time ``HH:MM`` where this laptop is; the day alone where the time is not known."""
    if not time:
        return day
    return datetime.fromisoformat(f"{day}T{time}").astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> datetime | None:
    if len(text) <= len("YYYY-MM-DD"):
        return None
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone()
    except ValueError:
        return None


def _whole(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _part(text: str) -> str:
    if len(text) == 7 and text[:4].isdigit() and text[5:].isdigit() and 1 <= int(text[5:]) <= 12:
        return f"{MONTHS[int(text[5:]) - 1].title()} {text[:4]}"
    return text


def short_day(day: date | str | None, today: date) -> str:
    """``12 Mar``; ``Sep 2023`` when it is more than a year away."""
    if isinstance(day, str):
        whole = _whole(day)
        if whole is None:
            return _part(day)
        day = whole
    if day is None:
        return ""
    if abs((day - today).days) > 365:
        return f"{MONTHS[day.month - 1].title()} {day.year}"
    return f"{day.day} {MONTHS[day.month - 1].title()}"


def ago(day: date, today: date) -> str:
    """How far away a day is, in words: ``today``, ``3 days ago``, ``in 2 weeks``."""
    count = (day - today).days
    if count == 0:
        return "today"
    if abs(count) == 1:
        return "tomorrow" if count > 0 else "yesterday"
    size = f"{abs(count)} days" if abs(count) < 21 else f"{abs(count) // 7} weeks"
    if abs(count) > 180:
        size = f"{abs(count) // 30} months"
    return f"in {size}" if count > 0 else f"{size} ago"


_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))? ?(am|pm)?$")


def read_time(text: str) -> str:
    """``HH:MM`` from ``9``, ``930``, ``9.30``, ``2pm``; raises ``ValueError`` with the sentence to show."""
    typed = text.strip().lower()
    found = _TIME.match(typed)
    if found:
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3] == "pm" and hour < 12:
            hour += 12
        if found[3] == "am" and hour == 12:
            hour = 0
        if hour < 24 and minute < 60:
            return f"{hour:02d}:{minute:02d}"
    raise ValueError(f"“{text.strip()[:20]}” is not a time. Try “10:30” or “2pm”.")
