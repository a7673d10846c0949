"""A table on both databases, with the shipped content; once as it is, once with the gate already open."""

from __future__ import annotations

import pytest

from bot.content import Checked
from storage.database import Database
from tests.shipped import shipped
from tests.turns.table import Table


@pytest.fixture(scope="session")
def checked() -> Checked:
    """The shipped content, as a real service runs it."""
    return shipped()


@pytest.fixture
def closed_table(database: Database, checked: Checked) -> Table:
    return Table(database, checked)


@pytest.fixture
def table(closed_table: Table) -> Table:
    closed_table.opens()
    return closed_table
