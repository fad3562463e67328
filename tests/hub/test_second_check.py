"""The second check: one of two results for every contact alike, at the same time; what was found is for gatekeepers alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from familyhub.casework import contacts, front_door
from familyhub.casework.contact_entries import ContactChildEntry, ContactEntry
from familyhub.casework.laptop import Laptop, Who
from familyhub.hub import admin, backup, erasure, rebuilding, restriction, second_check
from familyhub.hub.load import Loaded
from familyhub.hub.service import Hub
from familyhub.store.laptop import LaptopStore
from tests.hub.test_leaving import everything_in
from tests.hub.world import (
    ASHA,
    GRACE,
    HELEN,
    SAM,
    Device,
    FakeClock,
    Laptops,
    enrolled,
    hub_rows,
    rows,
    staff,
    synced,
)
from tests.support.postgres import Server

JOAN, NIA, OLU = "w-joan", "w-nia", "w-olu"
TODAY = date(2026, 9, 22)
KNOWN = ("Zelda", "Quartermain", "2016-03-05")
"""Somebody whose name nobody else has: what of it reaches which file is searched for."""
MINUTES = 10 * 60
WORDS = "bench bench bench bench"
one_engine = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what the engine has no part in."""


@pytest.fixture
def desk(still_hub: Hub) -> Hub:
    """A manager; a gatekeeper of the locality and one of the other."""
    admin.add_worker(still_hub, JOAN, "Joan Pike", "manager", "north")
    admin.add_worker(still_hub, NIA, "Nia Bell", "gatekeeper", "north")
    admin.add_worker(still_hub, OLU, "Olu Ade", "gatekeeper", "south")
    return still_hub


def family(hub: Hub, author: str, locality: str, family_id: str, person: tuple[str, str, str] = KNOWN) -> str:
    """A family's file with one child, written by a worker."""
    device = Device(hub, author, f"inc-{family_id}")
    scope, (given, family_name, born) = f"fam:{family_id}", person
    ops = [
        device.op(scope, "family", {"name": family_name, "locality": locality}, row_id=family_id),
        device.op(scope, "person", {"role": "child", "birth_date": born}, row_id=f"p-{family_id}"),
        device.op(
            scope,
            "person_name",
            {"person_id": f"p-{family_id}", "given": given, "family_name": family_name},
            row_id=f"n-{family_id}",
        ),
    ]
    hub.exchange(device.sender, device.request(ops))
    return scope


def call(hub: Hub, *people: tuple[str, str, str], worker: str = SAM, contact: str = "c1") -> Device:
    """A contact that a worker takes about children."""
    device = Device(hub, worker, f"inc-{contact}")
    ops = [device.op(f"con:{contact}", "contact", {"received_at": "2026-09-22T08:00:00Z", "locality": "north"},
                     row_id=contact)]  # fmt: skip
    ops += [_child(device, contact, n, person) for n, person in enumerate(people)]
    hub.exchange(device.sender, device.request(ops))
    return device


def _child(device: Device, contact: str, number: int, person: tuple[str, str, str]) -> Any:
    given, family_name, born = person
    fields = {"contact_id": contact, "given": given, "family_name": family_name, "birth_date": born}
    return device.op(f"con:{contact}", "contact_child", fields, row_id=f"k{number}-{contact}")


def results(hub: Hub, contact: str = "c1") -> list[str]:
    """The results of a contact, in their order."""
    found = hub_rows(
        hub,
        "select result from second_check where contact_id = ? and removed is null order by at, created_hlc",
        (contact,),
    )
    return [row[0] for row in found]


def gate(hub: Hub) -> list[tuple[str, str, str]]:
    """What stands at the gate: contact, who is named, person."""
    return hub_rows(
        hub,
        "select contact_id, named_id, person_id from gate_match where removed is null "
        "order by contact_id, named_id",
    )


