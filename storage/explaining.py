"""Everything that is kept about somebody's days: their check-ins, what the bot started, and how they stood then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from flows.effects import Purpose
from flows.history import Agreed, Became, Booked, Change, CheckIn, Crisis, History, Started, Told
from flows.statuses import BookingStatus, OutboxStatus, PersonStatus, SlotStatus
from storage.statements import Db
from storage.tables import alerts, audit, bookings, consents, outbox, participants, slots

CHECK_INS = "consent_checkins"  # the answer by which somebody agrees to them
NOT_HEARD = "alert.not_consented"
_HEARD = ("alert.opened", "alert.again", NOT_HEARD)
AROUND = timedelta(days=2)  # a local day begins and ends within two days of the same day in UTC


def history(db: Db, participant_id: int, first: date, last: date) -> History | None:
    """What is known of the local days ``first`` to ``last``, both included; None when there is nobody of this id.

    How somebody stood before that is included, for it may be why nothing was due. What has been deleted because it was
    kept for long enough is not there.
    """
    row = db.connection.execute(select(participants).where(participants.c.id == participant_id)).first()
    if row is None:
        return None
    since = datetime.combine(first, datetime.min.time(), tzinfo=row.created_at.tzinfo) - AROUND
    until = datetime.combine(last, datetime.min.time(), tzinfo=row.created_at.tzinfo) + AROUND
    check_ins, questions = _check_ins(db, participant_id, first)
    return History(
        status=PersonStatus(row.status),
        created_at=row.created_at,
        joined_at=row.joined_at,
        stopped_at=row.stopped_at,
        paused_until=row.paused_until,
        leaving=row.erase_asked_at is not None,
        time_zone=row.time_zone,
        plan_at=row.plan_at,
        check_ins=check_ins,
        others=_others(db, participant_id, since, until, questions),
        booked=_booked(db, participant_id, since, until),
        changes=_changes(db, participant_id, until),
        agreed=_agreed(db, participant_id, until),
        crises=_crises(db, participant_id),
    )


def _check_ins(db: Db, participant_id: int, first: date) -> tuple[tuple[CheckIn, ...], list[Any]]:
    """Those of ``first`` and later, so that the next one is known; and the messages that asked."""
    rows = db.connection.execute(
        select(slots)
        .where(slots.c.participant_id == participant_id, slots.c.local_date >= first)
        .order_by(slots.c.local_date, slots.c.due_at)
    ).all()
    asked = [row.outbox_id for row in rows if row.outbox_id is not None]
    messages = {row.id: row for row in db.connection.execute(select(outbox).where(outbox.c.id.in_(asked)))}
    ended = [row.ended_at for row in rows if row.status == SlotStatus.MISSED]
    told = _told_at(db, participant_id, ended) if ended else {}
    found = tuple(
        CheckIn(
            schedule=row.schedule,
            local_date=row.local_date,
            due_at=row.due_at,
            until_at=row.until_at,
            status=SlotStatus(row.status),
            reason=row.reason or "",
            look_at=row.look_at,
            asked_at=row.asked_at,
            ended_at=row.ended_at,
            replied_at=row.replied_at,
            message=_started(messages[row.outbox_id]) if row.outbox_id in messages else None,
            told=told.get(row.ended_at, Told.NOBODY),
        )
        for row in rows
    )
    return found, list(messages.values())


def _told_at(db: Db, participant_id: int, ended: Iterable[datetime]) -> dict[datetime, Told]:
    """For each time at which a check-in ended missed, whether anybody heard: it is told in the same commit."""
    told = dict.fromkeys(ended, Told.NOBODY)
    lines = db.connection.execute(
        select(audit.c.at, audit.c.action)
        .where(audit.c.participant_id == participant_id, audit.c.at.in_(list(told)), audit.c.action.in_(_HEARD))
        .order_by(audit.c.action == NOT_HEARD)  # the flow may have told somebody of something else
    )
    for line in lines:
        if told[line.at] is Told.NOBODY:
            told[line.at] = Told.NOT_AGREED if line.action == NOT_HEARD else Told.STAFF
    return told


def _others(db: Db, participant_id: int, since: datetime, until: datetime, questions: list[Any]) -> tuple[Started, ...]:
    """What the bot started, but for the check-ins' own opening messages."""
    openings = {row.made_at for row in questions}
    rows = db.connection.execute(
        select(outbox)
        .where(
            outbox.c.participant_id == participant_id,
            outbox.c.made_at >= since,
            outbox.c.made_at < until,
            outbox.c.purpose == Purpose.STARTED,
        )
        .order_by(outbox.c.made_at, outbox.c.id)
    )
    return tuple(_started(row) for row in rows if row.made_at not in openings)


def _started(row: Any) -> Started:
    return Started(
        made_at=row.made_at,
        next_at=row.next_at,
        status=OutboxStatus(row.status),
        sent_at=row.sent_at,
        reason=row.reason or "",
        receipt=row.receipt or "",
        code=row.receipt_code or "",
    )


def _booked(db: Db, participant_id: int, since: datetime, until: datetime) -> tuple[Booked, ...]:
    its = bookings.c
    rows = db.connection.execute(
        select(bookings)
        .where(its.participant_id == participant_id, its.due_at >= since, its.due_at < until)
        .order_by(its.due_at)
    )
    return tuple(
        Booked(
            flow=row.flow,
            due_at=row.due_at,
            look_at=row.look_at,
            status=BookingStatus(row.status),
            reason=row.reason or "",
        )
        for row in rows
    )


def _changes(db: Db, participant_id: int, until: datetime) -> tuple[Change, ...]:
    rows = db.connection.execute(
        select(audit.c.at, audit.c.action, audit.c.detail)
        .where(audit.c.participant_id == participant_id, audit.c.at < until, audit.c.action.in_(list(Became)))
        .order_by(audit.c.at, audit.c.id)
    )
    return tuple(Change(row.at, Became(row.action), _date(row.detail.get("until"))) for row in rows)


def _date(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _agreed(db: Db, participant_id: int, until: datetime) -> tuple[Agreed, ...]:
    rows = db.connection.execute(
        select(consents.c.at, consents.c.given)
        .where(consents.c.participant_id == participant_id, consents.c.name == CHECK_INS, consents.c.at < until)
        .order_by(consents.c.at, consents.c.id)
    )
    return tuple(Agreed(row.at, row.given) for row in rows)


def _crises(db: Db, participant_id: int) -> tuple[Crisis, ...]:
    rows = db.connection.execute(
        select(alerts.c.opened_at, alerts.c.resolved_at)
        .where(alerts.c.participant_id == participant_id, alerts.c.tier.is_not(None), alerts.c.is_test.is_(False))
        .order_by(alerts.c.opened_at)
    )
    return tuple(Crisis(row.opened_at, row.resolved_at) for row in rows)


def zone_of(db: Db, participant_id: int) -> str:
    """The time zone somebody lives in; "" for the service's own."""
    return (
        db.connection.execute(select(participants.c.time_zone).where(participants.c.id == participant_id)).scalar()
        or ""
    )
