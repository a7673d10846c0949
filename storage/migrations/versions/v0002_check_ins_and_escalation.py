"""Check-ins, who is told of an alert, and who is on duty."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def add(table: str, *columns: sa.Column[Any]) -> None:
    for column in columns:
        op.add_column(table, column)


def upgrade() -> None:
    add(
        "participants",
        sa.Column("mentor_id", ID, nullable=True),
        sa.Column("backup_id", ID, nullable=True),
        sa.Column("plan_at", sa.BigInteger(), nullable=True),
        sa.Column("planned_at", sa.BigInteger(), nullable=True),
    )
    partial_index("ix_participants_plan", "participants", ["plan_at", "id"], "plan_at IS NOT NULL")
    partial_index("ix_participants_leaving", "participants", ["erase_asked_at", "id"], "erase_asked_at IS NOT NULL")
    partial_index("ix_participants_mentor_id", "participants", ["mentor_id"], "mentor_id IS NOT NULL")

    add(
        "staff",
        sa.Column("prefers", sa.String(length=20), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("cover_id", ID, nullable=True),
    )
    op.create_table(
        "shifts",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("starts", sa.SmallInteger(), nullable=False),
        sa.Column("ends", sa.SmallInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_shifts_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    op.create_index("ix_shifts_staff_id", "shifts", ["staff_id"])

    op.add_column("sessions", sa.Column("slot_id", ID, nullable=True))
    op.add_column("sessions", sa.Column("asked_by", ID, nullable=True))
    op.create_table(
        "slots",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("participant_id", ID, nullable=False),
        sa.Column("schedule", sa.String(length=80), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("flow", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.Column("outbox_id", ID, nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("replied_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name=op.f("fk_slots_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint(
            "participant_id", "schedule", "local_date", name=op.f("uq_slots_participant_id_schedule_local_date")
        ),
    )
    partial_index("ix_slots_waiting", "slots", ["look_at", "id"], "status = 'waiting'")
    partial_index("ix_slots_asked", "slots", ["id"], "status = 'asked'")

    add(
        "alerts",
        sa.Column("round_at", sa.BigInteger(), nullable=True),
        sa.Column("consented", sa.Boolean(), nullable=True),
        sa.Column("passed", JSON, nullable=True),
    )
    partial_index("ix_alerts_due", "alerts", ["next_at", "id"], "status <> 'resolved' AND next_at IS NOT NULL")
    op.create_table(
        "pages",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("alert_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("round_at", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outbox_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_pages_alert_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_pages_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint(
            "alert_id",
            "staff_id",
            "round_at",
            "step",
            "channel",
            name=op.f("uq_pages_alert_id_staff_id_round_at_step_channel"),
        ),
    )
    op.create_index("ix_pages_staff_id", "pages", ["staff_id", "at"])
    op.create_index("ix_pages_outbox_id", "pages", ["outbox_id"])
    # alerts that an older program left open: everything about them begins again under the new rules
    op.execute("UPDATE alerts SET next_at = opened_at, round_at = opened_at WHERE status <> 'resolved' AND NOT is_test")
    # people who have joined are planned for at once
    op.execute("UPDATE participants SET plan_at = joined_at WHERE status = 'active'")
