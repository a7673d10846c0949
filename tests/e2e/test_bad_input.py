"""Nothing from outside gives a 500, is lost, or is silently ignored."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote_plus

import pytest
from aiohttp import ClientSession

from tests.e2e.stories import gets_to, inbound, joins
from tests.e2e.world import World
from tests.fakes.updates import Update

# ---------------------------------------------------------------- huge and malformed


async def test_what_is_too_large_is_turned_away(world: World) -> None:
    before = world.counts()
    assert (await world.twilio.calls(world.twilio.inbound_url, inbound(world, "x" * 70_000))).status == 413
    assert world.counts() == before


async def test_the_longest_text_that_a_phone_can_send_is_taken(world: World) -> None:
    phone = world.new_phone()
    called = await phone.texts("👩‍👩‍👧‍👦" * 228)
    assert called.status == 200
    await phone.hears("18 or over")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_another_method_is_turned_away(world: World, method: str) -> None:
    async with ClientSession() as session:
        for path in ("/webhooks/twilio/message", "/webhooks/twilio/status", "/webhooks/telegram"):
            async with session.request(method, world.service.url + path) as answer:
                assert answer.status in (404, 405)


ODD_WORDS = (
    "", " ", "\u200b", "👍🏽", "🙏🙏🙏", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "\x00", "\ufffd", "¿?", "'; DROP TABLE participants; --", "((nickname))",
    "{{7*7}}", "%s%n", "\r\n\r\n", "مرحبا", "a" * 1600,
)  # fmt: skip


@pytest.mark.parametrize("body", ODD_WORDS)
async def test_odd_words_get_a_kind_reply_and_a_row(world: World, body: str) -> None:
    phone = world.new_phone()
    before = world.count("inbox")
    assert (await phone.texts(body)).status == 200
    await phone.hears()
    assert world.count("inbox") == before + 1


@pytest.mark.parametrize(
    "missing", [("From",), ("MessageSid", "SmsSid", "SmsMessageSid"), ("Body",), ("To",), ("From", "Body", "To")]
)
async def test_a_form_with_holes_is_kept(world: World, missing: tuple[str, ...]) -> None:
    form = {name: value for name, value in inbound(world).items() if name not in missing}
    before = world.count("inbox")
    assert (await world.twilio.calls(world.twilio.inbound_url, form)).status == 200
    assert world.count("inbox") == before + 1


async def test_bytes_that_are_no_text_are_kept(world: World) -> None:
    form = inbound(world)
    form["Body"] = "caf\ufffd"
    raw = "&".join(f"{name}={quote_plus(value)}" for name, value in form.items()).replace("%EF%BF%BD", "%E9")
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": world.twilio.signature(world.twilio.inbound_url, form),
    }
    async with (
        ClientSession() as session,
        session.post(f"{world.service.url}/webhooks/twilio/message", data=raw.encode(), headers=headers) as answer,
    ):
        assert answer.status in (200, 403)  # which of the two depends on how Twilio's signature counts such bytes


# ---------------------------------------------------------------- senders


@pytest.mark.parametrize("sender", ["60777", "NHSnoreply", "Fingerpost", "+15005550006", "+443069990123"])
async def test_a_sender_that_cannot_join_is_kept_and_costs_at_most_one_text(world: World, sender: str) -> None:
    before = world.count("inbox")
    reached = world.twilio.phone(sender)
    for number in range(3):
        form = inbound(world, f"offer number {number}") | {"From": sender}
        assert (await world.twilio.calls(world.twilio.inbound_url, form)).status == 200
    await world.everything_went_out()
    assert world.count("inbox") == before + 3
    assert len(reached.received) == (1 if sender.startswith("+") else 0)


async def test_a_picture_and_a_voice_note_by_text_are_answered(world: World) -> None:
    phone = world.new_phone()
    await joins(phone)
    await phone.texts("", media=("image/jpeg",))
    await phone.hears("only read words")
    await phone.texts("", media=("audio/amr", "text/vcard"))
    await phone.hears("only read words")


# ---------------------------------------------------------------- Telegram


async def test_what_is_not_words_is_answered_kindly(world: World) -> None:
    chat = world.new_chat()
    await joins(chat, telegram=True)
    inboxed = world.count("inbox")
    for doing in (chat.sends_voice, chat.sends_sticker, chat.sends_place, chat.sends_photo):
        await doing()
        await chat.hears("only read words")
    assert world.count("inbox") == inboxed + 4
    await chat.sends_photo("MENU")
    await chat.hears("MENTOR")


async def test_a_sticker_leaves_the_question_open(world: World) -> None:
    chat = world.new_chat()
    await gets_to(chat, "18 or over", telegram=True)
    await chat.sends_sticker()
    await chat.hears("only read words")
    await chat.types("yes")
    await chat.hears("OK to start")


async def test_a_changed_message_is_answered_and_changes_nothing(world: World) -> None:
    chat = world.new_chat()
    await gets_to(chat, "OK to start", telegram=True)
    sent = await chat.types("hmm")
    await chat.hears("Y or N")
    await chat.edits(sent, "yes")
    await chat.hears("can't see changes")
    await chat.types("yes")
    await chat.hears("call you")


async def test_in_a_group_it_says_only_that_it_talks_one_to_one(world: World) -> None:
    chat, group = world.new_chat(), world.telegram.chat(-1001_770_000, name="Friday walkers")
    await chat.says_in(group, "hello everybody")
    heard = await group.hears("one to one")
    assert "robot" not in heard
    assert chat.received == []


async def test_words_that_worry_us_in_a_group_reach_staff_and_the_group_reads_nothing_of_it(world: World) -> None:
    chat, group = world.new_chat(), world.telegram.chat(-1001_770_001, name="Friday walkers")
    await chat.says_in(group, "gonna kms fr this time")
    assert "999" not in await group.hears()
    await world.coordinator.hears("URGENT")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("poll", {"id": "1", "question": "?", "options": []}),
        ("message_reaction", {"chat": {"id": 1, "type": "private"}, "message_id": 1, "date": 1}),
        ("something_new", {"from": {"id": 7_700_900, "is_bot": False, "first_name": "Sam"}}),
        ("message", {}),
        ("message", {"chat": "nobody"}),
        ("message", {"message_id": 1, "date": 1, "chat": {"id": 1.5, "type": "private"}, "text": "hello"}),
        ("callback_query", {"id": "1"}),
        ("callback_query", {"id": "1", "from": {"id": 7_700_901}, "data": "x" * 500}),
        ("my_chat_member", None),
    ],
)
async def test_an_update_that_nobody_expected_is_taken_and_the_next_one_is_heard(
    world: World, kind: str, body: Mapping[str, object] | None
) -> None:
    world.telegram.allow_everything()
    odd: Update = world.telegram.happens(kind, body or {})
    assert odd["update_id"]
    chat = world.new_chat()
    await chat.types("hello")
    await chat.hears("18 or over")


async def test_an_update_shown_twice_is_taken_once(world: World) -> None:
    chat = world.new_chat()
    before = world.count("inbox")
    await chat.types("hello", copies=5)
    await chat.hears("18 or over")
    await world.everything_went_out()
    assert world.count("inbox") == before + 1
    assert len(chat.received) == 3


# ---------------------------------------------------------------- content, while running


async def test_a_broken_save_changes_nothing_and_says_where(world: World) -> None:
    flow = world.content / "flows" / "onboarding.yaml"
    good = flow.read_text(encoding="utf-8")
    flow.write_text(good.replace("  - ask: Are you 18", "  - ask Are you 18"), encoding="utf-8")
    try:
        said = await world.service.says("onboarding.yaml:")
        assert any(character.isdigit() for character in said.split("onboarding.yaml:")[1][:4])
        chat = world.new_chat()
        await gets_to(chat, "OK to start", telegram=True)
        status, _ = await world.service.asks("/ready")
        assert status == 200
    finally:
        flow.write_text(good, encoding="utf-8")


async def test_saving_goes_live_only_when_a_person_decides(world: World) -> None:
    phrases = world.content / "phrases.yaml"
    good = phrases.read_text(encoding="utf-8")
    phrases.write_text(good.replace("You're welcome.", "Any time, friend."), encoding="utf-8")
    try:
        await world.service.says("content.draft")
        chat = world.new_chat()
        await joins(chat, telegram=True)
        await chat.types("thanks")
        assert "friend" not in await chat.hears()
    finally:
        phrases.write_text(good, encoding="utf-8")
