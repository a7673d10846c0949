"""Words that are a program somewhere. Here they are words."""

from __future__ import annotations

from tests.bad_input.house import House
from tests.bad_input.kinds import Group

GROUP = Group("Injection")


async def is_called(house: House, name: str, *, back: str = "", by_telegram: bool = False) -> None:
    """Somebody gives their name so, joins, and hears it as they gave it."""
    somebody = await (house.chat_at("call you") if by_telegram else house.phone_at("call you"))
    for answer in (name, "skip", *(["skip"] if by_telegram else []), "n", "n"):
        assert await somebody.texts(answer) == 200
    assert f"all set, {back or name}." in house.heard[-1], house.heard


@GROUP.of(
    "SQL: '; DROP TABLE x;--",
    "a name, said back as it is: “all set, '; DROP TABLE x;--”",
    "its answers in the inbox",
)
async def _(house: House) -> None:
    await is_called(house, "'; DROP TABLE x;--")


@GROUP.of("A template: {{7*7}}", "a name, said back as it is: “all set, {{7*7}}”", "its answers in the inbox")
async def _(house: House) -> None:
    await is_called(house, "{{7*7}}")


@GROUP.of("A blank of ours: ((goal))", "a name, said back as it is: “all set, ((goal))”", "its answers in the inbox")
async def _(house: House) -> None:
    await is_called(house, "((goal))")


@GROUP.of("A format string: %s%n{0}", "a name, said back as it is: “all set, %s%n{0}”", "its answers in the inbox")
async def _(house: House) -> None:
    await is_called(house, "%s%n{0}")


@GROUP.of(
    "Signs that clear a terminal", "a name, said back without them: “all set, S�[2Jam”", "its answers in the inbox"
)
async def _(house: House) -> None:
    await is_called(house, "S\x1b[2Jam", back="S\ufffd[2Jam")


@GROUP.of(
    "Mark-up by Telegram: <b>Sam</b>", "a name, said back as it is: “all set, <b>Sam</b>”", "its answers in the inbox"
)
async def _(house: House) -> None:
    await is_called(house, "<b>Sam</b>", by_telegram=True)


@GROUP.of(
    "A line of a log, after a line end", "a name of one line: “all set, Sam request.failed”", "its answers in the inbox"
)
async def _(house: House) -> None:
    await is_called(house, "Sam\nrequest.failed", back="Sam request.failed")


@GROUP.of("SQL as the id of a message", "an answer: “I'm a robot”")
async def _(house: House) -> None:
    assert await house.phone().texts("hello", MessageSid="SM1' OR '1'='1") == 200


@GROUP.of("Header lines in the sender's number", "nothing: it cannot be texted back")
async def _(house: House) -> None:
    assert await house.phone().texts("hello", From="+447700900123\r\nX-Twilio-Signature: x") == 200


@GROUP.of("ON IT and a code, from somebody who is not staff", "“Sorry, I didn't get that. Text MENU for what I can do”")
async def _(house: House) -> None:
    phone = await house.phone_at("joined")
    assert await phone.texts("ON IT 29") == 200
