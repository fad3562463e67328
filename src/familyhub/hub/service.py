"""The hub as an object: exchanges, snapshots, bulk entry. ``hub.app`` is a thin HTTP shell around it."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec.structs import replace

from familyhub.hub import blobs, enrolment, framing, schema, snapshots
from familyhub.hub.folder import FOLLOWED, Behind, Folder
from familyhub.hub.home import HubHome
from familyhub.hub.keys import HubKeys
from familyhub.hub.load import Loaded, log_acts
from familyhub.hub.log import SqlHubTx
from familyhub.hub.rights import Door
from familyhub.hub.sql import Sql
from familyhub.store.engine import READING
from familyhub.sync.copy import Sender
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
    Request,
    SnapshotPart,
    SnapshotScope,
)
from familyhub.sync.snapshot import assembled

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
        secret: bytes | None = None,
        clock: Callable[[], int] = now_ms,
        randomness: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.engine = engine
        self.home = home
        self.clock = clock
        self.randomness = randomness
        self.secret = secret
        """The key of its vault."""
        self.keys = HubKeys.of(secret) if secret is not None else None
        """Its own keys, which follow from the key of its vault."""
        self.machine = HubMachine(unseal=self.keys.unseal) if self.keys else HubMachine()
        self.folder = Folder(self.machine, self.begin, self.new_salt)
        self._behind: Behind | None = None
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
        hub = cls(made.engine(key), made, secret=key)
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
        hub = cls(found.engine(key, database), found, secret=key)
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
                found = sql.first("select value from setting where name = ?", ("epoch",))
            if found is None:
                return ""  # it is being made
            self._epoch = str(found[0])
        return self._epoch

    def forget_epoch(self) -> None:
        """A new life began: read it anew."""
        self._epoch = None

    def wipe(self) -> None:
        """Let what was destroyed leave the files as well: the write-ahead log, or PostgreSQL's dead rows."""
        raw = self.engine.raw_connection()
        try:
            if self.engine.dialect.name == "sqlite":
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return
            driver: Any = raw.driver_connection
            driver.autocommit = True
            try:
                driver.execute("vacuum op, archived, quarantine, snapshot")
            finally:
                driver.autocommit = False
        finally:
            raw.close()

    @contextmanager
    def folding_behind(self) -> Iterator[None]:
        """Fold in a thread of its own what nobody waits for, as long as the block lasts."""
        self._behind = Behind(self.folder.fold)
        with self.reading() as sql:
            self._behind.start(snapshots.behind(sql))
        try:
            yield
        finally:
            self._behind.end()
            self._behind = None

    def ping(self) -> None:
        """Ask the database whether it is there."""
        with self.reading() as sql:
            sql.first("select 1")

    def new_salt(self) -> bytes:
        """Sixteen random bytes."""
        return self.randomness(16)

    # -- transactions ----------------------------------------------------------------------------------------

    @contextmanager
    def begin(self, sender: Sender | None = None) -> Iterator[SqlHubTx]:
        """A writing transaction; what is not committed in it is undone."""
        door = Door() if sender is not None else None
        epoch = self.epoch
        with self._turn, self.engine.connect() as connection:
            yield SqlHubTx(connection, epoch=epoch, now_ms=self.clock(), sender=sender, door=door)

    @contextmanager
    def reading(self) -> Iterator[Sql]:
        """A connection that only reads."""
        with self._connection(READING) as connection:
            yield Sql(connection)

    @contextmanager
    def copying(self) -> Iterator[Sql]:
        """A connection whose reads all see one moment."""
        with self._connection(self._snapshot_options) as connection:
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

    def exchange(self, sender: Sender, request: Request, most_bytes: int = BATCH_BYTES) -> Answer:
        """One exchange that brings about ``most_bytes``. Raises ``MalformedMessage`` for what cannot be framed."""
        framing.check(request)
        written: dict[str, set[str]] = {}

        @contextmanager
        def begin(writing: bool) -> Iterator[SqlHubTx]:
            if not writing:
                with self.reading() as sql:
                    yield SqlHubTx(sql.connection, epoch=self.epoch, now_ms=self.clock())
                return
            with self.begin(sender) as tx:
                tx.expect(request.push)
                yield tx
                written.update(tx.entities)

        def pushed(scopes: Collection[str]) -> None:
            waited_for = set(scopes)
            if self._behind is not None:
                waited_for = {s for s in scopes if not FOLLOWED.isdisjoint(written.get(s, ()))}
                self._behind.later(set(scopes) - waited_for)
            self.folder.fold(waited_for)

        def meet() -> Answer:
            return run(self.machine.exchange(begin, sender, request, self.new_salt, pushed, most_bytes))

        answer = self.again(meet)
        return replace(answer, key=self.keys.public) if request.unkeyed and self.keys else answer

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
            return blobs.found(sql, sender, wanted, self.clock())

    # -- snapshots and bulk entry ----------------------------------------------------------------------------

    def parts(
        self,
        sender: Sender,
        inc: str,
        wanted: Sequence[str],
        have: Collection[str] = (),
        mixed: Collection[str] | None = None,
        epoch: str = "",
    ) -> Iterator[SnapshotPart]:
        """Scopes as they stand now in parts, those that the sender holds; parts with the digests ``have`` are left out.

        ``mixed``: those that the laptop joins with rows from a life of the hub that is gone; None where it does not say.
        ``epoch``: the life of the hub that it met last; it hears of another one before it takes anything from that.
        """
        if not self.machine.hands_out(self.epoch, epoch):
            return
        here = frozenset(have)
        for whole in self._snapshots(sender, inc, wanted, mixed):
            yield from whole.parts(self.clock(), here)

    def snapshot(self, sender: Sender, inc: str, wanted: Sequence[str]) -> Iterator[SnapshotScope]:
        """Scopes as they stand now, whole, as laptops of the first version ask for them."""
        for whole in self._snapshots(sender, inc, wanted, None):
            *_, last = whole.parts(self.clock(), ())
            yield assembled(last, whole.bodies)

    def _snapshots(
        self, sender: Sender, inc: str, wanted: Sequence[str], mixed: snapshots.Mixed
    ) -> Iterator[snapshots.Whole]:
        """Snapshots of granted scopes, folded up to their heads first; a long one is kept for who comes back for more."""
        framing.check_scopes([inc, *wanted])
        if sender.only_custody:
            return
        with self.reading() as sql:
            allowed = snapshots.granted(sql, sender, wanted, self.clock())
            late = snapshots.behind(sql, allowed)
        if late:
            self.folder.fold(late)
        with self._connection(self._snapshot_options) as connection:
            for whole in snapshots.read(connection, sender, allowed, self.machine, mixed):
                if len(whole.bodies) > 1 and whole.keeping:
                    with self.begin() as tx:
                        snapshots.keep(tx.sql, whole)
                        tx.finish()
                yield whole

    def load(self, acts: Iterable[Loaded], received: int | None = None) -> int:
        """Log many acts at once and fold them; returns how many.

        Without ``received`` (milliseconds since 1970 UTC) the hub received each when its clock says.

        For bulk entry by the operator and the demonstration: rights are not asked, values are.
        """
        return log_acts(self, acts, received)
