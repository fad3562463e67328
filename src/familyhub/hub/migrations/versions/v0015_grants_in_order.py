"""A worker's grants in the order of their scopes: what a laptop holds and lacks is found by comparing two lists."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """One index that answers by itself which of a worker's grants hold at a moment, scope by scope."""
    op.drop_index("grant_worker", "grant_")
    op.drop_index("grant_live", "grant_")
    op.create_index("grant_in_order", "grant_", ["worker", "scope", "since", "until"])
