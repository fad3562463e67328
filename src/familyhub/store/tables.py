"""Tables beside the records: what a laptop's store needs to sync, search and keep drafts.

``difference``, ``unknown_row`` and ``setting`` stand at the hub too.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from familyhub.records.catalogue import entities
from familyhub.records.synced import Synced

BOTH_ENDS = MetaData()
LAPTOP = MetaData()

difference = Table(
    "difference",
    BOTH_ENDS,
    Column("id", String, primary_key=True),
    Column("scope", String, nullable=False),
    Column("entity", String, nullable=False),
    Column("row_id", String, nullable=False),
    Column("field", String, nullable=False),
    Column("protective", Boolean, nullable=False),
    Index("difference_row", "scope", "entity", "row_id"),
)
unknown_row = Table(
    "unknown_row",
    BOTH_ENDS,
    Column("scope", String, primary_key=True),
    Column("entity", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("created_op", String),
    Column("created_hlc", BigInteger),
    Column("created_by", String),
    Column("received", String),
    Column("removed", Boolean),
    Column("heads", Text),
    Column("dead", Text),
    Column("ext", Text),
)
setting = Table("setting", BOTH_ENDS, Column("name", String, primary_key=True), Column("value", Text))
blob_chunk = Table(
    "blob_chunk",
    BOTH_ENDS,
    Column("scope", String, primary_key=True),
    Column("sha", String, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("digest", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
"""Pieces of attachments, each verified by its digest before it is written."""

confirmed = Table(
    "confirmed",
    LAPTOP,
    Column("scope", String, primary_key=True),
    Column("entity", String, primary_key=True),
    Column("row_id", String, primary_key=True),
    Column("held", LargeBinary, nullable=False),
)
outbox = Table(
    "outbox",
    LAPTOP,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("op_id", String, nullable=False, unique=True),
    Column("scope", String, nullable=False),
    Column("inc", String, nullable=False),
    Column("dseq", Integer, nullable=False),
    Column("entity", String, nullable=False),
    Column("row_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False, default=""),
    Column("payload", LargeBinary, nullable=False),
    Column("received", BigInteger, nullable=False, server_default="0"),
    Index("outbox_state", "state", "place"),
    Index("outbox_row", "scope", "entity", "row_id"),
)
"""Own ops: waiting, in the hub's custody, done or set aside. Done ones stay until the hub says they are durable.

``received``: the hub's time at which it had them at the latest (milliseconds UTC), 0 before. A sealed one, of a scope that
is no longer held here, names no row.
"""
owed = Table("owed", LAPTOP, Column("scope", String, primary_key=True))
"""Withdrawn scopes for which the hub has no receipt yet."""
snapshot_part = Table(
    "snapshot_part",
    LAPTOP,
    Column("scope", String, primary_key=True),
    Column("digest", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""Parts of snapshots that are not whole yet."""
destroyed = Table(
    "destroyed",
    LAPTOP,
    Column("op_id", String, primary_key=True),
    Column("reason", String, nullable=False),
)
"""Own acts on records that were erased, of which nothing is kept but that they were made."""
carried = Table(
    "carried",
    LAPTOP,
    Column("name", String, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("private", LargeBinary, nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("taken", Boolean, nullable=False),
)
"""Files that were written to be carried to the hub: the key to the answer, and the labels that it will speak of."""
OF_A_SCOPE = ("confirmed", "difference", "unknown_row", "search_entry", "snapshot_part")
"""Tables beside the records whose rows of a scope go with it."""
label = Table(
    "label",
    LAPTOP,
    Column("scope", String, primary_key=True),
    Column("dseq", Integer, nullable=False),
)
cursor = Table(
    "cursor",
    LAPTOP,
    Column("scope", String, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("reported", Integer, nullable=False, default=0),
    Index("cursor_moved", "scope", "seq", sqlite_where=text("seq <> reported")),
    Index("cursor_at_nought", "scope", sqlite_where=text("seq = 0")),
)
earlier = Table(
    "earlier",
    LAPTOP,
    Column("scope", String, primary_key=True),
    Column("entity", String, primary_key=True),
    Column("row_id", String, primary_key=True),
    Column("field", String, primary_key=True),
    Column("op_id", String, primary_key=True),
    Column("hlc", BigInteger, nullable=False),
    Column("received", BigInteger),
    Column("replaced", Text, nullable=False),
    Index("earlier_hlc", "hlc"),
)
"""What changes replaced (JSON), for *the value before*: this laptop's memory of some months, derived, never sent."""
search_entry = Table(
    "search_entry",
    LAPTOP,
    Column("place", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("scope", String, nullable=False),
    Column("entity", String, nullable=False),
    Column("row_id", String, nullable=False),
    Index("search_entry_row", "scope", "entity", "row_id", unique=True),
)
blob = Table(
    "blob",
    LAPTOP,
    Column("scope", String, primary_key=True),
    Column("sha", String, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("chunks", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False, default=""),
    Column("since", BigInteger, nullable=False),
    Column("again", BigInteger),
    Index("blob_state", "state"),
)
"""What this laptop has of an attachment's bytes: being added, waiting to be sent, here, or coming. ``reason``: why the
hub did not take it; ``again``: not to be tried before (milliseconds since 1970 UTC)."""
draft = Table(
    "draft",
    LAPTOP,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("family_id", String),
    Column("started_at", String, nullable=False),
    Column("saved_at", String, nullable=False),
    Column("entry", Text, nullable=False),
)


def record_metadata() -> MetaData:
    """Metadata of every record table, after all record modules were found."""
    entities()
    return Synced.metadata
