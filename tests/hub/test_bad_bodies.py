"""Bodies that no laptop of ours sends: each ends in custody or in a sentence, never in an error or a stuck outbox."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime

import httpx
import pytest
import zstandard
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from familyhub.hub.app import create_app
from familyhub.hub.door import NOT_LET_IN
from familyhub.hub.service import Hub
from familyhub.sync import clock
from familyhub.sync.clock import AHEAD_MS, COUNTER_BITS
from familyhub.sync.messages import Answer, Batch, Custody, Frame, Request, pack, unpack
from familyhub.sync.ops import pack_payload
from tests.hub.world import (
    ASHA,
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
    synced,
)

SYNC, FAMILY = "/sync/v1", "fam:f1"
IN_2031 = int(datetime(2031, 1, 1, tzinfo=UTC).timestamp() * 1000)
few = settings(
    max_examples=40, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


def posted(app: FastAPI, device: Device, body: bytes, encoding: str = "") -> httpx.Response:
    headers = {**device.headers("POST", SYNC, body), "content-encoding": encoding}
    return ask(app, "POST", SYNC, body, headers)


def pushed(app: FastAPI, device: Device, request: Request) -> list[Custody]:
    """The receipts for a request that is answered."""
    response = posted(app, device, pack(request))
    assert response.status_code == 200, response.text
    return unpack(response.content, Answer).custody


def refused_in_a_sentence(response: httpx.Response) -> bool:
    """Whether a request was refused as it should be: what is wrong is the sender's, and it is said in words."""
    assert response.status_code < 500
    if response.status_code == 200:
        return False
    assert response.status_code in (400, 413)
    sentence = response.json()["detail"]
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    return True


def held(hub: Hub) -> list[str]:
    """The ids of everything of laptops that is in custody, each as often as it is there."""
    both = "select op_id from op where inc <> 'hub' union all select op_id from quarantine"
    return sorted(row[0] for row in hub_rows(hub, both))


def goes_on(hub: Hub, app: FastAPI, device: Device) -> None:
    """The device's next good act in each scope is taken: whatever came before, nothing is stuck."""
    with hub.reading() as sql:
        query = "select coalesce(max(dseq), 0) from ({}) as known where scope = ? and inc = ?"
        tables = " union all ".join(
            f"select scope, inc, dseq from {t}" for t in ("op", "quarantine", "alias")
        )
        device.labels[FAMILY] = sql.first(query.format(tables), (FAMILY, device.inc))[0]
    good = device.op(FAMILY, "note", {"text": "And on it goes"})
    (custody,) = pushed(app, device, device.request([good]))
    assert (custody.known, custody.fork, custody.set_aside) == (good.dseq, False, [])
    assert held(hub).count(good.op_id) == 1


@few
@given(body=st.binary(max_size=300), encoding=st.sampled_from(["", "zstd", "gzip", "br"]))
def test_random_bytes_are_refused_in_a_sentence_and_nothing_of_them_is_taken(
    hub: Hub, body: bytes, encoding: str
) -> None:
    before = held(hub)
    app = create_app(hub)
    assert refused_in_a_sentence(posted(app, Device(hub, ASHA, os.urandom(8).hex()), body, encoding))
    assert held(hub) == before


@few
@given(at=st.integers(min_value=0), encoding=st.sampled_from(["", "zstd", "gzip"]))
def test_a_body_that_was_cut_is_refused_and_nothing_of_it_is_taken(hub: Hub, at: int, encoding: str) -> None:
    before = held(hub)
    app, device = create_app(hub), Device(hub, ASHA, os.urandom(8).hex())
    plain = pack(device.request([device.op(FAMILY, "note", {"text": str(n) * 40}) for n in range(9)]))
    whole = {"": plain, "zstd": zstandard.compress(plain), "gzip": gzip.compress(plain)}[encoding]
    assert refused_in_a_sentence(posted(app, device, whole[: at % len(whole)], encoding))
    assert held(hub) == before
    goes_on(hub, app, device)


