"""A source is taken whole or not at all: what shrinks, and what is not a directory, changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.importing import Taken, judge, name_for, read, take
from flows.content import Feed
from flows.directory import initiative_json
from flows.directory.model import Imported, Initiative, Session
from storage import directory, tables
from storage.database import Database
from tests.directory.importing.feeds import TODAY, service, told
from tests.directory.rows import row, table
from tests.sources.feeds import NEWER, listed, meetings
from tests.storage.scene import NOW

KENT = Feed("kent-aa", "meeting-guide", "https://example.org/meetings.json")


async def takes(database: Database, body: bytes, feed: Feed = KENT, *, now: datetime = NOW, **given: bool) -> Taken:
    return await take(database, feed, [body], now, "Europe/London", by="operator", **given)


def held(database: Database) -> set[str]:
    stored = database.run_now(lambda db: directory.initiatives(db, "kent-aa"))
    return {each.name for each in initiative_json.load(stored)} if stored is not None else set()


async def test_a_source_is_taken_and_what_it_held_before_is_gone(database: Database) -> None:
    first = await takes(database, meetings(4))
    assert (first.groups, first.new, first.gone, first.refused) == (4, 4, 0, "")
    assert held(database) == {f"Meeting {number}" for number in range(4)}
    again = await takes(database, meetings(3, time="20:00"))
    assert (again.groups, again.before, again.new, again.changed, again.gone) == (3, 4, 0, 3, 1)
    assert held(database) == {"Meeting 0", "Meeting 1", "Meeting 2"}
    lines = database.run_now(
        lambda db: db.connection.execute(select(tables.audit.c.actor, tables.audit.c.detail)).all()
    )
    assert [tuple(line) for line in lines if line[1].get("gone")] == [
        ("operator", {"source": "kent-aa", "groups": 3, "new": 0, "gone": 1})
    ]


@pytest.mark.parametrize(
    ("before", "now", "refused"), [(10, 7, False), (10, 6, True), (3, 2, True), (2, 2, False), (1, 9, False)]
)
async def test_a_shrink_over_thirty_in_a_hundred_is_refused(
    sqlite_database: Database, before: int, now: int, refused: bool
) -> None:
    await takes(sqlite_database, meetings(before))
    taken = await takes(sqlite_database, meetings(now))
    assert bool(taken.refused) == refused
    assert len(held(sqlite_database)) == (before if refused else now)
    if refused:
        assert f"has {now} groups and had {before}" in taken.refused
        found = sqlite_database.run_now(lambda db: directory.source(db, "kent-aa"))
        assert found is not None
        assert found.trouble == taken.refused
        assert not (await takes(sqlite_database, meetings(now), anyway=True)).refused
        assert len(held(sqlite_database)) == now


@pytest.mark.parametrize(
    "gone",
    [
        {"closed": True},
        {"assured": TODAY - timedelta(days=731)},
        {"sessions": (Session("kent/1", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261101", time(19)),)},
        {"sessions": (Session("kent/1", "", time(19), starts=TODAY - timedelta(days=1)),)},
        {"sessions": ()},
        {"sample": True},
    ],
)
def test_only_what_people_can_be_offered_counts_in_a_shrink(gone: dict[str, Any]) -> None:
    weekly = [
        Initiative(f"kent/{at}", "kent", "A", sessions=(Session(f"kent/{at}.s", "FREQ=WEEKLY;BYDAY=TU", time(19)),))
        for at in range(10)
    ]
    fewer = [*weekly[:6], *(replace(each, **gone) for each in weekly[6:])]

    assert "has 6 groups and had 10" in judge(Imported(tuple(fewer)), weekly, TODAY).refused
    assert judge(Imported(tuple(fewer)), fewer, TODAY).refused == ""
    assert judge(Imported(tuple(weekly)), fewer, TODAY).before == 6


async def test_a_source_that_shrinks_a_little_every_night_is_refused_too(sqlite_database: Database) -> None:
    assert not (await takes(sqlite_database, meetings(10))).refused
    assert not (await takes(sqlite_database, meetings(8), now=NOW + timedelta(days=1))).refused
    refused = (await takes(sqlite_database, meetings(6), now=NOW + timedelta(days=2))).refused
    assert "has 6 groups and had 10" in refused
    assert not (await takes(sqlite_database, meetings(6), now=NOW + timedelta(days=2), anyway=True)).refused
    assert not (await takes(sqlite_database, meetings(5), now=NOW + timedelta(days=3))).refused


async def test_a_month_later_a_source_may_have_become_smaller(sqlite_database: Database) -> None:
    await takes(sqlite_database, meetings(10))
    await takes(sqlite_database, meetings(8), now=NOW + timedelta(days=31))
    assert not (await takes(sqlite_database, meetings(6), now=NOW + timedelta(days=62))).refused


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"[]", "nothing"),
        (b"", "nothing at all"),
        (b"<!doctype html><html>Not found</html>", "web page"),
        (b'[{"name": "cut off', "JSON"),
        (b'{"error": "no such feed"}', "no such feed"),
        (b"[1, 2]", "nothing"),
    ],
)
async def test_what_is_no_directory_changes_nothing_even_anyway(
    sqlite_database: Database, body: bytes, says: str
) -> None:
    await takes(sqlite_database, meetings(2))
    mark = sqlite_database.run_now(directory.mark)
    taken = await takes(sqlite_database, body, anyway=True)
    assert says in taken.refused
    assert len(held(sqlite_database)) == 2
    assert sqlite_database.run_now(directory.mark) == mark


async def test_a_trial_changes_nothing(sqlite_database: Database) -> None:
    taken = await takes(sqlite_database, meetings(2), dry_run=True)
    assert (taken.new, taken.refused) == (2, "")
    assert sqlite_database.run_now(directory.sources) == []


@pytest.mark.parametrize(
    ("format", "body"),
    [("csv", b"<html>"), ("open-referral", listed([])), ("meeting-guide", b"[]"), ("bmlt", b"[]")],
)
async def test_every_format_has_its_reader(sqlite_database: Database, format: str, body: bytes) -> None:
    assert (await takes(sqlite_database, body, Feed("kent", format, "x"))).refused


async def test_what_only_a_newer_program_can_read_counts_as_nothing(sqlite_database: Database) -> None:
    sqlite_database.run_now(lambda db: directory.replace(db, KENT, NEWER, 50, NOW - timedelta(days=1)))
    assert (await takes(sqlite_database, meetings(2))).new == 2


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("https://www.example.org/meetings.json", "example-org"),
        ("https://API.example.org:8443/x", "api-example-org"),
        ("lists/Kent AA (new).json", "kent-aa-new"),
        ("groups.csv", "groups"),
        ("csv.csv", "source"),
        ("здесь.json", "source"),
        ("https://" + "a" * 60 + ".org", "a" * 40),
    ],
)
def test_a_source_without_a_name_gets_one(location: str, name: str) -> None:
    assert name_for(location) == name


def sent(phone: str) -> dict[str, bytes]:
    """A group with this number, in each format that has numbers."""
    return {
        "csv": table(row(phone=phone)).encode(),
        "meeting-guide": meetings(1, phone=phone),
        "open-referral": told({"services": [service(phones=[{"number": phone}])]}),
    }


@pytest.mark.parametrize("format", ["csv", "meeting-guide", "open-referral"])
def test_what_has_a_number_kept_for_drama_is_invented_and_the_report_says_so(format: str) -> None:
    for phone, invented in (("01632 960101", True), ("+44 1632 960101", True), ("116 123", False), ("", False)):
        found = read(format, [sent(phone)[format]], "kent", TODAY, "Europe/London")
        assert [each.sample for each in found.initiatives] == [invented], phone
        assert any("invented" in note.what for note in found.notes) == invented
