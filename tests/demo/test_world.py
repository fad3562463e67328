from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date, timedelta

import pytest

from familyhub.demo.world import build
from familyhub.demo.world.family_story import FamilyTeller
from familyhub.demo.world.grammar import Memory
from familyhub.demo.world.written import Written
from familyhub.practice.assessment import carried_id
from familyhub.records.catalogue import entities
from familyhub.records.codes import CONTACT_OUTCOME
from tests.demo.test_world_rows_support import ONE_WORKER, TODAY, family_files, rows, world

pytestmark = ONE_WORKER

OTHER_DAYS = (date(2025, 12, 29), date(2026, 8, 20), date(2028, 2, 29))

DIGEST = """
import hashlib
from datetime import date
from familyhub.demo.world import build
from familyhub.demo.world.family_story import FamilyTeller
from familyhub.demo.world.grammar import Memory
seen = hashlib.sha256()
for row in build(seed=3, today=date(2026, 3, 12), families=12, second_locality=4).records:
    seen.update(repr((row.scope, row.entity, row.id, list(row.fields.items()), row.by, row.at)).encode())
print(seen.hexdigest())
"""


def _digest(hash_seed: str) -> str:
    env = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", DIGEST], env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_same_seed_and_day_give_the_same_rows_in_every_process() -> None:
    assert _digest("1") == _digest("77")


def test_walking_through_the_records_twice_gives_the_same_rows() -> None:
    small = build(seed=5, today=TODAY, families=10, second_locality=3)
    first = hashlib.sha256("".join(map(repr, small.records)).encode()).hexdigest()
    assert hashlib.sha256("".join(map(repr, small.records)).encode()).hexdigest() == first


def test_another_seed_gives_other_families() -> None:
    assert set(family_files(1)).isdisjoint(family_files(2))


@pytest.mark.parametrize("today", [TODAY, *OTHER_DAYS])
def test_nothing_was_written_after_today(today: date) -> None:
    latest = max(row.at for row in rows(1, today))
    assert latest.date() <= today
    assert latest.date() > today - timedelta(days=8)


def test_a_later_today_moves_all_dates() -> None:
    first = {row.at.date() for row in rows(1, TODAY)}
    later = {row.at.date() for row in rows(1, date(2028, 2, 29))}
    assert max(later) > max(first)
    assert min(later) > min(first)


def test_rows_of_a_scope_come_in_time_order() -> None:
    last = {}
    for row in rows():
        assert last.get(row.scope, row.at) <= row.at, row
        last[row.scope] = row.at


def test_ids_are_32_hex_digits_and_unique() -> None:
    made = [row.id for row in rows() if row.scope != "ref"]
    assert len(set(made)) == len(made)
    assert all(len(row_id) == 32 and int(row_id, 16) >= 0 for row_id in made)


def test_every_field_is_real_and_of_its_kind() -> None:
    known = entities()
    for row in rows():
        entity = known[row.entity]
        for name, value in row.fields.items():
            rule = entity.fields[name]
            assert type(value) is entity.types[name], (row.entity, name, value)
            if rule.codes is not None:
                assert value in rule.codes.values, (row.entity, name, value)
            if rule.kind == "day":
                date.fromisoformat(str(value))
            if rule.kind == "moment":
                assert str(value).endswith("Z")


def test_every_text_says_who_may_read_it() -> None:
    known = entities()
    for row in rows():
        for name in row.fields:
            if known[row.entity].fields[name].kind == "words":
                assert row.fields[name], (row.entity, name)
                assert f"{name}_readers" in row.fields, (row.entity, name)


def test_what_a_row_points_at_is_in_the_world() -> None:
    known, made = entities(), {(row.entity, row.id) for row in rows()}
    for row in rows():
        for name, value in row.fields.items():
            to = known[row.entity].fields[name].to
            if to is not None:
                assert (to, value) in made, (row.entity, name, value)
        assert row.by == "hub" or ("worker", row.by) in made


def test_a_childs_words_are_for_workers_only() -> None:
    said = [row.fields for row in rows() if row.entity == "visit_child" and "said" in row.fields]
    assert said
    assert {fields["said_readers"] for fields in said} == {"workers"}


@pytest.mark.parametrize(
    ("families", "held", "shared"),
    [(250, 40, 10), (70, 40, 10), (69, 34, 8), (20, 10, 2), (6, 3, 2), (4, 2, 2)],
)
def test_two_workers_hold_their_share_and_share_some(families: int, held: int, shared: int) -> None:
    made = build(seed=1, today=TODAY, families=families, second_locality=5)
    a, b, coordinator, c = made.laptops
    theirs = [{f for f, holders in made.holders.items() if who.id in holders} for who in (a, b, c)]
    assert (len(theirs[0]), len(theirs[1]), len(theirs[0] & theirs[1])) == (held, held, shared)
    assert len(theirs[2]) == 5
    assert (a.locality, coordinator.role, coordinator.locality) == (b.locality, "coordinator", a.locality)
    assert c.locality != a.locality


