"""Meetings: the clock of the reviews, what one lacks, then and now, and papers that say no more than may be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from familyhub.practice.assessment import DayPart, VoiceView
from familyhub.practice.bank_holidays import bank_holidays
from familyhub.practice.closings import FollowUpView, due, follow_up_day
from familyhub.practice.family_file import FamilyFile, SafetyLine
from familyhub.practice.household import Member, Reach
from familyhub.practice.meeting_papers import Copy, copies, minutes, papers
from familyhub.practice.meetings import (
    AMBER,
    HELD,
    PLANNED,
    QUIET,
    RED,
    AmendmentView,
    AnswerView,
    ChildThere,
    GuestView,
    MeetingView,
    ReviewRules,
    actions_beside,
    children_asked,
    day_before,
    next_review,
    owners_who_left,
    review_clock,
    said_before,
    scores_beside,
    still_needed,
)
from familyhub.practice.plan_view import Dated, Progress, Scored
from familyhub.practice.safety import HomeView, RiskView
from familyhub.practice.visit_view import ChildAtVisit, NoteView, VisitView
from familyhub.practice.who_may_read import ORDER, may_read
from tests.practice.plans import TODAY, child, need, plan, step

DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))


# -- the clock ---------------------------------------------------------------------------------------------------


def by_hand(due_on: date, today: date, working_days: int) -> str:
    """The colour counted day by day: which working days lie from today on before the day."""
    if due_on < today:
        return RED
    left, day = [], today
    while day < due_on:
        if day.weekday() < 5 and day not in bank_holidays(day.year):
            left.append(day)
        day += timedelta(days=1)
    begun = len(left) < working_days or (len(left) == working_days and left[0] == today)
    return AMBER if begun else QUIET


@settings(deadline=None)
@given(DAYS, st.integers(-20, 40), st.integers(1, 12))
def test_a_review_is_amber_so_many_working_days_before_its_day_and_red_when_that_is_past(
    due_on: date, ahead: int, amber: int
) -> None:
    today = due_on - timedelta(days=ahead)
    clock = review_clock(due_on.isoformat(), today, ReviewRules(amber_working_days=amber))
    assert clock is not None
    assert (clock.colour, clock.due) == (by_hand(due_on, today, amber), due_on)


def test_the_clock_is_six_weeks_and_five_working_days_unless_an_area_has_changed_it() -> None:
    usual = ReviewRules()
    assert (usual.weeks, usual.amber_working_days, usual.follow_up_months) == (6, 5, 6)
    assert next_review(date(2026, 3, 12), usual) == date(2026, 4, 23)
    assert next_review(date(2026, 3, 12), ReviewRules(weeks=8)) == date(2026, 5, 7)
    assert review_clock(None, TODAY, usual) is None
    easter = review_clock("2026-04-09", date(2026, 3, 31), usual)  # Good Friday and Easter Monday lie between
    assert easter is not None
    assert easter.colour == AMBER


# -- what a meeting lacks ------------------------------------------------------------------------------------------


def lacks(**said: Any) -> list[str]:
    whole: dict[str, Any] = {
        "kind": "review", "on": "today", "came": True, "children": [("leo", "Leo", True)], "decision": "continue",
        "because": "", "next_due": "in 6 weeks", "no_next_because": "",
    }  # fmt: skip
    return [n.field for n in still_needed(**{**whole, **said})]


def test_a_meeting_needs_who_came_each_childs_views_or_why_none_a_decision_and_the_next_review() -> None:
    assert lacks() == []
    assert lacks(came=False, on=" ") == ["on", "guest"]
    assert lacks(children=[("leo", "Leo", False), ("mia", "Mia", False)]) == ["none:leo", "none:mia"]
    assert lacks(decision="") == ["decision"]
    assert lacks(next_due="") == ["next_due"]
    assert lacks(next_due="", no_next_because="School holds it") == []
    assert lacks(next_due="", decision="close", because="All met") == []
    assert lacks(next_due="", kind="taf") == []


@pytest.mark.parametrize("decision", ["step_up", "step_down", "close"])
def test_stepping_up_stepping_down_and_closing_say_why(decision: str) -> None:
    assert lacks(decision=decision) == ["because"]
    assert lacks(decision=decision, because="Because") == []


def test_children_of_the_household_are_asked_and_those_in_the_plan_who_live_elsewhere_but_not_the_unborn() -> (
    None
):
    away, baby = child("Jade", 15, lives_here=False), child("Bump", None)
    late = child("Zed", 0, birth_date="2026-03-11")
    file = family(children=(child("Leo", birth_date="2016-01-01"), away, baby, late))
    assert [c.id for c in children_asked(file, date(2026, 3, 1))] == ["Leo"]
    assert [c.id for c in children_asked(file, TODAY)] == ["Leo", "Zed"]
    planned = replace(file, plans=(plan(need("n", "x", "y", person="Jade")),))
    assert [c.id for c in children_asked(planned, TODAY)] == ["Leo", "Jade", "Zed"]
    undated = replace(file, children=(*file.children, replace(child("Ana", 4), birth_date=None)))
    assert [c.id for c in children_asked(undated, TODAY)] == ["Leo", "Zed", "Ana"]


# -- side by side --------------------------------------------------------------------------------------------------


def test_scores_and_actions_are_told_as_they_were_then_and_as_they_are_now() -> None:
    scored = replace(
        need("n", "Mornings", "In by 9"), scores=(Scored("2026-01-05", 3, ""), Scored("2026-03-01", 6, "m2"))
    )
    moved = step("a", "n", "Chart", "Dawn", "family", status="done",
                 history=(Dated("2026-01-05", "not_started", None, ""), Dated("2026-03-01", "done", None, "m2")))  # fmt: skip
    new = step(
        "b", "n", "Club", "Ms Ali", "school", history=(Dated("2026-03-01", "not_started", None, "m2"),)
    )
    whole = plan(replace(scored, actions=(moved, new)))
    assert [(s.then, s.now) for s in scores_beside(whole, "2026-01-20")] == [(3, 6)]
    assert [(s.then, s.now) for s in scores_beside(whole, None, "2026-01-20")] == [(None, 3)]
    assert [(g.step.id, g.then, g.now) for g in actions_beside(whole, "2026-01-20")] == [
        ("a", "not_started", "done"), ("b", "", "not_started"),
    ]  # fmt: skip
    assert [g.step.id for g in actions_beside(whole, None, "2026-01-20")] == ["a"]


def test_an_open_action_of_somebody_who_left_is_named() -> None:
    gone = step("a", None, "Ring", "Tom", "council", owner_worker_id="tom")
    done = step("b", None, "Rang", "Tom", "council", owner_worker_id="tom", status="done")
    kept = step("c", None, "Write", "Asha", "council", owner_worker_id="asha")
    found = owners_who_left(plan(loose=(gone, done, kept)), {"tom": "Tom Hale"})
    assert [(s.id, name) for s, name in found] == [("a", "Tom Hale")]
    assert owners_who_left(None, {"tom": "Tom Hale"}) == []


def test_what_a_child_said_last_comes_from_the_last_occasion_at_which_they_said_anything() -> None:
    words = (said("Leo", "first", "2026-01-01"), said("Leo", "then"), said("Leo", "", "2026-03-01"))
    assert said_before(words, "Leo") == words[1]
    assert said_before(words[::-1], "Leo") == words[1]
    assert said_before(words, "Mia") is None


def test_the_last_day_in_a_childs_life_is_of_one_occasion_in_order_and_as_it_was_put_right() -> None:
    first = lived("morning", "up late", "a1", "2026-01-01")
    wrong, right = lived("morning", "up at sx", "m2"), lived("morning", "up at six", "m2")
    night, gone = lived("night", "loud", "m2"), lived("evening", "", "m2")
    days = (first, night, lived("evening", "in bed", "m2"), wrong, gone, right)
    assert day_before(days, "Leo") == (right, night)
    assert day_before((*days, lived("evening", "quiet", "", "2026-02-09")), "Leo") == (
        lived("evening", "quiet", "", "2026-02-09"),
    )
    assert day_before(days, "Mia") == ()


# -- six months later ----------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(DAYS, st.integers(1, 12))
def test_a_follow_up_falls_on_a_working_day_so_many_months_on(closed: date, months: int) -> None:
    day = follow_up_day(closed, months)
    assert day.weekday() < 5
    assert day not in bank_holidays(day.year)
    assert 28 * months - 3 <= (day - closed).days <= 31 * months + 5


def test_a_follow_up_is_due_until_one_was_made_for_that_episode() -> None:
    waiting = FollowUpView("f1", "e1", "2026-03-01", None, "Joan")
    other = FollowUpView("f2", "e2", "2026-01-01", None, "Joan")
    made = FollowUpView("f3", "e1", "2026-03-01", "2026-03-04", "Asha")
    assert due([other, waiting]) == waiting
    assert due([other, waiting, made]) == other
    assert due([waiting, made]) is None


# -- papers and minutes --------------------------------------------------------------------------------------------

LABELS = st.sampled_from(["workers", "professionals", "family", "", "something newer"])


def family(**fields: Any) -> FamilyFile:
    base: dict[str, Any] = {
        "id": "f", "name": "Poe family", "locality": "", "ward": "", "level": "3", "level_since": None, "lead": "",
        "lead_agency": "", "stage": "", "opened_on": "2026-01-01", "rev": "", "safety": (), "agreement": (),
        "children": (), "adults": (), "plans": (), "visits": (), "notes": (), "story": (), "next_visit": None,
    }  # fmt: skip
    return FamilyFile(**{**base, **fields})


def adult(given: str, *, here: bool = True, tie: str = "", role: str = "adult") -> Member:
    return Member(
        given, f"{given} Poe", given, role, tie, None, None, 34, "34", here, False, "14 Grove Steps"
    )


def said(
    who: str, words: str, on: str = "2026-02-01", label: str = "family", none: tuple[str, str] = ("", "")
) -> VoiceView:
    return VoiceView("v", who, "review", "m", words, label, "", "workers", "said", *none, on, "Asha", "asha")


def lived(part: str, text: str, occasion: str, on: str = "2026-02-01", label: str = "workers") -> DayPart:
    return DayPart("Leo", "review", occasion, part, text, label, on)


def meeting(identity: str, on: str, **fields: Any) -> MeetingView:
    return MeetingView(
        identity, "review", fields.pop("state", HELD), on, "14:00", "St Hilda's", "plan", "Asha", **fields
    )


SAFE = re.compile(r"zs\w+")
"""Marks in safety notes, safe contact, what is known of a person, addresses: no paper tells of these, whatever their label."""


def note_line(mark: str, label: str) -> SafetyLine:
    return SafetyLine(
        mark, f"zskind{mark}", f"zswhat{mark}", "2026-03-01", label, "dog", "Craig", "2026-01-01", None, False, f"zstold{mark}",
    )  # fmt: skip


def reached(given: str, label: str, *, here: bool = True) -> Member:
    """An adult of whom is known how they may be reached, where they live, and that they may be a risk."""
    known = RiskView(
        "r", given, "police", f"zsrisk{given}", label, f"zssource{given}", "2026-01-01", None, ""
    )
    home = HomeView("h", given, f"zshome{given}", f"zsward{given}", "", False, "")
    reach = Reach(
        "s", f"zshow{given}", f"zsmobile{given}", f"zsland{given}", f"zsmail{given}", "yes", "yes", "yes", "", label
    )  # fmt: skip
    return replace(
        adult(given, here=here),
        address=home.words,
        homes=(home,),
        reach=reach,
        risks=(known,),
        risk=known.words,
    )


class Labelled:
    """Draws a text that no other one holds, with a label, and remembers both."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self.labels: dict[str, str] = {}

    def pair(self) -> tuple[str, str]:
        token = f"zq{len(self.labels):03d}x"
        self.labels[token] = self._draw(LABELS)
        return f"Some words {token} and more", self.labels[token]


