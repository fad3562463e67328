"""A restricted family: the named workers hold it, for everybody else it is as if it had never been; until it is lifted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from familyhub.casework import desk as desk_page
from familyhub.casework.laptop import Laptop, Who
from familyhub.hub import admin, aside, rebuilding, restriction
from familyhub.hub.home import HubError
from familyhub.hub.load import Loaded
from familyhub.hub.service import Hub
from familyhub.store import search
from familyhub.store.laptop import LaptopStore
from familyhub.store.queries import families, family_list
from familyhub.sync.messages import AsideAct, BlobOffer, BlobWanted
from tests.hub.test_blobs import Photograph
from tests.hub.test_leaving import everything_in
from tests.hub.world import (
    ASHA,
    GRACE,
    HELEN,
    SAM,
    Device,
    Laptops,
    change,
    enrolled,
    hub_rows,
    note,
    open_family,
    rows,
    synced,
)
from tests.support.homes import files_holding

CANARY = "zqrestrictedcanary"
JOAN, NIA = "w-joan", "w-nia"
FAMILY, SCOPE, CONTACT = "f1", "fam:f1", "con:c1"
TODAY = date(2026, 5, 4)
WHY = "a relative works here"


@pytest.fixture
def desk(hub: Hub) -> None:
    """A manager and a gatekeeper."""
    admin.add_worker(hub, JOAN, "Joan Pike", "manager", "north")
    admin.add_worker(hub, NIA, "Nia Bell", "gatekeeper", "north")


def restricted(hub: Hub, *to: str) -> list[tuple[str, str]]:
    """Joan restricts the family to Asha, or to others."""
    return restriction.restrict(hub, FAMILY, JOAN, WHY, to or (ASHA,))


def lifted(hub: Hub) -> restriction.Lifted:
    return restriction.lift(hub, FAMILY, JOAN, "they have moved away")


def known(store: LaptopStore) -> list[tuple[str, str, bool]]:
    """The families that a laptop lists: (id, name, whether the file is here); both lists say the same."""
    with store.reading() as connection:
        ids = family_list.order(connection, date(2026, 3, 1))
        found = [(r.id, r.name, r.held) for r in family_list.rows(connection, ids, TODAY, store.worker)]
        listed = [(r.id, r.name, r.held) for r in families.listed(connection, TODAY, store.worker)]
    assert sorted(found) == sorted(listed)
    return sorted(found)


def found_by(store: LaptopStore, words: str) -> list[Any]:
    """What search finds on a laptop, of families and of texts."""
    with store.reading() as connection:
        terms = search.Terms()
        return [
            *families.find_families(connection, terms, words, TODAY, store.worker),
            *families.find_texts(connection, terms, words),
        ]


def holders(hub: Hub, scope: str = SCOPE) -> list[str]:
    now = hub.clock()
    query = "select worker from grant_ where scope = ? and since <= ? and (until is null or until > ?)"
    return sorted(row[0] for row in hub_rows(hub, query, (scope, now, now)))


def thin_text(hub: Hub) -> str:
    """Everything that the hub's tables say in scopes of localities."""
    tables = ("op", "quarantine", "family_index", "snapshot", "unknown_row")
    return "".join(repr(hub_rows(hub, f"select * from {t} where scope = 'loc:north'")) for t in tables)


@pytest.mark.usefixtures("desk")
def test_of_a_restricted_family_nothing_is_left_on_laptops_of_others_and_their_unsent_work_arrives(
    hub: Hub, laptops: Laptops
) -> None:
    asha, helen, sam = (enrolled(hub, laptops.new(), worker) for worker in (ASHA, HELEN, SAM))
    scope = open_family(asha, FAMILY, f"{CANARY} Bell")
    note(asha, scope, f"{CANARY} one")
    kept = open_family(helen, "f2", "Kept")
    for laptop in (asha, helen, sam):
        synced(hub, laptop)
    assert known(sam) == [("f1", f"{CANARY} Bell", False), ("f2", "Kept", False)], (
        "the locality's lines alone"
    )
    synced(hub, sam)
    note(helen, scope, f"{CANARY} unsent by Helen")
    note(asha, scope, "unsent by Asha")
    before = rows(asha, "family") + rows(asha, "person_name")
    for laptop in (helen, sam):
        assert CANARY.encode() in everything_in(laptop), "it is there before"
        assert found_by(laptop, CANARY)
    assert restricted(hub) == [(SCOPE, HELEN)]
    assert CANARY not in thin_text(hub)
    for laptop in (helen, sam):
        synced(hub, laptop)
        assert CANARY.encode() not in everything_in(laptop)
        assert found_by(laptop, CANARY) == []
    assert rows(helen, "family", "scope") == [(kept,)]
    assert known(sam) == [("f2", "Kept", False)]
    assert hub_rows(hub, "select count(*) from quarantine") == [(0,)]
    synced(hub, asha)
    synced(hub, asha)
    assert rows(asha, "family") + rows(asha, "person_name") == before
    texts = {row[0] for row in hub_rows(hub, "select text from note")}
    assert texts == {f"{CANARY} one", f"{CANARY} unsent by Helen", "unsent by Asha"}
    assert {row[0] for row in rows(asha, "note", "text")} == texts
    assert rebuilding.verify(hub) == []
    for laptop in (helen, sam):
        laptop.close()
        assert files_holding(laptop.home, [CANARY]) == []


