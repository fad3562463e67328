"""Allocation: who holds a family on a day, how heavy a caseload is, who could take a family on and why.

All of it is computed from dated rows; nothing here is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from familyhub.practice.clocks import parse_day

DESK = ("coordinator", "manager")
"""Roles that work at the Desk."""
LEAD, SECOND, COVER, HOLDER = "lead", "second", "cover", "holder"
WORKS = (LEAD, SECOND)
"""Roles of those who work with a family; without one of them it waits."""
LEVEL_WEIGHT = {"1": 1, "2": 1, "3": 2, "4": 3}
"""How much of a caseload a family is by its highest level of need (local default; no national figure)."""
UNKNOWN_WEIGHT = 2
"""The weight of a family whose level is not known here."""
WEIGHT_LIMIT = 30
"""How much one worker takes on, where neither the worker nor the locality says (local default)."""
EARLIER_ROLES = {"": LEAD, "lead worker": LEAD, "second worker": SECOND}
"""What the first version wrote."""


@dataclass(frozen=True, slots=True)
class Allocated:
    """One row about who holds a family: days ISO; ``to_on`` the day it ends, of a cover its last day."""

    id: str
    family_id: str
    worker_id: str
    role: str
    on: str
    to_on: str | None = None
    for_id: str = ""
    weight: int | None = None
    waiting: str = ""
    reason: str = ""
    by_id: str = ""
    order: tuple[int, str] = (0, "")
    """When it was written."""


@dataclass(frozen=True, slots=True)
class Span:
    """From the first day on which something is held to the first on which it is not; ``end`` None: without an end."""

    begin: str
    end: str | None

    def holds(self, day: date) -> bool:
        """Whether it is held on a day."""
        return self.begin <= day.isoformat() and (self.end is None or day.isoformat() < self.end)


def role_of(text: str | None) -> str:
    """The role that a row names, also in the words of the first version."""
    known = (text or "").strip()
    return EARLIER_ROLES.get(known, known)


def span_of(row: Allocated) -> Span:
    """When a row lets its worker hold the family."""
    last = parse_day(row.to_on) if row.role == COVER else None
    if last is not None:
        return Span(row.on, (last + timedelta(days=1)).isoformat() if last < date.max else None)
    return Span(row.on, row.to_on)


def in_force(rows: Iterable[Allocated]) -> list[Allocated]:
    """Of the rows of each family, worker and role the one written last: it replaces those before it."""
    last: dict[tuple[str, str, str], Allocated] = {}
    for row in rows:
        key = (row.family_id, row.worker_id, row.role)
        if key not in last or row.order >= last[key].order:
            last[key] = row
    return sorted(last.values(), key=lambda r: (r.order, r.id))


def holding(rows: Iterable[Allocated], day: date) -> list[Allocated]:
    """The rows by which somebody holds a family on a day."""
    return [row for row in in_force(rows) if span_of(row).holds(day)]


def hold(rows: Iterable[Allocated], day: date) -> Span | None:
    """From when and until when one worker holds one family, on ``day`` or later; None where it has ended.

    Where there are several, it is the whole of them, with what lies between: a hub keeps one grant of a file.
    """
    spans = [s for row in in_force(rows) if (s := span_of(row)).end is None or s.end > day.isoformat()]
    spans = [s for s in spans if s.end is None or s.end > s.begin]
    if not spans:
        return None
    end = None if any(s.end is None for s in spans) else max(s.end or "" for s in spans)
    return Span(min(s.begin for s in spans), end)


def family_weight(level: str | None, given: int | None = None) -> int:
    """How much of a caseload a family is: what was given at allocation, else by its highest level of need."""
    if given is not None:
        return given
    return LEVEL_WEIGHT.get(level or "", UNKNOWN_WEIGHT)


def loads(
    rows: Iterable[Allocated], levels: Mapping[str, str | None], open_families: Iterable[str], day: date
) -> dict[str, int]:
    """The weight of each worker's caseload on a day: every open family that they work with or cover, once."""
    still = set(open_families)
    carried: dict[str, dict[str, int]] = {}
    for row in holding(rows, day):
        if row.role != HOLDER and row.family_id in still:
            weight = family_weight(levels.get(row.family_id), row.weight)
            mine = carried.setdefault(row.worker_id, {})
            mine[row.family_id] = max(weight, mine.get(row.family_id, 0))
    return {worker: sum(families.values()) for worker, families in carried.items()}