@st.composite
def labelled_files(draw: st.DrawFn) -> tuple[FamilyFile, dict[str, str]]:
    """A file in which every text that papers could tell has a label of its own."""
    texts = Labelled(draw)

    def progress() -> Iterator[Progress]:
        for number in range(draw(st.integers(0, 2))):
            text, label = texts.pair()
            yield Progress(f"p{number}", "2026-02-20", "Asha", text, label)

    def action(identity: str, at: str) -> Any:
        what, label = texts.pair()
        return step(identity, "n", what, "Ms Ali", "school", readers=label, progress=tuple(progress()),
                    history=(Dated("2026-02-10", "not_started", None, at),))  # fmt: skip

    def told(identity: str, on: str, state: str) -> MeetingView:
        (because, because_readers), (summary, summary_readers) = texts.pair(), texts.pair()
        (none, none_readers), (although, although_readers) = texts.pair(), texts.pair()
        guest, child_at, answer, more = texts.pair(), texts.pair(), texts.pair(), texts.pair()
        a_day, why = texts.pair(), texts.pair()
        return meeting(
            identity, on, state=state, decision="amend", because=because, because_readers=because_readers,
            summary=summary, summary_readers=summary_readers, no_next_because=none,
            no_next_because_readers=none_readers, although=although, although_readers=although_readers,
            guests=(GuestView("name:Ms Ali", "Ms Ali", "school", draw(st.sampled_from(["invited", "apologies"])), *guest),),
            children=(ChildThere("Leo", "Leo", True, said("Leo", child_at[0], on, child_at[1], why),
                                 (lived("morning", a_day[0], identity, on, a_day[1]),)),),
            answers=(AnswerView("better", "What is better?", *answer),), amendments=(AmendmentView("x", on, "Asha", *more),),
        )  # fmt: skip

    (what, what_readers), (outcome, outcome_readers) = texts.pair(), texts.pair()
    the_need = replace(need("n", what, outcome, action("a", "m2"), action("b", "")), what_readers=what_readers,
                       outcome_readers=outcome_readers)  # fmt: skip
    told_alone, happened, meaning, note = texts.pair(), texts.pair(), texts.pair(), texts.pair()
    visit = VisitView("v", "2026-02-25", "", "", "home", "made", "Asha", "asha", *happened, *meaning, "no", (),
                      (ChildAtVisit("Leo", "Leo", True, True, False, "", "", *told_alone, "", "said"),), None, "", None, False)  # fmt: skip
    noted = NoteView("t", "2026-02-26", "call", "Ms Ali", "school", "Asha", *note, False, "", "")
    held = (told("m3", "2026-03-20", PLANNED), told("m2", "2026-02-10", HELD), told("m1", "2026-01-10", HELD))
    there = draw(st.sampled_from(["workers", "professionals", "family"]))
    file = family(
        safety=(note_line("safe1", there),), safety_ended=(note_line("safe2", there),),
        children=(child("Leo"),),
        adults=(reached("Dawn", there), reached("Craig", there, here=draw(st.booleans()))),
        plans=(plan(the_need),), visits=(visit,), notes=(noted,), meetings=held,
        voices=tuple(c.voice for m in held for c in m.children if c.voice),
        days=tuple(line for m in held for c in m.children for line in c.day),
    )  # fmt: skip
    return file, texts.labels


