"""Who is named and who is known: found by every road that people mistake names and dates on, never on a first name alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from familyhub.practice.matching import (
    LEAST,
    LIKELY,
    POSSIBLE,
    STRONG,
    Known,
    Named,
    People,
    compare,
    likeness,
    matches,
    sound,
)

TOM = Known(
    "tom", "walsh", (("Thomas", "Walsh"), ("Thomas", "O'Neill")), "2016-03-05",
    (("14 Grove Steps", "CH42 3AB"), ("2 Mill Lane", "CH41 1ZZ")), ("St Hilda's Primary",),
)  # fmt: skip
NAMES = st.sampled_from(
    ["Thomas", "Tom", "Zoë", "Siân", "Mia", "Anne-Marie", "O'Neill", "Walsh", "Welsh", "Bell", "李", "يوسف"]
)
DATES = st.dates(date(2005, 1, 1), date(2026, 1, 1)).map(date.isoformat)
PEOPLE = st.builds(
    Known, st.text("abc", min_size=1, max_size=4), st.just("f"), st.tuples(st.tuples(NAMES, NAMES)), DATES,
    st.tuples(st.tuples(st.just("14 Grove Steps"), st.just("CH42 3AB"))), st.tuples(st.just("St Hilda's")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("named", "evidence", "rank"),
    [
        (Named("Thomas", "Walsh", "2016-03-05"), ("same name", "same birth date"), STRONG),
        (Named("Tom", "Walsh", "2016-03-05"),
         ("first name a short form of it", "family name the same", "same birth date"), STRONG),
        (Named("Tom", "Welsh", "2016-05-03"), ("first name a short form of it", "family name spelt nearly the same",
                                                "birth date with day and month swapped"), LIKELY),
        (Named("Thomas", "ONeill", "2016-03-06"),
         ("same name", "by another name of theirs, Thomas O'Neill", "birth date differs in one figure"), LIKELY),
        (Named("Walsh", "Thomas"), ("same name, first and family name swapped",), POSSIBLE),
        (Named("Tomas", "WALSH", age="about 9", on="2026-03-12"),
         ("first name spelt nearly the same", "family name the same", "about the same age"), LIKELY),
        (Named("Thomas", address="2, Mill Lane", postcode="ch411zz"),
         ("first name the same", "same address", "same postcode"), LIKELY),
        (Named("Thomas", school="St Hildas Primary School"), ("first name the same", "same school"), POSSIBLE),
        (Named("Ollie", "Grant", "2016-03-05", postcode="CH42 3AB"), ("same birth date", "same postcode"), POSSIBLE),
    ],
)  # fmt: skip
def test_every_road_to_the_same_child_is_told_in_words(
    named: Named, evidence: tuple[str, ...], rank: str
) -> None:
    found = compare(named, TOM)
    assert found is not None
    assert (found.evidence, found.rank) == (evidence, rank)


@pytest.mark.parametrize(
    "named",
    [
        Named("Thomas"), Named(""), Named("not known"), Named("Ollie", "Grant", "2016-03-05"),
        Named("Ollie", "Grant", address="14 Grove Steps", postcode="CH42 3AB"),
        Named("Thomas", "Grant", "2009-11-30", school="Other High"), Named("Thomas", address="41 Grove Steps"),
    ],
)  # fmt: skip
def test_too_little_is_no_match(named: Named) -> None:
    assert compare(named, TOM) is None


def test_what_speaks_against_a_match_is_told_too() -> None:
    found = compare(Named("Thomas", "Walsh", "2012-10-30", school="Park High"), TOM)
    assert found is not None
    assert found.against == ("other birth date", "other school")
    assert found.words == "same name; other birth date, other school"
    younger = compare(Named("Thomas", "Walsh", age="3", on="2026-03-12"), TOM)
    assert younger is not None
    assert younger.against == ("other age: 10, not 3",)


def test_names_that_sound_alike_are_found_though_they_are_spelt_otherwise() -> None:
    assert sound("Walsh") == sound("Welsh") == "w420"
    assert (likeness("Shawn", "Sean"), likeness("Catherine", "Kate"), likeness("Zoë", "zoe")) == (
        "alike", "short", "same",
    )  # fmt: skip
    assert likeness("Ann", "Ian") == ""
    assert likeness("", "Walsh") == ""


@given(PEOPLE)
@settings(max_examples=60, deadline=None)
def test_everybody_matches_themselves_most(person: Known) -> None:
    given_name, family = person.names[0]
    found = compare(Named(given_name, family, person.birth_date), person)
    assert found is not None
    assert (found.rank, found.evidence[0], found.against) == (STRONG, "same name", ())


@given(NAMES, NAMES)
@settings(max_examples=60, deadline=None)
def test_likeness_does_not_depend_on_who_is_asked_first(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one.upper()) == "same"


@given(PEOPLE, PEOPLE)
@settings(max_examples=80, deadline=None)
def test_what_agrees_never_makes_a_match_weaker(named: Known, known: Known) -> None:
    bare = Named(*named.names[0])
    before = compare(bare, known)
    points = before.points if before else 0
    swapped = before is not None and any("swapped" in words for words in before.evidence)
    for more in (
        replace(bare, birth_date=known.birth_date), replace(bare, postcode="CH42 3AB"), replace(bare, school="St Hilda's"),
        replace(bare, address="14 Grove Steps"), bare if swapped else replace(bare, given=known.names[0][0]),
    ):  # fmt: skip
        after = compare(more, known)
        assert (after.points if after else 0) >= points


@given(st.lists(PEOPLE, max_size=12, unique_by=lambda p: p.person_id), st.randoms())
@settings(max_examples=40, deadline=None)
def test_the_order_does_not_depend_on_who_was_read_first(known: list[Known], random: object) -> None:
    named = Named("Thomas", "Walsh", "2016-03-05", postcode="CH42 3AB")
    found = matches(named, known)
    random.shuffle(known)  # type: ignore[attr-defined]
    assert matches(named, known) == found
    assert [m.points for m in found] == sorted((m.points for m in found), reverse=True)
    assert all(m.points >= LEAST and m.evidence for m in found)


ANY_NAME = st.one_of(NAMES, st.just(""), st.text("abé'-", max_size=6))
ANY_BIRTH = st.one_of(st.none(), DATES, st.sampled_from(["2016-03-05", "2016-05-03", "2016", "2016-03"]))
ANYBODY = st.builds(
    Known, st.text("abc", min_size=1, max_size=4), st.just("f"),
    st.lists(st.tuples(ANY_NAME, ANY_NAME), max_size=3).map(tuple), ANY_BIRTH,
    st.sampled_from([(), (("14 Grove Steps", "CH42 3AB"),)]), st.just(()),
)  # fmt: skip


@given(
    st.lists(ANYBODY, max_size=12, unique_by=lambda p: p.person_id),
    st.builds(Named, ANY_NAME, ANY_NAME, ANY_BIRTH, postcode=st.sampled_from(["", "CH42 3AB"])),
)
@settings(max_examples=80, deadline=None)
def test_whom_nothing_speaks_for_need_not_be_looked_at(known: list[Known], named: Named) -> None:
    assert matches(named, People(known).like(named)) == matches(named, known)


def test_the_day_an_unborn_child_is_due_is_no_age() -> None:
    found = compare(Named("Thomas", "Walsh", age="unborn, due 9 May 2026", on="2026-03-12"), TOM)
    assert found is not None
    assert found.words == "same name"
