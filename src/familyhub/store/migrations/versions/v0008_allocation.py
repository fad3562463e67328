"""Allocation: cover, weight and waiting reason; what workers can take on; conflicts of interest; safe-checks; hand-overs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

META = (
    ("created_op", sa.String), ("created_hlc", sa.BigInteger), ("created_by", sa.String), ("received", sa.String),
    ("removed", sa.Boolean), ("heads", sa.Text), ("dead", sa.Text), ("ext", sa.Text),
)  # fmt: skip
RECORDS = {
    "worker_facts": (
        ("worker_id", sa.String), ("on", sa.String), ("languages", sa.String), ("wards", sa.String),
        ("travel", sa.String), ("weight_limit", sa.BigInteger), ("by", sa.String),
    ),
    "conflict_of_interest": (
        ("worker_id", sa.String), ("family_id", sa.String), ("state", sa.String), ("kind", sa.String),
        ("on", sa.String), ("reason", sa.Text), ("reason_readers", sa.String), ("by", sa.String),
    ),
    "safe_check": (
        ("on", sa.String), ("way", sa.String), ("safe_now", sa.String), ("found", sa.Text),
        ("found_readers", sa.String), ("next_on", sa.String), ("by", sa.String),
    ),
    "hand_over": (
        ("from_id", sa.String), ("to_id", sa.String), ("on", sa.String), ("promised", sa.Text),
        ("promised_readers", sa.String), ("notes", sa.Text), ("notes_readers", sa.String),
        ("family_told", sa.Boolean), ("who_knows", sa.String), ("by", sa.String),
    ),
}  # fmt: skip
COLUMNS = {
    "allocation": (("for_id", sa.String), ("weight", sa.BigInteger), ("waiting", sa.String)),
    "locality": (("safe_check_working_days", sa.BigInteger), ("weight_limit", sa.BigInteger)),
}


def upgrade() -> None:
    """Make the tables, and the columns that allocation needs."""
    for table, fields in RECORDS.items():
        op.create_table(
            table,
            sa.Column("scope", sa.String(), nullable=False),
            sa.Column("id", sa.String(), nullable=False),
            *(sa.Column(name, kind(), nullable=True) for name, kind in (*META, *fields)),
            sa.PrimaryKeyConstraint("scope", "id"),
        )
    for table, columns in COLUMNS.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind(), nullable=True))
