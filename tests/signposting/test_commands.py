"""``fingerpost directory unmet``: what was looked for and not found."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from bot.cli import unmet as command
from bot.cli.commands import cli
from flows.effects import Unmet
from storage import referrals
from storage.database import Database
from storage.fields import Keyring
from tests.house.tree import ROOT
from tests.storage.scene import A_DAY, NOW


def test_what_was_missed_is_counted_by_place_and_need(
    sqlite_url: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("FINGERPOST_KEYS", keyring.format())
    monkeypatch.setenv("CONTENT_DIR", str(ROOT / "content"))
    monkeypatch.setattr(command, "clock", lambda: NOW + A_DAY)
    nothing = CliRunner().invoke(cli, ["directory", "unmet"])
    assert "Nothing was missed in 90 days" in nothing.output, nothing.output
    with Database.open(sqlite_url, keyring) as database:
        missed = [*[Unmet("TN9", ("step_free",))] * 5, *[Unmet("", ())] * 4]
        database.run_now(lambda db: referrals.miss(db, missed, NOW))
    found = CliRunner().invoke(cli, ["directory", "unmet", "--days", "2"])
    rows = [line.split() for line in found.output.splitlines()]
    assert rows[1:] == [["TN9", "step", "free", "5"], ["anywhere", "any", "group", "1", "to", "4"]]
