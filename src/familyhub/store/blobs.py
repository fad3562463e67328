"""The bytes of attachments on a laptop: pieces within their scope, in the encrypted store and nowhere else.

The same file twice in one scope is kept once. What waits to be sent is never deleted here, whatever becomes of its record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from familyhub.sync import blobs
from familyhub.sync.blobs import Manifest

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from familyhub.store.laptop import LaptopStore

ADDING, WAITING, HERE, COMING = "adding", "waiting", "here", "coming"
"""States: its record is not written yet · whole, not yet at the hub · whole here and at the hub · some pieces here."""
WHOLE = (WAITING, HERE)
TOGETHER = 4 << 20
"""Bytes that are written in one transaction with their record; a larger file's pieces are written before it, so that
nobody's act waits longer than for one piece."""
LATER_MS = 60 * 60 * 1000
"""How long it is until what the hub did not take, or has not got yet, is tried again."""
DUE = f"(b.again is null or b.again <= ?1 or b.again > ?1 + {LATER_MS})"
"""Whether ``b`` may be tried at ``?1``; a clock that was far ahead puts nothing off for ever."""
NAMED = (
    "exists (select 1 from attachment a where a.scope = b.scope and a.sha256 = b.sha and a.removed is null)"
)
"""Whether a record that is shown names the bytes ``b``."""


class NewBlob(NamedTuple):
    """A file that was read, to be kept with the record that names it."""

    scope: str
    manifest: Manifest
    chunks: Sequence[bytes]


class Waiting(NamedTuple):
    """An attachment's bytes on their way."""

    scope: str
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Held:
    """What this laptop has of an attachment's bytes; an empty ``state``: nothing."""

    state: str = ""
    reason: str = ""

    @property
    def whole(self) -> bool:
        """Whether all of it is here."""
        return self.state in WHOLE


# -- keeping -------------------------------------------------------------------------------------------------


def keep_ahead(store: LaptopStore, blob: NewBlob, now_ms: int) -> None:
    """Write a large file's pieces one by one, before the record that names them is written."""
    if blob.manifest.size <= TOGETHER:
        return
    with store.writing() as connection:
        _note(connection, blob.scope, blob.manifest, ADDING, now_ms)
    for place, data in enumerate(blob.chunks):
        with store.writing() as connection:
            _write(connection, blob.scope, blob.manifest, place, data)


def keep_whole(connection: Connection, blob: NewBlob, now_ms: int) -> None:
    """Within the transaction of the record: the file is here whole from now on, and waits to be sent."""
    _note(connection, blob.scope, blob.manifest, WAITING, now_ms)
    held = pieces(connection, blob.scope, blob.manifest)
    for place, data in enumerate(blob.chunks):
        if place not in held:
            _write(connection, blob.scope, blob.manifest, place, data)
    connection.exec_driver_sql(
        f"update blob set state = '{WAITING}', again = null, reason = '' "
        f"where scope = ? and sha = ? and state in ('{ADDING}', '{COMING}')",
        (blob.scope, blob.manifest.sha),
    )


def keep_piece(connection: Connection, wanted: Waiting, place: int, data: bytes, now_ms: int) -> bool:
    """Write a piece that came and was verified; False where its record, or its whole file, has gone meanwhile."""
    if not _is_named(connection, wanted):
        return False
    _note(connection, wanted.scope, wanted.manifest, COMING, now_ms)
    _write(connection, wanted.scope, wanted.manifest, place, data)
    return True


def _is_named(connection: Connection, wanted: Waiting) -> bool:
    sql = "select 1 from attachment where scope = ? and sha256 = ? and removed is null"
    return connection.exec_driver_sql(sql, (wanted.scope, wanted.manifest.sha)).first() is not None


def _note(connection: Connection, scope: str, manifest: Manifest, state: str, now_ms: int) -> None:
    connection.exec_driver_sql(
        "insert into blob (scope, sha, size, chunks, state, reason, since) values (?, ?, ?, ?, ?, '', ?) "
        "on conflict (scope, sha) do nothing",
        (scope, manifest.sha, manifest.size, manifest.text(), state, now_ms),
    )


def _write(connection: Connection, scope: str, manifest: Manifest, place: int, data: bytes) -> None:
    connection.exec_driver_sql(
        "insert into blob_chunk (scope, sha, place, digest, data) values (?, ?, ?, ?, ?) "
        "on conflict (scope, sha, place) do update set digest = excluded.digest, data = excluded.data",
        (scope, manifest.sha, place, manifest.chunks[place], data),
    )


def finish(connection: Connection, wanted: Waiting) -> bool:
    """All pieces came: the file is here. False, and all of them gone, where they do not make it up."""
    key = (wanted.scope, wanted.manifest.sha)
    if blobs.manifest_of(_data(connection, *key)) == wanted.manifest:
        settle(connection, *key, HERE)
        return True
    connection.exec_driver_sql("delete from blob_chunk where scope = ? and sha = ?", key)
    connection.exec_driver_sql(f"delete from blob where scope = ? and sha = ? and state = '{COMING}'", key)
    return False


def settle(connection: Connection, scope: str, sha: str, state: str) -> None:
    """Write what became of it."""
    connection.exec_driver_sql(
        "update blob set state = ?, reason = '', again = null where scope = ? and sha = ?",
        (state, scope, sha),
    )


def put_off(connection: Connection, wanted: Waiting, reason: str, now_ms: int) -> None:
    """Not to be tried by itself for ``LATER_MS``, because."""
    if _is_named(connection, wanted):
        _note(connection, wanted.scope, wanted.manifest, COMING, now_ms)
    connection.exec_driver_sql(
        "update blob set reason = ?, again = ? where scope = ? and sha = ?",
        (reason, now_ms + LATER_MS, wanted.scope, wanted.manifest.sha),
    )


