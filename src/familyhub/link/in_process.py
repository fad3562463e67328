"""The way to a hub in the same process: for building the demonstration, and for tests.

Messages are packed and unpacked as on the wire, so that neither side holds the other's objects.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol

from familyhub.link.transport import now_ms
from familyhub.sync import messages
from familyhub.sync.copy import Sender
from familyhub.sync.messages import (
    Answer,
    BlobFound,
    BlobOffer,
    BlobPiece,
    BlobState,
    BlobWanted,
    Request,
    SnapshotPart,
)

SNAPSHOTS = 50
"""Scopes in one answer."""


class HubService(Protocol):
    """What a hub offers to a laptop."""

    def exchange(self, sender: Sender, request: Request) -> Answer:
        """One exchange."""

    def parts(
        self,
        sender: Sender,
        inc: str,
        wanted: Sequence[str],
        have: Collection[str] = (),
        mixed: Collection[str] | None = None,
        epoch: str = "",
    ) -> Iterable[SnapshotPart]:
        """Scopes as they stand, in parts."""

    def take_raw(self, sender: Sender, op_id: str, body: bytes) -> Answer:
        """Keep what cannot be read."""

    def offer_blob(self, sender: Sender, offer: BlobOffer) -> BlobState:
        """Which pieces of an attachment are lacking."""

    def put_blob(self, sender: Sender, piece: BlobPiece) -> BlobState:
        """Keep a piece of an attachment."""

    def get_blob(self, sender: Sender, wanted: BlobWanted) -> BlobFound:
        """A piece of an attachment."""

    def enrol(self, body: bytes) -> bytes:
        """Redeem a code: JSON in, JSON out."""


class InProcess:
    """A ``Transport`` that calls a hub straight."""

    def __init__(self, hub: HubService, sender: Sender) -> None:
        self.hub, self.sender = hub, sender
        self.offset_ms = self.round_trips = 0

    def local_ms(self) -> int:
        """This laptop's clock, milliseconds since 1970 UTC."""
        return now_ms()

    def exchange(self, request: Request) -> Answer:
        """One exchange."""
        self.round_trips += 1
        arrived = messages.unpack(messages.pack(request), Request)
        return messages.unpack(messages.pack(self.hub.exchange(self.sender, arrived)), Answer)

    def parts(
        self,
        inc: str,
        scopes: Sequence[str],
        have: Sequence[str] = (),
        mixed: Sequence[str] = (),
        epoch: str = "",
    ) -> Iterator[SnapshotPart]:
        """Parts of those of ``scopes`` that fit into one answer."""
        self.round_trips += 1
        for part in self.hub.parts(self.sender, inc, list(scopes[:SNAPSHOTS]), have, mixed, epoch):
            yield messages.unpack(messages.pack(part), SnapshotPart)

    def keep_raw(self, op_id: str, raw: bytes) -> Answer:
        """Hand over what the hub cannot read."""
        self.round_trips += 1
        return self.hub.take_raw(self.sender, op_id, raw)

    def offer_blob(self, offer: BlobOffer) -> BlobState:
        """Ask which pieces of an attachment the hub lacks."""
        self.round_trips += 1
        arrived = messages.unpack(messages.pack(offer), BlobOffer)
        return messages.unpack(messages.pack(self.hub.offer_blob(self.sender, arrived)), BlobState)

    def put_blob(self, piece: BlobPiece) -> BlobState:
        """Send one piece of an attachment."""
        self.round_trips += 1
        arrived = messages.unpack(messages.pack(piece), BlobPiece)
        return messages.unpack(messages.pack(self.hub.put_blob(self.sender, arrived)), BlobState)

    def get_blob(self, wanted: BlobWanted) -> BlobFound:
        """Fetch one piece of an attachment."""
        self.round_trips += 1
        arrived = messages.unpack(messages.pack(wanted), BlobWanted)
        return messages.unpack(messages.pack(self.hub.get_blob(self.sender, arrived)), BlobFound)

    def close(self) -> None:
        """Nothing is open."""
