"""Syncing while the app is open: at the start, every minute, soon after each save; patient without a hub.

Attachments go behind the records, when these have been told of.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from familyhub.link.attachments import carry
from familyhub.link.errors import HubUnreachable, LinkError, Stopped
from familyhub.link.exchange import Report, sync
from familyhub.link.transport import Transport, connect
from familyhub.store.errors import StoreError

if TYPE_CHECKING:
    from familyhub.store.laptop import LaptopStore

log = logging.getLogger("familyhub.link")
EVERY = 60.0
FIRST_RETRY, LAST_RETRY = 5.0, 40.0
"""Seconds between tries while the hub cannot be reached: doubled each time, with jitter."""
JOIN_SECONDS = 2.0


@dataclass(frozen=True)
class Outcome:
    """How one sync in the background went; ``sentence`` is empty where it went well."""

    report: Report = field(default_factory=Report)
    sentence: str = ""
    reachable: bool = True

    @property
    def well(self) -> bool:
        """Whether the hub was met and agreed."""
        return not self.sentence


class Background:
    """A thread that syncs; ``on_change`` is called from it after every try."""

    def __init__(
        self,
        store: LaptopStore,
        on_change: Callable[[Outcome], None],
        *,
        way: Callable[[], Transport] | None = None,
        every: float = EVERY,
        first_retry: float = FIRST_RETRY,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.store = store
        self.last: Outcome | None = None
        self._way = way or (lambda: connect(store))
        self._on_change = on_change
        self._every, self._first_retry, self._jitter = every, first_retry, jitter
        self._transport: Transport | None = None
        self._failures = 0
        self._changed = threading.Condition()
        self._nudged = self._ending = False
        self._thread = threading.Thread(target=self._run, name="familyhub-sync", daemon=True)

    def start(self) -> None:
        """Begin, with a sync at once."""
        self._thread.start()

    def nudge(self) -> None:
        """Something was saved: sync soon."""
        with self._changed:
            self._nudged = True
            self._changed.notify_all()

    def stop(self) -> None:
        """End: a sync under way ends behind its next slice; what cannot end in time dies with the process."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(JOIN_SECONDS)

    def _run(self) -> None:
        while not self._ending:
            began = time.monotonic()
            with self._changed:
                self._nudged = False
            try:
                outcome = self._once()
            except Stopped:
                break
            self.last = outcome
            self._failures = 0 if outcome.well else self._failures + 1
            if not self._ending:
                self._on_change(outcome)
            try:
                again = outcome.well and self._carry()
            except Stopped:
                break
            if not again:
                self._wait(began)
        if self._transport is not None:
            self._transport.close()

    def _once(self) -> Outcome:
        try:
            if self._transport is None:
                self._transport = self._way()
            return Outcome(sync(self.store, self._transport, stopping=lambda: self._ending))
        except LinkError as error:
            return Outcome(sentence=str(error), reachable=not isinstance(error, HubUnreachable))
        except StoreError as error:
            return Outcome(sentence=str(error))
        except Stopped:
            raise
        except Exception as error:
            log.error("a sync failed: %s", type(error).__name__)
            return Outcome(sentence=f"Syncing failed ({type(error).__name__}); it will be tried again.")

    def _carry(self) -> bool:
        """Attachments, when records are done; True when records go first and then more attachments."""
        report = Report()
        more = False
        try:
            if self._transport is not None:
                more = carry(
                    self.store, self._transport, report, stopping=lambda: self._ending or self._nudged
                )
        except Stopped:
            if self._ending:
                raise
            more = True
        except Exception as error:
            log.error("attachments failed: %s", type(error).__name__)
        if not self._ending and (report.attachments_sent or report.attachments_received):
            self._on_change(Outcome(report))
        return more

    def _wait(self, began: float) -> None:
        """Until the next try is due; a save brings it forward, after a failure not before the first retry."""
        least, most = 0.0, self._every
        if self._failures:
            doubled = self._first_retry * 2.0 ** min(self._failures - 1, 10)
            most = min(LAST_RETRY, doubled) * (0.5 + self._jitter())
            least = min(self._first_retry, most)
        with self._changed:
            self._changed.wait_for(
                lambda: self._ending, max(0.0, began + least - time.monotonic()) if least else 0.0
            )
            rest = began + most - time.monotonic()
            if rest > 0:
                self._changed.wait_for(lambda: self._ending or self._nudged, rest)
