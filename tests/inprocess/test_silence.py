"""Nobody answers: one nudge, then it closes kindly; a low day that goes quiet reaches a mentor."""

from __future__ import annotations

import random
from datetime import timedelta

from sqlalchemy import func, select

from storage import staff, tables
from storage.statements import Db
from tests.e2e.stories import JOINING, gets_to, joins
from tests.fakes.phones import Phone
from tests.inprocess.town import Town


async def joins_without_a_mentor(phone: Phone) -> None:
    """Join, with check-ins and with nobody told."""
    await gets_to(phone, "tell a mentor")
    await phone.says("no")
    await phone.hears("improve services")
    await phone.says("no")
    await phone.hears("all set")


async def test_quiet_after_a_low_answer_leads_to_an_alert(town: Town) -> None:
    phone = town.new_phone()
    await joins(phone)
    await phone.says("CHECKIN")
    await phone.hears("how are things today")
    await phone.says("1")
    await phone.hears("What would help most")
    await town.passes(timedelta(hours=2))
    assert town.alerts() == []
    await town.passes(timedelta(hours=2))
    assert town.alerts() == ["went quiet"]
    assert "Sam" not in await town.coordinator.hears("went quiet")
    town.nobody_is_due()
    await town.passes(timedelta(days=3))
    assert town.alerts() == ["went quiet"]


async def test_quiet_after_an_unreadable_answer_leads_to_an_alert(town: Town) -> None:
    phone = town.new_phone()
    await joins(phone)
    await phone.says("CHECKIN")
    await phone.hears("how are things today")
    await phone.says("purple")
    await phone.hears("1 (rough) to 5 (good)")
    await phone.says("idk mate")
    await phone.hears("What would help most")
    await town.passes(timedelta(hours=4))
    assert town.alerts() == ["went quiet"]


async def test_without_consent_nobody_is_told(town: Town) -> None:
    phone = town.new_phone()
    await joins_without_a_mentor(phone)
    await phone.says("CHECKIN")
    await phone.hears("how are things today")
    await phone.says("1")
    await phone.hears("What would help most")
    await town.passes(timedelta(days=3))
    assert town.alerts() == []


async def test_an_answer_in_time_raises_nothing(town: Town) -> None:
    phone = town.new_phone()
    await joins(phone)
    await phone.says("CHECKIN")
    await phone.hears("how are things today")
    await phone.says("1")
    await phone.hears("What would help most")
    await town.passes(timedelta(hours=2))
    await phone.says("nothing")
    await phone.hears("MENTOR any time")
    town.nobody_is_due()
    await town.passes(timedelta(days=3))
    assert town.alerts() == []


async def test_a_check_in_is_nudged_once_and_closes_without_a_word(town: Town) -> None:
    phone = town.new_phone()
    await joins(phone)
    town.nobody_is_due()
    await phone.says("CHECKIN")
    await phone.hears("how are things today")
    await town.passes(timedelta(hours=25))
    await phone.hears("No rush")
    await town.passes(timedelta(days=9))
    assert phone.unread == ()
    await phone.says("4")
    await phone.hears("MENU")


async def test_after_the_nudge_an_answer_still_counts(town: Town) -> None:
    phone = town.new_phone()
    await joins(phone)
    await phone.says("CHECKIN")
    await town.passes(timedelta(hours=25))
    await phone.hears("No rush")
    await phone.says("4")
    await phone.hears("to 10 (")


async def test_silence_before_joining_is_forgotten_without_a_word(town: Town) -> None:
    for question in ("18 or over", "OK to start"):
        phone = town.new_phone()
        await gets_to(phone, question)
        await town.goes_to(10, days=1)
        await town.goes_to(11)
        await phone.hears("Still happy to help")
        await town.passes(timedelta(days=3))
        assert phone.unread == ()
        assert town.one(select(func.count()).select_from(tables.participants)) == 0
        await phone.says("hello")
        await phone.hears("18 or over")
        await phone.says("no")
        await phone.hears("0800 1111")
        await town.ticks()


async def test_silence_after_joining_keeps_what_was_agreed(town: Town) -> None:
    after = [words for words, _ in JOINING[2:]]
    phone = town.new_phone()
    await gets_to(phone, after[0])
    await town.passes(timedelta(days=5))
    assert town.one(select(tables.participants.c.status)) == "active"


async def test_a_pairing_code_is_worth_nothing_after_a_day(town: Town) -> None:
    def invite(db: Db) -> str:
        return staff.add(db, "Ana", staff.Role.COORDINATOR, None, town.clock.now, random.Random(3).randrange)

    early, late = await town.database.run(invite), await town.database.run(invite)
    await town.passes(timedelta(hours=23))
    in_time, too_late = town.new_phone(), town.new_phone()
    await in_time.says(early)
    await in_time.hears("Thanks Ana")
    await town.passes(timedelta(hours=2))
    await too_late.says(late)
    assert "Ana" not in await too_late.hears()


async def test_coming_back_within_90_days_asks_once_and_later_asks_everything(town: Town) -> None:
    soon, late = town.new_phone(), town.new_phone()
    for phone in (soon, late):
        await joins(phone)
        await phone.says("stop please")
        await phone.hears("stopped")
    await town.passes(timedelta(days=80))
    await soon.says("START")
    await soon.hears("as before")
    await town.passes(timedelta(days=15))
    await late.says("START")
    await late.hears("18 or over")
