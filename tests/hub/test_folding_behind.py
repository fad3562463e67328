"""A serving hub folds behind its answers; nobody who waits for something finds it missing, and nothing is forgotten."""

from __future__ import annotations

import threading

from familyhub.hub import snapshots
from familyhub.hub.folder import Behind
from familyhub.hub.service import Hub
from tests.hub.world import ASHA, HELEN, SAM, Laptops, enrolled, hub_rows, note, open_family, rows, synced


def test_what_was_pushed_is_in_the_log_at_once_and_folded_when_the_hub_ends(
    hub: Hub, laptops: Laptops
) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    with hub.folding_behind():
        scope = open_family(asha, "f1")
        written = [note(asha, scope, f"Note {n}") for n in range(30)]
        assert synced(hub, asha).sent == 31
        assert hub_rows(hub, "select count(*) from op where entity = 'note'") == [(30,)]
    assert sorted(row[0] for row in hub_rows(hub, "select id from note")) == sorted(written)


def test_who_syncs_right_after_an_allocation_finds_the_file(hub: Hub, laptops: Laptops) -> None:
    helen, sam = enrolled(hub, laptops.new(), HELEN), enrolled(hub, laptops.new(), SAM)
    with hub.folding_behind():
        scope = open_family(helen, "f1")
        note(helen, scope, "For whoever takes it on.")
        synced(hub, helen)
        with helen.work(HELEN) as work:
            work.create("loc:north", "allocation", {"family_id": "f1", "worker_id": SAM})
        synced(hub, helen)
        synced(hub, sam)
        assert rows(sam, "note", "text") == [("For whoever takes it on.",)]


def test_a_hub_folds_at_its_start_what_an_earlier_process_left_behind(hub: Hub, laptops: Laptops) -> None:
    asha = enrolled(hub, laptops.new(), ASHA)
    note(asha, open_family(asha, "f1"), "Logged, and then the plug was pulled.")
    synced(hub, asha)
    with hub.begin() as tx:  # as it is between the two transactions
        tx.sql.run("update scope_head set folded_upto = 0 where scope = 'fam:f1'")
        tx.sql.run("delete from note")
        tx.finish()
    with hub.folding_behind():
        pass
    with hub.reading() as sql:
        assert snapshots.behind(sql) == []
    assert hub_rows(hub, "select count(*) from note") == [(1,)]


def test_pushes_that_follow_each_other_are_folded_together_and_each_at_last() -> None:
    folded: list[set[str]] = []
    done = threading.Event()

    def fold(scopes: object) -> None:
        assert isinstance(scopes, set)
        folded.append(scopes)
        done.set()

    behind = Behind(fold)
    behind.start(["fam:late"])
    assert done.wait(30)
    for n in range(50):
        behind.later([f"fam:{n}"])
    behind.end()
    assert folded[0] == {"fam:late"}
    assert set().union(*folded[1:]) == {f"fam:{n}" for n in range(50)}
    assert len(folded) < 10
