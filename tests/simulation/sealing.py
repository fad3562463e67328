"""Sealing as a simulation does it: nothing readable, nothing random."""

from __future__ import annotations

from familyhub.sync.ops import MalformedOp


def seal(payload: bytes) -> bytes:
    """The payload as nobody but the hub reads it."""
    return bytes(byte ^ 0x5A for byte in payload)


def unsealed(body: bytes) -> bytes:
    """The payload in a seal."""
    if not body:
        raise MalformedOp("is empty")
    return seal(body)
