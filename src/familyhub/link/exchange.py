"""One sync: requests and answers until both ends agree, applied in slices so short that nobody waits.

Each slice is a transaction that moves its cursors, so that a kill between any two of them costs nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from familyhub.link.errors import BodyRefused, LinkError, Stopped
from familyhub.link.fetching import fetched, grouped
from familyhub.link.transport import RecordsWay
from familyhub.practice.lease import CLOCK_SEEN, LAST_CONTACT
from familyhub.store import sealing
from familyhub.store.laptop import sync_lock
from familyhub.sync.copy import Gap
from familyhub.sync.messages import Answer, Batch, Feed, Record, Request, SnapshotPart
from familyhub.sync.snapshot import received_text

if TYPE_CHECKING:
    from familyhub.store.laptop import LaptopStore
    from familyhub.store.laptop_copy import SqlLaptopCopy
    from familyhub.sync.laptop import LaptopMachine

SLICE_SECONDS = 0.015
SLICE_RECORDS = 50
TRANSACTION_ROWS = 3000
"""Rows in one transaction while nobody is at work: each ends with a durable commit."""
ROWS_BESIDE_PEOPLE = 40
"""The same while somebody writes, who waits for no more than that, the rest of a slice and its commit."""
LEFT, LEFT_AT, RESTORED_AT = "files_left", "files_left_at", "hub_restored_at"
"""Settings: how many files this laptop may hold no longer, when it left the last, when it met the hub's present life."""
ROUNDS = 10_000
OFF_MS = 2000
"""A clock that is nearer to the hub's than this is right."""
HUB_HEARD = "hub_heard"
"""Setting: the hub's time in its newest answer, milliseconds since 1970 UTC."""
IDLE_ROUNDS = 3
"""Rounds without any progress after which a sync ends."""


@dataclass
class Report:
    """What one sync did."""

    sent: int = 0
    """Own acts that the hub took into custody."""
    received: int = 0
    """Acts of others that were applied, and rows of snapshots."""
    set_aside: int = 0
    """Own acts that the hub set aside: they need a person."""
    left: int = 0
    """Files that this laptop may hold no longer and has left."""
    restored: bool = False
    """The hub lives anew from a copy; what was written here was offered to it again."""
    round_trips: int = 0
    attachments_sent: int = 0
    attachments_received: int = 0
    pieces_sent: int = 0
    """Pieces of attachments that went, those that were sent again too."""
    pieces_received: int = 0
    held_up: str = ""
    """Why attachments did not go on, in a sentence."""

    def add(self, later: Report) -> None:
        """Count what a later sync of records did, too."""
        self.sent += later.sent
        self.received += later.received
        self.set_aside += later.set_aside
        self.round_trips += later.round_trips

    before: bool = False
    """A carried answer that was taken before: nothing was left to do."""

    @property
    def changed(self) -> bool:
        """Whether anything on this laptop is other than before."""
        arrived = self.attachments_sent or self.attachments_received
        return bool(self.sent or self.received or self.set_aside or self.left or arrived)


def sync(
    store: LaptopStore,
    transport: RecordsWay,
    *,
    stopping: Callable[[], bool] | None = None,
    progress: Callable[[Report], None] | None = None,
) -> Report:
    """Sync until nothing is left to say; raises ``LinkError``, or ``StoreBusy`` while another process syncs.

    ``stopping`` is asked between transactions; ``progress`` is told after each answer was applied.
    """
    with sync_lock(store.home):
        return Exchange(store, transport, stopping, progress).run()


