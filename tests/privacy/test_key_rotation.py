"""A new key in front: all that older keys sealed opens at every moment, and at the end needs none of them."""

from __future__ import annotations

import asyncio
import base64
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot import keys as keeping
from bot.cli import service as starting
from bot.cli.commands import cli
from bot.cli.doctor import older_keys
from bot.content import Checked
from flows.errors import ConfigError, StorageError
from storage import people, resealing, sessions
from storage.database import Database
from storage.fields import Keyring, Vault
from storage.resealing import Place
from storage.sessions import Advanced
from storage.statements import Db
from storage.tables import metadata
from tests.e2e.stories import gets_to, joins
from tests.inprocess.town import Town, unhurried
from tests.privacy.everything import SEALED, filled, opened, sealed_values
from tests.shipped import CONTENT, shipped
from tests.storage.scene import ALEX, NOW, SAM, a_session, meet, participant, person_id

LATER = NOW + timedelta(hours=2)


@pytest.fixture(scope="session")
def checked() -> Checked:
    return shipped()


def alone(ring: Keyring) -> Keyring:
    """The first key of a ring, and nothing of the older ones."""
    first = next(iter(ring.keys))
    return Keyring({first: ring.keys[first]}, ring.blind, blind_written=True)


def begins(database: Database) -> tuple[str, ...]:
    return database.run_now(lambda db: resealing.begin(db, NOW))


def walks(database: Database, *, pieces: int | None = None, limit: int = resealing.ROWS) -> int:
    """Walk on, for so many pieces or to the end; how many rows of older keys were met."""
    place: Place | None = Place()
    older = 0
    while place is not None and (pieces is None or pieces > 0):
        at = place
        step = database.run_now(lambda db: resealing.walk(db, at, limit=limit))  # noqa: B023  # run at once
        place, older = step.place, older + step.older
        pieces = None if pieces is None else pieces - 1
    return older


def ends(database: Database) -> bool:
    return database.run_now(lambda db: resealing.end(db, LATER))


# ---------------------------------------------------------------- what is stored


def test_every_sealed_column_is_filled_here(database: Database) -> None:
    filled(database)
    assert {(table, column) for table, column, _ in sealed_values(database)} == set(SEALED)


def test_a_rotation_leaves_nothing_unreadable_and_needs_the_older_key_no_more(
    database_url: str, keyring: Keyring
) -> None:
    with Database.open(database_url, keyring) as before:
        filled(before)
        begins(before)
        words = opened(before)
    ring = keyring.rotated("k2")
    with Database.open(database_url, ring) as rotating:
        assert begins(rotating) == ()
        assert walks(rotating) > 10
        assert walks(rotating) == 0
        assert ends(rotating)
    with Database.open(database_url, alone(ring)) as after:
        assert begins(after) == ()
        assert opened(after) == words
        assert None not in words.values()
        assert meet(after, SAM)[SAM].participant is not None


@pytest.mark.parametrize("pieces", [1, 9])
def test_wherever_it_breaks_off_all_opens_and_the_older_key_is_asked_for(
    database_url: str, keyring: Keyring, pieces: int
) -> None:
    with Database.open(database_url, keyring) as before:
        filled(before)
        begins(before)
        words = opened(before)
    ring = keyring.rotated("k2")
    with Database.open(database_url, ring) as rotating:
        begins(rotating)
        walks(rotating, pieces=pieces, limit=1)
        assert opened(rotating) == words
        assert not rotating.run_now(resealing.is_done)
    with Database.open(database_url, alone(ring)) as too_early:
        assert begins(too_early) == (next(iter(keyring.keys)),)
    with Database.open(database_url, ring) as again:
        assert begins(again) == ()
        walks(again)
        assert walks(again) == 0
        assert ends(again)
    with Database.open(database_url, alone(ring)) as after:
        assert opened(after) == words


def test_a_key_that_other_processes_may_still_seal_with_is_not_given_up(database_url: str, keyring: Keyring) -> None:
    with Database.open(database_url, keyring.rotated("k2")) as rotating, Database.open(database_url, keyring) as slow:
        begins(slow)
        begins(rotating)
        walks(rotating)
        participant(slow)
        assert not rotating.run_now(lambda db: resealing.end(db, NOW + timedelta(minutes=59)))
        assert walks(rotating) > 0
        assert walks(rotating) == 0
        assert ends(rotating)


