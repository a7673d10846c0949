"""SIGKILL between any two steps: no acknowledged message is lost, and no routine message is sent twice.

The account of what was acknowledged and of what was sent is kept here, outside the program: by the Twilio fake.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from flows.model import Channel
from flows.statuses import PersonStatus
from storage import people, tables
from storage.database import Database
from storage.fields import Keyring
from storage.people import PersonChange
from storage.schema import migrate
from storage.statements import Db
from tests.e2e.service import ROOT, a_free_port
from tests.fakes.twilio import TwilioFake
from tests.turns.table import MONDAY

PUBLIC_URL = "https://fingerpost.test"
SHORT, LONG = 8, 100  # kills
PHONES = [f"+447700900{number}" for number in range(201, 213)]
SAID = ("checkin", "4", "7", "2", "MENU", "WHO IS THIS", "help", "privacy", "want to die", "Y", "what now")
LONGEST_STEP = 120  # of those that a life may be killed at
OVER = 90.0  # seconds in which everything must have come to an end after the last kill


class Mother:
    """The process that forks lives, and the one that is alive."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings
        self.child = 0
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Mother:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.kill.mother",
            cwd=ROOT,
            env={**kept, **self.settings},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()
        if process.returncode is None and self.child:
            os.kill(self.child, signal.SIGKILL)
        await process.wait()

    async def bears(self, last_step: int) -> None:
        """A new life, to be killed at this step (0: it may live)."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{last_step}\n".encode())
        await self._process.stdin.drain()
        self.child = int((await self._line("born"))[1])

    async def buries(self) -> int:
        """Wait until the life is over; how it ended."""
        code = int((await self._line("gone"))[1])
        self.child = 0
        return code

    async def _line(self, first: str) -> list[str]:
        assert self._process is not None
        assert self._process.stdout is not None
        words = (await self._process.stdout.readline()).decode().split()
        assert words[:1] == [first], f"expected {first}, read {words}"
        return words


class Account:
    """What the world saw, whatever the program says: which webhooks were answered 200."""

    def __init__(self, twilio: TwilioFake, seed: int) -> None:
        self.twilio = twilio
        self.chance = random.Random(seed)
        self.acknowledged: set[str] = set()
        self.stopping = False

    async def phone_texts(self, number: str) -> None:
        """One phone, texting all the while; the carrier brings a message again until it is answered 200."""
        phone = self.twilio.phone(number)
        while not self.stopping:
            message = self.twilio.add(
                body=self.chance.choice(SAID),
                sender=number,
                to=self.twilio.number,
                direction="inbound",
                status="received",
                service=self.twilio.messaging_service_sid,
            )
            form = phone.form(message)
            while not self.stopping:
                called = await self.twilio.calls(self.twilio.inbound_url, form)
                if called.status == 200:
                    self.acknowledged.add(message.sid)
                    break
                assert called.status in (None, 503), called
                await asyncio.sleep(0.05)
            await asyncio.sleep(0)


def settings(url: str, port: int, twilio: TwilioFake, keyring: Keyring) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "CONTENT_DIR": os.environ.get("KILL_CONTENT", str(ROOT / "content")),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": PUBLIC_URL,
        "FINGERPOST_KEYS": keyring.format(),
        "TWILIO_ACCOUNT_SID": twilio.account_sid,
        "TWILIO_AUTH_TOKEN": twilio.auth_token,
        "TWILIO_MESSAGING_SERVICE_SID": twilio.messaging_service_sid,
        "TWILIO_API_URL": twilio.url,
    }


def everybody_has_joined(url: str, keyring: Keyring) -> None:
    """Nobody here is asked for consent, so that nobody declines and is rightly erased."""
    agreed = {"consent_join": "yes", "consent_checkins": "yes", "consent_mentor": "yes"}

    def unit(db: Db) -> None:
        contacts = people.create_strangers(db, [(Channel.SMS, number) for number in PHONES], MONDAY)
        for contact in contacts.values():
            assert contact.participant is not None
            change = PersonChange(id=contact.participant.id, status=PersonStatus.ACTIVE, joined_at=MONDAY)
            change.remembered = agreed
            people.save(db, [change], MONDAY)

    with Database.open(url, keyring) as database:
        database.run_now(unit)


async def under_kills(url: str, kills: int, seed: int) -> tuple[Account, TwilioFake]:
    """The load, and so many deaths; then one life that may end what was begun."""
    keyring = Keyring.generate()
    everybody_has_joined(url, keyring)
    port = a_free_port()
    chance = random.Random(seed)
    async with TwilioFake() as twilio:
        twilio.leads_to(PUBLIC_URL, f"http://127.0.0.1:{port}")
        twilio.inbound_url = f"{PUBLIC_URL}/webhooks/twilio/message"
        account = Account(twilio, seed)
        async with Mother(settings(url, port, twilio, keyring)) as mother:
            texting = [asyncio.create_task(account.phone_texts(number)) for number in PHONES]
            for _ in range(kills):
                await mother.bears(chance.randint(1, LONGEST_STEP))
                assert await asyncio.wait_for(mother.buries(), 60) == -signal.SIGKILL
            await mother.bears(0)
            enough = len(account.acknowledged) + len(PHONES)
            await twilio.happenings.until(lambda: len(account.acknowledged) >= enough, lambda: "nothing is answered")
            account.stopping = True
            await asyncio.gather(*texting)
            await everything_ends(url)
            os.kill(mother.child, signal.SIGTERM)
            assert await asyncio.wait_for(mother.buries(), 30) == 0
    return account, twilio


async def everything_ends(url: str) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + OVER
    while left := [row for row in rows(url, "outbox") if row.status in ("queued", "sending")]:
        assert loop.time() < deadline, f"{len(left)} messages never came to an end"
        await asyncio.sleep(0.2)


def rows(url: str, table: str) -> list[Any]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return list(connection.execute(select(tables.metadata.tables[table])))
    finally:
        engine.dispose()


def sends_by_message(twilio: TwilioFake) -> Counter[int]:
    """How often each of our messages reached the provider: its id is in the address for receipts."""
    return Counter(int(parse_qs(urlsplit(form["StatusCallback"]).query)["m"][0]) for form in twilio.requests)


def must_have_kept_its_word(url: str, account: Account, twilio: TwilioFake) -> None:
    inbox = rows(url, "inbox")
    kept = Counter(row.provider_id for row in inbox)
    assert len(account.acknowledged) > len(PHONES)
    lost = account.acknowledged - set(kept)
    assert not lost, f"{len(lost)} of {len(account.acknowledged)} acknowledged messages were lost"
    assert max(kept.values()) == 1
    assert all(row.status == "done" for row in inbox)

    outbox = {row.id: row for row in rows(url, "outbox")}
    answered = {row.inbox_id for row in outbox.values()}
    unanswered = [row.provider_id for row in inbox if row.id not in answered]
    assert not unanswered, f"kept and never answered: {[twilio.messages[sid].body for sid in unanswered]}"
    sends = sends_by_message(twilio)
    twice = [outbox[number].purpose for number, times in sends.items() if times > 1]
    assert set(twice) <= {"crisis", "alert"}, f"sent twice: {twice}"
    assert max(sends.values()) <= 2
    # what was unknown may have been found by its words at the provider, so the ids are what must agree
    theirs = Counter(row.provider_id for row in outbox.values() if row.status == "sent")
    assert set(theirs) <= set(twilio.messages), "marked as sent, and the provider has no such message"
    assert not theirs or max(theirs.values()) == 1, "two of ours claim one of the provider's"
    unsent = [row for row in outbox.values() if row.purpose == "crisis" and row.id not in sends]
    # killed between marking it and sending it: nobody can know, so it goes once more as a row of its own
    unsent = [row for row in unsent if row.status != "sent"]  # found by its words at the provider
    assert {row.status for row in unsent} <= {"unknown"}, "a crisis reply was given up"
    again = {row.dedupe for row in outbox.values() if row.dedupe}
    first = [row for row in unsent if not (row.dedupe or "").startswith("again ")]
    assert all(f"again {row.id}" in again for row in first), "a crisis reply was not tried again"
    assert not [row for row in rows(url, "sessions") if row.status == "open" and row.version < 1]


async def kill_and_look(url: str, kills: int, seed: int) -> None:
    account, twilio = await under_kills(url, kills, seed)
    must_have_kept_its_word(url, account, twilio)


async def test_nothing_is_lost_and_nothing_routine_doubled_when_the_service_is_killed(database_url: str) -> None:
    await kill_and_look(database_url, SHORT, seed=1)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(1))
async def test_a_hundred_kills(database_url: str, seed: int) -> None:
    await kill_and_look(database_url, LONG, seed)


async def test_the_account_would_notice_a_lost_message(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    migrate(url)
    async with TwilioFake() as twilio:
        account = Account(twilio, 1)
        account.acknowledged = {f"SM{number}" for number in range(99)}
        with pytest.raises(AssertionError, match="were lost"):
            must_have_kept_its_word(url, account, twilio)
