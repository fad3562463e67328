"""Days and times as people type and read them."""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from familyhub.practice.days import (
    EARLIEST,
    LATEST,
    NotADay,
    add_months,
    ago,
    as_moment,
    day_of,
    read_day,
    read_time,
    short_day,
    show_day,
    show_moment,
)

THU = date(2026, 3, 12)
DAYS = st.dates(date(1902, 1, 1), date(2148, 12, 31))


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("today", "2026-03-12"), ("T", "2026-03-12"), ("tomorrow", "2026-03-13"), ("yesterday", "2026-03-11"),
        ("tue", "2026-03-17"), ("Thursday", "2026-03-12"), ("thurs", "2026-03-12"), ("fri", "2026-03-13"),
        ("last tue", "2026-03-10"), ("next mon", "2026-03-16"), ("in 6 weeks", "2026-04-23"), ("2w", "2026-03-26"),
        ("3 days ago", "2026-03-09"), ("in 1 month", "2026-04-12"), ("12/3", "2026-03-12"), ("1.4.", None),
        ("12/3/26", "2026-03-12"), ("12-03-2026", "2026-03-12"), ("12 mar", "2026-03-12"), ("12th March 2025", "2025-03-12"),
        ("Thu 12 Mar", "2026-03-12"), ("2026-03-12", "2026-03-12"), ("29/2", "2027-02-28"), ("29 feb 2028", "2028-02-29"),
        ("  12 ,  mar ", "2026-03-12"), ("Thu 12 Mar 2026", "2026-03-12"),
    ],
)  # fmt: skip
def test_a_day_is_read_as_it_is_typed(typed: str, wanted: str | None) -> None:
    if wanted is None or typed == "29/2":
        with pytest.raises(NotADay):
            read_day(typed, THU)
    else:
        assert read_day(typed, THU).isoformat() == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("tue", "2026-03-10"), ("thu", "2026-03-12"), ("20/3", "2025-03-20"), ("20 dec", "2025-12-20")],
)
def test_where_a_past_day_is_asked_it_lies_behind(typed: str, wanted: str) -> None:
    assert read_day(typed, THU, past=True).isoformat() == wanted


@pytest.mark.parametrize(
    "typed",
    ["", "soon", "32/1", "31/2", "0/0", "2026-13-01", "1/1/1850", "1/1/2200", "999 months ago ago", "12 foo", "\0", "🎈",
     "٣٣/٤٤", "-1 days", "in days", "12/3/0000", "x" * 10_000],
)  # fmt: skip
def test_what_is_no_day_gets_a_sentence_with_examples(typed: str) -> None:
    with pytest.raises(NotADay, match=r"is not a date\. Try") as refused:
        read_day(typed, THU)
    assert len(str(refused.value)) < 120


@given(DAYS, st.integers(-200, 200), st.booleans())
def test_a_day_that_was_shown_is_read_as_the_same_day(today: date, offset: int, past: bool) -> None:
    day = today + timedelta(days=offset)
    assert read_day(show_day(day, today), today, past=past) == day
    assert read_day(day.isoformat(), today) == day


@given(DAYS, DAYS, st.booleans())
def test_any_two_days_however_far_apart_are_shown_and_read_alike(day: date, today: date, past: bool) -> None:
    assert read_day(show_day(day, today), today, past=past) == day
    assert show_day(day.isoformat(), today) == show_day(day, today)


@given(st.text(max_size=20), DAYS, st.booleans())
def test_any_text_is_a_day_within_reach_or_refused(text: str, today: date, past: bool) -> None:
    with suppress(NotADay):
        assert EARLIEST <= read_day(text, today, past=past) <= LATEST


@given(DAYS, st.integers(-600, 600))
def test_months_are_added_without_leaving_the_month(day: date, count: int) -> None:
    if not 1 <= day.year + (day.month + count) // 12 < 9999:
        return
    found = add_months(day, count)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == count
    assert found.day == day.day or (found + timedelta(days=1)).day == 1


def test_parts_of_dates_are_shown_as_far_as_they_are_known() -> None:
    assert [show_day(x, THU) for x in ("2023-09", "2023", "", None, "2026-03-12")] == [
        "Sep 2023",
        "2023",
        "",
        "",
        "Thu 12 Mar",
    ]
    assert short_day("2023-09-04", THU) == "Sep 2023"
    assert short_day("2026-05-20", THU) == "20 May"


def test_distances_are_told_in_words() -> None:
    told = {
        0: "today",
        1: "tomorrow",
        -1: "yesterday",
        -3: "3 days ago",
        28: "in 4 weeks",
        -400: "13 months ago",
    }
    assert {n: ago(THU + timedelta(days=n), THU) for n in told} == told


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("9", "09:00"), ("930", "09:30"), ("9.30", "09:30"), ("2pm", "14:00"), ("12am", "00:00"), ("12 pm", "12:00"),
     ("15:45", "15:45"), ("0000", "00:00"), ("11h20", "11:20")],
)  # fmt: skip
def test_a_time_is_read_as_it_is_typed(typed: str, wanted: str) -> None:
    assert read_time(typed) == wanted


@pytest.mark.parametrize("typed", ["", "24:00", "9:60", "soon", "99", "\0", "12:5", "1234567"])
def test_what_is_no_time_gets_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"is not a time\. Try"):
        read_time(typed)


@pytest.fixture
def in_birkenhead(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_birkenhead")
@pytest.mark.parametrize(
    ("day", "at", "kept"),
    [("2026-03-12", "08:15", "2026-03-12T08:15:00Z"), ("2026-06-12", "08:15", "2026-06-12T07:15:00Z"),
     ("2026-06-12", "00:30", "2026-06-11T23:30:00Z"), ("2026-06-12", "", "2026-06-12")],
)  # fmt: skip
def test_a_moment_is_kept_in_utc_and_read_as_it_was_typed(day: str, at: str, kept: str) -> None:
    assert as_moment(day, at) == kept
    assert day_of(kept) == date.fromisoformat(day)
    assert show_moment(kept, THU) == f"{show_day(day, THU)} {at}".strip()
