"""Enrolling a laptop: a one-time code that a person passes on, and proof of the laptop's own Ed25519 key.

A code is 80 random bits in groups of four, without letters that look alike; the hub keeps its hash for ten
minutes.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from familyhub.hub.home import HubError
from familyhub.hub.sql import Sql

if TYPE_CHECKING:
    from familyhub.hub.service import Hub

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH, GROUP = 16, 4
LASTS_MS = 10 * 60 * 1000
GUESSES, WITHIN_MS = 10, 5 * 60 * 1000
"""Wrong codes from one address, and from everywhere ten times as many, before the hub answers no more."""
ASK_AGAIN = "That code does not work: it is wrong, used, or older than ten minutes. Ask for a new code."


class EnrolRequest(msgspec.Struct):
    """What a laptop sends: its public key and, in base64 as well, its signature over code and key."""

    code: str
    public_key: str
    proof: str
    name: str = ""


class Enrolled(msgspec.Struct):
    """What it gets."""

    device: str
    worker: str
    name: str
    role: str
    locality: str
    hub_id: str
    epoch: str
    hub_key: str = ""
    """The hub's public keys in base64."""


class WrongCode(HubError):
    """The code does not work; the sentence is the same whatever is wrong with it."""

    def __init__(self) -> None:
        super().__init__(ASK_AGAIN)


class WrongProof(HubError):
    """The request does not prove that its sender has the key."""

    def __init__(self) -> None:
        super().__init__(
            "This laptop's key could not be checked. Update FamilyHub on this laptop and try again."
        )


class TooManyGuesses(HubError):
    """Too many wrong codes came."""

    def __init__(self) -> None:
        super().__init__("Too many wrong codes were tried. Wait five minutes, then ask for a new code.")


def new_code(randomness: Callable[[int], bytes]) -> str:
    """A code as people read it: ``7K3M-QX9D-4TBN-WH2P``."""
    letters = "".join(ALPHABET[byte & 31] for byte in randomness(LENGTH))
    return "-".join(letters[i : i + GROUP] for i in range(0, LENGTH, GROUP))


def hashed(code: str) -> str:
    """The hash of a code as it is kept: capitals, spaces and dashes do not matter."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(b"familyhub code\0" + plain.encode()).hexdigest()


def proof_text(code: str, public_key: bytes) -> bytes:
    """What a laptop signs to show that the key is its own."""
    return b"familyhub-enrol\n" + hashed(code).encode() + b"\n" + public_key.hex().encode()


def issue(hub: Hub, worker: str) -> str:
    """A new code for a worker; raises ``HubError`` for one who is not known or is disabled."""
    code = new_code(hub.randomness)
    with hub.begin() as tx:
        account = tx.sql.first("select disabled from worker_account where id = ?", (worker,))
        if account is None:
            raise HubError(f"There is no worker {worker}. `familyhub hub worker list` shows who there is.")
        if account[0]:
            raise HubError(f"{worker} is disabled and cannot enrol a laptop.")
        tx.sql.run("delete from enrolment_code where expires < ?", (tx.now_ms - LASTS_MS,))
        tx.sql.run(
            "insert into enrolment_code (hash, worker, expires) values (?, ?, ?)",
            (hashed(code), worker, tx.now_ms + LASTS_MS),
        )
        tx.finish()
    return code


class Guesses:
    """Wrong codes, counted by address, so that guessing ends long before it helps."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._wrong: list[tuple[int, str]] = []
        self._turn = Lock()

    def check(self, address: str) -> None:
        """Raise ``TooManyGuesses`` where too many came."""
        with self._turn:
            since = self._clock() - WITHIN_MS
            self._wrong = [(at, who) for at, who in self._wrong if at > since]
            mine = sum(who == address for _, who in self._wrong)
            if mine >= GUESSES or len(self._wrong) >= 10 * GUESSES:
                raise TooManyGuesses

    def count(self, address: str) -> None:
        """Count a wrong code."""
        with self._turn:
            self._wrong.append((self._clock(), address))


def enrol(hub: Hub, request: EnrolRequest) -> Enrolled:
    """Redeem a code for a device; raises ``WrongCode`` or ``WrongProof``.

    The same laptop may ask again with the same code and key while the code lasts: its answer may have been
    lost.
    """
    key = _checked_key(request)
    code = hashed(request.code)
    with hub.begin() as tx:
        used = tx.sql.run(
            "update enrolment_code set used = ? where hash = ? and used is null and expires > ?",
            (tx.now_ms, code, tx.now_ms),
        )
        if used:
            device = hub.randomness(16).hex()
            worker = tx.sql.first("select worker from enrolment_code where hash = ?", (code,))[0]
            if tx.sql.first("select 1 from device where public_key = ?", (key,)):
                raise WrongProof
            tx.sql.run(
                "insert into device (id, worker, public_key, name, enrolled) values (?, ?, ?, ?, ?)",
                (device, worker, key, request.name[:80].replace("\0", ""), tx.now_ms),
            )
            tx.sql.run("update enrolment_code set device = ? where hash = ?", (device, code))
        else:
            device = _redeemed(tx.sql, code, key, tx.now_ms)
        enrolled = _enrolled(hub, tx.sql, device)
        tx.finish()
    return enrolled


def _checked_key(request: EnrolRequest) -> bytes:
    from base64 import b64decode

    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = b64decode(request.public_key, validate=True)
        proof = b64decode(request.proof, validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(proof, proof_text(request.code, key))
    except (ValueError, InvalidSignature):
        raise WrongProof from None
    return key


def _redeemed(sql: Sql, code: str, key: bytes, now_ms: int) -> str:
    """The device that redeemed the code with this very key; raises ``WrongCode``."""
    found = sql.first(
        "select d.id from enrolment_code c join device d on d.id = c.device "
        "where c.hash = ? and c.expires > ? and d.public_key = ? and d.revoked is null",
        (code, now_ms, key),
    )
    if found is None:
        raise WrongCode
    return str(found[0])


def _enrolled(hub: Hub, sql: Sql, device: str) -> Enrolled:
    found = sql.first(
        "select w.id, w.name, w.role, w.locality, w.disabled from device d "
        "join worker_account w on w.id = d.worker where d.id = ?",
        (device,),
    )
    if found is None or found[4]:
        raise WrongCode
    epoch = sql.first("select value from setting where name = ?", ("epoch",))[0]
    keys = b64encode(hub.keys.public).decode() if hub.keys else ""
    return Enrolled(device, found[0], found[1], found[2], found[3], hub.home.hub_id, epoch, keys)
