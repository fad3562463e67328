"""*We disagree*: stages with clocks in working days, against a count day by day; what is settled has no clock."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from familyhub.practice.advice import AdviceView
from familyhub.practice.advice import Step as Answer
from familyhub.practice.bank_holidays import bank_holidays
from familyhub.practice.disagreement import (
    STAGES,
    DisagreementView,
    Stage,
    Step,
    due_on,
    in_order,
    local_stages,
    next_stage,
    stands,
    together,
)
from familyhub.practice.today import DUE, LATE, DisagreementFact, rank

DAYS = st.dates(date(2025, 11, 1), date(2027, 2, 1))
STEPS = st.lists(
    st.builds(
        Step, st.sampled_from(["escalated", "escalated", "escalated", "settled"]), st.integers(0, 6), st.just("because"),
        DAYS.map(date.isoformat), st.just("Asha"), st.tuples(st.integers(1, 9), st.text("ab", max_size=2)),
    ),
    max_size=5,
)  # fmt: skip


def view(*steps: Step, on: str = "2026-03-12", stages: tuple[Stage, ...] = STAGES) -> DisagreementView:
    return DisagreementView("d1", "fam:bell", "ours", "theirs", "Ms Roe", on, "Asha", steps, stages)


@given(DAYS, st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_a_stage_is_over_after_as_many_working_days_as_a_count_day_by_day_finds(
    begun: date, days: int
) -> None:
    day, left = begun, days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in bank_holidays(day.year)
    assert due_on(begun.isoformat(), Stage("x", days)) == day


@given(STEPS, st.randoms())
@settings(max_examples=80, deadline=None)
def test_how_it_stands_does_not_depend_on_the_order_in_which_steps_arrived(
    steps: list[Step], random: object
) -> None:
    before = stands(view(*steps))
    random.shuffle(steps)  # type: ignore[attr-defined]
    after = stands(view(*steps))
    assert (after.number, after.since, after.due, after.open) == (
        before.number,
        before.since,
        before.due,
        before.open,
    )
    taken = [min(max(s.stage, 1), len(STAGES)) for s in steps if s.step == "escalated"]
    assert after.number == max([1, *taken])
    assert after.open == (after.due is not None) == all(s.step != "settled" for s in steps)
    following = next_stage(view(*steps))
    assert following == (STAGES[after.number] if after.number < len(STAGES) else None)


def test_two_who_took_it_to_the_same_stage_took_it_there_once() -> None:
    one = Step("escalated", 2, "x", "2026-03-18", "Asha", (1, "a"))
    other = Step("escalated", 2, "y", "2026-03-16", "Sam", (2, "b"))
    found = stands(view(one, other))
    assert (found.number, found.stage, found.since) == (2, STAGES[1].name, "2026-03-16")
    assert found.due == date(2026, 3, 19)


def test_stages_are_the_locality_s_where_it_names_them() -> None:
    assert local_stages({}) == STAGES
    assert local_stages({"escalation_1_days": 1})[0] == Stage(STAGES[0].name, 1)
    own = local_stages(
        {
            "escalation_1": "ring the team",
            "escalation_3": "the board",
            "escalation_3_days": 7,
            "escalation_1_days": -4,
        }
    )
    assert own == (Stage("ring the team", STAGES[0].days), Stage("the board", 7))
    assert local_stages({"escalation_2_days": 10**9}) == STAGES, "a slip, not a clock of centuries"


def test_open_ones_come_first_by_what_is_due() -> None:
    settled = Step("settled", 1, "agreed", "2026-03-13", "Asha", (1, "a"))
    late, soon, done = (
        DisagreementView(i, "fam:bell", "", "", "", on, "", steps)
        for i, on, steps in (
            ("late", "2026-02-02", ()),
            ("soon", "2026-03-12", ()),
            ("done", "2026-01-01", (settled,)),
        )
    )
    assert [d.id for d in in_order([done, soon, late])] == ["late", "soon", "done"]


@given(DAYS, DAYS)
@settings(max_examples=40, deadline=None)
def test_an_open_one_stands_on_today_with_its_clock_whatever_it_says(today: date, due: date) -> None:
    (line,) = rank(
        [DisagreementFact("d", "con:c1", "", "Ms Roe", "manager to manager", due.isoformat())], today
    )
    assert line.kind == (LATE if due < today else DUE)
    assert ("late" in line.reason) == (due < today)
    assert (line.act, line.target, line.family_id) == ("open_disagreement", "con:c1", None)


def test_a_question_says_what_is_still_to_be_recorded() -> None:
    def waits(*steps: str) -> str:
        answers = tuple(Answer(s, "x", "Ms Roe", "2026-03-12", "Asha") for s in steps)
        return AdviceView("a", "fam:bell", "?", "2026-03-12", "Asha", answers).waits

    assert (waits(), waits("advice"), waits("advice", "decision"), waits("decision")) == (
        "no advice recorded yet", "no decision recorded yet", "", "",
    )  # fmt: skip


def test_those_of_one_handshake_are_one_in_whatever_order_they_came_and_others_stay_alone() -> None:
    rows = [
        DisagreementView("b", "fam:x", "v", "two", "R", "2026-03-10", "Sam", handshake_id="h", order=(2, "b"),
                         steps=(Step("settled", 1, "done", "2026-03-12", "Sam", (5, "s")),)),
        DisagreementView("a", "fam:x", "v", "one", "R", "2026-03-11", "Asha", handshake_id="h", order=(1, "a")),
        DisagreementView("c", "fam:x", "v", "three", "R", "2026-03-11", "Asha", order=(3, "c")),
        DisagreementView("d", "fam:y", "v", "four", "R", "2026-03-11", "Asha", handshake_id="h", order=(4, "d")),
    ]  # fmt: skip
    found = together(rows)
    assert found == together(reversed(rows))
    assert [(d.id, d.ids, d.on) for d in found] == [
        ("a", ("a", "b"), "2026-03-10"), ("c", ("c",), "2026-03-11"), ("d", ("d",), "2026-03-11"),
    ]  # fmt: skip
    assert [stands(d).open for d in found] == [False, True, True]
