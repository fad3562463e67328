"""Decisions, their reasons, questions and undoing between two laptops and a hub, on both engines."""

from __future__ import annotations

from datetime import date

import pytest

from familyhub.casework import differences, reading, undoing
from familyhub.casework.entries import DecisionEntry, QuestionEntry, UndoEntry
from familyhub.casework.laptop import Laptop, Who
from familyhub.casework.problems import Refused
from familyhub.hub.service import Hub
from familyhub.practice.differences import Difference
from familyhub.store.laptop import LaptopStore
from tests.hub.world import (
    ASHA,
    HELEN,
    SAM,
    FakeClock,
    Laptops,
    change,
    enrolled,
    hub_rows,
    open_family,
    rows,
    synced,
)

TODAY = date(2026, 5, 4)
one_engine = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What is said of the laptops does not depend on the hub's engine."""
CHART = ("fam:f1", "action", "chart")


class Team:
    """Asha, Sam and their coordinator with a shared family and one action in it."""

    def __init__(self, hub: Hub, laptops: Laptops) -> None:
        self.hub = hub
        self.asha, self.sam, self.helen = (
            _laptop(enrolled(hub, laptops.new(), who)) for who in (ASHA, SAM, HELEN)
        )
        scope = open_family(self.asha.store, "f1")
        with self.helen.store.work(HELEN) as work:
            for worker in (ASHA, SAM):
                work.create(
                    "loc:north", "allocation", {"family_id": "f1", "worker_id": worker, "on": "2026-05-01"}
                )
        with self.asha.store.work(ASHA) as work:
            work.create(scope, "action", {"what": "Chart", "what_readers": "family", "due": "2026-05-08",
                                          "status": "not_started"}, "chart")  # fmt: skip
        self.sync(self.asha, self.helen, self.sam, self.asha, self.helen)

    def sync(self, *laptops: Laptop) -> None:
        for laptop in laptops:
            assert synced(self.hub, laptop.store).set_aside == 0

    def differ(self) -> Difference:
        """Asha and Sam both move the date, offline; everybody learns of it."""
        change(self.asha.store, CHART, {"due": "2026-05-15"})
        change(self.sam.store, CHART, {"due": "2026-05-22"})
        self.sync(self.asha, self.sam, self.asha, self.helen)
        return self.one(self.asha)

    @staticmethod
    def one(laptop: Laptop) -> Difference:
        (found,) = reading.differences(laptop)
        return found

    def answers(self) -> list[list[tuple[object, str]]]:
        return [
            [(v.value, v.by) for d in reading.differences(laptop) for v in d.values]
            for laptop in (self.asha, self.sam, self.helen)
        ]

    def dues(self) -> list[str]:
        return [rows(x.store, "action", "due")[0][0] for x in (self.asha, self.sam, self.helen)]


def _laptop(store: LaptopStore) -> Laptop:
    return Laptop(store, Who(store.worker, store.worker, "worker", "north"), lambda: TODAY)


@pytest.fixture
def team(still_hub: Hub, laptops: Laptops) -> Team:
    return Team(still_hub, laptops)


def test_a_reason_travels_with_the_decision_and_the_other_sees_it(team: Team) -> None:
    found = team.differ()
    differences.decide(team.asha, DecisionEntry(found.id, take=1, rev=found.rev, reason="Dawn asked for it"))
    team.sync(team.asha, team.sam)
    assert reading.differences(team.sam) == ()
    (told,) = reading.decided_lately(team.sam)
    assert (told.mine, told.by, told.whose, told.reason, told.readers) == (
        False, ASHA, "own", "Dawn asked for it", "workers",
    )  # fmt: skip
    assert (told.chosen, told.replaced) == ("Fri 15 May", ("Fri 22 May",))
    story = next(x for x in reading.family(team.sam, "f1").story if x.kind == "decision")
    assert story.what == "Difference settled: action, by when"
    assert "Dawn asked for it" in story.text
    assert story.readers == "workers"
    assert hub_rows(team.hub, "select about, field, reason_readers from decision") == [
        ("action", "due", "workers")
    ]


def test_what_was_undone_is_open_again_everywhere_with_both_answers_and_their_authors(team: Team) -> None:
    found = team.differ()
    before = team.answers()
    differences.decide(team.asha, DecisionEntry(found.id, take=1, rev=found.rev))
    team.sync(team.asha, team.sam, team.helen)
    assert team.answers() == [[], [], []]
    undoing.undo(team.asha, UndoEntry(found.id))
    assert team.one(team.asha).shown == "2026-05-22", "it shows again what it showed before, before any sync"
    team.sync(team.asha, team.sam, team.helen)
    assert team.answers() == before
    assert team.dues() == ["2026-05-22"] * 3
    again = [team.one(x) for x in (team.asha, team.sam, team.helen)]
    assert {d.id for d in again} == {found.id}
    assert all(v.again for d in again for v in d.values)
    assert again[1].before == found.before == "2026-05-08"
    differences.decide(team.sam, DecisionEntry(found.id, take=2, rev=again[1].rev))
    team.sync(team.sam, team.asha, team.helen)
    assert (team.answers(), team.dues()) == ([[], [], []], ["2026-05-22"] * 3)


@one_engine
def test_what_was_decided_elsewhere_meanwhile_is_not_lost_by_an_undo(team: Team) -> None:
    found = team.differ()
    differences.decide(team.asha, DecisionEntry(found.id, take=1, rev=found.rev))
    differences.decide(team.sam, DecisionEntry(found.id, value="2026-06-01"))
    undoing.undo(team.asha, UndoEntry(found.id))
    team.sync(team.asha, team.sam, team.asha, team.helen)
    answers = team.answers()
    assert answers[0] == answers[1] == answers[2]
    assert {v for v, _ in answers[0]} == {"2026-05-15", "2026-05-22", "2026-06-01"}


