"""What the scheduler and the one-second tick of delivery do, without the idle turns between.

In a year of virtual time the ticks of ``clockwork`` would run a hundred million times, nearly always for nothing. So
this looks, after every commit, when the next thing falls due, and runs each tick then, at most as often as it asks.
All of them run every four hours whatever the database says, so that nothing hangs on the list below.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.tables import microseconds

if TYPE_CHECKING:
    from bot.simulator.life import Service

_EARLIEST = {
    "silences": "SELECT min(next_due) FROM sessions WHERE status = 'open'",
    "bookings": "SELECT min(look_at) FROM bookings WHERE status = 'waiting'",
    "goodbyes": "SELECT min(erase_asked_at) FROM participants WHERE erase_asked_at IS NOT NULL",
    "unknown sends": "SELECT min(claimed_at) + 30000000 FROM outbox WHERE status = 'unknown' AND channel = 'sms'",
    "check-ins": "SELECT min(plan_at) FROM participants WHERE plan_at IS NOT NULL",
    "held check-ins": "SELECT min(look_at) FROM slots WHERE status = 'waiting'",
    "alerts": "SELECT min(next_at) FROM alerts WHERE status <> 'resolved' AND next_at IS NOT NULL",
    "outbox": "SELECT min(next_at) FROM outbox WHERE status = 'queued'",
    "sending": "SELECT min(claimed_at) + 5000000 FROM outbox WHERE status = 'sending'",
}
_QUERY = " UNION ALL ".join(f"SELECT {number}, ({sql})" for number, sql in enumerate(_EARLIEST.values()))
OUTSIDE = frozenset({"heartbeat"})  # looks at the disk and at real time
IDLE = timedelta(hours=4)
SELDOM = {"old rows": timedelta(days=1)}
SLOWEST = 15.0  # seconds between two looks at something that is due and does not move


class Pulse:
    """Runs the ticks of one service until it is killed."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._changed: asyncio.Future[None] | None = None
        self._stuck: dict[str, tuple[int, float]] = {}  # tick → (what was due when it last ran, its pause now)
        self._ran: dict[str, float] = {}

    def changed(self) -> None:
        """Something was committed."""
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        service = self._service
        ticks = {name: each for name, each in service.clockwork.ticks().items() if name not in OUTSIDE}
        while True:
            due = self._due()
            now = loop.time()
            next_at = now + IDLE.total_seconds()
            turn: list[str] = []
            for name, every in self._cadence(ticks).items():
                at = self._next(name, every, due, now)
                if at <= now:
                    turn.append(name)
                next_at = min(next_at, at)
            if not turn:
                self._changed = loop.create_future()
                handle = loop.call_at(next_at, self.changed)
                await self._changed
                handle.cancel()
                continue
            for name in turn:
                self._ran[name] = now
                if name in ticks:
                    await service.clockwork.run(name)
                else:
                    service.delivery.wake.set()
            # what they committed is looked at next; delivery gets its turn in between
            await asyncio.sleep(0.01)

    def _cadence(self, ticks: object) -> dict[str, float]:
        assert isinstance(ticks, dict)
        found = {name: float(every.total_seconds()) for name, (every, _) in ticks.items()}
        return found | {"outbox": 1.0, "sending": 5.0}

    def _next(self, name: str, every: float, due: dict[str, int | None], now: float) -> float:
        """When this one runs next, in the loop's time."""
        ran = self._ran.get(name)
        if ran is None:
            return now
        first = due.get(name)
        idle = ran + max(every, SELDOM.get(name, IDLE).total_seconds())
        if first is None:
            return idle if name not in ("outbox", "sending") else float("inf")
        at = now + max(0.0, (first - self._microseconds()) / 1e6)
        last, pause = self._stuck.get(name, (0, every))
        if last == first and at <= now:
            # it ran, and the same thing is still due: look less and less often
            at = max(at, ran + pause)
            if at <= now:
                self._stuck[name] = (first, min(pause * 1.5, max(every, SLOWEST)))
        else:
            at = max(at, ran + every)
            if at <= now:
                self._stuck[name] = (first, every)
        return at if name in ("outbox", "sending") else min(at, idle)

    def _microseconds(self) -> int:
        return microseconds(self._service.clock())

    def _due(self) -> dict[str, int | None]:
        world = self._service.life.world
        rows = world.sql(_QUERY)
        due = {name: rows[number][1] for number, name in enumerate(_EARLIEST)}
        # what is asked for every minute is asked for when there is something to find
        return due | {"missed texts": min((microseconds(text.at) for _, text in world.sms.lost.values()), default=None)}
