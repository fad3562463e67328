"""What a child said outside a visit, and a day in their life in five lines: at an assessment, each review and closure."""

from __future__ import annotations

from familyhub.records.codes import CHILD_METHOD, DAY_LINE, OCCASION
from familyhub.records.synced import Synced, code, day, line, readers, ref, words


class ChildVoice(Synced, table=True):
    """A child's words exactly as said, outside a visit; or why there are none. ``from_visit_id``: taken over from there."""

    entity = "child_voice"
    append_only = True
    person_id: str | None = ref("person")
    occasion: str | None = code(OCCASION)
    occasion_id: str | None = line()
    said: str | None = words()
    said_readers: str | None = readers()
    asked: str | None = words()
    asked_readers: str | None = readers()
    method: str | None = code(CHILD_METHOD)
    none_because: str | None = words()
    none_because_readers: str | None = readers()
    from_visit_id: str | None = ref("visit")
    on: str | None = day()
    by: str | None = ref("worker")


class ChildDay(Synced, table=True):
    """One of the five lines of a day in a child's life, as it was at an assessment, a review or a closure."""

    entity = "child_day"
    append_only = True
    person_id: str | None = ref("person")
    occasion: str | None = code(OCCASION)
    occasion_id: str | None = line()
    part: str | None = code(DAY_LINE)
    text: str | None = words()
    text_readers: str | None = readers()
    on: str | None = day()
    by: str | None = ref("worker")
