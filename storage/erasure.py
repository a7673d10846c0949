"""Taking somebody out of the store.

An erasure deletes; what stays is a keyed hash of each address, so that a restored backup can erase again and nobody
re-adds them by mistake, and audit lines, which hold no words and lead nowhere. Afterwards call ``Database.scrub``: on
SQLite deleted bytes are overwritten in the file, but the write-ahead log still holds them until it is emptied.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Table, delete, or_, select, update

from flows.model import Channel
from flows.statuses import AlertStatus, OutboxStatus, PersonStatus, SessionStatus
from storage import audit as auditing
from storage import marks as marking
from storage import repeats
from storage.database import SCRUB
from storage.statements import Db, Lookup, insert
from storage.tables import (
    addresses,
    alerts,
    bookings,
    consents,
    inbox,
    kept_values,
    moment,
    notes,
    outbox,
    pages,
    participants,
    ratings,
    referrals,
    sessions,
    slots,
    submissions,
    suppressions,
)

GOODBYE = timedelta(hours=1)  # how long the last message may take before the erasure no longer waits for it

ERASED = "erased"
STOP = "stop"
WRONG_NUMBER = "wrong number"

DELETED: Final = "deleted"
WHAT_HAPPENS: Mapping[str, str] = {
    "outbox": DELETED,  # also what staff were told about them
    "inbox": DELETED,  # gains a keyed hash of each text of the last two days
    "sessions": DELETED,
    "slots": DELETED,
    "ratings": DELETED,
    "notes": DELETED,
    "consents": DELETED,
    "bookings": DELETED,
    "submissions": DELETED,
    "referrals": DELETED,
    "kept_values": DELETED,
    "pages": DELETED,
    "alerts": DELETED,
    "addresses": DELETED,  # one that is a mentor's phone as well is unlinked
    "participants": DELETED,
    "audit": "kept: numbers and names of rules, no words",
    "group_reports": "not about participants: nothing says who",
    "unmet_needs": "not about participants: nothing says who",
    "suppressions": "gains a keyed hash of each address",
    "staff": "not about participants",
    "shifts": "not about participants",
    "releases": "not about participants",
    "withdrawals": "not about participants",
    "directory_sources": "not about participants",
    "directory_states": "not about participants",
    "marks": "not about participants",
}
"""Every table, and what an erasure does to it, in the order of deletion."""

_THEIRS: Final = (inbox, sessions, slots, ratings, notes, consents, bookings, submissions, referrals, kept_values)


def ask(db: Db, participant_id: int, now: datetime) -> bool:
    """Somebody wants to be forgotten. Erased at once, or, while a crisis alert is open, when it is resolved.

    True when it was done now.
    """
    if in_crisis(db, participant_id):
        db.connection.execute(
            update(participants).where(participants.c.id == participant_id).values(erase_asked_at=now)
        )
        auditing.write(db, [auditing.Line(auditing.PARTICIPANT, "erasure.waits", participant_id)], now)
        return False
    erase(db, participant_id, now, auditing.PARTICIPANT)
    return True


def due(db: Db, now: datetime, limit: int) -> list[int]:
    """Who asked to be forgotten and may be now: no crisis is open, and the goodbye has gone (or had an hour to)."""
    on_its_way = select(outbox.c.id).where(
        outbox.c.participant_id == participants.c.id, outbox.c.status.in_((OutboxStatus.QUEUED, OutboxStatus.SENDING))
    )
    open_crisis = select(alerts.c.id).where(
        alerts.c.participant_id == participants.c.id,
        alerts.c.status != AlertStatus.RESOLVED,
        alerts.c.tier.is_not(None),
        ~alerts.c.is_test,
    )
    asked = participants.c.erase_asked_at
    found = db.connection.execute(
        select(participants.c.id)
        .where(asked.is_not(None), or_(asked <= now - GOODBYE, ~on_its_way.exists()), ~open_crisis.exists())
        .limit(limit)
    )
    return list(found.scalars())


def in_crisis(db: Db, participant_id: int) -> bool:
    """Whether a crisis alert about somebody is not resolved."""
    found = select(alerts.c.id).where(
        alerts.c.participant_id == participant_id,
        alerts.c.status != "resolved",
        alerts.c.tier.is_not(None),
        ~alerts.c.is_test,
    )
    return db.connection.execute(found.limit(1)).first() is not None


def erase(db: Db, participant_id: int, now: datetime, actor: str) -> bool:
    """Delete everything of somebody from every table, now; whether it was done.

    What they asked for themselves waits while a crisis is open. That is looked at with their row held, so that no
    other worker opens one meanwhile.
    """
    status = db.connection.execute(
        select(participants.c.status).where(participants.c.id == participant_id).with_for_update()
    ).scalar()
    if status is None or (actor == auditing.PARTICIPANT and in_crisis(db, participant_id)):
        return False
    theirs = select(addresses.c.blind, addresses.c.channel).where(addresses.c.participant_id == participant_id)
    for row in db.connection.execute(theirs).all():
        _suppress(db, row.blind, row.channel, STOP if status == PersonStatus.STOPPED else ERASED, now)
    # a mentor may be a participant on the same phone: the mentor keeps it
    db.connection.execute(
        update(addresses)
        .where(addresses.c.participant_id == participant_id, addresses.c.staff_id.is_not(None))
        .values(participant_id=None)
    )
    texts = repeats.names_of(db, participant_id, now)
    for table, which in _rows_of(participant_id):
        db.connection.execute(delete(table).where(which))
    repeats.remember(db, texts, now)
    auditing.write(db, [auditing.Line(actor, "participant.erased", participant_id)], now)
    marking.put(db, SCRUB, str(db.ids.next(now)), now)
    return True


def _rows_of(participant_id: int) -> list[tuple[Table, ColumnElement[bool]]]:
    about = select(alerts.c.id).where(alerts.c.participant_id == participant_id)
    shared = select(pages.c.outbox_id).where(pages.c.alert_id.in_(about))
    rows: list[tuple[Table, ColumnElement[bool]]] = [
        # also what staff were told about them, alone or together with others
        (outbox, or_(outbox.c.participant_id == participant_id, outbox.c.alert_id.in_(about), outbox.c.id.in_(shared))),
        (pages, pages.c.alert_id.in_(about)),
    ]
    rows += [(table, table.c.participant_id == participant_id) for table in (*_THEIRS, alerts, addresses)]
    return [*rows, (participants, participants.c.id == participant_id)]


def wrong_number(db: Db, address_id: int, now: datetime) -> None:
    """Whoever is at this address is not the person we took them for: nothing of that person reaches it again.

    The person's record stays, for staff to find the right number; the conversation ends if they have no other.
    """
    row = db.connection.execute(select(addresses).where(addresses.c.id == address_id).with_for_update()).first()
    if row is None or row.participant_id is None:
        return
    _suppress(db, row.blind, row.channel, WRONG_NUMBER, now)
    db.connection.execute(update(addresses).where(addresses.c.id == address_id).values(participant_id=None))
    db.connection.execute(
        update(outbox)
        .where(
            outbox.c.participant_id == row.participant_id,
            outbox.c.address_id == address_id,
            outbox.c.status == OutboxStatus.QUEUED,
        )
        .values(status=OutboxStatus.SUPPRESSED, reason=WRONG_NUMBER)
    )
    others = select(addresses.c.id).where(addresses.c.participant_id == row.participant_id).limit(1)
    if db.connection.execute(others).first() is None:
        db.connection.execute(
            update(sessions)
            .where(sessions.c.participant_id == row.participant_id, sessions.c.status == SessionStatus.OPEN)
            .values(
                status=SessionStatus.ENDED,
                next_due=None,
                ended_at=now,
                outcome=WRONG_NUMBER,
                version=sessions.c.version + 1,
            )
        )
    auditing.write(db, [auditing.Line(auditing.PARTICIPANT, "address.unlinked", row.participant_id)], now)


def suppressed(db: Db, channel: Channel, address: str) -> str | None:
    """Why an address was taken out (``stop``, ``erased``, ``wrong number``), if it was."""
    found: str | None = db.connection.execute(
        select(suppressions.c.reason).where(suppressions.c.blind == db.vault.blind(channel, address))
    ).scalar()
    return found


_FORGOTTEN = Lookup("SELECT blind, at FROM suppressions WHERE reason IN ('erased', 'stop') AND blind IN (*)")


def forgotten(db: Db, channel: Channel, addresses: Collection[str]) -> dict[str, datetime]:
    """When whoever was at each of these addresses was erased; whoever never was is left out."""
    blinds = {db.vault.blind(channel, address): address for address in addresses}
    return {blinds[bytes(blind)]: moment(at) for blind, at in _FORGOTTEN.rows(db, list(blinds))}


def _suppress(db: Db, blind: bytes, channel: str, reason: str, now: datetime) -> None:
    statement = insert(db, suppressions).values(blind=blind, channel=channel, reason=reason, at=now)
    db.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["blind"], set_={"reason": statement.excluded.reason, "at": statement.excluded["at"]}
        )
    )
