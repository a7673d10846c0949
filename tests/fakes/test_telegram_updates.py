"""The Telegram fake tells what people do: by long polling and by webhook, as python-telegram-bot understands it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

import pytest
from aiohttp import web
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict

from tests.fakes.clients import YES_NO
from tests.fakes.specs import telegram_spec
from tests.fakes.telegram import TelegramFake
from tests.shared import shared

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
