"""Too much, too little, and exactly as much as there may be."""

from __future__ import annotations

import gzip

from tests.bad_input.house import House
from tests.bad_input.kinds import REFUSED, UNCHANGED, Group
from tests.edges.front_door import form

GROUP = Group("Sizes")
LARGEST = 64 * 1024
TOO_LARGE = f"`413`, `request.too_large` in the log; {UNCHANGED}"


@GROUP.of("A form one byte over 64 KB", "nothing: no phone can send that", TOO_LARGE)
async def _(house: House) -> None:
    fields = house.phone().form("")
    fields["Body"] = "x" * (LARGEST + 1 - len(form(fields)))
    assert await house.calls(fields) == 413


@GROUP.of("A form of exactly 64 KB", "an answer: “I'm a robot”")
async def _(house: House) -> None:
    fields = house.phone().form("")
    fields["Body"] = "x" * (LARGEST - len(form(fields)))
    assert await house.calls(fields) == 200


@GROUP.of("Ten megabytes packed into ten kilobytes", "nothing: no phone can send that", TOO_LARGE)
async def _(house: House) -> None:
    fields = house.phone().form("hello")
    packed = gzip.compress(form(fields | {"Body": "x" * 10_000_000}))
    assert len(packed) < 12_000
    assert await house.calls(fields, raw=packed, signed=fields, headers={"Content-Encoding": "gzip"}) == 413


@GROUP.of("1,600 letters, the longest text that there is", "an answer: “18 or over”")
async def _(house: House) -> None:
    assert await house.phone().texts("a" * 1600) == 200


@GROUP.of(
    "A cry for help at the end of 1,600 letters",
    "the crisis lines: “Samaritans”",
    "a row in the inbox; an alert, `crisis A`",
)
async def _(house: House) -> None:
    words = "im going to kill myself tonight"
    assert await house.phone().texts("it is all too much " * 82 + words) == 200


@GROUP.of("228 families of four as emoji", "an answer: “18 or over”")
async def _(house: House) -> None:
    assert await house.phone().texts("👩‍👩‍👧‍👦" * 228) == 200


@GROUP.of("4,096 letters by Telegram, as a goal of at most 60", "asked for a shorter one: “60 letters or fewer”")
async def _(house: House) -> None:
    chat = await house.chat_at("working towards")
    assert await chat.texts("one day at a time " * 228) == 200


@GROUP.of("A text of no letters at all", "asked again: “is that a yes or a no?”")
async def _(house: House) -> None:
    phone = await house.phone_at("OK to start")
    assert await phone.texts("") == 200


@GROUP.of("A rating of 1,600 digits", "asked again: “Please send a number, 1 (rough) to 5 (good)”")
async def _(house: House) -> None:
    phone = await house.phone_at("check in")
    assert await phone.texts("4" * 1600) == 200


@GROUP.of("A form of 600 fields", "nothing: Twilio sends about twenty", REFUSED)
async def _(house: House) -> None:
    fields = house.phone().form("hello") | {f"Field{number}": "x" for number in range(600)}
    assert await house.calls(fields) == 403
