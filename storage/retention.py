"""What is kept, and for how long: rows past their time are deleted, a few hundred at once.

How long stands in ``service.yaml`` under ``keep:``, and people are told it when they join (UK GDPR: storage
limitation). What is still on its way, or still open, is never touched, however old.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, delete, select

from flows.statuses import BookingStatus, InboxStatus, OutboxStatus, SessionStatus, SubmissionStatus
from storage.ids import first_at
from storage.statements import Db
from storage.tables import (
    audit,
    bookings,
    group_reports,
    inbox,
    notes,
    outbox,
    ratings,
    referrals,
    sessions,
    slots,
    submissions,
    unmet_needs,
)

TEXT, RATINGS, SUBMISSIONS, AUDIT = "message text", "ratings", "submissions", "audit"
UNFINISHED = (OutboxStatus.QUEUED, OutboxStatus.SENDING)

Rule = tuple[Table, ColumnElement[bool] | None]

RULES: Mapping[str, tuple[Rule, ...]] = {
    TEXT: (
        (inbox, inbox.c.status != InboxStatus.FAILED),  # a failed one still waits for somebody
        (outbox, outbox.c.status.not_in(UNFINISHED)),
        (sessions, sessions.c.status == SessionStatus.ENDED),
        (notes, None),
        (bookings, bookings.c.status != BookingStatus.WAITING),
    ),
    RATINGS: (
        (ratings, None),
        (slots, slots.c.ended_at.is_not(None)),
        (referrals, None),
        (group_reports, None),
        (unmet_needs, None),
    ),
    SUBMISSIONS: ((submissions, submissions.c.status != SubmissionStatus.WAITING),),
    AUDIT: ((audit, None),),
}
"""Kind → the tables that hold it, and what must be true of a row before it may go."""


def expire(db: Db, keep: Mapping[str, timedelta], now: datetime, limit: int) -> int:
    """Delete up to ``limit`` rows a table that are older than ``keep`` allows for their kind; how many went.

    A kind that ``keep`` does not name is kept.
    """
    gone = 0
    for kind, rules in RULES.items():
        length = keep.get(kind)
        if length is None:
            continue
        for table, also in rules:
            if "day" in table.c:  # counts by the day: few rows, and no ids
                gone += db.connection.execute(delete(table).where(table.c.day < (now - length).date())).rowcount
                continue
            # an id begins with the time at which its row was made, so the primary key finds what is old
            old = select(table.c.id).where(table.c.id < first_at(now - length))
            if also is not None:
                old = old.where(also)
            gone += db.connection.execute(delete(table).where(table.c.id.in_(old.limit(limit)))).rowcount
    return gone
