"""Whether this database may send. A copy may not: what it was made from may be alive, and has gone on without it.

A copy is held from the moment at which it is put back, or at which a start finds that it is one (storage/home.py),
until somebody arms it. While it is held only what a crisis text that came in since then brings goes out: whoever writes
to our own door has nobody else to answer them.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, text, update

from flows.statuses import Because, BookingStatus, OutboxStatus, SessionStatus, SlotStatus, may_become
from storage import audit, marks
from storage.statements import Db
from storage.tables import bookings, inbox, moment, outbox, sessions, slots

HELD = "held"  # a mark: its value is why, its time since when
ARMED = "armed"  # a mark: when a copy was armed; what was due before that is not made up for

RESTORED = "restored from a backup"
COPIED = "copied"


class Held(NamedTuple):
    """This database is a copy, and since when it is known to be one."""

    why: str
    since: datetime


class Left(NamedTuple):
    """What of the time before a copy was armed was ended."""

    messages: int
    conversations: int
    check_ins: int
    bookings: int


def held(db: Db) -> Held | None:
    """Why nothing may be sent; None: it may."""
    # written out, because delivery asks at every turn
    row = db.connection.exec_driver_sql("SELECT value, at FROM marks WHERE name = 'held'").first()
    return None if row is None else Held(row[0], moment(row[1]))


def hold(db: Db, why: str, now: datetime) -> None:
    """It is a copy: nothing is sent from now on. One that is held already stays held since then."""
    if held(db) is None:
        marks.put(db, HELD, why, now)


def hold_anew(db: Db, why: str, now: datetime) -> None:
    """The same, counted from now: it has just been put in its place."""
    marks.put(db, HELD, why, now)


def armed_at(db: Db) -> datetime | None:
    """When a copy was last armed; None where there never was one."""
    found = marks.written_at(db, ARMED)
    return None if found is None else found[1]


def arm(db: Db, now: datetime, *, moved: bool) -> Left | None:
    """It is the service from now on; what was ended of the time before, None where it was not held.

    What was under way when the copy was made has happened elsewhere since, nobody here knows how: messages that waited
    would be sent twice, and a silence would be taken for a miss. So all of that ends; alerts stay open, because a
    second page harms nobody. ``moved`` is for a service that was carried to another place and ran nowhere meanwhile:
    nothing ends.
    """
    found = held(db)
    if found is None:
        return None
    marks.drop(db, HELD)
    left = Left(0, 0, 0, 0)
    if not moved:
        left = _end(db, found.since, now)
        marks.put(db, ARMED, "", now)
    audit.write(db, [audit.Line(audit.OPERATOR, "service.armed", detail={"moved": moved, **left._asdict()})], now)
    return left


def _end(db: Db, since: datetime, now: datetime) -> Left:
    # whoever has written since it is held is in the middle of something that is of today
    lately = select(inbox.c.participant_id).where(inbox.c.received_at >= since, inbox.c.participant_id.is_not(None))

    def ended(statement: object) -> int:
        return db.connection.execute(statement).rowcount  # type: ignore[call-overload,no-any-return]

    waiting = text("outbox.status = 'queued'")  # written out: a partial index serves nothing else
    under_way = text("outbox.status = 'sending'")
    messages = ended(
        update(outbox)
        .where(waiting, outbox.c.made_at < since)
        .values(status=OutboxStatus.SUPPRESSED, reason=Because.RESTORED)
    ) + ended(
        update(outbox)
        .where(under_way, outbox.c.made_at < since)
        .values(status=OutboxStatus.UNKNOWN, reason=Because.RESTORED)
    )
    conversations = ended(
        update(sessions)
        .where(text("sessions.status = 'open'"), sessions.c.participant_id.not_in(lately))
        .values(
            status=SessionStatus.ENDED,
            next_due=None,
            ended_at=now,
            outcome=Because.RESTORED,
            version=sessions.c.version + 1,
        )
    )
    check_ins = ended(
        update(slots)
        .where(
            slots.c.status.in_((SlotStatus.WAITING, SlotStatus.ASKED)),
            slots.c.status.in_(may_become(SlotStatus.EXCUSED)),
            slots.c.participant_id.not_in(lately),
        )
        .values(status=SlotStatus.EXCUSED, reason=Because.RESTORED, ended_at=now, look_at=None)
    )
    booked = ended(
        update(bookings)
        .where(
            bookings.c.status.in_(may_become(BookingStatus.EXCUSED)),
            bookings.c.due_at < now,
            bookings.c.made_at < since,
        )
        .values(status=BookingStatus.EXCUSED, reason=Because.RESTORED)
    )
    return Left(messages, conversations, check_ins, booked)
