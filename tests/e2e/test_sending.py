"""Providers that throttle, fail, hang up and lose answers: nobody hears twice, nobody waits for somebody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from storage import tables
from tests.e2e.stories import gets_to, joins
from tests.e2e.world import World
from tests.fakes import faults
from tests.fakes.phones import Phone, Receipts

MENU = "Text MENTOR for a person"


def ends_of(world: World, phone: Phone) -> list[str]:
    """How each message to this phone ended, oldest first."""
    row = tables.outbox.c
    sids = [message.sid for message in phone.messages]
    found = world.service.rows(select(row.status).where(row.provider_id.in_(sids)).order_by(row.id))
    return [str(each.status) for each in found]


async def test_a_throttled_message_goes_out_later_and_once(world: World) -> None:
    phone = world.new_phone()
    await joins(phone)
    world.twilio.throttles(retry_after=1, to=phone.number)
    await phone.texts("MENU")
    await phone.hears(MENU)
    await world.everything_went_out()
    assert "\n".join(phone.received).count(MENU) == 1


async def test_a_throttled_person_delays_nobody_else(world: World) -> None:
    slow, quick = world.new_phone(), world.new_phone()
    await joins(slow)
    world.twilio.throttles(retry_after=3600, to=slow.number)
    await slow.texts("thanks")
    await gets_to(quick, "OK to start")
    assert slow.unread == ()


async def test_a_lost_answer_is_settled_by_the_receipt_and_nothing_is_sent_twice(world: World) -> None:
    phone = world.new_phone()
    await joins(phone)
    world.twilio.will(faults.drop_after_accepting(), to=phone.number)
    await phone.texts("thanks")
    await phone.hears("You're welcome")
    await phone.texts("thank you")
    await phone.hears("You're welcome")
    await world.everything_went_out()
    assert "\n".join(phone.received).count("You're welcome") == 2
    await world.eventually(
        lambda: set(ends_of(world, phone)) == {"sent"}, "the receipt did not settle what became of the message"
    )


async def test_an_empty_success_is_not_sent_again(world: World) -> None:
    phone = world.new_phone()
    await joins(phone)
    world.twilio.will(faults.empty(201), to=phone.number)
    await phone.texts("thanks")
    await phone.hears("You're welcome")
    await phone.texts("MENU")
    await phone.hears(MENU)
    assert "\n".join(phone.received).count("You're welcome") == 1


async def test_a_phone_that_is_off_is_written_down(world: World) -> None:
    phone = world.new_phone()
    await joins(phone)
    phone.receipts = Receipts.switched_off()
    await phone.texts("MENU")
    row = tables.outbox.c
    await world.eventually(
        lambda: world.service.rows(
            select(row.receipt).where(row.provider_id == phone.messages[-1].sid, row.receipt == "undelivered")
        ),
        "the receipt was not kept",
    )


async def test_on_telegram_a_throttled_chat_waits_and_a_blocked_one_ends(world: World) -> None:
    sam, kim = world.new_chat(), world.new_chat("Kim")
    await joins(sam, telegram=True)
    await joins(kim, telegram=True)
    world.telegram.throttles(retry_after=1, chat=sam)
    await sam.types("MENU")
    await sam.hears(MENU)
    kim.refusal = "Forbidden: bot was blocked by the user"
    await kim.types("MENU")
    await world.everything_went_out()
    newest = select(tables.outbox.c.status).order_by(tables.outbox.c.id.desc()).limit(2)
    assert {row.status for row in world.service.rows(newest)} <= {"failed", "suppressed"}
    await sam.types("thanks")
    await sam.hears("You're welcome")


async def test_a_telegram_that_ails_is_asked_again(world: World) -> None:
    world.telegram.will(faults.html(502), method="getUpdates")
    world.telegram.refuses(500, "Internal Server Error", method="getUpdates")
    chat = world.new_chat()
    await chat.types("hello")
    await chat.hears("18 or over")


async def test_what_came_while_it_was_down_is_answered_when_it_is_back(world: World) -> None:
    chat, phone = world.new_chat(), world.new_phone()
    await gets_to(phone, "OK to start")
    await world.everything_went_out()
    await world.service.is_killed()
    chat.writes("hello")
    assert (await phone.texts("yes")).status is None
    lost = world.twilio.called[-1].form
    world.twilio.messages[lost["MessageSid"]].is_from(timedelta(minutes=3))
    await world.service.starts()
    await chat.hears("18 or over")
    await phone.hears("call you")  # nobody brought it: it was fetched
    assert (await world.twilio.calls(world.twilio.inbound_url, lost)).status == 200
    await world.everything_went_out()
    assert "\n".join(phone.received).count("call you") == 1


async def test_a_number_carries_a_part_a_second_and_crisis_waits_for_none(tmp_path: Path) -> None:
    async with World(tmp_path, quick=False) as world:
        await world.opens()
        one, other = world.new_phone(), world.new_phone()
        await one.texts("hello")
        await other.texts("gonna kms fr this time")
        await other.hears("999")
        assert "18 or over" not in "\n".join(one.received)
        await one.hears("18 or over")
        world.must_be_well()
