"""The plan as it is written: what is needed, what is refused beside which field, what is written."""

from __future__ import annotations

import json

import pytest

from familyhub.casework import actions, acts, plan_checking, plans, reading
from familyhub.casework.laptop import Laptop
from familyhub.casework.plan_entries import (
    ActionEntry,
    ActionUpdate,
    CopyEntry,
    KeepEntry,
    NeedEntry,
    PlanEntry,
    ScoreEntry,
)
from familyhub.practice.plan_view import NeedView, PlanView, Step
from familyhub.records.plans import ActionStatus
from familyhub.store.queries.rows import session, visible
from tests.casework.test_acts import refused
from tests.support.families import ASHA, BELL, HUGHES, SAM, day


def open_plan(laptop: Laptop, family: str = BELL) -> PlanView:
    plan = reading.family(laptop, family).plan
    assert plan is not None
    return plan


def step(laptop: Laptop, identity: str) -> Step:
    return next(s for s in open_plan(laptop).actions if s.id == identity)


def need(laptop: Laptop, identity: str) -> NeedView:
    return next(n for n in open_plan(laptop).needs if n.id == identity)


def dated(laptop: Laptop, action: str) -> list[tuple[str | None, str | None, str | None]]:
    with laptop.store.reading() as connection, session(connection) as db:
        rows = [s for s in visible(db, ActionStatus, "fam:bell") if s.action_id == action]
    return [(s.status, s.due, s.by) for s in sorted(rows, key=lambda s: s.created_hlc or 0)]


def codes(laptop: Laptop, family: str = BELL) -> list[tuple[str, str]]:
    return [(f.code, f.about.id) for f in plan_checking.checked(laptop, family)[1] if f.kept is None]


# -- opening -----------------------------------------------------------------------------------------------------


def test_a_plan_is_opened_filled_and_checked_from_nothing(laptop: Laptop) -> None:
    assert codes(laptop, HUGHES) == []
    assert "No plan is open" in refused(plans.add_need, laptop, NeedEntry(HUGHES, what="Tia"))["family_id"]
    plans.open_plan(laptop, PlanEntry(HUGHES, agencies="council, school"))
    plan = open_plan(laptop, HUGHES)
    assert (plan.started_on, plan.review_due, plan.agencies) == (day(0), day(42), "council, school")
    assert "open already" in refused(plans.open_plan, laptop, PlanEntry(HUGHES))["family_id"]
    assert codes(laptop, HUGHES) == [("child_in_none", "tia")]
    first = plans.add_need(laptop, NeedEntry(HUGHES, what="Tia stays out", person_id="tia")).id
    plans.change_need(laptop, NeedEntry(need_id=first, outcome="Tia is in by nine, six nights a week"))
    plans.add_action(laptop, ActionEntry(HUGHES, need_id=first, what="Ask Tia where she would be met",
                                         owner="Mr Shah", agency="Ridge Academy", due="in 2 weeks"))  # fmt: skip
    plans.add_action(laptop, ActionEntry(HUGHES, need_id=first, what="One text at ten", owner_person_id="siân",
                                         agency="family", due="tue"))  # fmt: skip
    assert codes(laptop, HUGHES) == [("one_agency", plan.id)]
    plans.add_action(laptop, ActionEntry(HUGHES, need_id=first, what="See Tia alone, out of the house",
                                         owner_worker_id=SAM, agency="council", due=day(7)))  # fmt: skip
    assert codes(laptop, HUGHES) == []
    assert sorted(s.owner for s in open_plan(laptop, HUGHES).actions) == ["Mr Shah", "Sam Doyle", "Siân"]


def test_the_review_day_of_a_new_plan_may_be_said_and_lies_ahead(laptop: Laptop) -> None:
    assert set(
        refused(plans.open_plan, laptop, PlanEntry(HUGHES, started="tomorrow", review="yesterday"))
    ) == {"started", "review"}
    plans.open_plan(laptop, PlanEntry(HUGHES, review="in 3 weeks"))
    assert open_plan(laptop, HUGHES).review_due == day(21)


# -- needs -------------------------------------------------------------------------------------------------------


