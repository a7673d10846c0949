"""Everybody due within one hour: what the check-ins cost, what an idle tick costs, how long a cry for help waits.

The sweep is the planner over the real database: it plans, renders, seals and queues, 200 people a transaction, on one
thread. Idle ticks are those that the service runs, over the same people. A cry for help comes in while the sweep runs,
and again behind all the messages that it has queued: from the webhook's door to the first attempt to reach staff.

    make bench
"""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from benchmarks.town import AN_HOUR_LATER, TEN_ON_MONDAY, number, postgresql_url, settle, sqlite_url
from benchmarks.turns import ROOT, durable
from benchmarks.turns import settle as settle_talkers
from bot import checkins, logs
from bot.app import App
from bot.channels.base import Outgoing
from bot.collecting import collect_seldom
from bot.config import read_settings
from bot.content import Checked, load_folder
from bot.desk import Desk
from flows.model import Channel, Inbound
from storage import marks, people, staff
from storage.database import Database
from storage.fields import Keyring
from storage.staff import GATE, Role
from storage.statements import Db
from storage.tables import participants

PEOPLE = 300_000
SWEEP_SECONDS = 60.0  # of one core
IDLE_MILLISECONDS = 5.0
CRY_SECONDS = 10.0  # promise 9, p99
COORDINATOR = "+447700900999"
ROUNDS = 40  # of every idle tick; the quickest counts: PostgreSQL plans a statement anew until its sixth time
TURNS = 60  # batches of 64 plain turns, to compare with
CRIES = 100
A_WEEK = timedelta(days=7)


class Swept(NamedTuple):
    """One sweep. Times are seconds; ``longest`` is the longest transaction, in which nothing else is written."""

    people: int
    cpu: float
    wall: float
    longest: float


def sweep(database: Database, desk: Desk, now: datetime) -> Swept:
    """Plan until nobody is due, on the caller's thread: ``database`` runs its units inline."""
    done, longest = 0, 0.0
    cpu, wall = time.process_time(), time.perf_counter()
    while True:
        began = time.perf_counter()
        some = database.run_now(lambda db: checkins.plan(db, desk, now))
        longest = max(longest, time.perf_counter() - began)
        if not some:
            return Swept(done, time.process_time() - cpu, time.perf_counter() - wall, longest)
        done += some


class Came(NamedTuple):
    """What a sweep left behind."""

    asked: int
    queued: int
    talking: int


def came_of_it(database: Database) -> Came:
    def unit(db: Db) -> Came:
        def count(query: str) -> int:
            return int(db.connection.exec_driver_sql(query).scalar_one())

        return Came(
            count("SELECT COUNT(*) FROM slots WHERE status = 'asked'"),
            count("SELECT COUNT(*) FROM outbox WHERE purpose = 'started' AND status = 'queued'"),
            count("SELECT COUNT(*) FROM sessions WHERE status = 'open'"),
        )

    return database.run_now(unit)


# ---------------------------------------------------------------- the whole service, with channels that only count


@dataclass
class Post:
    """A channel that takes everything at once, and says when."""

    channel: Channel
    came: dict[str, list[tuple[float, str]]] = field(default_factory=dict)  # by address: when, and the words

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def send(self, outgoing: Outgoing) -> str:
        self.came.setdefault(outgoing.address, []).append((time.perf_counter(), outgoing.text))
        return f"id-{outgoing.outbox_id}"


