"""What people type at the Desk: allocating, handing over, covering, safe-checks, holders, conflicts, worker facts."""

from __future__ import annotations

from msgspec import Struct, field


class AllocateEntry(Struct):
    """A family is given to a worker; ``role``: ``lead`` or ``second``; ``despite``: why all the same, with a conflict."""

    family_id: str
    worker_id: str = ""
    role: str = "lead"
    on: str = "today"
    weight: str = ""
    """How much of a caseload it is; empty: by its level of need."""
    reason: str = ""
    despite: str = ""


class HandOverEntry(Struct):
    """A family goes from one worker to another (``from_id`` empty: its lead worker), with what has to go with it."""

    family_id: str
    to_id: str = ""
    from_id: str = ""
    on: str = "today"
    promised: str = ""
    notes: str = ""
    who_knows: str = ""
    family_told: bool | None = None
    despite: str = ""


class CoverEntry(Struct):
    """Somebody covers for a worker from a day to a day; without ``family_ids`` every family that they work with."""

    worker_id: str
    cover_id: str = ""
    from_on: str = ""
    to_on: str = ""
    family_ids: list[str] = field(default_factory=list)
    reason: str = ""
    despite: str = ""


class HolderEntry(Struct):
    """Who holds a family while it waits (empty: whoever writes this), and why it waits."""

    family_id: str
    worker_id: str = ""
    waiting: str = ""
    reason: str = ""


class SafeCheckEntry(Struct):
    """How a family that waits was found, and when it is looked at next (empty: by the local number of working days)."""

    family_id: str
    on: str = "today"
    way: str = ""
    safe_now: str = ""
    found: str = ""
    next_on: str = ""


class ConflictEntry(Struct):
    """A conflict of interest with a family is declared, or is over; ``worker_id`` empty: one's own."""

    family_id: str
    kind: str = ""
    reason: str = ""
    worker_id: str = ""
    over: bool = False


class WorkerFactsEntry(Struct):
    """What a worker can take on from today; languages and wards with commas; an empty part is recorded as not known."""

    worker_id: str
    languages: str = ""
    wards: str = ""
    travel: str = ""
    weight_limit: str = ""
