"""Receipts only go forward, and one that says nobody was reached is acted on; unknown ends are looked up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlalchemy import update

from bot.channels.base import Outgoing
from bot.channels.twilio_log import Listed
from bot.receipts import read_receipt
from bot.receipts import take as take_receipts
from bot.resolving import resolve
from flows.effects import Purpose
from flows.errors import Meaning, OutcomeUnknown, SendFailed
from storage.database import Database
from storage.fields import Keyring
from storage.receipts import Receipt
from storage.tables import outbox
from tests.edges.scripted import World

SAM = "+447700900123"


@pytest.fixture
def world(sqlite_url: str, keyring: Keyring) -> Iterator[World]:
    with Database.open(sqlite_url, keyring, hold=True, inline=True) as database:
        yield World(database)


def take(world: World, outbox_id: int, status: str, code: str = "") -> bool:
    receipt = Receipt(status=status, code=code, provider_id=f"id-{outbox_id}", outbox_id=outbox_id)
    return bool(world.database.run_now(lambda db: take_receipts(db, [receipt], world._told, world.now)))


@pytest.mark.parametrize(
    ("code", "meaning", "trouble"),
    [
        ("30003", Meaning.UNREACHABLE, None),
        ("30004", Meaning.BLOCKED, "blocked"),
        ("30005", Meaning.BAD_ADDRESS, "bad address"),
        ("21610", Meaning.OPTED_OUT, "opted out"),
        ("30007", Meaning.BAD_MESSAGE, None),
        ("", Meaning.UNREACHABLE, None),
    ],
)
async def test_a_message_that_was_not_delivered_is_told_once(
    world: World, code: str, meaning: Meaning, trouble: str | None
) -> None:
    row = world.queue("help is near", SAM, Purpose.CRISIS)
    await world.turn()

    assert take(world, row, "undelivered", code)
    assert not take(world, row, "undelivered", code)

    assert [(each.outbox_id, each.purpose, each.meaning) for each in world.told] == [(row, Purpose.CRISIS, meaning)]
    assert world.trouble(SAM) == trouble
    assert world.status(row) == "sent"


async def test_a_late_receipt_takes_nothing_back(world: World) -> None:
    row = world.queue("Hello")
    await world.turn()

    assert [take(world, row, status) for status in ("delivered", "sent", "queued", "failed")] == [True, *[False] * 3]
    assert world.told == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"MessageSid": "SM1", "MessageStatus": "sent"}, Receipt(status="sent", provider_id="SM1", outbox_id=41)),
        (
            {"SmsSid": "SM1", "SmsStatus": "Failed", "ErrorCode": "30008"},
            Receipt(status="failed", code="30008", provider_id="SM1", outbox_id=41),
        ),
        ({"MessageStatus": "sent", "ErrorCode": "0"}, Receipt(status="sent", outbox_id=41)),
        ({"MessageStatus": "sent", "ErrorCode": "x" * 99}, Receipt(status="sent", outbox_id=41)),
        ({"MessageStatus": "received"}, None),
        ({}, None),
    ],
)
def test_what_a_receipt_says(fields: dict[str, str], expected: Receipt | None) -> None:
    assert read_receipt("41", fields) == expected


# ---------------------------------------------------------------- looking up


@dataclass
class Lists:
    """Twilio's list of messages, as far as one question goes."""

    listed: tuple[Listed, ...] | Exception = ()
    asked: list[tuple[str, str, datetime]] = field(default_factory=list)

    async def find(self, outgoing: Outgoing, since: datetime) -> tuple[Listed, ...]:
        self.asked.append((outgoing.address, outgoing.text, since))
        if isinstance(self.listed, Exception):
            raise self.listed
        return self.listed


async def lost(world: World) -> int:
    world.sms.script[SAM] = [OutcomeUnknown("cut off")]
    row = world.queue("Hello")
    await world.turn()
    assert world.status(row) == "unknown"
    return row


async def looked_up(world: World, listed: tuple[Listed, ...] | Exception) -> Lists:
    lists = Lists(listed)
    await resolve(world.database, lists, lambda: world.now, world._told)
    return lists


