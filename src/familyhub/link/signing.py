"""This laptop's key and its signature under every request.

Signed are method, path, query, the SHA-256 of the body as it travels, the time by the hub's clock and a
nonce.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64decode, b64encode
from typing import NamedTuple

from familyhub.store import signatures

DEVICE, TIME, NONCE, SIGNATURE = (
    "familyhub-device",
    "familyhub-time",
    "familyhub-nonce",
    "familyhub-signature",
)
HUB_TIME = "familyhub-hub-time"


class Identity(NamedTuple):
    """An enrolled device and the seed of its Ed25519 key."""

    device: str
    seed: bytes


def new_seed() -> str:
    """A new key's seed, in base64 as the store keeps it."""
    return b64encode(secrets.token_bytes(32)).decode()


def public_key(seed: bytes) -> bytes:
    """The public key of a seed."""
    return signatures.public_of(seed)


def sign(seed: bytes, text: bytes) -> str:
    """The signature of ``text`` in base64."""
    return b64encode(signatures.sign(seed, text)).decode()


def signed_text(method: str, path: str, query: str, body: bytes, time_ms: str, nonce: str) -> bytes:
    """What the signature of a request is over."""
    digest = hashlib.sha256(body).hexdigest()
    return "\n".join(("familyhub-1", method, path, query, digest, time_ms, nonce)).encode()


def signed_headers(
    who: Identity, method: str, path: str, body: bytes, time_ms: int, query: str = "", nonce: str = ""
) -> dict[str, str]:
    """The headers that let a request in, once."""
    nonce = nonce or secrets.token_hex(16)
    text = signed_text(method, path, query, body, str(time_ms), nonce)
    return {DEVICE: who.device, TIME: str(time_ms), NONCE: nonce, SIGNATURE: sign(who.seed, text)}


def enrolment_proof(seed: bytes, code: str) -> str:
    """The signature that shows the hub, when a code is redeemed, that the key is this laptop's own."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    hashed = hashlib.sha256(b"familyhub code\0" + plain.encode()).hexdigest()
    return sign(seed, b"familyhub-enrol\n" + hashed.encode() + b"\n" + public_key(seed).hex().encode())


def seed_of(text: str) -> bytes:
    """The seed that a store keeps in base64."""
    return b64decode(text)
