"""The hub as an object: exchanges, snapshots, bulk entry. ``hub.app`` is a thin HTTP shell around it."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec.structs import replace

from familyhub.hub import blobs, enrolment, framing, schema, scopes, snapshots, vectors
from familyhub.hub.folder import Folder
from familyhub.hub.home import HubHome
from familyhub.hub.load import Loaded, log_acts
from familyhub.hub.log import SqlHubTx
from familyhub.hub.rights import Door
from familyhub.hub.sql import Sql
from familyhub.store.engine import READING
from familyhub.sync.copy import Sender, as_record
from familyhub.sync.hub import HubMachine, run
from familyhub.sync.messages import (
    BATCH_BYTES,
    Answer,
    BlobFound,
    BlobOffer,
    BlobPiece,
    BlobState,
    BlobWanted,
    Custody,
    Record,
    Request,
    SnapshotScope,
)
from familyhub.sync.ops import pack_payload

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

T = TypeVar("T")
TRIES = 5
"""How often a transaction is begun again that PostgreSQL ended to resolve a deadlock."""


def now_ms() -> int:
    """The hub's clock: milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


class Hub:
    """One hub over one database; safe to use from many threads."""

    def __init__(
        self,
        engine: Engine,
        home: HubHome,
        *,
        clock: Callable[[], int] = now_ms,
        randomness: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.engine = engine
        self.home = home
        self.clock = clock
        self.randomness = randomness
        self.machine = HubMachine()
        self.folder = Folder(self.machine, self.begin, self.new_salt)
        embedded = engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[object] = threading.Lock() if embedded else nullcontext()
        self._snapshot_options: Mapping[str, object] = (
            READING if embedded else {"isolation_level": "REPEATABLE READ"}
        )
        self._epoch: str | None = None

    # -- opening ---------------------------------------------------------------------------------------------

    @classmethod
    def init(
        cls,
        home: Path,
        passphrase: str | None = None,
        database: str | None = None,
        *,
        demonstration: bool = False,
    ) -> Hub:
        """Make a new hub in a folder; raises ``StoreError``."""
        made, key = HubHome.create(home, passphrase, database, demonstration=demonstration)
        hub = cls(made.engine(key), made)
        schema.upgrade(hub.engine)
        if not database:
            made.remember_database()
        with hub.begin() as tx:
            tx.sql.many(
                "insert into setting (name, value) values (?, ?) on conflict (name) do nothing",
                [("hub_id", made.hub_id), ("epoch", secrets.token_hex(8))],
            )
            tx.finish()
        return hub

    @classmethod
    def open(cls, home: Path, passphrase: str | None = None, database: str | None = None) -> Hub:
        """Open the hub in a folder; raises ``StoreError``. ``database`` overrides what ``hub.json`` says."""
        found = HubHome.read(home)
        key = found.key(passphrase)
        if database is None:
            found.check_database(key)
        hub = cls(found.engine(key, database), found)
        schema.upgrade(hub.engine)
        return hub

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @property
    def epoch(self) -> str:
        """Which life of the hub this is: it changes when the hub is restored from a copy."""
        if self._epoch is None:
            with self.reading() as sql:
                self._epoch = str(sql.first("select value from setting where name = ?", ("epoch",))[0])
        return self._epoch

    def new_salt(self) -> bytes:
        """Sixteen random bytes."""
        return self.randomness(16)

    # -- transactions ----------------------------------------------------------------------------------------

    @contextmanager
    def begin(self, sender: Sender | None = None) -> Iterator[SqlHubTx]:
        """A writing transaction; what is not committed in it is undone."""
        door = Door() if sender is not None else None
        epoch = self.epoch if sender is not None else ""
        with self._turn, self.engine.connect() as connection:
            yield SqlHubTx(connection, epoch=epoch, now_ms=self.clock(), sender=sender, door=door)

    @contextmanager
    def reading(self) -> Iterator[Sql]:
        """A connection that only reads."""
        with self._connection(READING) as connection:
            yield Sql(connection)

    @contextmanager
    def _connection(self, options: Mapping[str, object]) -> Iterator[Connection]:
        with self.engine.connect().execution_options(**dict(options)) as connection:
            yield connection

    def again(self, act: Callable[[], T]) -> T:
        """Run a transaction, and again where PostgreSQL ended it to resolve a deadlock."""
        from sqlalchemy.exc import OperationalError

        for attempt in range(TRIES):
            try:
                return act()
            except OperationalError as error:
                if attempt + 1 == TRIES or getattr(error.orig, "sqlstate", "") not in ("40P01", "40001"):
                    raise
        raise AssertionError("unreachable")

    # -- exchange --------------------------------------------------------------------------------------------

    def exchange(self, sender: Sender, request: Request) -> Answer:
        """One exchange: push, fold, pull. Raises ``MalformedMessage`` for what cannot be framed."""
        framing.check(request)
        custody = self.push(sender, request) if request.push else []
        answer = Answer(self.epoch, self.clock(), custody)
        if sender.only_custody:
            return answer
        if not request.moved:
            with self.reading() as sql:
                if vectors.kept_digest(sql, sender, request.inc) == request.digest:
                    return self._pull(sql, sender, request, answer)
        with self.begin() as tx:
            agree = vectors.hear(tx.sql, sender, request)
            tx.finish()
        if not agree:
            return replace(answer, need_vector=True)
        with self.reading() as sql:
            return self._pull(sql, sender, request, answer)

    def push(self, sender: Sender, request: Request) -> list[Custody]:
        """Take custody, then fold: what goes wrong in folding stops no push."""

        def take() -> list[Custody]:
            with self.begin(sender) as tx:
                tx.expect(request.push)
                steps = self.machine.push(tx, sender, request.push, request.own, tx.now_ms, self.new_salt)
                return run(steps)

        custody = self.again(take)
        self.folder.fold(batch.scope for batch in request.push)
        return custody

    def take_raw(self, sender: Sender, op_id: str, body: bytes) -> Answer:
        """Keep a body that nobody can read, for a person: a laptop's last resort, its batch halved to one op.

        It is set aside beside the worker's own settings, once for each op id.
        """
        framing.check_id(op_id)
        scope, inc, reason = (
            f"me:{sender.worker}",
            f"raw-{sender.device}",
            "the hub could not read this record at all",
        )

        def take() -> None:
            with self.begin(sender) as tx:
                tx.hold([scope])
                if not tx.held(scope, [op_id]):
                    tx.set_aside(scope, inc, tx.known(scope, inc) + 1, op_id, body, reason, tx.now_ms)
                tx.finish()

        self.again(take)
        return Answer(self.epoch, self.clock(), [Custody(scope, 0, [(op_id, reason)])])

    def _pull(self, sql: Sql, sender: Sender, request: Request, answer: Answer) -> Answer:
        tx = SqlHubTx(sql.connection)
        news = scopes.news(sql, sender, request.inc)
        if news:
            tx.expect_reading(news)
            feeds, long, more = self.machine.feeds(tx, request.inc, news, BATCH_BYTES)
            answer = replace(answer, feeds=feeds, snapshot=long, more=more)
        return replace(answer, whole=self._whole(tx, sender, request)) if request.ask else answer

    @staticmethod
    def _whole(tx: SqlHubTx, sender: Sender, request: Request) -> list[tuple[str, Record]]:
        """The ops that a laptop asks for, those in scopes that it holds."""
        held = scopes.modes(tx.sql, sender.worker, {scope for scope, _ in request.ask})
        found = [(s, tx.by_id(s, op_id)) for s, op_id in request.ask if s in held]
        return [(s, as_record(row, False, pack_payload(row.op))) for s, row in found if row is not None]

    def enrol(self, body: bytes) -> bytes:
        """Redeem a one-time code: JSON in, JSON out. Raises ``HubError``, for no JSON ``MsgspecError``."""
        return msgspec.json.encode(
            enrolment.enrol(self, msgspec.json.decode(body, type=enrolment.EnrolRequest))
        )

    # -- attachments -----------------------------------------------------------------------------------------

    def offer_blob(self, sender: Sender, offer: BlobOffer) -> BlobState:
        """Which pieces of an attachment the hub lacks. Raises ``MalformedMessage``."""

        def act() -> BlobState:
            with self.begin() as tx:
                state = blobs.offered(tx, sender, offer)
                tx.finish()
                return state

        return self.again(act)

    def put_blob(self, sender: Sender, piece: BlobPiece) -> BlobState:
        """Keep a piece of an attachment that was offered. Raises ``MalformedMessage``."""

        def act() -> BlobState:
            with self.begin() as tx:
                state = blobs.taken(tx, sender, piece)
                tx.finish()
                return state

        return self.again(act)

    def get_blob(self, sender: Sender, wanted: BlobWanted) -> BlobFound:
        """A piece of an attachment, for who holds its scope. Raises ``MalformedMessage``."""
        with self.reading() as sql:
            return blobs.found(sql, sender, wanted)

    # -- snapshots and bulk entry ----------------------------------------------------------------------------

    def snapshot(self, sender: Sender, inc: str, wanted: Sequence[str]) -> Iterator[SnapshotScope]:
        """Scopes as they stand now, those that the sender holds; folded up to their heads first."""
        framing.check_scopes([inc, *wanted])
        if sender.only_custody:
            return
        with self.reading() as sql:
            allowed = snapshots.granted(sql, sender, wanted)
            late = snapshots.behind(sql, allowed)
        if late:
            self.folder.fold(late)
        with self._connection(self._snapshot_options) as connection:
            yield from snapshots.read(connection, sender, allowed)

    def load(self, acts: Iterable[Loaded], received: int | None = None) -> int:
        """Log many acts at once and fold them; returns how many.

        Without ``received`` (milliseconds since 1970 UTC) the hub received each when its clock says.

        For bulk entry by the operator and the demonstration: rights are not asked, values are.
        """
        return log_acts(self, acts, received)
