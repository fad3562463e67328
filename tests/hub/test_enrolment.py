from __future__ import annotations

import threading
from base64 import b64encode

import msgspec
import pytest

from familyhub.hub import admin
from familyhub.hub.app import create_app
from familyhub.hub.enrolment import ALPHABET, ASK_AGAIN, LENGTH
from familyhub.hub.home import HubError
from familyhub.hub.service import Hub
from familyhub.link import signing
from tests.hub.world import ASHA, FakeClock, ask, hub_rows


def body_of(code: str, seed: bytes = bytes(32), **changes: str) -> bytes:
    values = {
        "code": code, "public_key": b64encode(signing.public_key(seed)).decode(),
        "proof": signing.enrolment_proof(seed, code), "name": "laptop",
    }  # fmt: skip
    return msgspec.json.encode({**values, **changes})


def test_a_code_enrols_one_laptop_once(still_hub: Hub) -> None:
    app, code = create_app(still_hub), admin.code(still_hub, ASHA)
    first = ask(app, "POST", "/enrol", body_of(code))
    assert first.status_code == 200
    assert {k: first.json()[k] for k in ("worker", "role", "locality", "hub_id", "epoch")} == {
        "worker": ASHA, "role": "worker", "locality": "north", "hub_id": "the-hub", "epoch": "one",
    }  # fmt: skip
    other = ask(app, "POST", "/enrol", body_of(code, b"x" * 32))
    assert (other.status_code, other.json()) == (403, {"detail": ASK_AGAIN})
    again = ask(app, "POST", "/enrol", body_of(code.lower().replace("-", " ")))
    assert again.json() == first.json()
    assert hub_rows(still_hub, "select count(*) from device") == [(1,)]


def test_wrong_used_and_expired_codes_are_told_apart_by_nobody(still_hub: Hub, now: FakeClock) -> None:
    app, code = create_app(still_hub), admin.code(still_hub, ASHA)
    now.pass_by(601)
    expired = ask(app, "POST", "/enrol", body_of(code))
    wrong = ask(app, "POST", "/enrol", body_of("AAAA-BBBB-CCCC-DDDD"))
    assert expired.json() == wrong.json() == {"detail": ASK_AGAIN}
    assert hub_rows(still_hub, "select count(*) from device") == [(0,)]


def test_a_code_lies_nowhere_in_clear_and_cannot_be_guessed(hub: Hub) -> None:
    codes = {admin.code(hub, ASHA) for _ in range(50)}
    assert len(codes) == 50
    assert len(ALPHABET) ** LENGTH >= 2**73
    assert not set(ALPHABET) & set("01IO")
    kept = str(hub_rows(hub, "select * from enrolment_code"))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_guessing_ends_with_429_and_goes_on_later(still_hub: Hub, now: FakeClock) -> None:
    app, code = create_app(still_hub), admin.code(still_hub, ASHA)
    statuses = [ask(app, "POST", "/enrol", body_of(f"AAAA-BBBB-CCCC-{n:04}")).status_code for n in range(12)]
    assert statuses == [403] * 10 + [429] * 2
    assert ask(app, "POST", "/enrol", body_of(code)).status_code == 429
    now.pass_by(301)
    assert ask(app, "POST", "/enrol", body_of(code)).status_code == 200


def test_the_key_must_be_the_laptops_own(still_hub: Hub) -> None:
    app, code = create_app(still_hub), admin.code(still_hub, ASHA)
    stolen = body_of(code, public_key=b64encode(signing.public_key(b"y" * 32)).decode())
    for body in (stolen, body_of(code, proof="x"), body_of(code, public_key="AAAA"), b"{}", b"\xff"):
        assert ask(app, "POST", "/enrol", body).status_code == 400
    assert ask(app, "POST", "/enrol", body_of(code)).status_code == 200


def test_of_many_laptops_at_once_one_gets_the_code(hub: Hub) -> None:
    code, enrolled, refused = admin.code(hub, ASHA), [], []
    gate = threading.Barrier(8)

    def attempt(n: int) -> None:
        body = body_of(code, bytes([n]) * 32)
        gate.wait()
        try:
            enrolled.append(hub.enrol(body))
        except HubError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=attempt, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(enrolled) == 1
    assert refused == [ASK_AGAIN] * 7
    assert hub_rows(hub, "select count(*) from device") == [(1,)]


def test_a_disabled_or_unknown_worker_gets_no_code(hub: Hub) -> None:
    code = admin.code(hub, ASHA)
    admin.disable_worker(hub, ASHA)
    assert ask(create_app(hub), "POST", "/enrol", body_of(code)).status_code == 403
    for worker in (ASHA, "w-nobody"):
        with pytest.raises(HubError):
            admin.code(hub, worker)
