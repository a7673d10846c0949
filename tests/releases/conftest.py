"""A process or two of a service, on both databases, with the shipped content and with edits of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot import content, following
from bot.content import Checked, check_folder
from storage.database import Database
from storage.fields import Keyring
from tests.releases.desk import CONTENT, Office, remembered


@pytest.fixture(autouse=True)
def reads_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder is read once, however often a test puts it live: that takes longer than all else."""
    for module in (content, following):
        monkeypatch.setattr(module, "read_library", remembered)


@pytest.fixture(scope="session")
def checked() -> Checked:
    """The shipped content; its own conversations are tried elsewhere."""
    return check_folder(CONTENT, tests=False)


@pytest.fixture
async def office(sqlite_office: Office, checked: Checked) -> Office:
    """One process that has started, and people may join; on SQLite, where the database makes no difference."""
    await sqlite_office.app.begin_with(checked)
    sqlite_office.opens()
    return sqlite_office


@pytest.fixture
async def office_on_both(database: Database, checked: Checked, keyring: Keyring) -> Office:
    """The same, once on SQLite and once on PostgreSQL."""
    found = Office(database, checked, keyring)
    await found.app.begin_with(checked)
    found.opens()
    return found


@pytest.fixture
def sqlite_office(sqlite_url: str, checked: Checked, keyring: Keyring) -> Iterator[Office]:
    """A process that has not started yet."""
    with Database.open(sqlite_url, keyring, inline=True) as opened:
        yield Office(opened, checked, keyring)