@settings(max_examples=60, deadline=None)
@given(labelled_files())
def test_nothing_labelled_narrower_than_its_reader_stands_in_papers_minutes_or_a_familys_copy(
    made: tuple[FamilyFile, dict[str, str]],
) -> None:
    file, labels = made
    for copy in (*copies(file), Copy("family")):
        lines = papers(file, file.meetings[0], copy, TODAY) + papers(file, None, copy, TODAY)
        for held in file.meetings[1:]:
            lines += minutes(file, held, copy, TODAY)
        assert not SAFE.findall("\n".join(lines))
        shown = set(re.findall(r"zq\d{3}x", "\n".join(lines)))
        forbidden = {token for token, label in labels.items() if not may_read(copy.reader, label)}
        assert not shown & forbidden
        if copy.reader == "workers":
            assert len(shown) >= 20, "whatever workers may read is told, so that the test sees something"


@given(LABELS, st.sampled_from(sorted(ORDER)))
def test_a_label_that_is_missing_or_not_known_is_for_workers_only(label: str, reader: str) -> None:
    assert may_read("workers", label)
    if label not in ORDER:
        assert may_read(reader, label) == (reader == "workers")
    if may_read("family", label):
        assert may_read(reader, label)


def test_of_parents_who_live_apart_neither_reads_of_the_others_needs_services_or_children() -> None:
    safe = step(
        "a", "n1", "Freedom course for Dawn", "Jo", "IDVA service", readers="family", neutral_title="A course"
    )
    his = step("b", "n2", "Parenting hour", "Craig", "family", readers="family", owner_person_id="Craig")
    hers = step("c", "n2", "Keep the chart", "Dawn", "family", readers="family", owner_person_id="Dawn")
    wide = {"what_readers": "family", "outcome_readers": "family"}
    file = family(
        children=(child("Leo"), child("Mia", 4)),
        adults=(adult("Dawn", tie="mother of Leo, Mia"), adult("Craig", here=False, tie="father of Leo")),
        plans=(plan(replace(need("n1", "Dawn's mood", "x", safe, person="Dawn"), **wide),
                    replace(need("n2", "Leo's mornings", "y", his, hers, person="Leo"), **wide),
                    replace(need("n3", "Mia's words", "z", person="Mia"), **wide)),),
        meetings=(meeting("m", "2026-02-01", guests=(GuestView("name:Jo", "Jo", "IDVA service", "came"),)),),
    )  # fmt: skip
    to_craig = "\n".join(minutes(file, file.meetings[0], Copy("family", "Craig"), TODAY))
    assert "Leo's mornings" in to_craig
    for hers_alone in ("Dawn's mood", "course", "IDVA", "Mia", "Keep the chart", "Grove"):
        assert hers_alone not in to_craig
    to_dawn = "\n".join(minutes(file, file.meetings[0], Copy("family", "Dawn"), TODAY))
    assert "Dawn's mood" in to_dawn
    assert "A course" in to_dawn
    for never in ("Freedom", "IDVA", "Parenting hour"):
        assert never not in to_dawn
    workers = "\n".join(minutes(file, file.meetings[0], Copy("workers"), TODAY))
    assert "Freedom course for Dawn · Jo, IDVA service" in workers
    assert [c.words(file) for c in copies(file)] == [
        "professionals in the plan", "Dawn, family", "Craig, family", "workers only",
    ]  # fmt: skip
