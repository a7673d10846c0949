"""``people show`` tells how somebody's areas stand, with what is missing: only where they have agreed to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from bot.areas import lines
from bot.cli import people as peopling
from bot.cli.commands import cli
from bot.settings import SETTINGS
from flows.capital import change
from flows.effects import Rated
from storage import answers
from storage.database import Database
from storage.fields import Keyring
from tests.capital.ratings import all_nine, instrument, on, rated
from tests.shipped import CONTENT
from tests.storage.scene import participant, person_id

TODAY = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_every_figure_says_what_it_rests_on() -> None:
    ours = instrument(sd=1.0, r=0.9)
    later = rated(84, mind=8, body=8, goal=8, hope=8, people=8, home=8, money=None, time=8)
    found = lines([(ours, change(ours, [*all_nine(0, *[4] * 9), *later], on(84)))])
    assert found == [
        "self-ratings (ours), not a clinical score: 8.0, 7 of 9 answered; +4.0 since the start (7 of 9 in pairs)",
        "  personal: 8.0, 4 of 4 answered; +4.0 since the start (4 of 4 in pairs)",
        "  social: 8.0, 1 of 1 answered; +4.0 since the start (1 of 1 in pairs)",
        "  practical: too few to say, 1 of 2 answered; change not known (1 of 2 in pairs)",
        "  community: too few to say, 1 of 2 answered; change not known (1 of 2 in pairs)",
        "  beyond the instrument's own error: better",
    ]


@pytest.mark.parametrize(
    ("agreed", "told"), [("yes", "personal: 6.0, 3 of 4"), ("no", "not shown, they have not agreed")]
)
def test_people_show_keeps_to_what_they_agreed(
    agreed: str, told: str, monkeypatch: pytest.MonkeyPatch, sqlite_url: str, keyring: Keyring
) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("FINGERPOST_KEYS", keyring.format())
    monkeypatch.setenv("CONTENT_DIR", str(CONTENT))
    monkeypatch.setattr(peopling, "clock", lambda: TODAY)
    with Database.open(sqlite_url, keyring) as database:
        person = person_id(participant(database, remembered={"consent_progress": agreed}))
        given = [(person, Rated("recovery-capital", "1", item, 6)) for item in ("mind", "body", "hope")]
        database.run_now(lambda db: answers.keep_ratings(db, given, TODAY - timedelta(days=1)))
    shown = CliRunner().invoke(cli, ["people", "show", "+447700900001"])
    assert shown.exit_code == 0, shown.output
    assert told in shown.stdout
