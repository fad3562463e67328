"""How a step up or step down stands is computed from its rows, in whatever order they came."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from familyhub.practice.handshakes import (
    ACCEPTED,
    AGREED,
    ASKED,
    DECLINED,
    RETURNED,
    SENT,
    STEP_DOWN,
    STEP_UP,
    WITHDRAWN,
    HandshakeRules,
    HandshakeView,
    Signed,
    Step,
    age_words,
    current,
    next_step,
    stands,
    twins,
    waiting,
)

TODAY = date(2026, 3, 12)
RULES = HandshakeRules()


def handshake(*rows: Step | Signed, kind: str = STEP_UP) -> HandshakeView:
    return HandshakeView(
        "h", kind, "e", "MASH", "Frances Tate", "the plan", "", "agrees", "", "workers", "why", "workers", "2026-03-02",
        "Asha", "w-asha", signatures=tuple(r for r in rows if isinstance(r, Signed)),
        steps=tuple(r for r in rows if isinstance(r, Step)),
    )  # fmt: skip


def signed(signature: str = "signed", on: str = "2026-03-03", by: str = "w-mo", order: int = 1) -> Signed:
    return Signed(signature, on, by, by, order=(order, "s"))


def step(kind: str, on: str = "2026-03-05", order: int = 1) -> Step:
    return Step(kind, on, "Asha", "MASH", "Ruth", order=(order, kind))


@pytest.mark.parametrize(
    ("rows", "state", "since"),
    [
        ((), ASKED, "2026-03-02"),
        ((signed(),), AGREED, "2026-03-03"),
        ((signed(by="w-asha"),), ASKED, "2026-03-02"),
        ((signed("returned"),), RETURNED, "2026-03-03"),
        ((signed("returned"), signed(on="2026-03-04")), AGREED, "2026-03-04"),
        ((signed(on="2026-03-04"), signed(on="2026-03-03", by="w-joan")), AGREED, "2026-03-03"),
        ((step(SENT, "2026-03-06"), step(SENT)), SENT, "2026-03-05"),
        ((step(SENT), step(ACCEPTED, "2026-03-09"), step(ACCEPTED, "2026-03-06")), ACCEPTED, "2026-03-06"),
        ((step(DECLINED), step(DECLINED, "2026-03-04")), DECLINED, "2026-03-04"),
        (
            (step(DECLINED), step(ACCEPTED, "2026-03-06"), step(ACCEPTED, "2026-03-07")),
            ACCEPTED,
            "2026-03-06",
        ),
        ((step(ACCEPTED), step(WITHDRAWN, "2026-03-06")), ACCEPTED, "2026-03-05"),
        ((step(WITHDRAWN), step(ACCEPTED, "2026-03-06")), WITHDRAWN, "2026-03-05"),
    ],
)
def test_how_it_stands_follows_from_its_rows(rows: tuple[Step | Signed, ...], state: str, since: str) -> None:
    found = stands(handshake(*rows))
    assert (found.state, found.since) == (state, since)


DAYS = st.sampled_from(["2026-03-03", "2026-03-04", "2026-03-05"])
ROWS = st.lists(
    st.one_of(
        st.builds(signed, st.sampled_from(["signed", "returned"]), DAYS, st.sampled_from(["w-mo", "w-asha"])),
        st.builds(step, st.sampled_from([SENT, ACCEPTED, DECLINED, WITHDRAWN]), DAYS),
    ),
    max_size=7,
)


@given(ROWS, st.randoms(use_true_random=False))
def test_how_it_stands_is_the_same_in_whatever_order_its_rows_came(
    rows: list[Step | Signed], any_order: object
) -> None:
    written = [r._replace(order=(n, str(n))) for n, r in enumerate(rows)]
    came = list(written)
    any_order.shuffle(came)  # type: ignore[attr-defined]
    assert stands(handshake(*came)) == stands(handshake(*written))


@given(ROWS, DAYS, st.sampled_from([SENT, ACCEPTED, DECLINED, WITHDRAWN]))
def test_two_who_record_the_same_step_make_one_on_the_earlier_day(
    rows: list[Step | Signed], day: str, kind: str
) -> None:
    once = [r._replace(order=(n, str(n))) for n, r in enumerate(rows)]
    mine = Step(kind, day, "Asha", order=(90, "mine"))
    later = Step(kind, "2026-03-06", "Sam", order=(80, "theirs"))
    only = handshake(mine)
    assert stands(handshake(later, mine)) == stands(only)
    both = stands(handshake(*once, mine, later))
    assert both.state in {stands(handshake(*once, mine)).state, kind}


@pytest.mark.parametrize(
    ("rows", "what", "why", "due"),
    [
        ((), "a manager agrees", "nothing is sent", None),
        ((signed("returned"),), "read why", "goes on", None),
        ((signed(),), "send it to Frances Tate, MASH", "do not know", None),
        ((step(SENT),), "ring Frances Tate, MASH", "was due Fri 6 Mar", date(2026, 3, 6)),
        ((step(ACCEPTED),), "end help", "Ruth, MASH accepted", None),
    ],
)
def test_what_is_next_and_why_is_said(
    rows: tuple[Step | Signed, ...], what: str, why: str, due: date | None
) -> None:
    found = next_step(handshake(*rows), TODAY, RULES)
    assert found is not None
    assert what in found.what
    assert why in found.why
    assert found.due == due


def test_nothing_is_next_when_it_is_answered_for_good() -> None:
    assert next_step(handshake(step(DECLINED)), TODAY, RULES) is None
    assert next_step(handshake(step(WITHDRAWN)), TODAY, RULES) is None
    assert next_step(handshake(step(ACCEPTED)), TODAY, RULES, helped=False) is None


def test_a_step_down_asks_for_the_handover_then_for_the_first_visit_within_days() -> None:
    asked = replace(handshake(kind=STEP_DOWN), handover_on="2026-03-16")
    found = next_step(asked, TODAY, RULES)
    assert found is not None
    assert found.what == "the coordinator accepts or declines; joint handover meeting Mon 16 Mar"
    accepted = handshake(step(ACCEPTED, "2026-03-02"), kind=STEP_DOWN)
    late = next_step(accepted, TODAY, RULES)
    assert late is not None
    assert (late.what, late.due) == ("first visit was due Mon 9 Mar", date(2026, 3, 9))
    more = next_step(accepted, TODAY, RULES._replace(visit_days=10))
    assert more is not None
    assert more.what == "first visit by Mon 16 Mar"
    assert next_step(accepted, TODAY, RULES, visited=True) is None


def test_its_age_is_told_in_working_days() -> None:
    assert age_words(handshake(), TODAY) == "open 8 working days"
    assert age_words(handshake(), date(2026, 3, 2)) == "asked today"
    assert age_words(handshake(), date(2026, 3, 3)) == "open 1 working day"
    assert age_words(replace(handshake(), on=""), TODAY) == "since when is not known"


def test_the_one_asked_for_last_is_the_current_one_and_only_open_ones_wait() -> None:
    older = handshake(step(DECLINED))
    newer = replace(handshake(), id="n", on="2026-03-10")
    assert current([older, newer], STEP_UP) == newer
    assert current([older, newer], STEP_UP, "another") is None
    assert waiting([newer, older]) == [newer]


def test_one_that_was_withdrawn_is_current_only_where_no_other_is() -> None:
    older = handshake(step(SENT), step(ACCEPTED, "2026-03-06"))
    newer = replace(handshake(step(WITHDRAWN)), id="n", on="2026-03-10")
    assert current([older, newer], STEP_UP) == older
    assert current([newer], STEP_UP) == newer


@pytest.mark.parametrize(
    ("other", "twin"),
    [
        (handshake(), True), (handshake(step(SENT)), True), (handshake(step(ACCEPTED)), True),
        (handshake(step(WITHDRAWN)), False), (handshake(step(DECLINED)), False), (handshake(signed("returned")), False),
        (handshake(kind=STEP_DOWN), False), (replace(handshake(), episode_id="another"), False),
    ],
)  # fmt: skip
def test_two_ask_for_the_same_where_neither_was_taken_back(other: HandshakeView, twin: bool) -> None:
    one = handshake()
    assert (twins([replace(other, id="o"), one], one) != []) == twin
    assert twins([replace(other, id="o"), one], handshake(step(WITHDRAWN))) == []
