"""Round about allocation: what workers can take on, conflicts of interest, safe-checks of who waits, hand-overs."""

from __future__ import annotations

from familyhub.records.codes import CHECK_WAY, CONFLICT_KIND, CONFLICT_STATE, SAFE_NOW, TRAVEL
from familyhub.records.synced import Synced, code, day, flag, line, number, readers, ref, words


class WorkerFacts(Synced, table=True):
    """What a worker can take on, from a day; the latest row counts. Lives in the locality's scope."""

    entity = "worker_facts"
    append_only = True
    worker_id: str | None = ref("worker")
    on: str | None = day()
    languages: str | None = line()
    wards: str | None = line()
    travel: str | None = code(TRAVEL)
    weight_limit: int | None = number()
    by: str | None = ref("worker")


class ConflictOfInterest(Synced, table=True):
    """A worker's conflict of interest with a family, declared or over, from a day; everybody of the locality reads it."""

    entity = "conflict_of_interest"
    append_only = True
    worker_id: str | None = ref("worker")
    family_id: str | None = ref("family")
    state: str | None = code(CONFLICT_STATE)
    kind: str | None = code(CONFLICT_KIND)
    on: str | None = day()
    reason: str | None = words()
    reason_readers: str | None = readers()
    by: str | None = ref("worker")


class SafeCheck(Synced, table=True):
    """How a family that waits was found on a day, by whom, and when it is looked at next; in the family's file."""

    entity = "safe_check"
    append_only = True
    on: str | None = day()
    way: str | None = code(CHECK_WAY)
    safe_now: str | None = code(SAFE_NOW)
    found: str | None = words()
    found_readers: str | None = readers()
    next_on: str | None = day()
    by: str | None = ref("worker")


class HandOver(Synced, table=True):
    """A family handed from one worker to another on a day: what is promised, who knows; in the family's file."""

    entity = "hand_over"
    append_only = True
    from_id: str | None = ref("worker")
    to_id: str | None = ref("worker")
    on: str | None = day()
    promised: str | None = words()
    promised_readers: str | None = readers()
    notes: str | None = words()
    notes_readers: str | None = readers()
    family_told: bool | None = flag()
    who_knows: str | None = line()
    by: str | None = ref("worker")
