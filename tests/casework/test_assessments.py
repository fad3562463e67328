"""The assessment as it is written: sections, completion with what is still needed, signature, and the plan it becomes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from familyhub.casework import (
    acts,
    assessment_sections,
    assessments,
    child_words,
    copies,
    drafts,
    plans,
    reading,
)
from familyhub.casework.agreement_entries import RecordCopyEntry
from familyhub.casework.assessment_entries import (
    AssessmentSignEntry,
    CarryEntry,
    ChildDayEntry,
    ChildWordsEntry,
    CompletionEntry,
    FoundNeedEntry,
    SectionEntry,
    StartEntry,
)
from familyhub.casework.laptop import Laptop
from familyhub.casework.plan_entries import NeedEntry
from familyhub.practice import assessment as rules
from familyhub.practice.assessment import AssessmentView, Place
from familyhub.practice.known_words import last_words
from familyhub.records.assessments import AssessmentText, ChildVoice
from familyhub.records.codes import DAY_LINE
from familyhub.store.queries.rows import session, visible
from tests.casework.test_acts import refused
from tests.casework.test_agreements import as_manager
from tests.support.families import BELL, HUGHES, TODAY, day

DAY = {part: f"{part} as it is" for part in DAY_LINE.values}


def current(laptop: Laptop, family: str = BELL) -> AssessmentView:
    found = rules.now(reading.family(laptop, family))
    assert found is not None
    return found


def answers(section: str, unborn: bool = False) -> dict[str, object]:
    """What completes a section of each kind."""
    if unborn:
        return {"texts": {"meaning": "A calmer house first"}}
    topics = {t: f"{t} in words" for t in rules.TOPICS[section]}
    return {
        "voice": {"texts": {"said": "I like Mondays"}}, "day": {"texts": DAY}, "adult": {"answer": "yes"},
        "family": {"texts": topics, "answer": "later"},
    }.get(section, {"texts": topics, "score": 4})  # fmt: skip


def fill(laptop: Laptop, family: str = HUGHES, *, but: Place | None = None, started: str = day(-8)) -> None:
    """Start an assessment and write every section but one."""
    assessments.start_assessment(laptop, StartEntry(family, started))
    file = reading.family(laptop, family)
    unborn = {c.id for c in file.children if c.role == "unborn"}
    for place in rules.places(file):
        if place != but:
            entry = SectionEntry(
                family,
                place.section,
                place.person_id or "",
                **answers(place.section, place.person_id in unborn),
            )  # type: ignore[arg-type]
            assessment_sections.write_section(laptop, entry)


# -- starting and writing ------------------------------------------------------------------------------------------


def test_an_assessment_is_started_once_and_says_that_it_is_under_way(laptop: Laptop) -> None:
    assert (
        "No assessment was started"
        in refused(assessment_sections.write_section, laptop, SectionEntry(HUGHES, "day", "tia"))[
            "assessment"
        ]
    )
    assert set(refused(assessments.start_assessment, laptop, StartEntry(HUGHES, "tomorrow", " "))) == {
        "started",
        "organisation",
    }
    assessments.start_assessment(laptop, StartEntry(HUGHES, day(-8), "Ridge Academy"))
    found = current(laptop, HUGHES)
    assert (found.started_on, found.organisation, found.episode_id, found.state) == (
        day(-8),
        "Ridge Academy",
        "hughes-episode",
        "started",
    )
    assert reading.family(laptop, HUGHES).stage == "assessment under way"
    assert (
        "not signed yet: being written"
        in refused(assessments.start_assessment, laptop, StartEntry(HUGHES))["assessment"]
    )


def test_only_what_was_changed_in_a_section_is_written_and_an_earlier_version_stays(laptop: Laptop) -> None:
    assessments.start_assessment(laptop, StartEntry(BELL, day(-3)))
    first = SectionEntry(
        BELL, "child", "leo", {"strengths": "He reads to Mia", "worries": "Mondays"}, {"worries": "family"}, 4
    )
    assessment_sections.write_section(laptop, first)
    assert "Nothing to save yet" in refused(assessment_sections.write_section, laptop, first)["section"]
    assessment_sections.write_section(
        laptop, SectionEntry(BELL, "child", "leo", {"strengths": "He reads to Mia", "worries": "Sundays"})
    )
    found = current(laptop)
    assert [(t.topic, t.text, t.readers) for t in found.texts] == [
        ("strengths", "He reads to Mia", "family"), ("worries", "Mondays", "family"), ("worries", "Sundays", "family"),
    ]  # fmt: skip
    assert found.score("child", "leo") == 4
    with laptop.store.reading() as connection, session(connection) as db:
        assert {t.by for t in visible(db, AssessmentText, "fam:bell")} == {laptop.who.id}
    assert "cannot be made empty" in refused(assessment_sections.write_section, laptop,
                                             SectionEntry(BELL, "child", "leo", {"worries": " "}))["worries"]  # fmt: skip


def test_what_is_wrong_with_a_section_stands_beside_its_field(laptop: Laptop) -> None:
    assessments.start_assessment(laptop, StartEntry(BELL, day(-3)))
    for entry, field, sentence in (
        (SectionEntry(BELL, "garden"), "section", "is not one of"), (SectionEntry(BELL), "section", "Which section"),
        (SectionEntry(BELL, "voice", "dawn"), "person_id", "no such section"),
        (SectionEntry(BELL, "voice", "unborn"), "person_id", "no such section"),
        (SectionEntry(BELL, "parenting", texts={"said": "x"}), "said", "no text of this section"),
        (SectionEntry(BELL, "parenting", texts={"worries": "x"}, readers={"worries": "all"}), "worries_readers", "is not one of"),
        (SectionEntry(BELL, "parenting", score=11), "score", "0 (worst) to 10"),
        (SectionEntry(BELL, "parenting", score=3, on=day(-9)), "on", "had not been started"),
        (SectionEntry(BELL, "adult", "craig", answer="no"), "why_not", "Why were they not met"),
        (SectionEntry(BELL, "adult", "craig", answer="perhaps"), "answer", "yes or no"),
        (SectionEntry(BELL, "adult", "dawn", {"why_not": "x"}, answer="yes"), "why_not", "one of the two"),
        (SectionEntry(BELL, "voice", "leo", {"said": "x", "none_because": "y"}), "none_because", "one of the two"),
        (SectionEntry(BELL, "voice", "leo", {"asked": "x"}), "said", "What did they say"),
        (SectionEntry(BELL, "voice", "leo", {"said": "x"}, from_visit_id="ghost"), "from_visit_id", "not in this family"),
        (SectionEntry(BELL, "family", answer="not_offered"), "meeting_why", "Why was no family meeting"),
        (SectionEntry(BELL, "family", texts={"meeting_why": "x"}), "answer", "offered"),
    ):  # fmt: skip
        found = refused(assessment_sections.write_section, laptop, entry)
        assert sentence in found[field], entry
        assert set(found) == {field}


def test_a_childs_last_words_are_taken_over_with_the_visit_they_come_from(laptop: Laptop) -> None:
    assessments.start_assessment(laptop, StartEntry(BELL, day(-3)))
    file = reading.family(laptop, BELL)
    known = last_words(file.visits, file.voices, "leo")
    assert known is not None
    assert (known.said, known.visit_id) == ("I get up when the clock says seven.", "visit-1")
    entry = SectionEntry(BELL, "voice", "leo", {"said": known.said}, from_visit_id="visit-1")
    assessment_sections.write_section(laptop, entry)
    with laptop.store.reading() as connection, session(connection) as db:
        (row,) = visible(db, ChildVoice, "fam:bell")
    assert (row.from_visit_id, row.said_readers, row.method, row.occasion) == (
        "visit-1",
        "workers",
        "said",
        "assessment",
    )


def test_a_section_that_is_left_is_a_draft_and_is_done_with_once_it_is_saved(laptop: Laptop) -> None:
    assessments.start_assessment(laptop, StartEntry(BELL, day(-3)))
    entry = SectionEntry(BELL, "day", "leo", {"morning": "Up by him"})
    entry.draft_id = drafts.keep(laptop, "section", entry)
    found = drafts.reopen(laptop, entry.draft_id)
    assert found is not None
    assert found == ("section", entry)
    assessment_sections.write_section(laptop, entry)
    assert drafts.unfinished(laptop) == []


# -- completing and signing ----------------------------------------------------------------------------------------


def test_an_assessment_is_completed_when_nothing_is_missing_and_signed_by_a_manager(laptop: Laptop) -> None:
    fill(laptop, but=Place("voice", "tia"))
    missing = refused(assessments.complete_assessment, laptop, CompletionEntry(HUGHES, day(-9)))
    assert set(missing) == {"voice:tia", "on"}
    assert missing["voice:tia"] == "Still needed: Tia: own words, or why none."
    reason = SectionEntry(
        HUGHES, "voice", "tia", {"none_because": "She did not want to talk; we try again on Friday"}
    )
    assessment_sections.write_section(laptop, reason)
    assert "wait" in assessments.complete_assessment(laptop, CompletionEntry(HUGHES)).note
    assert "completed" in refused(assessment_sections.write_section, laptop, reason)["assessment"]
    assert refused(assessments.sign_assessment, laptop, AssessmentSignEntry(HUGHES))["assessment"].startswith(
        "Only a manager"
    )
    manager = as_manager(laptop)
    assert set(refused(assessments.return_assessment, manager, AssessmentSignEntry(HUGHES))) == {"because"}
    assessments.return_assessment(manager, AssessmentSignEntry(HUGHES, "What does Tia want?"))
    assert current(laptop, HUGHES).state == "returned"
    again = SectionEntry(HUGHES, "voice", "tia", {"said": "To be asked", "none_because": ""})
    assessment_sections.write_section(laptop, again)
    assessments.complete_assessment(laptop, CompletionEntry(HUGHES))
    assessments.sign_assessment(manager, AssessmentSignEntry(HUGHES))
    found = current(laptop, HUGHES)
    assert [c.signature for c in found.completions] == ["returned", "signed"]
    assert (
        "is signed"
        in refused(assessments.sign_assessment, manager, AssessmentSignEntry(HUGHES))["assessment"]
    )
    told = [line.what for line in reading.family(laptop, HUGHES).story if line.kind == "assessment"]
    assert sorted(told) == sorted(
        ["Early help assessment started", *["Early help assessment completed"] * 2, "Early help assessment returned",
         "Early help assessment signed"]
    )  # fmt: skip
    copies.give_record_copy(laptop, RecordCopyEntry(HUGHES, "assessment", "siân", safe=True))
    assert assessments.start_assessment(laptop, StartEntry(HUGHES)).saved, (
        "another may follow one that is signed"
    )


def test_nobody_signs_what_they_completed_themselves(laptop: Laptop) -> None:
    manager = as_manager(laptop)
    fill(manager)
    assessments.complete_assessment(manager, CompletionEntry(HUGHES))
    assert (
        "completed themselves"
        in refused(assessments.sign_assessment, manager, AssessmentSignEntry(HUGHES))["assessment"]
    )


def test_a_review_that_was_held_before_the_assessment_is_recorded_with_a_reason(laptop: Laptop) -> None:
    fill(laptop)
    with laptop.store.work(laptop.who.id) as work:
        plan = work.create("fam:hughes", "plan", {"state": "open", "started_on": day(-60)})
        work.create("fam:hughes", "review", {"plan_id": plan, "held_on": day(-20)})
    found = refused(assessments.complete_assessment, laptop, CompletionEntry(HUGHES))
    assert set(found) == {"review_first_why"}
    assert "before this assessment" in found["review_first_why"]
    assessments.complete_assessment(
        laptop, CompletionEntry(HUGHES, review_first_why="School asked for one at once")
    )
    completion = current(laptop, HUGHES).completion
    assert completion is not None
    assert completion.review_first_why == "School asked for one at once"


# -- carried forward -----------------------------------------------------------------------------------------------


def test_all_needs_become_the_plans_in_one_act_word_for_word_and_once(laptop: Laptop) -> None:
    fill(laptop)
    for entry in (
        FoundNeedEntry(HUGHES, "Tia stays out", person_id="tia", headline="6", score=3),
        FoundNeedEntry(HUGHES, "Siân's debts", "workers"),
    ):
        assessment_sections.add_found_need(laptop, entry)
    assert set(
        refused(
            assessment_sections.add_found_need,
            laptop,
            FoundNeedEntry(HUGHES, "tia stays OUT", person_id="tia"),
        )
    ) == {"what"}
    assert set(refused(assessment_sections.add_found_need, laptop, FoundNeedEntry(HUGHES, person_id="x", score=12))) == {
        "what", "person_id", "score",
    }  # fmt: skip
    assert "not completed yet" in refused(assessments.carry_needs, laptop, CarryEntry(HUGHES))["assessment"]
    assessments.complete_assessment(laptop, CompletionEntry(HUGHES))
    assert "2 needs" in assessments.carry_needs(laptop, CarryEntry(HUGHES)).note
    plan = reading.family(laptop, HUGHES).plan
    assert plan is not None
    assert plan.review_due == (TODAY + timedelta(weeks=6)).isoformat()
    assert [(n.what, n.whom, n.headline_code, n.what_readers, n.first_score) for n in plan.needs] == [
        ("Tia stays out", "Tia", "6", "family", 3), ("Siân's debts", "", "", "workers", None),
    ]  # fmt: skip
    assert "are in the plan" in refused(assessments.carry_needs, laptop, CarryEntry(HUGHES))["assessment"]
    plans.change_need(laptop, NeedEntry(need_id=plan.needs[0].id, outcome="Home by nine on school nights"))


def test_needs_join_a_plan_that_is_open_behind_those_it_has(laptop: Laptop) -> None:
    fill(laptop, BELL)
    assessment_sections.add_found_need(laptop, FoundNeedEntry(BELL, "Mia has few words", person_id="mia"))
    held = reading.family(laptop, BELL).plan
    assessments.complete_assessment(laptop, CompletionEntry(BELL))
    assessments.carry_needs(laptop, CarryEntry(BELL))
    plan = reading.family(laptop, BELL).plan
    assert plan is not None
    assert held is not None
    assert (plan.id, [n.what for n in plan.needs]) == (
        held.id,
        [*(n.what for n in held.needs), "Mia has few words"],
    )


# -- words and days outside ----------------------------------------------------------------------------------------


def test_a_childs_words_outside_a_visit_count_as_their_views(laptop: Laptop) -> None:
    child_words.add_child_words(
        laptop, ChildWordsEntry(BELL, "jade", "Nobody asks me", "What is home like?", on=day(-1))
    )
    jade = next(c for c in reading.family(laptop, BELL).children if c.id == "jade")
    assert (jade.said, jade.said_on, jade.last_seen) == ("Nobody asks me", day(-1), None)
    assert set(refused(child_words.add_child_words, laptop, ChildWordsEntry(BELL))) == {"person_id", "said"}
    assert set(refused(child_words.add_child_words, laptop, ChildWordsEntry(BELL, "unborn", "x"))) == {
        "person_id"
    }


def test_the_same_five_lines_are_written_at_a_review_and_stand_beside_the_earlier_ones(
    laptop: Laptop,
) -> None:
    assessments.start_assessment(laptop, StartEntry(BELL, day(-30)))
    assessment_sections.write_section(laptop, SectionEntry(BELL, "day", "leo", dict(DAY), on=day(-28)))
    child_words.write_child_day(
        laptop, ChildDayEntry(BELL, "leo", "review", texts={"morning": "Up at seven"}, on=day(-2))
    )
    mornings = [(d.occasion, d.on, d.text) for d in reading.family(laptop, BELL).days if d.part == "morning"]
    assert mornings == [("assessment", day(-28), "morning as it is"), ("review", day(-2), "Up at seven")]
    assert set(
        refused(child_words.write_child_day, laptop, ChildDayEntry(BELL, "leo", "assessment", texts=DAY))
    ) == {"occasion"}
    assert set(refused(child_words.write_child_day, laptop, ChildDayEntry(BELL, "leo", "review"))) == {
        "morning"
    }
    assert set(
        refused(
            child_words.write_child_day, laptop, ChildDayEntry(BELL, "leo", "review", texts={"noon": "x"})
        )
    ) == {"noon"}


# -- Today and doing by name ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("started", "expected"), [(-3, []), (-8, ["due Wed 18 Mar"]), (-20, ["late: was due Fri 6 Mar"])]
)
def test_today_says_when_an_assessment_is_due_and_why(
    started: int, expected: list[str], laptop: Laptop
) -> None:
    assessments.start_assessment(laptop, StartEntry(BELL, day(started)))
    found = [line for line in reading.today(laptop).lines if line.act == "open_assessment"]
    assert [line.reason.partition(", ")[0] for line in found] == expected


def test_every_act_of_the_assessment_is_done_by_name(laptop: Laptop) -> None:
    def do(name: str, **entry: object) -> None:
        acts.do(laptop, name, json.dumps({"family_id": HUGHES, **entry}))

    do("start_assessment", started=day(-8))
    for place in rules.places(reading.family(laptop, HUGHES)):
        do("write_section", section=place.section, person_id=place.person_id or "", **answers(place.section))
    do("add_found_need", what="Tia stays out")
    do("complete_assessment")
    acts.do(as_manager(laptop), "return_assessment", json.dumps({"family_id": HUGHES, "because": "Ask Tia"}))
    assert [
        x.reason.rpartition(", ")[2] for x in reading.today(laptop).lines if x.act == "open_assessment"
    ] == ["returned by the manager"]
    do("complete_assessment")
    acts.do(as_manager(laptop), "sign_assessment", json.dumps({"family_id": HUGHES}))
    do("carry_needs")
    do("add_child_words", person_id="tia", said="All right")
    do("write_child_day", person_id="tia", occasion="closure", texts=DAY)
    assert current(laptop, HUGHES).state == "signed"
