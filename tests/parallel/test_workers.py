"""Four workers on one PostgreSQL, one of them killed in the middle: every slot gets exactly one check-in.

What was sent is counted outside the program, by the Twilio fake.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from benchmarks.town import AN_HOUR_LATER, number, settle
from storage import tables
from storage.database import Database
from storage.fields import Keyring
from storage.statements import Db
from tests.e2e.service import ROOT
from tests.fakes.twilio import TwilioFake
from tests.parallel.worker import BASE, EPOCH

AN_HOUR = 3600.0
OVER = 180.0  # seconds in which everything must have been sent or ended
MOST_AT_ONCE = 100  # sends that one worker may have under way when it dies


@asynccontextmanager
async def workers(url: str, keyring: Keyring, twilio: TwilioFake, at: datetime, *lives: str) -> AsyncIterator[None]:
    """So many workers at once; each ``AHEAD LAST``."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    settings = {
        "DATABASE_URL": url,
        "CONTENT_DIR": str(ROOT / "content"),
        "PUBLIC_URL": "https://fingerpost.test",
        "FINGERPOST_KEYS": keyring.format(),
        "CONSOLE_SECRET": "a secret of the console, long enough",
        "TWILIO_ACCOUNT_SID": twilio.account_sid,
        "TWILIO_AUTH_TOKEN": twilio.auth_token,
        "TWILIO_MESSAGING_SERVICE_SID": twilio.messaging_service_sid,
        "TWILIO_API_URL": twilio.url,
        BASE: at.isoformat(),
        EPOCH: str(time.monotonic()),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.parallel.worker"),
        cwd=ROOT,
        env={**kept, **settings},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write("".join(f"{life}\n" for life in lives).encode())
        await process.stdin.drain()
        for _ in lives:
            assert (await process.stdout.readline()).startswith(b"born")
        yield
    finally:
        process.stdin.close()
        said = (await process.stdout.read()).decode().splitlines()
        await process.wait()
    wanted = sorted("gone 0" if life.endswith(" 0") else f"gone {-signal.SIGKILL}" for life in lives)
    assert sorted(said) == wanted, "each ends as it was meant to"


def rows(database: Database, table: str) -> list[Any]:
    return database.run_now(lambda db: list(db.connection.execute(select(tables.metadata.tables[table]))))


async def come_to_rest(database: Database, people: int) -> None:
    """Until everybody's slot has begun, and every message has an end."""

    def left(db: Db) -> tuple[int, int]:
        def count(query: str) -> int:
            return int(db.connection.exec_driver_sql(query).scalar_one())

        begun = count("SELECT COUNT(*) FROM slots WHERE status <> 'waiting'")
        return people - begun, count("SELECT COUNT(*) FROM outbox WHERE status IN ('queued', 'sending')")

    deadline = asyncio.get_running_loop().time() + OVER
    while any(database.run_now(left)):
        assert asyncio.get_running_loop().time() < deadline, (
            f"after {OVER} seconds there is left {database.run_now(left)}"
        )
        await asyncio.sleep(0.2)


async def swept_by_four(url: str, keyring: Keyring, people: int, lives: tuple[str, ...]) -> None:
    with Database.open(url, keyring) as database:
        settle(database, people, telegram=False)
    async with TwilioFake() as twilio:
        with Database.open(url, keyring) as database:
            async with workers(url, keyring, twilio, AN_HOUR_LATER, *lives):
                await come_to_rest(database, people)
            slots, messages, talks = (rows(database, name) for name in ("slots", "outbox", "sessions"))
        arrived = Counter(message.to for message in twilio.sent)
        twilio.must_be_clean()

    # every slot, once: planned, begun and asked
    assert Counter((slot.schedule, slot.local_date) for slot in slots) == Counter(
        {("weekly check-in", AN_HOUR_LATER.date()): people}
    )
    assert len({slot.participant_id for slot in slots}) == people
    assert len({slot.outbox_id for slot in slots}) == people
    assert len({talk.participant_id for talk in talks}) == len(talks) == people
    # nobody hears it twice
    assert set(arrived.values()) == {1}
    assert len(messages) == people
    # what no process can know is what the dead one had in hand, and no more, until Twilio is asked; all else arrived
    ends = Counter((message.status, message.reason) for message in messages)
    sent = sum(count for (status, _), count in ends.items() if status == "sent")
    unsure = ends["unknown", "stopped while sending"] + ends["failed", "never reached the provider"]
    assert sent + unsure == people, ends
    assert sent <= len(arrived) <= people
    assert unsure <= MOST_AT_ONCE
    assert set(arrived) <= {number(which) for which in range(people)}


async def test_four_workers_and_one_killed_ask_everybody_once(postgresql_url: str, keyring: Keyring) -> None:
    killed_at = random.Random(11).randrange(20, 60)
    await swept_by_four(postgresql_url, keyring, 240, ("0 0", f"0 {killed_at}", f"{AN_HOUR} 0", f"-{AN_HOUR} 0"))


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(12))
async def test_wherever_one_of_four_workers_dies_everybody_is_asked_once(
    postgresql_url: str, keyring: Keyring, seed: int
) -> None:
    chance = random.Random(seed)
    lives = tuple(
        f"{ahead} {last}"
        for ahead, last in zip((0, AN_HOUR, -AN_HOUR, 0), (chance.randrange(2, 200), 0, 0, 0), strict=True)
    )
    await swept_by_four(postgresql_url, keyring, 800, lives)
