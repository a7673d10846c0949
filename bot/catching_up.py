"""Fetching the texts that nobody took while we were down: Twilio tries a webhook for seconds, and then forgets it.

Once a minute Twilio's own list of what arrived is looked through, from where the last look ended. What is missing goes
into the inbox under the id that its webhook would have had, so that a webhook which comes after all is a repeat.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from bot import logs
from bot.channels.base import Clock
from bot.channels.twilio_log import Arrived
from flows.errors import SendError, SendFailed
from flows.model import Channel, Inbound
from storage import erasure, inbox, marks
from storage.database import Database
from storage.statements import Db

EVERY = timedelta(minutes=1)
GRACE = timedelta(seconds=90)  # the webhook goes first: it says more (OptOutType), and is tried again for a while
OVERLAP = timedelta(minutes=10)  # listed late, or by a clock that is not ours
LONGEST = timedelta(days=14)  # what is older was for another day
HOLD = timedelta(minutes=10)  # so long after a start nobody's silence is judged before what they sent has been fetched
LATELY = timedelta(seconds=45)  # another worker has looked
AT_ONCE = 256
MARK = "texts looked through"

log = logs.get_logger(__name__)
Take = Callable[[Inbound], Awaitable[None]]


class Lists(Protocol):
    """The part of TwilioMessenger that lists what arrived."""

    async def arrived(self, since: datetime, numbers: Collection[str]) -> Arrived: ...


class Stand(NamedTuple):
    """Up to when everything has been looked through, when that was done, and which numbers are known to be ours."""

    until: datetime
    looked_at: datetime | None
    numbers: frozenset[str]


class CatchingUp:
    """``look`` every minute. ``failing_since``: from when on Twilio could not be asked; None while all is well."""

    def __init__(
        self, database: Database, twilio: Lists | None, take: Take, clock: Clock, keep: Callable[[], timedelta | None]
    ) -> None:
        """``keep``: how long messages are kept. What is older is not fetched either."""
        self._database = database
        self._twilio = twilio
        self._take = take
        self._clock = clock
        self._keep = keep
        self._begun_at: datetime | None = None
        self._not_before: datetime | None = None
        self._done = False
        self.failing_since: datetime | None = None

    def begin(self) -> None:
        """The service has just started, and may have been away."""
        self._begun_at = self._clock()

    def is_behind(self, now: datetime) -> bool:
        """Whether somebody may have written to us in a way that we do not know of yet."""
        if self._twilio is None or self._begun_at is None or self._done:
            return False
        return now - self._begun_at < HOLD

    async def look(self) -> int:
        """Fetch and take what is missing; how many that were. Raises StorageError where one could not be kept."""
        now = self._clock()
        if self._twilio is None or (self._not_before is not None and now < self._not_before):
            return 0
        stand = await self._database.run(lambda db: _stand(db, now))
        if self._done and stand.looked_at is not None and timedelta() <= now - stand.looked_at < LATELY:
            return 0
        longest = now - min(LONGEST, self._keep() or LONGEST)
        # a clock that was set back leaves a time to come, which says nothing of what was sent till then
        since = max(stand.until - OVERLAP, longest) if stand.until <= now else longest
        try:
            arrived = await self._twilio.arrived(since, stand.numbers)
        except SendError as error:
            self.failing_since = self.failing_since or now
            self._not_before = error.retry_at if isinstance(error, SendFailed) else None
            log.warning("missed.no_answer", channel=Channel.SMS, exc_info=error)
            return 0
        until = now - GRACE
        missing = await self._database.run(lambda db: _missing(db, arrived.inbound, until))
        await self._take_all(missing)
        # only now: whoever stops before this begins where they began
        await self._database.run(lambda db: _reached(db, until, arrived.numbers | stand.numbers, now))
        self.failing_since, self._done = None, True
        if missing:
            log.warning("missed.fetched", channel=Channel.SMS, count=len(missing))
        return len(missing)

    async def _take_all(self, missing: list[Inbound]) -> None:
        """Side by side: the inlet makes batches of them, and puts whoever is in danger in front."""
        for at in range(0, len(missing), AT_ONCE):
            chunk = missing[at : at + AT_ONCE]
            taken = await asyncio.gather(*(self._take(each) for each in chunk), return_exceptions=True)
            for error in taken:
                if error is not None:
                    raise error


def _stand(db: Db, now: datetime) -> Stand:
    """How far was looked; at first, as far as the last text that was kept (or that nothing was missed so far)."""
    written = marks.written_at(db, MARK)
    if written is None:
        return Stand(inbox.newest(db, Channel.SMS) or now, None, frozenset())
    kept = json.loads(written[0])
    return Stand(datetime.fromisoformat(kept["until"]), written[1], frozenset(kept["numbers"]))


def _reached(db: Db, until: datetime, numbers: Iterable[str], now: datetime) -> None:
    other = _stand(db, until).until  # another worker may have got further
    until = max(until, other) if other <= now else until
    marks.put(db, MARK, json.dumps({"until": until.isoformat(), "numbers": sorted(numbers)}), now)


def _missing(db: Db, arrived: Iterable[Inbound], until: datetime) -> list[Inbound]:
    """What was sent by ``until`` and is not kept. What somebody sent before they were erased is not kept anew."""
    old = [each for each in arrived if each.sent_at is None or each.sent_at <= until]
    known = inbox.known(db, Channel.SMS, [each.provider_id for each in old])
    new = [each for each in old if each.provider_id not in known]
    forgotten = erasure.forgotten(db, Channel.SMS, {each.address for each in new if each.address})
    return [each for each in new if each.sent_at is None or not _was_before(each.sent_at, forgotten.get(each.address))]


def _was_before(sent_at: datetime, erased_at: datetime | None) -> bool:
    return erased_at is not None and sent_at <= erased_at
