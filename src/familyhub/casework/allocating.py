"""Allocating: who works with a family, who holds it while it waits, safe-checks, conflicts of interest, worker facts.

Who holds a family is written in the locality's scope; the hub grants the family's file by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from familyhub.casework import desk as reading
from familyhub.casework.allocation_entries import (
    AllocateEntry,
    ConflictEntry,
    HolderEntry,
    SafeCheckEntry,
    WorkerFactsEntry,
)
from familyhub.casework.desk import at_the_desk, conflict_of, conflict_words
from familyhub.casework.entries import Saved
from familyhub.casework.problems import refuse
from familyhub.practice.allocation import DESK, HOLDER, LEAD, SECOND, WORKS, Allocated, holding, in_force
from familyhub.practice.clocks import add_working_days
from familyhub.practice.days import show_day
from familyhub.practice.waiting_list import NOT_HELPED
from familyhub.records.codes import (
    ALLOCATION_ROLE,
    CHECK_WAY,
    CONFLICT_KIND,
    SAFE_NOW,
    TRAVEL,
    WAITING_REASON,
    CodeList,
)
from familyhub.records.episodes import EpisodeState, LeadPractitioner
from familyhub.store.queries.desk import DeskFamily, DeskRows, DeskWorker
from familyhub.store.queries.rows import latest, session, visible

if TYPE_CHECKING:
    from familyhub.casework.checking import Check
    from familyhub.casework.laptop import Laptop
    from familyhub.store.laptop import Work

WORKING_ROLES = CodeList(
    "working_role", {LEAD: ALLOCATION_ROLE.values[LEAD], SECOND: ALLOCATION_ROLE.values[SECOND]}
)
NOT_THEMSELVES = "Nobody gives a family to themselves: ask another coordinator or manager."
UNSAFE = "Saved. A child may be unsafe: press F8 now. Saving is not telling."
HEAVIEST, MOST_LIMIT = 20, 200


def place_of(laptop: Laptop) -> str:
    """The scope in which this laptop's locality writes who holds what."""
    return f"loc:{laptop.who.locality}"


def family_here(rows: DeskRows, family_id: str) -> DeskFamily:
    """A family of the locality; raises ``Refused``."""
    found = rows.families.get(family_id)
    if found is None:
        raise refuse("family", f"There is no family {family_id[:40]} of this locality on this laptop.")
    return found


def worker_here(rows: DeskRows, check: Check, field: str, worker_id: str, needed: str) -> DeskWorker | None:
    """A worker of the locality who may be given a family; what is wrong is noted beside the field."""
    if not worker_id.strip():
        check.wrong(field, needed)
        return None
    found = rows.workers.get(worker_id.strip())
    if found is None:
        check.wrong(field, f"There is no worker {worker_id.strip()[:40]}.")
    elif found.gone:
        check.wrong(field, f"{found.name} has left: choose somebody who works here.")
    elif found.locality != rows.locality:
        check.wrong(field, f"{found.name} works in another locality: choose somebody of {rows.place}.")
    elif found.role not in ("worker", *DESK):
        check.wrong(field, f"{found.name} does not work with families: choose a family-support worker.")
    else:
        return found
    return None


def without_conflict(
    rows: DeskRows, check: Check, field: str, worker: DeskWorker, families: Iterable[DeskFamily], despite: str
) -> None:
    """Note a conflict of interest beside the field, unless it is said why all the same."""
    found = [(f, c) for f in families if (c := conflict_of(rows, f.id, worker.id)) is not None]
    if found and not check.text("despite", despite):
        family, conflict = found[0]
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        check.wrong(
            field,
            f"{worker.name} has a conflict of interest with the {family.name}{more} ({conflict_words(conflict)}): "
            "choose somebody else, or say why all the same.",
        )


def said(reason: str, despite: str) -> dict[str, str | None]:
    """Reason and the one given despite a conflict, as they are kept."""
    whole = " ".join(
        p for p in (reason, f"Despite a conflict of interest: {despite}" if despite else "") if p
    )
    return {"reason": whole or None, "reason_readers": "workers" if whole else None}


