"""Flows that were put off: ``later``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, text, update

from flows.effects import BookLater
from flows.errors import Unreadable
from flows.statuses import BookingStatus
from storage.statements import Db
from storage.tables import bookings

THE_GROUP = "*chosen.group"  # as a conversation carries the group that was chosen in it


@dataclass(frozen=True, slots=True)
class Booking:
    """A flow that somebody is due for, with the answers carried along."""

    id: int
    participant_id: int
    flow: str
    due_at: datetime
    answers: tuple[tuple[str, str], ...]


def add(db: Db, booked: Iterable[tuple[int, BookLater]], now: datetime) -> None:
    """Book flows by participant id.

    What somebody is due for at that very time already is not booked twice: it carries the newer answers instead, so
    that of two groups chosen for one day they are asked about the one that they chose last, and reminded of no other.
    """
    for participant_id, one in booked:
        known = _waiting_for(db, participant_id, one)
        row_id = db.ids.next(now) if known is None else known
        carried = db.vault.seal("bookings", "sealed", row_id, json.dumps(one.answers)) if one.answers else None
        if known is not None:
            _drop_what_was_for_the_other(db, participant_id, known, one)
            db.connection.execute(update(bookings).where(bookings.c.id == known).values(sealed=carried))
            continue
        row = {
            "id": row_id,
            "participant_id": participant_id,
            "flow": one.flow,
            "due_at": one.due,
            "look_at": one.due,
            "sealed": carried,
            "status": BookingStatus.WAITING,
            "made_at": now,
        }
        db.connection.execute(insert(bookings).values(**row))


def _waiting_for(db: Db, participant_id: int, one: BookLater) -> int | None:
    """The booking of this flow at this time that somebody has, kept from being started meanwhile."""
    same = select(bookings.c.id).where(
        bookings.c.participant_id == participant_id,
        bookings.c.flow == one.flow,
        bookings.c.due_at == one.due,
        text("bookings.status = 'waiting'"),
    )
    found: int | None = db.connection.execute(same.limit(1).with_for_update()).scalar()
    return found


def _drop_what_was_for_the_other(db: Db, participant_id: int, known: int, one: BookLater) -> None:
    """Another group was chosen for that day: what else waits for the earlier one is about where they will not be."""
    rows = db.connection.execute(
        select(bookings.c.id, bookings.c.sealed).where(
            bookings.c.participant_id == participant_id, text("bookings.status = 'waiting'")
        )
    )
    about = {row.id: dict(_carried(db, row.id, row.sealed) or ()).get(THE_GROUP) for row in rows}
    earlier = about.pop(known, None)
    if earlier is None or earlier == dict(one.answers).get(THE_GROUP):
        return
    for booking_id in [each for each, group in about.items() if group == earlier]:
        end(db, booking_id, BookingStatus.EXCUSED, "another group chosen")


def _carried(db: Db, booking_id: int, sealed: bytes | None) -> tuple[tuple[str, str], ...] | None:
    """The answers that a booking carries; None where its key is gone."""
    try:
        carried = json.loads(db.vault.open("bookings", "sealed", booking_id, sealed)) if sealed else ()
    except Unreadable:
        return None
    return tuple((name, value) for name, value in carried)


def waiting(db: Db) -> list[Booking]:
    """What has not begun yet, the next one first; without the answers that it carries."""
    rows = db.connection.execute(
        select(bookings).where(text("bookings.status = 'waiting'")).order_by(bookings.c.due_at)
    )
    return [Booking(row.id, row.participant_id, row.flow, row.due_at, ()) for row in rows]


def claim_due(db: Db, now: datetime, limit: int) -> list[Booking]:
    """Bookings whose time has come, longest overdue first; several workers each get others. End each in this unit.

    Of one person's two only the first is claimed: the other waits for the next tick, behind that conversation.
    """
    rows = db.connection.execute(
        select(bookings)
        .where(text("bookings.status = 'waiting'"), bookings.c.look_at <= now)
        .order_by(bookings.c.look_at, bookings.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed: dict[int, Booking] = {}
    for row in rows:
        if row.participant_id not in claimed:
            answers = _carried(db, row.id, row.sealed)
            if answers is None:
                # without this one row would stop every other booking for good
                end(db, row.id, BookingStatus.EXCUSED, "unreadable")
                continue
            claimed[row.participant_id] = Booking(row.id, row.participant_id, row.flow, row.due_at, answers)
    return list(claimed.values())


def end(db: Db, booking_id: int, status: BookingStatus, reason: str | None = None) -> None:
    """It was started, or excused and why."""
    db.connection.execute(
        update(bookings)
        .where(bookings.c.id == booking_id, bookings.c.status == BookingStatus.WAITING)
        .values(status=status, reason=reason)
    )


def put_off(db: Db, booking_id: int, until: datetime) -> None:
    """Not now: a conversation is open, or it is night. ``due_at`` stays, so that one put off too long is known."""
    db.connection.execute(update(bookings).where(bookings.c.id == booking_id).values(look_at=until))
