"""Step up and step down: handshakes with their agreement and steps; why help ends although a step up says otherwise.

``name`` is a short text, ``name:words`` prose, ``name:flag`` yes or no.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

TYPES = {"": sa.String, "words": sa.Text, "flag": sa.Boolean, "whole": sa.BigInteger}
META = "created_op created_hlc:whole created_by received removed:flag heads:words dead:words ext:words"
RECORDS = {
    "handshake": (
        "kind episode_id plan_id meeting_id service whom attached handover_on told told_why:words told_why_readers "
        "reason:words reason_readers on by written_at"
    ),
    "handshake_signature": "handshake_id signature on reason:words reason_readers by",
    "handshake_step": (
        "handshake_id step service whom way text:words text_readers handover_on episode_id on by"
    ),
}
COLUMNS = {
    "closing": "although:words although_readers",
    "locality": "step_up_answer_working_days:whole step_down_visit_working_days:whole",
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
