"""What a laptop needs to leave a scope, to resume a snapshot, and to keep own acts until they are durable."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.add_column("outbox", sa.Column("received", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table("owed", sa.Column("scope", sa.String(), nullable=False), sa.PrimaryKeyConstraint("scope"))
    op.create_table(
        "snapshot_part",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "digest"),
    )
    op.create_table(
        "destroyed",
        sa.Column("op_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("op_id"),
    )
