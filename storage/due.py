"""What is due next, of all that waits for a time: the practice clock steps from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Select, bindparam, select, text

from storage.statements import Db
from storage.tables import alerts, bookings, outbox, participants, sessions, slots


class Waits(StrEnum):
    """What waits for a time."""

    QUESTION = "question"  # asked, and not answered yet: its nudge or its close
    BOOKING = "booking"  # a flow that was put off
    MESSAGE = "message"  # written, and held back
    CHECK_IN = "check-in"  # somebody's next one
    HELD = "held"  # a check-in that another conversation or the night holds back
    ALERT = "alert"  # its next step


@dataclass(frozen=True, slots=True)
class Due:
    at: datetime
    what: Waits


def _next(column: Column[Any], status: str) -> Select[Any]:
    # the status is written out, because a partial index serves nothing else
    return select(column).where(text(status), column > bindparam("after")).order_by(column).limit(1)


_NEXT = {
    Waits.QUESTION: _next(sessions.c.next_due, "sessions.status = 'open'"),
    Waits.BOOKING: _next(bookings.c.look_at, "bookings.status = 'waiting'"),
    Waits.MESSAGE: _next(outbox.c.next_at, "outbox.status = 'queued'"),
    Waits.CHECK_IN: _next(participants.c.plan_at, "participants.plan_at IS NOT NULL"),
    Waits.HELD: _next(slots.c.look_at, "slots.status = 'waiting'"),
    Waits.ALERT: _next(alerts.c.next_at, "alerts.status <> 'resolved' AND alerts.next_at IS NOT NULL"),
}


def next_due(db: Db, after: datetime) -> Due | None:
    """The first thing that is due later than ``after``; None when nothing is."""
    found = [
        Due(at, what)
        for what, statement in _NEXT.items()
        if (at := db.connection.execute(statement, {"after": after}).scalar()) is not None
    ]
    return min(found, key=lambda due: due.at, default=None)
