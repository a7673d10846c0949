from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.web.application import build_app
from tests.edges.front_door import RememberingService

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def service() -> RememberingService:
    return RememberingService()


@pytest.fixture
async def client(service: RememberingService) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build_app(service))) as client:
        yield client