def end(laptop: Laptop, work: Work, row: Allocated, on: str) -> None:
    """End an allocation on a day: a row of its own, which replaces the one that began it."""
    work.create(place_of(laptop), "allocation", {
        "family_id": row.family_id, "worker_id": row.worker_id, "role": row.role, "on": row.on or None,
        "to_on": max(on, row.on), "by": laptop.who.id,
    })  # fmt: skip


def whole_number(check: Check, field: str, text: str, least: int, most: int) -> int | None:
    """A whole number somebody typed; None for an empty text."""
    typed = text.strip()
    if not typed:
        return None
    if not typed.isascii() or not typed.isdigit() or not least <= int(typed[:9]) <= most:
        check.wrong(field, f"“{typed[:20]}” is not a whole number from {least} to {most}.")
        return None
    return int(typed)


# -- allocating ------------------------------------------------------------------------------------------------


def allocate(laptop: Laptop, entry: AllocateEntry) -> Saved:
    """Give a family to a worker. Raises ``Refused`` per field."""
    rows = at_the_desk(laptop)
    family = family_here(rows, entry.family_id)
    check = laptop.check()
    worker = worker_here(rows, check, "worker", entry.worker_id, "To whom is this family given?")
    role = check.code("role", entry.role, WORKING_ROLES, needed="Lead worker or second worker?") or ""
    on = check.day("on", entry.on, needed="From which day?") or ""
    weight = whole_number(check, "weight", entry.weight, 0, HEAVIEST)
    reason, despite = check.text("reason", entry.reason), check.text("despite", entry.despite)
    now = [r for r in rows.rows if r.family_id == family.id]
    if worker is not None:
        _may_be_given(laptop, rows, check, family, worker, role, now, on)
        without_conflict(rows, check, "worker", worker, [family], despite)
    check.done()
    assert worker is not None
    with laptop.store.work(laptop.who.id) as work:
        for row in _to_end(rows, now, on):
            end(laptop, work, row, on)
        saved = work.create(place_of(laptop), "allocation", {
            "family_id": family.id, "worker_id": worker.id, "role": role, "on": on, "weight": weight, "by": laptop.who.id,
            **said(reason, despite),
        })  # fmt: skip
        if family.held and role == LEAD:
            begin_work(laptop, work, rows, family, worker, on)
    later = on > laptop.today.isoformat()
    when = f"from {show_day(on, laptop.today)}" if later else "at the next sync"
    return laptop.saved(saved, note=f"{worker.name} has the family's file {when}.")


def _may_be_given(
    laptop: Laptop, rows: DeskRows, check: Check, family: DeskFamily, worker: DeskWorker, role: str,
    now: list[Allocated], on: str,
) -> None:  # fmt: skip
    if family.stage in NOT_HELPED:
        check.wrong("family", f"The {family.name} has no help open: nothing is to be given to a worker.")
    if worker.id == laptop.who.id:
        check.wrong("worker", NOT_THEMSELVES)
    working = [r for r in in_force(now) if r.role in WORKS and not r.to_on and not _gone(rows, r.worker_id)]
    if own := next((r for r in working if r.worker_id == worker.id), None):
        check.wrong("worker", f"{worker.name} is {ALLOCATION_ROLE.words(own.role)} of this family already.")
        return
    lead = next((r for r in working if r.role == LEAD), None)
    if role == LEAD and lead is not None:
        check.wrong(
            "worker", f"{rows.names.get(lead.worker_id, '')} holds this family: hand it over instead."
        )
    if role == SECOND and lead is None:
        check.wrong("role", "This family has no lead worker: give it to one first.")


def _gone(rows: DeskRows, worker_id: str) -> bool:
    worker = rows.workers.get(worker_id)
    return worker is None or worker.gone


