"""One table a provider: what a refusal means for us."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import receipts
from bot.channels import provider_codes
from bot.channels.codes_page import page
from bot.channels.provider_codes import of_receipt, of_telegram, of_twilio
from bot.receipts import read_receipt
from flows.errors import Meaning, SendFailed
from flows.model import Channel
from storage.database import Database
from storage.fields import Keyring
from tests.edges.scripted import World

M = Meaning
SAM = "+447700900123"


@pytest.fixture
def sqlite(sqlite_url: str, keyring: Keyring) -> Iterator[Database]:
    """What is shown here hangs on no database in particular."""
    with Database.open(sqlite_url, keyring, hold=True) as opened:
        yield opened


@pytest.mark.parametrize(
    ("code", "status", "meaning"),
    [
        (20003, 401, M.CREDENTIALS),
        (20429, 429, M.TRY_LATER),
        (21211, 400, M.BAD_ADDRESS),
        (21408, 400, M.NOT_ALLOWED),
        (21610, 400, M.OPTED_OUT),
        (21611, 429, M.TRY_LATER),
        (21612, 400, M.NOT_ALLOWED),
        (21614, 400, M.BAD_ADDRESS),
        (21617, 400, M.BAD_MESSAGE),
        (21635, 400, M.BAD_ADDRESS),
        (99999, 400, M.BAD_MESSAGE),
        (99999, 500, M.TRY_LATER),
        (None, 400, M.BAD_MESSAGE),
        (None, 401, M.CREDENTIALS),
        (None, 403, M.NOT_ALLOWED),
        (None, 404, M.CREDENTIALS),
        (None, 302, M.TRY_LATER),
        (None, 408, M.TRY_LATER),
        (None, 429, M.TRY_LATER),
        (None, 500, M.TRY_LATER),
        (None, 503, M.TRY_LATER),
    ],
)
def test_twilios_codes(code: int | None, status: int, meaning: Meaning) -> None:
    assert of_twilio(code, status) is meaning


@pytest.mark.parametrize(
    ("status", "description", "meaning"),
    [
        (400, "Bad Request: chat not found", M.BAD_ADDRESS),
        (400, "Bad Request: PEER_ID_INVALID", M.BAD_ADDRESS),
        (400, "Bad Request: group chat was upgraded to a supergroup chat", M.BAD_ADDRESS),
        (400, "Bad Request: message is too long", M.BAD_MESSAGE),
        (400, "Bad Request: message text is empty", M.BAD_MESSAGE),
        (400, "Bad Request: BUTTON_DATA_INVALID", M.BAD_MESSAGE),
        (400, "Bad Request: not enough rights to send text messages to the chat", M.NOT_ALLOWED),
        (400, "", M.BAD_MESSAGE),
        (401, "Unauthorized", M.CREDENTIALS),
        (403, "Forbidden: bot was blocked by the user", M.BLOCKED),
        (403, "Forbidden: bot was kicked from the group chat", M.BLOCKED),
        (403, "Forbidden: bot can't initiate conversation with a user", M.BLOCKED),
        (403, "Forbidden: user is deactivated", M.BAD_ADDRESS),
        (404, "Not Found", M.CREDENTIALS),
        (409, "Conflict: terminated by other getUpdates request", M.TRY_LATER),
        (429, "Too Many Requests: retry after 5", M.TRY_LATER),
        (500, "Internal Server Error", M.TRY_LATER),
        (418, "I'm a teapot", M.BAD_MESSAGE),
    ],
)
def test_telegrams_descriptions(status: int, description: str, meaning: Meaning) -> None:
    assert of_telegram(status, description) is meaning


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (30001, M.TRY_LATER),
        (30002, M.CREDENTIALS),
        (30003, M.UNREACHABLE),
        (30004, M.BLOCKED),
        (30005, M.BAD_ADDRESS),
        (30006, M.BAD_ADDRESS),
        (30007, M.BAD_MESSAGE),
        (30008, M.UNREACHABLE),
        (30034, M.NOT_ALLOWED),
        (21610, M.OPTED_OUT),
        (12345, M.UNREACHABLE),
        (None, M.UNREACHABLE),
    ],
)
def test_why_a_carrier_did_not_deliver(code: int | None, meaning: Meaning) -> None:
    assert of_receipt(code) is meaning


def test_every_code_that_can_concern_us_has_a_line_of_its_own() -> None:
    asked = {20003, 20429, 21211, 21408, 21610, 21611, 21612, 21614, 21617, 21635, *range(30001, 30009), 30034}
    assert asked <= set(provider_codes.TWILIO)
    assert any(63000 <= code < 64000 for code in provider_codes.TWILIO)
    statuses = {told.status for told in provider_codes.TELEGRAM}
    assert {400, 401, 403, 409, 429} <= statuses


def test_the_page_says_what_the_table_says() -> None:
    written = (Path(__file__).parents[2] / "docs/provider-codes.md").read_text("utf-8")
    assert written == page(), "python -m bot.channels.codes_page > docs/provider-codes.md"


def test_every_meaning_has_something_that_we_do() -> None:
    assert set(provider_codes.DOES) == set(Meaning)


@pytest.mark.parametrize("meaning", list(Meaning))
async def test_what_we_do_about_a_refusal_is_what_the_table_says(sqlite: Database, meaning: Meaning) -> None:
    world, does = World(sqlite), provider_codes.DOES[meaning]
    world.sms.script[SAM] = [SendFailed(meaning, "400")]
    refused = world.queue("Hello", SAM)
    await world.turn()
    assert world.status(refused) == ("queued" if does.again else "failed")
    assert world.trouble(SAM) == (meaning if does.of_address else None)
    assert world.delivery.is_held(Channel.SMS, world.now) == does.of_channel
    assert bool(world.told) != does.again
    other = world.queue("Hello", "+447700900124")
    world.after(2)
    await world.turn()
    assert world.status(other) == ("queued" if does.of_channel else "sent")
    await world.pass_seconds(90, step=10)
    assert world.status(refused) == ("sent" if does.again else "failed")


@pytest.mark.parametrize("code", [30001, 30002, 30003, 30004, 30005, 30006, 30007, 30008, 30034, 63016])
async def test_what_a_receipt_reports_is_never_sent_a_second_time(sqlite: Database, code: int) -> None:
    world = World(sqlite)
    sent = world.queue("Hello", SAM)
    await world.turn()
    report = read_receipt(str(sent), {"MessageStatus": "undelivered", "ErrorCode": str(code)})
    assert report is not None
    for _ in range(2):
        sqlite.run_now(lambda db: receipts.take(db, [report], world._told, world.now))
    await world.pass_seconds(90, step=10)
    meaning = of_receipt(code)
    assert len(world.sms.sent) == 1
    assert world.trouble(SAM) == (meaning if provider_codes.DOES[meaning].of_address else None)
    assert [each.meaning for each in world.told] == [meaning]


def test_only_what_stands_between_address_and_person_is_written_beside_the_address() -> None:
    assert {M.BAD_ADDRESS, M.BLOCKED, M.OPTED_OUT} == provider_codes.ADDRESS_TROUBLE
