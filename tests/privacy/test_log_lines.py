"""The rule by which every test fails whose log lines hold more than actions and ids (asked in tests/conftest.py)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from bot import logs
from tests.conftest import PAPER
from tests.house.tree import python_files
from tests.quiet import fault_of, must_be_quiet

AT = "2026-11-23T10:00:00Z info    "


@pytest.mark.parametrize(
    "rest",
    [
        "checkin.sent participant=41 slot=902",
        "turn.failed inbox=7 participant=77009001237 error=ValueError where=bot/turns.py:12",
        'turn.failed error=KeyError where="bot/turns.py:12 asyncio/tasks.py:4" cause="OSError bot/inlet.py:3"',
        "library.said logger=aiohttp.server",
        "release.live release=" + "a" * 64,
        "webhook.refused route=twilio reason=no_proof",
    ],
)
def test_actions_and_ids_may_be_logged(rest: str) -> None:
    assert fault_of(AT + rest) == ""


@pytest.mark.parametrize(
    "rest",
    [
        "checkin.sent to=+447700900123",
        "checkin.sent reason=07700900123",
        'checkin.sent reason="07700 900123"',
        "checkin.sent reason=7700-900-123",
        "checkin.sent code=01632960123",
        "checkin.sent reason=Sam",
        "checkin.sent reason=AC" + "0" * 32,
        "checkin.sent reason=123456:abc-DEF",
        "checkin.sent text=hello",
        "checkin.sent reason=[kept out]",
        'checkin.sent left_out="text"',
        "I feel low",
        "checkin.sent I feel low",
    ],
)
def test_numbers_names_tokens_and_words_may_not(rest: str) -> None:
    assert fault_of(AT + rest) != ""


def test_what_the_program_logs_here_is_looked_at() -> None:
    logs.get_logger("bot.x").info("checkin.sent", participant=41, text="I feel low")
    lines = PAPER.taken()
    assert len(lines) == 1
    with pytest.raises(AssertionError, match="says too much"):
        must_be_quiet(lines)


def calls(source: str) -> Iterator[tuple[str, int, list[str]]]:
    """Every call of a module's ``log``: the method, the line, the keys."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=method)):
                yield method, node.lineno, [str(keyword.arg) for keyword in node.keywords]


def test_every_key_that_the_program_logs_is_on_the_list() -> None:
    """So that nothing is kept out of a line that an operator wants to read, in no path that a test does not take."""
    listed = {*logs.NUMBERS, *logs.WORDS, *logs.HASHES, "exc_info"}
    found = [
        (path, each) for path in python_files("bot", "storage", "flows") for each in calls(path.read_text("utf-8"))
    ]
    assert len(found) > 20
    assert [(path.name, line, key) for path, (_, line, keys) in found for key in keys if key not in listed] == []
