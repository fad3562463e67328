"""The bytes of attachments at the hub: kept piece by piece within their scope, handed out to who holds it.

A piece is verified before it is written, the whole when its last piece came; until then nobody is given any of it.
"""

from __future__ import annotations

import hashlib
import json

from familyhub.hub import framing, scopes
from familyhub.hub.log import SqlHubTx
from familyhub.hub.sql import Sql
from familyhub.sync import blobs
from familyhub.sync.blobs import Manifest
from familyhub.sync.copy import Sender
from familyhub.sync.messages import (
    BlobFound,
    BlobOffer,
    BlobPiece,
    BlobState,
    BlobWanted,
    MalformedMessage,
)

NOT_HELD = "this worker does not hold the file that it is in"
ONLY_READS = "this worker may read the file that it is in, but not add to it"
WRONG_PIECE = "a piece of it is not what was announced"
WRONG_WHOLE = "its pieces do not make up what was announced"


def refused(sql: Sql, sender: Sender, scope: str, mode: str, now_ms: int) -> str:
    """Why the sender may not read or write a scope's attachments; the same for a scope that does not exist."""
    held = None if sender.only_custody else scopes.modes(sql, sender.worker, [scope], now_ms).get(scope)
    if held is None:
        return NOT_HELD
    return ONLY_READS if mode == scopes.WRITE != held else ""


def offered(tx: SqlHubTx, sender: Sender, offer: BlobOffer) -> BlobState:
    """Take note of an attachment that is on its way; says which pieces of it are lacking."""
    manifest = _checked(offer)
    if reason := refused(tx.sql, sender, offer.scope, scopes.WRITE, tx.now_ms):
        return BlobState(reason=reason)
    key = (offer.scope, offer.sha)
    tx.sql.run(
        "insert into blob (scope, sha, size, chunks, whole, received, worker) values (?, ?, ?, ?, ?, ?, ?) "
        "on conflict (scope, sha) do nothing",
        (*key, manifest.size, manifest.text(), False, tx.now_ms, sender.worker),
    )
    kept, whole = _kept(tx.sql, *key)
    if whole:
        return BlobState(whole=True)
    if kept != manifest:  # an announcement that never came true must not stand in the way of a true one
        tx.sql.run(
            "update blob set size = ?, chunks = ?, worker = ? where scope = ? and sha = ?",
            (manifest.size, manifest.text(), sender.worker, *key),
        )
    return BlobState(lacks=_lacks(tx.sql, offer.scope, manifest))


def taken(tx: SqlHubTx, sender: Sender, piece: BlobPiece) -> BlobState:
    """Keep one piece; the last one makes the attachment whole, or throws away what does not make it up."""
    _place(piece)
    if reason := refused(tx.sql, sender, piece.scope, scopes.WRITE, tx.now_ms):
        return BlobState(reason=reason)
    manifest, whole = _kept(tx.sql, piece.scope, piece.sha)
    if whole:
        return BlobState(whole=True)
    if manifest is None:
        raise MalformedMessage("a piece of an attachment that was not announced")
    if not manifest.fits(piece.place, piece.data):
        return BlobState(reason=WRONG_PIECE)
    tx.sql.run(
        "insert into blob_chunk (scope, sha, place, digest, data) values (?, ?, ?, ?, ?) "
        "on conflict (scope, sha, place) do update set digest = excluded.digest, data = excluded.data",
        (piece.scope, piece.sha, piece.place, manifest.chunks[piece.place], piece.data),
    )
    if lacks := _lacks(tx.sql, piece.scope, manifest):
        return BlobState(lacks=lacks)
    key = (piece.scope, piece.sha)
    if _digest(tx.sql, piece.scope, manifest) != piece.sha:
        tx.sql.run("delete from blob_chunk where scope = ? and sha = ?", key)
        tx.sql.run("delete from blob where scope = ? and sha = ?", key)
        return BlobState(reason=WRONG_WHOLE)
    tx.sql.run("update blob set whole = ?, received = ? where scope = ? and sha = ?", (True, tx.now_ms, *key))
    return BlobState(whole=True)


def found(sql: Sql, sender: Sender, wanted: BlobWanted, now_ms: int) -> BlobFound:
    """A piece of an attachment that is here whole."""
    _place(wanted)
    if reason := refused(sql, sender, wanted.scope, scopes.READ, now_ms):
        return BlobFound(reason=reason)
    row = sql.first(
        "select c.data from blob b join blob_chunk c on c.scope = b.scope and c.sha = b.sha "
        "where b.scope = ? and b.sha = ? and b.whole and c.place = ?",
        (wanted.scope, wanted.sha, wanted.place),
    )
    return BlobFound(bytes(row[0])) if row is not None else BlobFound()


def _checked(offer: BlobOffer) -> Manifest:
    framing.check_scopes([offer.scope])
    try:
        return blobs.checked(offer.size, offer.sha, offer.chunks)
    except blobs.BrokenManifest as error:
        raise MalformedMessage(str(error)) from None


def _place(message: BlobPiece | BlobWanted) -> None:
    framing.check_scopes([message.scope])
    if not blobs.DIGEST.fullmatch(message.sha):
        raise MalformedMessage("a digest is none")
    if not 0 <= message.place <= blobs.LARGEST // blobs.CHUNK_BYTES:
        raise MalformedMessage("a place is outside what places can be")


def _kept(sql: Sql, scope: str, sha: str) -> tuple[Manifest | None, bool]:
    """What was announced, and whether it is here whole; its row is locked, so that one last piece is the last."""
    row = sql.first(
        f"select size, chunks, whole from blob where scope = ? and sha = ?{sql.locking}", (scope, sha)
    )
    return (Manifest(row[0], sha, tuple(json.loads(row[1]))), bool(row[2])) if row else (None, False)


def _lacks(sql: Sql, scope: str, manifest: Manifest) -> list[int]:
    held = dict(
        (row[0], row[1])
        for row in sql.rows(
            "select place, digest from blob_chunk where scope = ? and sha = ?", (scope, manifest.sha)
        )
    )
    return [place for place, wanted in enumerate(manifest.chunks) if held.get(place) != wanted]


def _digest(sql: Sql, scope: str, manifest: Manifest) -> str:
    """SHA-256 of the pieces together, one of them in memory at a time."""
    whole = hashlib.sha256()
    for place in range(len(manifest.chunks)):
        row = sql.first(
            "select data from blob_chunk where scope = ? and sha = ? and place = ?",
            (scope, manifest.sha, place),
        )
        whole.update(row[0])
    return whole.hexdigest()
