"""A real hub process over real HTTP."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from familyhub.hub import admin
from familyhub.hub.home import HubError
from familyhub.hub.rebuilding import rebuild
from familyhub.hub.serve import _listen, serve
from familyhub.hub.service import Hub
from familyhub.link.enrol import enrol
from familyhub.link.errors import HubRefused, HubUnreachable
from familyhub.link.exchange import sync
from familyhub.link.transport import connect
from familyhub.store.errors import StoreBusy
from tests.hub.process import HubProcess, running
from tests.hub.world import ASHA, HELEN, Laptops, hub_rows, note, open_family, rows, staff

PUSHES, KILLS = 200, 8


@pytest.fixture
def served(tmp_path: Path, database: str | None) -> Iterator[HubProcess]:
    """A hub made as people make it, with its workers, in a process."""
    hub = Hub.init(tmp_path / "hub", None, database, demonstration=True)
    staff(hub)
    hub.close()
    with running(tmp_path / "hub") as process:
        yield process


def code_for(served: HubProcess, worker: str) -> str:
    hub = Hub.open(served.home)
    try:
        return admin.code(hub, worker)
    finally:
        hub.close()


def test_a_laptop_enrols_and_syncs_with_a_hub_process_that_ends_in_order(
    served: HubProcess, laptops: Laptops
) -> None:
    assert httpx.get(f"{served.url}/health", trust_env=False).json()["status"] == "ok"
    asha, helen = laptops.new(), laptops.new()
    enrol(asha, served.url, code_for(served, ASHA))
    enrol(helen, served.url + "/", code_for(served, HELEN))
    with pytest.raises(HubRefused, match="Ask for a new code"):
        enrol(laptops.new(), served.url, "AAAA-BBBB-CCCC-DDDD")
    note(asha, open_family(asha, "f1", "Okafor"), "Went round at four.")
    assert sync(asha, connect(asha)).sent == 2
    way = connect(helen)
    sync(helen, way)
    assert rows(helen, "note", "text") == [("Went round at four.",)]
    sync(helen, way)
    before = way.bytes_sent + way.bytes_received
    assert sync(helen, way).round_trips == 1
    assert way.bytes_sent + way.bytes_received - before < 1024
    with pytest.raises(StoreBusy):
        serve(served.home)
    assert served.end() == 0
    with pytest.raises(HubUnreachable):
        sync(helen, way)


def test_a_hub_that_is_killed_at_any_moment_takes_every_act_exactly_once(
    served: HubProcess, laptops: Laptops
) -> None:
    dice = random.Random(11)
    asha = laptops.new()
    enrol(asha, served.url, code_for(served, ASHA))
    scope = open_family(asha, "f1")
    sync(asha, connect(asha))
    fatal = set(dice.sample(range(PUSHES), KILLS))
    way, took, broken = connect(asha), 0.05, 0
    written: list[str] = []
    for n in range(PUSHES):
        written.append(note(asha, scope, f"Note {n}"))
        dying = threading.Timer(dice.uniform(0, took), served.kill) if n in fatal else None
        if dying is not None:
            dying.start()
        begun = time.perf_counter()
        try:
            sync(asha, way)
            took = (took + time.perf_counter() - begun) / 2
        except HubUnreachable:
            assert dying is not None
            broken += 1
        if dying is not None:
            dying.join()
            served.start()
    sync(asha, way)
    way.close()
    assert broken > 0, "no kill came in the middle of an exchange"
    hub = Hub.open(served.home)
    logged = [row[0] for row in hub_rows(hub, "select row_id from op where entity = 'note' order by seq")]
    seqs = [row[0] for row in hub_rows(hub, "select seq from op where scope = ? order by seq", (scope,))]
    assert logged == written
    assert seqs == list(range(1, PUSHES + 2))
    assert hub_rows(hub, "select count(*) from quarantine") == [(0,)]
    assert rebuild(hub) == 0
    assert hub_rows(hub, "select count(*) from note") == [(PUSHES,)]
    hub.close()
    with asha.reading() as connection:
        states = connection.exec_driver_sql("select state, count(*) from outbox group by state").fetchall()
    assert [tuple(s) for s in states] == [("done", PUSHES + 1)]
    assert [row[0] for row in rows(asha, "note", "id")] == sorted(written)


def test_a_hub_listens_elsewhere_only_when_it_is_told_how_connections_are_protected(tmp_path: Path) -> None:
    with pytest.raises(HubError, match="certificate"):
        serve(tmp_path, host="0.0.0.0")


def test_a_short_answer_is_sent_at_once_and_waits_for_no_acknowledgement() -> None:
    waits: list[bool] = []

    async def meet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waits.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0)
        writer.close()

    async def go() -> None:
        with _listen("127.0.0.1", 0) as listening:
            async with await asyncio.start_server(meet, sock=listening) as server:
                reader, writer = await asyncio.open_connection(*listening.getsockname())
                await reader.read()
                writer.close()
                server.close()

    asyncio.run(go())
    assert waits == [False]