def test_every_shared_family_has_a_born_child_and_an_open_action() -> None:
    for seed in (1, 2):
        made, files = world(seed), family_files(seed)
        a, b, *_ = made.laptops
        shared = [family for family, holders in made.holders.items() if {a.id, b.id} <= set(holders)]
        assert len(shared) == 10
        for family in shared:
            children = {
                m.fields["person_id"] for m in files[family].of("membership") if m.fields["role"] == "child"
            }
            born = {p.id for p in files[family].of("person") if "birth_date" in p.fields}
            assert children & born
            statuses = {action.fields["status"] for action in files[family].of("action")}
            assert statuses & {"not_started", "in_progress"}


def test_telephone_numbers_and_postcodes_belong_to_nobody() -> None:
    for row in rows():
        for name in ("mobile", "landline", "phone", "reach", "day_number", "night_number"):
            number = str(row.fields.get(name, "0151 496 0000"))
            assert number.startswith(("0151 496 0", "07700 900")), number
        if row.entity == "address":
            outward, _, inward = str(row.fields["postcode"]).partition(" ")
            assert outward.startswith("CH")
            assert len(inward) == 1


def test_a_caseload_of_250_is_about_the_size_the_interface_promises() -> None:
    made = build(seed=1, today=TODAY)
    here = {family.household.id for family in made.families if family.place.locality == "birkenhead"}
    count = sum(row.scope.startswith("fam:") and row.scope[4:] in here for row in made.records)
    assert len(here) == 250
    assert 16_000 < count < 26_000


def test_contacts_stand_at_every_stage_and_what_is_in_force_is_signed_by_somebody_else() -> None:
    by_contact: dict[str, list[Written]] = {}
    for row in rows():
        if row.scope.startswith("con:"):
            by_contact.setdefault(row.scope, []).append(row)
    told_by = {"step": "contact_step", "signature": "contact_signature"}
    assert {v: {r.fields[v] for found in by_contact.values() for r in found if r.entity == e} for v, e in told_by.items()} == {
        "step": {"held", "opened", "told"}, "signature": {"signed", "returned"},
    }  # fmt: skip
    assert {
        r.fields["outcome"] for f in by_contact.values() for r in f if r.entity == "contact_level"
    } == set(CONTACT_OUTCOME.values)
    waits = 0
    for found in by_contact.values():
        outcome = next(r.fields.get("outcome") for r in found if r.entity == "contact")
        signed = {
            i: r.by for r in found if r.entity == "contact_signature" and r.fields["signature"] == "signed"
            for i in str(r.fields["signs"]).split(",")
        }  # fmt: skip
        for level in (r for r in found if r.entity == "contact_level"):
            needs = level.fields["level"] in ("3", "4") or level.fields["outcome"] == "no_further_action"
            assert (level.id in signed) == (needs and outcome is not None)
            assert signed.get(level.id) != level.by
            waits += outcome is None
    assert waits >= 2


def test_advice_and_disagreements_are_shown_asked_open_and_settled_with_dates_in_order() -> None:
    found = [row for row in world().records if row.entity.startswith(("advice_", "disagreement"))]
    asked = {row.id for row in found if row.entity == "advice_asked"}
    answers = [(r.fields["asked_id"], r.fields["step"]) for r in found if r.entity == "advice_step"]
    assert sorted(answers) == sorted((a, step) for a in asked for step in ("advice", "decision"))
    assert asked
    opened = {row.id: row for row in found if row.entity == "disagreement"}
    steps = [row for row in found if row.entity == "disagreement_step"]
    settled = {r.fields["disagreement_id"] for r in steps if r.fields["step"] == "settled"}
    assert settled < set(opened), "some are settled, some are open"
    assert all(
        str(r.fields["on"]) > str(opened[str(r.fields["disagreement_id"])].fields["on"]) for r in steps
    )
    assert all(str(r.fields["on"]) <= world().today.isoformat() for r in found)


def test_some_families_wait_and_are_checked_some_are_covered_and_a_conflict_of_interest_is_declared() -> None:
    made = world()
    waiting = {plan.household.id for plan in made.families if plan.waiting}
    assert waiting
    assert all(made.holders[family] == [] for family in waiting)
    found: dict[str, list[Written]] = {}
    for row in rows():
        found.setdefault(row.entity, []).append(row)
    holders = [r for r in found["allocation"] if r.fields["role"] == "holder"]
    assert {r.fields["family_id"] for r in holders} == waiting
    assert {r.scope.removeprefix("fam:") for r in found["safe_check"]} <= waiting
    assert {r.fields["role"] for r in found["allocation"]} == {"lead", "second", "holder", "cover"}
    today = made.today.isoformat()
    covers = [r.fields for r in found["allocation"] if r.fields["role"] == "cover"]
    assert all(str(c["on"]) <= today <= str(c["to_on"]) and c["worker_id"] != c["for_id"] for c in covers)
    theirs = {w for w in made.holders if made.laptops[0].id in made.holders[w]}
    assert not theirs & {c["family_id"] for c in covers}, (
        "the demonstration's own workers hold what they are said to hold"
    )
    conflicts = [r.fields["family_id"] for r in found["conflict_of_interest"]]
    assert set(conflicts) <= waiting


