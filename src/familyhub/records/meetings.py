"""Meetings with the family: planned, who was invited and who came, each child's views, what the family answered.

That a meeting was held, and what it decided, is its ``review`` row. Append-only: a correction is an amendment.
"""

from __future__ import annotations

from familyhub.records.codes import FAMILY_QUESTION, GUEST_STATE, MEETING_KIND
from familyhub.records.synced import Synced, clock_time, code, day, flag, line, moment, readers, ref, words


class Meeting(Synced, table=True):
    """A meeting that is planned. One that is moved is a new row that names the one it replaces."""

    entity = "meeting"
    append_only = True
    kind: str | None = code(MEETING_KIND)
    plan_id: str | None = ref("plan")
    on: str | None = day()
    at: str | None = clock_time()
    place: str | None = line()
    replaces: str | None = ref("meeting")
    called_off: bool | None = flag()
    off_because: str | None = words()
    off_because_readers: str | None = readers()
    by: str | None = ref("worker")
    written_at: str | None = moment()


class MeetingGuest(Synced, table=True):
    """Somebody invited to a meeting, or how they answered: came, sent apologies, was not there; the views they sent."""

    entity = "meeting_guest"
    append_only = True
    meeting_id: str | None = ref("meeting")
    person_id: str | None = ref("person")
    worker_id: str | None = ref("worker")
    name: str | None = line()
    agency: str | None = line()
    state: str | None = code(GUEST_STATE)
    on: str | None = day()
    views: str | None = words()
    views_readers: str | None = readers()
    by: str | None = ref("worker")


class MeetingChild(Synced, table=True):
    """One child at a meeting, there or not. Their views stand in ``child_voice`` and ``child_day``, of occasion *review*."""

    entity = "meeting_child"
    append_only = True
    meeting_id: str | None = ref("meeting")
    person_id: str | None = ref("person")
    on: str | None = day()
    came: bool | None = flag()
    by: str | None = ref("worker")


class MeetingAnswer(Synced, table=True):
    """What the family answered to one of the three questions, and the words that were asked."""

    entity = "meeting_answer"
    append_only = True
    meeting_id: str | None = ref("meeting")
    question: str | None = code(FAMILY_QUESTION)
    asked: str | None = line()
    answer: str | None = words()
    answer_readers: str | None = readers()
    on: str | None = day()
    by: str | None = ref("worker")


class MeetingAmendment(Synced, table=True):
    """What was added to the minutes of a meeting later, or put right in them; what stood stays."""

    entity = "meeting_amendment"
    append_only = True
    meeting_id: str | None = ref("meeting")
    text: str | None = words()
    text_readers: str | None = readers()
    on: str | None = day()
    by: str | None = ref("worker")