# -- who could take a family on ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """A worker as far as allocation asks: languages and wards in lower case, ``carried`` and ``limit`` as weights."""

    id: str
    name: str
    carried: int = 0
    limit: int = WEIGHT_LIMIT
    languages: frozenset[str] = frozenset()
    wards: frozenset[str] = frozenset()
    travel: str = ""
    conflict: str = ""
    """Why there is a conflict of interest with the family; empty where there is none."""
    away: str = ""
    """Why they take on nothing now (who covers for them until when); empty where they are there."""

    @property
    def left(self) -> int:
        """How much they could still take on."""
        return self.limit - self.carried


@dataclass(frozen=True, slots=True)
class Asked:
    """What a family asks of a worker."""

    weight: int
    languages: frozenset[str] = frozenset()
    """Languages, in lower case, for which it needs an interpreter or that it speaks first; without English."""
    ward: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A worker in the order in which they suit a family, with the reason for their place."""

    worker: Candidate
    excluded: str
    """Why this worker cannot be chosen; empty where they can."""
    reasons: tuple[str, ...]
    """One sentence for each thing that was weighed, in the order of its weight."""
    key: tuple[int, ...]
    """What the sentences say, in numbers: less is better."""


def ranked(workers: Iterable[Candidate], family: Asked) -> list[Suggestion]:
    """Every worker once, who suits best first; who has a conflict of interest stands last, with the reason.

    What is weighed: a conflict, being away, a language, room for the family's weight, the ward and how they get there,
    the weight that would be left; then the name.
    """
    found = [_suggested(worker, family) for worker in workers]
    return sorted(found, key=lambda s: (s.key, s.worker.name.casefold(), s.worker.id))


def _suggested(worker: Candidate, family: Asked) -> Suggestion:
    reasons, key = [], []
    excluded = f"conflict of interest: {worker.conflict}" if worker.conflict else ""
    if excluded:
        reasons.append(excluded)
    key.append(1 if excluded else 0)
    if worker.away:
        reasons.append(worker.away)
    key.append(1 if worker.away else 0)
    shared = sorted(worker.languages & family.languages)
    if family.languages:
        missing = ", ".join(sorted(family.languages))
        reasons.append(f"speaks {', '.join(shared).title()}" if shared else f"{missing.title()} not recorded")
    key.append(0 if shared or not family.languages else 1)
    after = worker.left - family.weight
    reasons.append(
        f"{worker.left} of {worker.limit} left, {after} after this family"
        if after >= 0
        else f"no room: carries {worker.carried} of {worker.limit}, this family is {family.weight}"
    )
    key.append(0 if after >= 0 else 1)
    near = bool(family.ward) and family.ward.casefold() in worker.wards
    if family.ward:
        drives = worker.travel == "car"
        reasons.append(
            f"works in {family.ward}" if near
            else f"not in {family.ward}, has a car" if drives
            else f"{family.ward} is not among their wards"
        )  # fmt: skip
        key.append(0 if near else 1 if drives else 2)
    else:
        key.append(0)
    key.append(-after)
    return Suggestion(worker, excluded, tuple(reasons), tuple(key))


def words_of(text: str | None) -> frozenset[str]:
    """Words of a line that names several with commas, in lower case, without English."""
    parts = (part.strip().casefold() for part in (text or "").replace(";", ",").split(","))
    return frozenset(part for part in parts if part and part != "english")


def best(suggestions: Sequence[Suggestion]) -> Suggestion | None:
    """Who suits best and may be chosen."""
    return next((s for s in suggestions if not s.excluded), None)
