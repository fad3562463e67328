from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from familyhub.practice.household import Child
from familyhub.practice.plan_check import (
    GRAVITY,
    About,
    check,
    has_measure,
    in_force,
    says_what_we_do,
    to_mend,
)
from familyhub.practice.plan_rules import PlanRules
from familyhub.practice.plan_view import KeptView, NeedView, PlanView, Step
from tests.practice.plans import RECENT, TODAY, child, kept, need, plan, step

RULES = PlanRules()
HAND_WRITTEN = tomllib.loads((Path(__file__).parent / "twenty_plans.toml").read_text(encoding="utf-8"))[
    "plan"
]


def said(found: Any) -> list[str]:
    return [f"{'kept ' if f.kept else ''}{f.code} {f.about.kind} {f.about.id}" for f in found]


# -- written by hand ---------------------------------------------------------------------------------------------


def _child(text: str) -> Child:
    name, age, school, sen, seen = [*(p.strip() for p in text.split(";")), "", "", ""][:5]
    return child(
        name, None if age == "unborn" else int(age), school=school, sen=sen, overdue=seen == "never",
        last_seen=None if seen == "never" else RECENT,
    )  # fmt: skip


def _step(text: str, identity: str, under: str | None) -> Step:
    what, owner, agency, due, status, moved = [*(p.strip() for p in text.split(";")), "", ""][:6]
    return step(
        identity, under, what, owner, agency, due=None if due == "none" else due, status=status or "not_started",
        moved_on=moved or RECENT,
    )  # fmt: skip


def read(text: str) -> tuple[PlanView, list[Child]]:
    """A plan written by hand."""
    children: list[Child] = []
    needs: list[NeedView] = []
    loose: list[Step] = []
    reasons: list[KeptView] = []
    reviewed, in_loose = None, False
    for line in text.strip().splitlines():
        word, _, rest = line.partition(" ")
        if word == "child":
            children.append(_child(rest))
        elif word == "need":
            whom, _, said_of = rest.partition(": ")
            what, _, outcome = said_of.partition(" =>")
            person = None if whom == "all" else whom
            needs.append(need(str(len(needs) + 1), what, outcome.strip(), person=person))
        elif word == "loose:":
            in_loose = True
        elif word == "-" and in_loose:
            loose.append(_step(rest, f"0.{len(loose) + 1}", None))
        elif word == "-":
            last = needs[-1]
            made = _step(rest, f"{last.id}.{len(last.actions) + 1}", last.id)
            needs[-1] = replace(last, actions=(*last.actions, made))
        elif word == "kept":
            about, on, until = (p.strip() for p in rest.split(";"))
            reasons.append(kept(*about.split(" "), on, until))
        else:
            assert word == "reviewed"
            reviewed = rest
    return plan(*needs, loose=tuple(loose), kept=tuple(reasons), reviewed_on=reviewed), children


def test_there_are_twenty_of_them() -> None:
    assert len(HAND_WRITTEN) == 20
    told = {line.removeprefix("kept ").split(" ")[0] for p in HAND_WRITTEN for line in p["expected"]}
    assert told == set(GRAVITY) - {"no_outcome"}, "no_outcome is always behind a need without an action there"


@pytest.mark.parametrize("written", HAND_WRITTEN, ids=lambda p: p["name"])
def test_a_plan_written_by_hand_gets_exactly_its_findings(written: dict[str, Any]) -> None:
    made, children = read(written["text"])
    assert said(check(made, children, TODAY, RULES)) == written["expected"]


# -- a clean plan, and faults put into it --------------------------------------------------------------------------

SCHOOL = "Kestrel Lane School"
NAMES = ("Ada", "Bram", "Cleo", "Dov")
NEEDS = (
    ("Mornings are rows", "{} is in by nine every school day for six weeks"),
    ("Nobody sleeps", "{} sleeps through five nights of seven until the review"),
    ("Few words", "{} joins two words and is understood outside the family by June"),
    ("No friends near", "{} chooses one thing a week to do with others, and says so"),
)
TAUGHT = (
    "Quiet start in the library",
    "Key adult at the gate",
    "Small talking group",
    "Lunch club on Tuesdays",
)
OURS = (
    "See alone and ask what would be better, with the sensory needs page",
    "Three evening visits to go through bedtime, sensory support kept to hand",
    "Ask the clinic for its date and for a hearing test",
    "Go along to the first two evenings, ADHD nurse rung before",
)
FREE = (
    "Bath, book and bed at one time",
    "Photos for the landlord by post",
    "Bus money in an envelope",
    "A meal chosen by turns",
)
MORE = (
    "Come to both scans, and go through what was said",
    "Weigh on Mondays",
    "Red book brought up to date",
    "List of who may be rung at night",
)
AGES = (3, 6, 9, 15)
Fault = tuple[str, int]


