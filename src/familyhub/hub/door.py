"""Who is at the door: every request but two is signed, and whose it is is read anew each time.

The signature covers method, path, query, the SHA-256 of the body, time and nonce. Whatever is wrong, the
answer is the same words, with the hub's time, so that a laptop whose clock is off can set itself right.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from familyhub.hub.sql import Sql
from familyhub.store import signatures
from familyhub.sync.copy import Sender

if TYPE_CHECKING:
    from familyhub.hub.service import Hub

DEVICE, TIME, NONCE, SIGNATURE = (
    "familyhub-device",
    "familyhub-time",
    "familyhub-nonce",
    "familyhub-signature",
)
HUB_TIME = "familyhub-hub-time"
"""Milliseconds since 1970 UTC, in the answer to a request that was not let in."""
SKEW_MS = 5 * 60 * 1000
SEEN_EVERY_MS = 60 * 1000
NOT_LET_IN = "This request was not signed just now by an enrolled laptop. Check its clock, or enrol it again."


class NotLetIn(Exception):
    """The request is not a fresh one of an enrolled device."""


class Visitor(NamedTuple):
    """An enrolled device as it stands now."""

    sender: Sender
    public_key: bytes
    last_seen: int | None


def signed_text(method: str, path: str, query: str, body: bytes, time_ms: str, nonce: str) -> bytes:
    """What a request's signature is over."""
    digest = hashlib.sha256(body).hexdigest()
    return "\n".join(("familyhub-1", method, path, query, digest, time_ms, nonce)).encode()


def visitor(sql: Sql, device: str) -> Visitor | None:
    """A device with its worker; shut out when either is."""
    found = sql.first(
        "select d.worker, w.role, w.locality, d.revoked, w.disabled, d.public_key, d.last_seen "
        "from device d join worker_account w on w.id = d.worker where d.id = ?",
        (device,),
    )
    if found is None:
        return None
    worker, role, locality, revoked, disabled, key, last_seen = found
    sender = Sender(device, worker, role, locality, revoked is not None or bool(disabled))
    return Visitor(sender, bytes(key), last_seen)


class Porter:
    """Lets requests in, each once."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._since = hub.clock()
        self._nonces: OrderedDict[str, int] = OrderedDict()
        self._turn = Lock()

    def let_in(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Sender:
        """The sender of a request; raises ``NotLetIn``."""
        device, time_ms = headers.get(DEVICE, ""), headers.get(TIME, "")
        nonce, signature = headers.get(NONCE, ""), headers.get(SIGNATURE, "")
        if not (device.isalnum() and nonce.isalnum() and time_ms.isdecimal() and time_ms.isascii()):
            raise NotLetIn
        if max(len(device), len(nonce)) > 64 or len(nonce) < 16 or len(time_ms) > 18:
            raise NotLetIn
        with self.hub.reading() as sql:
            found = visitor(sql, device)
        if found is None:
            raise NotLetIn
        _verify(found.public_key, signature, signed_text(method, path, query, body, time_ms, nonce))
        self._fresh(f"{device} {nonce}", int(time_ms))
        self._note_seen(found)
        return found.sender

    def _fresh(self, nonce: str, time_ms: int) -> None:
        """Within five minutes, not before this process began (its memory does), and never seen before."""
        now = self.hub.clock()
        if abs(now - time_ms) > SKEW_MS or time_ms < self._since:
            raise NotLetIn
        with self._turn:
            while self._nonces and next(iter(self._nonces.values())) < now - 2 * SKEW_MS:
                self._nonces.popitem(last=False)
            if nonce in self._nonces:
                raise NotLetIn
            self._nonces[nonce] = now

    def _note_seen(self, found: Visitor) -> None:
        now = self.hub.clock()
        if found.last_seen is not None and now - found.last_seen < SEEN_EVERY_MS:
            return
        with self.hub.begin() as tx:
            tx.sql.run("update device set last_seen = ? where id = ?", (now, found.sender.device))
            tx.finish()


def _verify(public_key: bytes, signature: str, text: bytes) -> None:
    try:
        raw = b64decode(signature, validate=True)
    except ValueError:
        raise NotLetIn from None
    if not signatures.holds(public_key, raw, text):
        raise NotLetIn