class Exchange:
    """One sync under way."""

    def __init__(
        self,
        store: LaptopStore,
        transport: RecordsWay,
        stopping: Callable[[], bool] | None = None,
        progress: Callable[[Report], None] | None = None,
    ) -> None:
        self.store, self.transport = store, transport
        self.machine = store.machine
        self.report = Report()
        self._stopping, self._progress = stopping, progress
        self._ask: list[tuple[str, str]] = []
        self._slice = SLICE_RECORDS
        self._most_frames: int | None = None
        self._gaps: list[str] = []
        self._applied = 0

    def run(self) -> Report:
        """Go on while there is more to say or to hear, and while it helps."""
        idle = 0
        for _ in range(ROUNDS):
            self._check_stopping()
            before = self._done()
            request, answer = self._say()
            again = self._hear(request, answer)
            if self._progress is not None:
                self._progress(self.report)
            idle = idle + 1 if before == self._done() else 0
            if not again or idle >= IDLE_ROUNDS:
                break
        return self.report

    def _done(self) -> tuple[int, int, int, int]:
        return self.report.sent, self.report.set_aside, self._applied, len(self._ask)

    def _check_stopping(self) -> None:
        if self._stopping is not None and self._stopping():
            raise Stopped

    # -- saying ----------------------------------------------------------------------------------------------

    def _say(self) -> tuple[Request, Answer]:
        """Send what there is; a body that is refused is halved down to one op, which the hub keeps raw."""
        with self.store.changing() as copy:
            request = self.machine.request(copy)
        request = replace(request, ask=self._ask)
        while True:
            part = _first_frames(request, self._most_frames)
            try:
                answer = self._post(part)
            except BodyRefused:
                count = sum(len(b.frames) for b in part.push)
                if count == 0:
                    raise
                if count > 1:
                    self._most_frames = count // 2
                    continue
                self._keep_raw(part)
                request = self._without(request)
                continue
            if self._most_frames is not None:
                self._most_frames *= 2
            return part, answer

    def _post(self, request: Request) -> Answer:
        self.report.round_trips += 1
        return self.transport.exchange(request)

    def _keep_raw(self, request: Request) -> None:
        """Hand over the one op that cannot be sent; the hub will want its label: the rest is renumbered."""
        frame = request.push[0].frames[0]
        self.report.round_trips += 1
        answer = self.transport.keep_raw(frame.op_id, frame.payload)
        reasons = dict(answer.custody[0].set_aside)
        with self.store.changing() as copy:
            self.machine.set_aside(copy, reasons)
        self.report.set_aside += 1

    def _without(self, request: Request) -> Request:
        with self.store.changing() as copy:
            fresh = self.machine.request(copy)
        return replace(fresh, ask=request.ask)

    # -- hearing ---------------------------------------------------------------------------------------------

    def _hear(self, request: Request, answer: Answer) -> bool:
        """Take receipts and what arrived, as much as fits into one transaction; True when another round is due."""
        whole = {(scope, record.op_id): record for scope, record in answer.whole}
        self._ask = []
        with self.store.changing() as copy:
            anew = hear(self.machine, copy, request, answer)
            copy.set_settings(self._contact(answer))
            owed = copy.owed()
            left = [scope for scope in answer.withdrawn if scope in owed]
            if left:
                copy.add_to(LEFT, len(left))
                copy.set_settings({LEFT_AT: received_text(answer.received)})
            if answer.restored:
                copy.set_settings({RESTORED_AT: received_text(answer.received)})
            waiting = bool(copy.unsent(1))
            parts = self._slices((feed for feed in answer.feeds if feed.scope not in anew), whole)
            halted: set[str] = set()
            more_came = self._receive(copy, parts, halted)
        self._count(request, answer)
        self.report.left += len(left)
        self.report.restored = self.report.restored or answer.restored
        while more_came:
            self._check_stopping()
            with self.store.changing() as copy:
                more_came = self._receive(copy, parts, halted)
        self._check_gaps()
        if wanted := [scope for scope in answer.snapshot if scope not in anew]:
            self._fetch(request.inc, wanted)
        more = answer.need_vector or answer.restored or bool(owed) or bool(anew) or bool(answer.snapshot)
        fork = any(c.fork for c in answer.custody)
        more = more or answer.more or fork or bool(self._ask)
        return more or (waiting and bool(request.push)) or len(self._gaps) == 1

    def _contact(self, answer: Answer) -> dict[str, str]:
        local = self.transport.local_ms()
        off = answer.received - local
        self.transport.offset_ms = off if abs(off) >= OFF_MS else 0
        offset = {"clock_offset": f"{self.transport.offset_ms / 1000:.3f}"}
        return {**offset, **met(answer, received_text(local), local)}

    def _count(self, request: Request, answer: Answer) -> None:
        if any(c.fork for c in answer.custody):
            return
        known = {c.scope: c for c in answer.custody}
        for batch in request.push:
            custody = known.get(batch.scope)
            if custody is not None:
                aside = {op_id for op_id, _ in custody.set_aside}
                self.report.set_aside += sum(f.op_id in aside for f in batch.frames)
                self.report.sent += sum(
                    f.dseq <= custody.known and f.op_id not in aside for f in batch.frames
                )

    def _receive(self, copy: SqlLaptopCopy, parts: Iterator[list[Feed]], halted: set[str]) -> bool:
        """Apply feeds slice by slice, short feeds together, in this transaction until a person's act waits for it.

        A feed that lacks something waits for it (``halted``). True while there may be more.
        """
        rows = 0
        for part in parts:
            begun = time.perf_counter()
            feeds = [feed for feed in part if feed.scope not in halted]
            stopped = self.machine.receive_all(copy, feeds)
            halted.update(stopped)
            for scope, why in stopped.items():
                if isinstance(why, Gap):
                    self._gaps.append(scope)
                    copy.forget_reported()
                else:
                    self._ask.extend((scope, op_id) for op_id in why)
            for feed in feeds:
                if feed.scope not in stopped:
                    rows += len(feed.records)
                    self._applied += len(feed.records)
                    self.report.received += sum(1 for r in feed.records if r.payload)
            self._adapt(time.perf_counter() - begun)
            if rows >= self._most_rows() or self.store.people_wait:
                return True
        return False

    def _most_rows(self) -> int:
        """About how many rows one transaction takes now."""
        return ROWS_BESIDE_PEOPLE if self.store.people_about else TRANSACTION_ROWS

    def _check_gaps(self) -> None:
        """The hub took this laptop to be elsewhere: it is told everything once; a second gap is an error."""
        if len(self._gaps) > 1:
            kind = self._gaps[-1].partition(":")[0]
            raise LinkError(
                f"The hub left out something of a file ({kind}). Nothing was skipped here; tell your hub."
            )

    def _slices(self, feeds: Iterable[Feed], whole: dict[tuple[str, str], Record]) -> Iterator[list[Feed]]:
        part: list[Feed] = []
        room = self._slice
        for feed in feeds:
            records = [whole.get((feed.scope, r.op_id), r) for r in feed.records]
            start = 0
            while start < len(records):
                taken = records[start : start + room]
                part.append(Feed(feed.scope, taken[0].seq - 1, taken))
                start += len(taken)
                room -= len(taken)
                if room <= 0:
                    yield part
                    part, room = [], self._slice
        if part:
            yield part

    def _adapt(self, seconds: float) -> None:
        """The next slice shall take about as long as a slice may."""
        fitting = self._slice * SLICE_SECONDS / max(seconds, 0.001)
        self._slice = max(5, min(SLICE_RECORDS, round((self._slice + fitting) / 2)))

    def _fetch(self, inc: str, scopes: Sequence[str]) -> None:
        """Fetch scopes as they stand, several requests under way at once."""
        for parts in fetched(self.store, self.transport, inc, scopes, self._check_stopping):
            self.report.round_trips += 1
            self._load(parts)

    def _load(self, parts: Iterable[SnapshotPart]) -> None:
        """Take parts of snapshots, a few families at a time; a transaction ends once a person's act waits for it."""
        groups = grouped(parts, lambda: self.store.people_about)
        group = next(groups, [])
        while group:
            self._check_stopping()
            rows = 0
            with self.store.changing() as copy:
                while group and rows < self._most_rows() and not (rows and self.store.people_wait):
                    loaded = self.machine.take_parts(copy, group)
                    rows += sum(len(snapshot.rows) for snapshot in loaded)
                    self._applied += len(group)
                    group = next(groups, [])
            self.report.received += rows