@dataclass
class Draft:
    """A plan while faults are put into it."""

    children: list[Child] = field(default_factory=list)
    needs: list[NeedView] = field(default_factory=list)
    loose: list[Step] = field(default_factory=list)
    expected: dict[About, set[str]] = field(default_factory=dict)

    def expect(self, code: str, kind: str, identity: str) -> None:
        self.expected.setdefault(About(kind, identity), set()).add(code)

    def action(self, n: int, place: int, **change: Any) -> str:
        old = self.needs[n]
        steps = list(old.actions)
        steps[place] = replace(steps[place], **change)
        self.needs[n] = replace(old, actions=tuple(steps))
        return steps[place].id

    def outcome(self, n: int, text: str) -> str:
        self.needs[n] = replace(self.needs[n], outcome=text)
        return self.needs[n].id


@st.composite
def clean(draw: st.DrawFn) -> Draft:
    """A plan in which nothing is to be mended: a need for each child with four actions, of three agencies and the family."""
    made = Draft()
    for n in range(draw(st.integers(1, 4))):
        name, age = NAMES[n], draw(st.sampled_from(AGES))
        sen = draw(st.sampled_from(("", "SEN support", "EHC plan")))
        made.children.append(child(name, age, school=SCHOOL if age >= 5 else "", sen=sen))
        what, outcome = NEEDS[n]
        status = st.sampled_from(("not_started", "in_progress", "done"))
        made.needs.append(
            need(
                f"n{n}", what, outcome.format(name),
                step(f"n{n}-taught", f"n{n}", TAUGHT[n], "Ms Ali", SCHOOL, status=draw(status)),
                step(f"n{n}-ours", f"n{n}", OURS[n], "Asha Rahman", "council", status=draw(status)),
                step(f"n{n}-free", f"n{n}", FREE[n], "Dawn", "family"),
                step(f"n{n}-more", f"n{n}", MORE[n], "Ann Bell", "midwifery"),
                person=name,
            )
        )  # fmt: skip
    return made


def no_outcome(d: Draft, n: int) -> None:
    d.expect("no_outcome", "need", d.outcome(n, " "))


def says_work(d: Draft, n: int) -> None:
    d.expect(
        "says_what_we_do", "need", d.outcome(n, ("Support Dawn", "Mediation", "Routines", "Improve sleep")[n])
    )


def no_measure(d: Draft, n: int) -> None:
    wishes = ("Happier at home", "Calm and rested", "Understood by people", "Glad of friends")
    d.expect("no_measure", "need", d.outcome(n, wishes[n]))


def copied_outcome(d: Draft, n: int) -> None:
    if n:
        d.expect("copied", "need", d.outcome(n, NEEDS[0][1].format(NAMES[0]) + "."))


def nobody(d: Draft, n: int) -> None:
    d.expect("no_owner", "action", d.action(n, 2, owner="", agency=""))


def no_person(d: Draft, n: int) -> None:
    d.expect(
        "no_person",
        "action",
        d.action(n, 2, owner=("", "GP", "CAMHS", "The Hub")[n], agency=("gp", "", "CAMHS", "the hub")[n]),
    )


def no_date(d: Draft, n: int) -> None:
    d.expect("no_date", "action", d.action(n, 2, due=None))


def stale(d: Draft, n: int) -> None:
    d.expect("stale", "action", d.action(n, 2, moved_on="2026-01-28"))


def copied_action(d: Draft, n: int) -> None:
    if n:
        d.expect("copied", "action", d.action(n, 2, what=MORE[0].upper()))


def no_action(d: Draft, n: int) -> None:
    d.needs.append(need(f"bare{n}", "Money is short", f"Arrears fall {n + 1} months running", person="Dawn"))
    d.expect("need_without_action", "need", f"bare{n}")


def no_need(d: Draft, n: int) -> None:
    d.loose.append(step(f"loose{n}", None, f"Ring about bin {n}", "Asha Rahman", "council"))
    d.expect("action_without_need", "action", f"loose{n}")


def in_none(d: Draft, n: int) -> None:
    name = ("Una", "Viv", "Wes", "Xan")[n]
    d.children.append(child(name, (None, 0, 9, 15)[n], overdue=n == 3, sen="EHC plan" if n == 3 else ""))
    d.expect("child_in_none", "child", name)


def _taught(n: NeedView) -> bool:
    return any(s.agency == SCHOOL and s.status != "stopped" for s in n.actions)