@pytest.mark.usefixtures("desk")
def test_the_desk_of_others_neither_lists_nor_counts_it_though_its_allocation_stays(
    hub: Hub, laptops: Laptops
) -> None:
    helen, sam = enrolled(hub, laptops.new(), HELEN), enrolled(hub, laptops.new(), SAM)
    scope = open_family(helen, FAMILY, CANARY)
    with helen.work(HELEN) as work:
        work.create(scope, "episode_state", {"state": "open", "on": "2026-04-01"})
        about = {"family_id": FAMILY, "worker_id": ASHA, "role": "lead", "on": "2026-04-01"}
        work.create("loc:north", "allocation", about)
    for laptop in (helen, sam, helen):
        synced(hub, laptop)
    at_desk = Laptop(helen, Who(HELEN, "Helen Marsh", "coordinator", "north"), lambda: TODAY)
    page = desk_page.desk(at_desk)
    assert [h.family.id for h in page.held] == [FAMILY]
    assert {c.worker.id: c.families for c in page.caseloads}[ASHA] == 1
    restricted(hub)
    for laptop in (helen, sam):
        synced(hub, laptop)
    page = desk_page.desk(at_desk)
    assert (page.held, page.waiting) == ((), ())
    assert {c.worker.id: (c.families, c.worker.carried) for c in page.caseloads}[ASHA] == (0, 0)
    assert holders(hub) == [ASHA]


@pytest.mark.usefixtures("desk")
def test_others_are_answered_as_if_the_family_had_never_been(hub: Hub) -> None:
    asha, sam, grace = (Device(hub, worker, worker) for worker in (ASHA, SAM, GRACE))
    opened = asha.op(SCOPE, "family", {"name": CANARY, "locality": "north"}, row_id=FAMILY)
    hub.exchange(asha.sender, asha.request([opened]))
    photograph = Photograph(size=10, scope=SCOPE)
    hub.offer_blob(asha.sender, photograph.offer)
    hub.put_blob(asha.sender, photograph.piece(0))
    stray = Device(hub, NIA, NIA)
    hub.exchange(stray.sender, stray.request([stray.op(SCOPE, "note", {"text": CANARY})]))
    other = grace.op("fam:f9", "family", {"name": "Elsewhere", "locality": "south"}, row_id="f9")
    hub.exchange(grace.sender, grace.request([other]))
    restricted(hub)
    desk = Device(hub, HELEN, HELEN)

    def answers(scope: str, op_id: str) -> str:
        """What somebody hears who asks about a scope in every way there is."""
        said: list[Any] = []
        for device in (sam, desk):
            request = device.request([], ask=[(scope, op_id)], unseen=[scope], moved={})
            answer = hub.exchange(device.sender, request)
            said.append((answer.whole, answer.withdrawn, [f for f in answer.feeds if f.scope == scope]))
            said.append(list(hub.parts(device.sender, device.inc, [scope])))
            said.append(list(hub.snapshot(device.sender, device.inc, [scope])))
            sha, data = photograph.manifest.sha, photograph.offer
            said.append(hub.get_blob(device.sender, BlobWanted(scope, sha, 0)))
            said.append(hub.offer_blob(device.sender, BlobOffer(scope, sha, data.size, data.chunks)))
            said.append([a for a in aside.listed(hub, device.sender).asides if a.scope == scope])
            with pytest.raises(HubError) as refusal:
                aside.decided(hub, device.sender, AsideAct(scope, op_id, "because"))
            said.append(str(refusal.value))
        return repr(said).replace(scope, "SCOPE").replace(op_id, "OP")

    assert answers(SCOPE, opened.op_id) == answers("fam:f404", "0" * 32)
    assert CANARY not in answers(SCOPE, opened.op_id)

    def custody(scope: str) -> str:
        """What the receipt says to somebody who writes into a file that they never held."""
        op = sam.op(scope, "note", {"text": "guessed"})
        answer = hub.exchange(sam.sender, sam.request([op]))
        said = [(c.known, c.set_aside, c.have, c.fork) for c in answer.custody], answer.withdrawn
        return repr(said).replace(op.op_id, "OP").replace(scope, "SCOPE")

    assert custody(SCOPE) == custody("fam:f9"), "as in any file of other people"


