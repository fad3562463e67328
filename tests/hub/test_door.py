"""Who is let in over HTTP, what a body may be, and that nothing wrong becomes an error of the hub's."""

from __future__ import annotations

import gzip
import logging
import random
import tracemalloc

import pytest
import zstandard

from familyhub.hub import admin
from familyhub.hub.app import OPEN, RAW, create_app, routes
from familyhub.hub.door import HUB_TIME, NOT_LET_IN
from familyhub.hub.service import Hub
from familyhub.sync.messages import Answer, Request, pack, unpack
from tests.hub.world import ASHA, NO_VECTOR, Device, FakeClock, ask, hub_rows

SYNC = "/sync/v1"


def nothing_new(device: Device) -> bytes:
    return pack(Request(device.inc, NO_VECTOR))


def test_a_signed_request_is_let_in(still_hub: Hub) -> None:
    device, app = Device(still_hub, ASHA), create_app(still_hub)
    body = nothing_new(device)
    response = ask(app, "POST", SYNC, body, device.headers("POST", SYNC, body))
    assert response.status_code == 200
    assert unpack(response.content, Answer).epoch == "one"


def test_whatever_is_wrong_with_a_request_the_answer_is_in_the_same_words(
    still_hub: Hub, now: FakeClock
) -> None:
    device, app = Device(still_hub, ASHA), create_app(still_hub)
    stranger = Device(still_hub, ASHA)
    with still_hub.begin() as tx:
        tx.sql.run("delete from device where id = ?", (stranger.id,))
        tx.finish()
    now.pass_by(600)
    body = nothing_new(device)
    good = device.headers("POST", SYNC, body)
    assert ask(app, "POST", SYNC, body, good).status_code == 200
    skewed = [device.headers("POST", SYNC, body, now() + ms) for ms in (-301_000, 301_000)]
    other = Device(still_hub, ASHA)
    attempts = {
        "unsigned": ask(app, "POST", SYNC, body),
        "replayed": ask(app, "POST", SYNC, body, good),
        "body": ask(app, "POST", SYNC, body + b"x", device.headers("POST", SYNC, body)),
        "path": ask(app, "POST", SYNC + "/snapshot", body, device.headers("POST", SYNC, body)),
        "method": ask(app, "POST", SYNC, body, device.headers("GET", SYNC, body)),
        "query": ask(app, "POST", SYNC + "?all=1", body, device.headers("POST", SYNC, body)),
        "past": ask(app, "POST", SYNC, body, skewed[0]),
        "ahead": ask(app, "POST", SYNC, body, skewed[1]),
        "other key": ask(
            app, "POST", SYNC, body, {**other.headers("POST", SYNC, body), "familyhub-device": device.id}
        ),
        "time changed": ask(
            app, "POST", SYNC, body, {**device.headers("POST", SYNC, body), "familyhub-time": str(now() - 1)}
        ),
        "no device": ask(app, "POST", SYNC, body, stranger.headers("POST", SYNC, body)),
        "junk": ask(app, "POST", SYNC, body, {**good, "familyhub-signature": "%%%"}),
        "empty": ask(app, "POST", SYNC, body, {**good, "familyhub-nonce": ""}),
    }
    assert {name: (r.status_code, r.json()) for name, r in attempts.items()} == dict.fromkeys(
        attempts, (401, {"detail": NOT_LET_IN})
    )
    assert {r.headers[HUB_TIME] for r in attempts.values()} == {str(now())}


def test_a_request_from_before_the_hub_began_is_not_let_in(still_hub: Hub, now: FakeClock) -> None:
    device = Device(still_hub, ASHA)
    body = nothing_new(device)
    headers = device.headers("POST", SYNC, body)
    assert ask(create_app(still_hub), "POST", SYNC, body, headers).status_code == 200
    now.pass_by(10)
    assert ask(create_app(still_hub), "POST", SYNC, body, headers).status_code == 401