def test_what_was_handed_over_says_what_was_promised_and_who_knows() -> None:
    made = build(seed=1, today=TODAY)
    plan = next(p for p in made.families if any(len(h.turns) > 1 for h in p.holdings))
    told = [r for r in FamilyTeller(1, TODAY, plan, Memory()).rows() if r.entity == "hand_over"]
    before, after = (staff.id for _, staff in plan.holdings[-1].turns)
    assert [(r.fields["from_id"], r.fields["to_id"], r.fields["family_told"]) for r in told] == [
        (before, after, True)
    ]
    assert all(r.fields["promised"] for r in told)


def test_agreement_and_assessment_stand_in_every_way_and_nobody_signs_their_own() -> None:
    made = [row for seed in (1, 2, 3) for row in rows(seed)]
    assert {r.fields["state"] for r in made if r.entity == "agreement"} == {
        "agreed",
        "not_asked",
        "declined",
        "withdrawn",
    }
    withdrawn = {r.id for r in made if r.entity == "agreement" and r.fields["state"] == "withdrawn"}
    opinions = {r.fields["agreement_id"] for r in made if r.entity == "agreement_opinion"}
    assert opinions < withdrawn, "some wait for a manager's view"
    shared = [r.fields for r in made if r.entity == "sharing"]
    assert {("agreement_id" in f) != ("without_why" in f) for f in shared} == {True}
    assert {f["told"] for f in shared} == {True, False}
    started = {r.id: r for r in made if r.entity == "assessment"}
    done = {r.id: r for r in made if r.entity == "assessment_completion"}
    signed = {r.fields["completion_id"]: r for r in made if r.entity == "assessment_signature"}
    assert {r.fields["signature"] for r in signed.values()} == {"signed", "returned"}
    assert signed.keys() < done.keys(), "some wait for a signature"
    assert {r.fields["assessment_id"] for r in done.values()} < started.keys(), "some are being written"
    assert all(
        str(done[c].fields["on"]) >= str(started[str(done[c].fields["assessment_id"])].fields["started_on"])
        for c in done
    )
    assert all(signed[c].by != done[str(c)].by for c in signed)


def test_the_plan_has_the_needs_of_its_assessment_word_for_word() -> None:
    needs = {r.id: r.fields["what"] for r in rows() if r.entity == "need"}
    found = [r for r in rows() if r.entity == "assessment_need"]
    assert found
    assert all(needs[carried_id(r.id)] == r.fields["what"] for r in found)


def test_steps_up_and_down_are_shown_at_their_stages_agreed_by_somebody_else_with_dates_in_order() -> None:
    found = [row for row in world().records if row.entity.startswith("handshake")]
    asked = {row.id: row for row in found if row.entity == "handshake"}
    signed = {str(r.fields["handshake_id"]): r for r in found if r.entity == "handshake_signature"}
    steps: dict[str, list[tuple[str, str]]] = {}
    for row in found:
        if row.entity == "handshake_step":
            steps.setdefault(str(row.fields["handshake_id"]), []).append(
                (str(row.fields["on"]), str(row.fields["step"]))
            )
    stages = {
        "asked": {i for i, r in asked.items() if r.fields["kind"] == "step_up" and i not in signed},
        "agreed": set(signed) - set(steps),
        **{last: {i for i, told in steps.items() if max(told)[1] == last} for last in ("sent", "accepted", "declined")},
        "down": {i for i, r in asked.items() if r.fields["kind"] == "step_down" and r.scope.startswith("fam:")},
        "down in a contact": {i for i, r in asked.items() if r.scope.startswith("con:")},
    }  # fmt: skip
    assert all(stages.values()), stages
    for i, told in steps.items():
        days = [str(asked[i].fields["on"]), str(signed[i].fields["on"]), *(on for on, _ in told)]
        assert days == sorted(days)
        assert signed[i].by != asked[i].by
    assert all(str(r.fields["on"]) <= world().today.isoformat() for r in found)
    views = {(r.scope, str(r.fields["view"])) for r in world().records if r.entity == "disagreement"}
    assert all((asked[i].scope, str(asked[i].fields["reason"])) in views for i in stages["declined"])
