"""Syncing by files that people carry: everything that waits goes into one, what the hub answers comes in another.

The answer is applied by the same machine and in the same slices as one over a network: a kill between any two of them costs
nothing, and taking a file again goes on where it was.
"""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from familyhub.link import signing
from familyhub.link.errors import HubRefused, HubUnreachable, NotEnrolled
from familyhub.link.exchange import HUB_HEARD, Exchange, Report, met
from familyhub.store import carried, outstanding, sealing, signatures
from familyhub.store.laptop import sync_lock
from familyhub.sync import by_hand
from familyhub.sync.by_hand import Homeward, Load, Outward, Signed
from familyhub.sync.copy import DONE, IN_CUSTODY, SET_ASIDE, WAITING
from familyhub.sync.messages import (
    Answer,
    Batch,
    Feed,
    Frame,
    MalformedMessage,
    Request,
    SnapshotPart,
    pack,
    unpack,
)
from familyhub.sync.ops import pack_payload
from familyhub.sync.snapshot import received_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from familyhub.store.carried import Carried
    from familyhub.store.laptop import LaptopStore
    from familyhub.store.laptop_copy import SqlLaptopCopy
    from familyhub.sync.laptop import LaptopMachine

NO_KEY = "This laptop does not have its hub's key yet: it has to meet the hub over a network once before files can be carried."
NOT_OURS = "This is not an answer to a file that this laptop wrote, or to one so old that it is forgotten. Nothing was changed."
OLDER = "This answer is older than what this laptop has heard from the hub since. Nothing was changed."
ALTERED = "This answer was not written by this laptop's hub, or has been altered. Nothing was changed."


def write(store: LaptopStore, path: Path) -> int:
    """Write everything that waits into a file for the hub; returns how many acts. Raises ``LinkError`` or ``NotForUs``."""
    with sync_lock(store.home):
        kept = store.settings()
        device, hub = kept.get("device"), kept.get("hub_id")
        if not device or not hub or not kept.get("device_key"):
            raise NotEnrolled
        name, private = carried.new_name(), sealing.new_private()
        with store.changing() as copy:
            public = copy.hub_key()[: sealing.PUBLIC]
            if not public:
                raise HubRefused(NO_KEY)
            request = whole_request(store.machine, copy)
            have = [
                row[0] for row in copy.connection.exec_driver_sql("select distinct digest from snapshot_part")
            ]
            mixed = sorted(copy.mixed())
            number = outstanding.next_number(copy.connection, store.now_ms())
            bare = by_hand.labels_only(request)
            outstanding.keep(copy.connection, name.hex(), number, private, bare, store.now_ms())
        seed = signing.seed_of(kept["device_key"])

        def signed(digest: bytes) -> bytes:
            time = str(store.now_ms())
            text = signing.signed_text(by_hand.METHOD, by_hand.TO_HUB, hub, digest, time, name.hex())
            return pack(Signed(time, signatures.sign(seed, text)))

        reply_to = sealing.public_of(private)
        with carried.written(path) as file:
            writer = carried.Writer(file, carried.TO_HUB, name, public)
            bare = replace(request, push=[])
            writer.add(pack(Outward(device, hub, number, reply_to, bare, have, mixed)))
            for batches in by_hand.batches(request):
                writer.add(pack(batches))
            writer.end(signed)
    return sum(len(batch.frames) for batch in request.push)


def take(
    store: LaptopStore,
    path: Path,
    *,
    stopping: Callable[[], bool] | None = None,
    progress: Callable[[Report], None] | None = None,
) -> Report:
    """Apply the hub's answer in a file; raises ``LinkError`` or ``NotForUs`` for one that is not this laptop's newest."""
    with sync_lock(store.home):
        came = carried.Carried(path, carried.TO_LAPTOP)
        with store.reading() as connection:
            found = outstanding.find(connection, came.name.hex())
        if found is None:
            raise HubRefused(NOT_OURS)
        if found.request is None:
            return Report(before=True)
        answer = _checked(store, came, found.private)
        _refuse_older(store, found.request, answer)
        carrier = Carrier(came, found.private, answer, store.now_ms)
        report = FromFile(store, carrier, stopping, progress).take(found.request)
        with store.writing() as connection:
            outstanding.taken(connection, came.name.hex())
    return report


def whole_request(machine: LaptopMachine, copy: SqlLaptopCopy) -> Request:
    """Everything that waits and the whole vector: the hub cannot ask back about a file.

    Without the highest labels: the file may be older than what the hub has heard by another way meanwhile.
    """
    waiting: dict[str, list[Frame]] = {}
    for own in copy.kept():
        if own.state == WAITING:
            waiting.setdefault(own.op.scope, []).append(
                Frame(own.op.op_id, own.op.dseq, pack_payload(own.op))
            )
    push = [Batch(scope, copy.incarnation(), frames) for scope, frames in waiting.items()]
    return replace(machine.request(copy, 0), push=push, moved=copy.cursors(), whole=True, own={})


