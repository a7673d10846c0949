"""Time that is not waited for: when nothing is left to do, the loop's clock goes on to the next timer."""

from __future__ import annotations

import asyncio
import selectors
from datetime import UTC, datetime, timedelta
from typing import Any


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time passes only between timers. ``passed`` is in seconds since it was made."""

    def __init__(self) -> None:
        self.passed = 0.0
        super().__init__(_Unwaiting(self))
        # asyncio's own is a nanosecond, which added to a time of half a year is lost: its timers would never be due
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return self.passed


class _Unwaiting(selectors.DefaultSelector):
    """Waits for nothing outside: no socket matters here."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise RuntimeError("Everybody in the simulation waits for somebody else.")
        self._loop.passed += max(0.0, timeout)
        return []


class WorldClock:
    """True time, and the service's own clock, which may be ``wrong`` by some hours. Both are aware UTC."""

    def __init__(self, starts: datetime) -> None:
        self.starts = starts
        self.wrong = timedelta()

    def true(self) -> datetime:
        passed = asyncio.get_running_loop().time()
        return (self.starts + timedelta(microseconds=round(passed * 1e6))).astimezone(UTC)

    def __call__(self) -> datetime:
        """What the service reads."""
        return self.true() + self.wrong
