"""One world: a service, its providers, its people, what goes wrong, and who watches. A seed decides all of it."""

from __future__ import annotations

import asyncio
import contextvars
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import IO, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from bot import delivery
from bot.config import Settings
from bot.simulator import faults, troubles
from bot.simulator.account import Account, Leaving, Texted
from bot.simulator.chats import ChatProvider
from bot.simulator.crew import Worker
from bot.simulator.faults import Weather
from bot.simulator.life import Life, fixed_keyring, make_task
from bot.simulator.oracle.arriving import Arriving
from bot.simulator.oracle.findings import Broken, Findings
from bot.simulator.oracle.sending import Sending
from bot.simulator.oracle.sweeping import Sweeping
from bot.simulator.people import CRISIS, Person
from bot.simulator.population import settle
from bot.simulator.pulse import Pulse
from bot.simulator.sms import SmsProvider
from bot.simulator.stock import Stock
from bot.simulator.trace import Trace
from bot.simulator.virtual import VirtualLoop, WorldClock
from flows.model import Inbound
from storage.engines import make_engine
from storage.tables import metadata

LONDON = ZoneInfo("Europe/London")
QUARTER_DAY = 6 * 3600.0
SPINNING = 5000  # commits without a moment passing
ANSWERED = 15.0  # seconds that a provider waits for a webhook to be answered
CHANGES = ("2026-10-25", "2027-03-28", "2027-10-31", "2028-03-26")  # of the clocks in London


@dataclass(frozen=True, slots=True)
class Figures:
    """What one world came to."""

    seed: int
    person_days: float
    digest: str
    lines: int
    faults: dict[str, int]
    slots: dict[str, int]
    alerts: dict[str, int]
    texts: int
    sent: int
    checked: dict[int, int]
    crisis_waits: tuple[float, ...]
    broken: tuple[Broken, ...]


