"""The rule by which every test fails whose log lines hold more than actions and ids (asked in tests/conftest.py)."""

from __future__ import annotations

import pytest

from bot import logs
from tests.conftest import PAPER
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
