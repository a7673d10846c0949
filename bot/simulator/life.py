"""One life of the service: from its start to its end, which may come between any two steps and undoes nothing."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Engine

from bot.app import App
from bot.channels.base import Messenger, Outgoing
from bot.channels.telegram import TelegramMessenger
from bot.channels.twilio import TwilioMessenger
from bot.simulator.account import CALL, Leaving
from bot.simulator.pulse import Pulse
from bot.simulator.wires import Wire
from flows.errors import CommitUnknown, DatabaseBusy, OutcomeUnknown, SendFailed
from flows.model import Channel, Inbound
from storage.database import Database, Unit
from storage.fields import Keyring, Vault
from storage.ids import Ids

if TYPE_CHECKING:
    from bot.simulator.world import World

T = TypeVar("T")
LIFE: ContextVar[Life | None] = ContextVar("life", default=None)


class Killed(BaseException):
    """The process is gone: nothing catches this, and nothing after it happens."""


class Life:
    """The tasks of one process, and the step at which it is to die (None: it may live)."""

    def __init__(self, world: World, engine: Engine, node: int) -> None:
        self.world = world
        self.database = MortalDatabase(self, engine, node)
        self.app = Service(self)
        self.dead = False
        self.last_step: int | None = None
        self._tasks: dict[asyncio.Task[Any], None] = {}

    def step(self, where: str) -> None:
        """The edge of something that matters: before and after a commit, before and after a call to a provider."""
        if self.dead:
            raise Killed
        if self.last_step is not None:
            self.last_step -= 1
            if self.last_step <= 0:
                self.world.trace.add("killed", where)
                self.world.weather.struck[f"crash {where}"] += 1
                self.world.dies(self)
                raise Killed

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task of this process."""
        context = contextvars.Context()
        context.run(LIFE.set, self)
        return asyncio.get_running_loop().create_task(work, context=context)

    def owns(self, task: asyncio.Task[Any]) -> None:
        self._tasks[task] = None
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    def kill(self) -> None:
        self.dead = True
        for task in list(self._tasks):
            task.cancel()


def make_task(loop: asyncio.AbstractEventLoop, work: Any, **given: Any) -> asyncio.Task[Any]:
    """The loop's task factory: whatever a task of a process starts belongs to that process."""
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **given)
    context = given.get("context")
    life = context.get(LIFE) if context is not None else LIFE.get()
    if life is not None:
        life.owns(task)
    return task


class MortalDatabase(Database):
    """Every unit on the caller's thread, on a database that outlives this process."""

    def __init__(self, life: Life, engine: Engine, node: int) -> None:
        super().__init__(engine, Vault(life.world.keyring), Ids(node), None, inline=True)
        self._life = life

    def _transact(self, connection: Connection, unit: Unit[T]) -> T:
        life, weather = self._life, self._life.world.weather
        life.step("before a commit")
        if weather.strikes("database busy"):
            raise DatabaseBusy("busy")
        unknown = weather.strikes("commit unknown")
        if unknown and life.world.chance.random() < 0.5:
            raise CommitUnknown("not written")
        result = super()._transact(connection, unit)
        life.world.committed()
        life.step("after a commit")
        if unknown:
            raise CommitUnknown("written")
        return result


class Service(App):
    """The real service. Only what lies outside the process is simulated: the providers' ends of the wires."""

    def __init__(self, life: Life) -> None:
        self.life = life
        world = life.world
        super().__init__(
            world.settings, life.database, world.content.live, draw=world.chance.randrange, now=world.clock
        )
        self.clockwork._wall = lambda: world.clock.starts  # real time stands still here
        self.catching_up._take = self.takes_missed

    def messengers(self) -> dict[Channel, Messenger]:
        world, settings = self.life.world, self.settings
        assert settings.twilio is not None
        assert settings.telegram is not None
        self.twilio = WiredTwilio(settings.twilio, settings.public_url, self.clock)
        self.twilio.wire = Wire(world.sms)
        self.telegram = WiredTelegram(settings.telegram, self.clock)
        self.telegram.wire = Wire(world.chats)
        return {
            Channel.SMS: Edge(self.life, self.twilio),
            Channel.TELEGRAM: Edge(self.life, self.telegram),
        }

    async def takes_missed(self, inbound: Inbound) -> None:
        """A text that the service has fetched by itself: nobody is told that it is safe, but so it is."""
        await self.take(inbound)
        if not self.life.dead:
            self.life.world.fetched(inbound.provider_id)

    async def begin(self, *, recovers: bool) -> None:
        """What ``start`` does, but for the scheduler and the watch over files, which live by real time."""
        for messenger in self.channels.values():
            await messenger.open()
        await self.go_live(self.checked)
        if recovers:
            self.catching_up.begin()
            await self.delivery.recover()
        pulse = Pulse(self)
        self.life.world.pulses[self.life] = pulse
        for loop in (self.delivery.run(self._stop), pulse.run()):
            self._loops.append(asyncio.create_task(loop))
        if self.poller is not None and recovers:
            self._loops.append(asyncio.create_task(self.poller.run(self._stop)))


class WiredTwilio(TwilioMessenger):
    wire: Wire

    async def open(self) -> None:
        self._session = self.wire  # type: ignore[assignment]


class WiredTelegram(TelegramMessenger):
    wire: Wire

    async def open(self) -> None:
        self._session = self.wire  # type: ignore[assignment]


class Edge:
    """A messenger, with somebody standing at the door who writes down what leaves."""

    def __init__(self, life: Life, inner: Messenger) -> None:
        self._life = life
        self._inner = inner
        self.channel = inner.channel
        self.open: Callable[[], Coroutine[Any, Any, None]] = inner.open
        self.close: Callable[[], Coroutine[Any, Any, None]] = inner.close

    async def send(self, outgoing: Outgoing) -> str:
        world = self._life.world
        self._life.step("before a send")
        call = Leaving(
            outgoing.outbox_id,
            str(self.channel),
            outgoing.address,
            str(outgoing.purpose),
            outgoing.text,
            world.clock.true(),
            world.clock(),
        )
        world.leaves(call)
        CALL.set(call)
        try:
            provider_id = await self._inner.send(outgoing)
        except SendFailed as error:
            call.end = f"refused {error.code}"
            if error.retry_at is not None:
                call.wait_until = error.retry_at - world.clock.wrong
            raise
        except OutcomeUnknown:
            call.end = "unknown"
            raise
        else:
            call.end = "sent"
        finally:
            if not self._life.dead:
                world.trace.add("send", call.channel, call.outbox_id, call.end)
        self._life.step("after a send")
        return provider_id


def fixed_keyring() -> Keyring:
    """The same keys in every world, so that nothing depends on them."""
    return Keyring({"k1": bytes(range(32))}, bytes(range(32, 64)), blind_written=True)