def test_what_somebody_is_changing_just_now_is_left_and_found_by_the_next_walk(
    postgresql_url: str, keyring: Keyring
) -> None:
    with Database.open(postgresql_url, keyring) as before:
        sam = participant(before, private={"nickname": "Sam"})
    with Database.open(postgresql_url, keyring.rotated("k2"), inline=True) as rotating:
        people_at = Place(resealing.TABLES.index(metadata.tables["participants"]))

        def beside(db: Db) -> resealing.Step:
            db.connection.execute(text("SET LOCAL lock_timeout = '1s'"))  # it must not wait for the other either
            return resealing.walk(db, people_at)

        with Database.open(postgresql_url, keyring, inline=True) as other:

            def meanwhile(db: Db) -> resealing.Step:
                change = people.PersonChange(id=person_id(sam), private={"nickname": "Alex"})
                people.save(db, [change], NOW)
                return rotating.run_now(beside)

            assert other.run_now(meanwhile).older == 1
        assert walks(rotating) > 0
        person = meet(rotating, SAM)[SAM].participant
        assert person is not None
        assert person.values["nickname"] == "Alex"


def test_a_conversation_goes_on_over_a_rotation(database_url: str, keyring: Keyring) -> None:
    with Database.open(database_url, keyring) as before:
        sam = participant(before)
        before.run_now(
            lambda db: sessions.open_(db, [sessions.Opened(participant_id=person_id(sam), session=a_session())], NOW)
        )
    with Database.open(database_url, keyring.rotated("k2")) as rotating:
        found = meet(rotating, SAM)[SAM]
        walks(rotating)
        ahead = a_session(step=4)
        rotating.run_now(lambda db: sessions.advance(db, [Advanced(found.session_id, found.session_version, ahead)]))
        assert meet(rotating, SAM)[SAM].session == ahead


def test_a_damaged_value_stops_nothing_and_stays_as_it_is(database: Database, keyring: Keyring) -> None:
    first, second = participant(database), participant(database, ALEX)
    with_rows = "UPDATE addresses SET sealed = (SELECT sealed FROM addresses WHERE id = :there) WHERE id = :here"
    database.run_now(
        lambda db: db.connection.execute(text(with_rows), {"there": second.address_id, "here": first.address_id})
    )
    spoiled = sealed_values(database)["addresses", "sealed", first.address_id]
    begins(database)
    url = database.engine.url.render_as_string(hide_password=False)
    with Database.open(url, keyring.rotated("k2")) as rotating:
        begins(rotating)
        assert walks(rotating) > 0
        assert walks(rotating) == 0
        assert sealed_values(rotating)["addresses", "sealed", first.address_id] == spoiled
        assert ends(rotating)


def test_a_start_without_a_key_that_still_seals_something_is_refused(sqlite_url: str, keyring: Keyring) -> None:
    ring = keyring.rotated("k2")
    with Database.open(sqlite_url, ring) as rotating:
        begins(rotating)
        starting._refuse_other_keys(rotating)
    with (
        Database.open(sqlite_url, alone(ring)) as too_early,
        pytest.raises(ConfigError, match=r"The key k1 still seals .* Put it back"),
    ):
        starting._refuse_other_keys(too_early)


@pytest.mark.parametrize(
    ("seals", "held", "says"),
    [
        ("k1", "k1", []),
        ("k2,k1", "k2,k1", ["What k1 sealed is being sealed anew with k2. Keep both."]),
        ("k2,k1", "k2", ["The key k1 still seals part of what is stored, and is gone."]),
        ("k2", "k2,k1", ["Nothing stored is sealed with k1: it is yet to come, or only older backups need it."]),
        ("k1", "k1,k2", ["Nothing stored is sealed with k2: it is yet to come, or only older backups need it."]),
    ],
)
def test_doctor_says_which_keys_are_needed(seals: str, held: str, says: list[str]) -> None:
    found = older_keys(resealing.InUse(tuple(seals.split(",")), NOW), tuple(held.split(",")))
    assert [finding.what for finding in found] == says


# ---------------------------------------------------------------- the running service


async def test_people_text_on_while_all_is_sealed_anew(database_url: str, keyring: Keyring, checked: Checked) -> None:
    ring = keyring.rotated("k2")
    with unhurried():
        async with Town(database_url, keyring, checked, CONTENT) as town:
            await town.opens()
            halfway, new = town.new_phone(), town.new_phone()
            await gets_to(halfway, "working towards")
            await town.rests()
            town.database.vault = Vault(ring)  # as after a restart with the new key in front
            await town.app.clockwork.run("older keys")
            assert not town.database.run_now(resealing.is_done)  # within the hour the older key is not given up
            talks = asyncio.create_task(joins(new))
            await halfway.says("my own flat")
            while not talks.done():
                await town.app.clockwork.run("older keys")
                await asyncio.sleep(0.01)  # the talk goes on beside us
            await talks
            await halfway.hears("check-in texts")
            await town.rests()
            town.clock.now += timedelta(hours=2)
            await town.app.clockwork.run("older keys")
            assert town.database.run_now(resealing.is_done)
            town.twilio.must_be_clean()
    with Database.open(database_url, alone(ring)) as after:
        assert begins(after) == ()
        assert None not in opened(after).values()


