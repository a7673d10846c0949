"""python-telegram-bot against the fake: what a well-used client takes for Telegram is not our imagination."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest
from aiohttp import ClientSession, web
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from tests.fakes import faults
from tests.fakes.specs import telegram_spec
from tests.fakes.telegram import TOKEN, TelegramFake
from tests.shared import shared

YES_NO = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Yes", callback_data="7:yes"), InlineKeyboardButton("No", callback_data="7:no")]]
)


def a_bot(fake: TelegramFake, token: str = TOKEN) -> Bot:
    # two polls at once is one of the things tried here
    return Bot(token, base_url=f"{fake.url}/bot", get_updates_request=HTTPXRequest(connection_pool_size=2))


@pytest.fixture
async def bot(telegram: TelegramFake) -> AsyncIterator[Bot]:
    async with a_bot(telegram) as found:
        yield found


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


# ---------------------------------------------------------------- updates by long polling


async def the_next(bot: Bot, offset: int | None = None, seconds: int = 0) -> tuple[Update, ...]:
    return await bot.get_updates(offset=offset, timeout=seconds)


async def test_updates_stay_until_a_higher_offset_confirms_them(telegram: TelegramFake, bot: Bot) -> None:
    sam = telegram.chat()
    sam.begins()
    for text in ("one", "two", "three"):
        sam.writes(text)
    first = await the_next(bot)
    assert [update.effective_message and update.effective_message.text for update in first] == ["one", "two", "three"]
    assert [update.update_id for update in await the_next(bot)] == [update.update_id for update in first]
    rest = await the_next(bot, first[1].update_id)
    assert [update.update_id for update in rest] == [first[1].update_id, first[2].update_id]
    assert await the_next(bot, first[2].update_id + 1) == ()
    assert telegram.updates == []


async def test_a_limit_and_a_negative_offset(telegram: TelegramFake, bot: Bot) -> None:
    sam = telegram.chat()
    for text in ("one", "two", "three"):
        sam.writes(text)
    assert len(await bot.get_updates(limit=2, timeout=0)) == 2
    newest = await bot.get_updates(offset=-1, timeout=0)
    assert [update.effective_message and update.effective_message.text for update in newest] == ["three"]
    assert len(telegram.updates) == 1


async def test_a_long_poll_answers_as_soon_as_something_happens(telegram: TelegramFake, bot: Bot) -> None:
    polling = asyncio.create_task(the_next(bot, seconds=10))
    await telegram.happenings.until(lambda: telegram.polls or None, lambda: "no poll")
    telegram.chat().writes("hello")
    found = await asyncio.wait_for(polling, 5)
    assert found[0].message is not None
    assert found[0].message.text == "hello"


async def test_of_two_pollers_the_older_is_turned_away(telegram: TelegramFake, bot: Bot) -> None:
    older = asyncio.create_task(the_next(bot, seconds=10))
    await telegram.happenings.until(lambda: telegram.polls or None, lambda: "no poll")
    newer = asyncio.create_task(the_next(bot, seconds=10))
    with pytest.raises(Conflict, match=r"(?i)terminated by other getUpdates"):
        await asyncio.wait_for(older, 5)
    telegram.chat().writes("hello")
    assert len(await asyncio.wait_for(newer, 5)) == 1


async def test_only_what_was_asked_for_is_told(telegram: TelegramFake, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["callback_query"], timeout=0)
    telegram.chat().writes("hello")
    assert await the_next(bot) == ()
    await bot.get_updates(allowed_updates=[], timeout=0)
    telegram.chat().writes("hello again")
    assert len(await the_next(bot)) == 1


# ---------------------------------------------------------------- what people do


async def test_everything_people_do_is_an_update_that_the_client_and_the_specification_know(
    telegram: TelegramFake, bot: Bot
) -> None:
    shared("data/specs/telegram_bot_api.json")
    spec = telegram_spec()
    assert spec is not None
    sam = telegram.chat()
    sam.begins()
    await bot.send_message(sam.id, "Yes?", reply_markup=YES_NO)
    for doing in (
        sam.types("hello"),
        sam.types("/start"),
        sam.taps("Yes"),
        sam.sends_voice(),
        sam.sends_sticker(),
        sam.sends_photo("my garden"),
        sam.sends_photo(),
        sam.sends_place(),
        sam.says_in(telegram.chat(-1007700, name="Friday walkers"), "hello all"),
        sam.edits({"message": {"message_id": 3, "date": 1, "chat": {"id": sam.id, "type": "private"}}}, "hello!"),
        sam.blocks(),
        sam.unblocks(),
    ):
        update = await _happening(telegram, doing)
        assert spec.of_value("Update", update) == []
        read = Update.de_json(update, bot)
        assert read.effective_user is not None or read.edited_message is not None
        assert read.to_dict()["update_id"] == update["update_id"]


async def _happening(telegram: TelegramFake, doing: object) -> dict[str, object]:
    """Let somebody do something, and take the update as a bot would."""
    task = asyncio.ensure_future(doing)  # type: ignore[call-overload]
    await telegram.happenings.until(lambda: telegram.updates or None, lambda: "nothing happened")
    telegram.updates.clear()
    telegram.happenings.changed()
    return dict(await task)


async def test_only_a_button_that_is_there_can_be_tapped(telegram: TelegramFake, bot: Bot) -> None:
    sam = telegram.chat()
    sam.begins()
    sent = await bot.send_message(sam.id, "Yes?", reply_markup=YES_NO)
    seen = dict(sam.messages[sent.message_id])
    with pytest.raises(AssertionError, match="no button 'Maybe'"):
        await sam.taps("Maybe")
    tap = await _happening(telegram, sam.taps("No"))
    query = Update.de_json(tap, bot).callback_query
    assert query is not None
    assert (query.data, query.message and query.message.message_id) == ("7:no", sent.message_id)
    await bot.edit_message_reply_markup(sam.id, sent.message_id)
    with pytest.raises(AssertionError, match="no button"):
        await sam.taps("No")
    late = await _happening(telegram, sam.taps("Yes", on=seen))
    assert late["callback_query"] is not None


async def test_a_tap_is_answered_once(telegram: TelegramFake, bot: Bot) -> None:
    sam = telegram.chat()
    sam.begins()
    await bot.send_message(sam.id, "Yes?", reply_markup=YES_NO)
    tap = await _happening(telegram, sam.taps("Yes"))
    query = Update.de_json(tap, bot).callback_query
    assert query is not None
    await bot.answer_callback_query(query.id)
    await sam.button_rests()
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(query.id)


# ---------------------------------------------------------------- updates by webhook


class Site:
    """A web site that remembers what was posted to it."""

    def __init__(self) -> None:
        self.received: list[Mapping[str, object]] = []
        self.secrets: list[str | None] = []
        self.status = 200

    async def post(self, request: web.Request) -> web.Response:
        self.received.append(json.loads(await request.text()))
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        return web.Response(status=self.status)


@pytest.fixture
async def site(telegram: TelegramFake) -> AsyncIterator[Site]:
    found = Site()
    app = web.Application()
    app.router.add_post("/{path:.*}", found.post)
    runner = web.AppRunner(app)
    await runner.setup()
    tcp = web.TCPSite(runner, "127.0.0.1", 0)
    await tcp.start()
    telegram.leads_to("https://fingerpost.test", f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield found
    await runner.cleanup()


async def test_a_webhook_hears_of_everything_with_its_secret(telegram: TelegramFake, bot: Bot, site: Site) -> None:
    await bot.set_webhook("https://fingerpost.test/webhooks/telegram", secret_token="only-we-know")
    update = await telegram.chat().types("hello")
    assert site.received == [update]
    assert site.secrets == ["only-we-know"]
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == ("https://fingerpost.test/webhooks/telegram", 0)


async def test_a_webhook_and_polling_exclude_each_other(telegram: TelegramFake, bot: Bot, site: Site) -> None:
    await bot.set_webhook("https://fingerpost.test/webhooks/telegram")
    with pytest.raises(Conflict, match=r"(?i)webhook is active"):
        await the_next(bot)
    await bot.delete_webhook()
    assert await the_next(bot) == ()


async def test_a_webhook_must_be_https(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)HTTPS"):
        await bot.set_webhook("http://fingerpost.test/webhooks/telegram")


async def test_what_the_webhook_did_not_take_is_kept_and_sent_again(
    telegram: TelegramFake, bot: Bot, site: Site
) -> None:
    site.status = 503
    await bot.set_webhook("https://fingerpost.test/webhooks/telegram")
    telegram.chat().writes("hello")
    await telegram.happenings.until(lambda: telegram.webhook_answers or None, lambda: "nothing was posted")
    assert telegram.webhook_answers == [503]
    assert len(telegram.updates) == 1
    site.status = 200
    await telegram.deliver_again()
    assert telegram.updates == []
    assert len({json.dumps(update) for update in site.received}) == 1


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
