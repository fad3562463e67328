"""A hub restored from a backup: a new life of it, in which nothing that a laptop still holds is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from familyhub.hub import admin, backup, erasure, rebuilding, restriction
from familyhub.hub.home import HubError
from familyhub.hub.service import Hub
from familyhub.link.exchange import sync
from familyhub.store.errors import StoreBusy
from familyhub.store.laptop import LaptopStore
from tests.hub.test_leaving import everything_in
from tests.hub.world import ASHA, HELEN, SAM, Laptops, enrolled, hub_rows, note, open_family, rows, staff, way

WORDS = "bench bench bench bench"


@pytest.fixture
def vaulted(tmp_path: Path) -> Hub:
    made = Hub.init(tmp_path / "first", WORDS)
    staff(made)
    return made


def synced(hub: Hub, store: LaptopStore) -> None:
    """Sync until there is nothing left to say."""
    sync(store, way(hub, store))


def restored(kept: Path, home: Path, **more: object) -> Hub:
    """The hub's next life."""
    return backup.restore(kept, home, WORDS, **more)  # type: ignore[arg-type]


def notes(store: LaptopStore) -> set[str]:
    """The notes that a laptop shows."""
    return {text for (text,) in rows(store, "note", "text")}


def outbox(store: LaptopStore) -> int:
    """How many own acts a laptop keeps."""
    with store.reading() as connection:
        return int(connection.exec_driver_sql("select count(*) from outbox").scalar() or 0)


def test_what_was_written_after_the_backup_is_offered_again_and_everybody_agrees(
    vaulted: Hub, laptops: Laptops, tmp_path: Path
) -> None:
    asha, helen = enrolled(vaulted, laptops.new(), ASHA), enrolled(vaulted, laptops.new(), HELEN)
    scope = open_family(asha, "f1")
    note(asha, scope, "before")
    synced(vaulted, asha)
    synced(vaulted, helen)
    backup.backup(vaulted, tmp_path / "kept")
    note(asha, scope, "after, and seen by Helen")
    synced(vaulted, asha)
    synced(vaulted, helen)
    note(helen, scope, "written by Helen after")
    synced(vaulted, helen)
    note(asha, scope, "never sent")
    vaulted.close()
    hub = restored(tmp_path / "kept", tmp_path / "second")
    for laptop in (helen, asha, helen):
        synced(hub, laptop)
    wanted = {"before", "after, and seen by Helen", "written by Helen after", "never sent"}
    assert notes(asha) == notes(helen) == wanted
    assert {text for (text,) in hub_rows(hub, "select text from note")} == wanted
    assert hub_rows(hub, "select count(*), count(distinct op_id) from op where entity = 'note'") == [(4, 4)]
    assert rebuilding.verify(hub) == []
    hub.close()


def test_a_verified_backup_lets_laptops_forget_what_is_in_it_and_nothing_else(
    vaulted: Hub, laptops: Laptops, tmp_path: Path
) -> None:
    asha = enrolled(vaulted, laptops.new(), ASHA)
    scope = open_family(asha, "f1")
    synced(vaulted, asha)
    synced(vaulted, asha)
    assert outbox(asha) == 1, "the hub has it, but nothing says that it outlives the hub"
    later = vaulted.clock
    vaulted.clock = lambda: later() + 60_000
    backup.backup(vaulted, tmp_path / "kept")
    note(asha, scope, "since the backup")
    synced(vaulted, asha)
    assert outbox(asha) == 1
    admin.set_standby(vaulted, True)
    synced(vaulted, asha)
    assert outbox(asha) == 0, "a synchronous standby has everything at once"
    vaulted.close()


def test_a_laptop_that_missed_two_lives_still_loses_nothing(
    vaulted: Hub, laptops: Laptops, tmp_path: Path
) -> None:
    asha, helen = enrolled(vaulted, laptops.new(), ASHA), enrolled(vaulted, laptops.new(), HELEN)
    scope = open_family(asha, "f1")
    synced(vaulted, asha)
    synced(vaulted, helen)
    backup.backup(vaulted, tmp_path / "kept")
    note(asha, scope, "in the first life")
    synced(vaulted, asha)
    vaulted.close()
    second = restored(tmp_path / "kept", tmp_path / "second")
    note(helen, scope, "in the second life")
    synced(second, helen)
    second.close()
    third = restored(tmp_path / "kept", tmp_path / "third")
    for laptop in (asha, helen, asha):
        synced(third, laptop)
    assert notes(asha) == notes(helen) == {"in the first life", "in the second life"}
    third.close()


