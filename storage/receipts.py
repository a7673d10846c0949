"""What a provider says later about a message it took. A receipt only ever moves a message forward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from flows import reached
from flows.effects import Purpose
from flows.model import Channel
from flows.statuses import OutboxStatus
from storage.statements import Db
from storage.tables import outbox

RANK: Mapping[str, int] = {
    "accepted": 0,
    "scheduled": 0,
    "queued": 1,
    "sending": 2,
    "sent": 3,
    "delivered": 4,
    "undelivered": 4,
    "failed": 4,
    "canceled": 4,
    "read": 5,
}
"""Twilio's statuses in the order they may come (https://www.twilio.com/docs/messaging/api/message-resource)."""

NOT_DELIVERED = reached.NOT_DELIVERED
NEVER_SENT = frozenset({"failed", "canceled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One status callback. ``outbox_id`` is the id we put on the callback's URL."""

    status: str
    code: str = ""
    provider_id: str | None = None
    outbox_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A message that a receipt moved on."""

    id: int
    channel: Channel
    address_id: int
    purpose: Purpose
    participant_id: int | None
    staff_id: int | None
    alert_id: int | None
    receipt: str
    code: str


def take(db: Db, receipts: Sequence[Receipt]) -> list[Moved]:
    """Record receipts; those that moved a message on. Late, repeated and unknown ones do nothing.

    A message whose end was unknown becomes sent, or failed where the provider says that it never sent it.
    """
    moved: list[Moved] = []
    for receipt in receipts:
        rank = RANK.get(receipt.status)
        row = None if rank is None else _find(db, receipt)
        if row is None or rank is None or rank <= RANK.get(row.receipt or "", -1):
            continue
        values: dict[str, Any] = {"receipt": receipt.status, "receipt_code": receipt.code[:16] or None}
        if row.provider_id is None:
            values["provider_id"] = receipt.provider_id
        if row.status == OutboxStatus.UNKNOWN:
            values["status"] = OutboxStatus.FAILED if receipt.status in NEVER_SENT else OutboxStatus.SENT
        db.connection.execute(update(outbox).where(outbox.c.id == row.id).values(values))
        moved.append(
            Moved(
                id=row.id,
                channel=Channel(row.channel),
                address_id=row.address_id,
                purpose=Purpose(row.purpose),
                participant_id=row.participant_id,
                staff_id=row.staff_id,
                alert_id=row.alert_id,
                receipt=receipt.status,
                code=receipt.code,
            )
        )
    return moved


def _find(db: Db, receipt: Receipt) -> Any:
    """The message a receipt speaks of, locked. Two names that disagree: the provider's own is believed."""
    if receipt.outbox_id is not None:
        row = db.connection.execute(select(outbox).where(outbox.c.id == receipt.outbox_id).with_for_update()).first()
        if row is not None and (
            None in (receipt.provider_id, row.provider_id) or row.provider_id == receipt.provider_id
        ):
            return row
    if receipt.provider_id is None:
        return None
    return db.connection.execute(
        select(outbox).where(outbox.c.provider_id == receipt.provider_id).with_for_update()
    ).first()
