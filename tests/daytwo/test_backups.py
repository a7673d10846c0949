"""A backup holds everything, sealed as it was; it is put back whole or not at all, on either kind of database."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select

from bot.app import clock
from flows.model import Channel
from storage import arming, audit, backups, erasure, home, people, schema
from storage.database import Database
from storage.engines import make_engine
from storage.fields import Keyring
from storage.people import Key
from storage.tables import metadata
from tests.daytwo.conftest import Machine, Places
from tests.postgres import Postgres
from tests.privacy.everything import sealed_values
from tests.privacy.search import found, stored
from tests.storage.scene import NOW, SAM, participant, person_id
from tests.storage.test_erasure import CANARY, with_everything

NUMBER = b"7700900001"


def everything(url: str) -> dict[str, list[Any]]:
    """Every row of every table, but for the lines and marks that a restore adds."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            found = {}
            for table in metadata.sorted_tables:
                rows = [tuple(row) for row in connection.execute(select(table))]
                found[table.name] = sorted(rows, key=repr)
        found["audit"] = [row for row in found["audit"] if not row[3].startswith("service.")]
        del found["marks"]
        return found
    finally:
        engine.dispose()


def filled(machine: Machine, keyring: Keyring) -> None:
    with Database.open(machine.url, keyring) as database:
        with_everything(database)


# ---------------------------------------------------------------- made and put back


def test_what_is_put_back_is_what_was(places: Places, keyring: Keyring) -> None:
    filled(places.first, keyring)
    assert places.first.types("backup", places.backup) == 0, places.first.wrong
    assert "1 person" in places.first.says
    assert places.second.types("restore", places.backup) == 0, places.second.wrong
    was, found = everything(places.first.url), everything(places.second.url)
    assert [name for name in was if found[name] != was[name]] == []
    assert sum(map(len, found.values())) > 15


def test_a_service_may_change_its_database_by_a_backup(
    sqlite_url: str, postgres: Postgres, places: Places, keyring: Keyring, tmp_path: Path
) -> None:
    filled(places.first, keyring)
    assert places.first.types("backup", places.backup) == 0
    with postgres.fresh(migrated=False) as url:
        other = url if places.first.url.startswith("sqlite") else f"sqlite:///{tmp_path / 'other' / 'fingerpost.db'}"
        places.second.environ["DATABASE_URL"] = other
        assert places.second.types("restore", places.backup) == 0, places.second.wrong
        assert everything(other) == everything(places.first.url)


def test_a_backup_shows_nobody_and_is_its_makers_alone(places: Places, keyring: Keyring) -> None:
    with Database.open(places.first.url, keyring) as database:
        participant(database, SAM, private={"nickname": CANARY})
    assert places.first.types("backup", places.backup.parent) == 0  # a folder: it is named by the time
    [made] = places.backup.parent.glob("fingerpost-20*.backup")
    assert made.stat().st_mode & 0o077 == 0
    assert CANARY.encode() not in made.read_bytes()
    assert NUMBER not in made.read_bytes()
    assert [each.name for each in places.backup.parent.iterdir() if each.name.startswith(".")] == []


def test_no_byte_of_whoever_was_erased_since_is_in_what_is_put_back(
    places: Places, keyring: Keyring, tmp_path: Path
) -> None:
    """No word of theirs, and nothing that was sealed for them: a thief with the keys finds nobody."""
    listed = tmp_path / "listed"
    with Database.open(places.first.url, keyring) as database:
        theirs = person_id(with_everything(database))
        before = sealed_values(database)
        assert places.first.types("backup", places.backup) == 0, places.first.wrong
        database.run_now(lambda db: erasure.erase(db, theirs, clock(), audit.OPERATOR))
        signs: list[str | bytes] = [CANARY, *(before[each] for each in before.keys() - sealed_values(database).keys())]
    assert len(signs) > 8
    assert found(signs, places.backup.read_bytes()) == signs
    assert places.first.types("people", "forgotten", listed) == 0, places.first.wrong
    assert places.second.types("restore", places.backup, "--forgotten", listed) == 0, places.second.wrong
    assert found(signs, stored(places.second.url)) == []


def test_a_backup_on_which_somebody_starts_a_service_is_held(places: Places, keyring: Keyring) -> None:
    """By hand, without restore: it is of yesterday, and the service that it was made from may be alive."""
    filled(places.first, keyring)
    assert places.first.types("backup", places.backup) == 0, places.first.wrong
    with Database.open(f"sqlite:///{places.backup}", keyring, hold=True) as database:
        held = home.settle(database, "0a1b2c3d", clock())
    assert held is not None
    assert held.why == arming.RESTORED


