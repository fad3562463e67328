"""Step up and step down: handshakes between early help and social care, open until the other side accepts.

What was asked, a manager's agreement and each step after it are dated rows; how a handshake stands is computed from them.
"""

from __future__ import annotations

from familyhub.records.codes import (
    FAMILY_TOLD,
    HANDSHAKE_KIND,
    HANDSHAKE_STEP,
    SIGNATURE,
    STEP_DOWN_ANSWER,
    TOLD_WAY,
)
from familyhub.records.synced import Synced, code, day, line, moment, readers, ref, words


class Handshake(Synced, table=True):
    """Help is to go to the other side: a step up to social care, or a step down to early help; why, and what goes with it.

    ``service`` and ``whom``: the other side. ``meeting_id``: the review that decided it. Of a step down ``handover_on`` is the
    day for which the joint handover meeting is planned.
    """

    entity = "handshake"
    append_only = True
    kind: str | None = code(HANDSHAKE_KIND)
    episode_id: str | None = ref("episode")
    plan_id: str | None = ref("plan")
    meeting_id: str | None = ref("meeting")
    service: str | None = line()
    whom: str | None = line()
    attached: str | None = line()
    handover_on: str | None = day()
    told: str | None = code(FAMILY_TOLD)
    told_why: str | None = words()
    told_why_readers: str | None = readers()
    reason: str | None = words()
    reason_readers: str | None = readers()
    on: str | None = day()
    by: str | None = ref("worker")
    written_at: str | None = moment()


class HandshakeSignature(Synced, table=True):
    """A manager agrees to a step up, or returns it with a reason; nobody agrees what they asked for themselves."""

    entity = "handshake_signature"
    append_only = True
    handshake_id: str | None = ref("handshake")
    signature: str | None = code(SIGNATURE)
    on: str | None = day()
    reason: str | None = words()
    reason_readers: str | None = readers()
    by: str | None = ref("worker")


class HandshakeStep(Synced, table=True):
    """It was sent, accepted, declined or withdrawn on a day: by whom of which service, in which way, why.

    Of a step down only that it was withdrawn: early help's answer is a ``StepDownAnswer``.
    """

    entity = "handshake_step"
    append_only = True
    handshake_id: str | None = ref("handshake")
    step: str | None = code(HANDSHAKE_STEP)
    service: str | None = line()
    whom: str | None = line()
    way: str | None = code(TOLD_WAY)
    text: str | None = words()
    text_readers: str | None = readers()
    on: str | None = day()
    by: str | None = ref("worker")


class StepDownAnswer(Synced, table=True):
    """A coordinator or manager accepts a step down for early help, or declines it, because ….

    Accepted: the day of the joint handover meeting and who of social care was there, and the episode that began.
    """

    entity = "step_down_answer"
    append_only = True
    handshake_id: str | None = ref("handshake")
    answer: str | None = code(STEP_DOWN_ANSWER)
    text: str | None = words()
    text_readers: str | None = readers()
    handover_on: str | None = day()
    handover_with: str | None = line()
    episode_id: str | None = ref("episode")
    on: str | None = day()
    by: str | None = ref("worker")
