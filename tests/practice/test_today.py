"""Today's ranking: total, stable, each line with its reason and its act."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from familyhub.practice.safety import SafetyReviewFact
from familyhub.practice.today import (
    WHY,
    ActionFact,
    AssessmentFact,
    ChildFact,
    ClosingFact,
    ConcernFact,
    DifferenceFact,
    DisagreementFact,
    DraftFact,
    Fact,
    FollowUpFact,
    GivenFact,
    MeetingFact,
    ReviewFact,
    WithdrawalFact,
    rank,
)

TODAY = date(2026, 3, 12)
NEAR = st.integers(-90, 30).map(lambda n: (TODAY + timedelta(days=n)).isoformat())
FAMILY = st.sampled_from(["f1", "f2", "f3"])
ACTS = {
    "tell",
    "update_action",
    "decide",
    "log_visit",
    "meeting",
    "closing",
    "follow_up",
    "open_draft",
    "open_assessment",
    "open_sharing",
    "open_safety",
    "open_disagreement",
}

FACTS: st.SearchStrategy[Fact] = st.one_of(
    st.builds(ConcernFact, st.uuids().map(str), st.just("c"), st.none() | FAMILY, FAMILY, st.sampled_from(["", "Leo"]), NEAR, st.just("Asha")),
    st.builds(ActionFact, st.uuids().map(str), FAMILY, FAMILY, st.just("Chart"), st.sampled_from(["", "Dawn"]), NEAR, st.booleans()),
    st.builds(ReviewFact, st.uuids().map(str), st.uuids().map(str), FAMILY, NEAR, st.integers(1, 20)),
    st.builds(SafetyReviewFact, st.uuids().map(str), FAMILY, FAMILY, st.sampled_from(["Safety note: dog", "Craig: allegation"]), NEAR),
    st.builds(MeetingFact, st.uuids().map(str), FAMILY, FAMILY, st.just("Review of the plan"), NEAR, st.sampled_from(["", "14:00"])),
    st.builds(ClosingFact, st.uuids().map(str), FAMILY, FAMILY, NEAR, st.booleans()),
    st.builds(FollowUpFact, st.uuids().map(str), FAMILY, FAMILY, NEAR),
    st.builds(ChildFact, st.uuids().map(str), FAMILY, FAMILY, st.just("Leo"), st.none() | NEAR, NEAR, st.just(42)),
    st.builds(AssessmentFact, st.uuids().map(str), FAMILY, FAMILY, NEAR, st.none() | st.integers(5, 45),
              st.sampled_from(["started", "returned", "not_begun"])),
    st.builds(GivenFact, st.uuids().map(str), FAMILY, FAMILY, NEAR, st.sampled_from(["", "Joan Pike"])),
    st.builds(WithdrawalFact, st.uuids().map(str), FAMILY, FAMILY, st.just("Dawn"), NEAR, st.sampled_from(["", "no", "yes"])),
    st.builds(DifferenceFact, st.uuids().map(str), st.none() | FAMILY, FAMILY, st.just("due"), st.booleans()),
    st.builds(DisagreementFact, st.uuids().map(str), st.sampled_from(["fam:f1", "con:c1"]), st.just("Bell"), st.sampled_from(["Ms Roe", "Mr Lal"]),
              st.just("manager to manager"), st.none() | NEAR),
    st.builds(DraftFact, st.uuids().map(str), st.sampled_from(["visit", "note"]), st.none() | FAMILY, FAMILY, NEAR, st.integers(0, 200)),
)  # fmt: skip


@given(st.lists(FACTS, max_size=25), st.randoms(use_true_random=False))
def test_the_order_is_total_and_does_not_depend_on_the_order_of_the_facts(
    facts: list[Fact], random: object
) -> None:
    lines = rank(facts, TODAY)
    shuffled = list(facts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(shuffled, TODAY) == lines
    assert rank(reversed(facts), TODAY) == lines
    places = [(line.kind, line.due or "9999-12-31", line.family_id or "", line.target) for line in lines]
    assert places == sorted(places)
    own = [place for place, line in zip(places, lines, strict=True) if line.act != "open_disagreement"]
    assert len(set(own)) == len(own)


@given(st.lists(FACTS, max_size=25))
def test_every_line_has_a_reason_and_an_act(facts: list[Fact]) -> None:
    for line in rank(facts, TODAY):
        assert line.reason.strip()
        assert line.act in ACTS
        assert line.target
        assert line.kind in WHY


@given(st.lists(FACTS, max_size=25))
def test_a_fact_gives_at_most_one_line_and_what_is_never_passed_over_always_gives_one(
    facts: list[Fact],
) -> None:
    lines = rank(facts, TODAY)
    always = [f for f in facts if isinstance(f, (ConcernFact, DifferenceFact, DisagreementFact, DraftFact))]
    dated = (ActionFact, ReviewFact, SafetyReviewFact)
    late = [f for f in facts if isinstance(f, dated) and f.due < TODAY.isoformat()]
    assert len(always) + len(late) <= len(lines) <= len(facts)


def one_of_each() -> list[Fact]:
    past, soon = "2026-03-01", "2026-03-16"
    return [
        DifferenceFact("d2", "f", "F", "due", False), DraftFact("x", "visit", "f", "F", soon, 26),
        ActionFact("a3", "f", "F", "Club", "", soon, False), ActionFact("a2", "f", "F", "Letter", "Ms Ali", past, False),
        ChildFact("leo", "f", "F", "Leo", "2026-01-02", past, 42), DifferenceFact("d1", "f", "F", "how", True),
        ActionFact("a1", "f", "F", "Locks", "Dawn", past, True), ConcernFact("c", "k", "f", "F", "Leo", past, "Asha"),
    ]  # fmt: skip


def test_the_order_is_the_one_that_was_decided() -> None:
    assert [line.target for line in rank(one_of_each(), TODAY)] == [
        "c",
        "a1",
        "d1",
        "leo",
        "a2",
        "a3",
        "x",
        "d2",
    ]


def test_reasons_say_what_is_the_matter_in_plain_words() -> None:
    reasons = {line.target: line.reason for line in rank(one_of_each(), TODAY)}
    assert reasons["c"].startswith("Nobody has been told yet")
    assert reasons["a1"] == "safety action late: due Sun 1 Mar"
    assert reasons["leo"].endswith("no reason recorded")
    assert "fail" not in " ".join(reasons.values())
    assert reasons["x"] == "not finished, 26 h; only you can see it"
    assert {line.target: line.what for line in rank(one_of_each(), TODAY)}["a3"] == "Club · nobody named"


def test_what_is_to_be_looked_at_again_stands_with_the_reviews_and_asks_whether_it_is_still_true() -> None:
    facts = [
        SafetyReviewFact(due, "f", "F", "Safety note: dog", due)
        for due in ("2026-03-01", "2026-03-16", "2026-05-01")
    ]
    late, soon = rank(facts, TODAY)
    assert (WHY[late.kind], WHY[soon.kind]) == ("late", "due soon")
    assert late.reason == "look again, late: was due Sun 1 Mar: is it still true?"
    assert soon.reason == "look again, due Mon 16 Mar: is it still true?"


def test_a_draft_says_how_old_it_is_in_hours_then_in_days() -> None:
    lines = rank(
        [DraftFact(f"d{h}", "visit", "f", "F", "2026-03-02T08:00:00Z", h) for h in (0, 1, 47, 48)], TODAY
    )
    assert {line.target: line.reason.split(";")[0] for line in lines} == {
        "d0": "not finished, less than an hour", "d1": "not finished, 1 h", "d47": "not finished, 47 h",
        "d48": "not finished, 2 days",
    }  # fmt: skip


def test_what_is_due_in_more_than_five_working_days_needs_nobody_today() -> None:
    due = {
        d: bool(rank([ActionFact("a", "f", "F", "x", "", d, True)], TODAY))
        for d in ("2026-03-19", "2026-03-20")
    }
    assert due == {"2026-03-19": True, "2026-03-20": False}
    assert rank([ChildFact("c", "f", "F", "Leo", "2026-01-29", "2025-01-01", 42)], TODAY) == []
    assert len(rank([ChildFact("c", "f", "F", "Leo", "2026-01-28", "2025-01-01", 42)], TODAY)) == 1
