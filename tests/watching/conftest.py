from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator, Iterator

import pytest

from bot import logs
from bot.content import Checked
from storage.fields import Keyring
from tests.shipped import shipped
from tests.watching.tower import TOKEN, Tower


@pytest.fixture(scope="session")
def checked() -> Checked:
    """The content as it ships; its own conversations are tried elsewhere."""
    return shipped()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the service writes to its log. The log is put back as it was: pytest keeps its own."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("text", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
async def tower(database_url: str, keyring: Keyring, checked: Checked, log: io.StringIO) -> AsyncIterator[Tower]:
    """A service in which all is well, looked after from outside. In no test does its log name the address."""
    async with Tower(database_url, keyring, checked) as found:
        yield found
    assert TOKEN not in log.getvalue()
