"""The story of a family: newest first, with the silences."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from familyhub.practice.chronology import GAP_DAYS, told
from familyhub.practice.family_file import StoryLine

TODAY = date(2026, 3, 12)


def event(on: str, identity: str = "e") -> StoryLine:
    return StoryLine(on=on, what="Visit", source="you", kind="visit", id=identity)


def test_a_silence_of_more_than_sixty_days_is_a_line_of_its_own() -> None:
    story = told([event("2026-01-11", "a"), event("2025-11-12", "b"), event("2025-07-01", "c")], TODAY)
    assert [(line.kind, line.what) for line in story] == [
        ("visit", "Visit"), ("visit", "Visit"), ("gap", "4 months: nothing recorded"), ("visit", "Visit"),
    ]  # fmt: skip
    assert told([event("2026-01-10")], TODAY)[0].what == "61 days: nothing recorded"


@given(st.lists(st.tuples(st.integers(0, 900), st.uuids().map(str)), max_size=20, unique_by=lambda e: e[1]))
def test_events_stay_all_and_every_long_gap_is_told_once(events: list[tuple[int, str]]) -> None:
    lines = [event((TODAY - timedelta(days=n)).isoformat(), i) for n, i in events]
    story = told(lines, TODAY)
    kept = [line for line in story if line.kind != "gap"]
    assert sorted(kept, key=lambda e: e.id) == sorted(lines, key=lambda e: e.id)
    assert [line.on for line in kept] == sorted((line.on for line in lines), reverse=True)
    ages = [0, *sorted(n for n, _ in events)]
    long = sum(1 for a, b in pairwise(ages) if b - a > GAP_DAYS)
    assert len(story) - len(kept) == long


def test_a_day_known_in_part_does_not_break_the_story() -> None:
    assert [line.id for line in told([event("2024", "year"), event("", "none"), event("2026-03-01", "day")], TODAY)] == [
        "day", "year", "none",
    ]  # fmt: skip
