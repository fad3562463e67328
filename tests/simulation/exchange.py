"""What a hub process and a laptop's link do around the two machines: an exchange, its feeds and snapshots."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator
from dataclasses import dataclass

import msgspec

from familyhub.sync.copy import Sender, as_record
from familyhub.sync.hub import HubMachine
from familyhub.sync.laptop import LaptopMachine, snapshot_row
from familyhub.sync.messages import Answer, Feed, Record, Request, SnapshotScope, vector_digest
from familyhub.sync.ops import pack_payload
from tests.simulation.memory_hub import MemoryHub, MemoryHubTx
from tests.simulation.memory_laptop import MemoryLaptop

SALT = b"s" * 16


def no_chance() -> bytes:
    """The salt of a simulated op: always the same."""
    return SALT


@dataclass(frozen=True)
class Knobs:
    """What the seed decides about one exchange at the hub."""

    most_bytes: int = 1 << 18
    snapshot_from: int = 1 << 18
    """A scope in which the laptop is so many numbers behind comes as a snapshot, as if below its floor."""


class HubProcess:
    """Everything at the hub but the network: transactions under way die with it, the tables do not."""

    def __init__(self, machine: HubMachine, hub: MemoryHub) -> None:
        self.machine, self.hub = machine, hub
        self.grants: dict[str, set[str]] = {}
        """Scopes of each device."""
        self.incarnations: dict[str, set[str]] = {}
        """Every incarnation that a device was heard under."""

    def exchange(
        self, begin: Callable[[], MemoryHubTx], sender: Sender, request: Request, now_ms: int, knobs: Knobs
    ) -> Generator[str, None, Answer]:
        """Push, then pull."""
        custody = []
        self.incarnations.setdefault(sender.device, set()).add(request.inc)
        if request.push:
            custody = yield from self.machine.push(
                begin(), sender, request.push, request.own, now_ms, no_chance
            )
            yield "pushed"
        name = (sender.device, request.inc)
        stored = {} if request.whole else self.hub.vectors.get(name, {})
        vector = {**stored, **request.moved}
        self.hub.vectors[name] = vector
        if f"{vector_digest(vector.items()):016x}" != request.digest:
            return Answer(epoch="1", received=now_ms, custody=custody, need_vector=True)
        tx = begin()
        news, snapshots = [], []
        for scope in sorted(self.grants[sender.device]):
            head, _ = tx.head(scope)
            cursor = vector.get(scope, 0)
            if tx.folded(scope) - cursor >= knobs.snapshot_from:
                snapshots.append(scope)
            elif head > cursor:
                news.append((scope, cursor, head))
        feeds, long, more = self.machine.feeds(tx, request.inc, news, knobs.most_bytes)
        asked = [(scope, tx.by_id(scope, op_id)) for scope, op_id in request.ask]
        return Answer(
            epoch="1",
            received=now_ms,
            custody=custody,
            feeds=feeds,
            snapshot=snapshots + long,
            whole=[(scope, as_record(row, False, pack_payload(row.op))) for scope, row in asked if row],
            more=more,
        )

    def snapshot(self, device: str, scope: str) -> SnapshotScope:
        """The projection of a scope as it stands, with the device's own ops that it contains."""
        tx = self.hub.begin()
        seq = tx.folded(scope)
        rows = [snapshot_row(k[1], k[2], held) for k, held in sorted(self.hub.rows_of(scope).items())]
        log = self.hub.tables.log.get(scope, {})
        incs = self.incarnations.get(device, set())
        own = [row.op.op_id for n, row in log.items() if n <= seq and row.op.inc in incs]
        return SnapshotScope(scope, seq, 1, rows, own)


def filled(feed: Feed, whole: Collection[tuple[str, Record]]) -> Feed:
    """The feed with those of its stubs that were asked for whole."""
    records = {record.op_id: record for scope, record in whole if scope == feed.scope}
    return Feed(feed.scope, feed.after, [records.get(r.op_id, r) for r in feed.records])


def slices(feed: Feed, size: int) -> Iterator[Feed]:
    """The feed in parts that are applied in a transaction each."""
    for start in range(0, len(feed.records), size):
        part = feed.records[start : start + size]
        yield Feed(feed.scope, part[0].seq - 1, part)


class Link:
    """The laptop's side of exchanges: what it must ask for is forgotten when it dies."""

    def __init__(self, machine: LaptopMachine, copy: MemoryLaptop) -> None:
        self.machine, self.copy = machine, copy
        self.ask: list[tuple[str, str]] = []

    def request(self, most_bytes: int) -> Request:
        """What to say now."""
        with self.copy.transaction() as copy:
            request = self.machine.request(copy, most_bytes)
        return msgspec.structs.replace(request, ask=list(self.ask))

    def applied(
        self,
        request: Request,
        answer: Answer,
        fetch: Callable[[str], SnapshotScope],
        slice_size: int,
        killed_at: int,
    ) -> Iterator[str]:
        """Apply an answer in transactions, each followed by a yield; dies at the transaction `killed_at`."""
        place = 0
        self.ask = []
        with self.copy.transaction(place == killed_at) as copy:
            self.machine.heard(copy, request, answer)
        yield "heard"
        if answer.snapshot:
            snapshots = [fetch(scope) for scope in answer.snapshot]
            place += 1
            with self.copy.transaction(place == killed_at) as copy:
                self.machine.load_snapshots(copy, snapshots)
            yield "snapshots"
        for feed in answer.feeds:
            for part in slices(filled(feed, answer.whole), slice_size):
                place += 1
                with self.copy.transaction(place == killed_at) as copy:
                    missing = self.machine.receive(copy, part)
                yield "feed"
                self.ask.extend((feed.scope, i) for i in missing)
                if missing:
                    break
