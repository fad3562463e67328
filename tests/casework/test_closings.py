"""Ending help: what is needed, who signs, what becomes of open actions, and whether it is still true six months later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from familyhub.casework import closings, plans, reading
from familyhub.casework.closing_entries import (
    ClosingEntry,
    FollowUpEntry,
    NeedStill,
    ReturnClosing,
    Settled,
    SignClosing,
)
from familyhub.casework.laptop import Laptop, Who
from familyhub.casework.meeting_entries import ScoreAt
from familyhub.casework.plan_entries import ActionEntry
from familyhub.practice.clocks import parse_day
from familyhub.practice.closings import RETURNED, SIGNED, TO_SIGN
from familyhub.store.queries.family import episode_stands
from tests.casework.test_acts import refused
from tests.support.families import ASHA, BELL, HUGHES, JOAN, day
from tests.support.homes import SmallHome

OPEN = ("chart", "letter", "club", "gp", "housing")


@pytest.fixture
def laptop(small_home: SmallHome, tmp_path: Path) -> Iterator[Laptop]:
    made = small_home.laptop(tmp_path / "home")
    with made.store.work("hub") as work:
        work.create("ref", "worker", {"name": "Mo Iqbal", "role": "manager"}, "w-mo")
    yield made
    made.close()


def whole(**fields: Any) -> ClosingEntry:
    given: dict[str, Any] = {
        "reason": "outcomes_met", "on": "today", "summary": "Leo is in by nine.", "feedback": "You listened.",
        "contingency": "Dawn rings Pat, then the family hub.",
        "scores": [ScoreAt("mondays", 8), ScoreAt("mood", 6), ScoreAt("jade-need", 5)],
        "actions": [Settled("chart", "done"), Settled("letter", "done"), Settled("club", "stopped", because="No places"),
                    Settled("gp", "carried", "Dawn, family", "She has a date"),
                    Settled("housing", "carried", "Jo, advice centre", "Case open there")],
    }  # fmt: skip
    return ClosingEntry(BELL, **{**given, **fields})


def as_manager(laptop: Laptop) -> Laptop:
    laptop.who = Who("w-mo", "Mo Iqbal", "manager", "birkenhead")
    return laptop


def test_what_is_missing_to_end_help_is_a_sentence_at_its_field(laptop: Laptop) -> None:
    found = refused(closings.close_help, laptop, ClosingEntry(BELL))
    assert set(found) == {
        "reason", "summary", "feedback", "contingency", *(f"actions:{i}" for i in OPEN),
        "score:mondays", "score:mood", "score:jade-need",
    }  # fmt: skip
    assert (
        "“Morning chart, five steps” is still open: done, stopped, or who carries it on"
        in found["actions:chart"]
    )
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"on": day(-39)}, "on", "Help began on"), ({"reason": "stepped_up"}, "accepted_by", "Who accepted it"), ({"on": "tomorrow"}, "on", "has not come yet"),
        ({"no_feedback_because": "x"}, "no_feedback_because", "take one away"),
        ({"actions": [*whole().actions[:4], Settled("housing", "carried", because="x")]}, "actions:housing", "by whom?"),
        ({"actions": [*whole().actions[:4], Settled("housing", "stopped")]}, "actions:housing", "why is it stopped?"),
        ({"actions": [*whole().actions, Settled("gone", "done")]}, "actions", "no open action"),
        ({"scores": [ScoreAt("mondays", 12), ScoreAt("mood", 6), ScoreAt("jade-need", 5)]}, "score:mondays", "0 (worst)"),
        ({"scores": [*whole().scores, ScoreAt("gone", 1)]}, "score", "not in the open plan"),
    ]  # fmt: skip
    for fields, field, sentence in wrong:
        found = refused(closings.close_help, laptop, whole(**fields))
        assert sentence in found[field]
        assert set(found) == {field}


def test_help_ends_when_another_manager_has_signed_and_the_follow_up_is_planned(laptop: Laptop) -> None:
    asked = closings.close_help(laptop, whole()).id
    [closing] = reading.family(laptop, BELL).closings
    assert (closing.state, closing.reason, len(closing.settled)) == (TO_SIGN, "outcomes_met", 5)
    assert "asked for this already" in refused(closings.close_help, laptop, whole())["family_id"]
    sign = SignClosing(BELL, asked)
    assert "A manager signs" in refused(closings.sign_closing, laptop, sign)["closing"]
    laptop.who = Who(ASHA, "Asha Rahman", "manager", "birkenhead")
    assert "another manager" in refused(closings.sign_closing, laptop, sign)["closing"]
    closings.sign_closing(as_manager(laptop), sign)
    file = reading.family(laptop, BELL)
    assert (file.closings[0].state, file.closings[0].signed_by, file.stage) == (SIGNED, "Mo Iqbal", "closed")
    [plan] = file.plans
    assert (plan.state, plan.review_due) == ("closed", None)
    assert {s.id: s.status for s in plan.actions} == {
        "chart": "done", "letter": "done", "club": "stopped", "gp": "not_started", "housing": "not_started",
    }  # fmt: skip
    [follow] = file.follow_ups
    due = parse_day(follow.due_on)
    assert due is not None
    assert (due.month, due.day, follow.done_on) == (9, 14, None), "12 September 2026 is a Saturday"
    with laptop.store.reading() as connection:
        assert episode_stands(connection, BELL)[1] == "closed"
        row = connection.exec_driver_sql(
            "select ended_on, end_reason from episode where id = 'bell-episode'"
        ).one()
    assert tuple(row) == (day(0), "outcomes_met")
    assert "signed already" in refused(closings.sign_closing, laptop, sign)["closing"]
    assert "No help is open" in refused(closings.close_help, laptop, whole())["family_id"]


def test_a_closing_is_returned_with_a_reason_and_asked_for_anew(laptop: Laptop) -> None:
    asked = closings.close_help(laptop, whole()).id
    plans.add_action(laptop, ActionEntry(BELL, what="Ring the school nurse", owner="Jo"))
    as_manager(laptop)
    found = refused(closings.sign_closing, laptop, SignClosing(BELL, asked))
    assert "“Ring the school nurse” was added since" in found["closing"]
    assert (
        "Why is it returned"
        in refused(closings.return_closing, laptop, ReturnClosing(BELL, asked))["because"]
    )
    closings.return_closing(laptop, ReturnClosing(BELL, asked, "Settle the new action"))
    [closing] = reading.family(laptop, BELL).closings
    assert (closing.state, closing.returned_because) == (RETURNED, "Settle the new action")
    assert reading.family(laptop, BELL).stage == "plan in place"
    new = next(s for s in reading.family(laptop, BELL).plans[0].actions if s.owner == "Jo")
    laptop.who = Who(ASHA, "Asha Rahman", "worker", "birkenhead")
    closings.close_help(
        laptop, whole(actions=[*whole().actions, Settled(new.id, "carried", "Jo, health", "Hers")])
    )
    assert [c.state for c in reading.family(laptop, BELL).closings] == [TO_SIGN, RETURNED]


def test_today_asks_a_manager_to_sign_and_tells_who_asked_of_a_return(laptop: Laptop) -> None:
    def told(worker: str) -> list[str]:
        laptop.store.set_settings({"worker": worker})
        return [line.reason for line in reading.today(laptop).lines if line.act == "closing"]

    asked = closings.close_help(laptop, whole()).id
    assert [told(w) for w in (ASHA, JOAN, "w-mo")] == [[], [], ["a manager signs it"]]
    closings.return_closing(as_manager(laptop), ReturnClosing(BELL, asked, "Not yet"))
    assert [told(w) for w in (ASHA, JOAN, "w-mo")] == [["returned by the manager: look why"], [], []]


def test_six_months_later_each_need_is_asked_for_and_today_shows_it_until_then(laptop: Laptop) -> None:
    assert (
        "No six-month follow-up is due"
        in refused(closings.follow_up, laptop, FollowUpEntry(BELL))["family_id"]
    )
    asked = closings.close_help(laptop, whole()).id
    closings.sign_closing(as_manager(laptop), SignClosing(BELL, asked))

    def told() -> list[str]:
        return [line.reason for line in reading.today(laptop).lines if line.act == "follow_up"]

    assert told() == []
    later = parse_day("2026-09-16")
    assert later is not None
    laptop.today_is = lambda: later
    assert told() == ["late: was due Mon 14 Sep"]
    found = refused(closings.follow_up, laptop, FollowUpEntry(BELL, on=day(-1)))
    assert set(found) == {"on", "talked_to", "needs:mondays", "needs:mood", "needs:jade-need"}
    needs = [
        NeedStill("mondays", "yes", "In every Monday"),
        NeedStill("mood", "partly"),
        NeedStill("jade-need", "not_known"),
    ]
    closings.follow_up(laptop, FollowUpEntry(BELL, talked_to="Dawn", needs=needs))
    assert (reading.family(laptop, BELL).level, reading.family(laptop, BELL).stage) == (
        None,
        "six-month follow-up",
    )
    assert next(f for f in reading.families(laptop) if f.id == BELL).level is None, (
        "nobody is helped any more"
    )
    assert told() == []
    made = reading.family(laptop, BELL).follow_ups[0]
    assert (made.done_on, made.talked_to) == ("2026-09-16", "Dawn")
    assert [(n.need_id, n.still_true, n.how) for n in made.needs] == [
        ("mondays", "yes", "In every Monday"), ("mood", "partly", ""), ("jade-need", "not_known", ""),
    ]  # fmt: skip
    assert (
        "No six-month follow-up is due"
        in refused(closings.follow_up, laptop, FollowUpEntry(BELL))["family_id"]
    )


def test_a_family_that_nobody_can_ask_is_recorded_with_why_and_one_without_help_has_nothing_to_end(
    laptop: Laptop,
) -> None:
    entry = ClosingEntry(
        HUGHES, "moved", summary="Moved to Chester.", no_feedback_because="Gone", contingency="Their council"
    )
    asked = closings.close_help(laptop, entry).id
    closings.sign_closing(as_manager(laptop), SignClosing(HUGHES, asked))
    assert reading.family(laptop, HUGHES).follow_ups == (), "nothing was reached that could still be true"
    assert "No help is open" in refused(closings.close_help, laptop, entry)["family_id"]
