"""Meetings (planned, guests, children, answers, amendments), the scores and steps given at them, closings and follow-ups.

``name`` is a short text, ``name:words`` prose, ``name:flag`` yes or no.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TYPES = {"": sa.String, "words": sa.Text, "flag": sa.Boolean, "whole": sa.BigInteger}
META = "created_op created_hlc:whole created_by received removed:flag heads:words dead:words ext:words"
RECORDS = {
    "meeting": (
        "kind plan_id on at place replaces called_off:flag off_because:words off_because_readers by written_at"
    ),
    "meeting_guest": "meeting_id person_id worker_id name agency state on views:words views_readers by",
    "meeting_child": "meeting_id person_id on came:flag by",
    "meeting_answer": "meeting_id question asked answer:words answer_readers on by",
    "meeting_amendment": "meeting_id text:words text_readers on by",
    "closing": (
        "episode_id plan_id meeting_id reason accepted_by on summary:words summary_readers feedback:words feedback_readers "
        "no_feedback_because:words no_feedback_because_readers contingency:words contingency_readers by written_at"
    ),
    "closing_action": "closing_id action_id settled to because:words because_readers on by",
    "closing_signature": "closing_id signature on reason:words reason_readers by",
    "follow_up": "episode_id due_on done_on talked_to none_because:words none_because_readers by",
    "follow_up_need": "follow_up_id need_id still_true how:words how_readers on by",
}
COLUMNS = {
    "need_score": "meeting_id",
    "action_status": "meeting_id",
    "action_progress": "meeting_id",
    "review": (
        "meeting_id kind because:words because_readers no_next_because:words no_next_because_readers "
        "although:words although_readers written_at"
    ),
    "locality": "follow_up_months:whole",
}


def _columns(text: str) -> list[sa.Column[object]]:
    pairs = (word.partition(":") for word in text.split())
    return [sa.Column(name, TYPES[kind](), nullable=True) for name, _, kind in pairs]


def upgrade() -> None:
    """Make the tables, and the columns beside those that stand."""
    for table, fields in RECORDS.items():
        op.create_table(
            table,
            sa.Column("scope", sa.String(), nullable=False),
            sa.Column("id", sa.String(), nullable=False),
            *_columns(META),
            *_columns(fields),
            sa.PrimaryKeyConstraint("scope", "id"),
        )
    for table, fields in COLUMNS.items():
        for column in _columns(fields):
            op.add_column(table, column)
