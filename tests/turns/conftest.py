"""A table on both databases, with the shipped content; once as it is, once with the gate already open."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import Checked, load_folder
from storage.database import Database
from tests.turns.table import Table

CONTENT = Path(__file__).resolve().parents[2] / "content"


@pytest.fixture(scope="session")
def checked() -> Checked:
    """The shipped content, as a real service runs it."""
    return load_folder(CONTENT)


@pytest.fixture
def closed_table(database: Database, checked: Checked) -> Table:
    return Table(database, checked)


@pytest.fixture
def table(closed_table: Table) -> Table:
    closed_table.opens()
    return closed_table
