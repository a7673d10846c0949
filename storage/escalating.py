"""What the clock does with alerts: claims those that are due, and writes where they stand afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select, text, update

from flows.statuses import AlertStatus
from storage import alerts as store
from storage.alerts import Alert
from storage.statements import Bulk, Db
from storage.tables import addresses, alerts, microseconds, outbox, pages, participants

# clocks of two servers may differ by so much: were it less, each would set right what the other writes, and page for it
AHEAD = timedelta(minutes=10)
_DUE = text("alerts.status <> 'resolved' AND alerts.next_at IS NOT NULL")  # as the partial index has it


def claim_due(db: Db, now: datetime, limit: int, since: datetime | None = None) -> list[Alert]:
    """Alerts that must be looked at now, the longest due first, locked against other workers until the unit ends.

    ``since`` leaves those that were opened before it.
    """
    return store.find(
        db,
        select(alerts)
        .where(_DUE, alerts.c.next_at <= now, *((alerts.c.opened_at >= since,) if since is not None else ()))
        .order_by(alerts.c.next_at, alerts.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True),
    )


@dataclass(frozen=True, slots=True)
class Advance:
    """So many steps of an open alert's round are done, and it is looked at again at ``next_at``."""

    alert_id: int
    step: int
    next_at: datetime | None
    round_at: datetime


_ADVANCE = Bulk(
    ("step", "next_at", "round_at", "key"),
    lambda _: (
        update(alerts)
        .where(alerts.c.id == bindparam("key"), text("status = 'open'"))
        .values({name: bindparam(name, type_=alerts.c[name].type) for name in ("step", "next_at", "round_at")})
    ),
)


def advance(db: Db, done: Sequence[Advance]) -> None:
    """Write where these alerts stand; one that somebody has taken meanwhile stays as it is."""
    _ADVANCE.run(
        db,
        [
            (
                each.step,
                None if each.next_at is None else microseconds(each.next_at),
                microseconds(each.round_at),
                each.alert_id,
            )
            for each in done
        ],
    )


def keep(db: Db, alert: Alert, until: datetime) -> None:
    """Whoever has taken it has it to themselves ``until`` then."""
    db.connection.execute(
        update(alerts)
        .where(
            alerts.c.id == alert.id,
            alerts.c.status == AlertStatus.ACKNOWLEDGED,
            alerts.c.acknowledged_by == alert.acknowledged_by,
        )
        .values(next_at=until)
    )


def set_right(db: Db, now: datetime) -> int:
    """Take what a clock that was ahead of ours has written as written just now; how many alerts that were.

    Else an alert would stand still until it is that late, or stay with whoever has taken it until then.
    """
    ahead = now + AHEAD
    of_it = select(pages.c.id).where(pages.c.alert_id == alerts.c.id, pages.c.at > ahead)
    found = db.connection.execute(
        select(alerts.c.id, alerts.c.status, alerts.c.round_at)
        .where(_DUE, or_(alerts.c.round_at > ahead, alerts.c.acknowledged_at > ahead, of_it.exists()))
        .with_for_update(skip_locked=True)
    ).all()
    for row in found:
        told = update(pages).where(pages.c.alert_id == row.id)
        right: dict[str, datetime] = {"next_at": now}
        if row.round_at is not None and row.round_at > now:
            right["round_at"] = now
            db.connection.execute(told.where(pages.c.round_at == row.round_at).values(round_at=now))
        if row.status == AlertStatus.ACKNOWLEDGED:
            right["acknowledged_at"] = now
        db.connection.execute(told.where(pages.c.at > now).values(at=now))
        db.connection.execute(update(alerts).where(alerts.c.id == row.id).values(right))
    return len(found)


def supported_by(db: Db, participant_ids: Iterable[int]) -> dict[int, tuple[int | None, int | None]]:
    """The mentor and the backup of each of these participants."""
    rows = db.connection.execute(
        select(participants.c.id, participants.c.mentor_id, participants.c.backup_id).where(
            participants.c.id.in_(list(participant_ids))
        )
    )
    return {row.id: (row.mentor_id, row.backup_id) for row in rows}


def troubled_phones(db: Db) -> frozenset[int]:
    """The addresses of staff that could not be reached."""
    rows = db.connection.execute(
        select(addresses.c.id).where(addresses.c.staff_id.is_not(None), addresses.c.trouble.is_not(None))
    )
    return frozenset(rows.scalars())


def people_on_staff(db: Db) -> dict[int, frozenset[int]]:
    """The participants who are on the staff with the same phone, by staff id."""
    rows = db.connection.execute(
        select(addresses.c.staff_id, addresses.c.participant_id).where(
            addresses.c.staff_id.is_not(None), addresses.c.participant_id.is_not(None)
        )
    )
    found: dict[int, frozenset[int]] = {}
    for row in rows:
        found[row.staff_id] = found.get(row.staff_id, frozenset()) | {row.participant_id}
    return found


def supporting(db: Db, staff_ids: Iterable[int]) -> frozenset[int]:
    """Which of these are somebody's mentor."""
    wanted = list(staff_ids)
    if not wanted:
        return frozenset()  # asked for nobody, SQLite would read everybody
    mentor = participants.c.mentor_id
    return frozenset(db.connection.execute(select(mentor).where(mentor.in_(wanted)).distinct()).scalars())


def told_before(db: Db, keys: Iterable[str]) -> frozenset[str]:
    """Which of these dedupe keys a message has already."""
    rows = db.connection.execute(select(outbox.c.dedupe).where(outbox.c.dedupe.in_(list(keys))))
    return frozenset(rows.scalars())
