"""Attachments of a family, where their bytes are, and how many are on their way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from familyhub.practice.attachments import AttachmentView, one_line
from familyhub.records.attachments import Attachment
from familyhub.store import blobs
from familyhub.store.queries.rows import rev, session, visible, worker_names
from familyhub.sync.blobs import CHUNK_BYTES, BrokenManifest, Manifest, read
from familyhub.sync.ops import unpack_payload

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class OnTheirWay:
    """How many attachments wait to be sent or are not here yet, with their bytes; and what the hub did not take."""

    waiting: int = 0
    waiting_bytes: int = 0
    away: int = 0
    away_bytes: int = 0
    kept_back: tuple[tuple[str, str, str], ...] = ()
    """(scope, name, reason) of those that stay on this laptop because the hub did not take them."""
    budget: int = 0
    spent: int = 0
    """Bytes that may go by themselves in a day, and that went today."""

    @property
    def used_up(self) -> bool:
        """Whether no further piece goes by itself today."""
        return self.spent + CHUNK_BYTES > self.budget


def of_scope(db: Session, connection: Connection, scope: str, names: dict[str, str]) -> list[AttachmentView]:
    """The attachments of a scope, the newest first."""
    rows = sorted(
        visible(db, Attachment, scope), key=lambda a: (a.on or "", a.created_hlc or 0), reverse=True
    )
    if not rows:
        return []
    found = connection.exec_driver_sql("select sha, state, reason from blob where scope = ?", (scope,))
    held = {sha: blobs.Held(state, reason) for sha, state, reason in found}
    return [_view(row, held.get(row.sha256 or "", blobs.Held()), names) for row in rows]


def _view(row: Attachment, held: blobs.Held, names: dict[str, str]) -> AttachmentView:
    try:
        read(row.size, row.sha256, row.chunks)
        sound = True
    except BrokenManifest:
        sound = False
    return AttachmentView(
        id=row.id, scope=row.scope, name=one_line(row.name or "") or "without a name",
        size=row.size or 0, type=row.type or "", what=one_line(row.what or "", 400), readers=row.what_readers or "workers",
        on=row.on or "", by=names.get(row.by or "", row.by or ""), by_id=row.by or "", about=row.about or "",
        about_id=row.about_id or "", sha=row.sha256 or "", rev=rev(row), state=held.state, reason=held.reason,
        sound=sound,
    )  # fmt: skip


def one(connection: Connection, attachment_id: str) -> tuple[AttachmentView, Manifest] | None:
    """An attachment with its manifest: one that is shown, or one of ours whose record the hub set aside.

    Raises ``BrokenManifest`` where its record describes no file.
    """
    with session(connection) as db:
        names = worker_names(db)
        sql = "select scope from attachment where id = ? and removed is null"
        for (scope,) in connection.exec_driver_sql(sql, (attachment_id,)).fetchall():
            for row in visible(db, Attachment, scope):
                if row.id == attachment_id:
                    manifest = read(row.size, row.sha256, row.chunks)
                    return _view(row, blobs.held(connection, scope, manifest.sha), names), manifest
    return _set_aside(connection, attachment_id, names)


def _set_aside(
    connection: Connection, attachment_id: str, names: dict[str, str]
) -> tuple[AttachmentView, Manifest] | None:
    found = connection.exec_driver_sql(
        "select scope, op_id, inc, dseq, payload from outbox "
        "where entity = 'attachment' and row_id = ? and state = 'set_aside'",
        (attachment_id,),
    ).first()
    patch = unpack_payload(*found).patch if found else {}
    if found is None or "sha256" not in patch:
        return None
    row = Attachment(
        scope=found[0], id=attachment_id, **{f: v for f, v in patch.items() if f in Attachment.model_fields}
    )
    manifest = read(row.size, row.sha256, row.chunks)
    return _view(row, blobs.held(connection, row.scope, manifest.sha), names), manifest


def on_their_way(connection: Connection, day: str) -> OnTheirWay:
    """What the Sync page says of attachments on ``day`` (ISO)."""
    waiting = connection.exec_driver_sql(
        "select b.scope, b.size, b.reason, max(a.name) from blob b "
        "left join attachment a on a.scope = b.scope and a.sha256 = b.sha and a.removed is null "
        f"where b.state = '{blobs.WAITING}' group by b.scope, b.sha order by b.since desc"
    ).fetchall()
    away = connection.exec_driver_sql(
        "select count(*), coalesce(sum(size), 0) from "
        f"(select max(a.size) as size {blobs.AWAY} group by a.scope, a.sha256)"
    ).one()
    kept_back = tuple(
        (scope, one_line(name or "") or "its record was set aside or removed", reason)
        for scope, _, reason, name in waiting
        if reason
    )
    return OnTheirWay(
        len(waiting), sum(size for _, size, _, _ in waiting), int(away[0]), int(away[1]), kept_back,
        blobs.budget(connection), blobs.spent(connection, day),
    )  # fmt: skip