def test_only_health_and_enrolment_are_open(hub: Hub) -> None:
    app = create_app(hub)
    found = routes(app)
    assert {r["path"] for r in found if r["open"]} == OPEN == {"/health", "/enrol"}
    more = ("/blob", "/blob/put", "/blob/get", "/parts", "/snapshot", "/aside", "/aside/release")
    assert {r["path"] for r in found} == {"/health", "/enrol", SYNC, *(SYNC + end for end in more)}
    for route in found:
        response = ask(app, str(route["method"]), str(route["path"]))
        assert (response.status_code == 401) != route["open"]
    for path in ("/docs", "/redoc", "/openapi.json", "/"):
        assert ask(app, "GET", path).status_code == 404
    assert admin.routes(hub) == found


@pytest.mark.parametrize("who", ["worker", "device"])
def test_somebody_shut_out_is_heard_into_quarantine_and_told_nothing(hub: Hub, who: str) -> None:
    app, device = create_app(hub), Device(hub, ASHA)
    op = device.op("fam:f1", "family", {"name": "Okafor"}, row_id="f1")
    body = pack(device.request([op]))
    assert ask(app, "POST", SYNC, body, device.headers("POST", SYNC, body)).status_code == 200
    if who == "worker":
        admin.disable_worker(hub, ASHA)
    else:
        admin.revoke_device(hub, device.id)
    late = device.op("fam:f1", "note", {"text": "Written before I knew"})
    body = pack(device.request([late]))
    answer = unpack(ask(app, "POST", SYNC, body, device.headers("POST", SYNC, body)).content, Answer)
    assert [op_id for op_id, _ in answer.custody[0].set_aside] == [late.op_id]
    assert (answer.feeds, answer.snapshot, answer.whole) == ([], [], [])
    assert hub_rows(hub, "select op_id from quarantine") == [(late.op_id,)]
    body = nothing_new(device)
    refused = ask(app, "POST", SYNC, body, device.headers("POST", SYNC, body))
    body = pack({"inc": "inc1", "scopes": ["fam:f1"]})
    snapshot = ask(app, "POST", SYNC + "/snapshot", body, device.headers("POST", SYNC + "/snapshot", body))
    assert (refused.status_code, snapshot.status_code) == (403, 403)
    admin.release(hub, "fam:f1", late.op_id)
    assert hub_rows(hub, "select text from note") == [("Written before I knew",)]


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_a_bomb_is_refused_before_it_unfolds(hub: Hub, encoding: str) -> None:
    app, device = create_app(hub), Device(hub, ASHA)
    plain = bytes(150 << 20)
    bomb = zstandard.compress(plain) if encoding == "zstd" else gzip.compress(plain, 1)
    del plain
    headers = device.headers("POST", SYNC, bomb)
    tracemalloc.start()
    response = ask(app, "POST", SYNC, bomb, {**headers, "content-encoding": encoding})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert response.status_code == 413
    assert most < 64 << 20


def test_a_body_that_is_too_large_is_refused(hub: Hub) -> None:
    app, device = create_app(hub), Device(hub, ASHA)
    body = bytes((4 << 20) + 1)
    assert ask(app, "POST", SYNC, body, device.headers("POST", SYNC, body)).status_code == 413
    assert ask(app, "POST", "/enrol", body).status_code == 413


@pytest.mark.parametrize("encoding", ["zstd", "gzip", "identity"])
def test_an_answer_comes_in_the_encoding_that_was_asked_for(hub: Hub, encoding: str) -> None:
    app, device = create_app(hub), Device(hub, ASHA, "inc1")
    body = pack(
        device.request([device.op("fam:f1", "note", {"text": "Went round. " * 99}) for _ in range(20)])
    )
    assert ask(app, "POST", SYNC, body, device.headers("POST", SYNC, body)).status_code == 200
    other = Device(hub, ASHA, "inc2")
    body = nothing_new(other)
    headers = {**other.headers("POST", SYNC, body), "accept-encoding": encoding}
    response = ask(app, "POST", SYNC, body, headers)
    assert response.headers.get("content-encoding", "identity") == encoding
    assert len(unpack(response.content, Answer).feeds[0].records) == 20


