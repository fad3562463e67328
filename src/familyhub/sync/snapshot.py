"""Rows and scopes as they travel in snapshots, and back: registers where there are several values, values alone elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from familyhub.sync import clock, merge, messages
from familyhub.sync.copy import Held
from familyhub.sync.messages import SnapshotPart, SnapshotRow, SnapshotScope
from familyhub.sync.ops import Op, Value


def received_text(received_ms: int) -> str:
    """The hub's time of receipt as ``YYYY-MM-DDTHH:MM:SSZ``."""
    return datetime.fromtimestamp(received_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def one_part(whole: SnapshotScope) -> SnapshotPart:
    """A scope that came whole, as its one part."""
    body = messages.pack(whole.rows)
    digests = [messages.part_digest(body)]
    return SnapshotPart(
        whole.scope, whole.seq, whole.sv, 0, digests, body, whole.own, whole.at, whole.floor
    )  # fmt: skip


def assembled(last: SnapshotPart, bodies: Iterable[bytes]) -> SnapshotScope:
    """A scope whose parts are all here: ``last`` is any of them, ``bodies`` the content of each in order."""
    rows = [row for body in bodies for row in messages.unpack(body, list[SnapshotRow])]
    return SnapshotScope(last.scope, last.seq, last.sv, rows, last.own, last.at, last.floor)


def clocks_of(r: SnapshotRow) -> Iterable[clock.HLC]:
    """The clocks in a snapshot's row: what its reader writes next must be later, or it would not be shown."""
    if r.created is not None:
        yield r.created[1]
    for heads in r.heads.values():
        for hlc, _ in heads.values():
            yield hlc


def messages_row(r: SnapshotRow) -> Held:
    """A snapshot's row as a held row."""
    row: merge.Row = {}
    if r.created is not None:
        op_id, hlc = r.created
        by = {op_id: r.author} if r.author else merge.UNSIGNED
        row = {f: merge.Register({op_id: (hlc, v)}, merge.NOBODY, by) for f, v in r.fields.items()}
    for field, heads in r.heads.items():
        gone = frozenset(r.dead.get(field, ()))
        row[field] = merge.Register(dict(heads), gone, r.by.get(field, merge.UNSIGNED))
    return Held(row, r.created, r.received, r.author)


def created_row(op: Op) -> SnapshotRow:
    """A row of which there is nothing but the op that creates it, as it travels in a snapshot."""
    return SnapshotRow(
        op.entity, op.row_id, (op.op_id, op.hlc), None, op.patch, {}, {}, op.actor
    )  # fmt: skip


def snapshot_row(entity: str, row_id: str, held: Held) -> SnapshotRow:
    """A held row as it travels in a snapshot: fields that only the creating op wrote are values alone."""
    fields: dict[str, Value] = {}
    heads: dict[str, dict[str, tuple[int, Value]]] = {}
    dead: dict[str, list[str]] = {}
    by: dict[str, dict[str, str]] = {}
    for name, register in held.row.items():
        if plain_head(register, held.created):
            fields[name] = next(iter(register.heads.values()))[1]
        else:
            heads[name] = register.heads
            if register.dead:
                dead[name] = sorted(register.dead)
            by[name] = dict(register.by)
    return SnapshotRow(entity, row_id, held.created, held.received, fields, heads, dead, held.author, by)


def plain_head(register: merge.Register, created: tuple[str, int] | None) -> bool:
    """Whether the creating op alone wrote the field: nothing but its value need be kept."""
    if created is None or register.dead or len(register.heads) != 1:
        return False
    head = register.heads.get(created[0])
    return head is not None and head[0] == created[1] and head[1] is not None
