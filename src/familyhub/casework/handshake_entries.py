"""Entries of step up and step down: asked for, agreed or returned, sent, accepted, declined, withdrawn. Days as in ``entries``."""

from __future__ import annotations

from msgspec import Struct, field


class StepUpEntry(Struct):
    """Help is to be stepped up to social care: why, to whom, with what, and whether the family knows."""

    family_id: str
    reason: str = ""
    reason_readers: str = "workers"
    service: str = ""
    whom: str = ""
    attached: str = ""
    """What goes with it; empty: the plan that is open."""
    told: str = ""
    """``agrees``, ``disagrees`` or ``not_told``."""
    told_why: str = ""
    on: str = "today"
    meeting_id: str = ""
    """The meeting that decided it, where one did."""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class StepDownEntry(Struct):
    """Social care is to close and early help to begin: why, who asks, what they hand over, and when they meet.

    About a family whose file is here, or a contact: ``contact_id``.
    """

    family_id: str = ""
    reason: str = ""
    reason_readers: str = "workers"
    service: str = ""
    whom: str = ""
    attached: str = ""
    """What goes with it: their plan, the closing summary."""
    handover_on: str = ""
    """The day of the joint handover meeting, planned or held."""
    told: str = ""
    told_why: str = ""
    on: str = "today"
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""
    contact_id: str = ""


class AgreeStepUp(Struct):
    """A manager agrees to a step up."""

    family_id: str
    handshake_id: str


class ReturnStepUp(Struct):
    """A manager returns a step up, because …."""

    family_id: str
    handshake_id: str
    because: str = ""
    because_readers: str = "workers"


class SendStepUp(Struct):
    """A step up that a manager agreed to was sent: ``on`` a day by a ``way``; to whom, where that is another than was asked."""

    family_id: str
    handshake_id: str
    on: str = "today"
    way: str = ""
    whom: str = ""
    service: str = ""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class AcceptStep(Struct):
    """A step up is accepted by ``whom`` of social care; a step down by early help.

    Of a step down: a level for each child, the day of the handover meeting or why there was none. Of one that came as a
    contact ``family_id`` is empty, children are those of the contact, and *safe now?* is asked of each.
    """

    family_id: str
    handshake_id: str
    on: str = "today"
    whom: str = ""
    service: str = ""
    text: str = ""
    """What was agreed; of a step down without a handover meeting why there was none."""
    text_readers: str = "workers"
    handover_on: str = ""
    handover_with: str = ""
    """Of a step down: who of social care was at the handover meeting; empty: whoever asked for it."""
    levels: dict[str, str] = field(default_factory=dict)
    """Of a step down: the level of need by child, or ``none`` for one who is not helped."""
    safe: dict[str, str] = field(default_factory=dict)
    """By child of a contact: ``yes``, ``no`` or ``not_known``, where that was not answered before."""
    safe_how: str = ""
    """Who has seen or heard it, and when."""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class DeclineStep(Struct):
    """The other side declines, because …; with it opens *we disagree*. Of a step up: ``whom`` of social care."""

    family_id: str
    handshake_id: str
    on: str = "today"
    whom: str = ""
    service: str = ""
    because: str = ""
    """Why, in the words of who declines."""
    view: str = ""
    """The other view, which asked for it; empty: the reason that was given then."""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""


class WithdrawStep(Struct):
    """It is asked for no more, because …."""

    family_id: str
    handshake_id: str
    on: str = "today"
    because: str = ""
    because_readers: str = "workers"
