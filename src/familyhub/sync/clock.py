"""Hybrid logical clock: 48 bits of milliseconds since 1970 UTC and 16 bits of counter, in one integer.

It orders what people see and which of two values is shown; it never decides what is kept (sync specification, rule 10).
"""

from __future__ import annotations

from datetime import UTC, datetime

HLC = int
COUNTER_BITS = 16
AHEAD_MS = 5 * 60 * 1000
"""A clock may be at most this far ahead of the hub's time of receipt; beyond it is clamped, never refused."""


def tick(now_ms: int, last: HLC) -> HLC:
    """The next clock value: later than ``last`` and not before ``now_ms`` (milliseconds since 1970 UTC)."""
    return max(now_ms << COUNTER_BITS, last + 1)


def clamp(hlc: HLC, received_ms: int) -> HLC:
    """``hlc``, or the latest value the hub accepts for something it received at ``received_ms``."""
    return min(max(hlc, 0), (received_ms + AHEAD_MS) << COUNTER_BITS)


def milliseconds(hlc: HLC) -> int:
    """The physical part of ``hlc``: milliseconds since 1970 UTC."""
    return hlc >> COUNTER_BITS


def moment(hlc: HLC) -> datetime:
    """The physical part of ``hlc`` as an aware UTC time, to the second."""
    return datetime.fromtimestamp(min(milliseconds(hlc), 253402300799000) // 1000, UTC)


def iso(hlc: HLC) -> str:
    """The physical part of ``hlc`` as ``YYYY-MM-DDTHH:MM:SSZ``."""
    return moment(hlc).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_datetime(at: datetime) -> HLC:
    """The first clock value of the moment ``at`` (aware)."""
    return int(at.timestamp() * 1000) << COUNTER_BITS
