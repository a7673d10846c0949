"""What must hold of whatever a webhook is read as, so that it can be stored, and a repeat of it known."""

from __future__ import annotations

import json

from bot.channels import telegram_updates, twilio
from bot.receipts import LARGEST_ID, read_receipt
from bot.web import proofs
from flows.model import Inbound
from storage.receipts import RANK

UNSHOWN = frozenset(map(chr, (*range(9), *range(14, 32), 127, 155)))  # NUL, escapes, the bell, an old escape


def must_be_sound(inbound: Inbound) -> None:
    """Every field fits its column, on both databases and on a screen."""
    assert 0 < len(inbound.provider_id) <= 80
    assert len(inbound.address) <= 80
    assert len(inbound.text) <= 20_000
    for text in (inbound.provider_id, inbound.address, inbound.text, inbound.tap, inbound.callback_id, inbound.author):
        text.encode()  # half a surrogate would raise
        assert not UNSHOWN & set(text)
    assert inbound.sent_at is None or inbound.sent_at.tzinfo is not None


def read_form(body: bytes, raw_path: str = "/") -> Inbound | None:
    """A form as the SMS webhook reads it; None: it is no form, and is refused."""
    fields = proofs.fields_of(body)
    if fields is None:
        return None
    proofs.is_from_twilio("token", "https://bot.example.org", raw_path, fields, "no signature at all")
    inbound = twilio.read(fields)
    must_be_sound(inbound)
    assert twilio.read(fields) == inbound
    return inbound


def read_status(outbox_id: str, body: bytes) -> None:
    """A form as the webhook of receipts reads it."""
    fields = proofs.fields_of(body)
    receipt = read_receipt(outbox_id, fields) if fields is not None else None
    if receipt is not None:
        assert receipt.status in RANK
        assert receipt.outbox_id is None or 0 <= receipt.outbox_id <= LARGEST_ID
        assert receipt.provider_id is None or 0 < len(receipt.provider_id.encode()) <= 320
        assert receipt.code == "" or 0 < int(receipt.code) < 1_000_000


def read_update(body: bytes) -> Inbound | None:
    """JSON as Telegram's webhook reads it; None: it is no update, and only its fingerprint is kept."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(update, dict):
        return None
    inbound = telegram_updates.read(update)
    must_be_sound(inbound)
    assert telegram_updates.read(json.loads(body)) == inbound
    return inbound
