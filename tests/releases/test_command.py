"""``fingerpost release`` and ``fingerpost diff`` as somebody types them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import __main__ as program
from bot.cli import release as releasing
from bot.content import Checked, check_folder
from flows.model import Channel
from storage import people, staff
from storage.database import Database
from storage.fields import Keyring
from storage.statements import Db
from tests.releases.desk import CONTENT, HOW, ROUGHLY, Office
from tests.turns.table import MONDAY

SAM = "+447700900001"


@dataclass
class Desk:
    """A machine with a content folder of its own; ``types`` a command and gives what it printed and how it ended."""

    content: Path
    url: str
    keyring: Keyring
    capsys: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    def types(self, *words: str) -> tuple[str, int]:
        self.patch.setattr(sys, "argv", ["fingerpost", *words])
        with pytest.raises(SystemExit) as left:
            program.main()
        shown = self.capsys.readouterr()
        return shown.out + shown.err, int(left.value.code or 0)

    def edits(self, file: str, old: str, new: str) -> None:
        path = self.content / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def inside(self, work: Callable[[Db], object]) -> None:
        with Database.open(self.url, self.keyring) as database:
            database.run_now(work)


@pytest.fixture
def desk(
    sqlite_url: str,
    keyring: Keyring,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Desk:
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    for name, value in {
        "DATABASE_URL": sqlite_url,
        "FINGERPOST_KEYS": keyring.format(),
        "CONSOLE_SECRET": "a secret of the console, long enough",
        "CONTENT_DIR": str(folder),
        "PUBLIC_URL": "https://fingerpost.test",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "x" * 32,
        "TWILIO_FROM": "+447700900000",
    }.items():
        monkeypatch.setenv(name, value)
    # the conversations at the foot of the flows are tried elsewhere, and take seconds
    monkeypatch.setattr(releasing, "check_folder", lambda path: check_folder(path, tests=False))
    return Desk(folder, sqlite_url, keyring, capsys, monkeypatch)


def test_a_coordinators_afternoon(desk: Desk, checked: Checked) -> None:
    said, code = desk.types("release", "list")
    assert (said, code) == ("Nothing has gone live yet. Type: fingerpost release go\n", 0)
    said, code = desk.types("diff")
    assert code == 2
    assert "release go" in said
    assert desk.types("release", "go")[1] == 0
    assert desk.types("release", "go") == ("Nothing to do: what is saved is what is live.\n", 0)
    assert desk.types("diff") == ("Nothing is different: people would notice no change.\n", 0)

    with Database.open(desk.url, desk.keyring) as database:
        office = Office(database, checked, desk.keyring)
        office.opens()
        office.joins(SAM)
        office.says(SAM, "CHECKIN")
    desk.edits("flows/check-in.yaml", HOW, ROUGHLY)
    said, code = desk.types("diff")
    assert code == 0
    assert f"check-in: mood: “Hi ((nickname)), {HOW}” → “Hi ((nickname)), {ROUGHLY}”" in said
    assert "check-in: 1 person in the middle of it, who finish it in the old words" in said
    said, code = desk.types("release", "go")
    assert code == 0, said
    assert "→" in said
    assert "Live: " in said
    listed = desk.types("release", "list")[0].splitlines()
    assert " live since " in listed[0]
    assert "went live" in listed[1]
    assert "1 person in the middle of it" in listed[1]

    said, code = desk.types("release", "back")
    assert code == 0
    assert "Live again: " in said
    listed = desk.types("release", "list")[0].splitlines()
    assert "live since" in listed[0]
    assert "1 person in the middle of it" in listed[0]
    assert "taken back" in listed[1]
    said, code = desk.types("release", "back")
    assert code == 2
    assert "no release before this one" in said
    taken_back = listed[1].split()[0]
    assert desk.types("release", "back", taken_back)[1] == 0
    assert taken_back in desk.types("release", "list")[0].splitlines()[0]


def test_a_broken_folder_goes_nowhere(desk: Desk) -> None:
    desk.types("release", "go")
    before = desk.types("release", "list")[0]
    desk.edits("flows/time.yaml", "close: 24 hours", "close: soon")
    for command in (("release", "go"), ("diff",)):
        said, code = desk.types(*command)
        assert code in (1, 2)
        assert "flows/time.yaml:" in said
        assert "Traceback" not in said
    assert desk.types("release", "list")[0] == before


def test_a_flow_is_withdrawn_and_that_is_undone(desk: Desk) -> None:
    desk.types("release", "go")
    said, code = desk.types("release", "withdraw", "check-in", "--yes")
    assert code == 0
    assert "Withdrawn: check-in" in said
    assert "withdrawn: check-in" in desk.types("release", "list")[0]
    assert desk.types("release", "withdraw", "check-in", "--undo")[1] == 0
    assert "withdrawn:" not in desk.types("release", "list")[0]


REFUSED = (
    (("release", "withdraw", "chek-in", "--yes"), "did you mean check-in"),
    (("release", "withdraw", "help", "--yes"), "Fingerpost itself starts help"),
    (("release", "withdraw", "safe-to-text", "--yes"), "Fingerpost itself starts safe-to-text"),
    (("release", "withdraw", "check-in", "--undo"), "was not withdrawn"),
    (("release", "back", "zzz"), "no release begins with that"),
    (("diff", "zzz"), "no release begins with that"),
)


def test_what_cannot_be_done_is_refused_in_a_sentence(desk: Desk) -> None:
    desk.types("release", "go")
    for typed, says in REFUSED:
        said, code = desk.types(*typed)
        assert code == 2, typed
        assert says in said
        assert len(said.splitlines()) == 1


def test_a_change_that_wants_two_waits_for_them(desk: Desk) -> None:
    desk.edits("service.yaml", "second_approver: no", "second_approver: yes")
    desk.types("release", "go")
    desk.edits("escalation.yaml", "after 1 working day: coordinators", "after 2 working days: coordinators")
    said, code = desk.types("release", "go")
    assert code == 2
    assert "Two coordinators must agree to this, and none can be reached" in said

    def two(db: Db) -> None:
        for number in ("+447700900011", "+447700900012"):
            address = people.address(db, Channel.SMS, number, MONDAY)
            given = staff.add(db, "Kim", staff.Role.COORDINATOR, address, MONDAY, lambda _: 0)
            staff.confirm(db, address, given, MONDAY)

    desk.inside(two)
    number = iter(range(100_000, 999_999, 1))
    desk.patch.setattr("secrets.randbelow", lambda _: next(number))
    said, code = desk.types("release", "go")
    assert code == 1
    assert "changes who hears of an alert" in said
    assert "Each of the 2 coordinators has been texted a code" in said
    assert "waits for two coordinators" in desk.types("release", "list")[0]
    assert desk.types("release", "go", "--code", "100000")[1] == 1
    said, code = desk.types("release", "go", "--code", "100 000", "--code", "100001")
    assert code == 0, said
    assert "Live: " in said
    assert desk.types("diff") == ("Nothing is different: people would notice no change.\n", 0)
