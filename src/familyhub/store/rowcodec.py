"""A row's registers to table columns and back.

``heads`` and ``dead`` are sparse: a field that only the creating op wrote is its column and nothing else. Fields that
this version does not know ride in ``ext`` and come back as they went.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from familyhub.records.synced import META_COLUMNS, Entity
from familyhub.sync import merge
from familyhub.sync.copy import Held
from familyhub.sync.messages import SnapshotRow
from familyhub.sync.ops import ERASED, REMOVED
from familyhub.sync.snapshot import plain_head, snapshot_row

META = ("scope", "id", *META_COLUMNS)
_json = msgspec.json.Encoder(order="sorted").encode
_heads = msgspec.json.Decoder(dict[str, dict[str, tuple[int, Any, str]]]).decode
_dead = msgspec.json.Decoder(dict[str, frozenset[str]]).decode
_ext = msgspec.json.Decoder(dict[str, Any]).decode


def dumps(value: Any) -> str:
    """Canonical JSON text."""
    return _json(value).decode()


class RowCodec:
    """Columns of one entity's table; ``unknown`` is the table of entities this version does not know."""

    def __init__(self, entity: Entity | None) -> None:
        self.rules = entity.fields if entity else {}
        self.fields = tuple(self.rules)
        self.columns = (*META, *self.fields) if entity else (*META, "entity")
        self.flags = frozenset(f for f, t in entity.types.items() if t is bool) if entity else frozenset()
        self._types = entity.types if entity else {}
        self._place = {f: n for n, f in enumerate(self.fields)}

    def _rule(self, field: str) -> merge.ShownRule:
        return self.rules.get(field, merge.LATEST)

    def takes(self, fields: Mapping[str, Any]) -> bool:
        """Whether every value can stand in its column alone; never for an entity this version does not know."""
        types = self._types
        for name, value in fields.items():
            kind = types.get(name)
            if kind is str:  # nearly every field is a text
                if type(value) is not str or "\0" in value:
                    return False
            elif kind is not None and not _fits(value, kind):
                return False
        return bool(types)

    def write(self, scope: str, row_id: str, held: Held, entity: str = "") -> dict[str, Any]:
        """Column values that are not null, in the order of ``columns``, for a row that holds something."""
        created = held.created
        values: dict[str, Any] = {}
        heads: dict[str, Any] = {}
        dead: dict[str, Any] = {}
        ext: dict[str, Any] = {}
        for name, register in held.row.items():
            plain = plain_head(register, created)
            value = (
                next(iter(register.heads.values()))[1] if plain else merge.shown(register, self._rule(name))
            )
            kind = self._types.get(name)
            if kind is not None and value is not None and not _fits(value, kind):
                plain, value = False, _nearest(value, kind)
            if not plain:
                by = register.by
                heads[name] = {i: (hlc, v, by.get(i, "")) for i, (hlc, v) in register.heads.items()}
                if register.dead:
                    dead[name] = sorted(register.dead)
            if name in self._place:
                if value is not None:
                    values[name] = value
            elif name not in (REMOVED, ERASED):
                ext[name] = value
        out: dict[str, Any] = {"scope": scope, "id": row_id}
        if created:
            out["created_op"], out["created_hlc"] = created
        if held.author:
            out["created_by"] = held.author
        if held.received:
            out["received"] = held.received
        if merge.removed(held.row):
            out["removed"] = True
        for name, part in (("heads", heads), ("dead", dead), ("ext", ext)):
            if part:
                out[name] = dumps(part)
        if entity:
            out["entity"] = entity
        for name in sorted(values, key=self._place.__getitem__):
            out[name] = values[name]
        return out

    def travelling(self, entity: str, columns: Any) -> SnapshotRow:
        """The row in a database row's columns, as it travels in a snapshot."""
        if columns[2] is None or columns[7] is not None:
            return snapshot_row(entity, columns[1], self.read(columns))
        _, row_id, op_id, hlc, author, received, _, _, _, ext = columns[: len(META)]
        fields = {
            f: bool(v) if f in self.flags and v in (0, 1) else v
            for f, v in zip(self.fields, columns[len(META) :], strict=False)
            if v is not None
        }
        if ext is not None:
            fields |= _ext(ext)
        return SnapshotRow(entity, row_id, (op_id, hlc), received, fields, {}, {}, author)

    def read(self, columns: Any) -> Held:
        """The row in a database row's columns."""
        _, _, op_id, hlc, author, received, _, heads, dead, ext = columns[: len(META)]
        row: merge.Row = {}
        created = (op_id, hlc) if op_id is not None else None
        if created is not None:
            by = {op_id: author} if author else merge.UNSIGNED
            for name, value in zip(self.fields, columns[len(META) :], strict=False):
                if value is not None:
                    typed = bool(value) if name in self.flags and value in (0, 1) else value
                    row[name] = merge.Register({op_id: (hlc, typed)}, merge.NOBODY, by)
            if ext is not None:
                for name, value in _ext(ext).items():
                    row[name] = merge.Register({op_id: (hlc, value)}, merge.NOBODY, by)
        if heads is not None:
            gone = _dead(dead) if dead is not None else {}
            for name, kept in _heads(heads).items():
                values = {i: (at, value) for i, (at, value, _) in kept.items()}
                row[name] = merge.Register(
                    values, gone.get(name, merge.NOBODY), {i: who for i, (_, _, who) in kept.items() if who}
                )
        return Held(row, created, received, author)


def _fits(value: Any, kind: type) -> bool:
    """Whether a column gives the value back as it went in; what does not fit is kept whole among the heads."""
    if kind is str:
        return isinstance(value, str) and "\0" not in value
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and -(1 << 63) <= value < 1 << 63
    return isinstance(value, kind)


def _nearest(value: Any, kind: type) -> str | None:
    """What a text column shows of a value that does not fit; other columns show nothing."""
    if kind is not str:
        return None
    return (value if isinstance(value, str) else dumps(value)).replace("\0", "")
