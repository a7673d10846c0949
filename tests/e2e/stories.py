"""Things that several tests need to have happened first, told the way a person would do them."""

from __future__ import annotations

from tests.e2e.world import World
from tests.fakes.hearing import Listener

Form = dict[str, str]

JOINING: tuple[tuple[str, str], ...] = (
    # words of the question, and an answer that leads on to the next
    ("18 or over", "yes"),
    ("OK to start", "Y"),
    ("call you", "Sam"),
    ("working towards", "my own flat"),
    ("check-in texts", "yes please"),
    ("day and time", "mon 10am"),
    ("tell a mentor", "y"),
    ("safe for them", "weekdays after 6"),
    ("improve services", "no"),
)
RING = ("ring you", "skip")  # asked on Telegram alone; numbers kept for drama are refused outside practice


def questions(*, telegram: bool = False) -> tuple[tuple[str, str], ...]:
    """The questions of joining, in order, on this channel."""
    return (*JOINING[:4], RING, *JOINING[4:]) if telegram else JOINING


async def gets_to(person: Listener, question: str, *, telegram: bool = False) -> None:
    """Start to join and answer until this question stands open."""
    await person.says("hello")
    for words, answer in questions(telegram=telegram):
        await person.hears(words)
        if words == question:
            return
        await person.says(answer)
    raise AssertionError(f"joining asks nothing like {question!r}")


async def joins(person: Listener, *, telegram: bool = False) -> None:
    """Join, with check-ins and with a mentor told."""
    last, answer = questions(telegram=telegram)[-1]
    await gets_to(person, last, telegram=telegram)
    await person.says(answer)
    await person.hears("all set, Sam")


def inbound(world: World, body: str = "hello", **more: str) -> Form:
    """A form that Twilio could have sent, from a phone that has never written."""
    phone = world.new_phone()
    number = world.twilio.number
    message = world.twilio.add(body=body, sender=phone.number, to=number, direction="inbound", status="received")
    return phone.form(message) | more
