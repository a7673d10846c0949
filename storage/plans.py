"""When each person's next check-in falls due: ``plan_at``, and ``planned_at``, until when every slot has its row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, bindparam, select, text, update

from storage.statements import Bulk, Db, Lookup
from storage.tables import microseconds, participants


class Plan(NamedTuple):
    """Somebody's plan: nothing before ``since`` is still to be accounted for; they are looked at again at ``at``."""

    participant_id: int
    at: datetime | None
    since: datetime | None


_DUE = (
    select(participants.c.id, participants.c.planned_at)
    .where(text("plan_at IS NOT NULL"), participants.c.plan_at <= bindparam("now"))
    .order_by(participants.c.plan_at, participants.c.id)
    .limit(bindparam("limit"))
    .with_for_update(key_share=True, skip_locked=True)
)
_WRITE = Bulk(
    ("at", "since", "key"),
    lambda _: (
        update(participants)
        .where(participants.c.id == bindparam("key"))
        .values(plan_at=bindparam("at", type_=BigInteger()), planned_at=bindparam("since", type_=BigInteger()))
    ),
)


def claim_due(db: Db, now: datetime, limit: int) -> dict[int, datetime | None]:
    """Whoever must be planned for now, longest overdue first, with their ``planned_at``.

    They are locked until the unit ends; on PostgreSQL several workers each get others.
    """
    return {row.id: row.planned_at for row in db.connection.execute(_DUE, {"now": now, "limit": limit})}


def write(db: Db, plans: Sequence[Plan]) -> None:
    """Write these plans."""
    _WRITE.run(
        db,
        [
            (
                None if plan.at is None else microseconds(plan.at),
                None if plan.since is None else microseconds(plan.since),
                plan.participant_id,
            )
            for plan in plans
        ],
    )


def put_off(db: Db, participant_ids: Collection[int], until: datetime) -> None:
    """They cannot be planned for: look again then. Nothing meanwhile is taken to be accounted for."""
    _PUT_OFF.run(db, list(participant_ids), microseconds(until))


_PUT_OFF = Lookup("UPDATE participants SET plan_at = ? WHERE id IN (*)")

# What was due and had not been looked at yet stays due, and due then: another worker's clock may be behind this one's.
# All else is counted from now on.
_DUE_ALREADY = "CASE WHEN plan_at <= ? AND planned_at IS NOT NULL THEN"
_ANEW = f"planned_at = {_DUE_ALREADY} plan_at - 1 ELSE ? END, plan_at = {_DUE_ALREADY} plan_at ELSE ? END"
_AGAIN = Lookup(f"UPDATE participants SET {_ANEW} WHERE status = 'active' AND id IN (*)")  # noqa: S608
_NEVER = Lookup("UPDATE participants SET plan_at = NULL WHERE status <> 'active' AND id IN (*)")


def again(db: Db, participant_ids: Collection[int], now: datetime) -> None:
    """Something changed that decides what these people are due. Nobody who has not joined, or has stopped, is."""
    at = microseconds(now)
    _AGAIN.run(db, list(participant_ids), at, at, at, at)
    _NEVER.run(db, list(participant_ids))


_IDS = (
    select(participants.c.id)
    .where(participants.c.id > bindparam("after"), text("status = 'active'"))
    .order_by(participants.c.id)
    .limit(bindparam("limit"))
)


def next_ids(db: Db, after: int, limit: int) -> list[int]:
    """Whoever has joined, in the order of their ids, from the one behind ``after`` on."""
    return list(db.connection.execute(_IDS, {"after": after, "limit": limit}).scalars())
