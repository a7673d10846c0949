"""Delivery receipts: what the carrier says became of a message that the provider had taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.channels import provider_codes
from bot.channels.base import readable
from bot.undelivered import OnUndeliverable, lost, note
from storage import receipts
from storage.receipts import NOT_DELIVERED, RANK, Moved, Receipt
from storage.statements import Db

LARGEST_ID = 2**63 - 1


def read_receipt(outbox_id: str, fields: Mapping[str, str]) -> Receipt | None:
    """A receipt from the fields of Twilio's status callback; None when it is about nothing we know."""
    status = (fields.get("MessageStatus") or fields.get("SmsStatus") or "").strip().lower()
    provider_id = readable((fields.get("MessageSid") or fields.get("SmsSid") or "").strip(), 80)
    code = fields.get("ErrorCode", "").strip()
    ours = int(outbox_id) if _is_number(outbox_id, 19) and int(outbox_id) <= LARGEST_ID else None
    if status not in RANK or (ours is None and not provider_id):
        return None
    return Receipt(
        status=status,
        code=code if _is_number(code, 6) and int(code) else "",
        provider_id=provider_id or None,
        outbox_id=ours,
    )


def take(db: Db, arrived: Sequence[Receipt], tell: OnUndeliverable, now: datetime) -> list[Moved]:
    """Record receipts, forward only, and act on those which say that a message reached nobody; those that were news."""
    moved = receipts.take(db, arrived)
    for each in moved:
        if each.receipt in NOT_DELIVERED:
            meaning = provider_codes.of_receipt(int(each.code) if each.code else None)
            note(db, lost(each, meaning, each.code or each.receipt), tell, now)
    return moved


def _is_number(text: str, longest: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= longest
