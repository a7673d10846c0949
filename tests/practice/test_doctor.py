"""``fingerpost doctor``: each fault is found, with its cure, and nothing is said that should stay secret."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.cli import doctor, providers, waiting
from bot.cli.findings import Finding, Level
from bot.config import Settings, read_settings
from bot.content import Checked
from bot.settings import SETTINGS
from flows.reading.library import read_library
from storage import audit, releases
from storage.database import Database
from storage.fields import Keyring
from storage.statements import Db
from tests.edges.front_door import BOTH
from tests.practice.conftest import CONTENT, MONDAY
from tests.storage.scene import coordinator

TOKEN = "123456:abc-DEF"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, checked: Checked) -> Callable[..., None]:
    """Sets the environment of a machine, and nothing else of it."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setattr(doctor, "check_folder", lambda _: checked)
    monkeypatch.setattr(doctor, "clock", lambda: MONDAY)

    def given(**environ: str) -> None:
        usual = {"DATABASE_URL": f"sqlite:///{tmp_path / 'fingerpost.db'}", "CONTENT_DIR": str(CONTENT)}
        for name, value in {**usual, **environ}.items():
            monkeypatch.setenv(name, value)

    return given


def settings(**environ: str) -> Settings:
    return read_settings({**environ})


def test_a_new_machine_is_well_and_nothing_is_made_on_it(
    machine: Callable[..., None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    machine()
    assert doctor.examine() == 0
    said = capsys.readouterr().out
    assert "All is well." in said
    assert all(setting.name in said for setting in SETTINGS)
    assert list(tmp_path.iterdir()) == []


def test_every_wrong_setting_is_said_and_no_secret_is(
    machine: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    machine(PORT="high", TELEGRAM_BOT_TOKEN="a-secret-that-is-wrong", LOG_FORMAT="xml")
    assert doctor.examine() == 1
    said = capsys.readouterr().out
    assert "3 would stop the service." in said
    assert "secret-that" not in said


def test_a_database_without_its_keys_stops_the_service(
    machine: Callable[..., None], capsys: pytest.CaptureFixture[str], sqlite_url: str, tmp_path: Path
) -> None:
    machine(DATABASE_URL=sqlite_url)
    assert doctor.examine() == 1
    assert "Put that file back from your backup" in capsys.readouterr().out
    assert not (tmp_path / "fingerpost.keys").exists()


def test_a_database_of_another_form_stops_the_service(
    machine: Callable[..., None], capsys: pytest.CaptureFixture[str], sqlite_url: str, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "fingerpost.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    machine(DATABASE_URL=sqlite_url, FINGERPOST_KEYS=Keyring.generate().format())
    assert doctor.examine() == 1
    assert "newer than this program" in capsys.readouterr().out


def test_a_database_that_is_away_stops_the_service(
    machine: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    keys = Keyring.generate().format()
    machine(DATABASE_URL="postgresql://user:hush@127.0.0.1:9/none", FINGERPOST_KEYS=keys)
    assert doctor.examine() == 1
    said = capsys.readouterr().out
    assert "does not answer" in said
    assert "hush" not in said
    assert keys not in said


def test_keys_that_open_nothing_stop_the_service(
    machine: Callable[..., None], capsys: pytest.CaptureFixture[str], sqlite_url: str, keyring: Keyring
) -> None:
    with Database.open(sqlite_url, keyring) as database:
        coordinator(database)
    machine(DATABASE_URL=sqlite_url, FINGERPOST_KEYS=Keyring.generate("k2").format())
    assert doctor.examine() == 1
    said = capsys.readouterr().out
    assert "The keys do not open what is stored in" in said
    assert "Kim" not in said


def test_a_clock_behind_what_is_stored_is_noticed(
    machine: Callable[..., None], capsys: pytest.CaptureFixture[str], sqlite_url: str, keyring: Keyring
) -> None:
    ahead = MONDAY + timedelta(hours=5)
    with Database.open(sqlite_url, keyring) as database:
        database.run_now(lambda db: audit.write(db, [audit.Line(audit.SERVICE, "test.written")], ahead))
    machine(DATABASE_URL=sqlite_url, FINGERPOST_KEYS=keyring.format())
    assert doctor.examine() == 0
    assert "5 hours ahead of this machine's clock. Cure: set the clock by NTP." in capsys.readouterr().out


def test_nobody_to_alert_stops_a_service_that_reaches_people(database: Database) -> None:
    real = settings(**BOTH)

    def found(db: Db) -> list[Finding]:
        return list(doctor.people_to_alert(db, real))

    assert [each.level for each in database.run_now(found)] == [Level.STOP, Level.STOP]
    coordinator(database)
    assert [each.level for each in database.run_now(found)] == [Level.WELL, Level.STOP]
    assert [each.level for each in database.run_now(lambda db: list(doctor.people_to_alert(db, settings())))] == [
        Level.WELL
    ]


@pytest.mark.parametrize(
    ("version", "says"),
    [((3, 40, 1), "the command line never does"), ((3, 51, 2), "Before 3.51.3"), ((3, 51, 3), "SQLite is 3.51.3.")],
)
def test_the_sqlite_is_named_with_what_it_means(version: tuple[int, ...], says: str) -> None:
    found = doctor.sqlite_version(version)
    assert found.level is Level.WELL
    assert found.what.endswith(says) or says in found.what
    assert ("Before" in found.what) is (version < (3, 51, 3))


@pytest.mark.parametrize(
    ("free", "level"),
    [(99_000_000, Level.STOP), (100_000_000, Level.LOOK), (999_000_000, Level.LOOK), (1_000_000_000, Level.WELL)],
)
def test_a_full_disk_stops_the_service(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, level: Level
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    given = settings(DATABASE_URL=f"sqlite:///{tmp_path}/not/there/yet.db")
    assert [each.level for each in doctor.disk(given)] == [level]


@pytest.mark.parametrize(
    ("checked_on", "level"),
    [
        (None, Level.LOOK),
        (date(2026, 9, 1), Level.LOOK),  # 181 days before the first of March
        (date(2026, 9, 2), Level.WELL),
        (date(2027, 3, 1), Level.WELL),
    ],
)
def test_a_helpline_that_nobody_has_looked_at_is_named(checked: Checked, checked_on: date | None, level: Level) -> None:
    assert checked.conversation is not None
    library = checked.conversation.library
    line = replace(next(iter(library.helplines.values())), checked=checked_on)
    found = list(doctor.helplines(replace(library, helplines={line.name: line}), MONDAY))
    assert [each.level for each in found] == [level]


@pytest.mark.parametrize(
    ("theirs", "level"),
    [(timedelta(), Level.WELL), (timedelta(minutes=2), Level.WELL), (timedelta(minutes=-3), Level.LOOK)],
)
def test_a_clock_apart_from_the_provider_s_is_noticed(theirs: timedelta, level: Level) -> None:
    assert doctor.clock_beside(MONDAY + theirs, MONDAY).level is level


@pytest.mark.parametrize(
    ("environ", "level"),
    [
        ({}, Level.WELL),
        ({"TELEGRAM_BOT_TOKEN": TOKEN}, Level.WELL),
        (BOTH, Level.WELL),
        ({**BOTH, "PUBLIC_URL": "http://localhost:8080", "TELEGRAM_MODE": "polling"}, Level.LOOK),  # a test next door
    ],
)
def test_providers_call_us_over_https(environ: dict[str, str], level: Level) -> None:
    assert [each.level for each in doctor.web_address(read_settings(environ))] == [level]


# ---------------------------------------------------------------- providers


@asynccontextmanager
async def provider(status: int, body: object) -> AsyncIterator[str]:
    """A provider that answers everything in one way; its address."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(body, status=status)

    application = web.Application()
    application.router.add_get("/{anything:.*}", answer)
    async with TestServer(application) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.mark.parametrize(
    ("status", "body", "level", "says"),
    [
        (200, {"ok": True, "result": {"username": "fingerpost_bot"}}, Level.WELL, "@fingerpost_bot"),
        (401, {"ok": False}, Level.STOP, "refuses the token"),
        (404, {"ok": False}, Level.STOP, "refuses the token"),
        (502, "bad gateway", Level.STOP, "strangely"),
        (200, [], Level.STOP, "strangely"),
    ],
)
async def test_telegram_is_asked_who_we_are(status: int, body: object, level: Level, says: str) -> None:
    async with provider(status, body) as url:
        found = await providers.telegram(settings(TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_URL=url))
    assert found is not None
    assert (found.finding.level, says in found.finding.what) == (level, True)
    assert isinstance(found.at, datetime)


@pytest.mark.parametrize(
    ("status", "body", "level", "says"),
    [
        (200, {"status": "active"}, Level.WELL, "opens the account"),
        (200, {"status": "suspended"}, Level.STOP, "is suspended"),
        (401, {"code": 20003}, Level.STOP, "refuses"),
        (500, None, Level.STOP, "strangely"),
    ],
)
async def test_twilio_is_asked_for_the_account(status: int, body: object, level: Level, says: str) -> None:
    async with provider(status, body) as url:
        found = await providers.twilio(settings(**{**BOTH, "TWILIO_API_URL": url}))
    assert found is not None
    assert (found.finding.level, says in found.finding.what) == (level, True)


async def test_a_provider_that_is_away_is_said_without_the_token() -> None:
    found = await providers.telegram(settings(TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_URL="http://127.0.0.1:9"))
    assert found is not None
    assert found.finding.level is Level.STOP
    assert TOKEN not in f"{found.finding.what} {found.finding.cure}"


def test_in_practice_no_provider_is_asked() -> None:
    assert [each.level for each in doctor.channels(settings(), MONDAY)] == [Level.WELL]


def test_a_draft_that_waits_in_the_folder_is_said(
    machine: Callable[..., None],
    checked: Checked,
    capsys: pytest.CaptureFixture[str],
    sqlite_url: str,
    keyring: Keyring,
) -> None:
    """Somebody saved a file and went home: for people nothing has changed."""
    assert checked.conversation is not None
    library = checked.conversation.library
    with Database.open(sqlite_url, keyring) as database:
        assert database.run_now(lambda db: waiting.draft(db, library)).what.startswith("No release is live yet")
        database.run_now(lambda db: releases.store(db, library.release, checked.files, MONDAY))
        database.run_now(lambda db: releases.go_live(db, library.release, MONDAY))
        assert database.run_now(lambda db: waiting.draft(db, library)).level is Level.WELL
        written = checked.files["flows/menu.yaml"].replace(b"PAUSE for a break", b"PAUSE for a rest")
        draft = read_library({**checked.files, "flows/menu.yaml": written}).library
        assert draft is not None
        found = database.run_now(lambda db: waiting.draft(db, draft))
    assert (found.level, found.what) == (
        Level.LOOK,
        "1 change is saved and is not live: people hear the release before.",
    )
    machine(DATABASE_URL=sqlite_url, FINGERPOST_KEYS=keyring.format())
    doctor.examine()
    assert "What is saved is what is live." in capsys.readouterr().out
