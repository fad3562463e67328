"""Early help's answer to a step down is a record of its own; a disagreement names the handshake that it came from.

``name`` is a short text, ``name:words`` prose, ``name:flag`` yes or no.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

TYPES = {"": sa.String, "words": sa.Text, "flag": sa.Boolean, "whole": sa.BigInteger}
META = "created_op created_hlc:whole created_by received removed:flag heads:words dead:words ext:words"
GONE = ("handover_on", "episode_id")
ANSWER = "handshake_id answer text:words text_readers handover_on handover_with episode_id on by"


def _columns(text: str) -> list[sa.Column[object]]:
    pairs = (word.partition(":") for word in text.split())
    return [sa.Column(name, TYPES[kind](), nullable=True) for name, _, kind in pairs]


def upgrade() -> None:
    """Make the table, name the handshake, and take away the columns of what the answer says now."""
    op.create_table(
        "step_down_answer",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        *_columns(META),
        *_columns(ANSWER),
        sa.PrimaryKeyConstraint("scope", "id"),
    )
    op.add_column("disagreement", sa.Column("handshake_id", sa.String(), nullable=True))
    _keep()
    for column in GONE:
        op.drop_column("handshake_step", column)


def _keep() -> None:
    """What stands in columns that go rides along as a field of another version does: it is still in the log."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("select scope, id, ext, handover_on, episode_id from handshake_step")
    ).all()
    for scope, row_id, ext, *values in rows:
        kept = {field: value for field, value in zip(GONE, values, strict=True) if value is not None}
        if kept:
            text = json.dumps({**json.loads(ext or "{}"), **kept}, sort_keys=True, separators=(",", ":"))
            connection.execute(
                sa.text("update handshake_step set ext = :ext where scope = :scope and id = :id"),
                {"ext": text, "scope": scope, "id": row_id},
            )
