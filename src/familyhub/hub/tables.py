"""The hub's own tables, the same on SQLite and PostgreSQL; ``scope`` stands first in every key of the log.

Beside them stand the tables that both ends have (``store.tables.BOTH_ENDS``) and the record tables, which
here are a projection of the log.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from familyhub.store.tables import BOTH_ENDS, record_metadata

HUB = MetaData()

scope_head = Table(
    "scope_head",
    HUB,
    Column("scope", String, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("folded_upto", BigInteger, nullable=False),
    Column("floor", BigInteger, nullable=False),
    Column("epoch", String, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Index("scope_head_seq", "scope", "seq", "floor"),
)
"""One row per scope: the number given last, the one the projection stands on, the last archived one, the link of the chain."""
op = Table(
    "op",
    HUB,
    Column("scope", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("op_id", String, nullable=False),
    Column("inc", String, nullable=False),
    Column("dseq", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("entity", String, nullable=False),
    Column("row_id", String, nullable=False),
    Column("sv", BigInteger, nullable=False),
    Column("hlc", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("actor", String, nullable=False),
    Column("patch", LargeBinary, nullable=False),
    Column("base", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("digest", LargeBinary),
    UniqueConstraint("scope", "op_id", name="op_once"),
    UniqueConstraint("scope", "inc", "dseq", name="op_label"),
)
"""The log: custody is this and ``quarantine`` alone. ``patch`` and ``base`` are msgpack, as they came.

``digest`` is the salted digest over which the chain ``hash`` goes; empty in rows of an older version, where it follows from
the rest. A row without salt was erased; one without ``patch`` lies in ``archived``.
"""
archived = Table(
    "archived",
    HUB,
    Column("scope", String, primary_key=True),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""What the log said from one number to another, below the floor: msgpack, packed with zstd, in parts."""
erased_row = Table(
    "erased_row",
    HUB,
    Column("scope", String, primary_key=True),
    Column("entity", String, primary_key=True),
    Column("row_id", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
)
"""Rows that were erased: what still arrives for them is not kept."""
disposal = Table(
    "disposal",
    HUB,
    Column("id", String, primary_key=True),
    Column("scope", String, nullable=False),
    Column("entity", String, nullable=False),
    Column("row_id", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("asked", BigInteger, nullable=False),
    Column("agreed_by", String),
    Column("agreed", BigInteger),
)
"""Erasures: asked for by one person, agreed by another. Without entity and row it is of the whole scope."""
restriction = Table(
    "restriction",
    HUB,
    Column("id", String, primary_key=True),
    Column("family", String, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("lifted", BigInteger),
    Column("lifted_by", String),
    Column("lifted_why", Text),
    Index("restriction_family", "family"),
)
"""Families that only named workers hold, or held until it was ``lifted`` (milliseconds UTC)."""
ended_grant = Table(
    "ended_grant",
    HUB,
    Column("restriction", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("worker", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("locality", String, nullable=False),
)
"""The grants that a restriction ended, with where their workers belonged then: lifting it gives them back."""
break_glass = Table(
    "break_glass",
    HUB,
    Column("id", String, primary_key=True),
    Column("scope", String, nullable=False),
    Column("worker", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("given", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("reviewed_by", String),
    Column("reviewed", BigInteger),
)
"""Files that somebody was given to read for some hours without being named for them; another person reviews each."""
check_due = Table(
    "check_due",
    HUB,
    Column("scope", String, primary_key=True),
    Column("asked", BigInteger, nullable=False),
    Column("again", Boolean, nullable=False),
)
"""Contacts that wait for their second check, since when (milliseconds UTC).

``again``: nobody was added, a family was restricted: there is a result only where something new was found."""
snapshot = Table(
    "snapshot",
    HUB,
    Column("scope", String, primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("digest", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""Snapshots of long scopes, kept in parts so that a laptop whose connection breaks goes on where it was."""
receipt = Table(
    "receipt",
    HUB,
    Column("device", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("inc", String, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Withdrawn scopes that a laptop holds no more, with the last label that it gave there."""
life = Table(
    "life",
    HUB,
    Column("epoch", String, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("began", BigInteger, nullable=False),
)
life_head = Table(
    "life_head",
    HUB,
    Column("epoch", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
"""The heads that each life of the hub after the first began with."""
alias = Table(
    "alias",
    HUB,
    Column("scope", String, primary_key=True),
    Column("inc", String, primary_key=True),
    Column("dseq", BigInteger, primary_key=True, autoincrement=False),
    Column("op_id", String, nullable=False),
)
"""Labels that carried an op which was held already: a laptop that was restored sent it again."""
quarantine = Table(
    "quarantine",
    HUB,
    Column("scope", String, primary_key=True),
    Column("inc", String, primary_key=True),
    Column("dseq", BigInteger, primary_key=True, autoincrement=False),
    Column("op_id", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("device", String, nullable=False),
    Column("worker", String, nullable=False),
    Column("released", BigInteger),
    Column("released_by", String),
    Column("released_why", Text),
    UniqueConstraint("scope", "op_id", name="quarantine_once"),
)
"""What was taken into custody but needs a person; ``released``: when it was logged (milliseconds UTC), by whom and why."""
device = Table(
    "device",
    HUB,
    Column("id", String, primary_key=True),
    Column("worker", String, nullable=False),
    Column("public_key", LargeBinary, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("enrolled", BigInteger, nullable=False),
    Column("revoked", BigInteger),
    Column("last_seen", BigInteger),
    Column("carried", BigInteger),
    Index("device_worker", "worker"),
)
"""Enrolled laptops; ``carried``: the highest number of the files of it that came by hand."""
device_inc = Table(
    "device_inc",
    HUB,
    Column("device", String, primary_key=True),
    Column("inc", String, primary_key=True),
    Column("digest", String, nullable=False),
)
"""The digest of the cursor vector that the hub keeps for one incarnation of a device's file."""
device_cursor = Table(
    "device_cursor",
    HUB,
    Column("device", String, primary_key=True),
    Column("inc", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Index("device_cursor_seq", "device", "inc", "scope", "seq"),
)
grant_ = Table(
    "grant_",
    HUB,
    Column("scope", String, primary_key=True),
    Column("worker", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
    Index("grant_in_order", "worker", "scope", "since", "until"),
)
"""Who holds which scope: ``mode`` ``read`` or ``write``; ``role`` why (own, author, allocated, given …)."""
enrolment_code = Table(
    "enrolment_code",
    HUB,
    Column("hash", String, primary_key=True),
    Column("worker", String, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("used", BigInteger),
    Column("device", String),
)
worker_account = Table(
    "worker_account",
    HUB,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("locality", String, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Index("worker_account_locality", "locality", "role"),
)
blob = Table(
    "blob",
    HUB,
    Column("scope", String, primary_key=True),
    Column("sha", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("chunks", Text, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("worker", String, nullable=False),
)
"""An attachment as it was offered, its pieces in ``blob_chunk``; ``whole``: all are here and make up its SHA-256."""


def everything() -> list[MetaData]:
    """All metadata of a hub's database: the log, what stands at both ends, and the records."""
    return [HUB, BOTH_ENDS, record_metadata()]