def test_a_need_is_added_last_and_the_family_may_read_it_unless_somebody_narrows_it(laptop: Laptop) -> None:
    plain = plans.add_need(laptop, NeedEntry(BELL, what="Mia has few words", person_id="mia")).id
    narrow = plans.add_need(laptop, NeedEntry(BELL, what="Safe at handover", outcome="No row", what_readers="workers",
                                              outcome_readers="professionals")).id  # fmt: skip
    assert [n.id for n in open_plan(laptop).needs][-2:] == [plain, narrow]
    assert (need(laptop, plain).what_readers, need(laptop, plain).whom) == ("family", "Mia")
    assert (need(laptop, narrow).what_readers, need(laptop, narrow).outcome_readers) == (
        "workers",
        "professionals",
    )


@pytest.mark.parametrize(
    ("entry", "field", "sentence"),
    [
        (NeedEntry(BELL), "what", "What is the need"), (NeedEntry(BELL, what=" \0\n"), "what", "What is the need"),
        (NeedEntry(BELL, what="x", person_id="nobody"), "person_id", "is nobody in this family"),
        (NeedEntry(BELL, what="x", headline="99"), "headline", "is not one of"),
        (NeedEntry(BELL, what="x", what_readers="all"), "what_readers", "is not one of"),
        (NeedEntry(BELL, what="x", outcome_readers=" "), "outcome_readers", "Who may read it?"),
        (NeedEntry("gone", what="x"), "family", "not on this laptop"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_need_stands_beside_its_field(
    entry: NeedEntry, field: str, sentence: str, laptop: Laptop
) -> None:
    found = refused(plans.add_need, laptop, entry)
    assert sentence in found[field]
    assert set(found) == {field}


def test_only_what_was_changed_of_a_need_is_written(laptop: Laptop) -> None:
    before = need(laptop, "mood")
    plans.change_need(
        laptop, NeedEntry(need_id="mood", outcome="Dawn says 6 of 10 three times", what=before.what)
    )
    after = need(laptop, "mood")
    assert (after.outcome, after.what, after.person_id) == (
        "Dawn says 6 of 10 three times",
        before.what,
        "dawn",
    )
    assert (
        "Nothing to save"
        in refused(plans.change_need, laptop, NeedEntry(need_id="mood", what=before.what))["need"]
    )
    assert "without words" in refused(plans.change_need, laptop, NeedEntry(need_id="mood", what=" "))["what"]
    assert "no need" in refused(plans.change_need, laptop, NeedEntry(need_id="\ud800x", what="y"))["need"]
    assert (
        "revision" in refused(plans.change_need, laptop, NeedEntry(need_id="mood", what="y", rev="?"))["rev"]
    )


def test_two_people_who_reword_one_outcome_leave_a_difference(laptop: Laptop) -> None:
    rev = need(laptop, "mood").rev
    plans.change_need(laptop, NeedEntry(need_id="mood", outcome="Mine", rev=rev))
    plans.change_need(laptop, NeedEntry(need_id="mood", outcome="Theirs", rev=rev))
    (found,) = reading.differences(laptop)
    assert (found.entity, found.field, {v.value for v in found.values}) == (
        "need",
        "outcome",
        {"Mine", "Theirs"},
    )


def test_a_need_for_the_whole_family_names_nobody(laptop: Laptop) -> None:
    plans.change_need(laptop, NeedEntry(need_id="mood", person_id=""))
    assert need(laptop, "mood").person_id is None


@pytest.mark.parametrize("score", [None, -1, 11])
def test_a_score_is_a_whole_number_from_0_to_10(score: int | None, laptop: Laptop) -> None:
    assert set(refused(plans.score_need, laptop, ScoreEntry("mood", score))) == {"score"}


def test_scores_are_dated_and_the_newest_is_shown(laptop: Laptop) -> None:
    assert "has not come" in refused(plans.score_need, laptop, ScoreEntry("mood", 3, on="tomorrow"))["on"]
    for score, on in ((3, day(-20)), (10, "today"), (0, day(-5))):
        plans.score_need(laptop, ScoreEntry("mood", score, on=on))
    assert (need(laptop, "mood").first_score, need(laptop, "mood").last_score) == (3, 10)


# -- actions -----------------------------------------------------------------------------------------------------


def test_every_change_of_date_or_owner_writes_its_dated_row(laptop: Laptop) -> None:
    made = plans.add_action(laptop, ActionEntry(BELL, need_id="mood", what="Baby bank: cot", due=day(7))).id
    plans.change_action(laptop, ActionEntry(action_id=made, due=day(9)))
    plans.change_action(laptop, ActionEntry(action_id=made, owner_person_id="dawn", agency="family"))
    plans.change_action(laptop, ActionEntry(action_id=made, what="Baby bank: cot and clothes"))
    actions.update_action(laptop, ActionUpdate(made, status="in_progress"))
    plans.change_action(laptop, ActionEntry(action_id=made, due="none"))
    assert dated(laptop, made) == [
        ("not_started", day(7), ASHA), ("not_started", day(9), ASHA), ("not_started", day(9), ASHA),
        ("in_progress", day(9), ASHA), ("in_progress", None, ASHA),
    ]  # fmt: skip
    shown = step(laptop, made)
    assert (shown.what, shown.owner, shown.due, shown.moved_on) == (
        "Baby bank: cot and clothes",
        "Dawn",
        None,
        day(0),
    )


def test_an_action_has_one_owner_and_naming_another_takes_the_first_away(laptop: Laptop) -> None:
    made = plans.add_action(laptop, ActionEntry(BELL, what="Club", owner_worker_id=SAM, agency="council")).id
    for change, owner in (
        (ActionEntry(action_id=made, owner="Ms Ali", agency="St Hilda's"), ("Ms Ali", None, None)),
        (ActionEntry(action_id=made, owner_person_id="pat"), ("Pat", "pat", None)),
        (ActionEntry(action_id=made, owner_worker_id=ASHA), ("Asha Rahman", None, ASHA)),
        (ActionEntry(action_id=made, owner=""), ("", None, None)),
    ):
        plans.change_action(laptop, change)
        shown = step(laptop, made)
        assert (shown.owner, shown.owner_person_id, shown.owner_worker_id) == owner
    two = ActionEntry(action_id=made, owner="Ms Ali", owner_person_id="pat")
    assert "one owner" in refused(plans.change_action, laptop, two)["owner"]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({}, "what", "What is to be done"), ({"what": "x", "due": "soonish"}, "due", "is not a date"),
        ({"what": "x", "need_id": "other"}, "need_id", "not in this plan"),
        ({"what": "x", "owner_person_id": "tia"}, "owner", "is nobody in this family"),
        ({"what": "x", "owner_worker_id": "w-none"}, "owner", "nobody who works here"),
        ({"what": "x", "agency": "a" * 301}, "agency", "fit on a line"),
        ({"what": "x", "what_readers": "everybody"}, "what_readers", "is not one of"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_action_stands_beside_its_field(
    fields: dict[str, str], field: str, sentence: str, laptop: Laptop
) -> None:
    found = refused(plans.add_action, laptop, ActionEntry(BELL, **fields))  # type: ignore[arg-type]
    assert sentence in found[field]
    assert set(found) == {field}


def test_an_action_that_is_not_here_or_not_changed_is_refused(laptop: Laptop) -> None:
    assert (
        "no action" in refused(plans.change_action, laptop, ActionEntry(action_id="x", due="tue"))["action"]
    )
    assert (
        "Nothing to save"
        in refused(plans.change_action, laptop, ActionEntry(action_id="gp", due="none"))["action"]
    )
    assert (
        "without words" in refused(plans.change_action, laptop, ActionEntry(action_id="gp", what=""))["what"]
    )
    assert (
        "revision"
        in refused(plans.change_action, laptop, ActionEntry(action_id="gp", due="tue", rev="?"))["rev"]
    )


# -- keeping a finding -------------------------------------------------------------------------------------------


def test_a_finding_that_is_kept_is_silent_until_the_review_that_is_next(laptop: Laptop) -> None:
    assert ("no_person", "club") in codes(laptop)
    keep = KeepEntry(BELL, "no_person", "action", "club", "Ms Ali is off; named at the review")
    plan_checking.keep_finding(laptop, keep)
    assert ("no_person", "club") not in codes(laptop)
    kept = next(f.kept for f in plan_checking.checked(laptop, BELL)[1] if f.kept)
    assert (kept.because, kept.until, kept.by, kept.readers) == (
        keep.because,
        day(10),
        "Asha Rahman",
        "workers",
    )
    assert "does not say that now" in refused(plan_checking.keep_finding, laptop, keep)["code"]
    with laptop.store.work(ASHA) as work:
        work.create("fam:bell", "review", {"plan_id": "bell-plan", "held_on": day(1), "by": ASHA})
    assert ("no_person", "club") in codes(laptop)


def test_without_a_review_day_ahead_the_local_rhythm_says_how_long(laptop: Laptop) -> None:
    rev = open_plan(laptop).rev
    with laptop.store.work(ASHA) as work:
        work.change("fam:bell", "plan", "bell-plan", rev, {"review_due": day(-1)})
    plan_checking.keep_finding(laptop, KeepEntry(BELL, "no_date", "action", "gp", "She will ring herself"))
    assert next(f.kept.until for f in plan_checking.checked(laptop, BELL)[1] if f.kept) == day(42)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"because": " "}, "because"), ({"readers": ""}, "readers"), ({"about": ""}, "about"), ({"about": "moon"}, "about"),
     ({"about_id": "letter"}, "code"), ({"code": "stale"}, "code"), ({"family_id": HUGHES}, "family_id")],
)  # fmt: skip
def test_keeping_needs_a_reason_and_a_finding_that_stands(
    fields: dict[str, str], field: str, laptop: Laptop
) -> None:
    usual = {"family_id": BELL, "code": "no_date", "about": "action", "about_id": "gp", "because": "so"}
    assert set(refused(plan_checking.keep_finding, laptop, KeepEntry(**{**usual, **fields}))) == {field}