def _checked(store: LaptopStore, came: Carried, private: bytes) -> Answer:
    """The answer without what it brings, once all of it was opened and the hub's signature holds."""
    kept = store.settings()
    device, hub = kept.get("device", ""), kept.get("hub_id", "")
    key = b64decode(kept.get("hub_key", ""))[sealing.PUBLIC :]
    digest, end = came.check(private)
    try:
        homeward = unpack(next(came.contents(private), b""), Homeward)
        signed = unpack(end, Signed)
    except MalformedMessage:
        raise HubRefused(ALTERED) from None
    text = signing.signed_text(
        by_hand.METHOD, by_hand.TO_LAPTOP, device, digest, signed.time, came.name.hex()
    )
    if not signatures.holds(key, signed.signature, text) or (homeward.device, homeward.hub) != (device, hub):
        raise HubRefused(ALTERED)
    return homeward.answer


def _refuse_older(store: LaptopStore, request: Request, answer: Answer) -> None:
    """An answer that was overtaken says of what waits, and of the hub's life, what is no longer so."""
    kept = store.settings()
    if request.epoch != kept.get("epoch", "") or (
        answer.epoch == request.epoch and answer.received < int(kept.get(HUB_HEARD) or 0)
    ):
        raise HubRefused(OLDER)


class Carrier:
    """A ``Transport`` to a hub that has answered once, in a file."""

    offset_ms = round_trips = 0

    def __init__(self, came: Carried, private: bytes, answer: Answer, now_ms: Callable[[], int]) -> None:
        self._came, self._private, self._answer = came, private, answer
        self.local_ms = now_ms

    def exchange(self, request: Request) -> Answer:
        """What the hub answered, without what the rest of the file brings."""
        return self._answer

    def loads(self) -> Iterator[Load]:
        """What the rest of the file brings."""
        contents = self._came.contents(self._private)
        next(contents)
        for content in contents:
            yield unpack(content, Load)

    def parts(
        self,
        inc: str,
        scopes: Sequence[str],
        have: Sequence[str] = (),
        mixed: Sequence[str] = (),
        epoch: str = "",
    ) -> Iterator[SnapshotPart]:
        """Parts of ``scopes``."""
        wanted = set(scopes)
        for load in self.loads():
            yield from (part for part in load.parts if part.scope in wanted)

    def keep_raw(self, op_id: str, raw: bytes) -> Answer:
        """A file is not refused for what is in it, so that nothing needs be handed over by itself."""
        raise HubUnreachable("Nothing more can be said to a hub that answered in a file.")

    def close(self) -> None:
        """Nothing is open."""


class FromFile(Exchange):
    """Taking the answer in a file."""

    def __init__(
        self,
        store: LaptopStore,
        carrier: Carrier,
        stopping: Callable[[], bool] | None = None,
        progress: Callable[[Report], None] | None = None,
    ) -> None:
        super().__init__(store, carrier, stopping, progress)
        self._carrier = carrier
        with store.changing() as copy:
            self._cursors = copy.cursors()
            self._inc = copy.incarnation()

    def take(self, request: Request) -> Report:
        """Take it; ``request`` is what was asked, without what the ops said."""
        answer = self._carrier.exchange(request)
        if self._inc != request.inc:  # what waits has other labels now, of which the receipts do not speak
            answer = replace(answer, custody=[])
        feeds = [news for load in self._carrier.loads() for feed in load.feeds if (news := self._news(feed))]
        pushed = [frame.op_id for batch in request.push for frame in batch.frames]
        waited = {i for i, state in self._states(pushed).items() if state == WAITING}
        self._hear(request, replace(answer, feeds=feeds))
        became = Counter(state for i, state in self._states(pushed).items() if i in waited)
        self.report.set_aside = became[SET_ASIDE]
        self.report.sent = became[IN_CUSTODY] + became[DONE]
        return self.report

    def _news(self, feed: Feed) -> Feed | None:
        """What a feed brings that is not here; nothing where the scope was left since, and began anew."""
        at = self._cursors.get(feed.scope, 0)
        if feed.after > at:
            return None
        records = [record for record in feed.records if record.seq > at]
        self._cursors[feed.scope] = records[-1].seq if records else at
        return Feed(feed.scope, at, records) if records else None

    def _states(self, op_ids: Sequence[str]) -> dict[str, str]:
        with self.store.changing() as copy:
            return {op_id: own.state for op_id, own in copy.own(op_ids).items()}

    def _count(self, request: Request, answer: Answer) -> None:
        """What became of own acts is read off the outbox: another answer may have spoken of them before."""

    def _contact(self, answer: Answer) -> dict[str, str]:
        """The hub was met when it wrote the answer, but not later than this laptop's clock says."""
        local = self._carrier.local_ms()
        return met(answer, received_text(min(answer.received, local)), local)

    def _fetch(self, inc: str, scopes: Sequence[str]) -> None:
        self._load(p for p in self._carrier.parts(inc, scopes) if p.seq > self._cursors.get(p.scope, 0))
