"""A copy that runs takes nothing away from the service that it was made from, and sends nothing that one had begun."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from bot import app as wiring
from bot.app import App
from bot.config import read_settings
from flows.effects import Purpose
from storage import arming, home
from storage.database import Database
from storage.fields import Keyring
from tests.e2e.service import Service
from tests.edges.scripted import World
from tests.fakes.telegram import TelegramFake
from tests.fakes.twilio import TwilioFake
from tests.shipped import CONTENT, shipped
from tests.storage.scene import NOW

SAM = "+447700900123"
LINES = "Samaritans: 116 123"
WAYS = {
    "polling": {"TELEGRAM_MODE": "polling"},
    "webhook": {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": "a-secret-of-the-webhook"},
}


def asked(telegram: TelegramFake) -> set[str]:
    """What Telegram was asked for, by those who fetch from it or say where they are."""
    return {method for method, _ in telegram.calls_made} | ({"getUpdates"} if telegram.polls else set())


@pytest.mark.parametrize(("way", "once_armed"), [("polling", "getUpdates"), ("webhook", "setWebhook")])
async def test_telegram_is_left_to_the_service_that_it_was_made_from_until_it_is_armed(
    way: str, once_armed: str, sqlite_url: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever fetches takes the messages away from everybody else; whoever sets a webhook does so for good."""
    monkeypatch.setattr(wiring, "ARMED_WITHIN", 0.01)
    async with TelegramFake() as telegram:
        environ = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url, **WAYS[way]}
        environ |= {"DATABASE_URL": sqlite_url, "CONTENT_DIR": str(CONTENT), "PUBLIC_URL": "https://fingerpost.test"}
        settings = read_settings(environ | {"FINGERPOST_KEYS": keyring.format()})
        telegram.chat(770_001).writes("hello")
        with Database.open(sqlite_url, keyring, hold=True) as database:
            database.run_now(lambda db: arming.hold(db, arming.COPIED, NOW))
            app = App(settings, database, shipped())
            await app.start()
            try:
                for name in 2 * [*app.clockwork.ticks()]:  # by then whoever fetches has begun to
                    await app.clockwork.run(name)
                assert asked(telegram) == set()
                assert len(telegram.updates) == 1
                database.run_now(lambda db: arming.arm(db, NOW, moved=False))
                await telegram.happenings.until(
                    lambda: once_armed in asked(telegram) or None, lambda: f"armed, and asked only {asked(telegram)}"
                )
            finally:
                await app.stop()


async def test_a_crisis_reply_that_was_half_sent_when_it_was_made_goes_out_no_second_time(database: Database) -> None:
    """The service that it was made from knows how that send ended, and may have sent it once more already."""
    world = World(database)
    world.sms.script[SAM] = [asyncio.Event()]
    row = world.queue(LINES, SAM, Purpose.CRISIS)
    await world.turn()
    assert world.status(row) == "sending"
    world.after(60)
    database.run_now(lambda db: arming.hold(db, arming.RESTORED, world.now))
    copy = world.restarted()
    await copy.recover()
    await world.pass_seconds(300, step=20)
    assert world.status(row) == "sending"
    database.run_now(lambda db: arming.arm(db, world.now, moved=False))
    await copy.recover()
    await world.pass_seconds(300, step=20)
    assert world.status(row) == "unknown"
    assert world.sms.texts == [LINES]


async def test_a_start_sees_that_its_database_was_carried_here(
    migrated_file: Path, tmp_path: Path, keyring: Keyring
) -> None:
    """The real process: it says so on its terminal and in /health, and serves all the same."""
    first = tmp_path / "first"
    first.mkdir()
    shutil.copy(migrated_file, first / "fingerpost.db")
    with Database.open(f"sqlite:///{first / 'fingerpost.db'}", keyring, hold=True) as database:
        assert home.settle(database, "0a1b2c3d", NOW) is None
    second = shutil.copytree(first, tmp_path / "second")
    async with TwilioFake() as twilio:
        settings = {
            "DATABASE_URL": f"sqlite:///{second / 'fingerpost.db'}",
            "CONTENT_DIR": str(CONTENT),
            "PUBLIC_URL": "https://fingerpost.test",
            "FINGERPOST_KEYS": keyring.format(),
            "TWILIO_ACCOUNT_SID": twilio.account_sid,
            "TWILIO_AUTH_TOKEN": twilio.auth_token,
            "TWILIO_FROM": twilio.number,
            "TWILIO_API_URL": twilio.url,
        }
        service = Service(settings, tmp_path)
        try:
            await service.starts()
            await service.says("This database is a copy (copied")
            _, health = await service.asks("/health")
            assert "a copy that is not armed" in health
            assert await service.stops() == 0
        finally:
            await service.is_killed()
