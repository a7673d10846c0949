"""SIGKILL at any point: no acknowledged message is lost, and no routine message is sent twice.

The account of what was acknowledged and of what was sent is kept here, outside the program: by the Twilio fake.
"""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.fields import Keyring
from storage.schema import migrate
from tests.e2e.service import ROOT, a_free_port
from tests.fakes.twilio import TwilioFake
from tests.kill.account import Account, everybody_has_joined, must_have_kept_its_word, phones_of, rows
from tests.kill.lives import Mother

PUBLIC_URL = "https://fingerpost.test"
A_MOMENT = 0.05  # seconds
OVER = 120.0  # seconds in which everything must have come to an end after the last kill


@dataclass(frozen=True, slots=True)
class Load:
    """How many text, how often the service dies, and how many texts must have been acknowledged before it may live on.

    A life is killed at one of so many steps (before or after a commit, before or after a call to the provider), or when
    so many texts have been acknowledged, and a moment later, whatever it is doing then.
    """

    phones: int
    deaths: int
    acknowledged: int
    steps: int
    texts: int


SHORT = Load(phones=12, deaths=6, acknowledged=36, steps=160, texts=12)
LONG = Load(phones=48, deaths=25, acknowledged=2_500, steps=2500, texts=250)
RUNS = 4  # of the long load: a hundred deaths and ten thousand acknowledged texts, in pieces of a minute or two


def settings(url: str, port: int, twilio: TwilioFake, keyring: Keyring) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "CONTENT_DIR": str(ROOT / "content"),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": PUBLIC_URL,
        "FINGERPOST_KEYS": keyring.format(),
        "TWILIO_ACCOUNT_SID": twilio.account_sid,
        "TWILIO_AUTH_TOKEN": twilio.auth_token,
        "TWILIO_MESSAGING_SERVICE_SID": twilio.messaging_service_sid,
        "TWILIO_API_URL": twilio.url,
    }


async def under_kills(url: str, load: Load, seed: int) -> tuple[Account, TwilioFake]:
    """The load, and so many deaths; then one life that may end what was begun."""
    keyring = Keyring.generate()
    everybody_has_joined(url, keyring, phones := phones_of(load.phones))
    port = a_free_port()
    async with TwilioFake() as twilio:
        twilio.leads_to(PUBLIC_URL, f"http://127.0.0.1:{port}")
        twilio.inbound_url = f"{PUBLIC_URL}/webhooks/twilio/message"
        account = Account(twilio, seed)
        async with Mother(settings(url, port, twilio, keyring)) as mother:
            texting = [asyncio.create_task(account.phone_texts(number)) for number in phones]
            while account.deaths < load.deaths or len(account.acknowledged) < load.acknowledged:
                await one_life(mother, load, account)
            await mother.bears(0)
            enough = len(account.acknowledged) + len(phones)
            await twilio.happenings.until(
                lambda: len(account.acknowledged) >= enough or None, lambda: "nothing is answered"
            )
            account.stopping = True
            await asyncio.gather(*texting)
            await everything_ends(url)
            os.kill(mother.child, signal.SIGTERM)
            assert await asyncio.wait_for(mother.buries(), 30) == 0
    return account, twilio


async def one_life(mother: Mother, load: Load, account: Account) -> None:
    """Born, and killed: every other one at a step, the rest at any moment."""
    if account.chance.random() < 0.5:
        await mother.bears(account.chance.randint(1, load.steps))
    else:
        enough = len(account.acknowledged) + account.chance.randint(0, load.texts)
        await mother.bears(0)
        await account.twilio.happenings.until(
            lambda: len(account.acknowledged) >= enough or None, lambda: "nothing is answered", seconds=OVER
        )
        await asyncio.sleep(account.chance.uniform(0, A_MOMENT))  # the moment is the point: nothing is waited for
        os.kill(mother.child, signal.SIGKILL)
    assert await asyncio.wait_for(mother.buries(), 60) == -signal.SIGKILL
    account.deaths += 1


async def everything_ends(url: str) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + OVER
    while left := [row for row in rows(url, "outbox") if row.status in ("queued", "sending")]:
        assert loop.time() < deadline, f"{len(left)} messages never came to an end"
        await asyncio.sleep(0.2)


async def kill_and_look(url: str, load: Load, seed: int) -> None:
    account, twilio = await under_kills(url, load, seed)
    must_have_kept_its_word(url, account, twilio)
    print(account, "in", url.split(":")[0])


async def test_nothing_is_lost_and_nothing_routine_doubled_when_the_service_is_killed(database_url: str) -> None:
    await kill_and_look(database_url, SHORT, seed=1)


@pytest.mark.prove
@pytest.mark.parametrize("run", range(RUNS))
async def test_of_ten_thousand_acknowledged_texts_none_is_lost(database_url: str, run: int) -> None:
    await kill_and_look(database_url, LONG, seed=2 + run)


async def test_the_account_would_notice_a_lost_message(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    migrate(url)
    async with TwilioFake() as twilio:
        account = Account(twilio, 1)
        account.acknowledged = {f"SM{number}" for number in range(99)}
        with pytest.raises(AssertionError, match="were lost"):
            must_have_kept_its_word(url, account, twilio)
