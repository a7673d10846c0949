"""python-telegram-bot against the fake: what a well-used client takes for Telegram is not our imagination."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import ClientSession
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from tests.fakes import faults
from tests.fakes.clients import YES_NO, a_bot
from tests.fakes.telegram import TOKEN, TelegramFake
from tests.shared import shared

# ---------------------------------------------------------------- writing


async def test_the_bot_says_who_it_is(bot: Bot) -> None:
    assert (await bot.get_me()).username == "fingerpost_bot"


async def test_a_message_reaches_the_person(telegram: TelegramFake, bot: Bot) -> None:
    sam = telegram.chat()
    sam.begins()
    sent = await bot.send_message(sam.id, "Hi [Sam] {1}", reply_markup=YES_NO)
    assert sent.text == "Hi [Sam] {1}"
    assert sent.chat.id == sam.id
    assert await sam.hears() == "Hi [Sam] {1}"
    assert sam.buttons == ["Yes", "No"]


async def test_a_bot_cannot_write_first(telegram: TelegramFake, bot: Bot) -> None:
    telegram.chat(5)
    for nobody in (5, 404, "@nobody"):
        with pytest.raises(BadRequest, match=r"(?i)chat not found"):
            await bot.send_message(nobody, "hello")


@pytest.mark.parametrize(
    ("text", "data", "words"),
    [
        ("", "1:yes", "(?i)text is empty"),
        ("x" * 4097, "1:yes", "(?i)too long"),
        ("Hi", "7" * 65, "(?i)button_data_invalid"),
    ],
)
async def test_what_telegram_cannot_send_is_a_bad_request(
    telegram: TelegramFake, bot: Bot, text: str, data: str, words: str
) -> None:
    telegram.chat().begins()
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data=data)]])
    with pytest.raises(BadRequest, match=words):
        await bot.send_message(telegram.chat().id, text, reply_markup=markup)
    assert telegram.chat().received == []


async def test_the_longest_text_and_button_are_sent(telegram: TelegramFake, bot: Bot) -> None:
    telegram.chat().begins()
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="7" * 64)]])
    await bot.send_message(telegram.chat().id, "x" * 4096, reply_markup=markup)
    assert len(telegram.chat().received[0]) == 4096


async def test_buttons_can_be_taken_away_once(telegram: TelegramFake, bot: Bot) -> None:
    sam = telegram.chat()
    sam.begins()
    sent = await bot.send_message(sam.id, "Yes?", reply_markup=YES_NO)
    await bot.edit_message_reply_markup(sam.id, sent.message_id, reply_markup=None)
    assert sam.buttons == []
    with pytest.raises(BadRequest, match=r"(?i)not modified"):
        await bot.edit_message_reply_markup(sam.id, sent.message_id, reply_markup=None)
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await bot.edit_message_reply_markup(sam.id, 9999, reply_markup=None)


async def test_commands_are_kept(bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("help", "What I can do")])
    assert [command.command for command in await bot.get_my_commands()] == ["help"]


# ---------------------------------------------------------------- refusing


async def test_a_wrong_token_is_not_let_in(telegram: TelegramFake) -> None:
    with pytest.raises(InvalidToken):
        async with a_bot(telegram, "700900:another"):
            pass


async def test_a_person_who_blocked_the_bot_hears_nothing(telegram: TelegramFake, bot: Bot) -> None:
    sam = telegram.chat()
    sam.begins()
    sam.refusal = "Forbidden: bot was blocked by the user"
    with pytest.raises(Forbidden, match=r"(?i)blocked"):
        await bot.send_message(sam.id, "hello")
    sam.deletes_account()
    with pytest.raises(Forbidden, match=r"(?i)deactivated"):
        await bot.send_message(sam.id, "hello")
    assert sam.received == []


async def test_it_fails_once_as_it_was_told_to(
    telegram: TelegramFake, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # the library warns of the other form
    sam, kim = telegram.chat(1), telegram.chat(2, name="Kim")
    sam.begins()
    kim.begins()
    telegram.throttles(retry_after=3, chat=sam)
    await bot.send_message(kim.id, "hello")
    with pytest.raises(RetryAfter) as throttled:
        await bot.send_message(sam.id, "hello")
    assert throttled.value.retry_after == timedelta(seconds=3)
    telegram.will(faults.html(502))
    with pytest.raises(NetworkError):
        await bot.send_message(sam.id, "hello")
    telegram.refuses(500, "Internal Server Error")
    with pytest.raises(TelegramError, match=r"(?i)Internal Server Error"):
        await bot.send_message(sam.id, "hello")
    await bot.send_message(sam.id, "at last")
    assert sam.received == ["at last"]


async def test_a_cut_connection_may_hide_a_message_that_went_out(telegram: TelegramFake, bot: Bot) -> None:
    sam = telegram.chat()
    sam.begins()
    telegram.will(faults.drop_after_accepting())
    with pytest.raises(NetworkError):
        await bot.send_message(sam.id, "the answer was lost")
    telegram.will(faults.drop_before_accepting())
    with pytest.raises(NetworkError):
        await bot.send_message(sam.id, "the request was lost")
    assert sam.received == ["the answer was lost"]


# ---------------------------------------------------------------- holding callers to the specification


@pytest.mark.parametrize(
    ("method", "sent", "words"),
    [
        ("sendMessage", {"chat_id": 1}, "text is missing"),
        ("sendMessage", {"chat_id": 1, "text": "hi", "buttons": []}, "buttons is not a field"),
        ("sendMessage", {"chat_id": 1, "text": 7}, "7 is not text"),
        ("sendMessage", {"chat_id": 1, "text": "hi", "reply_markup": {"inline_keyboard": [["Yes"]]}}, "Yes"),
        ("getUpdates", {"offset": "soon"}, "not a whole number"),
        ("sendMessages", {}, "not a method"),
        ("getFile", {"file_id": "1"}, "not something that this fake can do"),
    ],
)
async def test_a_call_outside_the_specification_is_held_against_its_caller(
    telegram: TelegramFake, method: str, sent: dict[str, object], words: str
) -> None:
    shared("data/specs/telegram_bot_api.json")
    telegram.chat(1).begins()
    async with ClientSession() as session, session.post(f"{telegram.url}/bot{TOKEN}/{method}", json=sent) as answer:
        assert answer.status in (200, 400, 404)
    assert any(words in violation for violation in telegram.violations)
    with pytest.raises(AssertionError, match="specification"):
        telegram.must_be_clean()
