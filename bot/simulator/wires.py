"""What the messengers talk through instead of a network: the real requests, answered by the simulated providers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Protocol

import aiohttp

from bot.simulator.faults import Weather


class Reply:
    """What comes back over HTTP."""

    def __init__(self, status: int, body: Mapping[str, Any] | None, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.headers = dict(headers or {})
        self._body = b"<html>" if body is None else json.dumps(body).encode()

    async def read(self) -> bytes:
        return self._body


class Provider(Protocol):
    async def answer(self, method: str, url: str, request: Mapping[str, Any], /) -> Reply: ...


class Wire:
    """Stands where the messengers keep their aiohttp session."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def request(self, method: str, url: str, **request: Any) -> _Exchange:
        return _Exchange(self._provider, method, url, request)

    async def close(self) -> None:
        """Nothing is open."""


class _Exchange:
    def __init__(self, provider: Provider, method: str, url: str, request: Mapping[str, Any]) -> None:
        self._asked = (provider, method, url, request)

    async def __aenter__(self) -> Reply:
        provider, method, url, request = self._asked
        return await provider.answer(method, url, request)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


async def carry(
    weather: Weather, channel: str, take: Callable[[], Reply], throttle: Callable[[], Reply], pause: Callable[[], float]
) -> Reply:
    """One request on its way, through whatever weather there is. ``take`` is what the provider does if it gets it."""
    if weather.strikes("outage", channel):
        raise aiohttp.ConnectionTimeoutError
    await asyncio.sleep(pause())
    if weather.strikes("slow", channel):
        await asyncio.sleep(1 + pause() * 20)
    if weather.strikes("credentials", channel):
        return Reply(401, {"code": 20003, "ok": False, "error_code": 401, "description": "Unauthorized"})
    if weather.strikes("429", channel):
        return throttle()
    if weather.strikes("500", channel):
        return Reply(500, {"ok": False, "error_code": 500, "description": "Internal Server Error"})
    if weather.strikes("timeout before", channel):
        await asyncio.sleep(14)
        raise TimeoutError
    if weather.strikes("gateway silence", channel):
        if pause() > 0.3:
            take()
        return Reply(502, None)
    if weather.strikes("timeout after", channel):
        take()
        await asyncio.sleep(14)
        raise TimeoutError
    return take()
