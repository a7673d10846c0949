"""Bytes that are no text, or not the text that they say they are."""

from __future__ import annotations

import gzip

from tests.bad_input.house import House
from tests.bad_input.kinds import KEPT, REFUSED, Group
from tests.edges.front_door import form

GROUP = Group("Encodings")
CONSENT = "OK to start"


@GROUP.of("A form in a character set that does not exist", "read as UTF-8: “What shall I call you?”")
async def _(house: House) -> None:
    phone = await house.phone_at(CONSENT)
    fields = phone.form("yes")
    odd = {"Content-Type": "application/x-www-form-urlencoded; charset=klingon"}
    assert await house.calls(fields, headers=odd) == 200


@GROUP.of(
    "A text in Latin-1, whose é is no UTF-8", "what can be read is taken: “What's one thing you're working towards”"
)
async def _(house: House) -> None:
    phone = await house.phone_at("call you")
    assert await phone.texts_bytes("Ren%E9e") == 200


@GROUP.of("“yes” in the curly quotes of Windows-1252", "taken as a yes: “What shall I call you?”")
async def _(house: House) -> None:
    phone = await house.phone_at(CONSENT)
    assert await phone.texts_bytes("%93yes%94") == 200


@GROUP.of("A byte order mark before “yes”", "taken as a yes: “What shall I call you?”")
async def _(house: House) -> None:
    phone = await house.phone_at(CONSENT)
    assert await phone.texts("\ufeffyes") == 200


@GROUP.of(
    "A cry for help in which two bytes got lost", "the crisis lines: “Samaritans”", f"{KEPT}; an alert, `crisis B`"
)
async def _(house: House) -> None:
    phone = await house.phone_at("joined")
    assert await phone.texts_bytes("I+want+to+k%E9ill+my%C0%AFself") == 200


@GROUP.of("NULs between the letters of “yes”", "asked again: “is that a yes or a no?”")
async def _(house: House) -> None:
    phone = await house.phone_at(CONSENT)
    assert await phone.texts("y\x00e\x00s\x00") == 200


@GROUP.of(
    "Half an emoji (a lone surrogate), as a name by Telegram", "taken, with � in its place: “which number is best?”"
)
async def _(house: House) -> None:
    chat = await house.chat_at("working towards")
    assert await chat.texts("stay \ud83d well") == 200


@GROUP.of("Apostrophes that were garbled on the way (donâ€™t)", "asked again: “is that a yes or a no?”")
async def _(house: House) -> None:
    phone = await house.phone_at(CONSENT)
    assert await phone.texts("I donâ€™t know") == 200


@GROUP.of("A whole form in UTF-16", "nothing: it proves nothing", REFUSED)
async def _(house: House) -> None:
    fields = house.phone().form("yes")
    assert await house.calls(fields, raw=form(fields).decode().encode("utf-16"), signed=fields) == 403


@GROUP.of("A form packed with gzip, as its header says", "unpacked: “What shall I call you?”", KEPT)
async def _(house: House) -> None:
    phone = await house.phone_at(CONSENT)
    fields = phone.form("yes")
    packed = gzip.compress(form(fields))
    assert await house.calls(fields, raw=packed, signed=fields, headers={"Content-Encoding": "gzip"}) == 200