def test_random_and_cut_bodies_are_refused_and_acknowledge_nothing(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    app, device, dice = create_app(hub), Device(hub, ASHA), random.Random(7)
    canary = "Zebedee-canary"
    whole = pack(device.request([device.op("fam:f1", "note", {"text": canary}) for _ in range(3)]))
    bodies = [dice.randbytes(dice.randrange(200)) for _ in range(40)]
    bodies += [whole[: dice.randrange(len(whole))] for _ in range(40)]
    bodies += [_altered(whole, dice) for _ in range(60)]
    bodies += [pack(x) for x in ({}, [], None, {"inc": "i"}, {"inc": 1, "digest": NO_VECTOR}, "x")]
    bodies += [b"\x81" * 20_000, b"\x91" * 20_000]
    statuses = []
    with caplog.at_level(logging.DEBUG):
        for body in bodies:
            for path in (
                SYNC,
                SYNC + "/snapshot",
                SYNC + "/blob",
                SYNC + "/blob/put",
                SYNC + "/blob/get",
                "/enrol",
            ):
                headers = {
                    **device.headers("POST", path, body),
                    "content-encoding": dice.choice(["", "zstd", "gzip"]),
                }
                response = ask(app, "POST", path, body, headers)
                statuses.append(response.status_code)
                if response.status_code == 400:
                    assert set(response.json()) == {"detail"}
    assert set(statuses) <= {200, 400, 413, 429}
    assert canary not in caplog.text
    logged = hub_rows(hub, "select count(*) from op where inc = 'inc1'")[0][0]
    aside = hub_rows(hub, "select count(*) from quarantine")[0][0]
    assert logged + aside <= 3 + 60


def _altered(body: bytes, dice: random.Random) -> bytes:
    out = bytearray(body)
    for _ in range(dice.randrange(1, 4)):
        out[dice.randrange(len(out))] = dice.randrange(256)
    return bytes(out)


def test_labels_that_cannot_be_kept_are_refused_whole(hub: Hub) -> None:
    app, device = create_app(hub), Device(hub, ASHA)
    changes: tuple[dict[str, object], ...] = (
        {"inc": "a\0b"}, {"inc": ""}, {"inc": "x" * 100}, {"digest": "z"}, {"moved": {"fam:f\0": 1}},
        {"moved": {"fam:f1": -1}}, {"moved": {"fam:f1": 2**64 - 1}}, {"own": {"fam:f1": 2**63}},
        {"ask": [("fam:f1", "\0")]}, {"v": 2},
    )  # fmt: skip
    for change in changes:
        body = pack(device.request([device.op("fam:f1", "note", {"text": "x"})], **change))
        assert ask(app, "POST", SYNC, body, device.headers("POST", SYNC, body)).status_code == 400
    assert hub_rows(hub, "select count(*) from op where inc = 'inc1'") == [(0,)]


def test_a_body_that_nobody_can_read_is_kept_once_when_a_laptop_asks_for_it(hub: Hub) -> None:
    app, device = create_app(hub), Device(hub, ASHA)
    raw = b"\xc1 not to be read"
    for _ in range(2):
        headers = {**device.headers("POST", SYNC, raw), RAW: "op1"}
        answer = unpack(ask(app, "POST", SYNC, raw, headers).content, Answer)
        assert [op_id for op_id, _ in answer.custody[0].set_aside] == ["op1"]
    assert hub_rows(hub, "select op_id, payload from quarantine") == [("op1", raw)]
    assert [a.entity for a in admin.quarantine(hub)] == [""]


def test_a_failure_inside_is_answered_in_a_sentence_and_logged_without_records(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    app, device = create_app(hub), Device(hub, ASHA)
    canary = "Zebedee-canary"
    with hub.begin() as tx:
        tx.sql.run("drop table quarantine")
        tx.finish()
    body = pack(device.request([device.op("fam:f1", "note", {"text": canary})]))
    with caplog.at_level(logging.DEBUG):
        response = ask(app, "POST", SYNC, body, device.headers("POST", SYNC, body))
    assert response.status_code == 503
    assert set(response.json()) == {"detail"}
    assert "failed" in caplog.text
    assert canary not in caplog.text
    assert "quarantine" not in caplog.text
