"""A family's multi-agency plan: needs, what will be different, actions and how they go."""

from __future__ import annotations

from familyhub.records.codes import (
    ACTION_STATUS,
    FINDING_ABOUT,
    MEETING_KIND,
    NEED_HEADLINE,
    PLAN_STATE,
    REVIEW_DECISION,
)
from familyhub.records.synced import (
    OnlyOne,
    Synced,
    code,
    day,
    flag,
    line,
    moment,
    number,
    readers,
    ref,
    words,
)


class Plan(Synced, table=True):
    """A plan of the family's; two that are open at once are a difference for people to settle."""

    entity = "plan"
    only_one = OnlyOne("two_open_plans", "state", "open")
    episode_id: str | None = ref("episode")
    state: str | None = code(PLAN_STATE)
    started_on: str | None = day()
    closed_on: str | None = day()
    review_due: str | None = day()
    agencies: str | None = line()


class Need(Synced, table=True):
    """A need in a plan, for whom, and what will be different when it is met."""

    entity = "need"
    plan_id: str | None = ref("plan")
    person_id: str | None = ref("person")
    headline: str | None = code(NEED_HEADLINE)
    what: str | None = words()
    what_readers: str | None = readers()
    outcome: str | None = words()
    outcome_readers: str | None = readers()
    place: int | None = number()


class NeedScore(Synced, table=True):
    """Where a need stands on a day, 0 (worst) to 10."""

    entity = "need_score"
    append_only = True
    need_id: str | None = ref("need")
    score: int | None = number()
    on: str | None = day()
    by: str | None = ref("worker")
    meeting_id: str | None = ref("meeting")


class Action(Synced, table=True):
    """A step of the plan with its owner, a person and their agency. ``safety`` marks a step that keeps a child safe."""

    entity = "action"
    plan_id: str | None = ref("plan")
    need_id: str | None = ref("need")
    what: str | None = words()
    what_readers: str | None = readers()
    owner: str | None = line()
    owner_person_id: str | None = ref("person")
    owner_worker_id: str | None = ref("worker")
    agency: str | None = line()
    due: str | None = day()
    status: str | None = code(ACTION_STATUS)
    safety: bool | None = flag()
    neutral_title: str | None = line()


class ActionStatus(Synced, table=True):
    """A change (or a decision about a difference) of an action's status, due date or owner; measures read only these rows.

    ``owner`` and ``agency`` are said only where ``says_owner`` is set: when the action is agreed, and when its owner changes.
    """

    entity = "action_status"
    append_only = True
    action_id: str | None = ref("action")
    status: str | None = code(ACTION_STATUS)
    due: str | None = day()
    says_owner: bool | None = flag()
    owner: str | None = line()
    agency: str | None = line()
    on: str | None = day()
    by: str | None = ref("worker")
    meeting_id: str | None = ref("meeting")


class ActionProgress(Synced, table=True):
    """What moved on an action, on a day, in the words of whoever wrote it."""

    entity = "action_progress"
    append_only = True
    action_id: str | None = ref("action")
    on: str | None = day()
    text: str | None = words()
    text_readers: str | None = readers()
    by: str | None = ref("worker")
    visit_id: str | None = ref("visit")
    meeting_id: str | None = ref("meeting")


class Review(Synced, table=True):
    """A meeting that was held: a review of the plan or a Team Around the Family; what was decided, when the next is due.

    Who came stands in ``meeting_guest``; ``came`` and ``apologies`` are those of a review that no ``meeting`` stands for.
    """

    entity = "review"
    append_only = True
    plan_id: str | None = ref("plan")
    due_on: str | None = day()
    held_on: str | None = day()
    came: str | None = line()
    apologies: str | None = line()
    family_came: bool | None = flag()
    decision: str | None = code(REVIEW_DECISION)
    summary: str | None = words()
    summary_readers: str | None = readers()
    next_due: str | None = day()
    by: str | None = ref("worker")
    meeting_id: str | None = ref("meeting")
    kind: str | None = code(MEETING_KIND)
    because: str | None = words()
    because_readers: str | None = readers()
    no_next_because: str | None = words()
    no_next_because_readers: str | None = readers()
    although: str | None = words()
    although_readers: str | None = readers()
    written_at: str | None = moment()


class KeptFinding(Synced, table=True):
    """A finding of the plan check that somebody kept, and why; it is silent until the review that was next that day."""

    entity = "kept_finding"
    append_only = True
    plan_id: str | None = ref("plan")
    finding: str | None = line()
    about: str | None = code(FINDING_ABOUT)
    about_id: str | None = line()
    because: str | None = words()
    because_readers: str | None = readers()
    on: str | None = day()
    until: str | None = day()
    by: str | None = ref("worker")


class PlanCopy(Synced, table=True):
    """A copy of the plan given to one person; ``safe`` says that sending or giving it was found safe that day."""

    entity = "plan_copy"
    append_only = True
    plan_id: str | None = ref("plan")
    person_id: str | None = ref("person")
    to: str | None = line()
    on: str | None = day()
    safe: bool | None = flag()
    by: str | None = ref("worker")
