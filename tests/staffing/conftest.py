"""A service with people who support each other, on both databases."""

from __future__ import annotations

import pytest

from tests.staffing.room import Room
from tests.turns.conftest import checked, closed_table, database, table
from tests.turns.table import Table

__all__ = ["checked", "closed_table", "database", "table"]


@pytest.fixture
def room(table: Table) -> Room:
    """Open to join; Ana coordinates, Ben mentors Sam, Cai is Sam's backup, and it is Monday at ten."""
    return Room(table)
