"""What a decision replaced, as its record keeps it: JSON in ``decision.replaced``, enough to undo it from any copy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from familyhub.sync.ops import Value


class Former(msgspec.Struct, array_like=True, frozen=True):
    """One head that was replaced, or brought back: whose it was first, when they wrote it, what it says."""

    op_id: str
    hlc: int
    by: str
    value: Any
    origin: str = ""
    """Of one brought back: the head that it was first."""


class Replaced(msgspec.Struct, array_like=True, frozen=True):
    """What one act replaced in one field of a record, oldest first."""

    entity: str
    row_id: str
    field: str
    act: str
    former: tuple[Former, ...]


_read = msgspec.json.Decoder(tuple[Replaced, ...]).decode
_value = msgspec.json.Decoder().decode


def write(replaced: Iterable[Replaced]) -> str:
    """As JSON text."""
    return msgspec.json.encode(tuple(replaced)).decode()


def read(text: str | None) -> tuple[Replaced, ...]:
    """From JSON text; nothing where it cannot be read (a newer version's)."""
    try:
        return _read(text or "[]")
    except msgspec.MsgspecError:
        return ()


def write_value(value: Value) -> str:
    """A chosen value as JSON text."""
    return msgspec.json.encode(value).decode()


def read_value(text: str | None) -> Value:
    """A chosen value; text that is no JSON as it stands."""
    try:
        return _value(text) if text else None
    except msgspec.MsgspecError:
        return text
