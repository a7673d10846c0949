"""One service a module, not a test: a start takes a second, and people with numbers of their own do not meet."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.world import World

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a module share its event loop, where the fakes live (and its worker: see ``--dist`` in the Makefile)."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A service that is open to join, with a coordinator who has answered the drill."""
    async with World(tmp_path_factory.mktemp("world")) as found:
        await found.opens()
        yield found


@pytest.fixture(autouse=True)
def _well(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test did, the service is well after it."""
    world = request.getfixturevalue("world") if "world" in request.fixturenames else None
    yield
    if world is not None:
        world.must_be_well()
