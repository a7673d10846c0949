"""``fingerpost chat``: the same conversations in the terminal, typed or piped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot import app as wiring
from bot.cli import chat as chatting
from tests.practice.conftest import CONTENT, MONDAY, Terminal

ROOT = CONTENT.parent


def test_hello_is_answered_with_parts_and_price(terminal: Terminal) -> None:
    said = terminal.types("hello", "y")
    assert "> hello\n< Hi, this is" in said
    assert "< Are you 18 or over? Y or N\n  1 part, 4p, 12p so far\n> y\n" in said
    assert "OK to start?" in said


def test_a_flow_starts_at_once_for_somebody_who_has_joined(terminal: Terminal) -> None:
    said = terminal.types("2", "1", flow="check-in")
    assert "< Hi Sam, how are things today?" in said
    assert "! alert: asked for a mentor" in said


def test_buttons_are_shown_and_tapped(terminal: Terminal) -> None:
    said = terminal.types("[2]", "[hear from a mentor today]", flow="check-in", look="telegram")
    assert "[1] [2] [3] [4] [5]" in said
    assert "asked a mentor" in said
    assert "free on Telegram." in said


@pytest.mark.parametrize(
    ("flow", "typed", "shows"),
    [
        ("grant", ["Tent", "A tent", "40", "Campers", "y"], "! submitted: grant (small grant)"),
        ("find-group", ["TN9", "tues", "1", "1", "n"], "! later: did-you-go, Wednesday 3 March, 11:00"),
    ],
)
def test_what_is_handed_in_and_what_is_booked_is_shown(
    terminal: Terminal, flow: str, typed: list[str], shows: str
) -> None:
    assert terminal.types(*typed, flow=flow).count(shows) == 1


@pytest.mark.parametrize(
    ("typed", "shows"),
    [
        ("@ +26h", "It is Tuesday 2 March, 12:00."),
        ("@ Tue 10:30", "It is Tuesday 2 March, 10:30."),
        ("@ 2027-03-02 11:00", "It is Tuesday 2 March, 11:00."),
        ("@", "It is Tuesday 2 March, 10:00."),
    ],
)
def test_the_clock_moves_and_time_brings_what_it_brings(terminal: Terminal, typed: str, shows: str) -> None:
    said = terminal.types(typed, flow="check-in")
    assert shows in said
    assert "< No rush" in said


@pytest.mark.parametrize("typed", ["@ soon", "@ 2027-02-31 10:00", "@ Someday 10:00", "@ +99999999999 weeks"])
def test_a_time_that_is_none_is_answered_with_how_to_write_one(terminal: Terminal, typed: str) -> None:
    assert "is no time. Type @ +26h" in terminal.types(typed, flow="check-in")


@pytest.mark.parametrize("typed", ["@ 2026-03-02 10:00", "@ +400 days"])
def test_the_clock_does_not_go_back_nor_too_far(terminal: Terminal, typed: str) -> None:
    said = terminal.types(typed, flow="check-in")
    assert "only goes forward" in said
    assert "No rush" not in said


def test_when_nothing_waits_the_clock_says_so(terminal: Terminal) -> None:
    assert "Nothing is waiting to happen." in terminal.types("@")


def test_at_night_it_begins_in_the_morning(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "clock", lambda: MONDAY.replace(hour=23))
    said = terminal.types(flow="check-in")
    assert "It is Tuesday 2 March, 09:00.\n< Hi Sam" in said


def test_what_is_held_says_until_when_and_comes_then(terminal: Terminal) -> None:
    said = terminal.types("@ Mon 22:00", "CHECKIN", "@ +24h", "@", flow="check-in")
    assert "held until Wednesday 3 March, 09:00" in said
    assert "now 1 part, 4p" in said


def test_joining_starts_from_the_beginning(terminal: Terminal) -> None:
    assert "> JOIN\n< Hi, this is" in terminal.types(flow="onboarding")


def test_a_text_that_is_too_long_is_not_sent(terminal: Terminal) -> None:
    said = terminal.types("a" * 1601)
    assert "1600 characters" in said
    assert "Nothing sent yet." in said


@pytest.mark.parametrize(
    ("flow", "look", "says"),
    [
        ("chekin", "sms", "There is no flow chekin: did you mean check-in?"),
        ("", "letter", "A phone cannot look like letter. Type --as sms or --as telegram."),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(
    terminal: Terminal, capsys: pytest.CaptureFixture[str], flow: str, look: str, says: str
) -> None:
    assert chatting.chat(flow, look) == 2
    assert capsys.readouterr().err == says + "\n"


def test_a_broken_folder_is_shown_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    (folder / "flows" / "menu.yaml").write_text("flow: menu\nsteps:\n  - sya: Hello\n", encoding="utf-8")
    monkeypatch.setenv("CONTENT_DIR", str(folder))
    assert chatting.chat("", "sms") == 2
    said = capsys.readouterr().err
    assert "flows/menu.yaml:3:" in said
    assert "cannot be used" in said


def test_the_real_command_works_without_a_terminal(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat"],
        input="hello\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CONTENT_DIR": str(CONTENT), "TELEGRAM_BOT_TOKEN": "broken"},
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "18 or over" in done.stdout
    assert list(tmp_path.iterdir()) == []
