"""Erasure, snapshots in parts, receipts of withdrawal, and the lives of a hub that was restored."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, String, Text

revision = "0003"
down_revision = "0002"


def text(name: str) -> Column[str]:
    """A text that is always there."""
    return Column(name, String, nullable=False)


def whole(name: str) -> Column[int]:
    """A whole number that is always there."""
    return Column(name, BigInteger, nullable=False, autoincrement=False)


def upgrade() -> None:
    """Make the tables."""
    op.add_column("op", Column("digest", LargeBinary))
    op.create_table(
        "erased_row", text("scope"), text("entity"), text("row_id"), whole("at"),
        PrimaryKeyConstraint("scope", "entity", "row_id"),
    )  # fmt: skip
    op.create_table(
        "disposal", text("id"), text("scope"), text("entity"), text("row_id"),
        Column("reason", Text, nullable=False), text("asked_by"), whole("asked"),
        Column("agreed_by", String), Column("agreed", BigInteger), PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_table(
        "snapshot", text("scope"), whole("place"), whole("seq"), text("digest"),
        Column("body", LargeBinary, nullable=False), PrimaryKeyConstraint("scope", "place"),
    )  # fmt: skip
    op.create_table(
        "receipt", text("device"), text("scope"), text("inc"), whole("last"), whole("at"),
        PrimaryKeyConstraint("device", "scope"),
    )  # fmt: skip
    # What an idle exchange asks is answered from these alone.
    op.create_index("device_cursor_seq", "device_cursor", ["device", "inc", "scope", "seq"])
    op.create_index("grant_live", "grant_", ["worker", "since", "until", "scope"])
    op.create_index("scope_head_seq", "scope_head", ["scope", "seq", "floor"])
    op.create_table("life", text("epoch"), whole("place"), whole("began"), PrimaryKeyConstraint("epoch"))
    op.create_table(
        "life_head", text("epoch"), text("scope"), whole("seq"), PrimaryKeyConstraint("epoch", "scope")
    )