def _to_end(rows: DeskRows, now: list[Allocated], on: str) -> list[Allocated]:
    """What ends when somebody takes a family on: who held it while it waited, and who worked with it and has left."""
    return [
        r for r in in_force(now)
        if (r.role == HOLDER or (r.role in WORKS and _gone(rows, r.worker_id))) and (not r.to_on or r.to_on > on)
    ]  # fmt: skip


def begin_work(
    laptop: Laptop,
    work: Work,
    rows: DeskRows,
    family: DeskFamily,
    worker: DeskWorker,
    on: str,
    former: str = "",
) -> None:
    """In the family's file: the wait is over; the worker leads where nobody does, or where who led (``former``) goes."""
    scope = f"fam:{family.id}"
    with laptop.store.reading() as connection, session(connection) as db:
        state = latest(visible(db, EpisodeState, scope))
        lead = latest(visible(db, LeadPractitioner, scope))
    episode = state.episode_id if state is not None else None
    if state is not None and state.state == "waiting":
        work.create(
            scope, "episode_state", {"episode_id": episode, "state": "open", "on": on, "by": laptop.who.id}
        )
    theirs = (
        lead is not None and not lead.name and (lead.worker_id == former or _gone(rows, lead.worker_id or ""))
    )
    if lead is None or theirs or (lead.worker_id == former and former):
        work.create(scope, "lead_practitioner", {
            "episode_id": episode, "worker_id": worker.id, "name": worker.name, "agency": "council", "on": on,
            "by": laptop.who.id,
        })  # fmt: skip


# -- while it waits --------------------------------------------------------------------------------------------


def name_holder(laptop: Laptop, entry: HolderEntry) -> Saved:
    """Name who holds a family while it waits for a worker, and why it waits. Raises ``Refused`` per field."""
    rows = at_the_desk(laptop)
    family = family_here(rows, entry.family_id)
    about = [r for r in rows.rows if r.family_id == family.id]
    if reading.waiting_family(rows, family, about, laptop.today) is None:
        raise refuse("family", f"The {family.name} does not wait for a worker.")
    check = laptop.check()
    worker = worker_here(rows, check, "worker", entry.worker_id or laptop.who.id, "Who holds it meanwhile?")
    waiting = check.code("waiting", entry.waiting, WAITING_REASON, needed="Why does it wait?")
    reason = check.text("reason", entry.reason)
    if waiting == "other" and not reason:
        check.wrong("reason", "Which reason is it? Say it in a line.")
    if worker is not None and worker.id == laptop.who.id and not family.held:
        check.wrong(
            "worker", "You do not hold this family's file: name somebody who does, or its coordinator."
        )
    if worker is not None:
        without_conflict(rows, check, "worker", worker, [family], "")
    check.done()
    assert worker is not None
    on = laptop.today.isoformat()
    with laptop.store.work(laptop.who.id) as work:
        for row in holding(about, laptop.today):
            if row.role == HOLDER and row.worker_id != worker.id:
                end(laptop, work, row, on)
        saved = hold_while_waiting(laptop, work, family.id, worker.id, waiting or "", reason)
    return laptop.saved(saved)


def hold_while_waiting(
    laptop: Laptop, work: Work, family_id: str, worker_id: str, waiting: str, reason: str = ""
) -> str:
    """Write who holds a family while it waits; returns the row's id."""
    return work.create(place_of(laptop), "allocation", {
        "family_id": family_id, "worker_id": worker_id, "role": HOLDER, "on": laptop.today.isoformat(),
        "waiting": waiting, "by": laptop.who.id, **said(reason, ""),
    })  # fmt: skip


