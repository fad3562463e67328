"""Breaking glass: a family that somebody is not named for, to read, for some hours, for a reason that another reviews."""

from __future__ import annotations

import pytest

from familyhub.hub import admin, break_glass, restriction
from familyhub.hub.home import HubError
from familyhub.hub.service import Hub
from tests.hub.test_leaving import everything_in
from tests.hub.world import ASHA, HELEN, SAM, FakeClock, Laptops, enrolled, note, open_family, rows, synced

CANARY = "zqbrokenglasscanary"
JOAN, PIKE = "w-joan", "w-pike"
HOUR = 60 * 60


def test_broken_glass_lets_somebody_read_for_some_hours_and_leaves_nothing(
    still_hub: Hub, now: FakeClock, laptops: Laptops
) -> None:
    hub = still_hub
    for manager in (JOAN, PIKE):
        admin.add_worker(hub, manager, manager, "manager", "north")
    helen, sam = enrolled(hub, laptops.new(), HELEN), enrolled(hub, laptops.new(), SAM)
    scope = open_family(helen, "f1", CANARY)
    with helen.work(HELEN) as work:
        work.create("con:c1", "contact", {"family_id": "f1", "worry": f"{CANARY} rang"}, "c1")
    synced(hub, helen)
    restriction.restrict(hub, "f1", JOAN, "a relative works here", [HELEN])
    made = break_glass.give(hub, scope, SAM, "found at the door", 2)
    synced(hub, sam)
    assert (rows(sam, "family", "name"), len(rows(sam, "contact"))) == ([(CANARY,)], 1)
    (one,) = restriction.families(hub)
    assert [(h.worker, h.role, h.mode) for h in one.holders][1] == (SAM, "break-glass", "read")
    note(sam, scope, "written by one who may only read")
    synced(hub, sam)
    assert [(a.worker, a.scope) for a in admin.quarantine(hub)] == [(SAM, scope)]
    now.pass_by(2 * HOUR)
    synced(hub, sam)
    assert (rows(sam, "family"), rows(sam, "contact")) == ([], [])
    assert CANARY.encode() not in everything_in(sam)
    assert break_glass.to_review(hub) == [made]
    break_glass.reviewed(hub, made.id, PIKE)
    assert break_glass.to_review(hub) == []
    with pytest.raises(HubError, match="reviewed already"):
        break_glass.reviewed(hub, made.id, PIKE)


def test_broken_glass_needs_a_reason_a_short_time_and_another_manager(
    still_hub: Hub, now: FakeClock, laptops: Laptops
) -> None:
    hub = still_hub
    for manager in (JOAN, PIKE):
        admin.add_worker(hub, manager, manager, "manager", "north")
    asha = enrolled(hub, laptops.new(), ASHA)
    scope = open_family(asha, "f1")
    synced(hub, asha)
    for where, who, why, hours, sentence in (
        (scope, JOAN, " ", 24, "Why"),
        (scope, JOAN, "because", 0, "1 to 72 hours"),
        (scope, JOAN, "because", 73, "1 to 72 hours"),
        (scope, "w-x", "because", 24, "no worker w-x"),
        ("fam:f404", JOAN, "because", 24, "no family f404"),
        ("loc:north", JOAN, "because", 24, "not a family's file"),
        (scope, HELEN, "because", 24, "holds fam:f1 already"),
    ):
        with pytest.raises(HubError, match=sentence):
            break_glass.give(hub, where, who, why, hours)
    assert break_glass.to_review(hub) == []
    made = break_glass.give(hub, scope, JOAN, "because")
    now.pass_by(HOUR)
    longer = break_glass.give(hub, scope, JOAN, "still", 72)
    assert (longer.until > made.until, break_glass.to_review(hub)) == (True, [made, longer])
    for who, sentence in ((JOAN, "cannot review"), (ASHA, "may not review"), ("w-x", "may not review")):
        with pytest.raises(HubError, match=sentence):
            break_glass.reviewed(hub, made.id, who)
    with pytest.raises(HubError, match="no break-glass grant"):
        break_glass.reviewed(hub, "none", PIKE)


def test_restricting_ends_broken_glass_and_lifting_does_not_give_it_back(
    still_hub: Hub, laptops: Laptops
) -> None:
    hub = still_hub
    admin.add_worker(hub, JOAN, JOAN, "manager", "north")
    asha = enrolled(hub, laptops.new(), ASHA)
    scope = open_family(asha, "f1")
    synced(hub, asha)
    break_glass.give(hub, scope, SAM, "because")
    assert (scope, SAM) in restriction.restrict(hub, "f1", JOAN, "because", [ASHA])
    assert SAM not in [w for _, w in restriction.lift(hub, "f1", JOAN, "over").given]
    assert scope not in {g.scope for g in admin.grants(hub, SAM)}
