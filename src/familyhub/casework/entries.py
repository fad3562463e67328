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


class ActionUpdate(Struct):
    """A change of a plan's action: how it goes, by when, a note of what moved."""

    action_id: str
    status: str | None = None
    due: str | None = None
    note: str = ""
    readers: str = "professionals"
    rev: str | None = None
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class PlanEntry(Struct):
    """A plan is opened for a family that has none."""

    family_id: str
    started: str = "today"
    review: str = ""
    """The day of the first review; empty: by the local rhythm."""
    agencies: str = ""
    draft_id: str = ""


class NeedEntry(Struct):
    """A need of a plan, for whom, and what will be different. For ``change_need`` what is None stays as it is."""

    family_id: str = ""
    """For a new need; for a change, whose draft it is while it is one."""
    need_id: str = ""
    """For a need that is changed."""
    what: str | None = None
    what_readers: str | None = None
    outcome: str | None = None
    outcome_readers: str | None = None
    person_id: str | None = None
    """Whom it is for, a person of the family; an empty text: the whole family."""
    headline: str | None = None
    rev: str | None = None
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class ActionEntry(Struct):
    """An action of a plan: what, who and of which agency, by when. For ``change_action`` what is None stays as it is.

    Its owner is one of three: a person of the family, a colleague, or somebody else by name.
    """

    family_id: str = ""
    """For a new action; for a change, whose draft it is while it is one."""
    action_id: str = ""
    """For an action that is changed."""
    need_id: str | None = None
    """An empty text: under no need."""
    what: str | None = None
    what_readers: str | None = None
    owner: str | None = None
    owner_person_id: str | None = None
    owner_worker_id: str | None = None
    agency: str | None = None
    due: str | None = None
    safety: bool | None = None
    rev: str | None = None
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class ScoreEntry(Struct):
    """Where a need stands on a day, 0 (worst) to 10."""

    need_id: str
    score: int | None = None
    on: str = "today"
    family_id: str = ""
    """Whose draft it is, while it is one."""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class KeepEntry(Struct):
    """A finding of the plan check is kept, because …; it is named by its code and what it is about."""

    family_id: str
    code: str = ""
    about: str = ""
    about_id: str = ""
    because: str = ""
    readers: str = "workers"
    draft_id: str = ""


class CopyEntry(Struct):
    """A copy of the plan given to one person of the family, or to somebody else by name."""

    family_id: str
    person_id: str = ""
    to: str = ""
    on: str = "today"
    safe: bool | None = None
    """Is it safe to give it to them? Asked each time; nobody is taken to have answered."""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class ContactChildEntry(Struct):
    """A child of a contact; ``safe_now`` is asked per child."""

    given: str
    family_name: str = ""
    birth_date: str = ""
    age: str = ""
    """Where no birth date is known: as it was said."""
    school: str = ""
    safe_now: str = ""
    words: str = ""


class ContactAdultEntry(Struct):
    """An adult whom a contact names as living with the children or caring for them."""

    given: str
    family_name: str = ""
    birth_date: str = ""
    tie: str = ""
    """As it was said: ``mum``."""


class ContactEntry(Struct):
    """A contact at the front door: somebody tells us of a worry."""

    source: str = ""
    who: str = ""
    agency: str = ""
    reach: str = ""
    worry: str = ""
    tried: str = ""
    children: list[ContactChildEntry] = field(default_factory=list)
    adults: list[ContactAdultEntry] = field(default_factory=list)
    address: str = ""
    postcode: str = ""
    received: str = "today"
    received_time: str = ""
    channel: str = "phone"
    in_confidence: bool = False
    parent_told: bool | None = None
    parent_agrees: bool | None = None
    family_id: str = ""
    draft_id: str = ""


class SafeNowEntry(Struct):
    """Whether one child of a contact is safe now: ``yes``, ``no`` or ``not_known``, and how that is known."""

    child_id: str
    safe_now: str = ""
    how: str = ""


class MatchEntry(Struct):
    """Whether somebody named in a contact (``named_id``) is somebody known: ``same`` or ``not_same``."""

    named_id: str
    person_id: str
    answer: str = ""
    reason: str = ""


class ChildDecision(Struct):
    """What is decided for one child of a contact; ``safe_now`` is asked before the level."""

    child_id: str
    safe_now: str = ""
    safe_how: str = ""
    level: str = ""
    outcome: str = ""
    reason: str = ""


class TriageEntry(Struct):
    """What is decided about a contact: one level, outcome and written reason for each of its children."""

    contact_id: str
    children: list[ChildDecision] = field(default_factory=list)
    draft_id: str = ""
    family_id: str = ""
    """The family it leads to, where a match has not said so; empty: as it stands."""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class HoldEntry(Struct):
    """A contact that cannot be decided yet: why, and until when."""

    contact_id: str
    because: str = ""
    until: str = ""


class SignEntry(Struct):
    """A manager signs what waits in a contact."""

    contact_id: str
    because: str = ""


class ReturnEntry(Struct):
    """A manager returns what waits in a contact, to be decided again."""

    contact_id: str
    because: str = ""


class OpenHelpEntry(Struct):
    """Early help, decided and signed, is opened in the family's file."""

    contact_id: str


class ContactToldEntry(Struct):
    """Who contacted us was told, ``on`` a day by a ``way``; or was not (``not_safe``, ``not_possible``), because."""

    contact_id: str
    on: str = ""
    way: str = ""
    not_told: str = ""
    because: str = ""


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