ANY_BYTE = st.tuples(st.integers(min_value=0), st.integers(0, 255))


@few
@given(other=st.none() | st.binary(max_size=80), changes=st.lists(ANY_BYTE, max_size=4))
def test_a_payload_of_any_bytes_is_taken_into_custody_and_stops_nothing(
    hub: Hub, other: bytes | None, changes: list[tuple[int, int]]
) -> None:
    app, device = create_app(hub), Device(hub, ASHA, os.urandom(8).hex())
    good = pack_payload(device.op(FAMILY, "note", {"text": "Went round at four."}))
    payload = bytearray(good if other is None else other)
    for place, byte in changes if payload else ():
        payload[place % len(payload)] = byte
    frame = Frame(os.urandom(16).hex(), 1, bytes(payload))
    request = device.request([], push=[Batch(FAMILY, device.inc, [frame])], own={FAMILY: 1})
    (custody,) = pushed(app, device, request)
    assert custody.known == 1
    assert all(op_id == frame.op_id and reason for op_id, reason in custody.set_aside)
    assert held(hub).count(frame.op_id) == 1
    goes_on(hub, app, device)


def test_a_push_that_is_replayed_is_not_let_in_and_is_taken_once(hub: Hub) -> None:
    app, device = create_app(hub), Device(hub, ASHA)
    body = pack(device.request([device.op(FAMILY, "note", {"text": "Once"})]))
    headers = device.headers("POST", SYNC, body)
    assert ask(app, "POST", SYNC, body, headers).status_code == 200
    again = ask(app, "POST", SYNC, body, headers)
    assert (again.status_code, again.json()) == (401, {"detail": NOT_LET_IN})
    assert len(held(hub)) == 1
    goes_on(hub, app, device)


@pytest.mark.parametrize("label", [0, -1, -(2**63), 2**62, 2**63 - 1, 2**63, 2**64 - 1])
def test_a_label_that_is_none_is_refused_in_a_sentence(hub: Hub, label: int) -> None:
    app, device = create_app(hub), Device(hub, ASHA)
    op = device.op(FAMILY, "note", {"text": "x"})
    frames = [Frame(op.op_id, label, pack_payload(op))]
    request = device.request([], push=[Batch(FAMILY, device.inc, frames)], own={FAMILY: 1})
    assert refused_in_a_sentence(posted(app, device, pack(request)))
    assert held(hub) == []
    goes_on(hub, app, device)


@pytest.mark.parametrize("label", [3, 10**9, 2**62 - 1])
def test_labels_far_ahead_are_not_taken_and_the_one_that_is_wanted_is_named(hub: Hub, label: int) -> None:
    app, device = create_app(hub), Device(hub, ASHA)
    first = device.op(FAMILY, "note", {"text": "x"})
    ahead = device.op(FAMILY, "note", {"text": "y"}, dseq=label)
    beside = device.op("fam:f2", "note", {"text": "z"})
    device.labels[FAMILY] = label
    mine, other = pushed(app, device, device.request([first, ahead, beside]))
    assert (mine.known, mine.fork, other.known) == (1, False, 1)
    assert held(hub) == sorted([first.op_id, beside.op_id])
    goes_on(hub, app, device)


def test_acts_out_of_order_are_logged_in_the_order_of_their_labels(hub: Hub) -> None:
    app, device = create_app(hub), Device(hub, ASHA)
    ops = [device.op(FAMILY, "note", {"text": str(n)}) for n in range(6)]
    (custody,) = pushed(app, device, device.request([ops[n] for n in (3, 0, 5, 1, 4, 2)]))
    assert custody.known == 6
    logged = hub_rows(hub, "select op_id from op where scope = ? order by seq", (FAMILY,))
    assert logged == [(op.op_id,) for op in ops]
    goes_on(hub, app, device)


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("turned", [False, True])
def test_two_acts_under_one_label_are_a_fork_and_neither_is_said_to_be_held(
    hub: Hub, known: bool, turned: bool
) -> None:
    app, device = create_app(hub), Device(hub, ASHA)
    ops = [device.op(FAMILY, "note", {"text": str(n)}, dseq=1) for n in range(2)]
    device.labels[FAMILY] = 1
    if known:
        pushed(app, device, device.request(ops[:1]))
    (custody,) = pushed(app, device, device.request(ops[::-1] if turned else ops))
    assert custody.fork
    assert held(hub) == [op.op_id for op in ops[:1] if known]
    goes_on(hub, app, device)


