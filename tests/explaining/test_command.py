"""``fingerpost people show``: a line a day, newest first; seeing it is written down."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import people as peopling
from bot.cli.commands import cli
from bot.settings import SETTINGS
from storage import audit
from storage.database import Database
from storage.fields import Keyring
from tests.explaining.test_days import SENT, asks, slot
from tests.storage.scene import participant, person_id

CONTENT = Path(__file__).resolve().parents[2] / "content"
TODAY = datetime(2026, 11, 25, 12, tzinfo=UTC)
NUMBER = "+447700900001"


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch, sqlite_url: str, keyring: Keyring) -> int:
    """Joined on Monday 23 November, was asked on Tuesday, and nothing since; their id."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("FINGERPOST_KEYS", keyring.format())
    monkeypatch.setenv("CONTENT_DIR", str(CONTENT))
    monkeypatch.setattr(peopling, "clock", lambda: TODAY)
    with Database.open(sqlite_url, keyring) as database:
        contact = participant(database)
        slot(database, contact, outbox_id=asks(database, contact, **SENT))
    return person_id(contact)


def shown(*arguments: str) -> list[str]:
    done = CliRunner().invoke(cli, ["people", "show", NUMBER, *arguments])
    assert done.exit_code == 0, done.output
    days = [line.strip() for line in done.stdout.splitlines()]
    return [line for line in days if line[:3] in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")]


def test_a_fortnight_newest_first_unless_another_span_is_named(somebody: int) -> None:
    days = shown()
    assert len(days) == 14
    assert days[1] == "Tue 2026-11-24  weekly check-in: sent 10:04 and answered"
    assert days[3] == "Sun 2026-11-22  had not written to us yet"
    assert [date.fromisoformat(day[4:14]).day for day in shown("--days", "3")] == [25, 24, 23]


def test_one_day_alone(somebody: int) -> None:
    assert shown("--on", "2026-11-24") == ["Tue 2026-11-24  weekly check-in: sent 10:04 and answered"]


def test_seeing_it_is_written_down(somebody: int, sqlite_url: str, keyring: Keyring) -> None:
    shown()
    with Database.open(sqlite_url, keyring) as database:
        [(_, line)] = database.run_now(lambda db: audit.of(db, somebody))
    assert (line.actor, line.action) == (audit.OPERATOR, "participant.seen")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--on", "yesterday"], "yesterday is no date. Type it like 2027-03-01."),
        (["--days", "0"], "--days 0 is not between 1 and 366."),
        (["--days", "367"], "--days 367 is not between 1 and 366."),
        (["--days", "3", "--on", "2026-11-24"], "Type --days or --on, not both."),
    ],
)
def test_a_span_that_cannot_be_is_said_in_a_sentence(somebody: int, arguments: list[str], why: str) -> None:
    done = CliRunner().invoke(cli, ["people", "show", NUMBER, *arguments])
    assert done.exit_code != 0
    assert why in f"{done.output}{done.exception}"


def test_somebody_erased_or_never_there_is_not_found(somebody: int) -> None:
    done = CliRunner().invoke(cli, ["people", "show", "07700900002"])
    assert "Nobody is known as 07700900002" in f"{done.output}{done.exception}"
