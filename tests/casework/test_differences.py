"""Deciding, undoing and asking on one laptop: what is written, what is refused, what a restart keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from familyhub.casework import differences, reading, undoing
from familyhub.casework.entries import DecisionEntry, DecisionsEntry, QuestionEntry, UndoEntry
from familyhub.casework.laptop import Laptop
from familyhub.casework.opening import open_laptop
from familyhub.casework.problems import Refused
from familyhub.practice.differences import REMOVED, TWO_PLANS, Difference
from familyhub.store.laptop_copy import all_heads_token
from familyhub.sync.copy import Held
from tests.support.families import ASHA, BELL, SAM, day
from tests.support.homes import SmallHome

FAM = f"fam:{BELL}"


def held(laptop: Laptop, entity: str, row_id: str) -> Held:
    with laptop.store.changing() as copy:
        return copy.load([(FAM, entity, row_id)])[(FAM, entity, row_id)]


def apart(laptop: Laptop, entity: str, row_id: str, field: str, mine: Any, theirs: Any) -> Difference:
    """Asha and Sam answer one question from the same screen; a difference of that field is open then."""
    rev = all_heads_token(held(laptop, entity, row_id))
    for worker, value in ((ASHA, mine), (SAM, theirs)):
        with laptop.store.work(worker) as work:
            work.change(FAM, entity, row_id, rev, {field: value})
    return one(laptop, row_id, field)


def one(laptop: Laptop, row_id: str, field: str) -> Difference:
    return next(d for d in reading.differences(laptop) if (d.row_id, d.field) == (row_id, field))


def sql(laptop: Laptop, text: str) -> list[tuple[Any, ...]]:
    with laptop.store.reading() as connection:
        return [tuple(r) for r in connection.exec_driver_sql(text)]


# -- the record of a decision ----------------------------------------------------------------------------------


def test_a_decision_writes_its_dated_record_in_the_same_act(laptop: Laptop) -> None:
    d = apart(laptop, "action", "chart", "due", day(8), day(15))
    differences.decide(laptop, DecisionEntry(d.id, take=1, rev=d.rev, reason=" Dawn asked\r\nfor it "))
    (row,) = sql(laptop, 'select id, scope, about, about_id, field, kind, "on", by, chosen, reason, reason_readers '
                         "from decision")  # fmt: skip
    assert row[1:] == (
        FAM,
        "action",
        "chart",
        "due",
        "taken",
        day(0),
        ASHA,
        f'"{day(8)}"',
        "Dawn asked\nfor it",
        "workers",
    )
    assert row[0] in held(laptop, "action", "chart").row["due"].heads, (
        "it has the id of the act that it records"
    )
    (replaced,) = sql(laptop, "select replaced, replaced_readers, chosen_readers from decision")
    former = json.loads(replaced[0])[0][4]
    assert [(f[2], f[3]) for f in former] == [(ASHA, day(8)), (SAM, day(15))]
    assert replaced[1:] == ("workers", "workers")


def test_a_decision_without_a_reason_labels_nothing(laptop: Laptop) -> None:
    d = apart(laptop, "action", "chart", "due", day(8), day(15))
    differences.decide(laptop, DecisionEntry(d.id, take=1))
    assert sql(laptop, "select reason, reason_readers from decision") == [(None, None)]


@pytest.mark.parametrize("bad", [{"reason_readers": "everybody"}, {"reason": "x" * 200_001}])
def test_a_reason_that_cannot_be_kept_is_refused_and_nothing_is_decided(
    laptop: Laptop, bad: dict[str, str]
) -> None:
    d = apart(laptop, "action", "chart", "due", day(8), day(15))
    with pytest.raises(Refused) as refused:
        differences.decide(laptop, DecisionEntry(d.id, take=1, **bad))  # type: ignore[arg-type]
    assert [p.field for p in refused.value.problems] == list(bad)
    assert sql(laptop, "select id from decision") == []
    assert len(reading.differences(laptop)) == 1


def test_what_a_decision_copies_is_not_found_twice_and_its_reason_is_found(laptop: Laptop) -> None:
    d = apart(laptop, "need", "mood", "outcome", "Zqmine word", "Zqtheirs word")
    differences.decide(laptop, DecisionEntry(d.id, take=2, reason="zqbecause"))
    assert [f.kind for f in reading.search(laptop, "zqtheirs")] == ["need"]
    assert [f.kind for f in reading.search(laptop, "zqmine")] == []
    assert [(f.kind, f.text) for f in reading.search(laptop, "zqbecause")] == [("decision", "zqbecause")]


def test_an_answer_is_taken_by_its_number_on_screen_though_others_came_since(laptop: Laptop) -> None:
    d = apart(laptop, "action", "chart", "due", day(8), day(15))
    with laptop.store.work("w-joan-pike") as work:
        work.change(FAM, "action", "chart", "WyIiLHt9LFtdXQ", {"due": day(22)})
    differences.decide(laptop, DecisionEntry(d.id, take=2, rev=d.rev))
    assert {v.value for v in one(laptop, "chart", "due").values} == {day(15), day(22)}


def test_an_answer_that_was_replaced_since_is_not_taken_by_its_old_number(laptop: Laptop) -> None:
    d = apart(laptop, "action", "chart", "due", day(8), day(15))
    theirs = next(v.op_id for v in d.values if v.by == SAM)
    with laptop.store.work(SAM) as work:
        work.restore((FAM, "action", "chart"), "due", theirs, day(29))
    with pytest.raises(Refused, match="replaced meanwhile"):
        differences.decide(laptop, DecisionEntry(d.id, take=2, rev=d.rev))


# -- undo ------------------------------------------------------------------------------------------------------


def test_an_undo_brings_both_answers_back_as_they_were_after_a_restart(
    small_home: SmallHome, tmp_path: Path
) -> None:
    laptop = small_home.laptop(tmp_path / "home")
    d = apart(laptop, "action", "chart", "due", day(8), day(15))
    differences.decide(laptop, DecisionEntry(d.id, take=1))
    laptop.close()
    again = open_laptop(tmp_path / "home", key=small_home.key)
    try:
        last = next(x for x in reading.decided_lately(again) if x.mine and x.can_undo)
        assert (last.act, last.difference_id) == ("you kept your own", d.id)
        undoing.undo(again, UndoEntry(last.id))
        back = one(again, "chart", "due")
        assert back.id == d.id
        assert [(v.value, v.by, v.at, v.mine) for v in back.values] == [
            (v.value, v.by, v.at, v.mine) for v in d.values
        ]
        assert (back.shown, back.before, back.before_words) == (d.shown, d.before, d.before_words)
        assert sql(again, "select due from action_status order by created_hlc")[-1] == (day(15),), (
            "measures follow"
        )
        assert sql(again, "select kind, undoes from decision order by created_hlc")[-1] == ("undone", last.id)
        with pytest.raises(Refused, match="undone already"):
            undoing.undo(again, UndoEntry(last.id))
    finally:
        again.close()


def test_what_was_undone_twice_still_says_who_wrote_what(laptop: Laptop) -> None:
    d = apart(laptop, "action", "chart", "due", day(8), day(15))
    for take in (1, 2):
        differences.decide(laptop, DecisionEntry(d.id, take=take))
        undoing.undo(laptop, UndoEntry(d.id))
    assert [(v.value, v.by, v.at) for v in one(laptop, "chart", "due").values] == [
        (v.value, v.by, v.at) for v in d.values
    ]


@pytest.mark.parametrize("identity", ["no such", "", "\ud800"])
def test_what_was_never_decided_cannot_be_undone(laptop: Laptop, identity: str) -> None:
    with pytest.raises(Refused):
        undoing.undo(laptop, UndoEntry(identity.encode("utf-8", "replace").decode()))


# -- several at once -------------------------------------------------------------------------------------------


def test_several_are_decided_for_one_reason_and_undone_together(laptop: Laptop) -> None:
    found = [apart(laptop, "action", a, "due", day(8), day(15)) for a in ("chart", "letter", "club")]
    entries = [DecisionEntry(d.id, take=2, rev=d.rev) for d in found]
    differences.decide_several(
        laptop, DecisionsEntry(entries, "moved at the school meeting", "professionals")
    )
    assert reading.differences(laptop) == ()
    rows = sql(laptop, "select together, reason, reason_readers from decision")
    assert len(rows) == 3
    assert len(set(rows)) == 1
    assert rows[0][1:] == ("moved at the school meeting", "professionals")
    last = reading.decided_lately(laptop)[0]
    assert (last.together, last.act) == (3, "you took Sam's")
    undoing.undo(laptop, UndoEntry(last.id))
    assert {d.id for d in reading.differences(laptop)} == {d.id for d in found}
    assert all(not d.can_undo for d in reading.decided_lately(laptop))


def test_several_of_which_one_is_settled_already_are_left_alone(laptop: Laptop) -> None:
    found = [apart(laptop, "action", a, "due", day(8), day(15)) for a in ("chart", "letter")]
    differences.decide(laptop, DecisionEntry(found[0].id, take=1))
    with pytest.raises(Refused, match="somebody has settled it"):
        differences.decide_several(laptop, DecisionsEntry([DecisionEntry(d.id, take=1) for d in found]))
    assert [d.id for d in reading.differences(laptop)] == [found[1].id]


@pytest.mark.parametrize("count", [0, 2])
def test_none_or_one_twice_is_refused(laptop: Laptop, count: int) -> None:
    d = apart(laptop, "action", "chart", "due", day(8), day(15))
    with pytest.raises(Refused):
        differences.decide_several(laptop, DecisionsEntry([DecisionEntry(d.id, take=1)] * count))


# -- asking ----------------------------------------------------------------------------------------------------


def test_a_question_leaves_it_open_and_says_who_may_read_it(laptop: Laptop) -> None:
    d = apart(laptop, "action", "chart", "due", day(8), day(15))
    differences.ask(laptop, QuestionEntry(d.id, "Which day did you agree?"))
    differences.ask(laptop, QuestionEntry(d.id))
    assert [a.text for a in one(laptop, "chart", "due").asked] == ["Which day did you agree?", ""]
    assert sql(laptop, 'select about, about_id, field, by, "on", text_readers from question order by created_hlc') == [
        ("action", "chart", "due", ASHA, day(0), "workers"), ("action", "chart", "due", ASHA, day(0), None),
    ]  # fmt: skip
    with pytest.raises(Refused):
        differences.ask(laptop, QuestionEntry("no such", "?"))


# -- edited while removed --------------------------------------------------------------------------------------


def removed_and_edited(laptop: Laptop) -> Difference:
    """Asha removes an action that Sam has moved, without having seen that."""
    rev = all_heads_token(held(laptop, "action", "club"))
    with laptop.store.work(ASHA) as work:
        work.remove(FAM, "action", "club", rev)
    with laptop.store.work(SAM) as work:
        work.change(FAM, "action", "club", rev, {"due": day(15)})
    return one(laptop, "club", REMOVED)


def shown(laptop: Laptop) -> bool:
    return any(a.id == "club" for p in reading.family(laptop, BELL).plans for a in p.actions)


def test_what_one_removed_and_another_edited_says_both_in_words(laptop: Laptop) -> None:
    d = removed_and_edited(laptop)
    assert [(v.value, v.mine, v.words) for v in d.values] == [
        ("remove", True, "remove it"), ("keep", False, "keep it\nby when: Fri 27 Mar"),
    ]  # fmt: skip
    assert (d.shown, d.free, shown(laptop)) == ("keep", False, True)


@pytest.mark.parametrize(("take", "stays"), [(1, False), (2, True)])
def test_it_is_removed_after_all_or_kept_and_either_can_be_undone(
    laptop: Laptop, take: int, stays: bool
) -> None:
    d = removed_and_edited(laptop)
    differences.decide(laptop, DecisionEntry(d.id, take=take, rev=d.rev))
    assert (reading.differences(laptop), shown(laptop)) == ((), stays)
    undoing.undo(laptop, UndoEntry(d.id))
    back = one(laptop, "club", REMOVED)
    assert [(v.value, v.by) for v in back.values] == [(v.value, v.by) for v in d.values]
    assert shown(laptop)


def test_removing_it_after_all_does_not_hide_an_edit_that_came_since(laptop: Laptop) -> None:
    d = removed_and_edited(laptop)
    with laptop.store.work(SAM) as work:
        work.change(FAM, "action", "club", all_heads_token(held(laptop, "action", "club")), {"due": day(22)})
    differences.decide(laptop, DecisionEntry(d.id, take=1, rev=d.rev))
    assert shown(laptop)
    assert one(laptop, "club", REMOVED).values[0].words.endswith("Fri 3 Apr")


def test_nothing_else_can_be_written_there(laptop: Laptop) -> None:
    d = removed_and_edited(laptop)
    with pytest.raises(Refused) as refused:
        differences.decide(laptop, DecisionEntry(d.id, value="maybe"))
    assert [p.field for p in refused.value.problems] == ["value"]


# -- two open plans --------------------------------------------------------------------------------------------


def two_plans(laptop: Laptop) -> Difference:
    with laptop.store.work(SAM) as work:
        work.create(FAM, "plan", {"state": "open", "started_on": day(-2)}, "sams-plan")
    return one(laptop, BELL, "plan")


def test_two_open_plans_are_told_by_whose_they_are_and_their_day(laptop: Laptop) -> None:
    d = two_plans(laptop)
    assert (d.entity, d.family, d.shown, d.free) == (TWO_PLANS, "Bell family", None, False)
    assert [(v.value, v.mine, v.words) for v in d.values] == [
        ("bell-plan", True, "the plan of 19 Feb"), ("sams-plan", False, "the plan of 10 Mar"),
    ]  # fmt: skip
    line = next(x for x in reading.today(laptop).lines if x.target == d.id)
    assert (line.what, line.family) == ("the plans: two open plans", "Bell family")


def test_keeping_one_closes_the_other_whose_actions_stay_readable(laptop: Laptop) -> None:
    d = two_plans(laptop)
    differences.decide(laptop, DecisionEntry(d.id, take=2, rev=d.rev, reason="the school is in it"))
    states = {p.id: p.state for p in reading.family(laptop, BELL).plans}
    assert states == {"bell-plan": "closed", "sams-plan": "open"}
    closed = next(p for p in reading.family(laptop, BELL).plans if p.id == "bell-plan")
    assert len(closed.actions) == 5
    (told,) = reading.decided_lately(laptop)
    assert (told.act, told.chosen, told.can_undo) == ("you took Sam's", "the plan of 10 Mar", True)
    undoing.undo(laptop, UndoEntry(told.id))
    assert [v.value for v in one(laptop, BELL, "plan").values] == [v.value for v in d.values]
    assert sql(laptop, "select closed_on from plan where id = 'bell-plan'") == [(None,)]


def test_a_plan_opened_after_the_screen_was_painted_is_not_closed(laptop: Laptop) -> None:
    d = two_plans(laptop)
    with laptop.store.work(SAM) as work:
        work.create(FAM, "plan", {"state": "open", "started_on": day(-1)}, "third")
    differences.decide(laptop, DecisionEntry(d.id, take=1, rev=d.rev))
    assert {v.value for v in one(laptop, BELL, "plan").values} == {"bell-plan", "third"}


# -- the answer before -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entity", "row_id", "field", "mine", "theirs", "before"),
    [("need", "mood", "outcome", "Calm", "Settled", "Support Dawn"),
     ("safe_contact", "dawn-reach", "may_ring", "never", "ask", "yes"),
     ("membership", "craig-member", "lives_here", True, None, "no"),
     ("plan", "bell-plan", "review_due", day(1), day(2), "Sun 22 Mar")],
)  # fmt: skip
def test_the_answer_before_is_told_for_any_field(
    laptop: Laptop, entity: str, row_id: str, field: str, mine: Any, theirs: Any, before: str
) -> None:
    assert apart(laptop, entity, row_id, field, mine, theirs).before_words == before


def test_where_one_saw_what_the_other_did_not_the_last_common_answer_is_told(laptop: Laptop) -> None:
    rev = all_heads_token(held(laptop, "plan", "bell-plan"))
    with laptop.store.work(ASHA) as work:
        work.change(FAM, "plan", "bell-plan", rev, {"agencies": "council"})
    seen = all_heads_token(held(laptop, "plan", "bell-plan"))
    for who, token, value in ((ASHA, seen, "council, school"), (SAM, rev, "health")):
        with laptop.store.work(who) as work:
            work.change(FAM, "plan", "bell-plan", token, {"agencies": value})
    assert one(laptop, "bell-plan", "agencies").before == "council, school, health"


def test_an_answer_with_a_base_nobody_here_knows_has_no_answer_before(laptop: Laptop) -> None:
    with laptop.store.work(SAM) as work:
        work.change(FAM, "plan", "bell-plan", "WyIiLHt9LFtdXQ", {"agencies": "health"})
    d = one(laptop, "bell-plan", "agencies")
    assert (d.before, d.before_words) == (None, "")


def test_what_was_written_with_an_answer_stands_beside_it(laptop: Laptop) -> None:
    from familyhub.casework import actions
    from familyhub.casework.plan_entries import ActionUpdate

    _, rev = reading.find_action(laptop, "chart")
    actions.update_action(laptop, ActionUpdate("chart", due=day(8), note="Dawn asked for this week", rev=rev))
    with laptop.store.work(SAM) as work:
        work.change(FAM, "action", "chart", rev, {"due": day(15), "status": "done"})
    d = one(laptop, "chart", "due")
    assert [v.reason for v in d.values] == ["Dawn asked for this week", ""]
    assert [(n.by_name, n.words) for n in d.also] == [("Sam Doyle", "how it is going: done")]
