"""The front door: adults of a contact, *safe now?*, matches, steps and signatures; the locality's clocks and thresholds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

META = (
    ("created_op", sa.String), ("created_hlc", sa.BigInteger), ("created_by", sa.String), ("received", sa.String),
    ("removed", sa.Boolean), ("heads", sa.Text), ("dead", sa.Text), ("ext", sa.Text),
)  # fmt: skip
REASON = (("reason", sa.Text), ("reason_readers", sa.String), ("by", sa.String))
RECORDS = {
    "contact_adult": (
        ("contact_id", sa.String), ("person_id", sa.String), ("given", sa.String), ("family_name", sa.String),
        ("birth_date", sa.String), ("tie", sa.String),
    ),
    "contact_safe": (
        ("contact_id", sa.String), ("contact_child_id", sa.String), ("safe_now", sa.String), ("at", sa.String),
        ("how", sa.Text), ("how_readers", sa.String), ("by", sa.String),
    ),
    "contact_match": (
        ("contact_id", sa.String), ("named_id", sa.String), ("person_id", sa.String), ("family_id", sa.String),
        ("answer", sa.String), ("evidence", sa.String), ("on", sa.String), *REASON,
    ),
    "contact_step": (
        ("contact_id", sa.String), ("step", sa.String), ("on", sa.String), ("until", sa.String), ("way", sa.String),
        *REASON,
    ),
    "contact_signature": (
        ("contact_id", sa.String), ("signature", sa.String), ("signs", sa.String), ("on", sa.String), *REASON,
    ),
}  # fmt: skip
COLUMNS = {
    "contact": (("address", sa.String), ("postcode", sa.String)),
    "locality": (
        ("triage_working_days", sa.BigInteger), ("tell_working_days", sa.BigInteger), ("level_1", sa.String),
        ("level_2", sa.String), ("level_3", sa.String), ("level_4", sa.String),
    ),
}  # fmt: skip


def upgrade() -> None:
    """Make the tables, and the columns that the front door needs."""
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
