"""What each provider's refusal means for us: one table a provider, and one rule for the HTTP statuses beneath them.

Twilio: https://www.twilio.com/docs/api/errors. Telegram: the ``description`` of an answer with ``ok: false``.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.errors import Meaning

# An address in one of these cannot be reached until something about it changes; it is written beside the address.
ADDRESS_TROUBLE = frozenset({Meaning.BAD_ADDRESS, Meaning.BLOCKED, Meaning.OPTED_OUT})

TWILIO: Mapping[int, Meaning] = {
    20003: Meaning.CREDENTIALS,  # wrong account or token
    20404: Meaning.CREDENTIALS,  # no such account
    20005: Meaning.CREDENTIALS,  # account not active
    20429: Meaning.TRY_LATER,  # too many requests
    14107: Meaning.TRY_LATER,  # sender's rate exceeded
    21211: Meaning.BAD_ADDRESS,  # "To" is not a number
    21214: Meaning.BAD_ADDRESS,  # "To" cannot be reached
    21217: Meaning.BAD_ADDRESS,  # not a valid number
    21408: Meaning.NOT_ALLOWED,  # country not switched on
    21603: Meaning.NOT_ALLOWED,  # a sender is needed
    21604: Meaning.BAD_ADDRESS,  # "To" is needed
    21606: Meaning.NOT_ALLOWED,  # the sender cannot send SMS
    21608: Meaning.NOT_ALLOWED,  # trial account, number not verified
    21610: Meaning.OPTED_OUT,  # the person texted STOP
    21611: Meaning.TRY_LATER,  # the sender's queue is full
    21612: Meaning.NOT_ALLOWED,  # no route from this sender to that number
    21614: Meaning.BAD_ADDRESS,  # not a mobile number
    21617: Meaning.BAD_MESSAGE,  # longer than 1,600 characters
    21602: Meaning.BAD_MESSAGE,  # no words in it
    21619: Meaning.BAD_MESSAGE,  # no words and no picture
    21635: Meaning.BAD_ADDRESS,  # a landline
    21701: Meaning.NOT_ALLOWED,  # no such messaging service
    21703: Meaning.NOT_ALLOWED,  # the messaging service has no number
    30001: Meaning.TRY_LATER,  # queue overflow
    30002: Meaning.CREDENTIALS,  # account suspended
    30003: Meaning.UNREACHABLE,  # phone off or out of range
    30004: Meaning.BLOCKED,  # the person or the network blocks us
    30005: Meaning.BAD_ADDRESS,  # unknown number
    30006: Meaning.BAD_ADDRESS,  # landline, or a carrier we cannot reach
    30007: Meaning.BAD_MESSAGE,  # filtered by the carrier
    30008: Meaning.UNREACHABLE,  # unknown error
    30034: Meaning.NOT_ALLOWED,  # the number is not registered for this use
}

# (HTTP status, words that the description holds, meaning): the first that fits decides
TELEGRAM: tuple[tuple[int, str, Meaning], ...] = (
    (400, "chat not found", Meaning.BAD_ADDRESS),
    (400, "user not found", Meaning.BAD_ADDRESS),
    (400, "peer_id_invalid", Meaning.BAD_ADDRESS),
    (400, "upgraded to a supergroup", Meaning.BAD_ADDRESS),
    (400, "chat_id is empty", Meaning.BAD_ADDRESS),
    (400, "not enough rights", Meaning.NOT_ALLOWED),
    (400, "chat_write_forbidden", Meaning.NOT_ALLOWED),
    (400, "", Meaning.BAD_MESSAGE),  # too long, empty, a button too wide …
    (401, "", Meaning.CREDENTIALS),
    (403, "user is deactivated", Meaning.BAD_ADDRESS),
    (403, "", Meaning.BLOCKED),  # blocked by the user, kicked, or never started by them
    (404, "", Meaning.CREDENTIALS),  # Telegram's answer to a token that was never one
    (409, "", Meaning.TRY_LATER),  # another program polls with our token
    (429, "", Meaning.TRY_LATER),
)


def of_twilio(code: int | None, status: int) -> Meaning:
    """The meaning of Twilio's error ``code``; of the HTTP ``status`` where there is no code or we do not know it."""
    if code is not None and code in TWILIO:
        return TWILIO[code]
    return of_status(status)


def of_telegram(status: int, description: str) -> Meaning:
    """The meaning of Telegram's ``error_code`` and ``description``."""
    words = description.lower()
    for of, part, meaning in TELEGRAM:
        if of == status and part in words:
            return meaning
    return of_status(status)


def of_receipt(code: int | None) -> Meaning:
    """Why a message that the provider had taken was not delivered. No code: the carrier gave no reason."""
    return TWILIO.get(code, Meaning.UNREACHABLE) if code is not None else Meaning.UNREACHABLE


def of_status(status: int) -> Meaning:
    """The meaning of a bare HTTP status that refuses."""
    if status in (401, 402, 404):
        return Meaning.CREDENTIALS
    if status == 403:
        return Meaning.NOT_ALLOWED
    if status in (408, 409, 425, 429) or status >= 500 or 300 <= status < 400:
        return Meaning.TRY_LATER
    return Meaning.BAD_MESSAGE


def is_gateway_silence(status: int) -> bool:
    """502 or 504 from something in between: what stood behind it may have taken the message all the same."""
    return status in (502, 504)
