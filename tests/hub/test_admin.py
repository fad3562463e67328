"""What an operator does: workers, localities, grants, bulk entry, the home folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from familyhub.hub import admin, restriction, scopes
from familyhub.hub.home import HubError, NoHub
from familyhub.hub.load import Loaded
from familyhub.hub.service import Hub
from familyhub.store.errors import DamagedStore, StoreBusy, StoreError, WrongPassphrase
from familyhub.sync import clock
from tests.hub.world import ASHA, GRACE, HELEN, SAM, Device, Laptops, enrolled, hub_rows, rows, synced

PASSPHRASE = "four plain words together"


def test_every_laptop_learns_who_works_here_and_what_holds_in_its_place(hub: Hub, laptops: Laptops) -> None:
    grace = enrolled(hub, laptops.new(), GRACE)
    admin.set_locality(hub, "north", {"name": "North", "day_number": "0151 000 000", "review_weeks": 6})
    synced(hub, grace)
    assert [r[0] for r in rows(grace, "worker", "id")] == [ASHA, GRACE, HELEN, SAM]
    assert rows(grace, "locality", "id, name, review_weeks") == [("north", "North", 6)]
    admin.disable_worker(hub, SAM)
    admin.add_worker(hub, ASHA, "Asha Rahman-Bell", "coordinator", "north", {"phone": "07000"})
    synced(hub, grace)
    found = rows(grace, "worker", "name, role, phone, disabled")
    assert found[0] == ("Asha Rahman-Bell", "coordinator", "07000", 0)
    assert found[3] == ("Sam Doyle", "worker", None, 1)
    assert rows(grace, "difference") == []
    assert [w.disabled for w in admin.list_workers(hub)] == [False, False, False, True]


def test_saying_the_same_again_writes_nothing(hub: Hub) -> None:
    admin.set_locality(hub, "north", {"name": "North"})
    before = hub_rows(hub, "select seq from scope_head where scope = 'ref'")
    admin.set_locality(hub, "north", {"name": "North"})
    assert hub_rows(hub, "select seq from scope_head where scope = 'ref'") == before


def test_a_worker_who_moves_holds_the_new_place_and_no_longer_the_old(hub: Hub) -> None:
    admin.add_worker(hub, ASHA, "Asha", "worker", "south")
    assert {g.scope for g in admin.grants(hub, ASHA)} == {"ref", "loc:south", f"me:{ASHA}", f"sup:{ASHA}"}


def test_a_new_coordinator_holds_every_family_of_the_place(hub: Hub) -> None:
    device = Device(hub, ASHA)
    ops = [device.op("fam:f1", "family", {"name": "A", "locality": "north"}, row_id="f1")]
    hub.exchange(device.sender, device.request(ops))
    admin.add_worker(hub, "w-new", "New", "coordinator", "north")
    assert scopes.Grant("fam:f1", "w-new", "coordinator", "write") in admin.grants(hub, "w-new")


def written(device: Device, scope: str, entity: str, **fields: str) -> None:
    op = device.op(scope, entity, fields, row_id=scope.partition(":")[2])
    device.hub.exchange(device.sender, device.request([op]))


def allocated(device: Device, family: str, worker: str) -> None:
    op = device.op(
        "loc:north",
        "allocation",
        {"family_id": family, "worker_id": worker, "role": "lead", "on": "2026-01-05"},
    )
    assert device.hub.exchange(device.sender, device.request([op])).custody[0].set_aside == []


def files(hub: Hub, worker: str) -> dict[str, str]:
    """Families and contacts that a worker holds, and why."""
    return {g.scope: g.role for g in admin.grants(hub, worker) if g.scope[:4] in ("fam:", "con:")}


def test_a_coordinator_who_moves_leaves_the_old_place_but_what_is_theirs_by_name(
    hub: Hub, laptops: Laptops
) -> None:
    asha, grace, helen = Device(hub, ASHA, ASHA), Device(hub, GRACE, GRACE), Device(hub, HELEN, HELEN)
    for device, family, place in (
        (asha, "f1", "north"), (helen, "f2", "north"), (helen, "f3", "north"), (helen, "f4", "north"), (grace, "f5", "south"),
    ):  # fmt: skip
        written(device, f"fam:{family}", "family", name=family, locality=place)
    written(asha, "con:c1", "contact", locality="north", received_at="2026-05-04T10:00:00Z")
    written(grace, "con:c2", "contact", locality="south", received_at="2026-05-04T10:00:00Z")
    written(helen, "con:c3", "contact", locality="north", family_id="f2", received_at="2026-05-04T10:00:00Z")
    allocated(helen, "f2", ASHA)
    admin.add_worker(hub, "w-mark", "Mark Bell", "manager", "north")
    allocated(Device(hub, "w-mark", "mark"), "f3", HELEN)
    for family in ("f3", "f4"):
        admin.grant(hub, f"fam:{family}", "w-mark")
    laptop = enrolled(hub, laptops.new(), HELEN)
    while synced(hub, laptop).changed:
        pass
    assert [r[0] for r in rows(laptop, "family", "id")] == ["f1", "f2", "f3", "f4"]
    admin.add_worker(hub, HELEN, "Helen Marsh", "coordinator", "south")
    assert files(hub, HELEN) == {"fam:f3": "allocated", "fam:f5": "coordinator", "con:c2": "coordinator"}
    assert admin.held_elsewhere(hub, HELEN) == ["f3"]
    while synced(hub, laptop).changed:
        pass
    assert [r[0] for r in rows(laptop, "family", "id")] == ["f3", "f5"]
    assert [r[0] for r in rows(laptop, "contact", "id")] == ["c2"]
    admin.add_worker(hub, HELEN, "Helen Marsh", "coordinator", "north")
    assert files(hub, HELEN).keys() == {f"fam:f{n}" for n in (1, 2, 3, 4)} | {"con:c1", "con:c3"}


def test_who_was_named_for_a_restricted_family_holds_it_also_after_moving(hub: Hub) -> None:
    asha = Device(hub, ASHA, ASHA)
    written(asha, "fam:f1", "family", name="Okafor", locality="north")
    admin.add_worker(hub, "w-mark", "Mark Bell", "manager", "north")
    restriction.restrict(hub, "f1", "w-mark", "a relative works here", [ASHA, HELEN])
    admin.add_worker(hub, HELEN, "Helen Marsh", "coordinator", "south")
    assert files(hub, HELEN) == {"fam:f1": "coordinator"}
    admin.add_worker(hub, "w-new", "New", "coordinator", "north")
    assert files(hub, "w-new") == {}


def test_who_works_with_families_no_more_holds_none_and_a_file_that_nobody_else_holds_is_kept(
    hub: Hub,
) -> None:
    asha, grace, helen = Device(hub, ASHA, ASHA), Device(hub, GRACE, GRACE), Device(hub, HELEN, HELEN)
    written(helen, "fam:f1", "family", name="Okafor", locality="north")
    allocated(helen, "f1", ASHA)
    written(asha, "fam:f2", "family", name="Bell", locality="north")
    written(grace, "fam:f5", "family", name="Elsewhere", locality="south")
    admin.add_worker(hub, ASHA, "Asha Rahman", "worker", "south")
    assert files(hub, ASHA) == {"fam:f1": "allocated", "fam:f2": "author"}, "until they are handed over"
    admin.add_worker(hub, ASHA, "Asha Rahman", "analyst", "north")
    admin.grant(hub, "fam:f5", SAM, "read")
    admin.grant(hub, "fam:f5", HELEN, "write", until="2099-01-01")
    admin.add_worker(hub, GRACE, "Grace Okoro", "analyst", "south")
    assert (files(hub, ASHA), files(hub, GRACE)) == ({}, {"fam:f5": "author"})


@pytest.mark.parametrize(
    "wrong",
    [
        lambda hub: admin.add_worker(hub, "w x", "X", "worker", "north"),
        lambda hub: admin.add_worker(hub, "hub", "X", "worker", "north"),
        lambda hub: admin.add_worker(hub, "w-x", "X", "boss", "north"),
        lambda hub: admin.add_worker(hub, "w-x", "X", "worker", "north end"),
        lambda hub: admin.disable_worker(hub, "w-x"),
        lambda hub: admin.grant(hub, "fam f1", ASHA),
        lambda hub: admin.grant(hub, "fam:f1", "w-x"),
        lambda hub: admin.grant(hub, "fam:f1", ASHA, "own"),
        lambda hub: admin.withdraw(hub, "fam:f1", ASHA),
        lambda hub: admin.revoke_device(hub, "x"),
        lambda hub: admin.release(hub, "fam:f1", "x"),
        lambda hub: admin.set_locality(hub, "a b", {}),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(tmp_path: Path, staffed: Path, wrong: object) -> None:
    from tests.hub.conftest import _hub

    hub = _hub(tmp_path, staffed, None)
    with pytest.raises(HubError, match=r"\.$"):
        wrong(hub)  # type: ignore[operator]
    hub.close()


def test_what_cannot_be_kept_is_not_released(hub: Hub) -> None:
    device = Device(hub, ASHA)
    bad = device.op("fam:f1", "note", {"text": 7})
    hub.exchange(device.sender, device.request([bad]))
    with pytest.raises(HubError, match="cannot be released"):
        admin.release(hub, "fam:f1", bad.op_id)
    assert len(admin.quarantine(hub)) == 1
    assert admin.quarantine(hub, SAM) == []


def test_a_released_act_that_begins_a_file_gives_it_to_its_author(hub: Hub) -> None:
    admin.add_worker(hub, SAM, "Sam Doyle", "analyst", "north")
    device = Device(hub, SAM)
    op = device.op("fam:f9", "family", {"name": "Bell", "locality": "north"}, row_id="f9")
    hub.exchange(device.sender, device.request([op]))
    admin.release(hub, "fam:f9", op.op_id)
    assert hub_rows(hub, "select worker from grant_ where scope = 'fam:f9' order by worker") == [
        (HELEN,),
        (SAM,),
    ]
    assert hub_rows(hub, "select name, stage from family_index") == [("Bell", None)]


def test_bulk_entry_logs_and_folds_acts_of_many_people_with_their_own_times(
    hub: Hub, laptops: Laptops
) -> None:
    year_ago = clock.tick(hub.clock() - 365 * 86_400_000, 0)
    acts = [
        Loaded(
            f"fam:f{n}", "family", f"f{n}", {"name": f"Family {n}", "locality": "north"}, HELEN, year_ago + n
        )
        for n in range(30)
    ]
    acts += [
        Loaded(
            f"fam:f{n % 30}",
            "note",
            f"n{n}",
            {"text": f"Note {n}", "text_readers": "workers"},
            ASHA,
            year_ago + n,
        )
        for n in range(300)
    ]
    acts += [
        Loaded("loc:north", "allocation", f"a{n}", {"family_id": f"f{n}", "worker_id": ASHA}, HELEN, year_ago)
        for n in range(5)
    ]
    assert hub.load(acts) == 335
    asha = enrolled(hub, laptops.new(), ASHA)
    synced(hub, asha)
    assert [len(rows(asha, "family")), len(rows(asha, "note")), len(rows(asha, "family_index"))] == [
        5,
        50,
        30,
    ]
    received = hub_rows(hub, "select distinct received from op where entity = 'note'")
    assert received == [(clock.milliseconds(year_ago),)]
    assert hub_rows(hub, "select count(*) from scope_head where folded_upto < seq") == [(0,)]
    with pytest.raises(HubError):
        hub.load([Loaded("fam:f1", "note", "x", {"text": 5}, ASHA, year_ago)])


def test_a_home_opens_with_its_passphrase_only_and_a_demonstration_by_itself(tmp_path: Path) -> None:
    home = tmp_path / "hub"
    Hub.init(home, PASSPHRASE).close()
    for wrong, error in ((None, HubError), ("another four plain words", WrongPassphrase)):
        with pytest.raises(error):
            Hub.open(home, wrong)
    hub = Hub.open(home, PASSPHRASE)
    admin.add_worker(hub, ASHA, "Zebedee-canary", "worker", "north")
    hub.close()
    with pytest.raises(StoreBusy):
        Hub.init(home, PASSPHRASE)
    assert not any(b"Zebedee" in file.read_bytes() for file in home.iterdir())
    shown = tmp_path / "shown"
    Hub.init(shown, demonstration=True).close()
    Hub.open(shown).close()
    assert json.loads((shown / "hub.json").read_text())["demonstration"] is True
    if os.name != "nt":
        assert (home / "hub.json").stat().st_mode & 0o077 == 0


def test_a_home_that_is_none_or_broken_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoHub):
        Hub.open(tmp_path)
    with pytest.raises(StoreError):
        Hub.init(tmp_path / "hub", "short")
    Hub.init(tmp_path / "made", PASSPHRASE).close()
    (tmp_path / "made" / "hub.db").write_bytes(b"x" * 4096)
    with pytest.raises(StoreError):
        Hub.open(tmp_path / "made", PASSPHRASE)
    (tmp_path / "made" / "hub.json").write_text("{")
    with pytest.raises(DamagedStore):
        Hub.open(tmp_path / "made", PASSPHRASE)
