from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Queue

import pytest

from familyhub.hub.service import Hub
from familyhub.link.background import Background, Outcome
from familyhub.link.errors import HubUnreachable
from familyhub.link.transport import Transport
from familyhub.store.laptop import LaptopStore, sync_lock
from tests.hub.world import ASHA, Laptops, enrolled, note, open_family, rows, way


@pytest.fixture
def asha(hub: Hub, laptops: Laptops) -> LaptopStore:
    store = enrolled(hub, laptops.new(), ASHA)
    open_family(store, "f1")
    return store


@pytest.fixture
def told() -> Queue[Outcome]:
    return Queue()


@pytest.fixture
def started(hub: Hub, asha: LaptopStore, told: Queue[Outcome]) -> Iterator[Background]:
    background = Background(asha, told.put, way=lambda: way(hub, asha), every=3600)
    background.start()
    yield background
    background.stop()
    assert not background._thread.is_alive()


def test_it_syncs_at_the_start_and_after_each_save(
    started: Background, asha: LaptopStore, told: Queue[Outcome]
) -> None:
    assert told.get(timeout=20).report.sent == 1
    note(asha, "fam:f1", "Just saved")
    started.nudge()
    outcome = told.get(timeout=20)
    assert (outcome.well, outcome.report.sent) == (True, 1)


def test_it_syncs_again_when_its_time_has_come(hub: Hub, asha: LaptopStore, told: Queue[Outcome]) -> None:
    background = Background(asha, told.put, way=lambda: way(hub, asha), every=0.01)
    background.start()
    for _ in range(3):
        assert told.get(timeout=20).well
    background.stop()


def test_without_a_hub_it_waits_longer_each_time_and_saves_do_not_hurry_it(
    asha: LaptopStore, told: Queue[Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> Transport:
        raise HubUnreachable("The hub cannot be reached from here.")

    waits: list[float] = []
    enough = threading.Event()
    background = Background(asha, told.put, way=nowhere, first_retry=1.0, jitter=lambda: 0.5)

    def wait_for(predicate: object, timeout: float) -> bool:
        waits.append(round(timeout))
        if len(waits) > 16:
            background._ending = True
            enough.set()
        return False

    monkeypatch.setattr(background._changed, "wait_for", wait_for)
    background.start()
    assert enough.wait(20)
    background.stop()
    assert waits[0:16:2] == [1] * 8
    assert waits[1:16:2] == [1, 2, 4, 8, 16, 32, 40, 40]
    first = told.get(timeout=1)
    assert (first.reachable, first.sentence) == (False, "The hub cannot be reached from here.")


def test_what_goes_wrong_is_told_and_the_thread_lives_on(
    hub: Hub, asha: LaptopStore, told: Queue[Outcome]
) -> None:
    ways = iter([RuntimeError("Zebedee-canary"), None])

    def way_or_not() -> Transport:
        error = next(ways)
        if error is not None:
            raise error
        return way(hub, asha)

    background = Background(asha, told.put, way=way_or_not, first_retry=0.01)
    background.start()
    wrong = told.get(timeout=20)
    assert not wrong.well
    assert "Zebedee" not in wrong.sentence
    assert told.get(timeout=20).well
    background.stop()


def test_another_process_that_syncs_is_waited_for(hub: Hub, asha: LaptopStore, told: Queue[Outcome]) -> None:
    background = Background(asha, told.put, way=lambda: way(hub, asha), first_retry=0.01)
    with sync_lock(asha.home):
        background.start()
        assert "syncing just now" in told.get(timeout=20).sentence
    while not told.get(timeout=20).well:
        pass
    background.stop()
    assert rows(asha, "family", "id") == [("f1",)]
