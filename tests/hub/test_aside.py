"""What was set aside, seen and released from a laptop by who holds the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from familyhub.casework import asides
from familyhub.casework.laptop import Laptop, Who
from familyhub.casework.problems import Refused
from familyhub.hub import admin, aside
from familyhub.hub.app import create_app
from familyhub.hub.home import HubError
from familyhub.hub.service import Hub
from familyhub.link.errors import HubRefused, HubUnreachable
from familyhub.store.laptop import LaptopStore
from familyhub.sync.messages import AsideAct, AsideList, pack, unpack
from familyhub.sync.ops import sealed
from tests.hub.world import (
    ASHA,
    GRACE,
    HELEN,
    SAM,
    Device,
    Laptops,
    ask,
    enrolled,
    hub_rows,
    note,
    open_family,
    rows,
    served,
    synced,
)

LIST, RELEASE = "/sync/v1/aside", "/sync/v1/aside/release"
LATE = "Rang Dawn [b]about[/b] Monday"


def set_aside(hub: Hub, worker: str = SAM, scope: str = "fam:f1", **changes: object) -> str:
    """A note of somebody who does not hold the file; its op id."""
    asha = Device(hub, ASHA)
    opened = asha.op(scope, "family", {"name": "Okafor", "locality": "north"}, row_id="f1")
    hub.exchange(asha.sender, asha.request([opened]))
    device = Device(hub, worker, "inc2")
    op = device.op(scope, "note", {"text": LATE, "text_readers": "workers"}, **changes)
    hub.exchange(device.sender, device.request([op]))
    return op.op_id


def seen_by(hub: Hub, worker: str) -> list[str]:
    return [a.op_id for a in aside.listed(hub, Device(hub, worker).sender).asides]


def test_only_a_coordinator_or_manager_who_holds_the_file_sees_it(hub: Hub) -> None:
    op_id = set_aside(hub)
    assert seen_by(hub, HELEN) == [op_id]
    for worker in (ASHA, SAM, GRACE):
        assert seen_by(hub, worker) == []
    admin.add_worker(hub, "w-south", "South", "manager", "south")
    assert seen_by(hub, "w-south") == []
    admin.grant(hub, "fam:f1", "w-south", "read")
    assert seen_by(hub, "w-south") == []
    admin.grant(hub, "fam:f1", "w-south")
    assert seen_by(hub, "w-south") == [op_id]
    admin.withdraw(hub, "fam:f1", HELEN)
    assert seen_by(hub, HELEN) == []
    (one,) = aside.listed(hub, Device(hub, "w-south").sender).asides
    assert (one.who, one.text, one.why_not) == ("Sam Doyle", LATE, "")


def test_a_release_is_written_with_who_and_why_and_reaches_everybody(hub: Hub, laptops: Laptops) -> None:
    op_id = set_aside(hub)
    asha = enrolled(hub, laptops.new(), ASHA)
    helen = Device(hub, HELEN)
    for worker in (ASHA, SAM, GRACE):
        with pytest.raises(HubError, match="who holds the file can decide"):
            aside.decided(hub, Device(hub, worker).sender, AsideAct("fam:f1", op_id, "because"))
    with pytest.raises(HubError, match="Say why"):
        aside.decided(hub, helen.sender, AsideAct("fam:f1", op_id, " "))
    aside.decided(hub, helen.sender, AsideAct("fam:f1", op_id, "Sam stood in for Asha"))
    with pytest.raises(HubError, match="nothing of that name"):
        aside.decided(hub, helen.sender, AsideAct("fam:f1", op_id, "again"))
    synced(hub, asha)
    assert rows(asha, "note", "text, created_by") == [(LATE, SAM)]
    assert hub_rows(hub, "select released_by, released_why from quarantine") == [
        (HELEN, "Sam stood in for Asha")
    ]
    assert seen_by(hub, HELEN) == []


def test_nobody_lets_in_what_they_could_not_write_or_what_names_another(hub: Hub) -> None:
    helen = Device(hub, HELEN)
    ops = {
        "may not write this kind": helen.op("ref", "operator_key", {"name": "Me", "public_key": "x"}),
        "names another author": helen.op("loc:north", "allocation", {"family_id": "f1"}, actor="hub"),
        "not of that field's kind": helen.op("loc:north", "allocation", {"family_id": 7}),
    }
    for op in ops.values():
        hub.exchange(helen.sender, helen.request([op]))
    found = {a.op_id: a for a in aside.listed(hub, helen.sender).asides}
    for sentence, op in ops.items():
        assert sentence in found[op.op_id].why_not
        with pytest.raises(HubError, match=sentence):
            aside.decided(hub, helen.sender, AsideAct(op.scope, op.op_id, "because"))
    assert hub_rows(hub, "select count(*) from quarantine where released is not null") == [(0,)]


def test_what_was_sealed_is_opened_by_the_hub(hub: Hub) -> None:
    from familyhub.store import sealing

    assert hub.keys is not None
    public = hub.keys.public[: sealing.PUBLIC]
    asha, sam = Device(hub, ASHA), Device(hub, SAM, "inc2")
    opened = asha.op("fam:f1", "family", {"name": "Okafor", "locality": "north"}, row_id="f1")
    hub.exchange(asha.sender, asha.request([opened]))
    op = sam.op("fam:f1", "note", {"text": LATE, "text_readers": "workers"})
    shut = sealed(op, lambda payload: sealing.seal(public, payload, sealing.OWN_ACTS))
    hub.exchange(sam.sender, sam.request([shut]))
    (one,) = aside.listed(hub, Device(hub, HELEN).sender).asides
    assert (one.text, one.entity) == (LATE, "note")


def test_the_routes_are_signed_and_answer_who_is_shut_out_nothing(still_hub: Hub) -> None:
    op_id = set_aside(still_hub)
    app, helen = create_app(still_hub), Device(still_hub, HELEN)
    assert ask(app, "POST", LIST).status_code == 401
    assert ask(app, "POST", RELEASE, b"x").status_code == 401
    listed = ask(app, "POST", LIST, b"", helen.headers("POST", LIST, b""))
    assert [a.op_id for a in unpack(listed.content, AsideList).asides] == [op_id]
    assert ask(app, "POST", RELEASE, b"x", helen.headers("POST", RELEASE, b"x")).status_code == 400
    body = pack(AsideAct("fam:f1", "nothing", "because"))
    assert ask(app, "POST", RELEASE, body, helen.headers("POST", RELEASE, body)).status_code == 409
    admin.disable_worker(still_hub, HELEN)
    for path, content in ((LIST, b""), (RELEASE, pack(AsideAct("fam:f1", op_id, "because")))):
        assert ask(app, "POST", path, content, helen.headers("POST", path, content)).status_code == 403
    mine = {r["path"]: r["open"] for r in admin.routes(still_hub) if "aside" in str(r["path"])}
    assert mine == {LIST: False, RELEASE: False}


def laptop_of(store: LaptopStore, role: str) -> Laptop:
    return Laptop(store, Who(store.worker, "Helen Marsh", role, "north"))


def test_a_laptop_sees_and_decides_while_the_hub_is_met(
    tmp_path: Path, staffed: Path, laptops: Laptops
) -> None:
    from tests.hub.conftest import _hub

    hub = _hub(tmp_path, staffed, None)
    helen = enrolled(hub, laptops.new(), HELEN)
    laptop = laptop_of(helen, "coordinator")
    sam = enrolled(hub, laptops.new(), SAM)
    open_family(enrolled(hub, asha := laptops.new(), ASHA), "f1", "Okafor")
    synced(hub, asha)
    synced(hub, helen)
    note(sam, "fam:f1", LATE)
    synced(hub, sam)
    with served(hub) as url:
        (one,) = asides.at_hub(laptop, url)
        assert (one.family, one.who, one.text) == ("Okafor", "Sam Doyle", LATE)
        with pytest.raises(Refused, match="Say why"):
            asides.release(laptop, one.scope, one.op_id, " ", url)
        with pytest.raises(HubRefused, match="nothing of that name"):
            asides.release(laptop, one.scope, "x", "because", url)
        assert asides.at_hub(laptop_of(sam, "coordinator"), url) == (), "the hub decides, not the laptop"
        assert asides.release(laptop, one.scope, one.op_id, "It is right", url) == ()
    with pytest.raises(HubUnreachable):
        asides.at_hub(laptop, url)
    hub.close()
