"""Whose an action was from a day: dated rows say it, so that a measure does not depend on who owns it now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Columns of the dated rows; those of earlier versions do not say it."""
    for name, kind in (("says_owner", sa.Boolean), ("owner", sa.String), ("agency", sa.String)):
        op.add_column("action_status", sa.Column(name, kind(), nullable=True))
