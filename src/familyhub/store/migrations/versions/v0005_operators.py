"""The keys of operators, and the files that were written to be carried to the hub."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "operator_key",
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
        sa.Column("public_key", sa.String(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("scope", "id"),
    )
    op.create_table(
        "carried",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
