"""``fingerpost reviews``: a coordinator sees what was handed in and decides, with words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import reviews
from bot.cli.commands import cli
from bot.settings import SETTINGS
from bot.telling import alias_letters
from flows.effects import Answered, Submit
from storage import audit, submissions
from storage.database import Database
from storage.fields import Keyring
from tests.reading.folder import PHRASES_FILE, WHOLE
from tests.storage.scene import NOW, participant, person_id

PHRASES = re.sub("(?m)^submission accepted: .*", 'submission accepted: "Your ((about)): yes. ((words))"', PHRASES_FILE)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
IDEA = Submit(
    "idea", (Answered("idea", "What's your idea?", "a walking group"), Answered("more", "More?", "")), "idea", "idea"
)


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch, sqlite_url: str, keyring: Keyring, tmp_path: Path) -> str:
    """Somebody has handed in an idea; its code."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("FINGERPOST_KEYS", keyring.format())
    for name, text in {**WHOLE, "phrases.yaml": PHRASES}.items():
        file = tmp_path / "content" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("CONTENT_DIR", str(tmp_path / "content"))
    monkeypatch.setattr(reviews, "clock", lambda: NOON)
    with Database.open(sqlite_url, keyring) as database:
        sam = person_id(participant(database))
        database.run_now(lambda db: submissions.add(db, [(sam, "a" * 64, IDEA)], NOW))
        (one,) = database.run_now(submissions.waiting)
    return alias_letters(one.id)


def typed(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["reviews", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["reviews", *arguments])
    assert done.exit_code != 0
    return f"{done.output}{done.exception}"


def test_what_waits_is_listed_by_code_and_shown_with_its_answers(code: str, sqlite_url: str, keyring: Keyring) -> None:
    assert typed("list").startswith(f"{code}  idea  2026-11-23  waiting")
    assert typed("list", "idea") == typed("list")
    assert "Nothing waits in grant" in typed("list", "grant")
    shown = typed("show", code.lower())
    assert "What's your idea?\n    a walking group\n" in shown
    assert "More?\n    not answered\n" in shown
    with Database.open(sqlite_url, keyring) as database:
        (one,) = database.run_now(submissions.waiting)
        assert [line.action for _, line in database.run_now(lambda db: audit.of(db, one.participant_id))] == [
            "submission.seen"
        ]


def test_a_decision_says_what_the_person_will_hear_and_in_how_many_texts(code: str) -> None:
    said = typed("decide", code, "accept", "--say", "We  start in May.")
    assert f"{code} is accepted." in said
    assert "in 1 text: Your idea: yes. We start in May." in said
    assert "Nothing waits" in typed("list")
    assert f"{code}  idea  2026-11-23  accepted" in typed("list", "--all")
    shown = typed("show", code)
    assert "accepted on 2026-11-25, with: We start in May." in shown
    assert "not told yet" in shown


def test_taken_back_without_words_nobody_is_told(code: str) -> None:
    assert typed("decide", code, "withdraw") == f"{code} is withdrawn.\n"
    assert "told" not in typed("show", code)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("list", "grants"), "There is no queue grants: did you mean grant?"),
        (("show", "QQQQQQ"), "Nothing handed in has the code QQQQQQ"),
        (("show", "12"), "Nothing handed in has the code 12"),
        (("decide", "CODE", "acept", "--say", "x"), "acept is no decision: did you mean accept?"),
        (("decide", "CODE", "accept"), "They deserve a word with it"),
        (("decide", "CODE", "decline", "--say", "x" * 301), "That is 301 letters"),
        (("decide", "CODE", "accept", "--say", "Your rehab can start."), "rehab may be read on a locked phone"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(code: str, arguments: tuple[str, ...], why: str) -> None:
    assert why in refused(*(code if each == "CODE" else each for each in arguments))
    assert typed("list").startswith(code)


def test_a_second_decision_is_refused(code: str) -> None:
    typed("decide", code, "decline", "--say", "Not this year.")
    assert f"{code} was declined already, on 2026-11-25" in refused("decide", code, "accept", "--say", "Yes.")
