"""A service in practice mode, and a clock that stands still until somebody moves it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import app as wiring
from bot.app import App
from bot.config import read_settings
from bot.content import Checked, check_folder
from storage.database import Database
from storage.fields import Keyring

CONTENT = Path(__file__).resolve().parents[2] / "content"
MONDAY = datetime(2027, 3, 1, 10, tzinfo=UTC)  # ten in the morning, in winter time

Client = TestClient[web.Request, web.Application]


@pytest.fixture(scope="session")
def checked() -> Checked:
    """The content as it ships; its own conversations are tried elsewhere."""
    found = check_folder(CONTENT, tests=False)
    assert found.conversation is not None, found.errors
    return found


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The real time is ten on a Monday morning, and stays so."""
    monkeypatch.setattr(wiring, "clock", lambda: MONDAY)
    return MONDAY


@pytest.fixture
async def app(sqlite_url: str, keyring: Keyring, checked: Checked, still_clock: datetime) -> AsyncIterator[App]:
    """A service in practice mode whose own loops do not run: what happens, the practice room makes happen."""
    with Database.open(sqlite_url, keyring) as database:
        found = App(read_settings({"CONTENT_DIR": str(CONTENT)}), database, checked)
        await found.go_live(checked)
        yield found
        await found.inlet.close()


@pytest.fixture
async def client(app: App) -> AsyncIterator[Client]:
    async with TestClient(TestServer(app.web())) as client:
        yield client
