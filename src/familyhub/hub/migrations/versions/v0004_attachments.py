"""Attachments: the projection of their records, and their bytes."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, PrimaryKeyConstraint, String, Text

revision = "0004"
down_revision = "0003"

LINES = ("name", "type", "sha256", "chunks", "what_readers", "on", "about", "about_id", "by")


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "attachment",
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
        Column("size", BigInteger),
        Column("what", Text),
        *(Column(name, String) for name in LINES),
        PrimaryKeyConstraint("scope", "id"),
    )
    op.create_table(
        "blob",
        Column("scope", String, nullable=False),
        Column("sha", String, nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("chunks", Text, nullable=False),
        Column("whole", Boolean, nullable=False),
        Column("received", BigInteger, nullable=False),
        Column("worker", String, nullable=False),
        PrimaryKeyConstraint("scope", "sha"),
    )
    op.create_table(
        "blob_chunk",
        Column("scope", String, nullable=False),
        Column("sha", String, nullable=False),
        Column("place", Integer, nullable=False, autoincrement=False),
        Column("digest", String, nullable=False),
        Column("data", LargeBinary, nullable=False),
        PrimaryKeyConstraint("scope", "sha", "place"),
    )
