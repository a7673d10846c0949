"""A person's whole record, opened: what staff list and show, and what MY DATA gives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, select

from flows.errors import Unreadable
from flows.model import Channel
from flows.statuses import PersonStatus
from storage.statements import Db
from storage.tables import (
    addresses,
    alerts,
    audit,
    bookings,
    consents,
    inbox,
    kept_values,
    notes,
    outbox,
    participants,
    ratings,
    referrals,
    sealed_columns,
    sessions,
    slots,
    submissions,
)

TABLES: Sequence[Table] = (
    *(addresses, inbox, outbox, sessions, slots, alerts, ratings, notes, consents, bookings, submissions),
    *(referrals, kept_values, audit),
)
"""Every table that holds rows of a person, beside ``participants`` itself."""

_SEALED_JSON = frozenset(
    {"participants", "sessions", "outbox", "bookings", "submissions"}
)  # the others seal words as they are
SHUT = "does not open"  # stands for a value that is damaged, or whose key is gone: one may not hide all the others
_OURS = frozenset({"blind", "dedupe"})  # keys that mean nothing outside the store


@dataclass(frozen=True, slots=True)
class Reach:
    """One of a person's addresses, opened."""

    id: int
    channel: Channel
    address: str
    trouble: str | None
    used_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A line of ``fingerpost people list``. Addresses: last used first."""

    id: int
    status: PersonStatus
    language: str
    created_at: datetime
    joined_at: datetime | None
    stopped_at: datetime | None
    paused_until: date | None
    values: Mapping[str, str]
    addresses: tuple[Reach, ...]


def listed(db: Db, *, after: int = 0, limit: int = 500) -> list[Person]:
    """People in the order they came, from the one after id ``after``; without values that do not open."""
    return _people(
        db,
        select(participants.c.id).where(participants.c.id > after).order_by(participants.c.id).limit(limit),
        all_open=False,
    )


def show(db: Db, participant_id: int) -> Person | None:
    """One person, by id."""
    found = _people(db, select(participants.c.id).where(participants.c.id == participant_id))
    return found[0] if found else None


def find(db: Db, channel: Channel, address: str) -> Person | None:
    """One person, by address."""
    blind = db.vault.blind(channel, address)
    found = _people(db, select(addresses.c.participant_id).where(addresses.c.blind == blind))
    return found[0] if found else None


def has_channel(db: Db, channels: Iterable[Channel]) -> bool:
    """Whether any address on these channels is stored."""
    found = select(addresses.c.id).where(addresses.c.channel.in_(list(channels))).limit(1)
    return db.connection.execute(found).first() is not None


def export(db: Db, participant_id: int) -> dict[str, Any] | None:
    """Everything that is stored about somebody, opened, as plain JSON values by table; None when there is nobody.

    What does not open says so in its place (``SHUT``).
    """
    row = db.connection.execute(select(participants).where(participants.c.id == participant_id)).first()
    if row is None:
        return None
    exported: dict[str, Any] = {"participant": _plain(db, participants, row)}
    for table in TABLES:
        theirs = select(table).where(table.c.participant_id == participant_id).order_by(*table.primary_key)
        rows = db.connection.execute(theirs)
        exported[table.name] = [_plain(db, table, each) for each in rows]
    return exported


def _plain(db: Db, table: Table, row: Any) -> dict[str, Any]:
    sealed = sealed_columns(table)
    plain: dict[str, Any] = {}
    for name, value in row._mapping.items():
        if name in _OURS:
            continue
        if name in sealed and value is not None:
            words = _opened(db, table, name, row.id, value)
            plain[name] = json.loads(words) if table.name in _SEALED_JSON and words != SHUT else words
        elif isinstance(value, (date, datetime)):
            plain[name] = value.isoformat()
        else:
            plain[name] = value
    return plain


def _opened(db: Db, table: Table, column: str, row_id: int, sealed: bytes) -> str:
    try:
        return db.vault.open(table.name, column, row_id, sealed)
    except Unreadable:
        return SHUT


def _people(db: Db, ids: Any, *, all_open: bool = True) -> list[Person]:
    rows = db.connection.execute(
        select(participants).where(participants.c.id.in_(ids)).order_by(participants.c.id)
    ).all()
    reached: dict[int, list[Reach]] = {}
    theirs = (
        select(addresses)
        .where(addresses.c.participant_id.in_([row.id for row in rows]))
        .order_by(addresses.c.used_at.desc(), addresses.c.id.desc())
    )
    for row in db.connection.execute(theirs):
        opened = _opened(db, addresses, "sealed", row.id, row.sealed)
        reach = Reach(row.id, Channel(row.channel), opened, row.trouble, row.used_at)
        reached.setdefault(row.participant_id, []).append(reach)
    return [
        Person(
            id=row.id,
            status=PersonStatus(row.status),
            language=row.language,
            created_at=row.created_at,
            joined_at=row.joined_at,
            stopped_at=row.stopped_at,
            paused_until=row.paused_until,
            values={**row.remembered, **_private(db, row, all_open)},
            addresses=tuple(reached.get(row.id, ())),
        )
        for row in rows
    ]


def _private(db: Db, row: Any, must_open: bool) -> dict[str, str]:
    """Raises Unreadable where they must open: whoever changes values would lose the ones that do not."""
    if row.sealed is None:
        return {}
    try:
        values: dict[str, str] = json.loads(db.vault.open("participants", "sealed", row.id, row.sealed))
    except Unreadable:
        if must_open:
            raise
        return {}
    return values
