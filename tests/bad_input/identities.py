"""Senders that are nobody, somebody else, or not a person."""

from __future__ import annotations

from tests.bad_input.house import COORDINATOR, OUR_NUMBER, House
from tests.bad_input.kinds import KEPT, Group

GROUP = Group("Identities")


@GROUP.of("A short code (60777)", "nothing: it cannot be texted back")
async def _(house: House) -> None:
    assert await house.phone("60777").texts("Win a prize") == 200


@GROUP.of("A company's name (NHSnoreply)", "nothing: it cannot be texted back")
async def _(house: House) -> None:
    assert await house.phone("NHSnoreply").texts("Your appointment") == 200


@GROUP.of(
    "A number abroad, three times",
    "one line, once: “Sorry, I can only text UK mobile numbers.”",
    "three rows in the inbox",
)
async def _(house: House) -> None:
    phone = house.phone("+15005550006")
    for _ in range(3):
        assert await phone.texts("hello") == 200
    assert len(house.heard) == 1
    assert house.count("inbox") - house.before["inbox"] == 3


@GROUP.of(
    "A cry for help from a number abroad",
    "the crisis lines, whatever they cost: “Samaritans”",
    f"{KEPT}; an alert, `crisis A`",
)
async def _(house: House) -> None:
    assert await house.phone("+15005550007").texts("im going to kill myself tonight") == 200


@GROUP.of("A text without a sender", "nothing: there is nobody to answer")
async def _(house: House) -> None:
    assert await house.phone().texts("who sent this?", From="") == 200


@GROUP.of("A text from our own number", "nothing: a service that answered itself would never end")
async def _(house: House) -> None:
    assert await house.phone(OUR_NUMBER).texts("hello") == 200


@GROUP.of("WhatsApp, which nobody set up", "nothing: there is no way to answer there")
async def _(house: House) -> None:
    assert await house.phone("whatsapp:+447700900123").texts("hello") == 200


@GROUP.of("Words in a group chat", "“I only answer one to one”", KEPT)
async def _(house: House) -> None:
    chat = house.chat()
    group = {"id": -1001_770_000, "type": "supergroup", "title": "Friday walkers"}
    assert await chat.texts("hello all", chat=group) == 200


@GROUP.of("An update from another bot", "an answer, once for each text and no more: “I'm a robot”")
async def _(house: House) -> None:
    chat = house.chat()
    chat.user["is_bot"] = True
    assert await chat.texts("hello, I am a robot too") == 200


@GROUP.of("A code that a coordinator's phone made up", "nothing; the coordinator hears that it matches no alert")
async def _(house: House) -> None:
    assert await house.phone(COORDINATOR).texts("ON IT 7777") == 200
    assert any("can't match that code" in each.text for each in house.sms.sent)
