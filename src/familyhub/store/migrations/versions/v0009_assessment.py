"""Agreement refreshed and withdrawn, the sharing log, copies given; the early help assessment with its dated rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

META = (
    ("created_op", sa.String), ("created_hlc", sa.BigInteger), ("created_by", sa.String), ("received", sa.String),
    ("removed", sa.Boolean), ("heads", sa.Text), ("dead", sa.Text), ("ext", sa.Text),
)  # fmt: skip
RECORDS = {
    "sharing": (
        ("on", sa.String), ("agency", sa.String), ("who", sa.String), ("what", sa.Text),
        ("what_readers", sa.String), ("why", sa.Text), ("why_readers", sa.String), ("basis", sa.String),
        ("agreement_id", sa.String), ("without_why", sa.Text), ("without_why_readers", sa.String),
        ("told", sa.Boolean), ("told_why", sa.Text), ("told_why_readers", sa.String), ("by", sa.String),
    ),
    "agreement_opinion": (
        ("agreement_id", sa.String), ("opinion", sa.Text), ("opinion_readers", sa.String),
        ("on", sa.String), ("by", sa.String),
    ),
    "given_copy": (
        ("about", sa.String), ("about_id", sa.String), ("person_id", sa.String), ("to", sa.String),
        ("on", sa.String), ("safe", sa.Boolean), ("by", sa.String),
    ),
    "assessment": (
        ("episode_id", sa.String), ("started_on", sa.String), ("organisation", sa.String),
        ("by", sa.String),
    ),
    "assessment_text": (
        ("assessment_id", sa.String), ("section", sa.String), ("topic", sa.String),
        ("person_id", sa.String), ("text", sa.Text), ("text_readers", sa.String), ("on", sa.String),
        ("by", sa.String),
    ),
    "assessment_score": (
        ("assessment_id", sa.String), ("section", sa.String), ("person_id", sa.String),
        ("score", sa.BigInteger), ("on", sa.String), ("by", sa.String),
    ),
    "assessment_met": (
        ("assessment_id", sa.String), ("person_id", sa.String), ("met", sa.Boolean), ("why_not", sa.Text),
        ("why_not_readers", sa.String), ("on", sa.String), ("by", sa.String),
    ),
    "family_meeting_offer": (
        ("assessment_id", sa.String), ("answer", sa.String), ("why", sa.Text), ("why_readers", sa.String),
        ("on", sa.String), ("by", sa.String),
    ),
    "assessment_need": (
        ("assessment_id", sa.String), ("person_id", sa.String), ("headline", sa.String), ("what", sa.Text),
        ("what_readers", sa.String), ("score", sa.BigInteger), ("on", sa.String), ("by", sa.String),
    ),
    "assessment_completion": (
        ("assessment_id", sa.String), ("on", sa.String), ("review_first_why", sa.Text),
        ("review_first_why_readers", sa.String), ("by", sa.String),
    ),
    "assessment_signature": (
        ("completion_id", sa.String), ("signature", sa.String), ("on", sa.String), ("reason", sa.Text),
        ("reason_readers", sa.String), ("by", sa.String),
    ),
    "child_voice": (
        ("person_id", sa.String), ("occasion", sa.String), ("occasion_id", sa.String), ("said", sa.Text),
        ("said_readers", sa.String), ("asked", sa.Text), ("asked_readers", sa.String),
        ("method", sa.String), ("none_because", sa.Text), ("none_because_readers", sa.String),
        ("from_visit_id", sa.String), ("on", sa.String), ("by", sa.String),
    ),
    "child_day": (
        ("person_id", sa.String), ("occasion", sa.String), ("occasion_id", sa.String), ("part", sa.String),
        ("text", sa.Text), ("text_readers", sa.String), ("on", sa.String), ("by", sa.String),
    ),
}  # fmt: skip
COLUMNS = {
    "agreement": (
        ("what", sa.Text), ("what_readers", sa.String), ("refreshes", sa.String),
        ("safe_to_stop", sa.String), ("stop_why", sa.Text), ("stop_why_readers", sa.String),
    ),
    "locality": (("assessment_working_days", sa.BigInteger),),
}  # fmt: skip


def upgrade() -> None:
    """Make the tables, and the columns of an agreement and of a locality."""
    for table, fields in RECORDS.items():
        op.create_table(
            table,
            sa.Column("scope", sa.String(), nullable=False),
            sa.Column("id", sa.String(), nullable=False),
            *(sa.Column(name, kind(), nullable=True) for name, kind in (*META, *fields)),
            sa.PrimaryKeyConstraint("scope", "id"),
        )
    for table, columns in COLUMNS.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind(), nullable=True))
