"""What is still needed of an assessment, when it is due, what it carries forward, and what leaves in the family's copy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from familyhub.practice import assessment as rules
from familyhub.practice.assessment import (
    AssessmentRules,
    AssessmentView,
    Completion,
    DayPart,
    FoundNeed,
    MeetingOffer,
    MetView,
    Place,
    SectionScore,
    SectionText,
    VoiceView,
)
from familyhub.practice.clocks import is_working_day
from familyhub.practice.family_copy import agreement_copy, assessment_copy
from familyhub.practice.family_file import AgreementLine, SafetyLine
from familyhub.practice.household import Reach
from familyhub.practice.plan_view import NeedView
from familyhub.practice.safety import RiskView
from familyhub.records.codes import ASSESSMENT_SECTION, ASSESSMENT_TOPIC, DAY_LINE, READERS
from tests.practice.assessed import BUMP, CRAIG, DAWN, LEO, LODGER, assessment, family
from tests.practice.plans import TODAY, plan

ON = "2026-02-12"


def voice(person: str, said: str = "I like Mondays", readers: str = "workers", none: str = "") -> VoiceView:
    return VoiceView(
        f"v-{person}",
        person,
        "assessment",
        "a1",
        said,
        readers,
        "",
        readers,
        "said",
        none,
        readers,
        ON,
        "Asha",
        "w",
    )


def whole(readers: str = "family") -> AssessmentView:
    """An assessment in which nothing is missing, every text under one label."""
    file = family()
    texts, scores, voices, days, met = [], [], [], [], []
    for place in rules.places(file):
        topics = ("meaning",) if place.person_id == BUMP.id else rules.TOPICS[place.section]
        texts += [
            SectionText(place.section, t, place.person_id, f"{place} {t}", readers, ON, "Asha")
            for t in topics
        ]
        if place.section in rules.SCORED and place.person_id != BUMP.id:
            scores.append(SectionScore(place.section, place.person_id, 4, ON))
        if place.section == "voice":
            voices.append(voice(place.person_id or "", readers=readers))
        if place.section == "day":
            days += [
                DayPart(place.person_id or "", "assessment", "a1", p, f"{place} {p}", readers, ON)
                for p in DAY_LINE.values
            ]
        if place.section == "adult":
            met.append(MetView(place.person_id or "", True, "", readers, ON))
    return assessment(
        texts=tuple(texts), scores=tuple(scores), voices=tuple(voices), days=tuple(days), met=tuple(met),
        offers=(MeetingOffer("wanted", "", readers, ON),),
    )  # fmt: skip


def test_every_section_and_topic_that_the_rules_name_is_a_code() -> None:
    assert rules.TOPICS.keys() == ASSESSMENT_SECTION.values.keys()
    assert {t for topics in rules.TOPICS.values() for t in topics} == ASSESSMENT_TOPIC.values.keys()
    assert set(rules.DEFAULT_READERS.values()) <= READERS.values.keys()
    for protected in ("said", "meaning", "analysis", *DAY_LINE.values):
        assert rules.DEFAULT_READERS[protected] == "workers"


def test_each_child_each_adult_of_the_house_and_both_parents_have_a_place() -> None:
    places = rules.places(family())
    assert {p.person_id for p in places if p.section == "adult"} == {DAWN.id, CRAIG.id, LODGER.id}
    assert [p.section for p in places if p.person_id == LEO.id] == ["child", "voice", "day"]
    assert [p.section for p in places if p.person_id == BUMP.id] == ["child"]


def test_nothing_is_needed_of_a_whole_assessment_and_everything_of_an_empty_one() -> None:
    assert rules.still_needed(whole(), family()) == ()
    lacking = {lack.place for lack in rules.still_needed(assessment(), family())}
    assert lacking == set(rules.places(family()))


PARTS = st.sampled_from(["texts", "scores", "voices", "days", "met", "offers"])


@settings(max_examples=60)
@given(PARTS, st.data())
def test_whatever_is_taken_out_is_what_is_needed(part: str, data: st.DataObject) -> None:
    full = whole()
    rows = getattr(full, part)
    gone = data.draw(st.sampled_from(rows))
    file = family()
    lacks = rules.still_needed(replace(full, **{part: tuple(r for r in rows if r is not gone)}), file)
    if part == "texts" and (
        gone.topic not in rules.NEEDED.get(gone.section, ()) and gone.person_id != BUMP.id
    ):
        assert lacks == (), "what an adult thinks may be left out"
        return
    assert len(lacks) == 1
    sections = {"voices": "voice", "days": "day", "met": "adult", "offers": "family"}
    assert lacks[0].place.section == sections.get(part, getattr(gone, "section", ""))
    assert lacks[0].place.person_id == getattr(gone, "person_id", None)


def test_a_child_without_views_needs_a_reason_and_an_adult_not_met_does_too() -> None:
    file, full = family(), whole()
    silent = replace(full, voices=(*full.voices, voice(LEO.id, said="", none="")))
    assert [x.words for x in rules.still_needed(silent, file)] == ["Leo: own words, or why none"]
    reasoned = replace(full, voices=(*full.voices, voice(LEO.id, said="", none="In hospital all month")))
    assert rules.still_needed(reasoned, file) == ()
    not_met = replace(full, met=(*full.met, MetView(CRAIG.id, False, "", "workers", ON)))
    assert [x.words for x in rules.still_needed(not_met, file)] == ["Craig: why not met"]


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(1, 45))
def test_the_clock_counts_working_days_one_by_one(start: date, days: int) -> None:
    found = rules.due(start.isoformat(), AssessmentRules(days))
    assert found is not None
    count, day = 0, start
    while day < found:
        day += timedelta(days=1)
        count += is_working_day(day)
    assert count == days
    assert is_working_day(found)
    assert AssessmentRules().working_days == 10


def test_a_completed_assessment_is_signed_or_returned_and_a_returned_one_is_open_again() -> None:
    done = Completion("c1", ON, "Asha", "w-asha", "")
    states = {
        "": "completed", "signed": "signed", "returned": "returned",
    }  # fmt: skip
    assert assessment().state == "started"
    for signature, state in states.items():
        found = assessment(completions=(replace(done, signature=signature),))
        assert (found.state, found.open) == (state, state == "returned")
    again = assessment(completions=(replace(done, signature="returned"), replace(done, id="c2")))
    assert again.state == "completed"


def test_a_review_before_its_assessment_is_seen_and_one_from_an_earlier_spell_is_not() -> None:
    held = plan(reviewed_first="2026-02-10")
    assert rules.review_before(family(plans=(held,)), ON) == "2026-02-10"
    assert rules.review_before(family(plans=(replace(held, reviewed_first="2025-06-01"),)), ON) is None
    assert rules.review_before(family(plans=(held,)), "2026-02-10") is None
    done = assessment(completions=(Completion("c1", ON, "Asha", "w", ""),))
    assert rules.review_needs_reason(family(), "2026-03-01")
    assert rules.review_needs_reason(family(done), "2026-02-01")
    assert not rules.review_needs_reason(family(done), "2026-03-01")


def test_a_need_is_carried_once_under_one_id_on_every_laptop() -> None:
    needs = (
        FoundNeed("n1", LEO.id, "Leo", "1", "Mondays", "family", 3),
        FoundNeed("n2", None, "", "", "Damp", "workers", None),
    )
    found = assessment(needs=needs)
    assert rules.to_carry(found, family(found)) == needs
    carried = NeedView(rules.carried_id("n1"), "Mondays", "", "Leo", "", None, None, ())
    assert rules.to_carry(found, family(found, plans=(plan(carried),))) == needs[1:]
    assert len({rules.carried_id(n.id) for n in needs}) == 2


# -- the family's copy ---------------------------------------------------------------------------------------------


@settings(max_examples=80)
@given(st.randoms(use_true_random=False), st.sampled_from([DAWN.id, CRAIG.id, LODGER.id]))
def test_nothing_labelled_narrower_than_the_family_leaves_in_anybodys_copy(
    random: object, reader: str
) -> None:
    marks: dict[str, str] = {}

    def label(text: str) -> str:
        marks[text] = random.choice(list(READERS.values))  # type: ignore[attr-defined]
        return marks[text]

    full = whole()
    relabelled = replace(
        full,
        texts=tuple(replace(t, readers=label(t.text)) for t in full.texts),
        days=tuple(replace(d, readers=label(d.text)) for d in full.days),
        voices=tuple(
            replace(v, said=f"{v.person_id} said", said_readers=label(f"{v.person_id} said"),
                    asked=f"{v.person_id} asked", asked_readers=label(f"{v.person_id} asked")) for v in full.voices
        ),
        met=tuple(MetView(m.person_id, False, f"{m.person_id} away", label(f"{m.person_id} away"), ON) for m in full.met),
        offers=(MeetingOffer("later", "meeting why", label("meeting why"), ON),),
        needs=tuple(FoundNeed(f"n{n}", None, "", "", f"need {n}", label(f"need {n}"), None) for n in range(3)),
        completions=(Completion("c1", ON, "Asha", "w", "review first why"),),
    )  # fmt: skip
    agreements = tuple(
        AgreementLine(p.given, "agreed", ON, "school", "", f"{p.id} why", f"row-{p.id}", p.id, "agreed", "", f"{p.id} what",
                      label(f"{p.id} what"), label(f"{p.id} why"), "no", f"{p.id} stop", label(f"{p.id} stop"))
        for p in (DAWN, CRAIG)
    )  # fmt: skip
    note = SafetyLine("n", "dog", "zs note", None, random.choice(list(READERS.values)))  # type: ignore[attr-defined]
    reach = Reach("s", "zs how", "zs number", "", "", "yes", "yes", "yes", "", "family")
    known = RiskView("r", CRAIG.id, "police", "zs risk", "family", "zs source", ON, None, "")
    adults = tuple(
        replace(m, reach=reach, risks=(known,), risk=known.words, address="zs home")
        for m in (DAWN, CRAIG, LODGER)
    )
    file = family(relabelled, agreement=agreements, adults=adults, safety=(note,), safety_ended=(note,))
    copy = {line.text for line in (*assessment_copy(file, reader), *agreement_copy(file, reader, TODAY))}
    assert not [text for text in copy if "zs " in text], "nor how anybody is reached, lives, or may be a risk"
    narrow = {text for text, readers in marks.items() if readers != "family"} | {"review first why"}
    assert not copy & narrow
    others = {
        f"{p} {w}" for p in {DAWN.id, CRAIG.id, LODGER.id} - {reader} for w in ("away", "what", "why", "stop")
    }
    others |= {f"{Place('adult', p)} views" for p in {DAWN.id, CRAIG.id, LODGER.id} - {reader}}
    wide = {text for text, readers in marks.items() if readers == "family"} - others - {f"{reader} stop"}
    assert wide <= copy, "what the family may read is in it"
    assert not copy & others, "one copy is one person's"


def test_there_is_no_copy_of_what_is_being_written_or_was_never_said() -> None:
    assert assessment_copy(family(whole()), DAWN.id) == ()
    assert assessment_copy(family(), DAWN.id) == ()
    assert agreement_copy(family(), DAWN.id, TODAY) == ()
