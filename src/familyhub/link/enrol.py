"""Enrolling this laptop with a hub: a one-time code, and a key that never leaves the laptop."""

from __future__ import annotations

import platform
from base64 import b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from familyhub.link import signing
from familyhub.link.errors import HubRefused, HubUnreachable
from familyhub.link.transport import ELSEWHERE, ENROL, checked, checked_url, http_client, unreachable
from familyhub.practice.lease import ENROLLED
from familyhub.sync.snapshot import received_text

if TYPE_CHECKING:
    from familyhub.link.in_process import HubService
    from familyhub.store.laptop import LaptopStore


class Enrolled(msgspec.Struct):
    """Whose laptop this has become."""

    device: str
    worker: str
    name: str
    role: str
    locality: str
    hub_id: str
    epoch: str
    hub_key: str = ""
    """The hub's public keys in base64; a hub of the first version has none."""


def enrol(store: LaptopStore, url: str, code: str) -> Enrolled:
    """Enrol this laptop with the hub at ``url``; raises ``LinkError`` with the sentence to show.

    Where the answer is lost on the way, the same code works again from this laptop while it lasts.
    """
    address = checked_url(url)

    def post(body: bytes) -> bytes:
        import httpx

        with http_client(address) as client:
            try:
                response = client.post(ENROL, content=body, headers={"content-type": "application/json"})
            except (httpx.TransportError, httpx.DecodingError) as error:
                raise unreachable(error) from None
            return checked(response, "application/json")

    return _enrol(store, address, code, post)


def enrol_in_process(store: LaptopStore, hub: HubService, code: str, url: str) -> Enrolled:
    """Enrol with a hub in the same process, which will be found at ``url`` once it is served."""
    return _enrol(store, url, code, hub.enrol)


def _enrol(store: LaptopStore, url: str, code: str, post: Callable[[bytes], bytes]) -> Enrolled:
    kept = store.settings()
    if kept.get("device"):
        raise HubRefused("This laptop is enrolled with a hub already.")
    if not kept.get("device_key"):
        store.set_settings({"device_key": signing.new_seed()})
        kept = store.settings()
    seed = signing.seed_of(kept["device_key"])
    body = {
        "code": code.strip(),
        "public_key": b64encode(signing.public_key(seed)).decode(),
        "proof": signing.enrolment_proof(seed, code),
        "name": platform.node()[:80],
    }
    try:
        enrolled = msgspec.json.decode(post(msgspec.json.encode(body)), type=Enrolled)
    except msgspec.MsgspecError:
        raise HubUnreachable(ELSEWHERE) from None
    store.set_settings(
        {
            "device": enrolled.device, "hub_url": url, "hub_id": enrolled.hub_id, "epoch": enrolled.epoch,
            "worker": enrolled.worker, "role": enrolled.role, "locality": enrolled.locality,
            "hub_key": enrolled.hub_key, ENROLLED: received_text(store.now_ms()),
        }
    )  # fmt: skip
    return enrolled
