"""One request to a provider, and an honest account of how it ended.

Plain aiohttp, because what matters is *when* it failed: before the request left (surely not sent), or after (nobody
knows). Client libraries hide that, post again on 5xx, or ignore their time limit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from yarl import URL

from bot.channels.base import Clock
from flows.errors import Meaning, OutcomeUnknown, SendFailed

# connecting has its own, shorter limit: until it is passed nothing has been sent, and a retry is safe
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
# idle connections are dropped before any provider drops them: a request on a dying connection ends "unknown"
IDLE_SECONDS = 4.0
LONGEST_HOLD = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back. ``body`` is the JSON object, None where it was not one."""

    status: int
    body: Mapping[str, Any] | None
    retry_at: datetime | None

    @property
    def took_it(self) -> bool:
        return 200 <= self.status < 300


def open_session() -> aiohttp.ClientSession:
    """A session for one provider. Close it."""
    return aiohttp.ClientSession(
        # no limit here: crisis must not stand in a queue for a connection (delivery bounds how many are under way)
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS),
        timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS, sock_connect=CONNECT_SECONDS),
        # a provider sets no cookies that we want to send back
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def ask(
    session: aiohttp.ClientSession,
    method: str,
    url: str | URL,
    clock: Clock,
    *,
    seconds: float | None = None,
    **request: Any,
) -> Answered:
    """Ask once, follow nothing, try nothing again.

    ``seconds`` limits the whole of it where the session's own limit does not fit (long polling). Raises SendFailed
    when the request never left, OutcomeUnknown when it did and no answer came.
    """
    if seconds is not None:
        request["timeout"] = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
    try:
        async with session.request(method, url, allow_redirects=False, **request) as response:
            raw = await response.read()
            return Answered(response.status, _object(raw), retry_at(response.headers.get("Retry-After"), clock()))
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise SendFailed(Meaning.TRY_LATER, type(error).__name__) from error
    except aiohttp.InvalidURL as error:
        raise SendFailed(Meaning.CREDENTIALS, "InvalidURL") from error
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise OutcomeUnknown(type(error).__name__) from error


def _object(raw: bytes) -> Mapping[str, Any] | None:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def retry_at(header: str | None, now: datetime) -> datetime | None:
    """When a ``Retry-After`` allows the next try: seconds or an HTTP date (RFC 9110 §10.2.3), at most six hours on."""
    if not header:
        return None
    text = header.strip()
    try:
        if text.replace(".", "", 1).isdecimal():
            return now + timedelta(seconds=min(float(text), LONGEST_HOLD.total_seconds()))
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if at.tzinfo is None:  # an HTTP date is always GMT; "-0000" reads as naive
        at = at.replace(tzinfo=UTC)
    return max(now, min(at, now + LONGEST_HOLD))
