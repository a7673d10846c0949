"""The sources that service.yaml names are read again every day, each by one process, and coordinators hear if not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import refreshing
from bot.content import Checked
from bot.refreshing import refresh
from flows.content import Feed
from flows.errors import NotFetched
from storage import directory
from storage.database import Database
from storage.fields import Keyring
from tests.releases.desk import Office
from tests.shipped import shipped
from tests.sources.feeds import meetings

FEED = Feed("kent-aa", "meeting-guide", "https://example.org/meetings.json")
TUESDAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@dataclass
class Net:
    """What the source answers next, and how often it was asked."""

    answer: bytes | Exception
    asked: int = 0

    async def fetch(self, location: str, format: str) -> list[bytes]:
        assert (location, format) == (FEED.location, FEED.format)
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return [self.answer]


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Net:
    found = Net(meetings(4))
    monkeypatch.setattr(refreshing, "fetch", found.fetch)
    return found


@pytest.fixture
def checked() -> Checked:
    """The shipped content with a source in service.yaml."""
    conversation = shipped().conversation
    assert conversation is not None
    library = conversation.library
    with_feed = conversation.with_library(replace(library, service=replace(library.service, sources=(FEED,))))
    return replace(shipped(), conversation=with_feed)


@pytest.fixture
def process(database: Database, checked: Checked, keyring: Keyring) -> Callable[[], Office]:
    def made() -> Office:
        office = Office(database, checked, keyring)
        office.now = TUESDAY
        return office

    return made


def offered(office: Office) -> int:
    return sum(group.source == "kent-aa" for group in office.app.desk.live.library.groups)


async def test_a_source_is_read_once_a_day_whoever_asks(process: Callable[[], Office], net: Net) -> None:
    one, other = process(), process()
    assert await refresh(one.app)
    assert not await refresh(other.app)
    assert (net.asked, offered(one), offered(other)) == (1, 4, 0)
    await other.app.stock.look()
    assert offered(other) == 4
    net.answer = meetings(5)
    for office in (one, other):
        office.now = TUESDAY + timedelta(hours=24)
    assert await refresh(other.app)
    assert not await refresh(one.app)
    assert (net.asked, offered(other)) == (2, 5)


@pytest.mark.parametrize("answer", [b"<html>", b"[]", meetings(1), NotFetched("It is away."), ValueError()])
async def test_what_cannot_be_taken_leaves_what_there_was_and_is_tried_again(
    sqlite_database: Database, checked: Checked, keyring: Keyring, net: Net, answer: bytes | Exception
) -> None:
    office = Office(sqlite_database, checked, keyring)
    office.now = TUESDAY
    await refresh(office.app)
    net.answer = answer
    office.now = TUESDAY + timedelta(hours=24)
    assert await refresh(office.app)
    assert not await refresh(office.app), "not again at once"
    assert offered(office) == 4
    (found,) = sqlite_database.run_now(directory.sources)
    assert found.trouble
    assert found.read_at == TUESDAY
    office.now += timedelta(hours=1)
    assert await refresh(office.app)
    net.answer = meetings(4)
    office.now += timedelta(hours=1)
    assert await refresh(office.app)
    (found,) = sqlite_database.run_now(directory.sources)
    assert (found.trouble, found.read_at) == (None, office.now)


async def test_another_address_is_read_without_waiting_for_tomorrow(
    sqlite_database: Database, checked: Checked, keyring: Keyring, net: Net
) -> None:
    old = replace(FEED, location="https://example.org/old.json")
    sqlite_database.run_now(lambda db: directory.replace(db, old, b"[1]", 1, TUESDAY - timedelta(hours=2)))
    office = Office(sqlite_database, checked, keyring)
    office.now = TUESDAY
    assert await refresh(office.app)
    (found,) = sqlite_database.run_now(directory.sources)
    assert found.location == FEED.location


async def test_without_sources_nobody_is_asked(sqlite_database: Database, keyring: Keyring, net: Net) -> None:
    assert not await refresh(Office(sqlite_database, shipped(), keyring).app)
    assert net.asked == 0


async def test_a_source_that_fails_like_no_other_before_it_is_told_to_coordinators(
    sqlite_database: Database, checked: Checked, keyring: Keyring, net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise KeyError("opens_at")

    monkeypatch.setattr(refreshing, "take", fails)
    office = Office(sqlite_database, checked, keyring)
    office.now = TUESDAY
    assert await refresh(office.app)
    (found,) = sqlite_database.run_now(directory.sources)
    assert found.trouble == "It could not be read (KeyError). The log of the service says more."
    assert sqlite_database.run_now(lambda db: directory.unread(db, [FEED.name], TUESDAY)) == 1
