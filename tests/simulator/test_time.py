"""Time that is not waited for, and what dies with a process."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.simulator.virtual import VirtualLoop, WorldClock

MONDAY = datetime(2027, 3, 1, 10, tzinfo=UTC)


def test_a_year_passes_at_once_and_in_order() -> None:
    clock, seen = WorldClock(MONDAY), []

    async def wait(days: float) -> None:
        await asyncio.sleep(timedelta(days=days).total_seconds())
        seen.append((days, clock.true() - MONDAY))

    async def year() -> None:
        await asyncio.gather(wait(365), wait(1), wait(0.5))

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(year())
    assert [days for days, _ in seen] == [0.5, 1, 365]
    assert all(abs(passed - timedelta(days=days)) < timedelta(milliseconds=1) for days, passed in seen)


def test_a_clock_may_be_wrong_and_true_time_is_not() -> None:
    clock = WorldClock(MONDAY)

    async def look() -> None:
        clock.wrong = timedelta(hours=-1)
        assert clock() == MONDAY - timedelta(hours=1)
        assert clock.true() == MONDAY

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(look())


def test_a_standstill_is_said_instead_of_waited_for() -> None:
    async def forever() -> None:
        await asyncio.get_running_loop().create_future()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner, pytest.raises(RuntimeError, match="waits for somebody"):
        runner.run(forever())
