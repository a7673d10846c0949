"""What a PostgreSQL server must have for what was committed to outlive a power cut, and that somebody is told."""

from __future__ import annotations

import pytest

from bot.cli import durable
from bot.cli.findings import Level
from storage import durability
from storage.database import Database


def test_a_server_without_fsync_is_told_with_its_cure(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """The server of our tests runs without, because it holds nothing that anybody needs; SQLite is set up by us."""
    found = durable.finding(database)
    durable.say_if_not(database)
    said = capsys.readouterr().err
    if database.is_sqlite:
        assert (found.level, said) == (Level.WELL, "")
        return
    assert found.level is Level.STOP
    assert all(name in found.what for name in durability.NEEDED)
    assert "postgresql.conf" in found.cure
    assert found.what in said


def test_a_server_that_waits_for_its_disk_is_well(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durability, "switched_off", lambda _: ())
    assert durable.finding(database).level is Level.WELL
