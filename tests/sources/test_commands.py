"""``fingerpost import`` and ``fingerpost directory``, as somebody types them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import __main__ as program
from bot.cli import directory as keeping
from bot.quantities import quantity
from flows.content import Feed
from storage import directory, referrals, tables
from storage.database import Database
from storage.fields import Keyring
from tests.shipped import CONTENT, shipped
from tests.sources.feeds import meetings

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@dataclass
class Screen:
    """What a command printed. ``wrong`` is standard error."""

    out: str
    wrong: str
    code: int


Types = Callable[..., Screen]


@pytest.fixture
def types(
    sqlite_url: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Types:
    """Type a command on this machine, on the Monday at ten."""
    conversation = shipped().conversation
    assert conversation is not None
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("FINGERPOST_KEYS", keyring.format())
    monkeypatch.setenv("CONTENT_DIR", str(CONTENT))
    monkeypatch.setattr(keeping, "clock", lambda: MONDAY)
    monkeypatch.setattr(keeping, "library", lambda _: conversation.library)
    monkeypatch.setattr(keeping, "service", lambda _: conversation.library.service)

    def typed(*words: str) -> Screen:
        monkeypatch.setattr(sys, "argv", ["fingerpost", *words])
        with pytest.raises(SystemExit) as left:
            program.main()
        shown = capsys.readouterr()
        return Screen(shown.out, shown.err, int(left.value.code or 0))

    return typed


@pytest.fixture
def kent(tmp_path: Path) -> str:
    """A file of four meetings."""
    path = tmp_path / "kent.json"
    path.write_bytes(meetings(4))
    return str(path)


def test_a_trial_says_what_it_would_do_and_an_import_does_it(types: Types, kent: str) -> None:
    trial = types("import", kent, "--format", "meeting-guide", "--dry-run")
    assert (trial.code, trial.wrong) == (0, "")
    assert "kent would hold 4 groups of 4 initiatives, 4 new" in trial.out
    assert "Nothing was changed" in trial.out
    assert "kent " not in types("directory", "list").out
    done = types("import", kent, "--format", "meeting-guide")
    assert "kent holds 4 groups of 4 initiatives" in done.out
    listed = types("directory", "list").out
    assert "kent  4 groups  meeting-guide  read 23 November 10:00" in listed
    assert "csv  0 groups of your own list, and 12 invented" in listed
    assert "Meeting 1  Mon 19:00" in types("directory", "list", "kent").out


def test_rows_that_are_left_out_are_named(types: Types, tmp_path: Path) -> None:
    rows = [*json.loads(meetings(2)), {"name": "Nowhere"}, *({"name": f"Lost {number}"} for number in range(60))]
    path = tmp_path / "list.json"
    path.write_text(json.dumps(rows))
    done = types("import", str(path), "--format", "meeting-guide")
    assert done.code == 0
    assert "row 3 (Nowhere): left out." in done.out
    assert "21 lines more: add --all" in done.out
    assert "Left out: 61." in done.out
    whole = types("import", str(path), "--format", "meeting-guide", "--all")
    assert "row 63 (Lost 59): left out." in whole.out


def test_a_shrink_is_refused_until_somebody_insists(types: Types, tmp_path: Path, kent: str) -> None:
    types("import", kent, "--format", "meeting-guide")
    Path(kent).write_bytes(meetings(1))
    refused = types("import", kent, "--format", "meeting-guide")
    assert refused.code == 1
    assert "has 1 group and had 4" in refused.wrong
    assert "add --force" in refused.wrong
    assert "kent  4 groups" in types("directory", "list").out
    assert types("import", kent, "--format", "meeting-guide", "--anyway").code == 0
    assert "kent  1 group " in types("directory", "list").out


WRONG = [
    (("import", "KENT", "--format", "meetings-guide"), 2, "did you mean meeting-guide?"),
    (("import", "KENT", "--format", "bmlt", "--name", "Kent AA"), 2, "cannot be the name"),
    (("import", "KENT", "--format", "bmlt", "--name", "csv"), 2, "cannot be the name"),
    (("import", "nothing.json", "--format", "bmlt"), 1, "There is no file nothing.json"),
    (("import", "http://example.org/", "--format", "bmlt"), 1, "https://"),
    (("import", "KENT", "--format", "open-referral"), 1, "refused"),
    (("directory", "list", "kemt"), 2, "There is no source kemt"),
    (("directory", "remove", "kent", "--yes"), 2, "There is no source kent"),
    (("directory", "export", "--source", "kent"), 2, "There is no source kent"),
    (("directory", "checked", "ton-tu"), 2, "did you mean ton-tue?"),
    (("directory", "checked", "zzz"), 2, "There is no group zzz"),
    (("directory", "checked", "lines"), 2, "is a helpline"),
    (("directory", "checked", "ton-tue", "--on", "yesterday"), 2, "is no day"),
    (("directory", "checked", "ton-tue", "--on", "2027-01-01"), 2, "is no day"),
    (("directory", "hide", "ton-tu"), 2, "did you mean ton-tue?"),
]


@pytest.mark.parametrize(("words", "code", "says"), WRONG, ids=[" ".join(words) for words, _, _ in WRONG])
def test_a_mistake_says_what_to_type(types: Types, kent: str, words: tuple[str, ...], code: int, says: str) -> None:
    shown = types(*(kent if word == "KENT" else word for word in words))
    assert (shown.code, says in shown.wrong) == (code, True), shown


def test_a_file_that_was_refused_is_not_asked_after_for_ever(types: Types, kent: str) -> None:
    types("import", kent, "--format", "open-referral")
    assert types("directory", "list").out.count("\n") == 1


def test_what_was_hidden_is_first_to_be_checked_and_comes_back(types: Types, sqlite_url: str, keyring: Keyring) -> None:
    assert "offered to nobody" in types("directory", "hide", "ton-tue", "--why", "the hall is being painted").out
    first = types("directory", "check-next").out.splitlines()[0]
    assert first.startswith(
        "ton-tue  Tuesday Table  Tonbridge  reported (the hall is being painted)  checked 30/10/2026"
    )
    assert first.endswith("welcome host, 01632 960101")
    assert "ton-tue  Tuesday Table  Tue 18:30  Tonbridge  hidden" in types("directory", "list", "csv").out
    assert "Friday 20 November 2026" in types("directory", "checked", "ton-tue", "--on", "2026-11-20").out
    assert "ton-tue" not in types("directory", "check-next").out
    with Database.open(sqlite_url, keyring) as database:
        lines = database.run_now(lambda db: db.connection.execute(select(tables.audit.c.action)).scalars().all())
    assert lines == ["directory.hidden", "directory.checked"]


def test_a_check_of_a_day_before_a_report_says_that_it_stays_hidden(
    types: Types, sqlite_url: str, keyring: Keyring
) -> None:
    types("directory", "hide", "ton-tue", "--why", "reported shut")
    with Database.open(sqlite_url, keyring) as database:
        database.run_now(lambda db: referrals.report(db, 1, "ton-tue", "ton-tue", date(2026, 11, 21)))
    shown = types("directory", "checked", "ton-tue", "--on", "2026-11-20").out
    assert "found it shut since" in shown
    assert "stays hidden" in shown
    assert "hidden" in types("directory", "list", "csv").out
    assert "is offered" in types("directory", "checked", "ton-tue", "--on", "2026-11-21").out


def test_whoever_checked_all_of_an_initiative_has_checked_each_of_its_groups(types: Types, tmp_path: Path) -> None:
    rows = json.loads(meetings(1))
    path = tmp_path / "kent.json"
    path.write_text(json.dumps([{**rows[0], "day": [2, 4]}]))
    types("import", str(path), "--format", "meeting-guide")
    listed = types("directory", "list", "kent").out.split()
    tuesday = next(word for word in listed if word.startswith("kent/"))
    types("directory", "hide", tuesday, "--why", "shut")
    assert f"{tuesday}  Meeting 0  Tonbridge  reported (shut)" in types("directory", "check-next").out
    assert types("directory", "checked", "kent/meeting-0.group").code == 0
    assert "hidden" not in types("directory", "list", "kent").out


def test_a_source_is_forgotten_and_named_again_the_same(types: Types, kent: str) -> None:
    types("import", kent, "--format", "meeting-guide", "--name", "our-aa")
    types("import", kent, "--format", "meeting-guide")
    assert "our-aa  4 groups" in types("directory", "list").out, "what was called so once is called so again"
    assert "forgotten" in types("directory", "remove", "our-aa", "--yes").out
    assert types("directory", "list").out.count("\n") == 1


def test_one_of_something_is_one(types: Types, tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(meetings(1))
    assert (
        "would hold 1 group of 1 initiative, 1 new"
        in types("import", str(path), "--format", "meeting-guide", "--dry-run").out
    )
    assert [quantity(1, "policy", "policies"), quantity(0, "row"), quantity(1200, "row")] == [
        "1 policy",
        "0 rows",
        "1,200 rows",
    ]


def test_a_key_in_the_address_of_a_source_is_shown_nowhere(types: Types, sqlite_url: str, keyring: Keyring) -> None:
    with Database.open(sqlite_url, keyring) as database:  # as the service does with what service.yaml names
        feed = Feed("kent", "bmlt", "https://192.168.1.1/m.json?key=hush")
        database.run_now(lambda db: directory.claim(db, feed, MONDAY, MONDAY))
    tried = types("import", "https://192.168.1.1/m.json?key=hush", "--format", "bmlt", "--name", "kent")
    listed = types("directory", "list")
    assert "https://192.168.1.1/m.json?…" in listed.out
    assert "hush" not in "".join([tried.out, tried.wrong, listed.out, listed.wrong])


def test_the_directory_is_given_away_as_open_referral(types: Types, kent: str, tmp_path: Path) -> None:
    types("import", kent, "--format", "meeting-guide")
    out = tmp_path / "out.json"
    assert "12 initiatives written" in types("directory", "export", "--out", str(out)).wrong
    assert {each["name"] for each in json.loads(out.read_bytes())["contents"]} >= {"Tuesday Table", "Monday Mugs"}
    assert json.loads(types("directory", "export", "--source", "kent").out)["total_items"] == 4
