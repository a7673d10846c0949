"""Updates that are no JSON, or of another shape than Telegram's. They carry its secret: nothing is thrown away."""

from __future__ import annotations

from tests.bad_input.house import House
from tests.bad_input.kinds import KEPT, Group

GROUP = Group("JSON")
NO_SENDER = "nothing: it names nobody"
UNREAD = f"{KEPT}, `update.unreadable` in the log"


@GROUP.of("An empty body", NO_SENDER, UNREAD)
async def _(house: House) -> None:
    assert await house.posts(b"") == 200


@GROUP.of("JSON that breaks off", NO_SENDER, UNREAD)
async def _(house: House) -> None:
    assert await house.posts(b'{"update_id": 12, "message": {"text": "hel') == 200


@GROUP.of("A list where an update should be", NO_SENDER, UNREAD)
async def _(house: House) -> None:
    assert await house.posts(b'[{"update_id": 13}]') == 200


@GROUP.of("30,000 brackets, one in the other", NO_SENDER, UNREAD)
async def _(house: House) -> None:
    assert await house.posts(b"[" * 30_000 + b"]" * 30_000) == 200


@GROUP.of("A number of 5,000 digits as the update's id", NO_SENDER, UNREAD)
async def _(house: House) -> None:
    assert await house.posts(b'{"update_id": ' + b"9" * 5000 + b"}") == 200


@GROUP.of("Infinity and NaN as the ids of message and chat", NO_SENDER)
async def _(house: House) -> None:
    odd = b'{"update_id": 14, "message": {"message_id": Infinity, "chat": {"id": NaN, "type": "private"}, "text": "x"}}'
    assert await house.posts(odd) == 200


@GROUP.of("A chat whose id is a word", "an answer to whoever is named beside it: “I'm a robot”")
async def _(house: House) -> None:
    chat = house.chat()
    assert await chat.texts("hello", chat={"id": "seven", "type": "private"}) == 200


@GROUP.of("Words that are a number", "“Sorry, I can only read words.”")
async def _(house: House) -> None:
    chat = await house.chat_at("joined")
    assert await chat.texts(42) == 200


@GROUP.of("The same field twice", "the later one counts: “which number is best?”")
async def _(house: House) -> None:
    chat = await house.chat_at("working towards")
    raw = (
        b'{"update_id": 499000001, "message": {"text": "STOP", "text": "my own flat", "message_id": 2, "chat": '
        b'{"id": %d, "type": "private"}}}' % chat.id
    )
    assert await house.posts(raw) == 200


@GROUP.of("An update of a kind that does not exist yet", "“Sorry, I can only read words.”")
async def _(house: House) -> None:
    chat = await house.chat_at("joined")
    assert await house.posts(chat.update("hologram", text="hello")) == 200
