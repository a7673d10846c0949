"""Whatever is limited, a cry for help comes through: sizes, queues, prices, wrong codes, a full house."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.content import Checked
from bot.inlet import LARGEST_BATCH, Arrival, Inlet
from bot.web.application import build_app
from bot.web.webhooks import LARGEST, LONGEST_TEXT
from flows.model import Channel, Inbound
from flows.talking.safety import Finding
from storage import tables
from storage.database import Database
from storage.fields import Keyring
from storage.statements import Db
from tests.edges.front_door import TELEGRAM_SECRET, RememberingService
from tests.inprocess.town import Town, unhurried
from tests.shipped import CONTENT, shipped
from tests.storage.scene import NOW

CRISIS = "gonna kms fr this time"
PROOF = {"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET}


def an_update(words: str, quoted: str = "") -> bytes:
    """As Telegram writes it, in ASCII: whatever is no plain letter takes six bytes or twelve."""
    chat = {"id": 77, "type": "private"}
    message = {"message_id": 5, "date": 1_790_000_000, "chat": chat, "text": words}
    if quoted:
        kinds = [{"type": "bold", "offset": at, "length": 1} for at in range(100)]
        message["reply_to_message"] = {"message_id": 4, "chat": chat, "text": quoted, "entities": kinds}
    return json.dumps({"update_id": 900, "message": message}).encode()


@pytest.mark.parametrize(
    ("words", "quoted"),
    [
        (CRISIS, ""),
        ("💔" * (LONGEST_TEXT - len(CRISIS)) + CRISIS, ""),
        (CRISIS, "💔" * LONGEST_TEXT),
        ("💔" * (LONGEST_TEXT - len(CRISIS)) + CRISIS, "💔" * LONGEST_TEXT),
    ],
)
async def test_whatever_telegram_lets_somebody_write_comes_in_with_all_that_it_answers(words: str, quoted: str) -> None:
    service = RememberingService()
    async with TestClient(TestServer(build_app(service))) as client:
        answer = await client.post("/webhooks/telegram", data=an_update(words, quoted), headers=PROOF)
    assert answer.status == 200
    assert [inbound.text for inbound in service.taken] == [words]


@pytest.mark.parametrize("words", ["x" * LARGEST, ""])
async def test_what_nobody_can_have_written_there_is_turned_away(words: str) -> None:
    service = RememberingService()
    async with TestClient(TestServer(build_app(service))) as client:
        padded = an_update(words, "x" * LARGEST)
        answer = await client.post("/webhooks/telegram", data=padded, headers=PROOF)
        other = await client.post("/webhooks/telegram", data=padded, headers={})
    assert (answer.status, other.status) == (413, 403)
    assert service.taken == []


async def test_behind_five_hundred_texts_a_cry_for_help_is_in_the_next_batch(sqlite_url: str, keyring: Keyring) -> None:
    batches: list[list[str]] = []

    def turns(db: Db, arrivals: Sequence[Arrival], now: datetime) -> None:
        batches.append([arrival.inbound.text for arrival in arrivals])

    def screened(inbound: Inbound) -> Finding | None:
        return Finding("A", "", "", "") if inbound.text == CRISIS else None

    with Database.open(sqlite_url, keyring) as database:
        inlet = Inlet(database, turns, screened, lambda: NOW, lambda: None)
        texts = [Inbound(Channel.SMS, f"SM{number}", "+447700900101", text="hello") for number in range(500)]
        waiting = [asyncio.create_task(inlet.take(each)) for each in texts]
        await asyncio.sleep(0)  # all of them have come in
        await inlet.take(Inbound(Channel.SMS, "SMx", "+447700900102", text=CRISIS))
        await asyncio.gather(*waiting)
    (at,) = [number for number, batch in enumerate(batches) if CRISIS in batch]
    assert at <= 1  # the first may have been under way
    assert batches[at][0] == CRISIS
    assert max(map(len, batches)) <= LARGEST_BATCH


@pytest.fixture(scope="session")
def checked() -> Checked:
    return shipped()


@pytest.fixture
async def town(sqlite_url: str, keyring: Keyring, checked: Checked) -> AsyncIterator[Town]:
    with unhurried():
        async with Town(sqlite_url, keyring, checked, CONTENT) as found:
            await found.opens()
            yield found
            found.twilio.must_be_clean()


async def test_no_limit_of_ours_holds_it_back(town: Town) -> None:
    stranger = town.new_phone()
    await stranger.says(CRISIS)  # has never joined
    await stranger.hears("999")
    await town.coordinator.hears("URGENT")
    abroad = town.twilio.phone("+33123456789")
    await abroad.says(CRISIS)  # a number that is not texted, because it costs
    await abroad.hears("999")
    gone = town.new_phone()
    await gone.says("hello")
    await gone.hears("18 or over")
    await gone.says("WRONG NUMBER")
    await gone.hears()
    await gone.says(CRISIS)  # a phone that was taken out
    await gone.hears("999")
    for number in range(10, 16):
        await town.coordinator.says(f"ON IT {number}")  # codes rest for an hour
    await town.rests()
    await town.coordinator.says(CRISIS)
    await town.coordinator.hears("999")
    policies = [row[0] for row in town.rows(select(tables.alerts.c.policy).where(~tables.alerts.c.is_test))]
    assert policies.count("crisis A") == 4
