"""Attachments on the wire: piece by piece behind the records, as much as a day's budget allows; at once for who opens one.

A cut costs one piece. Records go first: between any two pieces it is looked whether one of ours waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from familyhub.link.errors import LinkError, Stopped
from familyhub.link.exchange import Report, sync
from familyhub.link.transport import Transport
from familyhub.store import blobs
from familyhub.store.blobs import Waiting
from familyhub.store.errors import StoreBusy, StoreError
from familyhub.store.laptop import exclusive
from familyhub.sync.messages import BlobOffer, BlobPiece, BlobWanted

if TYPE_CHECKING:
    from familyhub.store.laptop import LaptopStore

BY_ITSELF = 1 << 20
"""Bytes up to which an attachment comes by itself; a larger one comes when somebody opens it."""
AT_A_TIME = 30.0
"""Seconds after which records are exchanged again before more attachments go: colleagues' records are not kept waiting."""
NOT_YET = "The hub has not got this attachment yet: the laptop that added it has not sent it. It is fetched when it comes."
DAMAGED = "What the hub sent is not this attachment. Nothing of it was kept; tell your hub."


class NotYet(LinkError):
    """The hub has not got the attachment yet."""

    def __init__(self) -> None:
        super().__init__(NOT_YET)


class Damaged(LinkError):
    """What came is not what the record says."""

    def __init__(self) -> None:
        super().__init__(DAMAGED)


class _Budget(Exception):
    """Nothing more goes by itself today."""


class _RecordsFirst(Exception):
    """A record waits, or it is time to ask for those of colleagues."""


