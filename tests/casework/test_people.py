"""The people of a family's file: who is added, put right, born, moves, leaves and comes back, and what is refused."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from familyhub.casework import acts, people, plan_checking, reading, visits
from familyhub.casework.laptop import Laptop
from familyhub.casework.people_entries import PersonEntry, TieEntry
from familyhub.practice.people import PersonOnFile
from familyhub.records.families import Membership
from familyhub.records.people import Person, PersonFact, PersonName, Relationship
from familyhub.records.synced import Synced
from familyhub.store.queries.rows import session, visible
from tests.casework.test_acts import refused, visit
from tests.support.families import BELL, HUGHES, SAM, TODAY, day


def rows(laptop: Laptop, table: type[Synced], family: str = BELL) -> list[Synced]:
    with laptop.store.reading() as connection, session(connection) as db:
        return sorted(visible(db, table, f"fam:{family}"), key=lambda r: (r.created_hlc or 0, r.id))


def of(laptop: Laptop, person: str, family: str = BELL) -> PersonOnFile:
    return people.whos_who(laptop, family).person(person)


def child(**fields: object) -> PersonEntry:
    """A child who may be added, but for ``fields``."""
    base: dict[str, object] = {
        "role": "child",
        "given": "Ada",
        "family_name": "Bell",
        "birth_date": "3/2/2020",
        "lives_here": True,
    }
    return PersonEntry(BELL, **{**base, **fields})  # type: ignore[arg-type]


def change(person: str, **fields: object) -> PersonEntry:
    return PersonEntry(BELL, person, **fields)  # type: ignore[arg-type]


# -- somebody is added -------------------------------------------------------------------------------------------


def test_a_partner_who_moves_in_is_added_with_what_they_are_to_the_children(laptop: Laptop) -> None:
    lee = people.add_person(laptop, PersonEntry(
        BELL, role="adult", given=" Lee ", family_name="Marsh", birth_date="2/6/1990", sex="male", lives_here=True,
        since="1 Mar", ties=[TieEntry("leo", "stepfather", "no"), TieEntry("dawn", "partner"), TieEntry("mia")],
    )).id  # fmt: skip
    found = next(a for a in reading.family(laptop, BELL).adults if a.id == lee)
    assert (found.name, found.role, found.lives_here, found.responsibility) == (
        "Lee Marsh",
        "adult",
        True,
        False,
    )
    assert set(found.tie.split("; ")) == {"stepfather of Leo", "partner of Dawn"}
    on_file = of(laptop, lee)
    assert (on_file.since, on_file.sex, on_file.birth_date) == ("2026-03-01", "M", "1990-06-02")
    assert on_file.tie("leo").responsible is False  # type: ignore[union-attr]
    assert on_file.tie("dawn").responsible is None, "not known is nothing that was said"  # type: ignore[union-attr]


def test_a_child_is_added_with_school_and_parents_and_is_asked_for_like_every_other(laptop: Laptop) -> None:
    ada = people.add_person(
        laptop, child(school="Grove Infants", since="1 Mar", ties=[TieEntry("dawn", "mother", "yes")])
    ).id
    found = next(c for c in reading.family(laptop, BELL).children if c.id == ada)
    assert (found.age, found.school, found.last_seen) == (6, "Grove Infants", None)
    (tie,) = of(laptop, ada).ties
    assert (tie.other_id, tie.kind, tie.responsible) == ("dawn", "mother", True)
    assert f"child:{ada}" in refused(visits.log_visit, laptop, visit())
    assert ("child_in_none", ada) in [(f.code, f.about.id) for f in plan_checking.checked(laptop, BELL)[1]]
    assert "Ada" in [c.name for f in reading.families(laptop) if f.id == BELL for c in f.children]


def test_somebody_of_the_network_and_an_unborn_child_may_be_added(laptop: Laptop) -> None:
    ruth = people.add_person(
        laptop, PersonEntry(BELL, role="family network", given="Ruth", occupation="childminder", agency="Little Stars",
                            third_party=True)
    ).id  # fmt: skip
    assert (of(laptop, ruth).role, of(laptop, ruth).agency) == ("network", "Little Stars")
    (row,) = [p for p in rows(laptop, Person) if p.id == ruth]
    assert isinstance(row, Person)
    assert row.third_party is True
    baby = people.add_person(laptop, PersonEntry(HUGHES, role="unborn", expected_date="in 10 weeks")).id
    found = next(c for c in reading.family(laptop, HUGHES).children if c.id == baby)
    assert (found.role, found.given, found.expected_date) == ("unborn", "Unborn", day(70))
    unknown = people.add_person(laptop, PersonEntry(HUGHES, role="unborn")).id
    found = next(c for c in reading.family(laptop, HUGHES).children if c.id == unknown)
    assert (found.role, found.given, found.age_text) == ("unborn", "Unborn", "due date not known")


@pytest.mark.parametrize(
    ("entry", "field", "sentence"),
    [
        (child(role=None), "role", "Who is it"), (child(role="dog"), "role", "is not one of"),
        (child(birth_date="3/2/2027"), "birth_date", "has not come yet. For a child who is not born yet choose “unborn child”"),
        (child(birth_date="soon"), "birth_date", "is not a date"), (child(sex="x1"), "sex", "is not one of"),
        (child(since="2/2/2020"), "since", "Nobody moves in before they are born"), (child(since="tomorrow"), "since", "has not come yet"),
        (child(lives_here=None), "lives_here", "here, or elsewhere"),
        (child(since="1 Mar", left_on="27 Feb"), "left_on", "which of the two days is wrong"),
        (child(given="", family_name="", birth_date=""), "given", "What is the child called"),
        (child(ties=[TieEntry("nobody", "mother")]), "tie:nobody", "is nobody in this family"),
        (child(ties=[TieEntry("dawn", "boss")]), "tie:dawn", "is not one of"),
        (child(ties=[TieEntry("dawn", None, "yes")]), "tie:dawn", "What are they to each other"),
        (child(ties=[TieEntry("dawn", "mother", "perhaps")]), "tie:dawn", "yes, no, or empty"),
        (PersonEntry(BELL, role="adult", lives_here=True), "given", "What are they called"),
        (PersonEntry(BELL, role="adult", given="Lee", lives_here=True, school="St X"), "school", "of a child who is born"),
        (PersonEntry(BELL, role="unborn", expected_date="5/1/2026"), "expected_date", "more than four weeks past. If the baby is born"),
        (PersonEntry(BELL, role="unborn", expected_date="in 11 months"), "expected_date", "more than nine months ahead"),
        (PersonEntry(BELL, role="unborn", birth_date="today"), "birth_date", "Born already?"),
        (PersonEntry(BELL, role="unborn", expected_date="20/5/2026"), "although", "Twins?"),
        (child(given="leo ", birth_date="20/11/2016"), "although", "Leo Bell, born on Sun 20 Nov 2016, is in this file already"),
        (PersonEntry("gone", role="adult", given="x"), "family", "not on this laptop"),
    ],
)  # fmt: skip
def test_what_cannot_be_true_of_somebody_new_stands_beside_its_field(
    entry: PersonEntry, field: str, sentence: str, laptop: Laptop
) -> None:
    found = refused(people.add_person, laptop, entry)
    assert sentence in found[field]
    assert set(found) == {field}


def test_a_second_child_of_one_name_and_birth_date_is_added_for_a_reason_that_is_kept(laptop: Laptop) -> None:
    twin = people.add_person(
        laptop, child(given="Leo", birth_date="20/11/2016", although="A cousin who lives with them.")
    ).id
    (row,) = [p for p in rows(laptop, Person) if p.id == twin]
    assert isinstance(row, Person)
    assert (row.about, row.about_readers) == ("A cousin who lives with them.", "workers")


# -- put right, and changed since a day --------------------------------------------------------------------------


def test_a_misspelt_name_is_put_right_where_it_stands_and_a_new_one_begins_on_a_day(laptop: Laptop) -> None:
    people.change_person(laptop, change("leo", given="Leon"))
    names = [n for n in rows(laptop, PersonName) if n.person_id == "leo"]  # type: ignore[attr-defined]
    assert [(n.given, n.family_name, n.to_on) for n in names] == [("Leon", "Bell", None)]  # type: ignore[attr-defined]
    people.change_person(laptop, change("leo", family_name="Marsh", name_from="1 Mar"))
    names = [n for n in rows(laptop, PersonName) if n.person_id == "leo"]  # type: ignore[attr-defined]
    assert [(n.given, n.family_name, n.kind, n.from_on, n.to_on) for n in names] == [  # type: ignore[attr-defined]
        ("Leon", "Bell", "former", None, "2026-03-01"), ("Leon", "Marsh", "known", "2026-03-01", None),
    ]  # fmt: skip
    assert next(c.name for c in reading.family(laptop, BELL).children if c.id == "leo") == "Leon Marsh"
    assert BELL in [f.id for f in reading.families(laptop, "leon bell")], "the name before is found too"


def test_a_new_school_is_a_row_from_its_day_and_the_one_before_stays(laptop: Laptop) -> None:
    people.change_person(laptop, change("leo", school="Ridge Junior", school_since="2 Mar"))
    people.change_person(laptop, change("leo", school="Ridge Juniors", school_since="2 Mar"))
    facts = [f for f in rows(laptop, PersonFact) if f.kind == "school"]  # type: ignore[attr-defined]
    assert [(f.value, f.on) for f in facts] == [  # type: ignore[attr-defined]
        ("St Hilda's Primary", day(-500)), ("Ridge Junior", "2026-03-02"), ("Ridge Juniors", "2026-03-02"),
    ]  # fmt: skip
    assert facts[2].amends == facts[1].id  # type: ignore[attr-defined]
    people.change_person(laptop, change("leo", school=""))
    assert next(c.school for c in reading.family(laptop, BELL).children if c.id == "leo") == "", (
        "at no school now"
    )
    people.change_person(laptop, change("leo", school="Ridge Juniors"))
    assert next(c.school for c in reading.family(laptop, BELL).children if c.id == "leo") == "Ridge Juniors"


def test_an_unborn_child_is_born_and_asked_for_from_that_day_on(laptop: Laptop) -> None:
    people.change_person(
        laptop, change("unborn", birth_date="10 Mar", given="Noah", family_name="Bell", sex="M")
    )
    found = next(c for c in reading.family(laptop, BELL).children if c.id == "unborn")
    assert (found.role, found.name, found.age_text, found.expected_date) == (
        "child",
        "Noah Bell",
        "0 weeks",
        "2026-05-20",
    )
    assert "child:unborn" in refused(visits.log_visit, laptop, visit())
    visits.log_visit(laptop, visit(on="9 Mar"))
    people.change_person(laptop, change("unborn", birth_date=""))
    found = next(c for c in reading.family(laptop, BELL).children if c.id == "unborn")
    assert (found.role, found.given) == ("unborn", "Noah"), "what was said of the birth can be taken back"


def test_somebody_taken_for_a_child_may_turn_out_not_to_be_born_yet(laptop: Laptop) -> None:
    ada = people.add_person(laptop, child(birth_date="1 Mar")).id
    people.change_person(laptop, change(ada, role="unborn", expected_date="1 Apr"))
    found = next(c for c in reading.family(laptop, BELL).children if c.id == ada)
    assert (found.role, found.birth_date, found.age_text) == ("unborn", None, "due 1 Apr")


def test_of_a_newborn_of_whom_nobody_said_where_they_live_it_is_asked(laptop: Laptop) -> None:
    baby = people.add_person(laptop, PersonEntry(BELL, role="unborn", expected_date="in 3 weeks")).id
    assert set(refused(people.change_person, laptop, change(baby, birth_date="today"))) == {"lives_here"}
    people.change_person(laptop, change(baby, birth_date="today", lives_here=True))
    assert f"child:{baby}" in refused(visits.log_visit, laptop, visit())


def test_a_child_who_goes_to_live_elsewhere_since_a_day_gets_a_row_from_it(laptop: Laptop) -> None:
    people.change_person(laptop, change("leo", lives_here=False, since="9 Mar"))
    mine = [m for m in rows(laptop, Membership) if m.person_id == "leo"]  # type: ignore[attr-defined]
    assert [(m.lives_here, m.from_on, m.to_on) for m in mine] == [  # type: ignore[attr-defined]
        (True, None, "2026-03-09"), (False, "2026-03-09", None),
    ]  # fmt: skip
    leo = next(c for c in reading.family(laptop, BELL).children if c.id == "leo")
    assert leo.lives_here is False
    visits.log_visit(laptop, visit(children=[c for c in visit().children if c.person_id != "leo"]))
    people.change_person(laptop, change("leo", lives_here=True, since="11 Mar"))
    assert next(c.lives_here for c in reading.family(laptop, BELL).children if c.id == "leo"), "he came back"
    assert "child:leo" in refused(visits.log_visit, laptop, visit(children=visit().children[:1]))
    people.change_person(laptop, change("leo", lives_here=False, since="today"))
    assert not next(c.lives_here for c in reading.family(laptop, BELL).children if c.id == "leo"), (
        "from the day on"
    )
    people.change_person(laptop, change("leo", lives_here=True))
    mine = [m for m in rows(laptop, Membership) if m.person_id == "leo"]  # type: ignore[attr-defined]
    assert [m.lives_here for m in mine] == [True, False, True, True], (
        "without a day it was written down wrongly"
    )  # type: ignore[attr-defined]


def test_who_left_is_asked_for_no_more_after_that_day_and_may_come_back(laptop: Laptop) -> None:
    people.change_person(laptop, change("jade", left_on="9 Mar"))
    file = reading.family(laptop, BELL)
    assert "jade" not in {c.id for c in file.children}
    assert [(c.id, c.left_on) for c in file.left] == [("jade", "2026-03-09")]
    without = [c for c in visit().children if c.person_id != "jade"]
    visits.log_visit(laptop, visit(children=without))
    assert set(refused(visits.log_visit, laptop, visit(on="9 Mar", children=without))) == {"child:jade"}
    visits.log_visit(laptop, visit(on="9 Mar"))
    assert "jade" not in {c.id for f in reading.families(laptop) if f.id == BELL for c in f.children}
    assert "Jade" in {n.whom for n in file.plan.needs}, "what was written about them stays theirs"  # type: ignore[union-attr]
    assert "Jade" not in " ".join(line.what for line in reading.today(laptop).lines)
    assert of(laptop, "jade").gone
    assert "They left on" in refused(people.change_person, laptop, change("jade", back_on="8 Mar"))["back_on"]
    people.change_person(laptop, change("jade", back_on="11 Mar"))
    assert "jade" in {c.id for c in reading.family(laptop, BELL).children}
    mine = [m for m in rows(laptop, Membership) if m.person_id == "jade"]  # type: ignore[attr-defined]
    assert [(m.role, m.lives_here, m.from_on, m.to_on) for m in mine] == [  # type: ignore[attr-defined]
        ("child", True, None, "2026-03-09"), ("child", True, "2026-03-11", None),
    ]  # fmt: skip


def test_who_died_does_not_come_back(laptop: Laptop) -> None:
    with laptop.store.work(SAM) as work:
        work.change(f"fam:{BELL}", "person", "pat", of(laptop, "pat").revs["pat"], {"death_date": day(-3)})
    people.change_person(laptop, change("pat", left_on="9 Mar"))
    assert of(laptop, "pat").died == day(-3)
    assert set(refused(people.change_person, laptop, change("pat", back_on="today"))) == {"back_on"}


def test_that_somebody_left_can_be_taken_back(laptop: Laptop) -> None:
    people.change_person(laptop, change("pat", left_on="yesterday"))
    assert "pat" not in {a.id for a in reading.family(laptop, BELL).adults}
    people.change_person(laptop, change("pat", left_on=""))
    assert "pat" in {a.id for a in reading.family(laptop, BELL).adults}
    assert len([m for m in rows(laptop, Membership) if m.person_id == "pat"]) == 1  # type: ignore[attr-defined]


def test_today_asks_for_a_newborn_who_was_never_seen_from_the_birth_and_not_for_who_left(
    laptop: Laptop,
) -> None:
    baby = people.add_person(laptop, child(given="New", birth_date=day(-10), lives_here=True)).id
    laptop.today_is = lambda: TODAY + timedelta(days=30)
    assert not [line for line in reading.today(laptop).lines if line.what.startswith("New")]
    laptop.today_is = lambda: TODAY + timedelta(days=40)
    (line,) = [line for line in reading.today(laptop).lines if line.what.startswith("New")]
    assert line.reason.startswith("never seen; here since")
    people.change_person(laptop, change(baby, left_on="yesterday"))
    assert not [line for line in reading.today(laptop).lines if line.what.startswith("New")]


def test_ties_are_put_right_and_taken_out(laptop: Laptop) -> None:
    people.change_person(
        laptop, change("leo", ties=[TieEntry("craig", "stepfather", ""), TieEntry("pat", "grandmother")])
    )
    leo = of(laptop, "leo")
    assert {t.other_id: (t.kind, t.responsible) for t in leo.ties} == {
        "dawn": ("mother", True), "craig": ("stepfather", None), "pat": ("grandmother", None),
    }  # fmt: skip
    people.change_person(laptop, change("pat", ties=[TieEntry("leo", "")]))
    assert of(laptop, "leo").tie("pat") is None
    assert "grandmother" not in [r.kind for r in rows(laptop, Relationship)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("entry", "field", "sentence"),
    [
        (change("leo"), "person", "Nothing to save yet"), (change("leo", given="Leo"), "person", "Nothing to save yet"),
        (change("nobody", given="x"), "person", "is nobody in this family"),
        (change("dawn", given="", family_name=""), "given", "What are they called"),
        (change("leo", birth_date="1/1/2027"), "birth_date", "has not come yet"),
        (change("leo", name_from="1 Mar"), "given", "What is the new name"),
        (change("leo", given="Leon", name_from="1/1/2010"), "name_from", "From which day is the new one"),
        (change("leo", back_on="today"), "back_on", "nothing says that they had left"),
        (change("leo", left_on="tomorrow"), "left_on", "has not come yet"),
        (change("leo", since="today", left_on="yesterday"), "left_on", "which of the two days is wrong"),
        (change("unborn", expected_date="1/1/2026"), "expected_date", "four weeks past"),
        (change("unborn", school="Grove"), "school", "of a child who is born"),
        (change("leo", given="x" * 301), "given", "fit on a line"),
        (change("leo", given="Leon", revs={"leo-name": "rubbish"}), "revs", "revision cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_changed_of_somebody_stands_beside_its_field(
    entry: PersonEntry, field: str, sentence: str, laptop: Laptop
) -> None:
    found = refused(people.change_person, laptop, entry)
    assert sentence in found[field]
    assert set(found) == {field}


# -- two at once -------------------------------------------------------------------------------------------------


def test_two_who_put_one_name_right_make_a_difference_that_keeps_both(laptop: Laptop) -> None:
    on_screen = of(laptop, "leo").revs
    with laptop.store.work(SAM) as work:
        work.change(f"fam:{BELL}", "person_name", "leo-name", on_screen["leo-name"], {"given": "Leopold"})
    people.change_person(laptop, change("leo", given="Leon", revs=on_screen))
    (found,) = reading.differences(laptop)
    assert found.field_words == "first name"
    assert {v.value for v in found.values} == {"Leon", "Leopold"}


def test_two_who_record_one_birth_agree_and_differ_only_in_the_day(laptop: Laptop) -> None:
    on_screen = of(laptop, "unborn").revs
    with laptop.store.work(SAM) as work:
        work.change(f"fam:{BELL}", "person", "unborn", on_screen["unborn"], {"birth_date": day(-1)})
        work.change(
            f"fam:{BELL}", "membership", "unborn-member", on_screen["unborn-member"], {"role": "child"}
        )
    people.change_person(laptop, change("unborn", birth_date="today", revs=on_screen))
    (found,) = reading.differences(laptop)
    assert (found.field_words, {v.value for v in found.values}) == ("date of birth", {day(0), day(-1)})


def test_a_name_that_was_put_right_while_a_colleague_gave_a_new_one_does_not_touch_the_new_one(
    laptop: Laptop,
) -> None:
    on_screen = of(laptop, "leo").revs
    people.change_person(laptop, change("leo", family_name="Marsh", name_from="1 Mar"))
    people.change_person(laptop, change("leo", given="Leon", revs=on_screen))
    names = [n for n in rows(laptop, PersonName) if n.person_id == "leo"]  # type: ignore[attr-defined]
    assert [(n.given, n.family_name) for n in names] == [("Leon", "Bell"), ("Leo", "Marsh")]  # type: ignore[attr-defined]


def test_both_acts_are_done_by_name(laptop: Laptop) -> None:
    body = {"family_id": BELL, "role": "adult", "given": "Lee", "lives_here": True, "since": "1 Mar"}
    lee = acts.do(laptop, "add_person", json.dumps(body)).id
    acts.do(laptop, "change_person", json.dumps({"family_id": BELL, "person_id": lee, "left_on": "today"}))
    assert of(laptop, lee).left_on == day(0)
    assert not of(laptop, lee).gone, "the day itself still counts"
