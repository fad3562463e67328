"""A laptop's store: open it, read it, and change it only through ops."""

from __future__ import annotations

import gc
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from familyhub.records.catalogue import SCHEMA_VERSION
from familyhub.store import blobs, migrate, search
from familyhub.store import engine as engines
from familyhub.store.errors import DiskFull, NewerStore, StoreBusy, StoreError, explain
from familyhub.store.laptop_copy import SqlLaptopCopy, read_token
from familyhub.store.locks import app_lock as app_lock
from familyhub.store.locks import exclusive as exclusive
from familyhub.store.locks import sync_lock as sync_lock
from familyhub.store.vault import Vault
from familyhub.sync.laptop import Act, LaptopMachine
from familyhub.sync.ops import REMOVED, Op, RowKey, Value, uuid7, without_nothing

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

VAULT, DATABASE = "store.vault", "store.db"
ABOUT_SECONDS = 30.0
"""How long after somebody wrote they are taken to be at work still."""
LOG = f"{DATABASE}-wal"
LOG_BYTES = 4 << 20
"""A write-ahead log that is longer is brought into the database."""
MANY_ACTS = 1000
"""Acts of one unit of work from which on it is bulk entry."""


def now_ms() -> int:
    """This laptop's clock in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """A new row or op id."""
    return uuid7(now_ms(), os.urandom(10))


class WriterQueue:
    """One writer at a time; people's acts go before a sync's slices."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._busy = False
        self._people = 0
        self._people_left = -ABOUT_SECONDS

    @property
    def people_about(self) -> bool:
        """Whether a person's act waits for its turn, or came in the last ``ABOUT_SECONDS``."""
        return self._people > 0 or time.monotonic() - self._people_left < ABOUT_SECONDS

    @property
    def people_wait(self) -> bool:
        """Whether a person's act waits for its turn."""
        return self._people > 0

    @contextmanager
    def turn(self, urgent: bool) -> Iterator[None]:
        """Wait for the turn and hold it."""
        with self._turn:
            self._people += urgent
            while self._busy or (self._people and not urgent):
                self._turn.wait()
            self._people -= urgent
            self._busy = True
        try:
            yield
        finally:
            with self._turn:
                self._busy = False
                if urgent:
                    self._people_left = time.monotonic()
                self._turn.notify_all()


@contextmanager
def _much_in_hand(acts: int) -> Iterator[None]:
    """Do not look for garbage again and again among thousands of acts that are all still needed."""
    pausing = acts > MANY_ACTS and gc.isenabled()
    if pausing:
        gc.disable()
    try:
        yield
    finally:
        if pausing:
            gc.enable()


class Work:
    """A unit of work: the acts somebody did at once, saved together or not at all."""

    def __init__(self, actor: str) -> None:
        self.actor = actor
        self.acts: list[Act] = []
        self.blobs: list[blobs.NewBlob] = []
        """Files that its acts name: they are kept in the same transaction."""
        self.ops: list[Op] = []
        """The ops it became, once saved."""
        self._last_id = ""

    def create(self, scope: str, entity: str, fields: Mapping[str, Value], row_id: str | None = None) -> str:
        """A new row; returns its id. Fields without a value are left out.

        Raises ``ValueError`` where no field has one: a row is its heads, so that no other copy would have this one.
        """
        known = without_nothing(fields)
        if not known:
            raise ValueError(f"Nothing is written of this {entity}: no other copy would have it.")
        row_id = row_id or new_id()
        self.acts.append(Act("create", scope, entity, row_id, known, {}, SCHEMA_VERSION))
        return row_id

    def change(self, scope: str, entity: str, row_id: str, seen: str, fields: Mapping[str, Value]) -> str:
        """New values for fields of a row that was on screen with the revision ``seen``; returns the act's id."""
        heads = read_token(seen)
        base = {f: heads.get(f, ()) for f in fields}
        return self._act("change", (scope, entity, row_id), dict(fields), base)

    def decide(
        self, scope: str, entity: str, row_id: str, field: str, heads: tuple[str, ...], value: Value
    ) -> str:
        """Settle a difference: a value that replaces all heads, also where it is the one shown already.

        Returns the act's id, by which it can be undone.
        """
        return self._act("decide", (scope, entity, row_id), {field: value}, {field: heads})

    def restore(self, row: RowKey, field: str, act: str, value: Value) -> str:
        """Bring back a value that ``act`` replaced; several values of one field are several acts. Returns its id."""
        return self._act("change", row, {field: value}, {field: (act,)})

    def _act(self, kind: str, row: RowKey, patch: dict[str, Value], base: dict[str, tuple[str, ...]]) -> str:
        while (op_id := new_id()) <= self._last_id:
            pass  # ids rise: where the hub sets back a clock that is ahead, they alone say what came last
        self._last_id = op_id
        self.acts.append(Act(kind, *row, patch, base, SCHEMA_VERSION, op_id))
        return op_id

    def remove(self, scope: str, entity: str, row_id: str, seen: str) -> None:
        """Remove a row of which ``seen`` was on screen; an edit that was not seen keeps it visible."""
        heads = read_token(seen)
        saw = sorted(f"{f}:{i}" for f, ids in heads.items() if f != REMOVED for i in ids)
        base = {REMOVED: heads.get(REMOVED, ())}
        self.acts.append(Act("remove", scope, entity, row_id, {REMOVED: saw}, base, SCHEMA_VERSION))


