"""Entries of what must be known before a visit: safety notes, safe contact, a person who may be a risk, a move.

Days are as in ``entries``; ``rev`` is the token of the row that was on screen. In a change, what is None stays as it is.
"""

from __future__ import annotations

from msgspec import Struct, field


class OfFamily(Struct, kw_only=True):
    """What all of them have: the family, what a page keeps for itself, and the draft."""

    family_id: str
    page: dict[str, str] = field(default_factory=dict)
    draft_id: str = ""


class SafetyNoteEntry(OfFamily):
    """A safety note, new or changed: what must be known, worded for the family to read."""

    note_id: str = ""
    """The note that is changed; empty: a new one."""
    kind: str | None = None
    person_id: str | None = None
    """Whom it is about; an empty text: the whole family."""
    what: str | None = None
    what_readers: str | None = None
    from_on: str | None = None
    review_on: str | None = None
    """When it is looked at again; a new note that names no day gets the usual one."""
    told: str | None = None
    """``yes`` or ``no``: whether the family was told."""
    told_how: str | None = None
    """How they were told, or why not."""
    rev: str | None = None


class EndNoteEntry(OfFamily):
    """A safety note holds no longer, because."""

    note_id: str
    on: str = "today"
    because: str = ""
    rev: str | None = None


class SafeContactEntry(OfFamily):
    """How one person may be reached without putting anybody at risk. What is None stays as it is."""

    person_id: str
    how: str | None = None
    how_readers: str | None = None
    mobile: str | None = None
    landline: str | None = None
    email: str | None = None
    may_ring: str | None = None
    may_text: str | None = None
    may_write: str | None = None
    rev: str | None = None
    others: list[str] | None = None
    """Rows of somebody else about the same person that were on screen too: this one takes their place. None: all."""


class RiskEntry(OfFamily):
    """A person who may be a risk, new or changed: what is known, from whom, when it is looked at again."""

    person_id: str = ""
    risk_id: str = ""
    """What is changed; empty: a new one."""
    risk: str | None = None
    source: str | None = None
    on: str | None = None
    review_on: str | None = None
    what: str | None = None
    what_readers: str | None = None
    rev: str | None = None


class MoveEntry(OfFamily):
    """A new address, or that the address is confidential."""

    person_ids: list[str] | None = None
    """Who moved along; None: everybody who lives there."""
    on: str = "today"
    secrecy: str = "open"
    """``open``; ``moved``: to an address that is confidential; ``stays``: the one they have is confidential from now on."""
    lines: str = ""
    town: str = ""
    postcode: str = ""
    ward: str = ""
    """Empty: as it was."""
    seen: list[str] | None = None
    """The addresses that were on screen: these end with the move. None: all that they have now."""
