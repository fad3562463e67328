"""Reading commands: plain lines without box characters, or the JSON that other programs may rely on."""

from __future__ import annotations

import argparse
import os
from datetime import date
from typing import Any

from familyhub.casework import reading
from familyhub.casework.home import is_demonstration
from familyhub.casework.problems import refuse
from familyhub.cli import advice, handshakes, safety
from familyhub.cli.assessments import agreement_json, agreement_lines, assessment_json, assessment_lines
from familyhub.cli.common import Refusal, home_of, laptop_of, show, standard_input
from familyhub.practice.days import show_day, show_moment
from familyhub.practice.differences import Difference
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.family_row import FamilyRow
from familyhub.practice.today import WHY


def today(args: argparse.Namespace) -> None:
    """``familyhub today``."""
    with laptop_of(args) as laptop:
        page = reading.today(laptop)
    rows = [
        {
            "rank": n, "family_id": line.family_id, "family": line.family, "what": line.what, "kind": WHY[line.kind],
            "reason": line.reason, "act": line.act, "target": line.target, "due": line.due,
        }
        for n, line in enumerate(page.lines, start=1)
    ]  # fmt: skip
    lines = [f"{r['rank']}. {r['family'] or 'No family'}: {r['what']}. {r['reason']}." for r in rows]
    lines += [f"Visit planned today: {v.family}, {v.at or 'no time'}, {v.kind}." for v in page.planned]
    show(args, rows, lines or ["Nothing needs you today."])


def _query(args: argparse.Namespace) -> str:
    """What is searched for: from standard input; as an argument in demonstrations only."""
    if args.text is None:
        return ""
    if args.text == "-":
        return standard_input().strip()
    if not is_demonstration(home_of(args)):
        raise Refusal(
            "Words on the command line can be read in the process list: use `-` and standard input."
        )
    return str(args.text)


def family_row(row: FamilyRow) -> dict[str, Any]:
    """A family in a list, as JSON."""
    return {
        "id": row.id, "name": row.name, "locality": row.locality, "ward": row.ward, "level": row.level,
        "lead": row.lead, "held": row.held, "mine": row.mine,
        "children": [{"id": c.id, "name": c.name, "age": c.age} for c in row.children],
    }  # fmt: skip


def families(args: argparse.Namespace) -> None:
    """``familyhub families``."""
    text = _query(args)
    with laptop_of(args) as laptop:
        rows = reading.families(laptop, text, args.which)
    lines = []
    for row in rows:
        children = ", ".join(c.words for c in row.children)
        level = f"level {row.level}" if row.level else "no level"
        held = "" if row.held else " (file not on this laptop: ask the lead)"
        lines.append(
            f"{row.name}, {row.ward or row.locality}: {level}, lead {row.lead or 'nobody'}{held}. {children} [{row.id}]"
        )
    show(args, [family_row(r) for r in rows], lines or ["No family is found."])


def family_show(args: argparse.Namespace) -> None:
    """``familyhub family show``."""
    with laptop_of(args) as laptop:
        file = reading.family(laptop, args.id)
        advised, lines = advice.of_file(laptop, f"fam:{file.id}")
    between, stand = handshakes.of(file.handshakes, laptop.today)
    known, first = safety.of(file, laptop.today)
    fields = {**_file_json(file), **known, **between, **advised}
    show(args, fields, [*_file_lines(file, laptop.today, first), *stand, *lines])


