"""Clocks: working days against a count of one's own, bank holidays over year ends, ages."""

from datetime import date, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from familyhub.practice.bank_holidays import bank_holidays
from familyhub.practice.clocks import (
    add_working_days,
    age_on,
    age_text,
    is_working_day,
    parse_day,
    working_days_between,
)

ENGLAND = {date.fromisoformat(d) for d in ["2024-01-01", "2024-03-29", "2024-04-01", "2024-05-06", "2024-05-27", "2024-08-26", "2024-12-25", "2024-12-26", "2025-01-01", "2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25", "2025-12-25", "2025-12-26", "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28"]}  # fmt: skip
"""As published for England and Wales, substitutes included."""
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


bank_holidays(2026)  # reads its tables once, so that no example is slow


def works(day: date) -> bool:
    return day.isoweekday() not in (6, 7) and day not in ENGLAND


@given(DAYS)
def test_a_working_day_is_no_weekend_and_no_bank_holiday(day: date) -> None:
    assert is_working_day(day) == works(day)


@given(DAYS, st.integers(0, 200))
def test_working_days_between_two_days_are_those_one_counts(start: date, length: int) -> None:
    end = min(start + timedelta(days=length), date(2027, 12, 31))
    counted, day = 0, start
    while day < end:
        day += timedelta(days=1)
        counted += works(day)
    assert working_days_between(start, end) == counted
    assert working_days_between(end, start) == -counted


@given(st.dates(date(2024, 6, 1), date(2027, 6, 1)), st.integers(-60, 60))
def test_adding_working_days_lands_on_one_and_passes_as_many(day: date, count: int) -> None:
    there = add_working_days(day, count)
    if count:
        assert works(there)
        passed = [
            d
            for n in range(1, abs((there - day).days) + 1)
            if works(d := day + timedelta(days=n if count > 0 else -n))
        ]
        assert len(passed) == abs(count)
        assert (there > day) == (count > 0)
    else:
        assert there == day


def test_christmas_and_new_year_are_passed_over() -> None:
    assert add_working_days(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert add_working_days(date(2026, 12, 24), 4) == date(2027, 1, 4)
    assert add_working_days(date(2027, 1, 4), -4) == date(2026, 12, 24)
    weekdays = {d for d in bank_holidays(2026) if d.isoweekday() < 6}
    assert weekdays == {d for d in ENGLAND if d.year == 2026}


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 20_000))
def test_an_age_grows_by_one_on_each_birthday(born: date, days: int) -> None:
    day = born + timedelta(days=days)
    birthdays = sum(
        1
        for y in range(born.year + 1, day.year + 1)
        if (y, born.month, born.day) <= (day.year, day.month, day.day)
    )
    assert age_on(born, day) == birthdays


@pytest.mark.parametrize(
    ("birth", "expected", "text"),
    [
        ("2016-11-20", None, "9"), ("2024-03-12", None, "2"), ("2024-03-13", None, "23 months"),
        ("2025-12-12", None, "3 months"), ("2025-12-13", None, "12 weeks"), ("2026-03-12", None, "0 weeks"),
        (None, "2026-05-20", "due 20 May"), (None, None, "age not known"), ("2016", None, "age not known"),
    ],
)  # fmt: skip
def test_ages_are_written_as_workers_write_them(birth: str | None, expected: str | None, text: str) -> None:
    assert age_text(birth, expected, date(2026, 3, 12)) == text


def test_a_part_of_a_date_is_no_day() -> None:
    assert [parse_day(t) for t in (None, "", "2026", "2026-03", "soon")] == [None] * 5
    assert parse_day("2026-03-12T09:00:00Z") == date(2026, 3, 12)


@pytest.mark.parametrize("year", range(2010, 2046))
def test_bank_holidays_are_those_of_the_package_that_knows_them(year: int) -> None:
    assert bank_holidays(year) == frozenset(country_holidays("GB", subdiv="ENG", years=year))
