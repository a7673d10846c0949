"""The directory's sources are kept whole, and every change of them leaves another mark."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from flows.content import Feed
from storage import directory
from storage.database import Database
from storage.tables import group_reports
from tests.storage.scene import NOW

KENT = Feed("kent", "bmlt", "https://example.org/x")
LATER = NOW + timedelta(hours=1)


def put(database: Database, held: bytes, groups: int = 2) -> None:
    database.run_now(lambda db: directory.replace(db, KENT, held, groups, NOW))


def mark(database: Database) -> str:
    return database.run_now(directory.mark)


def test_a_source_is_replaced_whole(database: Database) -> None:
    assert mark(database) == ""
    put(database, b"[1]")
    first = mark(database)
    put(database, b"[1,2]", groups=5)
    assert mark(database) not in ("", first)
    assert database.run_now(lambda db: directory.initiatives(db, "kent")) == b"[1,2]"
    (found,) = database.run_now(directory.sources)
    assert found == directory.Source("kent", "bmlt", "https://example.org/x", 5, NOW, NOW, None)
    assert database.run_now(lambda db: directory.source(db, "kent")) == found


def test_a_failure_leaves_what_was_held(database: Database) -> None:
    put(database, b"[1]")
    before = mark(database)
    database.run_now(lambda db: directory.failed(db, "kent", "it is away", LATER))
    found = database.run_now(lambda db: directory.source(db, "kent"))
    assert found is not None
    assert (found.groups, found.read_at, found.tried_at, found.trouble) == (2, NOW, LATER, "it is away")
    assert database.run_now(lambda db: directory.initiatives(db, "kent")) == b"[1]"
    assert mark(database) == before


def test_a_source_that_never_came_holds_nothing(database: Database) -> None:
    database.run_now(lambda db: directory.failed(db, "kent", "it is away", NOW))
    assert database.run_now(directory.sources) == [], "what was tried once by hand is not asked after for ever"
    assert database.run_now(lambda db: directory.claim(db, KENT, NOW, NOW))
    database.run_now(lambda db: directory.failed(db, "kent", "it is away", LATER))
    assert database.run_now(directory.sources) == [
        directory.Source("kent", "bmlt", "https://example.org/x", 0, None, LATER, "it is away")
    ]
    assert database.run_now(lambda db: directory.initiatives(db, "kent")) is None


def test_one_process_at_a_time_asks_for_a_source(database: Database) -> None:
    def claim(since_hours: int) -> bool:
        since = LATER - timedelta(hours=since_hours)
        return database.run_now(lambda db: directory.claim(db, KENT, LATER, since))

    assert claim(24)
    assert not claim(24)
    assert claim(0)


def test_of_many_that_ask_in_one_moment_one_is_the_one(database: Database) -> None:
    def claim(_: int) -> bool:
        return database.run_now(lambda db: directory.claim(db, KENT, NOW, NOW - timedelta(hours=1)))

    with ThreadPoolExecutor(8) as all_at_once:
        assert sum(all_at_once.map(claim, range(8))) == 1


def test_a_source_is_forgotten(database: Database) -> None:
    put(database, b"[1]")
    before = mark(database)
    assert database.run_now(lambda db: directory.remove(db, "kent", LATER))
    assert not database.run_now(lambda db: directory.remove(db, "kent", LATER))
    assert database.run_now(directory.sources) == []
    assert mark(database) != before


def test_who_was_last_at_a_shut_door_is_known_by_the_day(database: Database) -> None:
    today, tomorrow = NOW.date(), NOW.date() + timedelta(days=1)
    on = [("ton-tue", today), ("ton-tue", tomorrow), ("mai-thu", today)]
    rows = [{"group_id": group, "day": day, "people": 1} for group, day in on]
    database.run_now(lambda db: db.connection.execute(group_reports.insert(), rows))
    assert database.run_now(directory.doubted) == {"ton-tue": tomorrow, "mai-thu": today}


def test_a_hidden_row_stays_hidden_until_somebody_checks_it(database: Database) -> None:
    assert database.run_now(lambda db: directory.hide(db, "ton-tue", "two people found it shut", NOW))
    assert not database.run_now(lambda db: directory.hide(db, "ton-tue", "again", LATER))
    hidden = database.run_now(directory.states)["ton-tue"]
    assert (hidden.hidden_at, hidden.reason) == (NOW, "two people found it shut")
    before = mark(database)
    today = date(2026, 11, 23)
    database.run_now(lambda db: directory.checked(db, "ton-tue", today, "operator", LATER, LATER))
    assert database.run_now(directory.states)["ton-tue"] == directory.State(today, "operator", LATER, None, None)
    assert mark(database) != before