def test_what_was_erased_stays_erased_in_the_next_life(
    vaulted: Hub, laptops: Laptops, tmp_path: Path
) -> None:
    for worker in ("w-joan", "w-pike"):
        admin.add_worker(vaulted, worker, worker, "manager", "north")
    asha = enrolled(vaulted, laptops.new(), ASHA)
    scope = open_family(asha, "f1")
    row = note(asha, scope, "zqcanary")
    synced(vaulted, asha)
    backup.backup(vaulted, tmp_path / "kept")
    asked = erasure.ask(vaulted, scope, "note", row, "w-joan", "ordered")
    erasure.agree(vaulted, asked.id, "w-pike")
    vaulted.close()
    hub = restored(tmp_path / "kept", tmp_path / "second", erasures=tmp_path / "first" / erasure.LIST)
    assert "zqcanary" not in repr(hub_rows(hub, "select * from op")) + repr(
        hub_rows(hub, "select * from note")
    )
    synced(hub, asha)
    assert b"zqcanary" not in everything_in(asha)
    assert rebuilding.verify(hub) == []
    hub.close()


def test_a_family_that_was_restricted_since_the_backup_is_restricted_in_every_next_life_until_it_was_lifted(
    vaulted: Hub, laptops: Laptops, tmp_path: Path
) -> None:
    admin.add_worker(vaulted, "w-joan", "Joan", "manager", "north")
    asha, helen, sam = (enrolled(vaulted, laptops.new(), worker) for worker in (ASHA, HELEN, SAM))
    scope = open_family(asha, "f1", "zqcanary")
    for laptop in (asha, helen, sam):
        synced(vaulted, laptop)
    backup.backup(vaulted, tmp_path / "kept")
    restriction.restrict(vaulted, "f1", "w-joan", "zqreason", [ASHA])
    note(asha, scope, "since the backup")
    for laptop in (asha, helen, sam):
        synced(vaulted, laptop)
    vaulted.close()
    lists = [tmp_path / name / restriction.LIST for name in ("first", "second")]
    assert "zqreason" not in lists[0].read_text("utf-8"), "only the hub's own key opens it"
    second = restored(tmp_path / "kept", tmp_path / "second", restrictions=lists[0])
    for laptop in (asha, helen, sam, helen, sam):
        synced(second, laptop)
    (one,) = restriction.families(second)
    assert (one.family, one.by, one.reason) == ("f1", "w-joan", "zqreason")
    assert [h.worker for h in one.holders] == [ASHA]
    assert b"zqcanary" not in everything_in(helen) + everything_in(sam)
    assert "zqcanary" not in repr(hub_rows(second, "select * from op where scope = 'loc:north'"))
    assert hub_rows(second, "select text from note") == [("since the backup",)]
    restriction.lift(second, "f1", "w-joan", "over")
    second.close()
    third = restored(tmp_path / "kept", tmp_path / "third", restrictions=lists[1])
    for laptop in (asha, helen, sam):
        synced(third, laptop)
    assert restriction.families(third) == []
    assert notes(helen) == {"since the backup"}
    assert rows(sam, "family_index where removed is null", "id, name") == [("f1~2", "zqcanary")]
    assert rebuilding.verify(third) == []
    third.close()
    (tmp_path / "wrong").write_text("[1]\n")
    with pytest.raises(HubError, match="list of restrictions"):
        restored(tmp_path / "kept", tmp_path / "fourth", restrictions=tmp_path / "wrong")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_backup_of_an_embedded_hub_is_restored_into_postgresql(
    vaulted: Hub, laptops: Laptops, tmp_path: Path, database: str
) -> None:
    asha = enrolled(vaulted, laptops.new(), ASHA)
    scope = open_family(asha, "f1")
    note(asha, scope, "é and ü")
    synced(vaulted, asha)
    kept = backup.backup(vaulted, tmp_path / "kept")
    vaulted.close()
    hub = restored(tmp_path / "kept", tmp_path / "second", database=database)
    assert kept.rows > 10
    assert hub_rows(hub, "select text from note") == [("é and ü",)]
    sam = enrolled(hub, laptops.new(), SAM)
    admin.grant(hub, scope, SAM)
    synced(hub, sam)
    assert notes(sam) == {"é and ü"}
    again = backup.backup(hub, tmp_path / "kept2")
    assert again.rows >= kept.rows
    hub.close()


def test_a_backup_that_was_altered_or_cut_restores_nothing(vaulted: Hub, tmp_path: Path) -> None:
    backup.backup(vaulted, tmp_path / "kept")
    vaulted.close()
    whole = (tmp_path / "kept").read_bytes()
    altered = bytearray(whole)
    altered[-40] ^= 1
    for n, content in enumerate((whole[:-1], whole[: len(whole) // 2], bytes(altered), b"something else")):
        (tmp_path / f"bad{n}").write_bytes(content)
        with pytest.raises(HubError):
            restored(tmp_path / f"bad{n}", tmp_path / f"home{n}")
        assert not any((tmp_path / f"home{n}").glob("hub*")) if (tmp_path / f"home{n}").exists() else True
    with pytest.raises(StoreBusy):
        restored(tmp_path / "kept", tmp_path / "first")


def test_no_record_is_readable_in_a_backup(vaulted: Hub, laptops: Laptops, tmp_path: Path) -> None:
    asha = enrolled(vaulted, laptops.new(), ASHA)
    open_family(asha, "f1", "zqcanaryname")
    synced(vaulted, asha)
    backup.backup(vaulted, tmp_path / "kept")
    vaulted.close()
    assert b"zqcanary" not in (tmp_path / "kept").read_bytes()
