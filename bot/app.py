"""Everything that exists, and how it is put together: read it top to bottom. The only place that makes a clock."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from aiohttp import web
from prometheus_client import CollectorRegistry

from bot import alerting, checkins, logs, receipts, turns
from bot.catching_up import CatchingUp
from bot.channels.base import Clock, Messenger
from bot.channels.practice import PracticeMessenger
from bot.channels.telegram import TelegramMessenger
from bot.channels.telegram_poller import TelegramPoller
from bot.channels.twilio import TwilioMessenger
from bot.clockwork import Clockwork
from bot.config import Settings
from bot.content import Checked, Watch
from bot.delivery import Delivery
from bot.desk import Desk, Draw
from bot.directory import Stock
from bot.following import Following
from bot.heartbeat import Heartbeat
from bot.inlet import Inlet
from bot.metrics import Metrics
from bot.resolving import resolve
from bot.undelivered import Undelivered
from bot.watching import Watchman
from bot.web.application import build_app
from bot.web.service import Health
from flows import timing
from flows.errors import SendError
from flows.model import Channel, Inbound
from storage import arming, releases, retention, staff
from storage.claiming import Hours
from storage.database import Database
from storage.forgotten import Keeper
from storage.receipts import Receipt
from storage.statements import Db

log = logs.get_logger(__name__)

ARMED_WITHIN = 1.0  # seconds in which a running copy notices that it was armed


def clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


class PracticeClock:
    """The clock of practice mode: real time, moved on by hand. It never goes back."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return clock() + self.ahead

    def to(self, moment: datetime) -> None:
        """Go to ``moment`` if it lies ahead."""
        self.ahead = max(self.ahead, moment - clock())


