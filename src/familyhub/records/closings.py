"""Ending help: the reason, what the family says of it, what if it gets hard again, a signature, the six-month follow-up.

An episode is closed by its manager's signature, which another person gives than the one who asked for it.
"""

from __future__ import annotations

from familyhub.records.codes import END_REASON, SETTLED, SIGNATURE, STILL_TRUE
from familyhub.records.synced import Synced, code, day, line, moment, readers, ref, words


class Closing(Synced, table=True):
    """That help should end, and why; it waits for a manager's signature.

    ``although``: why it ends like this where a step up says otherwise.
    """

    entity = "closing"
    append_only = True
    episode_id: str | None = ref("episode")
    plan_id: str | None = ref("plan")
    meeting_id: str | None = ref("meeting")
    reason: str | None = code(END_REASON)
    accepted_by: str | None = line()
    although: str | None = words()
    although_readers: str | None = readers()
    on: str | None = day()
    summary: str | None = words()
    summary_readers: str | None = readers()
    feedback: str | None = words()
    feedback_readers: str | None = readers()
    no_feedback_because: str | None = words()
    no_feedback_because_readers: str | None = readers()
    contingency: str | None = words()
    contingency_readers: str | None = readers()
    by: str | None = ref("worker")
    written_at: str | None = moment()


class ClosingAction(Synced, table=True):
    """What becomes of an action that is open when help ends: done, stopped, or carried on by somebody named."""

    entity = "closing_action"
    append_only = True
    closing_id: str | None = ref("closing")
    action_id: str | None = ref("action")
    settled: str | None = code(SETTLED)
    to: str | None = line()
    because: str | None = words()
    because_readers: str | None = readers()
    on: str | None = day()
    by: str | None = ref("worker")


class ClosingSignature(Synced, table=True):
    """A manager signs a closing, or returns it with a reason."""

    entity = "closing_signature"
    append_only = True
    closing_id: str | None = ref("closing")
    signature: str | None = code(SIGNATURE)
    on: str | None = day()
    reason: str | None = words()
    reason_readers: str | None = readers()
    by: str | None = ref("worker")


class FollowUp(Synced, table=True):
    """The six-month follow-up of an episode: when it is due; a row with ``done_on`` says that it was made."""

    entity = "follow_up"
    append_only = True
    episode_id: str | None = ref("episode")
    due_on: str | None = day()
    done_on: str | None = day()
    talked_to: str | None = line()
    none_because: str | None = words()
    none_because_readers: str | None = readers()
    by: str | None = ref("worker")


class FollowUpNeed(Synced, table=True):
    """Whether what became different for one need is still true at the follow-up."""

    entity = "follow_up_need"
    append_only = True
    follow_up_id: str | None = ref("follow_up")
    need_id: str | None = ref("need")
    still_true: str | None = code(STILL_TRUE)
    how: str | None = words()
    how_readers: str | None = readers()
    on: str | None = day()
    by: str | None = ref("worker")
