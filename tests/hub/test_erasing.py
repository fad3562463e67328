"""Erasure: two people decide, nothing of the row is left anywhere, the history still holds."""

from __future__ import annotations

import pytest

from familyhub.hub import admin, erasure, rebuilding
from familyhub.hub.home import HubError
from familyhub.hub.service import Hub
from familyhub.store.laptop import LaptopStore
from tests.hub.test_leaving import everything_in
from tests.hub.world import ASHA, HELEN, Laptops, change, enrolled, hub_rows, note, open_family, rows, synced
from tests.support.homes import files_holding

CANARY = "zqerasedcanary"
MANAGERS = ("w-joan", "w-pike")


@pytest.fixture
def managers(hub: Hub) -> None:
    for worker in MANAGERS:
        admin.add_worker(hub, worker, worker, "manager", "north")


def erased(hub: Hub, scope: str, entity: str = "", row_id: str = "") -> int:
    """Two people have something erased."""
    asked = erasure.ask(hub, scope, entity, row_id, MANAGERS[0], "ordered by a court")
    return erasure.agree(hub, asked.id, MANAGERS[1])


def hub_text(hub: Hub) -> str:
    """Every value of the tables at the hub that hold what people wrote."""
    tables = ("op", "quarantine", "note", "family", "family_index", "snapshot", "unknown_row")
    return "".join(repr(hub_rows(hub, f"select * from {name}")) for name in tables)


@pytest.mark.usefixtures("managers")
def test_an_erased_row_is_in_no_copy_and_every_chain_still_holds(hub: Hub, laptops: Laptops) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1")
    row = note(asha, scope, f"{CANARY} one")
    other = note(asha, scope, "this one stays")
    synced(hub, asha)
    change(asha, (scope, "note", row), {"text": f"{CANARY} two"})
    synced(hub, asha)
    synced(hub, helen)
    assert CANARY in hub_text(hub), "it is there before"
    assert erased(hub, scope, "note", row) == 1
    assert CANARY not in hub_text(hub)
    assert rebuilding.verify(hub) == []
    for laptop in (asha, helen):
        synced(hub, laptop)
        assert CANARY.encode() not in everything_in(laptop)
        assert rows(laptop, "note where removed is null", "id") == [(other,)]
        laptop.close()
        assert files_holding(laptop.home, [CANARY]) == []
    if hub.engine.dialect.name == "sqlite":
        hub.close()
        assert files_holding(hub.home.path, [CANARY]) == []


@pytest.mark.usefixtures("managers")
def test_what_was_written_offline_about_an_erased_row_is_destroyed_and_its_author_told(
    hub: Hub, laptops: Laptops
) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1")
    row = note(asha, scope, "before")
    synced(hub, asha)
    synced(hub, helen)
    change(helen, (scope, "note", row), {"text": f"{CANARY} late"})
    erased(hub, scope, "note", row)
    synced(hub, helen)
    assert CANARY not in hub_text(hub)
    assert CANARY.encode() not in everything_in(helen)
    with helen.reading() as connection:
        told = list(connection.exec_driver_sql("select reason from destroyed"))
    assert len(told) == 1
    assert "has been erased" in told[0][0]
    assert rebuilding.verify(hub) == []


@pytest.mark.usefixtures("managers")
def test_what_was_set_aside_about_an_erased_row_is_destroyed_too(hub: Hub, laptops: Laptops) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1")
    row = note(asha, scope, "before")
    synced(hub, asha)
    synced(hub, helen)
    admin.withdraw(hub, scope, HELEN)
    synced(hub, helen)
    with helen.work(HELEN) as work:
        work.create(scope, "note", {"text": f"{CANARY} aside", "text_readers": "workers"}, row)
    synced(hub, helen)
    assert len(admin.quarantine(hub)) == 1
    erased(hub, scope, "note", row)
    assert CANARY not in hub_text(hub)


@pytest.mark.usefixtures("managers")
def test_a_whole_family_is_erased_with_its_line_in_the_locality(hub: Hub, laptops: Laptops) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1", f"{CANARY}name")
    note(asha, scope, CANARY)
    synced(hub, asha)
    synced(hub, helen)
    assert erased(hub, scope) == 2
    assert CANARY not in hub_text(hub)
    synced(hub, helen)
    assert CANARY.encode() not in everything_in(helen)


@pytest.mark.usefixtures("managers")
def test_one_person_alone_erases_nothing(hub: Hub, laptops: Laptops) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    scope = open_family(asha, "f1")
    synced(hub, asha)
    asked = erasure.ask(hub, scope, "", "", MANAGERS[0], "because")
    for who, sentence in (
        (MANAGERS[0], "another person"),
        (ASHA, "may not decide"),
        ("nobody", "may not decide"),
    ):
        with pytest.raises(HubError, match=sentence):
            erasure.agree(hub, asked.id, who)
    assert [d.id for d in erasure.waiting(hub)] == [asked.id]
    erasure.agree(hub, asked.id, MANAGERS[1])
    assert erasure.waiting(hub) == []
    with pytest.raises(HubError, match="done already"):
        erasure.agree(hub, asked.id, MANAGERS[1])
    with pytest.raises(HubError, match="nothing of that name"):
        erasure.ask(hub, scope, "", "", MANAGERS[0], "because")
    with pytest.raises(HubError, match="Why"):
        erasure.ask(hub, scope, "", "", MANAGERS[0], " ")


@pytest.mark.usefixtures("managers")
def test_a_chain_that_was_tampered_with_is_found(hub: Hub, laptops: Laptops) -> None:
    asha: LaptopStore = enrolled(hub, laptops.new(), ASHA)
    scope = open_family(asha, "f1")
    for n in range(3):
        note(asha, scope, f"note {n}")
    synced(hub, asha)
    assert rebuilding.verify(hub) == []
    with hub.begin() as tx:
        tx.sql.run("update op set actor = 'w-sam' where scope = ? and seq = 2", (scope,))
        tx.finish()
    assert rebuilding.verify(hub) == [f"{scope} at 2"]
