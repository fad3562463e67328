"""Hubs and laptops for tests: quick to make, otherwise the real thing."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from familyhub.hub import admin
from familyhub.hub.app import create_app
from familyhub.hub.home import HubHome
from familyhub.hub.serve import AnnouncingServer
from familyhub.hub.service import Hub
from familyhub.hub.tables import everything
from familyhub.link import signing
from familyhub.link.enrol import enrol_in_process
from familyhub.link.exchange import Report, sync
from familyhub.link.in_process import InProcess
from familyhub.records.catalogue import entities
from familyhub.store import engine as engines
from familyhub.store import migrate
from familyhub.store.laptop import DATABASE, LaptopStore
from familyhub.store.laptop_copy import seen_token
from familyhub.sync import clock
from familyhub.sync.copy import Sender
from familyhub.sync.messages import Batch, Frame, Request
from familyhub.sync.ops import Op, pack_payload

KEY = bytes(range(32))
NO_VECTOR = "0" * 16
ASHA, SAM, HELEN, GRACE = "w-asha", "w-sam", "w-helen", "w-grace"
STAFF = (
    (ASHA, "Asha Rahman", "worker", "north"),
    (SAM, "Sam Doyle", "worker", "north"),
    (HELEN, "Helen Marsh", "coordinator", "north"),
    (GRACE, "Grace Okoro", "worker", "south"),
)


class FakeClock:
    """A clock that stands until it is moved."""

    def __init__(self, now_ms: int = 1_790_000_000_000) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms

    def pass_by(self, seconds: float) -> None:
        """Move on."""
        self.now_ms += round(seconds * 1000)


def make_hub(home: Path, database: str | None, *, made: bool = False, **options: Any) -> Hub:
    """A hub without a vault, its tables made at once; another test compares them with the migrations."""
    home.mkdir(parents=True, exist_ok=True)
    engine = engines.postgresql(database) if database else engines.encrypted(home / "hub.db", KEY)
    hub = Hub(engine, HubHome(home, "the-hub", database, True), secret=KEY, **options)
    if made:
        return hub
    with engine.begin() as connection:
        for metadata in everything():
            metadata.create_all(connection, checkfirst=False)
    with hub.begin() as tx:
        tx.sql.many(
            "insert into setting (name, value) values (?, ?)", [("hub_id", "the-hub"), ("epoch", "one")]
        )
        tx.finish()
    return hub


def staff(hub: Hub) -> None:
    """Add the workers of the tests."""
    for worker in STAFF:
        admin.add_worker(hub, *worker)


class Laptops:
    """Makes laptops from one empty store, which is made once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._empty = folder / "empty"
        self._empty.mkdir()
        store = LaptopStore(self._empty, KEY, demonstration=True)
        migrate.upgrade_laptop(store.engine)
        store.engine.dispose()
        self._made = 0

    def new(self) -> LaptopStore:
        """A laptop that is not enrolled."""
        self._made += 1
        home = self.folder / f"laptop-{self._made}"
        shutil.copytree(self._empty, home)
        return LaptopStore(home, KEY, demonstration=True)

    def copy_of(self, store: LaptopStore) -> LaptopStore:
        """A second laptop with the same file: restored from a copy, or cloned."""
        self._made += 1
        home = self.folder / f"laptop-{self._made}"
        store.engine.dispose()  # the last connection to close writes the log of the file back
        home.mkdir()
        shutil.copy2(store.home / DATABASE, home / DATABASE)
        return LaptopStore(home, KEY, demonstration=True)


def enrolled(hub: Hub, store: LaptopStore, worker: str, url: str = "http://127.0.0.1:1") -> LaptopStore:
    """Enrol a laptop in process."""
    enrol_in_process(store, hub, admin.code(hub, worker), url)
    return store


def way(hub: Hub, store: LaptopStore) -> InProcess:
    """The way from an enrolled laptop to a hub in this process; rights are read anew each time it is made."""
    from familyhub.hub.door import visitor

    with hub.reading() as sql:
        found = visitor(sql, store.setting("device") or "")
    assert found is not None
    return InProcess(hub, found.sender)


def synced(hub: Hub, store: LaptopStore) -> Report:
    """Sync a laptop in process."""
    return sync(store, way(hub, store))


def open_family(store: LaptopStore, family: str, name: str = "Tester", locality: str = "north") -> str:
    """Open a family's file on a laptop; returns its scope."""
    with store.work(store.worker) as work:
        work.create(f"fam:{family}", "family", {"name": name, "locality": locality}, family)
    return f"fam:{family}"


