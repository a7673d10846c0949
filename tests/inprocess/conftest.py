"""A service whose clock the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.content import Checked
from storage.fields import Keyring
from tests.inprocess.town import Town, unhurried
from tests.shipped import shipped

CONTENT = Path(__file__).resolve().parents[2] / "content"


@pytest.fixture(scope="session")
def checked() -> Checked:
    """The content as it ships; its own conversations are tried elsewhere."""
    return shipped()


@pytest.fixture
async def town(sqlite_url: str, keyring: Keyring, checked: Checked) -> AsyncIterator[Town]:
    """A service that is open to join, at ten on a Monday morning."""
    found = Town(sqlite_url, keyring, checked, CONTENT)
    with unhurried():
        async with found:
            await found.opens()
            yield found
            found.twilio.must_be_clean()
