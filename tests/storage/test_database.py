"""One unit, one transaction, on its own thread."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from flows.errors import CommitUnknown, ConfigError, DatabaseBusy, StorageError
from storage import durability, marks
from storage.database import Database
from storage.engines import read_url
from storage.fields import Keyring
from storage.statements import Db
from tests.storage.scene import NOW, rows


def written(database: Database, name: str) -> str | None:
    return database.run_now(lambda db: marks.get(db, name))


async def test_a_unit_is_committed_before_run_returns(database: Database) -> None:
    await database.run(lambda db: marks.put(db, "a", "1", NOW))
    assert await database.run(lambda db: marks.get(db, "a")) == "1"


async def test_a_unit_that_raises_writes_nothing_and_raises_what_it_raised(database: Database) -> None:
    def unit(db: Db) -> None:
        marks.put(db, "a", "1", NOW)
        raise KeyError("mine")

    with pytest.raises(KeyError):
        await database.run(unit)
    assert written(database, "a") is None


async def test_what_the_database_refuses_is_a_storage_error_that_shows_no_values(database: Database) -> None:
    def unit(db: Db) -> None:
        marks.put(db, "a", "1", NOW)
        db.connection.execute(text("INSERT INTO marks (name) VALUES ('secret words')"))

    with pytest.raises(StorageError) as refused:
        await database.run(unit)
    assert "secret words" not in str(refused.value)
    assert written(database, "a") is None


async def test_a_swallowed_error_does_not_pass_for_a_commit(postgresql_url: str, keyring: Keyring) -> None:
    def unit(db: Db) -> None:
        marks.put(db, "a", "1", NOW)
        try:
            db.connection.execute(text("SELECT 1 FROM nowhere"))
        except Exception:
            return

    with Database.open(postgresql_url, keyring) as database:
        with pytest.raises(StorageError, match="swallowed"):
            await database.run(unit)
        assert written(database, "a") is None


async def test_a_cancelled_caller_breaks_nothing(database: Database) -> None:
    hold, begun = threading.Event(), threading.Event()

    def slow(db: Db) -> None:
        begun.set()
        hold.wait(5)
        marks.put(db, "a", "1", NOW)

    task = asyncio.create_task(database.run(slow))
    await asyncio.to_thread(begun.wait, 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    hold.set()
    for _ in range(8):  # PostgreSQL has four threads: whichever ran it, it has finished once all have been used
        await database.run(lambda db: marks.get(db, "a"))
    assert database.alive


def test_urgent_units_go_first_and_the_rest_in_order(sqlite_url: str, keyring: Keyring) -> None:
    order: list[str] = []
    hold, begun = threading.Event(), threading.Event()

    def blocker(_: Db) -> None:
        begun.set()
        hold.wait(5)

    async def scene(database: Database) -> None:
        first = asyncio.create_task(database.run(blocker))
        await asyncio.to_thread(begun.wait, 5)
        others = [
            asyncio.create_task(database.run(lambda _, name=name: order.append(name), urgent=name.startswith("urgent")))  # type: ignore[misc]
            for name in ("one", "two", "urgent one", "three", "urgent two")
        ]
        await asyncio.sleep(0)  # lets each of them hand its unit over
        assert database.waiting == len(others)
        hold.set()
        await asyncio.gather(first, *others)

    with Database.open(sqlite_url, keyring) as database:
        asyncio.run(scene(database))
    assert order == ["urgent one", "urgent two", "one", "two", "three"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_dead_thread_fails_its_callers_and_shows(sqlite_url: str, keyring: Keyring) -> None:
    hold, begun = threading.Event(), threading.Event()

    def dies(_: Db) -> None:
        begun.set()
        hold.wait(5)
        raise SystemExit

    with Database.open(sqlite_url, keyring) as database:
        dying = asyncio.create_task(database.run(dies))
        await asyncio.to_thread(begun.wait, 5)
        waiting = asyncio.create_task(database.run(lambda db: marks.get(db, "a")))
        await asyncio.sleep(0)  # lets it hand its unit over
        assert database.waiting == 1
        hold.set()
        for caller in (dying, waiting):
            with pytest.raises(StorageError, match="died"):
                await caller
        assert not database.alive
        with pytest.raises(StorageError, match="died"):
            await database.run(lambda db: marks.get(db, "a"))


def test_a_closed_database_finishes_what_it_has_and_takes_no_more(database: Database) -> None:
    database.run_now(lambda db: marks.put(db, "a", "1", NOW))
    database.close()
    database.close()
    assert not database.alive
    with pytest.raises(StorageError, match="closed"):
        database.run_now(lambda db: marks.get(db, "a"))


def break_at_commit(db: Db) -> None:
    """A foreign key that is only checked at COMMIT, and fails there."""
    if db.is_sqlite:
        db.connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        db.connection.execute(
            text("INSERT INTO notes (id, participant_id, question, body, at) VALUES (1, 404, 'q', x'00', 1)")
        )
    else:
        db.connection.execute(
            text("CREATE TABLE lame (id INT PRIMARY KEY REFERENCES lame (id) DEFERRABLE INITIALLY DEFERRED, p INT)")
        )
        db.connection.execute(
            text("ALTER TABLE lame ADD FOREIGN KEY (p) REFERENCES lame DEFERRABLE INITIALLY DEFERRED")
        )
        db.connection.execute(text("INSERT INTO lame VALUES (1, 404)"))


async def test_an_error_from_commit_is_unknown_and_the_next_unit_runs(database: Database) -> None:
    tries: list[int] = []

    def unit(db: Db) -> None:
        tries.append(1)
        marks.put(db, "a", "1", NOW)
        break_at_commit(db)

    with pytest.raises(CommitUnknown):
        await database.run(unit)
    assert tries == [1]
    assert await database.run(lambda db: marks.get(db, "a")) is None
    assert database.alive


async def test_a_deadlock_is_tried_again(postgresql_url: str, keyring: Keyring) -> None:
    both = threading.Barrier(2)
    tries: list[str] = []

    def crossing(first: str, second: str) -> object:
        def unit(db: Db) -> None:
            tries.append(first)
            marks.put(db, first, first, NOW)
            if len(tries) <= 2:
                both.wait(5)
            marks.put(db, second, first, NOW)

        return unit

    with Database.open(postgresql_url, keyring) as database:
        await database.run(
            lambda db: db.connection.execute(text("SELECT set_config('deadlock_timeout', '10ms', false)"))
        )
        await asyncio.gather(database.run(crossing("a", "b")), database.run(crossing("b", "a")))  # type: ignore[arg-type]
        assert len(tries) >= 3  # on a busy machine they may meet a second time
        assert {written(database, "a"), written(database, "b")} <= {"a", "b"}


async def test_a_lost_connection_is_made_again(postgresql_url: str, keyring: Keyring) -> None:
    with Database.open(postgresql_url, keyring) as database:
        await asyncio.gather(*(database.run(lambda db: marks.get(db, "a")) for _ in range(8)))
        with psycopg.connect(postgresql_url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        for number in range(8):
            await database.run(lambda db, number=number: marks.put(db, f"{number}", "here", NOW))  # type: ignore[misc]
        assert len(rows(database, "SELECT 1 FROM marks WHERE value = 'here'")) == 8


def test_inline_runs_on_the_callers_thread(database_url: str, keyring: Keyring) -> None:
    with Database.open(database_url, keyring, inline=True) as database:
        assert database.run_now(lambda _: threading.current_thread()) is threading.current_thread()
        assert database.alive


def test_a_database_in_memory_is_whole_when_it_is_opened(keyring: Keyring) -> None:
    with Database.open("sqlite://", keyring, inline=True, node=1) as database:
        database.run_now(lambda db: marks.put(db, "a", "1", NOW))
        assert written(database, "a") == "1"


def test_every_process_gets_a_node_of_its_own(database_url: str, keyring: Keyring) -> None:
    made = set()
    for _ in range(3):
        with Database.open(database_url, keyring, inline=True) as database:
            made.add(database.run_now(lambda db: db.ids.next(NOW)))
    assert len(made) == 3


def test_sqlite_is_durable_strict_and_forgets(as_shipped: None, sqlite_url: str, keyring: Keyring) -> None:
    with Database.open(sqlite_url, keyring, hold=True) as database:
        expected = {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "secure_delete": 1,
            "wal_autocheckpoint": 1000,
        }
        assert {name: rows(database, f"PRAGMA {name}")[0][0] for name in expected} == expected


@pytest.mark.parametrize(("server", "ours"), [("off", "on"), ("on", "on"), ("local", "local"), ("remote_apply",) * 2])
def test_postgresql_waits_for_the_disk_whatever_the_server_is_used_to(
    postgresql_url: str, keyring: Keyring, server: str, ours: str
) -> None:
    """The server may be shared with programs that may lose a second of what they said; we may not."""
    name = read_url(postgresql_url).database
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = {server}')
    try:
        with Database.open(postgresql_url, keyring) as database:
            asked = {rows(database, "SHOW synchronous_commit")[0][0] for _ in range(8)}  # of each of its connections
        assert asked == {ours}
    finally:
        with psycopg.connect(postgresql_url, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{name}" RESET synchronous_commit')


def test_a_server_that_forgets_is_seen_to(database: Database) -> None:
    # the server of our tests holds nothing that anybody needs
    assert database.run_now(durability.switched_off) == (() if database.is_sqlite else ("fsync", "full_page_writes"))


def test_the_command_line_leaves_the_log_to_the_service(sqlite_url: str, keyring: Keyring) -> None:
    with Database.open(sqlite_url, keyring, hold=True), Database.open(sqlite_url, keyring) as beside:
        assert rows(beside, "PRAGMA wal_autocheckpoint") == [(0,)]
        beside.run_now(lambda db: marks.put(db, "a", "1", NOW))


HOLDER = """
import sys
from storage.engines import ProcessLock
from pathlib import Path
lock = ProcessLock.take(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def another_service(sqlite_url: str) -> Iterator[subprocess.Popen[str]]:
    path = read_url(sqlite_url).database
    assert path is not None
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_service_is_refused_and_told_who_is_there(
    sqlite_url: str, keyring: Keyring, another_service: subprocess.Popen[str]
) -> None:
    with pytest.raises(DatabaseBusy, match=str(another_service.pid)):
        Database.open(sqlite_url, keyring, hold=True)


def test_a_killed_service_leaves_no_lock_behind(
    sqlite_url: str, keyring: Keyring, another_service: subprocess.Popen[str]
) -> None:
    another_service.kill()
    another_service.wait()
    Database.open(sqlite_url, keyring, hold=True).close()


def test_closing_gives_the_lock_back(sqlite_url: str, keyring: Keyring) -> None:
    Database.open(sqlite_url, keyring, hold=True).close()
    Database.open(sqlite_url, keyring, hold=True).close()


def test_a_database_that_is_not_there_is_said_so_in_a_sentence(keyring: Keyring) -> None:
    with pytest.raises(StorageError, match="DATABASE_URL"):
        Database.open("postgresql://nobody@127.0.0.1:1/none", keyring)


@pytest.mark.parametrize(
    ("written", "driver"),
    [
        ("postgres://a@h/d", "postgresql+psycopg"),
        ("postgresql://a@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg://a@h/d", "postgresql+psycopg"),
        ("sqlite:///data/fingerpost.db", "sqlite+pysqlite"),
        ("sqlite://", "sqlite+pysqlite"),
    ],
)
def test_urls_that_are_understood(written: str, driver: str) -> None:
    assert read_url(written).drivername == driver


@pytest.mark.parametrize("written", ["", "nonsense", "mysql://h/d", "data/fingerpost.db", "postgresql+asyncpg://h/d"])
def test_urls_that_are_refused(written: str) -> None:
    with pytest.raises(ConfigError):
        read_url(written)


def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(StorageError):
        database.run_now(lambda db: marks.put(db, "a", "1", datetime(2026, 1, 1)))  # noqa: DTZ001


def test_the_lock_file_lies_beside_the_database(sqlite_url: str, keyring: Keyring) -> None:
    path = Path(read_url(sqlite_url).database or "")
    with Database.open(sqlite_url, keyring, hold=True) as database:
        assert database.path == path
        assert path.with_name(path.name + ".lock").exists()


def test_a_closed_inline_database_takes_no_more(sqlite_url: str, keyring: Keyring) -> None:
    database = Database.open(sqlite_url, keyring, inline=True)
    database.close()
    with pytest.raises(StorageError, match="closed"):
        database.run_now(lambda db: marks.get(db, "a"))
