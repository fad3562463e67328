"""Reading the Desk: who waits, who could take a family on and why, caseloads, covers, and the page of a hand-over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from familyhub.casework.problems import refuse
from familyhub.practice import waiting_list
from familyhub.practice.allocation import (
    COVER,
    DESK,
    HOLDER,
    LEAD,
    SECOND,
    WORKS,
    Allocated,
    Asked,
    Candidate,
    Suggestion,
    family_weight,
    holding,
    in_force,
    loads,
    ranked,
    words_of,
)
from familyhub.practice.days import show_day
from familyhub.practice.handshakes import HandshakeFact
from familyhub.practice.waiting_list import NOT_HELPED, WAITING, Waits, waits
from familyhub.records.codes import CONFLICT_KIND, WAITING_REASON
from familyhub.store import first_handshakes
from familyhub.store.queries.desk import Conflict, DeskRows, desk_rows
from familyhub.store.queries.desk import DeskFamily as DeskFamily

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

NOBODY = "nobody is allocated to it"
"""Why a family waits that has help and of whom no allocation says who gives it."""
MAY_NOT = "The Desk is for a coordinator or manager of the locality. Ask one of them."


@dataclass(frozen=True, slots=True)
class WaitingFamily:
    """A family that waits for a worker."""

    family: DeskFamily
    waits: Waits
    holder: str
    """The name of who holds it meanwhile; empty: nobody was named."""
    reason: str
    """Why it waits, in words."""
    asked: Asked
    planned: str = ""
    """Who begins later, and when; empty where nobody does."""


@dataclass(frozen=True, slots=True)
class Caseload:
    """A worker of the locality and what they carry."""

    worker: Candidate
    families: int
    role: str
    facts: bool
    """Whether anything is recorded of what they can take on."""


@dataclass(frozen=True, slots=True)
class HeldFamily:
    """A family that somebody works with or will cover: their rows, and words for each."""

    family: DeskFamily
    rows: tuple[Allocated, ...]
    lead: Allocated | None
    who: str
    """``Asha Rahman, second Sam Doyle``."""
    cover: str
    """``Sam Doyle covers until Fri 5 Mar``; empty where nobody does."""
    weight: int
    wrong: str = ""
    """What somebody has to look at: a worker who has left, a conflict of interest."""


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Everything the Desk shows."""

    rows: DeskRows
    waiting: tuple[WaitingFamily, ...]
    caseloads: tuple[Caseload, ...]
    held: tuple[HeldFamily, ...]
    today: date
    handshakes: tuple[HandshakeFact, ...] = ()
    """Steps up and steps down of the locality's families about which something is to be done, the oldest first."""


def at_the_desk(laptop: Laptop) -> DeskRows:
    """What the Desk computes from; raises ``Refused`` for who does not work at it."""
    if laptop.who.role not in DESK:
        raise refuse("desk", MAY_NOT)
    return rows_here(laptop)


def rows_here(laptop: Laptop) -> DeskRows:
    """The rows of this laptop's locality."""
    with laptop.store.reading() as connection:
        return desk_rows(connection, laptop.who.locality)


def desk(laptop: Laptop) -> DeskPage:
    """The Desk; raises ``Refused`` for who does not work at it."""
    rows = at_the_desk(laptop)
    today = laptop.today
    about: dict[str, list[Allocated]] = {}
    for row in rows.rows:
        about.setdefault(row.family_id, []).append(row)
    waiting = []
    held = []
    for family in rows.families.values():
        mine = about.get(family.id, [])
        if (found := waiting_family(rows, family, mine, today)) is not None:
            waiting.append(found)
        elif family.stage not in NOT_HELPED:
            held.append(_held(rows, family, mine, today))
    return DeskPage(
        rows,
        tuple(sorted(waiting, key=lambda w: waiting_list.urgency(w.family.name, w.family.id, w.waits))),
        _caseloads(rows, today),
        tuple(sorted(held, key=lambda h: (not h.wrong, h.family.name.casefold(), h.family.id))),
        today,
        _handshakes(laptop, rows),
    )


def _handshakes(laptop: Laptop, rows: DeskRows) -> tuple[HandshakeFact, ...]:
    with laptop.store.reading() as connection:
        found = first_handshakes.facts(connection.exec_driver_sql, laptop.today)
    return tuple(
        f for f in found if f.family_id in rows.families or (f.answered_at and f.locality == rows.locality)
    )


def waiting_family(
    rows: DeskRows, family: DeskFamily, about: Sequence[Allocated], today: date
) -> WaitingFamily | None:
    """How a family waits; None where it does not."""
    gone = [w.id for w in rows.workers.values() if w.gone]
    found = waits(
        about, family.stage, today, since=family.opened_on, checks=family.checks, gone=gone, every=rows.check_days,
        known=family.held,
    )  # fmt: skip
    if found is None:
        return None
    holder = rows.names.get(found.holder.worker_id, found.holder.worker_id) if found.holder else ""
    code = (found.holder.waiting if found.holder else "") or ("worker_left" if found.left else "")
    said = found.holder.reason if found.holder else ""
    reason = ": ".join(p for p in (WAITING_REASON.words(code), said) if p)
    if not reason and family.stage != WAITING:
        reason = NOBODY
    later = [r for r in in_force(about) if r.role == LEAD and r.on > today.isoformat() and not r.to_on]
    planned = (
        f"{rows.names.get(later[-1].worker_id, '')} begins {show_day(later[-1].on, today)}" if later else ""
    )
    asked = Asked(family_weight(family.level), family.languages, family.ward)
    return WaitingFamily(family, found, holder, reason, asked, planned)


