"""The Desk as plain lines: who waits, who could take a family on, caseloads, families with their workers, a hand-over's page."""

from __future__ import annotations

import argparse
from typing import Any

from familyhub.casework import desk, handing_over
from familyhub.casework.desk import Caseload, DeskPage, HeldFamily, WaitingFamily
from familyhub.cli.common import Refusal, laptop_of, show
from familyhub.practice.allocation import Allocated, Suggestion
from familyhub.practice.days import show_day
from familyhub.practice.waiting_list import LATE, NEVER


def shown(args: argparse.Namespace) -> None:
    """``familyhub desk``; ``--family ID``: who could take that family on; ``--hand-over ID``: the page that goes with it."""
    with laptop_of(args) as laptop:
        if args.hand_over:
            page = handing_over.hand_over_page(laptop, args.hand_over)
            show(args, _page_json(page), _page_lines(page))
            return
        found = desk.desk(laptop)
    if args.family:
        if args.family not in found.rows.families:
            raise Refusal(f"There is no family {args.family[:40]} of this locality on this laptop.")
        best = desk.suggestions(found, args.family)
        lines = [f"{s.worker.name}: {'; '.join(s.reasons)}. [{s.worker.id}]" for s in best]
        show(args, [_suggestion_json(s) for s in best], lines)
        return
    show(args, _desk_json(found), _desk_lines(found))


def _desk_json(page: DeskPage) -> dict[str, Any]:
    return {
        "locality": page.rows.locality, "waiting": [_waiting_json(w) for w in page.waiting],
        "workers": [_worker_json(page, c) for c in page.caseloads], "families": [_held_json(h) for h in page.held],
        "covers": [
            {"family_id": r.family_id, "worker": r.worker_id, "for": r.for_id, "from": r.on, "to": r.to_on}
            for r in desk.covers(page.rows, page.today)
        ],
    }  # fmt: skip


def _waiting_json(waiting: WaitingFamily) -> dict[str, Any]:
    waits, family = waiting.waits, waiting.family
    last = waits.last
    return {
        "family_id": family.id, "name": family.name, "ward": family.ward or None, "level": family.level,
        "since": waits.since.isoformat() if waits.since else None, "working_days": waits.age,
        "holder": waits.holder.worker_id if waits.holder else None, "reason": waiting.reason or None, "held": family.held,
        "last_check": last and {
            "on": last.on, "way": last.way, "safe_now": last.safe_now, "found": last.found, "by": last.by,
        },
        "next_check": waits.due.isoformat() if waits.due else None, "check": waits.check, "weight": waiting.asked.weight,
    }  # fmt: skip


def _worker_json(page: DeskPage, load: Caseload) -> dict[str, Any]:
    worker = load.worker
    return {
        "id": worker.id, "name": worker.name, "families": load.families, "weight": worker.carried, "limit": worker.limit,
        "languages": sorted(worker.languages), "wards": sorted(worker.wards), "travel": worker.travel or None,
        "away": worker.away or None,
        "conflicts": sorted(f for f, w in page.rows.conflicts if w == worker.id and desk.conflict_of(page.rows, f, w)),
    }  # fmt: skip


def _held_json(held: HeldFamily) -> dict[str, Any]:
    return {
        "family_id": held.family.id, "name": held.family.name, "level": held.family.level, "weight": held.weight,
        "workers": [_row_json(r) for r in held.rows], "cover": held.cover or None, "wrong": held.wrong or None,
    }  # fmt: skip


def _row_json(row: Allocated) -> dict[str, Any]:
    return {"worker": row.worker_id, "role": row.role, "on": row.on}


def _suggestion_json(one: Suggestion) -> dict[str, Any]:
    return {
        "worker": one.worker.id, "name": one.worker.name, "excluded": one.excluded or None, "left": one.worker.left,
        "reasons": list(one.reasons),
    }  # fmt: skip


def _desk_lines(page: DeskPage) -> list[str]:
    lines = [f"{len(page.waiting)} waiting for a worker in {page.rows.place}."]
    for w in page.waiting:
        age = "" if w.waits.age is None else f", {w.waits.age} working days"
        late = " LATE" if w.waits.check in (LATE, NEVER) else ""
        due = show_day(w.waits.due, page.today)
        check = f"next safe-check {due}{late}" if due else "safe-checks not known here"
        lines.append(
            f"{w.family.name}{age}: held by {w.holder or 'nobody named'}; {check}. {w.reason} [{w.family.id}]"
        )
    lines += ["Caseloads."]
    lines += [
        f"{c.worker.name}: weight {c.worker.carried} of {c.worker.limit}, {c.families} families"
        f"{f', {c.worker.away}' if c.worker.away else ''}. [{c.worker.id}]"
        for c in page.caseloads
    ]
    lines += ["Families with a worker."]
    lines += [
        f"{h.family.name}: {h.who}{f'; {h.cover}' if h.cover else ''}{f'. {h.wrong}' if h.wrong else ''} [{h.family.id}]"
        for h in page.held
    ]
    return lines


def _page_json(page: handing_over.HandOverPage) -> dict[str, Any]:
    return {
        "family_id": page.file.id, "name": page.file.name, "holds": [{"worker": w, "name": n, "role": r} for w, n, r in page.holds],
        "open": list(page.open), "safety": list(page.safety), "next_visit": page.next_visit,
        "promised": list(page.promised), "knows": list(page.knows),
    }  # fmt: skip


def _page_lines(page: handing_over.HandOverPage) -> list[str]:
    parts = (
        ("Works with it", [f"{n}, {r} worker" for _, n, r in page.holds]), ("Safety", page.safety),
        ("Next visit", [page.next_visit]), ("Promised, in their names", page.promised), ("Open", page.open),
        ("Who knows the family", page.knows),
    )  # fmt: skip
    return [
        page.file.name,
        *(f"{words}: {'; '.join(found) or 'nothing recorded'}." for words, found in parts),
    ]
