"""Sixteen writers on the same rows of a real PostgreSQL, and a reader who asks all the time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from familyhub.hub.service import Hub
from familyhub.sync.messages import Answer, Request
from tests.hub.contention import contend
from tests.hub.world import HELEN, Device, make_hub, staff


@pytest.fixture
def postgres_hub(tmp_path: Path, postgres_database: str) -> Iterator[Hub]:
    made = make_hub(tmp_path / "hub", postgres_database)
    staff(made)
    yield made
    made.close()


def test_no_head_is_lost_and_no_reader_misses_an_act(postgres_hub: Hub) -> None:
    def ask(device: Device, request: Request) -> Answer:
        return postgres_hub.exchange(device.sender, request)

    found = contend(postgres_hub, HELEN, ask)
    assert found.written == 16 * 20
    assert found.overlapping >= 0.9
    assert found.missed == []
    assert found.numbers == list(range(2, found.written + 2))
    assert found.heads_lost == []
    assert found.not_folded == 0
