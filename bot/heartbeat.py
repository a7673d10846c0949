"""The heartbeat: once a minute the service looks itself over, and only when all is well it calls HEARTBEAT_URL.

Whoever watches that address raises the alarm when the calls stop. So a service that is dead, stalled or stuck is
noticed from outside, with nothing of it left running that would have to say so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp

from bot import faults, logs
from bot.watching import STOPS_NO_HEARTBEAT, Kind, Trouble
from flows.model import Channel

if TYPE_CHECKING:
    from bot.app import App

EVERY = timedelta(minutes=1)
SECONDS = 5.0  # longer than any answer takes that is worth waiting for

log = logs.get_logger(__name__)


class Heartbeat:
    """``beat`` it every minute. Without HEARTBEAT_URL nobody outside watches; coordinators are told all the same."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def beat(self) -> bool:
        """Look, call the address if all is well, tell coordinators what has changed; whether all was well."""
        watchman = self.app.watchman
        found = await watchman.look()
        for trouble in found:
            log.warning("audit.trouble", kind=trouble.kind, channel=_channel(trouble))
        well = all(trouble.kind in STOPS_NO_HEARTBEAT for trouble in found)
        if well and self.app.settings.heartbeat_url:
            watchman.heartbeat_fails = not await self._call(self.app.settings.heartbeat_url)
        # in practice nobody can be told, and a clock that is moved by hand leaves everything late; a copy tells nobody
        tells = not self.app.settings.practice and not any(trouble.kind is Kind.COPY for trouble in found)
        if tells and not watchman.is_blind(found):
            now = self.app.clock()
            await self.app.database.run(lambda db: faults.tell(db, self.app.desk, found, watchman.working(), now))
            self.app.delivery.wake.set()
        return well

    async def _call(self, url: str) -> bool:
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session,
                # a page to sign in at, say, is no sign that anybody counts our calls
                session.get(url, allow_redirects=False) as response,
            ):
                if 200 <= response.status < 300:
                    return True
                log.warning("heartbeat.refused", status_code=response.status)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.warning("heartbeat.not_delivered", exc_info=error)
        return False


def _channel(trouble: Trouble) -> Channel | None:
    return Channel(trouble.of) if trouble.of in set(Channel) else None
