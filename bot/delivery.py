"""Sending what waits in the outbox: claim (a commit of its own), call the provider, record how it ended.

One cycle is one unit: it records what has ended since the last one and claims what may go now. Sends run side by side,
so that a chat which does not answer holds up nobody; how many start is the pacer's word, and crisis has places of its
own. A cycle never sleeps: ``run`` waits between them, until a commit or an end wakes it or a tick has passed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bot import logs
from bot.channels.base import Clock, Messenger
from bot.channels.base import Outgoing as Leaving
from bot.metrics import Metrics
from bot.pacing import CREDENTIALS_WAIT, Pacer, Refused, next_try
from bot.undelivered import OnUndeliverable, lost, note
from flows.errors import Meaning, OutcomeUnknown, SendFailed, StorageError
from flows.model import Channel
from storage import arming, claiming, ends
from storage.claiming import Claim, Hours, Outgoing
from storage.database import Database
from storage.outbox import CRISIS
from storage.statements import Db

log = logs.get_logger(__name__)

TICK = 1.0  # seconds: other processes queue messages too, and cannot wake us
MOST_AT_ONCE = 100  # sends under way, routine ones; a blocked chat takes a place for up to fifteen seconds
CRISIS_PLACES = 20  # and so many more that only crisis takes
STUCK = timedelta(minutes=1)  # no send takes so long (a request is given up after 15 s): whoever claimed it is dead
SWEEP = timedelta(seconds=20)
OTHER_WAY = 2  # a crisis page refused so often is tried by another channel as well, while this one is tried again


@dataclass(frozen=True, slots=True)
class Refusals:
    """Tries on one channel that the provider, or the way to it, refused one after another."""

    since: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """A send that is over: the provider's id, or why not."""

    message: Outgoing
    outcome: str | SendFailed | OutcomeUnknown


class Begun(NamedTuple):
    """What may go now, the channels of which something was put off or will not go, and whether this is a copy."""

    claims: list[Claim]
    put_off: list[Channel]
    held: arming.Held | None


