"""What waits goes out once, in order, at the pace its provider carries, and ends in one of four honest ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.delivery import CRISIS_PLACES, MOST_AT_ONCE, STUCK
from flows.effects import Button, Purpose
from flows.errors import Meaning, OutcomeUnknown, SendFailed
from flows.model import Channel
from storage.database import Database
from storage.fields import Keyring
from storage.unresolved import unresolved
from tests.edges.scripted import World
from tests.storage.scene import coordinator

SAM, ALEX, JO = "+447700900123", "+447700900124", "+447700900125"
T = Channel.TELEGRAM


@pytest.fixture
def world(sqlite_url: str, keyring: Keyring) -> Iterator[World]:
    with Database.open(sqlite_url, keyring, hold=True, inline=True) as database:
        yield World(database)


def later(world: World, seconds: float, code: str = "429") -> SendFailed:
    return SendFailed(Meaning.TRY_LATER, code, world.now + timedelta(seconds=seconds))


# ---------------------------------------------------------------- the plain way


async def test_a_queued_message_is_sent_and_recorded(world: World) -> None:
    row = world.queue("Hello", buttons=(Button("Yes", "1:yes"),))

    await world.turn()

    [sent] = world.sms.sent
    assert (sent.outbox_id, sent.address, sent.text, sent.purpose) == (row, SAM, "Hello", Purpose.REPLY)
    assert sent.buttons == (Button("Yes", "1:yes"),)
    assert world.status(row) == "sent"


async def test_it_is_marked_as_being_sent_before_the_provider_is_called(world: World) -> None:
    gate = asyncio.Event()
    world.sms.script[""] = [gate]
    row = world.queue("Hello")

    await world.turn()
    assert world.status(row) == "sending"

    gate.set()
    await world.turn()
    assert world.status(row) == "sent"


async def test_messages_to_one_address_go_one_after_the_other(world: World) -> None:
    gate = asyncio.Event()
    world.telegram.script[SAM] = [gate]
    for text in ("one", "two", "three"):
        world.queue(text, channel=T)

    await world.pass_seconds(5)
    assert world.telegram.texts == ["one"]

    gate.set()
    await world.pass_seconds(5)
    assert world.telegram.texts == ["one", "two", "three"]


async def test_a_chat_gets_one_message_a_second(world: World) -> None:
    for text in ("one", "two", "three"):
        world.queue(text, channel=T)

    await world.turn()
    assert world.telegram.texts == ["one"]
    world.after(0.9)
    await world.turn()
    assert world.telegram.texts == ["one"]
    await world.pass_seconds(2)
    assert world.telegram.texts == ["one", "two", "three"]


async def test_a_number_sends_one_part_a_second(world: World) -> None:
    world.queue("three parts", SAM, parts=3)
    for number in range(1, 4):
        world.queue("one part", f"+44770090013{number}")

    await world.turn()
    assert len(world.sms.sent) == 1
    await world.pass_seconds(2)
    assert len(world.sms.sent) == 1
    await world.pass_seconds(1)
    assert len(world.sms.sent) == 2
    await world.pass_seconds(2)
    assert len(world.sms.sent) == 4


async def test_telegram_carries_thirty_a_second(world: World) -> None:
    for chat in range(70):
        world.queue("hello", str(1000 + chat), channel=T)

    await world.turn(8)
    assert len(world.telegram.sent) == 30
    await world.pass_seconds(1)
    assert len(world.telegram.sent) == 60
    await world.pass_seconds(1)
    assert len(world.telegram.sent) == 70


# ---------------------------------------------------------------- crisis


async def test_crisis_goes_in_front_and_waits_for_no_bucket(world: World) -> None:
    for number in range(30):
        world.queue("routine", f"+4477009001{number:02}", parts=3)
    await world.turn()
    for number in range(5):
        world.queue("crisis", f"+4477009002{number:02}", Purpose.CRISIS, parts=2)

    await world.turn()

    assert world.sms.texts.count("crisis") == 5
    assert world.sms.texts.count("routine") == 1


async def test_crisis_passes_a_message_that_hangs_and_the_gap_of_its_chat(world: World) -> None:
    world.telegram.script[SAM] = [asyncio.Event()]
    world.queue("hangs", channel=T)
    await world.turn()
    world.queue("crisis", purpose=Purpose.CRISIS, channel=T)

    await world.turn()

    assert world.telegram.texts == ["hangs", "crisis"]


async def test_crisis_has_places_of_its_own_when_all_others_hang(world: World) -> None:
    world.telegram.script[""] = [asyncio.Event() for _ in range(MOST_AT_ONCE + CRISIS_PLACES)]
    for chat in range(MOST_AT_ONCE + 10):
        world.queue("hangs", str(1000 + chat), channel=T)
    await world.pass_seconds(8)
    assert len(world.telegram.sent) == MOST_AT_ONCE

    world.queue("crisis", "9999", Purpose.CRISIS, channel=T)
    await world.turn()

    assert world.telegram.texts[-1] == "crisis"


async def test_what_crisis_used_routine_waits_for(world: World) -> None:
    world.queue("crisis", SAM, Purpose.CRISIS, parts=3)
    world.queue("routine", ALEX)

    await world.turn()
    await world.pass_seconds(2)
    assert world.sms.texts == ["crisis"]
    await world.pass_seconds(2)
    assert world.sms.texts == ["crisis", "routine"]


async def test_crisis_waits_where_the_provider_asked_that_chat_to(world: World) -> None:
    world.telegram.script[SAM] = [later(world, 30)]
    world.queue("routine", channel=T)
    await world.turn()
    world.queue("crisis", purpose=Purpose.CRISIS, channel=T)

    await world.pass_seconds(29)
    assert world.telegram.texts == ["routine"]
    await world.pass_seconds(2)
    assert world.telegram.texts[1] == "crisis"


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(("asked", "code"), [(30, "429"), (30, "503"), (7, "500")])
async def test_retry_after_is_honoured_and_order_kept(world: World, asked: int, code: str) -> None:
    world.sms.script[SAM] = [later(world, asked, code)]
    first, second = world.queue("one"), world.queue("two")

    await world.pass_seconds(asked - 1)
    assert world.sms.texts == ["one"]
    assert world.status(first) == "queued"

    await world.pass_seconds(6)
    assert world.sms.texts == ["one", "one", "two"]
    assert [world.status(row) for row in (first, second)] == ["sent", "sent"]
    assert world.row(first)[2] == 2


async def test_one_blocked_chat_delays_nobody(world: World) -> None:
    world.telegram.script = {SAM: [later(world, 300), asyncio.Event()], ALEX: [asyncio.Event()]}
    world.queue("held", SAM, channel=T)
    world.queue("hangs", ALEX, channel=T)
    for chat in range(20):
        world.queue("hello", str(1000 + chat), channel=T)

    await world.turn()

    assert world.telegram.texts.count("hello") == 20


async def test_when_several_chats_are_throttled_everybody_waits(world: World) -> None:
    world.telegram.script[""] = [later(world, 20) for _ in range(3)]
    for chat in range(3):
        world.queue("hello", str(1000 + chat), channel=T)
    await world.turn()
    world.queue("next", "2000", channel=T)
    other = world.queue("by text")

    await world.pass_seconds(19)
    assert "next" not in world.telegram.texts
    assert world.status(other) == "sent"
    await world.pass_seconds(3)
    assert "next" in world.telegram.texts


@pytest.mark.parametrize("meaning", [Meaning.BLOCKED, Meaning.OPTED_OUT, Meaning.BAD_ADDRESS])
async def test_trouble_with_an_address_is_written_beside_it(world: World, meaning: Meaning) -> None:
    world.sms.script[SAM] = [SendFailed(meaning, "21610")]
    row = world.queue("Hello")

    await world.turn()

    assert world.row(row)[:2] == ("failed", f"{meaning} 21610")
    assert world.trouble(SAM) == meaning
    assert [(each.outbox_id, each.meaning) for each in world.told] == [(row, meaning)]


@pytest.mark.parametrize("meaning", [Meaning.BAD_MESSAGE, Meaning.NOT_ALLOWED, Meaning.UNREACHABLE])
async def test_trouble_with_a_message_is_not_the_addresss(world: World, meaning: Meaning) -> None:
    world.sms.script[SAM] = [SendFailed(meaning, "30007")]
    row = world.queue("Hello")

    await world.turn()

    assert world.status(row) == "failed"
    assert world.trouble(SAM) is None


async def test_refused_credentials_hold_the_channel_and_are_shown(world: World) -> None:
    world.sms.script[""] = [SendFailed(Meaning.CREDENTIALS, "20003")]
    rows = [world.queue("one", SAM), world.queue("two", ALEX)]

    await world.pass_seconds(30)
    assert len(world.sms.sent) == 1
    assert "credentials" in world.delivery.troubles[Channel.SMS]
    assert [world.status(row) for row in rows] == ["queued", "queued"]

    await world.pass_seconds(40)
    assert world.delivery.troubles == {}
    assert [world.status(row) for row in rows] == ["sent", "sent"]


async def test_a_provider_away_for_too_long_fails_the_message_and_somebody_hears(world: World) -> None:
    world.sms.script[SAM] = [SendFailed(Meaning.TRY_LATER, "refused") for _ in range(100)]
    row = world.queue("Hello")

    await world.turn()
    await world.pass_seconds(3600, step=30)

    assert world.row(row)[:2] == ("failed", "try later refused")
    assert [each.outbox_id for each in world.told] == [row]


async def test_a_crisis_page_that_is_refused_twice_is_tried_another_way_meanwhile(world: World) -> None:
    world.sms.script[SAM] = [SendFailed(Meaning.TRY_LATER, "503") for _ in range(4)]
    kim, _ = coordinator(world.database, (Channel.SMS, SAM))
    row = world.queue("URGENT", purpose=Purpose.ALERT, crisis=True, staff_id=kim.id)

    await world.turn()
    assert world.told == []
    await world.pass_seconds(600, step=5)

    assert [(each.outbox_id, each.meaning, each.staff_id) for each in world.told] == [(row, Meaning.TRY_LATER, kim.id)]
    assert world.status(row) == "sent"  # and this one went as well


# ---------------------------------------------------------------- unknown


@pytest.mark.parametrize("purpose", [p for p in Purpose if p is not Purpose.CRISIS])
async def test_a_routine_message_is_never_sent_again_after_an_unknown_end(world: World, purpose: Purpose) -> None:
    world.sms.script[SAM] = [OutcomeUnknown("cut off")]
    row = world.queue("Hello", purpose=purpose)

    await world.pass_seconds(3600, step=60)

    assert world.sms.texts == ["Hello"]
    assert world.row(row)[:2] == ("unknown", "cut off")


@pytest.mark.parametrize("purpose", [Purpose.CRISIS, Purpose.ALERT])
async def test_crisis_is_sent_once_more_and_then_somebody_hears(world: World, purpose: Purpose) -> None:
    world.sms.script[SAM] = [OutcomeUnknown("cut off") for _ in range(5)]
    world.queue("crisis", purpose=purpose, crisis=True)

    await world.turn(1)
    await world.turn(1)
    assert world.told == []
    await world.pass_seconds(600, step=10)

    assert world.sms.texts == ["crisis", "crisis"]
    assert [each.meaning for each in world.told] == [None]


async def test_a_fault_of_ours_while_sending_is_unknown_too(world: World) -> None:
    world.sms.script[SAM] = [ZeroDivisionError()]
    row = world.queue("Hello")

    await world.turn()

    assert world.row(row)[:2] == ("unknown", "ZeroDivisionError")


# ---------------------------------------------------------------- held back, and faults


async def test_what_the_bot_started_waits_for_the_morning_and_a_reply_does_not(world: World) -> None:
    world.quiet_until = world.now + timedelta(hours=11)
    started = world.queue("How are you?", SAM, Purpose.STARTED)
    world.queue("Hello", ALEX)

    await world.turn()

    assert world.sms.texts == ["Hello"]
    assert world.status(started) == "queued"


async def test_staff_that_cannot_be_told_costs_the_other_ends_nothing(world: World) -> None:
    def fall_over(_: object) -> None:
        raise ZeroDivisionError

    world.tell = fall_over
    world.telegram.script = {SAM: [SendFailed(Meaning.BLOCKED, "403")]}
    refused, sent = world.queue("one", SAM, channel=T), world.queue("two", ALEX, channel=T)

    await world.turn()

    assert (world.status(refused), world.status(sent)) == ("unknown", "sent")
    assert len(world.telegram.sent) == 2


# ---------------------------------------------------------------- starting and stopping


async def test_what_a_dead_process_left_half_sent_ends_unknown(world: World) -> None:
    world.sms.script[SAM] = [asyncio.Event()]
    row = world.queue("Hello")
    await world.turn()

    again = world.restarted()
    await again.recover()
    await world.turn()

    assert world.status(row) == "unknown"
    assert world.sms.texts == ["Hello"]


async def test_what_another_worker_left_is_swept_up_only_when_it_must_be_dead(world: World) -> None:
    world.sms.script[SAM] = [asyncio.Event()]
    row = world.queue("Hello")
    await world.turn()
    world.restarted()

    await world.pass_seconds(STUCK.total_seconds() / 2, step=10)
    assert world.status(row) == "sending"
    await world.pass_seconds(120, step=60)
    assert world.status(row) == "unknown"


async def test_a_crisis_message_lost_in_two_crashes_is_told(world: World) -> None:
    world.sms.script[SAM] = [asyncio.Event(), asyncio.Event()]
    world.queue("999", SAM, Purpose.CRISIS)
    for crash in (1, 2):
        await world.turn()
        assert len(world.sms.sent) == crash
        assert world.told == []
        again = world.restarted()
        await again.recover()

    assert [(each.purpose, each.meaning) for each in world.told] == [(Purpose.CRISIS, None)]
    await world.pass_seconds(120, step=60)
    assert len(world.told) == 1


async def test_a_crisis_message_that_two_dead_workers_left_is_told_within_two_minutes_of_the_second(
    world: World,
) -> None:
    world.sms.script[SAM] = [asyncio.Event(), asyncio.Event()]
    world.queue("999", SAM, Purpose.CRISIS)
    await world.turn()
    world.restarted()
    await world.pass_seconds(120, step=10)
    assert len(world.sms.sent) == 2
    world.restarted()
    await world.pass_seconds(120, step=10)

    assert [each.purpose for each in world.told] == [Purpose.CRISIS]


async def test_what_waits_for_a_channel_that_is_gone_ends_failed_and_urgent_words_are_told(world: World) -> None:
    routine = world.queue("Hello", SAM, channel=T)
    crisis, page = (
        world.queue("999", SAM, Purpose.CRISIS, channel=T),
        world.queue("URGENT", JO, Purpose.ALERT, channel=T),
    )
    kept = world.queue("Hello", ALEX)
    await world.restarted(T).recover()

    await world.pass_seconds(30, step=10)
    assert [world.row(row)[:2] for row in (crisis, page)] == [("failed", "not set up telegram")] * 2
    assert {each.outbox_id for each in world.told} == {crisis, page}
    assert {each.meaning for each in world.told} == {Meaning.NOT_SET_UP}
    assert (world.status(routine), world.status(kept)) == ("queued", "sent")

    await world.pass_seconds(3600, step=600)
    assert world.row(routine)[:2] == ("failed", "not set up telegram")
    assert len(world.told) == 2
    assert world.telegram.sent == []


async def test_a_channel_put_back_within_the_hour_sends_what_waited(world: World) -> None:
    row = world.queue("Hello", SAM, channel=T)
    world.restarted(T)
    await world.pass_seconds(1800, step=600)
    world.restarted()
    await world.turn()

    assert world.status(row) == "sent"


async def test_stopping_starts_nothing_more_and_records_what_is_under_way(world: World) -> None:
    gate, stop = asyncio.Event(), asyncio.Event()
    world.telegram.script[SAM] = [gate]
    first = world.queue("one", SAM, channel=T)
    running = asyncio.create_task(world.delivery.run(stop))
    await world.until(lambda: bool(world.telegram.sent))

    stop.set()
    second = world.queue("two", ALEX, channel=T)
    world.delivery.wake.set()
    for _ in range(20):
        await asyncio.sleep(0)
    assert not running.done()
    gate.set()
    await asyncio.wait_for(running, 5)

    assert (world.status(first), world.status(second)) == ("sent", "queued")


async def test_a_commit_wakes_it_without_waiting_for_the_tick(world: World) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(world.delivery.run(stop))
    await asyncio.sleep(0)

    world.queue("Hello")
    world.delivery.wake.set()
    await world.until(lambda: bool(world.sms.sent))

    stop.set()
    await asyncio.wait_for(running, 5)


# ---------------------------------------------------------------- both databases


async def test_it_is_the_same_on_both_databases(database: Database) -> None:
    """Claiming with gaps and crisis, a refusal, an unknown end and a lookup, with real database threads."""
    world = World(database)
    world.sms.script = {ALEX: [OutcomeUnknown("cut off")], JO: [SendFailed(Meaning.BLOCKED, "30004")]}
    rows = [world.queue("one", SAM, channel=T), world.queue("two", SAM, channel=T)]
    crisis = world.queue("crisis", SAM, Purpose.CRISIS, channel=T)
    lost, blocked = world.queue("lost", ALEX), world.queue("blocked", JO)

    await world.pass_seconds(5)

    assert sorted(world.telegram.texts[:2]) == ["crisis", "one"]
    assert [world.status(row) for row in (*rows, crisis, lost, blocked)] == [*["sent"] * 3, "unknown", "failed"]
    assert world.trouble(JO) == "blocked"
    found = database.run_now(lambda db: unresolved(db, Channel.SMS, world.now, 10))
    assert [(each.id, each.address, each.text) for each in found] == [(lost, ALEX, "lost")]