def record_safe_check(laptop: Laptop, entry: SafeCheckEntry) -> Saved:
    """Record how a family that waits was found, and when it is looked at next. Raises ``Refused`` per field."""
    rows = reading.rows_here(laptop)
    family = family_here(rows, entry.family_id)
    if not family.held:
        raise refuse(
            "family", f"The file of the {family.name} is not on this laptop: its coordinator records this."
        )
    check = laptop.check()
    on = check.day("on", entry.on, needed="On which day?", past=True)
    way = check.code(
        "way", entry.way, CHECK_WAY, needed="How was it: telephone, visit, school, another agency, no answer?"
    )
    safe = check.code(
        "safe_now", entry.safe_now, SAFE_NOW, needed="Is every child safe now: yes, no or not known?"
    )
    found = check.text(
        "found", entry.found, needed="How were they found? Write what was seen, heard or told."
    )
    next_on = check.day("next_on", entry.next_on)
    if way == "no_answer" and safe == "yes":
        check.wrong("safe_now", "Nobody answered: whether every child is safe is not known.")
    if on and next_on and next_on <= on:
        check.wrong("next_on", "The next safe-check comes after this one.")
    check.done()
    due = next_on or add_working_days(date.fromisoformat(on or ""), rows.check_days).isoformat()
    with laptop.store.work(laptop.who.id) as work:
        saved = work.create(f"fam:{family.id}", "safe_check", {
            "on": on, "way": way, "safe_now": safe, "found": found, "found_readers": "workers", "next_on": due,
            "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(
        saved, note=UNSAFE if safe == "no" else f"Saved. Next safe-check {show_day(due, laptop.today)}."
    )


# -- about workers ---------------------------------------------------------------------------------------------


def declare_conflict(laptop: Laptop, entry: ConflictEntry) -> Saved:
    """Declare a conflict of interest with a family, one's own or (at the Desk) a worker's, or say that it is over."""
    rows = reading.rows_here(laptop)
    family = family_here(rows, entry.family_id)
    check = laptop.check()
    whose = entry.worker_id.strip() or laptop.who.id
    if whose != laptop.who.id and laptop.who.role not in DESK:
        check.wrong("worker", "A conflict of interest is declared by whose it is, or at the Desk.")
    worker = rows.workers.get(whose)
    if worker is None:
        check.wrong("worker", f"There is no worker {whose[:40]}.")
    kind = check.code(
        "kind", entry.kind, CONFLICT_KIND, needed="" if entry.over else "What kind of conflict is it?"
    )
    reason = check.text("reason", entry.reason)
    if kind == "other" and not reason and not entry.over:
        check.wrong("reason", "Which reason is it? Say no more than the locality needs to know.")
    if entry.over and conflict_of(rows, family.id, whose) is None:
        check.wrong("family", f"No conflict of interest with the {family.name} is declared.")
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        saved = work.create(place_of(laptop), "conflict_of_interest", {
            "worker_id": whose, "family_id": family.id, "state": "over" if entry.over else "declared", "kind": kind,
            "on": laptop.today.isoformat(), "reason": reason or None, "reason_readers": "workers" if reason else None,
            "by": laptop.who.id,
        })  # fmt: skip
    now = [r for r in holding(rows.rows, laptop.today) if (r.family_id, r.worker_id) == (family.id, whose)]
    works = any(r.role != HOLDER for r in now) and not entry.over
    name = worker.name if worker else whose
    return laptop.saved(
        saved, note=f"Saved. {name} works with this family: somebody hands it over." if works else ""
    )


def set_worker_facts(laptop: Laptop, entry: WorkerFactsEntry) -> Saved:
    """Record what a worker can take on from today. Raises ``Refused`` per field."""
    rows = at_the_desk(laptop)
    check = laptop.check()
    worker = worker_here(rows, check, "worker", entry.worker_id, "About which worker is it?")
    languages, wards = check.line("languages", entry.languages), check.line("wards", entry.wards)
    travel = check.code("travel", entry.travel, TRAVEL)
    limit = whole_number(check, "weight_limit", entry.weight_limit, 1, MOST_LIMIT)
    check.done()
    assert worker is not None
    with laptop.store.work(laptop.who.id) as work:
        saved = work.create(place_of(laptop), "worker_facts", {
            "worker_id": worker.id, "on": laptop.today.isoformat(), "languages": languages or None, "wards": wards or None,
            "travel": travel, "weight_limit": limit, "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(saved)
