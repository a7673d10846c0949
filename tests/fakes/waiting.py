"""Waiting for something to have happened, with a deadline and without sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

DEADLINE = 20.0  # seconds: far more than anything takes on a machine that is busy with other things


class Happenings:
    """A place where one side says that something changed and the other waits until it is what it wants."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def changed(self) -> None:
        """Wake everybody who waits, to look again."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def until(
        self, look: Callable[[], Found | None], otherwise: Callable[[], str], *, seconds: float = DEADLINE
    ) -> Found:
        """What ``look`` finds, as soon as it finds something.

        Raises AssertionError with the words of ``otherwise`` when it has not by the deadline.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while True:
            found = look()
            if found is not None:
                return found
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.add(future)
            try:
                await asyncio.wait_for(future, deadline - loop.time())
            except TimeoutError:
                raise AssertionError(f"after {seconds:g} seconds: {otherwise()}") from None
            finally:
                self._waiting.discard(future)