def test_a_backup_made_while_others_write_is_of_one_moment(places: Places, keyring: Keyring) -> None:
    """Each unit writes a person and their address: no backup holds the one without the other."""
    stop = threading.Event()
    written: list[Key] = []

    def write(database: Database) -> None:
        while not stop.is_set():
            key = (Channel.TELEGRAM, str(len(written)))
            database.run_now(partial(people.create_strangers, contacts=[key], now=clock()))
            written.append(key)
            stop.wait(0.005)

    with Database.open(places.first.url, keyring) as database:
        writer = threading.Thread(target=write, args=(database,))
        writer.start()
        try:
            while len(written) < 20:
                stop.wait(0.001)
            for number in range(2):
                assert places.first.types("backup", places.backup.with_suffix(f".{number}")) == 0, places.first.wrong
        finally:
            stop.set()
            writer.join()
    for number in range(2):
        with sqlite3.connect(places.backup.with_suffix(f".{number}")) as connection:
            [(alone,)] = connection.execute(
                "SELECT count(*) FROM participants WHERE id NOT IN (SELECT participant_id FROM addresses)"
            )
            [(both,)] = connection.execute("SELECT count(*) FROM participants")
        assert alone == 0
        assert both >= 20


@pytest.mark.parametrize(
    "version", ["0003", *(pytest.param(each, marks=pytest.mark.prove) for each in ("0001", "0002"))]
)
def test_a_backup_of_an_older_form_is_brought_up_to_this_program(
    places: Places, keyring: Keyring, tmp_path: Path, version: str
) -> None:
    an_older(places.backup, version)
    assert places.second.types("restore", places.backup) == 0, places.second.wrong
    with Database.open(places.second.url, keyring) as database:
        assert database.run_now(arming.held) is not None


def an_older(file: Path, version: str) -> None:
    """A backup that an older program made: its tables, and its cover."""
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    engine = make_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()
    backups._label(file, NOW)


# ---------------------------------------------------------------- refused


def not_there(file: Path) -> None:
    file.unlink()


def words(file: Path) -> None:
    file.write_text("Dear all, here is the backup.\n")


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def damaged(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    page = len(whole) // 2
    whole[page : page + 4096] = b"\xff" * 4096
    file.write_bytes(whole)


def somebody_elses(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")


def no_cover(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM marks WHERE name = ?", (backups.MADE,))


def newer(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (not_there, "There is no backup"),
        (words, "not a backup that can be read"),
        (cut_off, "damaged|not a backup that can be read"),
        (damaged, "damaged|not a backup that can be read"),
        (somebody_elses, "not a backup that can be read"),
        (no_cover, "a database and no backup"),
        (newer, "Install the newer Fingerpost"),
    ],
)
@pytest.mark.parametrize("places", ["sqlite"], indirect=True)
def test_what_is_no_whole_backup_changes_nothing(
    places: Places, keyring: Keyring, spoil: Callable[[Path], None], says: str
) -> None:
    filled(places.first, keyring)
    with Database.open(places.first.url, keyring) as database:
        backups.back_up(database, places.backup, NOW)
    spoil(places.backup)
    assert places.second.types("restore", places.backup) == 2
    assert places.second.wrong.count("\n") == 1
    assert re.search(says, places.second.wrong)
    assert list(Path(places.second.url.removeprefix("sqlite:///")).parent.iterdir()) == []


def test_other_keys_open_nothing_and_put_nothing_back(places: Places, keyring: Keyring) -> None:
    filled(places.first, keyring)
    assert places.first.types("backup", places.backup) == 0
    places.second.environ["FINGERPOST_KEYS"] = Keyring.generate().format()
    assert places.second.types("restore", places.backup) == 2
    assert "Put back the keys" in places.second.wrong
    places.second.environ["FINGERPOST_KEYS"] = keyring.format()
    assert places.second.types("restore", places.backup) == 0, places.second.wrong


@pytest.mark.parametrize("places", ["sqlite"], indirect=True)
def test_on_sqlite_no_keys_are_made_for_a_backup(places: Places, keyring: Keyring) -> None:
    filled(places.first, keyring)
    assert places.first.types("backup", places.backup) == 0
    places.second.environ["FINGERPOST_KEYS"] = ""
    assert places.second.types("restore", places.backup) == 2
    assert "Put that file back first" in places.second.wrong
    folder = Path(places.second.url.removeprefix("sqlite:///")).parent
    assert list(folder.iterdir()) == []
    (folder / "fingerpost.keys").write_text(keyring.format())
    assert places.second.types("restore", places.backup) == 0, places.second.wrong


def test_nothing_is_written_over(places: Places, keyring: Keyring) -> None:
    filled(places.first, keyring)
    assert places.first.types("backup", places.backup) == 0
    was = everything(places.first.url)
    assert places.first.types("restore", places.backup) == 2
    assert "already" in places.first.wrong
    assert everything(places.first.url) == was
    whole = places.backup.read_bytes()
    assert places.first.types("backup", places.backup) == 2
    assert "is there already" in places.first.wrong
    assert places.backup.read_bytes() == whole


@pytest.mark.parametrize("places", ["sqlite"], indirect=True)
def test_a_full_disk_leaves_no_half_a_backup(places: Places, keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(places.first, keyring)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "_sync", full)
    assert places.first.types("backup", places.backup) == 2
    assert "no space left on device" in places.first.wrong
    assert not places.backup.exists()
    assert [each.name for each in places.backup.parent.iterdir() if "night" in each.name] == []