class App:
    """The whole service. ``role`` is run (everything), web (what providers call) or worker (sends and keeps time).

    ``now`` is the clock to live by, where it is not the machine's.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        checked: Checked,
        *,
        role: str = "run",
        draw: Draw = secrets.randbelow,
        now: Clock | None = None,
    ) -> None:
        assert checked.conversation is not None, "only content that passed its checks is run"
        self.settings = settings
        self.database = database
        self.role = role
        self.counted = Metrics()
        self.clock: Clock = now or (PracticeClock() if settings.practice else clock)
        self.desk = Desk(checked.conversation, draw)
        self.checked = checked
        self.twilio = (
            TwilioMessenger(settings.twilio, settings.public_url, self.clock) if settings.twilio is not None else None
        )
        self.telegram = TelegramMessenger(settings.telegram, self.clock) if settings.telegram is not None else None
        self.channels = self.messengers()
        self.delivery = Delivery(
            database,
            self.channels,
            clock=self.clock,
            hours=self.hours,
            undeliverable=self.undeliverable,
            metrics=self.counted,
        )
        self.inlet = Inlet(
            database,
            turns=lambda db, arrivals, now: turns.take(db, self.desk, arrivals, now),
            screened=lambda inbound: self.desk.live.screened(inbound),
            clock=self.clock,
            committed=self.delivery.wake.set,
        )
        polls = self.telegram is not None and settings.telegram is not None and settings.telegram.mode == "polling"
        self.poller = (
            TelegramPoller(self.telegram, self.take, self.clock)
            if self.telegram is not None and polls and role != "web"
            else None
        )
        self.catching_up = CatchingUp(
            database,
            self.twilio,
            take=self.take,
            clock=self.clock,
            keep=lambda: self.desk.live.library.service.keep.get(retention.TEXT),
        )
        self.watch = Watch(
            settings.content_dir,
            practice=settings.practice,
            go_live=self.go_live,
            refused=lambda problems: sys.stderr.write("".join(f"{problem}\n" for problem in problems)),
            clock=now or clock,
        )
        self.stock = Stock(database, self.desk)
        self.forgotten = Keeper(settings.forgotten_file if database.path is not None else None)
        self.following = Following(self)
        self.clockwork = Clockwork(self, wall=now or clock)
        # a clock that is given has no other beside it that it could leave behind
        self.watchman = Watchman(
            self, wall=now or clock, monotonic=time.monotonic if now is None else lambda: self.clock().timestamp()
        )
        self.heartbeat = Heartbeat(self)
        self.webhook_trouble = ""
        self._stop = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []
        self._answers: set[asyncio.Task[bool]] = set()

    def messengers(self) -> dict[Channel, Messenger]:
        """The channels that are set up. Practice ones exist only where no real one does."""
        found: dict[Channel, Messenger] = {}
        if self.twilio is not None:
            found[Channel.SMS] = self.twilio
        if self.telegram is not None:
            found[Channel.TELEGRAM] = self.telegram
        if self.settings.practice:
            found[Channel.PRACTICE] = PracticeMessenger(Channel.PRACTICE)
            found[Channel.PRACTICE_TELEGRAM] = PracticeMessenger(Channel.PRACTICE_TELEGRAM)
        return found

    # ------------------------------------------------------------ starting and stopping

    async def start(self) -> None:
        """Open the channels, make the content live, start the loops of this role."""
        for messenger in self.channels.values():
            await messenger.open()
        await self.begin_with(self.checked)
        await self.stock.look()
        self.delivery.held = await self.database.run(arming.held)
        if self.delivery.held is None:
            await self._set_webhook()
        if self.role != "web":
            self.catching_up.begin()
            await self.delivery.recover()
            self._loops.append(asyncio.create_task(self.delivery.run(self._stop), name="delivery"))
            self.clockwork.start(clock())
        if self.delivery.held is not None:
            self._loops.append(asyncio.create_task(self._asks_telegram_once_armed(), name="arming"))
        elif self.poller is not None:
            self._loops.append(asyncio.create_task(self.poller.run(self._stop), name="telegram poller"))
        if self.role != "worker":  # of which there are many, and perhaps without the folder
            self._loops.append(asyncio.create_task(self.watch.run(self._stop), name="content watch"))
        self._loops.append(asyncio.create_task(self.following.run(self._stop), name="release watch"))

    async def _set_webhook(self) -> None:
        telegram = self.settings.telegram
        if self.telegram is None or telegram is None or telegram.mode != "webhook" or self.role == "worker":
            return
        try:
            await self.telegram.set_webhook(f"{self.settings.public_url}/webhooks/telegram")
        except SendError as error:
            # what is set already goes on working, and /health says that this did not
            log.error("webhook.not_set", channel=Channel.TELEGRAM, exc_info=error)
            self.webhook_trouble = "telegram did not take our webhook"

    async def _asks_telegram_once_armed(self) -> None:
        """A copy takes nothing away from the service that it was made from: it neither fetches nor says where it is."""
        while await self.database.run(arming.held) is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), ARMED_WITHIN)
                return
        self.catching_up.begin()
        await self._set_webhook()
        if self.poller is not None:
            self._loops.append(asyncio.create_task(self.poller.run(self._stop), name="telegram poller"))

    async def stop(self) -> None:
        """Take nothing more in, finish what is in hand, close."""
        self._stop.set()
        self.clockwork.stop()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await self.inlet.close()
        await asyncio.gather(*self._answers, return_exceptions=True)
        for messenger in self.channels.values():
            await messenger.close()

    def web(self) -> web.Application:
        """What answers over HTTP."""
        application = build_app(self)
        if self.settings.practice:
            from bot.practice.pages import add_practice

            add_practice(application, self)
        return application

    async def first_coordinator_code(self) -> str:
        """The code that makes its sender the first coordinator; "" once there is a confirmed one."""
        now = self.clock()

        def unit(db: Db) -> str:
            if staff.coordinators(db):
                return ""
            waiting = staff.without_phone(db, staff.Role.COORDINATOR)
            if waiting is not None:
                return staff.new_code(db, waiting, now, self.desk.draw)
            return staff.add(db, "Coordinator", staff.Role.COORDINATOR, None, now, self.desk.draw)

        return await self.database.run(unit)

    # ------------------------------------------------------------ what the front door asks for

    @property
    def metrics(self) -> CollectorRegistry:
        return self.counted.registry

    async def take(self, inbound: Inbound) -> None:
        """Return once it and all that it causes are committed."""
        await self.inlet.take(inbound)
        self.counted.received.labels(inbound.channel, inbound.kind).inc()
        if inbound.callback_id and self.telegram is not None:
            # stops the button from spinning; nothing hangs on it
            task = asyncio.create_task(self.telegram.answer_tap(inbound.callback_id))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def receipt(self, receipt: Receipt) -> None:
        """Return once it is committed."""
        now = self.clock()
        await self.database.run(lambda db: receipts.take(db, [receipt], self.undeliverable, now))
        self.counted.receipts.labels(receipt.status).inc()

    async def health(self) -> Health:
        """How the service is, for /health and /ready."""
        return await self.watchman.health()

    def dead_loops(self) -> list[str]:
        """The loops that have ended although nobody stopped them."""
        return [] if self._stop.is_set() else [loop.get_name() for loop in self._loops if loop.done()]

    # ------------------------------------------------------------ what the loops ask for

    async def begin_with(self, checked: Checked) -> None:
        """At the start: in practice the folder is live; elsewhere what went live last stays so, whoever starts."""
        if self.settings.practice or await self.database.run(releases.live) is None:
            await self.go_live(checked)
            return
        if not checked.stored:
            await self.database.run(self._storing(checked))
        await self.talk_by(checked)

    async def go_live(self, checked: Checked) -> None:
        """Store a release and talk by it from now on; other processes follow."""
        await self.database.run(self._storing(checked, live=True))
        await self.talk_by(checked)

    def _storing(self, checked: Checked, *, live: bool = False) -> Callable[[Db], None]:
        conversation, now = checked.conversation, self.clock()
        assert conversation is not None

        def unit(db: Db) -> None:
            releases.store(db, conversation.library.release, checked.files, now)
            if live:
                releases.go_live(db, conversation.library.release, now)

        return unit

    async def talk_by(self, checked: Checked) -> None:
        """Talk by a release that is live. Conversations under way end in the words they began with."""
        assert checked.conversation is not None
        if self.desk.is_large:
            await asyncio.to_thread(self.desk.go_live, checked.conversation)
        else:
            self.desk.go_live(checked.conversation)
        self.watch.lives(checked)
        await checkins.plan_anew(self.database, checked.conversation.library, self.clock())

    def hours(self, now: datetime) -> Hours:
        """Quiet hours and dates by time zone, as they are ``now``."""
        service = self.desk.live.library.service

        def quiet_until(zone: str) -> datetime | None:
            zone = zone or service.time_zone
            return timing.quiet_ends(now, zone, service) if timing.is_quiet(now, zone, service) else None

        return Hours(
            quiet_until,
            lambda zone: timing.local(now, zone or service.time_zone).date(),
            at_work=lambda: timing.is_working(now, service),
        )

    def undeliverable(self, db: Db, undelivered: Undelivered, now: datetime) -> None:
        """A message reached nobody: whoever must know is told in the same commit."""
        alerting.tell_undelivered(db, self.desk, undelivered, now)

    def is_behind(self) -> bool:
        """Whether somebody may have written while we were away, and we have not fetched it yet."""
        now = self.clock()
        return self.catching_up.is_behind(now) or (self.poller is not None and self.poller.is_behind(now))

    async def resolve_unknown(self) -> None:
        """Ask Twilio what became of sends whose end nobody knows."""
        if self.twilio is not None:
            await resolve(self.database, self.twilio, self.clock, self.undeliverable)
