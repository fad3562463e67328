"""Records, fields and values in the words of people who work with families: no id, no code, no name of a column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from familyhub.practice.days import show_day, show_moment
from familyhub.practice.differences import REMOVED, TWO_PLANS
from familyhub.records.codes import ETHNICITY, SEN, CodeList

FIELD_WORDS = {
    "due": "by when",
    "status": "how it is going",
    "what": "what it says",
    "owner": "who does it",
    "how": "how they may be reached",
    "agencies": "which agencies",
    "review_due": "when the review is due",
    "started_on": "when it began",
    "ended_on": "when it ended",
    "closed_on": "when it closed",
    "opened_on": "when the file was opened",
    "from_on": "from when",
    "to_on": "until when",
    "review_on": "when it is looked at again",
    "lives_here": "whether they live here",
    "may_ring": "whether they may be rung",
    "may_text": "whether they may be texted",
    "may_write": "whether they may be written to",
    "safe_now": "whether the child is safe now",
    "told": "whether they were told",
    "told_how": "how they were told",
    "told_on": "when they were told",
    "told_at": "when somebody was told",
    "told_name": "who was told",
    "told_role": "what the one who was told does",
    "person_id": "who it is about",
    "other_id": "whose relation it is",
    "worker_id": "which worker",
    "owner_person_id": "who of the family does it",
    "owner_worker_id": "which worker does it",
    "by": "who wrote it",
    "on": "which day",
    "at": "what time",
    "kind": "what kind",
    "state": "how it stands",
    "place": "its place in the list",
    "safety": "whether it keeps a child safe",
    "neutral_title": "its neutral title",
    "given": "first name",
    "birth_date": "date of birth",
    "expected_date": "when the baby is due",
    "death_date": "date of death",
    "nhs_number": "NHS number",
    "upn": "unique pupil number",
    "third_party": "whether they are a third party",
    "confidential": "whether the address is confidential",
    "lines": "house and street",
    "received_at": "when it was received",
    "in_confidence": "whether it was told in confidence",
    "parent_told": "whether the parent was told",
    "parent_agrees": "whether the parent agrees",
    "who": "who contacted us",
    "reach": "how to reach them",
    "worry": "what the worry is",
    "tried": "what has been tried",
    "words": "the child's words",
    "said": "what was said",
    "done": "what was done",
    "seen_on": "which day it was",
    "seen_at": "what time it was",
    "child_ids": "which children",
    "child_names": "the children's names",
    "none_because": "why there is no next visit",
    "end_reason": "why it ended",
    "outcome": "what will be different",
    "about": "what is known of them",
    "disabled": "whether they have left",
    "manager_id": "their manager",
    "day_number": "the number by day",
    "day_hours": "the hours by day",
    "night_number": "the number by night",
    "visit_rhythm_days": "days between visits",
    "not_seen_after_days": "days after which a child counts as not seen",
    "alone_from_age": "age from which a child is seen alone",
    "review_weeks": "weeks between reviews",
    "amber_working_days": "working days of warning",
    "plan_stale_days": "days after which an action counts as stale",
    "school_from_age": "age from which a child is of school age",
    "school_until_age": "age from which a child is of school age no more",
    "triage_working_days": "working days to decide on a contact",
    "tell_working_days": "working days to tell who contacted us",
    "safe_check_working_days": "working days between safe-checks of who waits",
    "weight_limit": "how much one worker takes on",
    "for_id": "for whom it is covered",
    "waiting": "why the family waits",
    "assessment_working_days": "working days to complete an assessment",
    "step_up_answer_working_days": "working days for social care to answer a step up",
    "step_down_visit_working_days": "working days from a step down to the first visit",
    "level_1": "what level 1 means here",
    "level_2": "what level 2 means here",
    "level_3": "what level 3 means here",
    "level_4": "what level 4 means here",
    "parental_responsibility": "whether they have parental responsibility",
    REMOVED: "removed by one, edited by another",
}
"""Fields whose words are not simply their name."""
OWN_WORDS = {
    ("action", "what"): "what is to be done",
    ("contact", "outcome"): "the outcome",
    ("contact_level", "outcome"): "the outcome",
    ("visit", "outcome"): "how it went",
    ("safety_note", "what"): "what must be known",
    ("person_risk", "what"): "what is known",
    ("safety_note", "kind"): "what it is about",
    (TWO_PLANS, "plan"): "two open plans",
}
"""Fields that mean something of their own in one kind of record."""
ENTITY_WORDS = {
    "safe_contact": "safe contact",
    "next_visit": "the next visit",
    "person_risk": "person who may be a risk",
    "plan": "the plan",
    "person_name": "a name",
    "contact_child": "a child at the front door",
    "contact_adult": "an adult at the front door",
    "contact_safe": "whether a child is safe now",
    "contact_match": "whether somebody is known",
    "contact_step": "a step at the front door",
    "contact_signature": "a manager's signature",
    "second_check": "the second check",
    "check_settled": "that the second check is settled",
    "advice_asked": "a question to a social worker",
    "advice_step": "advice of a social worker",
    "disagreement": "a disagreement",
    "disagreement_step": "a step of a disagreement",
    "handshake": "a step up or step down",
    "handshake_signature": "a manager's agreement",
    "handshake_step": "a step between services",
    "step_down_answer": "the answer to a step down",
    "gate_match": "what the second check found",
    "gate_call": "what was done about the second check",
    "worker_facts": "what a worker can take on",
    "conflict_of_interest": "a conflict of interest",
    "safe_check": "a safe-check",
    "hand_over": "a hand-over",
    "concern": "a worry about a child",
    "episode": "the help",
    "membership": "belonging to the family",
    TWO_PLANS: "the plans",
}
IDS = {
    ("family", "locality"): "locality",
    ("family_index", "locality"): "locality",
    ("contact", "locality"): "locality",
    ("worker", "locality"): "locality",
    ("worker", "manager_id"): "worker",
    ("concern", "child_ids"): "person",
}
"""Fields of plain text that hold ids of a kind of record, several joined by commas."""
FACTS = (ETHNICITY, SEN)
YES_NO = CodeList("flag", {"yes": "yes", "no": "no"})
NameOf = Callable[[str, str], str]
"""Gives the words for a record of a kind with an id."""


def field_words(entity: str, field: str) -> str:
    """``by when``, ``who may read what is to be done``."""
    if field.endswith("_readers"):
        return f"who may read: {field_words(entity, field.removesuffix('_readers'))}"
    known = OWN_WORDS.get((entity, field)) or FIELD_WORDS.get(field)
    return known or field.removesuffix("_id").removesuffix("_on").replace("_", " ")


def entity_words(entity: str) -> str:
    """``the plan``, ``safe contact``."""
    return ENTITY_WORDS.get(entity, entity.replace("_", " "))


def value_words(
    entity: str, field: str, kind: str, codes: CodeList | None, value: object, today: date, name_of: NameOf,
    to: str = "",
) -> str:  # fmt: skip
    """An answer as people read it. ``kind`` and ``codes`` are the field's; ``to``: what a ``ref`` points at."""
    if field == REMOVED:
        return "keep it" if value in (None, "keep") else "remove it"
    if value is None or value == "":
        return "no date" if kind == "day" else "nothing"
    if isinstance(value, bool):
        return YES_NO.words("yes" if value else "no")
    text = str(value)
    if kind == "day":
        return show_day(text, today)
    if kind == "moment":
        return show_moment(text, today)
    target = to if kind == "ref" else IDS.get((entity, field), "")
    if target:
        return ", ".join(dict.fromkeys(name_of(target, one) for one in text.split(",") if one))
    if codes is not None:
        return codes.words(text)
    if (entity, field) == ("person_fact", "value"):
        return next((c.words(text) for c in FACTS if text in c.values), text)
    return text
