"""Where everything that people send comes in: whatever arrived while the last batch was committing is the next one.

No timer: alone, a message is a batch of one. ``take`` returns once the message and all that it causes are committed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from bot import logs
from flows.errors import CommitUnknown, StorageError
from flows.model import Inbound
from flows.talking.safety import Finding
from storage.database import Database
from storage.statements import Db

log = logs.get_logger(__name__)

LARGEST_BATCH = 64


class Arrival(NamedTuple):
    """Something that arrived, and what the crisis screen said of it before anything else was done."""

    inbound: Inbound
    finding: Finding | None

    @property
    def urgent(self) -> bool:
        return self.finding is not None and self.finding.tier != "S"


Turns = Callable[[Db, Sequence[Arrival], datetime], object]


class Inlet:
    """Hands arrivals to ``turns`` in batches, one batch at a time, so that nobody's messages change places."""

    def __init__(
        self,
        database: Database,
        turns: Turns,
        screened: Callable[[Inbound], Finding | None],
        clock: Callable[[], datetime],
        committed: Callable[[], None],
    ) -> None:
        self._database = database
        self._turns = turns
        self._screened = screened
        self._clock = clock
        self._committed = committed  # wakes delivery
        self._waiting: deque[tuple[Arrival, asyncio.Future[None]]] = deque()
        self._working: asyncio.Task[None] | None = None
        self.storing_since: datetime | None = None  # None: nothing is being stored

    async def take(self, inbound: Inbound) -> None:
        """Return after the commit. Raises StorageError when it was not stored, or may not have been (CommitUnknown)."""
        arrival = Arrival(inbound, self._screened(inbound))
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if arrival.urgent:
            self._waiting.appendleft((arrival, future))
        else:
            self._waiting.append((arrival, future))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work(), name="inlet")
        await future

    async def close(self) -> None:
        """Finish what has arrived."""
        if self._working is not None:
            await asyncio.gather(self._working, return_exceptions=True)

    async def _work(self) -> None:
        try:
            while self._waiting:
                self.storing_since = self._clock()
                batch = [self._waiting.popleft() for _ in range(min(LARGEST_BATCH, len(self._waiting)))]
                await self._commit(batch)
        finally:
            self.storing_since = None

    async def _commit(self, batch: list[tuple[Arrival, asyncio.Future[None]]]) -> None:
        arrivals = [arrival for arrival, _ in batch]
        now = self._clock()
        try:
            await self._database.run(
                lambda db: self._turns(db, arrivals, now), urgent=any(arrival.urgent for arrival in arrivals)
            )
        except CommitUnknown as error:
            # never retried by us: the provider brings it again and meets the unique key
            self._refuse(batch, error)
        except Exception as error:
            if len(batch) == 1:
                log.error("inlet.not_stored", exc_info=error)
                self._refuse(batch, error if isinstance(error, StorageError) else StorageError("not stored"))
                return
            # one of them upset the whole batch: the others must not wait for it
            for one in batch:
                await self._commit([one])
            return
        else:
            self._committed()
            for _, future in batch:
                if not future.done():
                    future.set_result(None)

    def _refuse(self, batch: list[tuple[Arrival, asyncio.Future[None]]], error: Exception) -> None:
        for _, future in batch:
            if not future.done():
                future.set_exception(error)
