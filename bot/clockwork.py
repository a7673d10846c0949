"""What time brings, as a list. An in-memory clock and nothing else: what is due lives in indexed columns.

APScheduler with intervals in UTC only; a job a person is measured not to scale, and its default grace time drops jobs
after a stall of three seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import (
    booked,
    catching_up,
    checkins,
    escalating,
    heartbeat,
    logs,
    refreshing,
    reviews,
    sealing,
    silences,
    summary,
    turns,
    withdrawing,
)
from bot.stepping import SWEEP
from storage import home, retention, values
from storage.statements import Db

if TYPE_CHECKING:
    from bot.app import App

log = logs.get_logger(__name__)

Tick = Callable[[], Awaitable[None]]


# what a copy does before it is armed: what it was told of since, and nothing of what it holds from before
OF_A_COPY = frozenset({"alerts", "times ahead", "goodbyes", "heartbeat"})
LONGEST_TICK = timedelta(minutes=5)  # even planning for three hundred thousand people takes one


class Clockwork:
    """Ticks. ``ticked_at`` is when the last whole one ended, in real time; None before the first."""

    def __init__(self, app: App, wall: Callable[[], datetime]) -> None:
        self.app = app
        self._wall = wall  # real time, by which APScheduler ticks even while practice time is moved
        self.ticked_at: datetime | None = None
        self.failing: set[str] = set()  # ticks whose last run raised
        self._seen: dict[str, datetime] = {}  # when each tick last began or ended
        self._scheduler: AsyncIOScheduler | None = None

    def ticks(self) -> dict[str, tuple[timedelta, Tick]]:
        """Every tick: how often, and what it does."""
        return {
            # before silence is judged: they may have written while we were away
            "missed texts": (catching_up.EVERY, self.missed_texts),
            "silences": (timedelta(seconds=5), self.silences),
            "check-ins": (timedelta(seconds=5), self.check_ins),
            "held check-ins": (timedelta(seconds=15), self.held_check_ins),
            "bookings": (timedelta(seconds=15), self.bookings),
            "decisions": (timedelta(seconds=60), self.decisions),
            "renamed values": (timedelta(seconds=15), self.renamed_values),
            "alerts": (timedelta(seconds=5), self.alerts),
            "times ahead": (timedelta(minutes=1), self.times_ahead),
            "withdrawals": (timedelta(seconds=5), self.withdrawals),
            "rota": (timedelta(minutes=10), self.rota),
            "summaries": (timedelta(minutes=1), self.summaries),
            "directory": (refreshing.LOOKS, self.directory),
            "goodbyes": (timedelta(seconds=2), self.goodbyes),
            "old rows": (timedelta(hours=1), self.old_rows),
            "older keys": (timedelta(minutes=10), self.older_keys),
            "unknown sends": (timedelta(seconds=60), self.app.resolve_unknown),
            # the last one, so that what the others have just put right is not found wanting
            "heartbeat": (heartbeat.EVERY, self.heartbeat),
        }

    def start(self, now: datetime) -> None:
        """Start ticking, at once, so that a restart catches up. ``now`` is real time, whatever practice says."""
        self._scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            timezone=UTC,
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        for name, (every, _) in self.ticks().items():
            self._seen[name] = self._wall()
            self._scheduler.add_job(
                self.run,
                "interval",
                args=(name,),
                seconds=every.total_seconds(),
                next_run_time=now,
                id=name,
            )
        self._scheduler.start()

    def has_stalled(self, longest: timedelta) -> bool:
        """Whether no tick has ended well for ``longest``, nor since the start; False where no clock was started."""
        since = self.ticked_at or min(self._seen.values(), default=None)
        return self._scheduler is not None and since is not None and self._wall() - since > longest

    @property
    def last_tick_seconds(self) -> float | None:
        """How long ago a tick last ended well; None before the first."""
        return None if self.ticked_at is None else (self._wall() - self.ticked_at).total_seconds()

    def stalled(self) -> list[str]:
        """Ticks that have run, or failed to run, for longer than any may."""
        now = self._wall()
        every = {name: interval for name, (interval, _) in self.ticks().items()}
        return [name for name, seen in self._seen.items() if now - seen > every[name] + LONGEST_TICK]

    def stop(self) -> None:
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)

    async def run(self, name: str) -> None:
        """One tick, now. What goes wrong in it is kept in ``failing``, and is no trouble of the others."""
        _, tick = self.ticks()[name]
        self._seen[name] = self._wall()
        try:
            if self.app.delivery.held is None or name in OF_A_COPY:
                await tick()
        except asyncio.CancelledError:
            return  # we are stopping, and the database has let go of what waited
        except Exception as error:
            log.error("tick.failed", step=name.replace(" ", "_"), exc_info=error)
            self.failing.add(name)
            return
        finally:
            self._seen[name] = self._wall()
        self.failing.discard(name)
        self.ticked_at = self._wall()

    # ------------------------------------------------------------ the ticks

    async def missed_texts(self) -> None:
        """What people texted while nobody was there to take it."""
        if self.app.twilio is not None:
            await self.app.catching_up.look()

    async def silences(self) -> None:
        """Questions that nobody answered: nudge, then close. Not before we know what was said while we were away."""
        if self.app.is_behind():
            return
        await self._sweep(lambda db, now: silences.time_out(db, self.app.desk, now))

    async def check_ins(self) -> None:
        """Whoever is due a check-in now."""
        await self._sweep(lambda db, now: checkins.plan(db, self.app.desk, now))

    async def held_check_ins(self) -> None:
        """Check-ins that waited behind another conversation."""
        await self._sweep(lambda db, now: checkins.start_waiting(db, self.app.desk, now))

    async def bookings(self) -> None:
        """Flows that were booked for now."""
        await self._sweep(lambda db, now: booked.start_booked(db, self.app.desk, now))

    async def decisions(self) -> None:
        """What was decided about what people handed in."""
        await self._sweep(lambda db, now: reviews.tell(db, self.app.desk, now))

    async def renamed_values(self) -> None:
        """What is remembered under a name that variables.yaml has changed (``was:``)."""
        variables = self.app.desk.live.library.variables
        await self._sweep(lambda db, now: values.move_renamed(db, variables, now, SWEEP))

    async def alerts(self) -> None:
        """Alerts whose next step is due, and those that nobody has finished."""
        await self._sweep(lambda db, now: escalating.escalate(db, self.app.desk, now))

    async def times_ahead(self) -> None:
        """Alerts that stand still because the clock has been set back."""
        await self._once(escalating.set_right)

    async def withdrawals(self) -> None:
        """Who is in a flow that was withdrawn is taken out of it."""
        await self._sweep(lambda db, now: withdrawing.end_withdrawn(db, self.app.desk, now))

    async def rota(self) -> None:
        """Coordinators hear two days ahead of a time with nobody on duty."""
        await self._once(lambda db, now: escalating.warn_of_gaps(db, self.app.desk, now))

    async def summaries(self) -> None:
        """On the morning of a working day the staff hear what is theirs."""
        await self._once(lambda db, now: summary.summarise(db, self.app.desk, now))

    async def directory(self) -> None:
        """A directory of somebody else's that is due to be read again."""
        await refreshing.refresh(self.app)

    async def goodbyes(self) -> None:
        """Who asked to be forgotten and has been told so; then the log that may still hold their words."""
        await self._sweep(turns.forget)
        await self.app.forgotten.keep(self.app.database, self.app.clock())
        await self.app.database.scrub()

    async def old_rows(self) -> None:
        """What has been kept as long as people were told that it would be."""
        library = self.app.desk.live.library
        await home.count_on(self.app.database, self.app.clock())
        await self._sweep(lambda db, now: retention.expire(db, library.service.keep, now, SWEEP))
        await self._sweep(lambda db, now: values.forget_old(db, library.variables, now, SWEEP))

    async def older_keys(self) -> None:
        """What is still sealed with a key that another has taken the place of."""
        await sealing.seal_anew(self.app)

    async def heartbeat(self) -> None:
        """Whether all is well, and whoever watches from outside is told that it is."""
        await self.app.heartbeat.beat()

    async def _once(self, unit: Callable[[Db, datetime], int]) -> None:
        if await self.app.database.run(partial(_at, unit, self.app.clock())):
            self.app.delivery.wake.set()

    async def _sweep(self, unit: Callable[[Db, datetime], int]) -> None:
        """Chunk after chunk until nothing is left, so that no unit holds the writer for long."""
        while True:
            done = await self.app.database.run(partial(_at, unit, self.app.clock()))
            if done:
                self.app.delivery.wake.set()
            if done < SWEEP:
                return


def _at(unit: Callable[[Db, datetime], int], now: datetime, db: Db) -> int:
    return unit(db, now)
