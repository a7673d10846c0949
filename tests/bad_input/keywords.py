"""Words that mean something by themselves, as people spell them."""

from __future__ import annotations

from tests.bad_input.house import House
from tests.bad_input.kinds import KEPT, Group

GROUP = Group("Keywords")


@GROUP.of(
    "STOP that the carrier heard as well", "nothing from us: the carrier has answered, and no text of ours may follow"
)
async def _(house: House) -> None:
    phone = await house.phone_at("joined")
    assert await phone.texts("STOP", OptOutType="STOP") == 200


@GROUP.of("“Please stop texting me!!”", "texts end: “OK, I've stopped.”")
async def _(house: House) -> None:
    phone = await house.phone_at("joined")
    assert await phone.texts("Please stop texting me!!") == 200


@GROUP.of("“can't stop thinking about my dog”, as a goal", "it is a goal, and no STOP: “check-in texts?”")
async def _(house: House) -> None:
    phone = await house.phone_at("working towards")
    assert await phone.texts("can't stop thinking about my dog") == 200


@GROUP.of("STOP and START in one text", "the safe one of the two: “OK, I've stopped.”")
async def _(house: House) -> None:
    phone = await house.phone_at("joined")
    assert await phone.texts("STOP. no START") == 200


@GROUP.of(
    "STOP in a text that cries for help",
    "the crisis lines first: “Samaritans”; nothing is started after it",
    f"{KEPT}; an alert, `crisis A`",
)
async def _(house: House) -> None:
    phone = await house.phone_at("joined")
    assert await phone.texts("STOP. im going to kill myself") == 200


@GROUP.of("An opt-out of a kind that Twilio has not thought of yet", "read as words: “18 or over”")
async def _(house: House) -> None:
    assert await house.phone().texts("hello", OptOutType="PAUSE-MAYBE") == 200


@GROUP.of("“/stop@fingerpost_bot”, as Telegram spells a command", "texts end: “OK, I've stopped.”")
async def _(house: House) -> None:
    chat = await house.chat_at("joined")
    assert await chat.texts("/stop@fingerpost_bot") == 200


@GROUP.of("“/frobnicate”, a command that does not exist", "“Sorry, I didn't get that. Text MENU for what I can do”")
async def _(house: House) -> None:
    chat = await house.chat_at("joined")
    assert await chat.texts("/frobnicate") == 200


@GROUP.of(
    "“metnor”, misspelt",
    "taken as MENTOR: “I've asked a mentor to get in touch”",
    f"{KEPT}; an alert, `asked for a mentor`",
)
async def _(house: House) -> None:
    phone = await house.phone_at("joined")
    assert await phone.texts("metnor") == 200


@GROUP.of("START from somebody who never stopped", "“You've already joined.”")
async def _(house: House) -> None:
    phone = await house.phone_at("joined")
    assert await phone.texts("start", OptOutType="START") == 200
