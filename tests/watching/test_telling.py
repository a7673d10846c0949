"""Coordinators hear what is wrong with the service, once a day, over a channel that works; and when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update

from bot.faults import UNSPOKEN
from bot.watching import Kind
from flows.effects import Purpose
from flows.errors import Meaning, SendFailed
from flows.model import Channel
from flows.phrasebook import PHRASES
from storage import people, tables
from tests.watching.plants import PLANTS
from tests.watching.tower import MINUTE, Tower

LATE_REPLY = "Alerts or replies are going out late."


async def minutes(tower: Tower, count: int) -> list[str]:
    for _ in range(count):
        await tower.minute()
    return await tower.told()


def goes(tower: Tower) -> None:
    tower.do(delete(tables.outbox).where(tables.outbox.c.purpose == Purpose.REPLY))


def test_every_trouble_that_can_be_told_has_words_and_no_other_has() -> None:
    spoken = {f"fault {kind.name.lower().replace('_', ' ')}" for kind in set(Kind) - UNSPOKEN}
    assert {name for name in PHRASES if name.startswith("fault ")} == spoken


async def test_what_lasts_is_told_once_and_its_end_is_told_too(tower: Tower) -> None:
    await tower.minute()
    tower.message(Purpose.REPLY, 10 * MINUTE)
    assert await minutes(tower, 1) == [], "it may be over in a minute"
    [wrong] = await minutes(tower, 1)
    assert LATE_REPLY in wrong
    assert "ring whoever keeps it running" in wrong
    assert await minutes(tower, 30) == []
    goes(tower)
    assert await minutes(tower, 1) == []
    [over] = await minutes(tower, 3)
    assert "over now" in over
    assert LATE_REPLY in over
    assert await minutes(tower, 30) == []


async def test_what_is_over_in_a_minute_is_told_to_nobody(tower: Tower) -> None:
    tower.message(Purpose.REPLY, 10 * MINUTE)
    await tower.minute()
    goes(tower)
    assert await minutes(tower, 10) == []


async def test_what_comes_and_goes_is_told_once_a_day(tower: Tower) -> None:
    told = []
    for _ in range(4):
        tower.message(Purpose.REPLY, 10 * MINUTE)
        told += await minutes(tower, 3)
        goes(tower)
        told += await minutes(tower, 5)
    assert [LATE_REPLY in words for words in told] == [True, True]
    tower.message(Purpose.REPLY, 10 * MINUTE)
    tower.passes(timedelta(days=1))
    assert len(await minutes(tower, 3)) == 1


async def test_several_at_once_are_one_message_with_the_worst_first(tower: Tower) -> None:
    tower.message(Purpose.REPLY, 10 * MINUTE)
    await PLANTS[Kind.TICK_FAILS](tower)
    await PLANTS[Kind.CRISIS_UNHEARD](tower)
    [words] = await minutes(tower, 2)
    urgent, late, tick = (words.index(each) for each in ("reached nobody", LATE_REPLY, "keeps failing"))
    assert urgent < late < tick


async def test_a_dead_channel_is_told_over_the_other(tower: Tower) -> None:
    lee = tower.staff("700900098", Channel.TELEGRAM)
    tower.message(Purpose.STARTED, timedelta(0))
    tower.sms.refuses = SendFailed(Meaning.CREDENTIALS, "20003")
    await tower.delivers()
    await tower.minute()
    await tower.minute()
    rows = tower.rows(select(tables.outbox.c.staff_id, tables.outbox.c.channel).where(tables.outbox.c.about != ""))
    assert [tuple(row) for row in rows] == [(lee, "telegram")], "who has nothing but SMS cannot be told"
    [words] = await tower.told()
    assert words.startswith("Fingerpost has a fault. SMS does not accept our password")


async def test_who_has_both_is_told_on_the_one_that_works(tower: Tower) -> None:
    address = tower.database.run_now(lambda db: people.address(db, Channel.TELEGRAM, "700900098", tower.now))
    tower.do(update(tables.addresses).where(tables.addresses.c.id == address).values(staff_id=tower.coordinator))
    tower.message(Purpose.STARTED, timedelta(0))
    tower.sms.refuses = SendFailed(Meaning.CREDENTIALS, "20003")
    await tower.delivers()
    await tower.minute()
    await tower.minute()
    tower.passes(2 * MINUTE)
    await tower.delivers()
    assert [each.address for each in tower.telegram.sent] == ["700900098"]


async def test_at_night_only_what_cannot_wait_is_told(tower: Tower) -> None:
    tower.passes(timedelta(hours=13))
    cure = await PLANTS[Kind.TICK_FAILS](tower)
    await minutes(tower, 0)
    await tower.minute()
    await tower.minute()
    held = tower.rows(select(tables.outbox.c.next_at, tables.outbox.c.purpose).where(tables.outbox.c.about != ""))
    assert [tuple(row) for row in held] == [(datetime(2027, 3, 2, 9, tzinfo=UTC), Purpose.NOTICE)]
    await cure()
    tower.message(Purpose.REPLY, 10 * MINUTE)
    await tower.minute()
    await tower.minute()
    urgent = tables.outbox.c.about == "service fault serious"
    [row] = tower.rows(select(tables.outbox.c.next_at, tables.outbox.c.purpose).where(urgent))
    assert tuple(row) == (tower.now, Purpose.ALERT)


async def test_what_an_earlier_process_told_is_ended_by_the_next(tower: Tower) -> None:
    tower.message(Purpose.REPLY, 10 * MINUTE)
    assert len(await minutes(tower, 2)) == 1
    goes(tower)
    tower.passes(timedelta(minutes=20))  # it was stopped, and another was started
    [over] = await minutes(tower, 1)
    assert "over now" in over


async def test_what_is_told_really_goes_out(tower: Tower) -> None:
    await PLANTS[Kind.CRISIS_UNHEARD](tower)
    await tower.minute()
    await tower.minute()
    await tower.delivers()
    assert [each.address for each in tower.sms.sent] == ["+447700900099"]
