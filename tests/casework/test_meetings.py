"""Meetings as they are planned, held and amended: what is needed, what is refused beside which field, what is written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from familyhub.casework import acts, assessments, child_words, meetings, plans, reading
from familyhub.casework.assessment_entries import ChildDayEntry, StartEntry
from familyhub.casework.entries import ActionMoved
from familyhub.casework.laptop import Laptop
from familyhub.casework.meeting_entries import (
    AmendMinutes,
    ChildAt,
    Guest,
    MeetingEntry,
    MeetingPlan,
    ScoreAt,
)
from familyhub.casework.plan_entries import ActionEntry
from familyhub.casework.problems import Refused
from familyhub.practice.meeting_papers import Copy, minutes
from familyhub.practice.meetings import CALLED_OFF, HELD, PLANNED
from tests.casework.test_acts import refused
from tests.support.families import ASHA, BELL, HUGHES, SAM, TODAY, day


def whole(**fields: Any) -> MeetingEntry:
    """A review of the Bells with everything that it needs."""
    given: dict[str, Any] = {
        "on": "today",
        "guests": [Guest(person_id="dawn", state="came"), Guest(worker_id=ASHA, state="came"),
                   Guest(name="Ms Ali", agency="St Hilda's", state="apologies", views="Leo is brighter on Tuesdays.",
                         views_readers="professionals")],
        "children": [ChildAt("leo", came=True, views="I want the clock.", method="said", a_day={"morning": "Up at seven", "night": "Loud"}),
                     ChildAt("mia", views="Sat with Dawn, drew.", method="watched", views_readers="family"),
                     ChildAt("jade", none_because="She would not, and said so.")],
        "decision": "continue", "next_due": "in 6 weeks",
    }  # fmt: skip
    return MeetingEntry(BELL, **{**given, **fields})


def test_a_meeting_is_planned_with_invitations_moved_and_called_off(laptop: Laptop) -> None:
    guests = [Guest(person_id="dawn"), Guest(worker_id=SAM), Guest(name="Ms Ali", agency="St Hilda's")]
    first = meetings.plan_meeting(
        laptop, MeetingPlan(BELL, on="in 5 days", at="2pm", place="St Hilda's", guests=guests)
    ).id
    planned = meetings.next_planned(reading.family(laptop, BELL))
    assert planned is not None
    assert (planned.id, planned.state, planned.on, planned.at) == (first, PLANNED, day(5), "14:00")
    assert [(g.name, g.agency, g.state) for g in planned.guests] == [
        ("Dawn", "", "invited"), ("Sam Doyle", "", "invited"), ("Ms Ali", "St Hilda's", "invited"),
    ]  # fmt: skip
    second = meetings.plan_meeting(laptop, MeetingPlan(BELL, on="in 6 days", replaces=first)).id
    [moved] = reading.family(laptop, BELL).meetings
    assert (moved.id, moved.on, len(moved.guests)) == (second, day(6), 3)
    off = MeetingPlan(BELL, replaces=second, off_because="Dawn is in hospital")
    meetings.plan_meeting(laptop, off)
    [gone] = reading.family(laptop, BELL).meetings
    assert (gone.state, gone.off_because) == (CALLED_OFF, "Dawn is in hospital")
    assert meetings.next_planned(reading.family(laptop, BELL)) is None
    assert "not planned any more" in refused(meetings.plan_meeting, laptop, off)["meeting_id"]


def test_what_is_wrong_with_a_planned_meeting_stands_beside_its_field(laptop: Laptop) -> None:
    wrong: list[tuple[Any, str, str]] = [
        (MeetingPlan(BELL, on=""), "on", "Which day is the meeting?"),
        (MeetingPlan(BELL, on="yesterday"), "on", "is past"),
        (MeetingPlan(BELL, on="tomorrow", at="late"), "at", "is not a time"),
        (MeetingPlan(BELL, on="tomorrow", kind="party"), "kind", "is not one of"),
        (MeetingPlan(BELL, on="tomorrow", guests=[Guest(person_id="tia")]), "guest", "nobody in this family"),
        (MeetingPlan(BELL, on="tomorrow", guests=[Guest(name=" ")]), "guest", "Who is it?"),
        (MeetingPlan(BELL, on="tomorrow", guests=[Guest(name="Jo", state="came")]), "guest:name:Jo", "not been held"),
    ]  # fmt: skip
    for entry, field, sentence in wrong:
        assert sentence in refused(meetings.plan_meeting, laptop, entry)[field], field


def test_holding_a_meeting_feeds_the_scores_the_actions_the_story_and_the_next_review(laptop: Laptop) -> None:
    planned = meetings.plan_meeting(
        laptop, MeetingPlan(BELL, on="today", guests=[Guest(name="Health visitor Jo", agency="health")])
    ).id
    step = next(s for p in reading.family(laptop, BELL).plans for s in p.actions if s.id == "letter")
    entry = whole(
        meeting_id=planned, scores=[ScoreAt("mondays", 7), ScoreAt("mood")],
        actions=[ActionMoved("letter", step.rev, "done", None, "Sent home on Friday.")],
        agreed=[ActionEntry(BELL, need_id="mondays", what="Walk with Leo on Mondays", owner_person_id="pat", agency="family", due="in 2 weeks")],
        better="Mornings.", worry="The damp.", summary="Good weeks.",
    )  # fmt: skip
    assert meetings.hold_meeting(laptop, entry).id == planned
    file = reading.family(laptop, BELL)
    [held] = file.meetings
    assert (held.state, held.decision, held.next_due, held.summary) == (
        HELD,
        "continue",
        day(42),
        "Good weeks.",
    )
    assert [(g.name, g.state) for g in held.guests] == [
        ("Health visitor Jo", "invited"), ("Dawn", "came"), ("Asha Rahman", "came"), ("Ms Ali", "apologies"),
    ]  # fmt: skip
    voices = [(c.name, c.came, c.voice) for c in held.children]
    assert [(name, came, v and (v.said or v.none_because)) for name, came, v in voices] == [
        ("Leo", True, "I want the clock."), ("Mia", False, "Sat with Dawn, drew."), ("Jade", False, "She would not, and said so."),
    ]  # fmt: skip
    assert [(d.part, d.text, d.readers) for d in held.children[0].day] == [
        ("morning", "Up at seven", "workers"), ("night", "Loud", "workers"),
    ]  # fmt: skip
    assert [(a.asked, a.answer) for a in held.answers] == [
        ("What is better since last time?", "Mornings."), ("What still worries you?", "The damp."),
    ]  # fmt: skip
    assert file.plan is not None
    assert (file.plan.review_due, file.plan.reviewed_on) == (day(42), day(0))
    assert [(s.score, s.meeting_id) for s in file.plan.needs[0].scores] == [(4, ""), (6, ""), (7, planned)]
    steps = {s.what: s for s in file.plan.actions}
    assert steps["Attendance letter"].status == "done"
    assert steps["Attendance letter"].progress[-1].meeting_id == planned
    agreed = steps["Walk with Leo on Mondays"]
    assert (agreed.owner, agreed.due, agreed.history[0].meeting_id) == ("Pat", day(14), planned)
    assert "Review: continue" in [line.what for line in file.story]
    child_words.write_child_day(laptop, ChildDayEntry(BELL, "mia", "review", texts={"night": "Sleeps now"}))
    [after] = reading.family(laptop, BELL).meetings
    assert [d.text for d in after.children[1].day] == ["Sleeps now"], (
        "a day of that review belongs to its meeting"
    )
    told = "\n".join(minutes(file, held, Copy("professionals"), TODAY))
    assert "I want the clock." not in told, "a child's words are for workers only unless somebody widens it"
    for line in (
        "Sat with Dawn, drew.",
        "Walk with Leo on Mondays · Pat, family",
        "[4 then, 7 now, of 10]",
        "The damp.",
    ):
        assert line in told


def test_what_is_missing_is_a_sentence_at_its_field_and_nothing_is_written(laptop: Laptop) -> None:
    found = refused(meetings.hold_meeting, laptop, MeetingEntry(BELL))
    assert set(found) == {"guest", "none:leo", "none:mia", "none:jade", "decision", "next_due"}
    found = refused(meetings.hold_meeting, laptop, whole(decision="step_up"))
    assert "Why step up?" in found["because"]
    child = [ChildAt("leo", views="x", none_because="y"), ChildAt("mia", none_because="a"), ChildAt("jade", none_because="b"), ChildAt("tia", views="z")]  # fmt: skip
    found = refused(meetings.hold_meeting, laptop, whole(children=child))
    assert set(found) == {"none:leo", "children"}


def test_what_is_wrong_with_a_meeting_stands_beside_its_field(laptop: Laptop) -> None:
    wrong: list[tuple[Any, str, str]] = [
        ({"on": "tomorrow"}, "on", "has not come yet"), ({"next_due": day(-1)}, "next_due", "is not after the meeting"),
        ({"no_next_because": "x"}, "no_next_because", "take one away"),
        ({"scores": [ScoreAt("mondays", 11)]}, "score:mondays", "from 0 (worst) to 10"),
        ({"scores": [ScoreAt("gone", 1)]}, "score", "not in the open plan"),
        ({"actions": [ActionMoved("gone", status="done")]}, "actions", "not in this family's plan"),
        ({"agreed": [ActionEntry(BELL, what="x", owner_worker_id="w-gone")]}, "agreed:0", "nobody who works here"),
        ({"answers_readers": "all"}, "answers_readers", "is not one of"), ({"decision": "dance"}, "decision", "is not one of"),
        ({"guests": [Guest(person_id="dawn", state="maybe")]}, "guest:person:dawn", "is not one of"),
        ({"meeting_id": "gone"}, "meeting_id", "not planned any more"),
    ]  # fmt: skip
    for fields, field, sentence in wrong:
        assert sentence in refused(meetings.hold_meeting, laptop, whole(**fields))[field], field


def test_a_review_before_its_plan_or_its_assessment_is_recorded_with_a_reason(laptop: Laptop) -> None:
    early = whole(on=day(-30))
    found = refused(meetings.hold_meeting, laptop, early)
    assert "The plan began on" in found["on"]
    assert "although" in found["on"]
    begun = assessments.start_assessment(laptop, StartEntry(BELL, day(-18))).id
    late = whole(on=day(-15))
    assert "is not completed yet" in refused(meetings.hold_meeting, laptop, late)["on"]
    with laptop.store.work(ASHA) as work:
        work.create("fam:bell", "assessment_completion", {"assessment_id": begun, "on": day(-10), "by": ASHA})
    assert "The assessment was completed on" in refused(meetings.hold_meeting, laptop, late)["on"]
    assert set(refused(meetings.hold_meeting, laptop, whole(on=day(-10), decision=""))) == {"decision"}
    early.although = "Held with the school before we knew of it"
    meetings.hold_meeting(laptop, early)
    [held] = reading.family(laptop, BELL).meetings
    assert (held.on, held.although) == (day(-30), "Held with the school before we knew of it")
    assert "Held like this because" not in "\n".join(
        minutes(reading.family(laptop, BELL), held, Copy("family"), TODAY)
    )


def test_without_a_plan_there_is_a_team_around_the_family_and_no_review(laptop: Laptop) -> None:
    entry = MeetingEntry(HUGHES, guests=[Guest(person_id="siân", state="came")], children=[ChildAt("tia", views="Fine.")],
                         decision="continue", next_due="in 6 weeks")  # fmt: skip
    assert "No plan is open" in refused(meetings.hold_meeting, laptop, entry)["kind"]
    entry.kind, entry.agreed = "taf", [ActionEntry(HUGHES, what="Ring Tia's school")]
    assert "Open one first" in refused(meetings.hold_meeting, laptop, entry)["agreed"]
    entry.agreed, entry.next_due = [], ""
    meetings.hold_meeting(laptop, entry)
    assert "Team Around the Family: continue" in [line.what for line in reading.family(laptop, HUGHES).story]


def test_a_team_around_the_family_is_no_review_of_the_plan(laptop: Laptop) -> None:
    meetings.hold_meeting(laptop, whole(kind="taf", next_due="in 3 weeks"))
    plan = reading.family(laptop, BELL).plan
    assert plan is not None
    assert (plan.reviewed_on, plan.review_due) == (None, day(10))


def test_an_action_whose_owner_left_is_settled_or_kept_with_a_reason(laptop: Laptop) -> None:
    saved = plans.add_action(
        laptop, ActionEntry(BELL, what="Ring the landlord", owner_worker_id=SAM, due="tue")
    )
    with laptop.store.work("hub") as work, laptop.store.reading() as connection:
        from familyhub.records.oversight import Worker
        from familyhub.store.queries.rows import rev, session, visible

        with session(connection) as db:
            sam = next(w for w in visible(db, Worker, "ref") if w.id == SAM)
        work.change("ref", "worker", SAM, rev(sam), {"disabled": True})
    found = refused(meetings.hold_meeting, laptop, whole())
    assert "Sam Doyle works here no more" in found[f"actions:{saved.id}"]
    stopped = whole(actions=[ActionMoved(saved.id, status="stopped")])
    meetings.hold_meeting(laptop, stopped)
    assert "written down already" in refused(meetings.hold_meeting, laptop, whole())["on"]


def test_minutes_are_amended_and_what_stood_stays(laptop: Laptop) -> None:
    held = meetings.hold_meeting(laptop, whole(summary="Good weeks.", summary_readers="family")).id
    assert "What should be added" in refused(meetings.amend_minutes, laptop, AmendMinutes(BELL, held))["text"]
    assert (
        "There is no meeting"
        in refused(meetings.amend_minutes, laptop, AmendMinutes(BELL, "gone", "x"))["meeting_id"]
    )
    meetings.amend_minutes(laptop, AmendMinutes(BELL, held, "Pat came too, late.", "family"))
    file = reading.family(laptop, BELL)
    told = minutes(file, file.meetings[0], Copy("family"), TODAY)
    assert "  Good weeks." in told
    assert "  Pat came too, late." in told
    planned = meetings.plan_meeting(laptop, MeetingPlan(BELL, on="tomorrow")).id
    assert (
        "not been held"
        in refused(meetings.amend_minutes, laptop, AmendMinutes(BELL, planned, "x"))["meeting_id"]
    )


def test_today_tells_of_planned_meetings_and_asks_for_those_nobody_wrote_down(laptop: Laptop) -> None:
    def told() -> list[tuple[str, str, str]]:
        return [
            (line.what, line.reason, line.act)
            for line in reading.today(laptop).lines
            if line.act == "meeting"
        ]

    assert told() == []
    meetings.plan_meeting(laptop, MeetingPlan(BELL, on="tomorrow", at="14:00"))
    assert told() == [("Review of the plan", "planned Fri 13 Mar 14:00", "meeting")]
    laptop.today_is = lambda: TODAY.replace(day=16)
    assert told()[0] == ("Review of the plan", "was Fri 13 Mar 14:00, not written down yet", "meeting")
    [meeting] = reading.family(laptop, BELL).meetings
    meetings.hold_meeting(laptop, whole(meeting_id=meeting.id))
    assert told() == []


def test_a_locality_has_its_own_clock(laptop: Laptop) -> None:
    assert not [line for line in reading.today(laptop).lines if line.act == "meeting"]
    with laptop.store.work(ASHA) as work:
        work.create(
            "ref", "locality", {"name": "Wallasey", "amber_working_days": 10, "review_weeks": 8}, "wallasey"
        )
        work.change("fam:bell", "family", BELL, reading.family(laptop, BELL).rev, {"locality": "wallasey"})
    [line] = [line for line in reading.today(laptop).lines if line.act == "meeting"]
    assert (line.what, line.reason) == ("Review of the plan", "review due Sun 22 Mar")
    rules = reading.family(laptop, BELL).review_rules
    assert (rules.weeks, rules.amber_working_days) == (8, 10)


def test_the_acts_are_known_by_name(laptop: Laptop) -> None:
    planned = acts.do(laptop, "plan_meeting", json.dumps({"family_id": BELL, "on": "tomorrow"})).id
    with pytest.raises(Refused, match="Who came"):
        acts.do(laptop, "hold_meeting", json.dumps({"family_id": BELL}))
    with pytest.raises(Refused, match="not been held yet"):
        acts.do(laptop, "amend_minutes", json.dumps({"family_id": BELL, "meeting_id": planned, "text": "x"}))
