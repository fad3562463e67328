"""Sixteen writers on the same rows of a real PostgreSQL, and a reader who asks all the time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from familyhub.hub import admin
from familyhub.hub.service import Hub
from familyhub.sync.messages import Request, vector_digest
from tests.hub.world import HELEN, Device, make_hub, staff

WRITERS, EDITS, ROWS, FAMILY = 16, 20, 5, "fam:f1"


@pytest.fixture
def postgres_hub(tmp_path: Path, postgres_database: str) -> Iterator[Hub]:
    made = make_hub(tmp_path / "hub", postgres_database)
    staff(made)
    yield made
    made.close()


class Reader:
    """Polls feeds under a cursor vector of its own and keeps what it saw."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.cursors = {"fam:f1": 1}
        self.seen: list[tuple[int, str]] = []

    def poll(self) -> bool:
        """One exchange; True when something came."""
        digest = f"{vector_digest(self.cursors.items()):016x}"
        request = Request(self.device.inc, digest, moved=dict(self.cursors), whole=True)
        answer = self.device.hub.exchange(self.device.sender, request)
        assert not answer.need_vector
        for feed in answer.feeds:
            if feed.scope == FAMILY:
                self.seen.extend((record.seq, record.op_id) for record in feed.records)
            self.cursors[feed.scope] = feed.records[-1].seq
        return any(feed.scope == FAMILY for feed in answer.feeds)


def test_no_head_is_lost_and_no_reader_misses_an_act(postgres_hub: Hub) -> None:
    hub = postgres_hub
    first = Device(hub, HELEN, "first")
    hub.exchange(first.sender, first.request([first.op(FAMILY, "family", {"name": "Okafor"}, row_id="f1")]))
    writers = [Device(hub, HELEN, f"inc{n}") for n in range(WRITERS)]
    reader = Reader(Device(hub, HELEN, "reader"))
    gate, turn, flying, samples, written = threading.Barrier(WRITERS), threading.Lock(), [0], [], []
    failures: list[BaseException] = []
    done = threading.Event()

    def write(device: Device) -> None:
        try:
            sender = device.sender
            gate.wait()
            for n in range(EDITS):
                op = device.op(FAMILY, "need", {"headline": f"{device.inc} {n}"}, row_id=f"n{n % ROWS}")
                written.append(op.op_id)
                with turn:
                    flying[0] += 1
                    samples.append(flying[0])
                answer = hub.exchange(sender, device.request([op]))
                with turn:
                    flying[0] -= 1
                assert answer.custody[0].known == n + 1
                assert not answer.custody[0].set_aside
        except BaseException as error:
            failures.append(error)

    def read() -> None:
        while not done.is_set():
            reader.poll()
        while reader.poll():
            pass

    threads = [threading.Thread(target=write, args=(device,)) for device in writers]
    watching = threading.Thread(target=read)
    for thread in [*threads, watching]:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    watching.join()
    assert failures == []
    assert sum(n >= 2 for n in samples) >= 0.9 * len(samples)
    assert [seq for seq, _ in reader.seen] == list(range(2, WRITERS * EDITS + 2))
    assert sorted(op_id for _, op_id in reader.seen) == sorted(written)
    assert admin.rebuild(hub) == 0
    with hub.begin() as tx:
        held = tx.load([(FAMILY, "need", f"n{n}") for n in range(ROWS)])
    heads = [op_id for row in held.values() for op_id in row.row["headline"].heads]
    assert sorted(heads) == sorted(written)
