"""How a contact stands: its clocks in working days, whose signature counts, what comes first in the queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from familyhub.practice import front_door as rules
from familyhub.practice.clocks import add_working_days
from familyhub.practice.front_door import (
    ContactView,
    Decision,
    NamedPerson,
    SafeAnswer,
    Signature,
    Step,
    stands,
    time_left,
)
from familyhub.records.codes import CONTACT_OUTCOME

THURSDAY = date(2026, 4, 2)
"""The day before Good Friday: the next working day is Tuesday."""
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def contact(*children: NamedPerson, **fields: object) -> ContactView:
    base: dict[str, object] = {
        "id": "c", "received_at": f"{THURSDAY}T08:15:00Z", "channel": "phone", "source": "2A", "who": "", "agency": "", "reach": "",
        "in_confidence": False, "locality": "", "family_id": "", "family": "", "address": "", "postcode": "", "worry": "", "tried": "",
        "parent_told": None, "parent_agrees": None, "outcome": "", "told_on": None, "children": children,
    }  # fmt: skip
    return ContactView(**{**base, **fields})  # type: ignore[arg-type]


def child(level: str = "", outcome: str = "", by: str = "joan", row: str = "d1") -> NamedPerson:
    decision = Decision(row, level, outcome, "because", THURSDAY.isoformat(), by, by) if level else None
    return NamedPerson(
        f"of-{row}",
        "child",
        "Tom",
        "",
        None,
        safe=SafeAnswer("yes", at="2026-04-02T09:00:00Z"),
        decision=decision,
    )


def signature(kind: str, by: str, *rows: str, order: int = 1) -> Signature:
    return Signature(kind, frozenset(rows), THURSDAY.isoformat(), "why", by, by, (order, ""))


def test_time_left_counts_working_days_over_a_bank_holiday() -> None:
    stand = stands(contact(child()), THURSDAY)
    assert (stand.state, stand.due) == ("new", date(2026, 4, 7))
    assert time_left(stand.due, THURSDAY) == "1 working day"
    assert time_left(stand.due, date(2026, 4, 5)) == "1 working day"
    assert time_left(stand.due, date(2026, 4, 7)) == "today"
    assert time_left(stand.due, date(2026, 4, 9)) == "2 working days late"
    assert time_left(None, THURSDAY) == ""


@given(DAYS, st.integers(-9, 9))
@settings(max_examples=60, deadline=None)
def test_time_left_names_the_working_days_that_were_added(today: date, count: int) -> None:
    today = add_working_days(today - timedelta(days=7), 1)
    words = time_left(add_working_days(today, count), today)
    assert words == (
        "today"
        if not count
        else f"{abs(count)} working day{'s' if abs(count) > 1 else ''}{' late' if count < 0 else ''}"
    )


@pytest.mark.parametrize(
    ("level", "outcome", "signatures", "state"),
    [
        ("2", "advice", (), "to_tell"), ("3", "advice", (), "to_sign"), ("1", "no_further_action", (), "to_sign"),
        ("4", "social_care", (signature("signed", "joan", "d1"),), "to_sign"),
        ("4", "social_care", (signature("signed", "ian", "d0"),), "to_sign"),
        ("4", "social_care", (signature("signed", "ian", "d1"),), "to_tell"),
        ("4", "social_care", (signature("returned", "ian", "d1"),), "returned"),
        ("2", "early_help", (), "to_open"), ("3", "early_help", (signature("signed", "ian", "d1"),), "to_open"),
    ],
)  # fmt: skip
def test_a_decision_is_in_force_once_somebody_else_signed_that_very_decision(
    level: str, outcome: str, signatures: tuple[Signature, ...], state: str
) -> None:
    assert stands(contact(child(level, outcome), signatures=signatures), THURSDAY).state == state


def test_no_child_is_passed_over_and_an_earlier_version_needs_no_signature() -> None:
    assert stands(contact(child("2", "advice"), child(row="d2")), THURSDAY).state == "new"
    old = replace(child("3", "early_help"), safe=SafeAnswer("yes"))
    assert stands(contact(old, outcome="early_help"), THURSDAY).state == "to_tell"
    assert stands(contact(old, outcome="early_help", told_on="2026-04-02"), THURSDAY).state == "done"


def test_a_hold_counts_until_its_day_is_over_and_after_a_return_too() -> None:
    held = Step("s", "held", "2026-04-02", "2026-04-07", "", "rings back", "joan", "joan", (5, ""))
    assert stands(contact(child(), steps=(held,)), date(2026, 4, 7)).state == "held"
    assert stands(contact(child(), steps=(held,)), date(2026, 4, 8)).state == "new"
    back = (signature("returned", "ian", "d1", order=9),)
    decided = contact(child("3", "advice"), steps=(held,), signatures=back)
    assert stands(decided, THURSDAY).state == "returned"
    later = replace(decided, steps=(replace(held, order=(10, "")),))
    assert stands(later, THURSDAY).state == "held"


@given(
    st.sampled_from("1234"),
    st.sampled_from(list(CONTACT_OUTCOME.values)),
    st.sampled_from(["yes", "no", "not_known"]),
)
@settings(max_examples=60, deadline=None)
def test_a_child_who_is_not_safe_is_never_left_with_advice_or_nothing(
    level: str, outcome: str, safe: str
) -> None:
    objection = rules.objection(level, outcome, safe, "Tom")
    if safe == "no" and outcome not in ("social_care", "early_help", "already_open"):
        assert objection
    if objection:
        assert objection.count(".") == 1 or "Choose" in objection or "Ask" in objection
        assert "Tom" in objection


def test_the_gravest_outcome_is_shown_and_every_outcome_has_its_place() -> None:
    assert set(rules.GRAVEST_FIRST) == CONTACT_OUTCOME.values.keys()
    assert rules.outcome_shown(["advice", "social_care", "early_help"]) == "social_care"


def test_what_is_to_decide_comes_before_telling_that_is_late_and_a_child_who_is_not_safe_before_all() -> None:
    late = contact(child("2", "advice"), id="late", received_at="2026-01-05T08:00:00Z")
    new = contact(child(), id="new")
    worry = contact(child(), id="worry", channel="worry")
    unsafe = contact(replace(child(), safe=SafeAnswer("no", at="2026-04-02T09:00:00Z")), id="unsafe")
    held = contact(
        child(), id="held", steps=(Step("s", "held", "2026-04-02", "2026-04-07", "", "x", "j", "j"),)
    )
    found = sorted([held, late, new, worry, unsafe], key=lambda c: rules.urgency(c, stands(c, THURSDAY)))
    assert [c.id for c in found] == ["unsafe", "worry", "new", "late", "held"]