def _held(rows: DeskRows, family: DeskFamily, about: Sequence[Allocated], today: date) -> HeldFamily:
    now = [r for r in holding(about, today) if r.role in WORKS]
    lead = next((r for r in reversed(now) if r.role == LEAD), now[-1] if now else None)
    others = [r for r in now if r is not lead]
    names = [rows.names.get(r.worker_id, r.worker_id) for r in ([lead] if lead else [])]
    names += [
        f"{'second ' if r.role == SECOND else ''}{rows.names.get(r.worker_id, r.worker_id)}" for r in others
    ]
    covered = [
        f"{rows.names.get(r.worker_id, r.worker_id)} covers "
        f"{f'from {show_day(r.on, today)} ' if r.on > today.isoformat() else ''}until {show_day(r.to_on, today)}"
        for r in covers_of(about, today)
    ]
    wrong = [
        f"{rows.names[r.worker_id]} {'has left' if _gone(rows, r.worker_id) else 'works in another locality now'}"
        for r in now if (w := rows.workers.get(r.worker_id)) is not None and (w.gone or w.locality != rows.locality)
    ]  # fmt: skip
    wrong += [
        f"{rows.names.get(r.worker_id, '')} has a conflict of interest: {conflict_words(found)}"
        for r in now if (found := conflict_of(rows, family.id, r.worker_id)) is not None
    ]  # fmt: skip
    weight = family_weight(family.level, lead.weight if lead else None)
    return HeldFamily(
        family, tuple(now), lead, ", ".join(names), "; ".join(covered), weight, "; ".join(wrong)
    )


def covers(rows: DeskRows, today: date) -> list[Allocated]:
    """The covers that are in force or lie ahead, of families with help open."""
    still = {f.id for f in rows.families.values() if f.stage not in NOT_HELPED}
    return [row for row in covers_of(rows.rows, today) if row.family_id in still]


def covers_of(about: Iterable[Allocated], today: date) -> list[Allocated]:
    """Of rows the covers that are in force or lie ahead."""
    day = today.isoformat()
    return [r for r in in_force(about) if r.role == COVER and (r.to_on or "") >= max(day, r.on)]


def _gone(rows: DeskRows, worker_id: str) -> bool:
    worker = rows.workers.get(worker_id)
    return worker is not None and worker.gone


def conflict_of(rows: DeskRows, family_id: str, worker_id: str) -> Conflict | None:
    """A worker's conflict of interest with a family that is not over."""
    found = rows.conflicts.get((family_id, worker_id))
    return found if found is not None and found.state == "declared" else None


def conflict_words(conflict: Conflict) -> str:
    """``neighbour, or same school: our children are friends``."""
    return ": ".join(p for p in (CONFLICT_KIND.words(conflict.kind), conflict.reason) if p)


def _caseloads(rows: DeskRows, today: date) -> tuple[Caseload, ...]:
    open_families = [f.id for f in rows.families.values() if f.stage not in NOT_HELPED]
    carried = loads(rows.rows, {f.id: f.level for f in rows.families.values()}, open_families, today)
    still = set(open_families)
    count: dict[str, set[str]] = {}
    away: dict[str, str] = {}
    for row in holding(rows.rows, today):
        if row.role != HOLDER and row.family_id in still:
            count.setdefault(row.worker_id, set()).add(row.family_id)
        if row.role == COVER and row.for_id:
            away[row.for_id] = (
                f"away until {show_day(row.to_on, today)}: {rows.names.get(row.worker_id, '')} covers"
            )
    out = []
    for w in rows.workers.values():
        if w.gone or w.locality != rows.locality or w.role not in ("worker", *DESK):
            continue
        if w.role in DESK and w.id not in count:
            continue
        worker = Candidate(
            w.id, w.name, carried.get(w.id, 0), w.limit if w.limit is not None else rows.weight_limit,
            words_of(w.languages), words_of(w.wards), w.travel, away=away.get(w.id, ""),
        )  # fmt: skip
        known = bool(w.languages or w.wards or w.travel or w.limit is not None)
        out.append(Caseload(worker, len(count.get(w.id, ())), w.role, known))
    return tuple(sorted(out, key=lambda c: (-c.worker.carried, c.worker.name.casefold(), c.worker.id)))


def suggestions(page: DeskPage, family_id: str) -> list[Suggestion]:
    """The workers of the locality in the order in which they suit a family, each with the reasons for their place."""
    from dataclasses import replace

    family = page.rows.families.get(family_id)
    if family is None:
        return []
    asked = Asked(family_weight(family.level), family.languages, family.ward)
    out = []
    for load in page.caseloads:
        if load.role == "worker":
            found = conflict_of(page.rows, family_id, load.worker.id)
            out.append(replace(load.worker, conflict=conflict_words(found) if found else ""))
    return ranked(out, asked)
