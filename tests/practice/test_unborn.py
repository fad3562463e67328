"""A child who is not born yet, where an age is asked: what was said is read as people say it."""

from datetime import date

import pytest

from familyhub.practice.days import NotADay
from familyhub.practice.unborn import due_of, says_unborn, unborn_words, wrong_due

TODAY = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("unborn", None), ("Unborn baby", None), ("unborn, 20 weeks", None), ("unborn, due 20 May", date(2026, 5, 20)),
        ("UNBORN due 20/5/2026.", date(2026, 5, 20)), ("unborn, due date: about 20 May", date(2026, 5, 20)),
        ("unborn due in 10 weeks", date(2026, 5, 21)), ("unborn, due", None),
        (unborn_words(date(2026, 5, 20)), date(2026, 5, 20)), (unborn_words(None), None),
    ],
)  # fmt: skip
def test_unborn_is_read_with_the_day_it_is_due(said: str, due: date | None) -> None:
    assert says_unborn(said)
    assert due_of(said, TODAY) == due


def test_an_age_is_no_unborn_child_and_a_day_that_is_none_is_said() -> None:
    assert not any(says_unborn(age) for age in ("", "4", "about 9", "3 weeks", "unborns"))
    with pytest.raises(NotADay, match="soon"):
        due_of("unborn, due soon", TODAY)


@pytest.mark.parametrize(
    ("due", "right"),
    [
        (date(2026, 2, 12), True),
        (date(2026, 2, 11), False),
        (date(2027, 1, 7), True),
        (date(2027, 1, 8), False),
    ],
)
def test_a_baby_is_due_from_four_weeks_ago_to_a_pregnancy_ahead(due: date, right: bool) -> None:
    assert (wrong_due(due, TODAY) == "") is right
