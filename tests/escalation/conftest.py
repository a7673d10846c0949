"""An office on both databases, with the shipped content."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import Checked, load_folder
from storage.database import Database
from tests.escalation.office import Office

CONTENT = Path(__file__).resolve().parents[2] / "content"


@pytest.fixture(scope="session")
def checked() -> Checked:
    return load_folder(CONTENT)


@pytest.fixture
def office(database: Database, checked: Checked) -> Office:
    return Office(database, checked)
