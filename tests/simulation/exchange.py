"""What a hub process and a laptop's link do around the two machines: an exchange, its feeds and snapshots."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from dataclasses import dataclass

import msgspec

from familyhub.sync.copy import Gap, Sender
from familyhub.sync.hub import HubMachine
from familyhub.sync.laptop import LaptopMachine
from familyhub.sync.messages import Answer, Feed, Record, Request, SnapshotPart, pack, part_digest
from tests.simulation.memory_hub import MemoryHub, MemoryHubTx
from tests.simulation.memory_laptop import MemoryLaptop
from tests.simulation.sealing import seal, unsealed

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
        self.machine.unseal = unsealed

    def exchange(
        self, begin: Callable[[bool], MemoryHubTx], sender: Sender, request: Request, knobs: Knobs
    ) -> Generator[str, None, Answer]:
        """Push, then pull."""
        self.hub.snapshot_from = knobs.snapshot_from

        def expecting(writing: bool) -> MemoryHubTx:
            tx = begin(writing)
            tx.expect(request.push)
            return tx

        return (
            yield from self.machine.exchange(
                expecting, sender, request, no_chance, most_bytes=knobs.most_bytes
            )
        )

    def snapshot(
        self, device: str, scope: str, rows_in_part: int, mixed: bool, met: str
    ) -> list[SnapshotPart]:
        """A scope as it stands, in parts, with the device's own ops that it contains.

        None without a grant, or for a laptop that met another life of the hub.
        """
        life = list(self.hub.tables.lives)[-1]
        if scope not in self.hub.holds(device) or not self.machine.hands_out(life, met):
            return []
        seq, rows, own, floor = self.hub.snapshot(device, scope, self.machine, mixed)
        if not seq:
            return []
        bodies = [pack(rows[n : n + rows_in_part]) for n in range(0, len(rows), rows_in_part)] or [pack([])]
        digests = [part_digest(body) for body in bodies]
        version = self.machine.versions.current
        return [
            SnapshotPart(scope, seq, version, n, digests, body, own, self.hub.now_ms, floor)
            for n, body in enumerate(bodies)
        ]


def filled(feed: Feed, whole: Collection[tuple[str, Record]]) -> Feed:
    """The feed with those of its stubs that were asked for whole."""
    records = {record.op_id: record for scope, record in whole if scope == feed.scope}
    return Feed(feed.scope, feed.after, [records.get(r.op_id, r) for r in feed.records])


def slices(feeds: Iterable[Feed], size: int) -> Iterator[list[Feed]]:
    """Feeds in parts of at most `size` records that are applied in a transaction each, short feeds together."""
    part: list[Feed] = []
    room = size
    for feed in feeds:
        start = 0
        while start < len(feed.records):
            taken = feed.records[start : start + room]
            part.append(Feed(feed.scope, taken[0].seq - 1, taken))
            start, room = start + len(taken), room - len(taken)
            if room == 0:
                yield part
                part, room = [], size
    if part:
        yield part


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
        fetch: Callable[[str], list[SnapshotPart]],
        slice_size: int,
        killed_at: int,
    ) -> Iterator[str]:
        """Apply an answer in transactions, each followed by a yield; dies at the transaction `killed_at`."""
        place = 0
        self.ask = []
        with self.copy.transaction(place == killed_at) as copy:
            anew = self.machine.heard(copy, request, answer, seal)
        yield "heard"
        for scope in answer.snapshot:
            for part in fetch(scope) if scope not in anew else ():
                place += 1
                with self.copy.transaction(place == killed_at) as copy:
                    self.machine.take_parts(copy, [part])
                yield "snapshot"
        halted: set[str] = set()
        feeds = [filled(feed, answer.whole) for feed in answer.feeds if feed.scope not in anew]
        for part in slices(feeds, slice_size):
            place += 1
            with self.copy.transaction(place == killed_at) as copy:
                stopped = self.machine.receive_all(copy, [feed for feed in part if feed.scope not in halted])
                for why in stopped.values():
                    if isinstance(why, Gap):
                        raise why
            halted.update(stopped)
            self.ask.extend((scope, i) for scope, why in stopped.items() for i in why)
            yield "feed"
