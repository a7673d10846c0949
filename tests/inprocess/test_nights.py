"""Day and night: what a person sends is answered at once; what the bot starts waits for the morning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import tables
from tests.e2e.stories import gets_to, joins
from tests.inprocess.town import Town


async def test_an_answer_at_night_is_answered_at_once(town: Town) -> None:
    phone = town.new_phone()
    await joins(phone)
    await town.goes_to(21, 50)
    await phone.says("CHECKIN")
    await phone.hears("how are things today")
    await town.goes_to(22)
    await phone.says("2")
    await phone.hears("What would help most")
    await town.goes_to(0, 30, days=1)
    await phone.says("1")
    await phone.hears("asked a mentor")


@pytest.mark.parametrize(("hour", "days"), [(22, 0), (3, 1), (8, 1)])
async def test_somebody_may_join_at_any_hour(town: Town, hour: int, days: int) -> None:
    await town.goes_to(hour, days=days)
    await joins(town.new_phone())


async def test_a_crisis_at_night_is_answered_and_pages_at_once(town: Town) -> None:
    phone = town.new_phone()
    await town.goes_to(3, days=1)
    await phone.says("gonna kms fr this time")
    await phone.hears("999")
    await town.coordinator.hears("URGENT")


async def test_nobody_is_promised_at_night_what_happens_in_the_morning(town: Town) -> None:
    phone = town.new_phone()
    await joins(phone)
    await town.goes_to(22)
    await phone.says("MENTOR")
    heard = await phone.hears("asked a mentor")
    assert "today" not in heard
    assert "tomorrow" in heard


async def test_a_nudge_that_falls_in_the_night_does_not_wake_anybody(town: Town) -> None:
    phone = town.new_phone()
    await town.goes_to(21)
    await gets_to(phone, "18 or over")
    phone.reads_all()
    await town.goes_to(23, days=1)
    await town.goes_to(8, 30, days=1)
    assert phone.unread == ()
    await town.goes_to(9, 30)
    await phone.hears("Still happy to help")


async def test_a_nudge_held_back_is_sent_once_in_the_morning_and_never_again(town: Town) -> None:
    phone = town.new_phone()
    await town.goes_to(21)
    await gets_to(phone, "18 or over")
    await town.passes(timedelta(hours=40))
    assert "\n".join(phone.received).count("Still happy to help") == 1


async def test_no_message_that_the_bot_starts_was_ever_sent_at_night(town: Town) -> None:
    for hour in (12, 19, 21):
        phone = town.new_phone()
        await town.goes_to(hour)
        await gets_to(phone, "OK to start")
    await town.passes(timedelta(days=2))
    outbox = tables.outbox.c
    sent = town.rows(select(outbox.sent_at).where(outbox.purpose == "started", outbox.sent_at.is_not(None)))
    assert len(sent) == 3
    assert all(9 <= row.sent_at.hour < 20 for row in sent)
