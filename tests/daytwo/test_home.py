"""A copy that somebody carried about by hand is known for one at its start, and a service that never moved is not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from bot.app import App
from bot.config import read_settings
from flows.effects import Purpose
from storage import arming, home, marks
from storage.database import Database
from storage.fields import Keyring
from storage.people import Contact
from tests.daytwo.conftest import Places
from tests.shipped import CONTENT, shipped
from tests.storage.scene import NOW, claim, ends, participant, queue, to

LATER = NOW + timedelta(days=1)


@contextmanager
def started(url: str, keyring: Keyring) -> Iterator[Database]:
    """The service, from its start to a clean stop."""
    with Database.open(url, keyring, hold=True) as database:
        home.settle(database, "0a1b2c3d", NOW)
        yield database
        home.count(database, NOW)


def is_held(url: str, keyring: Keyring) -> bool:
    with started(url, keyring) as database:
        return database.run_now(arming.held) is not None


# ---------------------------------------------------------------- SQLite


def in_its_place(folder: Path) -> Path:
    return folder


def a_copy_of_the_folder(folder: Path) -> Path:
    return Path(shutil.copytree(folder, folder.with_name("copied")))


def the_file_alone(folder: Path) -> Path:
    elsewhere = folder.with_name("elsewhere")
    elsewhere.mkdir()
    shutil.copy(folder / "fingerpost.db", elsewhere)
    return elsewhere


def last_nights_in_its_place(folder: Path) -> Path:
    """Written over the file, so that nothing about the file itself gives it away."""
    (folder / "fingerpost.db").write_bytes((folder / "last night").read_bytes())
    return folder


def the_folder_moved(folder: Path) -> Path:
    return folder.rename(folder.with_name("moved"))


def the_file_beside_it_lost(folder: Path) -> Path:
    (folder / "fingerpost.home").unlink()
    return folder


def the_file_beside_it_torn(folder: Path) -> Path:
    (folder / "fingerpost.home").write_text("the")
    return folder


@pytest.mark.parametrize(
    ("carried", "held"),
    [
        (in_its_place, False),
        (the_folder_moved, False),
        (a_copy_of_the_folder, True),
        (the_file_alone, True),
        (last_nights_in_its_place, True),
        (the_file_beside_it_lost, True),
        (the_file_beside_it_torn, True),
    ],
)
def test_on_sqlite_a_copy_is_held(
    migrated_file: Path, tmp_path: Path, keyring: Keyring, carried: Callable[[Path], Path], held: bool
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(migrated_file, folder / "fingerpost.db")
    url = f"sqlite:///{folder / 'fingerpost.db'}"
    assert not is_held(url, keyring)
    shutil.copy(folder / "fingerpost.db", folder / "last night")
    assert not is_held(url, keyring)
    there = carried(folder)
    assert is_held(f"sqlite:///{there / 'fingerpost.db'}", keyring) is held
    assert is_held(f"sqlite:///{there / 'fingerpost.db'}", keyring) is held, "and it stays so"


def test_a_service_that_was_killed_at_any_moment_is_no_copy(
    migrated_file: Path, tmp_path: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after each write of either count, at the first start and at the next."""
    for number in range(4):
        url = f"sqlite:///{tmp_path / f'{number}.db'}"
        shutil.copy(migrated_file, tmp_path / f"{number}.db")
        left = [number]

        def killed(*_: object, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", killed)
            with Database.open(url, keyring) as database:
                try:
                    for name in ("one", "two", "three"):
                        home.settle(database, name, NOW)
                except KeyboardInterrupt:
                    pass
        assert not is_held(url, keyring), number


async def test_a_service_that_runs_on_counts_on_so_that_last_nights_copy_is_older(
    sqlite_url: str, keyring: Keyring
) -> None:
    """Else a copy made in a month without a restart, put back by hand, would be taken for the service itself."""
    settings = read_settings({"DATABASE_URL": sqlite_url, "CONTENT_DIR": str(CONTENT)})
    with started(sqlite_url, keyring) as database:
        app = App(settings, database, shipped())
        before = database.run_now(lambda db: marks.get(db, home.HOME))
        await app.go_live(app.checked)
        await app.clockwork.run("old rows")
        assert database.run_now(lambda db: marks.get(db, home.HOME)) == "0a1b2c3d 3"
        assert before == "0a1b2c3d 2"
        assert app.clockwork.failing == set()


# ---------------------------------------------------------------- PostgreSQL


def test_on_postgresql_a_dump_in_another_database_is_held(postgresql_url: str, keyring: Keyring) -> None:
    assert not is_held(postgresql_url, keyring)
    assert not is_held(postgresql_url, keyring)
    name = postgresql_url.split("?")[0].rsplit("/", 1)[-1]
    other = postgresql_url.replace(f"/{name}", "/postgres", 1)
    with psycopg.connect(other, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}_copy TEMPLATE {name}".encode())
    try:
        assert is_held(postgresql_url.replace(f"/{name}", f"/{name}_copy", 1), keyring)
    finally:
        with psycopg.connect(other, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name}_copy WITH (FORCE)".encode())


# ---------------------------------------------------------------- armed


def waiting(database: Database, *at: object) -> Contact:
    sam = participant(database)
    queue(database, to(sam, Purpose.REPLY, "one"), to(sam, Purpose.STARTED, "two"))
    return sam


def test_what_waited_ends_when_a_copy_is_armed(database: Database) -> None:
    waiting(database)
    claim(database, limit=1)
    database.run_now(lambda db: arming.hold(db, arming.COPIED, LATER))
    left = database.run_now(lambda db: arming.arm(db, LATER, moved=False))
    assert left is not None
    assert left.messages == 2
    assert sorted(ends(database)) == [("suppressed", "restored copy"), ("unknown", "restored copy")]
    assert database.run_now(lambda db: arming.arm(db, LATER, moved=False)) is None


def test_what_waited_goes_out_where_the_service_was_only_carried(database: Database) -> None:
    waiting(database)
    database.run_now(lambda db: arming.hold(db, arming.COPIED, LATER))
    assert database.run_now(lambda db: arming.arm(db, LATER, moved=True)) == (0, 0, 0, 0)
    assert ends(database) == [("queued", None)] * 2
    assert [message.text for message in claim(database)] == ["one"]


def test_a_carried_service_is_armed_where_it_is_now(places: Places, keyring: Keyring) -> None:
    first = places.first
    assert not is_held(first.url, keyring)
    with Database.open(first.url, keyring) as database:
        database.run_now(lambda db: arming.hold(db, arming.COPIED, NOW))
    assert first.types("arm", "--moved") == 0, first.wrong
    assert not is_held(first.url, keyring)
    assert first.types("arm") == 0
    assert "Nothing to do" in first.says


def test_what_was_put_back_and_armed_is_at_home_at_every_start_from_then_on(places: Places, keyring: Keyring) -> None:
    assert not is_held(places.first.url, keyring)
    assert places.first.types("backup", places.backup) == 0, places.first.wrong
    assert places.second.types("restore", places.backup) == 0, places.second.wrong
    assert is_held(places.second.url, keyring)
    assert places.second.types("arm") == 0, places.second.wrong
    for _ in range(2):
        assert not is_held(places.second.url, keyring)