class World:
    """Made from a seed; ``run`` lives it through."""

    def __init__(
        self,
        seed: int,
        stock: Stock,
        *,
        people: int,
        days: int,
        kinds: Collection[str],
        out: IO[str] | None = None,
        only_first: Collection[int] = (),
    ) -> None:
        """``only_first``: end within hours once one of these promises is broken; the rest would tell nothing new."""
        self.seed = seed
        self.chance = Random(f"fingerpost {seed}")
        self.content = stock.opened()
        self.settings: Settings = stock.settings
        self.keyring = fixed_keyring()
        self.length = timedelta(days=days)
        self.clock = WorldClock(_begins(self.chance, days))
        self.weather = Weather(self.chance, kinds)
        self.account = Account()
        self.trace = Trace(self.clock.true, out)
        self.engine = make_engine("sqlite://")
        create_tables(self.engine)
        reader: Any = self.engine.raw_connection().driver_connection
        self._reader = reader
        self._reader.execute("PRAGMA secure_delete=OFF")
        self.sms = SmsProvider(self, handles_stop=self.chance.random() < 0.5)
        self.chats = ChatProvider(self)
        self.people: dict[tuple[str, str], Person] = {}
        self.crew: dict[tuple[str, str], Worker] = {}
        self.codes: deque[str] = deque(maxlen=30)  # of alerts, as staff tell each other
        self.how_many = people
        self.only_first = frozenset(only_first)
        self.plan = faults.plan(self.chance, self.length, kinds)
        self.life: Life | None = None
        self.second: Life | None = None
        self.pulses: dict[Life, Pulse] = {}
        self._nodes = 0
        self._instant, self._at_once = 0.0, 0
        self._alerts: dict[str, int] = {}
        self._lived = self.length
        self._troubled: list[tuple[datetime, datetime]] = []
        self._well_since = self.clock.starts
        self._clock_changed_at = self.clock.starts - timedelta(days=1)
        self._life_since = self._died_at = self.clock.starts
        self._moved: dict[str, datetime] = {}
        self._reported: set[int] = set()
        self.findings = Findings(self)
        self.sending = Sending(self.findings)
        self.arriving = Arriving(self.findings, self.sending)
        self.sweeping = Sweeping(self.findings)

    # ------------------------------------------------------------ from beginning to end

    def run(self) -> Figures:
        """Live it through. What a real service does once a second is done when there is something to do."""
        usual, delivery.TICK = delivery.TICK, 3600.0
        try:
            with asyncio.Runner(loop_factory=VirtualLoop) as runner:
                runner.run(self._live())
        finally:
            delivery.TICK = usual
            self.engine.dispose()
        return self._figures()

    async def _live(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_task_factory(make_task)
        loop.set_exception_handler(lambda *_: None)  # what a killed process leaves behind
        await self.starts()
        await settle(self)
        for spell in self.plan:
            self.later(spell.begins.total_seconds(), troubles.begin, self, spell)
            self.later(spell.ends.total_seconds(), troubles.end, self, spell)
        self.later(3600, self._hour)
        self.later(1800, self._calm)
        await self._passes()
        self.sweeping.look()
        if self.is_calm():
            self.sweeping.rest()
        self._lived = self.clock.true() - self.clock.starts
        self._alerts = dict(self.sql("SELECT policy, sum(times) FROM alerts GROUP BY policy ORDER BY policy"))
        for life in (self.life, self.second):
            if life is not None:
                life.kill()
        await asyncio.sleep(1)

    async def _passes(self) -> None:
        end = self.clock.starts + self.length
        while self.clock.true() < end:
            await asyncio.sleep(QUARTER_DAY)
            if any(broken.promise in self.only_first for broken in self.findings.broken):
                return

    def _hour(self) -> None:
        self.later(3600, self._hour)
        self.sweeping.look()

    def _calm(self) -> None:
        self.later(3600 * 3, self._calm)
        if self.is_calm():
            self.sweeping.rest()

    def is_calm(self) -> bool:
        """Whether a whole day has passed since the last fault."""
        now = self.clock.true() - self.clock.starts
        over = [spell for spell in self.plan if spell.begins <= now]
        latest = max((spell.ends for spell in over), default=timedelta())
        return now - latest >= timedelta(days=1, hours=1) and self.well_for() >= timedelta(days=1)

    # ------------------------------------------------------------ the process

    async def starts(self) -> None:
        """A process begins on the database as it stands."""
        self._nodes += 1
        life = self.life = Life(self, self.engine, self._nodes)
        now = self.clock.true()
        self.account.up_since = self._life_since = now
        self.disturbs_machine(since=self._died_at)
        self.trace.add("starts", self._nodes)
        task = life.spawn(life.app.begin(recovers=True))
        await asyncio.wait({task})
        if not task.cancelled() and task.exception() is not None and not life.dead:
            self.trace.add("did not start", type(task.exception()).__name__)
            self.dies(life)

    def dies(self, life: Life, after: float | None = None) -> None:
        """A process is killed; another begins ``after`` so many seconds (None: as soon as somebody sees to it)."""
        if life.dead:
            return
        life.kill()
        self.pulses.pop(life, None)
        self.disturbs_machine()
        if life is self.second:
            self.second = None
            return
        self.life, self.account.up_since, self._died_at = None, None, self.clock.true()
        wait = self.chance.choice((1.0, 3.0, 20.0, 120.0)) if after is None else after
        self.trace.add("dies", f"{wait:.0f}")
        self.later(wait, lambda: self.spawn(self.starts()))

    def committed(self) -> None:
        now = asyncio.get_running_loop().time()
        self._at_once = self._at_once + 1 if now == self._instant else 0
        self._instant = now
        if self._at_once > SPINNING and self.life is not None:
            self.findings.expect(16, False, "the service turns on the spot")
            self.dies(self.life, after=60.0)
        for pulse in self.pulses.values():
            pulse.changed()

    async def takes(self, inbound: Inbound, text: Texted) -> bool:
        """A webhook; whether it was answered that all is well."""
        lives = [life for life in (self.life, self.second) if life is not None]
        if not lives:
            return False
        life = lives[0] if len(lives) == 1 else self.chance.choice(lives)
        task = life.spawn(life.app.take(inbound))
        await asyncio.wait({task}, timeout=ANSWERED)
        if not task.done() or task.cancelled() or task.exception() is not None:
            return False
        self.acknowledged(text)
        return True

    def acknowledged(self, text: Texted) -> None:
        text.acknowledged += 1
        if text.acknowledged_at is None:
            text.acknowledged_at = self.clock.true()
        self.arriving.look(text)

    def fetched(self, provider_id: str) -> None:
        self.trace.add("fetched", provider_id)
        if self.sms.lost.pop(provider_id, None) is not None:
            self.findings.expect(4, True)
        self.acknowledged(self.account.texts["sms", provider_id])

    def leaves(self, call: Leaving) -> None:
        self.account.leaves(call)
        self.trace.add("leaves", call.channel, call.address, call.purpose, call.outbox_id)
        self.sending.look(call)

    # ------------------------------------------------------------ people

    def hears(self, channel: str, address: str, text: str, buttons: tuple[tuple[str, str], ...]) -> None:
        who = self.crew.get((channel, address)) or self.people.get((channel, address))
        if who is not None:
            who.hears(text, buttons)

    def texts(self, channel: str, address: str, text: str, tap: str = "") -> None:
        if channel == "sms":
            self.sms.texts(address, text)
        elif address in self.chats.blocked:
            self.chats.leaves(address, back=True)
        else:
            self.chats.texts(address, text, tap)

    def moves(self, person: Person, zone: ZoneInfo) -> None:
        person.zone = zone
        self._moved[person.address] = self.clock.true()

    # ------------------------------------------------------------ what the oracle asks

    def sql(self, query: str, *values: object) -> Sequence[Any]:
        """Plain SQL, between transactions."""
        found: Sequence[Any] = self._reader.execute(query, values).fetchall()
        return found

    def zone_of(self, channel: str, address: str, participant_id: int | None) -> ZoneInfo:
        """Where the service has been told that they live."""
        person = self.people.get((channel, address))
        return person.zone if person is not None and person.zone_told_of == participant_id else LONDON

    def has_moved(self, address: str) -> bool:
        moved = self._moved.get(address)
        return moved is not None and self.clock.true() - moved < timedelta(days=2)

    def worker_at(self, address: str) -> Worker | None:
        return self.crew.get(("sms", address)) or self.crew.get(("telegram", address))

    def is_crisis(self, text: str) -> bool:
        return text in CRISIS

    def coordinators(self) -> list[Worker]:
        """Those who can be reached, as far as the world knows."""
        confirmed = {row[0] for row in self.sql("SELECT id FROM staff WHERE status = 'confirmed'")}
        return [w for w in self.crew.values() if w.role == "coordinator" and w.staff_id in confirmed]

    def crisis_phones(self, but: str) -> list[Worker]:
        return [each for each in self.coordinators() if each.address != but]

    def well_for(self) -> timedelta:
        """Since when the process, its database and its clock have been well."""
        if self.life is None or self.weather.is_on(tuple(faults.MACHINE)):
            return timedelta()
        return self.clock.true() - self._well_since

    def disturbs_machine(self, since: datetime | None = None) -> None:
        now = self.clock.true()
        self._troubled.append(((since or now) - timedelta(hours=1), now + timedelta(hours=1)))
        self._well_since = now

    def disturbs_clock(self) -> None:
        self._clock_changed_at = self.clock.true()
        self.disturbs_machine()

    def disturbed_clock_at(self) -> datetime:
        return self._clock_changed_at

    def is_same_life_since(self, at: datetime) -> bool:
        return at >= self._life_since and self.second is None

    def clock_slack(self, since: datetime) -> timedelta:
        """How much two readings of the service's clock may differ from the true time between them."""
        return timedelta(hours=1, minutes=1) if since <= self._clock_changed_at or self.clock.wrong else timedelta()

    def was_troubled(self, at: datetime) -> bool:
        return self.life is None or any(begins <= at <= ends for begins, ends in self._troubled)

    def reported(self, call: Leaving) -> bool:
        """Whether a receipt for this call was committed."""
        row = self.sql("SELECT receipt FROM outbox WHERE id = ?", call.outbox_id)
        return bool(row and row[0][0])

    # ------------------------------------------------------------ doing things later

    def later(self, seconds: float, what: Callable[..., object], *given: object) -> None:
        """Outside every process: it happens whether or not one lives."""
        asyncio.get_running_loop().call_later(seconds, what, *given, context=contextvars.Context())

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        asyncio.get_running_loop().create_task(work, context=contextvars.Context())

    def _figures(self) -> Figures:
        return Figures(
            seed=self.seed,
            person_days=self.how_many * self._lived / timedelta(days=1),
            digest=self.trace.digest,
            lines=sum(self.trace.counts.values()),
            faults=dict(sorted(self.weather.struck.items())),
            slots=dict(sorted(self.sweeping.slots.items())),
            alerts=self._alerts,
            texts=len(self.account.texts),
            sent=sum(call.accepted_at is not None for calls in self.account.calls.values() for call in calls),
            checked=dict(sorted(self.findings.checked.items())),
            crisis_waits=tuple(self.findings.crisis_waits),
            broken=tuple(self.findings.broken),
        )


def create_tables(engine: Engine) -> None:
    metadata.create_all(engine)


def _begins(chance: Random, days: int) -> datetime:
    """Any day; half of the time such that the clocks change somewhere on the way."""
    if chance.random() < 0.5:
        change = datetime.fromisoformat(chance.choice(CHANGES)).replace(tzinfo=UTC)
        start = change - timedelta(days=chance.uniform(3, max(4, days - 4)))
    else:
        start = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=chance.uniform(0, 700))
    return start.replace(hour=8, minute=0, second=0, microsecond=0)
