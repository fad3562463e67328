"""Every route of the hub's OpenAPI with bodies that its messages may hold, and with such as they may not: never a 500."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from typing import Any

import msgspec
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from familyhub.hub.app import create_app
from familyhub.hub.enrolment import EnrolRequest
from familyhub.hub.service import Hub
from familyhub.sync.messages import AsideAct, BlobOffer, BlobPiece, BlobWanted, Request, SnapshotRequest
from tests.hub.test_bad_bodies import FAMILY, goes_on
from tests.hub.world import ASHA, Device, ask

TAKEN: dict[str, type[msgspec.Struct] | None] = {
    "/enrol": EnrolRequest,
    "/health": None,
    "/sync/v1": Request,
    "/sync/v1/snapshot": SnapshotRequest,
    "/sync/v1/parts": SnapshotRequest,
    "/sync/v1/blob": BlobOffer,
    "/sync/v1/blob/put": BlobPiece,
    "/sync/v1/blob/get": BlobWanted,
    "/sync/v1/aside": None,
    "/sync/v1/aside/release": AsideAct,
}
"""What each route takes; the hub reads bodies itself, so that its OpenAPI names the routes alone."""
NAMES = [
    FAMILY,
    "fam:f2",
    "con:c1",
    "loc:north",
    "loc:south",
    "ref",
    "gate",
    f"me:{ASHA}",
    "addr:p",
    "nowhere",
]
TEXT = {"type": "string", "anyOf": [{"enum": NAMES}, {"pattern": "^[!-~]{1,40}$"}]}
FAR = [-1, 2**31, 2**62 - 1, 2**62, 2**63, 2**64 - 1]
NUMBER = {"type": "integer", "anyOf": [{"minimum": 0, "maximum": 4}, {"enum": FAR}]}
PLAIN = {"string": TEXT, "integer": NUMBER}
DIGEST = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
one_engine = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
some = settings(
    max_examples=30, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def near(schema: Any) -> Any:
    """A schema whose texts and numbers are often such as get past the hub's first look."""
    if isinstance(schema, list):
        return [near(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") in PLAIN and "contentEncoding" not in schema:
        return PLAIN[schema["type"]]
    out = {key: near(value) for key, value in schema.items() if key != "default"}
    if "digest" in out.get("properties", {}):
        out["properties"]["digest"] = DIGEST
    if "additionalProperties" in out:
        out["propertyNames"] = TEXT
    return out


@cache
def described(app: FastAPI) -> schemathesis.BaseSchema:
    """The hub's OpenAPI, completed by what each route takes."""
    api = app.openapi()
    assert api["paths"].keys() == TAKEN.keys(), "each route is listed with what it takes"
    kinds = [kind for kind in TAKEN.values() if kind is not None]
    where = "#/components/schemas/{name}"
    found, parts = msgspec.json.schema_components(kinds, ref_template=where)
    bodies = dict(zip(kinds, found, strict=True))
    api["components"] = {"schemas": near(parts)}
    for path, kind in TAKEN.items():
        if kind is not None:
            content = {"application/json": {"schema": bodies[kind]}}
            api["paths"][path]["post"]["requestBody"] = {"required": True, "content": content}
    return schemathesis.openapi.from_dict(api)


def packed(path: str, body: Any) -> bytes:
    """A body as it travels: typed where it fits the message, else as it is."""
    kind = TAKEN[path]
    if kind is None or body is schemathesis.core.NOT_SET:
        return b""
    if path == "/enrol":
        return msgspec.json.encode(body)
    for fit in (lambda: msgspec.convert(body, kind), lambda: body):
        with suppress(msgspec.ValidationError, OverflowError, UnicodeEncodeError):
            return msgspec.msgpack.encode(fit())
    return repr(body).encode("utf-8", "replace")


@pytest.fixture
def app(hub: Hub) -> FastAPI:
    return create_app(hub)


def tried(hub: Hub, app: FastAPI, mode: GenerationMode, data: st.DataObject) -> None:
    """Send a body to a route; it is answered, and the device's next good act is taken."""
    path = data.draw(st.sampled_from([*TAKEN, "/sync/v1", "/sync/v1"]))
    (operation,) = described(app)[path].values()
    case = data.draw(operation.as_strategy(generation_mode=mode))
    body, method = packed(path, case.body), operation.method.upper()
    device = Device(hub, ASHA, os.urandom(8).hex())
    response = ask(app, method, path, body, device.headers(method, path, body))
    event(f"{path} {response.status_code}")
    assert response.status_code < 500, (path, body, response.text)
    goes_on(hub, app, device)


@some
@given(data=st.data())
def test_whatever_a_message_may_hold_the_hub_answers(hub: Hub, app: FastAPI, data: st.DataObject) -> None:
    tried(hub, app, GenerationMode.POSITIVE, data)


@one_engine
@some
@given(data=st.data())
def test_what_no_message_may_hold_is_answered_too(hub: Hub, app: FastAPI, data: st.DataObject) -> None:
    tried(hub, app, GenerationMode.NEGATIVE, data)
