"""The hub's second check of contacts, its result, what was found and done about it; advice and disagreements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

META = (
    ("created_op", sa.String), ("created_hlc", sa.BigInteger), ("created_by", sa.String), ("received", sa.String),
    ("removed", sa.Boolean), ("heads", sa.Text), ("dead", sa.Text), ("ext", sa.Text),
)  # fmt: skip
RECORDS = {
    "second_check": (
        ("contact_id", sa.String), ("result", sa.String), ("at", sa.String), ("about", sa.String),
    ),
    "check_settled": (
        ("contact_id", sa.String), ("upto", sa.String), ("on", sa.String), ("by", sa.String),
    ),
    "gate_match": (
        ("contact_id", sa.String), ("check_at", sa.String), ("named_id", sa.String), ("person_id", sa.String),
        ("family_id", sa.String), ("rank", sa.String), ("evidence", sa.String), ("holders", sa.String),
    ),
    "gate_call": (
        ("contact_id", sa.String), ("upto", sa.String), ("call", sa.String), ("whom", sa.String), ("on", sa.String),
        ("at", sa.String), ("reason", sa.Text), ("reason_readers", sa.String), ("by", sa.String),
    ),
    "advice_asked": (
        ("contact_id", sa.String), ("question", sa.Text), ("question_readers", sa.String), ("on", sa.String),
        ("by", sa.String),
    ),
    "advice_step": (
        ("asked_id", sa.String), ("step", sa.String), ("text", sa.Text), ("text_readers", sa.String), ("whom", sa.String),
        ("on", sa.String), ("by", sa.String),
    ),
    "disagreement": (
        ("contact_id", sa.String), ("view", sa.Text), ("view_readers", sa.String), ("other", sa.Text),
        ("other_readers", sa.String), ("with_whom", sa.String), ("on", sa.String), ("by", sa.String),
    ),
    "disagreement_step": (
        ("disagreement_id", sa.String), ("step", sa.String), ("stage", sa.BigInteger), ("text", sa.Text),
        ("text_readers", sa.String), ("on", sa.String), ("by", sa.String),
    ),
}  # fmt: skip


def upgrade() -> None:
    """Make the tables, the locality's minutes and stages."""
    for table, fields in RECORDS.items():
        op.create_table(
            table,
            sa.Column("scope", sa.String(), nullable=False),
            sa.Column("id", sa.String(), nullable=False),
            *(sa.Column(name, kind(), nullable=True) for name, kind in (*META, *fields)),
            sa.PrimaryKeyConstraint("scope", "id"),
        )
    op.add_column("locality", sa.Column("second_check_minutes", sa.BigInteger(), nullable=True))
    for stage in range(1, 5):
        op.add_column("locality", sa.Column(f"escalation_{stage}", sa.String(), nullable=True))
        op.add_column("locality", sa.Column(f"escalation_{stage}_days", sa.BigInteger(), nullable=True))