# ---------------------------------------------------------------- the command


@pytest.fixture
def embedded(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A SQLite database with somebody in it and its keys beside it; the file of the keys."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.delenv("FINGERPOST_KEYS", raising=False)
    path = tmp_path / "fingerpost.keys"
    ring = Keyring.generate()
    keeping.replace_keys(path, ring)
    with Database.open(sqlite_url, ring) as database:
        filled(database)
        begins(database)
    return path


def ring_in(path: Path) -> Keyring:
    return Keyring.parse(path.read_text())


def rotates() -> str:
    done = CliRunner().invoke(cli, ["keys", "rotate"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_rotate_puts_a_key_in_front_and_seals_everything_with_it(embedded: Path, sqlite_url: str) -> None:
    said = rotates()
    assert "k2" in said
    assert "k1 opens older backups only" in said
    ring = ring_in(embedded)
    assert list(ring.keys) == ["k2", "k1"]
    assert embedded.stat().st_mode & 0o077 == 0
    with Database.open(sqlite_url, alone(ring), hold=True) as after:
        assert begins(after) == ()
        assert None not in opened(after).values()


def test_nothing_that_the_older_key_sealed_is_left_in_the_file(embedded: Path, sqlite_url: str) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    with Database.open(sqlite_url, ring_in(embedded)) as before:
        signs = sealed_values(before)
    rotates()
    left = b"".join(each.read_bytes() for each in file.parent.glob(file.name + "*"))
    assert [field for field, sign in signs.items() if sign in left] == []


def test_it_refuses_while_a_service_would_go_on_with_the_older_key(embedded: Path, sqlite_url: str) -> None:
    before = embedded.read_text()
    with (
        Database.open(sqlite_url, ring_in(embedded), hold=True),
        pytest.raises(ConfigError, match="Stop it, then type this again"),
    ):
        CliRunner().invoke(cli, ["keys", "rotate"], catch_exceptions=False)
    assert embedded.read_text() == before


def test_broken_off_it_is_finished_by_typing_it_again(
    embedded: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, seen = resealing.walk, 0

    def dies(db: Db, place: Place, *, limit: int = resealing.ROWS, seal: bool = True) -> resealing.Step:
        nonlocal seen
        seen += seal
        if seen == 5:
            raise StorageError("the power went")
        return usual(db, place, limit=limit, seal=seal)

    monkeypatch.setattr(resealing, "walk", dies)
    CliRunner().invoke(cli, ["keys", "rotate"])
    assert seen == 5
    monkeypatch.undo()
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    half = ring_in(embedded)
    with Database.open(sqlite_url, half) as database:
        assert None not in opened(database).values()
    rotates()
    assert ring_in(embedded) == half  # no third key
    with Database.open(sqlite_url, alone(half)) as after:
        assert None not in opened(after).values()


def test_keys_that_cannot_be_written_leave_everything_as_it_was(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = embedded.read_text()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left"):
        CliRunner().invoke(cli, ["keys", "rotate"], catch_exceptions=False)
    assert embedded.read_text() == before
    assert [each.name for each in embedded.parent.glob(".*")] == []


def test_where_the_keys_are_a_setting_it_says_what_to_set_in_which_order(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = Keyring.parse(f"k1:{base64.b64encode(os.urandom(32)).decode()}")
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("FINGERPOST_KEYS", ring.format())
    with Database.open(database_url, ring) as database:
        participant(database)
    waits, seals = [Keyring.parse(line) for line in rotates().splitlines() if line.startswith("k")]
    assert list(waits.keys) == ["k1", "k2"]
    assert list(seals.keys) == ["k2", "k1"]
    assert waits.keys == seals.keys
    with Database.open(database_url, seals) as database:
        assert meet(database, SAM)[SAM].participant is not None
    monkeypatch.setenv("FINGERPOST_KEYS", seals.format())
    assert "still sealed with an older key" in rotates()


def test_without_one_of_the_older_keys_nothing_is_rotated(
    embedded: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = ring_in(embedded)
    with Database.open(sqlite_url, ring.rotated("k2")) as database:
        begins(database)
    with pytest.raises(ConfigError, match="k2 still seals"):
        CliRunner().invoke(cli, ["keys", "rotate"], catch_exceptions=False)
    assert ring_in(embedded) == ring
