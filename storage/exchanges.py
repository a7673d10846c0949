"""What went to and fro at one address, opened: what a practice phone shows.

It looks through whole tables, because nothing but practice asks: a practice database is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from flows.effects import Button
from flows.errors import Unreadable
from flows.model import Channel
from flows.picture import Picture
from flows.statuses import OutboxStatus
from storage.outbox import read_body, read_picture
from storage.statements import Db
from storage.tables import addresses, inbox, outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Something that arrived from the address."""

    provider_id: str
    text: str
    at: datetime
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A message to the address, sent or not. ``next_at``: not before; ``reason``: why it was not sent."""

    id: int
    text: str
    buttons: tuple[Button, ...]
    parts: int
    status: OutboxStatus
    reason: str | None
    made_at: datetime
    next_at: datetime
    sent_at: datetime | None
    picture: Picture | None = None


def at(db: Db, channel: Channel, address: str, limit: int = 300) -> tuple[Sequence[Received], Sequence[Written]]:
    """The last of what came from an address and of what was written to it, oldest first; without what does not open."""
    blind = db.vault.blind(channel, address)
    address_id = db.connection.execute(select(addresses.c.id).where(addresses.c.blind == blind)).scalar()
    if address_id is None:
        return (), ()
    return _received(db, address_id, limit), _written(db, address_id, limit)


def _received(db: Db, address_id: int, limit: int) -> list[Received]:
    rows = db.connection.execute(
        select(inbox.c.id, inbox.c.provider_id, inbox.c.body, inbox.c.received_at)
        .where(inbox.c.address_id == address_id)
        .order_by(inbox.c.id.desc())
        .limit(limit)
    )
    found = []
    for row in rows:
        try:
            text = "" if row.body is None else db.vault.open("inbox", "body", row.id, row.body)
        except Unreadable:
            continue
        found.append(Received(id=row.id, provider_id=row.provider_id, text=text, at=row.received_at))
    return found[::-1]


def _written(db: Db, address_id: int, limit: int) -> list[Written]:
    rows = db.connection.execute(
        select(outbox).where(outbox.c.address_id == address_id).order_by(outbox.c.id.desc()).limit(limit)
    )
    found = []
    for row in rows:
        try:
            body = db.vault.open("outbox", "body", row.id, row.body)
        except Unreadable:
            continue
        text, buttons = read_body(body)
        found.append(
            Written(
                id=row.id,
                text=text,
                buttons=buttons,
                parts=row.parts,
                status=OutboxStatus(row.status),
                reason=row.reason,
                made_at=row.made_at,
                next_at=row.next_at,
                sent_at=row.sent_at,
                picture=read_picture(body),
            )
        )
    return found[::-1]