class Delivery:
    """``recover``, then ``run`` until stopped. ``troubles``: by channel, what only an operator can mend."""

    def __init__(
        self,
        database: Database,
        messengers: Mapping[Channel, Messenger],
        *,
        clock: Clock,
        hours: Callable[[datetime], Hours],
        undeliverable: OnUndeliverable,
        metrics: Metrics | None = None,
        pacer: Pacer | None = None,
    ) -> None:
        self._database = database
        self._messengers = messengers
        self._clock = clock
        self._hours = hours
        self._undeliverable = undeliverable
        self._metrics = metrics or Metrics()
        self._pacer = pacer or Pacer()
        self._ended: list[Ended] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._swept_at: datetime | None = None
        self.wake = asyncio.Event()  # set it after a commit that queued something
        self.troubles: dict[Channel, str] = {}
        self.moved: dict[Channel, datetime] = {}  # when something of a channel was last decided: sent, failed, put off
        self.refusals: dict[Channel, Refusals] = {}
        self.cycle_began: datetime | None = None  # None: it is waiting for something to do
        self.held: arming.Held | None = None  # the database is a copy, as the last cycle found it

    def is_held(self, channel: Channel, now: datetime) -> bool:
        """Whether nothing goes on this channel for now because its provider asked for that."""
        return self._pacer.is_held(channel, now)

    @property
    def under_way(self) -> int:
        """How many sends have begun and not ended."""
        return len(self._under_way)

    # ------------------------------------------------------------ the loop

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until ``stop``; then start nothing more, wait for what is under way and record it."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                wait = await self.cycle()
                if wait > 0:
                    woken = asyncio.create_task(self.wake.wait())
                    await asyncio.wait({woken, stopping}, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
                    woken.cancel()
        finally:
            stopping.cancel()
        await self.finish()

    async def finish(self) -> None:
        """Wait for every send under way and record how it ended."""
        while self._under_way:
            await asyncio.wait(self._under_way)
        await self._record_rest()

    async def recover(self) -> None:
        """At start: what a dead process left half sent ends unknown (and crisis goes once more)."""
        now = self._clock()
        self.held = await self._database.run(arming.held)
        if self.held is not None:
            return  # what a copy holds half sent was another service's doing
        # one process holds a SQLite database, so whatever stands there as being sent was left by the last one
        before = now if self._database.is_sqlite else now - STUCK
        left = await self._database.run(lambda db: self._recover(db, now, before))
        self._swept_at = now
        if left:
            log.warning("delivery.recovered", count=left)

    async def cycle(self) -> float:
        """Record, claim and start once; the seconds after which it is worth doing again if nothing wakes us."""
        self.wake.clear()
        now = self._clock()
        self.cycle_began = now
        try:
            return await self._cycle(now)
        finally:
            self.cycle_began = None

    async def _cycle(self, now: datetime) -> float:
        for channel in self._messengers:
            self.moved.setdefault(channel, now)
        ended, self._ended = self._ended, []
        for each in ended:
            self._learn(each, now)
        try:
            if self.held is None and (self._swept_at is None or now - self._swept_at >= SWEEP):
                await self._database.run(lambda db: self._sweep(db, now))
                self._swept_at = now
            claims, put_off, self.held = await self._database.run(lambda db: self._unit(db, ended, now), urgent=True)
        except StorageError as error:
            # recording twice changes nothing, so it is safe even when the commit went through after all
            self._ended = ended + self._ended
            log.error("delivery.not_stored", exc_info=error)
            return TICK
        except Exception as error:
            log.error("delivery.failed", exc_info=error)
            await self._one_by_one(ended, now)
            return TICK
        self._count(ended)
        self.moved.update(dict.fromkeys(put_off, now))
        for claim in claims:
            for message in claim.messages:
                self._start(message, now)
        if any(claim.looked for claim in claims):
            return 0
        next_at = self._pacer.next_at(now)
        return TICK if next_at is None else max(0.01, min(TICK, (next_at - now).total_seconds()))

    # ------------------------------------------------------------ what was left lying

    def _recover(self, db: Db, now: datetime, claimed_before: datetime) -> int:
        left = ends.recover(db, now, claimed_before)
        for each in left:
            if each.lost:  # the second try was lost to sight as well
                note(db, lost(each, None, "stopped while sending"), self._undeliverable, now)
        return len(left)

    def _sweep(self, db: Db, now: datetime) -> None:
        """What a dead worker left half sent, and what waits for a channel that we have no more."""
        self._recover(db, now, now - STUCK)
        if all(channel.is_practice for channel in self._messengers):
            return  # practice over the database of a real service ends nothing there
        for each in ends.end_stranded(db, self._messengers, now, MOST_AT_ONCE):
            if each.lost:
                note(db, lost(each, Meaning.NOT_SET_UP, each.channel), self._undeliverable, now)

    # ------------------------------------------------------------ one unit

    def _unit(self, db: Db, ended: Sequence[Ended], now: datetime) -> Begun:
        """What has ended is written down, and what may go now is claimed: of a copy only a crisis of today."""
        for each in ended:
            self._record(db, each, now)
        hours = self._hours(now)
        open_channels = [channel for channel in self._messengers if not self._pacer.is_held(channel, now)]
        places = MOST_AT_ONCE - len(self._under_way)
        lanes = claiming.waiting(db, now, open_channels)
        held = arming.held(db)
        if held is not None:
            lanes = frozenset(lane for lane in lanes if lane.priority == CRISIS)
        since = held.since if held is not None else None
        crisis = claiming.claim(
            db,
            now,
            max(0, places) + CRISIS_PLACES,
            [lane for lane in lanes if lane.priority == CRISIS],
            hours,
            resting=self._pacer.busy_addresses(now, crisis=True),
            since=since,
        )
        claims, put_off = [crisis], []
        places -= len(crisis.messages)
        for channel in open_channels:
            used = sum(
                self._pacer.units(each.channel, each.parts) for each in crisis.messages if each.channel is channel
            )
            room = min(self._pacer.room(channel, now) - used, places)
            own = [lane for lane in lanes if lane.channel is channel]
            if room > 0 and own:
                resting = self._pacer.busy_addresses(now)
                claims.append(claiming.claim(db, now, room, own, hours, resting=resting, since=since))
                places -= len(claims[-1].messages)
                if claims[-1].looked > len(claims[-1].messages):
                    put_off.append(channel)
        for message in (each for claim in claims for each in claim.shut):
            note(db, lost(message, Meaning.BAD_MESSAGE, claiming.UNREADABLE), self._undeliverable, now)
        return Begun(claims, put_off, held)

    def _record(self, db: Db, ended: Ended, now: datetime) -> None:
        message, outcome = ended.message, ended.outcome
        match outcome:
            case SendFailed():
                at = next_try(_refused(message, outcome), now)
                if at is not None:
                    ends.record(db, [ends.Retry(message.id, at, outcome.code)], now)
                    if message.crisis and message.staff_id is not None and message.attempts == OTHER_WAY:
                        note(db, lost(message, Meaning.TRY_LATER, outcome.code), self._undeliverable, now)
                    return
                ends.record(db, [ends.Failed(message.id, f"{outcome.meaning} {outcome.code}")], now)
                note(db, lost(message, outcome.meaning, outcome.code), self._undeliverable, now)
            case OutcomeUnknown():
                again = ends.record(db, [ends.Unknown(message.id, str(outcome))], now)
                if message.crisis and not again:  # the second try is lost to sight as well
                    note(db, lost(message, None, str(outcome)), self._undeliverable, now)
            case provider_id:
                ends.record(db, [ends.Sent(message.id, provider_id)], now)

    async def _record_rest(self) -> None:
        ended, self._ended = self._ended, []
        if not ended:
            return
        now = self._clock()

        def unit(db: Db) -> None:
            for each in ended:
                self._record(db, each, now)

        await self._database.run(unit, urgent=True)
        self._count(ended)

    async def _one_by_one(self, ended: Sequence[Ended], now: datetime) -> None:
        """Record ends apart, so that one which upsets us costs the others nothing; that one without telling staff."""
        for each in ended:
            try:
                await self._database.run(lambda db, each=each: self._record(db, each, now))  # type: ignore[misc]
            except Exception as error:
                log.error("delivery.staff_not_told", outbox=each.message.id, exc_info=error)
                end = ends.Unknown(each.message.id, "recorded after a fault")
                await self._database.run(lambda db, end=end: ends.record(db, [end], now))  # type: ignore[misc]

    # ------------------------------------------------------------ one send

    def _start(self, message: Outgoing, now: datetime) -> None:
        self._pacer.started(message.channel, message.address_id, message.parts, now)
        if message.crisis and message.attempts == 1:
            self._metrics.first_attempt.set((now - message.made_at).total_seconds())
        task = asyncio.create_task(self._send(message), name="send")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        self._metrics.in_flight.set(len(self._under_way))

    async def _send(self, message: Outgoing) -> None:
        leaving = Leaving(
            outbox_id=message.id,
            address=message.address,
            text=message.text,
            purpose=message.purpose,
            buttons=message.buttons,
            expires_at=message.expires_at,
            picture=message.picture,
        )
        outcome: str | SendFailed | OutcomeUnknown
        try:
            outcome = await self._messengers[message.channel].send(leaving)
        except (SendFailed, OutcomeUnknown) as error:
            outcome = error
        except Exception as error:
            log.error("send.surprised_us", outbox=message.id, channel=message.channel, exc_info=error)
            outcome = OutcomeUnknown(type(error).__name__)
        self._ended.append(Ended(message, outcome))
        self.wake.set()

    # ------------------------------------------------------------ what is learnt from an end

    def _learn(self, ended: Ended, now: datetime) -> None:
        """What an end says about its channel: throttled, refused, or well again."""
        message, outcome = ended.message, ended.outcome
        channel = message.channel
        if isinstance(outcome, str):
            self._pacer.went_through(channel)
            self.troubles.pop(channel, None)
        elif isinstance(outcome, SendFailed):
            if outcome.meaning is Meaning.CREDENTIALS:
                self._pacer.hold_channel(channel, now + CREDENTIALS_WAIT)
                self.troubles[channel] = f"{channel} refuses our credentials"
            elif outcome.retry_at is not None:
                self._pacer.told_to_wait(channel, message.address_id, outcome.retry_at)
        if isinstance(outcome, OutcomeUnknown) or (
            isinstance(outcome, SendFailed) and outcome.meaning is Meaning.TRY_LATER and outcome.retry_at is None
        ):
            since = self.refusals[channel].since if channel in self.refusals else now
            self.refusals[channel] = Refusals(since, now)
        elif isinstance(outcome, str) or outcome.meaning not in (Meaning.TRY_LATER, Meaning.CREDENTIALS):
            self.refusals.pop(channel, None)  # it answered, if only to say that this one message cannot go
            self.moved[channel] = now

    def _count(self, ended: Sequence[Ended]) -> None:
        self._metrics.in_flight.set(len(self._under_way))
        for each in ended:
            outcome = each.outcome
            end = "sent" if isinstance(outcome, str) else "unknown"
            if isinstance(outcome, SendFailed):
                end = str(outcome.meaning)
                log.warning(
                    "send.refused",
                    outbox=each.message.id,
                    channel=each.message.channel,
                    meaning=outcome.meaning,
                    code=outcome.code,
                    attempts=each.message.attempts,
                )
            self._metrics.sends.labels(each.message.channel, end).inc()


def _refused(message: Outgoing, refusal: SendFailed) -> Refused:
    return Refused(
        purpose=message.purpose,
        crisis=message.crisis,
        attempts=message.attempts,
        made_at=message.made_at,
        expires_at=message.expires_at,
        meaning=refusal.meaning,
        retry_at=refusal.retry_at,
        seed=message.id,
    )
