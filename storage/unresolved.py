"""Sends whose end nobody knows, for the provider that can be asked about them."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from flows.effects import Purpose
from flows.errors import Unreadable
from flows.model import Channel
from flows.statuses import OutboxStatus
from storage.ids import first_at
from storage.outbox import read_body
from storage.statements import Db
from storage.tables import addresses, outbox

OLDEST = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """One such send, opened. ``claimed_at``: the provider cannot have had it before."""

    id: int
    channel: Channel
    address: str
    address_id: int
    purpose: Purpose
    text: str
    claimed_at: datetime
    participant_id: int | None
    staff_id: int | None
    alert_id: int | None


def unresolved(db: Db, channel: Channel, claimed_before: datetime, limit: int) -> list[Unresolved]:
    """What ended unknown on this channel in the last day and was claimed before a time, oldest first."""
    rows = db.connection.execute(
        select(outbox, addresses.c.sealed)
        .join(addresses, addresses.c.id == outbox.c.address_id)
        .where(
            outbox.c.id > first_at(claimed_before - OLDEST),  # ids follow time: only the last day is looked through
            outbox.c.status == OutboxStatus.UNKNOWN,
            outbox.c.channel == channel,
            outbox.c.claimed_at <= claimed_before,
        )
        .order_by(outbox.c.id)
        .limit(limit)
    )
    found = []
    for row in rows:
        with suppress(Unreadable):  # its key is gone: nobody can ask about it, and the others must not wait for it
            found.append(
                Unresolved(
                    id=row.id,
                    channel=Channel(row.channel),
                    address=db.vault.open("addresses", "sealed", row.address_id, row.sealed),
                    address_id=row.address_id,
                    purpose=Purpose(row.purpose),
                    text=_words(db, row),
                    claimed_at=row.claimed_at,
                    participant_id=row.participant_id,
                    staff_id=row.staff_id,
                    alert_id=row.alert_id,
                )
            )
    return found


def _words(db: Db, row: Any) -> str:
    return read_body(db.vault.open("outbox", "body", row.id, row.body))[0]


def has_a_double(db: Db, one: Unresolved, since: datetime) -> bool:
    """Whether a message of the same words is on its way to the same address, or ended as unknown after ``since``.

    One of the two may be at the provider, and its words do not tell which.
    """
    rows = db.connection.execute(
        select(outbox.c.id, outbox.c.body).where(
            outbox.c.id > first_at(one.claimed_at - OLDEST),
            outbox.c.address_id == one.address_id,
            outbox.c.id != one.id,
            outbox.c.status.in_((OutboxStatus.SENDING, OutboxStatus.UNKNOWN)),
            outbox.c.claimed_at > since,
        )
    )
    for row in rows:
        with suppress(Unreadable):
            if _words(db, row) == one.text:
                return True
    return False


def known(db: Db, provider_ids: Collection[str]) -> set[str]:
    """Which of the provider's ids already belong to a message of ours."""
    found = db.connection.execute(select(outbox.c.provider_id).where(outbox.c.provider_id.in_(list(provider_ids))))
    return set(found.scalars())
