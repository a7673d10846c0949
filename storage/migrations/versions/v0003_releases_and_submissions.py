"""Releases that go live and come back, and what people hand in for a coordinator to read."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