def no_education(d: Draft, n: int) -> None:
    for place in range(len(d.children[:4])):
        if place < len(d.needs) and d.needs[place].id == f"n{place}":
            d.action(place, 0, status="stopped")
    for c in d.children:
        if c.age is not None and 5 <= c.age < 16:
            d.expect("no_education", "child", c.id)


def no_provision(d: Draft, n: int) -> None:
    d.children[n] = replace(d.children[n], sen="SEN support")
    d.action(n, 0, agency="youth service", owner="Ray Holt")
    d.action(
        n,
        1,
        what=(
            "Walk round the block",
            "Cards on a rainy day",
            "Tidy the yard with Pat",
            "Cook one tea a week",
        )[n],
    )
    d.expect("sen_without_provision", "child", d.children[n].id)
    if not any(_taught(x) for x in d.needs):
        for c in d.children:
            if c.age is not None and 5 <= c.age < 16:
                d.expect("no_education", "child", c.id)


ON_A_NEED = (no_outcome, says_work, no_measure, copied_outcome)
ON_AN_ACTION = (nobody, no_person, no_date, stale, copied_action)
BESIDE = (no_action, no_need, in_none)
ON_A_CHILD = (no_provision,)


def _chosen(draw: Any, d: Draft) -> list[tuple[Callable[[Draft, int], None], int]]:
    """For each need at most one fault of each kind, so that each fault stays the one it is."""
    out: list[tuple[Callable[[Draft, int], None], int]] = []
    for n in range(len(d.needs)):
        for kind in (ON_A_NEED, ON_AN_ACTION, ON_A_CHILD):
            fault = draw(st.sampled_from((None, *kind)))
            if fault is not None:
                out.append((fault, n))
    copies = {f for f, _ in out} & {copied_outcome, copied_action}
    if copies:  # what is copied has to stand where it was
        out = [(f, n) for f, n in out if n or f not in (*ON_A_NEED, no_provision)]
    return out + [(fault, n) for n in range(4) for fault in BESIDE if draw(st.booleans())]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_faults_put_into_a_clean_plan_are_exactly_those_found(data: st.DataObject) -> None:
    d = data.draw(clean())
    assert check(plan(*d.needs), d.children, TODAY, RULES) == ()
    for fault, n in _chosen(data.draw, d):
        fault(d, n)
    if data.draw(st.booleans()):
        no_education(d, 0)
    found = check(plan(*d.needs, loose=tuple(d.loose)), d.children, TODAY, RULES)
    gravest = {row: min(codes, key=GRAVITY.index) for row, codes in d.expected.items()}
    assert {f.row: f.code for f in found} == gravest
    assert len({f.row for f in found}) == len(found), "at most one finding stands at a row"


@settings(max_examples=12, deadline=None)
@given(clean())
def test_a_plan_of_one_agency_is_told_at_the_plan(d: Draft) -> None:
    for n, one in enumerate(d.needs):
        for place in range(len(one.actions)):
            d.action(n, place, agency=SCHOOL)
    assert said(check(plan(*d.needs), d.children, TODAY, RULES)) == ["one_agency plan plan"]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_is_kept_is_silent_and_the_next_gravest_of_its_row_is_heard(data: st.DataObject) -> None:
    d = data.draw(clean())
    for fault, n in _chosen(data.draw, d):
        fault(d, n)
    made = plan(*d.needs, loose=tuple(d.loose))
    open_now = check(made, d.children, TODAY, RULES)
    silenced = data.draw(
        st.lists(st.sampled_from(open_now), unique_by=lambda f: f.row) if open_now else st.just([])
    )
    reasons = tuple(kept(f.code, *f.about, "2026-03-10", "2026-03-22") for f in silenced)
    again = check(replace(made, kept=reasons), d.children, TODAY, RULES)
    assert {f.about: f.code for f in again if f.kept} == {f.about: f.code for f in silenced}
    rows = {f.row: f.code for f in to_mend(again)}
    for f in silenced:
        assert GRAVITY.index(rows.get(f.row, "one_agency")) > GRAVITY.index(f.code) or f.row not in rows
    untouched = {f.row: f.code for f in open_now if f not in silenced}
    assert untouched.items() <= rows.items()


# -- single rules --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outcome",
    ["Support Dawn", "To support Dawn with routines", "Supporting mum", "We will see Leo", "Leo to attend school",
     "Parents to communicate", "Domestic abuse support", "Young carers referral", "EHCP", "Improve attendance",
     "Dawn to access counselling", "Worker to visit weekly", "Alcohol support for Priya", "Mediation with Dad", "Keep Leo safe", "Monitor baby."],
)  # fmt: skip
def test_work_and_services_are_no_difference(outcome: str) -> None:
    assert says_what_we_do(outcome)


