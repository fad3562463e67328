"""Many writers on the same rows and a reader who asks all the time: what the reader misses, which heads are lost.

Used by a test with a hub in its own process, and by the bench with a hub that is served.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from familyhub.hub import rebuilding
from familyhub.hub.service import Hub
from familyhub.sync.messages import Answer, Request, vector_digest
from tests.hub.world import Device

FAMILY = "fam:f1"
Ask = Callable[[Device, Request], Answer]
"""One exchange of a device with the hub."""


class Outcome(NamedTuple):
    """What became of the ops that were written."""

    written: int
    missed: list[str]
    """Ops that the reader was not told of."""
    numbers: list[int]
    """The numbers of the log as the reader was told them, in that order."""
    heads_lost: list[str]
    """Ops that nobody has replaced and that are no head at the hub."""
    overlapping: float
    """Part of the writes that began while another was under way."""
    not_folded: int
    """Scopes whose projection stays behind their log."""


class Reader:
    """Polls feeds under a cursor vector of its own and keeps what it saw."""

    def __init__(self, device: Device, ask: Ask) -> None:
        self.device, self.ask = device, ask
        self.cursors = {FAMILY: 1}
        self.seen: list[tuple[int, str]] = []

    def poll(self) -> bool:
        """One exchange; True when something came."""
        digest = f"{vector_digest(self.cursors.items()):016x}"
        request = Request(self.device.inc, digest, moved=dict(self.cursors), whole=True)
        answer = self.ask(self.device, request)
        assert not answer.need_vector
        for feed in answer.feeds:
            if feed.scope == FAMILY:
                self.seen.extend((record.seq, record.op_id) for record in feed.records)
            self.cursors[feed.scope] = feed.records[-1].seq
        return any(feed.scope == FAMILY for feed in answer.feeds)


class Writers:
    """Devices that all edit one field of the same rows, none of them having seen another's value."""

    def __init__(self, ask: Ask, edits: int, rows: int) -> None:
        self.ask, self.edits, self.rows = ask, edits, rows
        self.written: list[str] = []
        self.failures: list[BaseException] = []
        self._turn, self._flying, self._samples = threading.Lock(), 0, [0]

    def write(self, device: Device, gate: threading.Barrier) -> None:
        """All edits of one device; what goes wrong is kept for whoever waits."""
        try:
            gate.wait()
            for n in range(self.edits):
                op = device.op(FAMILY, "need", {"headline": f"{device.inc} {n}"}, row_id=f"n{n % self.rows}")
                self.written.append(op.op_id)
                self._count(1)
                answer = self.ask(device, device.request([op]))
                self._count(-1)
                assert answer.custody[0].known == n + 1
                assert not answer.custody[0].set_aside
        except BaseException as error:
            self.failures.append(error)

    def _count(self, step: int) -> None:
        with self._turn:
            self._flying += step
            if step > 0:
                self._samples.append(self._flying)

    @property
    def overlapping(self) -> float:
        """Part of the writes that began while another was under way."""
        return sum(n >= 2 for n in self._samples) / len(self._samples)


def contend(hub: Hub, worker: str, ask: Ask, *, writers: int = 16, edits: int = 20, rows: int = 5) -> Outcome:
    """Let ``writers`` devices of ``worker`` write ``edits`` ops each while another reads; raises what failed."""
    first = Device(hub, worker, "first")
    ask(first, first.request([first.op(FAMILY, "family", {"name": "Okafor"}, row_id="f1")]))
    desk, reader = Writers(ask, edits, rows), Reader(Device(hub, worker, "reader"), ask)
    devices = [Device(hub, worker, f"inc{n}") for n in range(writers)]
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                reader.poll()
            while reader.poll():
                pass
        except BaseException as error:
            desk.failures.append(error)

    _run(devices, desk, read, done)
    if desk.failures:
        raise desk.failures[0]
    not_folded = rebuilding.rebuild(hub)
    return Outcome(
        len(desk.written), sorted(set(desk.written) - {op_id for _, op_id in reader.seen}),
        [seq for seq, _ in reader.seen], sorted(set(desk.written) - set(_heads(hub, rows))), desk.overlapping,
        not_folded,
    )  # fmt: skip


def _run(devices: Sequence[Device], desk: Writers, read: Callable[[], None], done: threading.Event) -> None:
    gate = threading.Barrier(len(devices))
    threads = [threading.Thread(target=desk.write, args=(device, gate)) for device in devices]
    watching = threading.Thread(target=read)
    for thread in [*threads, watching]:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    watching.join()


def _heads(hub: Hub, rows: int) -> list[str]:
    with hub.begin() as tx:
        held = tx.load([(FAMILY, "need", f"n{n}") for n in range(rows)])
    return [op_id for row in held.values() for op_id in row.row["headline"].heads]