@pytest.mark.usefixtures("desk")
def test_lifting_gives_the_family_back_with_everything_in_it_and_its_line_anew(
    hub: Hub, laptops: Laptops
) -> None:
    asha, helen, sam = (enrolled(hub, laptops.new(), worker) for worker in (ASHA, HELEN, SAM))
    scope = open_family(asha, FAMILY, "Okafor")
    note(asha, scope, "before")
    synced(hub, asha)
    admin.grant(hub, scope, SAM, "read")
    for laptop in (helen, sam):
        synced(hub, laptop)
    restricted(hub)
    for laptop in (helen, sam):
        synced(hub, laptop)
    note(asha, scope, "meanwhile")
    change(asha, (scope, "family", FAMILY), {"name": "Okafor-Bell"})
    synced(hub, asha)
    assert hub_rows(hub, "select id from family_index where removed is null") == []
    assert lifted(hub) == restriction.Lifted([(SCOPE, HELEN), (SCOPE, SAM)], [])
    for laptop in (asha, helen, sam):
        synced(hub, laptop)
        assert known(laptop) == [("f1", "Okafor-Bell", True)], "once, though its line has another name now"
        assert {row[0] for row in rows(laptop, "note", "text")} == {"before", "meanwhile"}
        assert rows(laptop, "family_index where removed is null", "id, name") == [("f1~2", "Okafor-Bell")]
    modes = hub_rows(hub, "select worker, role, mode from grant_ where scope = ? order by worker", (scope,))
    assert modes == [
        (ASHA, "author", "write"),
        (HELEN, "coordinator", "write"),
        (SAM, "given", "read"),
    ]
    restricted(hub)
    lifted(hub)
    lena = enrolled(hub, laptops.new(), JOAN)
    synced(hub, lena)
    assert known(lena) == [("f1", "Okafor-Bell", False)]
    assert [(f.kind, f.family_id) for f in found_by(lena, "okafor")[1:]] == [("family_index", "f1")]
    assert rows(lena, "family_index where removed is null", "id") == [("f1~3",)]
    assert rebuilding.verify(hub) == []


def test_who_was_disabled_or_moved_or_whose_cover_ended_is_not_given_it_back(
    still_hub: Hub, now: Any
) -> None:
    hub = still_hub
    admin.add_worker(hub, JOAN, "Joan", "manager", "north")
    device = Device(hub, ASHA)
    op = device.op(SCOPE, "family", {"name": "Okafor", "locality": "north"}, row_id=FAMILY)
    hub.exchange(device.sender, device.request([op]))
    for worker in ("w-moves", "w-leaves", "w-stays"):
        admin.add_worker(hub, worker, worker, "worker", "north")
        admin.grant(hub, SCOPE, worker)
    admin.grant(hub, SCOPE, SAM, "write", None, "2026-09-22")
    admin.grant(hub, SCOPE, GRACE, "write", "2026-09-23", "2026-12-24")
    restricted(hub)
    now.pass_by(5 * 24 * 60 * 60)
    admin.add_worker(hub, "w-moves", "w-moves", "worker", "south")
    admin.disable_worker(hub, "w-leaves")
    back = lifted(hub)
    assert [worker for _, worker in back.given] == [GRACE, HELEN, "w-stays"]
    assert {n.worker: n.why for n in back.not_given} == {
        SAM: "the cover has ended meanwhile",
        "w-leaves": "this worker is disabled",
        "w-moves": "this worker has moved to another locality",
    }
    assert holders(hub) == [ASHA, GRACE, HELEN, "w-stays"]
    now.pass_by(100 * 24 * 60 * 60)
    assert holders(hub) == [ASHA, HELEN, "w-stays"], "a cover that was given back still ends by itself"


