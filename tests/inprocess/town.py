"""The whole service inside the test, with a clock that is moved by hand.

Real storage, turns, delivery and web routes, and the providers' fakes over HTTP; only what time brings is ticked by the
test instead of by the clock.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import Executable, delete, func, select, update

from bot import app as wiring
from bot import pacing
from bot.config import read_settings
from bot.content import Checked
from storage import due, tables
from storage.database import Database
from storage.fields import Keyring
from tests.fakes.phones import Phone
from tests.fakes.telegram import TelegramFake
from tests.fakes.twilio import TwilioFake
from tests.fakes.waiting import DEADLINE

PUBLIC_URL = "https://fingerpost.test"
LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2027, 3, 1, 10, tzinfo=UTC)  # ten in the morning, in winter time


class Clock:
    """The only clock there is."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def unhurried() -> Iterator[None]:
    """A clock that stands still refills no bucket, so providers carry any number of messages at once."""
    usual = pacing.PACES
    pacing.PACES = {channel: pacing.Pace(rate=1000, burst=1000) for channel in usual}
    try:
        yield
    finally:
        pacing.PACES = usual


class Town:
    """For use in ``async with``. ``opens`` lets people join; ``goes_to`` and ``passes`` move the clock."""

    def __init__(
        self,
        database_url: str,
        keyring: Keyring,
        checked: Checked,
        content: Path,
        *,
        on_telegram: bool = False,
        more: Mapping[str, str] | None = None,
    ) -> None:
        """``on_telegram``: as well as by SMS. ``more`` settings replace the usual ones."""
        self._on_telegram, self._more = on_telegram, dict(more or {})
        self.clock = Clock()
        self.twilio = TwilioFake(now=self.clock)
        self.telegram = TelegramFake(now=self.clock)
        self._url, self._keyring, self._checked, self._content = database_url, keyring, checked, content
        self._numbers = 100
        self._stop = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self.twilio.__aenter__()
        await self.telegram.__aenter__()
        telegram = {"TELEGRAM_BOT_TOKEN": self.telegram.token, "TELEGRAM_API_URL": self.telegram.url}
        settings = read_settings(
            {
                "DATABASE_URL": self._url,
                "CONTENT_DIR": str(self._content),
                "PUBLIC_URL": PUBLIC_URL,
                "FINGERPOST_KEYS": self._keyring.format(),
                "CONSOLE_SECRET": "a secret of the console, long enough",
                "TWILIO_ACCOUNT_SID": self.twilio.account_sid,
                "TWILIO_AUTH_TOKEN": self.twilio.auth_token,
                "TWILIO_MESSAGING_SERVICE_SID": self.twilio.messaging_service_sid,
                "TWILIO_API_URL": self.twilio.url,
                **(telegram if self._on_telegram else {}),
                **self._more,
            }
        )
        self.database = Database.open(self._url, self._keyring, hold=True)
        self.app = wiring.App(settings, self.database, self._checked, draw=random.Random(7).randrange, now=self.clock)
        for messenger in self.app.channels.values():
            await messenger.open()
        await self.app.go_live(self._checked)
        self._delivering = asyncio.create_task(self.app.delivery.run(self._stop))
        # a receipt that comes while the test ends is not waited for
        self._runner = web.AppRunner(self.app.web(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.twilio.leads_to(PUBLIC_URL, f"http://127.0.0.1:{self._runner.addresses[0][1]}")
        self.twilio.inbound_url = f"{PUBLIC_URL}/webhooks/twilio/message"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        await self._delivering
        await self._runner.cleanup()
        for messenger in self.app.channels.values():
            await messenger.close()
        self.database.close()
        await self.telegram.__aexit__(kind, error, trace)
        await self.twilio.__aexit__(kind, error, trace)

    # ------------------------------------------------------------ people

    def new_phone(self) -> Phone:
        """A phone that nobody has used yet."""
        self._numbers += 1
        return self.twilio.phone(f"+447700900{self._numbers}")

    @property
    def coordinator(self) -> Phone:
        return self.twilio.phone("+447700900999")

    async def opens(self) -> None:
        """Pair the first coordinator and go through the crisis drill."""
        await self.coordinator.says(await self.app.first_coordinator_code())
        drill = await self.coordinator.hears("TEST")
        await self.coordinator.says(drill[drill.index("ON IT") :].split(" to ")[0])
        await self.coordinator.hears("people can join now")

    @contextmanager
    def unreachable(self) -> Iterator[None]:
        """Webhooks come to nobody: the service is down, or the way to it is."""
        way = self.twilio.ways[PUBLIC_URL]
        self.twilio.leads_to(PUBLIC_URL, "http://127.0.0.1:9")
        try:
            yield
        finally:
            self.twilio.leads_to(PUBLIC_URL, way)

    # ------------------------------------------------------------ time

    async def goes_to(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        """Move the clock on to this time of day in London, ``days`` from today, and do what falls due by then."""
        local = self.clock.now.astimezone(LONDON) + timedelta(days=days)
        target = local.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)
        assert target > self.clock.now, "time does not go back"
        await self.passes(target - self.clock.now)

    async def passes(self, length: timedelta) -> None:
        """Let time pass, stopping wherever something falls due, and do it."""
        await self.ticks()  # what a phone has heard is written down, and check-ins are planned, before the clock moves
        end = self.clock.now + length
        while self.clock.now < end:
            self.clock.now = min(end, max(self._next_due(), self.clock.now + timedelta(minutes=1)))
            await self.ticks()

    def _next_due(self) -> datetime:
        """When the next thing falls due; a day from now where nothing does."""
        coming = self.database.run_now(lambda db: due.next_due(db, self.clock.now))
        return coming.at if coming is not None else self.clock.now + timedelta(days=1)

    def nobody_is_due(self) -> None:
        """No check-in comes by itself from now on, nor what was booked."""
        everybody = update(tables.participants).values(plan_at=None)
        self.database.run_now(lambda db: db.connection.execute(everybody))
        self.nothing_is_booked()

    def nothing_is_booked(self) -> None:
        """As after joining long ago: the first look at all nine is not to come."""
        self.database.run_now(lambda db: db.connection.execute(delete(tables.bookings)))

    async def ticks(self) -> None:
        """Do all that is due now, and wait until what may go out has gone."""
        for _, tick in self.app.clockwork.ticks().values():
            await tick()
        self.app.delivery.wake.set()
        await self.rests()

    async def rests(self) -> None:
        """Wait until nothing is on its way, and what still waits waits for a time of its own."""
        deadline = asyncio.get_running_loop().time() + DEADLINE
        quiet = 0
        while quiet < 3:
            assert asyncio.get_running_loop().time() < deadline, "messages are still on their way"
            await asyncio.sleep(0.01)  # delivery runs beside us and has nothing to tell us when it has nothing to do
            sending = self.one(select(func.count()).where(tables.outbox.c.status == "sending"))
            quiet = 0 if sending or self.app.delivery.under_way or self.app.delivery.wake.is_set() else quiet + 1

    # ------------------------------------------------------------ what is kept

    def rows(self, query: Executable) -> list[Any]:
        return self.database.run_now(lambda db: list(db.connection.execute(query).all()))

    def one(self, query: Executable) -> Any:
        return self.rows(query)[0][0]

    def alerts(self) -> list[str]:
        """The policies of all alerts but drills, oldest first."""
        alerts = tables.alerts.c
        return [row.policy for row in self.rows(select(alerts.policy).where(~alerts.is_test).order_by(alerts.id))]
