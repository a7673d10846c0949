"""The directory's sources, and what is known of its rows; what came of each offer; scores and charts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("alerts", sa.Column("asked", sa.Boolean(), nullable=True))
    op.create_table(
        "directory_sources",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("bundle", sa.LargeBinary(), nullable=True),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.Column("trouble", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_directory_sources")),
    )
    op.create_table(
        "directory_states",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.String(length=40), nullable=True),
        sa.Column("checked_at", sa.BigInteger(), nullable=True),
        sa.Column("hidden_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_states")),
    )

    op.create_table(
        "referrals",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("participant_id", ID, nullable=False),
        sa.Column("group_id", sa.String(length=120), nullable=False),
        sa.Column("initiative", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("offered_at", sa.BigInteger(), nullable=False),
        sa.Column("chosen_at", sa.BigInteger(), nullable=True),
        sa.Column("meets_on", sa.Date(), nullable=True),
        sa.Column("company", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name=op.f("fk_referrals_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
    )
    op.create_index("ix_referrals_participant_id", "referrals", ["participant_id", "group_id"])
    still_open = sa.text("status IN ('offered', 'chosen')")
    op.create_index(
        "uq_referrals_open",
        "referrals",
        ["participant_id", "group_id"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_table(
        "group_reports",
        sa.Column("group_id", sa.String(length=120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "day", name=op.f("pk_group_reports")),
    )
    op.create_table(
        "unmet_needs",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("near", sa.String(length=40), nullable=False),
        sa.Column("need", sa.String(length=40), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "near", "need", name=op.f("pk_unmet_needs")),
    )
