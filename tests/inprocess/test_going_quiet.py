"""Somebody joins, is checked in on, and goes quiet: whoever supports them knows, and knows again when they write."""

from __future__ import annotations

import random
from datetime import timedelta

from sqlalchemy import select

from storage import caseload, staff, tables
from storage.statements import Db
from tests.e2e.stories import joins
from tests.fakes.phones import Phone, Receipts
from tests.inprocess.town import Town

CAPS = {"volunteer": 8, "paid": 15}


async def mentors(town: Town, phone: Phone, name: str = "Bea") -> None:
    """Pair a mentor's phone, and give the one who has joined to them."""

    def invite(db: Db) -> str:
        return staff.add(db, name, staff.Role.MENTOR, None, town.clock.now, random.Random(5).randrange, paid=True)

    await phone.says(await town.database.run(invite))
    await phone.hears(f"Thanks {name}")

    def give(db: Db) -> None:
        (mentor,) = (member for member in staff.everybody(db) if member.name == name)
        (person,) = db.connection.execute(select(tables.participants.c.id)).scalars()
        caseload.assign(db, person, mentor.id, None, CAPS, town.clock.now)

    await town.database.run(give)


def slot(town: Town) -> tuple[str, str | None]:
    """How the first check-in stands, and why."""
    row = town.rows(select(tables.slots).order_by(tables.slots.c.due_at))[0]
    return row.status, row.reason


async def test_from_joining_to_a_late_reply(town: Town) -> None:
    sam, bea = town.new_phone(), town.new_phone()
    await joins(sam)
    await mentors(town, bea)
    await town.goes_to(10, days=1)
    await town.goes_to(10, 30)
    await sam.hears("how are things today")
    town.nobody_is_due()
    await town.goes_to(10, 30, days=1)
    await sam.hears("No rush")
    await town.goes_to(9, days=1)
    assert slot(town)[0] == "asked"
    await town.goes_to(11)
    assert slot(town) == ("missed", None)
    told = await bea.hears("did not answer a check-in")
    assert "Sam" not in told
    assert not any("check-in" in text for text in town.coordinator.unread)
    await sam.says("4")
    await sam.hears("to 10 (")
    await town.ticks()
    await bea.hears("has replied")
    assert town.alerts() == ["missed check-in"]
    await town.passes(timedelta(days=1))
    assert not any("did not answer" in text for text in (*bea.unread, *town.coordinator.unread))


async def test_two_in_a_row_reach_the_coordinator(town: Town) -> None:
    sam, bea = town.new_phone(), town.new_phone()
    await joins(sam)
    await mentors(town, bea)
    await town.passes(timedelta(days=3, hours=2))
    assert not any("did not answer" in text for text in town.coordinator.unread)
    await bea.says("ON IT")
    await town.passes(timedelta(days=3, hours=2))  # it is Sunday: staff hear tomorrow
    assert [row.status for row in town.rows(select(tables.slots))][:2] == ["missed", "missed"]
    await town.goes_to(9, 15, days=1)
    await town.coordinator.hears("did not answer a check-in")


async def test_a_phone_that_is_off_has_missed_nothing(town: Town) -> None:
    sam, bea = town.new_phone(), town.new_phone()
    await joins(sam)
    await mentors(town, bea)
    sam.receipts = Receipts.switched_off()
    await town.goes_to(10, 30, days=1)
    town.nobody_is_due()
    await town.passes(timedelta(minutes=5))
    assert slot(town) == ("undelivered", "undelivered 30003")
    await town.coordinator.hears("did not reach them")
    await town.passes(timedelta(days=3))
    assert slot(town)[0] == "undelivered"
    assert "missed check-in" not in town.alerts()


async def test_a_text_whose_receipts_never_come_counts_as_delivered(town: Town) -> None:
    sam = town.new_phone()
    await joins(sam)
    sam.receipts = Receipts.none()
    await town.goes_to(10, 30, days=1)
    await sam.hears("how are things today")
    town.nobody_is_due()
    await town.passes(timedelta(days=2))
    assert slot(town) == ("missed", None)


async def test_another_time_by_text_is_the_time_that_it_comes(town: Town) -> None:
    sam = town.new_phone()
    await joins(sam)
    for words, answer in (("TIME", "Which day and time"), ("tue 4pm", "new time is saved")):
        await sam.says(words)
        await sam.hears(answer)
    await town.goes_to(15, 59, days=1)
    assert sam.unread == ()
    await town.goes_to(16, 30)
    await sam.hears("how are things today")


async def test_coming_back_from_a_pause_early_brings_the_next_check_in(town: Town) -> None:
    sam = town.new_phone()
    await joins(sam)
    await sam.says("PAUSE 2 WEEKS")
    await sam.hears("no texts until")
    await town.goes_to(12, days=2)
    assert sam.unread == ()
    assert slot(town) == ("excused", "paused")
    await sam.says("START")
    await sam.hears("your break is over")
    await town.passes(timedelta(days=3))
    await sam.hears("how are things today")


async def test_after_two_days_without_power_one_message_comes_and_not_at_night(town: Town) -> None:
    sam = town.new_phone()
    await joins(sam)
    town.clock.now += timedelta(days=4, hours=13)  # Friday, eleven at night
    await town.ticks()
    assert sam.unread == ()
    assert {row.status for row in town.rows(select(tables.slots))} == {"not_sent"}
    await town.goes_to(9, 1, days=1)
    await town.passes(timedelta(hours=10))
    assert len(sam.unread) <= 1
    assert town.alerts() == []
