"""A channel that does as it is told, and the little of a service that delivery needs around it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.channels.base import Messenger, Outgoing
from bot.delivery import Delivery
from bot.undelivered import Undelivered
from flows.effects import Button, Purpose
from flows.model import Channel
from storage import outbox, people
from storage.claiming import Hours
from storage.database import Database
from storage.outbox import Message
from storage.statements import Db
from storage.tables import addresses
from storage.tables import outbox as outbox_table

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
Answer = str | BaseException | asyncio.Event


@dataclass
class Scripted:
    """Answers sends in turn from ``script`` (by address, or for all): an id, an error, or an event to wait for."""

    channel: Channel
    sent: list[Outgoing] = field(default_factory=list)
    script: dict[str, list[Answer]] = field(default_factory=dict)

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def send(self, outgoing: Outgoing) -> str:
        self.sent.append(outgoing)
        for key in (outgoing.address, ""):
            if self.script.get(key):
                answer = self.script[key].pop(0)
                if isinstance(answer, asyncio.Event):
                    await answer.wait()
                    break
                if isinstance(answer, BaseException):
                    raise answer
                return answer
        return f"id-{outgoing.outbox_id}"

    @property
    def texts(self) -> list[str]:
        return [each.text for each in self.sent]


@dataclass
class World:
    """A database, two channels, a clock that moves when told, and delivery between them."""

    database: Database
    now: datetime = START
    sms: Scripted = field(default_factory=lambda: Scripted(Channel.SMS))
    telegram: Scripted = field(default_factory=lambda: Scripted(Channel.TELEGRAM))
    told: list[Undelivered] = field(default_factory=list)
    tell: Callable[[Undelivered], None] = lambda _: None
    quiet_until: datetime | None = None

    def __post_init__(self) -> None:
        self.delivery = self.restarted()

    def restarted(self, *without: Channel) -> Delivery:
        both: Mapping[Channel, Messenger] = {Channel.SMS: self.sms, Channel.TELEGRAM: self.telegram}
        messengers = {channel: messenger for channel, messenger in both.items() if channel not in without}
        self.delivery = Delivery(
            self.database, messengers, clock=lambda: self.now, hours=self._hours, undeliverable=self._told
        )
        return self.delivery

    def _hours(self, now: datetime) -> Hours:
        return Hours(quiet_until=lambda _: self.quiet_until, today=lambda _: now.date())

    def _told(self, db: Db, undelivered: Undelivered, now: datetime) -> None:
        self.told.append(undelivered)
        self.tell(undelivered)

    def after(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def queue(
        self,
        text: str,
        to: str = "+447700900123",
        purpose: Purpose = Purpose.REPLY,
        *,
        channel: Channel = Channel.SMS,
        crisis: bool = False,
        parts: int = 1,
        expires_at: datetime | None = None,
        buttons: tuple[Button, ...] = (),
        staff_id: int | None = None,
    ) -> int:
        def unit(db: Db) -> int:
            message = Message(
                address_id=people.address(db, channel, to, self.now),
                channel=channel,
                purpose=purpose,
                text=text,
                parts=parts,
                buttons=buttons,
                staff_id=staff_id,
                crisis=crisis or purpose is Purpose.CRISIS,
                expires_at=expires_at,
            )
            return outbox.queue(db, [message], self.now)[0]

        return self.database.run_now(unit)

    async def turn(self, cycles: int = 6) -> None:
        """Go through some cycles, letting what was started end between them; no time passes."""
        for _ in range(cycles):
            await self.delivery.cycle()
            for _ in range(5):
                await asyncio.sleep(0)

    async def until(self, happened: Callable[[], bool]) -> None:
        for _ in range(1000):
            if happened():
                return
            await asyncio.sleep(0)
        raise AssertionError("it did not happen")

    async def pass_seconds(self, seconds: float, step: float = 1.0) -> None:
        for _ in range(int(seconds / step)):
            self.after(step)
            await self.turn(3)

    def row(self, outbox_id: int) -> tuple[str, str | None, int]:
        """Status, reason, attempts."""
        columns = outbox_table.c
        with self.database.engine.connect() as connection:
            found = connection.execute(
                outbox_table.select()
                .with_only_columns(columns.status, columns.reason, columns.attempts)
                .where(columns.id == outbox_id)
            ).one()
        return str(found.status), found.reason, int(found.attempts)

    def status(self, outbox_id: int) -> str:
        return self.row(outbox_id)[0]

    def trouble(self, to: str, channel: Channel = Channel.SMS) -> str | None:
        address_id = self.database.run_now(lambda db: people.address(db, channel, to, self.now))
        with self.database.engine.connect() as connection:
            found: str | None = connection.execute(
                addresses.select().with_only_columns(addresses.c.trouble).where(addresses.c.id == address_id)
            ).scalar_one()
        return found
