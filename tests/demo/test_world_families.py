from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from stdnum.gb import nhs

from familyhub.demo.world import days
from familyhub.demo.world.places import wards
from familyhub.practice.plan_check import has_measure, says_what_we_do
from tests.demo.test_world_rows_support import ONE_WORKER, TODAY, File, day_of, family_files, rows, world

pytestmark = ONE_WORKER

WORLDS = [(1, TODAY), (2, date(2026, 8, 20)), (3, date(2026, 1, 5))]


def _files() -> list[tuple[date, File]]:
    return [(today, file) for seed, today in WORLDS for file in family_files(seed, today).values()]


def _born(file: File) -> dict[str, date]:
    return {p.id: day_of(p.fields["birth_date"]) for p in file.of("person") if "birth_date" in p.fields}


def test_parents_are_old_enough_for_their_children() -> None:
    for today, file in _files():
        born = _born(file)
        for tie in file.of("relationship"):
            kind, elder, younger = (
                tie.fields["kind"],
                str(tie.fields["person_id"]),
                str(tie.fields["other_id"]),
            )
            birth = born.get(younger, today)
            if kind in ("mother", "father", "stepfather"):
                assert days.age(born[elder], birth) >= 14
            if kind == "mother":
                assert days.age(born[elder], birth) <= 45


def test_full_siblings_are_ten_months_apart_or_twins() -> None:
    for _, file in _files():
        born = _born(file)
        mothers: dict[str, list[date]] = {}
        for tie in file.of("relationship"):
            if tie.fields["kind"] == "mother" and str(tie.fields["other_id"]) in born:
                mothers.setdefault(str(tie.fields["person_id"]), []).append(born[str(tie.fields["other_id"])])
        for births in mothers.values():
            births.sort()
            assert all(b == a or (b - a).days > 300 for a, b in pairwise(births))


def test_children_are_children_and_expected_dates_lie_ahead() -> None:
    for today, file in _files():
        born = _born(file)
        expected = {p.id: p.fields.get("expected_date") for p in file.of("person")}
        for member in file.of("membership"):
            person = str(member.fields["person_id"])
            if member.fields["role"] == "child":
                assert 0 <= days.age(born[person], today) < 18
            if member.fields["role"] == "unborn":
                assert today < day_of(expected[person]) < today + timedelta(days=215)


def test_nobody_is_in_two_families() -> None:
    people = [row.id for row in rows() if row.entity == "person"]
    assert len(set(people)) == len(people)


def test_everybody_in_the_household_has_one_current_address() -> None:
    for _, file in _files():
        current: dict[str, int] = {}
        for address in file.of("address"):
            if "to_on" not in address.fields:
                person = str(address.fields["person_id"])
                current[person] = current.get(person, 0) + 1
        here = [str(m.fields["person_id"]) for m in file.of("membership") if m.fields["lives_here"]]
        assert here or len(file.of("membership")) > 0
        assert all(current.get(person) == 1 for person in here)
        assert all(count == 1 for count in current.values())


def test_a_postcode_sector_lies_in_its_ward() -> None:
    sectors = {ward.name: set(ward.sectors) for ward in wards()}
    for _, file in _files():
        for address in file.of("address"):
            assert address.fields["postcode"] in sectors[str(address.fields["ward"])]


def test_nhs_numbers_are_of_the_test_range_with_a_valid_check_digit() -> None:
    numbers = [str(row.fields["nhs_number"]) for row in rows() if "nhs_number" in row.fields]
    assert numbers
    assert all(number.startswith("999") and nhs.is_valid(number) for number in numbers)


def test_given_names_are_not_used_twice_in_a_household() -> None:
    for _, file in _files():
        known = [n.fields["given"] for n in file.of("person_name") if n.fields["kind"] == "known"]
        known = [given for given in known if given != "Unborn"]
        assert len(set(known)) == len(known)


def test_visits_fall_within_an_episode_on_working_days_and_have_happened() -> None:
    for today, file in _files():
        starts = sorted(day_of(e.fields["started_on"]) for e in file.of("episode"))
        for visit in file.of("visit"):
            on = day_of(visit.fields["on"])
            assert starts[0] <= on < today
            assert days.is_working(on)
            assert (on.month, on.day) != (12, 25)
            assert visit.at.date() >= on
            if visit.fields["outcome"] == "made":
                assert str(visit.fields["start_at"]) < str(visit.fields["end_at"])
                assert visit.fields["happened"]


def test_dates_of_an_episode_come_in_order() -> None:
    order = {
        "waiting": 0,
        "open": 0,
        "assessment": 1,
        "plan": 2,
        "closed": 3,
        "stepped_up": 3,
        "follow_up": 4,
    }
    for _, file in _files():
        for episode in file.of("episode"):
            states = [s.fields for s in file.of("episode_state") if s.fields["episode_id"] == episode.id]
            states.sort(key=lambda fields: (str(fields["on"]), order[str(fields["state"])]))
            assert [order[str(s["state"])] for s in states] == sorted(order[str(s["state"])] for s in states)
            if "ended_on" in episode.fields:
                assert episode.fields["started_on"] < episode.fields["ended_on"]
                assert "end_reason" in episode.fields


def test_at_most_one_episode_and_one_plan_are_open() -> None:
    for _, file in _files():
        assert sum("ended_on" not in e.fields for e in file.of("episode")) <= 1
        assert sum(p.fields["state"] == "open" for p in file.of("plan")) <= 1


