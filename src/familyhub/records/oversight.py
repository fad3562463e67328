"""Who works here and the local data every screen may need; scope ``ref``, held by every laptop."""

from __future__ import annotations

from familyhub.records.codes import ROLES
from familyhub.records.synced import Synced, code, flag, line, number


class Worker(Synced, table=True):
    """A member of the workforce; the id is the one that ops and ``by`` fields name."""

    entity = "worker"
    name: str | None = line()
    role: str | None = code(ROLES)
    locality: str | None = line()
    phone: str | None = line()
    manager_id: str | None = line()
    disabled: bool | None = flag()


class Locality(Synced, table=True):
    """An area of the partnership with its local data: whom to ring, how often to visit, how soon to review.

    ``escalation_1`` to ``escalation_4``: the stages of a disagreement with their working days (``_days``).
    ``level_1`` to ``level_4``: what the local thresholds document says of each level, shown beside it.
    """

    entity = "locality"
    name: str | None = line()
    day_number: str | None = line()
    day_hours: str | None = line()
    night_number: str | None = line()
    visit_rhythm_days: int | None = number()
    not_seen_after_days: int | None = number()
    alone_from_age: int | None = number()
    review_weeks: int | None = number()
    amber_working_days: int | None = number()
    follow_up_months: int | None = number()
    plan_stale_days: int | None = number()
    school_from_age: int | None = number()
    school_until_age: int | None = number()
    triage_working_days: int | None = number()
    tell_working_days: int | None = number()
    second_check_minutes: int | None = number()
    escalation_1: str | None = line()
    escalation_2: str | None = line()
    escalation_3: str | None = line()
    escalation_4: str | None = line()
    escalation_1_days: int | None = number()
    escalation_2_days: int | None = number()
    escalation_3_days: int | None = number()
    escalation_4_days: int | None = number()
    safe_check_working_days: int | None = number()
    weight_limit: int | None = number()
    assessment_working_days: int | None = number()
    step_up_answer_working_days: int | None = number()
    step_down_visit_working_days: int | None = number()
    level_1: str | None = line()
    level_2: str | None = line()
    level_3: str | None = line()
    level_4: str | None = line()


class OperatorKey(Synced, table=True):
    """The public key of somebody who may sign extensions of leases; written by the hub alone."""

    entity = "operator_key"
    name: str | None = line()
    public_key: str | None = line()
    ended: bool | None = flag()
