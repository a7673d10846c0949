"""Buckets, holds and later tries, with every time passed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.pacing import OLDEST, THROTTLED_TOGETHER, Bucket, Pace, Pacer, Refused, next_try
from flows.effects import Purpose
from flows.errors import Meaning
from flows.model import Channel

NOW = datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC)
SMS, TELEGRAM = Channel.SMS, Channel.TELEGRAM


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("parts", "waits", "room"),
    [
        ([1], 0.0, 0),
        ([1], 0.999, 0),
        ([1], 1.0, 1),
        ([1], 60.0, 1),  # never more than a burst
        ([3], 1.0, 0),  # three parts are paid for by three seconds
        ([3], 2.999, 0),
        ([3], 3.0, 1),
        ([1, 1], 1.0, 0),
        ([1, 1], 2.0, 1),
    ],
)
def test_a_number_sends_one_part_a_second(parts: list[int], waits: float, room: int) -> None:
    pacer = Pacer()
    for count in parts:
        pacer.started(SMS, 1, count, NOW)

    assert pacer.room(SMS, after(waits)) == room


def test_telegram_takes_thirty_a_second_and_one_a_second_a_chat() -> None:
    pacer = Pacer()
    assert pacer.room(TELEGRAM, NOW) == 30
    for chat in range(30):
        pacer.started(TELEGRAM, chat, 1, NOW)

    assert pacer.room(TELEGRAM, NOW) == 0
    assert pacer.room(TELEGRAM, after(0.5)) == 15
    assert pacer.busy_addresses(after(0.999)) == frozenset(range(30))
    assert pacer.busy_addresses(after(1)) == frozenset()


def test_parts_count_for_sms_only() -> None:
    pacer = Pacer()
    pacer.started(TELEGRAM, 1, 9, NOW)

    assert pacer.room(TELEGRAM, NOW) == 29


def test_a_clock_that_goes_back_gives_nothing_twice() -> None:
    bucket = Bucket(Pace(rate=1, burst=5), 5, NOW)
    bucket.take(5, NOW)

    assert bucket.room(after(-3600)) == 0
    assert bucket.room(after(-3599)) == 1


def test_crisis_passes_gaps_but_not_what_a_provider_asked_for() -> None:
    pacer = Pacer()
    pacer.started(TELEGRAM, 1, 1, NOW)
    pacer.told_to_wait(TELEGRAM, 2, after(30))

    assert pacer.busy_addresses(NOW) == {1, 2}
    assert pacer.busy_addresses(NOW, crisis=True) == {2}
    assert pacer.busy_addresses(after(30), crisis=True) == frozenset()


def test_one_chat_told_to_wait_holds_nobody_else() -> None:
    pacer = Pacer()
    for _ in range(10):
        pacer.told_to_wait(TELEGRAM, 2, after(300))

    assert not pacer.is_held(TELEGRAM, NOW)
    assert pacer.room(TELEGRAM, NOW) == 30


def test_several_told_to_wait_in_a_row_mean_all_of_us() -> None:
    pacer = Pacer()
    for chat in range(THROTTLED_TOGETHER):
        assert not pacer.is_held(TELEGRAM, NOW)
        pacer.told_to_wait(TELEGRAM, chat, after(20 + chat))

    assert pacer.is_held(TELEGRAM, NOW)
    assert pacer.room(TELEGRAM, NOW) == 0
    assert not pacer.is_held(SMS, NOW)
    assert not pacer.is_held(TELEGRAM, after(22))


def test_a_success_between_them_means_it_was_they() -> None:
    pacer = Pacer()
    for chat in range(THROTTLED_TOGETHER * 3):
        pacer.told_to_wait(TELEGRAM, chat, after(20))
        pacer.went_through(TELEGRAM)

    assert not pacer.is_held(TELEGRAM, NOW)


@pytest.mark.parametrize(
    ("arrange", "expected"),
    [
        (lambda pacer: pacer.room(SMS, NOW), None),
        (lambda pacer: pacer.started(SMS, 1, 1, NOW), 1.0),
        (lambda pacer: pacer.started(SMS, 1, 3, NOW), 3.0),
        (lambda pacer: pacer.told_to_wait(SMS, 1, after(7)), 7.0),
        (lambda pacer: pacer.hold_channel(SMS, after(9)), 9.0),
    ],
)
def test_it_says_when_to_look_again(arrange: object, expected: float | None) -> None:
    pacer = Pacer()
    arrange(pacer)  # type: ignore[operator]

    assert pacer.next_at(NOW) == (None if expected is None else after(expected))


# ---------------------------------------------------------------- later tries


def refused(
    purpose: Purpose = Purpose.REPLY,
    meaning: Meaning = Meaning.TRY_LATER,
    attempts: int = 1,
    *,
    crisis: bool = False,
    age: timedelta = timedelta(),
    retry_at: datetime | None = None,
    expires_at: datetime | None = None,
    seed: int = 0,
) -> Refused:
    return Refused(
        purpose=purpose,
        crisis=crisis,
        attempts=attempts,
        made_at=NOW - age,
        expires_at=expires_at,
        meaning=meaning,
        retry_at=retry_at,
        seed=seed,
    )


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (2, 15), (3, 60), (4, 300), (5, 600), (99, 600)])
def test_routine_tries_come_further_and_further_apart(attempts: int, seconds: int) -> None:
    assert next_try(refused(attempts=attempts), NOW) == after(seconds)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (3, 5), (4, 10), (5, 30), (6, 60), (99, 60)])
def test_crisis_is_tried_again_sooner(attempts: int, seconds: int) -> None:
    assert next_try(refused(Purpose.CRISIS, attempts=attempts, crisis=True), NOW) == after(seconds)


@pytest.mark.parametrize("crisis", [False, True])
@pytest.mark.parametrize(("asked", "waited"), [(0, 1), (0.2, 1), (1, 1), (2, 2), (30, 30), (600, 600)])
def test_the_providers_word_goes_before_ours(crisis: bool, asked: float, waited: float) -> None:
    assert next_try(refused(crisis=crisis, attempts=4, retry_at=after(asked)), NOW) == after(waited)


@pytest.mark.parametrize("meaning", [m for m in Meaning if m not in (Meaning.TRY_LATER, Meaning.CREDENTIALS)])
def test_what_will_never_pass_is_not_tried_again(meaning: Meaning) -> None:
    assert next_try(refused(meaning=meaning), NOW) is None


def test_refused_credentials_are_tried_every_minute_while_the_message_is_fresh() -> None:
    assert next_try(refused(meaning=Meaning.CREDENTIALS, attempts=40), NOW) == after(60)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_message_that_would_come_too_late_is_not_tried_again(purpose: Purpose) -> None:
    oldest = OLDEST[purpose]

    assert next_try(refused(purpose, age=oldest - timedelta(seconds=6)), NOW) is not None
    assert next_try(refused(purpose, age=oldest - timedelta(seconds=5)), NOW) is None


def test_an_expiry_is_the_end_of_it() -> None:
    assert next_try(refused(expires_at=after(5)), NOW) is None
    assert next_try(refused(expires_at=after(5.1)), NOW) == after(5)


def test_messages_refused_together_come_back_spread_out() -> None:
    times = {next_try(refused(attempts=5, seed=seed), NOW) for seed in range(50)}

    assert len(times) == 50
    assert all(at is not None and after(600) <= at <= after(660) for at in times)