class Town:
    """The service over one database, which is opened anew for everything that is measured."""

    def __init__(self, url: str, checked: Checked) -> None:
        assert checked.conversation is not None
        self.url = url
        self.checked = checked
        self.keyring = Keyring.generate()
        self.desk = Desk(checked.conversation, lambda below: below // 2)
        collect_seldom()  # as the service does

    def opened(self, *, inline: bool = False) -> Database:
        return Database.open(self.url, self.keyring, hold=True, inline=inline)

    def app(self, database: Database, at: datetime) -> App:
        """A worker on a clock that goes on from ``at``, sending nowhere."""
        settings = read_settings(
            {
                "DATABASE_URL": self.url,
                "CONTENT_DIR": str(ROOT / "content"),
                "PUBLIC_URL": "https://fingerpost.test",
                "FINGERPOST_KEYS": self.keyring.format(),
                "CONSOLE_SECRET": "a secret of the console, long enough",
                "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
                "TWILIO_AUTH_TOKEN": "0" * 32,
                "TWILIO_FROM": "+447700900000",
            }
        )
        began = time.perf_counter()
        app = App(
            settings,
            database,
            self.checked,
            role="worker",
            now=lambda: at + timedelta(seconds=time.perf_counter() - began),
        )
        app.twilio = None  # nobody asks it what became of anything
        app.channels.update({channel: Post(channel) for channel in (Channel.SMS, Channel.TELEGRAM)})
        return app

    def fill(self, size: int) -> None:
        """``size`` people, a confirmed coordinator, the gate open."""
        with self.opened(inline=True) as database:
            asyncio.run(self.app(database, TEN_ON_MONDAY - A_WEEK).go_live(self.checked))
            database.run_now(partial(_coordinator, now=TEN_ON_MONDAY - A_WEEK))
            settle(database, size)
            _analyse(database)

    def turn(self, batches: int) -> float:
        """Microseconds of CPU for a plain durable turn, 64 at once: what this machine's speed is told by."""
        with self.opened(inline=True) as database:
            settle_talkers(database, 64)
            durable(database, self.desk, 64, 64 * 4, 1)
            found = durable(database, self.desk, 64, 64 * batches, 2)
            _run(database, "UPDATE outbox SET status = 'sent'", "UPDATE sessions SET status = 'ended'")
            _run(database, "UPDATE participants SET status = 'stopped', plan_at = NULL")
            return found

    def idle(self, at: datetime) -> dict[str, float]:
        """Milliseconds of each tick, and of delivery's look at what may go, while nothing is due."""

        async def unit(app: App) -> dict[str, float]:
            return {name: await _quickest(look) for name, look in _looks(app).items()}

        with self.opened() as database:
            return asyncio.run(unit(self.app(database, at)))

    def sweep(self, at: datetime) -> Swept:
        with self.opened(inline=True) as database:
            return sweep(database, self.desk, at)

    def cries(self, at: datetime, numbers: Iterable[int], pause: float) -> Cries:
        """People cry for help while the whole service runs: ticks, delivery and all."""

        async def unit(app: App) -> Cries:
            await app.start()
            try:
                return await _cries(app, numbers, pause)
            finally:
                await app.stop()

        with self.opened() as database:
            return asyncio.run(unit(self.app(database, at)))

    def came(self) -> Came:
        with self.opened(inline=True) as database:
            return came_of_it(database)

    def still_due(self, at: datetime) -> int:
        """How many people are due a check-in and have not been planned for."""
        with self.opened(inline=True) as database:
            return database.run_now(
                lambda db: int(
                    db.connection.execute(
                        select(func.count()).select_from(participants).where(participants.c.plan_at <= at)
                    ).scalar_one()
                )
            )

    def empties(self) -> None:
        """Every message has gone."""
        with self.opened(inline=True) as database:
            _run(database, "UPDATE outbox SET status = 'sent', sent_at = made_at WHERE status <> 'sent'")
            _analyse(database)

    def answers(self) -> None:
        """Everybody has answered, and no crisis is open."""
        with self.opened(inline=True) as database:
            _run(database, "UPDATE sessions SET status = 'ended', next_due = NULL WHERE status = 'open'")
            _run(database, "UPDATE slots SET status = 'answered', ended_at = due_at WHERE status = 'asked'")
            _run(database, "UPDATE alerts SET status = 'resolved', next_at = NULL, resolved_at = opened_at")
            _analyse(database)


def _coordinator(db: Db, now: datetime) -> None:
    address_id = people.address(db, Channel.SMS, COORDINATOR, now)
    code = staff.add(db, "Kim", Role.COORDINATOR, address_id, now, lambda _: 0)
    staff.confirm(db, address_id, code, now)
    marks.put(db, GATE, "open", now)


def _run(database: Database, *statements: str) -> None:
    def unit(db: Db) -> None:
        for statement in statements:
            db.connection.exec_driver_sql(statement)

    database.run_now(unit)


def _analyse(database: Database) -> None:
    """What autovacuum does in its own time; SQLite plans the same without."""
    if not database.is_sqlite:
        _run(database, "ANALYZE")


def _looks(app: App) -> dict[str, Callable[[], Awaitable[object]]]:
    ticks: dict[str, Callable[[], Awaitable[object]]] = {
        name: tick for name, (_, tick) in app.clockwork.ticks().items()
    }
    return {**ticks, "delivery": app.delivery.cycle}


async def _quickest(look: Callable[[], Awaitable[object]]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await look()
        times.append((time.perf_counter() - began) * 1000)
    return min(times)


class Cries(NamedTuple):
    """Seconds from a cry for help at the door until it was answered, and until staff were first tried; each sorted."""

    answered: list[float]
    staff: list[float]

    @property
    def p99(self) -> float:
        """The slower of the two, at the ninety-ninth of a hundred."""
        return max(times[min(len(times) - 1, len(times) * 99 // 100)] for times in self)


async def _cries(app: App, numbers: Iterable[int], pause: float) -> Cries:
    """One after another, ``pause`` seconds apart."""
    heard = []
    for which in numbers:
        heard.append(await _cry(app, which))
        await asyncio.sleep(pause)
    return Cries(sorted(answered for answered, _ in heard), sorted(told for _, told in heard))


async def _cry(app: App, which: int) -> tuple[float, float]:
    post = app.channels[Channel.SMS]
    assert isinstance(post, Post)
    before, began = len(post.came.get(COORDINATOR, [])), time.perf_counter()
    await app.take(Inbound(Channel.SMS, f"SMcry{which}", number(which), text="took all my tablets"))
    answered = told = 0.0
    while not (answered and told):
        if time.perf_counter() - began > 10 * CRY_SECONDS:
            raise TimeoutError(f"a cry for help was not heard in {10 * CRY_SECONDS:.0f} seconds")
        await asyncio.sleep(0.001)
        answered = next((at for at, words in post.came.get(number(which), []) if "999" in words), 0.0)
        told = next((at for at, words in post.came.get(COORDINATOR, [])[before:] if "URGENT" in words), 0.0)
    return answered - began, told - began


# ---------------------------------------------------------------- all of it, on one database


class Found(NamedTuple):
    """All that was measured on one database."""

    turn: float  # microseconds of CPU: a plain durable turn, 64 at once, in the same run
    swept: Swept
    came: Came
    idle_before: dict[str, float]  # milliseconds
    idle_after: dict[str, float]
    behind: Cries
    during: Cries
    left_to_do: int  # people not yet planned for when the last cry was heard

    @property
    def each(self) -> float:
        """Microseconds of CPU a check-in."""
        return self.swept.cpu / self.swept.people * 1e6

    @property
    def slowest_tick(self) -> tuple[float, str]:
        return max((ms, name) for found in (self.idle_before, self.idle_after) for name, ms in found.items())


def measure(
    url: str, checked: Checked, size: int, *, turns: int = TURNS, cries: int = CRIES, pause: float = 0.1
) -> Found:
    """Everything, over ``size`` people, in the empty database at ``url``."""
    town = Town(url, checked)
    turn = town.turn(turns)
    town.fill(size)
    idle_before = town.idle(TEN_ON_MONDAY - timedelta(minutes=1))
    swept = town.sweep(AN_HOUR_LATER)
    came = town.came()
    texting = iter([which for which in range(size) if which % 5])
    behind = town.cries(AN_HOUR_LATER, islice(texting, cries), 0)
    town.empties()
    town.answers()
    idle_after = town.idle(AN_HOUR_LATER + timedelta(hours=1))
    during = town.cries(AN_HOUR_LATER + A_WEEK, islice(texting, cries), pause)
    return Found(turn, swept, came, idle_before, idle_after, behind, during, town.still_due(AN_HOUR_LATER + A_WEEK))


def main(size: int = PEOPLE) -> bool:
    """Measure both databases and print; whether every gate was met."""
    checked = load_folder(ROOT / "content")
    logs.configure("text", open(os.devnull, "w"))  # noqa: SIM115 - what ticks say of a backlog is no news here
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; {size} people due within one hour")
    met = True
    with tempfile.TemporaryDirectory() as name:
        for kind, fresh in (("SQLite", sqlite_url), ("PostgreSQL", postgresql_url)):
            with fresh(Path(name)) as url:
                found = measure(url, checked, size)
            met = _show(kind, found) and met
    return met


def _show(kind: str, found: Found) -> bool:
    swept, (slowest, tick) = found.swept, found.slowest_tick
    scale = PEOPLE / swept.people
    rows = [
        ("the sweep: seconds of CPU here", swept.cpu, SWEEP_SECONDS / scale),
        ("the sweep: seconds by the clock", swept.wall, None),
        ("longest transaction, milliseconds", swept.longest * 1000, None),
        ("a check-in, µs of CPU here", found.each, None),
        ("… times a plain durable turn", found.each / found.turn, None),
        (f"slowest idle tick ({tick}), milliseconds", slowest, IDLE_MILLISECONDS),
        (f"cry behind {swept.people} messages, p99 seconds", found.behind.p99, CRY_SECONDS),
        (f"cry amid the sweep ({found.left_to_do} to go), p99 seconds", found.during.p99, CRY_SECONDS),
    ]
    print(kind)
    for name, value, gate in rows:
        verdict = "" if gate is None else f"  gate {gate:g}: {'met' if value < gate else 'MISSED'}"
        print(f"  {name:52} {value:>10.3f}{verdict}")
    return all(gate is None or value < gate for _, value, gate in rows)


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE))
