"""Joining, with consent asked one thing at a time."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from storage import tables
from tests.e2e.stories import gets_to, joins
from tests.e2e.world import World
from tests.fakes.chats import Chat

CONSENTS = {"consent_join", "consent_checkins", "consent_mentor", "consent_research"}


async def test_somebody_joins_by_text_and_the_wording_they_agreed_to_is_kept(world: World) -> None:
    phone = world.new_phone()
    before = world.count("consents")
    await phone.texts("hello")
    first = await phone.hears("18 or over")
    assert "robot" in first
    assert "116 123" in first
    await phone.texts("yes")
    await phone.hears("OK to start")
    await phone.texts("yh")
    await phone.hears("life is at risk")
    await phone.hears("call you")
    await phone.texts("Sam")
    await phone.hears("working towards")
    await phone.texts("my own flat")
    await phone.hears("check-in texts")
    await phone.texts("Yes please!")
    await phone.hears("day and time")
    await phone.texts("3am sunday")
    await phone.hears("09:00")
    await phone.texts("mon 10am")
    await phone.hears("tell a mentor")
    await phone.texts("no")
    await phone.hears("improve services")
    await phone.texts("N")
    await phone.hears("all set, Sam")

    rows = world.service.rows(select(tables.consents).order_by(tables.consents.c.at, tables.consents.c.id))[before:]
    assert {row.name: row.given for row in rows} == dict.fromkeys(CONSENTS, False) | {
        "consent_join": True,
        "consent_checkins": True,
    }
    shown = {row.name: row.wording for row in rows}
    assert "about your health" in shown["consent_join"]
    assert "tell a mentor" in shown["consent_mentor"]


async def test_somebody_joins_on_telegram_by_tapping(world: World) -> None:
    chat = world.new_chat()
    await chat.types("/start")
    await chat.hears("18 or over")
    assert chat.buttons == ["Yes", "No"]
    await chat.taps("Yes")
    await chat.button_rests()
    await chat.hears("OK to start")
    await chat.taps("Yes")
    await chat.hears("call you")
    await chat.types("Sam")
    await chat.hears("working towards")
    await chat.taps("Skip")
    await chat.hears("ring you")
    await chat.taps("Skip")
    await chat.hears("check-in texts")
    await chat.taps("No")
    await chat.hears("improve services")
    await chat.taps("Yes")
    await chat.hears("all set, Sam")
    await chat.button_rests()


async def test_somebody_joins_on_telegram_by_typing(world: World) -> None:
    await joins(world.new_chat(), telegram=True)


async def test_a_second_hello_does_not_join_twice(world: World) -> None:
    chat = world.new_chat()
    await joins(chat, telegram=True)
    people = world.count("participants")
    await chat.types("JOIN")
    await chat.hears("already joined")
    assert world.count("participants") == people


MUDDLES = (("maybe", "what is this"), ("👍", "???", "dunno"), ("ok", "hmm", "what"), ("later", "1"))
NOT_ADULT = (("no",), ("15", "15"), ("how come", "dunno"))


async def test_two_muddled_replies_at_consent_do_not_join_anybody(world: World) -> None:
    people, consents = world.count("participants"), world.count("consents")

    async def muddles(chat: Chat, answers: tuple[str, ...]) -> None:
        await gets_to(chat, "OK to start", telegram=True)
        for answer in answers:
            await chat.types(answer)
        await chat.hears("deleting your number")

    await asyncio.gather(*(muddles(world.new_chat(), answers) for answers in MUDDLES))
    await world.eventually(lambda: world.count("participants") == people, "somebody was not forgotten")
    assert world.count("consents") == consents


async def test_two_muddled_replies_at_consent_by_text_do_not_join_anybody(world: World) -> None:
    phone = world.new_phone()
    people = world.count("participants")
    await gets_to(phone, "OK to start")
    await phone.texts("maybe")
    await phone.hears("Y or N")
    await phone.texts("what is this")
    await phone.hears("deleting your number")
    await world.eventually(lambda: world.count("participants") == people, "they were not forgotten")


async def test_nobody_who_may_be_under_18_joins(world: World) -> None:
    people = world.count("participants")

    async def is_turned_away(chat: Chat, answers: tuple[str, ...]) -> None:
        await gets_to(chat, "18 or over", telegram=True)
        for answer in answers:
            await chat.types(answer)
        await chat.hears("0800 1111")

    await asyncio.gather(*(is_turned_away(world.new_chat(), answers) for answers in NOT_ADULT))
    await world.eventually(lambda: world.count("participants") == people, "somebody was not forgotten")


async def test_a_no_is_taken_at_its_word(world: World) -> None:
    phone = world.new_phone()
    people = world.count("participants")
    await gets_to(phone, "OK to start")
    await phone.texts("nah")
    await phone.hears("deleting your number")
    await world.eventually(lambda: world.count("participants") == people, "they were not forgotten")
    await phone.texts("join")
    await phone.hears("18 or over")


async def test_an_old_button_changes_nothing(world: World) -> None:
    chat = world.new_chat()
    await gets_to(chat, "18 or over", telegram=True)
    old = dict(next(reversed(chat.messages.values())))
    await chat.taps("Yes")
    await chat.hears("OK to start")
    await chat.taps("No", on=old)
    await chat.hears("earlier question")
    await chat.button_rests()
    await chat.taps("Yes")
    await chat.hears("call you")