@pytest.mark.usefixtures("desk")
def test_nothing_gives_a_restricted_family_by_itself(hub: Hub) -> None:
    asha, helen, sam = (Device(hub, worker, worker) for worker in (ASHA, HELEN, SAM))
    op = asha.op(SCOPE, "family", {"name": CANARY, "locality": "north"}, row_id=FAMILY)
    hub.exchange(asha.sender, asha.request([op]))
    restricted(hub)
    admin.add_worker(hub, "w-new", "New", "coordinator", "north")
    given = {"family_id": FAMILY, "worker_id": SAM, "from_on": "2026-05-04"}
    hub.exchange(helen.sender, helen.request([helen.op("loc:north", "allocation", given)]))
    sam_writes = sam.op(SCOPE, "note", {"text": "mine"})
    hub.exchange(sam.sender, sam.request([sam_writes]))
    assert hub.load([Loaded(SCOPE, "note", "n1", {"text": "loaded"}, HELEN, 1 << 20)]) == 1
    admin.release(hub, SCOPE, sam_writes.op_id)
    with pytest.raises(HubError, match="restricted family: nothing was given"):
        admin.grant(hub, SCOPE, SAM)
    assert holders(hub) == [ASHA]
    moved = asha.op(SCOPE, "family", {"locality": "south"}, row_id=FAMILY, kind="change")
    hub.exchange(asha.sender, asha.request([moved]))
    rebuilding.rebuild(hub, whole=True)
    assert hub_rows(hub, "select id from family_index where removed is null") == []
    assert CANARY not in thin_text(hub)
    admin.grant(hub, SCOPE, SAM, restricted=True)
    assert holders(hub) == [ASHA, SAM]
    lifted(hub)
    assert hub_rows(hub, "select scope, id from family_index where removed is null") == [("loc:south", "f1")]


@pytest.mark.usefixtures("desk")
def test_contacts_that_led_to_it_belong_to_its_holders_and_the_gatekeepers(hub: Hub) -> None:
    asha, helen, nia = (Device(hub, worker, worker) for worker in (ASHA, HELEN, NIA))
    opened = asha.op(SCOPE, "family", {"name": "Okafor", "locality": "north"}, row_id=FAMILY)
    hub.exchange(asha.sender, asha.request([opened]))
    about = {"received_at": "2026-05-04T10:00:00Z"}
    first = helen.op(CONTACT, "contact", {**about, "family_id": FAMILY}, row_id="c1")
    hub.exchange(helen.sender, helen.request([first]))
    admin.grant(hub, CONTACT, NIA)
    assert holders(hub, CONTACT) == [ASHA, HELEN, JOAN, NIA]
    restricted(hub)
    assert holders(hub, CONTACT) == [ASHA, NIA]
    later = nia.op("con:c2", "contact", about, row_id="c2")
    hub.exchange(nia.sender, nia.request([later]))
    assert holders(hub, "con:c2") == [HELEN, JOAN, NIA]
    linked = nia.op("con:c2", "contact", {"family_id": FAMILY}, row_id="c2", kind="change")
    hub.exchange(nia.sender, nia.request([linked]))
    assert holders(hub, "con:c2") == [ASHA, NIA]
    with pytest.raises(HubError, match="restricted family"):
        admin.grant(hub, CONTACT, HELEN)
    lifted(hub)
    assert holders(hub, CONTACT) == holders(hub, "con:c2") == [ASHA, HELEN, JOAN, NIA]


@pytest.mark.usefixtures("desk")
def test_what_cannot_be_restricted_is_refused_in_a_sentence_and_changes_nothing(hub: Hub) -> None:
    asha = Device(hub, ASHA)
    opened = asha.op(SCOPE, "family", {"name": "Okafor", "locality": "north"}, row_id=FAMILY)
    hub.exchange(asha.sender, asha.request([opened]))
    admin.add_worker(hub, "w-ana", "Ana", "analyst", "north")
    before = hub_rows(hub, "select * from grant_ order by scope, worker")
    for family, by, why, to, sentence in (
        ("f404", JOAN, WHY, [ASHA], "no family f404"),
        ("no such", JOAN, WHY, [ASHA], "not the id of a family"),
        (FAMILY, HELEN, WHY, [ASHA], "may not decide about restricting"),
        (FAMILY, "nobody", WHY, [ASHA], "may not decide about restricting"),
        (FAMILY, JOAN, " ", [ASHA], "Why"),
        (FAMILY, JOAN, WHY, [], "at least one worker"),
        (FAMILY, JOAN, WHY, [ASHA, "w-x"], "no worker w-x"),
        (FAMILY, JOAN, WHY, ["w-ana", NIA], "may write in the family's file"),
    ):
        with pytest.raises(HubError, match=sentence):
            restriction.restrict(hub, family, by, why, to)
    with pytest.raises(HubError, match="is not restricted"):
        lifted(hub)
    assert hub_rows(hub, "select * from grant_ order by scope, worker") == before
    assert restriction.families(hub) == []
    restricted(hub, ASHA, JOAN)
    with pytest.raises(HubError, match="restricted already"):
        restricted(hub)
    with pytest.raises(HubError, match="Why"):
        restriction.lift(hub, FAMILY, JOAN, "")
    with pytest.raises(HubError, match="may not decide"):
        restriction.lift(hub, FAMILY, ASHA, WHY)
    (one,) = restriction.families(hub)
    assert (one.family, one.by, one.reason) == (FAMILY, JOAN, WHY)
    assert [(h.worker, h.role, h.mode) for h in one.holders] == [
        (ASHA, "author", "write"),
        (JOAN, "named", "write"),
    ]
