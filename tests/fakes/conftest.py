"""The fakes, started for one test, which fails at its end on any request that the specifications do not allow."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from tests.fakes.clients import Calling, a_bot
from tests.fakes.telegram import TelegramFake
from tests.fakes.twilio import TwilioFake


@pytest.fixture
async def twilio() -> AsyncIterator[TwilioFake]:
    async with TwilioFake() as fake:
        yield fake
        fake.must_be_clean()


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramFake]:
    async with TelegramFake() as fake:
        yield fake
        fake.must_be_clean()


@pytest.fixture
def library(twilio: TwilioFake) -> Calling:
    return Calling(twilio)


@pytest.fixture
async def bot(telegram: TelegramFake) -> AsyncIterator[Bot]:
    async with a_bot(telegram) as found:
        yield found