class LaptopStore:
    """The encrypted store in a home folder."""

    def __init__(self, home: Path, key: bytes, *, demonstration: bool) -> None:
        self.home = home
        self.demonstration = demonstration
        self.key = key
        self.engine: Engine = engines.encrypted(home / DATABASE, key, log_settled=True)
        self.machine = LaptopMachine()
        self.terms = search.Terms()
        self.now_ms: Callable[[], int] = now_ms
        self._queue = WriterQueue()

    @classmethod
    def create(cls, home: Path, passphrase: str, *, demonstration: bool = False) -> LaptopStore:
        """A new empty store; raises ``StoreError`` for a passphrase that is not accepted or a home in use."""
        home.mkdir(parents=True, exist_ok=True)
        vault = Vault(home / VAULT)
        if vault.path.exists() or (home / DATABASE).exists():
            raise StoreBusy(f"There is a store in {home} already. Choose another folder with --home.")
        key = vault.create(passphrase, uuid.uuid4().hex, demonstration=demonstration)
        store = cls(home, key, demonstration=demonstration)
        migrate.upgrade_laptop(store.engine)
        vault.remember_database((home / DATABASE).read_bytes()[:16])
        return store

    @classmethod
    def open(cls, home: Path, passphrase: str) -> LaptopStore:
        """Open the store in ``home``; raises one of ``store.errors`` with the sentence to show."""
        vault = Vault(home / VAULT)
        demonstration = bool(vault.read().get("demonstration"))
        key = vault.open(passphrase)
        return cls.with_key(home, key, demonstration=demonstration)

    @classmethod
    def with_key(cls, home: Path, key: bytes, *, demonstration: bool) -> LaptopStore:
        """Open the store whose key is known already (the app opened it for its first page)."""
        engines.open_checked(home / DATABASE, key, Vault(home / VAULT)).close()
        store = cls(home, key, demonstration=demonstration)
        try:
            with store.reading() as connection:
                state = migrate.laptop_state(connection)
            if state == "newer":
                raise NewerStore
            if state == "older":
                migrate.upgrade_laptop(store.engine, backup=home / DATABASE)
            blobs.tidy(store)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    # -- reading and writing ---------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose reads all see one moment."""
        with self.engine.connect().execution_options(**engines.READING) as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, urgent: bool = False) -> Iterator[Connection]:
        """A connection in a writing transaction; raises ``DiskFull`` or ``StoreBusy`` and keeps nothing then."""
        from sqlalchemy.exc import OperationalError

        with self._queue.turn(urgent):
            try:
                with self.engine.begin() as connection:
                    yield connection
            except OperationalError as error:
                if engines.disk_is_full(error):
                    raise DiskFull from error
                if "locked" in str(error):
                    raise StoreBusy(
                        "Another FamilyHub on this laptop is writing. Nothing was lost: try again."
                    ) from error
                if sentence := explain(error):
                    raise StoreError(sentence) from error
                raise
        if not urgent:
            self._settle_log()

    def _settle_log(self) -> None:
        """Bring a long write-ahead log into the database beside whoever writes, then what they wrote in a turn of its own."""
        log = self.home / LOG
        if not log.exists() or log.stat().st_size <= LOG_BYTES:
            return
        with suppress(engines.Trouble):  # everything is durable in the log already
            migrate.checkpoint(self.engine, "PASSIVE")
            with self._queue.turn(urgent=False):
                migrate.checkpoint(self.engine, "PASSIVE")

    @contextmanager
    def changing(self, urgent: bool = False) -> Iterator[SqlLaptopCopy]:
        """The copy for the sync machine, in one transaction; people's acts are urgent."""
        with self.writing(urgent) as connection:
            indexer = search.SearchIndexer(connection)
            copy = SqlLaptopCopy(connection, indexer)
            yield copy
            copy.finish()
            if copy.erasing:
                indexer.erase_words()
        if copy.erasing:
            migrate.checkpoint(self.engine)

    @property
    def people_wait(self) -> bool:
        """Whether a person's act waits for a sync's slice to end."""
        return self._queue.people_wait

    @property
    def people_about(self) -> bool:
        """Whether somebody is at work here: what else is written goes in small pieces."""
        return self._queue.people_about

    @contextmanager
    def work(self, actor: str) -> Iterator[Work]:
        """A unit of work: everything in it is saved durably on leaving, or nothing of it."""
        work = Work(actor)
        yield work
        if work.acts:
            for blob in work.blobs:
                blobs.keep_ahead(self, blob, self.now_ms())
            with self.changing(urgent=True) as copy, _much_in_hand(len(work.acts)):
                for blob in work.blobs:
                    blobs.keep_whole(copy.connection, blob, self.now_ms())
                work.ops = self.machine.commit(copy, actor, work.acts, self.now_ms(), new_id)

    def setting(self, name: str) -> str | None:
        """A setting of this store."""
        with self.reading() as connection:
            found = connection.exec_driver_sql("select value from setting where name = ?", (name,)).first()
            return found[0] if found else None

    def settings(self) -> dict[str, str]:
        """All settings of this store."""
        with self.reading() as connection:
            return {n: v for n, v in connection.exec_driver_sql("select name, value from setting")}

    def set_settings(self, values: Mapping[str, str]) -> None:
        """Write settings of this store."""
        with self.changing() as copy:
            copy.set_settings(values)

    @property
    def worker(self) -> str:
        """The id of the worker whose laptop this is."""
        return self.setting("worker") or ""