def _file_json(file: FamilyFile) -> dict[str, Any]:
    return {
        "id": file.id, "name": file.name, "locality": file.locality, "ward": file.ward, "level": file.level,
        "lead": file.lead, "held": True,
        "children": [{"id": c.id, "name": c.given, "age": c.age, "last_seen": c.last_seen,
                      "last_seen_alone": c.last_alone} for c in file.children],
        "adults": [{"id": a.id, "name": a.name, "role": a.role, "tie": a.tie} for a in file.adults],
        "visits": [
            {"id": v.id, "on": v.on, "by": v.by_id, "by_name": v.by, "note": v.happened or v.did_instead,
             "seen": [c.child_id for c in v.children if c.seen],
             "seen_alone": [c.child_id for c in v.children if c.alone], "outcome": v.outcome,
             "next_on": v.next_on}
            for v in file.visits
        ],
        "notes": [{"id": n.id, "on": n.on, "kind": n.kind, "by": n.by, "text": n.text, "readers": n.readers}
                  for n in file.notes],
        "actions": [
            {"id": a.id, "what": a.what, "owner": a.owner, "agency": a.agency, "due": a.due, "status": a.status,
             "progress": [{"on": p.on, "by": p.by, "text": p.text} for p in a.progress], "rev": a.rev}
            for p in file.plans for a in p.actions
        ],
        "attachments": [{"id": a.id, "what": a.what, "name": a.name, "size": a.size, "type": a.type, "on": a.on,
                         "readers": a.readers, "here": a.here} for a in file.attachments],
        **agreement_json(file), "assessment": assessment_json(file),
        "differences": [difference_json(d) for d in file.differences],
    }  # fmt: skip


def _file_lines(file: FamilyFile, now: Any, before_visit: list[str]) -> list[str]:
    lines = [
        f"{file.name}, {file.ward or file.locality}. Level {file.level or 'not set'}. Lead {file.lead or 'nobody'}."
    ]
    lines += before_visit
    for child in file.children:
        seen = f"seen {show_day(child.last_seen, now)}" if child.last_seen else "not seen yet"
        alone = f", alone {show_day(child.last_alone, now)}" if child.last_alone else ""
        lines.append(f"Child: {child.given}, {child.age_text}, {seen}{alone}. [{child.id}]")
    lines += agreement_lines(file, now) + assessment_lines(file, now)
    for a in (a for p in file.plans for a in p.actions):
        due = f"by {show_day(a.due, now)}" if a.due else "no date"
        lines.append(
            f"Action: {a.what}. {a.owner or 'Nobody named'}, {a.agency}, {due}, {a.status.replace('_', ' ')}. [{a.id}]"
        )
    for s in file.story:
        lines.append(f"{show_day(s.on, now) or '..'}: {s.what}" + (f" ({s.source})" if s.source else ""))
    lines += [f"Difference: {d.subject}, {d.field_words}. [{d.id}]" for d in file.differences]
    return lines


def search(args: argparse.Namespace) -> None:
    """``familyhub search``."""
    text = _query(args)
    if not text:
        raise refuse("text", "What shall be searched for? Give a word or two.")
    with laptop_of(args) as laptop:
        found = reading.search(laptop, text, max(1, min(args.most, 1000)))
    rows = [
        {"kind": f.kind, "id": f.id, "family_id": f.family_id, "family": f.family, "text": f.text}
        for f in found
    ]
    lines = [f"{f.family or 'front door'}, {f.kind.replace('_', ' ')}: {f.text}" for f in found]
    show(args, rows, lines or ["Nothing is found. Try fewer words."])


def difference_json(d: Difference) -> dict[str, Any]:
    """A difference, as JSON: values sorted by (clock, op)."""
    return {
        "id": d.id, "entity": d.entity, "row_id": d.row_id, "family_id": d.family_id, "field": d.field,
        "subject": d.subject, "field_words": d.field_words, "shown": d.shown, "rev": d.rev,
        "protective": d.protective, "before": d.before_words or None,
        "values": [
            {"value": v.value, "by": v.by, "by_name": v.by_name, "at": v.at, "words": v.words, "received": v.received,
             "offline": v.offline, "reason": v.reason} for v in d.values
        ],
        "asked": [{"by_name": a.by_name, "on": a.on, "text": a.text} for a in d.asked],
    }  # fmt: skip


