"""A service in practice mode, and a clock that stands still until somebody moves it."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import app as wiring
from bot import logs
from bot.app import App
from bot.cli import chat as chatting
from bot.config import read_settings
from bot.content import Checked
from storage.database import Database
from storage.fields import Keyring
from tests.shipped import shipped

CONTENT = Path(__file__).resolve().parents[2] / "content"
MONDAY = datetime(2027, 3, 1, 10, tzinfo=UTC)  # ten in the morning, in winter time

Client = TestClient[web.Request, web.Application]


@pytest.fixture(scope="session")
def checked() -> Checked:
    """The content as it ships; its own conversations are tried elsewhere."""
    return shipped()


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


class Terminal:
    """Types lines through a pipe and gives what was printed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys
        self.complaint = ""  # what went to standard error

    def types(self, *lines: str, flow: str = "", look: str = "sms", save: str = "", status: int = 0) -> str:
        self._monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        assert chatting.chat(flow, look, save) == status
        printed = self._capsys.readouterr()
        self.complaint = printed.err
        return printed.out


@pytest.fixture
def terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], still_clock: datetime, checked: Checked
) -> Iterator[Terminal]:
    level = logging.getLogger().level
    monkeypatch.setattr(logs, "configure", lambda _: None)  # it is set up for the whole process
    monkeypatch.setattr(chatting, "load_folder", lambda *_, **__: checked)
    yield Terminal(monkeypatch, capsys)
    logging.getLogger().setLevel(level)
