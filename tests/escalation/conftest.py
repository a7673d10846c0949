"""An office on both databases, with the shipped content."""

from __future__ import annotations

import pytest

from bot.content import Checked
from storage.database import Database
from tests.escalation.office import Office
from tests.shipped import shipped


@pytest.fixture(scope="session")
def checked() -> Checked:
    return shipped()


@pytest.fixture
def office(database: Database, checked: Checked) -> Office:
    return Office(database, checked)
