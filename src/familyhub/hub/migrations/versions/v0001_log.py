"""The log, custody, devices, cursors, grants and accounts; what both ends keep beside the records."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None


def text(name: str) -> Column[str]:
    """A text that is always there."""
    return Column(name, String, nullable=False)


def whole(name: str) -> Column[int]:
    """A whole number that is always there."""
    return Column(name, BigInteger, nullable=False, autoincrement=False)


def raw(name: str) -> Column[bytes]:
    """Bytes that are always there."""
    return Column(name, LargeBinary, nullable=False)


def upgrade() -> None:
    """Make the tables."""
    _log()
    _people()
    _both_ends()


def _log() -> None:
    op.create_table(
        "scope_head", text("scope"), whole("seq"), whole("folded_upto"), whole("floor"), text("epoch"),
        raw("chain"), PrimaryKeyConstraint("scope"),
    )  # fmt: skip
    op.create_table(
        "op", text("scope"), whole("seq"), text("op_id"), text("inc"), whole("dseq"), text("kind"),
        text("entity"), text("row_id"), whole("sv"), whole("hlc"), whole("received"), text("actor"),
        raw("patch"), raw("base"), raw("salt"), raw("hash"),
        PrimaryKeyConstraint("scope", "seq"),
        UniqueConstraint("scope", "op_id", name="op_once"),
        UniqueConstraint("scope", "inc", "dseq", name="op_label"),
    )  # fmt: skip
    op.create_table(
        "alias",
        text("scope"),
        text("inc"),
        whole("dseq"),
        text("op_id"),
        PrimaryKeyConstraint("scope", "inc", "dseq"),
    )
    op.create_table(
        "quarantine", text("scope"), text("inc"), whole("dseq"), text("op_id"), raw("payload"),
        Column("reason", Text, nullable=False), whole("received"), text("device"), text("worker"),
        Column("released", BigInteger),
        PrimaryKeyConstraint("scope", "inc", "dseq"),
        UniqueConstraint("scope", "op_id", name="quarantine_once"),
    )  # fmt: skip


def _people() -> None:
    op.create_table(
        "device", text("id"), text("worker"), raw("public_key"), text("name"), whole("enrolled"),
        Column("revoked", BigInteger), Column("last_seen", BigInteger),
        PrimaryKeyConstraint("id"), UniqueConstraint("public_key"),
    )  # fmt: skip
    op.create_index("device_worker", "device", ["worker"])
    op.create_table(
        "device_inc", text("device"), text("inc"), text("digest"), PrimaryKeyConstraint("device", "inc")
    )
    op.create_table(
        "device_cursor", text("device"), text("inc"), text("scope"), whole("seq"),
        PrimaryKeyConstraint("device", "inc", "scope"),
    )  # fmt: skip
    op.create_table(
        "grant_", text("scope"), text("worker"), text("role"), text("mode"), whole("since"),
        Column("until", BigInteger), PrimaryKeyConstraint("scope", "worker"),
    )  # fmt: skip
    op.create_index("grant_worker", "grant_", ["worker", "scope"])
    op.create_table(
        "enrolment_code", text("hash"), text("worker"), whole("expires"), Column("used", BigInteger),
        Column("device", String), PrimaryKeyConstraint("hash"),
    )  # fmt: skip
    op.create_table(
        "worker_account", text("id"), text("name"), text("role"), text("locality"),
        Column("disabled", Boolean, nullable=False), PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("worker_account_locality", "worker_account", ["locality", "role"])


def _both_ends() -> None:
    op.create_table(
        "difference", text("id"), text("scope"), text("entity"), text("row_id"), text("field"),
        Column("protective", Boolean, nullable=False), PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("difference_row", "difference", ["scope", "entity", "row_id"])
    op.create_table(
        "unknown_row", text("scope"), text("entity"), text("id"), Column("created_op", String),
        Column("created_hlc", BigInteger), Column("created_by", String), Column("received", String),
        Column("removed", Boolean), Column("heads", Text), Column("dead", Text), Column("ext", Text),
        PrimaryKeyConstraint("scope", "entity", "id"),
    )  # fmt: skip
    op.create_table("setting", text("name"), Column("value", Text), PrimaryKeyConstraint("name"))
