"""Entries of the front door: contacts, their triage, and telling who contacted us.

Days and times are as in ``entries``; ``rev`` is the token of the row that was on screen.
"""

from __future__ import annotations

from msgspec import Struct, field


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
    page: dict[str, str] = field(default_factory=dict)
    """What the form remembers: where the cursor was."""


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
