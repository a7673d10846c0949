"""When a message may go: buckets, holds and later tries. Pure: every time is passed in, none is read.

A sender has a bucket, filled at the rate its provider carries, so that no queue builds up at the provider, where
crisis could not go in front. A chat has a shortest gap. Crisis passes both, but never a wait that a provider asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flows.effects import Purpose
from flows.errors import Meaning
from flows.model import Channel, Look

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """What a provider carries: ``rate`` units a second, ``burst`` at once; ``gap`` between two to one address.

    A unit is an SMS part, or a Telegram message.
    """

    rate: float
    burst: float
    gap: timedelta = timedelta()


# Twilio: one part a second for a UK long number. Telegram: about 30 messages a second, one a second to a chat
# (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
PACES: Mapping[Channel, Pace] = {
    Channel.SMS: Pace(rate=1, burst=1),
    Channel.TELEGRAM: Pace(rate=30, burst=30, gap=SECOND),
    Channel.PRACTICE: Pace(rate=1000, burst=1000),
    Channel.PRACTICE_TELEGRAM: Pace(rate=1000, burst=1000),
}


@dataclass(slots=True)
class Bucket:
    """Units that may go now. A message larger than the bucket goes when it is full and leaves a debt."""

    pace: Pace
    level: float
    at: datetime

    def refill(self, now: datetime) -> None:
        if now > self.at:
            self.level = min(self.pace.burst, self.level + (now - self.at).total_seconds() * self.pace.rate)
        # a clock that went back refills from where it now stands, and gives nothing twice
        self.at = now

    def room(self, now: datetime) -> int:
        """How many units may go now."""
        self.refill(now)
        return max(0, int(self.level + 1e-9))

    def take(self, units: int, now: datetime) -> None:
        self.refill(now)
        self.level -= units

    def next_at(self, now: datetime) -> datetime:
        """When there is room for one unit."""
        self.refill(now)
        return now + timedelta(seconds=max(0.0, 1 - self.level) / self.pace.rate)


# So many different addresses told to wait, with no success between: it is not they, it is all of us.
THROTTLED_TOGETHER = 3


@dataclass(slots=True)
class Pacer:
    """Every bucket and hold of this process. ``paces`` is changed in tests only."""

    paces: Mapping[Channel, Pace] = field(default_factory=lambda: PACES)
    _buckets: dict[Channel, Bucket] = field(default_factory=dict)
    _gaps: dict[int, datetime] = field(default_factory=dict)  # address id → not before, for the sake of pace
    _holds: dict[int, datetime] = field(default_factory=dict)  # address id → not before, the provider's word
    _channel_holds: dict[Channel, datetime] = field(default_factory=dict)
    _throttled: dict[Channel, set[int]] = field(default_factory=dict)

    def room(self, channel: Channel, now: datetime) -> int:
        """How many units a routine sender may start now."""
        return 0 if self.is_held(channel, now) else self._bucket(channel, now).room(now)

    def is_held(self, channel: Channel, now: datetime) -> bool:
        """Whether the provider has asked the whole channel to wait. Crisis waits then too."""
        return self._channel_holds.get(channel, now) > now

    def busy_addresses(self, now: datetime, *, crisis: bool = False) -> frozenset[int]:
        """Addresses that nothing may go to yet. For crisis only what the provider itself asked for counts."""
        for table in (self._gaps, self._holds):
            for address in [a for a, until in table.items() if until <= now]:
                del table[address]
        return frozenset(self._holds) if crisis else frozenset(self._holds) | frozenset(self._gaps)

    def started(self, channel: Channel, address_id: int, parts: int, now: datetime) -> None:
        """A message is on its way. Crisis counts too: what it used, routine messages wait for."""
        self._bucket(channel, now).take(self.units(channel, parts), now)
        gap = self._pace(channel).gap
        if gap:
            self._gaps[address_id] = now + gap

    def units(self, channel: Channel, parts: int) -> int:
        """What a message of so many SMS parts takes from the bucket of its channel."""
        return parts if channel.look is Look.SMS else 1

    def went_through(self, channel: Channel) -> None:
        """The provider took a message: nobody is throttling all of us."""
        self._throttled.pop(channel, None)

    def told_to_wait(self, channel: Channel, address_id: int, until: datetime) -> None:
        """A message was refused for now. Holds its address; the channel, when several addresses in a row were."""
        self._holds[address_id] = max(until, self._holds.get(address_id, until))
        together = self._throttled.setdefault(channel, set())
        together.add(address_id)
        if len(together) >= THROTTLED_TOGETHER:
            self.hold_channel(channel, until)
            together.clear()

    def hold_channel(self, channel: Channel, until: datetime) -> None:
        """Nothing at all on this channel before ``until``: credentials refused, or everybody throttled."""
        self._channel_holds[channel] = max(until, self._channel_holds.get(channel, until))

    def next_at(self, now: datetime) -> datetime | None:
        """The earliest time at which something that may not go now may go; None when nothing is held."""
        times = [until for until in (*self._gaps.values(), *self._holds.values()) if until > now]
        times += [until for until in self._channel_holds.values() if until > now]
        times += [bucket.next_at(now) for bucket in self._buckets.values() if bucket.room(now) < 1]
        return min(times, default=None)

    def _bucket(self, channel: Channel, now: datetime) -> Bucket:
        if channel not in self._buckets:
            self._buckets[channel] = Bucket(self._pace(channel), self._pace(channel).burst, now)
        return self._buckets[channel]

    def _pace(self, channel: Channel) -> Pace:
        return self.paces[channel]


# ---------------------------------------------------------------- later tries

# After the n-th refusal wait so long; the last one repeats.
WAITS: tuple[int, ...] = (5, 15, 60, 300, 600)
CRISIS_WAITS: tuple[int, ...] = (1, 2, 5, 10, 30, 60)
CREDENTIALS_WAIT = timedelta(seconds=60)

# Older than this a message says something that is no longer so; its own expiry may be sooner.
OLDEST: Mapping[Purpose, timedelta] = {
    Purpose.CRISIS: timedelta(hours=6),
    Purpose.ALERT: timedelta(hours=24),
    Purpose.REPLY: timedelta(hours=1),
    Purpose.CONFIRM: timedelta(hours=24),
    Purpose.STARTED: timedelta(hours=12),
    Purpose.NOTICE: timedelta(hours=24),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A message that was surely not sent. ``attempts`` counts this one; ``seed`` spreads those refused together."""

    purpose: Purpose
    crisis: bool
    attempts: int
    made_at: datetime
    expires_at: datetime | None
    meaning: Meaning
    retry_at: datetime | None
    seed: int = 0


def next_try(refused: Refused, now: datetime) -> datetime | None:
    """When to try again; None when no later try may pass, or it would come too late."""
    if refused.meaning is Meaning.CREDENTIALS:
        wait = CREDENTIALS_WAIT
    elif refused.meaning is Meaning.TRY_LATER:
        waits = CRISIS_WAITS if refused.crisis else WAITS
        wait = timedelta(seconds=waits[min(refused.attempts, len(waits)) - 1 if refused.attempts else 0])
        wait *= 1 + (refused.seed % 97) / 970  # up to a tenth longer, the same for the same message
    else:
        return None
    # the provider's word goes before ours, but "at once" again and again would be a storm
    at = now + wait if refused.retry_at is None else max(refused.retry_at, now + SECOND)
    latest = refused.made_at + OLDEST[refused.purpose]
    if refused.expires_at is not None:
        latest = min(latest, refused.expires_at)
    return at if at < latest else None
