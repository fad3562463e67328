"""Cursor vectors: what each incarnation of a laptop's file has applied, kept with a running digest.

A laptop states what moved and the digest of all of it; while the digests agree, an exchange costs the same
for forty families as for thousands.
"""

from __future__ import annotations

from familyhub.hub.sql import Sql
from familyhub.sync.copy import Sender
from familyhub.sync.messages import Request, cursor_hash, vector_digest


def kept_digest(sql: Sql, sender: Sender, inc: str) -> str | None:
    """The digest of the vector kept for an incarnation; None when it has not been heard of."""
    found = sql.first("select digest from device_inc where device = ? and inc = ?", (sender.device, inc))
    return str(found[0]) if found else None


def hear(sql: Sql, sender: Sender, request: Request) -> bool:
    """Take the cursors that a laptop states; False when the vector now differs from the laptop's own."""
    kept = kept_digest(sql, sender, request.inc)
    if kept == request.digest and not request.moved:
        return True
    if request.whole:
        digest = _replace(sql, sender, request)
    else:
        digest = _move(sql, sender, request, int(kept or "0", 16))
    text = f"{digest:016x}"
    if text != kept:
        sql.run(
            "insert into device_inc (device, inc, digest) values (?, ?, ?) "
            "on conflict (device, inc) do update set digest = excluded.digest",
            (sender.device, request.inc, text),
        )
    return text == request.digest


def _replace(sql: Sql, sender: Sender, request: Request) -> int:
    sql.run("delete from device_cursor where device = ? and inc = ?", (sender.device, request.inc))
    _write(sql, sender, request)
    return vector_digest(request.moved.items())


def _move(sql: Sql, sender: Sender, request: Request, digest: int) -> int:
    for scope, seq in dict(
        (row[0], row[1])
        for row in sql.among(
            "select scope, seq from device_cursor where device = ? and inc = ? and scope in ({keys})",
            list(request.moved),
            (sender.device, request.inc),
        )
    ).items():
        digest ^= vector_digest([(scope, seq)])
    for scope, seq in request.moved.items():
        if seq:
            digest ^= cursor_hash(scope, seq)
    _write(sql, sender, request)
    return digest


def _write(sql: Sql, sender: Sender, request: Request) -> None:
    """Keep cursors; one at nought stands for a scope that the file holds no more."""
    left = [(sender.device, request.inc, scope) for scope, seq in request.moved.items() if not seq]
    sql.many("delete from device_cursor where device = ? and inc = ? and scope = ?", left)
    sql.many(
        "insert into device_cursor (device, inc, scope, seq) values (?, ?, ?, ?) "
        "on conflict (device, inc, scope) do update set seq = excluded.seq",
        [(sender.device, request.inc, scope, seq) for scope, seq in request.moved.items() if seq],
    )


def stated(sql: Sql, sender: Sender, inc: str) -> set[str]:
    """The scopes of the vector kept for an incarnation."""
    found = sql.rows("select scope from device_cursor where device = ? and inc = ?", (sender.device, inc))
    return {row[0] for row in found}


def incarnations(sql: Sql, device: str) -> list[str]:
    """Every incarnation that a device's file was heard under."""
    return [row[0] for row in sql.rows("select inc from device_inc where device = ?", (device,))]
