"""What each provider's refusal means for us: one table a provider, and one rule for the HTTP statuses beneath them.

Twilio: https://www.twilio.com/docs/api/errors. Telegram: the ``description`` of an answer with ``ok: false``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flows.errors import Meaning


class Known(NamedTuple):
    """What a code means for us, and what its provider says that it is."""

    meaning: Meaning
    is_said: str


class Does(NamedTuple):
    """What we do about a meaning, in words for the operator.

    ``again``: the same message is tried later, where the provider refused it. ``of_address``: it is written beside the
    address, and nothing that we start goes there until they write. ``of_channel``: nothing goes on that channel for a
    while, for it would fare the same.
    """

    again: bool
    of_address: bool
    of_channel: bool
    words: str


DOES: Mapping[Meaning, Does] = {
    Meaning.TRY_LATER: Does(
        True,
        False,
        False,
        "Tried again when the provider says, or after seconds, then minutes, until it is of no use any more.",
    ),
    Meaning.CREDENTIALS: Does(
        True, False, True, "The channel rests for a minute at a time, and coordinators are told by another one."
    ),
    Meaning.NOT_ALLOWED: Does(False, False, False, "It does not go. Mend the account: sender, country or permission."),
    Meaning.BAD_MESSAGE: Does(False, False, False, "It does not go, and never will as it is."),
    Meaning.BAD_ADDRESS: Does(
        False, True, False, "It does not go. Whoever writes from there may be somebody else, and is asked."
    ),
    Meaning.BLOCKED: Does(False, True, False, "It does not go. Nothing is started for them until they write."),
    Meaning.OPTED_OUT: Does(
        False, True, False, "It does not go. A coordinator hears of whoever writes and cannot be answered."
    ),
    Meaning.UNREACHABLE: Does(False, False, False, "It was not delivered; the next message is tried as usual."),
    Meaning.NOT_SET_UP: Does(False, False, False, "It does not go: the settings of its channel were taken away."),
}
"""Meaning → what we do; ``docs/provider-codes.md`` says it in words, and a test holds us to it."""

# An address in one of these cannot be reached until something about it changes; it is written beside the address.
ADDRESS_TROUBLE = frozenset(meaning for meaning, does in DOES.items() if does.of_address)

TWILIO: Mapping[int, Known] = {
    20003: Known(Meaning.CREDENTIALS, "wrong account or token"),
    20005: Known(Meaning.CREDENTIALS, "account not active"),
    20404: Known(Meaning.CREDENTIALS, "no such account"),
    20429: Known(Meaning.TRY_LATER, "too many requests"),
    14107: Known(Meaning.TRY_LATER, "sender's rate exceeded"),
    21211: Known(Meaning.BAD_ADDRESS, "not a number"),
    21214: Known(Meaning.BAD_ADDRESS, "a number that cannot be reached"),
    21217: Known(Meaning.BAD_ADDRESS, "not a valid number"),
    21266: Known(Meaning.BAD_ADDRESS, "our own number"),
    21408: Known(Meaning.NOT_ALLOWED, "country not switched on"),
    21602: Known(Meaning.BAD_MESSAGE, "no words in it"),
    21603: Known(Meaning.NOT_ALLOWED, "a sender is needed"),
    21604: Known(Meaning.BAD_ADDRESS, "a number to send to is needed"),
    21606: Known(Meaning.NOT_ALLOWED, "the sender cannot send SMS"),
    21608: Known(Meaning.NOT_ALLOWED, "trial account, number not verified"),
    21609: Known(Meaning.NOT_ALLOWED, "PUBLIC_URL makes no address that receipts can come to"),
    21610: Known(Meaning.OPTED_OUT, "the person texted STOP"),
    21611: Known(Meaning.TRY_LATER, "the sender's queue is full"),
    21612: Known(Meaning.NOT_ALLOWED, "no route from this sender to that number"),
    21614: Known(Meaning.BAD_ADDRESS, "not a mobile number"),
    21617: Known(Meaning.BAD_MESSAGE, "longer than 1,600 characters"),
    21619: Known(Meaning.BAD_MESSAGE, "no words and no picture"),
    21635: Known(Meaning.BAD_ADDRESS, "a landline"),
    21659: Known(Meaning.NOT_ALLOWED, "the sender is no number of Twilio"),
    21660: Known(Meaning.NOT_ALLOWED, "the sender belongs to another account"),
    21701: Known(Meaning.NOT_ALLOWED, "no such messaging service"),
    21703: Known(Meaning.NOT_ALLOWED, "the messaging service has no number"),
    21704: Known(Meaning.NOT_ALLOWED, "the messaging service has no number"),
    30001: Known(Meaning.TRY_LATER, "queue overflow"),
    30002: Known(Meaning.CREDENTIALS, "account suspended"),
    30003: Known(Meaning.UNREACHABLE, "phone off or out of range"),
    30004: Known(Meaning.BLOCKED, "the person or the network blocks us"),
    30005: Known(Meaning.BAD_ADDRESS, "unknown number"),
    30006: Known(Meaning.BAD_ADDRESS, "landline, or a carrier that cannot be reached"),
    30007: Known(Meaning.BAD_MESSAGE, "filtered by the carrier"),
    30008: Known(Meaning.UNREACHABLE, "unknown error at the carrier"),
    30034: Known(Meaning.NOT_ALLOWED, "the number is not registered for this use"),
    30036: Known(Meaning.UNREACHABLE, "not delivered while it was valid"),
    63003: Known(Meaning.BAD_ADDRESS, "WhatsApp: no such person there"),
    63005: Known(Meaning.BAD_MESSAGE, "WhatsApp: these contents are not taken"),
    63007: Known(Meaning.NOT_ALLOWED, "WhatsApp: the sender is not set up"),
    63012: Known(Meaning.TRY_LATER, "WhatsApp: an error at its end"),
    63013: Known(Meaning.BAD_MESSAGE, "WhatsApp: against its rules"),
    63016: Known(Meaning.BAD_MESSAGE, "WhatsApp: a day after their last message only templates pass"),
    63018: Known(Meaning.TRY_LATER, "WhatsApp: too many messages"),
    63024: Known(Meaning.BAD_ADDRESS, "WhatsApp: not somebody who can be written to"),
}


class Told(NamedTuple):
    """An answer of Telegram's: its status, and words of its description (in small letters; "" for any)."""

    status: int
    words: str
    meaning: Meaning
    is_said: str


