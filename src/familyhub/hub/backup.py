"""A hub in one encrypted file: whatever engine it is kept in, it comes back in either, as a new life of the same hub.

The file begins with the hub's name and its vault, which the passphrase opens; then come the tables' rows in frames, each
packed with zstd and sealed with AES-256-GCM under a key that follows from the vault's, numbered so that none can be left out.
A backup is read again before anything is said to be durable.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import msgspec
from sqlalchemy import Boolean

from familyhub.hub import erasure, restriction, schema
from familyhub.hub.home import VAULT, HubError, HubHome
from familyhub.hub.service import Hub
from familyhub.hub.tables import everything
from familyhub.hub.visitors import DURABLE
from familyhub.store.errors import StoreBusy
from familyhub.store.vault import Vault, write_durably

if TYPE_CHECKING:
    from sqlalchemy import Table

MAGIC = b"familyhub-backup-1\n"
ROWS, FEW = 2000, 50
LONG = frozenset({"archived", "snapshot", "blob_chunk"})
"""Tables whose rows hold up to 256 KB: fewer of them make up a frame, which is held in memory whole."""
MARGIN_MS = 1000
"""What was received so shortly before a backup began may still have been under way."""
LARGEST_HEADER = 1 << 20


class Header(msgspec.Struct):
    """What stands in clear: which hub, its vault as it is, and the schema of the rows."""

    hub: str
    vault: str
    revision: str
    demonstration: bool
    passphrase: str | None = None
    """Of a demonstration only."""


class Frame(msgspec.Struct, array_like=True):
    """Rows of one table; the last frame has no table and says how many rows there were."""

    table: str
    columns: list[str]
    rows: list[list[Any]]
    total: int = 0


class Kept(NamedTuple):
    """What a backup holds: rows, and up to when everything received is in it (milliseconds UTC)."""

    rows: int
    durable: int


def backup(hub: Hub, path: Path) -> Kept:
    """Write a backup, read it again, and tell laptops from then on what is durable; raises ``HubError``."""
    if path.exists():
        raise HubError(f"{path} exists already: a backup never overwrites another. Choose a new name.")
    if hub.secret is None:
        raise HubError("This hub has no vault, so that its backup could not be sealed.")
    upto = _settled(hub)
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("xb") as file:
            rows = _write(hub, file)
            file.flush()
            os.fsync(file.fileno())
        found = sum(len(frame.rows) for frame in _frames(beside, hub.secret))
        if found != rows:
            raise HubError(f"The backup holds {found} rows of {rows}. It was thrown away; try again.")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    with hub.begin() as tx:
        tx.sql.run(
            "insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
            (DURABLE, str(max(upto, tx.durable()))),
        )
        tx.finish()
    return Kept(rows, upto)


def _settled(hub: Hub) -> int:
    """A moment before which nothing is under way any more: what was received until then is in a copy made from now on."""
    if hub.engine.dialect.name == "sqlite":
        with hub.begin() as tx:  # nobody else writes while this transaction is open
            tx.sql.run("delete from setting where name = ?", ("backup under way",))
            return tx.now_ms - MARGIN_MS
    with hub.reading() as sql:
        oldest = sql.first(
            "select (extract(epoch from min(coalesce(xact_start, now()))) * 1000)::bigint from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null"
        )[0]
    now = hub.clock()
    return min(now, int(oldest) if oldest is not None else now) - MARGIN_MS


def _tables() -> Iterator[Table]:
    for metadata in everything():
        yield from metadata.sorted_tables


def _write(hub: Hub, file: BinaryIO) -> int:
    assert hub.secret is not None
    vault = (hub.home.path / VAULT).read_text("utf-8")
    secret = hub.home.passphrase if hub.home.demonstration else None
    header = msgspec.json.encode(Header(hub.home.hub_id, vault, schema.HEAD, hub.home.demonstration, secret))
    file.write(MAGIC + len(header).to_bytes(4, "big") + header)
    seal = _Sealer(hub.secret, header)
    total = 0
    with hub.copying() as sql:
        for table in _tables():
            names = [str(column.name) for column in table.columns]
            flags = [n for n, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
            columns = ", ".join(f'"{name}"' for name in names)
            found = sql.connection.exec_driver_sql(f'select {columns} from "{table.name}"')
            while rows := found.fetchmany(FEW if table.name in LONG else ROWS):
                total += len(rows)
                plain = [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in rows]
                for row in plain:
                    for n in flags:  # SQLite keeps yes and no as numbers
                        row[n] = None if row[n] is None else bool(row[n])
                file.write(seal.closed(Frame(str(table.name), names, plain)))
    file.write(seal.closed(Frame("", [], [], total)))
    return total


class _Sealer:
    """Frames under a key of one backup, numbered."""

    def __init__(self, secret: bytes, header: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.hashes import SHA256, Hash
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        digest = Hash(SHA256())
        digest.update(header)
        self._about = digest.finalize()

        def new(salt: bytes) -> AESGCM:
            return AESGCM(HKDF(SHA256(), 32, salt=salt, info=b"familyhub backup").derive(secret))

        self._new = new
        self._salt = b""
        self._count = 0

    def closed(self, frame: Frame) -> bytes:
        """A frame as it stands in the file."""
        import zstandard

        start = b""
        if not self._salt:
            self._salt = start = secrets.token_bytes(16)
            self._box = self._new(self._salt)
        packed = zstandard.ZstdCompressor(level=3).compress(msgspec.msgpack.encode(frame))
        sealed = self._box.encrypt(self._nonce(), packed, self._about)
        return start + len(sealed).to_bytes(4, "big") + sealed

    def open_with(self, salt: bytes) -> None:
        """Begin to read frames that were closed under ``salt``."""
        self._salt, self._box = salt, self._new(salt)

    def opened(self, sealed: bytes) -> Frame:
        """The next frame; raises ``HubError``."""
        import zstandard
        from cryptography.exceptions import InvalidTag

        try:
            packed = self._box.decrypt(self._nonce(), sealed, self._about)
            plain = zstandard.ZstdDecompressor().decompress(packed)
            return msgspec.msgpack.decode(plain, type=Frame)
        except (InvalidTag, ValueError, zstandard.ZstdError, msgspec.MsgspecError):
            raise HubError(DAMAGED) from None

    def _nonce(self) -> bytes:
        self._count += 1
        return self._count.to_bytes(12, "big")


DAMAGED = (
    "This backup is damaged or incomplete: nothing was restored. Use another copy of it, or an older one."
)


def _header(file: BinaryIO) -> tuple[bytes, Header]:
    if file.read(len(MAGIC)) != MAGIC:
        raise HubError("That file is not a backup of a hub.")
    size = int.from_bytes(file.read(4), "big")
    body = file.read(size) if size <= LARGEST_HEADER else b""
    try:
        return body, msgspec.json.decode(body, type=Header)
    except msgspec.MsgspecError:
        raise HubError(DAMAGED) from None


def _frames(path: Path, secret: bytes) -> Iterator[Frame]:
    """Every frame of a backup; raises ``HubError`` unless it is whole to its end."""
    with path.open("rb") as file:
        body, _ = _header(file)
        seal = _Sealer(secret, body)
        seal.open_with(file.read(16))
        rows = 0
        while True:
            size = file.read(4)
            sealed = file.read(int.from_bytes(size, "big")) if len(size) == 4 else b""
            if not sealed:
                raise HubError(DAMAGED)
            frame = seal.opened(sealed)
            if not frame.table:
                break
            rows += len(frame.rows)
            yield frame
        if frame.total != rows:
            raise HubError(DAMAGED)


def restore(
    path: Path,
    home: Path,
    passphrase: str | None = None,
    database: str | None = None,
    erasures: Path | None = None,
    restrictions: Path | None = None,
) -> Hub:
    """Make a hub in an empty home from a backup, as a new life of it; raises ``StoreError``.

    ``erasures``: the list of what the lost hub had erased, which is erased again at once; ``restrictions``: that of the
    families it had restricted and lifted, which are again.
    """
    try:
        with path.open("rb") as file:
            _, header = _header(file)
    except OSError as error:
        raise HubError(f"The backup cannot be read: {error.strerror}.") from None
    if header.revision > schema.HEAD:
        raise HubError(
            "That backup was made by a newer FamilyHub. Update this hub first; nothing was restored."
        )
    home.mkdir(parents=True, exist_ok=True)
    if any((home / name).exists() for name in ("hub.json", VAULT, "hub.db")):
        raise StoreBusy(f"There is a hub in {home} already. Restore into an empty folder with --home.")
    write_durably(home / VAULT, header.vault.encode())
    made = HubHome(home, header.hub, database, header.demonstration, header.passphrase)
    given = passphrase if passphrase is not None else header.passphrase
    if given is None:
        raise HubError("This hub needs its passphrase: give it with --passphrase-file.")
    try:
        secret = Vault(home / VAULT).open(given)
        for _ in _frames(path, secret):  # nothing is begun with a backup that is not whole
            pass
        hub = Hub(made.engine(secret), made, secret=secret)
        schema.upgrade(hub.engine)
        _fill(hub, path, secret)
    except BaseException:
        for name in (VAULT, "hub.db", "hub.db-wal", "hub.db-shm"):
            (home / name).unlink(missing_ok=True)
        raise
    made.write()
    if not database:
        made.remember_database()
    begin_life(hub)
    for scope, entity, row_id, by in erasure.listed(erasures):
        erasure.again(hub, scope, entity, row_id, by)
    restriction.again(hub, restrictions)
    return hub


def _fill(hub: Hub, path: Path, secret: bytes) -> None:
    """Write every row of a backup into empty tables, in one transaction."""
    with hub.begin() as tx:
        if tx.sql.first("select 1 from scope_head limit 1"):
            raise StoreBusy("That database holds a hub already. Restore into an empty one.")
        tx.sql.run("delete from setting")
        for frame in _frames(path, secret):
            names = ", ".join(f'"{name}"' for name in frame.columns)
            marks = ", ".join("?" * len(frame.columns))
            tx.sql.many(f'insert into "{frame.table}" ({names}) values ({marks})', frame.rows)
        tx.finish()


def begin_life(hub: Hub) -> str:
    """A new epoch, with the heads it begins with: laptops that met a later life than this copy go back to them."""
    epoch = secrets.token_hex(8)
    with hub.begin() as tx:
        lives = [row[0] for row in tx.sql.rows("select epoch from life order by place")]
        before = tx.sql.first("select value from setting where name = ?", ("epoch",))
        if not lives and before:
            lives = [before[0]]
            tx.sql.run("insert into life (epoch, place, began) values (?, ?, ?)", (before[0], 1, 0))
        tx.sql.run(
            "insert into life (epoch, place, began) values (?, ?, ?)", (epoch, len(lives) + 1, tx.now_ms)
        )
        tx.sql.run(
            "insert into life_head (epoch, scope, seq) select ?, scope, seq from scope_head where seq > 0",
            (epoch,),
        )
        tx.sql.run("update scope_head set epoch = ?", (epoch,))
        tx.sql.run(
            "insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
            ("epoch", epoch),
        )
        tx.finish()
    hub.forget_epoch()
    return epoch
