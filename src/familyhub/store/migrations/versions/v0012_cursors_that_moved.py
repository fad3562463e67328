"""Which cursors moved, and which stand at nought, without looking at those of thousands of files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Indexes of the few cursors that an exchange is about."""
    op.create_index("cursor_moved", "cursor", ["scope", "seq"], sqlite_where=sa.text("seq <> reported"))
    op.create_index("cursor_at_nought", "cursor", ["scope"], sqlite_where=sa.text("seq = 0"))
