"""Restricted families, the grants that restrictions ended, and break-glass grants for review."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, String, Text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "restriction",
        Column("id", String, nullable=False),
        Column("family", String, nullable=False),
        Column("since", BigInteger, nullable=False),
        Column("asked_by", String, nullable=False),
        Column("reason", Text, nullable=False),
        Column("lifted", BigInteger),
        Column("lifted_by", String),
        Column("lifted_why", Text),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("restriction_family", "restriction", ["family"])
    op.create_table(
        "ended_grant",
        Column("restriction", String, nullable=False),
        Column("scope", String, nullable=False),
        Column("worker", String, nullable=False),
        Column("role", String, nullable=False),
        Column("mode", String, nullable=False),
        Column("since", BigInteger, nullable=False),
        Column("until", BigInteger),
        Column("locality", String, nullable=False),
        PrimaryKeyConstraint("restriction", "scope", "worker"),
    )
    op.create_table(
        "break_glass",
        Column("id", String, nullable=False),
        Column("scope", String, nullable=False),
        Column("worker", String, nullable=False),
        Column("reason", Text, nullable=False),
        Column("given", BigInteger, nullable=False),
        Column("until", BigInteger, nullable=False),
        Column("reviewed_by", String),
        Column("reviewed", BigInteger),
        PrimaryKeyConstraint("id"),
    )
