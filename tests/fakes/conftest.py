"""The fakes, started for one test, which fails at its end on any request that the specifications do not allow."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

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