TELEGRAM: tuple[Told, ...] = (
    Told(400, "chat not found", Meaning.BAD_ADDRESS, "they never wrote to the bot, or are gone"),
    Told(400, "user not found", Meaning.BAD_ADDRESS, "no such person"),
    Told(400, "peer_id_invalid", Meaning.BAD_ADDRESS, "no such chat"),
    Told(400, "upgraded to a supergroup", Meaning.BAD_ADDRESS, "a group, under another number now"),
    Told(400, "chat_id is empty", Meaning.BAD_ADDRESS, "no chat was named"),
    Told(400, "not enough rights", Meaning.NOT_ALLOWED, "the bot may not write there"),
    Told(400, "chat_write_forbidden", Meaning.NOT_ALLOWED, "the bot may not write there"),
    Told(400, "", Meaning.BAD_MESSAGE, "too long, empty, a button too wide …"),
    Told(401, "", Meaning.CREDENTIALS, "the token was taken back"),
    Told(403, "user is deactivated", Meaning.BAD_ADDRESS, "the account is gone"),
    Told(403, "", Meaning.BLOCKED, "blocked by the person, put out of a group, or never begun by them"),
    Told(404, "", Meaning.CREDENTIALS, "this was never a token"),
    Told(409, "", Meaning.TRY_LATER, "another program fetches with our token"),
    Told(429, "", Meaning.TRY_LATER, "too many messages"),
)
"""The first that fits decides."""


def of_twilio(code: int | None, status: int) -> Meaning:
    """The meaning of Twilio's error ``code``; of the HTTP ``status`` where there is no code or we do not know it."""
    if code is not None and code in TWILIO:
        return TWILIO[code].meaning
    return of_status(status)


def of_telegram(status: int, description: str) -> Meaning:
    """The meaning of Telegram's ``error_code`` and ``description``."""
    words = description.lower()
    for told in TELEGRAM:
        if told.status == status and told.words in words:
            return told.meaning
    return of_status(status)


def of_receipt(code: int | None) -> Meaning:
    """Why a message that the provider had taken was not delivered. No code: the carrier gave no reason."""
    return TWILIO[code].meaning if code is not None and code in TWILIO else Meaning.UNREACHABLE


STATUSES: tuple[tuple[tuple[int, int], Known], ...] = (
    ((401, 402), Known(Meaning.CREDENTIALS, "not let in, or not paid for")),
    ((404, 404), Known(Meaning.CREDENTIALS, "no such account")),
    ((403, 403), Known(Meaning.NOT_ALLOWED, "forbidden")),
    ((408, 409), Known(Meaning.TRY_LATER, "took too long, or met another request")),
    ((425, 425), Known(Meaning.TRY_LATER, "too early")),
    ((429, 429), Known(Meaning.TRY_LATER, "too many requests")),
    ((500, 599), Known(Meaning.TRY_LATER, "the provider ails")),
    ((300, 399), Known(Meaning.TRY_LATER, "sent elsewhere, where our password does not go")),
    ((400, 499), Known(Meaning.BAD_MESSAGE, "refused without a reason that we know")),
)
"""From and to, for what has no code that we know; the first that fits decides."""


def of_status(status: int) -> Meaning:
    """The meaning of a bare HTTP status that refuses."""
    return next((known.meaning for (low, high), known in STATUSES if low <= status <= high), Meaning.BAD_MESSAGE)


def is_gateway_silence(status: int) -> bool:
    """502 or 504 from something in between: what stood behind it may have taken the message all the same."""
    return status in (502, 504)
