"""One table a provider: what a refusal means for us."""

from __future__ import annotations

import pytest

from bot.channels import provider_codes
from bot.channels.provider_codes import of_receipt, of_telegram, of_twilio
from flows.errors import Meaning

M = Meaning


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


def test_only_what_stands_between_address_and_person_is_written_beside_the_address() -> None:
    assert {M.BAD_ADDRESS, M.BLOCKED, M.OPTED_OUT} == provider_codes.ADDRESS_TROUBLE
