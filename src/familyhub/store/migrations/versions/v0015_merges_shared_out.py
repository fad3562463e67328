"""The search index is brought together a little with every write, no longer all at once in somebody's save."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Tell both tables of the index; they keep it themselves."""
    for table in ("search_words", "search_names"):
        for name, value in (("automerge", 0), ("usermerge", 8)):
            op.get_bind().exec_driver_sql(f"insert into {table}({table}, rank) values (?, ?)", (name, value))