@one_engine
def test_a_decision_that_somebody_changed_since_cannot_be_undone(team: Team) -> None:
    found = team.differ()
    differences.decide(team.asha, DecisionEntry(found.id, take=1, rev=found.rev))
    team.sync(team.asha, team.sam)
    change(team.sam.store, CHART, {"due": "2026-06-01"})
    team.sync(team.sam, team.asha)
    assert [d.can_undo for d in reading.decided_lately(team.asha)] == [False]
    decision = reading.decided_lately(team.asha)[0].id
    with pytest.raises(Refused, match="somebody has changed it since"):
        undoing.undo(team.asha, UndoEntry(decision))
    assert team.dues()[0] == "2026-06-01"


@one_engine
def test_a_question_stands_beside_the_difference_of_the_other_until_it_is_decided(team: Team) -> None:
    found = team.differ()
    differences.ask(team.asha, QuestionEntry(found.id, "Did the school agree?"))
    assert [(a.mine, a.on) for a in team.one(team.asha).asked] == [(True, TODAY.isoformat())]
    team.sync(team.asha, team.sam)
    (asked,) = team.one(team.sam).asked
    assert (asked.mine, asked.text) == (False, "Did the school agree?")
    differences.decide(team.sam, DecisionEntry(found.id, take=2))
    team.sync(team.sam, team.asha)
    undoing.undo(team.sam, UndoEntry(found.id))
    team.sync(team.sam, team.asha)
    assert team.one(team.asha).asked == (), "an old question is not asked again"


@one_engine
def test_an_answer_that_reached_the_hub_much_later_than_it_was_written_was_written_offline(
    team: Team, now: FakeClock
) -> None:
    clock = now()
    for laptop in (team.asha, team.sam):
        laptop.store.now_ms = lambda: clock
    change(team.asha.store, CHART, {"due": "2026-05-15"})
    change(team.sam.store, CHART, {"due": "2026-05-22"})
    team.sync(team.asha)
    now.pass_by(3600)
    team.sync(team.sam, team.asha)
    for laptop in (team.asha, team.sam):
        told = {v.by: (v.offline, v.unsent) for v in team.one(laptop).values}
        assert told == {ASHA: (False, False), SAM: (True, False)}


@one_engine
def test_the_answer_before_both_is_known_to_those_who_saw_it_replaced(team: Team) -> None:
    change(team.asha.store, CHART, {"what": "Chart, four steps"})
    change(team.sam.store, CHART, {"what": "Chart, five steps"})
    team.sync(team.asha, team.sam, team.asha, team.helen)
    assert [team.one(x).before for x in (team.asha, team.sam, team.helen)] == ["Chart"] * 3


@one_engine
def test_a_laptop_that_came_later_says_nothing_rather_than_guess(team: Team, laptops: Laptops) -> None:
    change(team.asha.store, CHART, {"what": "Chart, four steps"})
    change(team.sam.store, CHART, {"what": "Chart, five steps"})
    team.sync(team.asha, team.sam, team.asha)
    with team.asha.store.work(ASHA) as work:
        for n in range(70):
            work.create("fam:f1", "note", {"text": f"note {n}", "text_readers": "workers"})
    team.sync(team.asha)
    late = _laptop(enrolled(team.hub, laptops.new(), HELEN))
    team.sync(late)
    assert (team.one(late).before, team.one(late).before_words) == (None, "")


def test_two_plans_opened_apart_are_one_difference_everywhere_and_closing_one_can_be_undone(
    team: Team,
) -> None:
    for laptop, plan, day in ((team.asha, "plan-a", "2026-05-02"), (team.sam, "plan-b", "2026-05-03")):
        with laptop.store.work(laptop.who.id) as work:
            work.create("fam:f1", "plan", {"state": "open", "started_on": day}, plan)
    team.sync(team.asha, team.sam, team.asha, team.helen)
    found = [team.one(x) for x in (team.asha, team.sam, team.helen)]
    at_hub = hub_rows(team.hub, "select id, entity, row_id, field from difference")
    assert at_hub == [(found[0].id, "two_open_plans", "f1", "plan")]
    assert {d.id for d in found} == {found[0].id}
    assert [(v.value, v.by) for v in found[0].values] == [("plan-a", ASHA), ("plan-b", SAM)]
    differences.decide(
        team.helen, DecisionEntry(found[2].id, take=2, rev=found[2].rev, reason="Sam's has the school")
    )
    team.sync(team.helen, team.asha, team.sam)
    for laptop in (team.asha, team.sam, team.helen):
        assert reading.differences(laptop) == ()
        assert rows(laptop.store, "plan", "id, state, closed_on") == [
            ("plan-a", "closed", TODAY.isoformat()), ("plan-b", "open", None),
        ]  # fmt: skip
    assert hub_rows(team.hub, "select id from difference") == []
    undoing.undo(team.helen, UndoEntry(found[2].id))
    team.sync(team.helen, team.asha, team.sam)
    assert {team.one(x).id for x in (team.asha, team.sam, team.helen)} == {found[0].id}
    assert rows(team.sam.store, "plan", "state, closed_on") == [("open", None)] * 2


@one_engine
def test_a_partner_or_stranger_cannot_write_a_decision(team: Team) -> None:
    from familyhub.hub.rights import writers

    assert writers("decision")["fam"] == writers("question")["fam"] == {"worker", "coordinator", "manager"}
    assert writers("decision")["ref"] == {"coordinator", "manager"}