def test_one_act_under_two_labels_of_a_batch_is_taken_once(hub: Hub) -> None:
    app, device = create_app(hub), Device(hub, ASHA)
    op = device.op(FAMILY, "note", {"text": "x"})
    frames = [Frame(op.op_id, label, pack_payload(op)) for label in (1, 1, 2)]
    request = device.request([], push=[Batch(FAMILY, device.inc, frames)], own={FAMILY: 2})
    for _ in range(2):
        (custody,) = pushed(app, device, request)
        assert (custody.known, custody.fork) == (2, False)
    assert held(hub) == [op.op_id]
    goes_on(hub, app, device)


def test_what_this_hub_does_not_know_yet_or_may_not_take_is_in_custody_all_the_same(hub: Hub) -> None:
    app, device, sam = create_app(hub), Device(hub, ASHA), Device(hub, SAM, "sams")
    theirs = sam.op("fam:sams", "family", {"name": "Bell", "locality": "north"}, row_id="sams")
    pushed(app, sam, sam.request([theirs]))
    strange = [
        device.op(FAMILY, "note", {"text": "From a newer laptop", "mood": ["calm"]}, sv=99),
        device.op(FAMILY, "household_robot", {"serial": 7}),
        device.op(FAMILY, "household_robot", {"nested": {"a": [1, {"b": None}]}}, sv=99),
        device.op(FAMILY, "note", {"text": "Written in 2031"}, hlc=clock.tick(IN_2031, 0)),
        device.op(FAMILY, "note", {"text": "Written in 1970"}, hlc=0),
        device.op(FAMILY, "note", {"text": "x"}, sv=-1),
        device.op("fam:sams", "note", {"text": "Not mine to write"}),
        device.op("gate", "note", {"text": "Not mine either"}),
        device.op("nowhere", "note", {"text": "There is no such place"}),
    ]  # fmt: skip
    receipts = pushed(app, device, device.request(strange))
    aside = {op_id: reason for custody in receipts for op_id, reason in custody.set_aside}
    logged = {row[0] for row in hub_rows(hub, "select op_id from op where inc = ?", (device.inc,))}
    assert held(hub) == sorted([theirs.op_id, *(op.op_id for op in strange)])
    assert aside.keys().isdisjoint(logged)
    assert {op.op_id for op in strange[:5]} <= logged
    assert {op.op_id for op in strange[6:]} <= aside.keys()
    assert all(reason and "\n" not in reason for reason in aside.values())
    latest = max(row[0] for row in hub_rows(hub, "select hlc from op"))
    assert latest >> COUNTER_BITS <= hub.clock() + AHEAD_MS
    goes_on(hub, app, device)


def test_a_laptop_whose_clock_is_in_2031_is_heard_and_puts_nobodys_clock_ahead(
    hub: Hub, laptops: Laptops
) -> None:
    asha, helen = enrolled(hub, laptops.new(), ASHA), enrolled(hub, laptops.new(), HELEN)
    scope = open_family(asha, "f1", "Okafor")
    synced(hub, asha)
    asha.now_ms = lambda: IN_2031
    written = note(asha, scope, "Written in 2031")
    report = synced(hub, asha)
    assert (report.sent, report.set_aside) == (1, 0)
    synced(hub, helen)
    assert rows(helen, "note", "id, text") == [(written, "Written in 2031")]
    with helen.changing() as copy:
        assert clock.milliseconds(copy.clock()) <= hub.clock() + AHEAD_MS
    with asha.reading() as connection:
        waits = connection.exec_driver_sql("select count(*) from outbox where state <> 'done'").scalar_one()
    assert waits == 0
