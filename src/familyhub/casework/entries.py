"""Entries: what a screen or a command collected, before it is checked. Light and typed (msgspec).

Days are ISO ``YYYY-MM-DD`` or as people type them (``tue``, ``12/3``, ``in 6 weeks``), times ``HH:MM`` or ``2pm``;
``rev`` is the token of the row that was on screen.
"""

from __future__ import annotations

from msgspec import Struct, field


class ChildSeen(Struct):
    """One child at a visit. Nothing is pre-ticked: ``seen`` None means that nobody has said."""

    person_id: str
    seen: bool | None = None
    alone: bool = False
    bedroom: bool = False
    how: str = ""
    why_not: str = ""
    said: str = ""
    said_readers: str = "workers"
    asked: str = ""
    method: str = ""


class ActionMoved(Struct):
    """What moved on one action during a visit."""

    action_id: str
    rev: str | None = None
    status: str | None = None
    due: str | None = None
    text: str = ""
    text_readers: str = "professionals"


class VisitEntry(Struct):
    """The page *Log visit*."""

    family_id: str
    on: str = ""
    start_at: str = ""
    end_at: str = ""
    kind: str = "home"
    outcome: str = "made"
    planned: bool = True
    with_worker_id: str = ""
    present: list[str] = field(default_factory=list)
    """Person ids."""
    others: list[str] = field(default_factory=list)
    """Names of people who are not in the file."""
    children: list[ChildSeen] = field(default_factory=list)
    happened: str = ""
    happened_readers: str = "professionals"
    meaning: str = ""
    meaning_readers: str = "workers"
    safe: str = ""
    """``no``, ``not_sure`` or ``yes``: is any child unsafe, or are you worried about tonight?"""
    significant: bool = False
    told_family: bool | None = None
    did_instead: str = ""
    """For a visit that was not made: what I did."""
    next_try: str = ""
    next_on: str = ""
    next_at: str = ""
    next_kind: str = "home"
    no_next_because: str = ""
    actions: list[ActionMoved] = field(default_factory=list)
    whole_page: bool = False
    """The whole page was asked (the app): what the short form of the command line leaves out is needed too."""
    amends: str = ""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class NoteEntry(Struct):
    """A note of a call, text, e-mail or talk."""

    family_id: str
    text: str = ""
    kind: str = "call"
    who: str = ""
    agency: str = ""
    on: str = "today"
    at: str = ""
    readers: str = "professionals"
    significant: bool = False
    impact: str = ""
    amends: str = ""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class ConcernEntry(Struct):
    """F8, *Worried about a child*. Saving is not telling."""

    said: str = ""
    children: list[str] = field(default_factory=list)
    """Person ids of children in the family."""
    child_names: str = ""
    """Who it is about, where they are not in a file."""
    family_id: str = ""
    seen_on: str = "today"
    seen_at: str = ""
    done: str = ""
    told_role: str = ""
    told_name: str = ""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class ToldEntry(Struct):
    """A named person has been told of a worry."""

    concern_id: str
    told_name: str = ""
    told_role: str = ""
    done: str = ""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class AttachmentEntry(Struct):
    """A file to be kept in a family's file: a photograph of a signed agreement, a letter from school."""

    family_id: str
    path: str = ""
    what: str = ""
    readers: str = "workers"
    """Who may read all of it: the words, the name and the file."""
    on: str = "today"
    about: str = ""
    """``visit``, ``note``, ``plan`` or ``agreement``, with the id of the row in ``about_id``."""
    about_id: str = ""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class RemovalEntry(Struct):
    """An attachment is taken out of its family's file; ``rev``: the row that was on screen."""

    attachment_id: str
    rev: str | None = None


class DecisionEntry(Struct):
    """A difference settled: take the value at ``take`` (from 1), or write another; the reason may be left out."""

    difference_id: str
    take: int | None = None
    value: str | None = None
    rev: str | None = None
    reason: str = ""
    reason_readers: str = "workers"
    draft_id: str = ""
    family_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class DecisionsEntry(Struct):
    """Several differences settled in one go, for one reason: all of them or none."""

    decisions: list[DecisionEntry]
    reason: str = ""
    reason_readers: str = "workers"


class UndoEntry(Struct):
    """A decision undone: ``id`` is the decision's, or that of the difference it settled."""

    id: str


class QuestionEntry(Struct):
    """A question to the others about a difference that stays open; without a text it asks them to look."""

    difference_id: str
    text: str = ""
    readers: str = "workers"
    draft_id: str = ""


class Saved(Struct):
    """What saving gives back: the id, that it is saved on this laptop, and how much still waits to be sent."""

    id: str
    waiting: int
    saved: bool = True
    note: str = ""