@pytest.mark.parametrize(
    "outcome",
    ["Leo is in by 9 every Monday", "Help is there at night", "Work is found by June", "Support comes when Dawn asks",
     "Dawn keeps the chart", "No incidents for three months", "Grace sleeps through", "Leo chooses what to wear",
     "Support Dawn so that Leo is in by nine", "Dawn has the support of two people to ring", "Safe handovers for eight weeks", "", "…"],
)  # fmt: skip
def test_a_difference_is_not_taken_for_work(outcome: str) -> None:
    assert not says_what_we_do(outcome)


def test_a_measure_is_a_count_a_day_or_somebody_who_says_so() -> None:
    assert all(
        has_measure(t)
        for t in (
            "six nights",
            "Leo says so",
            "by June",
            "confirmed in writing",
            "every day",
            "no rows",
            "4 of 10",
            "“okay”",
        )
    )
    assert not any(has_measure(t) for t in ("Happier", "Better sleep", "Dawn copes well", "A calm home"))


def test_an_outcome_that_is_missing_is_told_where_actions_stand() -> None:
    made, children = read("child Leo; 3\nneed Leo: Sleep =>\n- Bath; Dawn; family; 2026-03-20\n- Call; Jo; council; 2026-03-20\n"
                          "- Weigh; Ann; health; 2026-03-20")  # fmt: skip
    assert said(check(made, children, TODAY, RULES)) == ["no_outcome need 1"]


def test_an_empty_need_of_a_child_speaks_of_the_child_at_its_row() -> None:
    made, children = read("child Jo; 3; ; ; never\nchild Leo; 3\nneed Jo: The baby's sister =>\n"
                          "need Leo: Sleep => Leo sleeps six nights\n- Bath; Dawn; family; 2026-03-20\n"
                          "- Call; Ann; health; 2026-03-20\n- Call; Abe; council; 2026-03-20")  # fmt: skip
    (found,) = check(made, children, TODAY, RULES)
    assert (found.code, found.about, found.row, found.key) == (
        "child_in_none",
        About("child", "Jo"),
        About("need", "1"),
        "v",
    )
    assert found.text == "Never seen, in none of this plan. What does Jo want?"


def test_a_grown_child_a_third_party_and_one_who_lives_elsewhere_are_not_asked_for() -> None:
    made, children = read(HAND_WRITTEN[0]["text"])
    others = [child("Abe", 18), child("Bea", 9, third_party=True), child("Cy", 9, lives_here=False)]
    assert check(made, [*children, *others], TODAY, RULES) == ()


def test_an_area_has_its_own_numbers() -> None:
    made, children = read(HAND_WRITTEN[0]["text"])
    assert [f.code for f in check(made, children, TODAY, PlanRules(stale_after_days=9))] == ["stale"] * 3
    young = [replace(children[0], age=4, school="")]
    bare = replace(made, needs=(replace(made.needs[0], actions=(made.needs[0].actions[0], *(
        replace(a, agency=f"agency {n}") for n, a in enumerate(made.needs[0].actions[1:])))),))  # fmt: skip
    assert check(bare, young, TODAY, RULES) == ()
    assert [f.code for f in check(bare, young, TODAY, PlanRules(school_from_age=4))] == ["no_education"]


def test_another_childs_nursery_is_not_this_childs_school() -> None:
    made, children = read(
        HAND_WRITTEN[2]["text"].replace("child Finn; 1; ; ; never", "child Finn; 8; Oak Primary")
    )
    mine = [f for f in check(made, children, TODAY, PlanRules()) if f.about.id == "Finn"]
    assert [f.code for f in mine] == ["child_in_none"]
    named = replace(made, needs=(replace(made.needs[0], what="Ava and Finn have few words"),))
    assert said(check(named, children, TODAY, RULES)) == ["no_education child Finn"]


def test_a_reason_without_a_review_day_lasts_until_a_review_is_held() -> None:
    made = plan()
    reason = kept("no_date", "action", "x", "2026-03-01", None)
    assert in_force(reason, made, TODAY)
    assert not in_force(reason, replace(made, reviewed_on="2026-03-02"), TODAY)
    assert in_force(reason, replace(made, reviewed_on="2026-03-01"), TODAY), "given at the review itself"


def test_every_finding_has_words_for_a_narrow_line_and_a_key() -> None:
    for written in HAND_WRITTEN:
        made, children = read(written["text"])
        for found in check(made, children, TODAY, RULES):
            assert found.text.strip()
            assert len(found.short) <= 50
            assert found.key in ("+", "a", "u", "d", "o", "e", "v")
