"""The second check on a laptop: back for those who are named now, and a manager's ring that stays until it is settled."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from familyhub.practice.matching import Match
from familyhub.practice.second_check import Check, Settled, about, objection, result, stands, words
from familyhub.records.codes import CHECK_RESULT

TIMES = st.integers(0, 9).map(lambda n: f"2026-03-12T09:1{n}:00Z")
CHECKS = st.lists(
    st.builds(Check, st.sampled_from(["go_on", "rings"]), TIMES, st.sampled_from("ab")), max_size=6
)
SETTLED = st.lists(st.builds(Settled, TIMES, st.just("2026-03-12"), st.just("Nia")), max_size=3)
PERSON = st.tuples(*[st.text("ab \x1f", max_size=3)] * 6)


def match(points: int, family: str = "f") -> Match:
    return Match("p", family, "Leo Bell", ("same name",), (), points)


def test_the_codes_of_both_results_are_of_one_length() -> None:
    assert {len(code) for code in CHECK_RESULT.values} == {5}


def test_a_manager_rings_only_for_what_is_likely_and_in_a_file_that_those_who_decide_do_not_hold() -> None:
    assert result([match(80), match(55)], {"f"}, "") == ("go_on", [])
    assert result([match(49)], (), "") == ("go_on", [])
    assert result([match(50)], (), "f") == ("go_on", []), "they came to it by themselves"
    assert result([match(50), match(90, "held")], {"held"}, "") == ("rings", [match(50)])


def test_each_state_says_what_it_is_and_no_further_action_waits_in_three_of_them() -> None:
    back, ring = Check("go_on", "2026-03-12T09:10:00Z", "a"), Check("rings", "2026-03-12T09:10:00Z", "a")
    done = Settled("2026-03-12T09:10:00Z", "2026-03-12", "Nia")
    said = {
        words(stands(checks, settled, now), "09:10", "07:42"): bool(objection(stands(checks, settled, now)))
        for checks, settled, now in (([], [], "a"), ([back], [], "a"), ([back], [], "b"), ([ring], [], "a"), ([ring], [done], "a"))
    }  # fmt: skip
    assert said == {
        "Checked only against what is on this laptop, as at 07:42": True,
        "Second check back 09:10: go on": False,
        "Checked only against what is on this laptop, as at 07:42: somebody was named since the second check 09:10": True,
        "Second check back 09:10: a manager will ring you": True,
        "Second check back 09:10: a manager will ring you · recorded as done": False,
    }  # fmt: skip


@given(CHECKS, SETTLED)
@settings(max_examples=80, deadline=None)
def test_it_is_settled_by_what_is_later_alone_and_back_for_who_is_named_now(
    checks: list[Check], settled: list[Settled]
) -> None:
    found = stands(checks, settled, "a")
    ringing = [c for c in checks if c.result == "rings" and not any(s.upto >= c.at for s in settled)]
    assert (found.state == "ring") == bool(ringing)
    if not ringing:
        assert found.open == (not any(c.about == "a" for c in checks))
    assert stands(checks[::-1], settled[::-1], "a").open == found.open, "the order of arrival is nothing"


@given(st.lists(PERSON, max_size=4), st.lists(PERSON, max_size=4), st.text("ab", max_size=2))
@settings(max_examples=80, deadline=None)
def test_the_digest_is_of_who_is_named_in_whatever_order(
    people: list[tuple[str, ...]], others: list[tuple[str, ...]], address: str
) -> None:
    assert about(people, address, "") == about(people[::-1], address, "")

    def told(some: list[tuple[str, ...]]) -> list[str]:
        lines = ((i, g, f, b, "" if b else a, s) for i, g, f, b, a, s in some)
        return sorted("\x1f".join(line) for line in lines)

    assert (about(people, "", "") == about(others, "", "")) == (told(people) == told(others))
