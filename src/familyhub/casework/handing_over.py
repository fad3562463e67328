"""Handing a family over with what has to go with it, and covering for somebody from a day to a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from familyhub.casework import reading
from familyhub.casework.allocating import (
    NOT_THEMSELVES,
    begin_work,
    end,
    family_here,
    place_of,
    said,
    without_conflict,
    worker_here,
)
from familyhub.casework.allocation_entries import CoverEntry, HandOverEntry
from familyhub.casework.desk import at_the_desk
from familyhub.casework.entries import Saved
from familyhub.casework.problems import refuse
from familyhub.practice.allocation import COVER, LEAD, WORKS, Allocated, in_force, span_of
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile

if TYPE_CHECKING:
    from familyhub.casework.checking import Check
    from familyhub.casework.laptop import Laptop
    from familyhub.store.laptop import Work
    from familyhub.store.queries.desk import DeskFamily, DeskRows, DeskWorker

LONGEST_COVER = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class HandOverPage:
    """What whoever takes a family over has to know, from what is recorded."""

    file: FamilyFile
    holds: tuple[tuple[str, str, str], ...]
    """(worker's id, name, role) of those who work with it."""
    open: tuple[str, ...]
    safety: tuple[str, ...]
    next_visit: str
    promised: tuple[str, ...]
    """What was promised: what workers said they would do, as actions in their names."""
    knows: tuple[str, ...]
    """Adults of the family and network, and agencies in the plan."""
    today: date


def hand_over_page(laptop: Laptop, family_id: str) -> HandOverPage:
    """The page of a hand-over; raises ``Refused`` where the file is not on this laptop."""
    rows = at_the_desk(laptop)
    family = family_here(rows, family_id)
    if not family.held:
        raise refuse("family", _not_here(family))
    file, today = reading.family(laptop, family_id), laptop.today
    now = [
        r for r in in_force(rows.rows) if r.family_id == family_id and r.role in WORKS and _works(r, today)
    ]
    names = {rows.names.get(r.worker_id, r.worker_id) for r in now}
    steps = [s for s in (file.plan.actions if file.plan else ()) if s.open]
    words = [
        f"{s.what} · {s.owner or s.agency or 'nobody named'} · {show_day(s.due, today) or 'no date'}"
        for s in steps
    ]
    plan = [f"review {show_day(file.plan.review_due, today)}"] if file.plan and file.plan.review_due else []
    last = file.visits[0] if file.visits else None
    visit = file.next_visit
    planned = f"{show_day(visit.on, today)} {visit.at} {visit.worker}".strip() if visit and visit.on else ""
    return HandOverPage(
        file, tuple((r.worker_id, rows.names.get(r.worker_id, r.worker_id), r.role) for r in now),
        (*words, *plan, *([f"{len(file.differences)} differences to decide"] if file.differences else [])),
        tuple(f"{s.kind.replace('_', ' ')}: {s.what}" for s in file.safety),
        planned or (f"none planned; last visit {show_day(last.on, today)}" if last else "none planned"),
        tuple(w for s, w in zip(steps, words, strict=True) if s.owner in names),
        (*(m.name for m in file.adults), *filter(None, (a.strip() for a in (file.plan.agencies if file.plan else "").split(",")))),
        today,
    )  # fmt: skip


def _not_here(family: DeskFamily) -> str:
    return f"The file of the {family.name} is not on this laptop: its coordinator hands it over."


def _works(row: Allocated, today: date) -> bool:
    return row.on <= today.isoformat() and span_of(row).holds(today)


def hand_over(laptop: Laptop, entry: HandOverEntry) -> Saved:
    """Hand a family from one worker to another. Raises ``Refused`` per field."""
    rows = at_the_desk(laptop)
    family = family_here(rows, entry.family_id)
    if not family.held:
        raise refuse("family", _not_here(family))
    check = laptop.check()
    today = laptop.today
    now = [
        r for r in in_force(rows.rows) if r.family_id == family.id and r.role in WORKS and _works(r, today)
    ]
    leading = next((r for r in now if r.role == LEAD), None)
    former = next((r for r in now if r.worker_id == entry.from_id), None) if entry.from_id else leading
    if former is None:
        who = rows.names.get(entry.from_id, entry.from_id[:40])
        check.wrong(
            "from",
            f"{who} does not work with this family."
            if entry.from_id
            else "Nobody leads: give it to a worker.",
        )
    worker = worker_here(rows, check, "to", entry.to_id, "Who takes the family over?")
    on = check.day("on", entry.on, needed="From which day?") or ""
    promised, notes = check.text("promised", entry.promised), check.text("notes", entry.notes)
    knows, despite = check.line("who_knows", entry.who_knows), check.text("despite", entry.despite)
    if entry.family_told is None:
        check.wrong("family_told", "Does the family know who comes now? Yes or no.")
    if worker is not None and former is not None:
        if worker.id == former.worker_id:
            check.wrong("to", f"{worker.name} has this family already.")
        elif other := next((r for r in now if r.worker_id == worker.id), None):
            check.wrong("to", f"{worker.name} works with it already as {other.role} worker: end that first.")
        if worker.id == laptop.who.id:
            check.wrong("to", NOT_THEMSELVES)
        if on and on < former.on:
            check.wrong(
                "on", f"It was given only on {show_day(former.on, today)}: a hand-over comes after that."
            )
        without_conflict(rows, check, "to", worker, [family], despite)
    check.done()
    assert worker is not None
    assert former is not None
    with laptop.store.work(laptop.who.id) as work:
        saved = _write(laptop, work, rows, family, former, worker, on, said("", despite))
        work.create(f"fam:{family.id}", "hand_over", {
            "from_id": former.worker_id, "to_id": worker.id, "on": on, "promised": promised or None,
            "promised_readers": "workers" if promised else None, "notes": notes or None,
            "notes_readers": "workers" if notes else None, "family_told": entry.family_told, "who_knows": knows or None,
            "by": laptop.who.id,
        })  # fmt: skip
        moved = _move_visit(laptop, work, family.id, former.worker_id, worker.id, on)
    name = rows.names.get(former.worker_id, "")
    note = f"{worker.name} has the file at the next sync; it leaves {name}'s laptop."
    if on > today.isoformat():
        note = f"{worker.name} has the file from {show_day(on, today)}, when it leaves {name}'s laptop."
    return laptop.saved(saved, note=f"{note} The next visit is theirs." if moved else note)


def _write(
    laptop: Laptop, work: Work, rows: DeskRows, family: DeskFamily, former: Allocated, worker: DeskWorker, on: str,
    why: dict[str, str | None],
) -> str:  # fmt: skip
    """The end of one allocation and of the covers for it, and the beginning of the other."""
    end(laptop, work, former, on)
    for row in in_force(rows.rows):
        if (
            row.family_id == family.id
            and row.role == COVER
            and row.for_id == former.worker_id
            and (row.to_on or "") >= on
        ):
            before = (date.fromisoformat(on) - timedelta(days=1)).isoformat()
            _cover_row(laptop, work, row.family_id, row.worker_id, former.worker_id, row.on, before, {})
    saved = work.create(place_of(laptop), "allocation", {
        "family_id": family.id, "worker_id": worker.id, "role": former.role, "on": on, "weight": former.weight,
        "by": laptop.who.id, **why,
    })  # fmt: skip
    if former.role == LEAD:
        begin_work(laptop, work, rows, family, worker, on, former.worker_id)
    return saved


def _move_visit(laptop: Laptop, work: Work, family_id: str, former: str, worker: str, on: str) -> bool:
    """Give the next visit to who takes over, where it was planned by who hands over."""
    from familyhub.records.visits import NextVisit
    from familyhub.store.queries.rows import rev, session, visible

    scope = f"fam:{family_id}"
    with laptop.store.reading() as connection, session(connection) as db:
        planned = [
            (v.id, rev(v))
            for v in visible(db, NextVisit, scope)
            if v.worker_id == former and (v.on or "") >= on
        ]
    for row_id, seen in planned:
        work.change(scope, "next_visit", row_id, seen, {"worker_id": worker})
    return bool(planned)


# -- cover -----------------------------------------------------------------------------------------------------


def give_cover(laptop: Laptop, entry: CoverEntry) -> Saved:
    """Let somebody cover for a worker from a day to a day; it ends by itself. Raises ``Refused`` per field."""
    rows = at_the_desk(laptop)
    check = laptop.check()
    away = worker_here(rows, check, "worker", entry.worker_id, "Who is away?")
    cover = worker_here(rows, check, "cover", entry.cover_id, "Who covers?")
    begin = check.day("from_on", entry.from_on, needed="From which day?") or ""
    last = (
        check.day("to_on", entry.to_on, needed="Until which day? A cover ends by itself.", ahead=True) or ""
    )
    reason, despite = check.text("reason", entry.reason), check.text("despite", entry.despite)
    if begin and last:
        _in_order(check, begin, last)
    if away is not None and cover is not None:
        if away.id == cover.id:
            check.wrong("cover", f"{cover.name} is the one who is away.")
        if cover.id == laptop.who.id:
            check.wrong("cover", NOT_THEMSELVES)
    check.done()
    assert away is not None
    assert cover is not None
    families = _covered(laptop, rows, check, entry, away, cover, begin, last)
    without_conflict(rows, check, "cover", cover, families, despite)
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        written = [
            _cover_row(laptop, work, f.id, cover.id, away.id, begin, last, said(reason, despite))
            for f in families
        ]
    count = f"{len(written)} famil{'y' if len(written) == 1 else 'ies'}"
    return laptop.saved(
        written[0],
        note=f"{cover.name} covers {count} until {show_day(last, laptop.today)}; it ends by itself.",
    )


def _in_order(check: Check, begin: str, last: str) -> None:
    if last < begin:
        check.wrong(
            "to_on", f"A cover ends on or after the day on which it begins, {show_day(begin, check.today)}."
        )
    elif date.fromisoformat(last) - date.fromisoformat(begin) > LONGEST_COVER:
        check.wrong("to_on", "A cover of more than a year is a hand-over.")


def _covered(
    laptop: Laptop, rows: DeskRows, check: Check, entry: CoverEntry, away: DeskWorker, cover: DeskWorker, begin: str,
    last: str,
) -> list[DeskFamily]:  # fmt: skip
    """The families that are covered: those the absent worker holds then and who covers does not."""
    day = max(date.fromisoformat(begin), laptop.today)
    now = in_force(rows.rows)
    theirs = {
        r.family_id for r in now if r.worker_id == away.id and r.role in WORKS and span_of(r).holds(day)
    }
    has = {r.family_id for r in now if r.worker_id == cover.id and r.role in WORKS and span_of(r).holds(day)}
    for identity in entry.family_ids:
        if identity not in theirs:
            check.wrong("families", f"{away.name} does not work with the family {identity[:40]} then.")
    wanted = set(entry.family_ids) or theirs
    families = [f for i, f in rows.families.items() if i in (wanted & theirs) - has]
    if not families and not check.problems:
        check.wrong(
            "worker",
            f"There is nothing to cover: {away.name} works with no family then that {cover.name} has not.",
        )
    later = [
        r for r in now
        if r.role == COVER and r.worker_id == cover.id and r.family_id in {f.id for f in families}
        and (r.to_on or "") >= laptop.today.isoformat() and ((r.to_on or "") < begin or last < r.on) and (r.to_on or "") >= r.on
    ]  # fmt: skip
    if later:
        name = rows.families[later[0].family_id].name
        check.wrong(
            "from_on",
            f"{cover.name} covers the {name} {_span(later[0], laptop.today)} already: let that end first.",
        )
    return families


def _span(row: Allocated, today: date) -> str:
    return f"from {show_day(row.on, today)} until {show_day(row.to_on, today)}"


def _cover_row(
    laptop: Laptop,
    work: Work,
    family_id: str,
    cover: str,
    away: str,
    begin: str,
    last: str,
    why: dict[str, str | None],
) -> str:
    return work.create(place_of(laptop), "allocation", {
        "family_id": family_id, "worker_id": cover, "role": COVER, "on": begin, "to_on": last, "for_id": away,
        "by": laptop.who.id, **why,
    })  # fmt: skip
