"""Every trouble, planted: each gives what cures it."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import delete, text, update

from bot import watching
from bot.watching import Kind
from flows.effects import Purpose
from flows.errors import Meaning, SendFailed
from storage import arming, tables
from tests.watching.tower import MINUTE, Tower

Cure = Callable[[], Awaitable[None]]


def gone(tower: Tower, table: Any, row_id: int) -> Cure:
    """A cure: the row is no longer there."""

    async def cure() -> None:
        tower.do(delete(table).where(table.c.id == row_id))

    return cure


async def look(tower: Tower) -> Cure:
    usual = shutil.disk_usage

    def unreadable(_: object) -> Any:
        raise OSError("input/output error")

    if tower.app.settings.database_file is None:  # … and where the disk is not looked at
        delivery = tower.app.delivery
        kept, delivery.refusals = delivery.refusals, None  # type: ignore[assignment]
        return _does(lambda: setattr(delivery, "refusals", kept))
    shutil.disk_usage = unreadable  # type: ignore[assignment]
    return _does(lambda: setattr(shutil, "disk_usage", usual))


def _does(what: Callable[[], object]) -> Cure:
    async def cure() -> None:
        what()

    return cure


async def database(tower: Tower) -> Cure:
    """Every thread of it hangs."""
    released = threading.Event()
    threads = 1 if tower.database.is_sqlite else 4
    hanging = threading.Barrier(threads + 1)

    def hangs(_: object) -> None:
        hanging.wait(10)
        released.wait()

    hung = [asyncio.ensure_future(tower.database.run(hangs)) for _ in range(threads)]
    await asyncio.to_thread(hanging.wait, 10)
    watchman = tower.app.watchman
    usual, watchman.patience = watchman.patience, 0.02

    async def cure() -> None:
        released.set()
        watchman.patience = usual
        await asyncio.gather(*hung)

    return cure


async def schema(tower: Tower) -> Cure:
    form = tower.rows(text("SELECT version_num FROM alembic_version"))[0][0]
    tower.do(text("UPDATE alembic_version SET version_num = '9999'"))
    return _does(lambda: tower.do(text(f"UPDATE alembic_version SET version_num = '{form}'")))


async def a_copy(tower: Tower) -> Cure:
    tower.database.run_now(lambda db: arming.hold(db, arming.COPIED, tower.now))
    return _does(lambda: tower.do(delete(tables.marks).where(tables.marks.c.name == arming.HELD)))


async def crisis_unheard(tower: Tower) -> Cure:
    alert = tower.alert(tier="A", opened=3 * MINUTE, next_at=tower.now + 10 * MINUTE)
    return gone(tower, tables.alerts, alert)


async def crisis_stuck(tower: Tower) -> Cure:
    alert = tower.alert(tier="B", opened=10 * MINUTE, next_at=tower.now - 3 * MINUTE)
    page = tower.message(Purpose.ALERT, 9 * MINUTE, status="sent", alert_id=alert, staff_id=tower.coordinator)

    async def cure() -> None:
        tower.do(delete(tables.outbox).where(tables.outbox.c.id == page))
        await gone(tower, tables.alerts, alert)()

    return cure


async def crisis_late(tower: Tower) -> Cure:
    return gone(tower, tables.outbox, tower.message(Purpose.CRISIS, 3 * MINUTE))


async def no_coordinator(tower: Tower) -> Cure:
    its = tables.addresses.c.staff_id == tower.coordinator
    tower.do(update(tables.addresses).where(its).values(trouble="blocked"))
    return _does(lambda: tower.do(update(tables.addresses).where(its).values(trouble=None)))


async def sending(tower: Tower) -> Cure:
    """The loop that delivers has died."""

    async def dies() -> None: ...

    dead = asyncio.create_task(dies(), name="delivery")
    await dead
    loops = tower.app._loops
    loops.append(dead)
    return _does(lambda: loops.remove(dead))


async def credentials(tower: Tower) -> Cure:
    tower.message(Purpose.STARTED, timedelta(0))
    tower.sms.refuses = SendFailed(Meaning.CREDENTIALS, "20003")
    await tower.delivers()

    async def cure() -> None:
        tower.sms.refuses = None
        tower.passes(2 * MINUTE)
        await tower.delivers()

    return cure


async def channel(tower: Tower) -> Cure:
    message = tower.message(Purpose.STARTED, timedelta(0))
    tower.sms.refuses = SendFailed(Meaning.TRY_LATER, "503")
    for _ in range(12):
        tower.passes(MINUTE)
        await tower.delivers()

    async def cure() -> None:
        tower.sms.refuses = None
        tower.do(update(tables.outbox).where(tables.outbox.c.id == message).values(next_at=tower.now))
        await tower.delivers()

    return cure


async def incoming(tower: Tower) -> Cure:
    poller, telegram = tower.app.poller, tower.app.telegram
    assert poller is not None
    assert telegram is not None
    refused = SendFailed(Meaning.CREDENTIALS, "401")

    async def refuses(*_: object) -> list[Any]:
        raise refused

    async def answers(*_: object) -> list[Any]:
        return []

    telegram.drop_webhook = refuses  # type: ignore[method-assign, assignment]
    telegram.get_updates = refuses  # type: ignore[method-assign, assignment]
    await poller.step(asyncio.Event())

    async def cure() -> None:
        telegram.drop_webhook = answers  # type: ignore[method-assign, assignment]
        telegram.get_updates = answers  # type: ignore[method-assign, assignment]
        await poller.step(asyncio.Event())

    return cure


async def alert_stuck(tower: Tower) -> Cure:
    return gone(tower, tables.alerts, tower.alert(tier=None, opened=timedelta(hours=1), next_at=tower.now - 6 * MINUTE))


async def late(tower: Tower) -> Cure:
    return gone(tower, tables.outbox, tower.message(Purpose.REPLY, 6 * MINUTE))


async def started_late(tower: Tower) -> Cure:
    message = tower.message(Purpose.STARTED, timedelta(minutes=61))
    tower.app.delivery.moved[tower.sms.channel] = tower.now - 6 * MINUTE
    return gone(tower, tables.outbox, message)


async def slot_stuck(tower: Tower) -> Cure:
    slot = tower.add(
        tables.slots,
        participant_id=tower.participant(),
        schedule="weekly check-in",
        local_date=tower.now.date(),
        flow="check-in",
        due_at=tower.now - timedelta(hours=3),
        until_at=tower.now + timedelta(hours=3),
        status="asked",
    )
    return gone(tower, tables.slots, slot)


async def conversation_stuck(tower: Tower) -> Cure:
    session = tower.add(
        tables.sessions,
        participant_id=tower.participant(),
        version=1,
        release="a" * 64,
        flow="check-in",
        state=b"",
        status="open",
        next_due=tower.now - 11 * MINUTE,
        started_at=tower.now - timedelta(days=2),
    )
    return gone(tower, tables.sessions, session)


async def content(tower: Tower) -> Cure:
    """Another process, of a newer program, puts words live that this one cannot read."""
    following = tower.app.following
    following.refused = "b" * 64
    return _does(lambda: setattr(following, "refused", ""))


async def time_stalled(tower: Tower) -> Cure:
    tower.ticking = False
    tower.passes(MINUTE)
    return _does(partial(setattr, tower, "ticking", True))


async def tick_stalled(tower: Tower) -> Cure:
    """One hangs, while the others tick on."""
    released = asyncio.Event()
    every, usual = tower.ticks["bookings"]

    async def hangs() -> None:
        await released.wait()

    tower.ticks["bookings"] = every, hangs
    hanging = asyncio.ensure_future(tower.app.clockwork.run("bookings"))
    await asyncio.sleep(0)
    for _ in range(6):
        await tower.ticks_but("bookings")
        tower.passes(MINUTE)
    tower.hanging = "bookings"

    async def cure() -> None:
        released.set()
        tower.ticks["bookings"] = every, usual
        await hanging
        tower.hanging = ""

    return cure


async def tick_fails(tower: Tower) -> Cure:
    every, usual = tower.ticks["bookings"]

    async def fails() -> None:
        raise ValueError("a row that nobody expected")

    tower.ticks["bookings"] = every, fails
    return _does(lambda: tower.ticks.update(bookings=(every, usual)))


async def disk(tower: Tower) -> Cure:
    usual = shutil.disk_usage
    full = usual("/")._replace(free=watching.LEAST_FREE - 1)
    shutil.disk_usage = lambda _: full  # type: ignore[assignment]
    return _does(lambda: setattr(shutil, "disk_usage", usual))


async def clock(tower: Tower) -> Cure:
    """Somebody sets it, an hour on: the seconds that nobody can set do not go with it."""
    tower.now += timedelta(hours=1)

    async def cure() -> None:
        for _ in range(16):
            tower.passes(MINUTE)
            await tower.ticks_but()

    return cure


PLANTS: Mapping[Kind, Callable[[Tower], Awaitable[Cure]]] = {
    Kind.LOOK: look,
    Kind.DATABASE: database,
    Kind.SCHEMA: schema,
    Kind.COPY: a_copy,
    Kind.CRISIS_UNHEARD: crisis_unheard,
    Kind.CRISIS_STUCK: crisis_stuck,
    Kind.CRISIS_LATE: crisis_late,
    Kind.NO_COORDINATOR: no_coordinator,
    Kind.SENDING: sending,
    Kind.CREDENTIALS: credentials,
    Kind.CHANNEL: channel,
    Kind.INCOMING: incoming,
    Kind.ALERT_STUCK: alert_stuck,
    Kind.LATE: late,
    Kind.STARTED_LATE: started_late,
    Kind.SLOT_STUCK: slot_stuck,
    Kind.CONVERSATION_STUCK: conversation_stuck,
    Kind.CONTENT: content,
    Kind.TIME_STALLED: time_stalled,
    Kind.TICK_STALLED: tick_stalled,
    Kind.TICK_FAILS: tick_fails,
    Kind.DISK: disk,
    Kind.CLOCK: clock,
}
