"""What a practice phone says about each message, and what the clock stops at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.practice.phones import Memory, Phone, State, cost, of_written, parts_and_price, price
from flows.model import Channel, Look
from flows.statuses import OutboxStatus
from storage.exchanges import Received, Written
from tests.practice.conftest import MONDAY

SAM = Phone("07700900001")
CHAT = Phone("07700900001", Look.TELEGRAM)
LATER = MONDAY + timedelta(hours=11)


def written(number: int = 1, status: OutboxStatus = OutboxStatus.SENT, **more: Any) -> Written:
    usual = {
        "text": "Hello",
        "buttons": (),
        "parts": 1,
        "reason": None,
        "made_at": MONDAY,
        "next_at": MONDAY,
        "sent_at": MONDAY if status is OutboxStatus.SENT else None,
    }
    return Written(id=number, status=status, **{**usual, **more})


def test_a_phone_is_a_drama_number_on_a_practice_channel() -> None:
    assert (SAM.channel, SAM.address) == (Channel.PRACTICE, "+447700900001")
    assert (CHAT.channel, CHAT.address) == (Channel.PRACTICE_TELEGRAM, "447700900001")


@pytest.mark.parametrize(
    ("parts", "tenths", "said"),
    [(0, 40, "0p"), (1, 40, "4p"), (2, 40, "8p"), (1, 45, "4.5p"), (2, 45, "9p"), (25, 40, "£1.00"), (24, 41, "98.4p")],
)
def test_prices_are_said_as_people_say_them(parts: int, tenths: int, said: str) -> None:
    assert price(parts, tenths) == said


@pytest.mark.parametrize(
    ("one", "state", "why"),
    [
        (written(), State.SENT, ""),
        (written(status=OutboxStatus.QUEUED), State.WAITING, ""),
        (written(status=OutboxStatus.SENDING), State.WAITING, ""),
        (written(status=OutboxStatus.QUEUED, next_at=LATER), State.HELD, ""),
        (written(status=OutboxStatus.UNKNOWN), State.UNKNOWN, "the service stopped while it was on its way."),
        (written(status=OutboxStatus.SUPPRESSED, reason="paused"), State.NOT_SENT, "they asked for a pause."),
        (written(status=OutboxStatus.SUPPRESSED, reason="no words for it"), State.NOT_SENT, "no words for it."),
        (written(status=OutboxStatus.FAILED), State.NOT_SENT, "no reason is kept."),
    ],
)
def test_every_end_of_a_message_has_its_words(one: Written, state: State, why: str) -> None:
    bubble = of_written(one, MONDAY)
    assert (bubble.state, bubble.why) == (state, why)


def test_what_was_not_sent_costs_nothing() -> None:
    bubbles = [of_written(written(1, parts=2), MONDAY), of_written(written(2, OutboxStatus.SUPPRESSED), MONDAY)]
    assert cost(bubbles, 40, Look.SMS) == "1 message in 2 parts, 8p"
    assert cost(bubbles, 40, Look.TELEGRAM) == "1 message, free on Telegram"
    assert cost(bubbles[1:], 40, Look.SMS) == "Nothing sent yet"
    assert parts_and_price(bubbles[0], 40, Look.SMS) == "2 parts, 8p"


def test_what_the_store_forgets_stays_on_the_screen() -> None:
    memory = Memory()
    memory.typed(SAM, "a", "n", MONDAY)
    goodbye = written(2, OutboxStatus.QUEUED, text="Deleted")
    held = written(3, OutboxStatus.QUEUED, next_at=LATER)
    memory.see(SAM, [Received(provider_id="a", text="n", at=MONDAY, id=1)], [goodbye, held], MONDAY)
    memory.see(SAM, [], [], MONDAY)
    assert [(bubble.text, bubble.state) for bubble in memory.bubbles(SAM)] == [
        ("n", State.SENT),
        ("Deleted", State.SENT),
        ("Hello", State.NOT_SENT),
    ]
    assert memory.bubbles(CHAT) == ()


def test_a_tap_keeps_the_label_that_was_tapped() -> None:
    memory = Memory()
    memory.typed(CHAT, "a", "Hear from a mentor", MONDAY)
    memory.see(CHAT, [Received(provider_id="a", text="mentor", at=MONDAY, id=7)], [], MONDAY)
    assert [bubble.text for bubble in memory.bubbles(CHAT)] == ["Hear from a mentor"]


def test_a_phone_remembers_so_much_and_no_more() -> None:
    memory = Memory()
    memory.see(SAM, [], [written(number) for number in range(1, 401)], MONDAY)
    assert [bubble.key for bubble in memory.bubbles(SAM)] == [str(number) for number in range(101, 401)]


@pytest.mark.parametrize(
    ("text", "parts", "look", "said"),
    [
        ("Mae'r grŵp heno.", 1, Look.SMS, "1 part, 4p"),  # short enough, whatever its letters
        ("Mae'r grŵp heno." * 6, 2, Look.SMS, "2 parts, 8p (because of ŵ: only 70 letters a part)"),
        ("The group is tonight." * 9, 2, Look.SMS, "2 parts, 8p"),
        ("Mae'r grŵp heno." * 6, 2, Look.TELEGRAM, "free"),
    ],
)
def test_the_letter_that_makes_a_message_dearer_is_named(text: str, parts: int, look: Look, said: str) -> None:
    assert parts_and_price(of_written(written(text=text, parts=parts), MONDAY), 40, look) == said