def test_the_result_is_one_of_two_and_what_was_found_goes_to_gatekeepers_alone(
    desk: Hub, now: FakeClock
) -> None:
    family(desk, ASHA, "north", "f1")
    restriction.restrict(desk, "f1", JOAN, "a relative works here", [ASHA])
    family(desk, GRACE, "south", "f2", ("Leo", "Farrow", "2015-01-09"))
    family(desk, ASHA, "north", "f3", ("Mia", "Ostrander", "2019-11-30"))
    named = {
        "restricted": KNOWN,
        "elsewhere": ("Leo", "Farrow", "2015-01-09"),
        "held": ("Mia", "Ostrander", "2019-11-30"),
        "nobody": ("Ivo", "Nettleship", "2012-02-02"),
        "weak": ("Leo", "Ramsbottom", ""),
    }
    for contact, person in named.items():
        call(desk, person, contact=contact)
    now.pass_by(MINUTES)
    assert second_check.publish_due(desk) == 5
    assert {c: results(desk, c) for c in named} == {
        "restricted": ["rings"], "elsewhere": ["rings"], "held": ["go_on"], "nobody": ["go_on"], "weak": ["go_on"],
    }  # fmt: skip
    assert gate(desk) == [("elsewhere", "k0-elsewhere", "p-f2"), ("restricted", "k0-restricted", "p-f1")]
    (row,) = hub_rows(desk, "select evidence, holders from gate_match where person_id = 'p-f1'")
    assert row == ("same name, same birth date", ASHA)
    for contact in named:
        keepers = {NIA, OLU} if contact in ("restricted", "elsewhere") else {NIA}
        held = {
            r[0] for r in hub_rows(desk, "select worker from grant_ where scope = ?", (f"con:{contact}",))
        }
        assert held == {SAM, HELEN, JOAN, *keepers}, "gatekeepers read whom it is about"
    assert second_check.publish_due(desk) == 0
    assert rebuilding.verify(desk) == []


def test_time_form_and_size_are_the_same_whatever_was_found(desk: Hub, now: FakeClock) -> None:
    family(desk, ASHA, "north", "f1")
    restriction.restrict(desk, "f1", JOAN, "a relative works here", [ASHA])
    call(desk, KNOWN, contact="c1")
    call(desk, ("Ivo", "Nettleship", "2012-02-02"), contact="c2")
    heads = {
        c: hub_rows(desk, "select seq from scope_head where scope = ?", (f"con:{c}",)) for c in ("c1", "c2")
    }
    now.pass_by(MINUTES - 0.001)
    assert second_check.publish_due(desk) == 0, "never sooner, whatever would be said"
    now.pass_by(0.001)
    second_check.publish_due(desk)
    found = {
        contact: hub_rows(
            desk,
            "select kind, entity, sv, received, actor, inc, dseq, length(patch), length(base), length(row_id) "
            "from op where scope = ? and seq > ?",
            (f"con:{contact}", heads[contact][0][0]),
        )
        for contact in ("c1", "c2")
    }
    assert found["c1"] == found["c2"]
    assert len(found["c1"]) == 1
    assert found["c1"][0][:5] == ("create", "second_check", 1, now(), "hub")
    patches = hub_rows(desk, "select result, at, length(about) from second_check order by result")
    assert patches == [("go_on", patches[0][1], 16), ("rings", patches[0][1], 16)]


@one_engine
def test_the_minutes_are_the_locality_s(desk: Hub, now: FakeClock) -> None:
    admin.set_locality(desk, "north", {"name": "North", "second_check_minutes": 3})
    call(desk, KNOWN)
    now.pass_by(179)
    assert second_check.publish_due(desk) == 0
    now.pass_by(1)
    assert second_check.publish_due(desk) == 1


@one_engine
def test_who_is_added_or_named_otherwise_is_checked_again_and_nothing_else_is(
    desk: Hub, now: FakeClock
) -> None:
    family(desk, GRACE, "south", "f1")
    device = call(desk, ("Ivo", "Nettleship", "2012-02-02"))
    now.pass_by(MINUTES)
    second_check.publish_due(desk)
    answered = device.op("con:c1", "contact_child", {"safe_now": "yes"}, row_id="k0-c1", kind="change")
    hub_exchange(desk, device, answered)
    now.pass_by(MINUTES)
    assert second_check.publish_due(desk) == 0, "an answer names nobody"
    hub_exchange(desk, device, _child(device, "c1", 1, KNOWN))
    now.pass_by(MINUTES - 1)
    assert second_check.publish_due(desk) == 0, "the same minutes as the first time"
    now.pass_by(1)
    assert second_check.publish_due(desk) == 1
    assert results(desk) == ["go_on", "rings"]
    renamed = device.op("con:c1", "contact_child", {"given": "Ivor"}, row_id="k0-c1", kind="change")
    hub_exchange(desk, device, renamed)
    now.pass_by(MINUTES)
    second_check.publish_due(desk)
    assert results(desk) == ["go_on", "rings", "go_on"], "about that match a manager rings already"
    assert len(gate(desk)) == 1


