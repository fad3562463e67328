"""The keys of operators, files that came by hand, and who released what was set aside."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, String, Text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table and add the columns."""
    op.create_table(
        "operator_key",
        Column("scope", String, nullable=False),
        Column("id", String, nullable=False),
        Column("created_op", String),
        Column("created_hlc", BigInteger),
        Column("created_by", String),
        Column("received", String),
        Column("removed", Boolean),
        Column("heads", Text),
        Column("dead", Text),
        Column("ext", Text),
        Column("name", String),
        Column("public_key", String),
        Column("ended", Boolean),
        PrimaryKeyConstraint("scope", "id"),
    )
    op.add_column("device", Column("carried", BigInteger))
    op.add_column("quarantine", Column("released_by", String))
    op.add_column("quarantine", Column("released_why", Text))