def met(answer: Answer, when: str, local_ms: int) -> dict[str, str]:
    """Settings after a meeting with the hub; a receipt for one who is shut out is none.

    ``when``: what counts as the time of the meeting; ``local_ms``: the clock that is believed from now on.
    """
    if answer.shut_out:
        return {}
    return {LAST_CONTACT: when, HUB_HEARD: str(answer.received), CLOCK_SEEN: str(local_ms)}


def hear(machine: LaptopMachine, copy: SqlLaptopCopy, request: Request, answer: Answer) -> set[str]:
    """Take an answer's receipts in one transaction; what has to be sealed waits until the hub's key is known.

    Files that wait for it are stated again: of one whose grant it forgot, a hub speaks only where it is stated.
    """
    if answer.key:
        copy.set_hub_key(answer.key)
    public = copy.hub_key()[: sealing.PUBLIC]
    if not public:
        heard_of = {scope: seq for scope, seq in request.moved.items() if scope not in answer.withdrawn}
        request, answer = replace(request, moved=heard_of), replace(answer, withdrawn=[])
    return machine.heard(
        copy, request, answer, lambda payload: sealing.seal(public, payload, sealing.OWN_ACTS)
    )


def _first_frames(request: Request, most: int | None) -> Request:
    """The request with at most ``most`` of its frames."""
    if most is None or sum(len(b.frames) for b in request.push) <= most:
        return request
    push: list[Batch] = []
    for batch in request.push:
        if most <= 0:
            break
        push.append(Batch(batch.scope, batch.inc, batch.frames[:most]))
        most -= len(batch.frames)
    return replace(request, push=push, own={b.scope: request.own[b.scope] for b in push})
