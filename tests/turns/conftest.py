"""A table on both databases, with the shipped content; once as it is, once with the gate already open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.content import Checked
from storage.database import Database
from storage.fields import Keyring
from tests.shipped import shipped
from tests.turns.table import Table


@pytest.fixture(scope="session")
def checked() -> Checked:
    """The shipped content, as a real service runs it."""
    return shipped()


@pytest.fixture
def database(database_url: str, keyring: Keyring) -> Iterator[Database]:
    """Without threads: whoever sits at a table takes turns. tests/parallel tries those who do not."""
    with Database.open(database_url, keyring, inline=True) as opened:
        yield opened


@pytest.fixture
def closed_table(database: Database, checked: Checked) -> Table:
    return Table(database, checked)


@pytest.fixture
def table(closed_table: Table) -> Table:
    closed_table.opens()
    return closed_table
