"""From the conversation to the line: what people really do is what their days say."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from flows.errors import Meaning
from flows.explaining import explain
from storage import explaining, tables
from tests.e2e.stories import joins
from tests.fakes.phones import Phone
from tests.inprocess.town import LONDON, Town


def today(town: Town) -> date:
    return town.clock.now.astimezone(LONDON).date()


def days(town: Town, number: int) -> list[str]:
    """The lines of the last ``number`` days of the one person there is, oldest first."""
    person_id = town.one(select(tables.participants.c.id))
    last = today(town)
    first = last - timedelta(days=number - 1)
    known = town.database.run_now(lambda db: explaining.history(db, person_id, first, last))
    service = town.app.desk.live.library.service

    def of(day: date) -> str:
        lines = explain(known, day, service=service, meaning_of=lambda _: Meaning.UNREACHABLE, now=town.clock.now)
        return " | ".join(lines)

    return [of(first + timedelta(days=ahead)) for ahead in range(number)]


async def joined(town: Town) -> Phone:
    phone = town.new_phone()
    await joins(phone)
    town.nothing_is_booked()
    return phone


async def test_joining_a_pause_stop_and_coming_back(town: Town) -> None:
    phone = await joined(town)
    await town.goes_to(12, days=1)
    await phone.says("PAUSE 2 WEEKS")
    await town.goes_to(13, days=1)
    [before, day, after] = days(town, 3)
    assert before.startswith("no check-in due: the next is")
    assert day.startswith("weekly check-in: sent ")
    assert day.endswith(", then let go: they had paused")
    assert after.startswith("paused until")
    await phone.says("STOP")
    await town.ticks()
    assert days(town, 1) == ["had sent STOP (13:00)"]
    await phone.says("START")
    await phone.hears("as before")
    await phone.says("yes")
    await town.ticks()
    assert "STOP" not in days(town, 1)[0]


async def test_a_check_in_that_is_answered_and_one_that_is_not(town: Town) -> None:
    phone = await joined(town)
    asked = None
    for _ in range(12):
        await town.passes(timedelta(days=1))
        if asked is None and "no reply yet" in " ".join(days(town, 2)):
            asked = today(town)
    assert asked is not None, days(town, 12)
    said = " ".join(days(town, 14))
    assert "nobody replied (missed)" in said
    assert "staff alerted" in said or "nobody told" in said
    await phone.says("4")
    await town.ticks()
    assert "they replied at" in " ".join(days(town, 14))
