"""A database of its own, where it makes no difference which."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.database import Database
from storage.fields import Keyring


@pytest.fixture
def sqlite_database(sqlite_url: str, keyring: Keyring) -> Iterator[Database]:
    with Database.open(sqlite_url, keyring, inline=True) as opened:
        yield opened
