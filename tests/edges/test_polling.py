"""Fetched updates are committed before they are confirmed; what was not comes again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.telegram_poller import REFUSED_WAIT, TelegramPoller
from flows.errors import Meaning, OutcomeUnknown, SendError, SendFailed, StorageError
from flows.model import Inbound

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def update(number: int, text: str = "hello") -> dict[str, Any]:
    chat = {"id": 77, "type": "private"}
    return {"update_id": number, "message": {"message_id": 1, "date": 1, "chat": chat, "text": text}}


class Telegram:
    """Keeps updates until they are confirmed, as Telegram does; ``errors`` come first."""

    def __init__(self, *waiting: Any) -> None:
        self.waiting = list(waiting)
        self.errors: list[SendError] = []
        self.offsets: list[int | None] = []
        self.dropped = 0

    async def drop_webhook(self) -> None:
        self.dropped += 1

    async def get_updates(self, offset: int | None, wait_seconds: int) -> list[Any]:
        self.offsets.append(offset)
        if self.errors:
            raise self.errors.pop(0)
        if offset is not None:
            self.waiting = [each for each in self.waiting if each["update_id"] >= offset]
        return list(self.waiting)


class Inbox:
    """Takes what comes, but for texts in ``refuses``."""

    def __init__(self, *refuses: str) -> None:
        self.taken: list[str] = []
        self.refuses = set(refuses)

    async def take(self, inbound: Inbound) -> None:
        await asyncio.sleep(0)
        if inbound.text in self.refuses:
            raise StorageError("away")
        self.taken.append(inbound.text)


def poller(telegram: Telegram, inbox: Inbox) -> TelegramPoller:
    return TelegramPoller(telegram, inbox.take, lambda: NOW)


async def test_what_was_committed_is_confirmed_by_the_next_request() -> None:
    telegram, inbox = Telegram(update(7, "one"), update(9, "two")), Inbox()
    polling, stop = poller(telegram, inbox), asyncio.Event()

    assert [await polling.step(stop) for _ in range(2)] == [0, 0]

    assert inbox.taken == ["one", "two"]
    assert telegram.offsets == [None, 10]
    assert telegram.waiting == []


async def test_an_offset_is_sent_once_because_numbers_may_start_lower_after_a_quiet_week() -> None:
    telegram, inbox = Telegram(update(900)), Inbox()
    polling, stop = poller(telegram, inbox), asyncio.Event()
    for _ in range(3):
        await polling.step(stop)
    telegram.waiting = [update(5, "lower")]

    await polling.step(stop)

    assert telegram.offsets == [None, 901, None, None]
    assert inbox.taken == ["hello", "lower"]


async def test_what_could_not_be_stored_and_all_after_it_come_again() -> None:
    telegram, inbox = Telegram(update(1, "one"), update(2, "two"), update(3, "three")), Inbox("two")
    polling, stop = poller(telegram, inbox), asyncio.Event()

    assert await polling.step(stop) > 0
    assert polling.trouble
    inbox.refuses.clear()
    await polling.step(stop)
    await polling.step(stop)

    assert telegram.offsets == [None, 2, 4]
    assert inbox.taken == ["one", "three", "two", "three"]  # the inbox's unique key refuses the repeat
    assert polling.trouble == ""


@pytest.mark.parametrize(
    ("error", "wait", "trouble"),
    [
        (SendFailed(Meaning.CREDENTIALS, "401"), REFUSED_WAIT, "token"),
        (SendFailed(Meaning.CREDENTIALS, "404"), REFUSED_WAIT, "token"),
        (SendFailed(Meaning.TRY_LATER, "409"), 1, "another program"),
        (SendFailed(Meaning.TRY_LATER, "429", NOW + timedelta(seconds=12)), 12, ""),
        (SendFailed(Meaning.TRY_LATER, "500"), 1, ""),
        (OutcomeUnknown("cut off"), 1, ""),
    ],
)
async def test_trouble_is_waited_out_and_shown(error: SendError, wait: float, trouble: str) -> None:
    telegram = Telegram(update(1))
    telegram.errors = [error]
    polling, stop = poller(telegram, Inbox()), asyncio.Event()

    assert await polling.step(stop) == wait
    assert trouble in polling.trouble
    assert bool(trouble) == bool(polling.trouble)

    assert await polling.step(stop) == 0
    assert polling.trouble == ""


async def test_silence_for_long_is_shown_and_waits_grow() -> None:
    telegram = Telegram()
    telegram.errors = [OutcomeUnknown("cut off") for _ in range(6)]
    polling, stop = poller(telegram, Inbox()), asyncio.Event()

    assert [await polling.step(stop) for _ in range(6)] == [1, 2, 5, 10, 30, 30]
    assert "does not answer" in polling.trouble


async def test_a_webhook_set_elsewhere_is_taken_down_before_fetching() -> None:
    telegram = Telegram()
    telegram.errors = [SendFailed(Meaning.TRY_LATER, "409")]
    polling, stop = poller(telegram, Inbox()), asyncio.Event()

    for _ in range(3):
        await polling.step(stop)

    assert telegram.dropped == 2


@pytest.mark.parametrize("odd", [{}, {"update_id": "x"}, {"update_id": 4, "message": None}])
async def test_an_odd_update_is_recorded_and_stops_nothing(odd: dict[str, Any]) -> None:
    telegram, inbox = Telegram(), Inbox()
    telegram.waiting = [update(3), odd, update(5)]
    polling, stop = poller(telegram, inbox), asyncio.Event()

    await polling.step(stop)

    assert inbox.taken == ["hello", "", "hello"]
    assert polling._offset == 6


async def test_stopping_breaks_off_a_long_request() -> None:
    class Hanging(Telegram):
        async def get_updates(self, offset: int | None, wait_seconds: int) -> list[Any]:
            await asyncio.Event().wait()
            return []

    stop = asyncio.Event()
    running = asyncio.create_task(poller(Hanging(), Inbox()).run(stop))
    await asyncio.sleep(0)
    stop.set()

    await asyncio.wait_for(running, 5)