def differences(args: argparse.Namespace) -> None:
    """``familyhub differences``."""
    with laptop_of(args) as laptop:
        found = reading.differences(laptop)
    lines = [line for d in found for line in _difference_lines(d, laptop.today)]
    show(args, [difference_json(d) for d in found], lines or ["No differences: everybody agrees."])


def _difference_lines(d: Difference, now: date) -> list[str]:
    first = "SAFETY first. " if d.protective else ""
    what = ", ".join(p for p in (d.family, d.subject, d.field_words) if p)
    lines = [f"{first}{what}: {len(d.values)} answers stand. [{d.id}]"]
    for n, v in enumerate(d.values, start=1):
        mark = " (shown until somebody decides)" if v.value == d.shown else ""
        how = ", not sent yet" if v.unsent else ", written offline" if v.offline else ""
        why = f" “{v.reason}”" if v.reason else ""
        lines.append(
            f"  {n}. {v.words}, by {'you' if v.mine else v.by_name}, {show_moment(v.at, now)}{how}.{why}{mark}"
        )
    if d.before_words:
        lines.append(f"  Before: {d.before_words}.")
    lines += [
        f"  {a.by_name} asks, {show_day(a.on, now)}: {a.text or 'please look at this'}" for a in d.asked
    ]
    return lines


def decisions(args: argparse.Namespace) -> None:
    """``familyhub decisions``."""
    with laptop_of(args) as laptop:
        found = reading.decided_lately(laptop)
    rows = [
        {
            "id": d.id, "difference_id": d.difference_id, "family_id": d.family_id, "on": d.on, "by": d.by,
            "by_name": d.by_name, "kind": d.kind, "chosen": d.chosen, "replaced": list(d.replaced), "reason": d.reason,
            "readers": d.readers, "can_undo": d.can_undo,
        }
        for d in found
    ]  # fmt: skip
    lines = [
        f"{show_day(d.on, laptop.today)}, {d.family}, {d.subject or d.record}, {d.field_words}: {d.act}."
        + (f" Why: {d.reason}" if d.reason else "") + f" [{d.id}]"
        for d in found
    ]  # fmt: skip
    show(args, rows, lines or ["Nothing was decided lately."])


def status(args: argparse.Namespace) -> None:
    """``familyhub status``."""
    from familyhub.casework import leases, syncing
    from familyhub.practice.lease import LOCKED, why_locked

    with laptop_of(args, even_locked=True) as laptop:
        state = reading.sync_page(laptop)
        carried = reading.attachments_on_their_way(laptop)
        lease = leases.stands(laptop)
        url = syncing.hub_url(laptop, getattr(args, "hub", None) or os.environ.get("FAMILYHUB_HUB"))
        reachable = syncing.reachable(url)
    value = {
        "waiting": state.waiting, "sent": state.sent, "received": state.received, "set_aside": state.set_aside,
        "last_contact": state.last_contact, "hub": {"url": url, "reachable": reachable},
        "attachments": {"waiting": carried.waiting, "waiting_bytes": carried.waiting_bytes,
                        "not_here": carried.away, "not_here_bytes": carried.away_bytes,
                        "kept_back": len(carried.kept_back)},
        "lease": {"state": lease.state, "days": lease.days, "left": lease.left},
    }  # fmt: skip
    lines = [
        f"{state.waiting} waiting to be sent, {state.sent} sent, {state.received} received.",
        f"Last met the hub: {state.last_contact or 'never'}. The hub {'answers' if reachable else 'does not answer now'}.",
    ]
    if carried.waiting or carried.away:
        lines.append(
            f"Attachments: {carried.waiting} waiting to be sent, {carried.away} at the hub and not here."
        )
    lines += [
        f"Stays on this laptop, the hub did not take it: {name}, {reason}"
        for _, name, reason in carried.kept_back
    ]
    if lease.state == LOCKED:
        lines.append(why_locked(lease))
    lines += [
        f"Set aside by the hub, needs a person: {a.entity.replace('_', ' ')}, {a.reason}"
        for a in state.asides
    ]
    show(args, value, lines)