def carry(
    store: LaptopStore,
    transport: Transport,
    report: Report,
    *,
    stopping: Callable[[], bool] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Send and fetch attachments, the newest first, within the day's budget; True when records go first and then more.

    Counts in ``report``; trouble on the way is said there and raised by the next exchange, if it lasts.
    """
    with store.reading() as connection:
        now = store.now_ms()
        if not blobs.to_send(connection, now) and not blobs.to_fetch(connection, BY_ITSELF, now):
            return False
    courier = Courier(store, transport, report, stopping, clock)
    try:
        with exclusive(store.home, "attachments", "Attachments are on their way already."):
            courier.go()
    except _RecordsFirst:
        return True
    except (_Budget, StoreBusy):
        pass
    except (LinkError, StoreError) as error:
        report.held_up = str(error)
    return False


def sync_and_carry(
    store: LaptopStore, transport: Transport, *, clock: Callable[[], float] = time.monotonic
) -> Report:
    """Sync records, then carry attachments, and again while records go first; raises ``LinkError`` or ``StoreBusy``."""
    report = sync(store, transport)
    while carry(store, transport, report, clock=clock):
        report.add(sync(store, transport))
    return report


def fetch(
    store: LaptopStore,
    transport: Transport,
    wanted: Waiting,
    *,
    stopping: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Fetch an attachment for somebody who opens it, whatever the budget; raises ``LinkError``.

    ``progress`` is told (bytes here, bytes in all) after each piece.
    """
    courier = Courier(store, transport, Report(), stopping)
    courier.by_itself = False
    courier.progress = progress
    if not courier.fetch(wanted):
        raise NotYet


class Courier:
    """Attachments on their way, a piece at a time."""

    def __init__(
        self,
        store: LaptopStore,
        transport: Transport,
        report: Report,
        stopping: Callable[[], bool] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store, self.transport, self.report = store, transport, report
        self.by_itself = True
        """Whether nobody waits for it: then the budget holds, and records go first."""
        self.progress: Callable[[int, int], None] | None = None
        self._stopping, self._clock, self._since = stopping, clock, clock()
        with store.reading() as connection:
            self._newest = blobs.newest_waiting(connection)

    def go(self) -> None:
        """First what waits to be sent, then what is not here yet."""
        with self.store.reading() as connection:
            sending = blobs.to_send(connection, self.store.now_ms())
        for blob in sending:
            self._send(blob)
        with self.store.reading() as connection:
            missing = blobs.to_fetch(connection, BY_ITSELF, self.store.now_ms())
        for blob in missing:
            try:
                self.fetch(blob)
            except Damaged as error:
                with self.store.writing() as connection:
                    blobs.put_off(connection, blob, str(error), self.store.now_ms())

    def _next(self, count: int) -> None:
        """Before a piece of ``count`` bytes: may it go now?"""
        if self._stopping is not None and self._stopping():
            raise Stopped
        if not self.by_itself:
            return
        with self.store.reading() as connection:
            if blobs.newest_waiting(connection) > self._newest or self._clock() - self._since > AT_A_TIME:
                raise _RecordsFirst
            day = blobs.day_of(self.store.now_ms())
            if blobs.spent(connection, day) + count > blobs.budget(connection):
                raise _Budget

    @contextmanager
    def _counting(self, count: int) -> Iterator[None]:
        """A piece goes or comes: one round trip, and ``count`` bytes of the day's budget once it has."""
        self.report.round_trips += 1
        yield
        with self.store.writing() as connection:
            blobs.spend(connection, blobs.day_of(self.store.now_ms()), count)

    # -- sending ---------------------------------------------------------------------------------------------

    def _send(self, blob: Waiting) -> None:
        scope, manifest = blob
        self._next(manifest.length(0))
        self.report.round_trips += 1
        state = self.transport.offer_blob(
            BlobOffer(scope, manifest.sha, manifest.size, list(manifest.chunks))
        )
        for place in state.lacks:
            if not 0 <= place < len(manifest.chunks):
                raise LinkError(
                    "The hub asked for a piece of an attachment that there is not; tell your hub."
                )
            self._next(manifest.length(place))
            with self.store.reading() as connection:
                data = blobs.piece(connection, scope, manifest.sha, place)
            if data is None:  # the whole file it belongs to has left this laptop
                return
            with self._counting(len(data)):
                state = self.transport.put_blob(BlobPiece(scope, manifest.sha, place, data))
            self.report.pieces_sent += 1
            if state.whole or state.reason:
                break
        with self.store.writing() as connection:
            if state.whole:
                blobs.settle(connection, scope, manifest.sha, blobs.HERE)
                self.report.attachments_sent += 1
            elif state.reason:
                blobs.put_off(connection, blob, state.reason, self.store.now_ms())

    # -- fetching --------------------------------------------------------------------------------------------

    def fetch(self, blob: Waiting) -> bool:
        """Fetch what is missing of one attachment; False when the hub has not got it. Raises ``LinkError``."""
        scope, manifest = blob
        with self.store.reading() as connection:
            here = blobs.pieces(connection, scope, manifest)
        size = sum(manifest.length(place) for place in here)
        for place in range(len(manifest.chunks)):
            if place in here:
                continue
            self._next(manifest.length(place))
            data = self._piece(blob, place)
            if data is None:
                return False
            size += len(data)
            if self.progress is not None:
                self.progress(size, manifest.size)
        with self.store.writing() as connection:
            whole = blobs.finish(connection, blob)
        if not whole:
            raise Damaged
        self.report.attachments_received += 1
        return True

    def _piece(self, blob: Waiting, place: int) -> bytes | None:
        """One piece, written down once it is verified; None when it is not to be had now."""
        scope, manifest = blob
        self.report.round_trips += 1
        found = self.transport.get_blob(BlobWanted(scope, manifest.sha, place))
        now = self.store.now_ms()
        if not found.data:
            with self.store.writing() as connection:
                blobs.put_off(connection, blob, found.reason, now)
            if found.reason and not self.by_itself:
                raise LinkError(f"The hub did not hand it out: {found.reason}.")
            return None
        if not manifest.fits(place, found.data):
            raise Damaged
        with self.store.writing() as connection:
            kept = blobs.keep_piece(connection, blob, place, found.data, now)
            blobs.spend(connection, blobs.day_of(now), len(found.data))
        self.report.pieces_received += 1
        return found.data if kept else None
