"""Days, hours and dates that do not exist, or that are not what was meant."""

from __future__ import annotations

from datetime import timedelta

from tests.bad_input.house import House
from tests.bad_input.kinds import Group

GROUP = Group("Time")


@GROUP.of("A message dated 1970", "an answer: “I'm a robot”")
async def _(house: House) -> None:
    assert await house.chat().texts("hello", date=0) == 200


@GROUP.of("A message dated in the year 3000", "an answer: “I'm a robot”")
async def _(house: House) -> None:
    assert await house.chat().texts("hello", date=32_503_680_000) == 200


@GROUP.of("A message whose date is a word", "an answer: “I'm a robot”")
async def _(house: House) -> None:
    assert await house.chat().texts("hello", date="yesterday") == 200


@GROUP.of("“mon 25:61”, a time that does not exist", "asked again: “Please send a day and a time, like MON 10AM.”")
async def _(house: House) -> None:
    phone = await house.phone_at("day and time")
    assert await phone.texts("mon 25:61") == 200


@GROUP.of("“3am sunday”, when nobody is to be woken", "asked again: “Please pick a time between 09:00 and 20:00”")
async def _(house: House) -> None:
    phone = await house.phone_at("day and time")
    assert await phone.texts("3am sunday") == 200


@GROUP.of(
    "“blursday at noonish”, a day that does not exist", "asked again: “Please send a day and a time, like MON 10AM.”"
)
async def _(house: House) -> None:
    phone = await house.phone_at("day and time")
    assert await phone.texts("blursday at noonish") == 200


@GROUP.of("PAUSE until the 30th of February", "asked until when: “How long for?”")
async def _(house: House) -> None:
    phone = await house.phone_at("joined")
    assert await phone.texts("pause until 30 february") == 200


@GROUP.of("PAUSE for 999,999 years", "“Sorry, I didn't get that. Text MENU for what I can do”")
async def _(house: House) -> None:
    phone = await house.phone_at("joined")
    assert await phone.texts("pause 999999 years") == 200


@GROUP.of("A text at three in the morning", "an answer all the same, since they spoke first: “I'm a robot”")
async def _(house: House) -> None:
    begun, house.now = house.now, house.now.replace(hour=3) + timedelta(days=1)
    try:
        assert await house.phone().texts("hello") == 200
    finally:
        house.now = begun


@GROUP.of("2027-02-30, a date that does not exist, as a name", "taken as a name: “working towards”")
async def _(house: House) -> None:
    phone = await house.phone_at("call you")
    assert await phone.texts("2027-02-30") == 200
