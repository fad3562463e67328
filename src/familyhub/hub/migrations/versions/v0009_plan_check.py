"""Findings of the plan check that were kept, copies of plans that were given, and a locality's numbers for the check."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

META = (
    ("created_op", sa.String), ("created_hlc", sa.BigInteger), ("created_by", sa.String), ("received", sa.String),
    ("removed", sa.Boolean), ("heads", sa.Text), ("dead", sa.Text), ("ext", sa.Text),
)  # fmt: skip
RECORDS = {
    "kept_finding": (
        ("plan_id", sa.String), ("finding", sa.String), ("about", sa.String), ("about_id", sa.String),
        ("because", sa.Text), ("because_readers", sa.String), ("on", sa.String), ("until", sa.String),
        ("by", sa.String),
    ),
    "plan_copy": (
        ("plan_id", sa.String), ("person_id", sa.String), ("to", sa.String), ("on", sa.String), ("safe", sa.Boolean),
        ("by", sa.String),
    ),
}  # fmt: skip
LOCAL = ("plan_stale_days", "school_from_age", "school_until_age")


def upgrade() -> None:
    """Make the tables, and the columns of a locality."""
    for table, fields in RECORDS.items():
        op.create_table(
            table,
            sa.Column("scope", sa.String(), nullable=False),
            sa.Column("id", sa.String(), nullable=False),
            *(sa.Column(name, kind(), nullable=True) for name, kind in (*META, *fields)),
            sa.PrimaryKeyConstraint("scope", "id"),
        )
    for name in LOCAL:
        op.add_column("locality", sa.Column(name, sa.BigInteger(), nullable=True))