# -- copies ------------------------------------------------------------------------------------------------------


def test_a_copy_is_given_to_one_person_and_safety_is_asked_each_time(laptop: Laptop) -> None:
    plans.give_copy(laptop, CopyEntry(BELL, person_id="dawn", on=day(-2), safe=True))
    plans.give_copy(laptop, CopyEntry(BELL, to="Ms Ali, St Hilda's", safe=True))
    assert [(c.to, c.on) for c in open_plan(laptop).copies] == [
        ("Dawn", day(-2)),
        ("Ms Ali, St Hilda's", day(0)),
    ]
    for fields, field in (
        ({"person_id": "dawn"}, "safe"), ({"person_id": "craig", "safe": False}, "safe"), ({"safe": True}, "to"),
        ({"person_id": "dawn", "to": "Pat", "safe": True}, "to"), ({"person_id": "tia", "safe": True}, "person_id"),
        ({"person_id": "dawn", "safe": True, "on": "tomorrow"}, "on"),
        ({"person_id": "dawn", "safe": True, "on": day(-40)}, "on"),
    ):  # fmt: skip
        assert field in refused(plans.give_copy, laptop, CopyEntry(BELL, **fields)), fields  # type: ignore[arg-type]
    assert len(open_plan(laptop).copies) == 2


# -- by name -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("open_plan", {"family_id": HUGHES}), ("add_need", {"family_id": BELL, "what": "x"}),
        ("change_need", {"need_id": "mood", "what": "x"}), ("score_need", {"need_id": "mood", "score": 4}),
        ("add_action", {"family_id": BELL, "what": "x"}), ("change_action", {"action_id": "gp", "due": "tue"}),
        ("keep_finding", {"family_id": BELL, "code": "no_date", "about": "action", "about_id": "gp", "because": "x"}),
        ("give_copy", {"family_id": BELL, "person_id": "dawn", "safe": True}),
    ],
)  # fmt: skip
def test_every_act_of_the_plan_is_done_by_its_name(
    name: str, entry: dict[str, object], laptop: Laptop
) -> None:
    before = reading.sync_page(laptop).waiting
    assert acts.do(laptop, name, json.dumps(entry)).saved
    assert reading.sync_page(laptop).waiting > before
