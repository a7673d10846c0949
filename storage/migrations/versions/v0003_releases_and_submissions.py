"""Releases that go live and come back, and what people hand in for a coordinator to read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    op.add_column("releases", sa.Column("taken_back_at", sa.BigInteger(), nullable=True))
    op.add_column("releases", sa.Column("agreement", JSON, nullable=True))
    op.create_table(
        "withdrawals",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("flow", sa.String(length=80), nullable=False),
        sa.Column("spelled", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("reached", ID, nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawals")),
    )

    op.create_table(
        "submissions",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("participant_id", ID, nullable=False),
        sa.Column("queue", sa.String(length=20), nullable=False),
        sa.Column("flow", sa.String(length=80), nullable=False),
        sa.Column("release", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("tell_at", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("untold", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name=op.f("fk_submissions_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
    )
    op.create_index("ix_submissions_participant_id", "submissions", ["participant_id"])
    partial_index("ix_submissions_waiting", "submissions", ["id"], "status = 'waiting'")
    partial_index("ix_submissions_tell", "submissions", ["tell_at", "id"], "tell_at IS NOT NULL")

    op.create_table(
        "kept_values",
        sa.Column("participant_id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name=op.f("fk_kept_values_participant_id")),
        sa.PrimaryKeyConstraint("participant_id", "name", name=op.f("pk_kept_values")),
    )
    op.create_index("ix_kept_values_name", "kept_values", ["name", "at"])
