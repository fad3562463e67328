"""Attachments: their records, and the bytes that this laptop has of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "attachment",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_op", sa.String(), nullable=True),
        sa.Column("created_hlc", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.Column("received", sa.String(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=True),
        sa.Column("heads", sa.Text(), nullable=True),
        sa.Column("dead", sa.Text(), nullable=True),
        sa.Column("ext", sa.Text(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("chunks", sa.String(), nullable=True),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("what_readers", sa.String(), nullable=True),
        sa.Column("on", sa.String(), nullable=True),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("about_id", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("scope", "id"),
    )
    op.create_table(
        "blob",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("chunks", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("again", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("scope", "sha"),
    )
    op.create_index("blob_state", "blob", ["state"], unique=False)
    op.create_table(
        "blob_chunk",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "sha", "place"),
    )
