"""A service whose clock the test moves, providers that do as they are told, and somebody outside who counts calls."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import Executable, insert, select, update

from bot.app import App
from bot.channels.base import Messenger, Outgoing
from bot.clockwork import Tick
from bot.config import Settings, read_settings
from bot.content import Checked
from bot.watching import Watchman
from flows.effects import Purpose
from flows.model import Channel
from storage import people, staff, tables
from storage.database import Database
from storage.fields import Keyring
from storage.outbox import PRIORITY, read_body, write_body
from storage.statements import Db

MINUTE = timedelta(minutes=1)
NOW = datetime(2027, 3, 1, 10, tzinfo=UTC)  # ten on a Monday morning
TOKEN = "a-canary-in-the-address"


@dataclass
class Carrier:
    """A channel. ``refuses`` is raised for every message; without it they arrive, and ``sent`` holds them."""

    channel: Channel
    refuses: Exception | None = None
    sent: list[Outgoing] = field(default_factory=list)

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def send(self, outgoing: Outgoing) -> str:
        if self.refuses is not None:
            raise self.refuses
        self.sent.append(outgoing)
        return f"{self.channel}-{len(self.sent)}"


class Outside:
    """Whoever watches the heartbeat: counts the calls, and answers with ``status``."""

    def __init__(self) -> None:
        self.calls = 0
        self.status = 200
        application = web.Application()
        application.router.add_get(f"/{TOKEN}", self._called)
        self.server = TestServer(application)

    @property
    def url(self) -> str:
        return str(self.server.make_url(f"/{TOKEN}"))

    async def _called(self, _: web.Request) -> web.Response:
        self.calls += 1
        return web.Response(status=self.status)


class Tower:
    """For use in ``async with``. ``minute`` lets one pass, as the clockwork would."""

    def __init__(self, database_url: str, keyring: Keyring, checked: Checked) -> None:
        self.now = NOW
        self.seconds = 1000.0  # the clock that nobody can set
        self.ticking = True
        self.hanging = ""  # a tick that has not come back
        self.people = 0
        self.outside = Outside()
        self.sms, self.telegram = Carrier(Channel.SMS), Carrier(Channel.TELEGRAM)
        self._url, self._keyring, self._checked = database_url, keyring, checked

    async def __aenter__(self) -> Self:
        await self.outside.server.start_server()
        self.database = Database.open(self._url, self._keyring, hold=True)
        self.app = App(
            self._settings(), self.database, self._checked, draw=random.Random(7).randrange, now=lambda: self.now
        )
        self.app.watchman = Watchman(self.app, wall=lambda: self.now, monotonic=lambda: self.seconds)
        channels: dict[Channel, Messenger] = self.app.channels
        channels[Channel.SMS], channels[Channel.TELEGRAM] = self.sms, self.telegram
        nothing: Tick = _does_nothing
        self.ticks = {
            name: (every, tick if name == "heartbeat" else nothing)
            for name, (every, tick) in self.app.clockwork.ticks().items()
        }
        self.app.clockwork.ticks = lambda: self.ticks  # type: ignore[method-assign]
        # a scheduler that runs and never fires: the test ticks
        self.app.clockwork.start(datetime(2999, 1, 1, tzinfo=UTC))
        self.coordinator = self.staff("+447700900099")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.app.stop()
        self.database.close()
        await self.outside.server.close()

    def _settings(self) -> Settings:
        return read_settings(
            {
                "DATABASE_URL": self._url,
                "PUBLIC_URL": "https://fingerpost.test",
                "FINGERPOST_KEYS": self._keyring.format(),
                "CONSOLE_SECRET": "a secret of the console, long enough",
                "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
                "TWILIO_AUTH_TOKEN": "x" * 32,
                "TWILIO_FROM": "+447700900000",
                "TELEGRAM_BOT_TOKEN": "123456:abc-DEF",
                "HEARTBEAT_URL": self.outside.url,
            }
        )

    # ------------------------------------------------------------ time

    def passes(self, length: timedelta) -> None:
        self.now += length
        self.seconds += length.total_seconds()

    async def minute(self) -> int:
        """A minute passes; how often it called outside."""
        before = self.outside.calls
        self.passes(MINUTE)
        if self.ticking:
            await self.ticks_but(self.hanging)
        return self.outside.calls - before

    async def ticks_but(self, *names: str) -> None:
        for name in self.ticks:
            if name not in names:
                await self.app.clockwork.run(name)

    async def told(self) -> list[str]:
        """What coordinators were told of the service since the last time, oldest first; it arrives."""

        def unit(db: Db) -> list[str]:
            queued = tables.outbox.c.about.like("service fault%"), tables.outbox.c.status == "queued"
            rows = db.connection.execute(select(tables.outbox).where(*queued).order_by(tables.outbox.c.id)).all()
            words = [read_body(db.vault.open("outbox", "body", row.id, row.body))[0] for row in rows]
            db.connection.execute(update(tables.outbox).where(*queued).values(status="sent", sent_at=self.now))
            return words

        return await self.database.run(unit)

    async def delivers(self) -> None:
        """What may go now goes, and its end is recorded."""
        for _ in range(2):  # the second records what the first began
            await self.app.delivery.cycle()
            await asyncio.gather(*self.app.delivery._under_way)

    async def troubles(self) -> tuple[str, ...]:
        return (await self.app.health()).troubles

    # ------------------------------------------------------------ people and rows

    def staff(self, number: str, channel: Channel = Channel.SMS) -> int:
        """A confirmed coordinator, who uses this phone; their id."""

        def unit(db: Db) -> int:
            address_id = people.address(db, channel, number, self.now)
            code = staff.add(db, "Kim", staff.Role.COORDINATOR, address_id, self.now, lambda _: 0)
            _, member = staff.confirm(db, address_id, code, self.now)
            assert member is not None
            return member.id

        return self.database.run_now(unit)

    def participant(self) -> int:
        self.people += 1
        number = f"+4477009001{self.people:02}"
        found = self.database.run_now(lambda db: people.create_strangers(db, [(Channel.SMS, number)], self.now))
        [contact] = found.values()
        assert contact.participant is not None
        return contact.participant.id

    def add(self, table: Any, **values: Any) -> int:
        """A row as it stands in the database, whoever put it there."""

        def unit(db: Db) -> int:
            row_id = db.ids.next(self.now)
            db.connection.execute(insert(table).values(id=row_id, **values))
            return row_id

        return self.database.run_now(unit)

    def do(self, *statements: Executable) -> None:
        def unit(db: Db) -> None:
            for statement in statements:
                db.connection.execute(statement)

        self.database.run_now(unit)

    def rows(self, statement: Executable) -> list[Any]:
        return self.database.run_now(lambda db: list(db.connection.execute(statement).all()))

    def message(self, purpose: Purpose, age: timedelta, *, status: str = "queued", **more: Any) -> int:
        """A message to somebody that could have gone ``age`` ago."""
        return self.database.run_now(lambda db: self._message(db, purpose, age, status, more))

    def _message(self, db: Db, purpose: Purpose, age: timedelta, status: str, more: dict[str, Any]) -> int:
        row_id = db.ids.next(self.now)
        values: dict[str, Any] = {
            "channel": Channel.SMS,
            "address_id": people.address(db, Channel.SMS, "+447700900002", self.now),
            "purpose": purpose,
            "priority": PRIORITY[purpose],
            "body": db.vault.seal("outbox", "body", row_id, write_body("Hello", ())),
            "status": status,
            "made_at": self.now - age,
            "next_at": self.now - age,
        }
        db.connection.execute(insert(tables.outbox).values(id=row_id, **values | more))
        return row_id

    def alert(self, *, tier: str | None, opened: timedelta, next_at: datetime | None, **more: Any) -> int:
        """An alert that opened so long ago."""
        values: dict[str, Any] = {
            "policy": f"crisis {tier}" if tier else "missed check-in",
            "tier": tier,
            "about": "went quiet",
            "code": str(random.Random(self.now.timestamp()).randrange(10, 9999)),
            "status": "open",
            "snapshot": {},
            "opened_at": self.now - opened,
            "round_at": self.now - opened,
            "next_at": next_at,
        }
        return self.add(tables.alerts, **values | more)


async def _does_nothing() -> None: ...
