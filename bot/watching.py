"""The self-audit: what is wrong with the service, from a few questions to the database and the state of the process.

Anything found stops the heartbeat (bot/heartbeat.py), so that somebody outside hears of it; it shows in ``/health`` and
is told to coordinators (bot/faults.py). docs/operators.md lists every trouble with its cure.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot import logs
from bot.web.service import Health
from flows.effects import Purpose
from flows.model import Channel
from storage import overdue
from storage.outbox import CRISIS, PRIORITY
from storage.overdue import Overdue, Scan
from storage.statements import Db

if TYPE_CHECKING:
    from bot.app import App

log = logs.get_logger(__name__)

STALLED = timedelta(minutes=1)  # ticks come every few seconds; after this long without one something is wrong
CRISIS_LATE = timedelta(minutes=2)
LATE = timedelta(minutes=5)
STARTED_LATE = timedelta(hours=1)
STANDS = timedelta(minutes=5)  # a backlog of which nothing goes for so long is not moving
NOT_DONE = timedelta(minutes=10)  # slots, conversations: so long after their time every one has ended
HUNG = timedelta(minutes=1)  # a unit takes under 50 ms
REFUSED_FOR = timedelta(minutes=5)
REFUSED_LATELY = timedelta(minutes=15)
NOT_FETCHED = timedelta(minutes=30)  # what arrives by webhook arrives all the same
BROKEN_FOR = timedelta(minutes=15)  # somebody may be in the middle of an edit
JUMP = 60.0  # seconds by which wall and monotonic clock may part between two looks
JUMP_SHOWN = 15 * 60.0  # seconds for which a jump is reported: then the clock is taken as it stands
LEAST_FREE = 500_000_000  # bytes
LITTLE_FREE, LEAST_SHARE = 2_000_000_000, 0.05  # less than both is little as well
PATIENCE = 10.0  # seconds in which the database answers, or is away …
SHORT_PATIENCE = 1.5  # … and while a host waits for /health


class Kind(StrEnum):
    """Every trouble there is, worst first, as ``/health`` names it."""

    LOOK = "health cannot be read"
    DATABASE = "the database is away"
    SCHEMA = "the database is of another form"
    COPY = "a copy that is not armed"
    CRISIS_UNHEARD = "a crisis alert has reached nobody"
    CRISIS_STUCK = "a crisis alert is stuck"
    CRISIS_LATE = "a crisis message is late"
    NO_COORDINATOR = "no coordinator can be reached"
    SENDING = "sending has stopped"
    CREDENTIALS = "credentials are refused"
    CHANNEL = "a channel does not take messages"
    INCOMING = "messages do not come in"
    ALERT_STUCK = "an alert is stuck"
    LATE = "alerts or replies are late"
    STARTED_LATE = "check-ins are not going out"
    SLOT_STUCK = "a check-in is stuck"
    CONVERSATION_STUCK = "a conversation is stuck"
    CONTENT = "new words cannot be read"
    TIME_STALLED = "the clock has stalled"
    TICK_STALLED = "a tick has stalled"
    TICK_FAILS = "a tick fails"
    DISK = "the disk is nearly full"
    CLOCK = "the clock has jumped"
    HEARTBEAT = "the heartbeat cannot be delivered"
    DRAFT = "what is saved cannot go live"


# nobody is the worse off for these yet
STOPS_NO_HEARTBEAT = frozenset({Kind.HEARTBEAT, Kind.DRAFT})


class Trouble(NamedTuple):
    """One thing that is wrong. ``of`` says which: a channel, a tick."""

    kind: Kind
    of: str = ""

    def __str__(self) -> str:
        return f"{self.kind} ({self.of})" if self.of else str(self.kind)


class Sending(NamedTuple):
    """What this process knows of its channels; ``moved`` is empty where it sends nothing."""

    channels: Collection[Channel]
    moved: Mapping[Channel, datetime] = {}
    held: Collection[Channel] = ()


def troubles_of(waits: Overdue, sending: Sending, now: datetime) -> Iterator[Trouble]:
    """What the database shows to be wrong."""
    if not waits.schema_fits:
        yield Trouble(Kind.SCHEMA)
        return
    if waits.held:
        yield Trouble(Kind.COPY)  # what it holds is late, and is not to go
        return
    for kind, since, longest in (
        (Kind.CRISIS_UNHEARD, waits.unheard, CRISIS_LATE),
        (Kind.CRISIS_STUCK, waits.crisis_alert, CRISIS_LATE),
        (Kind.SENDING, waits.sending, LATE),
        (Kind.ALERT_STUCK, waits.alert, LATE),
        (Kind.ALERT_STUCK, waits.endless, LATE),
        (Kind.SLOT_STUCK, waits.check_in, NOT_DONE),
        (Kind.CONVERSATION_STUCK, waits.conversation, NOT_DONE),
    ):
        if _over(since, longest, now):
            yield Trouble(kind)
    for (channel, priority), since in waits.messages.items():
        if channel in sending.channels:
            yield from _late(channel, priority, since, sending, now)
    if not waits.coordinators & set(sending.channels):
        yield Trouble(Kind.NO_COORDINATOR)


def _late(channel: Channel, priority: int, since: datetime, sending: Sending, now: datetime) -> Iterator[Trouble]:
    if priority == CRISIS:
        if _over(since, CRISIS_LATE, now):
            yield Trouble(Kind.CRISIS_LATE, channel)
    elif priority <= PRIORITY[Purpose.REPLY]:
        if _over(since, LATE, now):
            yield Trouble(Kind.LATE, channel)
    # three hundred thousand check-ins take days at a message a second: long, and no fault while they go
    elif (
        _over(since, STARTED_LATE, now)
        and _over(sending.moved.get(channel), STANDS, now)
        and channel not in sending.held
    ):
        yield Trouble(Kind.STARTED_LATE, channel)


def _over(since: datetime | None, longest: timedelta, now: datetime) -> bool:
    return since is not None and now - since > longest


def nearly_full(total: int, free: int) -> bool:
    """Whether a disk of ``total`` bytes with ``free`` ones left wants somebody: a full one takes no messages."""
    return free < LEAST_FREE or (free < LITTLE_FREE and free < LEAST_SHARE * total)


class Watchman:
    """Looks after one App. ``wall`` and ``monotonic`` are its clocks: real time, and seconds that nobody can set."""

    def __init__(self, app: App, wall: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self.app = app
        self._wall = wall
        self._monotonic = monotonic
        self._apart = self._clocks_apart()
        self._jumped: float | None = None  # when, by the monotonic clock
        self._scanned = 0  # the id of the slot at which the walk through what was asked goes on
        self._stuck_this_round = self._slot_is_stuck = False
        self.heartbeat_fails = False
        self.patience = PATIENCE

    async def look(self) -> tuple[Trouble, ...]:
        """All that is wrong now, worst first. Never raises: what cannot be found out is a trouble itself."""
        return (await self._look(self.patience))[0]

    async def _look(self, patience: float) -> tuple[tuple[Trouble, ...], Overdue | None]:
        now = self.app.clock()
        found: set[Trouble] = set()
        waits = await self._ask(now, patience)
        try:
            if waits is None:
                found.add(Trouble(Kind.DATABASE))
            else:
                found.update(troubles_of(waits, self._sending(now), now))
            found.update(self._of_this_process(now))
            if self.app.settings.practice:
                found.discard(Trouble(Kind.NO_COORDINATOR))  # nobody needs one there
        except Exception as error:
            log.error("audit.failed", exc_info=error)
            found.add(Trouble(Kind.LOOK))
        return tuple(sorted(found, key=lambda trouble: (list(Kind).index(trouble.kind), trouble.of))), waits

    def is_blind(self, found: Collection[Trouble]) -> bool:
        """Whether the database cannot be asked, so that nothing may be written to it either."""
        return any(trouble.kind in (Kind.LOOK, Kind.DATABASE, Kind.SCHEMA) for trouble in found)

    def working(self) -> list[Channel]:
        """The channels by which staff can still be told something."""
        delivery, now = self.app.delivery, self.app.clock()
        return [
            channel
            for channel in self.app.channels
            if channel not in delivery.troubles and channel not in self._refused(now)
        ]

    async def health(self) -> Health:
        """How the service is, for /health and /ready."""
        troubles, waits = await self._look(min(SHORT_PATIENCE, self.patience))
        kinds = {trouble.kind for trouble in troubles}
        now, ticked = self.app.clock(), self.app.clockwork.last_tick_seconds
        since = min(waits.messages.values(), default=None) if waits is not None else None
        oldest = (now - since).total_seconds() if since is not None and since <= now else None
        self.app.counted.outbox_wait.set(oldest or 0)
        begun = self.app.role == "web" or (ticked is not None and Kind.TIME_STALLED not in kinds)
        return Health(
            ready=begun and not kinds & {Kind.DATABASE, Kind.SCHEMA, Kind.LOOK},
            version=version("fingerpost"),
            release=self.app.desk.live.library.release,
            database="away" if waits is None else "well" if waits.schema_fits else str(Kind.SCHEMA),
            last_tick_seconds=ticked,
            oldest_outbox_seconds=oldest,
            practice=self.app.settings.practice,
            troubles=tuple(map(str, troubles)),
            content=self.app.watch.state,
        )

    # ------------------------------------------------------------ what the database shows

    async def _ask(self, now: datetime, patience: float) -> Overdue | None:
        """None: it did not answer in time, or refused."""
        if not self.app.database.alive:
            return None
        after = self._scanned

        def unit(db: Db) -> tuple[Overdue, Scan | None]:
            found = overdue.look(db, now)
            return found, overdue.scan_asked(db, after, now - NOT_DONE) if found.schema_fits else None

        try:
            found, scan = await asyncio.wait_for(self.app.database.run(unit, urgent=True), patience)
        except Exception as error:
            log.error("audit.no_database", exc_info=error)
            return None
        if scan is not None:
            self._went_on(scan)
        return found

    def _went_on(self, scan: Scan) -> None:
        self._stuck_this_round |= scan.stuck > 0
        self._slot_is_stuck |= scan.stuck > 0
        if scan.reached is None:  # once round: what was found a round ago may be cured
            self._slot_is_stuck, self._stuck_this_round = self._stuck_this_round, False
        self._scanned = scan.reached or 0

    def _sending(self, now: datetime) -> Sending:
        delivery = self.app.delivery
        channels = self.app.channels
        return Sending(channels, delivery.moved, [channel for channel in channels if delivery.is_held(channel, now)])

    # ------------------------------------------------------------ what the process knows

    def _of_this_process(self, now: datetime) -> Iterator[Trouble]:
        app = self.app
        if self._slot_is_stuck:
            yield Trouble(Kind.SLOT_STUCK)
        if "delivery" in app.dead_loops() or _over(app.delivery.cycle_began, HUNG, now):
            yield Trouble(Kind.SENDING)
        for channel in app.delivery.troubles:
            yield Trouble(Kind.CREDENTIALS, channel)
        for channel in self._refused(now):
            yield Trouble(Kind.CHANNEL, channel)
        for of in self._incoming(now):
            yield Trouble(Kind.INCOMING, of)
        if app.clockwork.has_stalled(STALLED):
            yield Trouble(Kind.TIME_STALLED)
        for name in app.clockwork.stalled():
            yield Trouble(Kind.TICK_STALLED, name)
        for name in app.clockwork.failing:
            yield Trouble(Kind.TICK_FAILS, name)
        if self._disk_is_nearly_full():
            yield Trouble(Kind.DISK)
        if self._clock_jumped():
            yield Trouble(Kind.CLOCK)
        if self.heartbeat_fails:
            yield Trouble(Kind.HEARTBEAT)
        if app.following.refused:
            yield Trouble(Kind.CONTENT)
        if _over(app.watch.broken_since, BROKEN_FOR, self._wall()):
            yield Trouble(Kind.DRAFT)

    def _refused(self, now: datetime) -> list[Channel]:
        """Channels on which one try after another has come to nothing."""
        return [
            channel
            for channel, tries in self.app.delivery.refusals.items()
            if tries.last - tries.since >= REFUSED_FOR and now - tries.last <= REFUSED_LATELY
        ]

    def _incoming(self, now: datetime) -> Iterator[str]:
        """What keeps people's messages from arriving."""
        app = self.app
        if _over(app.inlet.storing_since, HUNG, now):
            yield "they are not being stored"
        if app.webhook_trouble:
            yield app.webhook_trouble
        if _over(app.catching_up.failing_since, NOT_FETCHED, now):
            yield "missed texts cannot be fetched"
        if app.poller is not None and app.poller.trouble:
            yield app.poller.trouble
        if "telegram poller" in app.dead_loops():
            yield "fetching from telegram has stopped"

    def _disk_is_nearly_full(self) -> bool:
        file = self.app.settings.database_file
        if file is None:
            return False  # a server of its own keeps the database, and its own disk
        usage = shutil.disk_usage(_nearest(file))
        return nearly_full(usage.total, usage.free)

    def _clocks_apart(self) -> float:
        return self._wall().timestamp() - self._monotonic()

    def _clock_jumped(self) -> bool:
        apart = self._clocks_apart()
        if abs(apart - self._apart) > JUMP:
            self._jumped = self._monotonic()
        self._apart = apart
        return self._jumped is not None and self._monotonic() - self._jumped < JUMP_SHOWN


def _nearest(file: Path) -> Path:
    return next(each for each in file.absolute().parents if each.is_dir())
