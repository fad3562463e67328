"""Asking a social worker, and disagreeing with another service: dated rows, never changed; in the family's file or the contact."""

from __future__ import annotations

from familyhub.records.codes import ADVICE_STEP, DISAGREEMENT_STEP
from familyhub.records.synced import Synced, code, day, line, number, readers, ref, words


class AdviceAsked(Synced, table=True):
    """A question to a social worker, about a family or a contact."""

    entity = "advice_asked"
    append_only = True
    contact_id: str | None = ref("contact")
    question: str | None = words()
    question_readers: str | None = readers()
    on: str | None = day()
    by: str | None = ref("worker")


class AdviceStep(Synced, table=True):
    """What was advised and by whom, or what was decided then and why; ``whom``: who advised."""

    entity = "advice_step"
    append_only = True
    asked_id: str | None = ref("advice_asked")
    step: str | None = code(ADVICE_STEP)
    text: str | None = words()
    text_readers: str | None = readers()
    whom: str | None = line()
    on: str | None = day()
    by: str | None = ref("worker")


class Disagreement(Synced, table=True):
    """*We disagree*: our view and the other, with whom; early help goes on meanwhile.

    ``handshake_id``: the step up or step down that was declined, where it came from one.
    """

    entity = "disagreement"
    append_only = True
    contact_id: str | None = ref("contact")
    handshake_id: str | None = ref("handshake")
    view: str | None = words()
    view_readers: str | None = readers()
    other: str | None = words()
    other_readers: str | None = readers()
    with_whom: str | None = line()
    on: str | None = day()
    by: str | None = ref("worker")


class DisagreementStep(Synced, table=True):
    """A disagreement went to its next ``stage`` (2, 3 …), because, or was settled, with its outcome."""

    entity = "disagreement_step"
    append_only = True
    disagreement_id: str | None = ref("disagreement")
    step: str | None = code(DISAGREEMENT_STEP)
    stage: int | None = number()
    text: str | None = words()
    text_readers: str | None = readers()
    on: str | None = day()
    by: str | None = ref("worker")
