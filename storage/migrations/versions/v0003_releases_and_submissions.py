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
