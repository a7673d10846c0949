"""Log lines hold actions and ids; nothing that a person wrote, is called, or can be reached at."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs
from bot.__main__ import main
from flows.errors import Meaning, SendFailed
from flows.model import Heard

CANARIES = ("canary", "07700900123", "+447700900123", "7700 900 123")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """A log that is put back as it was: pytest keeps its own."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_an_action_and_ids(written: io.StringIO) -> None:
    logs.get_logger("x").info("checkin.sent", participant=41, slot=902, channel="sms", kind=Heard.CAME_BACK)

    [line] = lines(written)
    assert line.pop("timestamp")
    assert line == {
        "level": "info",
        "action": "checkin.sent",
        "participant": 41,
        "slot": 902,
        "channel": "sms",
        "kind": "came back",
    }


def test_as_text_it_reads_on_one_line(written: io.StringIO) -> None:
    stream = io.StringIO()
    logs.configure("text", stream)

    logs.get_logger("x").info("checkin.sent", participant=41, slot=902)

    assert stream.getvalue().endswith(" checkin.sent participant=41 slot=902\n")


@pytest.mark.parametrize("key", ["text", "body", "name", "address_text", "token", "number", "to", "url", "canary"])
def test_a_key_that_is_not_on_the_list_is_left_out(written: io.StringIO, key: str) -> None:
    logs.get_logger("x").info("turn.done", **{key: "my canary +447700900123"})

    [line] = lines(written)
    assert key not in line
    assert not any(canary in json.dumps(line) for canary in CANARIES if canary != key)


@pytest.mark.parametrize("key", sorted(logs.NUMBERS | logs.WORDS | logs.HASHES))
@pytest.mark.parametrize(
    "value", ["my canary", "+447700900123", "07700900123", "07700-900-123", "canary@example.org", ["canary"], b"canary"]
)
def test_a_value_that_does_not_look_like_its_key_is_kept_out(written: io.StringIO, key: str, value: object) -> None:
    logs.get_logger("x").info("turn.done", **{key: value})

    assert not any(canary in written.getvalue() for canary in CANARIES)


@pytest.mark.parametrize("action", ["canary", "Hello canary", "turn.done +447700900123", "", "turn.done\ncanary"])
def test_an_action_is_two_words_with_a_dot(written: io.StringIO, action: str) -> None:
    logs.get_logger("x").info(action)

    assert lines(written)[0]["action"] == logs.KEPT_OUT


def test_an_error_is_its_type_and_place_never_its_message(written: io.StringIO) -> None:
    try:
        try:
            raise KeyError("+447700900123")
        except KeyError as error:
            raise SendFailed(Meaning.BLOCKED, "canary") from error
    except SendFailed:
        logs.get_logger("x").exception("send.failed", outbox=7)

    [line] = lines(written)
    assert line["error"] == "SendFailed"
    assert "test_logs.py" in str(line["where"])
    assert str(line["cause"]).startswith("KeyError ")
    assert not any(canary in written.getvalue() for canary in CANARIES)


@pytest.mark.parametrize("name", ["httpx", "aiohttp.access", "telegram.ext", "sqlalchemy.engine", "anything"])
def test_what_libraries_say_gives_their_name_only(written: io.StringIO, name: str) -> None:
    logging.getLogger(name).error("POST https://api.example.org/botcanary/%s", "canary", exc_info=ValueError("canary"))

    [line] = lines(written)
    assert (line["action"], line["logger"], line["error"]) == ("library.said", name, "ValueError")
    assert "canary" not in written.getvalue()


@pytest.mark.parametrize("name", ["httpx", "aiohttp.access", "telegram", "sqlalchemy.engine"])
def test_libraries_that_write_urls_and_values_are_quiet(written: io.StringIO, name: str) -> None:
    logging.getLogger(name).info("POST https://api.example.org/botcanary")

    assert written.getvalue() == ""


async def test_a_task_that_nobody_awaited_is_seen(written: io.StringIO) -> None:
    asyncio.get_running_loop().call_exception_handler({"message": "canary", "exception": ValueError("canary")})

    assert lines(written)[0]["error"] == "ValueError"
    assert "canary" not in written.getvalue()


def test_no_command_quotes_what_people_said_when_something_goes_wrong(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        words = "canary"
        try:
            raise ValueError(words)
        except ValueError as error:
            logs.get_logger("x").error("release.failed", exc_info=error)

    structlog.reset_defaults()  # as in a process that has only just begun: structlog shows every local variable
    monkeypatch.setattr("bot.__main__.cli", command)
    main()
    told = capsys.readouterr()
    assert "release.failed" in told.err
    assert not any(canary in told.out + told.err for canary in CANARIES)
