"""Words that worry us are heard at every step, from everybody, whatever they chose."""

from __future__ import annotations

import pytest

from tests.e2e.stories import gets_to, joins, questions
from tests.e2e.world import World, alert_code

ACT = "cant do this no more im gonna end it tonite"
WISH = "wish id just not wake up tmrw"


async def test_a_stranger_is_heard_first_of_all(world: World) -> None:
    phone = world.new_phone()
    await phone.texts(ACT)
    first = await phone.hears()
    assert "999" in first
    assert "robot" not in first
    assert world.alerts()[-1][:2] == ("crisis A", "A")
    assert "URGENT" in await world.coordinator.hears("URGENT")


@pytest.mark.parametrize("question", [words for words, _ in questions(telegram=True)])
async def test_every_question_of_joining_gives_way(world: World, question: str) -> None:
    chat = world.new_chat()
    before = len(world.alerts())
    await gets_to(chat, question, telegram=True)
    await chat.types(ACT)
    assert "999" in await chat.hears()
    assert [alert[:2] for alert in world.alerts()[before:]] == [("crisis A", "A")]
    await world.coordinator.hears("URGENT")


@pytest.mark.parametrize("answers", [(), ("4",), ("4", "7"), ("2",)])
async def test_every_question_of_a_check_in_gives_way(world: World, answers: tuple[str, ...]) -> None:
    chat = world.new_chat()
    await joins(chat, telegram=True)
    before = len(world.alerts())
    await chat.types("checkin")
    await chat.hears("how are things today")
    for answer in answers:
        await chat.types(answer)
        await chat.hears()
    await chat.types(WISH)
    heard = await chat.hears()
    assert "999" in heard
    assert [alert[:2] for alert in world.alerts()[before:]] == [("crisis B", "B")]
    await world.coordinator.hears("URGENT")


async def test_the_alert_holds_no_name_no_number_and_no_words(world: World) -> None:
    phone = world.new_phone()
    await gets_to(phone, "working towards")
    await phone.texts(ACT)
    await phone.hears("999")
    told = (await world.coordinator.hears("URGENT")).splitlines()[-1]
    for secret in ("Sam", phone.number, phone.number[-6:], "end it", "tonite"):
        assert secret not in told
    await world.coordinator.texts(f"ON IT {alert_code(told)}")
    await world.coordinator.hears("is yours")


async def test_after_stop_the_carrier_blocks_the_reply_and_staff_are_told(world: World) -> None:
    phone = world.new_phone()
    await joins(phone)
    await phone.texts("STOP")
    await world.everything_went_out()
    read = len(phone.received)
    await phone.texts(ACT)
    await world.coordinator.hears("URGENT")
    await world.coordinator.hears("could not be delivered")
    assert len(phone.received) == read


async def test_after_stop_please_the_reply_arrives(world: World) -> None:
    phone = world.new_phone()
    await joins(phone)
    await phone.texts("stop please")
    await phone.hears("stopped")
    await phone.texts(ACT)
    assert "999" in await phone.hears()
    await world.coordinator.hears("URGENT")


async def test_ok_does_not_close_a_crisis(world: World) -> None:
    chat = world.new_chat()
    await joins(chat, telegram=True)
    await chat.types(ACT)
    await chat.hears("999")
    await world.coordinator.hears("URGENT")
    await chat.types("im ok now sorry")
    await chat.hears()
    assert world.alerts()[-1] == ("crisis A", "A", "open")


async def test_the_same_words_again_do_not_page_twice(world: World) -> None:
    chat = world.new_chat()
    await chat.types(ACT)
    await chat.hears("999")
    await world.coordinator.hears("URGENT")
    before = len(world.alerts())
    await chat.types(ACT)
    await chat.hears("999")
    await world.everything_went_out()
    assert len(world.alerts()) == before
    assert world.coordinator.unread == ()


async def test_danger_from_somebody_is_answered_without_naming_it(world: World) -> None:
    phone = world.new_phone()
    await phone.texts("she hit me again am locked in the bathroom")
    heard = await phone.hears("safe to text")
    assert "55" in heard
    assert "abuse" not in heard.casefold()
    assert "0808" not in heard
    await phone.texts("Y")
    await phone.hears("0808 2000 247")


async def test_everyday_words_raise_nothing(world: World) -> None:
    chat = world.new_chat()
    await joins(chat, telegram=True)
    before = len(world.alerts())
    for words in ("killing it this week 30 days", "the mrs will kill me if im late", "could murder a curry"):
        await chat.types(words)
        await chat.hears()
    assert len(world.alerts()) == before
