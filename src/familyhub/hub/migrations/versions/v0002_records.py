"""The record tables: the projection of the log.

``name`` is a short text, ``name:words`` prose, ``name:flag`` yes or no, ``name:whole`` a whole number.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, String, Text

revision = "0002"
down_revision = "0001"

TYPES = {"": String, "words": Text, "flag": Boolean, "whole": BigInteger}
META = "created_op created_hlc:whole created_by received removed:flag heads:words dead:words ext:words"
RECORDS = {
    "action": (
        "plan_id need_id what:words what_readers owner owner_person_id owner_worker_id agency "
        "due status safety:flag neutral_title"
    ),
    "action_progress": "action_id on text:words text_readers by visit_id",
    "action_status": "action_id status due on by",
    "address": "person_id lines town postcode ward from_on to_on confidential:flag",
    "agreement": "person_id state on agencies not_agencies why:words why_readers by",
    "allocation": "family_id worker_id role on to_on reason:words reason_readers by",
    "concern": (
        "contact_id family_id child_ids child_names said:words said_readers seen_on seen_at "
        "done:words done_readers told_role told_name told_at by"
    ),
    "contact": (
        "received_at channel source who agency reach in_confidence:flag locality family_id "
        "worry:words worry_readers tried:words tried_readers parent_told:flag parent_agrees:flag outcome "
        "told_on by"
    ),
    "contact_child": (
        "contact_id person_id given family_name birth_date age school safe_now words:words words_readers"
    ),
    "contact_level": ("contact_id contact_child_id level outcome on reason:words reason_readers by"),
    "episode": "contact_id started_on ended_on end_reason",
    "episode_child": "episode_id person_id from_on to_on",
    "episode_state": "episode_id state on reason:words reason_readers by",
    "family": "name locality opened_on",
    "family_index": "name locality ward stage lead next_on",
    "lead_practitioner": "episode_id worker_id name agency on by",
    "level_of_need": "episode_id person_id level on reason:words reason_readers by",
    "locality": (
        "name day_number day_hours night_number visit_rhythm_days:whole "
        "not_seen_after_days:whole alone_from_age:whole review_weeks:whole amber_working_days:whole"
    ),
    "membership": "person_id role lives_here:flag from_on to_on",
    "need": ("plan_id person_id headline what:words what_readers outcome:words outcome_readers place:whole"),
    "need_score": "need_id score:whole on by",
    "next_visit": "on at kind worker_id none_because",
    "note": (
        "kind on at who agency person_id text:words text_readers significant:flag impact:words "
        "impact_readers by written_at amends"
    ),
    "person": (
        "birth_date expected_date death_date sex gender nhs_number upn third_party:flag "
        "occupation agency about:words about_readers"
    ),
    "person_fact": "person_id kind value on source by amends",
    "person_name": "person_id kind given family_name from_on to_on",
    "person_risk": "person_id risk source on review_on what:words what_readers",
    "plan": "episode_id state started_on closed_on review_due agencies",
    "relationship": "person_id other_id kind parental_responsibility:flag from_on to_on",
    "review": (
        "plan_id due_on held_on came apologies family_came:flag decision summary:words "
        "summary_readers next_due by"
    ),
    "safe_contact": ("person_id how:words how_readers mobile landline email may_ring may_text may_write"),
    "safety_note": (
        "kind person_id what:words what_readers from_on review_on ended_on told:flag told_how by"
    ),
    "visit": (
        "kind outcome on start_at end_at planned:flag with_worker_id no_access_did:words "
        "no_access_did_readers next_try happened:words happened_readers meaning:words meaning_readers "
        "safe significant:flag told_family:flag next_on next_at next_kind no_next_because by written_at "
        "amends"
    ),
    "visit_child": (
        "visit_id person_id seen:flag alone:flag bedroom:flag how not_seen_why said:words "
        "said_readers asked:words asked_readers method"
    ),
    "visit_present": "visit_id person_id name third_party:flag",
    "worker": "name role locality phone manager_id disabled:flag",
}


def upgrade() -> None:
    """Make the tables: key ``(scope, id)``, every other column may be empty."""
    for table, fields in RECORDS.items():
        op.create_table(
            table,
            Column("scope", String, nullable=False),
            Column("id", String, nullable=False),
            *(_column(field) for field in f"{META} {fields}".split()),
            PrimaryKeyConstraint("scope", "id"),
        )


def _column(field: str) -> Column[object]:
    name, _, kind = field.partition(":")
    return Column(name, TYPES[kind], nullable=True)
