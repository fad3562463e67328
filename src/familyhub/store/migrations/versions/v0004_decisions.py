"""Decisions and questions about differences, what changes replaced, and two open plans as a difference."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from familyhub.sync.merge import difference_id

revision = "0004"
down_revision = "0003"

META = (
    ("created_op", sa.String), ("created_hlc", sa.BigInteger), ("created_by", sa.String), ("received", sa.String),
    ("removed", sa.Boolean), ("heads", sa.Text), ("dead", sa.Text), ("ext", sa.Text),
)  # fmt: skip
ABOUT = (("about", sa.String), ("about_id", sa.String), ("field", sa.String))
RECORDS = {
    "decision": (
        *ABOUT, ("kind", sa.String), ("on", sa.String), ("by", sa.String), ("chosen", sa.Text),
        ("chosen_readers", sa.String), ("replaced", sa.Text), ("replaced_readers", sa.String), ("reason", sa.Text),
        ("reason_readers", sa.String), ("together", sa.String), ("undoes", sa.String),
    ),
    "question": (*ABOUT, ("on", sa.String), ("by", sa.String), ("text", sa.Text), ("text_readers", sa.String)),
}  # fmt: skip


def upgrade() -> None:
    """Make the tables, and open the difference of every family that has two open plans already."""
    for table, fields in RECORDS.items():
        op.create_table(
            table,
            sa.Column("scope", sa.String(), nullable=False),
            sa.Column("id", sa.String(), nullable=False),
            *(sa.Column(name, kind(), nullable=True) for name, kind in (*META, *fields)),
            sa.PrimaryKeyConstraint("scope", "id"),
        )
    op.create_table(
        "earlier",
        *(sa.Column(n, sa.String(), nullable=False) for n in ("scope", "entity", "row_id", "field", "op_id")),
        sa.Column("hlc", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=True),
        sa.Column("replaced", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "entity", "row_id", "field", "op_id"),
    )
    op.create_index("earlier_hlc", "earlier", ["hlc"], unique=False)
    _two_open_plans()


def _two_open_plans() -> None:
    run = op.get_bind().execute
    plans = sa.text(
        "select scope from plan where state = 'open' and removed is null group by scope having count(*) > 1"
    )
    opened = sa.text(
        "insert into difference (id, scope, entity, row_id, field, protective) "
        "values (:id, :scope, 'two_open_plans', :family, 'plan', false)"
    )
    for (scope,) in run(plans).fetchall():
        family = scope.partition(":")[2]
        identity = difference_id(scope, "two_open_plans", family, "plan")
        run(opened, {"id": identity, "scope": scope, "family": family})
