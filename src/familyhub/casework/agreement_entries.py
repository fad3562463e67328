"""Entries of agreement and sharing: what one adult agreed to, withdrew, what was shared with whom, copies given.

Days are as in ``entries``. What is None or empty was not said; nobody is taken to have answered.
"""

from __future__ import annotations

from msgspec import Struct, field


class AgreementEntry(Struct):
    """What one adult with parental responsibility said: agreed, declined, or not asked yet, because."""

    family_id: str
    person_id: str = ""
    state: str = ""
    """``agreed``, ``declined`` or ``not_asked``; taking it back is ``withdraw_agreement``."""
    on: str = "today"
    agencies: str = ""
    """Who may know and help, with commas."""
    not_agencies: str = ""
    what: str = ""
    what_readers: str = "family"
    why: str = ""
    why_readers: str = "workers"
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class RefreshEntry(Struct):
    """An agreement was asked about again, at a review: it stands, as it was or with other agencies."""

    family_id: str
    person_id: str = ""
    on: str = "today"
    agencies: str | None = None
    """None: as they were."""
    not_agencies: str | None = None
    draft_id: str = ""


class WithdrawalEntry(Struct):
    """Somebody took their agreement back. Is it safe to stop? A manager's view is asked; nothing closes by itself."""

    family_id: str
    person_id: str = ""
    on: str = "today"
    why: str = ""
    """What they said."""
    why_readers: str = "workers"
    safe_to_stop: str = ""
    """``no``, ``not_sure`` or ``yes``."""
    stop_why: str = ""
    stop_why_readers: str = "workers"
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class OpinionEntry(Struct):
    """A manager's view of a withdrawn agreement."""

    family_id: str
    person_id: str = ""
    opinion: str = ""
    readers: str = "workers"
    draft_id: str = ""


class SharingEntry(Struct):
    """What was shared with an agency: what is left empty is taken from the agreement, where it lies within it."""

    family_id: str
    agency: str = ""
    who: str = ""
    on: str = "today"
    what: str = ""
    what_readers: str = "professionals"
    why: str = ""
    why_readers: str = "workers"
    basis: str = ""
    """Empty: as the agreement gives it; outside an agreement it is asked."""
    without_why: str = ""
    """Needed outside an agreement, which never stops anybody."""
    told: str = ""
    """``yes`` or ``no``: does the family know? Empty: yes within the agreement, else it is asked."""
    told_why: str = ""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class RecordCopyEntry(Struct):
    """A copy of the agreement or the assessment given to one person of the family, or to somebody else by name."""

    family_id: str
    about: str = ""
    """``agreement`` or ``assessment``."""
    person_id: str = ""
    to: str = ""
    on: str = "today"
    safe: bool | None = None
    """Is it safe to give it to them? Asked each time; nobody is taken to have answered."""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""
