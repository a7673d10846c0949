"""What is remembered for a time only, and what staff alone set, from the phone or the command line to the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import people as peopling
from bot.cli.commands import cli
from bot.settings import SETTINGS
from flows.model import Channel
from storage import records, values
from storage.database import Database
from storage.fields import Keyring
from tests.reading.folder import VARIABLES, WHOLE
from tests.storage.scene import participant
from tests.turns.table import Table

SAM = "+447700900202"


def test_an_answer_is_forgotten_when_its_variable_has_been_kept_long_enough(table: Table) -> None:
    live = copy(table.desk.live)
    goal = replace(live.library.variables["goal"], keep_for=timedelta(days=30))
    live.library = replace(live.library, variables={**live.library.variables, "goal": goal})
    table.desk.live = live
    for text in ("hello", "Y", "Y", "Sam", "my own flat"):
        table.says(SAM, text)
    assert [row.name for row in table.rows("kept_values")] == ["goal"]
    table.database.run_now(lambda db: values.forget_old(db, live.library.variables, table.now, 100))
    assert remembered(table.database)["goal"] == "my own flat"
    later = table.now + timedelta(days=30)
    table.database.run_now(lambda db: values.forget_old(db, live.library.variables, later, 100))
    assert remembered(table.database).keys() == {"adult", "consent_join", "nickname"}


def remembered(database: Database) -> Mapping[str, str]:
    found = database.run_now(lambda db: records.find(db, Channel.SMS, SAM))
    assert found is not None
    return found.values


@pytest.fixture
def sam(monkeypatch: pytest.MonkeyPatch, sqlite_url: str, keyring: Keyring, tmp_path: Path) -> Iterator[Database]:
    """The small folder, and Sam who has joined; read through a connection of its own."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("FINGERPOST_KEYS", keyring.format())
    for name, text in {**WHOLE, "variables.yaml": VARIABLES}.items():
        file = tmp_path / "content" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("CONTENT_DIR", str(tmp_path / "content"))
    monkeypatch.setattr(peopling, "clock", lambda: datetime(2026, 11, 25, 12, tzinfo=UTC))
    with Database.open(sqlite_url, keyring) as database:
        participant(database, (Channel.SMS, SAM))
        yield database


def typed(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["people", "set", SAM, *arguments])
    return f"{done.output}{done.exception or ''}"


def test_staff_set_and_forget_what_only_staff_may_change(sam: Database) -> None:
    assert "early_until is 2027-03-01." in typed("early_until", "1 March 2027")
    assert remembered(sam) == {"early_until": "2027-03-01"}
    assert "early_until is forgotten." in typed("early_until")
    assert remembered(sam) == {}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("early_until", "soon"), "soon does not read as date"),
        (("goal", "a flat"), "goal is not for staff to set. These are: early_until."),
        (("birthday", "3 May"), "birthday is not for staff to set."),
    ],
)
def test_what_is_not_for_staff_to_set_is_left_alone(sam: Database, arguments: tuple[str, ...], why: str) -> None:
    assert why in typed(*arguments)
    assert remembered(sam) == {}
