"""What both fakes are built on: an HTTP server on a free port, its faults, and what it holds against its callers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web

from tests.fakes.faults import Fault, Faults, Fields
from tests.fakes.waiting import Happenings


class FakeServer:
    """A stateful stand-in for a provider, for use in ``async with``.

    ``violations`` are requests that the published specification does not allow. Leaving the ``async with`` while there
    are any fails the test.
    """

    def __init__(self) -> None:
        self.happenings = Happenings()
        self.faults = Faults()
        self.violations: list[str] = []
        self.url = ""
        self.ways: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self._client: ClientSession | None = None

    # ------------------------------------------------------------ coming and going

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 << 20)
        self._routes(app)
        # no waiting for open requests at the end: a long poll would hold the test for its full length
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        # a connection is used once: a service that was killed and started again must not meet the old one's
        self._client = ClientSession(connector=TCPConnector(force_close=True), timeout=ClientTimeout(total=30))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.clear()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if error is None:
            self.must_be_clean()

    def must_be_clean(self) -> None:
        """Fail on any request so far that the specification does not allow."""
        found, self.violations = self.violations, []
        assert not found, "requests that the published specification does not allow:\n  " + "\n  ".join(found)

    def _routes(self, app: web.Application) -> None:
        raise NotImplementedError

    # ------------------------------------------------------------ calling the service

    def leads_to(self, public: str, local: str) -> None:
        """Requests for addresses under ``public`` go to ``local``, as a proxy in front of the service would do."""
        self.ways[public.rstrip("/")] = local.rstrip("/")

    def _way(self, url: str) -> str:
        for public, local in self.ways.items():
            if url.startswith(public):
                return local + url.removeprefix(public)
        return url

    @property
    def _calls(self) -> ClientSession:
        assert self._client is not None, "the fake has not been started: use it in async with"
        return self._client

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ------------------------------------------------------------ answering

    async def _with_faults(
        self, request: web.Request, fields: Fields, work: Callable[[], Awaitable[web.Response]]
    ) -> web.Response:
        """Answer as ``work`` does, unless a fault was asked for."""
        fault = self.faults.next_for(fields)
        if fault is None:
            return await work()
        return await self._spoiled(request, fault, work)

    async def _spoiled(
        self, request: web.Request, fault: Fault, work: Callable[[], Awaitable[web.Response]]
    ) -> web.Response:
        self.happenings.changed()
        if fault.held is not None:
            await fault.held.wait()
            return await work()
        if fault.does_it:
            await work()
        if fault.drops:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        return fault.answer()


def without_nothing(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields that have a value: providers leave the others out."""
    return {name: value for name, value in fields.items() if value is not None}