def note(store: LaptopStore, scope: str, text: str, row_id: str | None = None) -> str:
    """Write a note on a laptop; returns its id."""
    with store.work(store.worker) as work:
        return work.create(
            scope, "note", {"text": text, "text_readers": "workers", "on": "2026-05-04"}, row_id
        )


def change(store: LaptopStore, key: tuple[str, str, str], fields: dict[str, Any]) -> None:
    """Change fields of a row as somebody does who has it on the screen."""
    scope, entity, row_id = key
    with store.changing() as copy:
        seen = seen_token(copy.load([key])[key], entities()[entity].fields)
    with store.work(store.worker) as work:
        work.change(scope, entity, row_id, seen, fields)


def rows(store: LaptopStore, entity: str, columns: str = "*") -> list[Any]:
    """What a laptop shows of an entity."""
    with store.reading() as connection:
        return [tuple(r) for r in connection.exec_driver_sql(f"select {columns} from {entity} order by id")]


def hub_rows(hub: Hub, query: str, values: Sequence[Any] = ()) -> list[Any]:
    """A query at the hub."""
    with hub.reading() as sql:
        return [tuple(row) for row in sql.rows(query, values)]


# -- without a store -----------------------------------------------------------------------------------------


class Device:
    """A device that is only an identity and labels: for what no proper laptop would send."""

    def __init__(self, hub: Hub, worker: str, inc: str = "inc1") -> None:
        self.hub, self.worker, self.inc = hub, worker, inc
        self.seed = os.urandom(32)
        self.id = os.urandom(16).hex()
        self.labels: dict[str, int] = {}
        with hub.begin() as tx:
            tx.sql.run(
                "insert into device (id, worker, public_key, name, enrolled) values (?, ?, ?, ?, ?)",
                (self.id, worker, signing.public_key(self.seed), "test", tx.now_ms),
            )
            tx.finish()

    @property
    def sender(self) -> Sender:
        """Who it is now."""
        from familyhub.hub.door import visitor

        with self.hub.reading() as sql:
            found = visitor(sql, self.id)
        assert found is not None
        return found.sender

    def op(self, scope: str, entity: str, patch: dict[str, Any], **changes: Any) -> Op:
        """An op with the next label of its scope."""
        self.labels[scope] = self.labels.get(scope, 0) + 1
        values: dict[str, Any] = {
            "scope": scope, "op_id": os.urandom(16).hex(), "inc": self.inc, "dseq": self.labels[scope],
            "kind": "create", "entity": entity, "row_id": os.urandom(8).hex(), "sv": 1,
            "hlc": clock.tick(self.hub.clock(), self.labels[scope]), "actor": self.worker, "patch": patch,
            "base": {},
        }  # fmt: skip
        return Op(**{**values, **changes})

    def request(self, ops: Sequence[Op], **changes: Any) -> Request:
        """A request that pushes ops."""
        batches: dict[str, list[Frame]] = {}
        for op in ops:
            batches.setdefault(op.scope, []).append(Frame(op.op_id, op.dseq, pack_payload(op)))
        values: dict[str, Any] = {
            "inc": self.inc, "digest": NO_VECTOR, "push": [Batch(s, self.inc, f) for s, f in batches.items()],
            "own": {s: self.labels[s] for s in batches},
        }  # fmt: skip
        return Request(**{**values, **changes})

    def headers(self, method: str, path: str, body: bytes, time_ms: int | None = None) -> dict[str, str]:
        """Headers that let a request in."""
        who = signing.Identity(self.id, self.seed)
        return signing.signed_headers(
            who, method, path, body, self.hub.clock() if time_ms is None else time_ms
        )


def ask(
    app: FastAPI, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> httpx.Response:
    """One request to an application in this process."""

    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            return await client.request(method, path, content=body, headers=headers)

    return asyncio.run(go())


@contextmanager
def served(hub: Hub) -> Iterator[str]:
    """A hub served from a thread of this process; yields its URL."""
    from familyhub.hub import serve

    listening = serve._listen("127.0.0.1", 0)
    config = uvicorn.Config(
        create_app(hub), log_level="critical", lifespan="off", timeout_graceful_shutdown=2
    )
    url = serve._url(listening, None)
    server = AnnouncingServer(config, url, None)
    ready = threading.Event()
    server.on_ready = ready.set
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        assert ready.wait(30)
        yield url
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()
