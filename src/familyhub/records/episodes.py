"""Episodes of help: open to closed, who holds the family, what the family agreed to, at which level."""

from __future__ import annotations

from familyhub.records.codes import (
    AGREEMENT_STATE,
    END_REASON,
    EPISODE_STATE,
    LEVEL,
    SAFE_TO_STOP,
    WAITING_REASON,
)
from familyhub.records.synced import Synced, cautious, code, day, line, number, readers, ref, words


class Episode(Synced, table=True):
    """One spell of help for the family; its states and its level are dated rows."""

    entity = "episode"
    contact_id: str | None = ref("contact")
    started_on: str | None = day()
    ended_on: str | None = day()
    end_reason: str | None = code(END_REASON)


class EpisodeChild(Synced, table=True):
    """A child's membership of an episode: the family's episode is exploded by child in exports."""

    entity = "episode_child"
    episode_id: str | None = ref("episode")
    person_id: str | None = ref("person")
    from_on: str | None = day()
    to_on: str | None = day()


class EpisodeState(Synced, table=True):
    """A change of an episode's state on a day."""

    entity = "episode_state"
    append_only = True
    episode_id: str | None = ref("episode")
    state: str | None = code(EPISODE_STATE)
    on: str | None = day()
    reason: str | None = words()
    reason_readers: str | None = readers()
    by: str | None = ref("worker")


class LevelOfNeed(Synced, table=True):
    """The level of need of one child from a day, with its written reason."""

    entity = "level_of_need"
    append_only = True
    episode_id: str | None = ref("episode")
    person_id: str | None = ref("person")
    level: str | None = code(LEVEL)
    on: str | None = day()
    reason: str | None = words()
    reason_readers: str | None = readers()
    by: str | None = ref("worker")


class Allocation(Synced, table=True):
    """Who holds a family from a day; lives in the locality's scope, so that everybody can see whom to ask.

    ``role`` is a code of ``ALLOCATION_ROLE``; the first version wrote its words. A later row of the same worker and role
    replaces an earlier one: with ``to_on`` the allocation ends on that day. A cover is one row: from ``on`` up to and
    including ``to_on``, for the worker ``for_id``. ``waiting``: why the family of a ``holder`` has no worker yet.
    ``weight``: how much of a caseload it is; none: by its level of need.
    """

    entity = "allocation"
    append_only = True
    family_id: str | None = ref("family")
    worker_id: str | None = ref("worker")
    role: str | None = line()
    on: str | None = day()
    to_on: str | None = day()
    for_id: str | None = ref("worker")
    weight: int | None = number()
    waiting: str | None = code(WAITING_REASON)
    reason: str | None = words()
    reason_readers: str | None = readers()
    by: str | None = ref("worker")


class LeadPractitioner(Synced, table=True):
    """Who leads the help from a day: a worker, or a named person of another agency."""

    entity = "lead_practitioner"
    append_only = True
    episode_id: str | None = ref("episode")
    worker_id: str | None = ref("worker")
    name: str | None = line()
    agency: str | None = line()
    on: str | None = day()
    by: str | None = ref("worker")


class Agreement(Synced, table=True):
    """What one person with parental responsibility agreed to on a day; agreement to a service, not a basis to share.

    ``refreshes``: the agreement it was asked again about. A withdrawn one says whether it is safe to stop.
    """

    entity = "agreement"
    append_only = True
    person_id: str | None = ref("person")
    state: str | None = code(AGREEMENT_STATE)
    on: str | None = day()
    agencies: str | None = line()
    not_agencies: str | None = line()
    what: str | None = words()
    what_readers: str | None = readers()
    why: str | None = words()
    why_readers: str | None = readers()
    refreshes: str | None = ref("agreement")
    safe_to_stop: str | None = cautious(SAFE_TO_STOP)
    stop_why: str | None = words()
    stop_why_readers: str | None = readers()
    by: str | None = ref("worker")
