"""Telegram's calls are what its specification allows, and their ends are told apart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Outgoing, fitting
from bot.channels.telegram import LONGEST_TEXT, TelegramMessenger, rows
from bot.config import TelegramSettings
from flows.effects import Button, Purpose
from flows.errors import Meaning, OutcomeUnknown, SendFailed
from tests.fakes.faults import Fault, drop_after_accepting, drop_before_accepting, empty, html, said
from tests.fakes.telegram import TelegramFake

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
async def fake() -> AsyncIterator[TelegramFake]:
    async with TelegramFake(now=lambda: NOW) as telegram:
        telegram.chat().begins()
        yield telegram


def settings(fake: TelegramFake, token: str = "") -> TelegramSettings:
    return TelegramSettings(token=token or fake.token, mode="webhook", webhook_secret="s3cret_word", api_url=fake.url)


@pytest.fixture
async def messenger(fake: TelegramFake) -> AsyncIterator[TelegramMessenger]:
    made = TelegramMessenger(settings(fake), lambda: NOW)
    await made.open()
    yield made
    await made.close()


def outgoing(fake: TelegramFake, text: str = "Hello", buttons: tuple[Button, ...] = ()) -> Outgoing:
    return Outgoing(outbox_id=41, address=str(fake.chat().id), text=text, purpose=Purpose.REPLY, buttons=buttons)


async def test_a_message_arrives_with_its_buttons(fake: TelegramFake, messenger: TelegramMessenger) -> None:
    buttons = (Button("Yes", "1:yes"), Button("No", "1:no"))

    provider_id = await messenger.send(outgoing(fake, buttons=buttons))

    [(method, sent)] = fake.calls_made
    assert (method, sent["text"], sent["link_preview_options"]) == ("sendMessage", "Hello", {"is_disabled": True})
    assert fake.chat().buttons == ["Yes", "No"]
    assert provider_id.isdecimal()


async def test_the_providers_id_does_not_hold_the_chat(fake: TelegramFake, messenger: TelegramMessenger) -> None:
    assert str(fake.chat().id) not in await messenger.send(outgoing(fake))


@pytest.mark.parametrize(
    ("labels", "laid"),
    [
        (["Yes", "No"], [2]),
        (["1", "2", "3", "4", "5"], [5]),
        ([str(n) for n in range(11)], [6, 5]),
        (["A drop-in near me", "Somebody to talk to", "No"], [1, 1, 1]),
        (["x" * 60], [1]),
        ([], []),
    ],
)
def test_short_labels_sit_side_by_side(labels: list[str], laid: list[int]) -> None:
    buttons = [Button(label, "1:x") for label in labels]
    made = rows(buttons)

    assert [len(row) for row in made] == laid
    assert [button for row in made for button in row] == buttons


@pytest.mark.parametrize("text", ["word " * 2000, "👍" * 5000, "x" * 5000, "x" * 4096])
async def test_words_beyond_telegrams_limit_are_cut_and_still_sent(
    fake: TelegramFake, messenger: TelegramMessenger, text: str
) -> None:
    await messenger.send(outgoing(fake, text))

    sent = fake.calls_made[0][1]["text"]
    assert len(sent.encode("utf-16-le")) // 2 <= LONGEST_TEXT
    assert sent == text or sent.endswith("…")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("abc def", 7, "abc def"),
        ("abc def", 6, "abc…"),
        ("abcdef", 4, "abc…"),
        ("👍👍👍", 6, "👍👍👍"),
        ("👍👍👍", 5, "👍👍…"),
        ("a👍👍", 4, "a👍…"),
    ],
)
def test_a_cut_falls_between_words_and_never_inside_a_letter(text: str, limit: int, expected: str) -> None:
    assert fitting(text, limit, unit_bytes=2) == expected


@pytest.mark.parametrize(
    ("status", "words", "meaning"),
    [
        (403, "Forbidden: bot was blocked by the user", Meaning.BLOCKED),
        (400, "Bad Request: chat not found", Meaning.BAD_ADDRESS),
        (400, "Bad Request: message is too long", Meaning.BAD_MESSAGE),
        (401, "Unauthorized", Meaning.CREDENTIALS),
        (500, "Internal Server Error", Meaning.TRY_LATER),
        (502, "Bad Gateway", Meaning.TRY_LATER),
    ],
)
async def test_a_refusal_says_what_it_means(
    fake: TelegramFake, messenger: TelegramMessenger, status: int, words: str, meaning: Meaning
) -> None:
    fake.refuses(status, words)

    with pytest.raises(SendFailed) as caught:
        await messenger.send(outgoing(fake))

    assert (caught.value.meaning, caught.value.code) == (meaning, str(status))


async def test_a_wait_that_telegram_asks_for_is_understood(fake: TelegramFake, messenger: TelegramMessenger) -> None:
    fake.throttles(retry_after=17)

    with pytest.raises(SendFailed) as caught:
        await messenger.send(outgoing(fake))

    assert (caught.value.meaning, caught.value.retry_at) == (Meaning.TRY_LATER, NOW + timedelta(seconds=17))


@pytest.mark.parametrize(
    "fault",
    [
        empty(200),
        html(200),
        html(502),
        html(504),
        said(200, {"ok": False}),
        said(200, {"ok": True, "result": {}}),
        said(200, {"ok": True, "result": "x"}),
        drop_after_accepting(),
        drop_before_accepting(),
    ],
)
async def test_where_nobody_can_know_the_outcome_is_unknown(
    fake: TelegramFake, messenger: TelegramMessenger, fault: Fault
) -> None:
    fake.will(fault)

    with pytest.raises(OutcomeUnknown):
        await messenger.send(outgoing(fake))

    assert fake.faults.is_clear  # asked once, not again


async def test_a_wrong_token_is_a_matter_of_credentials(fake: TelegramFake) -> None:
    wrong = TelegramMessenger(settings(fake, token="1:wrong"), lambda: NOW)
    await wrong.open()
    with pytest.raises(SendFailed) as caught:
        await wrong.send(outgoing(fake))
    await wrong.close()

    assert caught.value.meaning is Meaning.CREDENTIALS
    assert "wrong" not in str(caught.value)


async def test_a_tap_too_old_to_answer_changes_nothing(fake: TelegramFake, messenger: TelegramMessenger) -> None:
    assert await messenger.answer_tap("1") is False


async def test_the_webhook_is_set_with_our_secret(fake: TelegramFake, messenger: TelegramMessenger) -> None:
    await messenger.set_webhook("https://bot.example.org/webhooks/telegram")

    [(method, sent)] = fake.calls_made
    assert (method, sent["url"]) == ("setWebhook", "https://bot.example.org/webhooks/telegram")
    assert sent["secret_token"] == "s3cret_word"
