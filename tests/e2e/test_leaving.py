"""STOP, START, PAUSE, WRONG NUMBER and DELETE."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage import tables
from tests.e2e.stories import gets_to, joins
from tests.e2e.world import World
from tests.fakes import faults


def status_of_newest(world: World) -> str:
    newest = select(tables.participants.c.status).order_by(tables.participants.c.id.desc()).limit(1)
    return str(world.service.rows(newest)[0][0])


async def test_stop_by_the_carrier_ends_it_and_start_asks_once_before_it_goes_on(world: World) -> None:
    phone = world.new_phone()
    await joins(phone)
    await phone.texts("STOP")
    await world.everything_went_out()
    assert status_of_newest(world) == "stopped"
    assert phone.unread == ()
    assert phone.carrier == ["You have successfully been unsubscribed."]
    await phone.texts("START")
    await phone.hears("as before")
    await phone.texts("y")
    await phone.hears("Thanks Sam")
    assert status_of_newest(world) == "active"


@pytest.mark.parametrize("words", ["stop please", "Stop.", "pls stop", "no more texts", "leave me alone", "/stop"])
async def test_stop_in_other_words_is_heard_by_us(world: World, words: str) -> None:
    chat = world.new_chat()
    await joins(chat, telegram=True)
    await chat.types(words)
    assert "START" in await chat.hears("stopped")
    assert status_of_newest(world) == "stopped"
    await chat.types("how are you")
    await chat.hears("You sent STOP")
    await chat.types("YES")
    await chat.hears("You sent STOP")
    assert status_of_newest(world) == "stopped"
    await chat.types("START")
    await chat.hears("as before")


async def test_stop_is_confirmed_once(world: World) -> None:
    phone = world.new_phone()
    await joins(phone)
    await phone.texts("stop please")
    await phone.hears("I've stopped")
    await phone.texts("stop please")
    await world.everything_went_out()
    assert phone.unread == ()


@pytest.mark.parametrize("words", ["stop it", "I can't stop", "end of the month is tight", "dont stop texting"])
async def test_what_only_sounds_like_stop_is_not(world: World, words: str) -> None:
    chat = world.new_chat()
    await joins(chat, telegram=True)
    await chat.types(words)
    await chat.hears()
    assert status_of_newest(world) == "active"


async def test_stop_holds_every_queued_message(world: World) -> None:
    phone = world.new_phone()
    held = world.twilio.will(faults.held(), to=phone.number).held
    assert held is not None
    await phone.texts("hello")  # three messages: the first is on its way when the person stops
    await world.twilio.happenings.until(
        lambda: world.twilio.faults.is_clear or None,
        lambda: "nothing was sent",
    )
    await phone.texts("stop please")
    held.set()
    await world.everything_went_out()
    assert [text for text in phone.received if "18 or over" in text] == []
    assert any("I've stopped" in text for text in phone.received)
    assert len(phone.received) <= 2
    reasons = select(tables.outbox.c.status, tables.outbox.c.reason).order_by(tables.outbox.c.id.desc()).limit(4)
    assert [row.status for row in world.service.rows(reasons)].count("suppressed") >= 2


async def test_stop_in_the_middle_of_joining_is_remembered_though_nobody_joined(world: World) -> None:
    phone = world.new_phone()
    await gets_to(phone, "OK to start")
    await phone.texts("STOP")
    await phone.texts("START")
    await phone.hears("18 or over")


async def test_pause(world: World) -> None:
    phone = world.new_phone()
    await joins(phone)
    await phone.texts("PAUSE 2 WEEKS")
    await phone.hears("no texts until")
    assert status_of_newest(world) == "active"
    paused = select(tables.participants.c.paused_until).order_by(tables.participants.c.id.desc()).limit(1)
    assert world.service.rows(paused)[0][0] is not None
    await phone.texts("pause till the cows come home")
    await phone.hears("PAUSE TILL MONDAY")
    await phone.texts("MENU")
    await phone.hears("MENTOR")


async def test_wrong_number_is_taken_off_and_never_texted_again(world: World) -> None:
    phone = world.new_phone()
    people = world.count("participants")
    await joins(phone)
    await phone.texts("WRONG NUMBER")
    assert "Sam" not in await phone.hears("taken this number off")
    await world.everything_went_out()
    await world.eventually(
        lambda: world.service.rows(select(tables.suppressions).where(tables.suppressions.c.reason == "wrong number")),
        "the number was not put on the list",
    )
    assert world.count("participants") <= people + 1
    assert phone.unread == ()


async def test_delete_asks_once_and_erases(world: World) -> None:
    phone = world.new_phone()
    people = world.count("participants")
    await joins(phone)
    await phone.texts("DELETE")
    await phone.hears("can't be undone")
    await phone.texts("maybe")
    await phone.hears("Y or N")
    await phone.texts("no")
    await phone.hears("Nothing is deleted")
    assert world.count("participants") == people + 1
    await phone.texts("delete my data")
    await phone.hears("can't be undone")
    await phone.texts("Y")
    await phone.hears("are deleted")
    await world.eventually(lambda: world.count("participants") == people, "nothing was erased")
    await phone.texts("hello")
    await phone.hears("18 or over")


async def test_delete_waits_for_the_end_of_a_crisis(world: World) -> None:
    chat = world.new_chat()
    people = world.count("participants")
    await joins(chat, telegram=True)
    await chat.types("gonna kms fr this time")
    await chat.hears("999")
    await chat.types("DELETE")
    await chat.hears("can't be undone")
    await chat.types("y")
    await chat.hears("First a person needs to know")
    await world.everything_went_out()
    assert world.count("participants") == people + 1


async def test_somebody_who_blocks_the_bot_does_not_trouble_it(world: World) -> None:
    chat = world.new_chat()
    await joins(chat, telegram=True)
    await chat.blocks()
    other = world.new_chat("Kim")
    await other.types("hello")
    await other.hears("18 or over")
    await chat.unblocks()
    await chat.types("MENU")
    await chat.hears("MENTOR")
