"""Check-ins: started by texting CHECKIN, answered by typing and by tapping."""

from __future__ import annotations

import pytest_asyncio
from sqlalchemy import func, select

from storage import tables
from tests.e2e.stories import joins
from tests.e2e.world import World
from tests.fakes.chats import Chat
from tests.fakes.phones import Phone


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def phone(world: World) -> Phone:
    """Somebody who joined by text."""
    found = world.new_phone()
    await joins(found)
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def chat(world: World) -> Chat:
    """Somebody who joined on Telegram."""
    found = world.new_chat()
    await joins(found, telegram=True)
    return found


def rated(world: World) -> int:
    """How many items have been rated with a number."""
    return int(world.service.rows(select(func.count()).where(tables.ratings.c.value.is_not(None)))[0][0])


async def test_a_fine_day_by_text(world: World, phone: Phone) -> None:
    before = rated(world)
    await phone.texts("CHECKIN")
    await phone.hears("1 (rough) to 5 (good)")
    await phone.texts("4")
    await phone.hears("to 10 (")
    await phone.texts("7/10")
    await phone.hears("to 10 (")
    await phone.texts("about a 4")
    await phone.hears("reach a person")
    assert rated(world) == before + 2


async def test_a_fine_day_by_typing_on_telegram(world: World, chat: Chat) -> None:
    before = rated(world)
    await chat.types("check in")
    await chat.hears("how are things today")
    await chat.types("five")
    await chat.hears()
    await chat.types("7️⃣")
    await chat.hears()
    await chat.types("🔟")
    await chat.hears("reach a person")
    assert rated(world) == before + 2


async def test_a_fine_day_by_tapping_on_telegram(world: World, chat: Chat) -> None:
    before = rated(world)
    await chat.types("Checkin")
    await chat.hears("how are things today")
    assert chat.buttons == ["1", "2", "3", "4", "5"]
    await chat.taps("4")
    await chat.hears()
    assert chat.buttons == [*(str(number) for number in range(11)), "Skip"]
    await chat.taps("10")
    await chat.hears()
    await chat.taps("9")
    await chat.hears("reach a person")
    assert rated(world) == before + 2


async def test_a_low_day_by_text_leads_to_a_mentor_request(world: World, phone: Phone) -> None:
    await phone.texts("checkin")
    await phone.hears("how are things today")
    await phone.texts("bout a 2")
    assert "1 Hear from a mentor" in await phone.hears("What would help most")
    await phone.texts("mentor pls")
    await phone.hears("asked a mentor")
    assert ("asked for a mentor", None, "open") in world.alerts()  # whom it reaches, and when, depends on the hour


async def test_an_answer_nobody_can_read_is_asked_what_would_help(world: World, phone: Phone) -> None:
    await phone.texts("checkin")
    await phone.hears("how are things today")
    await phone.texts("purple")
    await phone.hears("1 (rough) to 5 (good)")
    await phone.texts("idk mate")
    heard = await phone.hears("What would help most")
    assert "good to hear" not in heard
    await phone.texts("nothing")
    await phone.hears("MENTOR any time")


async def test_a_low_day_by_tapping_leads_to_a_mentor_request(world: World, chat: Chat) -> None:
    before = len(world.alerts())
    await chat.types("CHECKIN")
    await chat.hears("how are things today")
    await chat.taps("1")
    await chat.hears("What would help most")
    await chat.taps("Hear from a mentor today")
    await chat.hears("asked a mentor")
    assert len(world.alerts()) == before + 1


async def test_mentor_reaches_a_person_from_anywhere(world: World) -> None:
    chat = world.new_chat()
    await joins(chat, telegram=True)
    before = len(world.alerts())
    await chat.types("checkin")
    await chat.hears("how are things today")
    await chat.types("MENTOR")
    await chat.hears("asked a mentor")
    assert len(world.alerts()) == before + 1


async def test_somebody_who_wanted_no_check_ins_is_told_kindly(world: World) -> None:
    chat = world.new_chat()
    await chat.types("hello")
    for words, answer in (
        ("18 or over", "y"),
        ("OK to start", "y"),
        ("call you", "Al"),
        ("working towards", "skip"),
        ("ring you", "skip"),
        ("check-in texts", "no thanks"),
        ("improve services", "y"),
    ):
        await chat.hears(words)
        await chat.types(answer)
    await chat.hears("all set, Al")
    await chat.types("CHECKIN")
    await chat.hears("isn't set up for you")
