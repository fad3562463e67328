"""Messages as laptops of version 0.1.0 know them: what a hub of today says must still be understood by these."""

from __future__ import annotations

from typing import Any

import msgspec


class Record(msgspec.Struct, array_like=True, frozen=True):
    seq: int
    op_id: str
    received: int
    hlc: int
    payload: bytes = b""
    inc: str = ""
    dseq: int = 0


class Feed(msgspec.Struct, array_like=True, frozen=True):
    scope: str
    after: int
    records: list[Record]


class Custody(msgspec.Struct, array_like=True, frozen=True):
    scope: str
    known: int
    set_aside: list[tuple[str, str]] = []
    fork: bool = False


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    epoch: str
    received: int
    custody: list[Custody] = []
    feeds: list[Feed] = []
    snapshot: list[str] = []
    whole: list[tuple[str, Record]] = []
    need_vector: bool = False
    more: bool = False


class SnapshotRow(msgspec.Struct, array_like=True, frozen=True):
    entity: str
    row_id: str
    created: tuple[str, int] | None
    received: str | None
    fields: dict[str, Any]
    heads: dict[str, dict[str, tuple[int, Any]]]
    dead: dict[str, list[str]]
    author: str | None = None
    by: dict[str, dict[str, str]] = {}


class SnapshotScope(msgspec.Struct, array_like=True, frozen=True):
    scope: str
    seq: int
    sv: int
    rows: list[SnapshotRow]
    own: list[str] = []
