"""Entries of *Ask a social worker* and *We disagree*: about a family or about a contact. Days are as in ``entries``."""

from __future__ import annotations

from msgspec import Struct, field


class Written(Struct, kw_only=True):
    """What all of them have: the day, what a page keeps for itself, and the draft."""

    on: str = "today"
    page: dict[str, str] = field(default_factory=dict)
    draft_id: str = ""


class AdviceEntry(Written):
    """A question to a social worker, with the advice, by whom, and the decision, as far as they are there already."""

    family_id: str = ""
    contact_id: str = ""
    question: str = ""
    advice: str = ""
    whom: str = ""
    decision: str = ""


class AdviceStepEntry(Written):
    """What came of a question: advice and by whom, the decision, or both."""

    asked_id: str
    advice: str = ""
    whom: str = ""
    decision: str = ""


class DisagreementEntry(Written):
    """Our view, the other view, and with whom we disagree."""

    family_id: str = ""
    contact_id: str = ""
    view: str = ""
    other: str = ""
    with_whom: str = ""


class EscalateEntry(Written):
    """A disagreement goes to its next stage, because."""

    disagreement_id: str
    because: str = ""


class SettleEntry(Written):
    """A disagreement is settled, with its outcome."""

    disagreement_id: str
    outcome: str = ""
