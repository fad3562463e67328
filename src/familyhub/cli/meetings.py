"""``familyhub meeting``: a family's meetings, the papers for the next one and the minutes of one that was held."""

from __future__ import annotations

import argparse

from familyhub.casework import meetings, reading
from familyhub.cli.common import Refusal, laptop_of, show
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.meeting_papers import Copy
from familyhub.practice.meeting_papers import minutes as minutes_of
from familyhub.practice.meeting_papers import papers as papers_of
from familyhub.practice.meetings import HELD, MeetingView
from familyhub.records.codes import READERS, REVIEW_DECISION


def listed(args: argparse.Namespace) -> None:
    """``familyhub meeting list``."""
    with laptop_of(args) as laptop:
        file, today = reading.family(laptop, args.family), laptop.today
    rows = [
        {"id": m.id, "kind": m.kind, "state": m.state, "on": m.on, "at": m.at, "place": m.place, "decision": m.decision or None,
         "next_due": m.next_due, "came": [g.name for g in m.those("came")],
         "apologies": [g.name for g in m.those("apologies")]}
        for m in file.meetings
    ]  # fmt: skip
    lines = [
        f"{show_day(m.on, today)}: {m.words}, {m.state}{f', {REVIEW_DECISION.words(m.decision)}' if m.decision else ''} [{m.id}]"
        for m in file.meetings
    ]  # fmt: skip
    show(args, rows, lines or ["No meeting is recorded."])


def papers(args: argparse.Namespace) -> None:
    """``familyhub meeting papers``: for the meeting that is planned next, or that is named."""
    _reader(args)
    with laptop_of(args) as laptop:
        file, today = reading.family(laptop, args.family), laptop.today
    meeting = meetings.find(file, args.meeting) if args.meeting else meetings.next_planned(file)
    copy = _copy(file, args)
    _print(args, file, meeting, copy, papers_of(file, meeting, copy, today))


def minutes(args: argparse.Namespace) -> None:
    """``familyhub meeting minutes``: of the meeting that was held last, or that is named."""
    _reader(args)
    with laptop_of(args) as laptop:
        file, today = reading.family(laptop, args.family), laptop.today
    last = next((m for m in file.meetings if m.state == HELD), None)
    meeting = meetings.find(file, args.meeting) if args.meeting else last
    if meeting is None or meeting.state != HELD:
        raise Refusal(
            "No meeting was held yet: there are no minutes. `meeting papers` gives the papers for the next."
        )
    copy = _copy(file, args)
    _print(args, file, meeting, copy, minutes_of(file, meeting, copy, today))


def _reader(args: argparse.Namespace) -> str:
    """The reader that was named; raises ``Refusal`` before anything is opened."""
    reader = str(args.reader).strip().lower()
    if reader not in READERS.values:
        raise Refusal(f"“{args.reader[:30]}” is no reader. Say family, professionals or workers (--for).")
    if args.to and reader != "family":
        raise Refusal("--to names one person of the family: it goes with --for family.")
    return reader


def _copy(file: FamilyFile, args: argparse.Namespace) -> Copy:
    if args.to and args.to not in {m.id for m in (*file.adults, *file.children)}:
        raise Refusal(f"{args.to[:40]} is nobody in this family (--to).")
    return Copy(_reader(args), args.to)


def _print(
    args: argparse.Namespace, file: FamilyFile, meeting: MeetingView | None, copy: Copy, lines: list[str]
) -> None:
    value = {
        "family_id": file.id, "meeting_id": meeting.id if meeting else None, "for": copy.reader, "to": copy.person_id or None,
        "lines": lines,
    }  # fmt: skip
    show(args, value, lines)