# -- reading -------------------------------------------------------------------------------------------------


def held(connection: Connection, scope: str, sha: str) -> Held:
    """What this laptop has of it."""
    found = connection.exec_driver_sql(
        "select state, reason from blob where scope = ? and sha = ?", (scope, sha)
    ).first()
    return Held(*found) if found else Held()


def pieces(connection: Connection, scope: str, manifest: Manifest) -> set[int]:
    """The places whose pieces are here."""
    found = connection.exec_driver_sql(
        "select place, digest from blob_chunk where scope = ? and sha = ?", (scope, manifest.sha)
    )
    return {
        place
        for place, digest in found
        if 0 <= place < len(manifest.chunks) and manifest.chunks[place] == digest
    }


def piece(connection: Connection, scope: str, sha: str, place: int) -> bytes | None:
    """One piece that is here; None where it is not."""
    sql = "select data from blob_chunk where scope = ? and sha = ? and place = ?"
    found = connection.exec_driver_sql(sql, (scope, sha, place)).first()
    return bytes(found[0]) if found else None


def content(connection: Connection, scope: str, manifest: Manifest) -> bytes | None:
    """All of it, verified; None where it is not here whole or not what it was."""
    if not held(connection, scope, manifest.sha).whole:
        return None
    chunks = list(_data(connection, scope, manifest.sha))
    return b"".join(chunks) if blobs.manifest_of(chunks) == manifest else None


def _data(connection: Connection, scope: str, sha: str) -> Iterable[bytes]:
    sql = "select data from blob_chunk where scope = ? and sha = ? order by place"
    return (bytes(data) for (data,) in connection.exec_driver_sql(sql, (scope, sha)))


# -- the queue -----------------------------------------------------------------------------------------------


def to_send(connection: Connection, now_ms: int) -> list[Waiting]:
    """What waits to be sent and may be tried now, the newest first."""
    found = connection.exec_driver_sql(
        f"select scope, sha, size, chunks from blob b where state = '{WAITING}' and {DUE} "
        "order by since desc, sha",
        (now_ms,),
    )
    return [
        Waiting(scope, Manifest(size, sha, tuple(json.loads(chunks)))) for scope, sha, size, chunks in found
    ]


AWAY = f"""
from attachment a left join blob b on b.scope = a.scope and b.sha = a.sha256
where a.removed is null and coalesce(b.state, '{COMING}') = '{COMING}'
"""
"""Attachments ``a`` that are shown and whose bytes ``b`` are not here, or in part."""


def to_fetch(connection: Connection, most_bytes: int, now_ms: int) -> list[Waiting]:
    """What is not here yet, has at most ``most_bytes`` and may be tried now, the newest first."""
    found = connection.exec_driver_sql(
        f"select a.scope, a.sha256, a.size, a.chunks {AWAY} and {DUE} and a.size <= ?2 order by a.created_hlc desc, a.sha256",
        (now_ms, most_bytes),
    )
    return _sound(found)


def _sound(rows: Iterable[Any]) -> list[Waiting]:
    """Those whose manifests a file may have."""
    out: dict[tuple[str, str], Waiting] = {}
    for scope, sha, size, chunks, *_ in rows:
        try:
            out.setdefault((scope, sha), Waiting(scope, blobs.read(size, sha, chunks)))
        except blobs.BrokenManifest:
            continue
    return list(out.values())


def newest_waiting(connection: Connection) -> int:
    """The place in the outbox of the own act that was written last and waits; 0 for none."""
    found = connection.exec_driver_sql("select max(place) from outbox where state = 'waiting'").scalar()
    return int(found or 0)


# -- tidying -------------------------------------------------------------------------------------------------

FORSAKEN = f"state = '{ADDING}' or (state in ('{HERE}', '{COMING}') and not {NAMED})"


def tidy(store: LaptopStore) -> None:
    """Delete the pieces of a file whose record was never written, and copies that no record names any more.

    A process that adds a large file meanwhile loses nothing by it: what is missing is written with its record.
    """
    with store.reading() as connection:
        if connection.exec_driver_sql(f"select 1 from blob b where {FORSAKEN} limit 1").first() is None:
            return
    with store.writing() as connection:
        connection.exec_driver_sql(
            "delete from blob_chunk where (scope, sha) in "
            f"(select b.scope, b.sha from blob b where {FORSAKEN})"
        )
        connection.exec_driver_sql(f"delete from blob as b where {FORSAKEN}")


# -- the daily budget ----------------------------------------------------------------------------------------

BUDGET, DAY, SPENT = "attachments_daily_mb", "attachments_day", "attachments_spent"
DAILY_MB = 50
"""Most megabytes that attachments take of the line by themselves each day: about ten photographs."""


def day_of(now_ms: int) -> str:
    """The day where this laptop is at ``now_ms`` (milliseconds since 1970 UTC), ISO."""
    return datetime.fromtimestamp(now_ms / 1000).astimezone().date().isoformat()


def budget(connection: Connection) -> int:
    """Bytes that attachments may take of the line each day."""
    text = _setting(connection, BUDGET)
    return (int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else DAILY_MB) << 20


def spent(connection: Connection, day: str) -> int:
    """Bytes that went and came on ``day`` (ISO)."""
    return int(_setting(connection, SPENT) or 0) if _setting(connection, DAY) == day else 0


def spend(connection: Connection, day: str, count: int) -> None:
    """Count bytes that went or came on ``day`` (ISO)."""
    connection.exec_driver_sql(
        "insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
        [(SPENT, str(spent(connection, day) + count)), (DAY, day)],
    )


def _setting(connection: Connection, name: str) -> str:
    return str(connection.exec_driver_sql("select value from setting where name = ?", (name,)).scalar() or "")
