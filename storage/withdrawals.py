"""Flows that somebody withdrew: nobody starts one, and whoever is in one is taken out of it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, select, text, update

from flows.statuses import BookingStatus, OutboxStatus, SlotStatus, may_become
from storage.statements import Db, Lookup
from storage.tables import bookings, outbox, sessions, slots, withdrawals

WITHDRAWN = "withdrawn"


class Withdrawal(NamedTuple):
    """``spelled`` is the hash of the flow as it was when it was withdrawn. ``reached``: the conversation up to which
    everybody in it has been told; ``look_at``: when to look for more of them, None once nobody is left."""

    id: int
    flow: str
    spelled: str
    at: datetime
    reached: int
    look_at: datetime | None


_COLUMNS = (
    withdrawals.c.id,
    withdrawals.c.flow,
    withdrawals.c.spelled,
    withdrawals.c.at,
    withdrawals.c.reached,
    withdrawals.c.look_at,
)


def add(db: Db, flow: str, spelled: str, now: datetime) -> None:
    """Withdraw a flow, as it is now; whoever is in it is looked for at once."""
    db.connection.execute(
        insert(withdrawals).values(id=db.ids.next(now), flow=flow, spelled=spelled, at=now, reached=0, look_at=now)
    )


def standing(db: Db) -> list[Withdrawal]:
    """Every withdrawal that was not lifted, oldest first."""
    rows = db.connection.execute(select(*_COLUMNS).where(withdrawals.c.lifted_at.is_(None)).order_by(withdrawals.c.id))
    return [Withdrawal(*row) for row in rows]


def lift(db: Db, flow: str, now: datetime) -> int:
    """It was a mistake: the flow may start again; how many withdrawals of it there were."""
    return db.connection.execute(
        update(withdrawals)
        .where(withdrawals.c.flow == flow, withdrawals.c.lifted_at.is_(None))
        .values(lifted_at=now, look_at=None)
    ).rowcount


def due(db: Db, now: datetime) -> Withdrawal | None:
    """One whose people are to be looked for now. It is locked until the unit ends: on PostgreSQL others pass it by."""
    row = db.connection.execute(
        select(*_COLUMNS)
        .where(withdrawals.c.lifted_at.is_(None), withdrawals.c.look_at <= now)
        .order_by(withdrawals.c.look_at, withdrawals.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    return None if row is None else Withdrawal(*row)


def go_on(db: Db, withdrawal_id: int, reached: int, look_at: datetime | None) -> None:
    """How far the search has come, and when it goes on."""
    db.connection.execute(
        update(withdrawals).where(withdrawals.c.id == withdrawal_id).values(reached=reached, look_at=look_at)
    )


def talking(db: Db, after: int, limit: int) -> list[tuple[int, int]]:
    """People with an open conversation, whatever it is about: conversation and participant, in the order of ids."""
    rows = db.connection.execute(
        select(sessions.c.id, sessions.c.participant_id)
        .where(text("sessions.status = 'open'"), sessions.c.id > after)
        .order_by(sessions.c.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def cancel(db: Db, flow: str, now: datetime) -> int:
    """What was booked or waits to begin with this flow does not begin; how many."""
    booked = db.connection.execute(
        update(bookings)
        .where(bookings.c.flow == flow, bookings.c.status.in_(may_become(BookingStatus.EXCUSED)))
        .values(status=BookingStatus.EXCUSED, reason=WITHDRAWN)
    ).rowcount
    held = db.connection.execute(
        update(slots)
        .where(slots.c.flow == flow, slots.c.status == SlotStatus.WAITING)
        .values(status=SlotStatus.EXCUSED, reason=WITHDRAWN, ended_at=now, look_at=None)
    ).rowcount
    return booked + held


_UNSENT = Lookup(
    "UPDATE outbox SET status = 'suppressed', reason = 'withdrawn' WHERE status = 'queued'"
    " AND purpose IN ('reply', 'started') AND participant_id IN (*)"
)


def keep_back(db: Db, participant_ids: list[int]) -> None:
    """What waits to go to these people does not go any more, but for crisis replies and the confirmation of STOP."""
    _UNSENT.run(db, participant_ids)


def heard_nothing(db: Db, outbox_ids: list[int]) -> set[int]:
    """Those of these messages that never left us."""
    unsent = (OutboxStatus.QUEUED, OutboxStatus.SUPPRESSED)
    rows = db.connection.execute(select(outbox.c.id).where(outbox.c.id.in_(outbox_ids), outbox.c.status.in_(unsent)))
    return set(rows.scalars())
