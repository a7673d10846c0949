"""``doctor`` says whether anybody would hear: the heartbeat, the rota, a second channel, schedules and policies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update

from bot.cli import doctor, standby
from bot.cli.findings import Finding, Level
from bot.config import read_settings
from bot.content import Checked
from flows.content import Library
from flows.model import Channel
from storage import people, rota, staff, tables
from storage.database import Database
from storage.fields import Keyring
from tests.edges.front_door import BOTH
from tests.storage.scene import NOW, coordinator

REAL = read_settings(BOTH)
PRACTICE = read_settings({})
MIDNIGHT = 24 * 60


@pytest.fixture
def library(checked: Checked) -> Library:
    assert checked.conversation is not None
    return checked.conversation.library


@pytest.mark.parametrize(
    ("environ", "level"),
    [
        (BOTH, Level.LOOK),
        ({**BOTH, "HEARTBEAT_URL": "https://watch.example.org/a-secret"}, Level.WELL),
        ({}, Level.WELL),  # practice: it reaches nobody
    ],
)
def test_a_heartbeat_that_is_not_set_says_what_it_is_for(environ: dict[str, str], level: Level) -> None:
    found = standby.heartbeat(read_settings(environ))
    assert found.level is level
    assert "a-secret" not in found.what
    if level is Level.LOOK:
        assert "nobody outside would notice" in found.what


def findings(database: Database, library: Library) -> list[Finding]:
    return database.run_now(lambda db: list(standby.staff(db, REAL, library, NOW)))


def on_duty(database: Database, staff_id: int, *weekdays: int) -> None:
    for weekday in weekdays:
        database.run_now(
            lambda db, weekday=weekday: rota.add(  # type: ignore[misc]
                db, staff_id, weekday, 0, MIDNIGHT, NOW, first_day=date(2026, 11, 1)
            )
        )


def test_a_rota_with_gaps_is_named_and_a_whole_one_is_well(database: Database, library: Library) -> None:
    member, _ = coordinator(database)
    [empty, alone] = findings(database, library)
    assert (empty.level, "nobody on it" in empty.what) == (Level.LOOK, True)
    assert (alone.level, "SMS alone" in alone.what) == (Level.LOOK, True)
    on_duty(database, member.id, 0, 1, 2, 3, 4)
    [gaps, _] = findings(database, library)
    assert gaps.level is Level.LOOK
    assert "1 gap in the next seven days, the first from Saturday 00:00" in gaps.what
    on_duty(database, member.id, 5, 6)
    [whole, _] = findings(database, library)
    assert whole.level is Level.WELL


def test_where_no_policy_pages_whoever_is_on_duty_no_rota_is_wanted(database: Database, library: Library) -> None:
    coordinator(database)
    without = {name: policy for name, policy in library.policies.items() if not name.startswith("crisis")}
    assert findings(database, replace(library, policies=without))[0].level is Level.WELL


def test_a_second_channel_is_well(database: Database, library: Library) -> None:
    member, _ = coordinator(database)
    address = database.run_now(lambda db: people.address(db, Channel.TELEGRAM, "700900098", NOW))
    theirs = update(tables.addresses).where(tables.addresses.c.id == address).values(staff_id=member.id)
    database.run_now(lambda db: db.connection.execute(theirs))
    assert findings(database, library)[1].level is Level.WELL


def test_mentors_are_no_second_channel_for_coordinators(database: Database, library: Library) -> None:
    coordinator(database)
    coordinator(database, (Channel.TELEGRAM, "700900097"), staff.Role.MENTOR)
    assert findings(database, library)[1].level is Level.LOOK


def test_in_practice_nobody_stands_by(database: Database, library: Library) -> None:
    assert database.run_now(lambda db: list(standby.staff(db, PRACTICE, library, NOW))) == []


def test_schedules_and_policies_are_counted_and_missed(library: Library) -> None:
    assert {each.level for each in standby.content(library)} == {Level.WELL}
    bare = replace(library, schedules={}, policies={})
    assert [each.level for each in standby.content(bare)] == [Level.LOOK, Level.LOOK]


def test_doctor_says_all_of_it(database: Database, database_url: str, keyring: Keyring, library: Library) -> None:
    coordinator(database)
    real = read_settings({**BOTH, "DATABASE_URL": database_url, "FINGERPOST_KEYS": keyring.format()})
    said = " ".join(each.what for each in doctor.database(real, library, NOW))
    assert "The rota has nobody on it" in said
    assert "SMS alone" in said
