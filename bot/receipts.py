"""Delivery receipts: what the carrier says became of a message that the provider had taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.base import readable

# Twilio's words for where a message is. https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
KNOWN = frozenset(
    {"accepted", "scheduled", "queued", "sending", "sent", "delivered", "read", "undelivered", "failed", "canceled"}
)
NOT_DELIVERED = frozenset({"undelivered", "failed", "canceled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One receipt. ``code`` is the provider's reason, None where it gave none."""

    outbox_id: int
    provider_id: str
    status: str
    code: int | None = None


def read_receipt(outbox_id: str, fields: Mapping[str, str]) -> Receipt | None:
    """A receipt from the fields of Twilio's status callback; None when it is about nothing we know."""
    status = (fields.get("MessageStatus") or fields.get("SmsStatus") or "").strip().lower()
    code = fields.get("ErrorCode", "").strip()
    if not _is_number(outbox_id, 19) or int(outbox_id) >= 2**63 or status not in KNOWN:
        return None
    return Receipt(
        outbox_id=int(outbox_id),
        provider_id=readable((fields.get("MessageSid") or fields.get("SmsSid") or "").strip(), 80),
        status=status,
        code=int(code) if _is_number(code, 6) else None,
    )


def _is_number(text: str, longest: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= longest
