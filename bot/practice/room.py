"""The practice room: phones on the table and a clock on the wall. The browser page and the terminal both stand in it.

Everything goes through the service's own code; only time is moved by hand. No real channel can be named here.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from bot.app import App, PracticeClock
from bot.channels.base import readable
from bot.practice.phones import Bubble, Memory, Phone
from flows.effects import Button
from flows.errors import Unreadable
from flows.model import Heard, Inbound, Session
from storage import alerts, due, ends, exchanges, marks, records, sessions, submissions
from storage.alerts import Alert
from storage.due import Due
from storage.statements import Db
from storage.submissions import Submission

AHEAD = "practice clock"  # a mark: how many seconds the practice clock is ahead of the real one
LONGEST_TEXT = 1600  # characters: no provider takes a longer one
MOST_ROUNDS = 400
PAUSE = 0.005  # seconds between two looks at a message that the service's own loop has in hand


class Behind(NamedTuple):
    """The conversation that a phone is in; the alerts of everybody, and what waits for staff to decide."""

    session: Session | None
    alerts: list[Alert]
    submissions: list[Submission]


class Room:
    """``app`` runs in practice mode; whether its own loops run as well makes no difference."""

    def __init__(self, app: App) -> None:
        assert app.settings.practice, "practice never touches a service that reaches people"
        assert isinstance(app.clock, PracticeClock), "in practice mode the clock can be moved"
        self.app = app
        self.clock = app.clock
        self.memory = Memory()
        self._sent = 0
        self._moving = asyncio.Lock()

    # ------------------------------------------------------------ phones

    async def look(self, phone: Phone) -> tuple[Bubble, ...]:
        """What is on a phone's screen now."""
        now = self.clock()
        received, written = await self.app.database.run(lambda db: exchanges.at(db, phone.channel, phone.address))
        self.memory.see(phone, received, written, now)
        return self.memory.bubbles(phone)

    async def behind(self, phone: Phone) -> Behind:
        """What the service knows besides the messages."""

        def unit(db: Db) -> Behind:
            stored = None
            with suppress(Unreadable):  # the keys of an earlier run are gone: what they sealed cannot be shown
                if (person := records.find(db, phone.channel, phone.address)) is not None:
                    stored = sessions.load_open(db, [person.id]).get(person.id)
            session = stored.session if stored is not None else None
            return Behind(session, alerts.unresolved(db), submissions.waiting(db))

        return await self.app.database.run(unit)

    async def send(self, phone: Phone, text: str) -> None:
        """Text the bot, and return once it has answered. Raises StorageError when it could not be stored."""
        await self._take(phone, readable(text, LONGEST_TEXT), Heard.TEXT)

    async def tap(self, phone: Phone, data: str) -> None:
        """Tap a button, by what the button holds: ``question:value``."""
        await self._take(phone, readable(data, LONGEST_TEXT), Heard.TAP)

    async def _take(self, phone: Phone, said: str, kind: Heard) -> None:
        now = self.clock()
        self._sent += 1
        key = f"practice-{(now - datetime(1970, 1, 1, tzinfo=now.tzinfo)) // timedelta(microseconds=1)}-{self._sent}"
        question, _, value = said.partition(":")
        tapped = kind is Heard.TAP
        inbound = Inbound(
            channel=phone.channel,
            provider_id=key,
            address=phone.address,
            kind=kind,
            text=value if tapped else said,
            tap=question if tapped else "",
            sent_at=now,
        )
        label = self._button(phone, said).label if tapped else said
        await self.app.take(inbound)
        self.memory.typed(phone, key, label, now)
        await self.look(phone)
        await self.deliver()

    def _button(self, phone: Phone, data: str) -> Button:
        """The button that was tapped, as the phone shows it."""
        shown = (button for bubble in reversed(self.memory.bubbles(phone)) for button in bubble.buttons)
        return next((button for button in shown if button.data == data), Button(data.partition(":")[2] or data, data))

    # ------------------------------------------------------------ the clock

    async def restore(self) -> None:
        """Set the clock to where an earlier run of the service left it: what was stored then must not lie ahead."""
        kept = await self.app.database.run(lambda db: marks.get(db, AHEAD))
        if kept is not None:
            self.clock.ahead = max(self.clock.ahead, timedelta(seconds=float(kept)))

    async def coming(self) -> Due | None:
        """The next thing that time will bring, to anybody."""
        return await self.app.database.run(partial(due.next_due, after=self.clock()))

    async def move(self, to: datetime) -> None:
        """Move the clock on, stopping at everything that comes due on the way, in its order."""
        async with self._moving:
            reached = self.clock()
            await self.catch_up()
            while (coming := await self.app.database.run(partial(due.next_due, after=reached))) and coming.at <= to:
                reached = coming.at
                await self._set(reached)
                await self.catch_up()
            await self._set(to)
            await self.catch_up()

    async def _set(self, to: datetime) -> None:
        self.clock.to(to)
        seconds, now = str(self.clock.ahead.total_seconds()), self.clock()

        def unit(db: Db) -> None:
            marks.put(db, AHEAD, seconds, now)

        await self.app.database.run(unit)

    async def catch_up(self) -> None:
        """All that is due now, what it sends, and goodbyes."""
        clockwork = self.app.clockwork
        for name, (_, tick) in clockwork.ticks().items():
            if name not in ("goodbyes", "heartbeat"):
                await tick()
        await self.deliver()
        for phone in self.memory.phones:
            await self.look(phone)  # before a goodbye: a phone keeps what the service forgets
        await clockwork.goodbyes()

    async def deliver(self) -> None:
        """Until nothing more may go now."""
        for _ in range(MOST_ROUNDS):
            wait = await self.app.delivery.cycle()
            await self.app.delivery.finish()
            now = self.clock()
            outbox = await self.app.database.run(partial(ends.health, now=now))
            if outbox.waiting_since is None and not outbox.sending:
                return
            if wait:
                await asyncio.sleep(PAUSE)