def hub_exchange(hub: Hub, device: Device, *ops: Any) -> None:
    hub.exchange(device.sender, device.request(list(ops)))


def test_restricting_a_family_asks_again_about_what_is_not_decided_and_says_only_what_is_new(
    desk: Hub, now: FakeClock
) -> None:
    family(desk, ASHA, "north", "f1")
    for contact, person in (("c1", KNOWN), ("c2", ("Ivo", "Nettleship", "2012-02-02"))):
        call(desk, person, contact=contact)
    now.pass_by(MINUTES)
    second_check.publish_due(desk)
    assert (results(desk, "c1"), results(desk, "c2")) == (["go_on"], ["go_on"])
    restriction.restrict(desk, "f1", JOAN, "a relative works here", [ASHA])
    now.pass_by(MINUTES)
    assert second_check.publish_due(desk) == 2
    assert (results(desk, "c1"), results(desk, "c2")) == (["go_on", "rings"], ["go_on"])
    restriction.lift(desk, "f1", JOAN, "they have moved away")
    call(desk, KNOWN, contact="c3")
    now.pass_by(MINUTES)
    second_check.publish_due(desk)
    assert results(desk, "c3") == ["go_on"], "those who decide see the family themselves again"


@one_engine
def test_the_family_that_a_contact_leads_to_is_no_news(desk: Hub, now: FakeClock) -> None:
    family(desk, GRACE, "south", "f1")
    device = call(desk, KNOWN)
    hub_exchange(
        desk, device, device.op("con:c1", "contact", {"family_id": "f1"}, row_id="c1", kind="change")
    )
    now.pass_by(MINUTES)
    second_check.publish_due(desk)
    assert (results(desk), gate(desk)) == (["go_on"], [])


@one_engine
def test_nobody_but_the_hub_writes_a_result_and_only_the_named_roles_settle_it(desk: Hub) -> None:
    call(desk, KNOWN)
    helen, nia, joan = (Device(desk, worker, worker) for worker in (HELEN, NIA, JOAN))
    said = {"contact_id": "c1", "result": "go_on"}
    for device, entity, scope in (
        (helen, "second_check", "con:c1"), (nia, "second_check", "con:c1"), (nia, "gate_match", "gate"),
        (helen, "check_settled", "con:c1"), (joan, "gate_call", "gate"),
    ):  # fmt: skip
        hub_exchange(desk, device, device.op(scope, entity, said))
    hub_exchange(desk, nia, nia.op("gate", "gate_call", {"contact_id": "c1", "call": "rang"}))
    for device in (nia, joan):
        hub_exchange(desk, device, device.op("con:c1", "check_settled", {"contact_id": "c1"}))
    assert hub_rows(desk, "select count(*) from quarantine") == [(5,)]
    assert results(desk) == []
    assert hub_rows(desk, "select count(*) from check_settled") == [(2,)]
    assert hub_rows(desk, "select count(*) from gate_call") == [(1,)]


@one_engine
def test_what_was_found_leaves_no_trace_on_the_laptop_of_who_decides(
    desk: Hub, laptops: Laptops, now: FakeClock
) -> None:
    family(desk, ASHA, "north", "f1", ("Zelda", "Quartermain", "2016-03-05"))
    restriction.restrict(desk, "f1", JOAN, "a relative works here", [ASHA])
    helen, olu = (enrolled(desk, laptops.new(), worker) for worker in (HELEN, OLU))
    call(desk, ("Zelda", "Quartermayne", "2016-03-05"))
    for laptop in (helen, olu):
        synced(desk, laptop)
    now.pass_by(MINUTES)
    second_check.publish_due(desk)
    for laptop in (helen, olu):
        synced(desk, laptop)
        synced(desk, laptop)
    assert rows(helen, "second_check", "result") == rows(olu, "second_check", "result") == [("rings",)]
    assert rows(helen, "gate_match") == []
    assert rows(olu, "gate_match", "person_id, family_id, evidence, holders") == [
        ("p-f1", "f1", "first name the same, family name spelt nearly the same, same birth date", ASHA)
    ]
    held = everything_in(helen)
    for trace in (b"p-f1", b"Quartermain", b"spelt nearly"):
        assert trace not in held
        assert trace != b"p-f1" or trace in everything_in(olu), "the search finds what is there"


