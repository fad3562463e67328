"""The story of a family: events by the day they happened, newest first, with the gaps in which nothing was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from familyhub.practice.attachments import AttachmentView, size_words, type_words
from familyhub.practice.clocks import parse_day
from familyhub.practice.differences import Decided
from familyhub.practice.family_file import StoryLine
from familyhub.practice.household import Child
from familyhub.practice.visit_view import NoteView, VisitView

GAP_DAYS = 60
"""A silence longer than this is shown as a line of its own (local default)."""


def gap_words(days: int) -> str:
    """``70 days``, ``4 months``."""
    return f"{days} days" if days < 92 else f"{round(days / 30.4)} months"


def told(lines: Iterable[StoryLine], today: date) -> tuple[StoryLine, ...]:
    """Lines newest first, with a line for every gap longer than ``GAP_DAYS``."""
    ordered = sorted(lines, key=lambda line: (line.on, line.id), reverse=True)
    out: list[StoryLine] = []
    later: date | None = today
    for line in ordered:
        day = parse_day(line.on)
        if day is not None and later is not None and (later - day).days > GAP_DAYS:
            what = f"{gap_words((later - day).days)}: nothing recorded"
            out.append(StoryLine(on="", what=what, source="", kind="gap", id=f"gap-{line.id}"))
        out.append(line)
        later = day or later
    return tuple(out)


def visit_line(visit: VisitView, *, mine: bool) -> StoryLine:
    """A visit as one line: ``Visit: Leo alone, Mia seen, Jade not``."""
    if visit.outcome not in ("", "made"):
        what = f"Visit tried: {visit.outcome.replace('_', ' ').replace('not brought', 'was not brought')}"
    else:
        words = [f"{c.name} {'alone' if c.alone else 'seen' if c.seen else 'not'}" for c in visit.children]
        what = "Visit" + (": " + ", ".join(words) if words else "")
    return StoryLine(
        on=visit.on, what=what, source="you" if mine else visit.by, kind="visit", id=visit.id,
        text=visit.happened or visit.did_instead, readers=visit.happened_readers, significant=visit.significant,
        children=tuple(c.child_id for c in visit.children if c.seen), agency="council", impact=visit.meaning,
        written_at=visit.written_at,
    )  # fmt: skip


def note_line(note: NoteView, *, mine: bool) -> StoryLine:
    """A note as one line, with the beginning of its text."""
    start = " ".join(note.text.split())
    who = f" with {note.who}" if note.who else ""
    label = start if note.kind == "event" else f"{note.kind.capitalize()}{who}: {start}"
    return StoryLine(
        on=note.on, what=label[:200], source=note.agency or ("you" if mine else note.by), kind="note", id=note.id,
        text=note.text, readers=note.readers, significant=note.significant, agency=note.agency, impact=note.impact,
        written_at=note.written_at,
    )  # fmt: skip


def attachment_line(view: AttachmentView, *, mine: bool) -> StoryLine:
    """An attachment as one line: ``Attached: signed agreement (picture, 3.2 MB)``."""
    return StoryLine(
        on=view.on, what=f"Attached: {view.what} ({type_words(view.type)}, {size_words(view.size)})",
        source="you" if mine else view.by, kind="attachment", id=view.id, readers=view.readers,
    )  # fmt: skip


def decision_line(decided: Decided) -> StoryLine:
    """A decision about a difference as one line that holds no value; what was chosen and why is for workers only."""
    what = "opened again" if decided.kind == "undone" else "settled"
    told = decided.act[:1].upper() + decided.act[1:]
    if decided.kind != "undone":
        told += f".\n\nChosen: {decided.chosen}"
        told += f"\nInstead of: {' / '.join(decided.replaced)}" if decided.replaced else ""
    return StoryLine(
        on=decided.on, what=f"Difference {what}: {decided.record}, {decided.field_words}",
        source="you" if decided.mine else decided.by_name, kind="decision", id=decided.id,
        text=told + (f"\n\nWhy: {decided.reason}" if decided.reason else ""), readers="workers",
    )  # fmt: skip


def silent_children(children: Sequence[Child]) -> list[Child]:
    """Born children whom nobody has seen for longer than the local rule allows."""
    return [c for c in children if c.role == "child" and c.overdue]