async def test_an_unknown_end_is_looked_up_after_a_while(world: World) -> None:
    row, claimed = await lost(world), world.now

    assert (await looked_up(world, ())).asked == []
    world.after(31)
    lists = await looked_up(world, (Listed("SM1", "delivered", None),))

    assert lists.asked == [(SAM, "Hello", claimed)]
    assert world.status(row) == "sent"
    assert not take(world, row, "sent")  # delivered already


async def test_one_that_twilio_never_had_fails_after_ten_minutes(world: World) -> None:
    row = await lost(world)

    world.after(599)
    await looked_up(world, ())
    assert world.status(row) == "unknown"
    world.after(2)
    await looked_up(world, ())

    assert world.row(row)[:2] == ("failed", "never reached the provider")
    assert [each.outbox_id for each in world.told] == [row]
    assert world.sms.texts == ["Hello"]


async def test_no_answer_settles_nothing(world: World) -> None:
    row = await lost(world)
    world.after(3600)

    await looked_up(world, SendFailed(Meaning.TRY_LATER, "500"))

    assert world.status(row) == "unknown"


async def test_the_same_words_sent_before_are_not_taken_for_it(world: World) -> None:
    first = world.queue("Hello")
    await world.turn()
    world.after(5)
    row = await lost(world)
    world.after(31)

    await looked_up(world, (Listed(f"id-{first}", "delivered", None),))
    assert world.status(row) == "unknown"
    await looked_up(world, (Listed(f"id-{first}", "delivered", None), Listed("SM2", "undelivered", 30005)))

    assert world.status(row) == "sent"
    assert [(each.outbox_id, each.meaning) for each in world.told] == [(row, Meaning.BAD_ADDRESS)]


async def two_alike(world: World) -> tuple[int, int]:
    """Nobody knows how two of the same words ended, half a minute after one another; Twilio has taken the later one."""
    first = await lost(world)
    world.after(30)
    second = await lost(world)
    world.after(31)
    await looked_up(world, (Listed(f"id-{second}", "sent", None),))
    assert (world.status(first), world.status(second)) == ("unknown", "unknown"), "whose it is cannot be told yet"
    return first, second


async def test_of_two_alike_it_is_the_ones_that_its_receipt_names(world: World) -> None:
    first, second = await two_alike(world)

    assert take(world, second, "delivered")
    for seconds in (0, 540):
        world.after(seconds)
        await looked_up(world, (Listed(f"id-{second}", "delivered", None),))

    assert world.row(first)[:2] == ("failed", "never reached the provider")
    assert world.status(second) == "sent"


async def test_of_two_alike_without_a_receipt_one_went(world: World) -> None:
    rows = await two_alike(world)

    for _ in range(2):
        world.after(570)
        await looked_up(world, (Listed(f"id-{rows[1]}", "sent", None),))

    assert sorted(map(world.status, rows)) == ["failed", "sent"]


async def test_one_that_is_being_sent_is_not_taken_for_one_like_it(world: World) -> None:
    row = await lost(world)
    under_way = asyncio.Event()
    world.sms.script[SAM] = [under_way]
    other = world.queue("Hello")
    world.after(31)
    await world.turn()
    assert world.status(other) == "sending"

    await looked_up(world, (Listed(f"id-{other}", "queued", None),))
    assert world.status(row) == "unknown"
    under_way.set()
    await world.turn()
    await looked_up(world, (Listed(f"id-{other}", "queued", None),))

    assert (world.status(row), world.status(other)) == ("unknown", "sent")


async def test_one_whose_words_do_not_open_holds_up_no_other(world: World) -> None:
    shut = await lost(world)
    world.after(30)
    row = await lost(world)
    swapped = update(outbox).where(outbox.c.id == shut).values(body=b"of a key that is gone")
    world.database.run_now(lambda db: db.connection.execute(swapped).rowcount)
    world.after(31)

    lists = await looked_up(world, (Listed("SM1", "delivered", None),))

    assert len(lists.asked) == 1
    assert (world.status(shut), world.status(row)) == ("unknown", "sent")


async def test_a_receipt_settles_it_before_anybody_looks(world: World) -> None:
    row = await lost(world)

    assert take(world, row, "sent")
    world.after(31)

    assert (await looked_up(world, ())).asked == []
    assert world.status(row) == "sent"
