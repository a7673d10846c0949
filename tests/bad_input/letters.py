"""Letters that a phone can send and that a keyword list does not hold."""

from __future__ import annotations

from tests.bad_input.house import House
from tests.bad_input.injection import is_called
from tests.bad_input.kinds import KEPT, Group

GROUP = Group("Unicode")
CONSENT = "OK to start"
RATING = "check in"


@GROUP.of("A thumb with a skin tone, for yes", "a consent is asked about once more: “Did you mean yes? Y or N”")
async def _(house: House) -> None:
    phone = await house.phone_at(CONSENT)
    assert await phone.texts("👍🏽") == 200


@GROUP.of("A digit in full width, for a rating (４)", "taken as a 4, no low answer: “Reply 0 (not at all) to 10”")
async def _(house: House) -> None:
    phone = await house.phone_at(RATING)
    assert await phone.texts("４") == 200


@GROUP.of("A digit in Arabic script (٤)", "taken as a 4, no low answer: “Reply 0 (not at all) to 10”")
async def _(house: House) -> None:
    phone = await house.phone_at(RATING)
    assert await phone.texts("٤") == 200


@GROUP.of("A digit on a key cap (4️⃣)", "taken as a 4, no low answer: “Reply 0 (not at all) to 10”")
async def _(house: House) -> None:
    phone = await house.phone_at(RATING)
    assert await phone.texts("4️⃣") == 200


@GROUP.of("Nothing that can be seen (a zero width space)", "asked again: “is that a yes or a no?”")
async def _(house: House) -> None:
    phone = await house.phone_at(CONSENT)
    assert await phone.texts("\u200b\u200b") == 200


@GROUP.of("STOP in mathematical bold letters", "texts end: “OK, I've stopped.”")
async def _(house: House) -> None:
    phone = await house.phone_at("joined")
    assert await phone.texts("𝐒𝐓𝐎𝐏") == 200


@GROUP.of(
    "“I want to kill myself” with Cyrillic look-alikes",
    "the crisis lines: “Samaritans”",
    f"{KEPT}; an alert, `crisis B`",
)
async def _(house: House) -> None:
    phone = await house.phone_at("joined")
    assert await phone.texts("I want tо kіll mуself") == 200


@GROUP.of("A name with forty marks on each letter", "asked for a shorter one: “20 letters or fewer”")
async def _(house: House) -> None:
    phone = await house.phone_at("call you")
    assert await phone.texts("S" + "\u0301" * 40 + "a" + "\u0323" * 40 + "m") == 200


@GROUP.of(
    "A name that turns the direction of all that follows",
    "a name, said back without the turn: “all set, maS.”",
    "its answers in the inbox",
)
async def _(house: House) -> None:
    await is_called(house, "\u202emaS", back="maS")


@GROUP.of("Letters that mean nothing to anybody (private use, U+FFFF)", "asked again: “is that a yes or a no?”")
async def _(house: House) -> None:
    phone = await house.phone_at(CONSENT)
    assert await phone.texts("\ue000\uffff\U0010ffff") == 200
