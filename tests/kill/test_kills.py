"""SIGKILL at any point: no acknowledged message is lost, and no routine message is sent twice.

The account of what was acknowledged and of what was sent is kept here, outside the program: by the Twilio fake.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from pathlib import Path

import pytest

from storage.fields import Keyring
from storage.schema import migrate
from tests.e2e.service import ROOT, a_free_port
from tests.fakes.twilio import TwilioFake
from tests.kill.account import PHONES, Account, everybody_has_joined, must_have_kept_its_word, rows
from tests.kill.lives import Mother

PUBLIC_URL = "https://fingerpost.test"
SHORT, LONG = 8, 100  # kills
LONGEST_STEP = 120  # of those that a life may be killed at
OVER = 90.0  # seconds in which everything must have come to an end after the last kill


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
