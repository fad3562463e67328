"""How long a laptop may be used without its hub: 21 days, warned from 14; locked too when its clock was put back.

Nothing is deleted by a lock: what is on the laptop stays as it is, sealed, until the hub was met or an extension was carried
in that two operators have signed. Source of the rule: the security specification, "Lease".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

DAYS, WARNED_FROM = 21, 14
BACK_HOURS = 24
"""A clock that is further behind the latest time seen than this was put back."""
LONGEST_EXTENSION = 90
"""Days."""
LAST_CONTACT, CLOCK_SEEN, ENROLLED = "last_contact", "clock_seen", "enrolled_at"
"""Settings: when the hub was met last and when the laptop was enrolled (ISO UTC), the latest time seen (milliseconds)."""
EXTENDED, EXTENSION = "lease_until", "lease_signed"
"""Settings: until when an extension lets the laptop be used, and when that extension was signed (ISO UTC)."""
FINE, WARNED, LOCKED = "fine", "warned", "locked"


class Lease(NamedTuple):
    """How a laptop's lease stands."""

    state: str
    """``fine``, ``warned`` or ``locked``."""
    days: int
    """Whole days since the hub was met."""
    left: int
    """Whole days until it locks, begun ones counted; 0 where it is locked."""
    put_back: bool = False
    """Locked because the clock stands before the latest time seen."""


NO_HUB = Lease(FINE, 0, DAYS)
"""A laptop that belongs to no hub has no lease."""


def lease(settings: Mapping[str, str], now: datetime) -> Lease:
    """How the lease stands at ``now`` (aware); settings that cannot be read count as never written."""
    met = _moment(settings.get(LAST_CONTACT)) or _moment(settings.get(ENROLLED))
    if met is None or not settings.get("device"):
        return NO_HUB
    until = max(met + timedelta(days=DAYS), _moment(settings.get(EXTENDED)) or met)
    days = max(0, (now - met).days)
    seen = _seen(settings.get(CLOCK_SEEN)) or met
    if now < seen - timedelta(hours=BACK_HOURS):
        return Lease(LOCKED, days, 0, put_back=True)
    if now >= until:
        return Lease(LOCKED, days, 0)
    left = -((now - until) // timedelta(days=1))
    return Lease(WARNED if left <= DAYS - WARNED_FROM else FINE, days, left)


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _seen(text: str | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(text or "") / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def warning(stands: Lease) -> str:
    """The sentence of a lease that runs out soon; empty where it does not."""
    if stands.state != WARNED:
        return ""
    left = "tomorrow" if stands.left == 1 else f"in {stands.left} days"
    return f"This laptop has not met its hub for {_days(stands.days)}: it locks {left}, until it has."


def why_locked(stands: Lease) -> str:
    """Why a laptop is locked, and that nothing is lost by it."""
    if stands.put_back:
        why = "its clock stands more than a day before the last time it was used"
    else:
        why = f"it has not met its hub for {_days(stands.days)}"
    return f"This laptop is locked: {why}. Nothing on it is lost, and what you had not sent is kept."


def _days(count: int) -> str:
    return "one day" if count == 1 else f"{count} days"
