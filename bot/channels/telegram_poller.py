"""Fetching updates from Telegram when there is no public address: fetch, commit, and only then confirm.

Our own loop, because python-telegram-bot confirms what still lies in its memory. A repeat is refused by the inbox's
unique key and never by ``id > last``: after a quiet week Telegram goes on from a random number, which may be lower.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot import logs
from bot.channels import telegram_updates
from bot.channels.base import Clock, fingerprint
from flows.errors import Meaning, SendError, SendFailed
from flows.model import Channel, Heard, Inbound

LONGEST_WAIT = 25  # seconds that Telegram may keep a request open
WAITS = (1, 2, 5, 10, 30)  # seconds after the n-th failure in a row; the last repeats
REFUSED_WAIT = 60  # … when the token is refused: only a person mends that
HOLD = timedelta(minutes=10)  # so long after a start we may be behind
LARGEST = 100  # updates that come at once

log = logs.get_logger(__name__)
Take = Callable[[Inbound], Awaitable[None]]


class Updates(Protocol):
    """The part of TelegramMessenger that fetching needs."""

    async def get_updates(self, offset: int | None, wait_seconds: int) -> list[Any]: ...

    async def drop_webhook(self) -> None: ...


class TelegramPoller:
    """``run`` until stopped. ``trouble`` says in a few words why nothing comes in; empty while all is well."""

    def __init__(self, updates: Updates, take: Take, clock: Clock) -> None:
        self._updates = updates
        self._take = take
        self._clock = clock
        self._offset: int | None = None  # to confirm with the next request; None when nothing is unconfirmed
        self._ready = False
        self._failures = 0
        self._begun_at: datetime | None = None
        self._caught_up = False
        self.trouble = ""

    def is_behind(self, now: datetime) -> bool:
        """Whether something may still wait at Telegram that was sent before we started; after ten minutes it is taken
        as it is."""
        return self._begun_at is not None and not self._caught_up and now - self._begun_at < HOLD

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch until ``stop``; what has been fetched by then is still committed."""
        self._begun_at = self._clock()
        while not stop.is_set():
            pause = await self.step(stop)
            if pause:
                await _unless(stop, asyncio.sleep(pause))

    async def step(self, stop: asyncio.Event) -> float:
        """Fetch once and commit what came; the seconds to wait before the next time."""
        try:
            fetched = await _unless(stop, self._fetch())
        except SendError as error:
            return self._failed(error)
        if fetched is None:
            return 0
        self.trouble = ""
        # that request confirmed all before the offset; sent again after a quiet week it would confirm what is new
        self._offset = None
        if not fetched:
            self._failures, self._caught_up = 0, True
            return 0
        taken = await asyncio.gather(*(self._take(_read(update)) for update in fetched), return_exceptions=True)
        return self._confirm(fetched, taken)

    async def _fetch(self) -> list[Any]:
        if not self._ready:
            await self._updates.drop_webhook()
            self._ready = True
        # the first time without waiting: what was sent before we started lies there already
        return await self._updates.get_updates(self._offset, LONGEST_WAIT if self._caught_up else 0)

    def _confirm(self, fetched: Sequence[Any], taken: Sequence[BaseException | None]) -> float:
        """Confirm up to the first update that was not committed: that one and all after it come again."""
        failed = next((error for error in taken if error is not None), None)
        for update, error in zip(fetched, taken, strict=True):
            if error is not None:
                break
            if (number := _number(update)) is not None:
                self._offset = number + 1
        if failed is None:
            self._failures = 0
            self._caught_up |= len(fetched) < LARGEST
            return 0
        log.error("update.not_stored", channel="telegram", exc_info=failed)
        self.trouble = "telegram updates cannot be stored"
        return self._wait()

    def _failed(self, error: SendError) -> float:
        if isinstance(error, SendFailed):
            if error.meaning is Meaning.CREDENTIALS:
                self._say("telegram refuses the token", error.code)
                return REFUSED_WAIT
            if error.code == "409":
                # its webhook may have been set again by somebody: take it down before the next try
                self._ready = False
                self._say("another program fetches this bot's messages", error.code)
                return self._wait()
            if error.retry_at is not None:
                return max(1.0, (error.retry_at - self._clock()) / timedelta(seconds=1))
        wait = self._wait()
        if self._failures >= len(WAITS):
            self._say("telegram does not answer", error.code if isinstance(error, SendFailed) else "")
        return wait

    def _wait(self) -> float:
        self._failures += 1
        return WAITS[min(self._failures, len(WAITS)) - 1]

    def _say(self, trouble: str, code: str) -> None:
        if trouble != self.trouble:
            log.warning("poller.in_trouble", channel="telegram", code=code)
        self.trouble = trouble


def _read(update: Any) -> Inbound:
    if isinstance(update, dict):
        return telegram_updates.read(update)
    raw = json.dumps(update).encode()
    return Inbound(channel=Channel.TELEGRAM, provider_id=fingerprint(raw), address="", kind=Heard.OTHER)


def _number(update: Any) -> int | None:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else None


async def _unless(stop: asyncio.Event, work: Awaitable[Any]) -> Any:
    """The result of ``work``; None when ``stop`` came first, and then the work is broken off."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
