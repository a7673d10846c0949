"""``fingerpost directory unmet``, and the groups of somebody in ``fingerpost people show``."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from bot.cli import people as peopling
from bot.cli import unmet as command
from bot.cli.commands import cli
from flows.effects import Offered, Referred, Unmet
from flows.statuses import ReferralStatus
from storage import referrals
from storage.database import Database
from storage.fields import Keyring
from storage.statements import Db
from tests.house.tree import ROOT
from tests.shipped import CONTENT
from tests.storage.scene import A_DAY, NOW, participant, person_id


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


@pytest.mark.parametrize(("agreed", "low_is_seen"), [("yes", True), ("no", False)])
def test_people_show_says_what_came_of_groups_and_what_is_low_only_where_they_agreed(
    agreed: str, low_is_seen: bool, sqlite_url: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("FINGERPOST_KEYS", keyring.format())
    monkeypatch.setenv("CONTENT_DIR", str(CONTENT))
    monkeypatch.setattr(peopling, "clock", lambda: NOW + A_DAY)
    private = {"low": "money", "last_search": '["find-group", {}, [], "ton-tue"]'}
    with Database.open(sqlite_url, keyring) as database:
        sam = person_id(participant(database, remembered={"consent_progress": agreed}, private=private))

        def unit(db: Db) -> None:
            referrals.offer(db, sam, Offered((("ton-tue", "ton"), ("tun-wed", "tun"))), NOW)
            referrals.settle(db, sam, Referred("ton-tue", ReferralStatus.CHOSEN), NOW)
            referrals.settle(db, sam, Referred("ton-tue", company=True), NOW)
            referrals.settle(db, sam, Referred("ton-tue", ReferralStatus.DID_NOT_GO, why="travel"), NOW)

        database.run_now(unit)
    shown = CliRunner().invoke(cli, ["people", "show", "+447700900001"])
    assert "  group ton-tue: did not go, travel, wanted company, " in shown.stdout, shown.output
    assert "  groups shown and not chosen: 1" in shown.stdout
    assert "find-group" not in shown.stdout
    assert ("low: money" in shown.stdout) is low_is_seen
