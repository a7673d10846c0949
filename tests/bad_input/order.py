"""Webhooks again, late, at once, or the wrong way round."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import select

from storage import tables
from tests.bad_input.house import STATUS, House
from tests.bad_input.kinds import KEPT, UNCHANGED, Group

GROUP = Group("Webhook order")


@GROUP.of("The same text twenty times at once", "one answer: “I'm a robot”")
async def _(house: House) -> None:
    fields = house.phone().form("hello")
    assert set(await asyncio.gather(*(house.calls(fields) for _ in range(20)))) == {200}
    assert len(house.heard) == 3


@GROUP.of("The same text again an hour later", "one answer: “What shall I call you?”")
async def _(house: House) -> None:
    phone = await house.phone_at("OK to start")
    fields = phone.form("yes")
    assert await house.calls(fields) == 200
    heard = list(house.heard)
    house.passes(timedelta(hours=1))
    assert await house.calls(fields) == 200
    assert house.heard == heard


@GROUP.of("Other words under the id of an earlier text", "the first words stand: “What shall I call you?”")
async def _(house: House) -> None:
    phone = await house.phone_at("OK to start")
    fields = phone.form("yes")
    assert await house.calls(fields) == 200
    assert await house.calls(fields | {"Body": "STOP"}) == 200


@GROUP.of(
    "Two answers to one question at once",
    "the second is taken for the next question: “working towards”",
    "two rows in the inbox",
)
async def _(house: House) -> None:
    phone = await house.phone_at("OK to start")
    answers = await asyncio.gather(phone.texts("yes"), phone.texts("Sam"))
    assert set(answers) == {200}
    assert house.count("inbox") - house.before["inbox"] == 2


@GROUP.of(
    "Receipts the wrong way round",
    "what they were sent, once: “18 or over”",
    f"{KEPT}; the message stays delivered",
)
async def _(house: House) -> None:
    assert await house.phone().texts("hello") == 200
    row = tables.outbox.c
    newest = select(row.id, row.provider_id, row.receipt).order_by(row.id.desc()).limit(1)
    for status in ("delivered", "sent", "queued"):
        (last,) = house.database.run_now(lambda db: list(db.connection.execute(newest)))
        fields = {"MessageSid": last.provider_id, "MessageStatus": status}
        assert await house.calls(fields, path=f"{STATUS}?m={last.id}") == 200
    (last,) = house.database.run_now(lambda db: list(db.connection.execute(newest)))
    assert last.receipt == "delivered"


@GROUP.of("A receipt for a message that nobody sent", "nothing: nobody spoke", UNCHANGED)
async def _(house: House) -> None:
    fields = {"MessageSid": "SM" + "8" * 32, "MessageStatus": "undelivered", "ErrorCode": "30003"}
    assert await house.calls(fields, path=f"{STATUS}?m=404") == 200


@GROUP.of(
    "A receipt with a status that does not exist",
    "nothing: nobody spoke",
    f"`receipt.unreadable` in the log; {UNCHANGED}",
)
async def _(house: House) -> None:
    fields = {"MessageSid": "SM" + "7" * 32, "MessageStatus": "on the moon"}
    assert await house.calls(fields, path=f"{STATUS}?m=1") == 200


@GROUP.of("A button of a question that is over", "“That button is from an earlier question.”")
async def _(house: House) -> None:
    chat = await house.chat_at("call you")
    assert await chat.taps("1:yes") == 200


@GROUP.of("A message that was changed after it was sent", "“Sorry, I can't see changes to a message.”")
async def _(house: House) -> None:
    chat = await house.chat_at("OK to start")
    assert await house.posts(chat.update("edited_message", text="yes", edit_date=1)) == 200


@GROUP.of(
    "Update ids that start again lower, as after a quiet week",
    "both are answered: “What shall I call you?”",
    "two rows in the inbox",
)
async def _(house: House) -> None:
    chat = await house.chat_at("OK to start")
    assert await house.posts(chat.update(text="hmm") | {"update_id": 498_000_002}) == 200
    assert await house.posts(chat.update(text="yes") | {"update_id": 498_000_001}) == 200
    assert house.count("inbox") - house.before["inbox"] == 2
