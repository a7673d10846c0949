"""One house for a whole module: people with numbers of their own do not meet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from inspect import iscoroutinefunction
from pathlib import Path

import pytest
import pytest_asyncio

from storage.fields import Keyring
from tests.bad_input.house import House
from tests.inprocess.town import unhurried
from tests.postgres import Postgres
from tests.shipped import shipped

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a module share its event loop, in which the house lives."""
    for item in items:
        if HERE in item.path.parents and isinstance(item, pytest.Function) and iscoroutinefunction(item.obj):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(
    migrated_file: Path, keyring: Keyring, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """A service that is open to join, at ten on a Monday morning."""
    with unhurried():
        async with House(migrated_file, tmp_path_factory.mktemp("house"), keyring, shipped()) as found:
            yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house_on_postgresql(
    migrated_file: Path, postgres: Postgres, keyring: Keyring, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """The same on a PostgreSQL database of its own."""
    with unhurried(), postgres.fresh() as url:
        async with House(migrated_file, tmp_path_factory.mktemp("house"), keyring, shipped(), url) as found:
            yield found
