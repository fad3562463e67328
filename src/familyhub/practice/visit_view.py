"""What was recorded of visits, calls and talks as it is read, and the visit that is planned next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChildAtVisit:
    """One child at a visit."""

    child_id: str
    name: str
    seen: bool
    alone: bool
    bedroom: bool
    how: str
    why_not: str
    said: str
    said_readers: str
    asked: str
    method: str


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit as it was recorded, with the amendments that came after."""

    id: str
    on: str
    start_at: str
    end_at: str
    kind: str
    outcome: str
    by: str
    by_id: str
    happened: str
    happened_readers: str
    meaning: str
    meaning_readers: str
    safe: str
    present: tuple[str, ...]
    children: tuple[ChildAtVisit, ...]
    next_on: str | None
    written_at: str
    received: str | None
    significant: bool
    amends: str | None = None
    did_instead: str = ""
    no_next_because: str = ""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note of a call, text, e-mail or talk, or an event told by another agency."""

    id: str
    on: str
    kind: str
    who: str
    agency: str
    by: str
    text: str
    readers: str
    significant: bool
    impact: str
    written_at: str


@dataclass(frozen=True, slots=True)
class NextVisitView:
    """The next visit that is planned."""

    id: str
    on: str | None
    at: str
    kind: str
    worker: str
    none_because: str
    rev: str
