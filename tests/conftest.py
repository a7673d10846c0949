"""Fixtures for every area: both databases, fresh for each test, and the keys."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import logs
from storage import engines
from storage.database import Database
from storage.fields import Keyring
from storage.schema import migrate
from tests.postgres import Postgres, running
from tests.quiet import Paper, must_be_quiet

PAPER = Paper()  # the log of whatever test is running
PRAGMAS = engines._PRAGMAS  # what a service opens SQLite with

# Weeks of somebody's life, lived through tick by tick. What they rest on is tried on both databases in tests/storage.
LONG_STORIES = (
    "tests/turns/",
    "tests/staffing/",
    "tests/escalation/",
    "tests/watching/",
    "tests/explaining/",
    "tests/reviews/",
    "tests/releases/test_agreeing.py",
    "tests/signposting/test_loop.py",
)
ONE_IN = 6


@pytest.hookimpl(optionalhook=True)  # pytest-xdist may be left out
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    if config.getvalue("dist") != "loadfile":
        return None
    from tests.spread import ByService

    return ByService(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On PostgreSQL one long story in six is lived every time, and all of them by ``make prove``."""
    for item in items:
        is_one = item.nodeid.startswith(LONG_STORIES) and "postgresql" in item.nodeid
        if is_one and zlib.crc32(item.nodeid.encode()) % ONE_IN:
            item.add_marker(pytest.mark.prove)


@pytest.fixture(autouse=True)
def _logs_say_nothing_of_anybody() -> Iterator[None]:
    """A test fails whose log lines hold more than actions and ids. (Left to itself structlog would draw every error as
    a page with all local variables, for seconds each.)"""
    logs.configure("text", PAPER)
    yield
    must_be_quiet(PAPER.taken())


@pytest.fixture
def as_shipped() -> Iterator[None]:
    """SQLite as a service opens it."""
    yield from _opened_with(PRAGMAS)


@pytest.fixture(scope="session", autouse=True)
def _nobody_waits_for_the_disk() -> Iterator[None]:
    """The databases of a test hold nothing that anybody needs after a power cut, here as on PostgreSQL. The services
    that tests start as processes of their own wait for it; tests/power tries what that is for."""
    yield from _opened_with(tuple(each.replace("synchronous=FULL", "synchronous=OFF") for each in PRAGMAS))


def _opened_with(pragmas: tuple[str, ...]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "_PRAGMAS", pragmas)
        yield


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring.generate()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this run."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite database."""
    path = tmp_path / "fingerpost.db"
    shutil.copy(migrated_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgres: Postgres) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database."""
    with postgres.fresh() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database: the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str, keyring: Keyring) -> Iterator[Database]:
    """An open database, with its threads."""
    with Database.open(database_url, keyring, hold=True) as opened:
        yield opened