def test_each_child_of_the_household_has_a_row_at_a_visit_once_born() -> None:
    for _, file in _files():
        born = _born(file)
        since = {
            str(m.fields["person_id"]): max(born[str(m.fields["person_id"])], day_of(m.fields["from_on"]))
            for m in file.of("membership")
            if m.fields["role"] == "child"
        }
        listed: dict[str, set[str]] = {}
        for child in file.of("visit_child"):
            listed.setdefault(str(child.fields["visit_id"]), set()).add(str(child.fields["person_id"]))
        for visit in file.of("visit"):
            if visit.fields["outcome"] == "made":
                on = day_of(visit.fields["on"])
                assert listed.get(visit.id, set()) == {person for person, day in since.items() if day <= on}


def test_who_was_there_was_alive() -> None:
    for _, file in _files():
        died = {p.id: day_of(p.fields["death_date"]) for p in file.of("person") if "death_date" in p.fields}
        on = {v.id: day_of(v.fields["on"]) for v in file.of("visit")}
        for present in file.of("visit_present"):
            person = str(present.fields.get("person_id"))
            assert person not in died or on[str(present.fields["visit_id"])] < died[person]


def test_what_is_said_of_a_child_fits_the_age() -> None:
    for _, file in _files():
        born = _born(file)
        on = {v.id: day_of(v.fields["on"]) for v in file.of("visit")}
        for row in file.of("visit_child"):
            fields, visited = row.fields, on[str(row.fields["visit_id"])]
            child = born[str(fields["person_id"])]
            if days.age(child, visited) < 5:
                assert "alone" not in fields
            if days.months_between(child, visited) < 36:
                assert fields.get("method", "watched") == "watched"
                assert fields.get("how") != "talked"
            if fields["seen"]:
                assert "not_seen_why" not in fields
            else:
                assert fields["not_seen_why"]
            if fields.get("not_seen_why") == "at school":
                assert 0 <= days.school_year(child, visited) < 12
                assert days.in_term(visited)
            if fields.get("not_seen_why") == "at nursery":
                assert 36 <= days.months_between(child, visited) < 60


def test_schools_fit_the_age_of_the_child_that_day() -> None:
    kinds = {"Primary": range(0, 7), "Academy": range(7, 12), "High": range(7, 12), "Nursery": range(-3, 0)}
    for _, file in _files():
        born = _born(file)
        for fact in file.of("person_fact"):
            if fact.fields["kind"] == "school":
                kind = str(fact.fields["value"]).split()[-1]
                year = days.school_year(born[str(fact.fields["person_id"])], day_of(fact.fields["on"]))
                assert kind not in kinds or year in kinds[kind], (fact.fields, year)


@pytest.mark.parametrize(("seed", "today"), WORLDS)
def test_a_demonstration_workers_day_has_a_believable_number_of_things_to_do(seed: int, today: date) -> None:
    made, files = world(seed, today), family_files(seed, today)
    for worker in made.laptops[:2]:
        lines = 0
        for family, holders in made.holders.items():
            if worker.id not in holders:
                continue
            soon = (today + timedelta(days=7)).isoformat()
            open_now = ("not_started", "in_progress")
            lines += sum(
                str(a.fields.get("due", "9")) <= soon
                for a in files[family].of("action")
                if a.fields["status"] in open_now and "due" in a.fields
            )
            lines += sum(
                str(p.fields["review_due"]) <= soon
                for p in files[family].of("plan")
                if p.fields["state"] == "open"
            )
            for ahead in files[family].of("next_visit"):
                assert str(ahead.fields["on"]) >= today.isoformat()
                lines += ahead.fields["on"] == today.isoformat()
        assert 6 <= lines <= 32


def test_some_plans_leave_no_child_out_and_others_do() -> None:
    left_out = set()
    for today, file in _files():
        open_plans = {p.id for p in file.of("plan") if p.fields["state"] == "open"}
        if not open_plans:
            continue
        third = {p.id for p in file.of("person") if p.fields.get("third_party")}
        born = {i for i, birth in _born(file).items() if birth <= today} - third
        members = [
            m for m in file.of("membership") if m.fields["role"] == "child" and m.fields.get("lives_here")
        ]
        here = {str(m.fields["person_id"]) for m in members if "to_on" not in m.fields} & born
        for_whom = {
            str(n.fields.get("person_id")) for n in file.of("need") if n.fields["plan_id"] in open_plans
        }
        left_out.add(bool(here - for_whom))
    assert left_out == {True, False}


def test_outcomes_say_what_changes_in_some_plans_and_what_is_done_in_others() -> None:
    outcomes = [
        str(n.fields["outcome"]) for _, file in _files() for n in file.of("need") if "outcome" in n.fields
    ]
    work = [o for o in outcomes if says_what_we_do(o)]
    assert 0.05 < len(work) / len(outcomes) < 0.5
    assert sum(has_measure(o) for o in outcomes) > len(outcomes) / 2


def test_somebody_of_a_network_has_moved_away_lately() -> None:
    left: dict[date, list[date]] = {today: [] for today, _ in _files()}
    for today, file in _files():
        died = {p.id for p in file.of("person") if "death_date" in p.fields}
        gone = [m for m in file.of("membership") if "to_on" in m.fields and m.fields["person_id"] not in died]
        left[today] += [day_of(m.fields["to_on"]) for m in gone]
    for today, days_left in left.items():
        assert days_left
        assert all(today - timedelta(days=3) <= on < today for on in days_left)