@one_engine
def test_a_gatekeeper_who_comes_later_reads_it_and_who_is_one_no_more_does_not(
    desk: Hub, now: FakeClock
) -> None:
    family(desk, GRACE, "south", "f1")
    call(desk, KNOWN)
    now.pass_by(MINUTES)
    second_check.publish_due(desk)

    def holds() -> set[str]:
        query = "select worker from grant_ where scope in ('gate', 'con:c1') and until is null"
        found = [row[0] for row in hub_rows(desk, query)]
        return {worker for worker in found if found.count(worker) == 2}

    admin.add_worker(desk, "w-late", "Late", "gatekeeper", "east")
    assert holds() == {NIA, OLU, "w-late"}
    admin.add_worker(desk, OLU, "Olu Ade", "worker", "south")
    assert holds() == {NIA, "w-late"}
    assert hub_rows(desk, "select until from grant_ where scope = 'con:c1' and worker = ?", (OLU,)) != [
        (None,)
    ]


@one_engine
def test_a_contact_that_changes_while_it_is_compared_keeps_its_place(
    desk: Hub, now: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    family(desk, GRACE, "south", "f1")
    device = call(desk, ("Ivo", "Nettleship", "2012-02-02"))
    now.pass_by(MINUTES)
    compare = second_check._compared

    def and_somebody_is_added(sql: Any, wanted: Any) -> Any:
        found = compare(sql, wanted)
        sql.connection.rollback()
        hub_exchange(desk, device, _child(device, "c1", 1, KNOWN))
        return found

    monkeypatch.setattr(second_check, "_compared", and_somebody_is_added)
    assert second_check.publish_due(desk) == 0
    monkeypatch.setattr(second_check, "_compared", compare)
    assert second_check.publish_due(desk) == 1
    assert results(desk) == ["rings"], "nobody was told to go on without the child who was added"


@one_engine
def test_bulk_entry_of_what_is_finished_waits_for_no_check(desk: Hub, now: FakeClock) -> None:
    finished = {"outcome": "advice", "told_on": "2026-01-05", "locality": "north"}
    acts = [
        Loaded("con:old", "contact", "old", {"received_at": "2026-01-03T08:00:00Z", **finished}, HELEN, 1 << 30),
        Loaded("con:new", "contact", "new", {"received_at": "2026-09-22T08:00:00Z"}, HELEN, 1 << 30),
    ]  # fmt: skip
    desk.load(acts)
    assert hub_rows(desk, "select scope from check_due") == [("con:new",)]


# -- what it survives --------------------------------------------------------------------------------------------


def test_erasing_reaches_the_gate_and_the_ring_stays(desk: Hub, now: FakeClock) -> None:
    family(desk, GRACE, "south", "f1")
    family(desk, GRACE, "south", "f2", ("Ivo", "Nettleship", "2012-02-02"))
    for contact, person in (("c1", KNOWN), ("c2", ("Ivo", "Nettleship", "2012-02-02"))):
        call(desk, person, contact=contact)
    now.pass_by(MINUTES)
    second_check.publish_due(desk)
    nia = Device(desk, NIA)
    hub_exchange(
        desk, nia, nia.op("gate", "gate_call", {"contact_id": "c1", "reason": "Zelda has an aunt here"})
    )

    def erased(scope: str, entity: str = "", row_id: str = "") -> None:
        asked = erasure.ask(desk, scope, entity, row_id, JOAN, "the time is over")
        erasure.agree(desk, asked.id, NIA)

    erased("fam:f1", "person_name", "n-f1")
    assert gate(desk) == [("c2", "k0-c2", "p-f2")]
    log = repr(hub_rows(desk, "select * from op where scope = 'gate'"))
    assert "aunt" not in log
    assert "p-f1" not in log
    assert results(desk) == ["rings"]
    erased("con:c2", "contact_child", "k0-c2")
    assert gate(desk) == []
    assert results(desk, "c2") == [], "its digest is of somebody's name"
    now.pass_by(MINUTES)
    second_check.publish_due(desk)
    assert results(desk, "c2") == ["go_on"]
    assert rebuilding.verify(desk) == []


def test_it_goes_on_after_a_restart_and_in_a_hub_restored_from_a_backup(
    postgres_server: Server, now: FakeClock, laptops: Laptops, tmp_path: Path
) -> None:
    with postgres_server.database() as url:
        first = Hub.init(tmp_path / "first", WORDS, url)
        _restarted_and_restored(first, now, laptops, tmp_path)


def _restarted_and_restored(first: Hub, now: FakeClock, laptops: Laptops, tmp_path: Path) -> None:
    first.clock = now
    staff(first)
    family(first, GRACE, "south", "f1")
    sam, helen = enrolled(first, laptops.new(), SAM), enrolled(first, laptops.new(), HELEN)
    early = _contact(sam, "early")
    synced(first, sam)
    first.close()
    first = Hub.open(tmp_path / "first", WORDS)
    first.clock = now
    backup.backup(first, tmp_path / "copy")
    now.pass_by(MINUTES)
    assert second_check.publish_due(first) == 1, "another process goes on where the first stopped"
    late = _contact(sam, "late")
    for laptop in (sam, helen):
        synced(first, laptop)
    now.pass_by(MINUTES)
    second_check.publish_due(first)
    for laptop in (sam, helen):
        synced(first, laptop)
    assert len(rows(helen, "second_check")) == 2
    first.close()
    second = backup.restore(tmp_path / "copy", tmp_path / "second", WORDS)
    second.clock = now
    for laptop in (sam, helen, sam, helen):
        synced(second, laptop)
    now.pass_by(MINUTES)
    assert second_check.publish_due(second) == 2, "what the lost life said is said again"
    assert (results(second, early), results(second, late)) == (["rings"], ["rings"])
    admin.add_worker(second, NIA, "Nia Bell", "gatekeeper", "east")
    nia = Device(second, NIA)
    for contact in (early, late):
        (at,) = hub_rows(second, "select max(at) from second_check where contact_id = ?", (contact,))
        hub_exchange(
            second,
            nia,
            nia.op(f"con:{contact}", "check_settled", {"contact_id": contact, "upto": at[0]}),
        )
    helens = Laptop(helen, Who(HELEN, "Helen", "coordinator", "north"), lambda: TODAY)
    assert [front_door.contact(helens, c).check.state for c in (early, late)] == ["ring", "ring"]
    synced(second, helen)
    synced(second, helen)
    assert [front_door.contact(helens, c).check.state for c in (early, late)] == ["settled", "settled"]
    assert rows(helen, "difference") == []
    second.close()


def _contact(store: LaptopStore, worry: str) -> str:
    laptop = Laptop(store, Who(store.worker, store.worker, "worker", "north"), lambda: TODAY)
    child = ContactChildEntry(*KNOWN[:2], birth_date=KNOWN[2])
    return contacts.add_contact(
        laptop, ContactEntry(source="2A", worry=worry, received="today", children=[child])
    ).id


@pytest.fixture
def at_once(hub: Hub) -> Iterator[Hub]:
    admin.set_locality(hub, "north", {"name": "North", "second_check_minutes": 0})
    return hub


def test_a_serving_hub_publishes_by_itself(at_once: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    family(at_once, GRACE, "south", "f1")
    published = threading.Event()
    publish = second_check.publish_due

    def and_say_so(hub: Hub) -> int:
        count = publish(hub)
        if count:
            published.set()
        return count

    monkeypatch.setattr(second_check, "publish_due", and_say_so)
    with at_once.folding_behind(), second_check.checking(at_once, every_seconds=0.01):
        call(at_once, KNOWN)
        assert published.wait(20)
    assert results(at_once) == ["rings"]
