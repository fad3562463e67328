"""The archive of the log: what numbers at or below a scope's floor say."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, String

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "archived",
        Column("scope", String, nullable=False),
        Column("first", BigInteger, nullable=False, autoincrement=False),
        Column("last", BigInteger, nullable=False),
        Column("body", LargeBinary, nullable=False),
        PrimaryKeyConstraint("scope", "first"),
    )
